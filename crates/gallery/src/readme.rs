//! The sections of a paper's `README.md` as HTML.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde::Serialize;

use crate::{links, markup};

/// What the gallery takes from a paper's `README.md`.
#[derive(Clone, Debug, Default)]
pub struct Readme {
    /// What the paper shows: the section of that name, or the paragraphs before the first section.
    pub shows: Option<Section>,
    /// Differences from the paper.
    pub differences: Option<Section>,
    /// How to run and bend it.
    pub run: Option<Section>,
    /// What it says of its claims besides the tables, which the gallery takes from `claims.yaml`.
    pub claims: Option<Section>,
    /// All other sections.
    pub others: Vec<Section>,
}

/// A section of a text.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its contents as HTML, without its heading.
    pub html: String,
}

/// Headings that mean the same.
const SHOWS: &[&str] = &["What it shows"];
const DIFFERENCES: &[&str] = &["Differences from the paper", "What differs from the paper"];
const RUN: &[&str] = &["Run and bend it", "Running it"];

const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_MATH);

/// A text of the project as HTML with its first heading: a Markdown file, or another as it is.
pub(crate) fn document(text: &str, path: &str) -> Section {
    if !path.ends_with(".md") {
        let html = format!("<pre><code>{}</code></pre>\n", markup::escape(text));
        return Section { title: path.to_string(), html };
    }
    let mut title = String::new();
    let mut events = Vec::new();
    let mut in_title = false;
    for event in Parser::new_ext(text, OPTIONS) {
        match &event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => in_title = true,
            Event::End(TagEnd::Heading(HeadingLevel::H1)) => in_title = false,
            Event::Text(text) | Event::Code(text) if in_title => title.push_str(text),
            _ => events.push(event),
        }
    }
    Section { title, html: html(with_ids(events), path) }
}

/// Headings with the ids that links in the text use: its words in small letters, with hyphens between.
fn with_ids(mut events: Events<'_>) -> Events<'_> {
    for place in 0..events.len() {
        let words: String = events[place + 1..]
            .iter()
            .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))))
            .filter_map(|event| if let Event::Text(text) | Event::Code(text) = event { Some(&**text) } else { None })
            .collect();
        if let Event::Start(Tag::Heading { id, .. }) = &mut events[place] {
            let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
            let name: String = kept.flat_map(char::to_lowercase).collect();
            *id = Some(name.replace(' ', "-").into());
        }
    }
    events
}

impl Readme {
    /// Takes the text of `papers/<slug>/README.md` apart.
    pub fn read(markdown: &str, slug: &str) -> Readme {
        let from = &format!("papers/{slug}/README.md");
        let (introduction, sections) = split(markdown);
        let mut readme = Readme::default();
        for (title, events) in sections {
            if title.starts_with("Claims") {
                let remarks = without_tables(events);
                readme.claims = (!remarks.is_empty()).then(|| Section { title, html: html(remarks, from) });
                continue;
            }
            let is = |names: &[&str]| names.contains(&title.as_str());
            let place = match () {
                () if is(SHOWS) => &mut readme.shows,
                () if is(DIFFERENCES) => &mut readme.differences,
                () if is(RUN) => &mut readme.run,
                () => {
                    let html = html(events, from);
                    readme.others.push(Section { title, html });
                    continue;
                }
            };
            let html = html(events, from);
            *place = Some(Section { title, html });
        }
        if readme.shows.is_none() {
            readme.shows = beginning(introduction, from);
        }
        readme
    }
}

type Events<'a> = Vec<Event<'a>>;

/// The events before the first section, and those of each section with its heading.
fn split(markdown: &str) -> (Events<'_>, Vec<(String, Events<'_>)>) {
    let mut introduction = Vec::new();
    let mut sections: Vec<(String, Events)> = Vec::new();
    let mut in_heading = false;
    for event in Parser::new_ext(markdown, OPTIONS) {
        match &event {
            Event::Start(Tag::Heading { level, .. }) if *level == HeadingLevel::H2 => {
                in_heading = true;
                sections.push((String::new(), Vec::new()));
            }
            Event::End(TagEnd::Heading(HeadingLevel::H2)) => in_heading = false,
            Event::Text(text) | Event::Code(text) if in_heading => {
                if let Some((title, _)) = sections.last_mut() {
                    title.push_str(text);
                }
            }
            _ => match sections.last_mut() {
                Some((_, events)) => events.push(event),
                None => introduction.push(event),
            },
        }
    }
    (introduction, sections)
}

/// The events outside of tables.
fn without_tables(events: Events<'_>) -> Events<'_> {
    let mut inside = false;
    let outside = events.into_iter().filter(|event| {
        inside |= matches!(event, Event::Start(Tag::Table(_)));
        let keep = !inside;
        inside &= !matches!(event, Event::End(TagEnd::Table));
        keep
    });
    outside.collect()
}

/// The introduction without title, citation (its first paragraph) and figure.
fn beginning(introduction: Events<'_>, from: &str) -> Option<Section> {
    let mut blocks: Vec<Events> = Vec::new();
    let mut depth = 0;
    for event in introduction {
        if depth == 0 {
            blocks.push(Vec::new());
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if let Some(block) = blocks.last_mut() {
            block.push(event);
        }
    }
    let is_heading = |block: &Events| matches!(block.first(), Some(Event::Start(Tag::Heading { .. })));
    let has_image = |block: &Events| block.iter().any(|e| matches!(e, Event::Start(Tag::Image { .. })));
    let kept = blocks.into_iter().filter(|block| !is_heading(block)).skip(1);
    let kept: Events = kept.filter(|block| !has_image(block)).flatten().collect();
    (!kept.is_empty()).then(|| Section { title: SHOWS[0].to_string(), html: html(kept, from) })
}

/// HTML in which raw HTML is text, formulas are MathML, links lead where they led from the file at `from` or are plain
/// text, and wide things scroll.
fn html(events: Events<'_>, from: &str) -> String {
    // For each open link or picture, whether it leads somewhere.
    let mut open = Vec::new();
    let mut in_code = false;
    let events = events.into_iter().flat_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => vec![Event::Text(text)],
        Event::Start(Tag::HtmlBlock) => vec![Event::Start(Tag::Paragraph)],
        Event::End(TagEnd::HtmlBlock) => vec![Event::End(TagEnd::Paragraph)],
        Event::Start(Tag::CodeBlock(_)) => {
            in_code = true;
            vec![event]
        }
        Event::End(TagEnd::CodeBlock) => {
            in_code = false;
            vec![event]
        }
        Event::InlineMath(latex) => vec![Event::InlineHtml(markup::math(&latex, false).into())],
        Event::DisplayMath(latex) => vec![Event::InlineHtml(markup::math(&latex, true).into())],
        Event::Text(text) if !in_code => vec![Event::InlineHtml(markup::html(&text).into())],
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let target = links::relocate(&dest_url, from);
            open.push(target.is_some());
            target
                .map_or(Vec::new(), |url| vec![Event::Start(Tag::Link { link_type, dest_url: url.into(), title, id })])
        }
        Event::End(TagEnd::Link | TagEnd::Image) => match open.pop() {
            Some(true) => vec![event],
            _ => Vec::new(),
        },
        // A picture that is not hosted is told by its words.
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            let target = links::relocate(&dest_url, from);
            open.push(target.is_some());
            target
                .map_or(Vec::new(), |url| vec![Event::Start(Tag::Image { link_type, dest_url: url.into(), title, id })])
        }
        Event::Start(Tag::Table(_)) => vec![Event::Html(CowStr::Borrowed(SCROLL)), event],
        Event::End(TagEnd::Table) => vec![event, Event::Html(CowStr::Borrowed("</div>\n"))],
        _ => vec![event],
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    html
}

const SCROLL: &str = "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table\">";

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# Title

Authors, *Title*, 2026.

![figure](../../figures/x/figure.png)

Some introduction with `code` and <b>raw</b> HTML.

<script>alert(1)</script>

## Where to read what

| a | b |
|---|---|
| [main](src/main.rs) | [y](../y) |

## Claims at default scale

| claim | x |
|---|---|
| a | 1 |

The miss is *known*.

## What differs from the paper

Less: [arXiv](https://arxiv.org/abs/1), [bad](javascript:alert%281%29).

### Detail

## Run and `bend` it
";

    #[test]
    fn sections_by_their_headings() {
        let readme = Readme::read(TEXT, "x");
        let shows = readme.shows.unwrap();
        assert_eq!(shows.title, "What it shows");
        assert!(
            shows.html.starts_with("<p>Some introduction with <code>code</code> and &lt;b&gt;raw&lt;/b&gt; HTML.</p>"),
            "{}",
            shows.html
        );
        assert!(!shows.html.contains("<script") && shows.html.contains("&lt;script&gt;"), "{}", shows.html);
        assert_eq!(readme.claims.unwrap().html, "<p>The miss is <em>known</em>.</p>\n");
        let differences = readme.differences.unwrap().html;
        assert!(differences.contains("href=\"https://arxiv.org/abs/1\"") && differences.contains("<h3>Detail</h3>"));
        assert!(!differences.contains("javascript"), "{differences}");
        let others: Vec<&str> = readme.others.iter().map(|section| section.title.as_str()).collect();
        assert_eq!((others, readme.run.unwrap().title.as_str()), (vec!["Where to read what"], "Run and bend it"));
        let table = &readme.others[0].html;
        assert!(table.contains("<div class=\"scroll\"") && table.contains("</table>\n</div>"), "{table}");
        assert!(table.contains("href=\"x.source.html#file-src-main-rs\"") && table.contains("href=\"y.html\""));
    }
}
