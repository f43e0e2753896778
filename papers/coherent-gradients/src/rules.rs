//! How the gradients of a batch are averaged.

use common::networks::per_example::Average;
use common::prelude::*;

/// A rule of descent.
#[derive(Clone, Copy, Debug, Parameters, PartialEq)]
pub enum Rule {
    /// Stochastic gradient descent: the mean.
    Sgd,
    /// The mean, with smaller and more steps.
    Slow,
    /// Of the values of a coordinate, the c least are replaced by the next one, and so are the c greatest.
    Winsor(usize),
    /// The median of the means of three groups: M3.
    Median3,
    /// The median of the means of this and the two last batches: RM3.
    Rolling,
}

impl Rule {
    /// The name of the rule, and the level of winsorization: c.
    pub fn name_and_level(self) -> (&'static str, usize) {
        match self {
            Rule::Sgd => ("sgd", 0),
            Rule::Slow => ("slow", 0),
            Rule::Winsor(c) => ("winsor", c),
            Rule::Median3 => ("median3", 0),
            Rule::Rolling => ("rolling", 0),
        }
    }

    /// The average over one batch, the same for each coordinate.
    pub fn average(self) -> Average {
        match self {
            Rule::Sgd | Rule::Slow | Rule::Rolling => Average::Mean,
            Rule::Winsor(c) => Average::WinsorizedMean(c),
            Rule::Median3 => Average::MedianOfMeans,
        }
    }
}
