//! The adversary: which instances a policy is trained on, and how much of each.

use common::prelude::*;
use common::statistics::greatest;

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
    instances: Vec<Instance>,
    /// The best worst-case loss of each instance's class.
    stars: Vec<f64>,
    /// Whether the weights move; else they stay uniform.
    moves: bool,
    log_weights: Vec<f64>,
    /// Sampling weights, with sum 1.
    weights: Vec<f64>,
    /// Running mean loss of each instance; NaN before its first episode.
    running: Vec<f64>,
    /// Sum of losses and number of episodes in a batch, for each instance.
    tally: Vec<(f64, usize)>,
}

impl Adversary {
    /// Starts at uniform weights and moves them by loss less star.
    pub fn new(instances: Vec<Instance>, stars: Vec<f64>) -> Adversary {
        let count = instances.len();
        Adversary {
            instances,
            stars,
            moves: true,
            log_weights: vec![0.0; count],
            weights: vec![1.0 / count as f64; count],
            running: vec![f64::NAN; count],
            tally: vec![(0.0, 0); count],
        }
    }

    /// A uniform prior: no adversary at all.
    pub fn prior(instances: Vec<Instance>) -> Adversary {
        let stars = vec![0.0; instances.len()];
        Adversary { moves: false, ..Adversary::new(instances, stars) }
    }

    /// Samples a batch of instances, by their numbers: stratified, the b-th of B uniform numbers
    /// lies between b / B and (b + 1) / B.
    pub fn sample(&self, batch: &mut [usize], random: &mut Generator) {
        let last = self.weights.len() - 1;
        let (mut instance, mut reached) = (0, self.weights[0]);
        let size = batch.len() as f64;
        for (b, chosen) in batch.iter_mut().enumerate() {
            let uniform = (b as f64 + random.uniform()) / size;
            while reached <= uniform && instance < last {
                instance += 1;
                reached += self.weights[instance];
            }
            *chosen = instance;
        }
    }

    /// The instance of a number.
    pub fn instance(&self, number: usize) -> Instance {
        self.instances[number]
    }

    /// Writes the losses of a batch less the running means from before it, and takes the losses
    /// into the means. An instance's first mean is that of its first losses.
    pub fn advantages(&mut self, batch: &[usize], losses: &[f64], advantages: &mut [f64]) {
        self.tally.fill((0.0, 0));
        for (&instance, loss) in batch.iter().zip(losses) {
            let (sum, count) = &mut self.tally[instance];
            *sum += loss;
            *count += 1;
        }
        for (running, &(sum, count)) in self.running.iter_mut().zip(&self.tally) {
            if running.is_nan() && count > 0 {
                *running = sum / count as f64;
            }
        }
        for ((advantage, loss), &instance) in advantages.iter_mut().zip(losses).zip(batch) {
            *advantage = loss - self.running[instance];
        }
        for (running, &(sum, count)) in self.running.iter_mut().zip(&self.tally) {
            if count > 0 {
                *running += (MEMORY * count as f64).min(1.0) * (sum / count as f64 - *running);
            }
        }
    }

    /// Moves the weights towards the instances with a large excess.
    pub fn turn(&mut self) {
        if !self.moves {
            return;
        }
        for ((log_weight, running), star) in self.log_weights.iter_mut().zip(&self.running).zip(&self.stars) {
            // An instance that has not been seen has no excess.
            if !running.is_nan() {
                *log_weight += STEP * (running - star);
            }
        }
        let largest = reduce::max(&self.log_weights);
        let mut total = 0.0;
        for (log_weight, weight) in self.log_weights.iter_mut().zip(&mut self.weights) {
            *log_weight = (FORGETTING * (*log_weight - largest)).max(LOWEST);
            *weight = exp(*log_weight);
            total += *weight;
        }
        let uniform = UNIFORM / self.weights.len() as f64;
        for weight in &mut self.weights {
            *weight = (1.0 - UNIFORM) * *weight / total + uniform;
        }
    }

    /// The largest running mean loss over the instances that have been seen; NaN if none has.
    pub fn worst(&self) -> f64 {
        greatest(self.running.iter().filter(|mean| !mean.is_nan()))
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
        adversary.weights = vec![0.5, 0.125, 0.0, 0.375];
        let mut random = Streams::new("test").open("draw", 0);
        let mut batch = [0; 16];
        adversary.sample(&mut batch, &mut random);
        let count = |number| batch.iter().filter(|&&chosen| chosen == number).count();
        assert_eq!([count(0), count(1), count(2), count(3)], [8, 2, 0, 6]);
    }

    #[test]
    fn baselines_are_running_means_of_each_instance() {
        let mut adversary = adversary(vec![0.0; 3]);
        let mut advantages = [0.0; 3];
        adversary.advantages(&[0, 0, 2], &[1.0, 2.0, 4.0], &mut advantages);
        assert_eq!(advantages, [-0.5, 0.5, 0.0]);
        adversary.advantages(&[0, 0, 2], &[2.5, 2.5, 4.0], &mut advantages);
        assert_eq!(advantages, [1.0, 1.0, 0.0]);
        // Two episodes moved it by a tenth of the difference.
        assert!((adversary.running[0] - 1.6).abs() < 1e-15);
        assert!(adversary.running[1].is_nan());
        assert_eq!(adversary.worst(), 4.0);
    }

    #[test]
    fn weights_go_to_the_largest_excess_not_to_the_largest_loss() {
        let mut adversary = adversary(vec![0.9, 0.0, 0.0]);
        let mut advantages = [0.0; 3];
        for _ in 0..500 {
            adversary.advantages(&[0, 1, 2], &[1.0, 0.5, 0.0], &mut advantages);
            adversary.turn();
        }
        let weights = &adversary.weights;
        assert!((reduce::sum(weights) - 1.0).abs() < 1e-12);
        assert!(weights[1] > 0.7, "{weights:?}");
        assert!(weights[0] >= 0.1 && weights[2] >= 0.1, "{weights:?}");
    }
}
