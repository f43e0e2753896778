//! The product against its definition: a triple loop of fused multiply-adds, bit by bit.

use ndarray::{Array2, ArrayView2, ShapeBuilder, s};
use numerics::matrix::{
    Real, Workspace, gemm, gram, product, product_add, product_into, vector_product, vector_product_into,
};
use proptest::prelude::*;

/// Numbers whose sums round at nearly every step, from a fixed sequence.
fn numbers<T: Real>(count: usize, seed: u64) -> Vec<T> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            T::from_f64((state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0)
        })
        .collect()
}

fn matrix<T: Real>(rows: usize, columns: usize, seed: u64) -> Array2<T> {
    Array2::from_shape_vec((rows, columns), numbers(rows * columns, seed)).unwrap()
}

/// The definition of the product, each chain starting at the element of `start`.
fn naive<T: Real>(a: ArrayView2<T>, b: ArrayView2<T>, start: ArrayView2<T>) -> Array2<T> {
    Array2::from_shape_fn((a.nrows(), b.ncols()), |(i, j)| {
        (0..a.ncols()).fold(start[[i, j]], |chain, k| a[[i, k]].fused(b[[k, j]], chain))
    })
}

fn zeros<T: Real>(rows: usize, columns: usize) -> Array2<T> {
    Array2::from_elem((rows, columns), T::ZERO)
}

/// Equal bits: exact in double precision, with the sign of zero.
fn assert_same_bits<T: Real>(found: ArrayView2<T>, expected: ArrayView2<T>, context: &str) {
    assert_eq!(found.dim(), expected.dim(), "{context}");
    for ((index, found), expected) in found.indexed_iter().zip(expected) {
        let bits = [found, expected].map(|value| value.to_f64().to_bits());
        assert_eq!(bits[0], bits[1], "{context}: element {index:?} is {found}, not {expected}");
    }
}

/// The ways a matrix can lie in memory.
const LAYOUTS: usize = 5;

/// A copy of a matrix in the given layout, as the base array and the view into it.
fn with_layout<T: Real, R>(a: &Array2<T>, layout: usize, use_view: impl FnOnce(ArrayView2<T>) -> R) -> R {
    let (rows, columns) = a.dim();
    match layout {
        0 => use_view(a.view()),
        1 => {
            let mut base = Array2::from_elem((rows, columns).f(), T::NAN);
            base.assign(a);
            use_view(base.view())
        }
        2 => {
            let mut base = Array2::from_elem((rows + 2, columns + 3), T::NAN);
            base.slice_mut(s![1..rows + 1, 2..columns + 2]).assign(a);
            use_view(base.slice(s![1..rows + 1, 2..columns + 2]))
        }
        3 => {
            let mut base = Array2::from_elem((2 * rows, 3 * columns), T::NAN);
            base.slice_mut(s![..;2, ..;3]).assign(a);
            use_view(base.slice(s![..;2, ..;3]))
        }
        _ => {
            let mut base = Array2::from_elem((rows, columns), T::NAN);
            base.slice_mut(s![..;-1, ..;-1]).assign(a);
            use_view(base.slice(s![..;-1, ..;-1]))
        }
    }
}

/// Checks all forms of the product of one size in one choice of layouts.
fn check<T: Real>(m: usize, k: usize, n: usize, layouts: [usize; 3]) {
    let context = format!("{m} x {k} x {n}, layouts {layouts:?}, {}", std::any::type_name::<T>());
    let (a, b, start) = (matrix::<T>(m, k, 1), matrix::<T>(k, n, 2), matrix::<T>(m, n, 3));
    let expected = naive(a.view(), b.view(), zeros(m, n).view());
    let continued = naive(a.view(), b.view(), start.view());
    with_layout(&a, layouts[0], |a| {
        with_layout(&b, layouts[1], |b| {
            assert_same_bits(product(a, b).view(), expected.view(), &context);
            with_layout(&start, layouts[2], |view| {
                // The view borrows its base, so the target is a copy with the same strides.
                let mut target = Target::like(&view);
                product_add(a, b, &mut target.view_mut());
                assert_same_bits(target.view_mut().view(), continued.view(), &context);
                product_into(a, b, &mut target.view_mut());
                assert_same_bits(target.view_mut().view(), expected.view(), &context);
                target.check_surroundings(&context);
            });
        });
    });
}

/// A matrix to be written, inside a larger one that must not change.
struct Target<T> {
    base: Array2<T>,
    step: (isize, isize),
    transposed: bool,
}

impl<T: Real> Target<T> {
    /// Steps of one or more between rows and columns as in `view`, surrounded by a mark.
    fn like(view: &ArrayView2<T>) -> Self {
        let transposed = view.strides()[0].abs() < view.strides()[1].abs();
        let upright = if transposed { view.t() } else { view.view() };
        let (rows, columns) = upright.dim();
        let step = match upright.strides()[1] {
            column if column.abs() == 1 => (column.signum(), column.signum()),
            _ => (2, 3),
        };
        let shape = (rows * step.0.unsigned_abs(), columns * step.1.unsigned_abs());
        let mut target = Self { base: Array2::from_elem(shape, T::from_f64(77.0)), step, transposed };
        target.view_mut().assign(view);
        target
    }

    fn view_mut(&mut self) -> ndarray::ArrayViewMut2<'_, T> {
        let view = match self.step {
            (1, 1) => self.base.view_mut(),
            (-1, -1) => self.base.slice_mut(s![..;-1, ..;-1]),
            _ => self.base.slice_mut(s![..;2, ..;3]),
        };
        if self.transposed { view.reversed_axes() } else { view }
    }

    fn check_surroundings(&self, context: &str) {
        if self.step == (2, 3) {
            for ((i, j), &value) in self.base.indexed_iter() {
                let inside = i % 2 == 0 && j % 3 == 0;
                assert!(inside || value == T::from_f64(77.0), "{context}: wrote between elements");
            }
        }
    }
}

#[test]
fn bits_are_those_of_the_definition_for_odd_shapes() {
    let shapes = [
        (1, 1, 1),
        (1, 7, 1),
        (2, 3, 4),
        (5, 17, 3),
        (6, 8, 16),
        (7, 9, 17),
        (13, 31, 33),
        (12, 5, 24),
        (17, 64, 10),
        (33, 1, 40),
        (1, 50, 37),
        (37, 50, 1),
        (25, 385, 19),
        (6, 769, 8),
        (100, 23, 9),
    ];
    for (m, k, n) in shapes {
        for layout in 0..LAYOUTS {
            for other in 0..LAYOUTS {
                check::<f64>(m, k, n, [layout, other, (layout + other) % LAYOUTS]);
                check::<f32>(m, k, n, [layout, other, (layout + 2 * other) % LAYOUTS]);
            }
        }
    }
}

#[test]
fn bits_are_those_of_the_definition_for_large_shapes() {
    // Large enough for packing of both operands, several blocks of k and of rows, and two blocks of columns.
    for layouts in [[0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 3], [3, 3, 0], [4, 2, 2]] {
        check::<f32>(150, 800, 301, layouts);
        check::<f64>(131, 900, 150, layouts);
        check::<f32>(20, 40, 2100, layouts);
    }
    // Rows half a page apart.
    check::<f64>(70, 512, 70, [0, 0, 0]);
    check::<f32>(70, 1024, 130, [0, 0, 0]);
}

#[test]
fn a_sum_of_parts_of_k_continues_the_chain() {
    let (a, b) = (matrix::<f64>(40, 1000, 4), matrix::<f64>(1000, 30, 5));
    let whole = product(a.view(), b.view());
    let mut parts = zeros::<f64>(40, 30);
    for (from, to) in [(0, 1), (1, 400), (400, 777), (777, 1000)] {
        product_add(a.slice(s![.., from..to]), b.slice(s![from..to, ..]), &mut parts.view_mut());
    }
    assert_same_bits(parts.view(), whole.view(), "parts of k");
}

#[test]
fn matrix_vector_products_are_chains() {
    for (m, k) in [(1, 1), (3, 5), (16, 8), (17, 100), (35, 33), (2100, 9), (8, 1000)] {
        let (a, x) = (matrix::<f64>(m, k, 6), matrix::<f64>(k, 1, 7));
        let expected = naive(a.view(), x.view(), zeros(m, 1).view());
        for layout in 0..LAYOUTS {
            let y = with_layout(&a, layout, |a| vector_product(a, x.as_slice().unwrap()));
            let y = Array2::from_shape_vec((m, 1), y).unwrap();
            assert_same_bits(y.view(), expected.view(), &format!("{m} x {k}, layout {layout}"));
        }
        let mut y = vec![f64::NAN; m];
        vector_product_into(a.view(), x.as_slice().unwrap(), &mut y);
        assert_eq!(y, expected.as_slice().unwrap());
    }
}

#[test]
fn gram_matrix_has_the_bits_of_the_product() {
    for (rows, columns) in [(0, 3), (1, 1), (5, 0), (50, 20), (97, 13), (260, 45)] {
        let a = matrix::<f64>(rows, columns, 8);
        let expected = product(a.view(), a.t());
        assert_same_bits(gram(a.view()).view(), expected.view(), "gram");
        let expected = product(a.t(), a.view());
        assert_same_bits(gram(a.t()).view(), expected.view(), "gram of columns");
    }
}

#[test]
fn empty_sizes() {
    let empty = |rows, columns| zeros::<f64>(rows, columns);
    assert_eq!(product(empty(0, 3).view(), empty(3, 2).view()).dim(), (0, 2));
    assert_eq!(product(empty(2, 3).view(), empty(3, 0).view()).dim(), (2, 0));
    assert_eq!(product(empty(2, 0).view(), empty(0, 3).view()), empty(2, 3));
    let mut c = matrix::<f64>(2, 3, 9);
    let before = c.clone();
    product_add(empty(2, 0).view(), empty(0, 3).view(), &mut c.view_mut());
    assert_eq!(c, before);
    product_into(empty(2, 0).view(), empty(0, 3).view(), &mut c.view_mut());
    assert_eq!(c, empty(2, 3));
    assert_eq!(vector_product(empty(2, 0).view(), &[]), [0.0, 0.0]);
}

#[test]
fn infinities_and_nans_stay_where_they_belong() {
    // Zeros that pad a panel must never meet an infinity of a neighbour.
    let mut a = matrix::<f64>(7, 5, 10);
    let mut b = matrix::<f64>(5, 11, 11);
    a[[3, 2]] = f64::INFINITY;
    b[[1, 10]] = f64::NAN;
    let c = product(a.view(), b.view());
    for ((i, j), value) in c.indexed_iter() {
        assert_eq!(value.is_nan(), j == 10, "({i}, {j})");
        assert_eq!(value.is_infinite(), i == 3 && j != 10, "({i}, {j})");
    }
}

#[test]
fn the_sign_of_a_zero_follows_from_the_chain() {
    let (a, b) = (Array2::from_elem((1, 1), -0.0), Array2::from_elem((1, 20), 1.0));
    let mut c = Array2::from_elem((1, 20), -0.0);
    product_add(a.view(), b.view(), &mut c.view_mut());
    assert!(c.iter().all(|value: &f64| value.to_bits() == (-0.0_f64).to_bits()));
    assert!(product(a.view(), b.view()).iter().all(|value: &f64| value.to_bits() == 0));
}

#[test]
fn a_workspace_serves_products_of_any_size() {
    let mut workspace = Workspace::new();
    for (m, k, n) in [(100, 900, 80), (3, 4, 5), (64, 64, 64), (1, 9, 9), (9, 9, 1)] {
        let (a, b) = (matrix::<f32>(m, k, 12), matrix::<f32>(k, n, 13));
        let expected = naive(a.view(), b.view(), zeros(m, n).view());
        let (left, right) = (a.as_slice().unwrap(), b.as_slice().unwrap());
        let mut c = vec![f32::NAN; m * n];
        workspace.gemm(m, n, k, left, k, 1, right, n, 1, &mut c, n, 1, false);
        assert_eq!(c, expected.as_slice().unwrap());
        // Written transposed.
        gemm(m, n, k, left, k, 1, right, n, 1, &mut c, 1, m, false);
        let c = Array2::from_shape_vec((n, m), c).unwrap();
        assert_same_bits(c.t(), expected.view(), "transposed target");
    }
}

#[test]
#[should_panic(expected = "a 2 x 3 matrix times a 4 x 5 matrix")]
fn a_mismatch_names_both_shapes() {
    product(zeros::<f64>(2, 3).view(), zeros::<f64>(4, 5).view());
}

#[test]
#[should_panic(expected = "a 2 x 3 matrix times a vector of length 4")]
fn a_vector_mismatch_names_both_shapes() {
    vector_product(zeros::<f64>(2, 3).view(), &[0.0; 4]);
}

#[test]
#[should_panic(expected = "B is 3 x 5 with strides 5 and 1, which reaches past its slice of length 14")]
fn a_slice_that_is_too_short_is_refused() {
    let mut c = [0.0; 10];
    gemm(2, 5, 3, &[0.0; 6], 3, 1, &[0.0; 14], 5, 1, &mut c, 5, 1, false);
}

#[test]
#[should_panic(expected = "reaches past its slice")]
fn strides_that_overflow_are_refused() {
    let mut c = [0.0; 4];
    gemm(2, 2, 2, &[0.0; 4], usize::MAX, 2, &[0.0; 4], 2, 1, &mut c, 2, 1, false);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bits_are_those_of_the_definition(
        m in 1_usize..50,
        k in 0_usize..60,
        n in 1_usize..50,
        layouts in prop::array::uniform3(0..LAYOUTS),
    ) {
        check::<f32>(m, k, n, layouts);
        check::<f64>(m, k, n, layouts);
    }
}
