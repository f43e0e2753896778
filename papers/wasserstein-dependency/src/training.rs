//! Training a critic by CPC or WPC, and the estimates of the mutual information that its loss gives.

use common::networks::{Adam, Optimizer};
use common::prelude::*;

use crate::characters::Pairs;
use crate::critic::{Critic, Encoders};

/// Batches of fresh pairs that an estimate is a mean over.
pub const FRESH_BATCHES: usize = 30;

/// Last steps of training that an estimate is a mean over.
const LAST_STEPS: usize = 100;

/// How critics are trained.
#[derive(Parameters)]
pub struct Training {
    /// Pairs of a step, distinct ones of the training pairs.
    #[range(2..)]
    pub batch: usize,
    /// Steps of Adam.
    steps: usize,
    /// Adam's rate.
    lr: f64,
    /// Weight of the gradient penalty in WPC: lambda.
    #[range(0.0..)]
    pub lambda_gp: f64,
    /// What the penalty draws the norm of the gradient to: L.
    #[range(0.0..)]
    pub lipschitz: f64,
}

#[cfg(test)]
impl Training {
    /// A short one with the usual penalty.
    pub fn for_tests(batch: usize, steps: usize) -> Training {
        Training { batch, steps, lr: 1e-3, lambda_gp: 10.0, lipschitz: 1.0 }
    }
}

/// What is made small.
#[derive(Clone, Copy, PartialEq)]
pub enum Objective {
    /// The contrastive loss.
    Cpc,
    /// The contrastive loss and the gradient penalty.
    Wpc,
}

/// What is measured of a trained critic.
#[derive(Clone, Copy)]
pub struct Estimates {
    /// Mutual information on the batches of the last steps, in nats.
    pub mi_train: f64,
    /// Mutual information on fresh pairs, in nats.
    pub mi_fresh: f64,
    /// Mean norm of the critic's gradient at the pairs of the last batch.
    pub grad_norm: f64,
}

impl Training {
    /// The bound of all estimates, in nats.
    pub fn log_batch(&self) -> f64 {
        ln(self.batch as f64)
    }

    /// Trains, starting from `theta`. `pairs` are those to train on and fresh ones, the generators those of batches and of
    /// pairings; CPC uses no pairings.
    pub fn run(
        &self,
        critic: &mut Critic,
        theta: &mut [f32],
        objective: Objective,
        [given, fresh]: [&Pairs; 2],
        [mut batches, mut pairings]: [Generator; 2],
    ) -> Estimates {
        let goal = match objective {
            Objective::Cpc => critic.contrast,
            Objective::Wpc => critic.penalised,
        };
        let mut order: Vec<usize> = (0..given.x.nrows()).collect();
        let mut pairing: Vec<usize> = (0..self.batch).collect();
        critic.tape.set_labels(critic.pairing, &pairing);
        let (mut gradient, mut adam) = (vec![0.0; theta.len()], Adam::new(theta.len()));
        let mut last = Vec::with_capacity(LAST_STEPS);
        for step in 0..self.steps {
            draw_first(&mut order, self.batch, &mut batches);
            critic.load(given, &order[..self.batch]);
            if objective == Objective::Wpc {
                pairings.shuffle(&mut pairing);
                critic.tape.set_labels(critic.pairing, &pairing);
            }
            critic.tape.loss_and_gradient(goal, theta, &mut gradient);
            if step + LAST_STEPS >= self.steps {
                last.push(self.estimate(critic));
            }
            adam.step(theta, &gradient, self.lr);
        }
        critic.tape.forward_to(critic.norms, theta);
        let norms: Vec<f64> = critic.tape.value(critic.norms).iter().copied().map(f64::from).collect();
        Estimates {
            mi_train: reduce::mean(&last),
            mi_fresh: self.estimate_on(critic, theta, fresh),
            grad_norm: reduce::mean(&norms),
        }
    }

    /// ln B − loss, where the loss was computed last.
    fn estimate(&self, critic: &Critic) -> f64 {
        self.log_batch() - f64::from(critic.tape.scalar(critic.contrast))
    }

    /// Mean estimate over all full batches of the pairs, one after the other.
    fn estimate_on(&self, critic: &mut Critic, theta: &[f32], pairs: &Pairs) -> f64 {
        let order: Vec<usize> = (0..pairs.x.nrows()).collect();
        let estimate = |batch: &[usize]| {
            critic.load(pairs, batch);
            critic.tape.forward_to(critic.contrast, theta);
            self.estimate(critic)
        };
        reduce::mean(&order.chunks_exact(self.batch).map(estimate).collect::<Vec<f64>>())
    }

    /// Floating-point operations of a training.
    pub fn operations(&self, objective: Objective, encoders: &Encoders, inputs: usize) -> f64 {
        let [batch, h, e, d] = [self.batch, encoders.hidden, encoders.embed, inputs].map(|size| size as f64);
        let forward = 2.0 * h * (d + e) + batch * e;
        let penalty = 2.0 * h * (e + 2.0 * d);
        // Two for each product, and twice as many backwards.
        let step = 6.0 * batch * (forward + if objective == Objective::Wpc { penalty } else { 0.0 });
        self.steps as f64 * (step + 15.0 * encoders.parameters(inputs))
    }
}

impl Critic {
    /// Loads the pairs with these numbers.
    pub fn load(&mut self, pairs: &Pairs, batch: &[usize]) {
        self.tape.gather(self.x, pairs.x.view(), batch);
        self.tape.gather(self.y, pairs.y.view(), batch);
    }
}

/// Draws `count` distinct items to the front, whatever order they are in: the first steps of a shuffle.
fn draw_first(items: &mut [usize], count: usize, random: &mut Generator) {
    for place in 0..count {
        items.swap(place, place + random.below(items.len() - place));
    }
}

#[cfg(test)]
mod tests;
