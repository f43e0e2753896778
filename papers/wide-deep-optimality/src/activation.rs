//! Activations by their dual: the function that maps the correlation of two inputs to the correlation
//! of the activations of an infinitely wide layer, normalised to φ̌(1) = 1.

use std::array;

use common::prelude::*;
use serde::Serializer;

/// The activations that are compared, named in `paper.yaml` and in the table as [`Activation::name`] says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// z⁷/2 + z/2: exponent 1.
    P7,
    /// c z³ + (1 − 2c) z² + c z with c = 2^(−a/2), of any exponent a from 2 on: the authors' for 2, 4 and 8.
    Cubic(f64),
    /// A sine of this frequency.
    Sin(f64),
    /// The error function.
    Erf,
    /// The second Hermite polynomial: z².
    Herm2,
    /// The second Hermite polynomial shifted: 0.1 + 0.9 z².
    Shift,
}

/// Activations with a name of their own: name, formula, activation.
const NAMED: [(&str, &str, Activation); 7] = [
    ("p7", "(z⁷ + z)/2", Activation::P7),
    ("p3", "(z³ + z)/2", Activation::Cubic(2.0)),
    ("p5d", "(z³ + 2z² + z)/4", Activation::Cubic(4.0)),
    ("p9", "(z³ + 14z² + z)/16", Activation::Cubic(8.0)),
    ("erf", "erf x", Activation::Erf),
    ("herm2", "z²", Activation::Herm2),
    ("shift", "0.1 + 0.9z²", Activation::Shift),
];

/// The names that are read; smaller frequencies need thousands of layers, larger ones overflow.
const NAMES: &str = "p7, p3, p5d, p9, erf, herm2, shift, cubicA with an exponent A from 2 to 100, as in cubic3, or sinA \
                     with a frequency A from 0.2 to 700, as in sin2.676";

impl Activation {
    /// Its place among those with a name of their own.
    fn entry(self) -> Option<(&'static str, &'static str, Activation)> {
        NAMED.into_iter().find(|(.., other)| *other == self)
    }

    /// The name in `paper.yaml` and in the table.
    pub fn name(self) -> String {
        match (self.entry(), self) {
            (Some((name, ..)), _) => name.to_string(),
            (_, Activation::Cubic(exponent)) => format!("cubic{exponent}"),
            (_, Activation::Sin(frequency)) => format!("sin{frequency}"),
            _ => String::new(),
        }
    }

    /// The dual φ̌(z) for readers, or the activation of x where that is shorter.
    pub fn formula(self) -> String {
        match (self.entry(), self) {
            (Some((_, formula, _)), _) => formula.to_string(),
            (_, Activation::Cubic(exponent)) => format!("cubic, a = {exponent}"),
            (_, Activation::Sin(1.0)) => "sin x".to_string(),
            (_, Activation::Sin(frequency)) => format!("sin {frequency}x"),
            _ => String::new(),
        }
    }

    /// The activation of this name, if there is one.
    pub fn named(name: &str) -> Option<Activation> {
        let number = |prefix: &str, range: std::ops::RangeInclusive<f64>| {
            name.strip_prefix(prefix)?.parse().ok().filter(|number| range.contains(number))
        };
        let entry = NAMED.into_iter().find(|(other, ..)| *other == name).map(|(.., activation)| activation);
        let cubic = || number("cubic", 2.0..=100.0).map(Activation::Cubic);
        entry.or_else(cubic).or_else(|| number("sin", 0.2..=700.0).map(Activation::Sin))
    }

    /// The activation that the authors built for exponent `dim`, or one of the same kind.
    pub fn of_exponent(dim: usize) -> Activation {
        if dim == 1 { Activation::P7 } else { Activation::Cubic(dim as f64) }
    }

    /// Whether the deep limit is a singular kernel: φ̌(0) = 0 and A′ ≠ 0.
    pub fn is_singular(&self) -> bool {
        self.dual().slope_at_zero() > 0.0
    }

    /// Whether the exponent of the singularity is `dim`, up to the rounding of the authors' frequencies.
    pub fn has_exponent(self, dim: usize) -> bool {
        (self.dual().exponent() - dim as f64).abs() < 0.01
    }

    /// The normalised dual activation.
    pub fn dual(self) -> Dual {
        let polynomial = |coefficients: &[f64]| Dual::Polynomial(coefficients.to_vec());
        match self {
            Activation::P7 => polynomial(&[0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5]),
            Activation::Cubic(exponent) => {
                let c = pow(2.0, -exponent / 2.0);
                polynomial(&[0.0, c, 1.0 - 2.0 * c, c])
            }
            Activation::Sin(frequency) => Dual::Sine { frequency, scale: sinh(frequency) },
            Activation::Erf => Dual::Erf,
            Activation::Herm2 => polynomial(&[0.0, 0.0, 1.0]),
            Activation::Shift => polynomial(&[0.1, 0.0, 0.9]),
        }
    }
}

impl Serialize for Activation {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

impl parameters::Value for Activation {
    type Scalar = Activation;

    fn shape() -> parameters::Shape {
        parameters::Shape::Text(NAMES)
    }

    fn read(node: &parameters::Node<'_>) -> Option<Activation> {
        node.parse(NAMES, Activation::named)
    }
}

/// A normalised dual activation φ̌ on [0, 1].
#[derive(Clone, Debug)]
pub enum Dual {
    /// Σ c_j z^j with non-negative coefficients that sum to 1, lowest power first.
    Polynomial(Vec<f64>),
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
    /// φ̌(z).
    pub fn value(&self, z: f64) -> f64 {
        self.values([z])[0]
    }

    /// φ̌ of several values, polynomials in vector code.
    pub fn values<const N: usize>(&self, z: [f64; N]) -> [f64; N] {
        match self {
            Dual::Polynomial(coefficients) => {
                let mut sums = [0.0; N];
                for c in coefficients.iter().rev() {
                    for (sum, z) in sums.iter_mut().zip(z) {
                        *sum = *sum * z + c;
                    }
                }
                sums
            }
            &Dual::Sine { frequency, scale } => z.map(|z| sinh(frequency * z) / scale),
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
        match self {
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
            &Dual::Sine { frequency, scale } => {
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
        match self {
            Dual::Polynomial(coefficients) => {
                let mut terms = coefficients.iter().zip(0..).filter(|(c, _)| **c != 0.0);
                array::from_fn(|_| match terms.next() {
                    Some((&coefficient, power)) => Term { power, coefficient },
                    None => Term { power: coefficients.len() as i32, coefficient: 0.0 },
                })
            }
            &Dual::Sine { frequency, scale } => cubic(frequency / scale, frequency * frequency / 6.0),
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
        match self {
            Dual::Polynomial(coefficients) => coefficients.iter().zip(0..).map(|(c, j)| c * f64::from(j)).sum(),
            &Dual::Sine { frequency, .. } => frequency / tanh(frequency),
            Dual::Erf => ERF_FACTOR / (1.0 - ERF_FACTOR * ERF_FACTOR).sqrt() / asin(ERF_FACTOR),
        }
    }

    /// The exponent a = −4 ln A′ / ln B′ of the singularity ‖x − x′‖⁻ᵃ of the deep limit.
    pub fn exponent(&self) -> f64 {
        -2.0 * ln(self.slope_at_zero()) / ln(self.slope_at_one())
    }
}

/// Activations whose deep limit is a singular kernel, for tests.
#[cfg(test)]
pub const SINGULAR: [Activation; 6] = [
    Activation::Erf,
    Activation::Sin(1.0),
    Activation::P7,
    Activation::Cubic(2.0),
    Activation::Sin(2.676),
    Activation::Cubic(4.0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_of_the_constructed_activations_are_the_dimensions() {
        for dim in [1, 2, 3, 4, 5, 8, 20] {
            assert!((Activation::of_exponent(dim).dual().exponent() - dim as f64).abs() < 1e-12);
        }
        for (activation, exponent) in [
            (Activation::Sin(1.0), 1.1856),
            (Activation::Sin(2.676), 2.0),
            (Activation::Sin(6.13539), 4.0),
            (Activation::Sin(13.8258), 8.0),
            (Activation::Erf, 0.8882),
        ] {
            assert!((activation.dual().exponent() - exponent).abs() < 1e-4, "{activation:?}");
        }
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in ["p7", "p3", "p5d", "p9", "erf", "herm2", "shift", "cubic2.5", "sin1", "sin2.676"] {
            assert_eq!(Activation::named(name).expect(name).name(), name);
        }
        for name in ["", "relu", "sin", "sin0", "sinNaN", "sininf", "cubic1", "cubic-3"] {
            assert_eq!(Activation::named(name), None);
        }
    }

    #[test]
    fn duals_are_normalised_and_complements_agree_with_values() {
        let others = [Activation::Cubic(8.0), Activation::Cubic(3.0), Activation::Herm2, Activation::Shift];
        for activation in SINGULAR.into_iter().chain(others) {
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
