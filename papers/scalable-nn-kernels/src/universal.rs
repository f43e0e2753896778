//! Universal random features (URF): any activation with a Fourier transform as a dot product.
//!
//! With f(z) = E exp(iωz) over frequencies ω (its real or imaginary part), m Gaussian projections g_k and frequencies
//! ω_k, and a tilt M,
//!
//! 1. Λ_k(u) = (1 + 4M)^(d/4) exp(−M|g_k|² + √(1 + 4M) √(iω_k) g_k·u − iω_k|u|²/2),
//! 2. f(w·x) = E (1/m) Σ_k Λ_k(x) Λ_k(w), without a complex conjugate.
//!
//! The real part of (2) is a dot product of the 2m real numbers Φ(x) = (Re Λ(x), Im Λ(x)) and
//! Ψ(w) = (Re Λ(w), −Im Λ(w)), the imaginary part one of Φ(x) and Ψ(w) = (Im Λ(w), Re Λ(w)).

use common::prelude::*;

use crate::layer::{Pair, Vectors, squared_norms};

/// Features that are computed at once.
const BLOCK: usize = 256;

/// An activation f and the law of its frequencies.
#[derive(Clone, Copy, Debug, PartialEq, Parameters)]
pub enum Activation {
    /// cos z = Re exp(iz).
    Cos,
    /// sin z = Im exp(iz).
    Sin,
    /// exp(−z²/2) = E Re exp(iωz) for standard normal ω.
    Gauss,
}

impl Activation {
    /// f(z).
    pub fn value(self, z: f64) -> f64 {
        match self {
            Activation::Cos => cos(z),
            Activation::Sin => sin(z),
            Activation::Gauss => exp(-z * z / 2.0),
        }
    }

    fn frequency(self, random: &mut Generator) -> f64 {
        match self {
            Activation::Cos | Activation::Sin => 1.0,
            Activation::Gauss => random.normal(),
        }
    }
}

/// The features of an activation with a tilt M of their Gaussian law.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Universal {
    /// The activation f.
    pub activation: Activation,
    /// The tilt M; 0 is the plain form.
    pub tilt: f64,
}

impl Universal {
    /// The layer estimated with m features (2): inputs by parameter vectors.
    pub fn estimate(&self, m: usize, vectors: &Vectors, random: &mut Generator) -> Array2<f64> {
        let frequencies: Vec<f64> = (0..m).map(|_| self.activation.frequency(random)).collect();
        let mut sum = Array2::zeros((vectors.x.nrows(), vectors.w.nrows()));
        for omegas in frequencies.chunks(BLOCK) {
            let g = random.normal_matrix(omegas.len(), vectors.x.ncols());
            let phi = self.lambda(&g, omegas, vectors.x.view());
            let psi = self.parameter_side(self.lambda(&g, omegas, vectors.w.view()));
            for (phi, psi) in phi.iter().zip(&psi) {
                matrix::product_add(phi.t(), psi.view(), &mut sum.view_mut());
            }
        }
        sum / m as f64
    }

    /// Ψ from real and imaginary part of Λ.
    fn parameter_side(&self, [re, im]: [Array2<f64>; 2]) -> [Array2<f64>; 2] {
        match self.activation {
            Activation::Cos | Activation::Gauss => [re, -im],
            Activation::Sin => [im, re],
        }
    }

    /// Real and imaginary part of Λ (1) for the projections in the rows of `g` and their frequencies: projections by
    /// vectors.
    fn lambda(&self, g: &Array2<f64>, omegas: &[f64], vectors: ArrayView2<f64>) -> [Array2<f64>; 2] {
        let stretch = 1.0 + 4.0 * self.tilt;
        let log_scale = vectors.ncols() as f64 / 4.0 * ln(stretch);
        let half_norms: Vec<f64> = squared_norms(vectors).into_iter().map(|norm| norm / 2.0).collect();
        let mut re = matrix::product(g.view(), vectors.t());
        let mut im = Array2::zeros(re.dim());
        for (((g, &omega), mut re), mut im) in g.rows().into_iter().zip(omegas).zip(re.rows_mut()).zip(im.rows_mut()) {
            let re = re.as_slice_mut().expect("rows lie contiguously");
            let im = im.as_slice_mut().expect("rows lie contiguously");
            let log_size = log_scale - self.tilt * arrays::norm_squared(&g);
            // √(iω) = √(|ω|/2) (1 ± i), with the sign of ω.
            let root = (stretch * omega.abs() / 2.0).sqrt();
            let turn = root * omega.signum();
            for ((re, im), half_norm) in re.iter_mut().zip(&mut *im).zip(&half_norms) {
                let projection = *re;
                *re = log_size + root * projection;
                *im = turn * projection - omega * half_norm;
            }
            slices::exp_slice(re);
            for (re, im) in re.iter_mut().zip(im) {
                let (size, phase) = (*re, *im);
                *re = size * cos(phase);
                *im = size * sin(phase);
            }
        }
        [re, im]
    }

    /// f(w·x) and the exact variance of Λ(x) Λ(w) (its real or imaginary part) in d dimensions.
    ///
    /// Both second moments are Gaussian integrals. With C = ((1 + 4M)² / (1 + 8M))^(d/2),
    /// c = (1 + 4M) / (1 + 8M) |x + w|² and k = 2c − |x|² − |w|², for ω = 1:
    ///
    /// 3. E|Λ(x)Λ(w)|² = C exp(c) and Re E(Λ(x)Λ(w))² = C cos k, of which half the sum and half the difference are the
    ///    second moments of real and imaginary part;
    /// 4. over normal ω these become 2 C exp(c²/2) F(c), with F the normal distribution function, and C exp(−k²/2).
    pub fn exact(&self, d: usize, pair: &Pair) -> (f64, f64) {
        let &Pair { inner, x2, w2 } = pair;
        let (once, twice) = (1.0 + 4.0 * self.tilt, 1.0 + 8.0 * self.tilt);
        let constant = pow(once * once / twice, d as f64 / 2.0);
        let c = once / twice * (x2 + 2.0 * inner + w2);
        let k = 2.0 * c - x2 - w2;
        let second_moment = match self.activation {
            Activation::Cos => (exp(c) + cos(k)) / 2.0,
            Activation::Sin => (exp(c) - cos(k)) / 2.0,
            Activation::Gauss => (2.0 * exp(c * c / 2.0) * normal_cdf(c) + exp(-k * k / 2.0)) / 2.0,
        };
        let value = self.activation.value(inner);
        (value, constant * second_moment - value * value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::{Layer, VectorLaw};

    const ALL: [Activation; 3] = [Activation::Cos, Activation::Sin, Activation::Gauss];

    fn pair(vectors: &Vectors) -> Pair {
        let norm = |u: &Array2<f64>| squared_norms(u.view())[0];
        let inner = arrays::dot(&vectors.x.row(0), &vectors.w.row(0));
        Pair { inner, x2: norm(&vectors.x), w2: norm(&vectors.w) }
    }

    #[test]
    fn one_feature_has_the_mean_and_variance_of_theory() {
        let streams = Streams::new("test");
        let (d, count) = (3, 200_000);
        let vectors = VectorLaw { count: 1, d, radius: Some(0.6) }.sample(&streams);
        for activation in ALL {
            for tilt in [0.0, 0.1] {
                let features = Universal { activation, tilt };
                let (value, variance) = features.exact(d, &pair(&vectors));
                let mut random = streams.open("features", 0);
                let (mut mean, mut square) = (0.0, 0.0);
                let estimates: Vec<f64> =
                    (0..count).map(|_| features.estimate(1, &vectors, &mut random)[[0, 0]]).collect();
                for estimate in estimates {
                    mean += estimate / count as f64;
                    square += (estimate - value) * (estimate - value) / count as f64;
                }
                let error = (variance / count as f64).sqrt();
                assert!((mean - value).abs() < 4.0 * error, "{activation:?} {tilt}: {mean} {value} {error}");
                assert!((square / variance - 1.0).abs() < 0.05, "{activation:?} {tilt}: {square} {variance}");
            }
        }
    }

    #[test]
    fn negative_frequencies_are_complex_conjugates() {
        let features = Universal { activation: Activation::Gauss, tilt: 0.1 };
        let mut random = Streams::new("test").open("conjugate", 0);
        let (g, u) = (random.normal_matrix(2, 3), random.normal_matrix(4, 3));
        let [re, im] = features.lambda(&g, &[0.7, 0.7], u.view());
        let [conjugate_re, conjugate_im] = features.lambda(&g, &[-0.7, -0.7], u.view());
        assert!(arrays::norm(&(&re - &conjugate_re)) < 1e-12 && arrays::norm(&(&im + &conjugate_im)) < 1e-12);
    }

    #[test]
    fn lambda_of_one_number_is_its_formula() {
        // M = 1/4, d = 1, ω = 1, g = 0.5, u = 0.8: 2^(1/4) exp(-1/16 + √2 (1 + i)/√2 · 0.4 - 0.32 i).
        let features = Universal { activation: Activation::Cos, tilt: 0.25 };
        let [re, im] = features.lambda(&array![[0.5]], &[1.0], array![[0.8]].view());
        let size = pow(2.0, 0.25) * exp(-0.0625 + 0.4);
        assert!((re[[0, 0]] - size * cos(0.08)).abs() < 1e-12 && (im[[0, 0]] - size * sin(0.08)).abs() < 1e-12);
    }

    #[test]
    fn blocks_make_no_difference_to_the_error() {
        let streams = Streams::new("test");
        let vectors = VectorLaw { count: 8, d: 5, radius: Some(0.8) }.sample(&streams);
        let features = Universal { activation: Activation::Cos, tilt: 0.0 };
        let layer = Layer::new(&vectors, |pair| features.exact(5, pair));
        // Two whole blocks and one of one feature.
        let m = 2 * BLOCK + 1;
        let squares = (0..40).map(|seed| {
            let error = layer.relative_error(&features.estimate(m, &vectors, &mut streams.open("features", seed)));
            error * error / 40.0
        });
        let rms = squares.sum::<f64>().sqrt();
        assert!((rms / layer.theory(m) - 1.0).abs() < 0.15, "{rms} {}", layer.theory(m));
    }

    #[test]
    fn the_least_variance_is_not_without_a_tilt() {
        let pair = Pair { inner: 0.0, x2: 1.5, w2: 1.5 };
        let variance = |tilt| Universal { activation: Activation::Cos, tilt }.exact(4, &pair).1;
        assert!(variance(0.1) < 0.8 * variance(0.0) && variance(3.0) > variance(0.0));
    }
}
