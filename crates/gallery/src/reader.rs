//! What helps a reader to find and to cite a paper.

use std::collections::BTreeSet;

use crate::paper::Paper;

/// A BibTeX entry of the paper.
pub(crate) fn bibtex(paper: &Paper) -> String {
    let about = &paper.about;
    let family = about.authors.first().and_then(|name| name.rsplit(' ').next()).unwrap_or("anonymous");
    let word = about.title.split(' ').find(|word| word.len() > 3).unwrap_or("paper");
    let key: String = format!("{family}{}{word}", about.year).chars().filter(char::is_ascii_alphanumeric).collect();
    let mut fields = vec![
        ("title", format!("{{{}}}", about.title)),
        ("author", about.authors.join(" and ")),
        ("year", about.year.to_string()),
    ];
    if let Some(arxiv) = &about.arxiv {
        fields.extend([("eprint", arxiv.clone()), ("archivePrefix", "arXiv".to_string())]);
    }
    if let Some(doi) = &about.doi {
        fields.push(("doi", doi.clone()));
    }
    if let Some(venue) = &about.venue {
        fields.push(("note", venue.clone()));
    }
    fields.push(("url", about.link()));
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("  {name} = {{{value}}}")).collect();
    format!("@misc{{{},\n{}\n}}\n", key.to_lowercase(), fields.join(",\n"))
}

/// The address of the paper's PDF, if it is on arXiv.
pub(crate) fn pdf(paper: &Paper) -> Option<String> {
    paper.about.arxiv.as_ref().map(|arxiv| format!("https://arxiv.org/pdf/{arxiv}"))
}

/// The words by which a reader may look for the paper, each once: of its README and claims, its number, its authors.
pub(crate) fn search_words(paper: &Paper) -> String {
    let about = &paper.about;
    let readme = &paper.readme;
    let sections = [&readme.shows, &readme.differences, &readme.claims].into_iter().flatten().chain(&readme.others);
    let mut texts: Vec<String> = sections.map(|section| without_tags(&section.html)).collect();
    texts.extend(paper.claims.claims.iter().map(|claim| format!("{} {}", claim.claim.id, claim.claim.statement)));
    texts.extend([about.reference(), about.authors.join(" "), paper.claims.caption.clone()]);
    let mut words = BTreeSet::new();
    for text in texts {
        let lower = text.to_lowercase();
        let parts = lower.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-'));
        let parts = parts.map(|word| word.trim_matches(|c| matches!(c, '.' | '-')));
        words.extend(parts.filter(|word| word.chars().count() > 1).map(str::to_string));
    }
    words.into_iter().collect::<Vec<_>>().join(" ")
}

/// The text of HTML that this program wrote.
fn without_tags(html: &str) -> String {
    let parts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.collect::<Vec<_>>().join(" ").replace("&amp;", "&")
}
