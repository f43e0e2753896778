//! Attention between the rows of each example.

use numerics::matrix::gemm;
use numerics::reduce;

use super::Operation;
use crate::value::{Gradients, Values};
use crate::{Number, Tape, Value};

impl<T: Number> Tape<T> {
    /// Multi-head attention (Vaswani et al. 2017) of a sequence to itself, without the output matrix.
    ///
    /// `qkv` has, for each of its n rows, a query, a key and a value of d numbers each, side by side: n x 3 d. Head h
    /// of `heads` sees columns h d' to (h + 1) d' of each, d' = d / heads, and gives
    /// softmax(Q Kᵀ / √d') V in the same columns of the result, n x d. Row i attends to the rows j for which
    /// `sees(i, j)`: `|i, j| j <= i` is the causal mask.
    ///
    /// # Panics
    /// If the columns do not divide, or a row sees nothing.
    pub fn attention(&mut self, qkv: Value, heads: usize, sees: impl Fn(usize, usize) -> bool) -> Value {
        assert!(
            heads > 0 && qkv.columns.is_multiple_of(3 * heads),
            "attention: {qkv} does not divide into query, key and value of {heads} heads"
        );
        let (rows, width) = (qkv.rows, qkv.columns / 3);
        let mask: Vec<bool> = (0..rows * rows).map(|index| sees(index / rows, index % rows)).collect();
        for (i, row) in mask.chunks_exact(rows).enumerate() {
            assert!(row.contains(&true), "attention: row {i} sees no row");
        }
        let head = width / heads;
        let operation = Attention {
            qkv,
            heads,
            hidden: mask.iter().map(|&seen| if seen { T::ZERO } else { -T::INFINITY }).collect(),
            factor: T::ONE / T::from_count(head).sqrt(),
            weights: vec![T::ZERO; self.capacity() * heads * rows * rows],
            slopes: vec![T::ZERO; rows * rows],
        };
        let shape = Value::shaped(rows, width, qkv.batched);
        self.record(operation, shape, &[qkv], &[])
    }
}

struct Attention<T> {
    qkv: Value,
    heads: usize,
    /// Added to the scores: zero, or minus infinity where a row does not see the other.
    hidden: Vec<T>,
    factor: T,
    /// Softmax of the scores, of every example and head.
    weights: Vec<T>,
    /// Derivatives by the weights and scores of one head.
    slopes: Vec<T>,
}

impl<T: Number> Operation<T> for Attention<T> {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (n, width) = (self.qkv.rows, self.qkv.columns / 3);
        let (stride, head) = (3 * width, width / self.heads);
        let examples = values.get(self.qkv).chunks_exact(n * stride).zip(output.chunks_exact_mut(n * width));
        let weights = self.weights.chunks_exact_mut(self.heads * n * n);
        for ((qkv, y), weights) in examples.zip(weights) {
            for (h, scores) in weights.chunks_exact_mut(n * n).enumerate() {
                let (q, k) = (&qkv[h * head..], &qkv[width + h * head..]);
                gemm(n, n, head, q, stride, 1, k, 1, stride, scores, n, 1, false);
            }
            for scores in weights.chunks_exact_mut(n * n) {
                for (row, hidden) in scores.chunks_exact_mut(n).zip(self.hidden.chunks_exact(n)) {
                    row.iter_mut().zip(hidden).for_each(|(s, &h)| *s = s.fused(self.factor, h));
                    let highest = reduce::max(row);
                    row.iter_mut().for_each(|s| *s -= highest);
                }
            }
            T::exp_slice(weights);
            for row in weights.chunks_exact_mut(n) {
                reduce::scale(T::ONE / reduce::sum(row), row);
            }
            for (h, weights) in weights.chunks_exact(n * n).enumerate() {
                let v = &qkv[2 * width + h * head..];
                gemm(n, head, n, weights, n, 1, v, stride, 1, &mut y[h * head..], width, 1, false);
            }
        }
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let Some(target) = gradients.of(self.qkv) else { return };
        let (n, width) = (self.qkv.rows, self.qkv.columns / 3);
        let (stride, head) = (3 * width, width / self.heads);
        let add = target.add;
        let examples = values.get(self.qkv).chunks_exact(n * stride).zip(gradient.chunks_exact(n * width));
        let targets = target.numbers.chunks_exact_mut(n * stride);
        let all_weights = self.weights.chunks_exact(self.heads * n * n);
        for (((qkv, g), target), weights) in examples.zip(targets).zip(all_weights) {
            for (h, weights) in weights.chunks_exact(n * n).enumerate() {
                let [q, k, v] = [0, 1, 2].map(|part| part * width + h * head);
                let (slopes, g) = (&mut self.slopes, &g[h * head..]);
                gemm(n, head, n, weights, 1, n, g, width, 1, &mut target[v..], stride, 1, add);
                gemm(n, n, head, g, width, 1, &qkv[v..], 1, stride, slopes, n, 1, false);
                for (slopes, weights) in slopes.chunks_exact_mut(n).zip(weights.chunks_exact(n)) {
                    let mean = reduce::dot(slopes, weights);
                    for (slope, &weight) in slopes.iter_mut().zip(weights) {
                        *slope = (*slope - mean) * weight * self.factor;
                    }
                }
                gemm(n, head, n, slopes, n, 1, &qkv[k..], stride, 1, &mut target[q..], stride, 1, add);
                gemm(n, head, n, slopes, 1, n, &qkv[q..], stride, 1, &mut target[k..], stride, 1, add);
            }
        }
    }
}
