//! Linear networks with one hidden layer, f(x) = n^-a V U x, in the two parametrisations and at infinite width.
//!
//! In the paper's abc-parametrisations a weight matrix is n^-a w, where w starts with variance n^-2b and is trained at a
//! rate that n^-c multiplies. With one rate for both layers (c = 0) only the sum a of the two exponents counts. The maximal
//! update parametrisation has a = 0, b = 1/2: outputs start small and both layers move by an amount that does not
//! depend on the width. The NTK parametrisation has a = 1/2, b = 0: outputs start of order one, and weights need not move to
//! change them.
//!
//! All networks are written in the few hidden units of [`common::kernels::width`], in which width costs nothing.

use common::kernels::width::hidden_frame;
use common::prelude::*;
use std::f64::consts::FRAC_1_SQRT_2;

/// Scales of the initial weights in the maximal update parametrisation.
#[derive(Parameters)]
pub struct Initial {
    /// Standard deviation of the first layer's initial weights, times sqrt(n).
    sigma_u: f64,
    /// Standard deviation of the second layer's initial weights, times sqrt(n).
    #[range(0.0..)]
    sigma_v: f64,
}

/// Scales in the NTK parametrisation that make x . x' the kernel of its limit.
const NTK_INITIAL: Initial = Initial { sigma_u: FRAC_1_SQRT_2, sigma_v: FRAC_1_SQRT_2 };

/// How weights and rates depend on the width.
#[derive(Clone, Copy, Serialize)]
pub enum Parametrisation {
    /// The maximal update parametrisation.
    Mup(&'static Initial),
    /// The NTK parametrisation.
    Ntk,
}

/// A linear network of r hidden units over d pixels and a bias, with o outputs.
#[derive(Clone)]
pub struct LinearNetwork {
    /// First layer U, r x (d + 1).
    pub u: Array2<f32>,
    /// Second layer V, o x r.
    pub v: Array2<f32>,
    /// n^-a.
    pub multiplier: f32,
    /// Whether U is trained. In the limit of the NTK parametrisation it is not.
    pub features_learn: bool,
}

impl LinearNetwork {
    /// A network of n hidden units.
    pub fn sample(
        parametrisation: Parametrisation,
        n: usize,
        d: usize,
        o: usize,
        random: &mut Generator,
    ) -> LinearNetwork {
        // Elements of variance 1/n.
        let frame = hidden_frame(n, d + o, random);
        let root = (n as f64).sqrt();
        match parametrisation {
            Parametrisation::Mup(initial) => LinearNetwork::from_frame(&frame, d, initial, 1.0),
            Parametrisation::Ntk => LinearNetwork::from_frame(&(frame * root), d, &NTK_INITIAL, 1.0 / root),
        }
    }

    /// The limit of infinite width.
    ///
    /// That of the NTK parametrisation goes without its random initial outputs: it is a linear function of x that starts
    /// at zero, on features that are x and stay so.
    pub fn limit(parametrisation: Parametrisation, d: usize, o: usize) -> LinearNetwork {
        match parametrisation {
            Parametrisation::Mup(initial) => LinearNetwork::from_frame(&Array2::eye(d + o), d, initial, 1.0),
            Parametrisation::Ntk => LinearNetwork {
                u: Array2::eye(d + 1),
                v: Array2::zeros((o, d + 1)),
                multiplier: 1.0,
                features_learn: false,
            },
        }
    }

    /// The network whose hidden units have drawn a frame: its first d columns for the pixels, the others for the outputs.
    /// Biases start at zero.
    pub fn from_frame(frame: &Array2<f64>, d: usize, initial: &Initial, multiplier: f64) -> LinearNetwork {
        let mut u = Array2::zeros((frame.nrows(), d + 1));
        u.slice_mut(s![.., ..d]).assign(&frame.slice(s![.., ..d]).mapv(|z| (initial.sigma_u * z) as f32));
        let v = frame.slice(s![.., d..]).t().mapv(|z| (initial.sigma_v * z) as f32);
        // Row by row in memory: the transposed copy is not.
        let v = v.as_standard_layout().into_owned();
        LinearNetwork { u, v, multiplier: multiplier as f32, features_learn: true }
    }

    /// U'U: the inner products of the hidden features are x'(U'U)x.
    pub fn feature_kernel(&self) -> Array2<f32> {
        matrix::gram(self.u.t())
    }
}

#[cfg(test)]
mod tests;
