//! The classifier: 196 inputs, a layer of ReLU units, F ReLU features that are compressed, ten logits.

use common::datasets::Examples;
use common::networks::{Batches, Classifier, Init, Optimizer, Sgd, Tape, schedules};
use common::prelude::*;

use crate::compression::{Compressed, Compression, Masks};
use crate::digits::{CLASSES, PIXELS};

/// Momentum of all descents, as heavy ball.
const MOMENTUM: f64 = 0.9;

/// Examples that are evaluated at once.
const CHUNK: usize = 200;

/// The network and its training by stochastic gradient descent.
#[derive(Parameters)]
#[require(early_epochs <= epochs)]
pub struct Training {
    /// Units of the classifier's layer before the features.
    hidden: usize,
    /// Features of the classifier, which are compressed: F.
    pub features: usize,
    /// Passes over the training images.
    #[range(0..)]
    pub epochs: usize,
    /// Passes after which the uncompressed network is tested too.
    #[range(0..)]
    pub early_epochs: usize,
    /// Images of a step.
    pub bs: usize,
    /// Step size of the first 70 % of the steps; then a tenth of it.
    #[range(0.0..)]
    lr: f64,
}

impl Training {
    /// Numbers of weights and biases.
    pub fn parameters(&self) -> f64 {
        let (hidden, features) = (self.hidden as f64, self.features as f64);
        (PIXELS as f64 + 1.0) * hidden + (hidden + 1.0) * features + (features + 1.0) * CLASSES as f64
    }

    /// Steps in so many passes over so many images.
    pub fn steps(&self, epochs: usize, images: usize) -> usize {
        epochs * (images / self.bs)
    }

    /// Step sizes of a whole training.
    pub fn rates(&self, images: usize) -> Vec<f64> {
        let steps = self.steps(self.epochs, images);
        let late = (0.7 * steps as f64).round() as usize;
        (0..steps).map(|step| self.lr * schedules::stairs(step, &[(late, 0.1)])).collect()
    }

    /// Bytes of a network, two students and their batches.
    pub fn memory(&self) -> f64 {
        let units = self.bs.max(CHUNK) as f64 * (PIXELS as f64 + 4.0 * self.hidden as f64 + 6.0 * self.features as f64);
        4.0 * (units + 5.0 * self.parameters()) + 8.0 * self.features as f64
    }
}

/// What is trained: parameters, with the state of their training.
pub struct Student {
    /// The parameters.
    pub theta: Vec<f32>,
    sgd: Sgd<f32>,
    masks: Masks,
}

impl Student {
    /// Forgets the momentum.
    pub fn rest(&mut self) {
        self.sgd = Sgd::heavy_ball(self.theta.len(), MOMENTUM);
    }
}

/// The operations of the network, which students share.
pub struct Network {
    classifier: Classifier<f32>,
    layer: Compressed,
    gradient: Vec<f32>,
}

impl Network {
    /// Buffers for batches.
    pub fn new(training: &Training) -> Network {
        let mut tape = Tape::new(training.bs.max(CHUNK));
        let x = tape.input("x", 1, PIXELS);
        let sums = tape.dense("hidden", x, training.hidden, Init::HeNormal);
        let hidden = tape.relu(sums);
        let sums = tape.dense("features", hidden, training.features, Init::HeNormal);
        let features = tape.relu(sums);
        let layer = Compressed::record(&mut tape, features, CLASSES, Init::LeCunNormal);
        let classifier = Classifier::new(tape, x, layer.output);
        let gradient = vec![0.0; classifier.tape.parameter_count()];
        Network { classifier, layer, gradient }
    }

    /// A student before its first step. Initial weights and masks are the same for each number and seed.
    pub fn student(&self, compression: Compression, number: usize, random: &Streams, seed: u64) -> Student {
        let theta = self.classifier.tape.initial(&mut random.open(&format!("weights {number}"), seed));
        let masks = random.open(&format!("masks {number}"), seed);
        let masks = Masks::new(compression, self.layer.features.columns(), masks);
        Student { sgd: Sgd::heavy_ball(theta.len(), MOMENTUM), theta, masks }
    }

    /// One step of a student, under its next mask, on the mean cross-entropy of some examples.
    pub fn step(&mut self, student: &mut Student, examples: &Examples<f32>, indices: &[usize], rate: f64) {
        let Network { classifier, layer, gradient } = self;
        let (images, labels) = examples.view();
        student.masks.draw(classifier.tape.input_mut(layer.mask, indices.len()));
        classifier.gradient(&student.theta, images, labels, indices, gradient);
        student.sgd.step(&mut student.theta, gradient, rate);
    }

    /// A step on the next batch for each of the rates.
    pub fn train(
        &mut self,
        student: &mut Student,
        examples: &Examples<f32>,
        (batches, random): (&mut Batches, &mut Generator),
        rates: &[f64],
    ) {
        for &rate in rates {
            self.step(student, examples, batches.next(random), rate);
        }
    }

    /// The cross-entropy of each of some examples, by all features.
    pub fn losses(&mut self, student: &Student, examples: &Examples<f32>, indices: &[usize]) -> &[f32] {
        let Network { classifier, layer, .. } = self;
        let (images, labels) = examples.view();
        classifier.load(images, labels, indices);
        classifier.tape.input_mut(layer.mask, indices.len()).fill(1.0);
        classifier.tape.forward_to(classifier.losses, &student.theta);
        classifier.tape.value(classifier.losses)
    }

    /// The classes that a student predicts from its first `k` features, for each of several k: one list each.
    pub fn predict(&mut self, student: &Student, images: ArrayView2<f32>, cuts: &[usize]) -> Vec<Vec<usize>> {
        let (tape, layer) = (&mut self.classifier.tape, &self.layer);
        let mut features = Array2::zeros((images.nrows(), layer.features.columns()));
        tape.predict(&student.theta, self.classifier.x, images, layer.features, features.view_mut());
        let classes = |&k: &usize| {
            let logits = layer.truncated(tape, &student.theta, features.view(), k);
            logits.rows().into_iter().map(|row| reduce::argmax(row.to_slice().expect("rows are contiguous"))).collect()
        };
        cuts.iter().map(classes).collect()
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Two classes, told apart by the sign of one pixel.
    pub fn signs(count: usize) -> Examples<f32> {
        let mut random = Streams::new("test").open("signs", 0);
        let inputs = Array2::from_shape_fn((count, PIXELS), |_| random.normal_f32());
        let labels = inputs.column(0).iter().map(|&pixel| usize::from(pixel > 0.0)).collect();
        Examples { inputs, labels }
    }

    /// A small network.
    pub fn small() -> Training {
        Training { hidden: 12, features: 6, epochs: 10, early_epochs: 0, bs: 20, lr: 0.05 }
    }

    #[test]
    fn leading_features_suffice_for_a_nested_student() {
        let (training, examples, streams) = (small(), signs(400), Streams::new("test"));
        let mut network = Network::new(&training);
        let mut student = network.student(Compression::Nested { scale: 2.0 }, 1, &streams, 0);
        let (mut batches, mut random) = (Batches::new(0..400, 20), streams.open("batches", 0));
        network.train(&mut student, &examples, (&mut batches, &mut random), &training.rates(400));
        let accuracy = |predicted: Vec<usize>| {
            predicted.iter().zip(&examples.labels).filter(|(a, b)| a == b).count() as f64 / 400.0
        };
        let predicted = network.predict(&student, examples.inputs.view(), &[2, 6]);
        assert!(predicted.into_iter().all(|predicted| accuracy(predicted) > 0.9));
        let losses = network.losses(&student, &examples, &[0, 1, 2]).to_vec();
        assert!(losses.len() == 3 && losses.iter().all(|&loss| loss > 0.0 && loss < 1.0), "{losses:?}");
    }

    #[test]
    fn rates_fall_once() {
        let training = small();
        let rates = training.rates(59);
        assert_eq!(rates.len(), 20);
        assert_eq!((rates[13], rates[14]), (0.05, 0.05 * 0.1));
    }
}
