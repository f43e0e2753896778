//! Exact values from the rank law of uniform random matrices over F_q.

use common::prelude::*;

/// The laws of the rank of an n x d matrix with independent uniform entries of F_q, for n = 0, 1, 2, …: element r of
/// a law is P(rank = r), for r from 0 to d.
///
/// A new row stays in the span of rows of rank r with probability q^(r - d).
fn rank_laws(q: u64, d: usize) -> impl Iterator<Item = Vec<f64>> {
    let mut without_rows = vec![0.0; d + 1];
    without_rows[0] = 1.0;
    std::iter::successors(Some(without_rows), move |law| {
        let with_one_more_row = |rank: usize| {
            let stays = law[rank] * inverse_power(q, d - rank);
            let arrives = match rank {
                0 => 0.0,
                _ => law[rank - 1] * (1.0 - inverse_power(q, d - rank + 1)),
            };
            stays + arrives
        };
        Some((0..=d).map(with_one_more_row).collect())
    })
}

/// q^-k.
fn inverse_power(q: u64, k: usize) -> f64 {
    powi(q as f64, -(k as i32))
}

/// An algorithm, or an unknown one, that learns a linear function over F_q.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum World {
    /// The algorithm returns a uniformly random consistent hypothesis.
    Erm,
    /// The same; with probability 1/2 the algorithm is one that happens to return the target.
    Lucky,
}

/// What is known exactly about one world at one number of samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exact {
    /// The probability that the algorithm's hypothesis is right everywhere.
    pub success: f64,
    /// The least failure probability that any estimator in this world can have.
    pub floor: f64,
}

impl Exact {
    /// For the stable world, of which no exact law is known.
    pub const UNKNOWN: Exact = Exact { success: f64::NAN, floor: f64::NAN };
}

/// The exact values of a world for n = 0, 1, 2, …, `most` samples.
///
/// With k = d - rank, a uniformly random consistent hypothesis is right with probability q^-k, and the best guess
/// whether it is fails with probability min(q^-k, 1 - q^-k). In the lucky world the hypothesis is right with
/// probability 1/2 for every k > 0, and the data do not say when.
pub fn exact(world: World, q: u64, d: usize, most: usize) -> Vec<Exact> {
    let of_law = |law: Vec<f64>| {
        let mean = |value: &dyn Fn(usize) -> f64| {
            let terms: Vec<f64> = law.iter().enumerate().map(|(rank, p)| p * value(d - rank)).collect();
            reduce::sum(&terms)
        };
        match world {
            World::Erm => Exact {
                success: mean(&|k| inverse_power(q, k)),
                floor: mean(&|k| inverse_power(q, k).min(1.0 - inverse_power(q, k))),
            },
            World::Lucky => {
                let floor = mean(&|k| if k > 0 { 0.5 } else { 0.0 });
                Exact { success: 1.0 - floor, floor }
            }
        }
    };
    rank_laws(q, d).take(most + 1).map(of_law).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank_law(q: u64, d: usize, n: usize) -> Vec<f64> {
        rank_laws(q, d).nth(n).unwrap()
    }

    #[test]
    fn square_matrices_of_two_rows() {
        // Of the 16 binary 2 x 2 matrices 1 has rank 0, 9 have rank 1 and 6 have rank 2.
        assert_eq!(rank_law(2, 2, 2), [1.0 / 16.0, 9.0 / 16.0, 6.0 / 16.0]);
    }

    #[test]
    fn one_sample_in_one_dimension() {
        // The sample is 0 with probability 1/3, and then one of three hypotheses is right.
        let erm = exact(World::Erm, 3, 1, 1)[1];
        assert!((erm.success - (2.0 / 3.0 + 1.0 / 9.0)).abs() < 1e-15);
        assert!((erm.floor - 1.0 / 9.0).abs() < 1e-15);
        let lucky = exact(World::Lucky, 2, 1, 1)[1];
        assert_eq!((lucky.success, lucky.floor), (0.75, 0.25));
    }

    #[test]
    fn large_square_binary_matrices_are_invertible_with_the_known_probability() {
        // The product over i >= 1 of 1 - 2^-i (OEIS A048651).
        assert!((rank_law(2, 60, 60)[60] - 0.2887880950866024).abs() < 1e-12);
    }
}
