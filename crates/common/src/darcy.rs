//! Darcy flow, −div(a ∇u) = f on the unit square with u = 0 on the boundary, and random coefficients a.
//!
//! Functions are matrices of their values at the vertices of a grid. With n points inside along each side the distance
//! of two is h = 1/(n + 1), and with the boundary a side has n + 2 points.
//!
//! ```
//! use common::darcy::solve;
//! use ndarray::Array2;
//!
//! let n = 31;
//! let u = solve(Array2::ones((n + 2, n + 2)).view(), Array2::ones((n, n)).view());
//! // −Δu = 1 has 0.0737 in the middle of the square.
//! assert!((u[[15, 15]] - 0.0737).abs() < 1e-4);
//! ```

use ndarray::{Array2, ArrayView2};
use numerics::random::Generator;
use numerics::{cos, matrix, pow, powi, reduce};
use std::f64::consts::PI;

/// Gaussian random fields on a square of N x N vertices, with the covariance (−Δ + τ²)^(−α) and derivatives zero across
/// the boundary; the mean over the square is zero.
///
/// The coefficient of cos(πkx) cos(πly) is normal with standard deviation τ^(α−1) (π² (k² + l²) + τ²)^(−α/2), as in Li
/// et al. (2021, *Fourier Neural Operator*, section 5.2): the larger α, the smoother; 1/τ is the length of correlation.
#[derive(Clone, Debug)]
pub struct RandomField {
    /// Standard deviations of the coefficients, N x N.
    deviations: Array2<f64>,
    /// Waves as rows: of the orthonormal inverse of the discrete cosine transform.
    waves: Array2<f64>,
}

impl RandomField {
    /// Fields on `points` x `points` vertices.
    pub fn new(points: usize, alpha: f64, tau: f64) -> RandomField {
        let deviation = |(k, l)| {
            let frequency = PI * PI * (k * k + l * l) as f64;
            if k + l == 0 { 0.0 } else { pow(tau, alpha - 1.0) * pow(frequency + powi(tau, 2), -alpha / 2.0) }
        };
        let wave = |(k, x)| {
            let share = if k == 0 { 1.0 } else { 2.0 } / points as f64;
            share.sqrt() * cos(PI * (k * (2 * x + 1)) as f64 / (2 * points) as f64)
        };
        let square = (points, points);
        RandomField { deviations: Array2::from_shape_fn(square, deviation), waves: Array2::from_shape_fn(square, wave) }
    }

    /// A field, N x N.
    pub fn sample(&self, random: &mut Generator) -> Array2<f64> {
        let coefficients = self.deviations.mapv(|deviation| deviation * random.normal());
        let rows = matrix::product(coefficients.view(), self.waves.view());
        matrix::product(self.waves.t(), rows.view())
    }
}

/// Solves the five-point scheme for a coefficient at (n + 2) x (n + 2) vertices, the boundary included, and a right-hand
/// side at n x n: gives u at n x n.
///
/// Σ over the four neighbours q of p: a(p, q) (u(p) − u(q)) = h² f(p), where a(p, q) is the harmonic mean
/// 2 a(p) a(q) / (a(p) + a(q)). The error falls as h² where a is smooth. Solved by the Cholesky factor of the band
/// matrix: n⁴/2 multiplications and n³ numbers.
///
/// # Panics
/// If the shapes do not fit, or a coefficient is not positive.
pub fn solve(coefficient: ArrayView2<f64>, source: ArrayView2<f64>) -> Array2<f64> {
    let n = source.nrows();
    assert!(
        source.ncols() == n && coefficient.dim() == (n + 2, n + 2),
        "a coefficient of {:?} and a source of {:?} vertices; the first includes the boundary of a square",
        coefficient.dim(),
        source.dim()
    );
    assert!(coefficient.iter().all(|&a| a > 0.0), "a coefficient is not positive");
    let h = 1.0 / (n + 1) as f64;
    let right = source.mapv(|f| h * h * f);
    let mut u: Vec<f64> = right.into_iter().collect();
    let mut band = Band::five_point(coefficient, n);
    band.factorise();
    band.substitute(&mut u);
    Array2::from_shape_vec((n, n), u).expect("one number for each vertex")
}

/// The lower band of a symmetric matrix of n² rows: row i holds the columns i − n to i.
struct Band {
    /// Width below the diagonal.
    below: usize,
    /// Rows of n + 1 numbers, the diagonal last; zero where a column is negative.
    rows: Vec<f64>,
}

impl Band {
    fn five_point(coefficient: ArrayView2<f64>, n: usize) -> Band {
        let edge = |p: [usize; 2], q: [usize; 2]| {
            let (a, b) = (coefficient[p], coefficient[q]);
            2.0 * a * b / (a + b)
        };
        let mut rows = vec![0.0; n * n * (n + 1)];
        for (index, row) in rows.chunks_exact_mut(n + 1).enumerate() {
            let (i, j) = (index / n + 1, index % n + 1);
            let [up, left] = [edge([i, j], [i - 1, j]), edge([i, j], [i, j - 1])];
            row[n] = up + left + edge([i, j], [i + 1, j]) + edge([i, j], [i, j + 1]);
            if j > 1 {
                row[n - 1] = -left;
            }
            if i > 1 {
                // With one vertex inside there is no line above.
                row[0] = -up;
            }
        }
        Band { below: n, rows }
    }

    /// Replaces the matrix by its Cholesky factor L, row by row.
    fn factorise(&mut self) {
        let (n, length) = (self.below, self.below + 1);
        for i in 0..self.rows.len() / length {
            let (done, rest) = self.rows.split_at_mut(i * length);
            let row = &mut rest[..length];
            for place in n.saturating_sub(i)..n {
                // Column j = i + place − n; its row of L starts further left by n − place columns.
                let other = &done[(i + place - n) * length..][..length];
                let known = reduce::dot(&row[..place], &other[n - place..n]);
                row[place] = (row[place] - known) / other[n];
            }
            row[n] = (row[n] - reduce::norm_squared(&row[..n])).sqrt();
        }
    }

    /// Solves L Lᵀ x = b in place.
    fn substitute(&self, x: &mut [f64]) {
        let (n, length) = (self.below, self.below + 1);
        let row = |i: usize| {
            let first = n.saturating_sub(i);
            (i + first - n, &self.rows[i * length + first..][..n - first], self.rows[i * length + n])
        };
        for i in 0..x.len() {
            let (start, left, diagonal) = row(i);
            x[i] = (x[i] - reduce::dot(left, &x[start..i])) / diagonal;
        }
        for i in (0..x.len()).rev() {
            let (start, left, diagonal) = row(i);
            x[i] /= diagonal;
            let value = x[i];
            reduce::axpy(-value, left, &mut x[start..i]);
        }
    }
}

#[cfg(test)]
mod tests;
