//! The random perturbation of the output that gives the regression quadratic growth and a unique minimum.

use common::prelude::*;

/// How strong the perturbation is.
#[derive(Clone, Copy, Debug, Parameters, PartialEq)]
pub struct Strength {
    /// Perturbation in the comparison of methods, c_p: the outputs are shifted by c_p / m^(1/4) times signs . (W - W_0);
    /// 0 for none.
    #[range(0.0..)]
    pub perturb: f64,
    /// Copies of the output that are perturbed independently, S; in theory O(log m).
    pub copies: usize,
}

impl Strength {
    /// No perturbation: one copy, which is the output itself.
    pub const NONE: Strength = Strength { perturb: 0.0, copies: 1 };

    /// The number of vectors of signs: without a perturbation there is nothing to sample or to keep.
    pub fn sign_vectors(self) -> usize {
        if self.perturb > 0.0 { self.copies } else { 0 }
    }
}

/// Copy s of the output is f_a + delta_s with delta_s = c eps_s . (W - W_0), c = c_p / m^(1/4) and a fixed
/// vector of signs eps_s, as long as W.
///
/// Every step adds multiples of the eps_s to all K m d weights. These parts of W are never written out: with
/// W = W' + sum_s a_s eps_s it takes the amplitudes a_s and the inner products of the eps_s with each other
/// and with the gradients of f, which follow from the products eps_s x, to know every delta_s.
pub struct Perturbation {
    /// The factor c = c_p / m^(1/4).
    coefficient: f64,
    /// The vectors eps_s in the layout of the weights, below each other: S K m x d.
    signs: Array2<f32>,
    /// eps_r . eps_s, S x S.
    overlaps: Array2<f64>,
    /// a_s, the share of each eps_s in W - W_0.
    amplitudes: Vec<f64>,
    /// eps_s . (W - W_0), in double precision and without the rounding of the weights.
    projections: Vec<f64>,
}

impl Perturbation {
    /// Samples the signs for a network of `units` x `pixels` weights with `width` units an arm.
    pub fn sample(
        strength: Strength,
        width: usize,
        [units, pixels]: [usize; 2],
        random: &mut Generator,
    ) -> Perturbation {
        let count = strength.sign_vectors();
        let signs = Array2::from_shape_simple_fn((count * units, pixels), || random.sign() as f32);
        let all = signs.as_slice().expect("a new matrix is contiguous");
        let copy = |s: usize| &all[s * units * pixels..][..units * pixels];
        let overlaps = Array2::from_shape_fn((count, count), |(r, s)| agreement(copy(r), copy(s)));
        Perturbation {
            coefficient: strength.perturb / (width as f64).sqrt().sqrt(),
            overlaps,
            amplitudes: vec![0.0; count],
            // Without a perturbation the one copy stays at delta = 0.
            projections: vec![0.0; count.max(1)],
            signs,
        }
    }

    /// The vectors eps_s, S K m x d; no rows without a perturbation.
    pub fn signs(&self) -> ArrayView2<'_, f32> {
        self.signs.view()
    }

    /// The shift delta_s of every copy.
    pub fn shifts(&self) -> impl Iterator<Item = f64> {
        self.projections.iter().map(|projection| self.coefficient * projection)
    }

    /// Adds what the perturbation contributes to the pre-activations of all units; `sign_products` holds
    /// eps_s x, copy after copy.
    pub fn add_preactivations(&self, sign_products: &[f32], preactivations: &mut [f32]) {
        let copies = sign_products.chunks_exact(preactivations.len());
        for (&amplitude, products) in self.amplitudes.iter().zip(copies) {
            reduce::axpy(amplitude as f32, products, preactivations);
        }
    }

    /// Follows a step along a gradient of the network: W' += moves x' in the rows of one arm.
    pub fn follow(&mut self, sign_products: &[f32], units: usize, arm: std::ops::Range<usize>, moves: &[f32]) {
        let copies = sign_products.chunks_exact(units);
        for (projection, products) in self.projections.iter_mut().zip(copies) {
            let terms = products[arm.clone()].iter().zip(moves);
            *projection += terms.map(|(&product, &amount)| f64::from(product) * f64::from(amount)).sum::<f64>();
        }
    }

    /// The step along the signs: W -= eta (c / S) sum_s w_s eps_s, with w_s the derivative of the loss of
    /// copy s in its output.
    pub fn step(&mut self, eta: f64, derivatives: &[f64]) {
        let rate = eta * self.coefficient / derivatives.len() as f64;
        for (amplitude, derivative) in self.amplitudes.iter_mut().zip(derivatives) {
            *amplitude -= rate * derivative;
        }
        for (projection, overlaps) in self.projections.iter_mut().zip(self.overlaps.rows()) {
            let along: f64 = overlaps.iter().zip(derivatives).map(|(overlap, w)| overlap * w).sum();
            *projection -= rate * along;
        }
    }
}

/// The inner product of two vectors of signs, a whole number.
fn agreement(a: &[f32], b: &[f32]) -> f64 {
    let same = a.iter().zip(b).filter(|(a, b)| a == b).count();
    2.0 * same as f64 - a.len() as f64
}
