//! Weight Compander: A Simple Weight Reparameterization for Regularization — Cakaj, Mehnert, Yang 2023,
//! arXiv:2306.16993.
//!
//! Each weight of a network is a bounded function of a trained parameter that is steep near zero. No weight can become
//! large, few stay near zero, and decisions rest on many inputs. The test is a shortcut: inputs that name the class in
//! training and a random one afterwards.

mod claims;
mod compander;
mod figure;
mod first_layer;
mod regimes;
mod training;

use common::datasets::{DataSet, MNIST};
use common::prelude::*;
use compander::Companding;
use first_layer::FirstLayer;
use regimes::{CLASSES, Regime};
use training::{Descent, Method, Setup, train};

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    #[flatten]
    setup: Setup,
    /// Values s of the inputs that name the class; 0 for no such inputs.
    #[range(0.0..)]
    #[rising]
    shortcuts: Vec<f64>,
    /// Shares of training labels drawn anew where there is no shortcut.
    #[range(0.0..=1.0)]
    #[length(0..)]
    #[rising]
    noises: Vec<f64>,
    /// Step size at which methods are compared side by side.
    #[range(0.0..)]
    lr: f64,
    /// Step sizes of the standard network.
    #[range(0.0..)]
    #[rising]
    standard_lrs: Vec<f64>,
    /// Weight decays of the standard network, each with each step size.
    #[range(0.0..)]
    #[rising]
    standard_decays: Vec<f64>,
    /// Step sizes and weight decays of weight compander.
    #[distinct]
    wc: Vec<Descent>,
    /// Step sizes of the clipped network.
    #[range(0.0..)]
    #[length(0..)]
    #[rising]
    clip_lrs: Vec<f64>,
    #[flatten]
    companding: Companding,
    /// Runs, each with images, labels, weights and batches of its own.
    seeds: u64,
}

/// One training.
#[derive(Serialize)]
struct Run {
    regime: Regime,
    method: Method,
    descent: Descent,
    /// Whether the histogram of the weights is wanted.
    histogram: bool,
    setup: &'static Setup,
    seed: u64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { setup, lr, companding, seeds, .. } = config;
    let undecayed = |&lr: &f64| Descent { lr, decay: 0.0 };
    let decays = &config.standard_decays;
    let standard = config.standard_lrs.iter().flat_map(|&lr| decays.iter().map(move |&decay| Descent { lr, decay }));
    let runs: Vec<(Method, Descent)> = standard
        .map(|descent| (Method::Standard, descent))
        .chain(config.wc.iter().map(|&descent| (Method::Compander(companding), descent)))
        .chain(config.clip_lrs.iter().map(|lr| (Method::Clip { ca: companding.ca }, undecayed(lr))))
        .collect();
    let shifts = config.shortcuts.iter().map(|&s| Regime::Shift(s));
    let regimes: Vec<Regime> = shifts.chain(config.noises.iter().map(|&q| Regime::Noise(q))).collect();
    for seed in 0..*seeds {
        for &regime in &regimes {
            plan.add(runs.iter().map(|&(method, descent)| {
                let histogram = regime == Regime::Shift(0.0) && descent == undecayed(lr);
                Run { regime, method, descent, histogram, setup, seed }
            }));
        }
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        self.setup.seconds(self.regime.inputs(self.setup))
    }

    fn memory(&self) -> f64 {
        self.setup.memory(self.regime.inputs(self.setup))
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Run { regime, method, descent, histogram, setup, seed } = self;
        let task = regime.sample(setup, random, seed)?;
        let mut trained = train(setup, method, descent, &task.train, seed, random);
        let [shifted, same, train] = [&task.shifted, &task.same, &task.train].map(|examples| trained.score(examples));
        let first = FirstLayer::of(trained.first_layer());
        rows.key(record! {
            seed,
            /// shift: with or without a shortcut; noise: some training labels drawn anew, no shortcut.
            regime: regime.name(),
            /// Value of the inputs that name the class, or share of labels drawn anew.
            strength: regime.strength(),
            /// standard; wc: weight compander; clip: standard, clipped to its bound after every step.
            method: method.name(),
            /// First step size.
            lr: descent.lr,
            /// Weight decay, of the trained parameters of weights.
            weight_decay: descent.decay,
        });
        rows.kind("runs").push(record! {
            /// Share of the test images classified correctly, where the shortcut names a random digit.
            test_acc: shifted.accuracy,
            /// The same where the shortcut is right.
            in_acc: same.accuracy,
            /// Mean cross-entropy of the test images, where the shortcut names a random digit.
            test_loss: shifted.loss,
            /// Share of the training labels, as they were trained on, that are fitted.
            train_acc: train.accuracy,
            /// Greatest magnitude of a weight of the first layer.
            max_abs_w1: first.greatest,
            /// The bound on it.
            bound_w1: trained.bound,
            /// Share of these weights smaller than a tenth of their root mean square.
            near_zero_w1: first.near_zero(),
            /// Their fourth moment over the square of the second one: 3 for a normal law.
            kurtosis_w1: first.kurtosis(),
        });
        if histogram {
            rows.kind("hist");
            for (bin, density) in first.densities() {
                let [bin_left, bin_right] = bin;
                rows.push(record! { bin_left, bin_right, density });
            }
        }
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
