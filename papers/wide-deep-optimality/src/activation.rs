//! Activations by their dual: the function that maps the correlation of two inputs to the correlation
//! of the activations of an infinitely wide layer, normalised to φ̌(1) = 1.

use std::array;

use common::prelude::*;

/// The activations that are compared; `P7`, `P3` and `P5d` are built to have exponent 1, 2 and 4.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// z⁷/2 + z/2
    P7,
    /// z³/2 + z/2
    P3,
    /// z³/4 + z²/2 + z/4
    P5d,
    /// A sine of frequency 1.
    Sin1,
    /// A sine of frequency 2.676, which gives exponent 2.
    Sin2676,
    /// The error function.
    Erf,
    /// The second Hermite polynomial: z².
    Herm2,
    /// The second Hermite polynomial shifted: 0.1 + 0.9 z².
    Shift,
}

/// Activations whose deep limit is a singular kernel.
pub const SINGULAR: [Activation; 6] =
    [Activation::Erf, Activation::Sin1, Activation::P7, Activation::P3, Activation::Sin2676, Activation::P5d];

impl Activation {
    /// The name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Activation::P7 => "p7",
            Activation::P3 => "p3",
            Activation::P5d => "p5d",
            Activation::Sin1 => "sin1",
            Activation::Sin2676 => "sin2.676",
            Activation::Erf => "erf",
            Activation::Herm2 => "herm2",
            Activation::Shift => "shift",
        }
    }

    /// The activation whose singularity has exponent `dim`; none is listed but for 1, 2 and 4.
    pub fn optimal(dim: usize) -> Option<Activation> {
        match dim {
            1 => Some(Activation::P7),
            2 => Some(Activation::P3),
            4 => Some(Activation::P5d),
            _ => None,
        }
    }

    /// The normalised dual activation.
    pub fn dual(self) -> Dual {
        match self {
            Activation::P7 => Dual::Polynomial(&[0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5]),
            Activation::P3 => Dual::Polynomial(&[0.0, 0.5, 0.0, 0.5]),
            Activation::P5d => Dual::Polynomial(&[0.0, 0.25, 0.5, 0.25]),
            Activation::Sin1 => Dual::sine(1.0),
            Activation::Sin2676 => Dual::sine(2.676),
            Activation::Erf => Dual::Erf,
            Activation::Herm2 => Dual::Polynomial(&[0.0, 0.0, 1.0]),
            Activation::Shift => Dual::Polynomial(&[0.1, 0.0, 0.9]),
        }
    }
}

/// A normalised dual activation φ̌ on [0, 1].
#[derive(Clone, Copy, Debug)]
pub enum Dual {
    /// Σ c_j z^j with non-negative coefficients that sum to 1, lowest power first.
    Polynomial(&'static [f64]),
    /// sinh(a z) / sinh(a), of the activation sin(a x).
    Sine {
        /// The frequency a.
        frequency: f64,
        /// sinh(a).
        scale: f64,
    },
    /// arcsin(2z/3) / arcsin(2/3), of the error function.
    Erf,
}

/// A term c z^j of the power series at 0.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// The power j.
    pub power: i32,
    /// The coefficient c.
    pub coefficient: f64,
}

/// Factor inside the arcsine of [`Dual::Erf`].
const ERF_FACTOR: f64 = 2.0 / 3.0;

impl Dual {
    fn sine(frequency: f64) -> Dual {
        let scale = sinh(frequency);
        Dual::Sine { frequency, scale }
    }

    /// φ̌(z).
    pub fn value(&self, z: f64) -> f64 {
        self.values([z])[0]
    }

    /// φ̌ of several values, polynomials in vector code.
    pub fn values<const N: usize>(&self, z: [f64; N]) -> [f64; N] {
        match *self {
            Dual::Polynomial(coefficients) => {
                let mut sums = [0.0; N];
                for c in coefficients.iter().rev() {
                    for (sum, z) in sums.iter_mut().zip(z) {
                        *sum = *sum * z + c;
                    }
                }
                sums
            }
            Dual::Sine { frequency, scale } => z.map(|z| sinh(frequency * z) / scale),
            Dual::Erf => z.map(|z| asin(ERF_FACTOR * z) / asin(ERF_FACTOR)),
        }
    }

    /// 1 − φ̌(1 − e), to full relative precision for small e.
    pub fn complement(&self, e: f64) -> f64 {
        self.complements([e])[0]
    }

    /// 1 − φ̌(1 − e) of several e.
    ///
    /// For a polynomial from 1 − zʲ = (1 − z)(1 + z + … + zʲ⁻¹), for the others from the addition
    /// theorems of sinh and arcsine.
    pub fn complements<const N: usize>(&self, e: [f64; N]) -> [f64; N] {
        match *self {
            Dual::Polynomial(coefficients) => {
                let (mut tail, mut quotients) = (0.0, [0.0; N]);
                for c in coefficients[1..].iter().rev() {
                    tail += c;
                    for (quotient, e) in quotients.iter_mut().zip(e) {
                        *quotient = *quotient * (1.0 - e) + tail;
                    }
                }
                array::from_fn(|k| e[k] * quotients[k])
            }
            Dual::Sine { frequency, scale } => {
                e.map(|e| 2.0 * cosh(frequency * (1.0 - e / 2.0)) * sinh(frequency * e / 2.0) / scale)
            }
            Dual::Erf => e.map(|e| {
                let z = 1.0 - e;
                let cosine = (1.0 - ERF_FACTOR * ERF_FACTOR).sqrt();
                let cosine_z = (1.0 - ERF_FACTOR * ERF_FACTOR * z * z).sqrt();
                asin(ERF_FACTOR * e * (1.0 + z) / (cosine_z + z * cosine)) / asin(ERF_FACTOR)
            }),
        }
    }

    /// The two lowest terms of the power series at 0; the second is 0 if there is only one.
    pub fn lowest_terms(&self) -> [Term; 2] {
        let cubic = |coefficient: f64, ratio: f64| {
            let third = Term { power: 3, coefficient: coefficient * ratio };
            [Term { power: 1, coefficient }, third]
        };
        match *self {
            Dual::Polynomial(coefficients) => {
                let mut terms = coefficients.iter().zip(0..).filter(|&(&c, _)| c != 0.0);
                std::array::from_fn(|_| match terms.next() {
                    Some((&coefficient, power)) => Term { power, coefficient },
                    None => Term { power: coefficients.len() as i32, coefficient: 0.0 },
                })
            }
            Dual::Sine { frequency, scale } => cubic(frequency / scale, frequency * frequency / 6.0),
            Dual::Erf => cubic(ERF_FACTOR / asin(ERF_FACTOR), ERF_FACTOR * ERF_FACTOR / 6.0),
        }
    }

    /// A′² = (E φ′(z))² = φ̌′(0), the factor of a small correlation in one layer.
    pub fn slope_at_zero(&self) -> f64 {
        match self.lowest_terms()[0] {
            Term { power: 1, coefficient } => coefficient,
            _ => 0.0,
        }
    }

    /// B′ = E φ′(z)² = φ̌′(1), the factor of a small distance 1 − z in one layer.
    pub fn slope_at_one(&self) -> f64 {
        match *self {
            Dual::Polynomial(coefficients) => coefficients.iter().zip(0..).map(|(c, j)| c * f64::from(j)).sum(),
            Dual::Sine { frequency, .. } => frequency / tanh(frequency),
            Dual::Erf => ERF_FACTOR / (1.0 - ERF_FACTOR * ERF_FACTOR).sqrt() / asin(ERF_FACTOR),
        }
    }

    /// The exponent a = −4 ln A′ / ln B′ of the singularity ‖x − x′‖⁻ᵃ of the deep limit.
    pub fn exponent(&self) -> f64 {
        -2.0 * ln(self.slope_at_zero()) / ln(self.slope_at_one())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_of_the_constructed_activations_are_the_dimensions() {
        for (dim, tolerance) in [(1, 1e-12), (2, 1e-12), (4, 1e-12)] {
            let activation = Activation::optimal(dim).expect("a listed dimension");
            assert!((activation.dual().exponent() - dim as f64).abs() < tolerance);
        }
        assert!((Activation::Sin1.dual().exponent() - 1.1856).abs() < 1e-4);
        assert!((Activation::Sin2676.dual().exponent() - 2.0).abs() < 1e-3);
        assert!((Activation::Erf.dual().exponent() - 0.8882).abs() < 1e-4);
    }

    #[test]
    fn duals_are_normalised_and_complements_agree_with_values() {
        for activation in SINGULAR.into_iter().chain([Activation::Herm2, Activation::Shift]) {
            let dual = activation.dual();
            assert!((dual.value(1.0) - 1.0).abs() < 1e-15);
            for e in [0.01, 0.3, 0.7] {
                assert!((dual.complement(e) - (1.0 - dual.value(1.0 - e))).abs() < 1e-14);
            }
            // Where subtraction has no digit left, the slope at 1 is the answer.
            let e = 1e-17;
            assert!((dual.complement(e) / e - dual.slope_at_one()).abs() < 1e-12);
        }
    }
}
