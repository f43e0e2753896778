//! How important an example is, read off networks that have hardly been trained.
//!
//! With logits z = W₂ᵀ h + b₂ of the hidden units h = relu(W₁ᵀ x + b₁), the error vector is
//! e = softmax(z) − onehot(y). Scores are means over networks that differ in initial parameters and batches, and
//! that are used for nothing else.

use common::datasets::Examples;
use common::networks::softmax_rows;
use common::prelude::*;

use crate::training::{CLASSES, Setup, Training};

/// The networks behind a score.
pub struct ScoreNetworks<'a> {
    /// Shape and training of the networks, here at a constant rate.
    pub setup: &'a Setup,
    /// The examples that the networks learn from and judge.
    pub pool: &'a Examples<f32>,
    /// Number of networks: K.
    pub count: usize,
    /// Purpose of the networks: those for one differ from those for another.
    pub purpose: &'a str,
    /// Seed of initial parameters and batches.
    pub seed: u64,
    /// Where initial parameters and batches come from.
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
                training.run((done..due).map(|_| self.setup.lr));
                done = due;
                add_error_lengths(&mut training, totals);
            }
        }
        totals.iter_mut().for_each(|totals| self.divide(totals));
        totals
    }

    /// GraNd at initialisation, the mean over the networks of the norm of the gradient of an example's loss by all
    /// parameters: √(‖δ‖² (‖x‖² + 1) + ‖e‖² (‖h‖² + 1)), where δ = (W₂ e) ⊙ `1[h > 0]` and the ones are the biases.
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
    let (net, (images, labels)) = (&mut training.net, training.examples.view());
    let all: Vec<usize> = (0..labels.len()).collect();
    let chunk = net.tape.capacity();
    let mut errors = vec![0.0; chunk * CLASSES];
    for (ids, totals) in all.chunks(chunk).zip(totals.chunks_mut(chunk)) {
        net.tape.gather(net.x, images, ids);
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
    let (net, (images, labels)) = (&mut training.net, training.examples.view());
    let all: Vec<usize> = (0..labels.len()).collect();
    let chunk = net.tape.capacity();
    let mut gradient = vec![0.0; training.theta.len()];
    let mut squared = vec![0.0; chunk];
    for (ids, totals) in all.chunks(chunk).zip(totals.chunks_mut(chunk)) {
        net.gradient(&training.theta, images, labels, ids, &mut gradient);
        let squared = &mut squared[..ids.len()];
        net.gradient_norms(squared);
        for (total, squared) in totals.iter_mut().zip(squared) {
            *total += squared.sqrt();
        }
    }
}

#[cfg(test)]
mod tests;
