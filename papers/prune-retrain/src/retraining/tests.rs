//! Each method against what it is said to train, and adapters against their formulas.

use super::*;
use crate::network::tests::noise;
use crate::network::{CLASSES, PIXELS, parts};
use crate::pruning::zeros;

const WIDTH: usize = 12;

/// Random images with random labels, and a random network pruned by 80 %.
fn setting() -> (Examples<f32>, Pruned) {
    let streams = Streams::new("prune-retrain");
    let images = noise(64, &mut streams.open("images", 0));
    let model = Network::dense(WIDTH, 1).initial(&mut streams.open("init", 0));
    (images, Pruned::new(&model, WIDTH, 0.8))
}

/// Whether all pruned weights are zero in a model.
fn keeps(pruned: &Pruned, model: &[f32]) -> bool {
    let hidden = parts(WIDTH).into_iter().filter(|part| part.role == Role::Hidden);
    let weights = hidden.flat_map(|part| &model[part.range]);
    weights.zip(pruned.masks.iter().flatten()).all(|(weight, kept)| *kept == 1.0 || *weight == 0.0)
}

fn recipe(retrain_steps: usize) -> Recipe {
    Recipe {
        retrain_steps,
        retrain_batch: 16,
        lr_vectors: 0.02,
        lr_matrices: 0.01,
        low_rank: LowRank { r: 4, factor: 2.0 },
    }
}

/// A network that a method retrains, with its trained numbers after some steps.
fn trained(method: Method, steps: usize, images: &Examples<f32>, pruned: &Pruned) -> (Network, Vec<f32>) {
    let (recipe, streams) = (recipe(steps), Streams::new("prune-retrain"));
    let adapter = method.adapter().map(|adapter| (adapter, recipe.low_rank));
    let mut network = Network::new(WIDTH, 16, adapter, |role| method.trains(role));
    let mut theta = network.start(&pruned.model, &pruned.masks, &mut streams.open("adapters", 0));
    network.train(&mut theta, images, 16, vec![0.01; steps], &mut streams.open("batches", 0));
    (network, theta)
}

#[test]
fn every_method_starts_at_the_pruned_network() {
    let (images, pruned) = setting();
    for method in Method::ALL {
        let (mut network, theta) = trained(method, 0, &images, &pruned);
        assert!(network.model(&theta, &pruned.model) == pruned.model, "{method:?}");
    }
}

#[test]
fn a_method_changes_what_it_trains_and_keeps_pruned_weights_at_zero() {
    let (images, pruned) = setting();
    for method in Method::ALL {
        let model = recipe(10).retrain(method, &pruned, &images, 0, &Streams::new("prune-retrain")).model;
        for part in parts(WIDTH) {
            let changed = model[part.range.clone()] != pruned.model[part.range.clone()];
            let hidden = part.role == Role::Hidden && method.adapter().is_some();
            assert_eq!(changed, method.trains(part.role) || hidden, "{method:?} {part:?}");
        }
        assert_eq!(keeps(&pruned, &model), method != Method::LoraPrune, "{method:?}");
    }
}

/// The stored weights are counted, not those that a mask covers: without masks, full retraining fills the zeros.
#[test]
fn weights_that_grow_back_are_counted() {
    let (images, pruned) = setting();
    let mut network = Network::dense(WIDTH, 16);
    let mut theta = pruned.model.clone();
    let mut batches = Streams::new("prune-retrain").open("batches", 0);
    network.train(&mut theta, &images, 16, [0.01; 5], &mut batches);
    let model = network.model(&theta, &pruned.model);
    assert!((zeros(&pruned.model, WIDTH) - 0.8).abs() < 0.001 && zeros(&model, WIDTH) < 0.01);
}

/// The network with its adapters and the one in which they are multiplied out.
#[test]
fn merging_changes_nothing_but_what_it_masks() {
    let (images, pruned) = setting();
    let mut dense = Network::dense(WIDTH, 16);
    for method in Method::ALL {
        let (mut network, theta) = trained(method, 30, &images, &pruned);
        let before = network.score(&theta, &images);
        let model = network.model(&theta, &pruned.model);
        let merged = dense.score(&model, &images);
        assert!((before.loss - merged.loss).abs() < 1e-5, "{method:?}: {before:?} {merged:?}");
        let masked = dense.score(&pruned.masked(&model), &images);
        assert_eq!((masked.loss - merged.loss).abs() < 1e-5, method != Method::LoraPrune);
    }
}

/// W + 2 (B A) m, W + 2 B A and W (B A) by plain loops in double precision.
#[test]
fn effective_weights_are_those_of_the_formulas() {
    let (images, pruned) = setting();
    let (rank, head) = (4, parts(WIDTH)[8].range.clone());
    for method in [Method::MaskLora, Method::LoraPrune, Method::ScaleLora] {
        let (mut network, theta) = trained(method, 5, &images, &pruned);
        let model = network.model(&theta, &pruned.model);
        // Factors come after biases, normalizations and head: down and up of W0, then of W1.
        let vectors = 6 * WIDTH + CLASSES;
        let (down, up) = theta[vectors + head.len()..].split_at(PIXELS * rank);
        let first = parts(WIDTH)[0].range.clone();
        for (index, (&weight, &mask)) in pruned.model[first.clone()].iter().zip(&pruned.masks[0]).enumerate() {
            let (i, j) = (index / WIDTH, index % WIDTH);
            let terms = (0..rank).map(|k| f64::from(down[i * rank + k]) * f64::from(up[k * WIDTH + j]));
            let (product, weight) = (terms.sum::<f64>(), f64::from(weight));
            let expected = match method {
                Method::MaskLora => weight + 2.0 * product * f64::from(mask),
                Method::LoraPrune => weight + 2.0 * product,
                _ => weight * product,
            };
            let found = f64::from(model[first.start + index]);
            assert!((found - expected).abs() < 1e-6, "{method:?} {i} {j}: {found} {expected}");
        }
    }
}

#[test]
fn adapters_add_their_factors_to_what_is_trained() {
    let trainable = |method: Method| {
        let adapter = method.adapter().map(|adapter| (adapter, recipe(1).low_rank));
        Network::new(128, 1, adapter, |role| method.trains(role)).trainable()
    };
    let counts = Method::ALL.map(trainable);
    assert_eq!(counts, [266, 512, 778, 2058, 4378, 4378, 4378, 43_530]);
}
