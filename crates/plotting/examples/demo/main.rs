//! Draws invented data in the layouts that papers use, to look at: `cargo run --release -p plotting
//! --example demo -- FOLDER` writes one SVG and one PNG per figure and says how long each took.

mod marks;
mod papers;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};

/// Numbers that look random: a linear congruential generator. A demonstration needs no better one.
pub struct Noise(u64);

impl Noise {
    /// Starts the sequence at a point that depends on the seed.
    pub fn new(seed: u32) -> Self {
        Noise(u64::from(seed))
    }

    /// The next number.
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1_u64 << 24) as f64
    }

    /// Roughly normal with mean 0 and standard deviation 1: a sum of four uniform numbers.
    pub fn normal(&mut self) -> f64 {
        let sum: f64 = (0..4).map(|_| self.uniform()).sum();
        (sum - 2.0) * 3.0_f64.sqrt()
    }
}

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).context("usage: demo FOLDER")?);
    std::fs::create_dir_all(&folder)?;
    let figures = [
        ("step-law", papers::step_law()),
        ("xor-grokking", papers::xor_grokking()),
        ("learning-to-relax", papers::learning_to_relax()),
        ("rich-features", papers::rich_features()),
        ("halfspace", papers::halfspace()),
        ("self-tuning", papers::self_tuning()),
        ("marks", marks::sheet()),
        ("axes", marks::axes()),
        ("single", marks::single_column()),
    ];
    for (name, figure) in figures {
        let start = Instant::now();
        let svg = figure.svg().with_context(|| name)?;
        let drawn = start.elapsed();
        let png = plotting::png(&svg, (figure_width(&svg) * 214.0).round() as u32)?;
        let rendered = start.elapsed() - drawn;
        std::fs::write(folder.join(format!("{name}.svg")), &svg)?;
        std::fs::write(folder.join(format!("{name}.png")), &png)?;
        println!(
            "{name:20} svg {:6.1} ms {:4} kB   png {:6.1} ms {:4} kB",
            drawn.as_secs_f64() * 1e3,
            svg.len() / 1000,
            rendered.as_secs_f64() * 1e3,
            png.len() / 1000
        );
    }
    Ok(())
}

/// The width that the document states, in inches.
fn figure_width(svg: &str) -> f64 {
    let start = svg.find("width=\"").map_or(0, |index| index + 7);
    let end = svg[start..].find("in").map_or(start, |index| start + index);
    svg[start..end].parse().unwrap_or(7.0)
}
