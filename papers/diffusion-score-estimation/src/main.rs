//! Neural Network-Based Score Estimation in Diffusion Models: Optimization and Generalization — Han, Razaviyayn, Xu
//! 2024, arXiv:2401.15604.
//!
//! Denoising score matching is regression of X_0 on (t, X_t), whose labels are noisy. A wide two-layer ReLU network
//! trained by gradient descent is compared with kernel regression by its tangent kernel, and both with the conditional
//! mean that they should learn.

mod claims;
mod diffusion;
mod figure;
mod kernel;
mod network;
mod runs;

use common::prelude::*;
use diffusion::Diffusion;
use runs::{KernelRun, Line, NetworkRun, Setting};

/// Networks, all on samples of the same size.
#[derive(Parameters)]
#[require(widths.iter().all(|width| width.is_multiple_of(2)), "even widths")]
pub struct Networks {
    /// Training points.
    n: usize,
    /// Neurons.
    #[rising]
    widths: Vec<usize>,
    /// Gradient steps.
    tau_max: usize,
    /// Runs for each width.
    seeds: u64,
}

/// Kernel regression.
#[derive(Parameters)]
pub struct Kernels {
    /// Training points.
    #[range(2..)]
    #[rising]
    n: Vec<usize>,
    /// Gradient steps.
    tau_max: usize,
    /// Runs for each number of training points.
    seeds: u64,
    /// Share of the training points on which the stopping time is chosen.
    #[range(..=0.5)]
    holdout: f64,
}

/// Estimates along a line, from one sample.
#[derive(Parameters)]
pub struct Slice {
    /// Training points.
    n: usize,
    /// Time.
    t: f64,
    /// Second coordinate.
    #[range(..)]
    height: f64,
    /// The first coordinate runs from minus this to this.
    reach: f64,
    /// Points on the line.
    #[range(2..)]
    points: usize,
}

/// The parameters.
#[derive(Parameters)]
#[require(kernels.n.contains(&networks.n), "sample sizes of the kernel among which is that of the networks")]
pub struct Config {
    #[flatten]
    diffusion: Diffusion,
    /// Rate of gradient descent.
    eta: f64,
    /// Recorded steps, evenly spaced in their logarithm, besides 10, 30 and 100.
    #[range(2..)]
    n_rec: usize,
    /// Test points, the same for all.
    n_test: usize,
    networks: Networks,
    kernels: Kernels,
    slice: Slice,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let &Config { ref diffusion, eta, n_rec, n_test, ref networks, ref kernels, ref slice } = config;
    let setting = Setting { diffusion, eta, n_test, n_rec, ends: [networks.tau_max, kernels.tau_max] };
    let &Networks { n, tau_max, .. } = networks;
    for &width in &networks.widths {
        plan.add((0..networks.seeds).map(|seed| NetworkRun { n, width, seed, tau_max, setting }));
    }
    let &Kernels { tau_max, holdout, .. } = kernels;
    for &n in &kernels.n {
        plan.add((0..kernels.seeds).map(|seed| KernelRun { n, seed, holdout, tau_max, setting }));
    }
    plan.add(networks.widths.last().map(|&width| Line { slice, width, tau_max, setting }));
}

common::paper!(Config, cells, figure::draw, claims::measure);
