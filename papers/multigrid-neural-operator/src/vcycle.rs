//! The layer of MgNO: a linear operator between functions, parametrised as one V-cycle of convolutions.

use common::multigrid::coarser;
use common::networks::{Init, Tape, Value, Window};
use common::prelude::*;

use crate::operator::{Functions, Operator, pointwise};

/// MgNO: layers x ← σ(W x + B x + b) with V-cycles W and matrices B between channels, and a matrix to one channel.
#[derive(Clone, Serialize)]
pub struct MultigridOperator {
    /// Layers.
    pub layers: usize,
    /// Channels after the first layer.
    pub channels: usize,
    /// Grids of the V-cycle: J.
    pub levels: usize,
    /// Smoothing steps on each grid: ν.
    pub smoothing: usize,
}

impl MultigridOperator {
    /// The network on n x n points.
    pub fn build(&self, n: usize, batch: usize) -> Operator {
        let mut tape = Tape::new(batch);
        let input = tape.input("a", n * n, 1);
        let mut x = input;
        for layer in 0..self.layers {
            let name = format!("layer {layer}");
            let product = self.v_cycle(&mut tape, &name, n, self.levels, None, x);
            let local = pointwise(&mut tape, &name, x, self.channels);
            let sum = tape.add(product, local);
            x = tape.gelu(sum);
        }
        let last = tape.parameter("last", self.channels, 1, Init::FanIn(1.0));
        let output = tape.product(x, last);
        Operator::new(tape, input, output, Functions { n, padding: 0, coordinates: false })
    }

    /// The V-cycle from this grid of n x n points down through `levels` grids, for data f and a first guess u; without
    /// one u is zero.
    fn v_cycle(&self, tape: &mut Tape<f32>, name: &str, n: usize, levels: usize, u: Option<Value>, f: Value) -> Value {
        let (same, halving) = (Window::same(n, n), Window::halving(n, n));
        let kernel = |tape: &mut Tape<f32>, role: &str, from: usize, to: usize| {
            tape.parameter(&format!("{name}, {n} points: {role}"), 9 * from, to, Init::FanIn(1.0))
        };
        let convolution = |tape: &mut Tape<f32>, role: &str, x: Value, channels: usize, window| {
            let weights = kernel(tape, role, x.columns(), channels);
            tape.convolution(x, weights, None, window)
        };
        let mut u = u;
        for step in 0..self.smoothing {
            // u ← u + S * (f − A * u)
            let residual = match u {
                None => f,
                Some(u) => {
                    let product = convolution(tape, &format!("A{step}"), u, f.columns(), same);
                    tape.subtract(f, product)
                }
            };
            let correction = convolution(tape, &format!("S{step}"), residual, self.channels, same);
            u = Some(match u {
                None => correction,
                Some(u) => tape.add(u, correction),
            });
        }
        let u = u.expect("at least one smoothing step");
        if levels == 1 {
            return u;
        }
        // Coarser: u ← Π u and f ← R f; and back: u ← u + P u.
        let guess = convolution(tape, "Pi", u, self.channels, halving);
        let data = convolution(tape, "R", f, f.columns(), halving);
        let coarse = self.v_cycle(tape, name, coarser(n), levels - 1, Some(guess), data);
        let weights = kernel(tape, "P", self.channels, self.channels);
        let prolonged = tape.transposed_convolution(coarse, weights, halving);
        tape.add(u, prolonged)
    }

    /// Multiply-adds of one sample on n x n points.
    pub fn multiply_adds(&self, n: usize) -> f64 {
        let (c, steps) = (self.channels as f64, self.smoothing as f64);
        let sizes = std::iter::successors(Some(n), |&n| Some(coarser(n))).take(self.levels);
        let points: Vec<f64> = sizes.map(|n| (n * n) as f64).collect();
        let layer = |from: f64| {
            let finest = points[0] * ((2.0 * steps - 1.0) * 9.0 * from * c + from * c);
            let coarser = |points: &f64| points * 9.0 * (2.0 * steps * from * c + 2.0 * c * c + from * from);
            finest + points[1..].iter().map(coarser).sum::<f64>()
        };
        layer(1.0) + (self.layers - 1) as f64 * layer(c) + points[0] * c
    }
}

#[cfg(test)]
mod tests;
