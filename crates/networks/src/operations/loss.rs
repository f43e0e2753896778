//! Losses, one number for each row; their mean is the usual objective.

use numerics::reduce;

use super::Operation;
use crate::value::{Gradients, Values};
use crate::{Labels, Number, Tape, Value};

impl<T: Number> Tape<T> {
    /// Softmax cross-entropy of each row of logits z with its label y: ln Σⱼ e^zⱼ − z_y, one column.
    ///
    /// [`mean`](Self::mean) gives the usual loss; per-example weights enter by [`multiply`](Self::multiply) before
    /// it. The derivative by the logits is softmax(z) − onehot(y), times the derivative by the loss.
    ///
    /// # Panics
    /// If there is not one label for each row. A label that is no column panics when the loss is computed.
    pub fn cross_entropy(&mut self, logits: Value, labels: Labels) -> Value {
        assert!(
            logits.batched && logits.rows == labels.per_example,
            "cross_entropy: the logits are {logits}, and each example has {} labels",
            labels.per_example
        );
        let probabilities = vec![T::ZERO; logits.length(self.capacity())];
        let operation = CrossEntropy { logits, labels, probabilities };
        let shape = Value::shaped(logits.rows, 1, true);
        self.record(operation, shape, &[logits], &[labels])
    }

    /// Entropy −Σⱼ pⱼ ln pⱼ of the softmax p of each row of logits z, one column, in nats. A probability of 0 adds 0.
    ///
    /// The derivative by zⱼ is −pⱼ (ln pⱼ + entropy).
    pub fn entropy(&mut self, logits: Value) -> Value {
        let room = vec![T::ZERO; logits.length(self.capacity())];
        let operation = Entropy { logits, probabilities: room.clone(), ln_probabilities: room };
        let shape = Value::shaped(logits.rows, 1, logits.batched);
        self.record(operation, shape, &[logits], &[])
    }

    /// Squared distance Σⱼ (aⱼ − bⱼ)² of each row of a to its row of b, one column.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn squared_error(&mut self, a: Value, b: Value) -> Value {
        assert!(a.same_shape(b), "squared_error: {a} and {b} have different shapes");
        let shape = Value::shaped(a.rows, 1, a.batched);
        self.record(SquaredError { a, b }, shape, &[a, b], &[])
    }

    /// Binary cross-entropy Σⱼ ln(1 + e^zⱼ) − tⱼ zⱼ of each row of logits z with targets t in [0, 1], one column.
    /// The targets get no gradient.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn binary_cross_entropy(&mut self, logits: Value, targets: Value) -> Value {
        assert!(logits.same_shape(targets), "binary_cross_entropy: {logits} and {targets} have different shapes");
        let shape = Value::shaped(logits.rows, 1, logits.batched);
        self.record(BinaryCrossEntropy { logits, targets }, shape, &[logits, targets], &[])
    }
}

/// Replaces each row of logits by its softmax: e^zⱼ / Σₖ e^zₖ.
pub fn softmax_rows<T: Number>(logits: &mut [T], columns: usize) {
    shift_rows(logits, columns);
    T::exp_slice(logits);
    for row in logits.chunks_exact_mut(columns) {
        reduce::scale(T::ONE / reduce::sum(row), row);
    }
}

/// Subtracts from each row its maximum.
fn shift_rows<T: Number>(logits: &mut [T], columns: usize) {
    for row in logits.chunks_exact_mut(columns) {
        let highest = reduce::max(row);
        row.iter_mut().for_each(|z| *z -= highest);
    }
}

struct CrossEntropy<T> {
    logits: Value,
    labels: Labels,
    probabilities: Vec<T>,
}

impl<T: Number> Operation<T> for CrossEntropy<T> {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (logits, labels) = (values.get(self.logits), values.labels(self.labels));
        let classes = self.logits.columns;
        let p = &mut self.probabilities[..logits.len()];
        p.copy_from_slice(logits);
        shift_rows(p, classes);
        for ((p, loss), &label) in p.chunks_exact(classes).zip(output.iter_mut()).zip(labels) {
            assert!(label < classes, "cross_entropy: label {label} among {classes} classes");
            *loss = -p[label];
        }
        T::exp_slice(p);
        for (p, loss) in p.chunks_exact_mut(classes).zip(output) {
            let sum = reduce::sum(p);
            *loss += sum.ln();
            reduce::scale(T::ONE / sum, p);
        }
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let Some(dz) = gradients.of(self.logits) else { return };
        let (classes, labels) = (self.logits.columns, values.labels(self.labels));
        let rows = self.probabilities.chunks_exact(classes).zip(gradient).zip(labels);
        for (dz_row, ((p, &g), &label)) in dz.numbers.chunks_exact_mut(classes).zip(rows) {
            if dz.add {
                dz_row.iter_mut().zip(p).for_each(|(dz, &p)| *dz = g.fused(p, *dz));
            } else {
                dz_row.iter_mut().zip(p).for_each(|(dz, &p)| *dz = g * p);
            }
            dz_row[label] -= g;
        }
    }
}

struct Entropy<T> {
    logits: Value,
    probabilities: Vec<T>,
    ln_probabilities: Vec<T>,
}

impl<T: Number> Operation<T> for Entropy<T> {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (logits, columns) = (values.get(self.logits), self.logits.columns);
        let (p, ln_p) = (&mut self.probabilities[..logits.len()], &mut self.ln_probabilities[..logits.len()]);
        ln_p.copy_from_slice(logits);
        shift_rows(ln_p, columns);
        p.copy_from_slice(ln_p);
        T::exp_slice(p);
        let rows = p.chunks_exact_mut(columns).zip(ln_p.chunks_exact_mut(columns));
        for ((p, ln_p), entropy) in rows.zip(output) {
            let sum = reduce::sum(p);
            let ln_sum = sum.ln();
            reduce::scale(T::ONE / sum, p);
            ln_p.iter_mut().for_each(|ln_p| *ln_p -= ln_sum);
            *entropy = p.iter().zip(ln_p).fold(T::ZERO, |sum, (&p, ln_p)| sum - product_or_zero(p, *ln_p));
        }
    }

    fn backward(&mut self, _values: &Values<T>, output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let Some(dz) = gradients.of(self.logits) else { return };
        let columns = self.logits.columns;
        let rows = output.iter().zip(gradient).flat_map(|pair| std::iter::repeat_n(pair, columns));
        let numbers = self.probabilities.iter().zip(&self.ln_probabilities).zip(rows);
        dz.put(numbers.map(|((&p, &ln_p), (&entropy, &g))| -g * product_or_zero(p, ln_p + entropy)));
    }
}

/// p x, and 0 for p = 0 even where x is infinite.
fn product_or_zero<T: Number>(p: T, x: T) -> T {
    if p == T::ZERO { T::ZERO } else { p * x }
}

struct SquaredError {
    a: Value,
    b: Value,
}

impl<T: Number> Operation<T> for SquaredError {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (a, b) = (values.get(self.a), values.get(self.b));
        let columns = self.a.columns;
        for ((y, a), b) in output.iter_mut().zip(a.chunks_exact(columns)).zip(b.chunks_exact(columns)) {
            let terms = a.iter().zip(b).map(|(&a, &b)| a - b);
            *y = terms.fold(T::ZERO, |sum, difference| difference.fused(difference, sum));
        }
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let (a, b) = (values.get(self.a), values.get(self.b));
        let columns = self.a.columns;
        for (value, sign) in [(self.a, T::ONE), (self.b, -T::ONE)] {
            let Some(target) = gradients.of(value) else { continue };
            let factors = gradient.iter().flat_map(|&g| std::iter::repeat_n((g + g) * sign, columns));
            target.put(a.iter().zip(b).zip(factors).map(|((&a, &b), factor)| factor * (a - b)));
        }
    }
}

struct BinaryCrossEntropy {
    logits: Value,
    targets: Value,
}

impl<T: Number> Operation<T> for BinaryCrossEntropy {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (z, t) = (values.get(self.logits), values.get(self.targets));
        let columns = self.logits.columns;
        for ((y, z), t) in output.iter_mut().zip(z.chunks_exact(columns)).zip(t.chunks_exact(columns)) {
            let terms = z.iter().zip(t).map(|(&z, &t)| z.softplus() - t * z);
            *y = terms.fold(T::ZERO, |sum, term| sum + term);
        }
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let Some(dz) = gradients.of(self.logits) else { return };
        let (z, t) = (values.get(self.logits), values.get(self.targets));
        let columns = self.logits.columns;
        let factors = gradient.iter().flat_map(|&g| std::iter::repeat_n(g, columns));
        dz.put(z.iter().zip(t).zip(factors).map(|((&z, &t), g)| g * (z.sigmoid() - t)));
    }
}
