//! Performance Scaling via Optimal Transport: Enabling Data Selection from Partially Revealed Sources — Kang, Just,
//! Sahu, Jia 2023, arXiv:2307.02460.
//!
//! Sources of data show small samples. Stage 1 predicts the accuracy of every mixture of them at a small size from its
//! transport distance to a validation set; stage 2 carries two small sizes to a large one along a straight line in ln N;
//! and the gradient of the distance finds a good mixture.

mod claims;
mod distance;
mod figure;
mod learner;
mod run;
mod selection;
mod sources;
mod stage1;
mod stage2;

use common::prelude::*;
use distance::Distance;
use run::Run;
use selection::Descent;

/// Points of the largest mixture: a source alone has so many of each class.
const MOST_POINTS: usize = 20_000;

/// Models that are trained for each mixture, on points of their own; accuracies are averaged.
#[derive(Clone, Copy, Parameters)]
pub struct Repetitions {
    /// At N0.
    n0: usize,
    /// At N1.
    n1: usize,
    /// At each target size.
    targets: usize,
}

/// What is tried, and what is predicted from it.
#[derive(Parameters)]
#[require(n1 > n0)]
#[require(targets.iter().all(|&n| n > n1), "target sizes above n1")]
pub struct Study {
    /// The grid: shares are multiples of one over this.
    #[range(2..=50)]
    divisions: usize,
    /// The smaller of the sizes that are tried, N0.
    n0: usize,
    /// The larger of the sizes that are tried, N1.
    #[range(..=MOST_POINTS)]
    n1: usize,
    /// The sizes that are predicted, N.
    #[rising]
    #[range(..=MOST_POINTS)]
    targets: Vec<usize>,
    repetitions: Repetitions,
    /// Points of the validation set, about; the distance is to it.
    #[range(20..=3000)]
    validation: usize,
    /// Points of the test set, about; accuracy is measured on it.
    #[range(20..=2800)]
    test: usize,
    /// Stage 1 is fitted to mixtures with a share of source 2 below, and predicts the others.
    #[range(0.05..=1.0)]
    fit_below: f64,
    /// Features of an image: leading principal components, d.
    #[range(1..=196)]
    components: usize,
    #[flatten]
    distance: Distance,
    #[flatten]
    descent: Descent,
}

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    #[flatten]
    study: Study,
    /// Runs, each with its own validation and test set, mixtures and pilot samples.
    seeds: u64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    plan.add((0..config.seeds).map(|seed| Run { seed, study: &config.study }));
}

common::paper!(Config, cells, figure::draw, claims::measure);
