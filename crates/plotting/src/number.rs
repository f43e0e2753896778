//! What a series can be made of, and numbers in labels.

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

/// A positive number as label text: `10^{−3}` where it is a power of ten within one part in 10⁹ (1 as `1`), else in
/// scientific notation.
pub fn power_of_ten(value: f64) -> String {
    let exponent = numerics::log10(value).round();
    match (value / numerics::pow(10.0, exponent) - 1.0).abs() < 1e-9 {
        true if exponent == 0.0 => "1".to_string(),
        true => format!("10^{{{}}}", exponent.to_string().replace('-', "−")),
        false => format!("{value:e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::power_of_ten;

    #[test]
    fn powers_of_ten_are_short() {
        for (value, text) in [(1e-12, "10^{−12}"), (1.0, "1"), (100.0, "10^{2}"), (3e-4, "3e-4"), (0.0, "0e0")] {
            assert_eq!(power_of_ten(value), text);
        }
    }
}
