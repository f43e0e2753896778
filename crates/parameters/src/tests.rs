//! What a bad configuration says, and what a good one means.

use crate::*;

mod captions;
mod derived;
mod documented;
mod limits;
mod messages;

#[derive(Debug, Parameters, PartialEq)]
struct Model {
    /// Training points.
    n: usize,
    /// Probability that a training label is flipped,
    /// as in equation 3: η < `1/2`.
    ///
    /// Not in the table.
    #[range(0.0..=0.5)]
    eta: f64,
}

#[derive(Clone, Copy, Debug, Parameters, PartialEq)]
enum Kind {
    Gaussian,
    Identity,
}

/// When steps begin and end.
#[derive(Debug, Parameters, PartialEq)]
struct Steps {
    first: u32,
    #[range(1..100)]
    last: u32,
}

#[derive(Debug, Parameters, PartialEq)]
#[require(n_test > 2 * model.n, "more test points than twice `n`")]
struct Config {
    #[flatten]
    model: Model,
    n_test: usize,
    #[distinct]
    alphas: Vec<f64>,
    kind: Kind,
    steps: Steps,
    limit: Option<f64>,
    seeds: usize,
}

const TEXT: &str = "\
about: { title: T, authors: [A, B], year: 2023, arxiv: \"2310.02540\", figure: F, summary: S, caption: C }
default:
  n: 200
  eta: 0.05
  alphas: [1, 0.5]
  kind: gaussian
  steps: { first: 1, last: 9 }
  n_test: 1000
  seeds: 3
smoke: { n: 60, steps: { last: 4 } }
";

fn settings(text: &str, scale: Scale, set: &[&str]) -> Result<Settings, ConfigError> {
    let set: Result<Vec<Override>, ConfigError> = set.iter().map(|text| Override::argument(text)).collect();
    Settings::parse(text.to_string(), "paper.yaml", scale, &set?)
}

fn read_with<T: Parameters>(text: &str, scale: Scale, set: &[&str]) -> Result<T, ConfigError> {
    settings(text, scale, set)?.read()
}

/// All faults, a line for each.
fn faults(text: &str, set: &[&str]) -> String {
    faults_of::<Config>(text, set)
}

fn faults_of<T: Parameters>(text: &str, set: &[&str]) -> String {
    match read_with::<T>(text, Scale::Default, set) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

/// A configuration with this `default`, on one line.
fn text(default: &str) -> String {
    let about = TEXT.lines().next().unwrap_or_default();
    format!("{about}\ndefault: {default}\n")
}
