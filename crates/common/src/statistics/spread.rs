//! Repeated runs summarised, where infinity is a value: the result of a run that diverged.
//!
//! An infinite value is larger than every other. A mean with one is infinite, a median where at least half of the
//! values are. None of the summaries turns infinities into NaN, so what has diverged stays visible and sorts last.

use anyhow::Result;
use numerics::{exp, ln};
use tables::{Summary, Table};

/// A column summarised over runs, for each value of another column in ascending order.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// The values of the other column.
    pub by: Vec<f64>,
    /// The mean, or what else was asked for; a mean is infinite where any run is.
    pub middle: Vec<f64>,
    /// Least value.
    pub low: Vec<f64>,
    /// Greatest value.
    pub high: Vec<f64>,
}

impl Spread {
    /// Of the rows that agree in `by`, with the arithmetic mean of `column`.
    ///
    /// # Errors
    /// For an unknown column.
    pub fn arithmetic(table: &Table, column: &str, by: &str) -> Result<Spread> {
        Spread::around(table, column, by, Summary::mean(column))
    }

    /// The same with any summary of the table in the middle.
    ///
    /// # Errors
    /// For an unknown column.
    pub fn around(table: &Table, column: &str, by: &str, middle: Summary) -> Result<Spread> {
        let summary = table.sort(&[by])?.summarize(
            &[by],
            &[middle.named("middle"), Summary::min(column).named("low"), Summary::max(column).named("high")],
        )?;
        Ok(Spread {
            by: summary.floats(by)?,
            middle: summary.floats("middle")?,
            low: summary.floats("low")?,
            high: summary.floats("high")?,
        })
    }

    /// The same with the geometric mean, for a column of positive values.
    ///
    /// # Errors
    /// For an unknown column.
    pub fn geometric(table: &Table, column: &str, by: &str) -> Result<Spread> {
        let logs: Vec<f64> = table.floats(column)?.into_iter().map(ln).collect();
        let logs = Spread::arithmetic(&table.with_column(column, logs)?, column, by)?;
        Ok(Spread { middle: logs.middle.into_iter().map(exp).collect(), ..Spread::arithmetic(table, column, by)? })
    }

    /// The groups that `keep` chooses by their middle.
    pub fn filter(&self, keep: impl Fn(f64) -> bool) -> Spread {
        let chosen = |values: &[f64]| {
            let pairs = values.iter().zip(&self.middle);
            pairs.filter(|(_, middle)| keep(**middle)).map(|(value, _)| *value).collect()
        };
        Spread { by: chosen(&self.by), middle: chosen(&self.middle), low: chosen(&self.low), high: chosen(&self.high) }
    }

    /// The groups up to the first infinite middle, that one included: where a curve ends.
    pub fn through_first_infinite(mut self) -> Spread {
        let end = self.middle.iter().position(|middle| middle.is_infinite());
        let kept = end.map_or(self.by.len(), |end| end + 1);
        for values in [&mut self.by, &mut self.middle, &mut self.low, &mut self.high] {
            values.truncate(kept);
        }
        self
    }

    /// With every value above `ceiling` at it: to draw what has diverged at the border of a panel, or on its way out.
    pub fn capped(&self, ceiling: f64) -> Spread {
        let cap = |values: &[f64]| values.iter().map(|value| value.min(ceiling)).collect();
        Spread { by: self.by.clone(), middle: cap(&self.middle), low: cap(&self.low), high: cap(&self.high) }
    }
}

/// Index of the least value; the first among equals; `None` if no value is finite. NaN is never least.
pub fn least_finite(values: &[f64]) -> Option<usize> {
    let finite = values.iter().enumerate().filter(|(_, value)| value.is_finite());
    finite.min_by(|a, b| a.1.total_cmp(b.1)).map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tables::Column;

    fn runs() -> Table {
        let columns = [
            ("x", Column::from(vec![2.0, 1.0, 2.0, 1.0, 3.0, 3.0])),
            ("y", Column::from(vec![8.0, 1.0, 2.0, f64::INFINITY, f64::INFINITY, f64::INFINITY])),
        ];
        Table::from_columns(columns).unwrap()
    }

    #[test]
    fn one_diverged_run_makes_the_middle_infinite_and_leaves_the_least() {
        let spread = Spread::geometric(&runs(), "y", "x").unwrap();
        assert_eq!(spread.by, [1.0, 2.0, 3.0]);
        assert!(spread.middle[0].is_infinite() && (spread.middle[1] - 4.0).abs() < 1e-12);
        assert_eq!(spread.low, [1.0, 2.0, f64::INFINITY]);
        assert_eq!(spread.high, [f64::INFINITY, 8.0, f64::INFINITY]);
    }

    #[test]
    fn what_has_diverged_can_be_told_apart_and_drawn_at_the_border() {
        let spread = Spread::geometric(&runs(), "y", "x").unwrap();
        assert_eq!(spread.filter(f64::is_finite).by, [2.0]);
        let lost = spread.filter(f64::is_infinite).capped(100.0);
        assert_eq!((lost.by, lost.middle), (vec![1.0, 3.0], vec![100.0, 100.0]));
        assert_eq!((lost.low, lost.high), (vec![1.0, 100.0], vec![100.0, 100.0]));
    }

    #[test]
    fn a_curve_ends_where_its_middle_does() {
        let spread = Spread {
            by: vec![1.0, 2.0, 3.0],
            middle: vec![5.0, f64::INFINITY, f64::INFINITY],
            low: vec![4.0, 6.0, f64::INFINITY],
            high: vec![f64::INFINITY; 3],
        };
        let curve = spread.through_first_infinite();
        assert_eq!((curve.by, curve.middle), (vec![1.0, 2.0], vec![5.0, f64::INFINITY]));
        assert_eq!((curve.low, curve.high), (vec![4.0, 6.0], vec![f64::INFINITY; 2]));
    }

    #[test]
    fn the_least_is_finite_or_none() {
        assert_eq!(least_finite(&[f64::INFINITY, 3.0, f64::NAN, 2.0, 2.0]), Some(3));
        assert_eq!(least_finite(&[f64::INFINITY, f64::NAN]), None);
        assert_eq!(least_finite(&[]), None);
    }
}
