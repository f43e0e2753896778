//! Random numbers by name: the same draws on every machine, in every order of work.
//!
//! [`Streams`] belongs to one paper and opens a [`Generator`] for a stream name and a seed. A generator
//! is keyed by a hash of (slug, name, seed), so it depends on nothing that ran before it, and two
//! computations share randomness exactly where they use the same name and seed.
//!
//! ```
//! use numerics::random::Streams;
//!
//! let streams = Streams::new("my-paper");
//! let mut data = streams.open("data", 7);
//! let mut noise = streams.open("noise", 7);
//! let x = data.normal_matrix(100, 10);
//! let labels: Vec<f64> = (0..100).map(|_| noise.sign()).collect();
//! assert_eq!((x.nrows(), labels.len()), (100, 100));
//! ```
//!
//! Every distribution states its method and source. Each consumes its draws in a fixed order that is
//! part of the definition: a change of one bit of any of them shows in the known-answer tests.

mod arrangement;
mod chacha;
mod continuous;
mod discrete;
mod streams;
mod ziggurat;

pub use streams::{Generator, Streams};
