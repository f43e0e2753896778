//! One layer of softmax cross-attention, and the random problems it is trained on.
//!
//! An input has T tokens x_it and a query z_i. The layer weighs the tokens by the softmax of the logits
//! x_itᵀ W z_i and reads the weighted token off along a fixed direction v. Only W is trained.

use common::prelude::*;

/// Sizes of a problem.
#[derive(Parameters)]
pub struct Shape {
    /// Inputs of the layer.
    pub n: usize,
    /// Tokens of an input: T.
    #[range(2..)]
    pub tokens: usize,
    /// Dimension of tokens and queries. On a line all tokens are ±1, and ties abound.
    #[range(2..)]
    pub d: usize,
}

/// Inputs with labels, and the direction along which the layer is read.
pub struct Problem {
    /// Tokens x_it on the unit sphere, (n T) x d: those of an input follow each other.
    pub tokens: Array2<f64>,
    /// Queries z_i on the unit sphere, n x d.
    pub queries: Array2<f64>,
    /// Labels Y_i, ±1.
    pub labels: Vec<f64>,
    /// Values x_itᵀ v, n x T: what the output would be if input i attended to token t alone.
    pub values: Array2<f64>,
}

impl Problem {
    /// Draws v, labels, tokens and queries, in this order.
    pub fn sample(shape: &Shape, random: &mut Generator) -> Problem {
        let Shape { n, tokens: count, d } = *shape;
        let readout = random.unit_vector(d).to_vec();
        let labels = (0..n).map(|_| random.sign()).collect();
        let tokens = unit_rows(n * count, d, random);
        let values = matrix::vector_product(tokens.view(), &readout);
        Problem {
            queries: unit_rows(n, d, random),
            labels,
            values: Array2::from_shape_vec((n, count), values).expect("a value for each token"),
            tokens,
        }
    }

    /// Number of inputs.
    pub fn n(&self) -> usize {
        self.labels.len()
    }

    /// The tokens of input i, T x d.
    pub fn tokens_of(&self, i: usize) -> ArrayView2<'_, f64> {
        let count = self.values.ncols();
        self.tokens.slice(s![i * count..(i + 1) * count, ..])
    }

    /// The token of each input with the highest score Y_i x_itᵀ v: the one with the least loss.
    pub fn best_tokens(&self) -> Vec<usize> {
        let scored = self.values.rows().into_iter().zip(&self.labels);
        scored.map(|(values, &label)| largest(values.mapv(|value| label * value).view())).collect()
    }
}

/// Uniform points of the unit sphere as rows.
fn unit_rows(rows: usize, d: usize, random: &mut Generator) -> Array2<f64> {
    let mut points = Array2::zeros((rows, d));
    for mut point in points.rows_mut() {
        point.assign(&random.unit_vector(d));
    }
    points
}

/// Place of the largest value.
fn largest(values: ArrayView1<f64>) -> usize {
    reduce::argmax(values.as_slice().expect("contiguous"))
}

/// The layer, with the buffers of its forward and backward pass.
pub struct Attention<'p> {
    problem: &'p Problem,
    /// W z_i as rows, n x d.
    directions: Array2<f64>,
    /// Softmax s_it, n x T.
    probabilities: Array2<f64>,
    /// ∂L/∂a_it for the tokens of one input.
    slopes: Vec<f64>,
    /// Σ_t (∂L/∂a_it) x_it as rows, n x d.
    pulls: Array2<f64>,
    /// ∂L/∂W, d x d.
    gradient: Array2<f64>,
}

impl<'p> Attention<'p> {
    /// A layer for this problem.
    pub fn new(problem: &'p Problem) -> Attention<'p> {
        let ((n, count), d) = (problem.values.dim(), problem.queries.ncols());
        Attention {
            problem,
            directions: Array2::zeros((n, d)),
            probabilities: Array2::zeros((n, count)),
            slopes: vec![0.0; count],
            pulls: Array2::zeros((n, d)),
            gradient: Array2::zeros((d, d)),
        }
    }

    /// Computes s_i = softmax_t(x_itᵀ W z_i) for every input. Returns the probabilities, n x T.
    pub fn attend(&mut self, weights: &Array2<f64>) -> &Array2<f64> {
        let queries = self.problem.queries.view();
        matrix::product_into(queries, weights.t(), &mut self.directions.view_mut());
        let rows = self.probabilities.rows_mut().into_iter().zip(self.directions.rows());
        for (i, (mut row, direction)) in rows.enumerate() {
            let row = row.as_slice_mut().expect("row-major");
            let direction = direction.as_slice().expect("row-major");
            matrix::vector_product_into(self.problem.tokens_of(i), direction, row);
            softmax(row);
        }
        &self.probabilities
    }

    /// ∂L/∂W of the loss L = (1/n) Σ_i log(1 + exp(−Y_i f_i)), d x d.
    pub fn gradient(&mut self, weights: &Array2<f64>) -> &Array2<f64> {
        self.attend(weights);
        let n = self.problem.n() as f64;
        for (i, &label) in self.problem.labels.iter().enumerate() {
            let probabilities = self.probabilities.row(i);
            let probabilities = probabilities.as_slice().expect("row-major");
            let values = self.problem.values.row(i);
            let values = values.as_slice().expect("row-major");
            let output = reduce::dot(probabilities, values);
            let loss_slope = -label * sigmoid(-label * output) / n;
            for ((slope, s), value) in self.slopes.iter_mut().zip(probabilities).zip(values) {
                *slope = loss_slope * s * (value - output);
            }
            let mut pull = self.pulls.row_mut(i);
            let pull = pull.as_slice_mut().expect("row-major");
            matrix::vector_product_into(self.problem.tokens_of(i).t(), &self.slopes, pull);
        }
        matrix::product_into(self.pulls.t(), self.problem.queries.view(), &mut self.gradient.view_mut());
        &self.gradient
    }

    /// The token that each input attends to most.
    pub fn selected(&mut self, weights: &Array2<f64>) -> Vec<usize> {
        self.attend(weights).rows().into_iter().map(largest).collect()
    }

    /// Mean over the inputs of the largest probability.
    pub fn saturation(&mut self, weights: &Array2<f64>) -> f64 {
        let rows = self.attend(weights).rows().into_iter();
        rows.map(|row| row.fold(0.0, |a: f64, b| a.max(*b))).sum::<f64>() / self.problem.n() as f64
    }
}

/// Replaces logits by probabilities. Less the largest, no logit overflows.
fn softmax(logits: &mut [f64]) {
    let largest = reduce::max(logits);
    for logit in logits.iter_mut() {
        *logit = exp(*logit - largest);
    }
    let total = reduce::sum(logits);
    reduce::scale(1.0 / total, logits);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem() -> Problem {
        let shape = Shape { n: 4, tokens: 5, d: 3 };
        Problem::sample(&shape, &mut Streams::new("test").open("attention", 0))
    }

    /// The loss from its definition.
    fn loss(problem: &Problem, weights: &Array2<f64>) -> f64 {
        let of_input = |i: usize| {
            let logits = problem.tokens_of(i).dot(weights).dot(&problem.queries.row(i));
            let shares = logits.mapv(exp);
            let output = shares.dot(&problem.values.row(i)) / shares.sum();
            ln(1.0 + exp(-problem.labels[i] * output))
        };
        (0..problem.n()).map(of_input).sum::<f64>() / problem.n() as f64
    }

    #[test]
    fn the_gradient_is_that_of_the_loss() {
        let problem = problem();
        let weights = Streams::new("test").open("weights", 0).normal_matrix(3, 3);
        let mut attention = Attention::new(&problem);
        let gradient = attention.gradient(&weights);
        let step = 1e-5;
        for ((i, j), slope) in gradient.indexed_iter() {
            let moved = |by: f64| {
                let mut weights = weights.clone();
                weights[[i, j]] += by;
                loss(&problem, &weights)
            };
            let difference = (moved(step) - moved(-step)) / (2.0 * step);
            assert!((slope - difference).abs() < 1e-9, "{i} {j}: {slope} {difference}");
        }
    }

    #[test]
    fn tokens_and_queries_lie_on_the_sphere() {
        let problem = problem();
        for row in problem.tokens.rows().into_iter().chain(problem.queries.rows()) {
            assert!((row.dot(&row) - 1.0).abs() < 1e-14);
        }
        for (i, best) in problem.best_tokens().into_iter().enumerate() {
            let scores = problem.values.row(i).mapv(|value| problem.labels[i] * value);
            assert!(scores.iter().all(|score| *score <= scores[best]));
        }
    }

    #[test]
    fn huge_logits_select_one_token() {
        let mut logits = [1e4, -1e4, 9e3];
        softmax(&mut logits);
        assert_eq!(logits, [1.0, 0.0, 0.0]);
    }
}
