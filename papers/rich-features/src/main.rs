//! Rich Feature Construction for the Optimization-Generalization Dilemma — Zhang, Lopez-Paz, Bottou 2022,
//! arXiv:2203.15516, Table 1.
//!
//! Penalties that are to make a network ignore what holds in some environments only (here: colour) leave it lost if it
//! starts from random weights. They work if it starts from features that are known to be there: one round of training
//! finds the easy one, the next one, on the worse of what the first got right and wrong, another one.

mod claims;
mod digits;
mod figure;
mod network;
mod objective;
mod rich;

use common::datasets::{DataSet, MNIST};
use common::networks::Tape;
use common::prelude::*;
use digits::{ColoredDigits, Digits, Examples};
use network::{Network, Recipe};
use objective::Objective;
use rich::{RichFeatures, Rounds};

/// Images that MNIST has to train on.
const IMAGES: usize = 60_000;

/// Steps between two looks at the test examples.
const RECORDED: usize = 10;

/// Training with and without a penalty.
#[derive(Parameters)]
pub struct Penalties {
    /// Steps where all layers are trained.
    #[range(0..)]
    ood_steps: usize,
    /// Steps where the head alone is.
    #[range(0..)]
    cf_steps: usize,
    /// IRMv1 takes so many times the steps.
    irm_times: usize,
    /// Steps without penalty at the beginning of a run with ERM pre-training; no more than ood_steps count.
    #[range(0..)]
    anneal_steps: usize,
    /// Weight of vREx: lambda.
    #[range(0.0..)]
    lambda_vrex: f64,
    /// Weight of IRMv1: lambda.
    #[range(0.0..)]
    lambda_irm: f64,
}

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    #[flatten]
    digits: Digits,
    #[flatten]
    recipe: Recipe,
    #[flatten]
    rounds: Rounds,
    #[flatten]
    penalties: Penalties,
    /// Seeds of images, labels, colours, weights and the resampling before the synthesis.
    #[range(0..)]
    #[distinct]
    seeds: Vec<u64>,
}

/// All networks of a seed: the rounds cost a sixth of it, and most others start from them.
#[derive(Serialize)]
struct Run {
    seed: u64,
    digits: &'static Digits,
    recipe: &'static Recipe,
    rounds: &'static Rounds,
    penalties: &'static Penalties,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { digits, recipe, rounds, penalties, seeds } = config;
    plan.add(seeds.iter().map(|&seed| Run { seed, digits, recipe, rounds, penalties }));
}

/// What a network is trained for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Method {
    /// Risk extrapolation.
    Vrex,
    /// Invariant risk minimisation.
    Irm,
    /// No penalty.
    Erm,
    /// No penalty, and colours that say nothing.
    Oracle,
    /// Ordinary training, cut short.
    Round0,
    /// The worse of what round 0 got right and wrong.
    Round1,
}

/// What a network starts from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Start {
    /// Random weights.
    Rand,
    /// Random weights, and steps without penalty.
    Erm,
    /// Rich features.
    Rfc,
    /// Rich features, which stay as they are.
    RfcFrozen,
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        let (digits, hidden) = (self.digits, self.recipe.hidden as f64);
        let Rounds { erm_steps, rfc_steps, syn_steps } = *self.rounds;
        let &Penalties { ood_steps, cf_steps, irm_times, .. } = self.penalties;
        let times = irm_times as f64;
        let full = (5.0 + 3.0 * times) * ood_steps as f64 + (erm_steps + rfc_steps) as f64 + syn_steps as f64;
        let of_head = (2.0 + times) * cf_steps as f64;
        let weights = (digits.inputs() as f64 + 1.5 * hidden + 50.0) * hidden;
        let examples = digits.trained() as f64 + 0.03 * digits.n_test as f64;
        0.02 + 2e-6 * (full + of_head) + 2.7e-11 * examples * (full * weights + of_head * 10.0 * hidden)
    }

    fn memory(&self) -> f64 {
        let (examples, inputs) = (self.digits.trained() as f64, self.digits.inputs() as f64);
        let hidden = self.recipe.hidden as f64;
        // Values and gradients of three networks and a half at once, each with its optimizer.
        let networks = 3.5 * examples * (inputs + 8.0 * hidden + 8.0) + 20.0 * hidden * (inputs + hidden);
        let points = (3.0 * self.penalties.ood_steps as f64 + self.penalties.cf_steps as f64) / RECORDED as f64;
        self.digits.memory() + 4.0 * (networks + 3.0 * examples * hidden) + 200.0 * points
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Run { seed, recipe, rounds, .. } = self;
        rows.key(record! { seed });
        let ColoredDigits { train, oracle, test } = self.digits.sample(seed, random)?;
        let initial = |tape: &Tape<f32>| tape.initial(&mut random.open("random start", seed));
        self.compare((Method::Oracle, Start::Rand), [&oracle, &test], initial, rows);
        for method in [Method::Erm, Method::Vrex, Method::Irm] {
            self.compare((method, Start::Rand), [&train, &test], initial, rows);
        }
        for method in [Method::Vrex, Method::Irm] {
            self.compare((method, Start::Erm), [&train, &test], initial, rows);
        }

        let mut rich = RichFeatures::construct(*recipe, *rounds, &train, seed, random);
        judge_rounds(&mut rich, [&train, &test], rows);
        for method in [Method::Vrex, Method::Irm] {
            self.compare((method, Start::Rfc), [&train, &test], |_| rich.start(), rows);
        }
        let [train, test] = [&train, &test].map(|examples| rich.see(examples));
        for method in [Method::Erm, Method::Vrex, Method::Irm] {
            self.compare((method, Start::RfcFrozen), [&train, &test], |_| rich.head(), rows);
        }
        Ok(())
    }
}

impl Run {
    /// Trains a network and writes its accuracies, those of vREx also on the way.
    fn compare(
        &self,
        (method, init): (Method, Start),
        [train, test]: [&Examples; 2],
        start: impl FnOnce(&Tape<f32>) -> Vec<f32>,
        rows: &mut Rows,
    ) {
        let &Penalties { ood_steps, cf_steps, irm_times, anneal_steps, lambda_vrex, lambda_irm } = self.penalties;
        let hidden = self.recipe.hidden;
        let (widths, steps) = match init {
            Start::RfcFrozen => (vec![hidden, 1], cf_steps),
            _ => (vec![self.digits.inputs(), hidden, hidden, 1], ood_steps),
        };
        let (objective, steps) = match method {
            Method::Vrex => (Objective::Variance(lambda_vrex), steps),
            Method::Irm => (Objective::Invariance(lambda_irm), irm_times * steps),
            _ => (Objective::Sum, steps),
        };
        let plain = if init == Start::Erm { anneal_steps } else { 0 };
        let mut network = Network::new(*self.recipe, train.inputs.nrows(), &widths, start);
        let mut record = |step: usize, network: &mut Network| {
            if method == Method::Vrex {
                let test_acc = network.accuracy(test);
                rows.kind("curves").push(record! { method, init, test_acc, /** Steps done. */ step });
            }
        };
        for step in (0..steps).step_by(RECORDED) {
            record(step, &mut network);
            let next = (step + RECORDED).min(steps);
            network.train(train, (step..next).map(|t| if t < plain { Objective::Sum } else { objective }));
        }
        record(steps, &mut network);
        rows.kind("results").push(accuracies(method, init, &mut network, [train, test]));
    }
}

/// What a network has come to.
fn accuracies(method: Method, init: Start, network: &mut Network, [train, test]: [&Examples; 2]) -> Record {
    record! {
        /// vrex, irm or erm: training with one of the penalties or none; oracle: without, colours saying nothing;
        /// round0 and round1: the two rounds before the synthesis.
        method,
        /// Start from random weights (rand), also with steps without penalty (erm), or from rich features, which are
        /// trained (rfc) or stay as they are (rfc_frozen).
        init,
        /// Share of right answers on the test examples, whose colours mislead and whose labels have noise.
        test_acc: network.accuracy(test),
        /// Share of right answers on the examples of training, all environments together.
        train_acc: network.accuracy(train),
    }
}

/// Writes the accuracies of the two rounds.
fn judge_rounds(rich: &mut RichFeatures, [train, test]: [&Examples; 2], rows: &mut Rows) {
    let [first, second] = &mut rich.rounds;
    let [right, wrong] = rich.groups.each_ref().map(|group| second.accuracy(&train.regrouped([group, &[]])));
    rows.kind("results").push(accuracies(Method::Round0, Start::Rand, first, [train, test]));
    rows.push(accuracies(Method::Round1, Start::Rand, second, [train, test]).and(record! {
        /// Accuracy of round 1 on the training examples that round 0 got right.
        acc_right: right,
        /// The same on those that round 0 got wrong.
        acc_wrong: wrong,
    }));
}

common::paper!(Config, cells, figure::draw, claims::measure);
