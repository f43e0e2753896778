//! Perceptrons, and their training by Adam on all examples at once.

use common::networks::{Adam, Init, Optimizer, Tape, Value, add_decay};
use common::prelude::*;

use crate::digits::Examples;
use crate::objective::Objective;

/// What all trainings share.
#[derive(Clone, Copy, Debug, Parameters)]
pub struct Recipe {
    /// Units of each of the two hidden layers: h.
    pub hidden: usize,
    /// Adam's rate.
    pub lr: f64,
    /// Factor of the squared norm of all trained parameters in the objective.
    #[range(0.0..)]
    pub l2: f64,
}

/// A network and its optimizer.
pub struct Network {
    /// All parameters: of each layer weights (inputs x units), then biases.
    pub theta: Vec<f32>,
    tape: Tape<f32>,
    x: Value,
    /// What enters the last layer.
    features: Value,
    logits: Value,
    gradient: Vec<f32>,
    slopes: Vec<f32>,
    adam: Adam<f32>,
    recipe: Recipe,
}

impl Network {
    /// A network before its first step on so many examples, with ReLU between linear layers. The widths are those of
    /// the inputs, of each hidden layer and of the outputs; `start` gives the parameters.
    pub fn new(
        recipe: Recipe,
        examples: usize,
        widths: &[usize],
        start: impl FnOnce(&Tape<f32>) -> Vec<f32>,
    ) -> Network {
        let mut tape = Tape::new(examples);
        let x = tape.input("x", 1, widths[0]);
        let (mut features, mut logits) = (x, x);
        for (layer, &units) in widths[1..].iter().enumerate() {
            features = if layer == 0 { x } else { tape.relu(logits) };
            logits = tape.dense(&layer.to_string(), features, units, Init::GlorotUniform);
        }
        let theta = start(&tape);
        let (gradient, slopes) = (vec![0.0; theta.len()], vec![0.0; examples * logits.columns()]);
        let adam = Adam::new(theta.len());
        Network { theta, tape, x, features, logits, gradient, slopes, adam, recipe }
    }

    /// One step of Adam on each of the objectives.
    pub fn train(&mut self, examples: &Examples, objectives: impl IntoIterator<Item = Objective>) {
        let Network { theta, tape, x, logits, gradient, slopes, adam, recipe, .. } = self;
        tape.set(*x, examples.inputs.as_slice().expect("rows are contiguous"));
        for objective in objectives {
            tape.forward(theta);
            objective.slopes(examples, tape.value(*logits), slopes);
            tape.seed(*logits).copy_from_slice(slopes);
            tape.backward_from_seeds(theta, gradient);
            add_decay(gradient, theta, 2.0 * recipe.l2 / objective.divisor());
            adam.step(theta, gradient, recipe.lr);
        }
    }

    /// What the last layer sees of these inputs, one a row.
    pub fn features(&mut self, inputs: ArrayView2<f32>) -> Array2<f32> {
        self.values(self.features, inputs)
    }

    /// The logits for these inputs, one a row.
    pub fn outputs(&mut self, inputs: ArrayView2<f32>) -> Array2<f32> {
        self.values(self.logits, inputs)
    }

    fn values(&mut self, value: Value, inputs: ArrayView2<f32>) -> Array2<f32> {
        let mut values = Array2::zeros((inputs.nrows(), value.columns()));
        self.tape.predict(&self.theta, self.x, inputs, value, values.view_mut());
        values
    }

    /// Whether the only output says yes to each of these inputs.
    pub fn predict(&mut self, inputs: ArrayView2<f32>) -> Vec<bool> {
        self.outputs(inputs).iter().map(|&z| z > 0.0).collect()
    }

    /// Share of the examples for which the only output is right; NaN if training diverged.
    pub fn accuracy(&mut self, examples: &Examples) -> f64 {
        let logits = self.outputs(examples.inputs.view());
        // ReLU hides parameters that are no numbers.
        let finite = logits.iter().chain(&self.theta).all(|number| number.is_finite());
        let right = logits.iter().zip(&examples.targets).filter(|&(&z, &y)| (z > 0.0) == (y > 0.5)).count();
        if finite { right as f64 / examples.targets.len() as f64 } else { f64::NAN }
    }
}
