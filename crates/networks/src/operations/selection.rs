//! Rows chosen from a matrix: of a table by token, of each example by place, examples by number.

use std::ops::Range;

use super::Operation;
use crate::value::{Gradients, Values};
use crate::{Labels, Number, Tape, Value};

impl<T: Number> Tape<T> {
    /// The row of the table for each token: a table of v x d and n tokens for each example give n x d.
    ///
    /// # Panics
    /// If the table has rows for each example. A token that is no row panics when the rows are looked up.
    pub fn embedding(&mut self, table: Value, tokens: Labels) -> Value {
        assert!(!table.batched, "embedding: the table is {table}, and must be the same for all examples");
        let shape = Value::shaped(tokens.per_example, table.columns, true);
        self.record(Embedding { table, tokens }, shape, &[table], &[tokens])
    }

    /// These rows of each example (of a fixed value: of the whole), such as the last token of every sequence.
    ///
    /// # Panics
    /// If the range is empty or reaches past the rows.
    pub fn rows(&mut self, x: Value, range: Range<usize>) -> Value {
        assert!(!range.is_empty() && range.end <= x.rows, "rows: {range:?} of {x}");
        let shape = Value::shaped(range.len(), x.columns, x.batched);
        self.record(Rows { x, range }, shape, &[x], &[])
    }
}

impl<T: Number> Tape<T> {
    /// The examples in another order: example i of the result is example `order[i]` of x. One may come several times, or
    /// never.
    ///
    /// # Panics
    /// If x is fixed, or there is not one number for each example. A number that is no example of the batch panics when
    /// the order is taken.
    pub fn reorder(&mut self, x: Value, order: Labels) -> Value {
        assert!(
            x.batched && order.per_example == 1,
            "reorder: {x}, and {} numbers for each example",
            order.per_example
        );
        self.record(Reorder { x, order }, x, &[x], &[order])
    }
}

struct Reorder {
    x: Value,
    order: Labels,
}

impl<T: Number> Operation<T> for Reorder {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (x, size) = (values.get(self.x), self.x.rows * self.x.columns);
        for (y, &place) in output.chunks_exact_mut(size).zip(values.labels(self.order)) {
            assert!(place < values.examples, "reorder: example {place} of {}", values.examples);
            y.copy_from_slice(&x[place * size..(place + 1) * size]);
        }
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let Some(dx) = gradients.of(self.x) else { return };
        let (dx, size) = (dx.accumulator(), self.x.rows * self.x.columns);
        for (g, &place) in gradient.chunks_exact(size).zip(values.labels(self.order)) {
            let example = &mut dx[place * size..(place + 1) * size];
            example.iter_mut().zip(g).for_each(|(sum, &g)| *sum += g);
        }
    }
}

struct Embedding {
    table: Value,
    tokens: Labels,
}

impl<T: Number> Operation<T> for Embedding {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (table, columns) = (values.get(self.table), self.table.columns);
        for (row, &token) in output.chunks_exact_mut(columns).zip(values.labels(self.tokens)) {
            assert!(token < self.table.rows, "embedding: token {token} in a table of {}", self.table);
            row.copy_from_slice(&table[token * columns..(token + 1) * columns]);
        }
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let Some(d_table) = gradients.of(self.table) else {
            return;
        };
        let (d_table, columns) = (d_table.accumulator(), self.table.columns);
        for (g, &token) in gradient.chunks_exact(columns).zip(values.labels(self.tokens)) {
            let row = &mut d_table[token * columns..(token + 1) * columns];
            row.iter_mut().zip(g).for_each(|(sum, &g)| *sum += g);
        }
    }
}

struct Rows {
    x: Value,
    range: Range<usize>,
}

impl Rows {
    /// Numbers of an example, and the chosen ones among them.
    fn place(&self) -> (usize, Range<usize>) {
        let columns = self.x.columns;
        (self.x.rows * columns, self.range.start * columns..self.range.end * columns)
    }
}

impl<T: Number> Operation<T> for Rows {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (size, chosen) = self.place();
        for (y, x) in output.chunks_exact_mut(chosen.len()).zip(values.get(self.x).chunks_exact(size)) {
            y.copy_from_slice(&x[chosen.clone()]);
        }
    }

    fn backward(&mut self, _values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let Some(dx) = gradients.of(self.x) else { return };
        let (size, chosen) = self.place();
        for (dx, g) in dx.accumulator().chunks_exact_mut(size).zip(gradient.chunks_exact(chosen.len())) {
            dx[chosen.clone()].iter_mut().zip(g).for_each(|(sum, &g)| *sum += g);
        }
    }
}
