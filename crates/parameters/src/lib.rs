//! Parameters of a paper: `paper.yaml`, its scales, and what the command line changes of it.
//!
//! A struct says once what each parameter is called, what it may be and what it means. From that come the reader with
//! its messages, the checks, the documentation and what a result is identified by.
//!
//! ```
//! use parameters::{Override, Parameters, Scale, Settings};
//!
//! /// What a data set and a network are made of.
//! #[derive(Parameters)]
//! #[require(p >= n + n_test + 2)]
//! struct Model {
//!     /// Training points.
//!     #[range(2..)]
//!     n: usize,
//!     /// Test points.
//!     n_test: usize,
//!     /// Dimension of the inputs.
//!     p: usize,
//!     /// Probability that a training label is flipped.
//!     #[range(0.0..=0.5)]
//!     eta: f64,
//! }
//!
//! /// Images to learn from.
//! #[derive(Clone, Copy, Debug, PartialEq, Parameters)]
//! enum Dataset {
//!     Mnist,
//!     #[key("fashion-mnist")]
//!     Fashion,
//! }
//!
//! /// Runs with one step size.
//! #[derive(Parameters)]
//! struct Training {
//!     alpha: f64,
//!     #[key("T")]
//!     steps: usize,
//! }
//!
//! #[derive(Parameters)]
//! struct Config {
//!     #[flatten]
//!     model: Model,
//!     #[distinct]
//!     datasets: Vec<Dataset>,
//!     large: Training,
//!     /// Where training stops; not before the end if null.
//!     limit: Option<f64>,
//! }
//!
//! # fn main() -> Result<(), parameters::ConfigError> {
//! let text = "
//! about: { title: T, authors: [A, B], year: 2023, arxiv: '2310.02541', figure: Figure 1, summary: S,
//!          caption: 'Clusters (n = {n}), trained for {large.T} steps on {datasets}.' }
//! default:
//!   n: 200
//!   n_test: 200
//!   p: 40000
//!   eta: 0.05
//!   datasets: [mnist, fashion-mnist]
//!   large: { alpha: 1.0e-12, T: 20 }
//! smoke: { n: 60, large: { T: 10 } }
//! ";
//! let at = |scale, set: &[&str]| {
//!     let set: Result<Vec<Override>, _> = set.iter().map(|text| Override::argument(text)).collect();
//!     Settings::parse(text.to_string(), "paper.yaml", scale, &set?)
//! };
//! let settings = at(Scale::Smoke, &["large.alpha=1e-9"])?;
//! let config: Config = settings.read()?;
//! assert_eq!((config.model.n, config.large.steps, config.large.alpha), (60, 10, 1e-9));
//! assert_eq!(config.datasets[1], Dataset::Fashion);
//! assert_eq!(settings.caption()?, "Clusters (n = 60), trained for 10 steps on mnist and fashion-mnist.");
//!
//! let faults = at(Scale::Default, &["n=1", "etaa=0.1"])?.read::<Config>().err().unwrap().faults;
//! assert_eq!(faults[0], "--set n=1: `n`: expected a whole number, 2 or more, got 1");
//! assert_eq!(faults[1], "--set etaa=0.1: `etaa`: unknown key; did you mean `eta`?");
//! let faults = at(Scale::Default, &["p=300"])?.read::<Config>().err().unwrap().faults;
//! assert_eq!(faults[0], "--set p=300: `p`: expected p >= n + n_test + 2, got p = 300, n = 200, n_test = 200");
//!
//! print!("{}", settings.documentation::<Config>().table(100));
//! # Ok(())
//! # }
//! ```
//!
//! What `#[derive(Parameters)]` takes is told [there](macro@Parameters).

// The derive writes paths from the name of this crate, which it uses itself.
extern crate self as parameters;

mod about;
mod caption;
mod documentation;
mod fault;
mod input;
mod locate;
mod node;
mod overrides;
mod reading;
mod rules;
mod scale;
mod settings;
mod shape;
mod value;
mod words;
mod yaml;

pub use about::{About, Variant};
pub use documentation::{Documentation, Parameter};
pub use fault::ConfigError;
pub use node::{Node, Section};
pub use overrides::{ConfigFile, Override};
pub use parameters_derive::Parameters;
pub use rules::{Bounds, LARGEST_WHOLE, Length, Number, Order, Rules};
pub use scale::Scale;
pub use settings::Settings;
pub use shape::{Alternative, Field, Group, Shape};
pub use value::{List, Parameters, Value};

/// What derived code needs besides the interface.
#[doc(hidden)]
pub mod derived {
    pub use serde;

    pub use crate::node::Choice;
}

#[cfg(test)]
mod tests;
