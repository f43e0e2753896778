//! A figure inside of its page: the drawing of `figure.svg`, with its panels under names, so that a narrow page can show
//! them below each other.

use std::fmt::Write;

use crate::markup::escape;

/// The SVG of a figure as part of a page: the whole and, for narrow screens, each panel on its own.
pub(crate) fn inline(svg: &str, caption: &str) -> Option<String> {
    // What a page must not take over from a file, even if it says that it is ours.
    if ["<script", "<foreignObject", "javascript:"].iter().any(|part| svg.contains(part)) {
        return None;
    }
    let (_, rest) = svg.split_once("viewBox=\"")?;
    let (view_box, rest) = rest.split_once('"')?;
    let (_, body) = rest.split_once(">\n")?;
    let body = without_descriptions(body).trim_end().strip_suffix("</svg>")?;
    let mut panels = Vec::new();
    let mut drawn = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(start) = rest.find("<g data-panel=\"") {
        let (before, group) = rest.split_at(start);
        let tag = group.split('>').next()?;
        let id = format!("panel-{}", panels.len() + 1);
        panels.push((id.clone(), attribute(tag, "data-box")?));
        let name = [attribute(tag, "data-panel")?, attribute(tag, "data-title").unwrap_or_default()].join(" ");
        let _ =
            write!(drawn, "{before}<g id=\"{id}\" tabindex=\"0\" role=\"group\" aria-label=\"Panel {}\"", name.trim());
        rest = &group["<g".len()..];
    }
    drawn.push_str(rest);
    let many = if panels.len() > 1 { " many" } else { "" };
    let mut html = format!(
        "<svg class=\"drawing{many}\" viewBox=\"{view_box}\" role=\"group\" aria-label=\"{}\">\n{drawn}</svg>\n",
        escape(caption)
    );
    for (id, view_box) in panels.iter().filter(|_| panels.len() > 1) {
        let _ = writeln!(
            html,
            "<svg class=\"single\" viewBox=\"{view_box}\" aria-hidden=\"true\" fill=\"none\" stroke-linejoin=\"round\"><use href=\"#{id}\"/></svg>"
        );
    }
    Some(html)
}

/// Where a panel is in the drawing, by its letter, the first if none is asked for: left, top, width, height.
pub(crate) fn panel(svg: &str, letter: Option<&str>) -> Option<[i32; 4]> {
    let mut tags = svg.split("<g data-panel=\"").skip(1).map(|rest| rest.split('>').next().unwrap_or(rest));
    let tag = tags.find(|tag| letter.is_none_or(|letter| tag.split('"').next() == Some(letter)))?;
    let numbers: Vec<i32> = attribute(tag, "data-box")?.split(' ').filter_map(|part| part.parse().ok()).collect();
    numbers.try_into().ok()
}

/// The body without title and description, which the page says elsewhere.
fn without_descriptions(body: &str) -> &str {
    body.find("<defs>").map_or(body, |start| &body[start..])
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_have_names_and_stand_alone() {
        let svg = "<svg xmlns=\"x\" width=\"7in\" viewBox=\"0 0 10 20\" role=\"img\">\n<desc>d</desc>\n<defs>\n</defs>\n\
                   <g data-panel=\"a\" data-title=\"T\" data-box=\"0 0 5 5\">\n</g>\n<g data-panel=\"b\" data-box=\"5 0 5 5\">\n</g>\n</svg>\n";
        let html = inline(svg, "a \"caption\"").unwrap();
        assert!(html.starts_with(
            "<svg class=\"drawing many\" viewBox=\"0 0 10 20\" role=\"group\" aria-label=\"a &quot;caption&quot;\">"
        ));
        assert!(
            html.contains("<g id=\"panel-1\" tabindex=\"0\" role=\"group\" aria-label=\"Panel a T\" data-panel=\"a\""),
            "{html}"
        );
        assert!(html.contains("viewBox=\"5 0 5 5\" aria-hidden=\"true\" fill=\"none\" stroke-linejoin=\"round\"><use href=\"#panel-2\"/>"), "{html}");
        assert!(!html.contains("<desc>"));
        assert_eq!(inline("<svg>", ""), None);
    }
}
