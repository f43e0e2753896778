//! The network that fuses a text with its passages, and its derivatives.
//!
//! For a text q with passages p₁, …, pₘ: α = softmaxⱼ(qᵀ Q pⱼ), r = Σⱼ αⱼ pⱼ, z = W q + 2 σ(g) U r, and the output is
//! z / |z|. Texts are rows here, and W and U stand for their transposes, which start alike.

use common::prelude::*;

/// How a text uses its passages.
#[derive(Clone, Copy, Debug, Eq, Parameters, PartialEq)]
pub enum Method {
    /// No passages: z = W q.
    None,
    /// Attention to random passages.
    Random,
    /// The mean of retrieved passages: αⱼ = 1 / m.
    Mean,
    /// Attention to retrieved passages.
    Attention,
}

/// The numbers that are learned, or the derivatives by them.
pub struct Weights {
    /// W, d x d.
    pub text: Array2<f64>,
    /// U, d x d.
    pub passage: Array2<f64>,
    /// Q, d x d.
    pub attention: Array2<f64>,
    /// The gate g and the log-temperature t of the logits.
    pub scalars: [f64; 2],
}

/// The log-temperature at the start.
const LOG_TEMPERATURE: f64 = 2.0;

impl Weights {
    /// The start: W and U are the identity; Q is 0, which is the mean of the passages.
    pub fn start(dim: usize) -> Weights {
        let [text, passage] = [(); 2].map(|()| Array2::eye(dim));
        Weights { text, passage, attention: Array2::zeros((dim, dim)), scalars: [0.0, LOG_TEMPERATURE] }
    }

    /// All zero.
    pub fn zeros(dim: usize) -> Weights {
        let [text, passage, attention] = [(); 3].map(|()| Array2::zeros((dim, dim)));
        Weights { text, passage, attention, scalars: [0.0; 2] }
    }

    /// The weight of passages, 2 σ(g).
    pub fn gate(&self) -> f64 {
        2.0 * sigmoid(self.scalars[0])
    }

    /// W, U, Q, and g with t, as slices.
    pub fn slices_mut(&mut self) -> [&mut [f64]; 4] {
        let [text, passage, attention] = [&mut self.text, &mut self.passage, &mut self.attention]
            .map(|matrix| matrix.as_slice_mut().expect("a matrix of its own"));
        [text, passage, attention, &mut self.scalars]
    }
}

/// Some texts on their way through the network, a row each, with room for the derivatives.
pub struct Batch<'a> {
    method: Method,
    /// All passages: those of the batch are numbers of its rows.
    corpus: ArrayView2<'a, f64>,
    passages: Array2<usize>,
    texts: Array2<f64>,
    /// Qᵀ q.
    projected: Array2<f64>,
    alpha: Array2<f64>,
    /// r.
    mixed: Array2<f64>,
    lengths: Vec<f64>,
    /// z / |z|; zeros where z is zero.
    pub outputs: Array2<f64>,
    /// The derivatives of a loss by the outputs: set them before [`backward`](Self::backward), which uses them up.
    pub slopes: Array2<f64>,
    mixed_slopes: Array2<f64>,
    alpha_slopes: Vec<f64>,
    /// Σⱼ of the derivative by the j-th score times pⱼ.
    attended: Array2<f64>,
}

impl<'a> Batch<'a> {
    /// Room for `count` texts with m passages each from a corpus.
    pub fn new(method: Method, corpus: ArrayView2<'a, f64>, count: usize, m: usize) -> Batch<'a> {
        let rows = || Array2::zeros((count, corpus.ncols()));
        let fused = || if method == Method::None { Array2::zeros((0, 0)) } else { rows() };
        Batch {
            method,
            corpus,
            passages: Array2::zeros((count, m)),
            texts: rows(),
            projected: fused(),
            alpha: Array2::from_elem((count, m), 1.0 / m as f64),
            mixed: fused(),
            lengths: vec![0.0; count],
            outputs: rows(),
            slopes: rows(),
            mixed_slopes: fused(),
            alpha_slopes: vec![0.0; m],
            attended: fused(),
        }
    }

    /// Takes these rows of some texts and of the numbers of their passages, of which the first m count.
    pub fn load(&mut self, texts: &Array2<f64>, passages: &Array2<usize>, chosen: &[usize]) {
        let m = self.passages.ncols();
        for (place, &row) in chosen.iter().enumerate() {
            self.texts.row_mut(place).assign(&texts.row(row));
            self.passages.row_mut(place).assign(&passages.slice(s![row, ..m]));
        }
    }

    fn attends(&self) -> bool {
        matches!(self.method, Method::Attention | Method::Random)
    }

    /// Computes the outputs.
    pub fn forward(&mut self, weights: &Weights) {
        if self.method == Method::None {
            matrix::product_into(self.texts.view(), weights.text.view(), &mut self.outputs.view_mut());
        } else {
            self.mix(weights);
            matrix::product_into(self.mixed.view(), weights.passage.view(), &mut self.outputs.view_mut());
            self.outputs *= weights.gate();
            matrix::product_add(self.texts.view(), weights.text.view(), &mut self.outputs.view_mut());
        }
        for (length, mut output) in self.lengths.iter_mut().zip(self.outputs.rows_mut()) {
            *length = reduce::norm(output.as_slice().expect("a row"));
            if *length > 0.0 {
                output /= *length;
            }
        }
    }

    /// Attends to the passages and mixes them.
    fn mix(&mut self, weights: &Weights) {
        let attends = self.attends();
        if attends {
            matrix::product_into(self.texts.view(), weights.attention.view(), &mut self.projected.view_mut());
        }
        self.mixed.fill(0.0);
        for (text, passages) in self.passages.rows().into_iter().enumerate() {
            let mut alpha = self.alpha.row_mut(text);
            let alpha = alpha.as_slice_mut().expect("a row");
            if attends {
                let projected = row(self.projected.view(), text);
                for (score, &passage) in alpha.iter_mut().zip(passages) {
                    *score = reduce::dot(projected, row(self.corpus, passage));
                }
                let total = log_sum_exp(alpha);
                alpha.iter_mut().for_each(|score| *score = exp(*score - total));
            }
            let mut mixed = self.mixed.row_mut(text);
            let mixed = mixed.as_slice_mut().expect("a row");
            for (&alpha, &passage) in alpha.iter().zip(passages) {
                reduce::axpy(alpha, row(self.corpus, passage), mixed);
            }
        }
    }

    /// The derivatives of a loss by all weights but the log-temperature.
    pub fn backward(&mut self, weights: &Weights, gradient: &mut Weights) {
        for ((mut slope, output), &length) in
            self.slopes.rows_mut().into_iter().zip(self.outputs.rows()).zip(&self.lengths)
        {
            let slope = slope.as_slice_mut().expect("a row");
            let output = output.to_slice().expect("a row");
            reduce::axpy(-reduce::dot(output, slope), output, slope);
            reduce::scale(if length > 0.0 { 1.0 / length } else { 0.0 }, slope);
        }
        matrix::product_into(self.texts.t(), self.slopes.view(), &mut gradient.text.view_mut());
        if self.method == Method::None {
            return;
        }
        let gate = weights.gate();
        matrix::product_into(self.mixed.t(), self.slopes.view(), &mut gradient.passage.view_mut());
        gradient.passage *= gate;
        matrix::product_into(self.slopes.view(), weights.passage.t(), &mut self.mixed_slopes.view_mut());
        let [mixed, slopes] =
            [&self.mixed, &self.mixed_slopes].map(|rows| rows.as_slice().expect("a matrix of its own"));
        gradient.scalars[0] = gate * (1.0 - 0.5 * gate) * reduce::dot(mixed, slopes);
        if self.attends() {
            self.mixed_slopes *= gate;
            self.attention_backward();
            matrix::product_into(self.texts.t(), self.attended.view(), &mut gradient.attention.view_mut());
        }
    }

    /// From derivatives by r to those by the scores, as sums of passages.
    fn attention_backward(&mut self) {
        self.attended.fill(0.0);
        for (text, passages) in self.passages.rows().into_iter().enumerate() {
            let alpha = self.alpha.row(text).to_slice().expect("a row");
            let slope = row(self.mixed_slopes.view(), text);
            for (alpha_slope, &passage) in self.alpha_slopes.iter_mut().zip(passages) {
                *alpha_slope = reduce::dot(slope, row(self.corpus, passage));
            }
            let mean = reduce::dot(alpha, &self.alpha_slopes);
            let mut attended = self.attended.row_mut(text);
            let attended = attended.as_slice_mut().expect("a row");
            for ((&alpha, &alpha_slope), &passage) in alpha.iter().zip(&self.alpha_slopes).zip(passages) {
                reduce::axpy(alpha * (alpha_slope - mean), row(self.corpus, passage), attended);
            }
        }
    }

    /// The mean entropy of α over the texts, nats: ln m where all passages count alike, 0 without passages.
    pub fn entropy(&self) -> f64 {
        let each = |&alpha: &f64| if alpha > 0.0 { -alpha * ln(alpha) } else { 0.0 * alpha };
        let terms: Vec<f64> = self.alpha.iter().map(each).collect();
        reduce::sum(&terms) / self.alpha.nrows() as f64
    }
}

fn row(matrix: ArrayView2<'_, f64>, row: usize) -> &[f64] {
    matrix.index_axis_move(ndarray::Axis(0), row).to_slice().expect("a row of a matrix in standard layout")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The loss Σ c · outputs and its derivatives, for fixed random c.
    fn loss(batch: &mut Batch, weights: &Weights, gradient: &mut Weights, c: &Array2<f64>) -> f64 {
        batch.forward(weights);
        batch.slopes.assign(c);
        batch.backward(weights, gradient);
        (&batch.outputs * c).sum()
    }

    #[test]
    fn derivatives_are_those_of_finite_differences() {
        let mut draws = Streams::new("test").open("fusion", 0);
        let (corpus, texts) = (draws.normal_matrix(9, 4), draws.normal_matrix(5, 4));
        let passages = Array2::from_shape_fn((5, 3), |_| draws.below(9));
        for method in [Method::None, Method::Mean, Method::Attention] {
            let m = if method == Method::None { 0 } else { 3 };
            let mut batch = Batch::new(method, corpus.view(), 4, m);
            batch.load(&texts, &passages, &[0, 2, 3, 4]);
            let mut weights = Weights::start(4);
            weights.attention = draws.normal_matrix(4, 4);
            let (mut gradient, mut unused) = (Weights::zeros(4), Weights::zeros(4));
            let c = draws.normal_matrix(4, 4);
            loss(&mut batch, &weights, &mut gradient, &c);
            for (part, exact) in gradient.slices_mut().into_iter().enumerate() {
                for (place, &exact) in exact.iter().enumerate() {
                    let mut at = |shift: f64| {
                        weights.slices_mut()[part][place] += shift;
                        loss(&mut batch, &weights, &mut unused, &c)
                    };
                    let difference = (at(1e-5) - at(-2e-5)) / 2e-5;
                    at(1e-5);
                    assert!((difference - exact).abs() < 1e-7, "{method:?} {part} {place}: {difference} {exact}");
                }
            }
        }
    }

    #[test]
    fn attention_starts_as_the_mean() {
        let mut draws = Streams::new("test").open("fusion", 1);
        let (corpus, texts) = (draws.normal_matrix(9, 4), draws.normal_matrix(2, 4));
        let outputs = [Method::Mean, Method::Attention].map(|method| {
            let mut batch = Batch::new(method, corpus.view(), 2, 3);
            batch.load(&texts, &array![[1, 2, 3], [7, 8, 0]], &[0, 1]);
            batch.forward(&Weights::start(4));
            assert!((batch.entropy() - ln(3.0)).abs() < 1e-12);
            batch.outputs
        });
        assert!((&outputs[0] - &outputs[1]).iter().all(|difference| difference.abs() < 1e-12));
    }
}
