//! What was measured of all mixtures at all sizes, what the two stages predict of it, and the rows of the table.

use common::prelude::*;
use common::statistics::mean;

use crate::selection::{Descent, Pilot, UNIFORM};
use crate::sources::{SOURCES, Shares, nearest};
use crate::stage1::Model;
use crate::stage2::{Transform, project};

/// What was found at one size, by mixture.
pub struct Measured {
    /// Training points, N.
    pub n: usize,
    /// Share of the test points that are classified correctly, mean over repetitions.
    pub accuracy: Vec<f64>,
    /// Distance to the validation set, mean over repetitions; at the small sizes only.
    pub ot: Vec<f64>,
}

/// All that was measured of one seed.
pub struct Outcome {
    pub grid: Vec<Shares>,
    /// Whether stage 1 is fitted to a mixture.
    pub fitted: Vec<bool>,
    /// N0, N1 and the targets.
    pub measured: Vec<Measured>,
    /// Least error that can be told from none: half a test point.
    pub resolution: f64,
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

/// Mean absolute error of predictions for the mixtures that are `counted`.
fn mean_absolute_error(predicted: &[f64], truth: &[f64], counted: impl Fn(usize) -> bool) -> f64 {
    let mixtures = (0..truth.len()).filter(|&mixture| counted(mixture));
    mean(&mixtures.map(|mixture| (predicted[mixture] - truth[mixture]).abs()).collect::<Vec<f64>>())
}

impl Outcome {
    pub fn record_mixtures(&self, rows: &mut Rows) {
        rows.kind("mixture");
        for at in &self.measured {
            for (mixture, &p) in self.grid.iter().enumerate() {
                let size = record! {
                    /// Training points.
                    n: at.n,
                };
                rows.push(size.and(shares(p)).and(record! {
                    /// Transport distance to the validation set, mean over repetitions; on a path, with its entropy.
                    ot: at.ot.get(mixture),
                    /// Share of the test points that are classified correctly, mean over repetitions.
                    acc: at.accuracy[mixture],
                }));
            }
        }
    }

    /// Stage 1: what models that are fitted to some mixtures say of the others.
    pub fn record_models(&self, rows: &mut Rows) -> Result<()> {
        let Outcome { grid, fitted, .. } = self;
        for (at, model) in self.measured[..2].iter().flat_map(|at| Model::ALL.map(|model| (at, model))) {
            let predicted = model.predict(grid, &at.ot, &at.accuracy, fitted)?;
            rows.kind("model").push(record! {
                n: at.n,
                /// Stage-1 model; of projections also raw: measured at N0 and N1, as-is: accuracy at N1.
                model,
                /// Mean absolute error on the mixtures that the model was fitted to.
                mae_fit: mean_absolute_error(&predicted, &at.accuracy, |mixture| fitted[mixture]),
                /// Mean absolute error on the other mixtures.
                mae_extra: mean_absolute_error(&predicted, &at.accuracy, |mixture| !fitted[mixture]),
            });
            for mixture in (0..grid.len()).filter(|&mixture| !fitted[mixture]) {
                let prediction = record! {
                    acc: at.accuracy[mixture],
                    model,
                    /// Predicted accuracy.
                    predicted: predicted[mixture],
                };
                rows.kind("prediction").push(record! { n: at.n }.and(shares(grid[mixture])).and(prediction));
            }
        }
        Ok(())
    }

    /// Stage 2: projections to the target sizes, of what was measured and of stage-1 models.
    pub fn record_projections(&self, rows: &mut Rows) -> Result<()> {
        rows.kind("projection");
        let Outcome { grid, fitted, resolution, .. } = self;
        let small = [&self.measured[0], &self.measured[1]];
        for at in &self.measured[2..] {
            let mut push = |model: &str, transform: Option<Transform>, mae_proj: f64| {
                rows.push(record! {
                    n: at.n,
                    model,
                    /// What is a straight line in ln N: accuracy, or logarithm of the error.
                    transform,
                    /// Mean absolute error at size n: raw and as-is over all mixtures, models over those not fitted.
                    mae_proj,
                });
            };
            push("as-is", None, mean_absolute_error(&small[1].accuracy, &at.accuracy, |_| true));
            for transform in Transform::ALL {
                let [l0, l1] = small.map(|at| at.accuracy.iter().map(|&acc| transform.of(acc, *resolution)).collect());
                let projected = |l0: &Vec<f64>, l1: &Vec<f64>| -> Vec<f64> {
                    let line = |(&l0, &l1)| project(at.n as f64, small.map(|at| at.n as f64), [l0, l1]);
                    l0.iter().zip(l1).map(line).map(|l| transform.accuracy(l)).collect()
                };
                push("raw", Some(transform), mean_absolute_error(&projected(&l0, &l1), &at.accuracy, |_| true));
                for model in Model::ALL {
                    let predicted = projected(
                        &model.predict(grid, &small[0].ot, &l0, fitted)?,
                        &model.predict(grid, &small[1].ot, &l1, fitted)?,
                    );
                    let error = mean_absolute_error(&predicted, &at.accuracy, |mixture| !fitted[mixture]);
                    push(&Value::of(&model).to_string(), Some(transform), error);
                }
            }
        }
        Ok(())
    }

    /// The descent on the distance, the check of its gradient, and how good the mixture is that it finds.
    pub fn record_selection(&self, pilot: &Pilot, descent: &Descent, rows: &mut Rows) -> Result<()> {
        let path = pilot.descend(descent)?;
        for point in &path {
            rows.kind("path").push(shares(point.p).and(record! {
                ot: point.ot,
                /// Gradient steps made.
                step: point.step,
            }));
        }
        let selected = path.last().map_or(UNIFORM, |point| point.p);
        let ([grad_1, grad_2, grad_3], [fd_1, fd_2, fd_3]) = pilot.check()?;
        let Measured { n, accuracy, .. } = &self.measured[self.measured.len() - 1];
        let at = |p: Shares| accuracy[nearest(&self.grid, p)];
        let alone = |source| at(std::array::from_fn(|other| f64::from(u8::from(other == source))));
        rows.kind("select").push(record! { n }.and(shares(selected)).and(record! {
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
            acc_best: reduce::max(accuracy),
            /// Accuracy of the mixture of the grid that is nearest to equal shares.
            acc_uniform: at(UNIFORM),
            /// Accuracy of the best source alone.
            acc_single: reduce::max(&(0..SOURCES).map(alone).collect::<Vec<f64>>()),
        }));
        Ok(())
    }
}
