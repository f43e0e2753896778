//! Sums, products and means.

use numerics::reduce;

use super::Operation;
use crate::value::{Gradients, Values};
use crate::{Number, Tape, Value};

impl<T: Number> Tape<T> {
    /// The sum a + b. The rows of b are repeated where a has a multiple of them: a residual connection, a bias, an
    /// embedding of positions.
    ///
    /// # Panics
    /// If the shapes do not fit.
    pub fn add(&mut self, a: Value, b: Value) -> Value {
        check_repetition("add", a, b);
        self.record(Add { a, b, sign: T::ONE }, a, &[a, b], &[])
    }

    /// The difference a − b, the rows of b repeated as in [`add`](Self::add).
    ///
    /// # Panics
    /// If the shapes do not fit.
    pub fn subtract(&mut self, a: Value, b: Value) -> Value {
        check_repetition("subtract", a, b);
        self.record(Add { a, b, sign: -T::ONE }, a, &[a, b], &[])
    }

    /// The product of each number of a with its partner in b, the rows of b repeated as in [`add`](Self::add):
    /// masks, gates, weights of examples.
    ///
    /// # Panics
    /// If the shapes do not fit.
    pub fn multiply(&mut self, a: Value, b: Value) -> Value {
        check_repetition("multiply", a, b);
        self.record(Multiply { a, b }, a, &[a, b], &[])
    }

    /// Each number of a where its partner in b is positive, and 0 elsewhere. It has no derivative by b, which sets a step:
    /// with a ReLU's input for b this is the ReLU's own backward pass, written as a value.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn gate(&mut self, a: Value, b: Value) -> Value {
        assert!(a.same_shape(b), "gate: {a} and {b} have different shapes");
        self.record(Gate { a, b }, a, &[a, b], &[])
    }

    /// The product of each number with a constant.
    pub fn scale(&mut self, a: Value, factor: f64) -> Value {
        let factor = T::from_f64(factor);
        self.record(Scale { a, factor }, a, &[a], &[])
    }

    /// The mean of all numbers of a value, 1 x 1.
    pub fn mean(&mut self, a: Value) -> Value {
        self.record(Total { a, mean: true }, Value::shaped(1, 1, false), &[a], &[])
    }

    /// The sum of all numbers of a value, 1 x 1.
    pub fn sum(&mut self, a: Value) -> Value {
        self.record(Total { a, mean: false }, Value::shaped(1, 1, false), &[a], &[])
    }

    /// The same numbers in `rows` x `columns` (for each example, of a value of the batch): flattens the pixels of an
    /// image, for instance. It costs nothing.
    ///
    /// # Panics
    /// If the number of numbers changes.
    pub fn reshape(&mut self, a: Value, rows: usize, columns: usize) -> Value {
        assert!(rows * columns == a.rows * a.columns, "reshape: {a} cannot become {rows} x {columns}");
        Value { rows, columns, ..a }
    }
}

fn check_repetition(operation: &str, a: Value, b: Value) {
    let repeats = a.columns == b.columns && a.rows.is_multiple_of(b.rows) && (a.batched || !b.batched);
    assert!(
        repeats && (!b.batched || a.rows == b.rows),
        "{operation}: {a} and {b} have different shapes, and the second is not a part that repeats in the first"
    );
}

/// a + sign · b with a sign of ±1.
struct Add<T> {
    a: Value,
    b: Value,
    sign: T,
}

impl<T: Number> Operation<T> for Add<T> {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (a, b, sign) = (values.get(self.a), values.get(self.b), self.sign);
        for (y, a) in output.chunks_exact_mut(b.len()).zip(a.chunks_exact(b.len())) {
            y.iter_mut().zip(a).zip(b).for_each(|((y, &a), &b)| *y = sign.fused(b, a));
        }
    }

    fn backward(&mut self, _values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        if let Some(da) = gradients.of(self.a) {
            da.put(gradient.iter().copied());
        }
        let Some(db) = gradients.of(self.b) else { return };
        if db.numbers.len() == gradient.len() {
            return db.put(gradient.iter().map(|&g| self.sign * g));
        }
        let db = db.accumulator();
        for part in gradient.chunks_exact(db.len()) {
            db.iter_mut().zip(part).for_each(|(db, &g)| *db = self.sign.fused(g, *db));
        }
    }
}

struct Multiply {
    a: Value,
    b: Value,
}

impl<T: Number> Operation<T> for Multiply {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (a, b) = (values.get(self.a), values.get(self.b));
        for (y, a) in output.chunks_exact_mut(b.len()).zip(a.chunks_exact(b.len())) {
            y.iter_mut().zip(a).zip(b).for_each(|((y, &a), &b)| *y = a * b);
        }
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let (a, b) = (values.get(self.a), values.get(self.b));
        if let Some(da) = gradients.of(self.a) {
            if da.numbers.len() == b.len() {
                da.put(gradient.iter().zip(b).map(|(&g, &b)| g * b));
            } else {
                da.put(gradient.iter().zip(b.iter().cycle()).map(|(&g, &b)| g * b));
            }
        }
        if let Some(db) = gradients.of(self.b) {
            let db = db.accumulator();
            for (g, a) in gradient.chunks_exact(db.len()).zip(a.chunks_exact(b.len())) {
                db.iter_mut().zip(g).zip(a).for_each(|((db, &g), &a)| *db = g.fused(a, *db));
            }
        }
    }
}

struct Gate {
    a: Value,
    b: Value,
}

impl<T: Number> Operation<T> for Gate {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let pairs = values.get(self.a).iter().zip(values.get(self.b));
        output.iter_mut().zip(pairs).for_each(|(y, (&a, &b))| *y = if b > T::ZERO { a } else { T::ZERO });
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let b = values.get(self.b);
        if let Some(da) = gradients.of(self.a) {
            da.put(gradient.iter().zip(b).map(|(&g, &b)| if b > T::ZERO { g } else { T::ZERO }));
        }
    }
}

struct Scale<T> {
    a: Value,
    factor: T,
}

impl<T: Number> Operation<T> for Scale<T> {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let a = values.get(self.a);
        output.iter_mut().zip(a).for_each(|(y, &a)| *y = self.factor * a);
    }

    fn backward(&mut self, _values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        if let Some(da) = gradients.of(self.a) {
            da.put(gradient.iter().map(|&g| self.factor * g));
        }
    }
}

struct Total {
    a: Value,
    mean: bool,
}

impl<T: Number> Operation<T> for Total {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let a = values.get(self.a);
        output[0] = if self.mean { reduce::mean(a) } else { reduce::sum(a) };
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let count = values.get(self.a).len();
        let share = if self.mean { gradient[0] / T::from_count(count) } else { gradient[0] };
        if let Some(da) = gradients.of(self.a) {
            da.put(std::iter::repeat_n(share, count));
        }
    }
}
