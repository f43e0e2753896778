//! The reparameterization.

use common::prelude::*;
use std::f64::consts::FRAC_PI_2;

/// How strongly weights are companded: in units of the deviation √(2 / f) of He's initialisation with f inputs.
#[derive(Debug, Parameters)]
pub struct Companding {
    /// Height a of the function; weights stay below a π/2.
    pub ca: f64,
    /// Width b of the function; at zero it has the slope a / b.
    pub cb: f64,
}

/// ψ(v) = a arctan(v / b): the weights of one layer from their parameters.
#[derive(Clone, Copy, Debug)]
pub struct Compander {
    a: f64,
    b: f64,
}

/// Largest ψ / a that initial weights are given. Parameters grow without limit towards π/2.
const INITIAL: f64 = 1.49;

impl Compander {
    /// The function of a layer with `fan_in` inputs.
    pub fn new(companding: &Companding, fan_in: usize) -> Compander {
        let deviation = (2.0 / fan_in as f64).sqrt();
        Compander { a: companding.ca * deviation, b: companding.cb * deviation }
    }

    /// What no weight reaches: a π/2.
    pub fn bound(&self) -> f64 {
        self.a * FRAC_PI_2
    }

    /// Replaces initial weights by the parameters that give these weights, the largest ones clipped.
    pub fn invert(&self, weights: &mut [f32]) {
        for weight in weights {
            let height = (f64::from(*weight) / self.a).clamp(-INITIAL, INITIAL);
            *weight = (self.b * tan(height)) as f32;
        }
    }

    /// Replaces parameters by their weights ψ(v).
    pub fn apply(&self, v: &mut [f32]) {
        reduce::scale((1.0 / self.b) as f32, v);
        slices::atan_slice_f32(v);
        reduce::scale(self.a as f32, v);
    }

    /// Turns derivatives by weights into those by their parameters v: times ψ′(v) = (a / b) / (1 + (v / b)²).
    pub fn chain(&self, v: &[f32], gradient: &mut [f32]) {
        let (slope, narrowness) = ((self.a / self.b) as f32, (1.0 / self.b) as f32);
        for (g, v) in gradient.iter_mut().zip(v) {
            let u = narrowness * v;
            *g *= slope / (1.0 + u * u);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One layer of eight inputs, σ = 1/2, with another slope at zero than 1.
    fn compander() -> Compander {
        Compander::new(&Companding { ca: 1.0, cb: 2.0 }, 8)
    }

    #[test]
    fn weights_are_odd_bounded_and_have_the_slope_a_over_b() {
        let mut v = [0.0, 1e-3, 1.0, -1.0, 1e4];
        compander().apply(&mut v);
        assert_eq!((v[0], v[2]), (0.0, -v[3]));
        assert!((v[1] / 1e-3 - 0.5).abs() < 1e-6, "{}", v[1]);
        // a arctan(b / b) = a π/4.
        assert!((f64::from(v[2]) - 0.5 * FRAC_PI_2 / 2.0).abs() < 1e-7);
        assert!(f64::from(v[4]) < compander().bound() && compander().bound() == 0.25 * std::f64::consts::PI);
    }

    #[test]
    fn the_inverse_gives_weights_back_and_clips_large_ones() {
        let weights = [-0.7, -0.01, 0.0, 0.3, 5.0_f32];
        let mut v = weights;
        compander().invert(&mut v);
        compander().apply(&mut v);
        for (found, expected) in v.iter().zip([-0.7, -0.01, 0.0, 0.3, 0.745]) {
            assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        }
    }

    #[test]
    fn the_chain_rule_agrees_with_finite_differences() {
        let v = [-3.0_f32, -0.4, 0.0, 0.02, 0.9, 7.0];
        let mut gradient = [2.0; 6];
        compander().chain(&v, &mut gradient);
        let psi = |v: f64| 0.5 * atan(v);
        for (v, g) in v.into_iter().zip(gradient) {
            let (v, h) = (f64::from(v), 1e-5);
            let difference = 2.0 * (psi(v + h) - psi(v - h)) / (2.0 * h);
            assert!((f64::from(g) - difference).abs() < 1e-6, "{g} is not {difference}");
        }
    }
}
