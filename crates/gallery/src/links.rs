//! Where a link of a text in the workspace leads inside `figures/`, which may be hosted alone.

/// The texts besides the papers' that have a page of their own.
pub(crate) const DOCUMENTS: [&str; 12] = [
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/artifact.md",
    "docs/authoring.md",
    "docs/cluster.md",
    "docs/json.md",
    "docs/performance.md",
    "docs/reproducibility.md",
];

/// The page of a text, beside the papers' pages.
pub(crate) fn document_page(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    format!("doc.{}.html", name.split('.').next().unwrap_or(name))
}

/// The page with the source files of a paper.
pub(crate) fn source_page(slug: &str) -> String {
    format!("{slug}.source.html")
}

/// The id of a source file in that page.
pub(crate) fn source_anchor(file: &str) -> String {
    format!("file-{}", file.replace(['/', '.', '_'], "-"))
}

/// What a link of the file at `from` is in a page of `figures/pages/`; none where it leads out of what is hosted.
pub(crate) fn relocate(link: &str, from: &str) -> Option<String> {
    let has_scheme = link.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':'));
    if has_scheme {
        // Nothing but these can be followed, so that a link cannot run a script.
        let allowed = ["https://", "http://", "mailto:"];
        return allowed.iter().any(|scheme| link.starts_with(scheme)).then(|| link.to_string());
    }
    let (path, rest) = link.split_at(link.find(['#', '?']).unwrap_or(link.len()));
    let file = if path.is_empty() { from.to_string() } else { joined(from, path) };
    let parts: Vec<&str> = file.split('/').collect();
    match parts[..] {
        ["figures", ref inside @ ..] => Some(format!("../{}{rest}", inside.join("/"))),
        ["papers", slug] | ["papers", slug, "README.md"] => Some(format!("{slug}.html")),
        ["papers", slug, ref inside @ ..] => {
            let inside = inside.join("/");
            let fragment = if inside.contains('.') { format!("#{}", source_anchor(&inside)) } else { String::new() };
            Some(format!("{}{fragment}", source_page(slug)))
        }
        _ if DOCUMENTS.contains(&file.as_str()) => Some(format!("{}{rest}", document_page(&file))),
        _ => None,
    }
}

/// The path that a relative link of the file at `from` names, without dots.
fn joined(from: &str, link: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_inside_what_is_hosted() {
        for (link, expected) in [
            ("../../figures/x/figure.png", Some("../x/figure.png")),
            ("src/", Some("x.source.html")),
            ("src/main.rs", Some("x.source.html#file-src-main-rs")),
            ("../y", Some("y.html")),
            ("../../docs/cluster.md#slurm", Some("doc.cluster.html#slurm")),
            ("../../crates/engine", None),
            ("#claims", Some("x.html")),
            ("https://a.b/c", Some("https://a.b/c")),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
        ] {
            assert_eq!(relocate(link, "papers/x/README.md").as_deref(), expected, "{link}");
        }
        assert_eq!(relocate("papers/x", "README.md").as_deref(), Some("x.html"));
        assert_eq!(relocate("json.md", "docs/cluster.md").as_deref(), Some("doc.json.html"));
    }
}
