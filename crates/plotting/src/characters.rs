//! Which characters can be written.

use anyhow::{Result, bail};

use crate::font::{Glyph, Weight};

/// An error if a text has characters that the embedded font lacks.
pub(crate) fn check(owner: &str, text: &str, weight: Weight) -> Result<()> {
    let mut lacking: Vec<char> = text.chars().filter(|&character| !can_be_written(character, weight)).collect();
    lacking.sort_unstable();
    lacking.dedup();
    if lacking.is_empty() {
        return Ok(());
    }
    let shown: Vec<String> = lacking.iter().map(|character| format!("{character:?}")).collect();
    bail!(
        "{owner} has the text {text:?} with characters that the embedded font lacks: {} (write it with Latin, Greek, \
         Cyrillic or mathematical ones)",
        shown.join(", ")
    )
}

/// Line breaks and tabs lay text out and are not drawn.
fn can_be_written(character: char, weight: Weight) -> bool {
    matches!(character, '\n' | '\t') || Glyph::of(character, weight).is_in_font()
}
