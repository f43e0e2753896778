//! Handles of matrices on a tape, and where their numbers and gradients are found.

use std::fmt;

use crate::Number;

/// A matrix on a tape: a small handle, made by [`Tape`](crate::Tape), that knows its shape.
///
/// A value *of the batch* has `rows` rows for each example (1 for a plain input, the sequence length for a
/// sequence, the pixels for an image), one example after the other. A *fixed* value (a parameter, a mask, a mean)
/// has just `rows` rows. Numbers are stored row by row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    pub(crate) slot: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) batched: bool,
}

impl Value {
    /// Number of rows: of each example for a value of the batch, else in all.
    pub fn rows(self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(self) -> usize {
        self.columns
    }

    /// Whether the value has rows for each example of the batch.
    pub fn is_batched(self) -> bool {
        self.batched
    }

    /// Rows of the whole value for this number of examples.
    pub(crate) fn all_rows(self, examples: usize) -> usize {
        if self.batched { self.rows * examples } else { self.rows }
    }

    /// Numbers of the whole value for this number of examples.
    pub(crate) fn length(self, examples: usize) -> usize {
        self.all_rows(examples) * self.columns
    }

    /// A value of another shape, not yet on the tape.
    pub(crate) fn shaped(rows: usize, columns: usize, batched: bool) -> Self {
        let slot = usize::MAX;
        Self { slot, rows, columns, batched }
    }

    pub(crate) fn same_shape(self, other: Self) -> bool {
        (self.rows, self.columns, self.batched) == (other.rows, other.columns, other.batched)
    }
}

impl fmt::Display for Value {
    /// The shape: `784 x 200`, or `batch x 784` and `(batch of 64) x 32` for values of the batch.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.batched, self.rows) {
            (false, rows) => write!(formatter, "{rows} x {}", self.columns),
            (true, 1) => write!(formatter, "batch x {}", self.columns),
            (true, rows) => write!(formatter, "(batch of {rows}) x {}", self.columns),
        }
    }
}

/// Labels or tokens of the batch: `per_example` small integers for each example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labels {
    pub(crate) slot: usize,
    pub(crate) per_example: usize,
}

/// Where the numbers of a value live.
pub(crate) enum Place<T> {
    /// In the caller's vector of parameters, from this offset on.
    Parameter(usize),
    /// On the tape; of a batch, as many examples as are loaded.
    Here(Vec<T>),
}

/// Numbers of all values during a run.
pub(crate) struct Values<'a, T> {
    pub places: &'a [Place<T>],
    pub labels: &'a [Vec<usize>],
    pub theta: &'a [T],
    pub examples: usize,
}

impl<T: Number> Values<'_, T> {
    /// The numbers of a value.
    pub fn get(&self, value: Value) -> &[T] {
        let length = value.length(self.examples);
        match &self.places[value.slot] {
            Place::Parameter(offset) => &self.theta[*offset..offset + length],
            Place::Here(numbers) => &numbers[..length],
        }
    }

    /// Rows of a value.
    pub fn rows(&self, value: Value) -> usize {
        value.all_rows(self.examples)
    }

    /// The loaded labels.
    pub fn labels(&self, labels: Labels) -> &[usize] {
        &self.labels[labels.slot][..labels.per_example * self.examples]
    }
}

/// State of the gradient of one value.
pub(crate) struct Gradient<T> {
    /// Its numbers; for a parameter they are in the caller's vector and this stays empty.
    pub numbers: Vec<T>,
    /// Offset in the caller's vector, of a parameter.
    pub offset: Option<usize>,
    /// Whether a parameter is upstream.
    pub needed: bool,
    /// Whether something has been written in this backward pass.
    pub written: bool,
}

impl<T: Number> Gradient<T> {
    /// Ends the writing of this gradient: says whether there was any, else forgets what an earlier pass wrote.
    pub fn finish(&mut self) -> bool {
        let written = std::mem::take(&mut self.written);
        if !written {
            self.numbers.clear();
        }
        written
    }

    /// Where to write `length` numbers of this gradient; `None` if nobody needs it.
    pub fn target<'a>(&'a mut self, flat: &'a mut [T], length: usize) -> Option<Target<'a, T>> {
        if !self.needed {
            return None;
        }
        let add = std::mem::replace(&mut self.written, true);
        let numbers = match self.offset {
            Some(offset) => &mut flat[offset..offset + length],
            None => {
                if self.numbers.len() < length {
                    self.numbers.resize(length, T::ZERO);
                }
                &mut self.numbers[..length]
            }
        };
        Some(Target { numbers, add })
    }
}

/// Gradients of all values during a backward pass.
pub(crate) struct Gradients<'a, T> {
    pub states: &'a mut [Gradient<T>],
    pub flat: &'a mut [T],
    pub examples: usize,
}

impl<T: Number> Gradients<'_, T> {
    /// Where to write the gradient of a value; `None` if nobody needs it.
    pub fn of(&mut self, value: Value) -> Option<Target<'_, T>> {
        self.states[value.slot].target(self.flat, value.length(self.examples))
    }
}

/// A gradient that is being written: overwritten by the first operation, added to by the others.
pub(crate) struct Target<'a, T> {
    pub numbers: &'a mut [T],
    pub add: bool,
}

impl<'a, T: Number> Target<'a, T> {
    /// Writes or adds one number for each element.
    #[inline(always)]
    pub fn put(self, gradient: impl Iterator<Item = T>) {
        if self.add {
            self.numbers.iter_mut().zip(gradient).for_each(|(old, new)| *old += new);
        } else {
            self.numbers.iter_mut().zip(gradient).for_each(|(old, new)| *old = new);
        }
    }

    /// The numbers to add to, zero where nothing was written yet.
    pub fn accumulator(self) -> &'a mut [T] {
        if !self.add {
            self.numbers.fill(T::ZERO);
        }
        self.numbers
    }
}
