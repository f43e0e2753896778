//! Meta-training on tasks, and what the transformer then does within a sequence.

use common::datasets::Examples;
use common::estimate::Neighbors;
use common::networks::{Adam, Optimizer, schedules};
use common::prelude::*;

use crate::tasks::{PIXELS, Task, Tasks};
use crate::transformer::{Size, Transformer};

/// Steps whose mean loss is recorded: the last ones.
const LAST_STEPS: usize = 50;

/// How the transformer is trained.
#[derive(Clone, Copy, Parameters)]
pub struct Training {
    /// Sequences of a step, each of a task drawn uniformly from the training tasks.
    pub batch: usize,
    /// Steps of Adam.
    #[range(0..)]
    pub steps: usize,
    /// Its highest rate.
    #[range(0.0..)]
    pub lr: f64,
    /// Steps in which the rate rises from 0.
    #[range(0..)]
    pub warmup: usize,
}

impl Training {
    /// The rate at step s, counted from 1: after the warm-up half a cosine, down to a tenth.
    fn rate(&self, s: usize) -> f64 {
        self.lr * schedules::warm_up(s, self.warmup) * (0.1 + 0.9 * schedules::cosine(s, self.steps))
    }
}

/// A transformer with its parameters, and the sequences that it reads.
pub struct Learner {
    transformer: Transformer,
    theta: Vec<f32>,
    task: Task,
    labels: Vec<usize>,
    n: usize,
}

impl Learner {
    /// With initial parameters, for batches of up to so many sequences of n examples.
    pub fn new(size: &Size, classes: usize, n: usize, batch: usize, random: &mut Generator) -> Learner {
        let transformer = Transformer::new(size, classes, n, batch);
        let theta = transformer.tape.initial(random);
        Learner { transformer, theta, task: Task::room(classes, n), labels: vec![0; batch * n], n }
    }

    /// Loads a sequence of each of the tasks that `next` draws, with examples from the same generator.
    fn load(
        &mut self,
        sequences: usize,
        examples: &Examples<f32>,
        random: &mut Generator,
        mut next: impl FnMut(&mut Generator) -> Generator,
    ) {
        let Learner { transformer, task, labels, n, .. } = self;
        let labels = &mut labels[..sequences * *n];
        let inputs = transformer.tape.input_mut(transformer.inputs, sequences);
        for (inputs, labels) in inputs.chunks_exact_mut(*n * PIXELS).zip(labels.chunks_exact_mut(*n)) {
            task.draw(next(random));
            task.tell(examples, random, inputs, labels);
        }
        transformer.tape.set_labels(transformer.labels, labels);
    }

    /// Trains on the first `n_tasks` of the tasks. Gives the mean loss of the last steps, if there were any.
    pub fn train(
        &mut self,
        training: &Training,
        (tasks, n_tasks): (&Tasks, usize),
        examples: &Examples<f32>,
        random: &mut Generator,
    ) -> Option<f64> {
        let mut gradient = vec![0.0; self.theta.len()];
        let mut adam = Adam::new(self.theta.len());
        let recorded = LAST_STEPS.min(training.steps);
        let mut total = 0.0;
        for s in 1..=training.steps {
            self.load(training.batch, examples, random, |random| tasks.number(random.below(n_tasks)));
            let transformer = &mut self.transformer;
            let loss = transformer.tape.loss_and_gradient(transformer.loss, &self.theta, &mut gradient);
            if s + recorded > training.steps {
                total += f64::from(loss);
            }
            adam.step(&mut self.theta, &gradient, training.rate(s));
        }
        (recorded > 0).then(|| total / recorded as f64)
    }

    /// Reads a sequence of each of the tasks that `next` draws, and gives at each position the share of them in which
    /// the label is predicted: by the transformer (NaN if it has diverged), and by the nearest earlier example.
    pub fn evaluate(
        &mut self,
        sequences: usize,
        examples: &Examples<f32>,
        random: &mut Generator,
        mut next: impl FnMut(&mut Generator) -> Generator,
    ) -> [Vec<f64>; 2] {
        let n = self.n;
        let (mut right, mut nearest) = (vec![0.0; n], vec![0.0; n]);
        let (batch, classes) = (self.transformer.tape.capacity(), self.transformer.logits.columns());
        for start in (0..sequences).step_by(batch) {
            self.load(batch.min(sequences - start), examples, random, &mut next);
            let Transformer { tape, inputs, logits, .. } = &mut self.transformer;
            tape.forward_to(*logits, &self.theta);
            let answers = tape.value(*logits).chunks_exact(n * classes);
            let sequences = tape.value(*inputs).chunks_exact(n * PIXELS).zip(self.labels.chunks_exact(n));
            for (answers, (inputs, labels)) in answers.zip(sequences) {
                for ((right, answer), &label) in right.iter_mut().zip(answers.chunks_exact(classes)).zip(labels) {
                    *right += f64::from(u8::from(reduce::argmax(answer) == label));
                }
                add_nearest(inputs, labels, classes, &mut nearest);
            }
        }
        let finite = self.theta.iter().all(|weight| weight.is_finite());
        let count = if finite { sequences as f64 } else { f64::NAN };
        right.iter_mut().for_each(|right| *right /= count);
        nearest.iter_mut().for_each(|right| *right /= sequences as f64);
        [right, nearest]
    }
}

/// Adds 1 at each position of a sequence whose nearest earlier example has its label; 1 / classes where there is none.
fn add_nearest(inputs: &[f32], labels: &[usize], classes: usize, right: &mut [f64]) {
    let mut earlier = Neighbors::empty(PIXELS);
    for ((input, label), right) in inputs.chunks_exact(PIXELS).zip(labels).zip(right) {
        let input: Vec<f64> = input.iter().map(|&x| f64::from(x)).collect();
        *right += match earlier.nearest(&input) {
            Some(neighbor) => f64::from(u8::from(labels[neighbor.index] == *label)),
            None => 1.0 / classes as f64,
        };
        earlier.push(&input);
    }
}

#[cfg(test)]
mod tests;
