//! Labels: the small markup, its layout in glyphs, and measuring.

use std::borrow::Cow;

use crate::font::{Glyph, UNITS_PER_EM, Weight};

/// A laid-out text of one or more lines. Lengths are points; the origin is the left end of the
/// first baseline.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    /// The text without markup.
    pub(crate) plain: String,
    pub(crate) glyphs: Vec<Placed>,
    pub(crate) width: f64,
    /// Height above the first baseline.
    pub(crate) ascent: f64,
    /// Depth below the first baseline, further lines included.
    pub(crate) descent: f64,
    pub(crate) size: f64,
}

/// A glyph at its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Placed {
    pub(crate) glyph: Glyph,
    pub(crate) x: f64,
    /// Baseline of the glyph below the first baseline of the text.
    pub(crate) y: f64,
    pub(crate) size: f64,
}

/// Height of capitals and digits as a share of the size.
pub(crate) const CAPITAL: f64 = 0.729;
const DESCENDER: f64 = 0.21;
const LINE: f64 = 1.22;
const SCRIPT: f64 = 0.7;
const RAISE: f64 = 0.36;
const LOWER: f64 = 0.17;

/// Characters of the longest word. A number with hundreds of digits in a label would leave no room for the panel.
const LONGEST_WORD: usize = 48;

/// The text with words that are too long cut off, which the mark for something left out tells.
fn shortened(markup: &str) -> Cow<'_, str> {
    let long = |word: &str| word.chars().count() > LONGEST_WORD;
    let separator = |c: char| c == ' ' || c == '\n';
    if !markup.split(separator).any(long) {
        return Cow::Borrowed(markup);
    }
    let cut = |word: &str| match word.trim_end_matches(separator) {
        plain if long(plain) => {
            plain.chars().take(LONGEST_WORD / 2).chain(['…']).collect::<String>() + &word[plain.len()..]
        }
        _ => word.to_string(),
    };
    Cow::Owned(markup.split_inclusive(separator).map(cut).collect())
}

/// How lines of different width are set against each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Justify {
    Left,
    Center,
    Right,
}

impl Text {
    /// Lays out markup: `x_{i}` and `10^{-3}` give scripts, `\n` starts a line, a tab is a space, everything else
    /// stands for itself.
    pub(crate) fn new(markup: &str, size: f64, weight: Weight) -> Self {
        Self::justified(markup, size, weight, Justify::Left)
    }

    pub(crate) fn justified(markup: &str, size: f64, weight: Weight, justify: Justify) -> Self {
        let markup = shortened(markup);
        let mut text = Text { plain: String::new(), glyphs: Vec::new(), width: 0.0, ascent: 0.0, descent: 0.0, size };
        let mut lines = Vec::new();
        for (index, line) in markup.split('\n').enumerate() {
            if index > 0 {
                text.plain.push(' ');
            }
            let start = text.glyphs.len();
            let mut setter = Setter { text: &mut text, weight };
            let width = setter.set(line, 0.0, LINE * size * index as f64, size);
            lines.push((start, width));
            text.width = text.width.max(width);
        }
        text.justify(&lines, justify);
        text.ascent = text.ascent.max(CAPITAL * size);
        text.descent = text.descent.max(DESCENDER * size + LINE * size * (lines.len() - 1) as f64);
        text
    }

    fn justify(&mut self, lines: &[(usize, f64)], justify: Justify) {
        for (index, &(start, width)) in lines.iter().enumerate() {
            let end = lines.get(index + 1).map_or(self.glyphs.len(), |next| next.0);
            let shift = match justify {
                Justify::Left => 0.0,
                Justify::Center => (self.width - width) / 2.0,
                Justify::Right => self.width - width,
            };
            self.glyphs[start..end].iter_mut().for_each(|placed| placed.x += shift);
        }
    }

    pub(crate) fn height(&self) -> f64 {
        self.ascent + self.descent
    }

    /// Lays out markup within a width: shrinks it to at worst `least` of its size, then breaks it
    /// into lines, then shrinks further where a single word is too wide.
    pub(crate) fn fitted(markup: &str, size: f64, weight: Weight, width: f64, least: f64, justify: Justify) -> Self {
        let text = Self::justified(markup, size, weight, justify);
        if text.width <= width {
            return text;
        }
        let scale = width / text.width;
        if scale >= least {
            return Self::justified(markup, size * scale, weight, justify);
        }
        let small = size * least;
        let wrapped = wrap(markup, small, weight, width);
        let text = Self::justified(&wrapped, small, weight, justify);
        if text.width <= width {
            return text;
        }
        let scale = (width / text.width).max(0.6);
        Self::justified(&wrapped, small * scale, weight, justify)
    }
}

/// Width of a one-line label in points.
pub(crate) fn width(markup: &str, size: f64) -> f64 {
    Text::new(markup, size, Weight::Regular).width
}

/// Breaks markup at spaces into lines of at most this width, where its words allow it.
pub(crate) fn wrap(markup: &str, size: f64, weight: Weight, limit: f64) -> String {
    let markup = &*shortened(markup);
    let measure = |line: &str| Text::new(line, size, weight).width;
    let mut lines: Vec<String> = Vec::new();
    for paragraph in markup.split('\n') {
        let mut line = String::new();
        let words = words(paragraph);
        let parts = words
            .iter()
            .flat_map(|word| if measure(word) > limit { hyphenated(word) } else { vec![(word.clone(), true)] });
        let mut after_space = true;
        for (word, ends_with_space) in parts {
            let space = if after_space { " " } else { "" };
            after_space = ends_with_space;
            let longer = if line.is_empty() { word.clone() } else { format!("{line}{space}{word}") };
            if !line.is_empty() && measure(&longer) > limit {
                lines.push(std::mem::replace(&mut line, word));
            } else {
                line = longer;
            }
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// The parts of a long word that end in a hyphen or slash, and whether a space follows.
fn hyphenated(word: &str) -> Vec<(String, bool)> {
    let parts: Vec<&str> = word.split_inclusive(['-', '/']).collect();
    let last = parts.len() - 1;
    parts.into_iter().enumerate().map(|(index, part)| (part.to_string(), index == last)).collect()
}

/// The parts between spaces that are not inside braces.
fn words(paragraph: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut depth = 0_i32;
    for character in paragraph.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if character == ' ' && depth <= 0 {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.push(character);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

struct Setter<'a> {
    text: &'a mut Text,
    weight: Weight,
}

impl Setter<'_> {
    /// Sets one line or script from `x` on and returns where it ends.
    fn set(&mut self, markup: &str, mut x: f64, y: f64, size: f64) -> f64 {
        let mut rest = markup;
        let mut previous: Option<Glyph> = None;
        while let Some(character) = rest.chars().next() {
            if let Some((raised, inside, after)) = script(rest) {
                x = self.set_scripts(raised, inside, after, x, y, size);
                rest = match script(after) {
                    Some((other, _, end)) if other != raised => end,
                    _ => after,
                };
                previous = None;
                continue;
            }
            rest = &rest[character.len_utf8()..];
            let character = if character == '\t' { ' ' } else { character };
            let glyph = Glyph::of(character, self.weight);
            if let Some(previous) = previous {
                x += f64::from(previous.kerning(glyph)) * size / UNITS_PER_EM;
            }
            self.place(glyph, character, x, y, size);
            x += f64::from(glyph.advance()) * size / UNITS_PER_EM;
            previous = Some(glyph);
        }
        x
    }

    /// Sets a script, and the other one above or below it if it follows at once.
    fn set_scripts(&mut self, raised: bool, inside: &str, after: &str, x: f64, y: f64, size: f64) -> f64 {
        // Two scripts above each other need more room than one.
        let apart = match script(after) {
            Some((other, ..)) if other != raised => 0.09,
            _ => 0.0,
        };
        let shift = |raised: bool| {
            if raised { -(RAISE + apart) * size } else { (LOWER + apart) * size }
        };
        let mark = |raised: bool| if raised { '^' } else { '_' };
        self.text.plain.push(mark(raised));
        let mut end = self.set(&with_minus(inside), x, y + shift(raised), size * SCRIPT);
        if let Some((other, inside, _)) = script(after)
            && other != raised
        {
            self.text.plain.push(mark(other));
            end = end.max(self.set(&with_minus(inside), x, y + shift(other), size * SCRIPT));
        }
        end
    }

    fn place(&mut self, glyph: Glyph, character: char, x: f64, y: f64, size: f64) {
        let (low, high) = glyph.vertical_extent();
        self.text.ascent = self.text.ascent.max(f64::from(high) * size / UNITS_PER_EM - y);
        self.text.descent = self.text.descent.max(y - f64::from(low) * size / UNITS_PER_EM);
        self.text.plain.push(character);
        self.text.glyphs.push(Placed { glyph, x, y, size });
    }
}

/// A script with the hyphens that stand for a minus (first, or before a digit) as the minus sign.
fn with_minus(inside: &str) -> String {
    let next = |index: usize| inside[index + 1..].chars().next();
    inside
        .char_indices()
        .map(|(index, character)| match character {
            '-' if index == 0 || next(index).is_some_and(|next| next.is_ascii_digit()) => '−',
            _ => character,
        })
        .collect()
}

/// Reads `^{…}` or `_{…}` at the start: whether it is raised, what is inside, and what follows.
fn script(markup: &str) -> Option<(bool, &str, &str)> {
    let raised = match markup.as_bytes() {
        [b'^', b'{', ..] => true,
        [b'_', b'{', ..] => false,
        _ => return None,
    };
    let mut depth = 0;
    for (index, character) in markup.char_indices().skip(1) {
        match character {
            '{' => depth += 1,
            '}' if depth == 1 => return Some((raised, &markup[2..index], &markup[index + 1..])),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests;
