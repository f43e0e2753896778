//! A synthetic experiment for the engine's own tests: a sweep of cells that can be slow, err or
//! panic. Run it in a folder that has `Cargo.toml` and `papers/sweep/paper.yaml`.

use std::process::ExitCode;

use engine::{Check, Claim, Code, Experiment, Result};
use numerics::random::Streams;
use plotting::{Axis, Figure, Panel};
use serde::{Deserialize, Serialize};
use tables::Table;

#[derive(Deserialize)]
struct Config {
    cells: u64,
    work: Work,
    threshold: f64,
}

/// What a cell does.
#[derive(Clone, Deserialize, Serialize)]
struct Work {
    /// Random numbers that it adds up.
    draws: u64,
    /// The cell that returns an error, if any.
    errs: Option<u64>,
    /// The cell that panics, if any.
    panics: Option<u64>,
}

#[derive(Serialize)]
struct Cell {
    seed: u64,
    work: Work,
}

#[derive(Deserialize, Serialize)]
struct Row {
    seed: u64,
    sum: f64,
}

struct Sweep;

impl Experiment for Sweep {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        check.count("cells", config.cells);
        check.at_most("draws", config.work.draws, 1_000_000_000);
    }

    fn cells(config: &Config) -> Vec<Cell> {
        (0..config.cells).map(|seed| Cell { seed, work: config.work.clone() }).collect()
    }

    fn cost(cell: &Cell) -> f64 {
        cell.work.draws as f64 * 5e-9
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        if cell.work.errs == Some(cell.seed) {
            anyhow::bail!("this cell was told to err");
        }
        assert!(cell.work.panics != Some(cell.seed), "this cell was told to panic");
        let mut generator = random.open("sum", cell.seed);
        let sum = (0..cell.work.draws).map(|_| generator.uniform()).sum();
        Ok(vec![Row { seed: cell.seed, sum }])
    }

    fn figure(_: &Config, table: &Table) -> Result<Figure> {
        let (seed, sum) = (table.floats("seed")?, table.floats("sum")?);
        let panel = Panel::new("a", "sums").x(Axis::linear("seed")).y(Axis::linear("sum"));
        Ok(Figure::new("Sweep")
            .caption("Sums of random numbers.")
            .row(1.0, [panel.line("sum", &seed, &sum, plotting::Style::color(plotting::BLUE))]))
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        let largest = table.floats("sum")?.into_iter().fold(f64::NEG_INFINITY, f64::max);
        Ok(vec![Claim::new("large", "Some sum is large").at_least("largest sum", largest, config.threshold)])
    }
}

fn main() -> ExitCode {
    engine::run::<Sweep>(Code {
        slug: "sweep",
        computing: "computing code of the example",
        whole: "all code of the example",
        crates: &[],
        libraries: "none",
    })
}
