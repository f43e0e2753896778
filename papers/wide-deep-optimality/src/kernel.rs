//! Kernels of infinitely wide networks: at a finite depth, and the limit of infinite depth.

use common::prelude::*;

use crate::activation::{Activation, Dual, Term};

/// Below this, a kernel value is kept as its logarithm: e⁻⁶⁰, about 1e-26.
const LN_SMALLEST: f64 = -60.0;

/// A kernel value in (0, 1] in the form that keeps its relative precision, and that of its distance
/// from 1: layers multiply both by constants, so that a lost digit would grow to a wrong value.
#[derive(Clone, Copy, Debug)]
pub enum Similarity {
    /// 1 − value, for values above one half.
    Near(f64),
    /// The value.
    Middle(f64),
    /// The logarithm of the value, where the value would come to underflow.
    Far(f64),
}

impl Similarity {
    /// The inner product of two unit vectors at this squared distance: 1 − ‖x − x′‖²/2.
    pub fn at_squared_distance(square: f64) -> Similarity {
        Similarity::of_complement(square / 2.0)
    }

    fn of_complement(e: f64) -> Similarity {
        if e < 0.5 { Similarity::Near(e) } else { Similarity::Middle((1.0 - e).max(0.0)) }
    }

    /// The natural logarithm of the value.
    pub fn logarithm(self) -> f64 {
        match self {
            Similarity::Near(e) => ln_1p(-e),
            Similarity::Middle(z) => ln(z),
            Similarity::Far(ln_z) => ln_z,
        }
    }

    /// The value.
    pub fn value(self) -> f64 {
        match self {
            Similarity::Near(e) => 1.0 - e,
            Similarity::Middle(z) => z,
            Similarity::Far(ln_z) => exp(ln_z),
        }
    }
}

/// One layer of an infinitely wide network: Σ_{l+1} = φ̌(Σ_l) (NNGP kernel).
pub struct Layer {
    dual: Dual,
    lowest: Term,
    ln_lowest: f64,
    smallest: f64,
}

impl Layer {
    /// The layer with this activation.
    pub fn new(activation: Activation) -> Layer {
        let dual = activation.dual();
        let [lowest, _] = dual.lowest_terms();
        Layer { dual, lowest, ln_lowest: ln(lowest.coefficient), smallest: exp(LN_SMALLEST) }
    }

    /// φ̌ of a kernel value.
    pub fn apply(&self, similarity: Similarity) -> Similarity {
        match similarity {
            Similarity::Near(e) => Similarity::of_complement(self.dual.complement(e)),
            Similarity::Middle(z) => match self.dual.value(z) {
                value if value < self.smallest => Similarity::Far(ln(value)),
                value => Similarity::Middle(value),
            },
            // Here φ̌ is its lowest term. It has a positive power, or the value would not be small.
            Similarity::Far(ln_z) => Similarity::Far(self.ln_lowest + f64::from(self.lowest.power) * ln_z),
        }
    }
}

/// The deep limit G(z) = lim Σ_L(z) / A′²ᴸ of an activation with φ̌(0) = 0 and A′ ≠ 0.
pub struct LimitKernel {
    dual: Dual,
    /// ln A′².
    ln_decay: f64,
    /// Below this value, a layer multiplies by A′² to twelve digits.
    settled: f64,
}

/// Distances 1 − z below this are taken for it; G has no finite value at z = 1.
const SMALLEST_COMPLEMENT: f64 = 1e-15;

/// Distances that go through the layers together.
const TOGETHER: usize = 16;

impl LimitKernel {
    /// The limit of this activation; none if it is not a singular kernel.
    pub fn new(activation: Activation) -> Option<LimitKernel> {
        let dual = activation.dual();
        let [lowest, second] = dual.lowest_terms();
        if lowest.power != 1 {
            return None;
        }
        let ratio = 1e-12 * lowest.coefficient / second.coefficient;
        let settled = pow(ratio, 1.0 / f64::from(second.power - 1)).min(0.5);
        Some(LimitKernel { dual, ln_decay: ln(lowest.coefficient), settled })
    }

    /// ln G for two unit vectors at this squared distance.
    pub fn ln_at_squared_distance(&self, square: f64) -> f64 {
        self.ln_together([square])[0]
    }

    /// Replaces each squared distance of two unit vectors by ln G.
    pub fn ln_at_squared_distances(&self, squares: &mut [f64]) {
        let (groups, rest) = squares.as_chunks_mut::<TOGETHER>();
        for group in groups {
            *group = self.ln_together(*group);
        }
        for square in rest {
            *square = self.ln_at_squared_distance(*square);
        }
    }

    /// All go through every layer that one of them needs, and those that do not need it stay as they are: a choice
    /// of values is vector code, a loop of each alone is not.
    fn ln_together<const N: usize>(&self, squares: [f64; N]) -> [f64; N] {
        let mut e = squares.map(|square| (square / 2.0).max(SMALLEST_COMPLEMENT));
        let mut layers = [0.0; N];
        while e.iter().any(|&e| e < 0.5) {
            let next = self.dual.complements(e);
            for ((e, next), layers) in e.iter_mut().zip(next).zip(&mut layers) {
                let near = *e < 0.5;
                *layers += if near { 1.0 } else { 0.0 };
                *e = if near { next } else { *e };
            }
        }
        let mut z = e.map(|e| (1.0 - e).max(0.0));
        while z.iter().any(|&z| z > self.settled) {
            let next = self.dual.values(z);
            for ((z, next), layers) in z.iter_mut().zip(next).zip(&mut layers) {
                let large = *z > self.settled;
                *layers += if large { 1.0 } else { 0.0 };
                *z = if large { next } else { *z };
            }
        }
        std::array::from_fn(|k| ln(z[k]) - layers[k] * self.ln_decay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_satisfies_its_functional_equation() {
        // G(φ̌(z)) = A′² G(z), at any z.
        for activation in crate::activation::SINGULAR {
            let (dual, limit) = (activation.dual(), LimitKernel::new(activation).expect("singular"));
            for e in [1e-9, 1e-4, 0.2, 0.6] {
                let before = limit.ln_at_squared_distance(2.0 * e);
                let after = limit.ln_at_squared_distance(2.0 * dual.complement(e));
                assert!((after - before - ln(dual.slope_at_zero())).abs() < 1e-9, "{activation:?} at {e}");
            }
        }
    }

    #[test]
    fn distances_that_go_together_have_the_limits_of_each_alone() {
        for activation in crate::activation::SINGULAR {
            let limit = LimitKernel::new(activation).expect("singular");
            let squares: Vec<f64> = (0..=40).map(|k| 2.0 * powi(f64::from(k) / 40.0, 9)).collect();
            let mut together = squares.clone();
            limit.ln_at_squared_distances(&mut together);
            let alone: Vec<f64> = squares.iter().map(|&s| limit.ln_at_squared_distance(s)).collect();
            assert_eq!(together, alone, "{activation:?}");
        }
    }

    #[test]
    fn the_square_activation_squares_in_every_layer() {
        // Σ_L = z^(2^L), which underflows from L = 11 on at z = 1/2.
        let layer = Layer::new(Activation::Herm2);
        let mut similarity = Similarity::at_squared_distance(1.0);
        for _ in 0..40 {
            similarity = layer.apply(similarity);
        }
        let expected = -pow(2.0, 40.0) * ln(2.0);
        assert!((similarity.logarithm() / expected - 1.0).abs() < 1e-12);
    }

    #[test]
    fn equal_points_stay_equal_and_tiny_distances_keep_their_digits() {
        let layer = Layer::new(Activation::P7);
        let mut equal = Similarity::at_squared_distance(0.0);
        let mut close = Similarity::at_squared_distance(2e-30);
        for _ in 0..30 {
            (equal, close) = (layer.apply(equal), layer.apply(close));
        }
        assert_eq!(equal.value(), 1.0);
        assert!(matches!(close, Similarity::Near(e) if (e / (1e-30 * pow(4.0, 30.0)) - 1.0).abs() < 1e-9));
    }

    #[test]
    fn activations_without_linear_part_have_no_singular_limit() {
        assert!(LimitKernel::new(Activation::Herm2).is_none());
        assert!(LimitKernel::new(Activation::Shift).is_none());
    }
}
