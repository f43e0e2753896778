//! The noisy derivatives that an algorithm is allowed to see. Every call draws fresh noise.

use common::prelude::*;

/// Multiplicative noise of ∇_x f, relative to σ.
const RELATIVE_NOISE: f64 = 0.2;
/// Noise of a Hessian-vector product, relative to σ.
const HESSIAN_NOISE: f64 = 0.1;

/// Turns exact derivatives into what an oracle returns.
pub struct Oracle {
    sigma: f64,
    noise: Generator,
}

impl Oracle {
    /// With noise of strength σ from the given stream.
    pub fn new(sigma: f64, noise: Generator) -> Oracle {
        Oracle { sigma, noise }
    }

    /// Adds σ n to a slope in y, of f or of g; n is standard normal.
    pub fn add_noise(&mut self, slope: &mut [f64]) {
        for slope in slope {
            *slope += self.sigma * self.noise.normal();
        }
    }

    /// ∇_x f (1 + 0.2 σ n) + σ n', element by element.
    pub fn upper_slope_into(&mut self, exact: &[f64], slope: &mut [f64]) {
        for (slope, &exact) in slope.iter_mut().zip(exact) {
            let relative = 1.0 + RELATIVE_NOISE * self.sigma * self.noise.normal();
            *slope = exact * relative + self.sigma * self.noise.normal();
        }
    }

    /// Adds the noise 0.1 σ N z / sqrt(d) of the product H z, where N has d x d standard normal entries.
    ///
    /// As N is fresh in each call, N z is a normal vector of variance |z|² in each element, and drawn as such.
    pub fn add_hessian_noise(&mut self, z: &[f64], product: &mut [f64]) {
        let scale = HESSIAN_NOISE * self.sigma * reduce::norm(z) / (z.len() as f64).sqrt();
        for product in product {
            *product += scale * self.noise.normal();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::statistics::{mean, variance};

    fn oracle(sigma: f64) -> Oracle {
        Oracle::new(sigma, Streams::new("test").open("oracle", 0))
    }

    #[test]
    fn noise_has_the_mean_and_variance_of_its_definition() {
        let mut oracle = oracle(0.5);
        let draws = 40_000;
        let (mut upper, mut hessian) = (Vec::new(), Vec::new());
        for _ in 0..draws {
            let (mut slope, mut product) = ([0.0], [0.0; 2]);
            oracle.upper_slope_into(&[30.0], &mut slope);
            oracle.add_hessian_noise(&[3.0, 4.0], &mut product);
            upper.push(slope[0]);
            hessian.push(product[1]);
        }
        // Standard errors: sqrt(variance / draws) of a mean, variance sqrt(2 / draws) of a variance.
        let expected = [(30.0, 9.0 + 0.25), (0.0, 0.0025 * 25.0 / 2.0)];
        for (values, (center, spread)) in [upper, hessian].iter().zip(expected) {
            let error = (spread / draws as f64).sqrt();
            assert!((mean(values) - center).abs() < 4.0 * error, "{}", mean(values));
            let error = spread * (2.0 / draws as f64).sqrt();
            assert!((variance(values) - spread).abs() < 4.0 * error, "{}", variance(values));
        }
    }

    #[test]
    fn without_noise_the_oracle_is_exact() {
        let mut slope = [0.0; 2];
        oracle(0.0).upper_slope_into(&[1.0, -2.0], &mut slope);
        oracle(0.0).add_noise(&mut slope);
        oracle(0.0).add_hessian_noise(&[5.0, 5.0], &mut slope);
        assert_eq!(slope, [1.0, -2.0]);
    }
}
