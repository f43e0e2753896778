//! A network with one hidden layer, and its training by stochastic gradient descent.

use common::datasets::{Examples, Split};
use common::networks::{Batches, Classifier, Init, Sgd, schedules};
use common::prelude::*;

/// Handwritten digits: ten of them.
pub const CLASSES: usize = 10;

/// Images that networks are tested on: all test images.
pub const TESTED: usize = 10_000;

/// Examples that are evaluated at once.
const CHUNK: usize = 200;

/// What all trainings share.
#[derive(Parameters)]
#[require(28 % block == 0)]
#[require(2 * bs <= n_train)]
pub struct Setup {
    /// Training images of the pool that is pruned.
    #[range(2..=60_000)]
    pub n_train: usize,
    /// Images are averaged over block x block pixels.
    pub block: usize,
    /// Hidden units.
    pub hidden: usize,
    /// Length of the final training in passes over the whole pool; every subset gets the same number of steps.
    #[range(0.0..)]
    pub final_epochs: f64,
    /// Images of a step.
    pub bs: usize,
    /// Learning rate of the score networks, and that at which final trainings begin.
    pub lr: f64,
    /// Shares of the steps of a final training after which its learning rate is divided by 5.
    #[range(0.0..=1.0)]
    #[rising]
    pub lr_drops: Vec<f64>,
    /// Nesterov's momentum.
    #[range(0.0..1.0)]
    pub momentum: f64,
    /// Weight decay of all parameters.
    #[range(0.0..)]
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

    fn pixels(&self) -> f64 {
        let side = (28 / self.block) as f64;
        side * side
    }

    /// Number of weights and biases.
    pub fn parameters(&self) -> f64 {
        (self.pixels() + 1.0) * self.hidden as f64 + (self.hidden as f64 + 1.0) * CLASSES as f64
    }

    /// Seconds that so many final trainings take, and `networks` score networks that are trained for `epochs` and judge
    /// the pool `passes` times; forward and backward counts as three.
    pub fn seconds(&self, trainings: usize, networks: usize, epochs: f64, passes: usize) -> f64 {
        let networks = networks as f64;
        let steps = trainings as f64 * self.final_steps() as f64 + networks * self.steps(epochs) as f64;
        let scored = networks * passes as f64 * self.n_train as f64;
        // Six operations for each parameter and trained image, two for each scored one.
        (6.0 * steps * self.bs as f64 + 2.0 * scored) * self.parameters() / 1.1e11
    }

    /// Bytes that images, a network in training and so many lists of scores take.
    pub fn memory(&self, scores: usize) -> f64 {
        let images = (self.n_train + TESTED) as f64 * self.pixels();
        // Values and gradients of one batch.
        let units = 2.0 * self.bs.max(CHUNK) as f64 * (self.pixels() + 2.0 * self.hidden as f64 + 40.0);
        4.0 * (images + units + 4.0 * self.parameters()) + 8.0 * self.n_train as f64 * (scores as f64 + 3.0)
    }
}

/// A network and where its training is.
pub struct Training<'e> {
    /// The network: inputs, hidden ReLU units, logits.
    pub net: Classifier<f32>,
    /// The parameters of the network.
    pub theta: Vec<f32>,
    /// The pool.
    pub examples: &'e Examples<f32>,
    sgd: Sgd<f32>,
    batches: Batches,
    random: Generator,
}

impl<'e> Training<'e> {
    /// A new network that is to learn from the examples with these indices. The generator gives its initial
    /// parameters, then the batches.
    ///
    /// # Panics
    /// If these are fewer examples than a batch has.
    pub fn start(
        setup: &Setup,
        examples: &'e Examples<f32>,
        subset: impl IntoIterator<Item = usize>,
        mut random: Generator,
    ) -> Training<'e> {
        let widths = [examples.inputs.ncols(), setup.hidden, CLASSES];
        let net = Classifier::mlp(setup.bs.max(CHUNK), &widths, Init::HeNormal, Init::LeCunNormal);
        let theta = net.tape.initial(&mut random);
        Training {
            sgd: Sgd::nesterov(theta.len(), setup.momentum).weight_decay(setup.wd),
            batches: Batches::new(subset, setup.bs),
            net,
            theta,
            examples,
            random,
        }
    }

    /// One step on the next batch for each of the rates.
    pub fn run(&mut self, rates: impl IntoIterator<Item = f64>) {
        let Training { net, theta, examples, sgd, batches, random } = self;
        net.fit(theta, examples.view(), batches, sgd, rates, random);
    }
}

/// Trains a new network on a part of the images to train on, for as many steps as on all of them; test accuracy, NaN
/// if training diverged.
pub fn train_on(setup: &Setup, digits: &Split<f32>, subset: &[usize], random: Generator) -> f64 {
    let steps = setup.final_steps();
    let mut factor = 1.0;
    let drop = |share: &f64| {
        factor /= 5.0;
        ((share * steps as f64).round() as usize, factor)
    };
    let stairs: Vec<(usize, f64)> = setup.lr_drops.iter().map(drop).collect();
    let mut training = Training::start(setup, &digits.train, subset.iter().copied(), random);
    training.run((0..steps).map(|t| setup.lr * schedules::stairs(t, &stairs)));
    let (images, labels) = digits.test.view();
    let score = training.net.score(&training.theta, images, labels);
    // ReLU hides weights that are no numbers, and logits that are none would count as a choice of the first class.
    let finite = score.loss.is_finite() && training.theta.iter().all(|weight| weight.is_finite());
    if finite { score.accuracy } else { f64::NAN }
}

#[cfg(test)]
pub mod tests;
