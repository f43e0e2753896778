//! Time of one training step of four small networks, on one thread.
//!
//! `cargo bench -p networks --bench steps`; `bench/peers/networks.py` times the same steps in PyTorch. Both print the
//! fastest step in milliseconds. Names of steps as arguments choose some of them.
//!
//! Each network is first trained twice from its start for 100 steps. The weights must have the same bits, and a hash
//! of them is printed: it is the same on every machine.

use std::time::{Duration, Instant};

use networks::{Adam, Classifier, Init, Number, Optimizer, Sgd, Tape, Value, Window};
use numerics::random::{Generator, Streams};

/// Time spent on each network.
const BUDGET: Duration = Duration::from_secs(2);

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    /// Measures a step: milliseconds, and a hash of the weights after a hundred of them.
    type Measure = fn() -> (f64, u64);
    let steps: [(&str, Measure); 4] =
        [("mlp", perceptron), ("transformer", transformer), ("convolution", convolution), ("two-layer", two_layer)];
    for (name, measure) in steps {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            let (time, hash) = measure();
            println!("networks {name:<12} {time:8.3} ms   weights after 100 steps {hash:016x}");
        }
    }
}

/// 784-200-200-10, batch 128, cross-entropy, gradient descent.
fn perceptron() -> (f64, u64) {
    let mut net = Classifier::<f32>::mlp(128, &[784, 200, 200, 10], Init::HeNormal, Init::HeNormal);
    fill(&mut net.tape, net.x, 128);
    let labels: Vec<usize> = (0..128).map(|i| i % 10).collect();
    net.tape.set_labels(net.labels, &labels);
    measure(&mut net.tape, net.loss, Sgd::plain, 0.01)
}

/// Next-token prediction: vocabulary 128, sequence 64, batch 16; two layers of width 64, four heads, normalization
/// before each part, GELU perceptrons of four times the width; Adam.
fn transformer() -> (f64, u64) {
    let (length, vocabulary, width) = (64, 128, 64);
    let mut tape = Tape::<f32>::new(16);
    let tokens = tape.labels("tokens", length);
    let next = tape.labels("next", length);
    let table = tape.parameter("embedding", vocabulary, width, Init::Normal(0.02));
    let positions = tape.parameter("positions", length, width, Init::Normal(0.02));
    let x = tape.embedding(table, tokens);
    let mut x = tape.add(x, positions);
    for layer in ["0", "1"] {
        let y = tape.norm(&format!("{layer}.first"), x);
        let qkv = tape.dense(&format!("{layer}.qkv"), y, 3 * width, Init::LeCunNormal);
        let y = tape.attention(qkv, 4, |i, j| j <= i);
        let y = tape.dense(&format!("{layer}.output"), y, width, Init::LeCunNormal);
        x = tape.add(x, y);
        let y = tape.norm(&format!("{layer}.second"), x);
        let y = tape.dense(&format!("{layer}.up"), y, 4 * width, Init::LeCunNormal);
        let y = tape.gelu(y);
        let y = tape.dense(&format!("{layer}.down"), y, width, Init::LeCunNormal);
        x = tape.add(x, y);
    }
    let x = tape.norm("last", x);
    let logits = tape.dense("head", x, vocabulary, Init::LeCunNormal);
    let losses = tape.cross_entropy(logits, next);
    let loss = tape.mean(losses);
    let mut draws = generator();
    for labels in [tokens, next] {
        let numbers: Vec<usize> = (0..16 * length).map(|_| draws.below(vocabulary)).collect();
        tape.set_labels(labels, &numbers);
    }
    let count = tape.parameter_count();
    measure(&mut tape, loss, || Adam::new(count), 1e-3)
}

/// 3 x 3 convolutions of 28 x 28 pixels to 16 and 32 channels, each with ReLU and 2 x 2 pooling, and a linear layer;
/// batch 64, gradient descent.
fn convolution() -> (f64, u64) {
    let mut tape = Tape::<f32>::new(64);
    let image = tape.input("image", 28 * 28, 1);
    fill(&mut tape, image, 64);
    let (mut x, mut side) = (image, 28);
    for channels in [16, 32] {
        let w = tape.parameter(&format!("{channels}.weight"), 9 * x.columns(), channels, Init::HeNormal);
        let b = tape.parameter(&format!("{channels}.bias"), 1, channels, Init::Constant(0.0));
        x = tape.convolution(x, w, Some(b), Window::same(side, side));
        x = tape.relu(x);
        x = tape.max_pool(x, side, side);
        side /= 2;
    }
    let x = tape.reshape(x, 1, side * side * 32);
    let logits = tape.dense("head", x, 10, Init::LeCunNormal);
    let mut net = Classifier::new(tape, image, logits);
    let labels: Vec<usize> = (0..64).map(|i| i % 10).collect();
    net.tape.set_labels(net.labels, &labels);
    measure(&mut net.tape, net.loss, Sgd::plain, 0.01)
}

/// 1000 inputs, 500 ReLU units, one output; squared error of 400 examples, in double precision, gradient descent.
fn two_layer() -> (f64, u64) {
    let mut tape = Tape::<f64>::new(400);
    let x = tape.input("x", 1, 1000);
    let target = tape.input("target", 1, 1);
    fill(&mut tape, x, 400);
    fill(&mut tape, target, 400);
    let hidden = tape.dense("hidden", x, 500, Init::HeNormal);
    let hidden = tape.relu(hidden);
    let output = tape.dense("output", hidden, 1, Init::LeCunNormal);
    let errors = tape.squared_error(output, target);
    let loss = tape.mean(errors);
    measure(&mut tape, loss, Sgd::plain, 0.01)
}

fn generator() -> Generator {
    Streams::new("steps").open("data", 1)
}

/// Loads an input with normal draws.
fn fill<T: Number>(tape: &mut Tape<T>, input: Value, examples: usize) {
    let mut draws = generator();
    tape.input_mut(input, examples).fill_with(|| T::from_f64(draws.normal()));
}

/// Milliseconds of the fastest step, and a hash of the weights after 100 steps.
fn measure<T: Number, O: Optimizer<T>>(
    tape: &mut Tape<T>,
    loss: Value,
    optimizer: impl Fn() -> O,
    rate: f64,
) -> (f64, u64) {
    let start = tape.initial(&mut generator());
    let mut gradient = vec![T::ZERO; start.len()];
    let mut step = |theta: &mut [T], optimizer: &mut O| {
        tape.loss_and_gradient(loss, theta, &mut gradient);
        optimizer.step(theta, &gradient, rate);
    };
    let mut weights = || {
        let (mut theta, mut optimizer) = (start.clone(), optimizer());
        (0..100).for_each(|_| step(&mut theta, &mut optimizer));
        hash(&theta)
    };
    let first = weights();
    assert_eq!(weights(), first, "the same 100 steps gave other weights");

    let (mut theta, mut optimizer) = (start.clone(), optimizer());
    let (begin, mut best) = (Instant::now(), f64::INFINITY);
    while begin.elapsed() < BUDGET {
        let begin = Instant::now();
        step(&mut theta, &mut optimizer);
        best = best.min(begin.elapsed().as_secs_f64());
    }
    assert!(tape.scalar(loss).to_f64().is_finite());
    (best * 1e3, first)
}

/// Fowler, Noll and Vo's hash (FNV-1a) of the bits.
fn hash<T: Number>(numbers: &[T]) -> u64 {
    numbers.iter().fold(0xcbf2_9ce4_8422_2325, |hash, number| {
        let bytes = number.to_f64().to_bits().to_le_bytes();
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        bytes.into_iter().fold(hash, mix)
    })
}
