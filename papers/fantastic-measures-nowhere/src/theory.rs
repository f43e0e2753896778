//! Exact values from the rank law of uniform random matrices over F_q.

use common::prelude::*;

use crate::World;

/// The law of the rank of an n x d matrix with independent uniform entries of F_q: element r is P(rank = r), for
/// r from 0 to d.
///
/// A new row stays in the span of rows of rank r with probability q^(r - d).
pub fn rank_law(q: u64, d: usize, n: usize) -> Vec<f64> {
    let mut law = vec![0.0; d + 1];
    law[0] = 1.0;
    for _ in 0..n {
        for rank in (0..=d).rev() {
            let stays = law[rank] * inverse_power(q, d - rank);
            let arrives = match rank {
                0 => 0.0,
                _ => law[rank - 1] * (1.0 - inverse_power(q, d - rank + 1)),
            };
            law[rank] = stays + arrives;
        }
    }
    law
}

/// q^-k.
fn inverse_power(q: u64, k: usize) -> f64 {
    powi(q as f64, -(k as i32))
}

/// What is known exactly about one world at one number of samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exact {
    /// The probability that the algorithm's hypothesis is right everywhere.
    pub success: f64,
    /// The least failure probability that any estimator in this world can have.
    pub floor: f64,
}

/// The exact values of a world.
///
/// With k = d - rank, a uniformly random consistent hypothesis is right with probability q^-k, and the best guess
/// whether it is fails with probability min(q^-k, 1 - q^-k). In the lucky world the hypothesis is right with
/// probability 1/2 for every k > 0, and the data do not say when. NaN for the stable world.
pub fn exact(world: World, q: u64, d: usize, n: usize) -> Exact {
    if world == World::Stable {
        return Exact { success: f64::NAN, floor: f64::NAN };
    }
    let law = rank_law(q, d, n);
    let mean = |value: &dyn Fn(usize) -> f64| {
        let terms: Vec<f64> = law.iter().enumerate().map(|(rank, p)| p * value(d - rank)).collect();
        reduce::sum(&terms)
    };
    if world == World::Lucky {
        let floor = mean(&|k| if k > 0 { 0.5 } else { 0.0 });
        return Exact { success: 1.0 - floor, floor };
    }
    Exact {
        success: mean(&|k| inverse_power(q, k)),
        floor: mean(&|k| inverse_power(q, k).min(1.0 - inverse_power(q, k))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn square_matrices_of_two_rows() {
        // Of the 16 binary 2 x 2 matrices 1 has rank 0, 9 have rank 1 and 6 have rank 2.
        assert_eq!(rank_law(2, 2, 2), [1.0 / 16.0, 9.0 / 16.0, 6.0 / 16.0]);
    }

    #[test]
    fn one_sample_in_one_dimension() {
        // The sample is 0 with probability 1/3, and then one of three hypotheses is right.
        let exact = exact(World::Erm, 3, 1, 1);
        assert!((exact.success - (2.0 / 3.0 + 1.0 / 9.0)).abs() < 1e-15);
        assert!((exact.floor - 1.0 / 9.0).abs() < 1e-15);
        let lucky = super::exact(World::Lucky, 2, 1, 1);
        assert_eq!((lucky.success, lucky.floor), (0.75, 0.25));
    }

    #[test]
    fn large_square_binary_matrices_are_invertible_with_the_known_probability() {
        // The product over i >= 1 of 1 - 2^-i (OEIS A048651).
        assert!((rank_law(2, 60, 60)[60] - 0.2887880950866024).abs() < 1e-12);
    }
}
