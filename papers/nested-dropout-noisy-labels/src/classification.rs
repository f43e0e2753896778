//! Training on noisy labels, alone and then in pairs, and what comes of it by numbers of features.

use common::datasets::{DataSet, Examples, MNIST};
use common::networks::Batches;
use common::prelude::*;

use crate::co_teaching::CoTeaching;
use crate::compression::{Compression, grid};
use crate::digits::{Digits, NoisyDigits};
use crate::network::{Network, Student, Training};

/// Features at which a nested network is looked at, besides all.
const CUTS: [usize; 9] = [1, 2, 4, 6, 8, 10, 14, 20, 40];

/// Networks with one kind of compression.
#[derive(Serialize)]
pub struct Classification {
    pub compression: Compression,
    pub co_teaching: Option<&'static CoTeaching>,
    pub training: &'static Training,
    pub digits: &'static Digits,
    pub seed: u64,
}

impl Cell for Classification {
    fn cost(&self) -> f64 {
        let &Classification { co_teaching, training, digits, .. } = self;
        let images = digits.n_train as f64;
        // In images that are trained on; a forward pass is a third of a step.
        let trained = match co_teaching {
            None => training.epochs as f64 * images,
            Some(co_teaching) => 2.0 * (training.epochs as f64 + co_teaching.co_epochs as f64) * images,
        };
        (trained + digits.images()) * (6e-11 * training.parameters() + 1e-6)
    }

    fn memory(&self) -> f64 {
        let &Classification { training, digits, .. } = self;
        let pixels = crate::digits::PIXELS as f64;
        // Images are copied once.
        digits.images() * (8.0 * pixels + 4.0 * training.features as f64 + 200.0)
            + training.memory()
            + 8.0 * training.epochs as f64 * digits.n_train as f64 / training.bs as f64
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Classification { compression, co_teaching, training, seed, .. } = self;
        let digits = self.digits.draw(random, seed)?;
        let mut network = Network::new(training);
        let name = match compression {
            Compression::None => "ce",
            Compression::Nested { .. } => "nested",
            Compression::Dropout { .. } => "dropout",
        };
        let rates = training.rates(digits.train.len());
        let (early, late) = rates.split_at(training.steps(training.early_epochs, digits.train.len()));
        let trained = |number: usize, network: &mut Network, rows: &mut Rows| {
            let mut student = network.student(compression, number, random, seed);
            let mut batches = Batches::new(0..digits.train.len(), training.bs);
            let mut order = random.open(&format!("batches {number}"), seed);
            network.train(&mut student, &digits.train, (&mut batches, &mut order), early);
            if compression == Compression::None {
                self.report("ce_early", network, &student, &digits, None, rows);
            }
            network.train(&mut student, &digits.train, (&mut batches, &mut order), late);
            student
        };
        let first = trained(1, &mut network, rows);
        self.report(name, &mut network, &first, &digits, None, rows);
        if let Some(co_teaching) = co_teaching {
            let mut students = [first, trained(2, &mut network, rows)];
            let mut order = random.open("batches of both", seed);
            let precision = co_teaching.teach(&mut network, &mut students, &digits, training, &mut order);
            self.report(&format!("{name}_co"), &mut network, &students[0], &digits, precision, rows);
        }
        Ok(())
    }
}

impl Classification {
    /// Rows about a student: for a nested one a row for each number of features.
    fn report(
        &self,
        kind: &str,
        network: &mut Network,
        student: &Student,
        digits: &NoisyDigits,
        select_precision: Option<f64>,
        rows: &mut Rows,
    ) {
        let nested = matches!(self.compression, Compression::Nested { .. });
        let features = self.training.features;
        let cuts = grid(if nested { &CUTS } else { &[] }, features);
        // ReLU hides weights that are no numbers.
        let finite = student.theta.iter().all(|weight| weight.is_finite());
        let mut accuracies = |examples: &Examples<f32>| -> Vec<f64> {
            let predicted = network.predict(student, examples.inputs.view(), &cuts);
            let accuracy = |classes: &Vec<usize>| share(classes.iter().zip(&examples.labels).map(|(a, b)| a == b));
            predicted.iter().map(|classes| if finite { accuracy(classes) } else { f64::NAN }).collect()
        };
        let (validation, test) = (accuracies(&digits.validation), accuracies(&digits.test));
        let predicted = network.predict(student, digits.train.inputs.view(), &[features]).remove(0);
        let wrong = (0..predicted.len()).filter(|&index| !digits.is_clean(index));
        let memorised = share(wrong.map(|index| predicted[index] == digits.train.labels[index]));
        // Of equals the first.
        let best = reduce::argmax(&validation);
        rows.key(record! { experiment: "noisy", seed: self.seed, kind });
        for (place, &k) in cuts.iter().enumerate() {
            rows.push(record! {
                k,
                /// Share of the test images, whose labels are clean, that are classified correctly.
                test_acc: test[place],
                /// Share of the clean validation images that are.
                val_acc: validation[place],
                /// Whether no other k has a greater val_acc, and no smaller k an equal one.
                best_k: place == best,
                /// Share of the training images with a wrong label that are predicted as this label by all features; NaN
                /// if there are none.
                memorised,
                /// Share of true labels among the examples that Co-teaching selected in its last pass.
                select_precision,
            });
        }
    }
}

/// The share that is true; NaN of none.
fn share(truths: impl Iterator<Item = bool>) -> f64 {
    reduce::mean(&truths.map(|truth| f64::from(u8::from(truth))).collect::<Vec<f64>>())
}
