//! Transformers as Support Vector Machines — Ataee Tarzanagh, Li, Thrampoulidis, Oymak 2023,
//! arXiv:2308.16898, the local convergence experiment and the ranks of the SVM solutions.
//!
//! Gradient descent on a softmax attention layer sends its weights to infinity. Their direction tends
//! to a hard-margin SVM that separates the token each input selects from its others: of least Frobenius
//! norm where one matrix W is trained, of least nuclear norm where a product K Qᵀ is.

mod alignment;
mod attention;
mod claims;
mod descent;
mod figure;
mod halfspaces;
mod nuclear_norm;
mod ranks;
mod svm;

use alignment::{Curve, Final, Instance};
use attention::Shape;
use common::prelude::*;
use descent::Training;
use ranks::{RankInstance, Ranks};

/// Problems that are drawn, one after the other, until one has an SVM with a solution.
const DRAWS: u64 = 50;

/// The parameters under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    shape: Shape,
    training: Training,
    instances: u64,
    /// Inputs, tokens and dimensions of the rank panel.
    rank_n: Vec<usize>,
    rank_tokens: usize,
    rank_d: Vec<usize>,
    /// Problems of each size of the rank panel.
    rank_instances: u64,
    rank_tolerance: f64,
}

/// A unit of computation.
#[derive(Clone, Debug, Serialize)]
pub enum Cell {
    /// A problem that is trained on.
    Instance(Instance),
    /// A problem of the rank panel.
    Ranks(RankInstance),
}

/// The output table: training curves, their ends, and ranks of SVM solutions.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Row {
    /// A training run at a recorded iteration.
    Curve(Curve),
    /// A training run after its last step.
    Final(Final),
    /// The ranks of both SVM solutions for one problem.
    Ranks(Ranks),
}

/// The paper.
pub struct TransformersAsSvms;

impl Experiment for TransformersAsSvms {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        let (shape, training) = (&config.shape, &config.training);
        check.within("n", shape.n, 1, 1000);
        check.within("tokens", shape.tokens, 2, 1000);
        // On a line all tokens are ±1, and ties abound.
        check.within("d", shape.d, 2, 1000);
        check.count("iterations", training.iterations);
        check.within("lr", training.lr, 1e-9, 100.0);
        check.within("kq_penalty", training.kq_penalty, 0.0, 1.0);
        check.count("record_every", training.record_every);
        check.count("instances", config.instances);
        for (key, sizes) in [("rank_n", &config.rank_n), ("rank_d", &config.rank_d)] {
            let inside = !sizes.is_empty() && sizes.iter().all(|size| (1..=1000).contains(size));
            check.require(key, inside, "at least one value, each between 1 and 1000");
            check.increasing(key, sizes);
        }
        check.within("rank_tokens", config.rank_tokens, 2, 1000);
        check.count("rank_instances", config.rank_instances);
        check.within("rank_tolerance", config.rank_tolerance, 1e-12, 0.5);
        check.memory("n", svm_memory(shape));
        let snapshots = 2 * training.iterations / training.record_every.max(1);
        check.memory("iterations", 8.0 * snapshots as f64 * (shape.d * shape.d) as f64);
        if let (Some(&n), Some(&d)) = (config.rank_n.last(), config.rank_d.last()) {
            let tokens = config.rank_tokens;
            check.memory("rank_n", svm_memory(&Shape { n, tokens, d }));
        }
    }

    fn cells(config: &Config) -> Vec<Cell> {
        let trained = (0..config.instances).map(|instance| {
            Cell::Instance(Instance { instance, shape: config.shape.clone(), training: config.training.clone() })
        });
        let sizes = config.rank_n.iter().flat_map(|&n| config.rank_d.iter().map(move |&d| (n, d)));
        let ranks = sizes.flat_map(|(n, d)| {
            (0..config.rank_instances).map(move |instance| {
                Cell::Ranks(RankInstance {
                    instance,
                    shape: Shape { n, tokens: config.rank_tokens, d },
                    tolerance: config.rank_tolerance,
                })
            })
        });
        trained.chain(ranks).collect()
    }

    fn cost(cell: &Cell) -> f64 {
        match cell {
            Cell::Instance(cell) => {
                let step = 1e-9 * (cell.shape.n * cell.shape.tokens * (20 + cell.shape.d)) as f64;
                2.0 * (cell.training.iterations as f64 * step + svm_cost(&cell.shape))
            }
            Cell::Ranks(cell) => svm_cost(&cell.shape),
        }
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        match cell {
            Cell::Instance(cell) => cell.run(random),
            Cell::Ranks(cell) => Ok(vec![Row::Ranks(cell.run(random)?)]),
        }
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

/// Constraints of an SVM.
fn constraints(shape: &Shape) -> f64 {
    shape.n as f64 * (shape.tokens.saturating_sub(1)) as f64
}

/// Bytes of the constraints of an SVM and their Gram matrix.
fn svm_memory(shape: &Shape) -> f64 {
    let entries = shape.d as f64 * shape.d as f64;
    8.0 * constraints(shape) * (constraints(shape) + entries)
}

/// Seconds for both SVMs: a hundred or so singular value decompositions, and sweeps over the constraints.
fn svm_cost(shape: &Shape) -> f64 {
    1e-6 * (shape.d * shape.d * shape.d) as f64 + 5e-5 * constraints(shape)
}

common::paper!(TransformersAsSvms);
