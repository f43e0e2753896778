//! Latent semantic analysis: a truncated singular value decomposition.

use anyhow::{Result, ensure};
use ndarray::{Array1, Array2, s};
use numerics::linear::{qr, svd};
use numerics::random::Streams;

use super::SparseRows;

/// Directions beyond those asked for, which make the last of these accurate.
const OVERSAMPLING: usize = 8;

/// The directions of word space in which texts vary most (Deerwester et al. 1990): the first right singular vectors of
/// their TF-IDF rows, which are not centred.
#[derive(Clone, Debug)]
pub struct LatentSemantics {
    /// Words x k, with orthonormal columns; the component of largest magnitude of each is positive.
    pub directions: Array2<f64>,
    /// The k singular values in descending order.
    pub singular_values: Array1<f64>,
}

impl LatentSemantics {
    /// The first `count` directions of some rows, by randomised subspace iteration (Halko, Martinsson and Tropp 2011,
    /// algorithm 4.4) with this many power iterations from a fixed random start: a function of the rows alone.
    ///
    /// # Errors
    /// Where there are fewer rows or columns than `count`, or an entry is not finite.
    pub fn of(rows: &SparseRows, count: usize, power_iterations: usize) -> Result<LatentSemantics> {
        let (n, words) = (rows.nrows(), rows.ncols());
        ensure!(count <= n.min(words), "{n} texts of {words} different words have no {count} latent directions");
        let width = (count + OVERSAMPLING).min(n).min(words);
        let columns = rows.transposed();
        let start = Streams::new("latent semantics").open("start", 0).normal_matrix(words, width);
        let mut basis = qr(rows.times(start.view()).view())?.q;
        for _ in 0..power_iterations {
            let across = qr(columns.times(basis.view()).view())?.q;
            basis = qr(rows.times(across.view()).view())?.q;
        }
        let decomposed = svd(columns.times(basis.view()).view())?;
        Ok(LatentSemantics {
            directions: decomposed.u.slice(s![.., ..count]).to_owned(),
            singular_values: decomposed.singular_values.slice(s![..count]).to_owned(),
        })
    }

    /// Rows in terms of the directions: as many rows x k.
    ///
    /// # Panics
    /// If the rows have other columns.
    pub fn project(&self, rows: &SparseRows) -> Array2<f64> {
        rows.times(self.directions.view())
    }
}
