//! Feature Learning in Infinite-Width Neural Networks — Yang, Hu 2020, arXiv:2011.14522, few-shot accuracy of MAML
//! against width.
//!
//! A linear network with one hidden layer is meta-trained to classify images after seeing one of each class. In the
//! maximal update parametrisation its features move at every width, and the limit of infinite width is a network that
//! can be trained exactly; in the NTK parametrisation the features freeze and the limit is a kernel method.

mod claims;
mod classes;
mod figure;
mod meta_learning;
mod network;
mod tasks;

use classes::{CLASSES, Classes, META_TEST_CLASSES, PER_CLASS, SIDE};
use common::datasets::{DataSet, FASHION_MNIST, MNIST};
use common::prelude::*;
use meta_learning::{MetaLearning, meta_test, meta_train};
use network::{Initial, LinearNetwork, Parametrisation};
use tasks::{TaskShape, Tasks};

/// What all networks have in common.
#[derive(Parameters)]
#[require(SIDE.is_multiple_of(pool), "1, 2, 4, 7, 14 or 28, which divide 28")]
#[require(shape.shots + shape.query_shots <= per_class, "enough images of a class for a task")]
#[require(shape.ways <= META_TEST_CLASSES, "at most the classes kept for the meta-test")]
pub struct Setting {
    #[flatten]
    shape: TaskShape,
    /// Side of the squares of pixels that are averaged; divides 28.
    pool: usize,
    /// Images of each class, the first of their set.
    #[range(2..=PER_CLASS)]
    per_class: usize,
    /// Constant input beside the pixels, alpha; 0 for no bias.
    #[range(0.0..)]
    bias: f64,
    #[flatten]
    learning: MetaLearning,
    /// Tasks of the meta-test, the same for all runs.
    test_tasks: usize,
}

impl Setting {
    /// Pixels of an image: d.
    fn pixels(&self) -> usize {
        (SIDE / self.pool) * (SIDE / self.pool)
    }

    /// Seconds to train and test some networks with so many hidden units together.
    fn cost(&self, networks: usize, units: usize) -> f64 {
        let tasks = (self.learning.steps * self.learning.task_batch + 2 * self.test_tasks) as f64;
        let images = tasks * (self.shape.supports() + self.shape.queries()) as f64;
        images * (5e-7 * networks as f64 + units as f64 * (3.0 * self.pixels() as f64 + 100.0) / 6e10)
    }

    /// Bytes for the images and one network.
    fn memory(&self) -> f64 {
        let inputs = self.pixels() as f64;
        let tasks = (self.test_tasks + self.learning.task_batch) as f64;
        let images = (CLASSES * self.per_class) as f64 + tasks * (self.shape.supports() + self.shape.queries()) as f64;
        4.0 * (2.0 * images * inputs + 10.0 * inputs * inputs)
    }
}

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    #[flatten]
    setting: Setting,
    #[flatten]
    initial: Initial,
    /// Widths n of the networks in the maximal update parametrisation.
    #[rising]
    widths: Vec<usize>,
    /// Widths n of the networks in the NTK parametrisation.
    #[rising]
    ntk_widths: Vec<usize>,
    /// Runs, each with its own training tasks and initial weights.
    seeds: u64,
}

/// Networks of all widths in one parametrisation, and their limit.
#[derive(Serialize)]
struct Run {
    parametrisation: Parametrisation,
    widths: &'static [usize],
    seed: u64,
    setting: &'static Setting,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { setting, initial, widths, ntk_widths, seeds } = config;
    for (parametrisation, widths) in [(Parametrisation::Mup(initial), widths), (Parametrisation::Ntk, ntk_widths)] {
        plan.add((0..*seeds).map(|seed| Run { parametrisation, widths, seed, setting }));
    }
}

/// What a run needs besides its network. The same seed gives the same training tasks, whatever the network.
struct Trial<'a> {
    setting: &'a Setting,
    random: &'a Streams,
    seed: u64,
    meta_train: Classes,
    test: Tasks,
}

impl<'a> Trial<'a> {
    fn new(setting: &'a Setting, random: &'a Streams, seed: u64) -> Result<Trial<'a>> {
        let mut test = Tasks::new(setting.shape, setting.test_tasks, setting.pixels() + 1);
        test.draw(&Classes::meta_test(setting)?, &mut random.open("test tasks", 0));
        Ok(Trial { setting, random, seed, meta_train: Classes::meta_train(setting)?, test })
    }

    /// Tests a network as it is.
    fn test(&self, network: &LinearNetwork) -> Outcome {
        let MetaLearning { inner_rate, inner_steps_test, inner_steps_long, .. } = self.setting.learning;
        let after = |steps| meta_test(network, &self.test, steps, inner_rate);
        let (logits, logits_long) = (after(inner_steps_test), after(inner_steps_long));
        Outcome { logits, logits_long, kernel_change: 0.0 }
    }

    /// Meta-trains a network and tests it.
    fn train_and_test(&self, mut network: LinearNetwork) -> Result<Outcome> {
        let before = network.feature_kernel();
        let mut tasks = self.random.open("training tasks", self.seed);
        meta_train(&mut network, &self.setting.learning, self.setting.shape, &self.meta_train, &mut tasks)?;
        let kernel_change = relative_distance(&network.feature_kernel(), &before);
        Ok(Outcome { kernel_change, ..self.test(&network) })
    }

    /// What is recorded of a network, and of its distance from the limit that it is compared with.
    fn row(&self, param: &str, width: Option<usize>, outcome: &Outcome, limit: Option<&Outcome>) -> Record {
        record! {
            /// mup, ntk: networks in these parametrisations; mup_limit, linear_ntk: their limits; linear_kernel: the
            /// limit of ntk before meta-training.
            param,
            /// Hidden units n; empty for limits.
            width,
            /// Run: training tasks and initial weights.
            seed: self.seed,
            /// Share of the queries of the meta-test that are classified correctly.
            accuracy: self.test.accuracy(&outcome.logits),
            /// The same after the longer adaptation.
            accuracy_long: self.test.accuracy(&outcome.logits_long),
            /// Frobenius distance of the meta-test's logits from those of mup_limit, over the norm of those.
            logit_distance: limit.map(|limit| relative_distance(&outcome.logits, &limit.logits)),
            /// Change of U'U, the kernel of the hidden features, in meta-training, over its norm before.
            kernel_change: outcome.kernel_change,
        }
    }
}

/// What came of a network.
struct Outcome {
    /// Logits of all queries of the meta-test.
    logits: Array2<f32>,
    /// The same after the longer adaptation.
    logits_long: Array2<f32>,
    /// Change of the feature kernel in meta-training, over its norm before.
    kernel_change: f64,
}

/// ‖A − B‖ / ‖B‖ in Frobenius norms.
fn relative_distance(a: &Array2<f32>, b: &Array2<f32>) -> f64 {
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>().sqrt();
    let distance = norm(&mut a.iter().zip(b).map(|(&a, &b)| f64::from(a) - f64::from(b)));
    distance / norm(&mut b.iter().map(|&b| f64::from(b)))
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        let most = self.setting.pixels() + self.setting.shape.ways;
        let units: usize = self.widths.iter().map(|&width| width.min(most)).sum();
        self.setting.cost(self.widths.len() + 1, units + most)
    }

    fn memory(&self) -> f64 {
        self.setting.memory()
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST, &FASHION_MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Run { parametrisation, widths, seed, setting } = self;
        let (d, o) = (setting.pixels(), setting.shape.ways);
        let trial = Trial::new(setting, random, seed)?;
        let untrained = LinearNetwork::limit(parametrisation, d, o);
        if let Parametrisation::Ntk = parametrisation {
            rows.push(trial.row("linear_kernel", None, &trial.test(&untrained), None));
        }
        let limit = trial.train_and_test(untrained)?;
        let (param, param_of_limit, reference) = match parametrisation {
            Parametrisation::Mup(_) => ("mup", "mup_limit", Some(&limit)),
            // Networks of finite width start from a random function that the limit here goes without.
            Parametrisation::Ntk => ("ntk", "linear_ntk", None),
        };
        rows.push(trial.row(param_of_limit, None, &limit, None));
        for &width in widths {
            let mut weights = random.open(&format!("{param} {width} weights"), seed);
            let network = LinearNetwork::sample(parametrisation, width, d, o, &mut weights);
            rows.push(trial.row(param, Some(width), &trial.train_and_test(network)?, reference));
        }
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
