//! Markup, measuring and breaking of labels.

use super::*;

fn regular(markup: &str) -> Text {
    Text::new(markup, 10.0, Weight::Regular)
}

#[test]
fn widths_are_those_of_the_font() {
    // Advances of DejaVu Sans in font units: digit 1303, space 651.
    assert_eq!(regular("0").width, 13030.0 / 2048.0);
    assert!((regular("0 0").width - (2.0 * 13030.0 + 6510.0) / 2048.0).abs() < 1e-12);
    assert_eq!(regular("").width, 0.0);
}

#[test]
fn scripts_are_smaller_and_shifted() {
    let power = regular("10^{−3}");
    assert_eq!(power.plain, "10^−3");
    assert_eq!(power.glyphs.len(), 4);
    assert_eq!(regular("10^{-3}"), power, "a hyphen before a number is a minus");
    assert_eq!(regular("x_{leave-out}").plain, "x_leave-out");
    assert!(power.glyphs[3].y < 0.0 && power.glyphs[3].size == 7.0);
    assert!(power.ascent > regular("10").ascent);
    assert!(power.width < regular("10−3").width);
    assert!(regular("x_{i}").glyphs[1].y > 0.0);
}

#[test]
fn sub_and_superscript_stand_above_each_other() {
    let both = regular("λ_{max}^{2}");
    assert_eq!(both.glyphs[1].x, both.glyphs[4].x);
    assert_eq!(both.width, regular("λ_{max}").width);
}

#[test]
fn braces_without_script_stand_for_themselves() {
    assert_eq!(regular("{a}").plain, "{a}");
    assert_eq!(regular("a^{b").plain, "a^{b");
    assert_eq!(regular("snake_case").plain, "snake_case");
    assert_eq!(regular("e^{x_{i}}").glyphs.len(), 3);
}

#[test]
fn lines_are_justified() {
    let text = Text::justified("wide line\ni", 10.0, Weight::Regular, Justify::Right);
    let last = text.glyphs.last().unwrap();
    assert!((last.x + f64::from(last.glyph.advance()) * 10.0 / UNITS_PER_EM - text.width).abs() < 1e-9);
    assert!(text.height() > 2.0 * regular("i").ascent);
}

#[test]
fn wrapping_respects_the_limit_and_braces() {
    let wrapped = wrap("one two three four", 10.0, Weight::Regular, 46.0);
    assert_eq!(wrapped, "one two\nthree\nfour");
    assert_eq!(wrap("Nested + Co-teaching", 10.0, Weight::Regular, 50.0), "Nested +\nCo-\nteaching");
    assert_eq!(wrap("a^{b c}", 10.0, Weight::Regular, 1.0), "a^{b c}");
}

#[test]
fn fitting_shrinks_then_wraps() {
    let full = regular("a rather long title");
    let shrunk = Text::fitted("a rather long title", 10.0, Weight::Regular, full.width * 0.9, 0.85, Justify::Left);
    assert!((shrunk.size - 9.0).abs() < 1e-9);
    let broken = Text::fitted("a rather long title", 10.0, Weight::Regular, full.width * 0.5, 0.85, Justify::Left);
    assert!(broken.width <= full.width * 0.5 && broken.height() > 1.5 * full.height());
}

#[test]
fn a_word_of_hundreds_of_digits_is_cut_off() {
    let long = format!("epoch {} of", "0".repeat(300));
    assert_eq!(regular(&long).plain, format!("epoch {}… of", "0".repeat(24)));
    assert!(wrap(&long, 8.0, Weight::Regular, 60.0).len() < 60);
    let link = "a_word_that_is_long_but_not_too_long_for_a_label";
    assert_eq!(regular(link).plain.len(), link.len());
}
