//! Functions of single numbers.

use super::Operation;
use crate::value::{Gradients, Values};
use crate::{Number, Tape, Value};

impl<T: Number> Tape<T> {
    /// max(x, 0) for each number; the derivative at 0 is 0.
    pub fn relu(&mut self, x: Value) -> Value {
        self.record(Curve { x, kind: Kind::Relu }, x, &[x], &[])
    }

    /// tanh x for each number.
    pub fn tanh(&mut self, x: Value) -> Value {
        self.record(Curve { x, kind: Kind::Tanh }, x, &[x], &[])
    }

    /// The logistic function 1 / (1 + e⁻ˣ) for each number.
    pub fn sigmoid(&mut self, x: Value) -> Value {
        let kind = Kind::Sigmoid;
        self.record(Curve { x, kind }, x, &[x], &[])
    }
}

impl<T: Number> Tape<T> {
    /// GELU, x Φ(x) for each number, with the distribution function Φ of the standard normal law (Hendrycks and
    /// Gimpel 2016; the exact form, not the one by tanh).
    pub fn gelu(&mut self, x: Value) -> Value {
        let slopes = vec![T::ZERO; x.length(self.capacity())];
        self.record(Gelu { x, slopes }, x, &[x], &[])
    }
}

/// Keeps the slopes Φ(x) + x φ(x), which come nearly for free with the values.
struct Gelu<T> {
    x: Value,
    slopes: Vec<T>,
}

impl<T: Number> Operation<T> for Gelu<T> {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        // Blocks that stay in the first-level cache.
        const BLOCK: usize = 256;
        let (mut cdf, mut pdf) = ([T::ZERO; BLOCK], [T::ZERO; BLOCK]);
        let blocks = values.get(self.x).chunks(BLOCK).zip(output.chunks_mut(BLOCK));
        for ((x, y), slopes) in blocks.zip(self.slopes.chunks_mut(BLOCK)) {
            T::normal_slices(x, &mut cdf[..x.len()], &mut pdf[..x.len()]);
            for ((((&x, y), slope), &cdf), &pdf) in x.iter().zip(y).zip(slopes).zip(&cdf).zip(&pdf) {
                *y = x * cdf;
                *slope = x.fused(pdf, cdf);
            }
        }
    }

    fn backward(&mut self, _values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        if let Some(dx) = gradients.of(self.x) {
            dx.put(gradient.iter().zip(&self.slopes).map(|(&g, &slope)| g * slope));
        }
    }
}

/// A function whose slope follows from its value.
struct Curve {
    x: Value,
    kind: Kind,
}

enum Kind {
    Relu,
    Tanh,
    Sigmoid,
}

impl<T: Number> Operation<T> for Curve {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let x = values.get(self.x);
        match self.kind {
            Kind::Relu => output.iter_mut().zip(x).for_each(|(y, &x)| *y = if x > T::ZERO { x } else { T::ZERO }),
            Kind::Tanh => {
                output.copy_from_slice(x);
                T::tanh_slice(output);
            }
            Kind::Sigmoid => {
                output.copy_from_slice(x);
                T::sigmoid_slice(output);
            }
        }
    }

    fn backward(&mut self, _values: &Values<T>, output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let Some(dx) = gradients.of(self.x) else { return };
        let pairs = output.iter().zip(gradient);
        match self.kind {
            Kind::Relu => dx.put(pairs.map(|(&y, &g)| if y > T::ZERO { g } else { T::ZERO })),
            Kind::Tanh => dx.put(pairs.map(|(&y, &g)| g * (T::ONE - y * y))),
            Kind::Sigmoid => dx.put(pairs.map(|(&y, &g)| g * (y * (T::ONE - y)))),
        }
    }
}
