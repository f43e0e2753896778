//! Adaptation and gradient against the algorithm written out in double precision.

use super::*;

const SHAPE: TaskShape = TaskShape { ways: 2, shots: 2, query_shots: 1 };
const INPUTS: usize = 4;
const UNITS: usize = 3;

/// U, then V, of one task, row by row.
type Weights = Vec<f64>;

fn weights(network: &LinearNetwork) -> Weights {
    network.u.iter().chain(&network.v).map(|&w| f64::from(w)).collect()
}

/// f(x) = multiplier V U x.
fn outputs(weights: &Weights, multiplier: f64, input: ArrayView1<f32>) -> Vec<f64> {
    let (u, v) = weights.split_at(UNITS * INPUTS);
    let dot = |row: &[f64], x: &[f64]| row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>();
    let input: Vec<f64> = input.iter().map(|&x| f64::from(x)).collect();
    let hidden: Vec<f64> = u.chunks(INPUTS).map(|row| dot(row, &input)).collect();
    v.chunks(UNITS).map(|row| multiplier * dot(row, &hidden)).collect()
}

/// Mean cross-entropy of inputs, `shots` for each label in turn.
fn loss(weights: &Weights, multiplier: f64, inputs: ArrayView2<f32>, shots: usize) -> f64 {
    let losses = inputs.rows().into_iter().enumerate().map(|(i, input)| {
        let logits = outputs(weights, multiplier, input);
        log_sum_exp(&logits) - logits[i / shots]
    });
    losses.sum::<f64>() / inputs.nrows() as f64
}

/// A gradient by central differences.
fn slopes(weights: &Weights, loss: impl Fn(&Weights) -> f64) -> Weights {
    let moved = |i: usize, by: f64| {
        let mut weights = weights.clone();
        weights[i] += by;
        loss(&weights)
    };
    (0..weights.len()).map(|i| (moved(i, 1e-5) - moved(i, -1e-5)) / 2e-5).collect()
}

fn close(ours: impl IntoIterator<Item = f32>, expected: &[f64]) {
    for (i, (ours, expected)) in ours.into_iter().zip(expected).enumerate() {
        assert!((f64::from(ours) - expected).abs() < 2e-5, "{i}: {ours}, expected {expected}");
    }
}

/// Compares two tasks at this number of inner steps.
fn agrees(network: &LinearNetwork, steps: usize) {
    let mut random = Streams::new("test").open("inputs", 1);
    let mut tasks = Tasks::new(SHAPE, 2, INPUTS);
    tasks.inputs.mapv_inplace(|_| random.normal_f32());
    tasks.multiply();
    let (multiplier, rate) = (f64::from(network.multiplier), 0.3);
    let (mut adapted, mut gradient) = (Adapted::new(network, &tasks), Gradient::new(network, &tasks));
    adapted.adapt(network, &tasks, steps, rate);
    let logits = adapted.logits.clone();
    gradient.compute(network, &tasks, &mut adapted);

    let mut total = vec![0.0; weights(network).len()];
    for task in 0..2 {
        let supports = tasks.inputs.slice(s![tasks.supports_of(task), ..]);
        let (first, queries) = (tasks.supports(), tasks.queries_of(task));
        let of_queries = tasks.inputs.slice(s![first + queries.start..first + queries.end, ..]);
        let mut weights = weights(network);
        let mut step = |rate: f64, slopes: Weights| {
            for (i, (w, slope)) in weights.iter_mut().zip(slopes).enumerate() {
                *w -= if network.features_learn || i >= UNITS * INPUTS { rate * slope } else { 0.0 };
            }
            weights.clone()
        };
        let mut at = step(0.0, total.clone());
        for _ in 0..steps {
            at = step(rate, slopes(&at, |weights| loss(weights, multiplier, supports, SHAPE.shots)));
        }
        for (query, input) in queries.zip(of_queries.rows()) {
            close(logits.row(query).to_vec(), &outputs(&at, multiplier, input));
        }
        // First order: the gradient at the adapted weights counts as that at the weights before.
        let here = slopes(&at, |weights| loss(weights, multiplier, of_queries, SHAPE.query_shots));
        total.iter_mut().zip(here).for_each(|(total, slope)| *total += slope / 2.0);
    }
    if !network.features_learn {
        total[..UNITS * INPUTS].fill(0.0);
    }
    close(gradient.u.iter().chain(&gradient.v).copied(), &total);
    let norm = total.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
    assert!((gradient.norm() - norm).abs() < 1e-4);
}

#[test]
fn adaptation_and_gradient_are_those_of_the_written_out_network() {
    let mut random = Streams::new("test").open("weights", 0);
    let mut draw = |rows, columns| random.normal_matrix(rows, columns).mapv(|w| w as f32);
    let (u, v) = (draw(UNITS, INPUTS), draw(SHAPE.ways, UNITS));
    for (multiplier, features_learn) in [(1.0, true), (0.6, true), (1.0, false)] {
        let network = LinearNetwork { u: u.clone(), v: v.clone(), multiplier, features_learn };
        for steps in [0, 1, 3] {
            agrees(&network, steps);
        }
    }
}
