//! What the engine costs: microseconds for each of 10,000 empty cells on one core, cache included,
//! and the time to find that nothing is to be done.

use std::process::ExitCode;
use std::time::Instant;

use engine::{Cell, Claim, Code, Paper, Parameters, Plan, Result};
use numerics::random::Streams;
use plotting::{Axis, BLUE, Figure, Panel};
use serde::Serialize;
use tables::{Rows, Table, record};

#[derive(Parameters)]
struct Config {
    cells: u64,
}

#[derive(Serialize)]
struct Empty {
    seed: u64,
}

impl Cell for Empty {
    fn run(&self, _: &Streams, rows: &mut Rows) -> Result<()> {
        rows.push(record! { seed: self.seed });
        Ok(())
    }
}

fn cells(config: &'static Config, plan: &mut Plan) {
    plan.add((0..config.cells).map(|seed| Empty { seed }));
}

fn figure(_: &Config, _: &Table) -> Figure {
    let panel = Panel::new("nothing").x(Axis::linear("x")).y(Axis::linear("y"));
    Figure::new().row([panel.line("", [0.0, 1.0], [0.0, 1.0], BLUE)])
}

fn claims(_: &Config, table: &Table) -> Vec<Claim> {
    vec![Claim::new("count").says("There are rows").above("rows", table.len() as f64, 0.0)]
}

const CODE: Code =
    Code { slug: "empty", computing: "", whole: "", identifiers: &[], columns: &[], crates: &[], libraries: "" };

fn seconds(arguments: &[&str]) -> f64 {
    let start = Instant::now();
    let code = engine::run_from(
        CODE,
        Paper::<Config> { cells, derived: None, figure, claims },
        [&["empty", "--quiet", "--threads", "1"], arguments].concat(),
    );
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::SUCCESS));
    seconds
}

fn main() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir_all(folder.path().join("papers/empty"))?;
    std::fs::write(folder.path().join("Cargo.toml"), "")?;
    let about =
        "about: { title: E, authors: [A], year: 2026, arxiv: \"0000.00000\", figure: F, summary: S, caption: C }";
    let text = format!("{about}\ndefault: {{ cells: 10000 }}\n");
    std::fs::write(folder.path().join("papers/empty/paper.yaml"), text)?;
    std::env::set_current_dir(folder.path())?;
    let one = seconds(&["--set", "cells=1"]);
    let many = seconds(&[]);
    let again = seconds(&[]);
    std::fs::remove_dir_all(folder.path().join("figures"))?;
    let cached = seconds(&[]);
    println!("10,000 empty cells, one thread:");
    println!("  computing and caching   {:6.1} us a cell", (many - one) * 100.0);
    println!("  reading from the cache  {:6.1} us a cell", (cached - one) * 100.0);
    println!("  finding nothing to do   {:6.1} ms for all (one cell: {:.1} ms)", again * 1e3, {
        seconds(&["--set", "cells=1"]) * 1e3
    });
    Ok(())
}
