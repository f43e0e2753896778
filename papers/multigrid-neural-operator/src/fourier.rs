//! The Fourier neural operator (Li et al. 2021), the spectral model that MgNO is compared with.

use common::networks::{Init, Tape};
use common::prelude::*;

use crate::operator::{Functions, Operator, pointwise};

/// Channels before the last matrix.
const PROJECTION: usize = 32;

/// The Fourier neural operator.
#[derive(Clone, Parameters)]
pub struct FourierOperator {
    /// Spectral layers of the FNO.
    pub layers: usize,
    /// Channels of the FNO.
    pub channels: usize,
    /// Frequencies that the FNO keeps in each direction.
    pub modes: usize,
    /// Zeros that the FNO adds right and below, since its waves are periodic and functions are not.
    #[range(0..)]
    pub padding: usize,
}

impl FourierOperator {
    /// The network on n x n points: from a and the coordinates to `channels`, layers x ← σ(K x + B x + b) of spectral
    /// convolutions K, the last one without σ, and two matrices to one channel.
    pub fn build(&self, n: usize, batch: usize) -> Operator {
        let &FourierOperator { channels, modes, padding, .. } = self;
        let functions = Functions { n, padding, coordinates: true };
        let side = functions.side();
        let mut tape = Tape::new(batch);
        let input = tape.input("a, x, y", side * side, 3);
        let lifted = pointwise(&mut tape, "lift", input, channels);
        let inside = functions.mask(&mut tape, channels);
        let mut x = tape.multiply(lifted, inside);
        for layer in 0..self.layers {
            let name = format!("layer {layer}");
            let deviation = 1.0 / (channels * channels) as f64;
            let rows = 4 * modes * modes * channels;
            let weights = tape.parameter(&format!("{name}: K"), rows, channels, Init::Normal(deviation));
            let product = tape.spectral_convolution(x, weights, (side, side), modes);
            let local = pointwise(&mut tape, &name, x, channels);
            x = tape.add(product, local);
            if layer + 1 < self.layers {
                x = tape.gelu(x);
            }
        }
        let wide = pointwise(&mut tape, "project", x, PROJECTION);
        let wide = tape.gelu(wide);
        let output = pointwise(&mut tape, "last", wide, 1);
        // Cropped: what is outside counts as nothing.
        let inside = functions.mask(&mut tape, 1);
        let output = tape.multiply(output, inside);
        Operator::new(tape, input, output, functions)
    }

    /// Multiply-adds of one sample on n x n points, with transforms as fast as for powers of two.
    pub fn multiply_adds(&self, n: usize) -> f64 {
        let (c, m) = (self.channels as f64, self.modes as f64);
        let side = (n + self.padding) as f64;
        let points = side * side;
        // Four real products in a complex one; all columns, and the kept lines, to coefficients and back.
        let transforms = 2.0 * 4.0 * c * side * log2(side) * 2.0 * (side + 2.0 * m);
        let layer = transforms + 8.0 * m * m * c * c + points * c * c;
        let wide = PROJECTION as f64;
        points * (3.0 * c + wide * c + wide) + self.layers as f64 * layer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> FourierOperator {
        FourierOperator { layers: 3, channels: 8, modes: 5, padding: 3 }
    }

    #[test]
    fn numbers_of_parameters() {
        assert_eq!(small().build(15, 1).tape.parameter_count(), 19_769);
    }

    #[test]
    fn the_mask_is_one_inside_and_zero_in_the_padding() {
        let mut tape = Tape::new(1);
        let mask = Functions { n: 3, padding: 1, coordinates: true }.mask(&mut tape, 2);
        let (inside, line) = ([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0], [0.0; 8]);
        assert_eq!(tape.value(mask), [inside, inside, inside, line].concat());
    }
}
