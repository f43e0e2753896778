//! What a teacher is, and the one that teaches at random.

use common::prelude::*;

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

/// The baseline: every task is uniform.
pub struct Uniform;

impl Teacher for Uniform {
    fn sample(&mut self, task: &mut [f64], random: &mut Generator) {
        sample_uniform(task, random);
    }

    fn update(&mut self, _: &[f64], _: f64, _: &mut Generator) {}
}

/// A task drawn uniformly from the unit cube.
pub fn sample_uniform(task: &mut [f64], random: &mut Generator) {
    task.fill_with(|| random.uniform());
}

/// An index with probability proportional to its weight, uniformly if all weights are 0.
pub fn choose_in_proportion(weights: &[f64], random: &mut Generator) -> usize {
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
            (0..3000).for_each(|_| counts[choose_in_proportion(weights, &mut random)] += 1);
            counts
        };
        let [a, b, c] = counts(&[1.0, 0.0, 2.0]);
        assert!(b == 0 && (900..1100).contains(&a), "{a} {b} {c}");
        assert!(counts(&[0.0; 3]).iter().all(|count| (900..1100).contains(count)));
    }
}
