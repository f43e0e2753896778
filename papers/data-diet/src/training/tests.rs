//! Steps against their formulas, and what a short training learns.

use super::*;

/// A thousand images of 7 x 7 pixels.
pub fn small_setup() -> Setup {
    let lr_drops = vec![0.6, 0.85];
    Setup {
        n_train: 1000,
        block: 4,
        hidden: 16,
        final_epochs: 6.0,
        bs: 50,
        lr: 0.05,
        lr_drops,
        momentum: 0.9,
        wd: 5e-4,
    }
}

#[test]
fn epochs_are_those_of_the_whole_pool() {
    let setup = small_setup();
    assert_eq!(setup.final_steps(), 120);
    assert_eq!([0.0, 0.1, 0.07].map(|epochs| setup.steps(epochs)), [0, 2, 1]);
    assert_eq!(setup.parameters(), 50.0 * 16.0 + 17.0 * 10.0);
}

/// The updates g ← g + wd θ, v ← 0.9 v + g, θ ← θ − lr (g + 0.9 v), written out for two steps.
#[test]
fn steps_are_nesterovs_with_decay_of_all_parameters() {
    let setup = small_setup();
    let streams = Streams::new("data-diet");
    let digits = Split::mnist(setup.bs, 0, setup.block, &mut streams.open("pool", 0)).unwrap();
    // One batch is the whole pool, whose mean gradient does not depend on its order.
    let mut training = Training::start(&setup, &digits.train, 0..setup.bs, streams.open("training", 0));
    let mut theta: Vec<f64> = training.theta.iter().copied().map(f64::from).collect();
    assert_eq!(theta.len() as f64, setup.parameters());
    let mut velocity = vec![0.0; theta.len()];
    let batch: Vec<usize> = (0..setup.bs).collect();
    for _ in 0..2 {
        let rounded: Vec<f32> = theta.iter().map(|&weight| weight as f32).collect();
        let mut gradient = vec![0.0_f32; theta.len()];
        let (images, labels) = digits.train.view();
        training.net.gradient(&rounded, images, labels, &batch, &mut gradient);
        for ((theta, velocity), g) in theta.iter_mut().zip(&mut velocity).zip(gradient) {
            let g = f64::from(g) + setup.wd * *theta;
            *velocity = setup.momentum * *velocity + g;
            *theta -= setup.lr * (g + setup.momentum * *velocity);
        }
        training.run([setup.lr]);
    }
    for (theta, expected) in training.theta.iter().zip(theta) {
        assert!((f64::from(*theta) - expected).abs() < 1e-5, "{theta} is not {expected}");
    }
}

#[test]
fn a_short_training_learns_from_its_subset_only() {
    let setup = small_setup();
    let streams = Streams::new("data-diet");
    let digits = Split::mnist(setup.n_train, TESTED, setup.block, &mut streams.open("pool", 0)).unwrap();
    let all: Vec<usize> = (0..setup.n_train).collect();
    let low: Vec<usize> = all.iter().copied().filter(|&i| digits.train.labels[i] < 5).collect();
    let accuracy = |subset: &[usize]| train_on(&setup, &digits, subset, streams.open("training", 0));
    assert!(accuracy(&all) > 0.65, "{}", accuracy(&all));
    // Of the ten digits five were never seen; 51 % of the test images show the others.
    assert!((0.3..0.52).contains(&accuracy(&low)), "{}", accuracy(&low));
}

#[test]
fn a_network_that_diverged_has_no_accuracy() {
    let setup = Setup { lr: 1e9, ..small_setup() };
    let streams = Streams::new("data-diet");
    let digits = Split::mnist(setup.n_train, 100, setup.block, &mut streams.open("pool", 0)).unwrap();
    let all: Vec<usize> = (0..setup.n_train).collect();
    assert!(train_on(&setup, &digits, &all, streams.open("training", 0)).is_nan());
}
