//! Every operation's gradient against central differences, in double precision.

use networks::{Init, Number, Tape, Value, Window};
use numerics::random::{Generator, Streams};

/// Examples of a batch in these tests: fewer than the capacity, so that short batches are covered.
const EXAMPLES: usize = 3;
const CAPACITY: usize = 5;

fn generator(name: &str) -> Generator {
    Streams::new("gradients").open(name, 1)
}

/// A value of the batch that depends on parameters: random inputs times a random matrix.
fn source(tape: &mut Tape<f64>, name: &str, rows: usize, columns: usize) -> Value {
    let x = tape.input(&format!("{name}.input"), rows, 3);
    let mut draws = generator(name);
    let numbers: Vec<f64> = (0..EXAMPLES * rows * 3).map(|_| draws.normal()).collect();
    tape.set(x, &numbers);
    let w = tape.parameter(name, 3, columns, Init::Normal(0.6));
    tape.product(x, w)
}

/// A random linear function of a value, so that every number of its gradient is different.
fn objective(tape: &mut Tape<f64>, value: Value) -> Value {
    let name = "objective";
    let weights = if value.is_batched() {
        tape.input(name, value.rows(), value.columns())
    } else {
        tape.fixed_input(name, value.rows(), value.columns())
    };
    let examples = if value.is_batched() { EXAMPLES } else { 1 };
    let mut draws = generator(name);
    tape.input_mut(weights, examples).fill_with(|| draws.uniform_in(0.5, 1.5) * draws.sign());
    let product = tape.multiply(value, weights);
    tape.sum(product)
}

/// Compares the derivatives of a random linear function of the value that `build` makes.
#[track_caller]
fn check(build: impl FnOnce(&mut Tape<f64>) -> Value) {
    check_with(CAPACITY, build);
}

/// The same on a tape with this capacity.
#[track_caller]
fn check_with(capacity: usize, build: impl FnOnce(&mut Tape<f64>) -> Value) {
    let mut tape = Tape::new(capacity);
    let value = build(&mut tape);
    let loss = objective(&mut tape, value);
    let mut theta = tape.initial(&mut generator("theta"));
    let mut gradient = vec![f64::NAN; theta.len()];
    tape.loss_and_gradient(loss, &theta, &mut gradient);
    assert_eq!(tape.examples(), EXAMPLES);
    let largest = gradient.iter().fold(0.0, |largest: f64, g| largest.max(g.abs()));
    assert!(largest > 1e-3, "the gradient vanishes");
    for (i, &derivative) in gradient.iter().enumerate() {
        let (start, step) = (theta[i], 1e-5);
        let mut at = |x: f64| {
            theta[i] = x;
            tape.forward(&theta);
            tape.scalar(loss)
        };
        // The central difference with its error of second order removed (Richardson).
        let mut slope = |step: f64| (at(start + step) - at(start - step)) / (2.0 * step);
        let difference = (4.0 * slope(step * 8.0) - slope(step * 16.0)) / 3.0;
        theta[i] = start;
        let error = (derivative - difference).abs() / (derivative.abs() + 1e-2 * largest);
        assert!(error < 1e-6, "parameter {i}: gradient {derivative}, difference {difference}");
    }
}

#[test]
fn linear() {
    check(|tape| {
        let x = source(tape, "x", 2, 4);
        tape.dense("layer", x, 5, Init::HeNormal)
    });
    check(|tape| {
        let x = source(tape, "x", 1, 4);
        let b = tape.parameter("b", 1, 20, Init::Normal(1.0));
        let w = tape.parameter("w", 4, 20, Init::Normal(1.0));
        tape.linear(x, w, b)
    });
}

#[test]
fn transposed_products() {
    check(|tape| {
        let x = source(tape, "x", 2, 4);
        let w = tape.parameter("w", 5, 4, Init::HeNormal);
        tape.product_transposed(x, w)
    });
    check_with(EXAMPLES, |tape| {
        let (x, y) = (source(tape, "x", 2, 4), source(tape, "y", 1, 4));
        tape.product_transposed(x, y)
    });
    check_with(EXAMPLES, |tape| {
        let x = source(tape, "x", 2, 4);
        tape.product_transposed(x, x)
    });
}

#[test]
fn masked_low_rank_weights() {
    check(|tape| {
        let x = source(tape, "x", 1, 4);
        let w = tape.parameter("w", 4, 6, Init::HeNormal);
        let (a, b) = (tape.parameter("a", 4, 2, Init::FanIn(1.0)), tape.parameter("b", 2, 6, Init::Normal(1.0)));
        let mask = tape.fixed_input("mask", 4, 6);
        tape.input_mut(mask, 1).iter_mut().enumerate().for_each(|(i, m)| *m = (i % 3 % 2) as f64);
        let product = tape.product(a, b);
        let product = tape.multiply(product, mask);
        let product = tape.scale(product, 2.0);
        let effective = tape.add(w, product);
        tape.product(x, effective)
    });
}

#[test]
fn activations() {
    check(|tape| {
        let x = source(tape, "x", 2, 4);
        tape.relu(x)
    });
    check(|tape| {
        let x = source(tape, "x", 2, 4);
        tape.tanh(x)
    });
    check(|tape| {
        let x = source(tape, "x", 2, 4);
        tape.sigmoid(x)
    });
    check(|tape| {
        let x = source(tape, "x", 2, 4);
        tape.gelu(x)
    });
}

#[test]
fn sums_and_products() {
    for rows in [1, 2, 4] {
        check(|tape| {
            let x = source(tape, "x", 4, 3);
            let y = tape.parameter("y", rows, 3, Init::Normal(1.0));
            tape.add(x, y)
        });
        check(|tape| {
            let x = source(tape, "x", 4, 3);
            let y = tape.parameter("y", rows, 3, Init::Normal(1.0));
            tape.multiply(x, y)
        });
    }
    check(|tape| {
        let (x, y) = (source(tape, "x", 2, 3), source(tape, "y", 2, 3));
        let sum = tape.add(x, y);
        tape.multiply(sum, y)
    });
    check(|tape| {
        let x = source(tape, "x", 2, 3);
        let square = tape.multiply(x, x);
        let double = tape.add(square, square);
        tape.scale(double, -0.7)
    });
}

/// With a gate of its own the derivative by what opens it, a step, would be missed.
#[test]
fn gates() {
    check(|tape| {
        let (x, y) = (source(tape, "x", 2, 4), tape.input("y", 2, 4));
        tape.input_mut(y, EXAMPLES).iter_mut().enumerate().for_each(|(i, y)| *y = (i % 3) as f64 - 1.0);
        tape.gate(x, y)
    });
    check(|tape| {
        let (x, y) = (source(tape, "x", 2, 4), source(tape, "y", 2, 4));
        let gated = tape.gate(x, y);
        tape.gate(gated, x)
    });
}

#[test]
fn means_and_shapes() {
    check(|tape| {
        let x = source(tape, "x", 4, 3);
        let x = tape.reshape(x, 1, 12);
        let x = tape.dense("layer", x, 2, Init::HeNormal);
        let x = tape.tanh(x);
        tape.mean(x)
    });
    check(|tape| {
        let x = source(tape, "x", 4, 3);
        let x = tape.tanh(x);
        tape.sum(x)
    });
}

#[test]
fn normalization() {
    check(|tape| {
        let x = source(tape, "x", 2, 5);
        let scale = tape.parameter("scale", 1, 5, Init::Normal(1.0));
        let shift = tape.parameter("shift", 1, 5, Init::Normal(1.0));
        tape.layer_norm(x, scale, shift)
    });
    check(|tape| {
        let x = source(tape, "x", 2, 5);
        let y = tape.unit_rows(x);
        tape.subtract(y, x)
    });
    check(|tape| {
        let (x, y) = (source(tape, "x", 2, 5), source(tape, "y", 2, 3));
        tape.row_norms(&[x, y, x], 0.1)
    });
}

#[test]
fn embeddings() {
    check(|tape| {
        let table = tape.parameter("table", 5, 3, Init::Normal(1.0));
        let tokens = tape.labels("tokens", 4);
        tape.set_labels(tokens, &[3_usize, 0, 4, 4, 2, 3, 1, 0, 4, 4, 4, 1]);
        let x = tape.embedding(table, tokens);
        let positions = tape.parameter("positions", 4, 3, Init::Normal(1.0));
        let x = tape.add(x, positions);
        tape.tanh(x)
    });
}

#[test]
fn chosen_rows() {
    check(|tape| {
        let x = source(tape, "x", 5, 3);
        let y = tape.rows(x, 1..3);
        let x = tape.rows(x, 2..4);
        tape.multiply(x, y)
    });
    check(|tape| {
        let x = source(tape, "x", 2, 3);
        let y = tape.parameter("y", 4, 3, Init::Normal(1.0));
        let y = tape.rows(y, 3..4);
        tape.subtract(x, y)
    });
    for order in [[2_usize, 0, 1], [1, 1, 2]] {
        check(|tape| {
            let x = source(tape, "x", 2, 3);
            let numbers = tape.labels("order", 1);
            tape.set_labels(numbers, &order);
            let other = tape.reorder(x, numbers);
            tape.multiply(other, x)
        });
    }
}

#[test]
fn attention() {
    let masks: [fn(usize, usize) -> bool; 2] = [|i, j| j <= i, |i, j| i != j];
    for mask in masks {
        check(|tape| {
            let qkv = source(tape, "qkv", 5, 12);
            tape.attention(qkv, 2, mask)
        });
    }
}

#[test]
fn attention_to_earlier_rows() {
    for rows in [1, 4] {
        check(|tape| {
            let queries = source(tape, "queries", rows, 6);
            let (own, context) = (source(tape, "own", rows, 12), source(tape, "context", rows, 12));
            tape.attention_to_earlier(queries, own, context, 2)
        });
    }
    check(|tape| {
        let (queries, own) = (source(tape, "queries", 5, 6), source(tape, "own", 5, 12));
        tape.attention_to_earlier(queries, own, own, 3)
    });
}

/// Where the context is the sequence itself it is causal attention.
#[test]
fn attention_to_earlier_rows_of_the_same_sequence() {
    let mut tape = Tape::<f64>::new(CAPACITY);
    let x = source(&mut tape, "x", 5, 4);
    let [q, kv] = [4, 8].map(|columns| tape.parameter(&format!("to {columns}"), 4, columns, Init::Normal(1.0)));
    let qkv = tape.parameter("qkv", 4, 12, Init::Normal(1.0));
    let (queries, pairs) = (tape.product(x, q), tape.product(x, kv));
    let earlier = tape.attention_to_earlier(queries, pairs, pairs, 2);
    let side_by_side = tape.product(x, qkv);
    let causal = tape.attention(side_by_side, 2, |i, j| j <= i);
    let mut theta = tape.initial(&mut generator("theta"));
    let (q, kv) = (tape.view(q, &theta).to_owned(), tape.view(kv, &theta).to_owned());
    let both = ndarray::concatenate![ndarray::Axis(1), q, kv];
    tape.view_mut(qkv, &mut theta).assign(&both);
    tape.forward(&theta);
    for (a, b) in tape.value(earlier).iter().zip(tape.value(causal)) {
        assert!((a - b).abs() < 1e-14, "{a} is not {b}");
    }
}

#[test]
fn convolutions() {
    let windows =
        [Window::same(3, 5), Window::halving(5, 7), Window { size: 2, stride: 3, padding: 1, ..Window::same(4, 6) }];
    for window in windows {
        let (pixels, (down, across)) = (window.height * window.width, window.positions());
        let area = window.size * window.size;
        check(|tape| {
            let x = source(tape, "x", pixels, 2);
            let w = tape.parameter("w", area * 2, 3, Init::HeNormal);
            let b = tape.parameter("b", 1, 3, Init::Normal(1.0));
            tape.convolution(x, w, Some(b), window)
        });
        check(|tape| {
            let x = source(tape, "x", pixels, 1);
            let w = tape.parameter("w", area, 2, Init::HeNormal);
            tape.convolution(x, w, None, window)
        });
        check(|tape| {
            let x = source(tape, "x", down * across, 3);
            let w = tape.parameter("w", area * 2, 3, Init::HeNormal);
            tape.transposed_convolution(x, w, window)
        });
    }
}

#[test]
fn pooling() {
    check(|tape| {
        let x = source(tape, "x", 20, 3);
        tape.max_pool(x, 5, 4)
    });
}

#[test]
fn losses() {
    check(|tape| {
        let z = source(tape, "z", 2, 4);
        let labels = tape.labels("labels", 2);
        tape.set_labels(labels, &[3_u8, 0, 1, 1, 2, 3]);
        tape.cross_entropy(z, labels)
    });
    check(|tape| {
        let (a, b) = (source(tape, "a", 2, 4), source(tape, "b", 2, 4));
        tape.squared_error(a, b)
    });
    check(|tape| {
        let z = source(tape, "z", 2, 4);
        let targets = tape.input("targets", 2, 4);
        tape.input_mut(targets, EXAMPLES).iter_mut().enumerate().for_each(|(i, t)| *t = [0.0, 1.0, 0.3][i % 3]);
        tape.binary_cross_entropy(z, targets)
    });
    check(|tape| {
        let z = source(tape, "z", 2, 4);
        tape.entropy(z)
    });
    check(|tape| {
        let w = tape.parameter("w", 3, 4, Init::Normal(2.0));
        let x = source(tape, "x", 1, 3);
        let (entropy, x) = (tape.entropy(w), tape.mean(x));
        tape.multiply(entropy, x)
    });
}

/// Uniform, certain, and between: ln 4, 0, and −Σ p ln p by hand.
#[test]
fn entropies() {
    let mut tape = Tape::<f64>::new(CAPACITY);
    let z = tape.variable("z", 1, 4);
    let entropies = tape.entropy(z);
    let total = tape.sum(entropies);
    let infinite = f64::NEG_INFINITY;
    tape.set(z, &[7.0, 7.0, 7.0, 7.0, infinite, 3.0, infinite, infinite, 0.0, numerics::ln(3.0), infinite, infinite]);
    tape.loss_and_gradient(total, &[], &mut []);
    let expected = [numerics::ln(4.0), 0.0, numerics::ln(4.0) - 0.75 * numerics::ln(3.0)];
    for (entropy, expected) in tape.value(entropies).iter().zip(expected) {
        assert!((entropy - expected).abs() < 1e-15, "{entropy} is not {expected}");
    }
    assert!(tape.gradient(z).iter().all(|slope| slope.is_finite()));
    tape.set(z, &[f64::NAN, 0.0, 0.0, 0.0]);
    tape.forward(&[]);
    assert!(tape.scalar(total).is_nan());
}

/// A value that several operations read gets the sum of their gradients.
#[test]
fn shared_values() {
    check(|tape| {
        let x = source(tape, "x", 1, 3);
        let z = tape.dense("z", x, 3, Init::HeNormal);
        let labels = tape.labels("labels", 1);
        tape.set_labels(labels, &[0_u8, 2, 1]);
        let losses = tape.cross_entropy(z, labels);
        let loss = tape.mean(losses);
        let w = tape.parameter("square", 3, 3, Init::HeNormal);
        let square = tape.product(w, w);
        let z = tape.product(z, square);
        let more = tape.cross_entropy(z, labels);
        let more = tape.mean(more);
        let norms = tape.norm("norm", z);
        let norms = tape.squared_error(norms, z);
        let norms = tape.mean(norms);
        let sum = tape.add(loss, more);
        tape.add(sum, norms)
    });
}

/// Derivatives of one's own: seeding the logits with softmax − onehot is cross-entropy.
#[test]
fn seeds() {
    let mut tape = Tape::<f64>::new(CAPACITY);
    let z = source(&mut tape, "z", 1, 4);
    let labels = tape.labels("labels", 1);
    tape.set_labels(labels, &[3_u8, 0, 1]);
    let losses = tape.cross_entropy(z, labels);
    let loss = tape.mean(losses);
    let theta = tape.initial(&mut generator("theta"));
    let (mut expected, mut gradient) = (vec![0.0; theta.len()], vec![0.0; theta.len()]);
    tape.loss_and_gradient(loss, &theta, &mut expected);

    tape.forward_to(z, &theta);
    let mut p = tape.value(z).to_vec();
    networks::softmax_rows(&mut p, 4);
    for (row, label) in [3, 0, 1].into_iter().enumerate() {
        p[4 * row + label] -= 1.0;
    }
    let seed = tape.seed(z);
    seed.iter_mut().zip(&p).for_each(|(seed, p)| *seed = p / 3.0);
    tape.backward_from_seeds(&theta, &mut gradient);
    for (g, e) in gradient.iter().zip(&expected) {
        assert!((g - e).abs() < 1e-14);
    }
}

/// Derivatives by an input, and their absence where a pass does not reach it.
#[test]
fn variables() {
    let mut tape = Tape::<f64>::new(CAPACITY);
    let (x, unused) = (tape.variable("x", 1, 3), tape.variable("unused", 1, 3));
    let y = tape.tanh(x);
    let y = tape.scale(y, 2.0);
    let loss = tape.sum(y);
    let sum = tape.add(y, unused);
    tape.set(x, &[0.5, -1.0, 0.0, 2.0, 3.0, 1.0]);
    tape.set(unused, &[0.0; 6]);
    tape.forward(&[]);
    tape.seed(sum).fill(1.0);
    tape.backward_from_seeds(&[], &mut []);
    assert!(tape.gradient(unused).iter().all(|&slope| slope == 1.0));
    tape.backward(loss, &[], &mut []);
    for (slope, &y) in tape.gradient(x).iter().zip(tape.value(y)) {
        assert!((slope - 2.0 * (1.0 - y * y / 4.0)).abs() < 1e-14);
    }
    for unreached in [unused, sum] {
        let reading = std::panic::AssertUnwindSafe(|| tape.gradient(unreached).len());
        assert!(std::panic::catch_unwind(reading).is_err());
    }
}

/// The functions of `Number` agree between the types.
#[test]
fn normal_law_in_single_precision() {
    let x: Vec<f32> = (-600..=600).map(|i| i as f32 / 50.0).collect();
    let (mut cdf, mut pdf) = (vec![0.0; x.len()], vec![0.0; x.len()]);
    f32::normal_slices(&x, &mut cdf, &mut pdf);
    for ((&x, cdf), pdf) in x.iter().zip(cdf).zip(pdf) {
        let (exact, density) =
            (numerics::special::normal_cdf(f64::from(x)), numerics::special::normal_pdf(f64::from(x)));
        assert!((f64::from(cdf) - exact).abs() < 1e-5 * exact + 1e-37, "Φ({x}) = {exact}, not {cdf}");
        assert!((f64::from(pdf) - density).abs() < 1e-5 * density + 1e-37, "φ({x}) = {density}, not {pdf}");
    }
}
