//! Training on dense images, with coherence on the whole training set along the way.

use common::datasets::{DataSet, MNIST};
use common::networks::{Batches, Classifier, Init, Number, Sgd};
use common::prelude::*;

use crate::digits::{CLASSES, NoisyDigits};
use crate::{Descent, Digits, key};

/// Examples that are looked at together where the whole set is.
const CHUNK: usize = 250;

/// A network with one hidden layer in training: plain stochastic gradient descent on the mean cross-entropy.
pub struct Training<'d> {
    /// The training images.
    pub images: ArrayView2<'d, f32>,
    /// The labels that the network is trained on.
    pub labels: &'d [usize],
    classifier: Classifier<f32>,
    theta: Vec<f32>,
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
        Training { images, labels, classifier, theta, batches: Batches::new(0..labels.len(), batch), random, rate }
    }

    /// So many steps on the next batches.
    pub fn descend(&mut self, steps: usize) {
        let Training { images, labels, classifier, theta, batches, random, rate } = self;
        let rates = std::iter::repeat_n(*rate, steps);
        classifier.fit(theta, (*images, *labels), batches, &mut Sgd::plain(), rates, random);
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

    /// The predicted class of each image.
    pub fn predict(&mut self, images: ArrayView2<f32>) -> Vec<usize> {
        let mut logits = Array2::zeros((images.nrows(), CLASSES));
        let Classifier { tape, x, logits: value, .. } = &mut self.classifier;
        tape.predict(&self.theta, *x, images, *value, logits.view_mut());
        logits.rows().into_iter().map(|row| reduce::argmax(row.to_slice().expect("rows are contiguous"))).collect()
    }

    /// Records coherence and fits after some numbers of steps, rising. The network is in training on these digits.
    ///
    /// # Errors
    /// As for [`coherence`](Self::coherence).
    pub fn record(mut self, digits: &NoisyDigits, marks: Vec<usize>, rows: &mut Rows) -> Result<()> {
        let mut done = 0;
        for step in marks {
            self.descend(step - done);
            done = step;
            let looked_at = record! {
                /// Steps done.
                step,
                /// m-coherence of the gradients of all training examples; up to their number.
                coherence: self.coherence()?,
            };
            let (predicted, test_predicted) = (self.predict(self.images), self.predict(digits.test.inputs.view()));
            rows.push(looked_at.and(digits.fits(&predicted, &test_predicted)));
        }
        Ok(())
    }
}

/// The network: weights of variance 2 / inputs in the first layer and 1 / units in the second, biases of zero.
pub fn perceptron<T: Number>(capacity: usize, inputs: usize, hidden: usize) -> Classifier<T> {
    Classifier::mlp(capacity, &[inputs, hidden, CLASSES], Init::HeNormal, Init::LeCunNormal)
}

/// Training on labels of which a share is random.
#[derive(Serialize)]
pub struct Noisy {
    pub noise: f64,
    pub digits: &'static Digits,
    pub descent: &'static Descent,
    pub seed: u64,
}

impl Cell for Noisy {
    fn cost(&self) -> f64 {
        let &Descent { marks, hidden, batch, steps, .. } = self.descent;
        let looked_at = (marks * (2 * self.digits.n + self.digits.n_test)) as f64;
        3e-5 * steps as f64 + 7e-11 * ((steps * batch) as f64 + looked_at) * hidden as f64 * self.digits.pixels()
    }

    fn memory(&self) -> f64 {
        let (images, pixels) = (self.digits.images(), self.digits.pixels());
        4.0 * (images * pixels + 6.0 * self.descent.hidden as f64 * (500.0 + pixels))
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Noisy { noise, digits, descent: &Descent { marks, hidden, batch, lr, steps }, seed } = self;
        let digits = digits.sample(noise, random, seed)?;
        let (images, size) = (digits.train.inputs.view(), (hidden, batch, lr));
        rows.key(key("train", noise, ("sgd", 0), lr, seed));
        let training = Training::new(images, &digits.given, size, random.open("training", seed));
        training.record(&digits, log_spaced(marks, steps), rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coherence_of_one_label_is_greater_than_that_of_random_ones() {
        let (pool, streams) = (crate::easy::pool(), Streams::new("test"));
        let coherence = |labels: &[usize]| {
            let mut training = Training::new(pool.inputs.view(), labels, (16, 20, 0.1), streams.open("training", 0));
            training.descend(1);
            training.coherence().unwrap()
        };
        let random: Vec<usize> =
            pool.labels.iter().enumerate().map(|(index, label)| (label + index / 10) % CLASSES).collect();
        let [one, real, random] = [&vec![3; 400], &pool.labels, &random].map(|labels| coherence(labels));
        assert!(one > real && real > 3.0 * random && one < 400.0, "{one} {real} {random}");
    }
}
