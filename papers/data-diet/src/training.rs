//! A network with one hidden layer, and its training by stochastic gradient descent.

use common::networks::{Batches, Classifier, Init, Optimizer, Sgd, schedules};
use common::prelude::*;

use crate::digits::{CLASSES, Digits, Examples};

/// Examples that are evaluated at once.
const CHUNK: usize = 200;

/// What all trainings share.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Setup {
    /// Images of the pool.
    pub n_train: usize,
    /// Images are averaged over squares of so many pixels a side.
    pub block: usize,
    /// Hidden units.
    pub hidden: usize,
    /// Length of the final training, in passes over the whole pool.
    pub final_epochs: f64,
    /// Images of a step.
    pub bs: usize,
    /// The rate at the start.
    pub lr: f64,
    /// Of Nesterov's method.
    pub momentum: f64,
    /// Weight decay, of all parameters.
    pub wd: f64,
}

impl Setup {
    /// Steps in so many passes over the whole pool.
    pub fn steps(&self, epochs: f64) -> usize {
        (epochs * self.n_train as f64 / self.bs as f64).round() as usize
    }

    /// Steps of every final training, however many examples it has.
    pub fn final_steps(&self) -> usize {
        self.steps(self.final_epochs)
    }

    /// Weights and biases.
    pub fn parameters(&self) -> usize {
        let side = 28 / self.block;
        (side * side + 1) * self.hidden + (self.hidden + 1) * CLASSES
    }
}

/// A network and where its training is.
pub struct Training<'e> {
    /// The network: inputs, hidden ReLU units, logits.
    pub net: Classifier<f32>,
    /// Its parameters.
    pub theta: Vec<f32>,
    /// Images and labels of the pool.
    pub examples: &'e Examples,
    gradient: Vec<f32>,
    sgd: Sgd<f32>,
    batches: Batches,
    random: Generator,
}

impl<'e> Training<'e> {
    /// A new network that is to learn from the examples with these indices. The generator gives its initial
    /// parameters, then the batches.
    pub fn start(
        setup: &Setup,
        examples: &'e Examples,
        subset: impl IntoIterator<Item = usize>,
        mut random: Generator,
    ) -> Training<'e> {
        let widths = [examples.images.ncols(), setup.hidden, CLASSES];
        let net = Classifier::mlp(setup.bs.max(CHUNK), &widths, Init::HeNormal, Init::LeCunNormal);
        let theta = net.tape.initial(&mut random);
        Training {
            gradient: vec![0.0; theta.len()],
            sgd: Sgd::nesterov(theta.len(), setup.momentum).weight_decay(setup.wd),
            batches: Batches::new(subset, setup.bs),
            net,
            theta,
            examples,
            random,
        }
    }

    /// One step at this rate on the next batch.
    pub fn step(&mut self, rate: f64) {
        let batch = self.batches.next(&mut self.random);
        let Examples { images, labels } = self.examples;
        self.net.gradient(&self.theta, images.view(), labels, batch, &mut self.gradient);
        self.sgd.step(&mut self.theta, &self.gradient, rate);
    }
}

/// Trains a new network on a part of the pool, for as many steps as on all of it; test accuracy.
pub fn train_on(setup: &Setup, digits: &Digits, subset: &[usize], random: Generator) -> f64 {
    let steps = setup.final_steps();
    // Kept for 60 % of the steps, divided by 5 there and at 85 %.
    let stairs = [(0.6, 0.2), (0.85, 0.04)].map(|(share, factor)| ((share * steps as f64).round() as usize, factor));
    let mut training = Training::start(setup, &digits.pool, subset.iter().copied(), random);
    for t in 0..steps {
        training.step(setup.lr * schedules::stairs(t, &stairs));
    }
    let Examples { images, labels } = &digits.test;
    training.net.score(&training.theta, images.view(), labels).accuracy
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn small_setup() -> Setup {
        Setup { n_train: 1000, block: 4, hidden: 16, final_epochs: 6.0, bs: 50, lr: 0.05, momentum: 0.9, wd: 5e-4 }
    }

    #[test]
    fn epochs_are_those_of_the_whole_pool() {
        let setup = small_setup();
        assert_eq!(setup.final_steps(), 120);
        assert_eq!([0.0, 0.1, 0.07].map(|epochs| setup.steps(epochs)), [0, 2, 1]);
        assert_eq!(setup.parameters(), 50 * 16 + 17 * 10);
    }

    /// The updates g ← g + wd θ, v ← 0.9 v + g, θ ← θ − lr (g + 0.9 v), written out for two steps.
    #[test]
    fn steps_are_nesterovs_with_decay_of_all_parameters() {
        let setup = small_setup();
        let streams = Streams::new("data-diet");
        let digits = Digits::draw(setup.bs, setup.block, &mut streams.open("pool", 0)).unwrap();
        // One batch is the whole pool, whose mean gradient does not depend on its order.
        let mut training = Training::start(&setup, &digits.pool, 0..setup.bs, streams.open("training", 0));
        let mut theta: Vec<f64> = training.theta.iter().copied().map(f64::from).collect();
        assert_eq!(theta.len(), setup.parameters());
        let mut velocity = vec![0.0; theta.len()];
        let batch: Vec<usize> = (0..setup.bs).collect();
        for _ in 0..2 {
            let rounded: Vec<f32> = theta.iter().map(|&weight| weight as f32).collect();
            let mut gradient = vec![0.0_f32; theta.len()];
            let Examples { images, labels } = &digits.pool;
            training.net.gradient(&rounded, images.view(), labels, &batch, &mut gradient);
            for ((theta, velocity), g) in theta.iter_mut().zip(&mut velocity).zip(gradient) {
                let g = f64::from(g) + setup.wd * *theta;
                *velocity = setup.momentum * *velocity + g;
                *theta -= setup.lr * (g + setup.momentum * *velocity);
            }
            training.step(setup.lr);
        }
        for (theta, expected) in training.theta.iter().zip(theta) {
            assert!((f64::from(*theta) - expected).abs() < 1e-5, "{theta} is not {expected}");
        }
    }

    #[test]
    fn a_short_training_learns_from_its_subset_only() {
        let setup = small_setup();
        let streams = Streams::new("data-diet");
        let digits = Digits::draw(setup.n_train, setup.block, &mut streams.open("pool", 0)).unwrap();
        let all: Vec<usize> = (0..setup.n_train).collect();
        let low: Vec<usize> = all.iter().copied().filter(|&i| digits.pool.labels[i] < 5).collect();
        let accuracy = |subset: &[usize]| train_on(&setup, &digits, subset, streams.open("training", 0));
        assert!(accuracy(&all) > 0.65, "{}", accuracy(&all));
        // Of the ten digits five were never seen; 51 % of the test images show the others.
        assert!((0.3..0.52).contains(&accuracy(&low)), "{}", accuracy(&low));
    }
}
