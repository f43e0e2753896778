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
use network::Network;

/// What a data set and a network are made of.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Model {
    /// Training points.
    n: usize,
    /// Test points, with clean labels.
    n_test: usize,
    /// Dimension of the inputs.
    p: usize,
    /// Norm of the cluster centres in units of sqrt(p / n).
    mu_coef: f64,
    /// Hidden neurons.
    m: usize,
    /// Probability that a training label is flipped.
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

/// The parameters, under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    model: Model,
    alpha_large: f64,
    #[serde(rename = "T_large")]
    steps_large: usize,
    seeds_large: u64,
    alpha_mid: f64,
    #[serde(rename = "T_mid")]
    steps_mid: usize,
    seeds_mid: u64,
    alpha_small: f64,
    #[serde(rename = "T_small")]
    steps_small: usize,
    seeds_small: u64,
    /// Recorded times of the mid and small step sizes.
    n_rec: usize,
}

/// The three step sizes that are compared.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// Fits in one step.
    Large,
    /// For the delay law: ten times the small one.
    Mid,
    /// Overfitting and generalisation drawn apart.
    Small,
}

/// When the network is looked at.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Record {
    EveryStep,
    /// At this many times, evenly spaced in log t.
    LogSpaced(usize),
}

impl Record {
    /// The recorded times among 0..=steps, rising; 0 and 1 always are.
    fn times(self, steps: usize) -> Vec<usize> {
        let Record::LogSpaced(count) = self else {
            return (0..=steps).collect();
        };
        let ratio = ln(steps as f64) / (count.max(2) - 1) as f64;
        let spaced = (0..count).map(|k| exp(k as f64 * ratio).round() as usize);
        let mut times: Vec<usize> = [0, 1].into_iter().chain(spaced).filter(|&t| t <= steps).collect();
        times.sort_unstable();
        times.dedup();
        times
    }
}

/// One training run. Seed s has the same data and initial weights under every step size.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    setting: Setting,
    seed: u64,
    alpha: f64,
    steps: usize,
    record: Record,
    model: Model,
}

/// The output table: accuracies over time, and histograms of neuron alignment.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Row {
    /// Accuracies and alignment of one run at one time.
    Time(Time),
    /// A bin of the histograms of neuron alignment.
    Alignment(Alignment),
}

/// One run at one time.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Time {
    setting: Setting,
    alpha: f64,
    seed: u64,
    /// Gradient steps done.
    t: usize,
    train_acc: f64,
    /// Share of flipped training points whose flipped label is reproduced; none if none is flipped.
    flipped_acc: Option<f64>,
    test_acc: f64,
    /// Share of test points on which the network agrees with the linear classifier sum_i y_i x_i.
    linear_agree: f64,
    /// Mean |<w, mu1>| over mean |<w, mu2>| of the positive neurons.
    align_pos: f64,
    /// Share of positive neurons that lean to +mu1.
    share_plus: f64,
    /// The share that theory predicts after one step.
    share_plus_pred: f64,
    /// Imbalance of the run's clusters.
    imb: f64,
}

/// One bin of the histogram of <w, mu> / (alpha |mu|^2) over a run's positive neurons.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Alignment {
    setting: Setting,
    seed: u64,
    t: usize,
    axis: ClusterAxis,
    bin_left: f64,
    bin_right: f64,
    density: f64,
}

/// The cluster axis that neurons are projected on.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClusterAxis {
    /// The centres of clean label +1.
    Mu1,
    /// The centres of clean label -1.
    Mu2,
}

/// Bins of the alignment histograms.
const BINS: usize = 80;

/// The paper.
pub struct XorGrokking;

impl Experiment for XorGrokking {
    type Config = Config;
    type Cell = Run;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        let model = &config.model;
        check.at_least("n", model.n, 2);
        check.positive("n_test", model.n_test);
        check.positive("m", model.m);
        check.positive("mu_coef", model.mu_coef);
        check.positive("omega", model.omega);
        check.within("eta", model.eta, 0.0, 0.5);
        let points = (model.n + model.n_test) as f64;
        let enough = format!("at least n + n_test + 2 = {} dimensions", points + 2.0);
        check.require("p", model.p as f64 >= points + 2.0, &enough);
        check.memory("n", 8.0 * points * (2.0 * points + 4.0 * model.m as f64));
        for (name, alpha, steps, seeds) in [
            ("large", config.alpha_large, config.steps_large, config.seeds_large),
            ("mid", config.alpha_mid, config.steps_mid, config.seeds_mid),
            ("small", config.alpha_small, config.steps_small, config.seeds_small),
        ] {
            check.positive(&format!("alpha_{name}"), alpha);
            check.count(&format!("T_{name}"), steps);
            check.count(&format!("seeds_{name}"), seeds);
        }
        check.within("n_rec", config.n_rec, 2, 100_000);
    }

    fn cells(config: &Config) -> Vec<Run> {
        let runs = |setting, alpha, steps, seeds, record| {
            let model = config.model.clone();
            (0..seeds).map(move |seed| Run { setting, seed, alpha, steps, record, model: model.clone() })
        };
        let spaced = Record::LogSpaced(config.n_rec);
        let (every, large) = (Record::EveryStep, config.steps_large);
        runs(Setting::Large, config.alpha_large, large, config.seeds_large, every)
            .chain(runs(Setting::Mid, config.alpha_mid, config.steps_mid, config.seeds_mid, spaced))
            .chain(runs(Setting::Small, config.alpha_small, config.steps_small, config.seeds_small, spaced))
            .collect()
    }

    fn cost(run: &Run) -> f64 {
        // One n x n by n x m product a step, at about 65 GFLOP/s.
        let (n, m) = (run.model.n as f64, run.model.m as f64);
        (run.steps as f64 + 5.0) * 2.0 * n * n * m / 65.0e9
    }

    fn run(run: &Run, random: &Streams) -> Result<Vec<Row>> {
        // Not opened by setting: all step sizes see the same data and initial weights.
        let mut generator = random.open("run", run.seed);
        let data = XorClusters::draw(&run.model, &mut generator);
        let mut network = Network::draw(&run.model, &data, &mut generator);
        let share_plus_pred = lean::predicted_share(&data);
        let imb = data.imbalance();
        let times = run.record.times(run.steps);
        let mut rows = Vec::new();
        for t in 0..=run.steps {
            if t > 0 {
                network.step(run.alpha);
            }
            if times.binary_search(&t).is_ok() {
                let state = network.observe();
                rows.push(Row::Time(Time {
                    setting: run.setting,
                    alpha: run.alpha,
                    seed: run.seed,
                    t,
                    train_acc: state.train_accuracy(),
                    flipped_acc: state.flipped_accuracy(),
                    test_acc: state.test_accuracy(),
                    linear_agree: state.linear_agreement(),
                    align_pos: state.alignment_ratio(),
                    share_plus: state.share_plus(),
                    share_plus_pred,
                    imb,
                }));
                if run.setting == Setting::Large && (t == 1 || t == run.steps) {
                    rows.extend(alignment_rows(run, t, &state));
                }
            }
        }
        Ok(rows)
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

/// Histograms of the positive neurons' projections on mu1 and mu2.
///
/// All runs share the bins, which reach as far as a neuron can get in `t` steps: a neuron that
/// leans to +mu1 gains at most |mu|^2 alpha / (8 sqrt(m)) a step, from the n/4 points around it.
fn alignment_rows(run: &Run, t: usize, state: &network::State) -> Vec<Row> {
    let reach = 1.5 * t as f64 / (8.0 * (run.model.m as f64).sqrt());
    let scale = run.alpha * run.model.mu_norm() * run.model.mu_norm();
    let edges: Vec<f64> = (0..=BINS).map(|k| reach * (2.0 * k as f64 / BINS as f64 - 1.0)).collect();
    let mut rows = Vec::new();
    for (axis, projections) in [(ClusterAxis::Mu1, state.along_mu1()), (ClusterAxis::Mu2, state.along_mu2())] {
        let scaled: Vec<f64> = projections.iter().map(|w| w / scale).collect();
        let density = statistics::Histogram::with_edges(&scaled, edges.clone()).density();
        for (bin, &density) in density.iter().enumerate() {
            rows.push(Row::Alignment(Alignment {
                setting: run.setting,
                seed: run.seed,
                t,
                axis,
                bin_left: edges[bin],
                bin_right: edges[bin + 1],
                density,
            }));
        }
    }
    rows
}

common::paper!(XorGrokking);
