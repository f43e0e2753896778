//! Learning to Actively Learn: A Robust Approach — Zhang, Jain, Jamieson 2020, arXiv:2010.15382, the
//! experiment with thresholds on a line.
//!
//! Query policies are learned by adversarial training. One trained for the hardest problems is bad on
//! easy ones; the robust policy minimises the largest excess, over classes of difficulty, of its
//! worst-case loss over the best worst-case loss of the class.

mod adversary;
mod bound;
mod claims;
mod episodes;
mod excess;
mod figure;
mod network;
mod rules;
mod study;
mod thresholds;
mod training;

use common::prelude::*;
use episodes::{Estimate, evaluate};
use rules::Rule;
use study::Study;
use thresholds::Thresholds;
use training::Training;

/// The parameters, under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    problem: Thresholds,
    training: Training,
    /// Gradient steps of the robust policy.
    updates_robust: usize,
    seeds: u64,
}

impl Config {
    /// The class in the middle, whose noise level the shown soft binary search assumes.
    fn middle(&self) -> f64 {
        self.problem.noise_levels[self.problem.noise_levels.len() / 2]
    }
}

/// What asks the queries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Policy {
    /// Trained for one class alone.
    Specialised(f64),
    /// Trained for the least worst excess over all classes.
    Robust,
    /// Trained on a uniform prior over all instances.
    Average,
    /// Made by hand.
    Rule(Rule),
    /// The best that is possible on average with a known class.
    Bayes,
}

impl Policy {
    /// The name in the table.
    fn name(self) -> String {
        match self {
            Policy::Specialised(h) => format!("spec_{h:.2}"),
            Policy::Robust => "robust".into(),
            Policy::Average => "average".into(),
            Policy::Rule(Rule::Random) => "random".into(),
            Policy::Rule(Rule::SoftBinarySearch(h)) => format!("sgbs_{h:.2}"),
            Policy::Bayes => "bayes".into(),
        }
    }
}

/// A unit of computation.
#[derive(Clone, Debug, Serialize)]
pub enum Cell {
    /// The method as a whole: the specialised policies, then the robust one, which needs theirs.
    Robust {
        /// What is trained.
        study: Study,
        /// Gradient steps of the robust policy.
        updates_robust: usize,
    },
    /// The policy trained on a uniform prior.
    Average(Study),
    /// A rule made by hand.
    Rule {
        /// Which one.
        rule: Rule,
        /// With all classes.
        problem: Thresholds,
        /// Episodes on each instance.
        eval_episodes: usize,
        /// Of these episodes.
        seed: u64,
    },
    /// The exact bound of a class.
    Bound {
        /// Items on the line.
        items: usize,
        /// Queries before the announcement.
        queries: usize,
        /// The class.
        h: f64,
    },
}

/// A row of the output table.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Row {
    policy: String,
    /// Empty for the exact bound.
    seed: Option<u64>,
    /// The class.
    h: f64,
    /// The instance: number of positive items; -1 for the mean over the class.
    k: i64,
    /// Mean loss over the evaluation episodes.
    loss: f64,
    /// Its standard error.
    std_err: f64,
}

impl Row {
    /// One row for each instance.
    fn each(policy: Policy, seed: u64, estimates: &[Estimate]) -> Vec<Row> {
        let row = |estimate: &Estimate| Row {
            policy: policy.name(),
            seed: Some(seed),
            h: estimate.instance.h,
            k: estimate.instance.k as i64,
            loss: estimate.loss,
            std_err: estimate.std_err,
        };
        estimates.iter().map(row).collect()
    }
}

/// The paper.
pub struct LearnedActiveLearning;

impl Experiment for LearnedActiveLearning {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        let (problem, training) = (&config.problem, &config.training);
        check.within("items", problem.items, 1, 200);
        check.within("queries", problem.queries, 1, 1000);
        let levels = &problem.noise_levels;
        check.require("noise_levels", (2..=20).contains(&levels.len()), "between 2 and 20 levels");
        let inside = levels.iter().all(|h| *h > 0.0 && *h <= 1.0);
        check.require("noise_levels", inside, "levels above 0 and at most 1");
        // The names of policies have two decimals.
        let name = |h: f64| Policy::Specialised(h).name();
        let falling = |pair: &[f64]| pair[0] > pair[1] && name(pair[0]) != name(pair[1]);
        let falling = levels.windows(2).all(falling);
        check.require("noise_levels", falling, "falling levels that differ in two decimals");
        check.within("hidden", training.hidden, 1, 10_000);
        check.count("updates", training.updates);
        check.count("updates_robust", config.updates_robust);
        check.within("batch", training.batch, 1, 1_000_000);
        check.require("lr", training.lr > 0.0 && training.lr <= 1.0, "a step size above 0 and at most 1");
        check.within("entropy_bonus", training.entropy_bonus, 0.0, 10.0);
        check.within("eval_episodes", training.eval_episodes, 2, 1_000_000);
        check.count("seeds", config.seeds);
        let (items, hidden) = (problem.items as f64, training.hidden as f64);
        check.memory("batch", 8.0 * (training.batch * problem.queries) as f64 * (6.0 * items + 2.0 * hidden));
        let losses = levels.len() as f64 * (items + 1.0) * training.eval_episodes as f64;
        check.memory("eval_episodes", 8.0 * losses);
    }

    fn cells(config: &Config) -> Vec<Cell> {
        let problem = &config.problem;
        let mut rules = vec![Rule::Random];
        rules.extend(problem.noise_levels.iter().map(|&h| Rule::SoftBinarySearch(h)));
        let mut cells = Vec::new();
        for seed in 0..config.seeds {
            let study = Study { problem: problem.clone(), training: config.training.clone(), seed };
            cells.push(Cell::Robust { study: study.clone(), updates_robust: config.updates_robust });
            cells.push(Cell::Average(study));
            cells.extend(rules.iter().map(|&rule| Cell::Rule {
                rule,
                problem: problem.clone(),
                eval_episodes: config.training.eval_episodes,
                seed,
            }));
        }
        let (items, queries) = (problem.items, problem.queries);
        if bound::is_feasible(items, queries) {
            cells.extend(problem.noise_levels.iter().map(|&h| Cell::Bound { items, queries, h }));
        }
        cells
    }

    fn cost(cell: &Cell) -> f64 {
        match cell {
            Cell::Robust { study, updates_robust } => {
                let classes = study.problem.noise_levels.len();
                study.cost(classes + 1, classes * study.training.updates + updates_robust)
            }
            Cell::Average(study) => study.cost(1, study.training.updates),
            Cell::Rule { problem, eval_episodes, .. } => {
                let instances = problem.noise_levels.len() * (problem.items + 1);
                5e-9 * (instances * eval_episodes * problem.queries * problem.items) as f64
            }
            Cell::Bound { items, queries, .. } => bound::cost(*items, *queries),
        }
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        match cell {
            Cell::Robust { study, updates_robust } => Ok(study.robust(*updates_robust, random)),
            Cell::Average(study) => Ok(study.average(random)),
            Cell::Rule { rule, problem, eval_episodes, seed } => {
                let policy = Policy::Rule(*rule);
                let mut random = random.open(&format!("evaluate {}", policy.name()), *seed);
                let estimates = evaluate(&mut rule.policy(problem), problem, *eval_episodes, &mut random);
                Ok(Row::each(policy, *seed, &estimates))
            }
            Cell::Bound { items, queries, h } => Ok(vec![Row {
                policy: Policy::Bayes.name(),
                seed: None,
                h: *h,
                k: -1,
                loss: bound::bayes_bound(*items, *queries, *h),
                std_err: 0.0,
            }]),
        }
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

common::paper!(LearnedActiveLearning);
