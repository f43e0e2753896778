//! Forward and backward passes.

use super::{Source, Tape};
use crate::value::{Gradients, Place, Values};
use crate::{Number, Value};

impl<T: Number> Tape<T> {
    /// Computes all values for these parameters.
    ///
    /// # Panics
    /// If an input was not loaded, or inputs were loaded with different numbers of examples.
    pub fn forward(&mut self, theta: &[T]) {
        self.run(theta, self.steps.len());
    }

    /// Computes what was recorded up to this value and nothing after it, so that a prediction needs no labels.
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    pub fn forward_to(&mut self, value: Value, theta: &[T]) {
        let step = self.step_of(value);
        self.run(theta, step + 1);
    }

    fn step_of(&self, value: Value) -> usize {
        let step = self.steps.iter().position(|step| step.output.slot == value.slot);
        step.unwrap_or_else(|| panic!("a {value} input or parameter is not computed by the tape"))
    }

    fn run(&mut self, theta: &[T], steps: usize) {
        assert!(theta.len() == self.length, "{} numbers were given for {} parameters", theta.len(), self.length);
        self.examples = self.loaded_examples(steps);
        for step in &mut self.steps[..steps] {
            let Place::Here(numbers) = &mut self.places[step.output.slot] else {
                unreachable!("an operation writes no parameter")
            };
            let mut output = std::mem::take(numbers);
            let values = Values { places: &self.places, labels: &self.labels, theta, examples: self.examples };
            let length = step.output.length(self.examples);
            step.operation.forward(&values, &mut output[..length]);
            self.places[step.output.slot] = Place::Here(output);
        }
        self.done = steps;
    }

    /// The number of examples on which all inputs of the first steps agree.
    fn loaded_examples(&self, steps: usize) -> usize {
        let mut first: Option<(&str, usize)> = None;
        for &leaf in self.steps[..steps].iter().flat_map(|step| &step.leaves) {
            let leaf = &self.leaves[leaf];
            let Some(examples) = leaf.loaded else { panic!("input {} was never loaded", leaf.name) };
            match first {
                _ if !leaf.batched => {}
                None => first = Some((&leaf.name, examples)),
                Some((name, number)) => assert!(
                    examples == number,
                    "input {name} holds {number} examples, but input {} holds {examples}",
                    leaf.name
                ),
            }
        }
        first.map_or(1, |(_, examples)| examples)
    }

    /// Fills `gradient` with the derivatives of a 1 x 1 value by all parameters, at the parameters of the last
    /// forward pass. Parameters that it does not depend on get zero.
    ///
    /// # Panics
    /// If the value is not 1 x 1, was not computed by the last pass, or the vectors have the wrong length.
    pub fn backward(&mut self, loss: Value, theta: &[T], gradient: &mut [T]) {
        let scalar = (loss.rows, loss.columns, loss.batched) == (1, 1, false);
        assert!(scalar, "backward starts at a 1 x 1 value, and this one is {loss}; take its mean");
        self.seed(loss)[0] = T::ONE;
        self.backward_from_seeds(theta, gradient);
    }

    /// Begins a backward pass of your own: gives the derivatives of your objective by this value, zero at first, to
    /// be filled. Several values can be seeded; [`backward_from_seeds`](Self::backward_from_seeds) does the rest.
    ///
    /// # Panics
    /// If the last pass has not computed the value.
    pub fn seed(&mut self, value: Value) -> &mut [T] {
        let step = self.step_of(value);
        assert!(step < self.done, "this {value} value was not computed by the last pass");
        let target = self.gradients[value.slot].target(&mut [], value.length(self.examples));
        target.expect("a value that depends on parameters").accumulator()
    }

    /// Fills `gradient` with derivatives by all parameters, by the chain rule from the seeded values.
    ///
    /// # Panics
    /// If the vectors have the wrong length.
    pub fn backward_from_seeds(&mut self, theta: &[T], gradient: &mut [T]) {
        assert!(
            theta.len() == self.length && gradient.len() == self.length,
            "{} and {} numbers were given for {} parameters and their gradient",
            theta.len(),
            gradient.len(),
            self.length
        );
        let values = Values { places: &self.places, labels: &self.labels, theta, examples: self.examples };
        for step in self.steps.iter_mut().rev() {
            let slot = step.output.slot;
            if !self.gradients[slot].finish() {
                continue;
            }
            let numbers = std::mem::take(&mut self.gradients[slot].numbers);
            let mut gradients = Gradients { states: &mut self.gradients, flat: gradient, examples: self.examples };
            let length = step.output.length(self.examples);
            let output = values.get(step.output);
            step.operation.backward(&values, output, &numbers[..length], &mut gradients);
            self.gradients[slot].numbers = numbers;
        }
        for leaf in &self.leaves {
            if let Source::Numbers(slot) = leaf.source {
                self.gradients[slot].finish();
            }
        }
        for parameter in &self.parameters {
            let state = &mut self.gradients[parameter.value.slot];
            if !state.finish() {
                gradient[parameter.range.clone()].fill(T::ZERO);
            }
        }
    }

    /// A forward pass up to a 1 x 1 value and a backward pass from it; gives the value.
    ///
    /// # Panics
    /// As [`forward`](Self::forward) and [`backward`](Self::backward).
    pub fn loss_and_gradient(&mut self, loss: Value, theta: &[T], gradient: &mut [T]) -> T {
        self.forward_to(loss, theta);
        self.backward(loss, theta, gradient);
        self.scalar(loss)
    }
}
