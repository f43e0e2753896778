//! Training with one loss, and what the network covers along the way.

use common::datasets::{DataSet, WORDNET};
use common::prelude::*;
use common::statistics::mean;

use crate::coverage::coverage;
use crate::network::Network;
use crate::questions::{Asked, Task};

/// The network and how it learns: Adam with plain defaults.
#[derive(Parameters)]
pub struct Learner {
    /// Dimensions of a word's vector and of the hidden layer, d.
    embed: usize,
    /// Passes over the questions.
    pub epochs: usize,
    /// Questions of one step.
    batch: usize,
    /// Learning rate.
    #[range(0.0..)]
    lr: f64,
}

/// Questions that are answered at a time when the network is tested.
const CHUNK: usize = 100;

/// One training. Those of a seed share questions, initial weights and batches.
#[derive(Serialize)]
pub struct Training {
    /// Order of the loss, N'.
    pub train_n: usize,
    /// Number of the draw of questions, weights and batches.
    pub seed: u64,
    /// Sampled answers, N.
    pub test_n: &'static [usize],
    /// The questions.
    pub task: &'static Task,
    /// The network.
    pub learner: &'static Learner,
}

impl Training {
    /// Numbers of the network: weights, and vectors of words.
    fn parameters(&self) -> f64 {
        let (d, (words, concepts)) = (self.learner.embed as f64, self.task.size());
        d * (d + concepts + words)
    }
}

impl Cell for Training {
    fn cost(&self) -> f64 {
        let (d, (_, concepts)) = (self.learner.embed as f64, self.task.size());
        let [epochs, train, test, batch, covered] =
            [self.learner.epochs, self.task.n_train, self.task.n_test, self.learner.batch, self.test_n.len()]
                .map(|count| count as f64);
        let answers = (3.0 * train + test) * d * (d + concepts) * 4e-11 + (train + test) * concepts * 2e-9;
        let steps = (train / batch).ceil() * self.parameters() * 6e-10;
        0.3 + epochs * (answers + steps + test * covered * 2e-8)
    }

    fn memory(&self) -> f64 {
        // The dictionary; parameters, gradient and two moments; activations of the largest batch; rows; questions.
        let (d, (_, concepts)) = (self.learner.embed as f64, self.task.size());
        let batch = self.learner.batch.max(CHUNK) as f64;
        let rows = self.learner.epochs as f64 * self.test_n.len() as f64;
        let questions = (self.task.n_train + self.task.n_test) as f64;
        1e8 + 16.0 * self.parameters() + 12.0 * batch * (4.0 * d + concepts) + 100.0 * rows + 200.0 * questions
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&WORDNET]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let Learner { embed, epochs, batch, lr } = *self.learner;
        let open = |name| random.open(name, self.seed);
        let exam = self.task.draw(&mut open("questions"))?;
        // One vector more, for texts without known words.
        let words = exam.words + 1;
        let mut network = Network::new(batch.max(CHUNK), embed, words, exam.concepts, &mut open("weights"));
        let (mut order, mut shuffles) = ((0..exam.train.answers.len()).collect::<Vec<_>>(), open("batches"));
        rows.kind("coverage").key(record! {
            /// Number of the draw of questions, weights and batches.
            seed: self.seed,
            /// N': order of the loss; 1 is cross-entropy.
            train_n: self.train_n,
        });
        for epoch in 1..=epochs {
            shuffles.shuffle(&mut order);
            order.chunks(batch).for_each(|questions| network.learn(&exam.train, questions, self.train_n, lr));
            self.record(epoch, &Marks::of(&mut network, &exam.test), exam.concepts, rows);
        }
        Ok(())
    }
}

impl Training {
    /// Records the coverage for each N.
    fn record(&self, epoch: usize, marks: &Marks, concepts: usize, rows: &mut Rows) {
        for &test_n in self.test_n {
            let covered: Vec<f64> = marks.right.iter().map(|&p| coverage(test_n, p)).collect();
            rows.push(record! {
                /// Passes over the questions done.
                epoch,
                /// N: sampled answers.
                test_n,
                /// pass@N, the mean of 1 - (1 - p)^N over test questions, p the probability of the right answer.
                coverage: mean(&covered),
                /// Mean probability of the likeliest answer to test questions.
                confidence: mean(&marks.highest),
                /// Share of the test questions whose likeliest answer is right.
                accuracy: marks.hits as f64 / marks.right.len() as f64,
                /// pass@N of guessing: 1 - (1 - 1/C)^N for C concepts.
                uniform: coverage(test_n, 1.0 / concepts as f64),
            });
        }
    }
}

/// How a network answers questions.
struct Marks {
    /// Probability of the right answer.
    right: Vec<f64>,
    /// Probability of the likeliest answer.
    highest: Vec<f64>,
    /// How often these are the same.
    hits: usize,
}

impl Marks {
    fn of(network: &mut Network, asked: &Asked) -> Marks {
        let mut marks = Marks { right: Vec::new(), highest: Vec::new(), hits: 0 };
        let questions: Vec<usize> = (0..asked.answers.len()).collect();
        for chunk in questions.chunks(CHUNK) {
            for (p, &question) in network.answer(asked, chunk).rows().into_iter().zip(chunk) {
                let p = p.to_slice().expect("rows are contiguous");
                let (right, likeliest) = (asked.answers[question], reduce::argmax(p));
                marks.right.push(f64::from(p[right]));
                marks.highest.push(f64::from(p[likeliest]));
                marks.hits += usize::from(right == likeliest);
            }
        }
        marks
    }
}
