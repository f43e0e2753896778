//! Ridge regression, where the best response to the penalty is known, and self-tuning there.
//!
//! Weights w are coordinates in the eigenbasis of XᵀX/n, so that the training loss falls apart into one term for each
//! and the best response has a closed form: a sigmoid of the log penalty.

use common::networks::{Adam, Optimizer};
use common::optimize::brent_minimize;
use common::prelude::*;

use crate::responses::{Form, Response};

/// Log penalties among which the optimum is looked for.
pub const RANGE: [f64; 2] = [-8.0, 5.0];

/// The end point is the mean log penalty over so many last steps.
const LAST: usize = 500;

/// A regression and how its penalty is tuned.
#[derive(Parameters)]
pub struct Settings {
    /// Features d, Gaussian; that of number j = 1, 2, … has variance 1 / √j.
    pub features: usize,
    /// Rows to train on.
    pub train: usize,
    /// Rows to validate on.
    pub validation: usize,
    /// Steps of the weights.
    pub steps: usize,
    /// Perturbed log penalties of a step.
    pub perturbations: usize,
    /// Adam's rate for the parameters of the response.
    #[range(0.0..)]
    pub lr: f64,
    /// Adam's rate for the log penalty.
    #[range(0.0..)]
    pub lr_hyper: f64,
    /// Steps before the log penalty begins to move.
    #[range(0..)]
    pub warm_up: usize,
    /// Steps of the weights for each of the log penalty.
    pub train_steps: usize,
}

impl Settings {
    /// Seconds that a regression takes to draw, and to tune if it is tuned.
    pub fn seconds(&self, tuned: bool) -> f64 {
        let d = self.features as f64;
        let drawn = 1e-8 * (self.train + self.validation) as f64 * d + 1e-9 * d * d * (10.0 * d + self.numbers() / d);
        let tuning = self.steps as f64 * d * (1e-8 * self.perturbations as f64 + 1e-9 * d);
        1e-4 + drawn + if tuned { tuning } else { 0.0 }
    }

    /// Bytes that rows, factorization and response take.
    pub fn memory(&self) -> f64 {
        let d = self.features as f64;
        8.0 * (2.0 * self.numbers() + 6.0 * d * d + 20.0 * d)
    }

    /// Numbers of all rows.
    fn numbers(&self) -> f64 {
        (self.train as f64 + self.validation as f64) * (self.features as f64 + 1.0)
    }
}

/// Features X, n x d, and what is to be predicted from them, y.
type Pairs = (Array2<f64>, Array1<f64>);

/// What training and validation rows come to.
pub struct Ridge {
    /// Eigenvalues sᵢ of XᵀX/n, none below zero.
    s: Vec<f64>,
    /// b = VᵀXᵀy/n.
    b: Vec<f64>,
    /// ZᵀZ/m for the m validation rows Z = X_val V.
    a: Array2<f64>,
    /// Zᵀy/m.
    c: Vec<f64>,
    /// yᵀy/m.
    energy: f64,
}

impl Ridge {
    /// A regression whose true signal and noise both have variance 1.
    pub fn draw(settings: &Settings, random: &mut Generator) -> Result<Ridge> {
        let d = settings.features;
        let deviations: Array1<f64> = (1..=d).map(|j| pow(j as f64, -0.25)).collect();
        let mut truth = random.normal_vector(d);
        truth /= arrays::norm_squared(&(&truth * &deviations)).sqrt();
        let mut rows = |count: usize| -> Pairs {
            let x = random.normal_matrix(count, d) * &deviations;
            let y = Array1::from(matrix::vector_product(x.view(), &truth.to_vec())) + random.normal_vector(count);
            (x, y)
        };
        let (train, validation) = (rows(settings.train), rows(settings.validation));
        Ridge::of(&train, &validation)
    }

    /// A regression on training rows and validation rows.
    fn of((x, y): &Pairs, (x_val, y_val): &Pairs) -> Result<Ridge> {
        let eigen = linear::symmetric_eigen(second_moments(x).view())?;
        let moments = |x: &Array2<f64>, y: &Array1<f64>| {
            let sums = matrix::vector_product(x.t(), &y.to_vec());
            sums.iter().map(|sum| sum / x.nrows() as f64).collect::<Vec<f64>>()
        };
        let z = matrix::product(x_val.view(), eigen.vectors.view());
        Ok(Ridge {
            // Rounding can take a zero below zero.
            s: eigen.values.iter().map(|value| value.max(0.0)).collect(),
            b: matrix::vector_product(eigen.vectors.t(), &moments(x, y)),
            a: second_moments(&z),
            c: moments(&z, y_val),
            energy: arrays::norm_squared(y_val) / y_val.len() as f64,
        })
    }

    /// wᵢ*(λ) = bᵢ / (sᵢ + e^λ) = (bᵢ / sᵢ) sigmoid(ln sᵢ − λ) for the log penalty λ.
    pub fn best_response(&self, log_penalty: f64) -> Vec<f64> {
        self.s.iter().zip(&self.b).map(|(s, b)| b / (s + exp(log_penalty))).collect()
    }

    /// The derivatives (sᵢ + e^λ) wᵢ − bᵢ of the training loss Σᵢ sᵢ wᵢ²/2 − bᵢ wᵢ + e^λ ‖w‖²/2 by the weights.
    pub fn training_gradient(&self, log_penalty: f64, w: &[f64], gradient: &mut [f64]) {
        let penalty = exp(log_penalty);
        let terms = self.s.iter().zip(&self.b).zip(w);
        gradient.iter_mut().zip(terms).for_each(|(g, ((s, b), w))| *g = (s + penalty) * w - b);
    }

    /// The derivatives ZᵀZw/m − Zᵀy/m of the validation loss by the weights.
    pub fn validation_gradient(&self, w: &[f64], gradient: &mut [f64]) {
        matrix::vector_product_into(self.a.view(), w, gradient);
        gradient.iter_mut().zip(&self.c).for_each(|(g, c)| *g -= c);
    }

    /// Half the mean squared error on the validation rows.
    fn validation_loss(&self, w: &[f64]) -> f64 {
        let aw = matrix::vector_product(self.a.view(), w);
        0.5 * (reduce::dot(w, &aw) - 2.0 * reduce::dot(w, &self.c) + self.energy)
    }

    /// The validation loss of the exact best response.
    pub fn tuned_loss(&self, log_penalty: f64) -> f64 {
        self.validation_loss(&self.best_response(log_penalty))
    }

    /// The log penalty λ* with the least validation loss of the exact best response.
    pub fn optimum(&self) -> Result<f64> {
        let [low, high] = RANGE;
        Ok(brent_minimize(low, high, 1e-9, |log_penalty| self.tuned_loss(log_penalty))?.parameters)
    }

    /// What is recorded of a log penalty at which `steps` steps of self-tuning ended.
    pub fn record(&self, steps: usize, l_end: f64) -> Result<Record> {
        let l_star = self.optimum()?;
        let val_loss = self.tuned_loss(l_end);
        Ok(record! {
            step: steps,
            /// Log penalty: mean over the last 500 steps; exact: the one asked about.
            l_end,
            /// Log penalty with the least validation loss of the exact best response.
            l_star,
            /// Validation loss of the exact best response at l_end, over that at l_star, minus 1.
            subopt: val_loss / self.tuned_loss(l_star) - 1.0,
            /// Validation loss of the exact best response at l_end: half the mean squared error.
            val_loss,
        })
    }

    /// Learns a response to log penalties around the current one, perturbed by normal numbers with deviation `sigma`,
    /// while the current one descends the validation loss through that response; where it ends.
    pub fn self_tune(&self, settings: &Settings, form: Form, start: f64, sigma: f64, random: &mut Generator) -> f64 {
        let &Settings { features, steps, perturbations, lr, lr_hyper, warm_up, train_steps, .. } = settings;
        let mut response = Response::initial(form, features, random);
        let count = response.parameters.len();
        let (mut adam, mut adam_hyper) = (Adam::new(count), Adam::new(1));
        let (mut gradient, mut by_weights, mut w) = (vec![0.0; count], vec![0.0; features], vec![0.0; features]);
        let mut lambda = [start];
        let (mut total, averaged) = (0.0, steps.min(LAST));
        for step in 1..=steps {
            gradient.fill(0.0);
            for _ in 0..perturbations {
                let perturbed = lambda[0] + sigma * random.normal();
                response.weights(perturbed, &mut w);
                self.training_gradient(perturbed, &w, &mut by_weights);
                response.add_gradient(perturbed, &by_weights, &mut gradient);
            }
            reduce::scale(1.0 / perturbations as f64, &mut gradient);
            adam.step(&mut response.parameters, &gradient, lr);
            if step > warm_up && step.is_multiple_of(train_steps) {
                response.weights(lambda[0], &mut w);
                self.validation_gradient(&w, &mut by_weights);
                adam_hyper.step(&mut lambda, &[response.slope_along(&by_weights)], lr_hyper);
            }
            if step + averaged > steps {
                total += lambda[0];
            }
        }
        total / averaged as f64
    }
}

/// XᵀX/n of n rows.
fn second_moments(x: &Array2<f64>) -> Array2<f64> {
    matrix::gram(x.t()) / x.nrows() as f64
}

#[cfg(test)]
mod tests;
