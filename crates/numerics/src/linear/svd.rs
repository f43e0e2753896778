//! The thin singular value decomposition.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::bidiagonal::bidiagonalize;
use super::error::{LinearError, Result, check_finite};
use super::qr::{Qr, qr};
use super::rotations::{Direction, RotatedRows, rotation};
use super::rows::{row_mut, rows_of};
use super::scaling::{fix_sign, normalize};
use crate::matrix::product;

/// Iterations per singular value; two are usual.
const MOST_ITERATIONS: usize = 100;

/// A = U diag(singular_values) Vᵀ.
#[derive(Clone, Debug)]
pub struct Svd {
    /// m x k with orthonormal columns, k = min(m, n). The component of largest magnitude of each column is positive.
    pub u: Array2<f64>,
    /// The k singular values in descending order, none negative.
    pub singular_values: Array1<f64>,
    /// k x n with orthonormal rows.
    pub vt: Array2<f64>,
}

/// The thin singular value decomposition of an m x n matrix.
///
/// A QR factorization where the matrix is not square, bidiagonalization, then the implicit QR algorithm (Golub and
/// Van Loan 2013, section 8.6) with the zero shift of Demmel and Kahan (1990) for tiny values. Errors of the values are
/// a few units of rounding times the largest; U and V are orthonormal to that precision whatever the rank.
///
/// # Errors
/// `NotFinite` or (never seen) `NotConverged`.
pub fn svd(a: ArrayView2<f64>) -> Result<Svd> {
    check_finite(&a)?;
    let wide = a.nrows() < a.ncols();
    let tall = if wide { a.reversed_axes() } else { a };
    let (tall_left, values, tall_right) = decompose_tall(tall)?;
    let (mut left, mut right) = if wide { (tall_right, tall_left) } else { (tall_left, tall_right) };
    for i in 0..left.nrows() {
        if fix_sign(row_mut(&mut left, i)) {
            row_mut(&mut right, i).iter_mut().for_each(|value| *value = -*value);
        }
    }
    Ok(Svd { u: rows_of(left.t()), singular_values: values, vt: right })
}

/// The singular values of an m x n matrix in descending order, min(m, n) of them.
///
/// # Errors
/// As [`svd`].
pub fn singular_values(a: ArrayView2<f64>) -> Result<Array1<f64>> {
    check_finite(&a)?;
    let tall = if a.nrows() < a.ncols() { a.reversed_axes() } else { a };
    let mut square = rows_of(tall);
    let scale = normalize(&mut square);
    if !square.is_square() {
        square = qr(square.view())?.r;
    }
    let reduced = bidiagonalize(square);
    let mut values =
        Iteration { d: reduced.diagonal, e: reduced.super_diagonal, vectors: None, rotations: Default::default() };
    values.run()?;
    let mut values: Vec<f64> = values.d.into_iter().map(|value| value.abs() * scale).collect();
    values.sort_by(|a, b| b.total_cmp(a));
    Ok(values.into())
}

/// Left vectors, values and right vectors of a matrix with no fewer rows than columns; the vectors are rows.
fn decompose_tall(a: ArrayView2<f64>) -> Result<(Array2<f64>, Array1<f64>, Array2<f64>)> {
    let n = a.ncols();
    let mut scaled = rows_of(a);
    let scale = normalize(&mut scaled);
    let (q, square) = if a.is_square() {
        (None, scaled)
    } else {
        let Qr { q, r } = qr(scaled.view())?;
        (Some(q), r)
    };
    let reduced = bidiagonalize(square);
    let vectors = [reduced.left, reduced.right]
        .map(|reflections| RotatedRows::new(reflections.transposed_product(n), Direction::Down));
    let mut iteration = Iteration {
        d: reduced.diagonal,
        e: reduced.super_diagonal,
        vectors: Some(vectors),
        rotations: Default::default(),
    };
    iteration.run()?;
    let [left, mut right] =
        iteration.vectors.map(|rows| rows.map(RotatedRows::finish)).expect("the vectors given above");
    let mut values = iteration.d;
    for (i, value) in values.iter_mut().enumerate() {
        if *value < 0.0 {
            *value = -*value;
            row_mut(&mut right, i).iter_mut().for_each(|value| *value = -*value);
        }
    }
    let mut places: Vec<usize> = (0..n).collect();
    places.sort_by(|&i, &j| values[j].total_cmp(&values[i]));
    let mut left = rows_of(left.select(Axis(0), &places).view());
    if let Some(q) = q {
        left = product(left.view(), q.t());
    }
    let right = rows_of(right.select(Axis(0), &places).view());
    let values = places.iter().map(|&i| (values[i] * scale).abs()).collect();
    Ok((left, values, right))
}

/// The QR iteration on an upper bidiagonal matrix of normal size.
struct Iteration {
    /// Diagonal; at the end the singular values, in no order and with signs.
    d: Vec<f64>,
    /// `e[i]` stands right of `d[i]`.
    e: Vec<f64>,
    /// Rows to be multiplied by the transposed singular vectors: left and right.
    vectors: Option<[RotatedRows; 2]>,
    /// Rotations of the current step: of rows and of columns.
    rotations: [Vec<(f64, f64)>; 2],
}

impl Iteration {
    /// Iterates until the matrix is diagonal, from the last value to the first.
    fn run(&mut self) -> Result<()> {
        let mut iterations = 0;
        let mut last = self.d.len().saturating_sub(1);
        while last > 0 {
            let first = self.start_of_block(last);
            if first == last {
                last -= 1;
                iterations = 0;
                continue;
            }
            iterations += 1;
            if iterations > MOST_ITERATIONS {
                return Err(LinearError::NotConverged { sought: "singular values" });
            }
            self.rotations.iter_mut().for_each(Vec::clear);
            let shift = self.shift(first, last);
            if shift == 0.0 {
                self.step_unshifted(first, last)
            } else {
                self.step(first, last, shift)
            }
            if let Some(vectors) = &mut self.vectors {
                for (rows, rotations) in vectors.iter_mut().zip(&self.rotations) {
                    rows.turn(first, rotations);
                }
            }
        }
        Ok(())
    }

    /// The first row of the block that ends at `last`: before it, the element above the diagonal is zero up to
    /// rounding.
    fn start_of_block(&self, last: usize) -> usize {
        // Elements have normal size (the largest is about 1), so below this one nothing is left to be found.
        const NOTHING: f64 = f64::EPSILON * f64::EPSILON;
        let couples = |i: usize| {
            let neighbours = self.d[i].abs() + self.d[i + 1].abs();
            self.e[i].abs() > f64::EPSILON * neighbours + NOTHING
        };
        (0..last).rev().find(|&i| !couples(i)).map_or(0, |i| i + 1)
    }

    /// The smallest singular value of the last two rows, or zero where it is lost against the first.
    fn shift(&self, first: usize, last: usize) -> f64 {
        let block = &self.d[first..=last];
        if block.iter().any(|value| value.abs() <= f64::EPSILON * f64::EPSILON) {
            return 0.0;
        }
        let shift = smallest_of_two(self.d[last - 1], self.e[last - 1], self.d[last]);
        let ratio = shift / self.d[first].abs();
        if ratio * ratio < f64::EPSILON { 0.0 } else { shift }
    }

    /// One implicit step with a shift: the bulge is chased down.
    fn step(&mut self, first: usize, last: usize, shift: f64) {
        let Self { d, e, rotations: [left, right], .. } = self;
        let sign = if d[first] < 0.0 { -1.0 } else { 1.0 };
        let mut f = (d[first].abs() - shift) * (sign + shift / d[first]);
        let mut g = e[first];
        for i in first..last {
            let (c, s, r) = rotation(f, g);
            if i > first {
                e[i - 1] = r;
            }
            f = c * d[i] + s * e[i];
            e[i] = c * e[i] - s * d[i];
            g = s * d[i + 1];
            d[i + 1] *= c;
            right.push((c, s));
            let (c, s, r) = rotation(f, g);
            d[i] = r;
            f = c * e[i] + s * d[i + 1];
            d[i + 1] = c * d[i + 1] - s * e[i];
            if i + 1 < last {
                g = s * e[i + 1];
                e[i + 1] *= c;
            }
            left.push((c, s));
        }
        e[last - 1] = f;
    }

    /// One step without shift, in the form that computes tiny values to full relative accuracy.
    fn step_unshifted(&mut self, first: usize, last: usize) {
        let Self { d, e, rotations: [left, right], .. } = self;
        let (mut c, mut old_c, mut old_s) = (1.0, 1.0, 0.0);
        for i in first..last {
            let (new_c, s, r) = rotation(d[i] * c, e[i]);
            c = new_c;
            if i > first {
                e[i - 1] = old_s * r;
            }
            right.push((c, s));
            (old_c, old_s, d[i]) = rotation(old_c * r, d[i + 1] * s);
            left.push((old_c, old_s));
        }
        let h = d[last] * c;
        d[last] = h * old_c;
        e[last - 1] = h * old_s;
    }
}

/// The smaller singular value of the matrix [[f, g], [0, h]], without cancellation (Demmel and Kahan 1990).
fn smallest_of_two(f: f64, g: f64, h: f64) -> f64 {
    let (small, large, g) = (f.abs().min(h.abs()), f.abs().max(h.abs()), g.abs());
    if small == 0.0 {
        return 0.0;
    }
    let (plus, minus) = (1.0 + small / large, (large - small) / large);
    if g < large {
        let ratio = g / large;
        let square = ratio * ratio;
        2.0 * small / ((plus * plus + square).sqrt() + (minus * minus + square).sqrt())
    } else {
        let ratio = large / g;
        let (plus, minus) = (plus * ratio, minus * ratio);
        2.0 * (small / ((1.0 + plus * plus).sqrt() + (1.0 + minus * minus).sqrt())) * ratio
    }
}
