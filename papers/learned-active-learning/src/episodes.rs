//! Episodes, many at a time, and the loss of a policy on every instance.

use common::prelude::*;
use common::statistics::{mean, standard_error};

use crate::thresholds::{History, Instance, Thresholds};

/// Episodes that are played side by side when a policy is evaluated.
pub const TOGETHER: usize = 128;

/// A rule that chooses queries. It sees histories, never the instances behind them.
pub trait QueryPolicy {
    /// Chooses the next item of each episode, after `step` queries in each.
    fn choose(&mut self, step: usize, histories: &[History], items: &mut [usize], random: &mut Generator);
}

/// Room for episodes that are played side by side.
pub struct Episodes {
    queries: usize,
    histories: Vec<History>,
    items: Vec<usize>,
    losses: Vec<f64>,
}

impl Episodes {
    /// Room for at most this many episodes.
    pub fn new(problem: &Thresholds, together: usize) -> Episodes {
        Episodes {
            queries: problem.queries,
            histories: vec![History::new(problem.items); together],
            items: vec![0; together],
            losses: vec![0.0; together],
        }
    }

    /// Plays one episode on each of the instances and returns their losses.
    pub fn play(&mut self, policy: &mut impl QueryPolicy, instances: &[Instance], random: &mut Generator) -> &[f64] {
        let histories = &mut self.histories[..instances.len()];
        let items = &mut self.items[..instances.len()];
        histories.iter_mut().for_each(History::clear);
        for step in 0..self.queries {
            policy.choose(step, histories, items, random);
            for ((history, &item), instance) in histories.iter_mut().zip(&*items).zip(instances) {
                history.note(item, instance.answer(item, random));
            }
        }
        let losses = &mut self.losses[..instances.len()];
        for ((loss, history), &instance) in losses.iter_mut().zip(histories).zip(instances) {
            *loss = history.loss(instance);
        }
        losses
    }
}

/// The loss of a policy on an instance.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    /// The instance.
    pub instance: Instance,
    /// Mean loss over the episodes.
    pub loss: f64,
    /// Standard error of the mean loss.
    pub std_err: f64,
}

/// Plays this many episodes on each instance of each class.
pub fn evaluate(
    policy: &mut impl QueryPolicy,
    problem: &Thresholds,
    eval_episodes: usize,
    random: &mut Generator,
) -> Vec<Estimate> {
    let mut episodes = Episodes::new(problem, TOGETHER);
    let mut losses = Vec::with_capacity(eval_episodes);
    let mut estimate = |instance| {
        losses.clear();
        while losses.len() < eval_episodes {
            let together = TOGETHER.min(eval_episodes - losses.len());
            losses.extend_from_slice(episodes.play(policy, &[instance; TOGETHER][..together], random));
        }
        Estimate { instance, loss: mean(&losses), std_err: standard_error(&losses) }
    };
    problem.instances().into_iter().map(&mut estimate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rule;

    /// With one item and one query the answer is announced, whatever the policy.
    #[test]
    fn the_loss_with_a_single_item_is_the_error_rate() {
        let problem = Thresholds { items: 1, queries: 1, noise_levels: vec![1.0, 0.6] };
        let mut random = Streams::new("test").open("single", 0);
        let estimates = evaluate(&mut Rule::Random.policy(&problem), &problem, 20_000, &mut random);
        assert_eq!(estimates.len(), 4);
        for Estimate { instance, loss, std_err } in estimates {
            let exact = instance.h * 0.5 * (1.0 - instance.h);
            assert!((loss - exact).abs() <= 4.0 * std_err, "{instance:?}: {loss}");
        }
    }
}
