//! What a series can be made of.

/// A number that can be plotted. Implemented for the primitive numbers and references to them, so
/// that every data argument of this crate accepts slices, vectors, arrays, ranges and iterators
/// alike.
pub trait Number {
    /// The number as the `f64` that is plotted.
    fn number(self) -> f64;
}

macro_rules! number {
    ($($kind:ty),*) => {$(
        impl Number for $kind {
            fn number(self) -> f64 {
                self as f64
            }
        }
        impl Number for &$kind {
            fn number(self) -> f64 {
                *self as f64
            }
        }
    )*};
}

number!(f64, f32, usize, u64, u32, u16, u8, i64, i32, i16, i8);

/// A series of numbers: anything that iterates over [`Number`]s, such as `&[f64]`, `&Vec<f64>`,
/// `[0, 1, 2]`, `0..10`, an `ndarray` array by reference (in its logical, row-major order) or
/// `rows.iter().map(|row| row.loss)`.
pub trait Series {
    /// The numbers in order.
    fn collect_numbers(self) -> Vec<f64>;
}

impl<I> Series for I
where
    I: IntoIterator,
    I::Item: Number,
{
    fn collect_numbers(self) -> Vec<f64> {
        self.into_iter().map(Number::number).collect()
    }
}
