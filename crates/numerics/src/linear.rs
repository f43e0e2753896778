//! Factorizations of dense matrices in double precision, with the same bits on every machine.
//!
//! Every operation is one that IEEE 754 fixes (`+ - * /`, square root, fused multiply-add), in an order that depends
//! on the sizes alone: products come from [`crate::matrix`], sums from [`crate::reduce`]. Work of cubic order runs
//! through blocked products, so these are also fast.
//!
//! | function | method |
//! |---|---|
//! | [`cholesky`] | recursive, lower triangle |
//! | [`lu`], [`solve`], [`inverse`] | recursive, partial pivoting |
//! | [`qr`] | Householder reflections in blocks |
//! | [`least_squares`] | QR; singular values where the rank is not full |
//! | [`symmetric_eigen`] | Householder tridiagonalization in blocks, implicit QL |
//! | [`svd`] | QR, Householder bidiagonalization in blocks, implicit QR |
//!
//! Signs that mathematics leaves open are fixed: the diagonal of R in A = Q R is not negative; the component of largest
//! magnitude of each eigenvector and of each left singular vector is positive (the first, among equals).
//!
//! ```
//! use ndarray::array;
//! use numerics::linear::{LinearError, cholesky, symmetric_eigen};
//!
//! let a = array![[2.0, 1.0], [1.0, 2.0]];
//! let eigen = symmetric_eigen(a.view())?;
//! assert!((eigen.values[0] - 1.0).abs() < 1e-15 && (eigen.values[1] - 3.0).abs() < 1e-15);
//! let x = cholesky(a.view())?.solve(array![3.0, 3.0].view())?;
//! assert!((x[0] - 1.0).abs() < 1e-15 && (x[1] - 1.0).abs() < 1e-15);
//! # Ok::<(), LinearError>(())
//! ```
//!
//! References: Golub and Van Loan, *Matrix Computations* (4th ed., 2013), chapters 4, 5 and 8; Anderson et al.,
//! *LAPACK Users' Guide* (3rd ed., 1999).

mod bidiagonal;
mod cholesky;
mod eigen;
mod error;
mod least_squares;
mod lu;
mod qr;
mod reflectors;
mod rotations;
mod rows;
mod scaling;
mod svd;
mod triangular;
mod tridiagonal;

pub use cholesky::{Cholesky, cholesky};
pub use eigen::{SymmetricEigen, spectral_norm, symmetric_eigen, symmetric_eigenvalues};
pub use error::{LinearError, Result};
pub use least_squares::least_squares;
pub use lu::{Lu, inverse, lu, solve};
pub use qr::{Qr, qr};
pub use svd::{Svd, singular_values, svd};
