//! Training on dense images, with coherence on the whole training set along the way.

use common::networks::{Batches, Classifier, Init, Optimizer, Sgd};
use common::prelude::*;

use crate::labels::CLASSES;

/// Examples that are looked at together where the whole set is.
const CHUNK: usize = 250;

/// A network with one hidden layer in training: plain stochastic gradient descent on the mean cross-entropy.
pub struct Training<'d> {
    images: ArrayView2<'d, f32>,
    labels: &'d [usize],
    classifier: Classifier<f32>,
    theta: Vec<f32>,
    gradient: Vec<f32>,
    batches: Batches,
    random: Generator,
    /// Step size: eta.
    rate: f64,
}

/// Hidden units, examples of a batch, and step size.
pub type Size = (usize, usize, f64);

impl<'d> Training<'d> {
    /// Before the first step. Weights are drawn at once, batches on the way.
    pub fn new(
        images: ArrayView2<'d, f32>,
        labels: &'d [usize],
        (hidden, batch, rate): Size,
        mut random: Generator,
    ) -> Training<'d> {
        let classifier = perceptron(batch.max(CHUNK), images.ncols(), hidden);
        let theta = classifier.tape.initial(&mut random);
        let (gradient, batches) = (vec![0.0; theta.len()], Batches::new(0..labels.len(), batch));
        Training { images, labels, classifier, theta, gradient, batches, random, rate }
    }

    /// One step on the next batch.
    pub fn step(&mut self) {
        let batch = self.batches.next(&mut self.random);
        self.classifier.gradient(&self.theta, self.images, self.labels, batch, &mut self.gradient);
        Sgd::plain().step(&mut self.theta, &self.gradient, self.rate);
    }

    /// m-coherence of the gradients of all training examples.
    ///
    /// # Errors
    /// Where the steps have been so large that it is no number.
    pub fn coherence(&mut self) -> Result<f64> {
        let coherence = self.classifier.gradient_moments(&self.theta, self.images, self.labels).m_coherence();
        ensure!(coherence.is_finite(), "training diverged: the step size {} is too large", self.rate);
        Ok(coherence)
    }

    /// The predicted class of each training example.
    pub fn predict_training(&mut self) -> Vec<usize> {
        self.predict(self.images)
    }

    /// The predicted class of each image.
    pub fn predict(&mut self, images: ArrayView2<f32>) -> Vec<usize> {
        let mut logits = Array2::zeros((images.nrows(), CLASSES));
        let Classifier { tape, x, logits: value, .. } = &mut self.classifier;
        tape.predict(&self.theta, *x, images, *value, logits.view_mut());
        logits.rows().into_iter().map(|row| reduce::argmax(row.to_slice().expect("rows are contiguous"))).collect()
    }
}

/// The network: weights of variance 2 / inputs in the first layer and 1 / units in the second, biases of zero.
pub fn perceptron<T: common::networks::Number>(capacity: usize, inputs: usize, hidden: usize) -> Classifier<T> {
    Classifier::mlp(capacity, &[inputs, hidden, CLASSES], Init::HeNormal, Init::LeCunNormal)
}

/// Steps between two looks at the scout.
pub const EVERY: usize = 20;

/// The training examples of a scout in two parts, easy and hard: within each class, the half with fewer errors of the scout
/// in so many steps of training, and the rest. Ties are broken at random; both parts are in random order.
pub fn easy_and_hard(mut scout: Training, steps: usize, ties: &mut Generator) -> [Vec<usize>; 2] {
    let labels = scout.labels;
    let mut errors = vec![0; labels.len()];
    for step in 0..steps {
        if step % EVERY == 0 {
            let predicted = scout.predict_training();
            for ((errors, predicted), label) in errors.iter_mut().zip(predicted).zip(labels) {
                *errors += usize::from(predicted != *label);
            }
        }
        scout.step();
    }
    let mut halves = [Vec::new(), Vec::new()];
    for class in 0..CLASSES {
        let mut members: Vec<usize> = (0..labels.len()).filter(|&index| labels[index] == class).collect();
        ties.shuffle(&mut members);
        members.sort_by_key(|&index| errors[index]);
        let (easy, hard) = members.split_at(members.len() / 2);
        halves[0].extend(easy);
        halves[1].extend(hard);
    }
    halves.iter_mut().for_each(|half| ties.shuffle(half));
    halves
}

#[cfg(test)]
mod tests {
    use common::datasets::Examples;

    use super::*;

    /// Classes 0 to 9, told apart by one input each; in the second half of the examples weakly.
    fn pool() -> Examples<f32> {
        let labels: Vec<usize> = (0..400).map(|index| index % CLASSES).collect();
        let mut random = Streams::new("test").open("pool", 0);
        let inputs = Array2::from_shape_fn((400, CLASSES), |(index, input)| {
            let strength = if index < 200 { 1.0 } else { 0.1 };
            let own = if input == labels[index] { strength } else { 0.0 };
            own + 0.1 * random.normal_f32()
        });
        Examples { inputs, labels }
    }

    #[test]
    fn what_the_scout_learns_late_is_hard() {
        let (pool, streams) = (pool(), Streams::new("test"));
        let scout = Training::new(pool.inputs.view(), &pool.labels, (16, 20, 0.3), streams.open("scout", 0));
        let [easy, hard] = easy_and_hard(scout, 400, &mut streams.open("ties", 0));
        assert_eq!((easy.len(), hard.len()), (200, 200));
        let strong = easy.iter().filter(|&&index| index < 200).count();
        assert!(strong > 170, "{strong} of 200");
        assert_eq!(distinct(sorted(easy.iter().chain(&hard).map(|&index| index as f64))).len(), 400);
        let of_class = |class| easy.iter().filter(|&&index| pool.labels[index] == class).count();
        assert!((0..CLASSES).all(|class| of_class(class) == 20));
    }

    #[test]
    fn coherence_of_one_label_is_greater_than_that_of_random_ones() {
        let (pool, streams) = (pool(), Streams::new("test"));
        let coherence = |labels: &[usize]| {
            let mut training = Training::new(pool.inputs.view(), labels, (16, 20, 0.1), streams.open("training", 0));
            training.step();
            training.coherence().unwrap()
        };
        let random: Vec<usize> =
            pool.labels.iter().enumerate().map(|(index, label)| (label + index / 10) % CLASSES).collect();
        let [one, real, random] = [&vec![3; 400], &pool.labels, &random].map(|labels| coherence(labels));
        assert!(one > real && real > 3.0 * random && one < 400.0, "{one} {real} {random}");
    }
}
