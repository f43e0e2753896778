//! Matrix products: linear layers, low-rank products.

use numerics::matrix::gemm;

use super::Operation;
use crate::value::{Gradients, Values};
use crate::{Init, Number, Tape, Value};

impl<T: Number> Tape<T> {
    /// A linear layer x W + b: every row of x (p columns) times W (p x q), plus the row b (1 x q).
    ///
    /// # Panics
    /// If the shapes do not fit, or W or b has rows for each example.
    pub fn linear(&mut self, x: Value, w: Value, b: Value) -> Value {
        assert!(
            (b.rows, b.columns, b.batched) == (1, w.columns, false),
            "linear: the bias is {b}, and must be 1 x {}",
            w.columns
        );
        self.affine(x, w, Some(b))
    }

    /// The product A B, where B is fixed and A fixed or of the batch: a layer without bias, or the product of two
    /// low-rank factors.
    ///
    /// # Panics
    /// If the shapes do not fit, or B has rows for each example.
    pub fn product(&mut self, a: Value, b: Value) -> Value {
        self.affine(a, b, None)
    }

    /// The product A Bᵀ of every row of A with every row of B: a layer backwards where B is a fixed weight; how similar
    /// each example is to all examples where B is of the batch. Then there are as many columns as the capacity has
    /// rows, and batches have to be full.
    ///
    /// # Panics
    /// If the rows of A and B have different lengths, or only B has rows for each example. A batch of fewer examples
    /// panics when a product with B of the batch is computed.
    pub fn product_transposed(&mut self, a: Value, b: Value) -> Value {
        assert!(
            a.columns == b.columns && (a.batched || !b.batched),
            "product_transposed: {a} times the transpose of {b}; the rows must have one length, and only with the first may the second be of the batch"
        );
        let columns = b.all_rows(self.capacity());
        let shape = Value::shaped(a.rows, columns, a.batched);
        self.record(Transposed { a, b, columns }, shape, &[a, b], &[])
    }

    /// A linear layer with parameters of its own: `name.weight`, p x `units`, drawn from `init`, and `name.bias`,
    /// 1 x `units`, zero at the start.
    pub fn dense(&mut self, name: &str, x: Value, units: usize, init: Init) -> Value {
        let w = self.parameter(&format!("{name}.weight"), x.columns, units, init);
        let b = self.parameter(&format!("{name}.bias"), 1, units, Init::Constant(0.0));
        self.linear(x, w, b)
    }

    fn affine(&mut self, x: Value, w: Value, b: Option<Value>) -> Value {
        assert!(
            x.columns == w.rows && !w.batched,
            "linear: {x} times {w}; the columns of the first must be the rows of the second, which is the same for all examples"
        );
        let shape = Value::shaped(x.rows, w.columns, x.batched);
        let inputs: Vec<Value> = [x, w].into_iter().chain(b).collect();
        self.record(Linear { x, w, b }, shape, &inputs, &[])
    }
}

struct Linear {
    x: Value,
    w: Value,
    b: Option<Value>,
}

impl<T: Number> Operation<T> for Linear {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (x, w) = (values.get(self.x), values.get(self.w));
        let (m, p, q) = (values.rows(self.x), self.w.rows, self.w.columns);
        if let Some(b) = self.b {
            let b = values.get(b);
            output.chunks_exact_mut(q).for_each(|row| row.copy_from_slice(b));
        }
        gemm(m, q, p, x, p, 1, w, q, 1, output, q, 1, self.b.is_some());
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], dy: &[T], gradients: &mut Gradients<T>) {
        let (x, w) = (values.get(self.x), values.get(self.w));
        let (m, p, q) = (values.rows(self.x), self.w.rows, self.w.columns);
        if let Some(dw) = gradients.of(self.w) {
            gemm(p, q, m, x, 1, p, dy, q, 1, dw.numbers, q, 1, dw.add);
        }
        if let Some(db) = self.b.and_then(|b| gradients.of(b)) {
            add_rows(dy, db.accumulator());
        }
        if let Some(dx) = gradients.of(self.x) {
            gemm(m, p, q, dy, q, 1, w, 1, q, dx.numbers, p, 1, dx.add);
        }
    }
}

struct Transposed {
    a: Value,
    b: Value,
    /// Rows of b in a full batch.
    columns: usize,
}

impl<T: Number> Operation<T> for Transposed {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (m, n, p) = (values.rows(self.a), self.columns, self.a.columns);
        let found = values.rows(self.b);
        assert!(found == n, "product_transposed: {found} rows of the batch where a full one has {n}");
        gemm(m, n, p, values.get(self.a), p, 1, values.get(self.b), 1, p, output, n, 1, false);
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], dy: &[T], gradients: &mut Gradients<T>) {
        let (m, n, p) = (values.rows(self.a), self.columns, self.a.columns);
        if let Some(da) = gradients.of(self.a) {
            gemm(m, p, n, dy, n, 1, values.get(self.b), p, 1, da.numbers, p, 1, da.add);
        }
        if let Some(db) = gradients.of(self.b) {
            gemm(n, p, m, dy, 1, n, values.get(self.a), p, 1, db.numbers, p, 1, db.add);
        }
    }
}

/// Adds the rows of a matrix to one row, from the first to the last.
pub(super) fn add_rows<T: Number>(matrix: &[T], row: &mut [T]) {
    for values in matrix.chunks_exact(row.len()) {
        row.iter_mut().zip(values).for_each(|(sum, &value)| *sum += value);
    }
}
