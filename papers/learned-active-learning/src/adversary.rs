//! The adversary: which instances a policy is trained on, and how much of each.

use common::prelude::*;

use crate::thresholds::Instance;

/// Step size of the log-weights.
const STEP: f64 = 0.1;
/// Pull of the log-weights towards zero, and the least of them.
const FORGETTING: f64 = 0.995;
const LOWEST: f64 = -6.0;
/// Share of the sampling weights that is uniform, lest an instance be forgotten by the policy.
const UNIFORM: f64 = 0.3;
/// What one episode moves the running mean of an instance's loss.
const MEMORY: f64 = 0.05;

/// Multiplicative weights over the instances. They grow where the running mean loss exceeds what
/// the instance's class allows.
pub struct Adversary {
    arms: Vec<Arm>,
    /// Step size of the log-weights.
    step: f64,
    /// The arms of the last batch, and its losses less their running means.
    batch: Vec<usize>,
    advantages: Vec<f64>,
}

/// What is known of an instance.
struct Arm {
    instance: Instance,
    /// The best worst-case loss of its class.
    star: f64,
    log_weight: f64,
    /// Probability of being sampled.
    weight: f64,
    /// Running mean loss; NaN before the first episode.
    running: f64,
    /// Losses in the last batch: their sum and number.
    sum: f64,
    count: f64,
}

impl Adversary {
    /// Starts at uniform weights and moves them by loss less star.
    pub fn new(instances: Vec<Instance>, stars: Vec<f64>) -> Adversary {
        let weight = 1.0 / instances.len() as f64;
        let arm =
            |(instance, star)| Arm { instance, star, log_weight: 0.0, weight, running: f64::NAN, sum: 0.0, count: 0.0 };
        let arms = instances.into_iter().zip(stars).map(arm).collect();
        Adversary { arms, step: STEP, batch: Vec::new(), advantages: Vec::new() }
    }

    /// A uniform prior: no adversary at all.
    pub fn prior(instances: Vec<Instance>) -> Adversary {
        let stars = vec![0.0; instances.len()];
        Adversary { step: 0.0, ..Adversary::new(instances, stars) }
    }

    /// Samples a batch of instances: stratified, the b-th of B uniform numbers lies between b / B and (b + 1) / B.
    pub fn sample(&mut self, size: usize, random: &mut Generator) -> impl Iterator<Item = Instance> {
        let (mut arm, mut reached) = (0, self.arms[0].weight);
        self.batch.clear();
        self.batch.extend((0..size).map(|b| {
            let uniform = (b as f64 + random.uniform()) / size as f64;
            while reached <= uniform && arm + 1 < self.arms.len() {
                arm += 1;
                reached += self.arms[arm].weight;
            }
            arm
        }));
        self.batch.iter().map(|&arm| self.arms[arm].instance)
    }

    /// The losses of the batch less the running means from before it. The losses go into the means, of which an
    /// instance's first is that of its first losses, and the weights towards the instances with a large excess.
    pub fn judge(&mut self, losses: &[f64]) -> &[f64] {
        for arm in &mut self.arms {
            (arm.sum, arm.count) = (0.0, 0.0);
        }
        for (&arm, loss) in self.batch.iter().zip(losses) {
            self.arms[arm].sum += loss;
            self.arms[arm].count += 1.0;
        }
        for arm in self.arms.iter_mut().filter(|arm| arm.running.is_nan() && arm.count > 0.0) {
            arm.running = arm.sum / arm.count;
        }
        self.advantages.clear();
        self.advantages.extend(self.batch.iter().zip(losses).map(|(&arm, loss)| loss - self.arms[arm].running));
        // An instance that has not been seen has no excess.
        for arm in self.arms.iter_mut().filter(|arm| !arm.running.is_nan()) {
            if arm.count > 0.0 {
                arm.running += (MEMORY * arm.count).min(1.0) * (arm.sum / arm.count - arm.running);
            }
            arm.log_weight += self.step * (arm.running - arm.star);
        }
        let largest = self.arms.iter().fold(f64::NEG_INFINITY, |largest, arm| largest.max(arm.log_weight));
        for arm in &mut self.arms {
            arm.log_weight = (FORGETTING * (arm.log_weight - largest)).max(LOWEST);
            arm.weight = exp(arm.log_weight);
        }
        let (total, count) = (self.arms.iter().map(|arm| arm.weight).sum::<f64>(), self.arms.len() as f64);
        for arm in &mut self.arms {
            arm.weight = (1.0 - UNIFORM) * arm.weight / total + UNIFORM / count;
        }
        &self.advantages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adversary(stars: Vec<f64>) -> Adversary {
        let instances = (0..stars.len()).map(|k| Instance { h: 1.0, k }).collect();
        Adversary::new(instances, stars)
    }

    #[test]
    fn stratified_draws_have_the_weights_as_shares() {
        let mut adversary = adversary(vec![0.0; 4]);
        for (arm, weight) in adversary.arms.iter_mut().zip([0.5, 0.125, 0.0, 0.375]) {
            arm.weight = weight;
        }
        let mut random = Streams::new("test").open("draw", 0);
        let batch: Vec<usize> = adversary.sample(16, &mut random).map(|instance| instance.k).collect();
        let count = |number| batch.iter().filter(|&&chosen| chosen == number).count();
        assert_eq!([count(0), count(1), count(2), count(3)], [8, 2, 0, 6]);
    }

    #[test]
    fn baselines_are_running_means_of_each_instance() {
        let mut adversary = adversary(vec![0.0; 3]);
        adversary.batch = vec![0, 0, 2];
        assert_eq!(adversary.judge(&[1.0, 2.0, 4.0]), [-0.5, 0.5, 0.0]);
        assert_eq!(adversary.judge(&[2.5, 2.5, 4.0]), [1.0, 1.0, 0.0]);
        // Two episodes moved it by a tenth of the difference.
        assert!((adversary.arms[0].running - 1.6).abs() < 1e-15);
        assert!(adversary.arms[1].running.is_nan());
    }

    #[test]
    fn weights_go_to_the_largest_excess_not_to_the_largest_loss() {
        let mut adversary = adversary(vec![0.9, 0.0, 0.0]);
        adversary.batch = vec![0, 1, 2];
        for _ in 0..500 {
            adversary.judge(&[1.0, 0.5, 0.0]);
        }
        let weights: Vec<f64> = adversary.arms.iter().map(|arm| arm.weight).collect();
        assert!((reduce::sum(&weights) - 1.0).abs() < 1e-12);
        assert!(weights[1] > 0.7, "{weights:?}");
        assert!(weights[0] >= 0.1 && weights[2] >= 0.1, "{weights:?}");
    }

    #[test]
    fn a_prior_stays_uniform() {
        let mut prior = Adversary::prior((0..4).map(|k| Instance { h: 1.0, k }).collect());
        prior.batch = vec![0, 1];
        prior.judge(&[1.0, 0.0]);
        assert!(prior.arms.iter().all(|arm| (arm.weight - 0.25).abs() < 1e-15));
    }
}
