//! Training with dropout at rates that are given, or that are tuned meanwhile.

use common::datasets::Examples;
use common::networks::{Adam, Batches, Optimizer, Score, Sgd, clip_norm, draw_dropout};
use common::prelude::*;

use crate::digits::{Digits, Sizes};
use crate::network::{CHUNK, CLASSES, Network, PIXELS, RATES};

/// Higher dropout rates are not used.
const HIGHEST_RATE: f64 = 0.97;

/// What all networks share: data, size, the descent of the weights.
#[derive(Parameters)]
pub struct Recipe {
    #[flatten]
    pub sizes: Sizes,
    /// Hidden units.
    pub hidden: usize,
    /// Steps of the weights.
    pub steps: usize,
    /// Images of a step, drawn with replacement; as many validation images for a step of the hyperparameters.
    pub batch: usize,
    /// Rate of the weights.
    #[range(0.0..)]
    pub lr: f64,
    /// Momentum of the weights.
    #[range(0.0..1.0)]
    pub momentum: f64,
    /// Longest gradient of the weights; longer ones are shortened to it.
    pub clip: f64,
    /// Steps from one evaluation to the next.
    pub evaluate_every: usize,
}

/// How a self-tuning network tunes its dropout rates.
#[derive(Parameters)]
pub struct Tuning {
    /// Standard deviation of the perturbations of the hyperparameters: of the logits of the rates.
    #[range(0.0..)]
    pub sigma: f64,
    /// Adam's rate for the hyperparameters.
    #[range(0.0..)]
    pub lr_hyper: f64,
    /// Steps before the hyperparameters begin to move.
    #[range(0..)]
    pub warm_up: usize,
    /// Steps of the weights for each of the hyperparameters.
    pub train_steps: usize,
}

impl Recipe {
    /// Weights of the two matrices of a plain network.
    fn weights(&self) -> f64 {
        self.hidden as f64 * (PIXELS + CLASSES) as f64
    }

    /// Seconds that a training takes.
    pub fn seconds(&self, gated: bool) -> f64 {
        let copies = if gated { 2.0 } else { 1.0 };
        let images = self.steps as f64 * self.batch as f64;
        let scored = self.evaluations() * self.images();
        // Forward and backward count as three; a self-tuning network has a step on validation images for every
        // second one on training images. Dropout is drawn for each unit.
        let passes = (if gated { 9.0 } else { 6.0 }) * images + 2.0 * scored;
        let drawn = images * (PIXELS + self.hidden) as f64;
        0.01 + copies * self.weights() * (passes / 6e10 + 1e-9 * self.steps as f64) + 4e-9 * drawn
    }

    /// Bytes that images, networks and rows take.
    pub fn memory(&self) -> f64 {
        let batch = (self.batch + self.batch.max(CHUNK)) as f64;
        // Values and gradients of up to eight operations a layer; models, gradients, velocities and copies of them.
        let units = batch * (4.0 * PIXELS as f64 + 24.0 * (self.hidden + CLASSES) as f64);
        4.0 * (self.images() * PIXELS as f64 + units + 12.0 * self.weights())
            + 16.0 * self.steps as f64
            + 500.0 * self.evaluations()
    }

    fn images(&self) -> f64 {
        (self.sizes.n_train + self.sizes.n_validation + self.sizes.n_test) as f64
    }

    fn evaluations(&self) -> f64 {
        self.steps as f64 / self.evaluate_every as f64 + 2.0
    }
}

/// The hyperparameter of a dropout rate p: ln p / (1 − p).
pub fn logit(p: f64) -> f64 {
    ln(p / (1.0 - p))
}

/// A network in training.
pub struct Training<'d> {
    digits: &'d Digits,
    network: Network,
    /// Weights, then the hyperparameters λ.
    model: Vec<f32>,
    gradient: Vec<f32>,
    sgd: Sgd<f32>,
    batches: [Batches; 2],
    /// The hyperparameters of each example of the batch.
    perturbed: Vec<f32>,
    recipe: &'d Recipe,
    random: Generator,
}

impl<'d> Training<'d> {
    /// A new network with both dropout rates at `rate`. All networks of a seed begin with the same weights; the rest is
    /// drawn anew for each method and rate.
    pub fn start(
        recipe: &'d Recipe,
        digits: &'d Digits,
        gated: bool,
        rate: f64,
        method: &str,
        seed: u64,
        random: &Streams,
    ) -> Training<'d> {
        let network = Network::new(recipe.hidden, recipe.batch, gated);
        let model = network.clean.tape.initial(&mut random.open("initial weights", seed));
        let batches = [&digits.train, &digits.validation];
        let mut training = Training {
            digits,
            sgd: Sgd::heavy_ball(network.lambda.start, recipe.momentum),
            gradient: vec![0.0; model.len()],
            batches: batches.map(|part| Batches::with_replacement(part.len(), recipe.batch)),
            perturbed: vec![0.0; RATES * recipe.batch],
            network,
            model,
            recipe,
            random: random.open(&format!("training {method} {rate}"), seed),
        };
        training.set_hyperparameters([logit(rate) as f32; RATES]);
        training
    }

    /// Takes all steps, of which `advance` takes one and is told its number, from 1; writes what is recorded.
    pub fn run(&mut self, rows: &mut Rows, mut advance: impl FnMut(&mut Self, usize)) {
        let Recipe { steps, evaluate_every, .. } = *self.recipe;
        for step in 0..=steps {
            if step > 0 {
                advance(self, step);
            }
            if step.is_multiple_of(evaluate_every) || step == steps {
                rows.push(self.evaluate(step));
            }
        }
    }

    /// The hyperparameters λ: the logits of the dropout rates of inputs and hidden units.
    pub fn hyperparameters(&self) -> [f32; RATES] {
        std::array::from_fn(|k| self.model[self.network.lambda.start + k])
    }

    /// Moves λ.
    pub fn set_hyperparameters(&mut self, lambda: [f32; RATES]) {
        self.model[self.network.lambda.clone()].copy_from_slice(&lambda);
    }

    /// The dropout rates of inputs and hidden units.
    pub fn rates(&self) -> [f64; RATES] {
        self.hyperparameters().map(|h| sigmoid(f64::from(h)))
    }

    /// A step of the weights on the training loss of a batch. Each example has hyperparameters h = λ + σ z of its own,
    /// which the gates see, and by which its dropout is drawn. λ stays.
    pub fn step(&mut self, sigma: f64) {
        let lambda = self.hyperparameters();
        let Training { digits, network, model, gradient, sgd, batches, perturbed, recipe, random } = self;
        let Network { training, h, masks, lambda: place, .. } = network;
        let (images, labels) = digits.train.view();
        training.load(images, labels, batches[0].next(random));
        for h in perturbed.chunks_exact_mut(RATES) {
            h.iter_mut().zip(lambda).for_each(|(h, center)| *h = center + (sigma * random.normal()) as f32);
        }
        training.tape.set(*h, perturbed);
        for (k, &mask) in masks.iter().enumerate() {
            let factors = training.tape.input_mut(mask, recipe.batch).chunks_exact_mut(mask.columns());
            for (factors, h) in factors.zip(perturbed.chunks_exact(RATES)) {
                draw_dropout(sigmoid(f64::from(h[k])).min(HIGHEST_RATE), factors, random);
            }
        }
        let (weights, gradient) = (&mut model[..place.start], &mut gradient[..place.start]);
        training.tape.loss_and_gradient(training.loss, weights, gradient);
        clip_norm(gradient, recipe.clip);
        sgd.step(weights, gradient, recipe.lr);
    }

    /// A step of λ on the validation loss of a batch, without dropout and perturbation: the derivatives are those
    /// through the gates alone, and the weights stay.
    pub fn tune(&mut self, adam: &mut Adam<f32>, lr_hyper: f64) {
        let Training { digits, network, model, gradient, batches, random, .. } = self;
        let Network { clean, lambda, .. } = network;
        let (images, labels) = digits.validation.view();
        clean.gradient(model, images, labels, batches[1].next(random), gradient);
        adam.step(&mut model[lambda.clone()], &gradient[lambda.clone()], lr_hyper);
    }

    /// Accuracy and cross-entropy on some examples, without dropout and at λ; NaN if training diverged.
    fn score(&mut self, examples: &Examples<f32>) -> Score {
        let Training { network, model, .. } = self;
        // ReLU hides weights that are no numbers.
        let finite = model[..network.lambda.start].iter().all(|weight| weight.is_finite());
        let (images, labels) = examples.view();
        let score = network.clean.score(model, images, labels);
        if finite && score.loss.is_finite() { score } else { Score { accuracy: f64::NAN, loss: f64::NAN } }
    }

    /// What is recorded after so many steps.
    fn evaluate(&mut self, step: usize) -> Record {
        let Digits { train, validation, test } = self.digits;
        let [train, validation, test] = [train, validation, test].map(|part| self.score(part));
        let [p_in, p_hid] = self.rates();
        record! {
            /// Steps of the weights done; ridge: all of them.
            step,
            /// Dropout rate of the inputs.
            p_in,
            /// Dropout rate of the hidden units.
            p_hid,
            /// Mean cross-entropy on the training images without dropout, in nats.
            train_ce: train.loss,
            /// The same on the validation images.
            val_ce: validation.loss,
            /// The same on the test images.
            test_ce: test.loss,
            /// Share of the test images that are classified correctly.
            test_acc: test.accuracy,
        }
    }
}

#[cfg(test)]
mod tests;
