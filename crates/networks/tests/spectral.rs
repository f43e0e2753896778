//! The spectral convolution: against its definition, its gradient against differences, its bits.

use std::f64::consts::PI;

use networks::{Init, Number, Tape, Value};
use numerics::probes::{Probe, compare};
use numerics::random::{Generator, Streams};

const EXAMPLES: usize = 2;
/// Pixels down and across, channels before and after, modes.
const SHAPE: (usize, usize) = (7, 6);
const CHANNELS: (usize, usize) = (3, 2);
const MODES: usize = 3;

fn generator(name: &str) -> Generator {
    Streams::new("spectral").open(name, 1)
}

/// The convolution of an input that depends on parameters, and the input.
fn convolution<T: Number>(tape: &mut Tape<T>) -> (Value, Value, Value) {
    let x = tape.input("x", SHAPE.0 * SHAPE.1, 2);
    let mut draws = generator("x");
    tape.input_mut(x, EXAMPLES).fill_with(|| T::from_f64(draws.uniform_in(-1.0, 1.0)));
    let lift = tape.parameter("lift", 2, CHANNELS.0, Init::Uniform(1.0));
    let image = tape.product(x, lift);
    let w = tape.parameter("w", 4 * MODES * MODES * CHANNELS.0, CHANNELS.1, Init::Uniform(1.0));
    (image, w, tape.spectral_convolution(image, w, SHAPE, MODES))
}

/// cos and sin of 2π (down · i / height + across · j / width).
fn wave(down: isize, across: usize, pixel: usize) -> (f64, f64) {
    let (i, j) = (pixel / SHAPE.1, pixel % SHAPE.1);
    let turns = down as f64 * i as f64 / SHAPE.0 as f64 + (across * j) as f64 / SHAPE.1 as f64;
    (numerics::cos(2.0 * PI * turns), numerics::sin(2.0 * PI * turns))
}

#[test]
fn coefficients_are_multiplied_by_their_matrices() {
    let mut tape = Tape::<f64>::new(EXAMPLES + 1);
    let (x, w, y) = convolution(&mut tape);
    let theta = tape.initial(&mut generator("theta"));
    tape.forward(&theta);
    let (x, w, y) = (tape.value(x), tape.view(w, &theta), tape.value(y));
    let (pixels, (p, q)) = (SHAPE.0 * SHAPE.1, CHANNELS);
    let matrices = w.nrows() / 2;
    for example in 0..EXAMPLES {
        for pixel in 0..pixels {
            for output in 0..q {
                let mut expected = 0.0;
                let lines = (0..MODES as isize).chain(-(MODES as isize)..0);
                for (line, down) in lines.enumerate() {
                    for across in 0..MODES {
                        let (mut re, mut im) = (0.0, 0.0);
                        for channel in 0..p {
                            let row = (line * MODES + across) * p + channel;
                            let (w_re, w_im) = (w[[row, output]], w[[matrices + row, output]]);
                            for from in 0..pixels {
                                let (cosine, sine) = wave(down, across, from);
                                let x = x[(example * pixels + from) * p + channel];
                                re += x * (cosine * w_re + sine * w_im);
                                im += x * (cosine * w_im - sine * w_re);
                            }
                        }
                        let (cosine, sine) = wave(down, across, pixel);
                        let share = if across == 0 { 1.0 } else { 2.0 } / pixels as f64;
                        expected += share * (re * cosine - im * sine);
                    }
                }
                let found = y[(example * pixels + pixel) * q + output];
                assert!((found - expected).abs() < 1e-13, "{found} {expected}");
            }
        }
    }
}

#[test]
fn the_gradient_is_that_of_differences() {
    let mut tape = Tape::<f64>::new(EXAMPLES + 1);
    let (_, _, y) = convolution(&mut tape);
    let target = tape.input("target", y.rows(), y.columns());
    let mut draws = generator("target");
    tape.input_mut(target, EXAMPLES).fill_with(|| draws.uniform_in(-1.0, 1.0));
    let errors = tape.squared_error(y, target);
    let loss = tape.mean(errors);
    let mut theta = tape.initial(&mut generator("theta"));
    let mut gradient = vec![f64::NAN; theta.len()];
    tape.loss_and_gradient(loss, &theta, &mut gradient);
    for (i, &derivative) in gradient.iter().enumerate() {
        // The loss is quadratic in each parameter: the central difference is exact.
        let (start, step) = (theta[i], 1e-3);
        let mut at = |x: f64| {
            theta[i] = x;
            tape.forward(&theta);
            tape.scalar(loss)
        };
        let difference = (at(start + step) - at(start - step)) / (2.0 * step);
        theta[i] = start;
        assert!((derivative - difference).abs() < 1e-11, "parameter {i}: {derivative} {difference}");
    }
    // The imaginary parts of the constant are of no effect.
    let zeros = gradient.iter().filter(|g| **g == 0.0).count();
    assert_eq!(zeros, CHANNELS.0 * CHANNELS.1);
}

#[test]
#[should_panic(expected = "4 modes of 7 x 6 pixels")]
fn more_modes_than_the_image_has() {
    let mut tape = Tape::<f64>::new(EXAMPLES);
    let (x, w, _) = convolution(&mut tape);
    tape.spectral_convolution(x, w, SHAPE, 4);
}

/// A changed bit on another machine is caught here, in both precisions.
#[test]
fn the_bits_are_the_recorded_ones() {
    fn run<T: Number>() -> Vec<T> {
        let mut tape = Tape::<T>::new(EXAMPLES);
        let (_, _, y) = convolution(&mut tape);
        let loss = tape.sum(y);
        let theta = tape.initial(&mut generator("theta"));
        let mut gradient = vec![T::ZERO; theta.len()];
        tape.loss_and_gradient(loss, &theta, &mut gradient);
        [tape.value(y), &gradient].concat()
    }
    let probe = Probe::new("operation/spectral-convolution", |digest| {
        digest.singles(run::<f32>());
        digest.doubles(run::<f64>());
    });
    compare(&[probe], "operation/spectral-convolution 1898ef9d04f0600e\n").unwrap();
}
