//! The figure: of the models trained here, with the check of the method, or of the losses of a table.

mod bowl;
mod tabulated;
mod trained;

use common::prelude::*;

use crate::Config;
use crate::tabulated::Source;

/// Draws the panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    if config.source == Source::MeasuredHere { trained::draw(config, table) } else { tabulated::draw(config, table) }
}
