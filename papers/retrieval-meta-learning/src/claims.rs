//! What the paper claims, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, log_log_fit};

use crate::Config;
use crate::figure::expected_error;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let error = table.curve("n", "error").mean();
    let off = |(&n, &mean): (&f64, &f64)| (mean / expected_error(config.deviation, n) - 1.0).abs();
    let off: Vec<f64> = error.x.iter().zip(&error.middle).map(off).collect();
    vec![
        Claim::new("square-root-law")
            .says("The error falls like the square root of the number of draws")
            .within("slope of log mean error on log n", log_log_fit(&error.x, &error.middle).slope, -0.55..=-0.45)
            .published("theory: -0.5"),
        Claim::new("theory-matches")
            .says("The mean error is the expected one")
            .at_most("largest relative distance over n", greatest(&off), 0.25)
            .published("theory"),
    ]
}
