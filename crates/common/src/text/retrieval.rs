//! Retrieval of the nearest rows.

use super::SparseRows;

/// For each column the rows that have it: finds rows that are near to others without comparing all.
#[derive(Clone, Debug)]
pub struct InvertedIndex {
    columns: SparseRows,
}

impl InvertedIndex {
    /// An index of these rows.
    pub fn of(rows: &SparseRows) -> InvertedIndex {
        InvertedIndex { columns: rows.transposed() }
    }

    /// For each query, at most `most` rows of the index with the largest positive inner products, which is the cosine
    /// for rows of length 1: largest first, of equals the lower number.
    ///
    /// # Panics
    /// If the queries have other columns than the rows.
    pub fn nearest(&self, queries: &SparseRows, most: usize) -> Vec<Vec<usize>> {
        assert_eq!(queries.ncols(), self.columns.nrows(), "queries have the columns of the index");
        let mut products = vec![0.0; self.columns.ncols()];
        // The last query that touched a row.
        let mut touched_by = vec![usize::MAX; products.len()];
        let mut touched = Vec::new();
        (0..queries.nrows())
            .map(|query| {
                touched.clear();
                let (columns, weights) = queries.row(query);
                for (&column, &weight) in columns.iter().zip(weights) {
                    let (rows, entries) = self.columns.row(column as usize);
                    for (&row, &entry) in rows.iter().zip(entries) {
                        let row = row as usize;
                        if touched_by[row] != query {
                            touched_by[row] = query;
                            touched.push(row);
                            products[row] = 0.0;
                        }
                        products[row] += weight * entry;
                    }
                }
                largest(&mut touched, &products, most)
            })
            .collect()
    }
}

/// The candidates with the largest positive products, in order.
fn largest(candidates: &mut Vec<usize>, products: &[f64], most: usize) -> Vec<usize> {
    candidates.retain(|&row| products[row] > 0.0);
    let order = |one: &usize, other: &usize| products[*other].total_cmp(&products[*one]).then(one.cmp(other));
    if most < candidates.len() {
        candidates.select_nth_unstable_by(most, order);
        candidates.truncate(most);
    }
    candidates.sort_unstable_by(order);
    candidates.clone()
}
