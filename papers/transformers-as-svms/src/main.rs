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

use alignment::Alignment;
use attention::Shape;
use common::prelude::*;
use descent::Training;
use ranks::{Ranks, Tolerance};

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    #[flatten]
    shape: Shape,
    #[flatten]
    training: Training,
    /// Random problems, each trained in both parameterisations.
    instances: u64,
    /// Inputs of the problems in the rank panel.
    #[rising]
    rank_n: Vec<usize>,
    /// Tokens of an input in the rank panel.
    #[range(2..)]
    rank_tokens: usize,
    /// Dimensions of the problems in the rank panel.
    #[rising]
    rank_d: Vec<usize>,
    /// Random problems of each size in the rank panel.
    rank_instances: u64,
    /// What counts towards the rank of a solution.
    rank_tolerance: Tolerance,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let &Config { ref shape, ref training, rank_tokens: tokens, rank_tolerance: ref tolerance, .. } = config;
    plan.add((0..config.instances).map(|instance| Alignment { instance, shape, training }));
    for &n in &config.rank_n {
        for &d in &config.rank_d {
            let of_size = |instance| Ranks { instance, shape: Shape { n, tokens, d }, tolerance };
            plan.add((0..config.rank_instances).map(of_size));
        }
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
