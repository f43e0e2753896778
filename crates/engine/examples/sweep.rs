//! A synthetic experiment for the engine's own tests: a sweep of cells that can be slow, err or
//! panic. Run it in a folder that has `Cargo.toml` and `papers/sweep/paper.yaml`.

use std::process::ExitCode;

use engine::{Cell, Claim, Code, Paper, Parameters, Plan, Result};
use numerics::random::Streams;
use plotting::{Axis, BLUE, Figure, Panel};
use serde::Serialize;
use tables::{Rows, Table, record};

#[derive(Parameters)]
struct Config {
    cells: u64,
    #[flatten]
    work: Work,
    threshold: f64,
    /// A mistake in the figure, if true: a column that does not exist.
    mistaken: bool,
}

/// What a cell does.
#[derive(Parameters)]
struct Work {
    /// Random numbers that it adds up.
    #[range(..=1_000_000_000)]
    draws: u64,
    /// The cell that returns an error, if any.
    #[range(0..)]
    errs: Option<u64>,
    /// The cell that panics, if any.
    #[range(0..)]
    panics: Option<u64>,
}

#[derive(Serialize)]
struct Sum {
    seed: u64,
    work: &'static Work,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    plan.add((0..config.cells).map(|seed| Sum { seed, work: &config.work }));
}

impl Cell for Sum {
    fn cost(&self) -> f64 {
        self.work.draws as f64 * 5e-9
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        if self.work.errs == Some(self.seed) {
            anyhow::bail!("this cell was told to err");
        }
        assert!(self.work.panics != Some(self.seed), "this cell was told to panic");
        let mut generator = random.open("sum", self.seed);
        let sum: f64 = (0..self.work.draws).map(|_| generator.uniform()).sum();
        rows.push(record! { seed: self.seed, sum });
        Ok(())
    }
}

fn figure(config: &Config, table: &Table) -> Figure {
    let column = if config.mistaken { "some" } else { "sum" };
    let panel = Panel::new("sums").x(Axis::linear("seed")).y(Axis::linear("sum"));
    Figure::new().title("Sweep").row([panel.line("sum", table.column("seed"), table.column(column), BLUE)])
}

fn claims(config: &Config, table: &Table) -> Vec<Claim> {
    vec![Claim::new("large").says("Some sum is large").at_least("largest sum", table.greatest("sum"), config.threshold)]
}

fn main() -> ExitCode {
    let code = Code {
        slug: "sweep",
        computing: "computing code of the example",
        whole: "all code of the example",
        identifiers: &[],
        columns: &[("sum", "Sum of the random numbers.")],
        crates: &[],
        libraries: "none",
    };
    engine::run(code, Paper::<Config> { cells, derived: None, figure, claims })
}
