//! Speed of the fixed-order product beside the matrixmultiply crate, on one thread.
//!
//! `cargo bench -p numerics --bench matrix`. Both run in turn on the same operands and the fastest time of each
//! counts, so a busy machine disturbs both alike.

use std::hint::black_box;
use std::time::{Duration, Instant};

use numerics::matrix::{Real, Workspace};

/// Time spent on each line of the table.
const BUDGET: Duration = Duration::from_millis(700);

/// Where an operand is read transposed: stored with its rows and columns exchanged.
#[derive(Clone, Copy, PartialEq)]
enum Layout {
    Plain,
    TransposedA,
    TransposedB,
}

/// The other implementation, on pointers and strides.
trait Compared: Real {
    unsafe fn compared(sizes: [usize; 3], a: Operand<Self>, b: Operand<Self>, c: *mut Self);
}

/// Pointer, row stride and column stride.
type Operand<T> = (*const T, isize, isize);

macro_rules! compared {
    ($type:ty, $function:path) => {
        impl Compared for $type {
            unsafe fn compared([m, n, k]: [usize; 3], a: Operand<Self>, b: Operand<Self>, c: *mut Self) {
                let row = n as isize;
                // SAFETY: the caller passes operands of these sizes.
                unsafe { $function(m, k, n, 1.0, a.0, a.1, a.2, b.0, b.1, b.2, 0.0, c, row, 1) }
            }
        }
    };
}

compared!(f32, matrixmultiply::sgemm);
compared!(f64, matrixmultiply::dgemm);

fn main() {
    println!(
        "{:<28} {:>5} {:>14} {:>20} {:>7}",
        "product (m x k x n)", "type", "ours, GFLOP/s", "matrixmultiply", "ratio"
    );
    let both = [(256, 256, 256), (1024, 1024, 1024), (64, 64, 64), (576, 576, 1)];
    for (m, k, n) in both {
        line::<f32>(m, k, n, Layout::Plain);
        line::<f64>(m, k, n, Layout::Plain);
    }
    // The confidence of ten arms with 100 units each; no paper has a square one in f32.
    line::<f32>(1000, 196, 1, Layout::Plain);
    line::<f64>(200, 200, 1000, Layout::Plain);
    line::<f64>(576, 576, 1, Layout::TransposedA);
    line::<f64>(400, 1000, 500, Layout::Plain);
    let single = [(128, 784, 200), (128, 200, 200), (128, 200, 10), (1024, 64, 64), (65536, 9, 16), (65536, 144, 32)];
    for (m, k, n) in single {
        line::<f32>(m, k, n, Layout::Plain);
    }
    // Gradients: with respect to the weights (Aᵀ) and to the inputs (Bᵀ).
    for (m, k, n) in [(784, 128, 200), (200, 128, 10), (64, 1024, 64), (9, 65536, 16), (144, 65536, 32)] {
        line::<f32>(m, k, n, Layout::TransposedA);
    }
    for (m, k, n) in [(128, 200, 784), (128, 10, 200), (1024, 64, 64), (65536, 32, 144)] {
        line::<f32>(m, k, n, Layout::TransposedB);
    }
    line::<f64>(1024, 1024, 1024, Layout::TransposedA);
    line::<f64>(1024, 1024, 1024, Layout::TransposedB);
}

/// Measures one product and prints its line.
fn line<T: Compared>(m: usize, k: usize, n: usize, layout: Layout) {
    let fill = |length: usize| -> Vec<T> { (0..length).map(|i| T::from_f64((i % 17) as f64 / 16.0 - 0.5)).collect() };
    let (a, b, mut c) = (fill(m * k), fill(k * n), fill(m * n));
    let (a_row, a_column) = if layout == Layout::TransposedA { (1, m) } else { (k, 1) };
    let (b_row, b_column) = if layout == Layout::TransposedB { (1, k) } else { (n, 1) };
    let mut workspace = Workspace::new();
    let repeats = (2_000_000 / (m * k * n)).max(1);
    let (mut ours, mut theirs) = (f64::INFINITY, f64::INFINITY);
    let begin = Instant::now();
    while begin.elapsed() < BUDGET {
        ours = ours.min(seconds(repeats, || {
            workspace.gemm(m, n, k, &a, a_row, a_column, &b, b_row, b_column, &mut c, n, 1, false);
            black_box(&mut c);
        }));
        theirs = theirs.min(seconds(repeats, || {
            let left = (a.as_ptr(), a_row as isize, a_column as isize);
            let right = (b.as_ptr(), b_row as isize, b_column as isize);
            // SAFETY: the vectors were made for these sizes.
            unsafe { T::compared([m, n, k], left, right, c.as_mut_ptr()) };
            black_box(&mut c);
        }));
    }
    let rate = |time: f64| 2.0 * (m * k * n) as f64 / time / 1e9;
    let suffix = match layout {
        Layout::Plain => "",
        Layout::TransposedA => "  (A transposed)",
        Layout::TransposedB => "  (B transposed)",
    };
    println!(
        "{:<28} {:>5} {:>14.1} {:>20.1} {:>7.2}",
        format!("{m} x {k} x {n}{suffix}"),
        std::any::type_name::<T>(),
        rate(ours),
        rate(theirs),
        theirs / ours,
    );
}

/// Seconds per call, over `repeats` calls.
fn seconds(repeats: usize, mut work: impl FnMut()) -> f64 {
    let begin = Instant::now();
    for _ in 0..repeats {
        work();
    }
    begin.elapsed().as_secs_f64() / repeats as f64
}
