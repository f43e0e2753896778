//! Draws every kind of mark, to look at: `cargo run --release -p plotting --example gallery -- FOLDER` writes one SVG
//! and one PNG for each figure and says how long each took.

mod figures;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).context("usage: gallery FOLDER")?);
    std::fs::create_dir_all(&folder)?;
    for (name, figure) in figures::all() {
        let start = Instant::now();
        let svg = figure.svg().with_context(|| name)?;
        let drawn = start.elapsed();
        let png = plotting::png(&svg, 1500)?;
        let rendered = start.elapsed() - drawn;
        std::fs::write(folder.join(format!("{name}.svg")), &svg)?;
        std::fs::write(folder.join(format!("{name}.png")), &png)?;
        println!(
            "{name:20} svg {:6.1} ms {:4} kB   png {:6.1} ms {:4} kB   {} values left out",
            drawn.as_secs_f64() * 1e3,
            svg.len() / 1000,
            rendered.as_secs_f64() * 1e3,
            png.len() / 1000,
            figure.left_out()
        );
    }
    Ok(())
}
