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
mod outcome;
mod selection;
mod sources;
mod stage1;
mod stage2;

use common::datasets::{DataSet, MNIST};
use common::prelude::*;
use common::statistics::mean;
use distance::Distance;
use outcome::{Measured, Outcome};
use selection::{Descent, Pilot};
use sources::Digits;

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

/// All mixtures at all sizes: predictions need them together.
#[derive(Serialize)]
struct Run {
    seed: u64,
    study: &'static Study,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    plan.add((0..config.seeds).map(|seed| Run { seed, study: &config.study }));
}

impl Study {
    /// Each size with its repetitions: N0, N1 and the targets.
    fn sizes(&self) -> Vec<(usize, usize)> {
        let Repetitions { n0, n1, targets } = self.repetitions;
        let small = [(self.n0, n0), (self.n1, n1)];
        small.into_iter().chain(self.targets.iter().map(|&n| (n, targets))).collect()
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        let study = self.study;
        let mixtures = ((study.divisions + 1) * (study.divisions + 2) / 2) as f64;
        let points = |sizes: &[(usize, usize)]| sizes.iter().map(|&(n, count)| (n * count) as f64).sum::<f64>();
        let sizes = study.sizes();
        let tested = mixtures * points(&sizes) * study.test as f64 * study.components as f64;
        let iterations = study.distance.iterations as f64;
        let transported = mixtures * points(&sizes[..2]) + 3.0 * (study.descent.steps * study.descent.pilot) as f64;
        0.2 + 8e-11 * tested + 2.5e-10 * transported * (iterations + 15.0) * study.validation as f64
    }

    fn memory(&self) -> f64 {
        let study = self.study;
        let largest = study.targets.last().copied().unwrap_or(0) * (4 * study.components + 64);
        8.0 * (70_000 * study.components + 10_000 * 400 + largest + 3 * study.n1 * study.validation) as f64
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Run { seed, study } = self;
        let open = |name: &str| random.open(name, seed);
        let digits = Digits::new(study.components)?;
        let validation = digits.validation(study.validation, &mut open("validation"));
        let test = digits.test(study.test, &mut open("test"));
        let pilot = digits.pilot(study.descent.pilot, &mut open("pilot"));
        let pilot = Pilot::new(&study.distance, &pilot, &validation);

        let grid = sources::simplex(study.divisions);
        let measure = |(n, repetitions)| -> Result<Measured> {
            let mut random = open(&format!("mixtures of {n} points"));
            let mut measured = Measured { n, accuracy: Vec::new(), ot: Vec::new() };
            for &p in &grid {
                let mixtures: Vec<_> = (0..repetitions).map(|_| digits.mixture(n, p, &mut random)).collect();
                let accuracies: Vec<f64> = mixtures.iter().map(|mixture| learner::accuracy(mixture, &test)).collect();
                measured.accuracy.push(mean(&accuracies));
                if n <= study.n1 {
                    let ot = mixtures.iter().map(|mixture| study.distance.between(mixture, &validation));
                    measured.ot.push(mean(&ot.collect::<Result<Vec<f64>>>()?));
                }
            }
            Ok(measured)
        };
        let measured = study.sizes().into_iter().map(measure).collect::<Result<Vec<Measured>>>()?;

        rows.key(record! {
            /// Run: validation and test set, mixtures and pilot samples.
            seed,
        });
        let fitted = grid.iter().map(|p| p[1] < study.fit_below).collect();
        let outcome = Outcome { grid, fitted, measured, resolution: 0.5 / test.len() as f64 };
        outcome.record_mixtures(rows);
        outcome.record_models(rows)?;
        outcome.record_projections(rows)?;
        outcome.record_selection(&pilot, &study.descent, rows)
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
