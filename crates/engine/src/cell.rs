//! Cells: the unit of computing, caching and sharing out; and the plan that lists them.

use std::collections::HashSet;

use anyhow::Context;
use datasets::DataSet;
use numerics::random::Streams;
use serde::Serialize;
use tables::Rows;

use crate::Result;

/// One configuration and seed: *everything* that a computation depends on.
///
/// [`run`](Self::run) sees nothing else of the configuration, so that a result is recomputed exactly when something it
/// depends on has changed. What the cell serialises to is its identity; groups of parameters are borrowed.
pub trait Cell: Serialize + Send + Sync + 'static {
    /// Estimated seconds, for starting the most expensive cells first and for telling how long a run takes.
    fn cost(&self) -> f64 {
        1.0
    }

    /// Estimated bytes that the cell needs while it runs.
    fn memory(&self) -> f64 {
        0.0
    }

    /// The data sets that the cell reads; their hashes are part of the identity of its result.
    fn data(&self) -> Vec<&'static DataSet> {
        Vec::new()
    }

    /// Computes the cell and writes its rows: a pure, single-threaded function of the cell, its named random streams
    /// and its data sets.
    ///
    /// # Errors
    /// Whatever makes the cell impossible; the other cells still run and stay cached.
    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()>;
}

/// Cells beyond this many are a typing mistake.
const MOST_CELLS: usize = 1_000_000;

/// Bytes that one cell may need: what a small machine can give to each of two.
const MOST_MEMORY: f64 = 8.0 * GIB;

const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

/// Seconds of one cell, which nothing can share out, and of a whole run beyond which a typing mistake is likelier than
/// patience: a day and a century.
const MOST_OF_A_CELL: f64 = 86_400.0;
const MOST_SECONDS: f64 = 3.2e9;

/// The cells of a paper, in the order of the table.
#[derive(Default)]
pub struct Plan {
    pub(crate) cells: Vec<PlannedCell>,
    seen: HashSet<String>,
    seconds: f64,
    fault: Option<String>,
}

type RunCell = dyn Fn(&Streams) -> Result<Vec<u8>> + Send + Sync;

/// One planned cell with its type erased.
pub(crate) struct PlannedCell {
    /// Type and fields of the cell as YAML text: readable, and exact for floats.
    pub identity: String,
    /// Estimated seconds.
    pub cost: f64,
    /// Estimated bytes.
    pub memory: f64,
    /// The data sets the cell reads.
    pub data: Vec<&'static DataSet>,
    pub run: Box<RunCell>,
}

impl Plan {
    /// Adds cells behind those that are there. A paper with several types of cells adds one type after the other.
    ///
    /// Too many cells, one that needs too much memory, a run of centuries, and two cells that are the same are
    /// reported when the plan is made; nothing runs then.
    pub fn add<C: Cell>(&mut self, cells: impl IntoIterator<Item = C>) {
        // Ends a paper's own loop over too many of something: the fault is what is told.
        assert!(self.fault.is_none(), "the plan has a fault already");
        for cell in cells {
            if self.fault.is_some() {
                return;
            }
            match serde_yaml::to_string(&cell) {
                Ok(fields) => self.plan(format!("{}:\n{fields}", type_name::<C>()), cell),
                Err(error) => self.fault = Some(format!("a cell cannot be written down: {error}")),
            }
        }
    }

    fn plan<C: Cell>(&mut self, identity: String, cell: C) {
        let (cost, memory, data) = (cell.cost(), cell.memory(), cell.data());
        let run = Box::new(move |random: &Streams| {
            let mut rows = Rows::default();
            cell.run(random, &mut rows)?;
            postcard::to_stdvec(&rows.into_columns()).context("rows cannot be stored")
        });
        self.put(PlannedCell { identity, cost, memory, data, run });
    }

    fn put(&mut self, cell: PlannedCell) {
        self.seconds += cell.cost;
        let fault = if self.cells.len() == MOST_CELLS {
            Some(format!("these are more than {MOST_CELLS} cells"))
        } else if cell.memory > MOST_MEMORY {
            let (needed, most) = (cell.memory / GIB, MOST_MEMORY / GIB);
            Some(format!(
                "a cell would need about {needed:.1} GiB of memory, the limit is {most} GiB: {}",
                cell.label()
            ))
        } else if cell.cost > MOST_OF_A_CELL || cell.cost.is_nan() {
            let days = cell.cost / 86_400.0;
            Some(format!("a cell would compute for about {days:.1} days, the limit is one: {}", cell.label()))
        } else if self.seconds > MOST_SECONDS {
            Some("this would compute for a century".to_string())
        } else if !self.seen.insert(cell.identity.clone()) {
            Some(format!("two cells are the same: {}", cell.label()))
        } else {
            None
        };
        match fault {
            Some(fault) => self.fault = Some(fault),
            None => self.cells.push(cell),
        }
    }

    /// Whether it is known that the cells cannot be run.
    pub(crate) fn is_faulty(&self) -> bool {
        self.fault.is_some()
    }

    /// The cells, or why they cannot be run.
    pub(crate) fn finish(self) -> std::result::Result<Vec<PlannedCell>, String> {
        match self.fault {
            Some(fault) => Err(fault),
            None if self.cells.is_empty() => Err("this configuration has no cells to run".to_string()),
            None => Ok(self.cells),
        }
    }
}

impl PlannedCell {
    /// The cell on one line, for messages: `Run: setting: large, seed: 3`.
    pub fn label(&self) -> String {
        let lines: Vec<&str> = self.identity.lines().map(str::trim).collect();
        lines.join(", ").replace(":,", ":")
    }
}

/// The name of a type within its paper: `Run`, `toy::Run`.
fn type_name<T>() -> String {
    let name = std::any::type_name::<T>();
    // Without the crate in front and without what stands in angle brackets.
    let name = name.split('<').next().unwrap_or(name);
    name.split_once("::").map_or(name, |(_, rest)| rest).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Square {
        side: u64,
    }

    impl Cell for Square {
        fn memory(&self) -> f64 {
            1000.0 * self.side as f64
        }

        fn run(&self, _: &Streams, rows: &mut Rows) -> Result<()> {
            rows.push(tables::record! { area: self.side * self.side });
            Ok(())
        }
    }

    fn fault(sides: impl IntoIterator<Item = u64>) -> String {
        let mut plan = Plan::default();
        plan.add(sides.into_iter().map(|side| Square { side }));
        plan.finish().err().unwrap_or_default()
    }

    #[test]
    fn a_loop_over_too_many_ends() {
        let mut plan = Plan::default();
        let looped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            (0..u64::MAX).for_each(|seed| plan.add([Square { side: seed % 1000 }]));
        }));
        assert!(looped.is_err() && plan.is_faulty());
    }

    #[test]
    fn what_cannot_be_meant_is_named() {
        assert_eq!(fault([1, 2, 1]), "two cells are the same: cell::tests::Square: side: 1");
        assert_eq!(fault([]), "this configuration has no cells to run");
        assert!(fault([40_000_000]).starts_with("a cell would need about 37.3 GiB of memory, the limit is 8 GiB"));
        assert_eq!(fault(0..2_000_000), "these are more than 1000000 cells");
        assert_eq!(fault([1, 2]), "");
    }
}
