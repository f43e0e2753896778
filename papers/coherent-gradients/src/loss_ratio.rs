//! What m-coherence means: by how much more the loss falls if each example's step serves all.

use common::datasets::{DataSet, Examples, MNIST, mnist_train};
use common::networks::Classifier;
use common::prelude::*;

use crate::training::perceptron;
use crate::{Digits, IMAGES, key};

/// Step size of the decreases.
const ETA: f64 = 1e-3;

/// Examples whose losses are compared with coherence.
const EXAMPLES: usize = 300;

/// m-coherence of a network at its initial weights, and the ratio of loss decreases that it is to first order in the step:
/// m [L(w) - L(w - eta g)] / mean_i [l_i(w) - l_i(w - eta g_i)], with the mean loss L and its gradient g, and the loss l_i
/// and the gradient g_i of example i.
fn coherence_and_loss_ratio(examples: &Examples<f64>, hidden: usize, random: &mut Generator) -> [f64; 2] {
    let (images, labels) = examples.view();
    let m = labels.len();
    let mut classifier: Classifier<f64> = perceptron(m, images.ncols(), hidden);
    let theta = classifier.tape.initial(random);
    let coherence = classifier.gradient_moments(&theta, images, labels).m_coherence();

    let (mut gradient, mut moved) = (vec![0.0; theta.len()], theta.clone());
    let mut decrease = |indices: &[usize]| {
        let before = classifier.gradient(&theta, images, labels, indices, &mut gradient);
        moved.copy_from_slice(&theta);
        reduce::axpy(-ETA, &gradient, &mut moved);
        classifier.tape.forward_to(classifier.loss, &moved);
        before - classifier.tape.scalar(classifier.loss)
    };
    let all: Vec<usize> = (0..m).collect();
    let together = decrease(&all);
    let alone = all.iter().map(|&i| decrease(&[i])).sum::<f64>() / m as f64;
    [coherence, m as f64 * together / alone]
}

/// Coherence as a ratio of loss decreases.
#[derive(Serialize)]
pub struct LossRatio {
    pub permuted: bool,
    pub hidden: usize,
    pub digits: &'static Digits,
    pub seed: u64,
}

impl Cell for LossRatio {
    fn cost(&self) -> f64 {
        4.0 * EXAMPLES as f64 * self.digits.pixels() * self.hidden as f64 / 1.0e9
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &LossRatio { permuted, hidden, digits, seed } = self;
        let chosen = random.open("images", seed).sample(IMAGES, digits.n.min(EXAMPLES));
        let mut examples = mnist_train()?.examples::<f64>(&chosen, digits.pool);
        if permuted {
            random.open("permuted labels", seed).shuffle(&mut examples.labels);
        }
        let [coherence, fd_coherence] = coherence_and_loss_ratio(&examples, hidden, &mut random.open("training", seed));
        rows.key(key("fd", f64::from(u8::from(permuted)), ("sgd", 0), ETA, seed));
        rows.push(record! {
            step: 0,
            coherence,
            /// m times the decrease of the mean loss in one step, over the mean decrease of the examples' losses, each in
            /// a step of its own.
            fd_coherence,
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coherence_is_the_ratio_and_m_for_equal_examples() {
        let mut random = Streams::new("test").open("loss ratio", 0);
        let inputs = random.normal_matrix(30, 12).mapv(f64::abs);
        let different = Examples { inputs, labels: (0..30).map(|i| i * i % 10).collect() };
        let same = Examples { inputs: Array2::ones((30, 12)), labels: vec![4; 30] };
        for (examples, expected) in [(different, None), (same, Some(30.0))] {
            let [coherence, ratio] = coherence_and_loss_ratio(&examples, 16, &mut random);
            assert!((ratio / coherence - 1.0).abs() < 0.02, "{ratio} {coherence}");
            assert!(expected.is_none_or(|m: f64| (coherence - m).abs() < 1e-9), "{coherence}");
        }
    }
}
