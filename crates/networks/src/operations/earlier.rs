//! Attention of each row to what came before it, in a sequence that may be another one.

use numerics::matrix::gemm;
use numerics::reduce;

use super::Operation;
use crate::value::{Gradients, Values};
use crate::{Number, Tape, Value};

impl<T: Number> Tape<T> {
    /// Multi-head attention of each row to the earlier rows of a context and to itself, without the output matrix.
    ///
    /// Row i of `queries`, n x d, attends to the rows j < i of `context` and to row i of `own`; both are n x 2 d, a key
    /// and a value of d numbers side by side. Heads divide the columns as in [`attention`](Self::attention), which this
    /// is, with a causal mask, where `context` is `own`. With another context the rows read a sequence that does not
    /// contain them, such as questions that are each asked after a number of examples.
    ///
    /// # Panics
    /// If the shapes do not fit, or the columns do not divide.
    pub fn attention_to_earlier(&mut self, queries: Value, own: Value, context: Value, heads: usize) -> Value {
        assert!(
            heads > 0 && queries.columns.is_multiple_of(heads),
            "attention_to_earlier: queries of {queries} do not divide into {heads} heads"
        );
        for pairs in [own, context] {
            assert!(
                pairs.same_shape(Value { columns: 2 * queries.columns, ..queries }),
                "attention_to_earlier: queries of {queries} need a key and a value for each row, and one operand is {pairs}"
            );
        }
        let room = vec![T::ZERO; self.capacity() * heads * queries.rows * queries.rows];
        let factor = T::ONE / T::from_count(queries.columns / heads).sqrt();
        let operation = Earlier { queries, own, context, heads, factor, weights: room.clone(), slopes: room };
        self.record(operation, queries, &[queries, own, context], &[])
    }
}

struct Earlier<T> {
    queries: Value,
    own: Value,
    context: Value,
    heads: usize,
    factor: T,
    /// Softmax of the scores, n x n for every example and head: row i holds the weight of itself, then those of the i
    /// rows of the context before it, then zeros.
    weights: Vec<T>,
    /// Derivatives by the scores, in the same places.
    slopes: Vec<T>,
}

/// Where the numbers of one head of one example begin.
#[derive(Clone, Copy)]
struct Place {
    /// Among weights and slopes.
    weights: usize,
    /// In a matrix of d columns.
    query: usize,
    /// In a matrix of 2 d columns.
    key: usize,
    value: usize,
}

impl<T: Number> Earlier<T> {
    /// Rows of an example, columns, and columns of a head.
    fn sizes(&self) -> [usize; 3] {
        [self.queries.rows, self.queries.columns, self.queries.columns / self.heads]
    }

    /// The places of all heads of all examples; `numbers` are those of the queries.
    fn places(&self, numbers: usize) -> impl Iterator<Item = Place> + use<T> {
        let ([n, width, head], heads) = (self.sizes(), self.heads);
        (0..numbers / (n * head)).map(move |index| {
            let (example, column) = (index / heads * n * width, index % heads * head);
            let key = 2 * example + column;
            Place { weights: index * n * n, query: example + column, key, value: key + width }
        })
    }
}

impl<T: Number> Operation<T> for Earlier<T> {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let [n, width, head] = self.sizes();
        let [queries, own, context] = [self.queries, self.own, self.context].map(|value| values.get(value));
        for place in self.places(output.len()) {
            let (q, k) = (&queries[place.query..], &context[place.key..]);
            let scores = &mut self.weights[place.weights..][..n * n];
            gemm(n, n - 1, head, q, width, 1, k, 1, 2 * width, &mut scores[1..], n, 1, false);
            for (i, row) in scores.chunks_exact_mut(n).enumerate() {
                row[0] = reduce::dot(&q[i * width..][..head], &own[place.key + 2 * i * width..][..head]);
                let (seen, hidden) = row.split_at_mut(i + 1);
                let highest = reduce::max(seen);
                seen.iter_mut().for_each(|score| *score = (*score - highest) * self.factor);
                hidden.fill(-T::INFINITY);
            }
        }
        let weights = &mut self.weights[..output.len() / head * n];
        T::exp_slice(weights);
        for row in weights.chunks_exact_mut(n) {
            reduce::scale(T::ONE / reduce::sum(row), row);
        }
        for place in self.places(output.len()) {
            let (weights, v) = (&self.weights[place.weights..][..n * n], &context[place.value..]);
            let y = &mut output[place.query..];
            for (i, row) in weights.chunks_exact(n).enumerate() {
                let own = &own[place.value + 2 * i * width..][..head];
                y[i * width..][..head].iter_mut().zip(own).for_each(|(y, &own)| *y = row[0] * own);
            }
            gemm(n, head, n - 1, &weights[1..], n, 1, v, 2 * width, 1, y, width, 1, true);
        }
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let [n, width, head] = self.sizes();
        let [queries, own, context] = [self.queries, self.own, self.context].map(|value| values.get(value));
        for place in self.places(gradient.len()) {
            let (g, v) = (&gradient[place.query..], &context[place.value..]);
            let weights = &self.weights[place.weights..][..n * n];
            let slopes = &mut self.slopes[place.weights..][..n * n];
            gemm(n, n - 1, head, g, width, 1, v, 1, 2 * width, &mut slopes[1..], n, 1, false);
            for (i, (slopes, weights)) in slopes.chunks_exact_mut(n).zip(weights.chunks_exact(n)).enumerate() {
                slopes[0] = reduce::dot(&g[i * width..][..head], &own[place.value + 2 * i * width..][..head]);
                let mean = reduce::dot(slopes, weights);
                for (slope, &weight) in slopes.iter_mut().zip(weights) {
                    *slope = (*slope - mean) * weight * self.factor;
                }
            }
        }
        if let Some(target) = gradients.of(self.queries) {
            let target = target.accumulator();
            for place in self.places(gradient.len()) {
                let (slopes, k) = (&self.slopes[place.weights..][..n * n], &context[place.key..]);
                let target = &mut target[place.query..];
                for (i, slopes) in slopes.chunks_exact(n).enumerate() {
                    let own = &own[place.key + 2 * i * width..][..head];
                    reduce::axpy(slopes[0], own, &mut target[i * width..][..head]);
                }
                gemm(n, head, n - 1, &slopes[1..], n, 1, k, 2 * width, 1, target, width, 1, true);
            }
        }
        // Key and value get the queries, weighted by slopes, and the gradients, weighted by weights.
        if let Some(target) = gradients.of(self.context) {
            let target = target.accumulator();
            for place in self.places(gradient.len()) {
                let parts = [(place.key, &self.slopes, queries), (place.value, &self.weights, gradient)];
                for (start, factors, rows) in parts {
                    let factors = &factors[place.weights + 1..][..n * n - 1];
                    let rows = &rows[place.query..];
                    gemm(n - 1, head, n, factors, 1, n, rows, width, 1, &mut target[start..], 2 * width, 1, true);
                }
            }
        }
        if let Some(target) = gradients.of(self.own) {
            let target = target.accumulator();
            for place in self.places(gradient.len()) {
                let parts = [(place.key, &self.slopes, queries), (place.value, &self.weights, gradient)];
                for (start, factors, rows) in parts {
                    for i in 0..n {
                        let row = &rows[place.query + i * width..][..head];
                        let target = &mut target[start + 2 * i * width..][..head];
                        reduce::axpy(factors[place.weights + i * n], row, target);
                    }
                }
            }
        }
    }
}
