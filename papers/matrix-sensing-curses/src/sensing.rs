//! The unknown matrix and what linear measurements tell of it.
//!
//! The data are free of noise, so the squared residuals of a candidate W depend on it only through
//! W - M*, and so does their gradient: sum_i <A_i, W - M*> A_i is H vec(W - M*), with the n² x n²
//! Gram matrix H of the measurements. H is formed once; a step then costs one product with it instead
//! of two passes over all measurements.

use common::prelude::*;

/// What is measured of the unknown matrix.
#[derive(Clone, Copy, PartialEq, Parameters)]
pub enum Measurements {
    /// Inner products with m Gaussian matrices.
    Gaussian,
    /// Every entry: full matrix factorisation.
    Identity,
}

/// The unknown matrix and its measurements.
#[derive(Parameters)]
#[require(r < n)]
pub struct Problem {
    /// The unknown matrix is n x n.
    #[range(2..)]
    pub n: usize,
    /// Rank of the unknown matrix.
    pub r: usize,
    /// Measurements.
    pub m: usize,
    /// What a measurement is: an inner product with a Gaussian matrix, or (identity) all entries are seen and m does
    /// not count.
    pub sensing: Measurements,
}

impl Problem {
    /// Entries n² of the unknown matrix.
    pub fn entries(&self) -> f64 {
        (self.n as f64) * (self.n as f64)
    }

    /// Bytes of the measurements and of their Gram matrix.
    pub fn memory(&self) -> f64 {
        let (entries, m) = (self.entries(), self.m as f64);
        match self.sensing {
            Measurements::Gaussian => 8.0 * entries * (2.0 * m + entries),
            Measurements::Identity => 8.0 * 8.0 * entries,
        }
    }
}

/// An unknown matrix M* of low rank, seen through linear measurements <A_i, M*>.
pub struct Sensing {
    /// M* = U Uᵀ, n x n, with orthonormal U: its r non-zero singular values are 1.
    target: Array2<f64>,
    /// H = sum_i vec(A_i) vec(A_i)ᵀ, n² x n²; `None` for the identity.
    gram: Option<Array2<f64>>,
}

impl Sensing {
    /// Draws U, then the measurement matrices with independent N(0, 1/m) entries, so that H is the
    /// identity on average. They are not symmetrised: symmetric ones could not see the antisymmetric
    /// part of an asymmetric product.
    pub fn sample(problem: &Problem, random: &mut Generator) -> Sensing {
        let Problem { n, r, m, sensing } = *problem;
        let u = random.orthonormal(n, r);
        let gram = match sensing {
            Measurements::Identity => None,
            Measurements::Gaussian => {
                let matrices = random.normal_matrix(m, n * n) / (m as f64).sqrt();
                Some(matrix::gram(matrices.t()))
            }
        };
        Sensing { target: matrix::product(u.view(), u.t()), gram }
    }

    /// Side n of the unknown matrix.
    pub fn n(&self) -> usize {
        self.target.nrows()
    }

    /// Overwrites `difference` (n x n) by left rightᵀ - M*, for factors with n rows.
    pub fn difference_into(&self, left: &Array2<f64>, right: &Array2<f64>, difference: &mut Array2<f64>) {
        matrix::product_into(left.view(), right.t(), &mut difference.view_mut());
        *difference -= &self.target;
    }

    /// ‖left rightᵀ - M*‖² in the Frobenius norm.
    pub fn squared_error(&self, left: &Array2<f64>, right: &Array2<f64>) -> f64 {
        let mut difference = Array2::zeros((self.n(), self.n()));
        self.difference_into(left, right, &mut difference);
        difference.iter().map(|x| x * x).sum()
    }

    /// Overwrites `gradient` by D = sum_i <A_i, W - M*> A_i, where `difference` is W - M*; both n x n.
    ///
    /// # Panics
    /// If one of them is not stored row by row.
    pub fn gradient_into(&self, difference: &Array2<f64>, gradient: &mut Array2<f64>) {
        let Some(gram) = &self.gram else {
            gradient.assign(difference);
            return;
        };
        let vector = difference.as_slice().expect("the difference is stored row by row");
        let image = gradient.as_slice_mut().expect("the gradient is stored row by row");
        matrix::vector_product_into(gram.view(), vector, image);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_the_sum_over_measurements() {
        let problem = Problem { n: 4, r: 2, m: 7, sensing: Measurements::Gaussian };
        let sensing = Sensing::sample(&problem, &mut Streams::new("test").open("sensing", 1));
        // The same draws again, used measurement by measurement.
        let mut random = Streams::new("test").open("sensing", 1);
        let u = random.orthonormal(4, 2);
        let matrices = random.normal_matrix(7, 16) / 7.0_f64.sqrt();
        let x = random.normal_matrix(4, 3);
        let difference = matrix::product(x.view(), x.t()) - matrix::product(u.view(), u.t());
        let mut expected = Array2::<f64>::zeros((4, 4));
        for a in matrices.rows() {
            let a = a.into_shape_with_order((4, 4)).unwrap();
            expected.scaled_add((&a * &difference).sum(), &a);
        }
        let mut measured = Array2::zeros((4, 4));
        let mut gradient = Array2::zeros((4, 4));
        sensing.difference_into(&x, &x, &mut measured);
        sensing.gradient_into(&measured, &mut gradient);
        assert!((&gradient - &expected).iter().all(|x| x.abs() < 1e-12), "{gradient} {expected}");
    }
}
