//! Wide and Deep Neural Networks Achieve Optimality for Classification — Radhakrishnan, Belkin, Uhler
//! 2022, arXiv:2204.14126.
//!
//! The kernel machine of an infinitely wide network is followed to great depth on data on a sphere. It
//! becomes the nearest-neighbour rule, the majority vote or a smoother with a singular kernel, and the
//! last is Bayes optimal for many samples if the exponent of its singularity is the dimension.

mod activation;
mod claims;
mod classifiers;
mod figure;
mod kernel;
mod spheres;

use activation::Activation;
use classifiers::{DeepMachine, hilbert_estimate, limit_classifier, majority_vote, nearest_neighbor};
use common::prelude::*;
use kernel::LimitKernel;
use spheres::{Points, Population, agreement};

/// The machines of growing depth (panel a).
#[derive(Parameters)]
struct Sweep {
    /// Training points of the depth sweep.
    n_train: usize,
    /// Test points of the depth sweep.
    n_test: usize,
    /// Numbers of layers L.
    #[rising]
    depths: Vec<usize>,
    /// Added to the diagonal of the kernel matrix in the depth sweep.
    #[range(0.0..)]
    jitter: f64,
}

/// The parameters.
#[derive(Parameters)]
#[require(optimal.iter().all(Activation::is_singular), "an activation with a singular limit")]
#[require(singular.iter().all(Activation::is_singular), "activations with a singular limit")]
pub struct Config {
    #[flatten]
    population: Population,
    /// Activation of the machines that should tend to the Bayes optimum; if null one of exponent a = d.
    optimal: Option<Activation>,
    /// Data sets.
    seeds: u64,
    #[flatten]
    sweep: Sweep,
    /// Activations whose limit kernels are drawn against the distance.
    #[distinct]
    singular: Vec<Activation>,
    /// Distances at which the limit kernels are evaluated, evenly spaced in log r from 1e-5 to 1.
    #[range(5..)]
    radii: usize,
    /// Training points for the approach to the Bayes accuracy.
    #[rising]
    ns: Vec<usize>,
    /// Test points for the approach to the Bayes accuracy.
    n_test_c: usize,
}

impl Config {
    /// The activation of exponent d, or the one that takes its place.
    fn optimal(&self) -> Activation {
        self.optimal.unwrap_or(Activation::of_exponent(self.population.dim))
    }

    /// The most training points for the approach to the Bayes accuracy.
    fn largest_n(&self) -> usize {
        self.ns[self.ns.len() - 1]
    }
}

/// Kernel machines of growing depth, on one data set.
///
/// Here and in [`Accuracies`], seed s has the same training and test points whatever their numbers, of which each cell
/// takes the first.
#[derive(Serialize)]
struct DepthSweep {
    activation: Activation,
    population: &'static Population,
    seed: u64,
    sweep: &'static Sweep,
}

/// A limit kernel against the distance.
#[derive(Serialize)]
struct Singularity {
    activation: Activation,
    /// Number of distances.
    radii: usize,
}

/// The classifier of infinite depth and the classical ones, on one data set.
#[derive(Serialize)]
struct Accuracies {
    activation: Activation,
    population: &'static Population,
    seed: u64,
    n: usize,
    n_test: usize,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let &Config { ref population, seeds, ref sweep, radii, n_test_c: n_test, .. } = config;
    let optimal = config.optimal();
    for seed in 0..seeds {
        let machine = |activation| DepthSweep { activation, population, seed, sweep };
        plan.add([optimal, Activation::Herm2, Activation::Shift].map(machine));
    }
    plan.add(config.singular.iter().map(|&activation| Singularity { activation, radii }));
    for &n in &config.ns {
        plan.add((0..seeds).map(|seed| Accuracies { activation: optimal, population, seed, n, n_test }));
    }
}

/// Training and test points of a seed.
fn sample(population: &Population, seed: u64, (n, n_test): (usize, usize), random: &Streams) -> (Points, Points) {
    let train = population.sample(n, &mut random.open("train", seed));
    (train, population.sample(n_test, &mut random.open("test", seed)))
}

impl Cell for DepthSweep {
    fn cost(&self) -> f64 {
        let (n, solves) = (self.sweep.n_train as f64, self.sweep.depths.len() as f64);
        let entries = n * (n / 2.0 + self.sweep.n_test as f64);
        let deepest = self.sweep.depths.last().copied().unwrap_or(0) as f64;
        entries * (2e-9 * deepest + 8e-9 * solves) + solves * n * n * n / 10e9
    }

    fn memory(&self) -> f64 {
        // The kernel matrix, its factor, and the entries that go through the layers.
        let (n, n_test) = (self.sweep.n_train as f64, self.sweep.n_test as f64);
        16.0 * n * n + 16.0 * (n * n / 2.0 + n * n_test)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &DepthSweep { activation, population, seed, sweep } = self;
        let (train, test) = sample(population, seed, (sweep.n_train, sweep.n_test), random);
        let nearest = nearest_neighbor(&train, &test)?;
        let hilbert = hilbert_estimate(&train, &test, population.dim);
        let majority = majority_vote(&train, &test);
        let limit = match LimitKernel::new(activation) {
            Some(_) if activation.has_exponent(population.dim) => hilbert.clone(),
            Some(kernel) => limit_classifier(&train, &test, &kernel),
            None if activation == Activation::Herm2 => nearest.clone(),
            None => majority.clone(),
        };
        let mut machine = DeepMachine::new(activation, &train, &test, sweep.jitter);
        let mut layers = 0;
        for &depth in &sweep.depths {
            while layers < depth {
                machine.deepen();
                layers += 1;
            }
            let predictions = machine.predict()?;
            rows.key(record! {
                /// A: depth sweep; B: limit kernels; C: accuracies.
                panel: "A",
                /// Activation, or the name of a classical classifier or accuracy.
                activation,
                /// Training points.
                n: sweep.n_train,
                /// Layers; 0 is the limit of infinite depth.
                depth,
                /// Number of the data set.
                seed,
                /// Distance of two points.
                r: None::<f64>,
            });
            rows.push(record! {
                /// A: accuracy; B: ln G; C: expected accuracy at the test points.
                value: test.accuracy(&predictions),
                /// Share of test points on which the limit classifier that theory predicts agrees; in C the Hilbert
                /// estimate.
                agree_limit: agreement(&predictions, &limit),
                /// Share of test points on which the nearest-neighbour rule agrees.
                agree_nn: agreement(&predictions, &nearest),
                /// Share of test points on which the Hilbert estimate agrees.
                agree_hilbert: agreement(&predictions, &hilbert),
                /// Share of test points on which the majority vote agrees.
                agree_majority: agreement(&predictions, &majority),
            });
        }
        Ok(())
    }
}

impl Cell for Singularity {
    fn cost(&self) -> f64 {
        1e-6 * self.radii as f64
    }

    fn run(&self, _: &Streams, rows: &mut Rows) -> Result<()> {
        let limit = LimitKernel::new(self.activation).context("the limit is no singular kernel")?;
        rows.key(record! { panel: "B", activation: self.activation });
        for k in 0..self.radii {
            let r = pow(10.0, -5.0 + 5.0 * k as f64 / (self.radii - 1) as f64);
            rows.push(record! { r, value: limit.ln_at_squared_distance(r * r) });
        }
        Ok(())
    }
}

impl Cell for Accuracies {
    fn cost(&self) -> f64 {
        40e-9 * self.n as f64 * self.n_test as f64
    }

    fn memory(&self) -> f64 {
        8.0 * (self.population.dim as f64 + 4.0) * (self.n as f64 + self.n_test as f64)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let (train, test) = sample(self.population, self.seed, (self.n, self.n_test), random);
        let limit = LimitKernel::new(self.activation).context("the limit is no singular kernel")?;
        let singular = limit_classifier(&train, &test, &limit);
        let hilbert = hilbert_estimate(&train, &test, self.population.dim);
        rows.key(record! { panel: "C" });
        let mut add = |activation: &str, value: f64, agree_limit: Option<f64>| {
            rows.push(record! { activation, n: self.n, depth: 0, seed: self.seed, value, agree_limit });
        };
        let agree = Some(agreement(&singular, &hilbert));
        add(&self.activation.name(), test.conditional_accuracy(&singular), agree);
        for (name, predictions) in [
            ("1nn", nearest_neighbor(&train, &test)?),
            ("majority", majority_vote(&train, &test)),
            ("hilbert", hilbert),
        ] {
            add(name, test.conditional_accuracy(&predictions), None);
        }
        add("bayes", test.bayes_accuracy(), None);
        add("cover_hart", test.cover_hart_accuracy(), None);
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
