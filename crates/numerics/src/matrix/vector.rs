//! Matrix times vector.
//!
//! The chain of each output runs over k as everywhere; the vector registers hold several outputs.

use super::strided::Strided;
use super::transpose::{SIDE, Turned};

/// Columns that one pass over the outputs adds.
const PASS: usize = 4;
/// Outputs per pass, so that they stay in the first-level cache.
const OUTPUTS: usize = 2048;

/// y = A x, or y += A x, with `y.len()` rows and `x.len()` columns.
///
/// # Safety
/// `a` must be valid for `y.len()` x `x.len()` elements.
pub unsafe fn multiply<T: Turned>(a: Strided<T>, x: &[T], y: &mut [T], accumulate: bool) {
    if !accumulate {
        y.fill(T::ZERO);
    }
    // SAFETY: parts of `a` as the caller promises.
    unsafe {
        if a.row == 1 {
            for (block, outputs) in y.chunks_mut(OUTPUTS).enumerate() {
                by_columns(a.from(block * OUTPUTS, 0), x, outputs);
            }
        } else if a.column == 1 {
            by_rows(a, x, y);
        } else {
            chains(a, x, y);
        }
    }
}

/// Continues the chains of all rows, eight of them in turn so that none waits for its own last sum.
///
/// # Safety
/// `a` must be valid for `y.len()` x `x.len()` elements.
unsafe fn chains<T: Turned>(a: Strided<T>, x: &[T], y: &mut [T]) {
    let (groups, rest) = y.as_chunks_mut::<8>();
    let grouped = groups.len() * 8;
    // SAFETY: rows of `a`, as many as there are outputs.
    unsafe {
        for (group, outputs) in groups.iter_mut().enumerate() {
            some_chains(a.from(group * 8, 0), x, outputs);
        }
        let (pairs, last) = rest.as_chunks_mut::<2>();
        for (pair, outputs) in pairs.iter_mut().enumerate() {
            some_chains(a.from(grouped + pair * 2, 0), x, outputs);
        }
        if let Some(output) = last.first_mut() {
            let index = grouped + pairs.len() * 2;
            some_chains(a.from(index, 0), x, std::array::from_mut(output));
        }
    }
}

/// # Safety
/// `a` must be valid for `R` x `x.len()` elements.
#[inline(always)]
unsafe fn some_chains<T: Turned, const R: usize>(a: Strided<T>, x: &[T], y: &mut [T; R]) {
    let mut sums = *y;
    for (k, &factor) in x.iter().enumerate() {
        for (i, sum) in sums.iter_mut().enumerate() {
            // SAFETY: i < R and k < x.len().
            *sum = unsafe { a.read(i, k) }.fused(factor, *sum);
        }
    }
    *y = sums;
}

/// Columns of A run along memory: all outputs advance by a few columns at a time.
///
/// # Safety
/// As `multiply`, with `a.row == 1`.
unsafe fn by_columns<T: Turned>(a: Strided<T>, x: &[T], y: &mut [T]) {
    let rows = y.len();
    // SAFETY: a column has as many contiguous elements as there are outputs.
    let column = |k: usize| unsafe { std::slice::from_raw_parts(a.from(0, k).start, rows) };
    let mut k = 0;
    let passes = x.chunks_exact(PASS);
    let rest = passes.remainder();
    for factors in passes {
        let columns: [&[T]; PASS] = std::array::from_fn(|index| column(k + index));
        for i in 0..rows {
            let mut sum = y[i];
            for (values, &factor) in columns.iter().zip(factors) {
                sum = values[i].fused(factor, sum);
            }
            y[i] = sum;
        }
        k += PASS;
    }
    for (index, &factor) in rest.iter().enumerate() {
        let values = column(k + index);
        for (output, &value) in y.iter_mut().zip(values) {
            *output = value.fused(factor, *output);
        }
    }
}

/// Rows of A run along memory: several rows advance together.
///
/// # Safety
/// As `multiply`, with `a.column == 1`.
unsafe fn by_rows<T: Turned>(a: Strided<T>, x: &[T], y: &mut [T]) {
    let (whole, rest) = x.split_at(x.len() - x.len() % 4);
    // SAFETY: rows of `a`, as many as there are outputs.
    unsafe {
        let (eights, last) = y.as_chunks_mut::<SIDE>();
        T::advance(a.start, a.row, whole, eights);
        chains(a.from(SIDE * eights.len(), 0), whole, last);
        chains(a.from(0, whole.len()), rest, y);
    }
}
