//! Rules of descent compared on digits with rare features: robust averages suppress the directions that few examples of
//! a batch support.

use common::datasets::{DataSet, MNIST};
use common::networks::Batches;
use common::prelude::*;

use crate::digits::NoisyDigits;
use crate::features::{SparseExamples, add_vocabulary};
use crate::network::Network;
use crate::rules::Rule;
use crate::{Comparison, Digits, RareInputs, key};

/// What the digits have besides their pixels.
#[derive(Clone, Copy, Serialize)]
pub enum Features {
    /// Invented inputs.
    Rare(&'static RareInputs),
    /// Codes of patches.
    Vocabulary,
}

/// Training by one rule on digits with rare features.
#[derive(Serialize)]
pub struct Robust {
    pub features: Features,
    pub rule: Rule,
    pub noise: f64,
    pub digits: &'static Digits,
    pub comparison: &'static Comparison,
    /// Steps of all rules but the slow one.
    pub steps: usize,
    pub seed: u64,
}

/// The first steps that are recorded.
const FIRST_MARK: usize = 10;

impl Robust {
    fn slowness(&self) -> usize {
        if self.rule == Rule::Slow { self.comparison.slow_factor } else { 1 }
    }

    /// The recorded steps, for slow descent as dense in log step as for the others.
    fn marks(&self) -> Vec<usize> {
        let first = FIRST_MARK.min(self.steps) as f64;
        let (end, last) = (self.steps as f64, (self.slowness() * self.steps) as f64);
        let longer = if end > first { ln(last / first) / ln(end / first) } else { 1.0 };
        let intervals = ((self.comparison.robust_marks - 1) as f64 * longer).round() as usize;
        distinct(geomspace(first, last, 1 + intervals).into_iter().map(|step| step.round() as usize))
    }

    /// The name of the task, and training and test images with its features.
    fn task(&self, digits: &NoisyDigits, random: &Streams) -> (&'static str, [SparseExamples; 2]) {
        let NoisyDigits { train, test, .. } = digits;
        match self.features {
            Features::Rare(rare) => {
                let mut random = random.open("rare inputs", self.seed);
                ("robust", [train, test].map(|examples| rare.add(examples.inputs.view(), &mut random)))
            }
            Features::Vocabulary => ("vocabulary", add_vocabulary(train, test)),
        }
    }
}

impl Cell for Robust {
    fn cost(&self) -> f64 {
        let &Comparison { robust_marks, robust_hidden, robust_batch, .. } = self.comparison;
        // Multiples of a forward pass, of which winsorization takes more at a higher level.
        let passes = 5.0 + 0.7 * self.rule.name_and_level().1 as f64;
        let trained = passes * (self.slowness() * self.steps * robust_batch) as f64;
        let examples = trained + robust_marks as f64 * self.digits.images();
        // About a third of the pixels are not blank.
        0.02 + 1.25e-10 * examples * (0.35 * self.digits.pixels() + 10.0) * (robust_hidden as f64 + 10.0)
    }

    fn memory(&self) -> f64 {
        let (images, pixels) = (self.digits.images(), self.digits.pixels());
        let inputs = match self.features {
            Features::Rare(rare) => pixels + rare.rare as f64,
            Features::Vocabulary => 400.0 * pixels,
        };
        20.0 * images * pixels + 16.0 * inputs * (self.comparison.robust_hidden as f64 + 16.0)
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Robust { rule, noise, comparison, seed, .. } = self;
        let &Comparison { robust_hidden, robust_batch, robust_lr, .. } = comparison;
        let digits = self.digits.sample(noise, random, seed)?;
        let (name, [train, test]) = self.task(&digits, random);
        // By task and seed only: all rules start from the same weights and see the same batches.
        let [mut weights, mut order] = ["weights", "batches"].map(|what| random.open(&format!("{name} {what}"), seed));
        let mut network = Network::sample(train.inputs, robust_hidden, (rule, robust_batch), &mut weights);
        let mut batches = Batches::new(0..train.len(), robust_batch);
        let rate = robust_lr / self.slowness() as f64;
        rows.key(key(name, noise, rule.name_and_level(), rate, seed));
        let mut done = 0;
        for step in self.marks() {
            for _ in done..step {
                network.step(&train, &digits.given, batches.next(&mut order), rate as f32);
            }
            done = step;
            rows.push(record! { step }.and(digits.fits(&network.predict(&train)?, &network.predict(&test)?)));
        }
        Ok(())
    }
}
