//! A run: what is measured of all mixtures at all sizes, what the two stages predict of it, and the selection.

use common::datasets::{DataSet, MNIST};
use common::prelude::*;
use common::statistics::mean;

use crate::selection::Pilot;
use crate::sources::{ALONE, Digits, Grid, SOURCES, Shares, TEST, UNIFORM, VALIDATION, counts};
use crate::stage1::Model;
use crate::stage2::{Transform, project};
use crate::{Repetitions, Study, learner};

/// All mixtures at all sizes: predictions need them together.
#[derive(Serialize)]
pub struct Run {
    pub seed: u64,
    pub study: &'static Study,
}

/// What is found at one size, by mixture of the grid.
struct Measured {
    /// Training points, N.
    n: usize,
    /// Share of the test points that are classified correctly, mean over repetitions.
    accuracy: Vec<f64>,
    /// Distance to the validation set, mean over repetitions; at the small sizes only.
    ot: Vec<f64>,
}

impl Measured {
    /// Mean absolute error of predicted accuracies of some mixtures.
    fn error(&self, predicted: &[f64], mixtures: &[usize]) -> f64 {
        let errors = mixtures.iter().map(|&mixture| (predicted[mixture] - self.accuracy[mixture]).abs());
        mean(&errors.collect::<Vec<f64>>())
    }
}

/// Shares as columns.
fn shares([p1, p2, p3]: Shares) -> Record {
    record! {
        /// Share of source 1.
        p1,
        /// Share of source 2.
        p2,
        /// Share of source 3.
        p3,
    }
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
        let validation = digits.of_target(study.validation, VALIDATION, &mut open("validation"));
        let test = digits.of_target(study.test, TEST, &mut open("test"));
        let grid = Grid::new(study.divisions, study.fit_below);
        rows.kind("mixture").key(record! {
            /// Run: validation and test set, mixtures and pilot samples.
            seed,
        });
        let measure = |(n, repetitions)| -> Result<Measured> {
            let mut random = open(&format!("mixtures of {n} points"));
            let mut measured = Measured { n, accuracy: Vec::new(), ot: Vec::new() };
            for &p in &grid.mixtures {
                let mixtures: Vec<_> = (0..repetitions).map(|_| digits.of_sources(counts(n, p), &mut random)).collect();
                let accuracies: Vec<f64> = mixtures.iter().map(|mixture| learner::accuracy(mixture, &test)).collect();
                let acc = mean(&accuracies);
                let distances = mixtures.iter().map(|mixture| study.distance.between(mixture, &validation));
                let ot = if n <= study.n1 { Some(mean(&distances.collect::<Result<Vec<f64>>>()?)) } else { None };
                let size = record! {
                    /// Training points.
                    n,
                };
                rows.push(size.and(shares(p)).and(record! {
                    /// Transport distance to the validation set, mean over repetitions; on a path, with its entropy.
                    ot,
                    /// Share of the test points that are classified correctly, mean over repetitions.
                    acc,
                }));
                measured.accuracy.push(acc);
                measured.ot.extend(ot);
            }
            Ok(measured)
        };
        let measured = study.sizes().into_iter().map(measure).collect::<Result<Vec<Measured>>>()?;
        let (small, targets) = measured.split_at(2);
        unseen_ratios(&grid, small, rows)?;
        // The least error that can be told from none: half a test point.
        unseen_sizes(&grid, [&small[0], &small[1]], targets, 0.5 / test.len() as f64, rows)?;
        let pilot = digits.of_sources([study.descent.pilot; SOURCES], &mut open("pilot"));
        let pilot = Pilot::new(&study.distance, &pilot, &validation);
        self.select(&pilot, &grid, &measured[measured.len() - 1], rows)
    }
}

/// Stage 1: what models that are fitted to some mixtures say of the others.
fn unseen_ratios(grid: &Grid, small: &[Measured], rows: &mut Rows) -> Result<()> {
    for (at, model) in small.iter().flat_map(|at| Model::ALL.map(|model| (at, model))) {
        let predicted = model.predict(grid, &at.ot, &at.accuracy)?;
        rows.kind("model").push(record! {
            n: at.n,
            /// Stage-1 model; of projections also raw: measured at N0 and N1, as-is: accuracy at N1.
            model,
            /// Mean absolute error on the mixtures that the model was fitted to.
            mae_fit: at.error(&predicted, &grid.fitted),
            /// Mean absolute error on the other mixtures.
            mae_extra: at.error(&predicted, &grid.held_out),
        });
        for &mixture in &grid.held_out {
            let prediction = record! {
                acc: at.accuracy[mixture],
                model,
                /// Predicted accuracy.
                predicted: predicted[mixture],
            };
            rows.kind("prediction").push(record! { n: at.n }.and(shares(grid.mixtures[mixture])).and(prediction));
        }
    }
    Ok(())
}

/// Stage 2: projections to the target sizes, of what was measured and of stage-1 models.
fn unseen_sizes(
    grid: &Grid,
    small: [&Measured; 2],
    targets: &[Measured],
    resolution: f64,
    rows: &mut Rows,
) -> Result<()> {
    rows.kind("projection");
    let all: Vec<usize> = (0..grid.mixtures.len()).collect();
    for at in targets {
        rows.push(record! {
            n: at.n,
            model: "as-is",
            /// What is a straight line in ln N: accuracy, or logarithm of the error.
            transform: None::<Transform>,
            /// Mean absolute error at size n: raw and as-is over all mixtures, models over those not fitted.
            mae_proj: at.error(&small[1].accuracy, &all),
        });
        for transform in Transform::ALL {
            let projected = |[l0, l1]: &[Vec<f64>; 2]| -> Vec<f64> {
                let line = |(&l0, &l1)| project(at.n as f64, small.map(|at| at.n as f64), [l0, l1]);
                l0.iter().zip(l1).map(line).map(|l| transform.accuracy(l)).collect()
            };
            let raw = small.map(|at| at.accuracy.iter().map(|&acc| transform.of(acc, resolution)).collect());
            let mae_proj = at.error(&projected(&raw), &all);
            rows.push(record! { n: at.n, model: "raw", transform: Some(transform), mae_proj });
            for model in Model::ALL {
                let [l0, l1] = [0, 1].map(|size| model.predict(grid, &small[size].ot, &raw[size]));
                let mae_proj = at.error(&projected(&[l0?, l1?]), &grid.held_out);
                rows.push(record! { n: at.n, model, transform: Some(transform), mae_proj });
            }
        }
    }
    Ok(())
}

impl Run {
    /// The descent on the distance, the check of its gradient, and how good the mixture is that it finds.
    fn select(&self, pilot: &Pilot, grid: &Grid, largest: &Measured, rows: &mut Rows) -> Result<()> {
        let path = pilot.descend(&self.study.descent)?;
        for (step, point) in path.iter().enumerate() {
            rows.kind("path").push(shares(point.p).and(record! {
                ot: point.ot,
                /// Gradient steps made.
                step,
            }));
        }
        let selected = path.last().map_or(UNIFORM, |point| point.p);
        let ([grad_1, grad_2, grad_3], [fd_1, fd_2, fd_3]) = pilot.check()?;
        let at = |p: Shares| largest.accuracy[grid.nearest(p)];
        rows.kind("select").push(record! { n: largest.n }.and(shares(selected)).and(record! {
            /// Derivative of the distance along share 1 at equal shares, from the potentials, less the mean of the three.
            grad_1,
            /// Derivative along share 2.
            grad_2,
            /// Derivative along share 3.
            grad_3,
            /// Derivative along share 1 by central differences, less the mean of the three.
            fd_1,
            /// Derivative along share 2 by central differences.
            fd_2,
            /// Derivative along share 3 by central differences.
            fd_3,
            /// Accuracy of the mixture of the grid that is nearest to the end of the descent.
            acc_selected: at(selected),
            /// Accuracy of the best mixture of the grid.
            acc_best: reduce::max(&largest.accuracy),
            /// Accuracy of the mixture of the grid that is nearest to equal shares.
            acc_uniform: at(UNIFORM),
            /// Accuracy of the best source alone.
            acc_single: reduce::max(&ALONE.map(at)),
        }));
        Ok(())
    }
}
