use super::*;
use common::estimate;

const SETTINGS: Settings = Settings {
    features: 20,
    train: 40,
    validation: 400,
    steps: 6000,
    perturbations: 16,
    lr: 0.01,
    lr_hyper: 0.005,
    warm_up: 200,
    train_steps: 2,
};

fn ridge(seed: u64) -> Ridge {
    Ridge::draw(&SETTINGS, &mut Streams::new("test").open("ridge", seed)).unwrap()
}

#[test]
fn the_best_response_is_ridge_regression() {
    let mut random = Streams::new("test").open("rows", 0);
    let mut rows = |count| (random.normal_matrix(count, 5), random.normal_vector(count));
    let (train, validation) = (rows(9), rows(30));
    let ridge = Ridge::of(&train, &validation).unwrap();
    for log_penalty in [-4.0, -1.0, 2.0] {
        let estimator = estimate::Ridge::new(9.0 * exp(log_penalty)).intercept(false);
        let fit = estimator.fit(train.0.view(), train.1.view()).unwrap();
        let errors = &validation.1 - &fit.predict(validation.0.view()).column(0);
        let direct = 0.5 * arrays::norm_squared(&errors) / 30.0;
        assert!((ridge.tuned_loss(log_penalty) - direct).abs() < 1e-12 * direct, "{log_penalty}");
    }
}

#[test]
fn the_best_response_is_a_gate_and_has_no_gradient() {
    let ridge = ridge(0);
    let (log_penalty, mut gradient) = (-1.3, vec![0.0; 20]);
    let w = ridge.best_response(log_penalty);
    ridge.training_gradient(log_penalty, &w, &mut gradient);
    assert!(gradient.iter().all(|g| g.abs() < 1e-14));
    for ((w, b), s) in w.iter().zip(&ridge.b).zip(&ridge.s) {
        let gate = b / s * sigmoid(ln(*s) - log_penalty);
        assert!((w - gate).abs() < 1e-12 * gate.abs());
    }
}

#[test]
fn validation_gradients_are_difference_quotients_of_the_loss() {
    let ridge = ridge(1);
    let (mut w, mut gradient) = (ridge.best_response(0.5), vec![0.0; 20]);
    ridge.validation_gradient(&w, &mut gradient);
    for i in 0..20 {
        let mut moved = |by: f64| {
            w[i] += by;
            let loss = ridge.validation_loss(&w);
            w[i] -= by;
            loss
        };
        // The loss is quadratic: central differences have rounding errors alone.
        assert!((gradient[i] - (moved(1e-3) - moved(-1e-3)) / 2e-3).abs() < 1e-11);
    }
}

#[test]
fn no_log_penalty_of_a_grid_is_better_than_the_optimum() {
    for seed in 0..5 {
        let ridge = ridge(seed);
        let optimum = ridge.tuned_loss(ridge.optimum().unwrap());
        assert!(linspace(RANGE[0], RANGE[1], 500).iter().all(|&l| ridge.tuned_loss(l) >= optimum), "{seed}");
    }
}

#[test]
fn more_features_than_rows_are_no_error() {
    let settings = Settings { features: 8, train: 3, validation: 5, ..SETTINGS };
    let ridge = Ridge::draw(&settings, &mut Streams::new("test").open("ridge", 0)).unwrap();
    assert!(ridge.tuned_loss(-8.0).is_finite() && ridge.optimum().is_ok());
}

#[test]
fn the_gated_response_finds_the_optimum_and_the_affine_one_does_not() {
    let ridge = ridge(0);
    let distance = |form| {
        let mut random = Streams::new("test").open("tuning", 0);
        (ridge.self_tune(&SETTINGS, form, 0.0, 2.0, &mut random) - ridge.optimum().unwrap()).abs()
    };
    assert!(distance(Form::Gated) < 0.05, "{}", distance(Form::Gated));
    assert!(distance(Form::Affine) > 0.1, "{}", distance(Form::Affine));
}

#[test]
fn nothing_moves_before_the_warm_up_ends() {
    let settings = Settings { steps: 300, warm_up: 300, ..SETTINGS };
    let mut random = Streams::new("test").open("tuning", 0);
    assert!((ridge(0).self_tune(&settings, Form::Gated, -3.0, 1.0, &mut random) + 3.0).abs() < 1e-12);
}
