//! Networks that several tests train.

use networks::{Classifier, Init, Labels, Number, Tape, Value, Window};
use numerics::random::{Generator, Streams};

/// A stream of these tests.
pub fn generator(name: &str) -> Generator {
    Streams::new("networks").open(name, 1)
}

/// Loads an input with uniform draws on [-1, 1).
pub fn fill<T: Number>(tape: &mut Tape<T>, input: Value, examples: usize) {
    let mut draws = generator("fill");
    let numbers = tape.input_mut(input, examples);
    numbers.fill_with(|| T::from_f64(draws.uniform_in(-1.0, 1.0)));
}

/// Loads labels with draws below `classes`.
pub fn fill_labels<T: Number>(tape: &mut Tape<T>, labels: Labels, count: usize, classes: usize) {
    let mut draws = generator("labels");
    let numbers: Vec<usize> = (0..count).map(|_| draws.below(classes)).collect();
    tape.set_labels(labels, &numbers);
}

/// A perceptron, loaded.
pub fn perceptron<T: Number>() -> (Tape<T>, Value) {
    let mut net = Classifier::mlp(12, &[20, 17, 9, 4], Init::Uniform(0.3), Init::FanIn(1.0));
    fill(&mut net.tape, net.x, 12);
    fill_labels(&mut net.tape, net.labels, 12, 4);
    (net.tape, net.loss)
}

/// A transformer of one layer, loaded.
pub fn transformer<T: Number>() -> (Tape<T>, Value) {
    let (length, vocabulary, width) = (7, 11, 12);
    let mut tape = Tape::new(3);
    let (tokens, next) = (tape.labels("tokens", length), tape.labels("next", length));
    let table = tape.parameter("table", vocabulary, width, Init::Uniform(0.5));
    let positions = tape.parameter("positions", length, width, Init::Uniform(0.5));
    let x = tape.embedding(table, tokens);
    let x = tape.add(x, positions);
    let y = tape.norm("first", x);
    let qkv = tape.dense("qkv", y, 3 * width, Init::FanIn(1.0));
    let y = tape.attention(qkv, 3, |i, j| j <= i);
    let y = tape.dense("output", y, width, Init::FanIn(1.0));
    let x = tape.add(x, y);
    let y = tape.norm("second", x);
    let y = tape.dense("up", y, 2 * width, Init::FanIn(1.0));
    let y = tape.gelu(y);
    let y = tape.dense("down", y, width, Init::FanIn(1.0));
    let x = tape.add(x, y);
    let logits = tape.dense("head", x, vocabulary, Init::FanIn(1.0));
    let losses = tape.cross_entropy(logits, next);
    let loss = tape.mean(losses);
    fill_labels(&mut tape, tokens, 3 * length, vocabulary);
    fill_labels(&mut tape, next, 3 * length, vocabulary);
    (tape, loss)
}

/// A convolutional network, loaded.
pub fn convolutional<T: Number>() -> (Tape<T>, Value) {
    let mut tape = Tape::new(5);
    let image = tape.input("image", 100, 1);
    let w = tape.parameter("first", 9, 6, Init::FanIn(1.0));
    let b = tape.parameter("bias", 1, 6, Init::Uniform(0.1));
    let x = tape.convolution(image, w, Some(b), Window::same(10, 10));
    let x = tape.relu(x);
    let x = tape.max_pool(x, 10, 10);
    let w = tape.parameter("second", 54, 8, Init::FanIn(1.0));
    let x = tape.convolution(x, w, None, Window::halving(5, 5));
    let x = tape.relu(x);
    let x = tape.reshape(x, 1, 32);
    let logits = tape.dense("head", x, 3, Init::FanIn(1.0));
    let mut net = Classifier::new(tape, image, logits);
    fill(&mut net.tape, image, 5);
    fill_labels(&mut net.tape, net.labels, 5, 3);
    (net.tape, net.loss)
}
