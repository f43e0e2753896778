//! Texts as HTML: the two bits of markup that captions share with the labels of figures, `λ_{min}` and `10^{-3}`.

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

/// Marked text as HTML with lowered and raised parts.
pub(crate) fn html(text: &str) -> String {
    replace(text, escape, |raised, inner| {
        let name = if raised { "sup" } else { "sub" };
        format!("<{name}>{}</{name}>", escape(inner))
    })
}

/// Marked text without its braces, as an image's text or a title says it.
pub(crate) fn plain(text: &str) -> String {
    replace(text, str::to_string, |raised, inner| format!("{}{inner}", if raised { "^" } else { "_" }))
}

/// Replaces each `^{…}` (raised) and `_{…}` by what `part` makes of it, and the text between by what `text_of` does.
fn replace(text: &str, text_of: impl Fn(&str) -> String, part: impl Fn(bool, &str) -> String) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(start) = ["^{", "_{"].iter().filter_map(|mark| rest.find(mark)).min() {
        let inside = &rest[start + 2..];
        let Some(end) = inside.find('}') else { break };
        result.push_str(&text_of(&rest[..start]));
        result.push_str(&part(rest.as_bytes()[start] == b'^', &inside[..end]));
        rest = &inside[end + 1..];
    }
    result + &text_of(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_raised_lowered_and_escaped() {
        let text = "λ_{min} < 10^{-3} & N^{<b>} x_i ^{";
        assert_eq!(html(text), "λ<sub>min</sub> &lt; 10<sup>-3</sup> &amp; N<sup>&lt;b&gt;</sup> x_i ^{");
        assert_eq!(plain(text), "λ_min < 10^-3 & N^<b> x_i ^{");
        assert_eq!(escape("<a href=\"x\">'&'"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;");
    }
}
