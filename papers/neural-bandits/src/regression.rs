//! Online regression: the network predicts the losses of all arms, sees that of one, and takes one gradient step.

use common::prelude::*;

use crate::contexts::Contexts;
use crate::network::Network;
use crate::perturbation::Perturbation;

/// Rounds whose products with the weights are computed at once.
const BLOCK: usize = 32;

/// Taken from the output under the Kullback-Leibler loss: no arm looks bad before it has been tried.
const OPTIMISM: f64 = 2.0;

/// What the regression minimises, with the link from an output z of the network to a predicted loss.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RegressionLoss {
    /// (z - l)^2 / 2; the output is the prediction.
    Squared,
    /// The Kullback-Leibler loss -l ln y - (1 - l) ln (1 - y) of y = sigmoid(z - 2).
    KullbackLeibler,
}

impl RegressionLoss {
    /// The predicted loss y for an output z.
    pub fn predict(self, output: f64) -> f64 {
        match self {
            RegressionLoss::Squared => output,
            RegressionLoss::KullbackLeibler => sigmoid(output - OPTIMISM),
        }
    }

    /// The derivative in the output, y - l under both losses.
    pub fn derivative(self, output: f64, observed: f64) -> f64 {
        self.predict(output) - observed
    }
}

/// A network and its perturbation in training, one round after the other.
///
/// A round needs W x, and a step changes it for every later round. Both are cheap for a block of rounds: one
/// matrix product gives the pre-activations of all, and a step W_a += u x_t' adds u (x_t . x_r) to those of
/// the rounds r that are left. This is the algorithm of one round and one step at a time, in another order of
/// additions.
pub struct OnlineRegression<'a> {
    contexts: &'a Contexts,
    network: Network,
    perturbation: Perturbation,
    loss: RegressionLoss,
    /// Step size.
    eta: f64,
    /// The round that is on.
    round: usize,
    /// W x of the rounds of this block, without the perturbation's part of W: block x K m.
    ahead: Array2<f32>,
    /// The products eps_s x of the same rounds: block x S K m.
    signs_ahead: Array2<f32>,
    /// Pre-activations of all units in this round.
    preactivations: Vec<f32>,
    /// f_a of each arm in this round.
    outputs: Vec<f64>,
    /// What a step adds to the pre-activations of one arm, for an overlap of 1.
    moves: Vec<f32>,
    /// Derivatives w_s of the copies.
    derivatives: Vec<f64>,
}

impl<'a> OnlineRegression<'a> {
    /// Before the first round.
    pub fn new(
        contexts: &'a Contexts,
        arms: usize,
        (network, perturbation): (Network, Perturbation),
        loss: RegressionLoss,
        eta: f64,
    ) -> OnlineRegression<'a> {
        let units = network.units();
        OnlineRegression {
            contexts,
            loss,
            eta,
            round: 0,
            ahead: Array2::zeros((BLOCK, units)),
            signs_ahead: Array2::zeros((BLOCK, perturbation.signs().nrows())),
            preactivations: vec![0.0; units],
            outputs: vec![0.0; arms],
            moves: vec![0.0; units / arms],
            derivatives: Vec::new(),
            network,
            perturbation,
        }
    }

    /// Computes the outputs for the context of a round; rounds come in their order.
    ///
    /// # Errors
    /// Where the steps have been so large that the weights are no numbers any more.
    pub fn see(&mut self, round: usize) -> Result<()> {
        self.round = round;
        if round.is_multiple_of(BLOCK) {
            self.look_ahead();
        }
        let place = round % BLOCK;
        let products = self.ahead.row(place);
        self.preactivations.copy_from_slice(products.as_slice().expect("rows are contiguous"));
        self.perturbation.add_preactivations(row(&self.signs_ahead, place), &mut self.preactivations);
        self.network.outputs(&self.preactivations, &mut self.outputs);
        // Pre-activations, not outputs: a unit that is NaN counts as inactive.
        let finite =
            self.preactivations.iter().all(|h| h.is_finite()) && self.perturbation.shifts().all(f64::is_finite);
        ensure!(
            finite,
            "the network diverged in round {round}: the step size {} or the perturbation is too large",
            self.eta
        );
        Ok(())
    }

    fn look_ahead(&mut self) {
        let rounds = BLOCK.min(self.contexts.rounds() - self.round);
        let images = self.contexts.images.slice(s![self.round..self.round + rounds, ..]);
        let mut ahead = self.ahead.slice_mut(s![..rounds, ..]);
        matrix::product_into(images, self.network.weights().t(), &mut ahead);
        let mut ahead = self.signs_ahead.slice_mut(s![..rounds, ..]);
        matrix::product_into(images, self.perturbation.signs().t(), &mut ahead);
    }

    /// The mean of the shifts delta_s, which are the same for all arms.
    pub fn mean_shift(&self) -> f64 {
        let (count, sum) = self.perturbation.shifts().fold((0.0, 0.0), |(n, sum), shift| (n + 1.0, sum + shift));
        sum / count
    }

    /// The predicted loss of an arm in this round, by the output alone.
    pub fn predicted(&self, arm: usize) -> f64 {
        self.loss.predict(self.outputs[arm])
    }

    /// Pre-activations of all units in this round.
    pub fn preactivations(&self) -> &[f32] {
        &self.preactivations
    }

    /// One step down the gradient of the mean over copies of the loss of f_a + delta_s, for the arm that was
    /// played and the loss it had.
    pub fn learn(&mut self, arm: usize, observed: f64) {
        let (output, loss) = (self.outputs[arm], self.loss);
        self.derivatives.clear();
        self.derivatives.extend(self.perturbation.shifts().map(|shift| loss.derivative(output + shift, observed)));
        let mean = self.derivatives.iter().sum::<f64>() / self.derivatives.len() as f64;

        let units = self.network.units_of(arm);
        self.network.slopes(&self.preactivations[units.clone()], &mut self.moves);
        reduce::scale((-self.eta * mean) as f32, &mut self.moves);
        let image = self.contexts.image(self.round);
        self.network.add(arm, &self.moves, image);
        let place = self.round % BLOCK;
        let sign_products = row(&self.signs_ahead, place);
        self.perturbation.follow(sign_products, self.preactivations.len(), units.clone(), &self.moves);
        self.perturbation.step(self.eta, &self.derivatives);

        // The rounds of this block that are still to come.
        let last = (self.round - place + BLOCK).min(self.contexts.rounds());
        for later in self.round + 1..last {
            let overlap = reduce::dot(image, self.contexts.image(later));
            let mut waiting = self.ahead.slice_mut(s![later % BLOCK, units.clone()]);
            let waiting = waiting.as_slice_mut().expect("rows are contiguous");
            reduce::axpy(overlap, &self.moves, waiting);
        }
    }
}

/// A row of a matrix as a slice; empty where there are no columns.
fn row(matrix: &Array2<f32>, index: usize) -> &[f32] {
    let columns = matrix.ncols();
    &matrix.as_slice().expect("a whole matrix is contiguous")[index * columns..][..columns]
}

#[cfg(test)]
mod tests;
