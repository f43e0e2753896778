//! Benign Overfitting and Grokking in ReLU Networks for XOR Cluster Data — Xu, Wang, Frei, Vardi,
//! Hu 2023, arXiv:2310.02541, Figures 1 and 3.
//!
//! A two-layer ReLU network is trained by gradient descent on four Gaussian clusters in an XOR
//! arrangement, a few labels flipped, in a dimension far above the number of points. One step fits
//! every label at chance-level test accuracy; later steps generalise with the noise still fitted.

mod claims;
mod clusters;
mod figure;
mod lean;
mod network;

use clusters::XorClusters;
use common::prelude::*;
use network::{Network, State};

/// What a data set and a network are made of.
#[derive(Parameters)]
#[require(p >= n + n_test + 2)]
pub struct Model {
    /// Training points.
    #[range(2..)]
    n: usize,
    /// Test points, with clean labels.
    n_test: usize,
    /// Dimension of the inputs.
    p: usize,
    /// Norm of the cluster centres in units of sqrt(p / n).
    #[range(0.0..)]
    mu_coef: f64,
    /// Hidden neurons.
    m: usize,
    /// Probability that a training label is flipped.
    #[range(0.0..=0.5)]
    eta: f64,
    /// Standard deviation of the initial first-layer weights.
    omega: f64,
}

impl Model {
    /// The norm of each cluster centre: mu_coef sqrt(p / n).
    fn mu_norm(&self) -> f64 {
        self.mu_coef * (self.p as f64 / self.n as f64).sqrt()
    }
}

/// Runs with one step size.
#[derive(Parameters)]
pub struct Training {
    /// Step size.
    alpha: f64,
    /// Gradient steps.
    #[key("T")]
    steps: usize,
    /// Runs.
    #[range(0..)]
    seeds: u64,
}

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    #[flatten]
    model: Model,
    /// Steps are the printed formula's times this. The published curves are those of 2.
    gradient_factor: f64,
    /// Fits in one step.
    large: Training,
    /// For the delay law: ten times the small one.
    mid: Training,
    /// Overfitting and generalisation drawn apart.
    small: Training,
    /// Recorded times of the mid and small step sizes, evenly spaced in log t.
    #[range(2..)]
    n_rec: usize,
}

/// One training run. Seed s has the same data and initial weights under every step size.
#[derive(Serialize)]
struct Run {
    setting: &'static str,
    seed: u64,
    alpha: f64,
    gradient_factor: f64,
    steps: usize,
    /// How many times are recorded; every step if none.
    recorded: Option<usize>,
    model: &'static Model,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { model, gradient_factor, large, mid, small, n_rec } = config;
    let gradient_factor = *gradient_factor;
    for (setting, training, recorded) in
        [("large", large, None), ("mid", mid, Some(*n_rec)), ("small", small, Some(*n_rec))]
    {
        let &Training { alpha, steps, seeds } = training;
        plan.add((0..seeds).map(|seed| Run { setting, seed, alpha, gradient_factor, steps, recorded, model }));
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        // One n x n by n x m product a step, at about 65 GFLOP/s.
        let (n, m) = (self.model.n as f64, self.model.m as f64);
        (self.steps as f64 + 5.0) * 2.0 * n * n * m / 65.0e9
    }

    fn memory(&self) -> f64 {
        let points = (self.model.n + self.model.n_test) as f64;
        let recorded = self.recorded.unwrap_or(self.steps) as f64;
        8.0 * (points * (2.0 * points + 4.0 * self.model.m as f64) + recorded)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        // Not opened by setting: all step sizes see the same data and initial weights.
        let mut generator = random.open("run", self.seed);
        let data = XorClusters::sample(self.model, &mut generator);
        let mut network = Network::sample(self.model, &data, &mut generator);
        let (share_plus_pred, imb) = (lean::predicted_share(&data), data.imbalance());
        let times = match self.recorded {
            None => (0..=self.steps).collect(),
            Some(count) => log_spaced(count, self.steps),
        };
        rows.key(record! { setting: self.setting, seed: self.seed });
        for t in 0..=self.steps {
            if t > 0 {
                network.step(self.gradient_factor * self.alpha);
            }
            if times.binary_search(&t).is_ok() {
                let state = network.observe();
                let scaled = self.scaled(&state);
                let [mean_h1, mean_h2] = scaled.each_ref().map(|h| mean_size(h));
                rows.kind("time").push(record! {
                    /// Step size.
                    alpha: self.alpha,
                    /// Gradient steps done.
                    t,
                    train_acc: state.train_accuracy(),
                    /// Share of flipped training points whose flipped label is reproduced; none if none is flipped.
                    flipped_acc: state.flipped_accuracy(),
                    test_acc: state.test_accuracy(),
                    /// Share of test points on which the network agrees with the linear classifier sum_i y_i x_i.
                    linear_agree: state.linear_agreement(),
                    /// Mean |<w, mu1>| over mean |<w, mu2>| of the positive neurons.
                    align_pos: mean_h1 / mean_h2,
                    /// Share of positive neurons that lean to +mu1.
                    share_plus: state.share_plus(),
                    /// Mean |<w, mu1>| / (alpha |mu|^2) of the positive neurons.
                    mean_h1,
                    /// The same for mu2.
                    mean_h2,
                    /// The share that theory predicts after one step.
                    share_plus_pred,
                    /// Imbalance of the run's clusters.
                    imb,
                });
                if self.setting == "large" && (t == 1 || t == self.steps) {
                    self.alignment(t, &scaled, rows.kind("alignment"));
                }
            }
        }
        Ok(())
    }
}

/// Bins of the alignment histograms.
const BINS: usize = 80;

impl Run {
    /// <w, mu> / (alpha |mu|^2) of the positive neurons, for mu1 and mu2.
    fn scaled(&self, state: &State) -> [Vec<f64>; 2] {
        let scale = self.alpha * self.model.mu_norm() * self.model.mu_norm();
        [state.along_mu1(), state.along_mu2()].map(|projections| projections.iter().map(|w| w / scale).collect())
    }

    /// Histograms of <w, mu> / (alpha |mu|^2) over the positive neurons, for mu1 and mu2.
    ///
    /// All runs share the bins, which reach as far as a neuron can get in `t` steps: a neuron that leans to +mu1 gains at
    /// most |mu|^2 alpha gradient_factor / (8 sqrt(m)) a step, from the n/4 points around it.
    fn alignment(&self, t: usize, scaled: &[Vec<f64>; 2], rows: &mut Rows) {
        let reach = 1.5 * self.gradient_factor * t as f64 / (8.0 * (self.model.m as f64).sqrt());
        let edges: Vec<f64> = (0..=BINS).map(|k| reach * (2.0 * k as f64 / BINS as f64 - 1.0)).collect();
        for (axis, scaled) in ["mu1", "mu2"].into_iter().zip(scaled) {
            let density = statistics::Histogram::with_edges(scaled, edges.clone()).density();
            for (bin, density) in edges.windows(2).zip(density) {
                rows.push(record! { t, axis, bin_left: bin[0], bin_right: bin[1], density });
            }
        }
    }
}

/// The mean of absolute values.
fn mean_size(values: &[f64]) -> f64 {
    values.iter().map(|value| value.abs()).sum::<f64>() / values.len() as f64
}

common::paper!(Config, cells, figure::draw, claims::measure);
