//! Inheritance, steps against their formula, and what a short training learns.

use super::*;

/// 400 images and a parent of 24 and 16 units.
pub fn small_setup() -> Setup {
    Setup { n_train: 400, hidden: vec![24, 16], n_score: 300, epochs: 3, bs: 40, lr: 0.02, momentum: 0.9 }
}

#[test]
fn sizes_are_those_of_the_networks() {
    let (setup, streams) = (small_setup(), Streams::new("random-search-sparse"));
    let task = Task::new(&setup, 0, &streams).unwrap();
    for (sparsity, [k1, k2]) in [(0.0, [24, 16]), (0.5, [12, 8]), (0.9, [2, 2]), (0.99, [1, 1])] {
        let mask = Mask::random(&setup.widths(), sparsity, &mut streams.open("mask", 0));
        let expected = 196 * k1 + k1 + k1 * k2 + k2 + 10 * k2 + 10;
        assert_eq!(task.network(&mask).theta.len(), expected);
        assert_eq!(setup.size(sparsity), ((k1 + k2) as f64, expected as f64));
    }
}

#[test]
fn nothing_removed_is_the_dense_parent() {
    let (setup, streams) = (small_setup(), Streams::new("random-search-sparse"));
    let task = Task::new(&setup, 0, &streams).unwrap();
    let everything = Mask::random(&setup.widths(), 0.0, &mut streams.open("mask", 0));
    let mut dense = task.network(&Mask::full(&setup.widths()));
    assert_eq!(dense.theta, task.parent);
    assert_eq!(task.network(&everything).loss(), dense.loss());
}

/// The updates v ← 0.9 v + g, w ← w − lr v, written out for epochs of one batch, whose mean gradient does not depend on
/// its order.
#[test]
fn steps_are_those_of_the_heavy_ball() {
    let setup = Setup { bs: 400, epochs: 2, ..small_setup() };
    let streams = Streams::new("random-search-sparse");
    let task = Task::new(&setup, 0, &streams).unwrap();
    let mask = Mask::random(&setup.widths(), 0.5, &mut streams.open("mask", 0));
    let mut network = task.network(&mask);
    let mut velocity = vec![0.0_f32; network.theta.len()];
    let all: Vec<usize> = (0..setup.n_train).collect();
    let mut accuracies = Vec::new();
    for _ in 0..setup.epochs {
        let mut gradient = vec![0.0_f32; network.theta.len()];
        let (images, labels) = task.digits.train.view();
        network.net.gradient(&network.theta, images, labels, &all, &mut gradient);
        for ((weight, v), g) in network.theta.iter_mut().zip(&mut velocity).zip(gradient) {
            *v = 0.9 * *v + g;
            *weight -= 0.02 * *v;
        }
        accuracies.push(network.test_accuracy());
    }
    let trained = task.network(&mask).train(0).test_acc;
    assert!(trained.iter().zip(&accuracies).all(|(a, b)| (a - b).abs() < 1e-3), "{trained:?} {accuracies:?}");
}

#[test]
fn a_short_training_learns_and_its_batches_are_known_by_number() {
    let (setup, streams) = (Setup { epochs: 10, ..small_setup() }, Streams::new("random-search-sparse"));
    let task = Task::new(&setup, 0, &streams).unwrap();
    let mask = Mask::random(&setup.widths(), 0.25, &mut streams.open("mask", 0));
    let accuracies = |order| task.network(&mask).train(order).test_acc;
    let first = accuracies(0);
    assert!(first.len() == 10 && first[9] > 0.6, "{first:?}");
    assert_eq!(accuracies(0), first);
    assert_ne!(accuracies(1), first);
}

#[test]
fn a_network_that_diverged_has_no_accuracy() {
    let setup = Setup { lr: 1e9, ..small_setup() };
    let streams = Streams::new("random-search-sparse");
    let task = Task::new(&setup, 0, &streams).unwrap();
    assert!(task.network(&Mask::full(&setup.widths())).train(0).test_acc[2].is_nan());
}
