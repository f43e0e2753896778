//! Compressing Features for Learning with Noisy Labels — Chen, Hu, Shen, Ai, Suykens 2022, arXiv:2206.13140: the
//! teaser figure and the comparison of accuracies.
//!
//! Networks memorise wrong labels. Where their features are compressed in training, they do so less: by Dropout, or by
//! Nested Dropout, which keeps the first k features for a random k, so that the leading ones come to carry the signal
//! and what is left of the noise can be cut off. Two such networks then teach each other (Co-teaching).

mod claims;
mod classification;
mod co_teaching;
mod compression;
mod digits;
mod figure;
mod network;
mod toy;

use classification::Classification;
use co_teaching::CoTeaching;
use common::prelude::*;
use compression::Compression;
use digits::Digits;
use network::Training;
use toy::{Toy, ToyRun};

/// The parameters.
#[derive(Parameters)]
#[require(training.bs <= digits.n_train, "at most n_train")]
#[require(co_teaching.forget_rate < 1.0 - 0.5 / training.bs as f64, "a rate that leaves an example of a batch")]
pub struct Config {
    #[flatten]
    toy: Toy,
    /// Seeds of the regression: noise, initial weights, masks.
    #[range(0..)]
    #[distinct]
    toy_seeds: Vec<u64>,
    #[flatten]
    digits: Digits,
    #[flatten]
    training: Training,
    /// Scale s of Nested Dropout of the classifier, in features.
    nested: f64,
    /// Share of the classifier's features that Dropout drops.
    #[range(0.0..1.0)]
    dropout: f64,
    #[flatten]
    co_teaching: CoTeaching,
    /// Seeds of the classification: images, wrong labels, networks, batches, masks.
    #[range(0..)]
    #[distinct]
    seeds: Vec<u64>,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { toy, toy_seeds, digits, training, nested, dropout, co_teaching, seeds } = config;
    plan.add(toy_seeds.iter().map(|&seed| ToyRun { toy, seed }));
    let kinds = [
        (Compression::None, None),
        (Compression::Dropout { rate: *dropout }, Some(co_teaching)),
        (Compression::Nested { scale: *nested }, Some(co_teaching)),
    ];
    for &seed in seeds {
        plan.add(kinds.map(|(compression, co_teaching)| Classification {
            compression,
            co_teaching,
            training,
            digits,
            seed,
        }));
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
