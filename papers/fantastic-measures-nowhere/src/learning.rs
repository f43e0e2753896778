//! Linear functions over F_q, and learners that fit them.

use common::prelude::*;

use crate::field::{Echelon, PrimeField};
use crate::theory::World;

/// What an estimator may look at, and the truth it is judged by: one training set and the hypothesis learned on it.
#[derive(Clone, Debug)]
pub struct Trial {
    /// d - rank of the samples: the consistent hypotheses are a coset of q^k elements.
    pub k: usize,
    /// The share of non-zero coefficients of the hypothesis.
    pub weight: f64,
    /// The share of samples that a learner without them predicts wrongly.
    pub leave_one_out: f64,
    /// Whether the hypothesis is right everywhere. If it is not, it errs on 1 - 1/q of all inputs.
    pub right: bool,
}

/// The true error of a hypothesis that differs from the target, and the range of all errors: 1 - 1/q.
pub fn error_range(q: u64) -> f64 {
    1.0 - 1.0 / q as f64
}

fn uniform(field: PrimeField, count: usize, generator: &mut Generator) -> Vec<u16> {
    (0..count).map(|_| generator.below(field.order()) as u16).collect()
}

impl Trial {
    /// Draws a target, n samples and a hypothesis that fits them.
    ///
    /// The labels are y = <w*, x> with x and w* uniform in F_q^d. In the world `erm` the hypothesis is uniform among
    /// the consistent ones. In `lucky` it is w* with probability 1/2 and otherwise uniform among the others.
    pub fn sample(world: World, field: PrimeField, d: usize, n: usize, generator: &mut Generator) -> Self {
        let samples = uniform(field, n * d, generator);
        let target = uniform(field, d, generator);
        let mut system = Vec::with_capacity(n * (d + 1));
        for sample in samples.chunks_exact(d) {
            system.extend_from_slice(sample);
            system.push(field.dot(sample, &target));
        }
        let echelon = Echelon::new(field, system, d + 1, d);
        let k = d - echelon.rank();
        let free = echelon.free_columns();
        let mut consistent = || echelon.solution(&free, &uniform(field, k, generator));
        let mut hypothesis = consistent();
        if world == World::Lucky && k > 0 {
            // Only the wrong ones, by rejection; at least half of the coset is wrong.
            while hypothesis == target {
                hypothesis = consistent();
            }
            if generator.bernoulli(0.5) {
                hypothesis.copy_from_slice(&target);
            }
        }
        Trial {
            k,
            weight: hypothesis.iter().filter(|&&w| w != 0).count() as f64 / d as f64,
            leave_one_out: leave_one_out(field, &samples, d, generator),
            right: hypothesis == target,
        }
    }

    /// The true error of the hypothesis, where errors reach up to `range`.
    pub fn loss(&self, range: f64) -> f64 {
        if self.right { 0.0 } else { range }
    }
}

/// The leave-one-out error of the uniform consistent learner, with its guesses drawn.
///
/// A sample in the span of the others is predicted rightly for sure; for any other the learner's prediction is
/// uniform in F_q.
fn leave_one_out(field: PrimeField, samples: &[u16], d: usize, generator: &mut Generator) -> f64 {
    let n = samples.len() / d;
    let transposed: Vec<u16> = (0..d).flat_map(|i| samples.iter().skip(i).step_by(d).copied()).collect();
    let dependent = Echelon::new(field, transposed, n, n).dependent_columns();
    let wrong = dependent.iter().filter(|&&dependent| !dependent && generator.below(field.order()) != 0).count();
    wrong as f64 / n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trials(world: World, q: u64, d: usize, n: usize) -> Vec<Trial> {
        let mut generator = Streams::new("test").open("trials", 1);
        (0..400).map(|_| Trial::sample(world, PrimeField::new(q), d, n, &mut generator)).collect()
    }

    #[test]
    fn many_samples_determine_the_target() {
        for world in [World::Erm, World::Lucky] {
            let trials = trials(world, 3, 4, 40);
            assert!(trials.iter().all(|trial| trial.k == 0 && trial.right && trial.leave_one_out == 0.0));
        }
    }

    #[test]
    fn few_samples_leave_it_to_luck() {
        // Standard deviation of the share of successes: at most 0.025.
        let share = |trials: &[Trial]| trials.iter().filter(|trial| trial.right).count() as f64 / 400.0;
        assert!(share(&trials(World::Erm, 3, 20, 5)) < 0.01);
        assert!((share(&trials(World::Lucky, 2, 20, 5)) - 0.5).abs() < 0.1);
        // A single input of a single bit: 3/4 (see the rank law).
        assert!((share(&trials(World::Erm, 2, 1, 1)) - 0.75).abs() < 0.1);
    }

    #[test]
    fn independent_samples_are_guessed() {
        let errors: Vec<f64> = trials(World::Erm, 5, 60, 10).iter().map(|trial| trial.leave_one_out).collect();
        assert!((reduce::mean(&errors) - 0.8).abs() < 0.03);
    }
}
