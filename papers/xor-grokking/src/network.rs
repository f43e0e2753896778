//! A two-layer ReLU network with a frozen second layer, trained by full-batch gradient descent.
//!
//! f(x) = sum_j a_j max(0, <w_j, x>). In the basis of [`XorClusters`] the weights stay
//! w_j(t) = w_j(0) + sum_i C_ij x_i, so the coefficients C and the training pre-activations
//! Z = X W are the whole state, and one step is one n x n by n x m product.

use common::prelude::*;

use crate::Model;
use crate::clusters::XorClusters;

/// The network during training.
pub struct Network<'d> {
    data: &'d XorClusters,
    /// Output weights a_j = ±1/sqrt(m).
    output: Vec<f64>,
    /// Initial weights in the basis, (n + n_test + 2) x m: G.
    initial: Array2<f64>,
    /// Pre-activations of the training points, n x m: Z.
    pre_activations: Array2<f64>,
    /// Initial pre-activations of the test points, n_test x m.
    initial_test: Array2<f64>,
    /// Inner products of training points, n x n.
    kernel: Array2<f64>,
    /// Inner products of test with training points, n_test x n.
    test_kernel: Array2<f64>,
    /// Weights in terms of training points, n x m: C.
    coefficients: Array2<f64>,
    /// The step being made, n x m: S.
    update: Array2<f64>,
    /// Outputs of the linear classifier sum_i y_i x_i on the test points.
    linear: Vec<f64>,
}

impl<'d> Network<'d> {
    /// Draws the initial weights and the output signs, in this order.
    pub fn sample(model: &Model, data: &'d XorClusters, random: &mut Generator) -> Network<'d> {
        let (n, m) = (model.n, model.m);
        let initial = random.normal_matrix(data.points.ncols(), m) * model.omega;
        let output: Vec<f64> = (0..m).map(|_| random.sign() / (m as f64).sqrt()).collect();
        let (train, test) = data.points.view().split_at(ndarray::Axis(0), n);
        let test_kernel = matrix::product(test, train.t());
        Network {
            data,
            output,
            pre_activations: matrix::product(train, initial.view()),
            initial_test: matrix::product(test, initial.view()),
            kernel: matrix::product(train, train.t()),
            linear: matrix::vector_product(test_kernel.view(), &data.train_labels),
            test_kernel,
            coefficients: Array2::zeros((n, m)),
            update: Array2::zeros((n, m)),
            initial,
        }
    }

    /// One gradient step of size alpha on the mean logistic loss (1/n) sum_i log(1 + exp(-y_i f_i)).
    pub fn step(&mut self, alpha: f64) {
        let n = self.data.n() as f64;
        let outputs = network_outputs(self.pre_activations.view(), &self.output);
        for (i, (&y, f)) in self.data.train_labels.iter().zip(outputs).enumerate() {
            let slope = 1.0 / (1.0 + exp(y * f));
            let rate = alpha / n * slope * y;
            let mut update = self.update.row_mut(i);
            // Slices, here and below: their loops become vector code, those over rows of an array do not.
            let update = update.as_slice_mut().expect("rows lie contiguously");
            for ((s, &z), &a) in update.iter_mut().zip(slice(self.pre_activations.row(i))).zip(&self.output) {
                *s = if z > 0.0 { rate * a } else { 0.0 };
            }
        }
        self.coefficients += &self.update;
        let mut z = self.pre_activations.view_mut();
        matrix::product_add(self.kernel.view(), self.update.view(), &mut z);
    }

    /// The network as it is now, on training and test points.
    pub fn observe(&self) -> State<'_> {
        let mut test = self.initial_test.clone();
        let coefficients = self.coefficients.view();
        matrix::product_add(self.test_kernel.view(), coefficients, &mut test.view_mut());
        // The first two basis vectors are the cluster axes.
        let signal = self.data.points.slice(s![..self.data.n(), ..2]);
        let mut along = self.initial.slice(s![..2, ..]).to_owned();
        matrix::product_add(signal.t(), coefficients, &mut along.view_mut());
        let positive = |axis: usize| {
            let projections = along.row(axis).to_vec();
            let pairs = projections.into_iter().zip(&self.output);
            pairs.filter(|(_, a)| **a > 0.0).map(|(w, _)| w * self.data.mu_norm).collect()
        };
        State {
            network: self,
            train_outputs: network_outputs(self.pre_activations.view(), &self.output),
            test_outputs: network_outputs(test.view(), &self.output),
            positive_mu1: positive(0),
            positive_mu2: positive(1),
        }
    }
}

/// f for each row of pre-activations.
fn network_outputs(pre_activations: ArrayView2<f64>, output: &[f64]) -> Vec<f64> {
    let active = |row| slice(row).iter().zip(output).map(|(&z, &a)| if z > 0.0 { a * z } else { 0.0 }).sum();
    pre_activations.rows().into_iter().map(active).collect()
}

fn slice(row: ArrayView1<'_, f64>) -> &[f64] {
    row.to_slice().expect("rows lie contiguously")
}

/// What is measured of a network at one time.
pub struct State<'n> {
    network: &'n Network<'n>,
    train_outputs: Vec<f64>,
    test_outputs: Vec<f64>,
    positive_mu1: Vec<f64>,
    positive_mu2: Vec<f64>,
}

/// The predicted label: +1 when f >= 0.
fn predict(f: f64) -> f64 {
    if f >= 0.0 { 1.0 } else { -1.0 }
}

/// Share of outputs whose predicted label is the given one; `None` without any.
fn agreement(pairs: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (mut agree, mut count) = (0.0, 0.0);
    for (f, label) in pairs {
        count += 1.0;
        agree += f64::from(u8::from(predict(f) == label));
    }
    (count > 0.0).then(|| agree / count)
}

impl State<'_> {
    fn train_pairs(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.train_outputs.iter().copied().zip(self.network.data.train_labels.iter().copied())
    }

    /// Share of training points whose (possibly flipped) label is reproduced.
    pub fn train_accuracy(&self) -> f64 {
        agreement(self.train_pairs()).unwrap_or(f64::NAN)
    }

    /// The same among flipped points only; `None` if none is flipped.
    pub fn flipped_accuracy(&self) -> Option<f64> {
        let flips = self.train_pairs().zip(&self.network.data.flipped);
        agreement(flips.filter(|(_, flip)| **flip).map(|(pair, _)| pair))
    }

    /// Share of test points whose clean label is predicted.
    pub fn test_accuracy(&self) -> f64 {
        let labels = self.network.data.test_labels.iter().copied();
        agreement(self.test_outputs.iter().copied().zip(labels)).unwrap_or(f64::NAN)
    }

    /// Share of test points on which the linear classifier sum_i y_i x_i predicts the same.
    pub fn linear_agreement(&self) -> f64 {
        let linear = self.network.linear.iter().map(|&f| predict(f));
        agreement(self.test_outputs.iter().copied().zip(linear)).unwrap_or(f64::NAN)
    }

    /// <w_j, mu1> of the positive neurons.
    pub fn along_mu1(&self) -> &[f64] {
        &self.positive_mu1
    }

    /// <w_j, mu2> of the positive neurons.
    pub fn along_mu2(&self) -> &[f64] {
        &self.positive_mu2
    }

    /// Share of positive neurons with <w, mu1> > 0.
    pub fn share_plus(&self) -> f64 {
        let plus = self.positive_mu1.iter().filter(|w| **w > 0.0).count();
        plus as f64 / self.positive_mu1.len() as f64
    }
}
