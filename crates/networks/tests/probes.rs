//! The bits of every operation are those recorded in `tests/probes.txt`.
//!
//! Each probe runs one operation forwards and backwards in both precisions, on uniform draws. `UPDATE_EXPECT=1`
//! records the hashes anew.

mod common;

use std::fs;
use std::path::Path;

use common::{convolutional, fill, fill_labels, generator, perceptron, transformer};
use networks::{Adam, Batches, Init, Number, Optimizer, Sgd, Tape, Value, Window};
use networks::{clip_norm, draw_dropout, draw_indices, schedules, softmax_rows};
use numerics::probes::{Digest, Probe, compare, render};

/// Examples of a batch.
const EXAMPLES: usize = 13;

/// Sizes that straddle the tiles and lanes of the kernels.
const COLUMNS: usize = 37;

/// A probe of what one expression records on the tape of this name.
macro_rules! operation {
    ($name:literal, $tape:ident => $build:expr) => {
        Probe::new($name, |digest| {
            fn build<T: Number>($tape: &mut Tape<T>) -> Value {
                $build
            }
            run::<f32>(digest, build);
            run::<f64>(digest, build);
        })
    };
}

const PROBES: &[Probe] = &[
    operation!("operation/linear", tape => {
        let x = source(tape, 2, COLUMNS);
        tape.dense("layer", x, 21, Init::Uniform(0.5))
    }),
    operation!("operation/product", tape => {
        let a = tape.parameter("a", 50, 3, Init::Uniform(1.0));
        let b = tape.parameter("b", 3, COLUMNS, Init::Uniform(1.0));
        tape.product(a, b)
    }),
    operation!("operation/product-transposed", tape => {
        let x = source(tape, 2, COLUMNS);
        let w = tape.parameter("w", 21, COLUMNS, Init::Uniform(0.5));
        let y = tape.product_transposed(x, w);
        tape.product_transposed(y, y)
    }),
    operation!("operation/gate", tape => {
        let x = source(tape, 2, COLUMNS);
        let y = tape.tanh(x);
        tape.gate(y, x)
    }),
    operation!("operation/row-norms", tape => {
        let x = source(tape, 2, COLUMNS);
        let y = tape.tanh(x);
        tape.row_norms(&[x, y], 1e-3)
    }),
    operation!("operation/reorder", tape => {
        let x = source(tape, 2, COLUMNS);
        let order = tape.labels("order", 1);
        fill_labels(tape, order, EXAMPLES, EXAMPLES);
        tape.reorder(x, order)
    }),
    operation!("operation/relu", tape => {
        let x = source(tape, 1, COLUMNS);
        tape.relu(x)
    }),
    operation!("operation/tanh", tape => {
        let x = source(tape, 1, COLUMNS);
        tape.tanh(x)
    }),
    operation!("operation/sigmoid", tape => {
        let x = source(tape, 1, COLUMNS);
        tape.sigmoid(x)
    }),
    operation!("operation/gelu", tape => {
        let x = source(tape, 1, COLUMNS);
        let x = tape.scale(x, 3.0);
        tape.gelu(x)
    }),
    operation!("operation/add", tape => {
        let x = source(tape, 4, COLUMNS);
        let y = tape.parameter("y", 2, COLUMNS, Init::Uniform(1.0));
        tape.add(x, y)
    }),
    operation!("operation/subtract", tape => {
        let x = source(tape, 4, COLUMNS);
        let y = tape.parameter("y", 1, COLUMNS, Init::Uniform(1.0));
        tape.subtract(x, y)
    }),
    operation!("operation/multiply", tape => {
        let x = source(tape, 4, COLUMNS);
        let y = tape.parameter("y", 4, COLUMNS, Init::Uniform(1.0));
        let y = tape.multiply(x, y);
        tape.multiply(x, y)
    }),
    operation!("operation/scale", tape => {
        let x = source(tape, 1, COLUMNS);
        tape.scale(x, 0.3)
    }),
    operation!("operation/mean", tape => {
        let x = source(tape, 3, COLUMNS);
        tape.mean(x)
    }),
    operation!("operation/sum", tape => {
        let x = source(tape, 3, COLUMNS);
        tape.sum(x)
    }),
    operation!("operation/layer-norm", tape => {
        let x = source(tape, 1, COLUMNS);
        let scale = tape.parameter("scale", 1, COLUMNS, Init::Uniform(1.0));
        let shift = tape.parameter("shift", 1, COLUMNS, Init::Uniform(1.0));
        tape.layer_norm(x, scale, shift)
    }),
    operation!("operation/unit-rows", tape => {
        let x = source(tape, 1, COLUMNS);
        tape.unit_rows(x)
    }),
    operation!("operation/embedding", tape => {
        let table = tape.parameter("table", 7, COLUMNS, Init::Uniform(1.0));
        let tokens = tape.labels("tokens", 5);
        fill_labels(tape, tokens, 5 * EXAMPLES, 7);
        tape.embedding(table, tokens)
    }),
    operation!("operation/rows", tape => {
        let x = source(tape, 6, COLUMNS);
        tape.rows(x, 2..5)
    }),
    operation!("operation/attention", tape => {
        let qkv = source(tape, 9, 36);
        tape.attention(qkv, 3, |i, j| j <= i)
    }),
    operation!("operation/attention-to-earlier", tape => {
        let x = source(tape, 9, 24);
        let [q, own, context] =
            [("q", 12), ("own", 24), ("context", 24)].map(|(name, columns)| tape.parameter(name, 24, columns, Init::Uniform(0.5)));
        let [q, own, context] = [q, own, context].map(|w| tape.product(x, w));
        tape.attention_to_earlier(q, own, context, 3)
    }),
    operation!("operation/convolution", tape => {
        let x = source(tape, 11 * 13, 3);
        let w = tape.parameter("w", 27, 10, Init::Uniform(1.0));
        let b = tape.parameter("b", 1, 10, Init::Uniform(1.0));
        tape.convolution(x, w, Some(b), Window::same(11, 13))
    }),
    operation!("operation/convolution-halving", tape => {
        let x = source(tape, 11 * 13, 16);
        let w = tape.parameter("w", 144, 5, Init::Uniform(1.0));
        tape.convolution(x, w, None, Window::halving(11, 13))
    }),
    operation!("operation/transposed-convolution", tape => {
        let x = source(tape, 5 * 6, 5);
        let w = tape.parameter("w", 27, 5, Init::Uniform(1.0));
        tape.transposed_convolution(x, w, Window::halving(11, 13))
    }),
    operation!("operation/max-pool", tape => {
        let x = source(tape, 7 * 9, 20);
        tape.max_pool(x, 7, 9)
    }),
    operation!("operation/cross-entropy", tape => {
        let logits = source(tape, 2, COLUMNS);
        let labels = tape.labels("labels", 2);
        fill_labels(tape, labels, 2 * EXAMPLES, COLUMNS);
        tape.cross_entropy(logits, labels)
    }),
    operation!("operation/entropy", tape => {
        let logits = source(tape, 2, COLUMNS);
        tape.entropy(logits)
    }),
    operation!("operation/squared-error", tape => {
        let x = source(tape, 1, COLUMNS);
        let y = tape.tanh(x);
        tape.squared_error(x, y)
    }),
    operation!("operation/binary-cross-entropy", tape => {
        let x = source(tape, 1, COLUMNS);
        let targets = tape.input("targets", 1, COLUMNS);
        fill(tape, targets, EXAMPLES);
        tape.input_mut(targets, EXAMPLES).iter_mut().for_each(|t| *t *= *t);
        tape.binary_cross_entropy(x, targets)
    }),
    Probe::new("function/softmax-rows", |digest| {
        softmax::<f32>(digest);
        softmax::<f64>(digest);
    }),
    Probe::new("optimizer/sgd", |digest| {
        updates::<f32, _>(digest, |_| Sgd::plain().weight_decay(0.01));
        updates::<f64, _>(digest, |_| Sgd::plain().weight_decay(0.01));
    }),
    Probe::new("optimizer/heavy-ball", |digest| {
        updates::<f32, _>(digest, |count| Sgd::heavy_ball(count, 0.9));
        updates::<f64, _>(digest, |count| Sgd::heavy_ball(count, 0.9));
    }),
    Probe::new("optimizer/nesterov", |digest| {
        updates::<f32, _>(digest, |count| Sgd::nesterov(count, 0.9));
        updates::<f64, _>(digest, |count| Sgd::nesterov(count, 0.9));
    }),
    Probe::new("optimizer/adam", |digest| {
        updates::<f32, _>(digest, |count| Adam::new(count).weight_decay(0.01));
        updates::<f64, _>(digest, |count| Adam::new(count).weight_decay(0.01));
    }),
    Probe::new("optimizer/adamw", |digest| {
        updates::<f32, _>(digest, |count| Adam::new(count).decoupled_decay(0.01));
        updates::<f64, _>(digest, |count| Adam::new(count).decoupled_decay(0.01));
    }),
    Probe::new("optimizer/clip-norm", |digest| {
        let mut gradient = uniform::<f32>("clip", 100);
        digest.double(clip_norm(&mut gradient, 1.5));
        digest.singles(&gradient);
    }),
    Probe::new("schedule/all", |digest| {
        for t in 0..=100 {
            digest.doubles([schedules::cosine(t, 100), schedules::linear(t, 100)]);
            digest.doubles([schedules::warm_up(t, 30), schedules::one_cycle(t, 101, 0.3, 25.0, 1e4)]);
        }
    }),
    Probe::new("initial/laws", |digest| {
        let laws = [
            Init::Normal(0.3),
            Init::Uniform(0.6),
            Init::HeNormal,
            Init::HeUniform,
            Init::LeCunNormal,
            Init::GlorotUniform,
            Init::GlorotNormal,
            Init::FanIn(1.5),
        ];
        for init in laws {
            let mut numbers = [0.0_f64; 35];
            init.fill(7, 5, &mut numbers, &mut generator("laws"));
            digest.doubles(numbers);
        }
    }),
    Probe::new("sampling/batches", |digest| {
        let (mut batches, mut draws) = (Batches::new(0..100, 15), generator("batches"));
        for _ in 0..20 {
            digest.integers(batches.next(&mut draws).iter().map(|&index| index as u64));
        }
        let (mut indices, mut mask) = ([0; 50], [0.0_f64; 50]);
        draw_indices(1000, &mut indices, &mut draws);
        draw_dropout(0.3, &mut mask, &mut draws);
        digest.integers(indices.map(|index| index as u64));
        digest.doubles(mask);
    }),
    Probe::new("training/perceptron", |digest| {
        training(digest, perceptron::<f32>());
        training(digest, perceptron::<f64>());
    }),
    Probe::new("training/transformer", |digest| {
        training(digest, transformer::<f32>());
        training(digest, transformer::<f64>());
    }),
    Probe::new("training/convolutional", |digest| {
        training(digest, convolutional::<f32>());
        training(digest, convolutional::<f64>());
    }),
];

fn uniform<T: Number>(name: &str, count: usize) -> Vec<T> {
    let mut draws = generator(name);
    (0..count).map(|_| T::from_f64(draws.uniform_in(-1.0, 1.0))).collect()
}

/// A value of the batch that depends on parameters: uniform draws plus a matrix that is the same for all examples, so
/// that its gradient is the sum of what reaches the examples.
fn source<T: Number>(tape: &mut Tape<T>, rows: usize, columns: usize) -> Value {
    let x = tape.input("x", rows, columns);
    fill(tape, x, EXAMPLES);
    let shared = tape.parameter("shared", rows, columns, Init::Uniform(1.0));
    tape.add(x, shared)
}

/// Adds numbers of either precision; the conversion to double is exact.
fn add<'a, T: Number>(digest: &mut Digest, numbers: impl IntoIterator<Item = &'a T>) {
    digest.doubles(numbers.into_iter().map(|number| number.to_f64()));
}

/// Hashes an operation's value, and what its backward pass makes of uniform draws.
fn run<T: Number>(digest: &mut Digest, build: fn(&mut Tape<T>) -> Value) {
    let mut tape = Tape::new(EXAMPLES);
    let value = build(&mut tape);
    let theta = tape.initial(&mut generator("init"));
    let mut gradient = vec![T::ZERO; theta.len()];
    tape.forward(&theta);
    add(digest, tape.value(value));
    let seed = tape.seed(value);
    let draws = uniform("seed", seed.len());
    seed.copy_from_slice(&draws);
    tape.backward_from_seeds(&theta, &mut gradient);
    add(digest, &gradient);
}

fn softmax<T: Number>(digest: &mut Digest) {
    let mut logits = uniform::<T>("logits", 20 * COLUMNS);
    softmax_rows(&mut logits, COLUMNS);
    add(digest, &logits);
}

/// Ten updates by uniform draws.
fn updates<T: Number, O: Optimizer<T>>(digest: &mut Digest, optimizer: impl Fn(usize) -> O) {
    let (mut theta, gradients) = (uniform::<T>("theta", 100), uniform::<T>("gradients", 1000));
    let mut optimizer = optimizer(theta.len());
    for gradient in gradients.chunks_exact(100) {
        optimizer.step(&mut theta, gradient, 0.05);
    }
    add(digest, &theta);
}

/// Weights after a hundred steps.
fn training<T: Number>(digest: &mut Digest, (mut tape, loss): (Tape<T>, Value)) {
    let mut theta = tape.initial(&mut generator("init"));
    let mut gradient = vec![T::ZERO; theta.len()];
    let mut adam = Adam::new(theta.len());
    for _ in 0..100 {
        tape.loss_and_gradient(loss, &theta, &mut gradient);
        adam.step(&mut theta, &gradient, 0.01);
    }
    add(digest, &theta);
}

#[test]
fn bits_are_the_recorded_ones() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/probes.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, render(PROBES)).expect("write tests/probes.txt");
    }
    let recorded = fs::read_to_string(&file).expect("read tests/probes.txt");
    if let Err(differences) = compare(PROBES, &recorded) {
        panic!("operations whose bits are not the recorded ones:\n{differences}");
    }
}
