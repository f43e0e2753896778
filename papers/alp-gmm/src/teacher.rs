//! What a teacher is, and the one that teaches at random.

use common::prelude::*;

use crate::alp_gmm::AlpGmm;
use crate::covar_gmm::CovarGmm;
use crate::riac::{Regions, Riac};
use crate::task_mixture::Mixtures;

/// Chooses the task of each episode from the unit cube, and learns from the rewards alone.
pub trait Teacher {
    /// Writes the next task.
    fn sample(&mut self, task: &mut [f64], random: &mut Generator);

    /// Learns the reward of an episode.
    fn update(&mut self, task: &[f64], reward: f64, random: &mut Generator);

    /// Components of the mixture that tasks are sampled from; 0 without one.
    fn components(&self) -> usize {
        0
    }
}

/// A teacher algorithm with its parameters.
#[derive(Clone, Debug, Serialize)]
pub enum Algorithm {
    /// Uniform tasks.
    Random,
    /// Regions by recursive splitting.
    Riac(Regions),
    /// Mixtures over task, time and reward.
    CovarGmm(Mixtures),
    /// Mixtures over task and absolute learning progress.
    AlpGmm(Mixtures),
}

/// An algorithm without its parameters, in the order of the table.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// See [`Algorithm::Random`].
    Random,
    /// See [`Algorithm::Riac`].
    Riac,
    /// See [`Algorithm::CovarGmm`].
    CovarGmm,
    /// See [`Algorithm::AlpGmm`].
    AlpGmm,
}

impl Name {
    /// As in the table.
    pub fn text(self) -> &'static str {
        match self {
            Name::Random => "random",
            Name::Riac => "riac",
            Name::CovarGmm => "covar_gmm",
            Name::AlpGmm => "alp_gmm",
        }
    }
}

impl Algorithm {
    /// The algorithm without its parameters.
    pub fn name(&self) -> Name {
        match self {
            Algorithm::Random => Name::Random,
            Algorithm::Riac(_) => Name::Riac,
            Algorithm::CovarGmm(_) => Name::CovarGmm,
            Algorithm::AlpGmm(_) => Name::AlpGmm,
        }
    }

    /// A teacher for tasks with this many coordinates that has seen no episode.
    pub fn teacher(&self, dimension: usize) -> Box<dyn Teacher> {
        match self {
            Algorithm::Random => Box::new(Uniform),
            Algorithm::Riac(regions) => Box::new(Riac::new(regions, dimension)),
            Algorithm::CovarGmm(mixtures) => Box::new(CovarGmm::new(mixtures, dimension)),
            Algorithm::AlpGmm(mixtures) => Box::new(AlpGmm::new(mixtures, dimension)),
        }
    }
}

/// The baseline: every task is uniform.
struct Uniform;

impl Teacher for Uniform {
    fn sample(&mut self, task: &mut [f64], random: &mut Generator) {
        uniform(task, random);
    }

    fn update(&mut self, _: &[f64], _: f64, _: &mut Generator) {}
}

/// A task drawn uniformly from the unit cube.
pub fn uniform(task: &mut [f64], random: &mut Generator) {
    task.fill_with(|| random.uniform());
}

/// An index with probability proportional to its weight, uniformly if all weights are 0.
pub fn proportional_choice(weights: &[f64], random: &mut Generator) -> usize {
    match weights.iter().any(|&weight| weight > 0.0) {
        true => random.categorical(weights),
        false => random.below(weights.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_follow_the_weights() {
        let mut random = Streams::new("teacher").open("choice", 0);
        let mut counts = |weights: &[f64]| {
            let mut counts = [0; 3];
            (0..3000).for_each(|_| counts[proportional_choice(weights, &mut random)] += 1);
            counts
        };
        let [a, b, c] = counts(&[1.0, 0.0, 2.0]);
        assert!(b == 0 && (900..1100).contains(&a), "{a} {b} {c}");
        assert!(counts(&[0.0; 3]).iter().all(|count| (900..1100).contains(count)));
    }
}
