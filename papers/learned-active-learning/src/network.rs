//! The query policy: a network with one hidden layer that sees an episode's history and gives the
//! probability of asking each item. Episodes go through it as the rows of matrices.

use common::prelude::*;

use crate::episodes::QueryPolicy;
use crate::thresholds::{History, Thresholds};

/// Counts, sums and gaps are divided by this, and gaps are cut off at it.
const UNIT: f64 = 4.0;

/// Weights of the two layers; the last row of each holds the biases.
pub struct Network {
    /// (inputs + 1) x hidden.
    pub first: Array2<f64>,
    /// (hidden + 1) x items.
    pub second: Array2<f64>,
}

/// Numbers that the network sees: counts and sums of the items, the time, the gaps of hypotheses.
fn inputs(items: usize) -> usize {
    3 * items + 2
}

impl Network {
    /// Samples the weights: variance 2 / inputs, then 0.01 / hidden, so that at first all items are
    /// about equally likely; biases zero.
    pub fn sample(items: usize, hidden: usize, random: &mut Generator) -> Network {
        let mut network = Network::zeros(items, hidden);
        let (inputs, width) = (inputs(items) as f64, hidden as f64);
        for (layer, variance) in [(&mut network.first, 2.0 / inputs), (&mut network.second, 0.01 / width)] {
            let biases = layer.nrows() - 1;
            for weight in &mut layer.slice_mut(s![..biases, ..]) {
                *weight = variance.sqrt() * random.normal();
            }
        }
        network
    }

    /// All weights zero: room for a gradient.
    pub fn zeros(items: usize, hidden: usize) -> Network {
        Network { first: Array2::zeros((inputs(items) + 1, hidden)), second: Array2::zeros((hidden + 1, items)) }
    }

    fn hidden(&self) -> usize {
        self.first.ncols()
    }

    fn items(&self) -> usize {
        self.second.ncols()
    }
}

/// What happened in a batch of episodes. Row `step * episodes + b` belongs to episode b.
pub struct Recording {
    /// Queries of an episode.
    queries: usize,
    /// Episodes of the batch.
    episodes: usize,
    /// What was seen, and a 1 for the biases.
    inputs: Array2<f64>,
    /// Values of the hidden neurons, and a 1 for the biases.
    hidden: Array2<f64>,
    probabilities: Array2<f64>,
    ln_probabilities: Array2<f64>,
    /// The items asked.
    chosen: Vec<usize>,
    logit_gradient: Array2<f64>,
    hidden_gradient: Array2<f64>,
}

impl Recording {
    /// Room for batches of at most this many episodes.
    pub fn new(problem: &Thresholds, hidden: usize, episodes: usize) -> Recording {
        let rows = problem.queries * episodes;
        let items = problem.items;
        Recording {
            queries: problem.queries,
            episodes,
            inputs: Array2::ones((rows, inputs(items) + 1)),
            hidden: Array2::ones((rows, hidden + 1)),
            probabilities: Array2::zeros((rows, items)),
            ln_probabilities: Array2::zeros((rows, items)),
            chosen: vec![0; rows],
            logit_gradient: Array2::zeros((rows, items)),
            hidden_gradient: Array2::zeros((rows, hidden)),
        }
    }

    /// Computes the probabilities of the items in the rows from `start` to `end`.
    fn forward(&mut self, network: &Network, start: usize, end: usize) {
        let neurons = network.hidden();
        let inputs = self.inputs.slice(s![start..end, ..]);
        let mut hidden = self.hidden.slice_mut(s![start..end, ..]);
        matrix::product_into(inputs, network.first.view(), &mut hidden.slice_mut(s![.., ..neurons]));
        slices::tanh_slice(hidden.as_slice_mut().expect("whole rows"));
        hidden.column_mut(neurons).fill(1.0);

        let mut logits = self.ln_probabilities.slice_mut(s![start..end, ..]);
        matrix::product_into(hidden.view(), network.second.view(), &mut logits);
        let mut probabilities = self.probabilities.slice_mut(s![start..end, ..]);
        let items = network.items();
        let logits = logits.as_slice_mut().expect("whole rows");
        let probabilities = probabilities.as_slice_mut().expect("whole rows");
        for logits in logits.chunks_exact_mut(items) {
            let largest = reduce::max(logits);
            logits.iter_mut().for_each(|logit| *logit -= largest);
        }
        probabilities.copy_from_slice(logits);
        slices::exp_slice(probabilities);
        for (probabilities, logits) in probabilities.chunks_exact_mut(items).zip(logits.chunks_exact_mut(items)) {
            let total: f64 = probabilities.iter().sum();
            let ln_total = ln(total);
            probabilities.iter_mut().for_each(|probability| *probability /= total);
            logits.iter_mut().for_each(|logit| *logit -= ln_total);
        }
    }

    /// The policy gradient of the recorded batch:
    /// (1 / B) sum over episodes of advantage · grad sum_steps ln p(item), minus the gradient of
    /// `entropy_bonus` times the mean over episodes of the sum of entropies.
    ///
    /// Advantages are losses less a baseline, so that descending this makes losses smaller.
    pub fn gradient(&mut self, network: &Network, advantages: &[f64], entropy_bonus: f64, gradient: &mut Network) {
        let episodes = self.episodes;
        let bonus = entropy_bonus / episodes as f64;
        for row in 0..self.queries * episodes {
            let scale = advantages[row % episodes] / episodes as f64;
            let probabilities = self.probabilities.row(row);
            let ln_probabilities = self.ln_probabilities.row(row);
            let pairs = probabilities.iter().zip(ln_probabilities);
            let entropy: f64 = -pairs.clone().map(|(p, ln_p)| p * ln_p).sum::<f64>();
            let mut slopes = self.logit_gradient.row_mut(row);
            for (slope, (p, ln_p)) in slopes.iter_mut().zip(pairs) {
                *slope = p * (bonus * (ln_p + entropy) - scale);
            }
            slopes[self.chosen[row]] += scale;
        }
        let neurons = network.hidden();
        let weights = network.second.slice(s![..neurons, ..]);
        let logits = self.logit_gradient.view();
        matrix::product_into(logits, weights.t(), &mut self.hidden_gradient.view_mut());
        ndarray::Zip::from(&mut self.hidden_gradient)
            .and(self.hidden.slice(s![.., ..neurons]))
            .for_each(|slope, value| *slope *= 1.0 - value * value);
        matrix::product_into(self.hidden.t(), logits, &mut gradient.second.view_mut());
        matrix::product_into(self.inputs.t(), self.hidden_gradient.view(), &mut gradient.first.view_mut());
    }
}

/// A network that asks, and the recording of what it saw.
pub struct NetworkPolicy<'n> {
    /// The weights.
    pub network: &'n Network,
    /// Where the next episodes are recorded.
    pub recording: &'n mut Recording,
}

impl QueryPolicy for NetworkPolicy<'_> {
    /// Samples the items.
    fn choose(&mut self, step: usize, histories: &[History], items: &mut [usize], random: &mut Generator) {
        let recording = &mut *self.recording;
        let (start, end) = (step * histories.len(), (step + 1) * histories.len());
        let time = step as f64 / recording.queries as f64;
        let mut seen = recording.inputs.slice_mut(s![start..end, ..]);
        let width = seen.ncols();
        let rows = seen.as_slice_mut().expect("whole rows").chunks_exact_mut(width);
        for (history, row) in histories.iter().zip(rows) {
            describe(history, time, row);
        }
        recording.forward(self.network, start, end);
        let probabilities = recording.probabilities.slice(s![start..end, ..]);
        for ((item, chosen), row) in items.iter_mut().zip(&mut recording.chosen[start..end]).zip(probabilities.rows()) {
            *item = random.categorical(row.as_slice().expect("whole rows"));
            *chosen = *item;
        }
    }
}

/// Writes down what the network sees of a history; the last number of the row, a 1 for the biases, stays.
fn describe(history: &History, time: f64, row: &mut [f64]) {
    let seen = history.counts().iter().chain(history.sums()).map(|&value| f64::from(value) / UNIT);
    let gaps = history.gaps().iter().map(|&gap| (f64::from(gap) / UNIT).min(1.0));
    row.iter_mut().zip(seen.chain([time]).chain(gaps)).for_each(|(place, value)| *place = value);
}

#[cfg(test)]
mod tests;
