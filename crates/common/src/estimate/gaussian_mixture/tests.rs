use super::*;
use crate::estimate::tests::iris;
use linfa::DatasetBase;
use linfa::prelude::{Fit, ParamGuard};
use ndarray::{array, s};
use numerics::random::Streams;
use rand_xoshiro::{Xoshiro256Plus, rand_core::SeedableRng};

fn generator(seed: u64) -> Generator {
    Streams::new("mixture").open("seeds", seed)
}

#[test]
fn agrees_with_sklearn_on_petals() {
    // sklearn 1.9.1, the best of 40 GaussianMixture(2, tol=1e-12, reg_covar=1e-6).
    let (x, _) = iris();
    let x = x.slice(s![.., 2..]);
    let fit = GaussianMixture::new(2).restarts(5).tolerance(1e-12).iterations(1000).fit(x, &mut generator(0)).unwrap();
    assert!(fit.converged && (fit.log_likelihood + 30.17417943895161).abs() < 1e-6, "{fit:?}");
    assert!((fit.aic() - 82.34835887790322).abs() < 1e-6 && (fit.bic() - 97.76153007618694).abs() < 1e-6);
    let setosa = fit.predict(x)[0];
    assert!((fit.weights[setosa] - 0.3333159657797872).abs() < 1e-6);
    let expected = array![1.489992068585414, 0.2599979922834009];
    assert!((&fit.means.row(setosa) - &expected).iter().all(|d| d.abs() < 1e-6));
    let expected = array![[0.02490048822355702, 0.0015996457653415991], [0.0015996457653415998, 0.006400747838210542]];
    let covariance = fit.covariances.index_axis(Axis(0), setosa);
    assert!((&covariance - &expected).iter().all(|d| d.abs() < 1e-6));
}

#[test]
fn agrees_with_linfa_where_it_converges() {
    let (x, _) = iris();
    let x = x.slice(s![.., 2..]).to_owned();
    let ours = GaussianMixture::new(2).tolerance(1e-10).iterations(1000).fit(x.view(), &mut generator(1)).unwrap();
    let theirs = linfa_clustering::GaussianMixtureModel::params_with_rng(2, Xoshiro256Plus::seed_from_u64(1))
        .tolerance(1e-10)
        .max_n_iterations(1000)
        .check()
        .unwrap()
        .fit(&DatasetBase::from(x))
        .unwrap();
    let order = |weights: &Array1<f64>| usize::from(weights[0] > weights[1]);
    let (a, b) = (order(&ours.weights), order(theirs.weights()));
    assert!((ours.weights[a] - theirs.weights()[b]).abs() < 1e-5);
    assert!((&ours.means.row(a) - &theirs.means().row(b)).iter().all(|d| d.abs() < 1e-5));
}

#[test]
fn each_iteration_raises_the_likelihood() {
    let (x, _) = iris();
    let mut previous = f64::NEG_INFINITY;
    for iterations in 1..20 {
        let fit = GaussianMixture::new(3)
            .iterations(iterations)
            .tolerance(0.0)
            .regularization(0.0)
            .fit(x.view(), &mut generator(3))
            .unwrap();
        assert!(fit.log_likelihood >= previous - 1e-9 && !fit.converged);
        assert_eq!(fit.iterations, iterations);
        previous = fit.log_likelihood;
    }
}

#[test]
fn a_single_component_is_the_sample() {
    let (x, _) = iris();
    let fit = GaussianMixture::new(1).regularization(0.0).fit(x.view(), &mut generator(0)).unwrap();
    let mean = x.mean_axis(Axis(0)).unwrap();
    assert!((&fit.means.row(0) - &mean).iter().all(|d| d.abs() < 1e-14));
    let centered = &x - &mean;
    let covariance = centered.t().dot(&centered) / 30.0;
    assert!((&fit.covariances.index_axis(Axis(0), 0) - &covariance).iter().all(|d| d.abs() < 1e-14));
    assert!((fit.log_densities(x.view()).sum() - fit.log_likelihood).abs() < 1e-10);
}

#[test]
fn points_far_from_all_components_have_a_density() {
    let (x, _) = iris();
    let fit = GaussianMixture::new(2).fit(x.view(), &mut generator(0)).unwrap();
    let far = array![[1000.0, -1000.0, 1000.0, 1000.0]];
    assert!(fit.log_densities(far.view())[0].is_finite());
    assert!((fit.probabilities(far.view()).sum() - 1.0).abs() < 1e-12);
}

#[test]
fn draws_have_the_moments_of_their_component() {
    let (x, _) = iris();
    let fit = GaussianMixture::new(2).fit(x.slice(s![.., 2..]), &mut generator(0)).unwrap();
    let mut generator = generator(9);
    let mut draws = Array2::zeros((4000, 2));
    for mut row in draws.rows_mut() {
        row.assign(&fit.draw_from(1, &mut generator));
    }
    let mean = draws.mean_axis(Axis(0)).unwrap();
    let centered = &draws - &mean;
    let covariance = centered.t().dot(&centered) / 4000.0;
    let expected = fit.covariances.index_axis(Axis(0), 1);
    for i in 0..2 {
        let deviation = expected[[i, i]].sqrt();
        assert!((mean[i] - fit.means[[1, i]]).abs() < 5.0 * deviation / 4000f64.sqrt());
        for j in 0..2 {
            let scale = (expected[[i, i]] * expected[[j, j]]).sqrt();
            assert!((covariance[[i, j]] - expected[[i, j]]).abs() < 0.12 * scale);
        }
    }
}

#[test]
fn collapsed_components_are_errors() {
    let flat = array![[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [4.0, 0.0]];
    let error =
        GaussianMixture::new(1).regularization(0.0).fit(flat.view(), &mut generator(0)).unwrap_err().to_string();
    assert!(error.contains("component 0") && error.contains("singular"), "{error}");
    assert!(GaussianMixture::new(1).fit(flat.view(), &mut generator(0)).is_ok());
    let same = array![[1.0], [1.0], [1.0]];
    assert!(GaussianMixture::new(2).fit(same.view(), &mut generator(0)).is_err());
    assert!(GaussianMixture::new(0).fit(same.view(), &mut generator(0)).is_err());
    assert!(GaussianMixture::new(1).regularization(-1.0).fit(same.view(), &mut generator(0)).is_err());
}
