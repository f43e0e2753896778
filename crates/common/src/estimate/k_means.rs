//! k-means clustering.

use super::{check_matrix, squared_distance};
use anyhow::{Result, ensure};
use ndarray::{Array2, ArrayView2};
use numerics::random::Generator;
use numerics::reduce;

/// k-means by Lloyd's iteration (IEEE Transactions on Information Theory 28, 1982) from k-means++
/// seeds (Arthur and Vassilvitskii, SODA 2007):
///
/// 1. The first centre is a point drawn uniformly, each further one a point drawn with probability
///    proportional to its squared distance from the nearest centre so far.
/// 2. Each point goes to its nearest centre, the first of equally near ones.
/// 3. Each centre moves to the mean of its points; a centre without points moves to the point
///    farthest from its own centre.
/// 4. Repeat from 2 until no point changes its cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct KMeans {
    clusters: usize,
    restarts: usize,
    iterations: usize,
}

/// A clustering.
#[derive(Clone, Debug, PartialEq)]
pub struct KMeansFit {
    /// Centres, clusters x columns.
    pub centers: Array2<f64>,
    /// The cluster of each row.
    pub labels: Vec<usize>,
    /// Sum of the squared distances of the rows from their centres.
    pub inertia: f64,
    /// Iterations of the run that was kept.
    pub iterations: usize,
    /// Whether that run ended because no row changed its cluster.
    pub converged: bool,
}

impl KMeansFit {
    /// The nearest centre for new rows, the first of equally near ones.
    pub fn predict(&self, x: ArrayView2<f64>) -> Vec<usize> {
        assign(&rows(x), &rows(self.centers.view())).into_iter().map(|(label, _)| label).collect()
    }
}

impl KMeans {
    /// With the given number of clusters; one run of at most 300 iterations.
    pub fn new(clusters: usize) -> Self {
        Self { clusters, restarts: 1, iterations: 300 }
    }

    /// Number of runs from fresh seeds, of which the one of lowest inertia is kept (the first of
    /// equal ones).
    pub fn restarts(mut self, restarts: usize) -> Self {
        self.restarts = restarts;
        self
    }

    /// The largest number of iterations of a run.
    pub fn iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// Clusters the rows of `x`.
    ///
    /// # Errors
    /// If a value is not finite, there are no clusters, runs or iterations, or fewer distinct rows
    /// than clusters.
    pub fn fit(&self, x: ArrayView2<f64>, generator: &mut Generator) -> Result<KMeansFit> {
        check_matrix(x)?;
        ensure!(
            self.clusters > 0 && self.restarts > 0 && self.iterations > 0,
            "k-means needs clusters, runs and iterations"
        );
        let points = rows(x);
        let mut best: Option<KMeansFit> = None;
        for _ in 0..self.restarts {
            let fit = self.run(&points, generator)?;
            if best.as_ref().is_none_or(|best| fit.inertia < best.inertia) {
                best = Some(fit);
            }
        }
        best.ok_or_else(|| anyhow::anyhow!("k-means made no run"))
    }

    /// The k-means++ seeds alone (step 1), clusters x columns: a start for another algorithm.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn seeds(&self, x: ArrayView2<f64>, generator: &mut Generator) -> Result<Array2<f64>> {
        check_matrix(x)?;
        ensure!(self.clusters > 0, "k-means needs clusters");
        let seeds = seeds(&rows(x), self.clusters, generator)?;
        Ok(matrix_of(&seeds))
    }

    fn run(&self, points: &[Vec<f64>], generator: &mut Generator) -> Result<KMeansFit> {
        let mut centers = seeds(points, self.clusters, generator)?;
        let mut assigned = assign(points, &centers);
        let (mut iterations, mut converged) = (0, false);
        while iterations < self.iterations && !converged {
            centers = means(points, &assigned, self.clusters);
            let moved = assign(points, &centers);
            converged = moved.iter().zip(&assigned).all(|(new, old)| new.0 == old.0);
            assigned = moved;
            iterations += 1;
        }
        let (labels, distances): (Vec<usize>, Vec<f64>) = assigned.into_iter().unzip();
        Ok(KMeansFit { centers: matrix_of(&centers), labels, inertia: reduce::sum(&distances), iterations, converged })
    }
}

fn rows(x: ArrayView2<f64>) -> Vec<Vec<f64>> {
    x.rows().into_iter().map(|row| row.to_vec()).collect()
}

fn matrix_of(rows: &[Vec<f64>]) -> Array2<f64> {
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| rows[row][column])
}

fn seeds(points: &[Vec<f64>], clusters: usize, generator: &mut Generator) -> Result<Vec<Vec<f64>>> {
    let mut centers = vec![points[generator.below(points.len())].clone()];
    let mut nearest: Vec<f64> = points.iter().map(|point| squared_distance(point, &centers[0])).collect();
    while centers.len() < clusters {
        let total = reduce::sum(&nearest);
        ensure!(total > 0.0, "{} distinct rows cannot make {clusters} clusters", centers.len());
        ensure!(total.is_finite(), "the squared distances between the rows overflow");
        let center = &points[generator.categorical(&nearest)];
        for (distance, point) in nearest.iter_mut().zip(points) {
            *distance = distance.min(squared_distance(point, center));
        }
        centers.push(center.clone());
    }
    Ok(centers)
}

/// The nearest centre of each point and the squared distance from it.
fn assign(points: &[Vec<f64>], centers: &[Vec<f64>]) -> Vec<(usize, f64)> {
    let nearest = |point: &Vec<f64>| {
        let mut best = (0, f64::INFINITY);
        for (label, center) in centers.iter().enumerate() {
            let distance = squared_distance(point, center);
            if distance < best.1 {
                best = (label, distance);
            }
        }
        best
    };
    points.iter().map(nearest).collect()
}

fn means(points: &[Vec<f64>], assigned: &[(usize, f64)], clusters: usize) -> Vec<Vec<f64>> {
    let mut sums = vec![vec![0.0; points[0].len()]; clusters];
    let mut counts = vec![0.0; clusters];
    for (point, (label, _)) in points.iter().zip(assigned) {
        counts[*label] += 1.0;
        reduce::axpy(1.0, point, &mut sums[*label]);
    }
    let mut distances: Vec<f64> = assigned.iter().map(|(_, distance)| *distance).collect();
    for (sum, count) in sums.iter_mut().zip(counts) {
        if count > 0.0 {
            sum.iter_mut().for_each(|value| *value /= count);
        } else {
            let farthest = reduce::argmax(&distances);
            // Two empty clusters must not move to the same point.
            distances[farthest] = 0.0;
            sum.clone_from(&points[farthest]);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
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
}
