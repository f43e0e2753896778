//! The gallery of this workspace and of a hostile one, without a browser.

mod place;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use gallery::{Collection, Site};
use place::{hostile, mirror, root};
use serde_json::Value;

fn make(root: &Path) -> (Collection, Site) {
    gallery::make(root).unwrap()
}

fn page<'a>(site: &'a Site, path: &str) -> &'a str {
    std::str::from_utf8(&site.files[path]).unwrap()
}

#[test]
fn two_runs_give_the_same_bytes_and_the_second_writes_nothing() {
    let (collection, site) = make(&root());
    assert_eq!(site, make(&root()).1);
    // A page and its sources for each paper, a page for each text, and six files more.
    assert_eq!(site.files.len(), 2 * collection.papers.len() + collection.documents.len() + 6);
    let place = mirror(&site);
    assert!(site.stale(place.path()).is_empty());
    // Made from another folder, it is the same: no path is in it.
    assert_eq!(make(place.path()).1, site);
}

#[test]
fn every_link_leads_to_a_file_and_every_fragment_to_an_element() {
    let (_, site) = make(&root());
    let place = mirror(&site);
    let figures = place.path().join("figures");
    for path in site.files.keys().filter(|path| path.ends_with(".html")) {
        let html = page(&site, path);
        let folder = figures.join(path).parent().unwrap().to_path_buf();
        for link in attributes(html, "href").chain(attributes(html, "src")) {
            if link.starts_with("https://") || link.starts_with("data:") {
                continue;
            }
            let (target, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = if target.is_empty() { figures.join(path) } else { folder.join(target) };
            assert!(target.exists(), "{path}: {link} leads nowhere");
            let steps_out = link.split('/').filter(|part| *part == "..").count();
            assert!(steps_out <= path.matches('/').count(), "{path}: {link} leads out of what is hosted");
            if !fragment.is_empty() && target.extension().is_some_and(|extension| extension == "html") {
                let text = fs::read_to_string(&target).unwrap();
                assert!(attributes(&text, "id").any(|id| id == fragment), "{path}: {link}: no such element");
            }
        }
        let ids: Vec<&str> = attributes(html, "id").collect();
        let unique: BTreeSet<&&str> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{path}: an id is there twice");
    }
}

/// A claim that misses at the published size says why, and large tables are left out.
#[test]
fn outputs_at_published_sizes_have_no_failing_claim() {
    let (collection, site) = make(&root());
    let with = collection.papers.iter().filter_map(|paper| Some((paper, paper.paper_scale.as_ref()?)));
    for (paper, outputs) in with {
        let failing = outputs.claims.claims.iter().filter(|judged| judged.verdict == engine::Verdict::Fails);
        assert_eq!(failing.map(|judged| &judged.claim.id).next(), None, "{}", paper.slug);
        assert!(outputs.files.iter().all(|(_, bytes)| *bytes <= 1_000_000), "{}", paper.slug);
        let html = page(&site, &format!("pages/{}.html", paper.slug));
        assert!(html.contains("paper-scale/figure.svg"), "{}", paper.slug);
    }
}

/// The values of an attribute. The templates quote all of them.
fn attributes<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let start = format!(" {name}=\"");
    let parts: Vec<&str> = html.split(&start).skip(1).collect();
    parts.into_iter().filter_map(|part| part.split('"').next())
}

#[test]
fn headings_go_down_one_level_at_a_time() {
    let (_, site) = make(&root());
    for path in site.files.keys().filter(|path| path.ends_with(".html")) {
        let html = page(&site, path);
        let levels: Vec<u32> =
            html.match_indices("<h").filter_map(|(place, _)| html[place + 2..].chars().next()?.to_digit(10)).collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{path}");
        assert_eq!(levels.first(), Some(&1), "{path}");
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{path}: {levels:?}");
    }
}

#[test]
fn texts_cannot_break_out_of_the_pages() {
    let place = hostile();
    let (collection, site) = make(place.path());
    assert_eq!(collection.without_outputs, ["new"]);
    for path in ["index.html", "pages/evil.html", "pages/evil.source.html"] {
        let html = page(&site, path);
        assert_eq!(html.matches("<script").count(), 1, "{path}: only the gallery's own\n{html}");
        assert!(!html.contains("onerror=bad()>") && !html.contains("javascript:"), "{path}");
        assert!(html.contains("&lt;script&gt;bad()"), "{path}");
    }
    let html = page(&site, "pages/evil.html");
    for part in
        ["0 of 1 claims hold", "1,234 <code>", "1 rows, shown", "does not apply", "no &lt;data&gt;", "missed\">NaN"]
    {
        assert!(html.contains(part), "{part} is not in\n{html}");
    }
}

#[test]
fn a_broken_input_is_named() {
    for (file, text, message) in [
        ("papers/evil/paper.yaml", "abuot: {}\ndefault: { n: 1 }\n", "papers/evil/paper.yaml:1:1: "),
        ("figures/evil/parameters.json", "{}", "figures/evil/parameters.json: "),
        ("figures/evil/claims.yaml", "paper: evil\n", "figures/evil/claims.yaml: missing field `scale`"),
        ("figures/evil/provenance.yaml", "a: [", "figures/evil/provenance.yaml: "),
        ("figures/evil/table.csv", "a,b\n1\n", "figures/evil/table.csv: line 2"),
        ("figures/evil/figure.svg", "<svg/>", "figures/evil/figure.svg: no viewBox"),
        (
            "figures/evil/figure.svg",
            &place::DRAWING.replace("</g>", "<script>bad()</script></g>"),
            "figures/evil/figure.svg",
        ),
        ("CITATION.cff", "title: T\n", "CITATION.cff: missing field"),
    ] {
        let place = hostile();
        fs::write(place.path().join(file), text).unwrap();
        let error = format!("{:#}", gallery::make(place.path()).unwrap_err());
        assert!(error.starts_with(message), "{file}: {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    let place = hostile();
    fs::remove_file(place.path().join("figures/evil/figure.png")).unwrap();
    let error = format!("{:#}", gallery::make(place.path()).unwrap_err());
    assert!(error.starts_with("figures/evil/figure.png: "), "{error}");
}

#[test]
fn the_metadata_is_a_crate_of_version_1_2() {
    check_crate(&root());
    let place = hostile();
    check_crate(place.path());
}

fn check_crate(workspace: &Path) {
    let (collection, site) = make(workspace);
    let document: Value = serde_json::from_slice(&site.files["ro-crate-metadata.json"]).unwrap();
    assert_eq!(document["@context"], "https://w3id.org/ro/crate/1.2/context");
    let graph = document["@graph"].as_array().unwrap();
    let id = |entity: &Value| entity["@id"].as_str().unwrap().to_string();
    let ids: BTreeSet<String> = graph.iter().map(id).collect();
    assert_eq!(ids.len(), graph.len(), "identifiers are unique");
    let entity = |wanted: &str| graph.iter().find(|entity| entity["@id"] == wanted).unwrap();

    let descriptor = entity("ro-crate-metadata.json");
    assert_eq!(descriptor["@type"], "CreativeWork");
    assert_eq!(descriptor["about"]["@id"], "./");
    assert_eq!(descriptor["conformsTo"]["@id"], "https://w3id.org/ro/crate/1.2");
    let root = entity("./");
    assert_eq!(root["@type"], "Dataset");
    for required in ["name", "description", "datePublished", "license"] {
        assert!(!root[required].is_null(), "the root has no {required}");
    }

    let mut parts = BTreeSet::new();
    for entity in graph {
        assert!(!entity["@type"].is_null(), "{entity}");
        // The structure is flat: what is inside of an entity is a reference, and it resolves.
        for (key, value) in entity.as_object().unwrap() {
            let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
            for reference in values.iter().filter_map(Value::as_object) {
                let target = reference["@id"].as_str().unwrap();
                assert_eq!(reference.len(), 1, "{key} of {}", id(entity));
                assert!(ids.contains(target) || target == "https://w3id.org/ro/crate/1.2", "{target}");
                if key == "hasPart" {
                    parts.insert(target.to_string());
                }
            }
        }
    }
    for entity in graph {
        let is = |kind: &str| {
            let types = &entity["@type"];
            types == kind || types.as_array().is_some_and(|types| types.iter().any(|one| one == kind))
        };
        let id = id(entity);
        if is("File") {
            let there = site.files.contains_key(&id) || workspace.join("figures").join(&id).is_file();
            assert!(there && parts.contains(&id), "{id}");
        }
        if is("Dataset") && id != "./" {
            assert!(id.ends_with('/') && parts.contains(&id), "{id}");
        }
    }
    for paper in &collection.papers {
        let action = entity(&format!("#{}-run", paper.slug));
        assert_eq!(action["result"].as_array().unwrap().len(), 8);
        assert!(!action["object"].as_array().unwrap().is_empty());
        let claims = entity(&format!("{}/", paper.slug))["mentions"].as_array().unwrap();
        assert_eq!(claims.len(), paper.claims.claims.len());
    }
}

#[test]
fn the_report_has_every_claim_with_its_verdict() {
    let (collection, site) = make(&root());
    let (html, text, xml) = (page(&site, "report.html"), page(&site, "report.md"), gallery::junit(&collection));
    let claims: usize = collection.papers.iter().map(|paper| paper.claims.claims.len()).sum();
    assert_eq!(html.matches("<tbody").count(), claims);
    assert_eq!(xml.matches("<testcase ").count(), claims);
    for paper in &collection.papers {
        for judged in &paper.claims.claims {
            let id = &judged.claim.id;
            assert!(text.contains(&format!("| `{id}` |")) && xml.contains(&format!("name=\"{id}\"")), "{id}");
        }
    }
    assert!(text.lines().filter(|line| line.starts_with("| ")).all(|line| cells(line) == 8), "every row has 8 cells");
    let fails = collection.papers.iter().map(|paper| paper.score().fails).sum::<usize>();
    assert_eq!(xml.matches("<failure ").count(), fails);
    let evil = gallery::junit(&make(hostile().path()).0);
    assert!(evil.contains("<failure message=\"a = NaN") && evil.contains("no &lt;data&gt;"), "{evil}");
}

/// Cells of a row in Markdown.
fn cells(line: &str) -> usize {
    line.replace("\\|", "").matches('|').count() - 1
}
