//! Rows that belong together: distinct values and groups.

use anyhow::Result;
use polars::prelude as polars;

use crate::column::Cells;
use crate::{Table, Value};

impl Table {
    /// The different values of a column, in order of first appearance, compared as in [`Value`].
    ///
    /// # Errors
    /// For an unknown column.
    pub(crate) fn distinct_values(&self, column: &str) -> Result<Vec<Value>> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        let cells = self.cells(column)?;
        let first = |rows: &Vec<polars::IdxSize>| cells.value(rows[0] as usize);
        Ok(self.positions(&[column])?.iter().map(first).collect())
    }

    /// The rows split by the values of some columns: each combination that occurs, with its rows in
    /// their order, in order of first appearance. Missing values form a group like any other.
    ///
    /// # Errors
    /// For an unknown column.
    pub(crate) fn group_by(&self, columns: &[&str]) -> Result<Vec<(Vec<Value>, Table)>> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        let keys = self.all_cells(columns)?;
        let group = |rows: Vec<polars::IdxSize>| Ok((key(&keys, rows[0] as usize), self.take(&rows)?));
        self.positions(columns)?.into_iter().map(group).collect()
    }

    /// The positions of the rows of each group, in order of first appearance. Without columns, all
    /// rows are one group.
    pub(crate) fn positions(&self, columns: &[&str]) -> Result<Vec<Vec<polars::IdxSize>>> {
        self.check(columns)?;
        if self.is_empty() {
            return Ok(Vec::new());
        }
        if columns.is_empty() {
            return Ok(vec![(0..self.len() as polars::IdxSize).collect()]);
        }
        let by = self.frame.select_to_vec(columns.iter().copied())?;
        let grouped = self.frame.group_by_with_series(by, false, true)?;
        let rows = |group: polars::GroupsIndicator<'_>| match group {
            polars::GroupsIndicator::Idx((_, rows)) => rows.to_vec(),
            polars::GroupsIndicator::Slice([first, length]) => (first..first + length).collect(),
        };
        let mut groups: Vec<Vec<polars::IdxSize>> = grouped.get_groups().iter().map(rows).collect();
        // Polars promises this order only for some of its ways to group.
        groups.iter_mut().for_each(|rows| rows.sort_unstable());
        groups.sort_unstable_by_key(|rows| rows[0]);
        Ok(groups)
    }

    pub(crate) fn all_cells(&self, columns: &[&str]) -> Result<Vec<Cells<'_>>> {
        columns.iter().map(|column| self.cells(column)).collect()
    }
}

/// The values of one row in some columns.
fn key(cells: &[Cells<'_>], row: usize) -> Vec<Value> {
    cells.iter().map(|cells| cells.value(row)).collect()
}
