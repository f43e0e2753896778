//! Reads YAML of unknown origin.

use serde_yaml::Value;

/// Brackets that may be open at once. serde_yaml itself follows 128 levels, but only after libyaml has read all of
/// them, in time that grows with their square: minutes for a line of a hundred thousand brackets.
const OPEN_BRACKETS: usize = 256;

/// The value of a YAML text.
///
/// # Errors
/// A message, with line and column where they are known.
pub(super) fn value(text: &str) -> Result<Value, Fault> {
    if let Some(at) = too_deep(text) {
        let line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        return Err(Fault {
            message: format!("more than {OPEN_BRACKETS} brackets are open"),
            place: Some((1 + text[..at].matches('\n').count(), 1 + text[line_start..at].chars().count())),
        });
    }
    serde_yaml::from_str(text).map_err(|error| Fault {
        message: error.to_string(),
        place: error.location().map(|location| (location.line(), location.column())),
    })
}

/// Why a text is not YAML.
pub(super) struct Fault {
    /// What is wrong.
    pub message: String,
    /// Line and column, from 1.
    pub place: Option<(usize, usize)>,
}

/// Where one bracket too many opens. Brackets in quotes and comments count as well: a text with so many of them
/// unclosed is no configuration either way.
fn too_deep(text: &str) -> Option<usize> {
    let mut open = 0usize;
    text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > OPEN_BRACKETS
    })
}
