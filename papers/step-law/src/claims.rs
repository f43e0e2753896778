//! The claims of the paper, measured on the table.

mod tabulated;
mod trained;

use common::prelude::*;

use crate::Config;
use crate::tabulated::Source;

/// What the authors published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// Measures every claim: about the models trained here, with the check of the method, or about the losses of a table.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    if config.source == Source::MeasuredHere {
        trained::measure(config, table).into_iter().chain([tabulated::method_check(table)]).collect()
    } else {
        tabulated::measure(table)
    }
}
