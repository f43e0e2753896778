//! How important an example is, read off networks that have hardly been trained.
//!
//! With logits z = W₂ᵀ h + b₂ of the hidden units h = relu(W₁ᵀ x + b₁), the error vector is
//! e = softmax(z) − onehot(y). Scores are means over networks that differ in initial parameters and batches, and
//! that are used for nothing else.

use common::networks::softmax_rows;
use common::prelude::*;

use crate::digits::{CLASSES, Examples};
use crate::training::{Setup, Training};

/// The networks behind a score.
pub struct ScoreNetworks<'a> {
    /// What they are and how they are trained, at a constant rate.
    pub setup: &'a Setup,
    /// What they learn from, all of it, and what they judge.
    pub pool: &'a Examples,
    /// How many: K.
    pub count: usize,
    /// Tells networks for one purpose from those for another.
    pub purpose: &'a str,
    /// Of the pool.
    pub seed: u64,
    /// The paper's.
    pub random: &'a Streams,
}

impl<'a> ScoreNetworks<'a> {
    /// The k-th network before its first step.
    fn start(&self, k: usize) -> Training<'a> {
        let random = self.random.open(&format!("{} network {k}", self.purpose), self.seed);
        Training::start(self.setup, self.pool, 0..self.pool.len(), random)
    }

    /// EL2N, the mean over the networks of ‖e‖₂, of every example after so many epochs: for each of these, which
    /// rise, one number for each example.
    pub fn el2n(&self, epochs: &[f64]) -> Vec<Vec<f64>> {
        let mut totals = vec![vec![0.0; self.pool.len()]; epochs.len()];
        for k in 0..self.count {
            let mut training = self.start(k);
            let mut done = 0;
            for (&epoch, totals) in epochs.iter().zip(&mut totals) {
                let due = self.setup.steps(epoch);
                (done..due).for_each(|_| training.step(self.setup.lr));
                done = due;
                add_error_lengths(&mut training, totals);
            }
        }
        totals.iter_mut().for_each(|totals| self.divide(totals));
        totals
    }

    /// GraNd at initialisation, the mean over the networks of the norm of the gradient of an example's loss by all
    /// parameters: √(‖δ‖² (‖x‖² + 1) + ‖e‖² (‖h‖² + 1)), where δ = (W₂ e) ⊙ 1[h > 0] and the ones are the biases.
    pub fn grand_init(&self) -> Vec<f64> {
        let mut totals = vec![0.0; self.pool.len()];
        for k in 0..self.count {
            add_gradient_norms(&mut self.start(k), &mut totals);
        }
        self.divide(&mut totals);
        totals
    }

    fn divide(&self, totals: &mut [f64]) {
        reduce::scale(1.0 / self.count as f64, totals);
    }
}

/// Adds ‖e‖₂ of every example under the network as it is.
fn add_error_lengths(training: &mut Training, totals: &mut [f64]) {
    let (net, Examples { images, labels }) = (&mut training.net, training.examples);
    let all: Vec<usize> = (0..labels.len()).collect();
    let chunk = net.tape.capacity();
    let mut errors = vec![0.0; chunk * CLASSES];
    for (ids, totals) in all.chunks(chunk).zip(totals.chunks_mut(chunk)) {
        net.tape.gather(net.x, images.view(), ids);
        net.tape.forward_to(net.logits, &training.theta);
        let errors = &mut errors[..ids.len() * CLASSES];
        errors.copy_from_slice(net.tape.value(net.logits));
        softmax_rows(errors, CLASSES);
        for ((error, &id), total) in errors.chunks_exact_mut(CLASSES).zip(ids).zip(totals) {
            error[labels[id]] -= 1.0;
            *total += f64::from(reduce::norm(error));
        }
    }
}

/// Adds the norm of every example's own gradient under the network as it is.
fn add_gradient_norms(training: &mut Training, totals: &mut [f64]) {
    let (net, Examples { images, labels }) = (&mut training.net, training.examples);
    let all: Vec<usize> = (0..labels.len()).collect();
    let chunk = net.tape.capacity();
    let mut gradient = vec![0.0; training.theta.len()];
    let mut squared = vec![0.0; chunk];
    for (ids, totals) in all.chunks(chunk).zip(totals.chunks_mut(chunk)) {
        net.gradient(&training.theta, images.view(), labels, ids, &mut gradient);
        let squared = &mut squared[..ids.len()];
        net.gradient_norms(squared);
        for (total, squared) in totals.iter_mut().zip(squared) {
            *total += squared.sqrt();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digits::Digits;
    use crate::training::tests::small_setup;

    fn pool(setup: &Setup) -> Examples {
        let mut random = Streams::new("data-diet").open("pool", 0);
        Digits::draw(setup.n_train, setup.block, &mut random).unwrap().pool
    }

    fn networks<'a>(setup: &'a Setup, pool: &'a Examples, random: &'a Streams) -> ScoreNetworks<'a> {
        ScoreNetworks { setup, pool, count: 2, purpose: "score", seed: 0, random }
    }

    #[test]
    fn a_network_that_knows_nothing_is_equally_wrong_everywhere() {
        let (setup, streams) = (small_setup(), Streams::new("data-diet"));
        let pool = pool(&setup);
        let mut training = networks(&setup, &pool, &streams).start(0);
        training.theta.fill(0.0);
        // e has nine entries 0.1 and one of -0.9; without hidden activity only the last biases have a gradient.
        let expected = (0.81_f64 + 0.09).sqrt();
        let mut scores = vec![0.0; pool.len()];
        add_error_lengths(&mut training, &mut scores);
        assert!(scores.iter().all(|score| (score - expected).abs() < 1e-6));
        scores.fill(0.0);
        add_gradient_norms(&mut training, &mut scores);
        assert!(scores.iter().all(|score| (score - expected).abs() < 1e-6));
    }

    /// Both scores against each example's own forward and backward pass.
    #[test]
    fn scores_are_means_over_networks_of_what_single_examples_give() {
        let (setup, streams) = (small_setup(), Streams::new("data-diet"));
        let pool = pool(&setup);
        let networks = networks(&setup, &pool, &streams);
        let (el2n, grand) = (&networks.el2n(&[0.0])[0], networks.grand_init());
        let mut gradient = vec![0.0; setup.parameters()];
        for id in [0, 1, 199, 200, 999] {
            let (mut length, mut norm) = (0.0, 0.0);
            for k in 0..2 {
                let mut training = networks.start(k);
                let images = pool.images.view();
                let net = &mut training.net;
                net.gradient(&training.theta, images, &pool.labels, &[id], &mut gradient);
                norm += 0.5 * f64::from(reduce::norm(&gradient));
                let error = net.tape.gradient(net.logits);
                length += 0.5 * f64::from(reduce::norm(error.as_slice().unwrap()));
            }
            assert!((el2n[id] / length - 1.0).abs() < 1e-5, "{} {length}", el2n[id]);
            assert!((grand[id] / norm - 1.0).abs() < 1e-5, "{} {norm}", grand[id]);
        }
    }

    #[test]
    fn training_on_the_way_to_a_later_epoch_does_not_change_an_earlier_score() {
        let (setup, streams) = (small_setup(), Streams::new("data-diet"));
        let pool = pool(&setup);
        let networks = networks(&setup, &pool, &streams);
        let several = networks.el2n(&[0.0, 0.5, 2.0]);
        assert_eq!(networks.el2n(&[0.5])[0], several[1]);
        let mean = |scores: &[f64]| reduce::mean(scores);
        assert!(mean(&several[2]) < mean(&several[1]) && mean(&several[1]) < mean(&several[0]));
    }
}
