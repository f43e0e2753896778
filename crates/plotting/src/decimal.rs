//! Numbers with few digits, written exactly. Tick labels never pass through the rounding of a
//! float.

use crate::axis::Format;
use crate::math;

/// The number `digits * 10^power`. The digits may end in zeros: they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) digits: i64,
    pub(crate) power: i32,
}

/// Numbers with more digits than this before or after the point are written as powers of ten in
/// every format.
const LONGEST: i32 = 15;

/// The minus sign of typography, as wide as a plus.
const MINUS: &str = "−";

impl Decimal {
    /// The number with the fewest digits that reads back as this value, at most twelve digits.
    pub(crate) fn shortest(value: f64) -> Self {
        Decimal::nearest(value, 12)
    }

    /// The nearest number of at most so many digits; 0 for what is not finite.
    pub(crate) fn nearest(value: f64, most: usize) -> Self {
        if !value.is_finite() || value == 0.0 {
            return Decimal { digits: 0, power: 0 };
        }
        let decimals = most - 1;
        let text = format!("{value:.decimals$e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits: i64 = mantissa.replace('.', "").parse().unwrap_or(0);
        let power: i32 = exponent.parse().unwrap_or(0);
        Decimal { digits, power: power - decimals as i32 }.without_zeros()
    }

    /// The number in plain characters, `1.5e-7` where it would be long.
    pub(crate) fn text(self) -> String {
        let leading = self.digits.unsigned_abs().to_string().len() as i32 + self.power;
        match (-3..=6).contains(&leading) {
            true => format!("{}", self.number()),
            false => format!("{:e}", self.number()),
        }
    }

    /// The nearest float.
    pub(crate) fn number(self) -> f64 {
        if (-22..=0).contains(&self.power) {
            // Exact operands, so one correctly rounded division.
            self.digits as f64 / math::power_of_ten(-self.power)
        } else {
            format!("{}e{}", self.digits, self.power).parse().unwrap_or(f64::NAN)
        }
    }

    /// The number times `10^by`.
    pub(crate) fn shifted(self, by: i32) -> Self {
        Decimal { digits: self.digits, power: self.power + by }
    }

    fn without_zeros(mut self) -> Self {
        while self.digits != 0 && self.digits % 10 == 0 {
            self.digits /= 10;
            self.power += 1;
        }
        if self.digits == 0 { Decimal { digits: 0, power: 0 } } else { self }
    }

    /// The number as text.
    pub(crate) fn write(self, format: Format) -> String {
        let leading = self.digits.unsigned_abs().to_string().len() as i32 + self.power;
        // Zero is written with as many decimals as its neighbours.
        let last = if self.digits == 0 { self.power } else { self.without_zeros().power };
        if leading > LONGEST || last < -LONGEST {
            return self.write_power();
        }
        match format {
            Format::Auto => self.plain(),
            Format::Decimals(count) => self.rounded(count).plain(),
            Format::Percent => format!("{}%", self.shifted(2).plain()),
            Format::Thousands => group(&self.plain()),
            Format::Si => self.without_zeros().prefixed(),
            Format::Power => self.write_power(),
        }
    }

    /// The number as `10^{-3}` or `2×10^{-3}`, in the markup of labels.
    pub(crate) fn write_power(self) -> String {
        let Decimal { digits, power } = self.without_zeros();
        match digits {
            0 => "0".into(),
            1 => power_label(10, power),
            -1 => format!("{MINUS}{}", power_label(10, power)),
            _ => {
                let written = digits.unsigned_abs().to_string();
                let shift = written.len() as i32 - 1;
                let mantissa = Decimal { digits, power: -shift }.plain();
                format!("{mantissa}×{}", power_label(10, power + shift))
            }
        }
    }

    /// All digits, without an exponent.
    fn plain(self) -> String {
        let sign = if self.digits < 0 { MINUS } else { "" };
        let mut digits = self.digits.unsigned_abs().to_string();
        if self.power >= 0 {
            if self.digits != 0 {
                digits.push_str(&"0".repeat(self.power.min(400) as usize));
            }
            return format!("{sign}{digits}");
        }
        let places = self.power.unsigned_abs() as usize;
        if digits.len() <= places {
            digits = "0".repeat(places + 1 - digits.len()) + &digits;
        }
        let point = digits.len() - places;
        format!("{sign}{}.{}", &digits[..point], &digits[point..])
    }

    /// Exactly `count` decimals, halves away from zero.
    fn rounded(self, count: usize) -> Self {
        let power = -(count.min(15) as i32);
        let drop = power - self.power;
        if drop <= 0 {
            let factor = 10_i64.checked_pow(drop.unsigned_abs());
            return match factor.and_then(|factor| self.digits.checked_mul(factor)) {
                Some(digits) => Decimal { digits, power },
                None => self,
            };
        }
        match 10_i64.checked_pow(drop as u32) {
            Some(unit) => {
                let half = if self.digits < 0 { -unit / 2 } else { unit / 2 };
                Decimal { digits: (self.digits.saturating_add(half)) / unit, power }
            }
            None => Decimal { digits: 0, power },
        }
    }

    /// With the largest prefix of k, M, G, T that leaves something before the point.
    fn prefixed(self) -> String {
        let leading = self.digits.unsigned_abs().to_string().len() as i32 + self.power;
        let (shift, prefix) = match leading {
            13.. => (12, "T"),
            10.. => (9, "G"),
            7.. => (6, "M"),
            4.. => (3, "k"),
            _ => (0, ""),
        };
        format!("{}{prefix}", self.shifted(-shift).plain())
    }
}

/// `base^{exponent}` in the markup of labels.
pub(crate) fn power_label(base: u32, exponent: i32) -> String {
    let sign = if exponent < 0 { MINUS } else { "" };
    format!("{base}^{{{sign}{}}}", exponent.unsigned_abs())
}

/// The power of ten to take out of the tick labels of a linear axis: 0 for numbers that are short
/// as they are.
pub(crate) fn common_exponent(largest: f64, span: f64) -> i32 {
    if largest >= 1e5 || (largest < 1e-2 && span < 2e-2) {
        let exponent = math::log10(largest).floor() as i32;
        if math::power_of_ten(exponent + 1) <= largest { exponent + 1 } else { exponent }
    } else {
        0
    }
}

/// Commas between groups of three digits before the point.
fn group(number: &str) -> String {
    let whole_end = number.find('.').unwrap_or(number.len());
    let whole: Vec<char> = number[..whole_end].chars().collect();
    let mut grouped = String::new();
    for (index, digit) in whole.iter().enumerate() {
        let left = whole.len() - index;
        if index > 0 && left.is_multiple_of(3) && whole[index - 1].is_ascii_digit() {
            grouped.push(',');
        }
        grouped.push(*digit);
    }
    grouped + &number[whole_end..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(digits: i64, power: i32) -> Decimal {
        Decimal { digits, power }
    }

    #[test]
    fn writes_all_digits() {
        assert_eq!(decimal(250, -2).write(Format::Auto), "2.50");
        assert_eq!(decimal(-5, -3).write(Format::Auto), "−0.005");
        assert_eq!(decimal(0, 5).write(Format::Auto), "0");
        assert_eq!(decimal(12, 3).write(Format::Auto), "12000");
        assert_eq!(decimal(12345, 3).write(Format::Thousands), "12,345,000");
        assert_eq!(decimal(-12345, -1).write(Format::Thousands), "−1,234.5");
        assert_eq!(decimal(15, 5).write(Format::Si), "1.5M");
        assert_eq!(decimal(20, 2).write(Format::Si), "2k");
        assert_eq!(decimal(25, -2).write(Format::Percent), "25%");
        assert_eq!(decimal(25, -3).write(Format::Percent), "2.5%");
        assert_eq!(decimal(1249, -3).write(Format::Decimals(1)), "1.2");
        assert_eq!(decimal(-125, -2).write(Format::Decimals(1)), "−1.3");
        assert_eq!(decimal(2, 0).write(Format::Decimals(2)), "2.00");
        assert_eq!(decimal(2, -20).write(Format::Percent), "2×10^{−20}");
        assert_eq!(decimal(0, -300).write(Format::Percent), "0");
        assert_eq!(decimal(1, 300).write(Format::Auto), "10^{300}");
    }

    #[test]
    fn writes_powers() {
        assert_eq!(decimal(10, -4).write_power(), "10^{−3}");
        assert_eq!(decimal(-25, -4).write_power(), "−2.5×10^{−3}");
        assert_eq!(decimal(0, 0).write_power(), "0");
    }

    #[test]
    fn shortest_digits() {
        assert_eq!(Decimal::shortest(0.1), decimal(1, -1));
        assert_eq!(Decimal::shortest(-1500.0), decimal(-15, 2));
        assert_eq!(Decimal::shortest(0.1 + 0.2), decimal(3, -1));
        assert_eq!(Decimal::shortest(f64::NAN), decimal(0, 0));
    }

    #[test]
    fn numbers_are_the_nearest_floats() {
        assert_eq!(decimal(3, -1).number(), 0.3);
        assert_eq!(decimal(7, -30).number(), 7e-30);
        assert_eq!(decimal(12, 25).number(), 1.2e26);
    }

    #[test]
    fn exponents_are_taken_out_of_long_numbers_only() {
        assert_eq!(common_exponent(99999.0, 1.0), 0);
        assert_eq!(common_exponent(100000.0, 1.0), 5);
        assert_eq!(common_exponent(0.005, 0.005), -3);
        assert_eq!(common_exponent(0.02, 0.01), 0);
    }
}
