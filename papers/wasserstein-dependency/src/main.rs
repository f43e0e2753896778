//! Wasserstein Dependency Measure for Representation Learning — Ozair, Lynch, Bengio, van den Oord, Levine, Sermanet
//! 2019, arXiv:1903.11780.
//!
//! Two views of many characters share the classes of all of them, far more nats than the contrastive bound can count.
//! Contrastive predictive coding (CPC) is content with some of the characters; with a critic that is nearly Lipschitz
//! (WPC) the same loss needs more of them.

mod characters;
mod claims;
mod critic;
mod figure;
mod probe;
mod training;

use characters::{Characters, IMAGES, PIXELS, Pool};
use common::datasets::{DataSet, MNIST};
use common::prelude::*;
use critic::{Critic, Encoders};
use probe::Probe;
use training::{FRESH_BATCHES, Objective, Training};

/// What all runs share.
#[derive(Parameters)]
pub struct Setting {
    /// Classes of the characters: digits from 0 on.
    #[range(2..=10)]
    n_classes: usize,
    /// Numbers that describe a character: leading principal components of its 49 pixels.
    #[range(1..=PIXELS)]
    pc_dims: usize,
    #[flatten]
    encoders: Encoders,
    #[flatten]
    training: Training,
    #[flatten]
    probe: Probe,
}

/// The parameters.
#[derive(Parameters)]
#[require(setting.training.batch <= n_pairs)]
#[require(more_pairs.iter().all(|&n| n >= setting.training.batch && n != n_pairs), "other numbers than n_pairs, at least batch")]
pub struct Config {
    /// Characters in a view: m.
    #[rising]
    m_values: Vec<usize>,
    /// Training pairs.
    n_pairs: usize,
    /// Further numbers of training pairs, at the largest m.
    #[length(0..)]
    #[rising]
    more_pairs: Vec<usize>,
    #[flatten]
    setting: Setting,
    /// Runs, each with its own pairs, initial weights and batches.
    seeds: u64,
}

impl Config {
    /// The largest number of characters, where representations are incomplete.
    fn most(&self) -> usize {
        self.m_values[self.m_values.len() - 1]
    }

    /// All numbers of training pairs at the largest number of characters.
    fn sizes(&self) -> impl Iterator<Item = usize> {
        self.more_pairs.iter().copied().chain([self.n_pairs])
    }
}

/// What the probe reads.
#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Method {
    /// The representation learned by contrastive predictive coding.
    Cpc,
    /// The representation learned with a gradient penalty besides.
    Wpc,
    /// The representation of an encoder with random weights.
    Untrained,
    /// The view itself.
    Raw,
}

impl Method {
    fn objective(self) -> Option<Objective> {
        match self {
            Method::Cpc => Some(Objective::Cpc),
            Method::Wpc => Some(Objective::Wpc),
            Method::Untrained | Method::Raw => None,
        }
    }
}

/// One method on one data set.
#[derive(Serialize)]
struct Run {
    m: usize,
    n_pairs: usize,
    method: Method,
    seed: u64,
    setting: &'static Setting,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let &Config { ref m_values, n_pairs, ref more_pairs, ref setting, seeds } = config;
    let mut add = |m, n_pairs, methods: &[Method]| {
        for &method in methods {
            plan.add((0..seeds).map(|seed| Run { m, n_pairs, method, seed, setting }));
        }
    };
    for &m in m_values {
        add(m, n_pairs, &[Method::Cpc, Method::Wpc, Method::Untrained, Method::Raw]);
    }
    for &n_pairs in more_pairs {
        add(config.most(), n_pairs, &[Method::Cpc, Method::Wpc]);
    }
}

impl Run {
    /// Numbers of a view.
    fn inputs(&self) -> usize {
        self.m * self.setting.pc_dims
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        let Setting { encoders, training, probe, n_classes, .. } = self.setting;
        let step =
            self.method.objective().map_or(0.0, |objective| training.operations(objective, encoders, self.inputs()));
        let probed = probe
            .operations(if self.method == Method::Raw { self.inputs() } else { encoders.embed }, self.m * n_classes);
        let drawn = (self.n_pairs + probe.pairs()) as f64 * self.inputs() as f64;
        0.06 + (step + probed) / 1.1e11 + 4e-9 * drawn
    }

    fn memory(&self) -> f64 {
        let Setting { encoders, training, probe, n_classes, pc_dims, .. } = self.setting;
        let images = IMAGES as f64 * (8 * PIXELS + 12 * pc_dims) as f64;
        let pairs = (self.n_pairs + probe.pairs() + FRESH_BATCHES * training.batch) as f64;
        let features = self.inputs().max(encoders.embed);
        images
            + pairs * 8.0 * (self.inputs() + self.m) as f64
            + encoders.memory(self.inputs(), training.batch)
            + probe.memory(features, self.m * n_classes)
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Run { m, n_pairs, method, seed, setting } = self;
        let Setting { encoders, training, probe, n_classes, pc_dims } = setting;
        // By number of characters and seed only: all methods see the same pairs, start from the same weights and learn
        // from the same batches; of the training pairs a small set is the beginning of a larger one.
        let open = |what: &str| random.open(&format!("{what}, {m} characters"), seed);
        let characters = Characters::new(*n_classes, *pc_dims)?;
        let pairs = |pool, count, what: &str| characters.pairs(pool, count, m, &mut open(what));

        let mut critic = Critic::new(self.inputs(), encoders, training);
        let mut theta = critic.tape.initial(&mut open("weights"));
        let estimates = method.objective().map(|objective| {
            let given = pairs(Pool::Training, n_pairs, "training pairs");
            let fresh = pairs(Pool::Test, FRESH_BATCHES * training.batch, "fresh pairs");
            training.run(&mut critic, &mut theta, objective, [&given, &fresh], [open("batches"), open("pairings")])
        });
        let mut features = |pool, count, what: &str| {
            let pairs = pairs(pool, count, what);
            let features = if method == Method::Raw { pairs.x } else { critic.represent(&theta, pairs.x.view()) };
            (features, pairs.z)
        };
        let train = features(Pool::Training, probe.probe_train, "probe training");
        let test = features(Pool::Test, probe.probe_test, "probe test");
        let accuracies = probe::accuracies(&train, &test, *n_classes)?;
        rows.push(record! {
            seed,
            /// Characters in a view.
            m,
            /// Training pairs.
            n_pairs,
            /// What the probe reads: cpc and wpc, the learned representation; untrained, that of random weights; raw, the
            /// view itself.
            method,
            /// Share of characters of unseen digits that the linear probe classifies correctly, mean over positions.
            probe_acc: reduce::mean(&accuracies),
            /// The same at the worst position.
            probe_acc_min: reduce::min(&accuracies),
            /// Contrastive estimate of the mutual information on training batches, mean over the last steps, in nats;
            /// empty without training.
            mi_train: estimates.map(|estimates| estimates.mi_train),
            /// The same on fresh pairs of unseen digits after training.
            mi_fresh: estimates.map(|estimates| estimates.mi_fresh),
            /// Mutual information of the two views, in nats.
            mi_true: m as f64 * ln(*n_classes as f64),
            /// Upper bound of the estimates: logarithm of the batch size.
            log_batch: training.log_batch(),
            /// Mean norm of the critic's gradient by both views at the pairs of the last batch; empty without training.
            grad_norm: estimates.map(|estimates| estimates.grad_norm),
        });
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
