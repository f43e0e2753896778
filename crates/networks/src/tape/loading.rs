//! Loading inputs and labels.

use ndarray::ArrayView2;

use super::{Source, Tape};
use crate::value::Place;
use crate::{Labels, Number, Value};

impl<T: Number> Tape<T> {
    /// Loads an input: of the batch, any number of examples up to the capacity; fixed, all of it.
    ///
    /// # Panics
    /// If the value is not an input or the numbers do not fill whole examples.
    pub fn set(&mut self, input: Value, numbers: &[T]) {
        let size = input.rows * input.columns;
        assert!(
            numbers.len().is_multiple_of(size),
            "{} numbers were given for an input of {size} for each example",
            numbers.len()
        );
        self.input_mut(input, numbers.len() / size).copy_from_slice(numbers);
    }

    /// Declares an input loaded with this many examples (1 for a fixed one) and gives its numbers to be filled.
    ///
    /// # Panics
    /// If the value is not an input or has no room for so many.
    pub fn input_mut(&mut self, input: Value, examples: usize) -> &mut [T] {
        self.load(Source::Numbers(input.slot), examples);
        match &mut self.places[input.slot] {
            Place::Here(numbers) => &mut numbers[..input.rows * input.columns * examples],
            Place::Parameter(_) => unreachable!("a parameter is not a leaf"),
        }
    }

    /// Loads an input with the rows of a matrix that have these indices: one row, one example.
    ///
    /// # Panics
    /// If the value is not an input, a row has another length than an example, or an index is too large.
    pub fn gather(&mut self, input: Value, matrix: ArrayView2<T>, indices: &[usize]) {
        let size = input.rows * input.columns;
        assert!(
            matrix.ncols() == size,
            "rows of {} numbers were given for an input of {size} for each example",
            matrix.ncols()
        );
        let numbers = self.input_mut(input, indices.len());
        for (example, &index) in numbers.chunks_exact_mut(size).zip(indices) {
            let row = matrix.row(index);
            match row.as_slice() {
                Some(row) => example.copy_from_slice(row),
                None => example.iter_mut().zip(row).for_each(|(to, &from)| *to = from),
            }
        }
    }

    /// Loads labels or tokens.
    ///
    /// # Panics
    /// If they do not fill whole examples or there are too many.
    pub fn set_labels<L: Copy + Into<usize>>(&mut self, labels: Labels, numbers: &[L]) {
        assert!(
            numbers.len().is_multiple_of(labels.per_example),
            "{} labels were given where each example has {}",
            numbers.len(),
            labels.per_example
        );
        self.load(Source::Labels(labels.slot), numbers.len() / labels.per_example);
        for (to, &from) in self.labels[labels.slot].iter_mut().zip(numbers) {
            *to = from.into();
        }
    }

    /// Loads the labels of the examples with these indices; example i owns labels i · per_example and on.
    ///
    /// # Panics
    /// If an index is too large or there are too many.
    pub fn gather_labels<L: Copy + Into<usize>>(&mut self, labels: Labels, all: &[L], indices: &[usize]) {
        self.load(Source::Labels(labels.slot), indices.len());
        let size = labels.per_example;
        for (to, &index) in self.labels[labels.slot].chunks_exact_mut(size).zip(indices) {
            let from = &all[index * size..(index + 1) * size];
            to.iter_mut().zip(from).for_each(|(to, &from)| *to = from.into());
        }
    }

    fn load(&mut self, source: Source, examples: usize) {
        let leaf = self.leaves.iter_mut().find(|leaf| leaf.source == source);
        let leaf = leaf.unwrap_or_else(|| panic!("a value that is not an input cannot be loaded"));
        let most = if leaf.batched { self.capacity } else { 1 };
        assert!(
            (1..=most).contains(&examples),
            "input {} has room for {most} examples, and {examples} were given",
            leaf.name
        );
        leaf.loaded = Some(examples);
    }
}
