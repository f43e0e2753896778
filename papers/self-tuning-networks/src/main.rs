//! Self-Tuning Networks: Bilevel Optimization of Hyperparameters using Structured Best-Response Functions — MacKay,
//! Vicol, Lorraine, Duvenaud, Grosse 2019, arXiv:1903.03088.
//!
//! A network learns not one set of weights but how its weights respond to its hyperparameters, by gates in each layer.
//! Through this response the hyperparameters descend the validation loss while the weights are trained. Dropout rates
//! of a perceptron are tuned so, and, where the exact response is known, the penalty of a ridge regression.

mod claims;
mod digits;
mod figure;
mod network;
mod responses;
mod ridge;
mod training;

use common::datasets::{DataSet, MNIST};
use common::networks::Adam;
use common::prelude::*;
use digits::Digits;
use network::RATES;
use responses::Form;
use ridge::Ridge;
use training::{Recipe, Training, Tuning};

/// The check against the exact best response.
#[derive(Parameters)]
pub struct RidgeRuns {
    #[flatten]
    settings: ridge::Settings,
    /// Log penalties to start from.
    #[range(-8.0..=5.0)]
    #[rising]
    starts: Vec<f64>,
    /// Standard deviations of the perturbations of the log penalty.
    #[range(0.0..)]
    #[rising]
    sigmas: Vec<f64>,
    /// Regressions.
    seeds: u64,
}

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    ridge: RidgeRuns,
    #[flatten]
    recipe: Recipe,
    #[flatten]
    tuning: Tuning,
    /// Dropout rates that self-tuning networks start from, the same for inputs and hidden units.
    #[range(..=0.97)]
    #[rising]
    starts: Vec<f64>,
    /// Dropout rates of networks that keep them.
    #[range(0.0..=0.97)]
    #[rising]
    fixed: Vec<f64>,
    /// Runs of the networks, each with its own images and initial weights.
    seeds: u64,
}

impl Config {
    /// The start whose schedule is replayed: the one in the middle.
    fn replayed(&self) -> f64 {
        self.starts[self.starts.len() / 2]
    }
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { ridge, recipe, tuning, starts, fixed, seeds } = config;
    let replayed = config.replayed();
    for seed in 0..*seeds {
        plan.add(starts.iter().map(|&start| Tuned { seed, start, replayed: start == replayed, tuning, recipe }));
        plan.add(fixed.iter().map(|&rate| Fixed { seed, rate, recipe }));
    }
    let RidgeRuns { settings, starts, sigmas, seeds } = ridge;
    plan.add([ExactRidge { seed: 0, settings }]);
    for seed in 0..*seeds {
        for (form, &sigma) in Form::ALL.into_iter().flat_map(|form| sigmas.iter().map(move |sigma| (form, sigma))) {
            plan.add(starts.iter().map(|&start| TunedRidge { form, seed, start, sigma, settings }));
        }
    }
}

/// What a row belongs to.
fn key(part: &str, method: &str, seed: u64, start: f64, sigma: Option<f64>) -> Record {
    record! {
        /// Experiment: perceptron with dropout (mlp) or ridge regression (ridge).
        part,
        /// mlp: self-tuned rates (stn), rates that stay (fixed), the schedule of the self-tuned ones in a plain network
        /// (replay), their last values in a plain network (final-fixed); ridge: form of the response, exact: not learned.
        method,
        /// Run: images and initial weights, or the regression.
        seed,
        /// Where the hyperparameters start, or stay; mlp: both dropout rates, ridge: the log penalty.
        start,
        /// Standard deviation of the perturbations; empty where nothing is tuned.
        sigma,
    }
}

/// Training with both dropout rates tuned.
#[derive(Serialize)]
struct Tuned {
    seed: u64,
    start: f64,
    /// Whether its schedule is then replayed in a plain network.
    replayed: bool,
    tuning: &'static Tuning,
    recipe: &'static Recipe,
}

impl Cell for Tuned {
    fn cost(&self) -> f64 {
        self.recipe.seconds(true) + if self.replayed { 2.0 * self.recipe.seconds(false) } else { 0.0 }
    }

    fn memory(&self) -> f64 {
        self.recipe.memory()
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Tuned { seed, start, replayed, tuning, recipe } = self;
        let &Tuning { sigma, lr_hyper, warm_up, train_steps } = tuning;
        let digits = Digits::draw(recipe.sizes, &mut random.open("digits", seed))?;
        let begin = |method, gated| Training::start(recipe, &digits, gated, start, method, seed, random);

        rows.key(key("mlp", "stn", seed, start, Some(sigma)));
        let (mut training, mut adam) = (begin("stn", true), Adam::new(RATES));
        let mut schedule = Vec::with_capacity(recipe.steps);
        training.run(rows, |training, step| {
            schedule.push(training.hyperparameters());
            training.step(sigma);
            if step > warm_up && step.is_multiple_of(train_steps) {
                training.tune(&mut adam, lr_hyper);
            }
        });
        if replayed {
            let last = training.hyperparameters();
            for (method, schedule) in [("replay", schedule), ("final-fixed", vec![last; recipe.steps])] {
                rows.key(key("mlp", method, seed, start, None));
                begin(method, false).run(rows, |training, step| {
                    training.set_hyperparameters(schedule[step - 1]);
                    training.step(0.0);
                });
            }
        }
        Ok(())
    }
}

/// Training with dropout rates that stay.
#[derive(Serialize)]
struct Fixed {
    seed: u64,
    rate: f64,
    recipe: &'static Recipe,
}

impl Cell for Fixed {
    fn cost(&self) -> f64 {
        self.recipe.seconds(false)
    }

    fn memory(&self) -> f64 {
        self.recipe.memory()
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Fixed { seed, rate, recipe } = self;
        let digits = Digits::draw(recipe.sizes, &mut random.open("digits", seed))?;
        rows.key(key("mlp", "fixed", seed, rate, None));
        let mut training = Training::start(recipe, &digits, false, rate, "fixed", seed, random);
        training.run(rows, |training, _| training.step(0.0));
        Ok(())
    }
}

/// The curve of the exact best response of one regression.
#[derive(Serialize)]
struct ExactRidge {
    seed: u64,
    settings: &'static ridge::Settings,
}

/// Points of that curve.
const POINTS: usize = 66;

impl Cell for ExactRidge {
    fn cost(&self) -> f64 {
        self.settings.seconds(false)
    }

    fn memory(&self) -> f64 {
        self.settings.memory()
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let ridge = Ridge::draw(self.settings, &mut random.open("ridge", self.seed))?;
        let [low, high] = ridge::RANGE;
        for log_penalty in linspace(low, high, POINTS) {
            rows.key(key("ridge", "exact", self.seed, log_penalty, None));
            rows.push(ridge.record(0, log_penalty)?);
        }
        Ok(())
    }
}

/// Self-tuning of the penalty of a ridge regression.
#[derive(Serialize)]
struct TunedRidge {
    form: Form,
    seed: u64,
    start: f64,
    sigma: f64,
    settings: &'static ridge::Settings,
}

impl Cell for TunedRidge {
    fn cost(&self) -> f64 {
        self.settings.seconds(true)
    }

    fn memory(&self) -> f64 {
        self.settings.memory()
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &TunedRidge { form, seed, start, sigma, settings } = self;
        let ridge = Ridge::draw(settings, &mut random.open("ridge", seed))?;
        let mut noise = random.open(&format!("ridge tuning {form:?} {start} {sigma}"), seed);
        let end = ridge.self_tune(settings, form, start, sigma, &mut noise);
        rows.key(key("ridge", &Value::of(&form).to_string(), seed, start, Some(sigma)));
        rows.push(ridge.record(settings.steps, end)?);
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
