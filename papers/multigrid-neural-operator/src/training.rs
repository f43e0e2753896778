//! Training by the relative L2 error.

use common::networks::{Adam, Batches, Optimizer, schedules};
use common::prelude::*;

use crate::flow::{Problem, Standardised};
use crate::operator::Operator;

/// One cycle: the rate rises from peak / START over the share RISE of the steps, and falls to peak / (START END).
const RISE: f64 = 0.3;
const START: f64 = 25.0;
const END: f64 = 1e4;

/// How a network is trained: Adam with a one-cycle learning rate.
#[derive(Serialize)]
pub struct Schedule {
    /// Passes over the training samples.
    pub epochs: usize,
    /// Samples of a step.
    pub batch: usize,
    /// Peak of the learning rate.
    pub lr: f64,
}

impl Schedule {
    /// Trains a network from a random start. After each epoch `record` gets its number, from 1, the mean error of the
    /// training samples as they were met, and that of the test samples.
    pub fn train(
        &self,
        operator: &mut Operator,
        problem: &Problem,
        random: &Streams,
        seed: u64,
        mut record: impl FnMut(usize, f64, f64),
    ) {
        let mut theta = operator.tape.initial(&mut random.open("init", seed));
        let (mut gradient, mut adam) = (vec![0.0; theta.len()], Adam::new(theta.len()));
        let mut draws = random.open("batches", seed);
        // Each epoch shuffles, and drops an incomplete last batch.
        let mut batches = Batches::new(0..problem.train.scales.len(), self.batch);
        let per_epoch = batches.per_epoch();
        let steps = self.epochs * per_epoch;
        for epoch in 0..self.epochs {
            let mut errors = Vec::new();
            for step in epoch * per_epoch..(epoch + 1) * per_epoch {
                let batch = batches.next(&mut draws);
                errors.extend(operator.relative_errors(&theta, &problem.train, batch));
                operator.gradient_of_mean(&theta, &problem.train, batch, &mut gradient);
                let rate = self.lr * schedules::one_cycle(step, steps, RISE, START, END);
                adam.step(&mut theta, &gradient, rate);
            }
            let all: Vec<usize> = (0..problem.test.scales.len()).collect();
            let test = all.chunks(self.batch).flat_map(|samples| {
                let errors = operator.relative_errors(&theta, &problem.test, samples);
                errors.collect::<Vec<f64>>()
            });
            record(epoch + 1, reduce::mean(&errors), reduce::mean(&test.collect::<Vec<f64>>()));
        }
    }
}

impl Operator {
    /// ‖network(a) − u‖ / ‖u‖ of these samples, both taken back from their standardised form.
    fn relative_errors<'a>(
        &'a mut self,
        theta: &[f32],
        data: &'a Standardised,
        samples: &'a [usize],
    ) -> impl Iterator<Item = f64> + 'a {
        self.load(data.inputs.view(), data.targets.view(), samples);
        self.tape.forward(theta);
        let squares = self.tape.value(self.squared_distances);
        squares.iter().zip(samples).map(|(square, &sample)| f64::from(data.scales[sample] * square.sqrt()))
    }

    /// The gradient of the mean of the relative errors that were computed last.
    fn gradient_of_mean(&mut self, theta: &[f32], data: &Standardised, samples: &[usize], gradient: &mut [f32]) {
        let squares = self.tape.value(self.squared_distances).to_vec();
        let seeds = self.tape.seed(self.squared_distances);
        for ((seed, square), &sample) in seeds.iter_mut().zip(squares).zip(samples) {
            // The derivative of scale √square / samples.
            *seed = data.scales[sample] / (2.0 * square.sqrt().max(f32::MIN_POSITIVE) * samples.len() as f32);
        }
        self.tape.backward_from_seeds(theta, gradient);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Samples;
    use crate::fourier::FourierOperator;
    use crate::operator::Architecture;
    use crate::vcycle::MultigridOperator;

    fn problem(n: usize) -> Problem {
        let random = Streams::new("test");
        let draw = |stream| Samples::draw(n, 12, &mut random.open(stream, 0));
        Problem::new(draw("train"), draw("test"))
    }

    fn architectures() -> [Architecture; 2] {
        [
            Architecture::Multigrid(MultigridOperator { layers: 2, channels: 3, levels: 2, smoothing: 2 }),
            Architecture::Fourier(FourierOperator { layers: 2, channels: 4, modes: 2, padding: 3 }),
        ]
    }

    #[test]
    fn the_gradient_is_that_of_the_mean_relative_error() {
        let problem = problem(7);
        for architecture in architectures() {
            let mut operator = architecture.build(7, 3);
            let samples = [1, 4, 7];
            let mut theta = operator.tape.initial(&mut Streams::new("test").open("init", 0));
            let mut gradient = vec![0.0; theta.len()];
            let mut mean = |theta: &[f32], gradient: Option<&mut [f32]>| {
                let errors: Vec<f64> = operator.relative_errors(theta, &problem.train, &samples).collect();
                if let Some(gradient) = gradient {
                    operator.gradient_of_mean(theta, &problem.train, &samples, gradient);
                }
                reduce::mean(&errors)
            };
            mean(&theta, Some(&mut gradient));
            // Along the gradient, where single precision suffices.
            let norm = reduce::norm(&gradient);
            let start = theta.clone();
            let mut at = |step: f32| {
                theta.copy_from_slice(&start);
                reduce::axpy(step / norm, &gradient, &mut theta);
                mean(&theta, None)
            };
            let slope = (at(1e-2) - at(-1e-2)) / 2e-2;
            assert!((slope / f64::from(norm) - 1.0).abs() < 0.02, "{slope} {norm}");
        }
    }

    #[test]
    fn training_reduces_the_error_and_a_rate_of_zero_does_not() {
        let problem = problem(7);
        for architecture in architectures() {
            let run = |lr| {
                let mut errors = Vec::new();
                let schedule = Schedule { epochs: 15, batch: 4, lr };
                let mut operator = architecture.build(7, 4);
                schedule.train(&mut operator, &problem, &Streams::new("test"), 0, |_, train, _| errors.push(train));
                (errors[0], errors[14])
            };
            let (first, last) = run(0.02);
            assert!(last < 0.6 * first, "{first} {last}");
            let (first, last) = run(0.0);
            assert!((last - first).abs() < 1e-6);
        }
    }
}
