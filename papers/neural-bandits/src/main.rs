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
use contexts::{ARMS, Contexts, Dataset, POOL, SIDE};
use perturbation::Strength;
use players::{Method, Name, Player};

/// Rows of the table for each run.
const CHECKPOINTS: usize = 40;

/// What all methods have in common.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Setting {
    /// Rounds: T.
    rounds: usize,
    /// Side of the images in pixels, after averaging.
    pool_side: usize,
    /// Hidden units for each arm: m.
    width: usize,
}

impl Setting {
    /// The number of rounds done at row k of the table, counted from 1.
    fn checkpoint(&self, k: usize) -> usize {
        k * self.rounds / CHECKPOINTS
    }

    /// The row of the table before the last tenth of the rounds.
    fn before_last_tenth(&self) -> usize {
        self.checkpoint(CHECKPOINTS - CHECKPOINTS / 10)
    }

    /// A tenth of the rounds.
    fn tenth(&self) -> usize {
        self.rounds / 10
    }

    /// d.
    fn pixels(&self) -> usize {
        self.pool_side * self.pool_side
    }
}

/// The parameters, as in `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    datasets: Vec<Dataset>,
    setting: Setting,
    seeds: u64,
    /// Exploration parameter of the comparison of methods.
    gamma: f64,
    /// Exploration parameters of the sweep, which goes without perturbation.
    gammas: Vec<f64>,
    /// Perturbation in the comparison of methods.
    strength: Strength,
    eta_fast: f64,
    eta_square: f64,
    eta_eps: f64,
    eta_ucb_ts: f64,
    nu: f64,
    epsilon: f64,
}

impl Config {
    /// The perturbation of the comparison, in one form for each meaning.
    fn strength(&self) -> Strength {
        match self.strength.perturb > 0.0 {
            true => self.strength,
            false => Strength::NONE,
        }
    }

    /// The exploration parameters without perturbation: the sweep's and the comparison's, rising.
    fn unperturbed_gammas(&self) -> Vec<f64> {
        let mut gammas = self.gammas.clone();
        gammas.push(self.gamma);
        gammas.sort_unstable_by(f64::total_cmp);
        gammas.dedup();
        gammas
    }

    /// Every method with its step size: the comparison, then the sweep.
    fn methods(&self) -> Vec<(Method, f64)> {
        let weighted = |gamma, strength| {
            [
                (Method::NeuFastCb { gamma, strength }, self.eta_fast),
                (Method::NeuSquareCb { gamma, strength }, self.eta_square),
            ]
        };
        let (nu, epsilon) = (self.nu, self.epsilon);
        let mut methods = weighted(self.gamma, self.strength()).to_vec();
        methods.push((Method::NeuralUcb { nu }, self.eta_ucb_ts));
        methods.push((Method::NeuralTs { nu }, self.eta_ucb_ts));
        methods.push((Method::EpsilonGreedy { epsilon }, self.eta_eps));
        for gamma in self.unperturbed_gammas() {
            let sweep = weighted(gamma, Strength::NONE);
            // Without a perturbation in the comparison either, these are the same runs.
            methods.extend(sweep.into_iter().filter(|(method, _)| self.is_new(method)));
        }
        methods
    }

    /// Whether a method of the sweep is not in the comparison.
    fn is_new(&self, method: &Method) -> bool {
        (method.gamma(), method.strength()) != (self.gamma, self.strength())
    }
}

/// One method on one data set.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    dataset: Dataset,
    method: Method,
    /// Step size.
    eta: f64,
    setting: Setting,
    seed: u64,
}

/// The output table: a run after a number of rounds.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Row {
    dataset: Dataset,
    method: Name,
    /// 0 where it does not apply.
    gamma: f64,
    /// c_p; 0 where it does not apply.
    perturb: f64,
    seed: u64,
    /// Rounds played.
    round: usize,
    /// Wrong choices so far.
    regret: usize,
    /// Mean probability of not playing the arm that looks best, over the last tenth of T.
    explore: Option<f64>,
}

/// The paper.
pub struct NeuralBandits;

impl Experiment for NeuralBandits {
    type Config = Config;
    type Cell = Run;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        let distinct = (1..config.datasets.len()).all(|k| !config.datasets[..k].contains(&config.datasets[k]));
        let some = !config.datasets.is_empty() && distinct;
        check.require("datasets", some, "one or both of mnist and fashion, none twice");
        check.within("seeds", config.seeds, 1, 1000);
        check_setting(&config.setting, config.strength.copies, check);
        let (low, high) = (1e-3, 1e9);
        check.within("gamma", config.gamma, low, high);
        let inside = config.gammas.iter().all(|gamma| (low..=high).contains(gamma));
        let expected = format!("at least one value, each between {low} and {high}");
        check.require("gammas", inside && !config.gammas.is_empty(), &expected);
        check.increasing("gammas", &config.gammas);
        check.within("perturb", config.strength.perturb, 0.0, 1.0);
        check.within("copies", config.strength.copies, 1, 100);
        for (key, eta) in [
            ("eta_fast", config.eta_fast),
            ("eta_square", config.eta_square),
            ("eta_eps", config.eta_eps),
            ("eta_ucb_ts", config.eta_ucb_ts),
        ] {
            check.require(key, eta > 0.0 && eta <= 1e3, "a step size above 0 and at most 1000");
        }
        check.within("nu", config.nu, 0.0, 1e3);
        check.probability("epsilon", config.epsilon);
    }

    fn cells(config: &Config) -> Vec<Run> {
        let mut runs = Vec::new();
        for &dataset in &config.datasets {
            for (method, eta) in config.methods() {
                runs.extend((0..config.seeds).map(|seed| Run {
                    dataset,
                    method: method.clone(),
                    eta,
                    setting: config.setting.clone(),
                    seed,
                }));
            }
        }
        runs
    }

    fn cost(run: &Run) -> f64 {
        let weights = (ARMS * run.setting.width * run.setting.pixels()) as f64;
        // One product with the weights a round, and one with each vector of signs. Confidence widths take a
        // product of a matrix and a vector, which is five times slower than one for many rounds.
        let products = match (run.method.name(), run.method.strength().perturb > 0.0) {
            (Name::Ucb | Name::Ts, _) => 6.0,
            (_, true) => 1.0 + run.method.strength().copies as f64,
            (_, false) => 1.0,
        };
        1e-3 + run.setting.rounds as f64 * (4e-6 + 3e-11 * products * weights)
    }

    fn data(run: &Run) -> Vec<&'static DataSet> {
        vec![run.dataset.files()]
    }

    fn run(run: &Run, random: &Streams) -> Result<Vec<Row>> {
        // Named by data set and seed only: all methods see the same images in the same order, start from the
        // same weights and draw the same numbers.
        let open = |name: &str| random.open(&format!("{} {name}", run.dataset.text()), run.seed);
        let Setting { rounds, pool_side, width } = run.setting;
        let contexts = Contexts::draw(run.dataset, rounds, pool_side, &mut open("order"))?;
        let mut player = Player::new(run.method.clone(), &contexts, width, run.eta, &mut open("weights"));
        let mut choices = open("choices");
        let mut checkpoints = (1..=CHECKPOINTS).map(|k| run.setting.checkpoint(k)).peekable();
        let (mut regret, mut explored, mut rows) = (0, Vec::with_capacity(rounds), Vec::new());
        for round in 0..rounds {
            let choice = player.choose(round, &mut choices)?;
            let wrong = choice.arm != contexts.right[round];
            player.learn(choice.arm, f64::from(u8::from(wrong)));
            regret += usize::from(wrong);
            explored.extend(choice.exploration);
            let done = round + 1;
            if checkpoints.next_if_eq(&done).is_some() {
                let recent = &explored[explored.len().saturating_sub(run.setting.tenth())..];
                rows.push(Row {
                    dataset: run.dataset,
                    method: run.method.name(),
                    gamma: run.method.gamma(),
                    perturb: run.method.strength().perturb,
                    seed: run.seed,
                    round: done,
                    regret,
                    explore: (!recent.is_empty()).then(|| reduce::mean(recent)),
                });
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

fn check_setting(setting: &Setting, copies: usize, check: &mut Check) {
    // Fewer rounds than rows would repeat rows; more than the pool cannot be drawn without replacement.
    check.within("rounds", setting.rounds, CHECKPOINTS, POOL);
    let divides = setting.pool_side > 0 && SIDE.is_multiple_of(setting.pool_side);
    check.require("pool_side", divides, "one of 1, 2, 4, 7, 14 and 28, which divide 28");
    let paired = setting.width.is_multiple_of(2) && (2..=100_000).contains(&setting.width);
    check.require("width", paired, "an even number from 2 to 100000: hidden units start in pairs");
    if divides && paired && copies <= 100 {
        let matrices = (2 + copies) as f64 * (ARMS * setting.width * setting.pixels()) as f64;
        let contexts = (setting.rounds * setting.pixels()) as f64;
        check.memory("width", 4.0 * (matrices + contexts));
    }
}

common::paper!(NeuralBandits);
