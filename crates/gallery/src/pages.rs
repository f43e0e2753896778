//! The HTML pages, from the templates beside the sources.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result};
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde::Serialize;

use crate::markup::{self, escape};
use crate::paper::{Collection, OUTPUTS, PAPER_SCALE, Paper, PaperScale, Score};
use crate::report;
use crate::site::{PAGES, Site};
use crate::{claims, links, reader, readme};

/// Units across a figure as the pages state it; only its ratio to the height counts.
const FIGURE_WIDTH: f64 = 1000.0;

/// Adds all pages to the site, with the style sheet and the script that they share.
pub(crate) fn render(collection: &Collection, site: &mut Site) -> Result<()> {
    let environment = environment()?;
    let page = |name: &str, context: Value| -> Result<String> {
        let template = environment.get_template(name)?;
        template.render(context).with_context(|| format!("template {name}"))
    };
    let topics = topics(collection);
    let score = report::context(collection);
    let about = &collection.citation;
    let about = context! {
        title => about.title, summary => about.summary, version => about.version, license => about.license,
    };
    let index = context! { about, topics, papers => collection.papers.len(), ..score.clone() };
    site.add("index.html", page("index.html", index)?);
    site.add("report.html", page("report.html", score.clone())?);
    site.add("report.md", page("report.md", score)?);
    // From page to page in the order of the index.
    let order: Vec<&Card> = topics.iter().flat_map(|topic| &topic.papers).collect();
    for (position, card) in order.iter().enumerate() {
        let neighbour = |index: Option<usize>| {
            let card = order.get(index?)?;
            Some(context! { slug => card.slug, title => card.title })
        };
        let context = context! {
            card, previous => neighbour(position.checked_sub(1)), next => neighbour(Some(position + 1)),
            ..paper_context(card.paper)
        };
        let html = page("paper.html", context).with_context(|| card.slug.to_string())?;
        site.add(format!("{PAGES}/{}.html", card.slug), html);
        let files = card.paper.texts.iter().map(|(file, text)| {
            context! { file, anchor => links::source_anchor(file), text, lines => text.lines().count() }
        });
        let context = context! { card, files => files.collect::<Vec<_>>() };
        site.add(format!("{PAGES}/{}", links::source_page(card.slug)), page("source.html", context)?);
    }
    for (path, text) in &collection.documents {
        let context = context! { document => readme::document(text, path), path };
        site.add(format!("{PAGES}/{}", links::document_page(path)), page("document.html", context)?);
    }
    site.add(format!("{PAGES}/style.css"), include_str!("../templates/style.css"));
    site.add(format!("{PAGES}/script.js"), include_str!("../templates/script.js"));
    Ok(())
}

fn environment() -> Result<Environment<'static>> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_keep_trailing_newline(true);
    // As minijinja's own, but a slash stays a slash.
    environment.set_formatter(|out, state, value| match value.as_str() {
        Some(text) if state.auto_escape() == AutoEscape::Html && !value.is_safe() => Ok(out.write_str(&escape(text))?),
        _ => minijinja::escape_formatter(out, state, value),
    });
    environment.add_filter("grouped", grouped);
    environment.add_filter("marked", |text: &str| Value::from_safe_string(markup::html(text)));
    environment.add_filter("unmarked", |text: &str| markup::plain(text));
    // A cell of a table in Markdown, where `_{…}` and `^{…}` are shown as they are.
    environment.add_filter("cell", |text: &str| text.replace('\n', " ").replace('|', "\\|"));
    environment.add_filter("anchor", |text: &str| anchor(text));
    for (name, text) in [
        ("base.html", include_str!("../templates/base.html")),
        ("index.html", include_str!("../templates/index.html")),
        ("paper.html", include_str!("../templates/paper.html")),
        ("source.html", include_str!("../templates/source.html")),
        ("document.html", include_str!("../templates/document.html")),
        ("report.html", include_str!("../templates/report.html")),
        ("report.md", include_str!("../templates/report.md")),
    ] {
        environment.add_template(name, text).with_context(|| format!("template {name}"))?;
    }
    Ok(environment)
}

/// The papers of one topic.
#[derive(Serialize)]
struct Topic<'a> {
    name: &'a str,
    papers: Vec<Card<'a>>,
}

/// What the index shows of a paper, and its page too.
#[derive(Serialize)]
struct Card<'a> {
    #[serde(skip)]
    paper: &'a Paper,
    slug: &'a str,
    title: &'a str,
    authors: &'a [String],
    byline: String,
    year: u32,
    venue: Option<&'a str>,
    topic: &'a str,
    summary: &'a str,
    figure: &'a str,
    caption: &'a str,
    width: u32,
    height: u32,
    score: Score,
    /// What the reader may search for.
    words: String,
    /// The panel that stands for the figure: its width over its height, and where the whole drawing has to lie for
    /// nothing else to be seen, in per cent of the panel's width or height.
    ratio: f64,
    shown_width: f64,
    shown_left: f64,
    shown_top: f64,
    /// In words: `6 s, 50 MB`.
    cost: Option<String>,
    seconds: f64,
}

/// The topics in the order of their names, and the papers of each by year and title.
fn topics(collection: &Collection) -> Vec<Topic<'_>> {
    let mut topics: BTreeMap<&str, Vec<Card>> = BTreeMap::new();
    for paper in &collection.papers {
        topics.entry(paper.topic()).or_default().push(card(paper));
    }
    let topics = topics.into_iter().map(|(name, mut papers)| {
        papers.sort_by_key(|card| (card.year, card.title));
        Topic { name, papers }
    });
    topics.collect()
}

fn card(paper: &Paper) -> Card<'_> {
    let about = &paper.about;
    let (width, height) = paper.figure_size;
    let [left, top, panel_width, panel_height] = paper.thumbnail.map(f64::from);
    let thousandths = |number: f64| (1e3 * number).round() / 1e3;
    Card {
        paper,
        slug: &paper.slug,
        title: &about.title,
        authors: &about.authors,
        byline: byline(&about.authors),
        year: about.year,
        venue: about.venue.as_deref(),
        topic: paper.topic(),
        summary: about.summary.trim(),
        figure: &about.figure,
        caption: &paper.claims.caption,
        width: FIGURE_WIDTH as u32,
        height: (FIGURE_WIDTH * height / width).round() as u32,
        score: paper.score(),
        words: reader::search_words(paper),
        ratio: thousandths(panel_width / panel_height),
        shown_width: thousandths(100.0 * width / panel_width),
        shown_left: thousandths(-100.0 * left / panel_width),
        shown_top: thousandths(-100.0 * top / panel_height),
        cost: paper.cost.map(|cost| cost.words()),
        seconds: paper.cost.map_or(0.0, |cost| cost.seconds),
    }
}

/// `Xu et al.`, `Ma and Fattahi`, `Feldman`.
fn byline(authors: &[String]) -> String {
    let family = |name: &String| name.rsplit(' ').next().unwrap_or_default().to_string();
    match authors {
        [] => String::new(),
        [one] => family(one),
        [one, two] => format!("{} and {}", family(one), family(two)),
        [first, ..] => format!("{} et al.", family(first)),
    }
}

fn paper_context(paper: &Paper) -> Value {
    let readme = &paper.readme;
    let files = OUTPUTS.iter().zip(&paper.sizes).map(|(name, size)| {
        let hash = paper.provenance.outputs.get(*name);
        context! { name, size => human_size(*size), hash }
    });
    let (message, rest) = first_sentence(&paper.claims.caption);
    context! {
        link => paper.about.link(), reference => paper.about.reference(),
        message => message, rest => rest,
        drawing => paper.drawing, bibtex => reader::bibtex(paper), pdf => reader::pdf(paper),
        shows => readme.shows, differences => readme.differences, run => readme.run, others => readme.others,
        claims => claims::of(paper), remarks => readme.claims, published => published(paper),
        paper_scale => paper.paper_scale.as_ref().map(paper_scale),
        replications => paper.replications.as_ref().map(|all| all.count),
        parameters => paper.parameters,
        texts => paper.texts.iter().map(|(file, _)| context! { file, anchor => links::source_anchor(file) }).collect::<Vec<_>>(),
        source_page => links::source_page(&paper.slug),
        provenance => paper.provenance,
        files => files.collect::<Vec<_>>(),
        table => paper.table,
        table_size => human_size(paper.size_of("table.csv")),
    }
}

/// What the page shows of the outputs at published sizes.
fn paper_scale(outputs: &PaperScale) -> Value {
    let (width, height) = outputs.figure_size;
    let files = outputs.files.iter().map(|(name, size)| context! { name, size => human_size(*size) });
    context! {
        caption => outputs.claims.caption, claims => claims::at_paper_scale(outputs),
        score => Score::of(&outputs.claims), folder => PAPER_SCALE, files => files.collect::<Vec<_>>(),
        width => FIGURE_WIDTH as u32, height => (FIGURE_WIDTH * height / width).round() as u32,
    }
}

/// The first sentence of a caption, which is its message, and the rest.
fn first_sentence(caption: &str) -> (&str, &str) {
    let end = caption.find(". ").map_or(caption.len(), |end| end + 1);
    (&caption[..end], caption[end..].trim_start())
}

/// The values of `published.yaml`, each on a line.
fn published(paper: &Paper) -> Vec<Value> {
    let entries = paper.published.iter().map(|(name, entry)| {
        let value = match entry.value {
            Some(value) => engine::short(value),
            None => format!("{} values", entry.y.len()),
        };
        context! { name, value, ..Value::from_serialize(entry) }
    });
    entries.collect()
}

/// `14,680`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A heading as the id of an element.
fn anchor(text: &str) -> String {
    let mut id = String::new();
    for character in text.chars().flat_map(char::to_lowercase) {
        match character.is_ascii_alphanumeric() {
            true => id.push(character),
            false if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            false => {}
        }
    }
    id.trim_end_matches('-').to_string()
}

fn human_size(bytes: u64) -> String {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = match bytes {
        0..1000 => write!(text, "{bytes} bytes"),
        1000..1_000_000 => write!(text, "{} kB", (bytes + 500) / 1000),
        _ => write!(text, "{:.1} MB", bytes as f64 / 1e6),
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_people() {
        let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        assert_eq!(byline(&names(&["A Bee", "C Dee", "E Eff"])), "Bee et al.");
        assert_eq!(byline(&names(&["A Bee", "C Dee"])), "Bee and Dee");
        assert_eq!(byline(&names(&["A Bee"])), "Bee");
        assert_eq!([1, 123, 1234, 1234567].map(grouped), ["1", "123", "1,234", "1,234,567"]);
        assert_eq!([12, 1499, 1694000].map(human_size), ["12 bytes", "1 kB", "1.7 MB"]);
        assert_eq!(anchor("Matrices, kernels & exact theory!"), "matrices-kernels-exact-theory");
    }

    #[test]
    fn values_are_escaped_in_the_pages() {
        let mut environment = environment().unwrap();
        environment.add_template("test.html", "{{ text }} {{ html|safe }} {{ 3 }}").unwrap();
        let context = context! { text => "<a/b>", html => "<i>" };
        let html = environment.get_template("test.html").unwrap().render(context).unwrap();
        assert_eq!(html, "&lt;a/b&gt; <i> 3");
    }
}
