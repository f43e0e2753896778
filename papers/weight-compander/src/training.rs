//! Training of a small network, standard, companded or clipped.

use common::datasets::Examples;
use common::networks::{Batches, Classifier, Init, Optimizer, Parameter, Score, Sgd, add_decay, schedules};
use common::prelude::*;
use std::ops::Range;

use crate::CLASSES;
use crate::compander::{Compander, Companding};

/// Examples that are evaluated at once.
const CHUNK: usize = 200;

/// What all trainings share.
#[derive(Debug, Parameters)]
#[require(28 % block == 0)]
#[require(bs <= n_train)]
pub struct Setup {
    /// Images to train on.
    #[range(1..=60_000)]
    pub n_train: usize,
    /// Images to test on.
    #[range(1..=10_000)]
    pub n_test: usize,
    /// Images are averaged over block x block pixels.
    pub block: usize,
    /// Units of each hidden layer: H. With none the classifier is linear.
    #[length(0..)]
    pub hidden: Vec<usize>,
    /// Passes over the images; the step size falls to a tenth after half of them and to a hundredth after 80 %.
    #[range(0..)]
    pub epochs: usize,
    /// Images of a step.
    pub bs: usize,
    /// Heavy-ball momentum.
    #[range(0.0..1.0)]
    pub momentum: f64,
}

/// Step size and weight decay of a training.
#[derive(Clone, Copy, Debug, Parameters, PartialEq)]
pub struct Descent {
    /// First step size.
    #[range(0.0..)]
    pub lr: f64,
    /// Weight decay of the trained parameters, biases excepted.
    #[range(0.0..)]
    pub decay: f64,
}

/// What weights are.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Trained as they are.
    Standard,
    /// Functions of what is trained.
    Compander(&'static Companding),
    /// Trained as they are, and clipped to the bound of weight compander after every step.
    Clip { ca: f64 },
}

impl Method {
    /// The name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Method::Standard => "standard",
            Method::Compander(_) => "wc",
            Method::Clip { .. } => "clip",
        }
    }

    fn law(self, fan_in: usize) -> Law {
        match self {
            Method::Standard => Law::Free,
            Method::Compander(companding) => Law::Companded(Compander::new(companding, fan_in)),
            Method::Clip { ca } => Law::Clipped(Compander::new(&Companding { ca, cb: ca }, fan_in).bound()),
        }
    }
}

impl Setup {
    /// Pixels of an image.
    pub fn pixels(&self) -> usize {
        (28 / self.block) * (28 / self.block)
    }

    fn steps(&self) -> usize {
        // Beyond any time that a cell may take, where it is too large.
        self.epochs.saturating_mul(self.n_train / self.bs)
    }

    /// The step size of each step.
    fn rates(&self, lr: f64) -> impl Iterator<Item = f64> {
        let steps = self.steps();
        let stairs = [(0.5, 0.1), (0.8, 0.01)].map(|(share, factor)| ((share * steps as f64).round() as usize, factor));
        (0..steps).map(move |t| lr * schedules::stairs(t, &stairs))
    }

    fn widths(&self, inputs: usize) -> Vec<usize> {
        [&[inputs], self.hidden.as_slice(), &[CLASSES]].concat()
    }

    /// Number of weights and biases of a network with so many inputs.
    fn parameters(&self, inputs: usize) -> f64 {
        self.widths(inputs).windows(2).map(|pair| (pair[0] as f64 + 1.0) * pair[1] as f64).sum()
    }

    /// Seconds that a training takes.
    pub fn seconds(&self, inputs: usize) -> f64 {
        let trained = self.steps() as f64 * self.bs as f64;
        let scored = self.n_train as f64 + 2.0 * self.n_test as f64;
        // Six operations for each parameter and trained image, two for each scored one; a dozen for each update.
        let updates = 12.0 * self.steps() as f64 * self.parameters(inputs);
        0.003 + ((6.0 * trained + 2.0 * scored) * self.parameters(inputs) + updates) / 1.5e11
    }

    /// Bytes that images and a network take.
    pub fn memory(&self, inputs: usize) -> f64 {
        let images = 2.0 * (self.n_train as f64 + 2.0 * self.n_test as f64) * (inputs as f64 + 4.0);
        let units: f64 = self.widths(inputs).iter().map(|&width| 3.0 * width as f64).sum();
        4.0 * (images + self.bs.max(CHUNK) as f64 * units + 10.0 * self.parameters(inputs))
    }
}

/// What the weights of a layer are.
enum Law {
    Free,
    Companded(Compander),
    /// At most so large.
    Clipped(f64),
}

/// A matrix of weights.
struct Layer {
    /// Its place among all parameters.
    place: Range<usize>,
    law: Law,
}

impl Layer {
    /// Replaces initial weights by what is trained.
    fn start(&self, theta: &mut [f32]) {
        if let Law::Companded(compander) = &self.law {
            compander.invert(&mut theta[self.place.clone()]);
        }
    }

    /// Replaces what is trained by weights.
    fn apply(&self, weights: &mut [f32]) {
        if let Law::Companded(compander) = &self.law {
            compander.apply(&mut weights[self.place.clone()]);
        }
    }

    /// Turns derivatives by weights into those by what is trained, and adds weight decay.
    fn chain(&self, theta: &[f32], gradient: &mut [f32], decay: f64) {
        let (theta, gradient) = (&theta[self.place.clone()], &mut gradient[self.place.clone()]);
        if let Law::Companded(compander) = &self.law {
            compander.chain(theta, gradient);
        }
        add_decay(gradient, theta, decay);
    }

    /// Clips weights after a step.
    fn clip(&self, theta: &mut [f32]) {
        if let Law::Clipped(bound) = self.law {
            let bound = bound as f32;
            theta[self.place.clone()].iter_mut().for_each(|weight| *weight = weight.clamp(-bound, bound));
        }
    }

    fn bound(&self) -> Option<f64> {
        match &self.law {
            Law::Free => None,
            Law::Companded(compander) => Some(compander.bound()),
            Law::Clipped(bound) => Some(*bound),
        }
    }
}

/// A trained network.
pub struct Trained {
    net: Classifier<f32>,
    /// Weights, not what they are functions of, and biases.
    weights: Vec<f32>,
    /// What the weights of the first layer stay below, if they have to.
    pub bound: Option<f64>,
}

impl Trained {
    /// The weights of the first layer.
    pub fn first_layer(&self) -> &[f32] {
        &self.weights[self.net.tape.named("0.weight").range.clone()]
    }

    /// Accuracy and mean cross-entropy; NaN if training diverged.
    pub fn score(&mut self, examples: &Examples<f32>) -> Score {
        let (images, labels) = examples.view();
        let score = self.net.score(&self.weights, images, labels);
        // ReLU hides weights that are no numbers, and logits that are none would count as a choice of the first class.
        let finite = score.loss.is_finite() && self.weights.iter().all(|weight| weight.is_finite());
        if finite { score } else { Score { accuracy: f64::NAN, loss: f64::NAN } }
    }
}

/// Trains a network. All methods of a seed start from the same draws and see the same batches.
pub fn train(
    setup: &Setup,
    method: Method,
    descent: Descent,
    examples: &Examples<f32>,
    seed: u64,
    random: &Streams,
) -> Trained {
    let widths = setup.widths(examples.inputs.ncols());
    let mut net = Classifier::mlp(setup.bs.max(CHUNK), &widths, Init::HeNormal, Init::LeCunNormal);
    let matrices = net.tape.parameters().iter().filter(|parameter| parameter.name.ends_with("weight"));
    let layer = |matrix: &Parameter| Layer { place: matrix.range.clone(), law: method.law(matrix.rows) };
    let layers: Vec<Layer> = matrices.map(layer).collect();

    let mut theta = net.tape.initial(&mut random.open("weights", seed));
    layers.iter().for_each(|layer| layer.start(&mut theta));
    let (mut weights, mut gradient) = (theta.clone(), theta.clone());
    let compute = |theta: &[f32], weights: &mut [f32]| {
        weights.copy_from_slice(theta);
        layers.iter().for_each(|layer| layer.apply(weights));
    };
    let mut sgd = Sgd::heavy_ball(theta.len(), setup.momentum);
    let (images, labels) = examples.view();
    let (mut batches, mut order) = (Batches::new(0..labels.len(), setup.bs), random.open("batches", seed));
    for rate in setup.rates(descent.lr) {
        compute(&theta, &mut weights);
        net.gradient(&weights, images, labels, batches.next(&mut order), &mut gradient);
        layers.iter().for_each(|layer| layer.chain(&theta, &mut gradient, descent.decay));
        sgd.step(&mut theta, &gradient, rate);
        layers.iter().for_each(|layer| layer.clip(&mut theta));
    }
    compute(&theta, &mut weights);
    Trained { net, weights, bound: layers[0].bound() }
}

#[cfg(test)]
pub mod tests;
