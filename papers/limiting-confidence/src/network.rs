//! A network that reads a definition as a bag of words.

use common::networks::{Adam, Init, Optimizer, Tape, Value, softmax_rows};
use common::prelude::*;

use crate::coverage::damping;
use crate::questions::Asked;

/// e = mean of the words' vectors, h = relu(W₁ e + b₁), logits = W₂ h + b₂, all in d dimensions but the logits.
pub struct Network {
    /// From e to the logits.
    tape: Tape<f32>,
    e: Value,
    logits: Value,
    /// What is on the tape, then the vectors of all words, row by row.
    theta: Vec<f32>,
    gradient: Vec<f32>,
    adam: Adam<f32>,
    /// Probabilities of all answers to some questions.
    probabilities: Vec<f32>,
}

impl Network {
    /// A network of width d with random weights, for so many words and answers. It answers at most `capacity` questions
    /// at a time.
    pub fn new(capacity: usize, d: usize, words: usize, answers: usize, random: &mut Generator) -> Network {
        let uniform = Init::Uniform(1.0 / (d as f64).sqrt());
        let mut tape = Tape::new(capacity);
        let e = tape.variable("e", 1, d);
        let w1 = tape.parameter("w1", d, d, uniform);
        let b1 = tape.parameter("b1", 1, d, uniform);
        let w2 = tape.parameter("w2", d, answers, uniform);
        let b2 = tape.parameter("b2", 1, answers, uniform);
        let h = tape.linear(e, w1, b1);
        let h = tape.relu(h);
        let logits = tape.linear(h, w2, b2);
        let mut theta = tape.initial(random);
        theta.extend((0..words * d).map(|_| random.normal() as f32));
        let (gradient, adam) = (vec![0.0; theta.len()], Adam::new(theta.len()));
        Network { tape, e, logits, theta, gradient, adam, probabilities: vec![0.0; capacity * answers] }
    }

    /// The probabilities of all answers, a row for each of some questions.
    pub fn answer(&mut self, asked: &Asked, questions: &[usize]) -> ArrayView2<'_, f32> {
        let Network { tape, e, logits, theta, probabilities, .. } = self;
        let (on_tape, vectors) = theta.split_at(tape.parameter_count());
        let (d, answers) = (e.columns(), logits.columns());
        let means = tape.input_mut(*e, questions.len());
        means.fill(0.0);
        for (mean, &question) in means.chunks_exact_mut(d).zip(questions) {
            let text = &asked.texts[question];
            for &word in text {
                reduce::axpy(1.0 / text.len() as f32, &vectors[word as usize * d..][..d], mean);
            }
        }
        tape.forward_to(*logits, on_tape);
        let probabilities = &mut probabilities[..questions.len() * answers];
        probabilities.copy_from_slice(tape.value(*logits));
        softmax_rows(probabilities, answers);
        ArrayView2::from_shape((questions.len(), answers), probabilities).expect("a row for each question")
    }

    /// A step of Adam on the mean of −ln(1 − (1 − p)^N) over some questions, p the probability of the right answer.
    pub fn learn(&mut self, asked: &Asked, questions: &[usize], n: usize, rate: f64) {
        self.answer(asked, questions);
        self.differentiate(asked, questions, n);
        self.adam.step(&mut self.theta, &self.gradient, rate);
    }

    /// The gradient of that loss, after the questions were answered.
    fn differentiate(&mut self, asked: &Asked, questions: &[usize], n: usize) {
        let Network { tape, e, logits, theta, gradient, probabilities, .. } = self;
        let (d, answers) = (e.columns(), logits.columns());
        let (on_tape, vectors) = gradient.split_at_mut(tape.parameter_count());
        let rows = tape.seed(*logits).chunks_exact_mut(answers).zip(probabilities.chunks_exact(answers));
        for ((row, p), &question) in rows.zip(questions) {
            // F (softmax − onehot), of a mean over the questions.
            let right = asked.answers[question];
            let factor = (damping(n, f64::from(p[right])) / questions.len() as f64) as f32;
            row.iter_mut().zip(p).for_each(|(derivative, p)| *derivative = factor * p);
            row[right] -= factor;
        }
        tape.backward_from_seeds(&theta[..on_tape.len()], on_tape);
        vectors.fill(0.0);
        for (by_mean, &question) in tape.gradient(*e).rows().into_iter().zip(questions) {
            let by_mean = by_mean.to_slice().expect("rows are contiguous");
            let text = &asked.texts[question];
            for &word in text {
                reduce::axpy(1.0 / text.len() as f32, by_mean, &mut vectors[word as usize * d..][..d]);
            }
        }
    }
}

#[cfg(test)]
mod tests;
