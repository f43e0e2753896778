//! The cells: what is trained on which points, and what is recorded of it.

use common::prelude::*;

use crate::Slice;
use crate::diffusion::{D, Diffusion, Sample};
use crate::kernel::{KernelDescent, interpolant, tangent_kernel};
use crate::network::Network;

/// What all cells share.
#[derive(Clone, Copy, Serialize)]
pub struct Setting {
    pub diffusion: &'static Diffusion,
    /// Rate of gradient descent.
    pub eta: f64,
    /// Test points.
    pub n_test: usize,
    /// About how many steps are recorded.
    pub n_rec: usize,
    /// The last steps of networks and of kernel regression.
    pub ends: [usize; 2],
}

/// A network in training beside kernel regression on the same points.
#[derive(Serialize)]
pub struct NetworkRun {
    /// Training points.
    pub n: usize,
    /// Neurons.
    pub width: usize,
    pub seed: u64,
    /// Steps.
    pub tau_max: usize,
    pub setting: Setting,
}

/// Kernel regression, stopped early and run to its end.
#[derive(Serialize)]
pub struct KernelRun {
    /// Training points.
    pub n: usize,
    pub seed: u64,
    /// Share of the training points on which the stopping time is chosen.
    pub holdout: f64,
    /// Steps.
    pub tau_max: usize,
    pub setting: Setting,
}

/// Estimates along a line: of the kernel after its best step, of a network after the same one, and of the interpolant.
#[derive(Serialize)]
pub struct Line {
    pub slice: &'static Slice,
    /// Neurons of the network.
    pub width: usize,
    /// Steps to choose from.
    pub tau_max: usize,
    pub setting: Setting,
}

/// The points of a run, and the kernel at them.
struct Points {
    training: Sample,
    test: Sample,
    /// Of the training points: n x n.
    kernel: Array2<f64>,
    /// Of the test with the training points: n_test x n.
    test_kernel: Array2<f64>,
}

/// Recorded whatever the spacing is, since laws are measured there.
const ALWAYS: [usize; 3] = [10, 30, 100];

impl Setting {
    /// The training sample of a seed, which all cells of this seed and size share, and the test sample of all cells.
    fn points(&self, n: usize, seed: u64, random: &Streams) -> Points {
        let training = self.diffusion.sample(n, &mut random.open("training points", seed));
        let test = self.diffusion.sample(self.n_test, &mut random.open("test points", 0));
        Points {
            kernel: tangent_kernel(training.inputs.view(), training.inputs.view()),
            test_kernel: tangent_kernel(test.inputs.view(), training.inputs.view()),
            training,
            test,
        }
    }

    /// The recorded steps up to `tau_max`, rising from 1: evenly spaced in their logarithm up to the last step of all
    /// models, so that all are looked at after the same steps, and some more.
    fn recorded(&self, tau_max: usize) -> Vec<usize> {
        let [a, b] = self.ends;
        let mut steps = [log_spaced(self.n_rec, a.max(b)), ALWAYS.to_vec(), self.ends.to_vec()].concat();
        steps.retain(|step| (1..=tau_max).contains(step));
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// Trains a model to each of the recorded steps, and asks it there.
    fn descend<M>(&self, mut model: M, tau_max: usize, step: impl Fn(&mut M, f64), mut ask: impl FnMut(&mut M, usize)) {
        let mut done = 0;
        for tau in self.recorded(tau_max) {
            (done..tau).for_each(|_| step(&mut model, self.eta));
            done = tau;
            ask(&mut model, tau);
        }
    }

    /// Estimated seconds for a network to learn from so many points one after the other, and to be looked at.
    fn network_seconds(&self, points: usize, width: usize) -> f64 {
        1e-9 * (points + self.n_rec * self.n_test) as f64 * width as f64
    }

    /// Estimated seconds of kernel descent on `n` points and of the interpolant. A value of the kernel takes as long as
    /// forty predictions.
    fn kernel_seconds(&self, n: usize, steps: usize) -> f64 {
        let (n, tests, steps) = (n as f64, self.n_test as f64, steps as f64);
        2e-10 * n * (n * (steps + 40.0 + n / 10.0) + tests * (40.0 + self.n_rec as f64))
    }

    /// Bytes of the kernel, of parts of it and of its factor.
    fn kernel_memory(&self, n: usize) -> f64 {
        8.0 * n as f64 * (3 * n + self.n_test) as f64
    }
}

/// The mean over points of the squared distance of two rows.
fn squared_distance(a: ArrayView2<f64>, b: ArrayView2<f64>) -> f64 {
    arrays::norm_squared(&(&a - &b)) / a.nrows() as f64
}

/// What is recorded of every estimate after `tau` steps (none: infinitely many), by its predictions on the test points.
fn quality(tau: Option<usize>, predicted: ArrayView2<f64>, train_loss: f64, test: &Sample) -> Record {
    record! {
        /// Steps of gradient descent; empty for the interpolant, where it ends.
        tau,
        /// Mean squared distance from the conditional mean f* on the test points.
        error: squared_distance(predicted, test.truth.view()),
        /// Mean squared distance from the labels X_0 of the training points.
        train_loss,
        /// Mean squared distance from the labels X_0 of the test points: the score-matching loss.
        dsm_test: squared_distance(predicted, test.labels.view()),
        /// Mean squared distance of f* from the labels X_0 of the test points.
        noise_floor: squared_distance(test.truth.view(), test.labels.view()),
    }
}

impl Cell for NetworkRun {
    fn cost(&self) -> f64 {
        self.setting.network_seconds(self.n * self.tau_max, self.width)
    }

    fn memory(&self) -> f64 {
        self.setting.kernel_memory(self.n) + 200.0 * self.width as f64
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &NetworkRun { n, width, seed, tau_max, setting } = self;
        let Points { training, test, kernel, test_kernel } = setting.points(n, seed, random);
        let network = Network::sample(width, &mut random.open("weights", seed));
        let descent = KernelDescent::new(kernel.view(), training.labels.view());

        rows.kind("net").key(record! {
            /// Training points.
            n,
            /// Neurons.
            width: Some(width),
            /// Run: training points and initial weights.
            seed,
        });
        let step = |(network, descent): &mut (Network, KernelDescent), eta| {
            network.step(&training, eta);
            descent.step(eta);
        };
        setting.descend((network, descent), tau_max, step, |(network, descent), tau| {
            let predicted = network.predict(test.inputs.view());
            let by_kernel = descent.predict(test_kernel.view());
            let train_loss = squared_distance(network.predict(training.inputs.view()).view(), training.labels.view());
            rows.push(quality(Some(tau), predicted.view(), train_loss, &test).and(record! {
                /// Root mean squared distance of the predictions from those of kernel regression after as many steps.
                coupling: squared_distance(predicted.view(), by_kernel.view()).sqrt(),
                /// Distance of the weights from where they started, as a share of their norm there.
                movement: network.movement(),
            }));
        });
        Ok(())
    }
}

impl KernelRun {
    /// The recorded step with the least loss on the last of the training points, after training on the others only.
    fn held_out_choice(&self, kernel: ArrayView2<f64>, labels: ArrayView2<f64>) -> usize {
        let kept = self.n - ((self.holdout * self.n as f64).round() as usize).max(1);
        let descent = KernelDescent::new(kernel.slice(s![..kept, ..kept]), labels.slice(s![..kept, ..]));
        let (others, held_out) = (kernel.slice(s![kept.., ..kept]), labels.slice(s![kept.., ..]));
        let (mut choice, mut least) = (1, f64::INFINITY);
        self.setting.descend(descent, self.tau_max, KernelDescent::step, |descent, tau| {
            let loss = squared_distance(descent.predict(others).view(), held_out);
            if loss < least {
                (choice, least) = (tau, loss);
            }
        });
        choice
    }
}

impl Cell for KernelRun {
    fn cost(&self) -> f64 {
        // With and without the held-out points.
        self.setting.kernel_seconds(self.n, 2 * self.tau_max)
    }

    fn memory(&self) -> f64 {
        self.setting.kernel_memory(self.n)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &KernelRun { n, seed, tau_max, setting, .. } = self;
        let Points { training, test, kernel, test_kernel } = setting.points(n, seed, random);
        let labels = training.labels.view();
        let choice = self.held_out_choice(kernel.view(), labels);

        rows.kind("kernel").key(record! { n, width: None::<usize>, seed });
        let descent = KernelDescent::new(kernel.view(), labels);
        setting.descend(descent, tau_max, KernelDescent::step, |descent, tau| {
            let predicted = descent.predict(test_kernel.view());
            rows.push(quality(Some(tau), predicted.view(), descent.train_loss(), &test).and(record! {
                /// Whether a model that is trained without the held-out points predicts them best after this step.
                holdout_choice: tau == choice,
            }));
        });
        let coefficients = interpolant(kernel.view(), labels)?;
        let [fitted, predicted] =
            [kernel, test_kernel].map(|kernel| matrix::product(kernel.view(), coefficients.view()));
        let train_loss = squared_distance(fitted.view(), labels);
        rows.kind("interpolant").push(quality(None, predicted.view(), train_loss, &test));
        Ok(())
    }
}

impl Cell for Line {
    fn cost(&self) -> f64 {
        // The best step is not known before.
        let (n, tau_max) = (self.slice.n, self.tau_max);
        self.setting.network_seconds(n * tau_max.min(200), self.width) + self.setting.kernel_seconds(n, tau_max)
    }

    fn memory(&self) -> f64 {
        // A kernel between the points of the line and of the sample.
        let line = 8.0 * self.slice.points as f64 * (self.slice.n + 8) as f64;
        self.setting.kernel_memory(self.slice.n) + 200.0 * self.width as f64 + line
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Line { slice, width, tau_max, setting } = self;
        let Points { training, test, kernel, test_kernel } = setting.points(slice.n, 0, random);
        let us = linspace(-slice.reach, slice.reach, slice.points);
        let line: Vec<_> = us.iter().map(|&u| setting.diffusion.input(slice.t, [u, slice.height])).collect();
        let line = Array2::from(line);
        let line_kernel = tangent_kernel(line.view(), training.inputs.view());

        let (mut best, mut least, mut early) = (0, f64::INFINITY, Array2::zeros((slice.points, D)));
        let descent = KernelDescent::new(kernel.view(), training.labels.view());
        setting.descend(descent, tau_max, KernelDescent::step, |descent, tau| {
            let error = squared_distance(descent.predict(test_kernel.view()).view(), test.truth.view());
            if error < least {
                (best, least, early) = (tau, error, descent.predict(line_kernel.view()));
            }
        });
        let mut network = Network::sample(width, &mut random.open("weights", 0));
        (0..best).for_each(|_| network.step(&training, setting.eta));
        let by_network = network.predict(line.view());
        let coefficients = interpolant(kernel.view(), training.labels.view())?;
        let interpolated = matrix::product(line_kernel.view(), coefficients.view());

        rows.kind("slice").key(record! { n: slice.n, width: Some(width), seed: 0_u64, tau: Some(best) });
        for (i, &u) in us.iter().enumerate() {
            let [truth, _] = setting.diffusion.conditional_mean(slice.t, [u, slice.height]);
            rows.push(record! {
                /// First coordinate of a point on the line; what follows is the first coordinate of f there.
                u,
                truth,
                /// Of kernel regression after its best step.
                early: early[[i, 0]],
                /// Of kernel regression at its end.
                interpolant: interpolated[[i, 0]],
                /// Of a network after as many steps as `early`.
                net: by_network[[i, 0]],
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static DIFFUSION: Diffusion = Diffusion { first_time: 0.1, last_time: 1.0, mode_scale: 1.0, s: 0.15 };

    fn setting() -> Setting {
        Setting { diffusion: &DIFFUSION, eta: 1.5, n_test: 50, n_rec: 5, ends: [25, 60] }
    }

    fn run(cell: &impl Cell) -> Table {
        let mut rows = Rows::default();
        cell.run(&Streams::new("test"), &mut rows).unwrap();
        Table::stack([rows.into_columns()]).unwrap()
    }

    #[test]
    fn models_are_looked_at_after_the_same_steps() {
        assert_eq!(setting().recorded(60), [1, 3, 8, 10, 22, 25, 30, 60]);
        assert_eq!(setting().recorded(25), [1, 3, 8, 10, 22, 25]);
    }

    #[test]
    fn one_step_is_held_out_best_and_the_interpolant_fits() {
        let table = run(&KernelRun { n: 20, seed: 0, holdout: 0.2, tau_max: 60, setting: setting() });
        assert_eq!(table.with("holdout_choice", true).len(), 1);
        let losses = table.kind("kernel").column("train_loss");
        assert!(losses.windows(2).all(|pair| pair[1] < pair[0]));
        assert!(table.kind("interpolant").value("train_loss") < 1e-12);
    }

    #[test]
    fn network_and_kernel_share_their_points() {
        let net = run(&NetworkRun { n: 20, width: 20_000, seed: 1, tau_max: 3, setting: setting() });
        let kernel = run(&KernelRun { n: 20, seed: 1, holdout: 0.2, tau_max: 10, setting: setting() });
        for column in ["error", "train_loss"] {
            let [net, kernel] = [&net, &kernel].map(|table| table.with("tau", 3).value(column));
            assert!((net / kernel - 1.0).abs() < 0.1, "{column}: {net} {kernel}");
        }
        assert_eq!(net.with("tau", 3).value("noise_floor"), kernel.with("tau", 3).value("noise_floor"));
    }
}
