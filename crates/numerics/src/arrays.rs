//! Arithmetic on whole arrays of any shape, with the bits of [`reduce`].
//!
//! The elements of an array are taken in the order of its indices, the last one running fastest. Arrays that lie in
//! memory in another order (transposed, or every second column) are copied first, so memory layout changes no bit.
//!
//! ```
//! use ndarray::array;
//! use numerics::arrays;
//!
//! let (a, mut b) = (array![[1.0, 2.0], [0.0, 2.0]], array![[1.0, 0.0], [0.0, 1.0]]);
//! assert_eq!((arrays::dot(&a, &b), arrays::norm(&a)), (3.0, 3.0));
//! arrays::axpy(2.0, &a, &mut b);
//! assert_eq!(b, array![[3.0, 4.0], [0.0, 5.0]]);
//! ```

use std::borrow::Cow;

use ndarray::{ArrayBase, Data, DataMut, Dimension};

use crate::matrix::Real;
use crate::reduce;

/// Inner product: the sum of the products of elements with equal indices.
///
/// # Panics
/// If the shapes differ.
pub fn dot<T: Real, D: Dimension>(x: &ArrayBase<impl Data<Elem = T>, D>, y: &ArrayBase<impl Data<Elem = T>, D>) -> T {
    same_shape("dot", x, y);
    reduce::dot(&elements(x), &elements(y))
}

/// Sum of the squares of the elements, without protection against overflow.
pub fn norm_squared<T: Real, D: Dimension>(x: &ArrayBase<impl Data<Elem = T>, D>) -> T {
    reduce::norm_squared(&elements(x))
}

/// Euclidean norm of the elements (of a matrix the Frobenius norm), as [`reduce::norm`].
pub fn norm<T: Real, D: Dimension>(x: &ArrayBase<impl Data<Elem = T>, D>) -> T {
    reduce::norm(&elements(x))
}

/// y += alpha x, each element by one fused multiply-add.
///
/// # Panics
/// If the shapes differ.
pub fn axpy<T: Real, D: Dimension>(
    alpha: T,
    x: &ArrayBase<impl Data<Elem = T>, D>,
    y: &mut ArrayBase<impl DataMut<Elem = T>, D>,
) {
    same_shape("axpy", x, y);
    y.zip_mut_with(x, |y, &x| *y = alpha.fused(x, *y));
}

/// The elements in the order of their indices, copied only where they lie in another.
fn elements<T: Real, D: Dimension>(x: &ArrayBase<impl Data<Elem = T>, D>) -> Cow<'_, [T]> {
    x.as_slice().map_or_else(|| x.iter().copied().collect(), Cow::Borrowed)
}

fn same_shape<T, D: Dimension>(
    operation: &str,
    x: &ArrayBase<impl Data<Elem = T>, D>,
    y: &ArrayBase<impl Data<Elem = T>, D>,
) {
    assert!(x.shape() == y.shape(), "{operation}: arrays of shapes {:?} and {:?}", x.shape(), y.shape());
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array, s};

    fn matrix(rows: usize, columns: usize) -> Array2<f64> {
        Array2::from_shape_fn((rows, columns), |(i, j)| 1.0 / (3.0 + (7 * i + 5 * j) as f64))
    }

    #[test]
    fn whole_arrays_have_the_bits_of_their_slices() {
        let (x, y) = (matrix(9, 13), matrix(9, 13) * 2.0);
        let (a, b) = (x.as_slice().unwrap(), y.as_slice().unwrap());
        assert_eq!(dot(&x, &y), reduce::dot(a, b));
        assert_eq!((norm(&x), norm_squared(&y)), (reduce::norm(a), reduce::norm_squared(b)));
        let (mut whole, mut slice) = (y.clone(), b.to_vec());
        axpy(0.1, &x, &mut whole);
        reduce::axpy(0.1, a, &mut slice);
        assert_eq!(whole.as_slice().unwrap(), slice);
    }

    #[test]
    fn layout_changes_no_bit() {
        let (x, y) = (matrix(9, 13), matrix(13, 9));
        let copy = x.t().as_standard_layout().to_owned();
        assert_eq!(dot(&x.t(), &y), dot(&copy, &y));
        assert_eq!(norm(&x.t()), norm(&copy));
        let columns = x.slice(s![.., ..;2]);
        assert_eq!(norm(&columns), norm(&columns.as_standard_layout()));
        let (mut plain, mut turned) = (y.clone(), y.reversed_axes());
        axpy(3.0, &copy, &mut plain);
        axpy(3.0, &x, &mut turned);
        assert_eq!(turned.t(), plain);
    }

    #[test]
    fn rows_are_arrays_too() {
        let mut x = array![[3.0_f32, 4.0], [1.0, 0.0]];
        let last = x.row(1).to_owned();
        axpy(-3.0, &last, &mut x.row_mut(0));
        assert_eq!((x.row(0), norm(&x.row(0))), (array![0.0, 4.0].view(), 4.0));
    }

    #[test]
    #[should_panic(expected = "dot: arrays of shapes [2, 3] and [3, 2]")]
    fn shapes_must_agree() {
        dot(&matrix(2, 3), &matrix(3, 2));
    }
}
