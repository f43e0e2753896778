//! The sparse network against explicit gradients of single examples from the tape, rule by rule.

use common::datasets::Examples;
use common::networks::Classifier;

use super::*;
use crate::features::add_vocabulary;
use crate::training::perceptron;

const UNITS: usize = 5;
const BATCH: usize = 8;
const STEPS: usize = 5;
const RATE: f32 = 0.3;

/// Examples with a few features, the same as dense inputs without the one that is always 1, and labels.
fn task() -> (SparseExamples, Array2<f64>, Vec<usize>) {
    let mut random = Streams::new("test").open("network", 0);
    let levels =
        Array2::from_shape_simple_fn((2 * BATCH, 16), || if random.bernoulli(0.6) { random.uniform() } else { 0.0 });
    let images = Examples { inputs: levels.mapv(|level| level as f32), labels: Vec::new() };
    let [examples, _] = add_vocabulary(&images, &images);
    let mut dense = Array2::zeros((examples.len(), examples.inputs));
    for example in 0..examples.len() {
        examples.entries(example).iter().for_each(|&(input, a)| dense[[example, input]] = f64::from(a));
    }
    let labels = (0..examples.len()).map(|_| random.below(CLASSES)).collect();
    (examples, dense.slice(s![.., ..-1]).to_owned(), labels)
}

/// The weights in the order of the tape.
fn theta(network: &Network) -> Vec<f64> {
    let (first, second) = (network.first.matrix(), network.second.matrix());
    let last = second.nrows() - 1;
    let parts =
        [first.slice(s![.., ..UNITS]), second.slice(s![..UNITS, ..CLASSES]), second.slice(s![last..=last, ..CLASSES])];
    parts.iter().flat_map(|part| part.iter()).map(|&weight| f64::from(weight)).collect()
}

/// The average of gradients, one a row, coordinate by coordinate.
fn average(rule: Rule, gradients: ArrayView2<f64>, means: &[Array1<f64>]) -> Array1<f64> {
    let mean = |rows: ArrayView2<f64>| rows.mean_axis(ndarray::Axis(0)).unwrap();
    let middle = |three: &[Array1<f64>]| {
        Array1::from_shape_fn(three[0].len(), |k| sorted(three.iter().map(|values| values[k]))[1])
    };
    match rule {
        Rule::Winsor(c) => Array1::from_shape_fn(gradients.ncols(), |k| {
            let mut values = sorted(gradients.column(k).iter().copied());
            for place in 0..c {
                values[place] = values[c];
                values[BATCH - 1 - place] = values[BATCH - 1 - c];
            }
            values.iter().sum::<f64>() / BATCH as f64
        }),
        Rule::Median3 => {
            let ends = [0, BATCH / 3, 2 * BATCH / 3, BATCH];
            middle(&[0, 1, 2].map(|group| mean(gradients.slice(s![ends[group]..ends[group + 1], ..]))))
        }
        Rule::Rolling if means.len() >= 3 => middle(&means[means.len() - 3..]),
        _ => mean(gradients),
    }
}

#[test]
fn steps_are_those_of_explicit_gradients_of_single_examples() {
    let (examples, dense, labels) = task();
    let mut classifier: Classifier<f64> = perceptron(1, dense.ncols(), UNITS);
    for rule in [Rule::Sgd, Rule::Slow, Rule::Winsor(1), Rule::Winsor(3), Rule::Median3, Rule::Rolling] {
        let mut random = Streams::new("test").open("weights", 0);
        let mut network = Network::sample(examples.inputs, UNITS, (rule, BATCH), &mut random);
        let mut expected = theta(&network);
        let mut means = Vec::new();
        for step in 0..STEPS {
            let batch: Vec<usize> = (0..BATCH).map(|k| (3 * k + 7 * step) % (2 * BATCH)).collect();
            let mut gradients = Array2::zeros((BATCH, expected.len()));
            for (mut gradient, &index) in gradients.rows_mut().into_iter().zip(&batch) {
                let gradient = gradient.as_slice_mut().unwrap();
                classifier.gradient(&expected, dense.view(), &labels, &[index], gradient);
            }
            means.push(gradients.mean_axis(ndarray::Axis(0)).unwrap());
            let step = average(rule, gradients.view(), &means);
            expected.iter_mut().zip(&step).for_each(|(weight, g)| *weight -= f64::from(RATE) * g);
            network.step(&examples, &labels, &batch, RATE);
        }
        for (weight, expected) in theta(&network).iter().zip(&expected) {
            assert!((weight - expected).abs() < 1e-5, "{rule:?}: {weight} {expected}");
        }
        // Places without a unit are still empty.
        assert!(network.first.matrix().slice(s![.., UNITS..]).iter().all(|&weight| weight == 0.0));
        let mut logits = Array2::zeros((examples.len(), CLASSES));
        classifier.tape.predict(&expected, classifier.x, dense.view(), classifier.logits, logits.view_mut());
        let classes: Vec<usize> =
            logits.rows().into_iter().map(|row| reduce::argmax(row.as_slice().unwrap())).collect();
        assert_eq!(network.predict(&examples).unwrap(), classes);
    }
}

#[test]
fn divergence_is_an_error() {
    let (examples, _, labels) = task();
    let mut random = Streams::new("test").open("weights", 0);
    let mut network = Network::sample(examples.inputs, UNITS, (Rule::Sgd, BATCH), &mut random);
    let batch: Vec<usize> = (0..BATCH).collect();
    (0..20).for_each(|_| network.step(&examples, &labels, &batch, 1e30));
    assert!(network.predict(&examples).is_err());
}
