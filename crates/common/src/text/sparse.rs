//! Sparse matrices, row by row.

use ndarray::{Array2, ArrayView2};
use numerics::reduce;

/// A sparse matrix in compressed rows: the columns of each row ascend.
#[derive(Clone, Debug, PartialEq)]
pub struct SparseRows {
    columns: usize,
    /// Where each row begins; the last is the number of entries.
    starts: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
}

impl SparseRows {
    /// A matrix with this many columns and no rows yet.
    pub fn new(columns: usize) -> SparseRows {
        SparseRows { columns, starts: vec![0], indices: Vec::new(), values: Vec::new() }
    }

    /// Adds a row below.
    ///
    /// # Panics
    /// If columns do not ascend or are not there, or there are not as many values.
    pub fn push(&mut self, columns: &[u32], values: &[f64]) {
        assert_eq!(columns.len(), values.len(), "one value for each column");
        assert!(columns.is_sorted_by(|one, next| one < next), "columns ascend");
        assert!(
            columns.last().is_none_or(|last| (*last as usize) < self.columns),
            "there are {} columns",
            self.columns
        );
        self.indices.extend_from_slice(columns);
        self.values.extend_from_slice(values);
        self.starts.push(self.indices.len());
    }

    /// Number of rows.
    pub fn nrows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of columns.
    pub fn ncols(&self) -> usize {
        self.columns
    }

    /// The columns with entries and the entries of a row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> (&[u32], &[f64]) {
        let entries = self.starts[row]..self.starts[row + 1];
        (&self.indices[entries.clone()], &self.values[entries])
    }

    /// The rows with these numbers, in this order.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn select(&self, rows: &[usize]) -> SparseRows {
        let mut selected = SparseRows::new(self.columns);
        for &row in rows {
            let (columns, values) = self.row(row);
            selected.push(columns, values);
        }
        selected
    }

    /// The transposed matrix.
    pub fn transposed(&self) -> SparseRows {
        let mut starts = vec![0; self.columns + 1];
        self.indices.iter().for_each(|&column| starts[column as usize + 1] += 1);
        (0..self.columns).for_each(|column| starts[column + 1] += starts[column]);
        let (mut indices, mut values) = (vec![0; self.indices.len()], vec![0.0; self.values.len()]);
        let mut next = starts.clone();
        for row in 0..self.nrows() {
            let (columns, entries) = self.row(row);
            for (&column, &entry) in columns.iter().zip(entries) {
                let place = &mut next[column as usize];
                (indices[*place], values[*place]) = (row as u32, entry);
                *place += 1;
            }
        }
        SparseRows { columns: self.nrows(), starts, indices, values }
    }

    /// The product with a dense matrix of [`ncols`](Self::ncols) rows. Each element is one ascending chain of fused
    /// multiply-adds over the entries of its row.
    ///
    /// # Panics
    /// If the matrix has another number of rows.
    pub fn times(&self, dense: ArrayView2<f64>) -> Array2<f64> {
        assert_eq!(
            dense.nrows(),
            self.columns,
            "a sparse matrix times a dense one with as many rows as it has columns"
        );
        let dense = dense.as_standard_layout();
        let mut product = Array2::zeros((self.nrows(), dense.ncols()));
        for (row, mut target) in product.rows_mut().into_iter().enumerate() {
            let target = target.as_slice_mut().expect("a row of a new matrix");
            let (columns, entries) = self.row(row);
            for (&column, &entry) in columns.iter().zip(entries) {
                let source = dense.row(column as usize).to_slice().expect("standard layout");
                reduce::axpy(entry, source, target);
            }
        }
        product
    }
}
