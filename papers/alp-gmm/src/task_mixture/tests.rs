//! Which components are fitted, and which tasks come from them.

use super::*;

/// The parameters of the paper, but for fewer components and no uniform tasks.
pub const SETTINGS: Mixtures = Mixtures {
    fit_rate: 300,
    k_min: 2,
    k_max: 5,
    random_task_ratio: 0.0,
    em_regularization: 1e-6,
    em_tolerance: 1e-3,
    em_iterations: 100,
};

/// Three narrow clusters on a line of tasks; the last coordinate is the number of the cluster.
fn clusters(random: &mut Generator) -> TaskMixture {
    let mut arms = TaskMixture::new(&SETTINGS, 2);
    for i in 0..300 {
        let cluster = f64::from(i % 3);
        let task = [0.2 + 0.3 * cluster + 0.01 * random.normal()];
        assert_eq!(arms.components(), 0);
        arms.record(&task, &[cluster], |fit, k| fit.means[[k, 1]] - 1.0, random);
    }
    arms
}

#[test]
fn tasks_come_from_the_interesting_component() {
    let mut random = Streams::new("mixture").open("clusters", 0);
    let arms = clusters(&mut random);
    assert!(arms.components() >= 3 && arms.filled() == 0);
    for _ in 0..200 {
        let mut task = [0.0];
        arms.sample(&mut task, &mut random);
        assert!((task[0] - 0.8).abs() < 0.06, "{task:?}");
    }
}

#[test]
fn the_number_of_components_has_the_lowest_aic() {
    let mut random = Streams::new("mixture").open("aic", 0);
    let points = clusters(&mut random).batch;
    let chosen = SETTINGS.fit(points.view(), &mut random).unwrap();
    let two = GaussianMixture::new(2).fit(points.view(), &mut random).unwrap();
    // 2 parameters of each mean, 3 of each covariance, and the weights.
    let aic = 2.0 * f64::from(2 * (2 + 3) + 1) - 2.0 * two.log_likelihood;
    assert!((two.aic() - aic).abs() < 1e-9 && chosen.aic() < aic);
}

#[test]
fn points_that_no_mixture_fits_leave_tasks_uniform() {
    let mut random = Streams::new("mixture").open("equal", 0);
    let mut arms = TaskMixture::new(&Mixtures { fit_rate: 20, ..SETTINGS }, 2);
    for _ in 0..20 {
        arms.record(&[0.5], &[0.0], |_, _| 1.0, &mut random);
    }
    assert_eq!(arms.components(), 0);
    let mut task = [0.0];
    let mut draws = (0..100).map(|_| {
        arms.sample(&mut task, &mut random);
        task[0]
    });
    assert!(draws.any(|task| task < 0.2));
}
