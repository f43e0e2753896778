//! The parent, its sub-networks before and after training, and what all of them share.

use common::datasets::Split;
use common::networks::{Batches, Classifier, Init, Sgd};
use common::prelude::*;

use crate::mask::{Mask, kept};

/// Images are averaged over squares of this many pixels each way.
const BLOCK: usize = 2;
/// Inputs of a network.
const PIXELS: usize = 196;
/// Handwritten digits: ten of them.
pub const CLASSES: usize = 10;
/// Test images: all of them.
const TESTED: usize = 10_000;
/// Images that are evaluated at once.
const CHUNK: usize = 100;

/// What all trainings share.
#[derive(Parameters)]
#[require(n_score <= n_train)]
#[require(bs <= n_train)]
pub struct Setup {
    /// Training images, drawn without replacement for each seed.
    #[range(..=60_000)]
    n_train: usize,
    /// Units of each hidden layer of the parent.
    hidden: Vec<usize>,
    /// Training images, the first, on which the loss before training is taken.
    n_score: usize,
    /// Passes over the training images.
    pub epochs: usize,
    /// Images of a step.
    bs: usize,
    /// Step size.
    lr: f64,
    /// Heavy-ball momentum.
    #[range(0.0..1.0)]
    momentum: f64,
}

impl Setup {
    /// Numbers of inputs, hidden units and classes of the parent.
    pub fn widths(&self) -> Vec<usize> {
        let hidden = self.hidden.iter().copied();
        std::iter::once(PIXELS).chain(hidden).chain([CLASSES]).collect()
    }

    /// Hidden nodes and parameters of a network of this sparsity.
    fn size(&self, sparsity: f64) -> (f64, f64) {
        let nodes = self.hidden.iter().map(|&width| kept(width, sparsity) as f64);
        let count = |(inputs, parameters), units| (units, parameters + (inputs + 1.0) * units);
        let (_, parameters) = nodes.clone().chain([CLASSES as f64]).fold((PIXELS as f64, 0.0), count);
        (nodes.sum(), parameters)
    }

    /// Seconds that so many trainings and so many losses before training take at a sparsity.
    pub fn seconds(&self, sparsity: f64, trainings: usize, losses: usize) -> f64 {
        let (_, parameters) = self.size(sparsity);
        // Forward and backward counts as three, forward as one.
        let epoch = 3.0 * self.n_train as f64 + TESTED as f64;
        let images = trainings as f64 * self.epochs as f64 * epoch + losses as f64 * self.n_score as f64;
        0.03 + 2.0 * images * (parameters + 1000.0) / 1.0e11
    }

    /// Bytes that images, the parent, a network in training and so many masks and accuracies take at a sparsity.
    pub fn memory(&self, sparsity: f64, trainings: usize, masks: usize) -> f64 {
        let (nodes, parameters) = self.size(sparsity);
        let images = (self.n_train + TESTED) as f64 * PIXELS as f64;
        // Values and gradients of a batch, before and after each activation.
        let units = 4.0 * self.bs.max(CHUNK) as f64 * (nodes + (PIXELS + CLASSES) as f64);
        let floats = images + self.size(0.0).1 + units + 3.0 * parameters;
        let rows = 64.0 * trainings as f64 * self.epochs as f64;
        4.0 * floats + 8.0 * masks as f64 * (nodes + (PIXELS + CLASSES + 20) as f64) + rows
    }
}

/// The images and the untrained parent of one seed.
pub struct Task<'a> {
    setup: &'a Setup,
    digits: Split<f32>,
    /// Initial parameters of the parent.
    parent: Vec<f32>,
    seed: u64,
    random: &'a Streams,
}

/// A network before and after training.
pub struct Trained {
    /// Loss before training, in nats.
    pub init_loss: f64,
    /// Number of parameters.
    pub n_params: usize,
    /// Test accuracy after every epoch; NaN once training has diverged.
    pub test_acc: Vec<f64>,
}

impl<'a> Task<'a> {
    /// The same images and the same parent for all networks of a seed.
    ///
    /// # Errors
    /// Where the images are absent.
    pub fn new(setup: &'a Setup, seed: u64, random: &'a Streams) -> Result<Task<'a>> {
        let digits = Split::mnist(setup.n_train, TESTED, BLOCK, &mut random.open("images", seed))?;
        let parent = perceptron(1, &setup.widths()).tape.initial(&mut random.open("parent", seed));
        Ok(Task { setup, digits, parent, seed, random })
    }

    /// The sub-network of a mask, untrained.
    pub fn network(&self, mask: &Mask) -> Network<'_> {
        let net = perceptron(self.setup.bs.max(CHUNK), &mask.widths());
        let mut network = Network { task: self, theta: Vec::with_capacity(net.tape.parameter_count()), net };
        network.reset(mask);
        network
    }
}

/// ReLU between linear layers, weights with variance 2 / fan-in, no biases at first.
fn perceptron(capacity: usize, widths: &[usize]) -> Classifier<f32> {
    Classifier::mlp(capacity, widths, Init::HeNormal, Init::HeNormal)
}

/// A sub-network of the parent.
pub struct Network<'a> {
    task: &'a Task<'a>,
    net: Classifier<f32>,
    theta: Vec<f32>,
}

impl Network<'_> {
    /// Becomes the untrained sub-network of another mask with as many nodes.
    pub fn reset(&mut self, mask: &Mask) {
        mask.inherit(&self.task.setup.widths(), &self.task.parent, &mut self.theta);
    }

    /// Mean cross-entropy on the first `n_score` training images, in nats.
    pub fn loss(&mut self) -> f64 {
        let (images, labels) = self.task.digits.train.view();
        let count = self.task.setup.n_score;
        self.net.score(&self.theta, images.slice(s![..count, ..]), &labels[..count]).loss
    }

    /// Trains by v ← μ v + g, w ← w − lr v. Networks with the same number of `order` see the same batches.
    pub fn train(mut self, order: usize) -> Trained {
        let (Task { setup, digits, seed, random, .. }, init_loss) = (self.task, self.loss());
        let mut batches = Batches::new(0..setup.n_train, setup.bs);
        let mut sgd = Sgd::heavy_ball(self.theta.len(), setup.momentum);
        let mut shuffling = random.open(&format!("batches {order}"), *seed);
        let rates = vec![setup.lr; batches.per_epoch()];
        let mut epoch = || {
            let (rates, examples) = (rates.iter().copied(), digits.train.view());
            self.net.fit(&mut self.theta, examples, &mut batches, &mut sgd, rates, &mut shuffling);
            self.test_accuracy()
        };
        let test_acc = (0..setup.epochs).map(|_| epoch()).collect();
        Trained { init_loss, n_params: self.theta.len(), test_acc }
    }

    fn test_accuracy(&mut self) -> f64 {
        let (images, labels) = self.task.digits.test.view();
        let score = self.net.score(&self.theta, images, labels);
        // ReLU hides weights that are no numbers, and logits that are none would count as a choice of the first class.
        let finite = score.loss.is_finite() && self.theta.iter().all(|weight| weight.is_finite());
        if finite { score.accuracy } else { f64::NAN }
    }
}

#[cfg(test)]
pub mod tests;
