//! Texts as HTML. Texts share two bits of markup with the labels of figures, `λ_{min}` and `10^{-3}`; they and, in
//! READMEs, formulas between dollars become MathML.

use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

/// Text as HTML, also inside of a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(character),
        }
    }
    html
}

/// A formula in LaTeX as MathML; one that cannot be read is shown as it is.
pub(crate) fn math(latex: &str, display: bool) -> String {
    let as_it_is = || format!("<code>{}</code>", escape(latex));
    let storage = Storage::new();
    if Parser::new(latex, &storage).any(|event| event.is_err()) {
        return as_it_is();
    }
    let mut html = String::new();
    let display_mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    match push_mathml(&mut html, Parser::new(latex, &storage), config) {
        Ok(()) => html,
        Err(_) => as_it_is(),
    }
}

/// Marked text as HTML: words with raised or lowered parts, such as `i^{−α}` or `10^(−3)`, are formulas.
pub(crate) fn html(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some((start, end)) = formula(rest) {
        html.push_str(&escape(&rest[..start]));
        html.push_str(&math(&latex(&rest[start..end]), false));
        rest = &rest[end..];
    }
    html + &escape(rest)
}

/// Marked text without its braces, as an image's text or a title says it.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((start, part, end)) = next_part(rest) {
        plain.push_str(&rest[..=start]);
        plain.push_str(part);
        rest = &rest[end..];
    }
    plain + rest
}

/// The next raised or lowered part: where its mark is, what it holds, and where it ends.
fn next_part(text: &str) -> Option<(usize, &str, usize)> {
    for (start, _) in text.match_indices(['^', '_']) {
        let inside = &text[start + 1..];
        let close = match inside.chars().next() {
            Some('{') => '}',
            Some('(') if text[start..].starts_with('^') => ')',
            _ => continue,
        };
        if let Some(end) = inside.find(close) {
            return Some((start, &inside[1..end], start + 1 + end + 1));
        }
    }
    None
}

/// Where the first word with a raised or lowered part begins and ends: letters and digits before its mark, and further
/// parts that follow at once.
fn formula(text: &str) -> Option<(usize, usize)> {
    let (mark, _, mut end) = next_part(text)?;
    let base = text[..mark].chars().rev().take_while(|c| c.is_alphanumeric() || ".′∗*".contains(*c));
    let start = mark - base.map(char::len_utf8).sum::<usize>();
    while let Some((0, _, more)) = next_part(&text[end..]) {
        end += more;
    }
    Some((start, end))
}

/// A marked word as LaTeX, with words upright.
fn latex(word: &str) -> String {
    let upright = |part: &str| {
        let letters = part.chars().filter(|c| c.is_alphabetic()).count();
        let safe: String = part.chars().map(|c| if "\\{}$&#%~^_".contains(c) { ' ' } else { c }).collect();
        let is_word = letters > 1 && part.is_ascii();
        if is_word { format!("\\mathrm{{{}}}", safe.replace(' ', "\\ ")) } else { safe }
    };
    let mut latex = String::new();
    let mut rest = word;
    while let Some((start, part, end)) = next_part(rest) {
        latex.push_str(&upright(&rest[..start]));
        latex.push(char::from(rest.as_bytes()[start]));
        latex.push_str(&format!("{{{}}}", upright(part)));
        rest = &rest[end..];
    }
    latex + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_raised_lowered_and_escaped() {
        let text = html("λ_{min} < 10^{-3} & i^(−α) x_i ^{");
        assert!(text.contains(" &lt; ") && text.contains(" &amp; ") && text.ends_with(" x_i ^{"), "{text}");
        assert_eq!(text.matches("<msup>").count(), 2, "{text}");
        assert!(text.contains("<msub>") && text.contains("<mi>λ</mi>") && text.contains("<mn>10</mn>"), "{text}");
        assert_eq!(plain("λ_{min} < 10^{-3} & N^{<b>} x_i ^{"), "λ_min < 10^-3 & N^<b> x_i ^{");
        assert_eq!(escape("<a href=\"x\">'&'"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;");
    }

    #[test]
    fn nothing_breaks_out_of_a_formula() {
        for text in ["N^{<script>}", "a_{\\end{x}}", "x^{$}", "^{a}", "_{}", "é^{−1}_{max}"] {
            let html = html(text);
            assert!(!html.contains("<script"), "{html}");
        }
        assert!(math("\\frac{1}{n}", true).contains("<mfrac>"));
        assert!(math("\\nonsense{", false).starts_with("<code>"));
    }
}
