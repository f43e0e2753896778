//! Permutations, samples, and random vectors and matrices.

use std::collections::BTreeMap;

use ndarray::{Array1, Array2};

use super::Generator;
use crate::{linear, reduce};

impl Generator {
    /// Shuffles in place; every order is equally likely (Fisher and Yates, in Durstenfeld's form).
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for end in (2..=values.len()).rev() {
            let chosen = self.below(end);
            values.swap(chosen, end - 1);
        }
    }

    /// A uniformly random permutation of 0, …, n − 1.
    #[must_use]
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut values: Vec<usize> = (0..n).collect();
        self.shuffle(&mut values);
        values
    }

    /// `k` distinct indices below `n` in random order: the start of a random permutation.
    ///
    /// Time and memory grow with min(n, k log k).
    ///
    /// # Panics
    /// If `k > n`.
    #[must_use]
    pub fn sample(&mut self, n: usize, k: usize) -> Vec<usize> {
        assert!(k <= n, "sample cannot take {k} of {n} without replacement");
        // Both branches make the same swaps; the second stores only the places that moved.
        if k > n / 16 {
            let mut values: Vec<usize> = (0..n).collect();
            for start in 0..k {
                let chosen = start + self.below(n - start);
                values.swap(start, chosen);
            }
            values.truncate(k);
            return values;
        }
        let mut moved = BTreeMap::new();
        (0..k)
            .map(|start| {
                let chosen = start + self.below(n - start);
                let first = moved.remove(&start).unwrap_or(start);
                if chosen == start {
                    return first;
                }
                moved.insert(chosen, first).unwrap_or(chosen)
            })
            .collect()
    }

    /// A vector of `n` independent standard normals.
    #[must_use]
    pub fn normal_vector(&mut self, n: usize) -> Array1<f64> {
        let mut values = vec![0.0; n];
        self.fill_normal(&mut values);
        Array1::from_vec(values)
    }

    /// A `rows` x `columns` matrix of independent standard normals, drawn row by row.
    #[must_use]
    pub fn normal_matrix(&mut self, rows: usize, columns: usize) -> Array2<f64> {
        let mut matrix = Array2::zeros((rows, columns));
        for mut row in matrix.rows_mut() {
            for value in &mut row {
                *value = self.normal();
            }
        }
        matrix
    }

    /// A uniformly random point of the unit sphere in `n` dimensions: a normal vector over its norm.
    ///
    /// # Panics
    /// If `n` is zero.
    #[must_use]
    pub fn unit_vector(&mut self, n: usize) -> Array1<f64> {
        assert!(n > 0, "unit_vector needs at least one dimension");
        loop {
            let mut vector = vec![0.0; n];
            self.fill_normal(&mut vector);
            let norm = reduce::norm(&vector);
            if norm > 0.0 {
                return Array1::from_vec(vector) / norm;
            }
        }
    }

    /// An `n` x `k` matrix with orthonormal columns, uniform (Haar) among all such.
    ///
    /// The factor Q of the QR decomposition of a normal matrix in which the diagonal of R is positive;
    /// without that convention, which [`linear::qr`] has, the distribution would depend on the algorithm
    /// (Mezzadri 2007, *How to generate random matrices from the classical compact groups*).
    ///
    /// # Panics
    /// If `k > n`.
    #[must_use]
    pub fn orthonormal(&mut self, n: usize, k: usize) -> Array2<f64> {
        assert!(k <= n, "orthonormal cannot fit {k} orthonormal columns into {n} dimensions");
        linear::qr(self.normal_matrix(n, k).view()).expect("normal draws are finite").q
    }
}
