//! Contextual Bandits with Online Neural Regression — Deb, Ban, Zuo, He, Banerjee 2023, arXiv:2312.07145,
//! the regret curves of its experiments.
//!
//! A player sees an image, names a class and is told only whether that was right. A network predicts the loss
//! of every class and is trained by one gradient step a round; inverse-gap weighting turns the predictions
//! into a choice. With the Kullback-Leibler loss the exploration fades as the network gets better.

mod claims;
mod confidence;
mod contexts;
mod figure;
mod network;
mod perturbation;
mod players;
mod regression;

use common::datasets::DataSet;
use common::prelude::*;
use common::statistics::mean;
use contexts::{ARMS, Contexts, Dataset, POOL, SIDE};
use perturbation::Strength;
use players::{Method, Player};

/// Rows of the table for each run.
const CHECKPOINTS: usize = 40;

/// What all methods have in common.
#[derive(Parameters)]
#[require(SIDE.is_multiple_of(pool_side), "1, 2, 4, 7, 14 or 28, which divide 28")]
#[require(width.is_multiple_of(2), "an even number: hidden units start in pairs")]
pub struct Setting {
    /// Rounds, T: at least one for each row of the table, and at most the images of the pool.
    #[range(CHECKPOINTS..=POOL)]
    rounds: usize,
    /// Pixels along a side of the images, after averaging squares of the 28 x 28; divides 28.
    pool_side: usize,
    /// Hidden units for each arm, m; an even number.
    width: usize,
}

impl Setting {
    /// The number of rounds done at row k of the table, counted from 1.
    fn checkpoint(&self, k: usize) -> usize {
        k * self.rounds / CHECKPOINTS
    }

    /// Pixels of an image: d.
    fn pixels(&self) -> f64 {
        (self.pool_side * self.pool_side) as f64
    }

    /// Weights of the network: K m d.
    fn weights(&self) -> f64 {
        ARMS as f64 * self.width as f64 * self.pixels()
    }
}

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    /// Image sets; each has a column of panels.
    #[distinct]
    datasets: Vec<Dataset>,
    #[flatten]
    setting: Setting,
    /// Runs of each method, with images, weights and choices of their own.
    seeds: u64,
    /// Exploration parameter in the comparison of methods. In theory sqrt(K T / R) with a regression regret R of the
    /// size of ln T.
    // At the upper end all but ties are chosen greedily.
    #[range(0.0..=1e9)]
    gamma: f64,
    /// Exploration parameters of the sweep, which goes without perturbation.
    #[range(0.0..=1e9)]
    #[rising]
    gammas: Vec<f64>,
    #[flatten]
    strength: Strength,
    /// Step size of NeuFastCB.
    #[range(0.0..)]
    eta_fast: f64,
    /// Step size of NeuSquareCB.
    #[range(0.0..)]
    eta_square: f64,
    /// Step size of epsilon-greedy.
    #[range(0.0..)]
    eta_eps: f64,
    /// Step size of NeuralUCB and NeuralTS.
    #[range(0.0..)]
    eta_ucb_ts: f64,
    /// Factor of the confidence width of NeuralUCB and NeuralTS.
    #[range(0.0..)]
    nu: f64,
    /// Share of random arms of epsilon-greedy.
    #[range(0.0..=1.0)]
    epsilon: f64,
}

impl Config {
    /// The exploration parameters without perturbation: the sweep's and the comparison's, rising.
    fn unperturbed_gammas(&self) -> Vec<f64> {
        distinct(sorted(self.gammas.iter().copied().chain([self.gamma])))
    }

    /// Every method with its step size: the comparison, then the sweep.
    fn methods(&self) -> Vec<(Method, f64)> {
        let &Config { gamma, nu, epsilon, eta_fast, eta_square, eta_eps, eta_ucb_ts, .. } = self;
        let weighted = |gamma, strength| {
            [(Method::Fast { gamma, strength }, eta_fast), (Method::Square { gamma, strength }, eta_square)]
        };
        // No perturbation has one form, whatever the number of copies.
        let strength = if self.strength.perturb > 0.0 { self.strength } else { Strength::NONE };
        let baselines =
            [(Method::Ucb { nu }, eta_ucb_ts), (Method::Ts { nu }, eta_ucb_ts), (Method::Eps { epsilon }, eta_eps)];
        let sweep = self.unperturbed_gammas().into_iter().flat_map(|gamma| weighted(gamma, Strength::NONE));
        // Without a perturbation in the comparison either, two runs of the sweep are those of the comparison.
        distinct(weighted(gamma, strength).into_iter().chain(baselines).chain(sweep))
    }
}

/// One method on one data set.
#[derive(Serialize)]
struct Run {
    dataset: Dataset,
    method: Method,
    /// Step size.
    eta: f64,
    setting: &'static Setting,
    seed: u64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let setting = &config.setting;
    for &dataset in &config.datasets {
        for (method, eta) in config.methods() {
            plan.add((0..config.seeds).map(|seed| Run { dataset, method, eta, setting, seed }));
        }
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        // One product with the weights a round, and one with each vector of signs. Confidence widths take a
        // product of a matrix and a vector, which is five times slower than one for many rounds.
        let products = match self.method {
            Method::Ucb { .. } | Method::Ts { .. } => 6.0,
            _ => 1.0 + self.method.strength().sign_vectors() as f64,
        };
        1e-3 + self.setting.rounds as f64 * (4e-6 + 3e-11 * products * self.setting.weights())
    }

    fn memory(&self) -> f64 {
        let matrices = 2.0 + self.method.strength().sign_vectors() as f64;
        4.0 * (matrices * self.setting.weights() + self.setting.rounds as f64 * self.setting.pixels())
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![self.dataset.files()]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Run { dataset, method, eta, setting, seed } = self;
        let &Setting { rounds, pool_side, width } = setting;
        // Named by data set and seed only: all methods see the same images in the same order, start from the
        // same weights and draw the same numbers.
        let open = |name| random.open(&format!("{} {name}", Value::of(&dataset)), seed);
        let contexts = Contexts::sample(dataset, rounds, pool_side, &mut open("order"))?;
        let mut player = Player::new(method, &contexts, width, eta, &mut open("weights"));
        let mut choices = open("choices");
        rows.key(record! {
            dataset,
            method: method.name(),
            /// Exploration parameter; 0 where it does not apply.
            gamma: method.gamma(),
            /// Strength of the perturbation, c_p; 0 where it does not apply.
            perturb: method.strength().perturb,
            seed,
        });
        let mut checkpoints = (1..=CHECKPOINTS).map(|k| setting.checkpoint(k)).peekable();
        let (mut regret, mut explored) = (0, Vec::with_capacity(rounds));
        for round in 0..rounds {
            let choice = player.choose(round, &mut choices)?;
            let wrong = choice.arm != contexts.right[round];
            player.learn(choice.arm, f64::from(wrong));
            regret += usize::from(wrong);
            explored.extend(choice.exploration);
            if checkpoints.next_if_eq(&(round + 1)).is_some() {
                let recent = &explored[explored.len().saturating_sub(rounds / 10)..];
                rows.push(record! {
                    /// Rounds played.
                    round: round + 1,
                    /// Wrong choices so far.
                    regret,
                    /// Mean probability of not playing the arm that looks best, over the last tenth of T.
                    explore: (!recent.is_empty()).then(|| mean(recent)),
                });
            }
        }
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
