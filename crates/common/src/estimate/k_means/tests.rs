use super::*;
use crate::estimate::tests::iris;
use ndarray::array;
use numerics::random::Streams;

fn generator(seed: u64) -> Generator {
    Streams::new("k-means").open("seeds", seed)
}

#[test]
fn finds_the_best_clustering_of_the_irises() {
    // sklearn 1.9.1, KMeans(3, n_init=50, tol=0): inertia 14.977.
    let (x, _) = iris();
    let fit = KMeans::new(3).restarts(20).fit(x.view(), &mut generator(0)).unwrap();
    assert!((fit.inertia - 14.977).abs() < 1e-12 && fit.converged, "{fit:?}");
    let mut centers: Vec<Vec<f64>> = fit.centers.rows().into_iter().map(|row| row.to_vec()).collect();
    centers.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let expected = [[5.16, 3.47, 1.49, 0.26], [5.96, 2.87, 4.32, 1.34], [6.94, 3.1, 5.77, 2.19]];
    for (center, expected) in centers.iter().zip(expected) {
        assert!(center.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{center:?}");
    }
    assert_eq!(fit.predict(x.view()), fit.labels);
}

#[test]
fn every_run_ends_in_a_fixed_point() {
    let (x, _) = iris();
    for seed in 0..30 {
        let fit = KMeans::new(5).fit(x.view(), &mut generator(seed)).unwrap();
        assert!(fit.converged);
        for cluster in 0..5 {
            let members: Vec<usize> = (0..30).filter(|row| fit.labels[*row] == cluster).collect();
            assert!(!members.is_empty());
            let mean = x.select(ndarray::Axis(0), &members).mean_axis(ndarray::Axis(0)).unwrap();
            assert!((&fit.centers.row(cluster) - &mean).iter().all(|d| d.abs() < 1e-12));
        }
    }
}

#[test]
fn seeds_are_distinct_rows() {
    let (x, _) = iris();
    for seed in 0..20 {
        let seeds = KMeans::new(6).seeds(x.view(), &mut generator(seed)).unwrap();
        for (k, seed) in seeds.rows().into_iter().enumerate() {
            assert!(x.rows().into_iter().any(|row| row == seed));
            assert!(seeds.rows().into_iter().take(k).all(|earlier| earlier != seed));
        }
    }
}

#[test]
fn as_many_clusters_as_rows_leave_no_inertia() {
    let x = array![[0.0], [1.0], [5.0]];
    let fit = KMeans::new(3).fit(x.view(), &mut generator(2)).unwrap();
    assert_eq!(fit.inertia, 0.0);
}

#[test]
fn a_centre_without_points_moves_to_the_farthest_point() {
    let points = [vec![0.0], vec![1.0], vec![9.0]];
    let assigned = [(0, 0.1), (0, 0.2), (0, 50.0)];
    assert_eq!(means(&points, &assigned, 3), [vec![10.0 / 3.0], vec![9.0], vec![1.0]]);
}

#[test]
fn impossible_clusterings_are_errors() {
    let x = array![[1.0], [1.0], [2.0]];
    let error = KMeans::new(3).fit(x.view(), &mut generator(0)).unwrap_err().to_string();
    assert!(error.contains("2 distinct rows"), "{error}");
    assert!(KMeans::new(0).fit(x.view(), &mut generator(0)).is_err());
    assert!(KMeans::new(1).fit(array![[f64::NAN]].view(), &mut generator(0)).is_err());
}
