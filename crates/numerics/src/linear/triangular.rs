//! Triangular systems with many right-hand sides.
//!
//! The triangle is halved until a piece fits the cache; what lies off the diagonal becomes a product.

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, s};

use super::rows::{row_mut, subtract_product};

/// Order below which a triangle is solved row by row.
const SMALL: usize = 32;

/// Whether the diagonal is stored or known to be one.
#[derive(Clone, Copy, PartialEq)]
pub enum Diagonal {
    Stored,
    One,
}

/// Solves L X = B in place, for a lower triangle L (what is above its diagonal is not read).
pub fn solve_lower(l: ArrayView2<f64>, mut b: ArrayViewMut2<f64>, diagonal: Diagonal) {
    let n = l.nrows();
    if n <= SMALL {
        let order: Vec<usize> = (0..n).collect();
        return solve_rows(l, b, diagonal, &order);
    }
    let half = n / 2;
    let (mut top, mut bottom) = b.view_mut().split_at(Axis(0), half);
    solve_lower(l.slice(s![..half, ..half]), top.view_mut(), diagonal);
    subtract_product(l.slice(s![half.., ..half]), top.view(), &mut bottom);
    solve_lower(l.slice(s![half.., half..]), bottom, diagonal);
}

/// Solves U X = B in place, for an upper triangle U (what is below its diagonal is not read).
pub fn solve_upper(u: ArrayView2<f64>, mut b: ArrayViewMut2<f64>, diagonal: Diagonal) {
    let n = u.nrows();
    if n <= SMALL {
        let order: Vec<usize> = (0..n).rev().collect();
        return solve_rows(u, b, diagonal, &order);
    }
    let half = n / 2;
    let (mut top, mut bottom) = b.view_mut().split_at(Axis(0), half);
    solve_upper(u.slice(s![half.., half..]), bottom.view_mut(), diagonal);
    subtract_product(u.slice(s![..half, half..]), bottom.view(), &mut top);
    solve_upper(u.slice(s![..half, ..half]), top, diagonal);
}

/// Substitution in the given order of rows, each of which needs only those before it.
fn solve_rows(triangle: ArrayView2<f64>, mut b: ArrayViewMut2<f64>, diagonal: Diagonal, order: &[usize]) {
    // Rows side by side in memory, whatever the layout of B, so that the loops over them are vector loops.
    let columns = b.ncols();
    let mut solved = Array2::zeros((order.len(), columns));
    for (place, &i) in order.iter().enumerate() {
        let (before, current) = solved.view_mut().split_at(Axis(0), place);
        let mut current = current.index_axis_move(Axis(0), 0);
        current.assign(&b.row(i));
        let target = current.as_slice_mut().expect("a row in row-major order");
        for (earlier, &k) in before.outer_iter().zip(order) {
            let factor = -triangle[[i, k]];
            let earlier = earlier.to_slice().expect("a row in row-major order");
            crate::reduce::axpy(factor, earlier, target);
        }
        if diagonal == Diagonal::Stored {
            let pivot = triangle[[i, i]];
            target.iter_mut().for_each(|value| *value /= pivot);
        }
    }
    for (place, &i) in order.iter().enumerate() {
        b.row_mut(i).assign(&ndarray::ArrayView1::from(&*row_mut(&mut solved, place)));
    }
}
