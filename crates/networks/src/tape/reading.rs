//! Reading what was computed.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::Tape;
use crate::value::Place;
use crate::{Number, Value};

impl<T: Number> Tape<T> {
    /// Examples of the last forward pass.
    pub fn examples(&self) -> usize {
        self.examples
    }

    /// The numbers of an input or of a computed value, row by row.
    ///
    /// # Panics
    /// If the value is a parameter: those are in the flat vector, at [`range`](Self::range).
    pub fn value(&self, value: Value) -> &[T] {
        match &self.places[value.slot] {
            Place::Here(numbers) => &numbers[..value.length(self.examples)],
            Place::Parameter(_) => panic!("parameters are not on the tape: look into the flat vector"),
        }
    }

    /// A computed value as a matrix.
    ///
    /// # Panics
    /// As [`value`](Self::value).
    pub fn matrix(&self, value: Value) -> ArrayView2<'_, T> {
        let shape = (value.all_rows(self.examples), value.columns);
        ArrayView2::from_shape(shape, self.value(value)).expect("as many numbers as the shape has")
    }

    /// A computed 1 x 1 value.
    ///
    /// # Panics
    /// If the value has another shape.
    pub fn scalar(&self, value: Value) -> T {
        assert!((value.rows, value.columns, value.batched) == (1, 1, false), "a {value} value is no scalar");
        self.value(value)[0]
    }

    /// Derivatives by a computed value or a [`variable`](Self::variable), from the last backward pass; one row for
    /// each of its rows. Of a mean over the batch, row i is the derivative of example i's loss divided by the number of examples.
    ///
    /// # Panics
    /// If the last backward pass did not reach the value, as it does not reach plain inputs; for a parameter, whose
    /// derivatives are in the vector that the pass filled.
    pub fn gradient(&self, value: Value) -> ArrayView2<'_, T> {
        let shape = (value.all_rows(self.examples), value.columns);
        let numbers = &self.gradients[value.slot].numbers;
        assert!(numbers.len() >= shape.0 * shape.1, "the last backward pass did not reach this {value} value");
        ArrayView2::from_shape(shape, &numbers[..shape.0 * shape.1]).expect("as many numbers as the shape has")
    }

    /// Computes a value for all examples, in chunks of the capacity, from one input: row i of `results` is what
    /// example i gets.
    ///
    /// # Panics
    /// If shapes do not fit, or the value depends on another input of the batch.
    pub fn predict(
        &mut self,
        theta: &[T],
        x: Value,
        examples: ArrayView2<T>,
        value: Value,
        mut results: ArrayViewMut2<T>,
    ) {
        assert!(
            results.dim() == (examples.nrows() * value.rows(), value.columns()) && value.is_batched(),
            "predict: {} examples of a {value} value do not fit into {:?}",
            examples.nrows(),
            results.dim()
        );
        let mut row = 0;
        for chunk in chunks(examples, self.capacity()) {
            load_rows(self, x, chunk);
            self.forward_to(value, theta);
            let computed = self.matrix(value);
            let end = row + computed.nrows();
            results.slice_mut(ndarray::s![row..end, ..]).assign(&computed);
            row = end;
        }
    }
}

/// Consecutive rows, `size` at a time.
pub(crate) fn chunks<T>(rows: ArrayView2<'_, T>, size: usize) -> impl Iterator<Item = ArrayView2<'_, T>> {
    (0..rows.nrows()).step_by(size).map(move |start| {
        let end = (start + size).min(rows.nrows());
        rows.slice_move(ndarray::s![start..end, ..])
    })
}

/// Loads an input with all rows of a matrix.
pub(crate) fn load_rows<T: Number>(tape: &mut Tape<T>, x: Value, rows: ArrayView2<T>) {
    let size = x.rows() * x.columns();
    assert!(
        rows.ncols() == size,
        "rows of {} numbers were given for an input of {size} for each example",
        rows.ncols()
    );
    let to = tape.input_mut(x, rows.nrows());
    match rows.as_slice() {
        Some(rows) => to.copy_from_slice(rows),
        None => to.iter_mut().zip(rows).for_each(|(to, &from)| *to = from),
    }
}
