//! Linear networks with one hidden layer, of any width and of infinite width, as networks of few hidden units.
//!
//! A hidden layer of n units starts from a matrix Ω of n x m independent standard normals: row i is what unit i has
//! drawn, m is the number of weights at a unit. Where the network is linear in its hidden layer and is trained by
//! gradients, an orthogonal change of the basis of the hidden units changes nothing that can be seen: neither outputs nor
//! norms of gradients. With the decomposition Ω = Q R, the network of n units is therefore one of min(n, m) units that
//! starts from R, and ΩᵀΩ/n = RᵀR/n tends to the identity: infinitely many units are m that start from it. This is how
//! Yang and Hu (2020, arXiv:2011.14522) compute the feature-learning limit of linear networks.

use ndarray::Array2;
use numerics::random::Generator;

/// What n hidden units start from, in a basis in which they are few: a matrix R of min(n, m) x m such that RᵀR is
/// distributed as ΩᵀΩ/n, for Ω of n x m independent standard normals. In the limit of infinite n it is the identity.
///
/// Up to n = m this is Ω/√n itself. Beyond it is the upper triangular factor of its QR decomposition, whose elements are
/// independent (Bartlett 1933): normal above the diagonal, and on it, in row i counted from 0, the root of a
/// chi-squared variable with n − i degrees of freedom. So the cost does not grow with n.
///
/// # Panics
/// If n is 0.
pub fn hidden_frame(n: usize, m: usize, random: &mut Generator) -> Array2<f64> {
    assert!(n > 0, "a hidden layer has a unit");
    let frame = if n <= m {
        random.normal_matrix(n, m)
    } else {
        let mut triangle = Array2::zeros((m, m));
        for i in 0..m {
            triangle[[i, i]] = random.chi_squared((n - i) as f64).sqrt();
            for j in i + 1..m {
                triangle[[i, j]] = random.normal();
            }
        }
        triangle
    };
    frame / (n as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use numerics::matrix::gram;
    use numerics::random::Streams;

    #[test]
    fn narrow_layers_are_what_they_draw_and_wide_ones_small() {
        let random = || Streams::new("test").open("frame", 0);
        assert_eq!(hidden_frame(2, 3, &mut random()), random().normal_matrix(2, 3) / 2f64.sqrt());
        assert_eq!(hidden_frame(50, 3, &mut random()).dim(), (3, 3));
        // The limit, to which elements come by about 1/√n.
        let wide = hidden_frame(100_000_000, 3, &mut random());
        assert!((wide - Array2::<f64>::eye(3)).iter().all(|distance| distance.abs() < 5e-4));
    }

    /// The elements of RᵀR have mean 1 or 0 and variance 2/n or 1/n, whichever way R is drawn.
    #[test]
    fn frames_have_the_moments_of_wishart_matrices() {
        let (m, draws) = (4, 20_000);
        for n in [2, 4, 5, 30] {
            let mut random = Streams::new("test").open("moments", n as u64);
            let (mut sum, mut squares) = (Array2::<f64>::zeros((m, m)), Array2::<f64>::zeros((m, m)));
            for _ in 0..draws {
                let product = gram(hidden_frame(n, m, &mut random).t());
                sum += &product;
                squares += &(&product * &product);
            }
            for ((i, j), &sum) in sum.indexed_iter() {
                let mean = sum / f64::from(draws);
                let variance = squares[[i, j]] / f64::from(draws) - mean * mean;
                let (expected, spread) = if i == j { (1.0, 2.0 / n as f64) } else { (0.0, 1.0 / n as f64) };
                let error = (spread / f64::from(draws)).sqrt();
                assert!((mean - expected).abs() < 5.0 * error, "{n} {i} {j}: mean {mean}");
                assert!((variance / spread - 1.0).abs() < 0.1, "{n} {i} {j}: variance {variance}");
            }
        }
    }
}
