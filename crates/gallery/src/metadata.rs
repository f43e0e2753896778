//! RO-Crate metadata: what lies in `figures/`, in words for machines.
//!
//! The crate is the folder `figures/`. Each paper is a data set of five files, made by an action whose instrument is the
//! paper's code and whose objects are its parameters; its claims are beside it. Code lies outside of the folder, so it
//! is described by name and hash, not as a file.

use std::collections::BTreeMap;

use anyhow::Result;
use engine::JudgedClaim;
use serde_json::{Value, json};

use crate::markup;
use crate::paper::{Collection, OUTPUTS, PAPER_SCALE, Paper, PaperScale};
use crate::site::{PAGES, Site};

/// The version of the specification.
const PROFILE: &str = "https://w3id.org/ro/crate/1.2";

/// Entities by their `@id`, in the order in which they came.
#[derive(Default)]
struct Graph {
    entities: Vec<Value>,
    known: BTreeMap<String, usize>,
}

impl Graph {
    /// Adds an entity, unless it is there; gives a reference to it.
    fn add(&mut self, entity: Value) -> Value {
        let id = entity["@id"].as_str().unwrap_or_default().to_string();
        if !self.known.contains_key(&id) {
            self.known.insert(id.clone(), self.entities.len());
            self.entities.push(entity);
        }
        json!({ "@id": id })
    }
}

/// The text of `ro-crate-metadata.json`.
pub(crate) fn describe(collection: &Collection, site: &Site) -> Result<String> {
    let mut graph = Graph::default();
    graph.add(json!({
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "about": { "@id": "./" },
        "conformsTo": { "@id": PROFILE },
    }));
    // The root comes second in the file, and is filled in when its parts are known.
    graph.add(json!({ "@id": "./" }));
    let licences = licences(collection, &mut graph);
    let language = graph.add(json!({
        "@id": "https://www.rust-lang.org/", "@type": "ComputerLanguage", "name": "Rust", "url": "https://www.rust-lang.org/",
    }));
    let mut parts = pages(site, &mut graph);
    let mut actions = Vec::new();
    for paper in &collection.papers {
        let (part, action) = describe_paper(paper, &licences, &language, &mut graph);
        parts.push(part);
        actions.push(action);
    }
    let citation = &collection.citation;
    let authors = citation.authors.iter().map(|author| {
        let name = author.name();
        graph.add(json!({ "@id": format!("#author-{}", encode(&name)), "@type": "Organization", "name": name }))
    });
    let authors: Vec<Value> = authors.collect();
    graph.entities[1] = json!({
        "@id": "./",
        "@type": "Dataset",
        "name": format!("{}: figures, tables and claims", citation.title),
        "description": citation.summary,
        "datePublished": citation.date_released,
        "version": citation.version,
        "keywords": citation.keywords.join(", "),
        "license": licences,
        "author": authors,
        "hasPart": parts,
        "mentions": actions,
    });
    let document = json!({ "@context": format!("{PROFILE}/context"), "@graph": graph.entities });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn licences(collection: &Collection, graph: &mut Graph) -> Vec<Value> {
    let licences = collection.citation.license.iter().map(|name| {
        graph.add(json!({
            "@id": format!("https://spdx.org/licenses/{name}"),
            "@type": "CreativeWork",
            "name": name,
            "description": "A user may choose one of the licences.",
        }))
    });
    licences.collect()
}

/// The pages of the gallery: the index, and a data set of all others.
fn pages(site: &Site, graph: &mut Graph) -> Vec<Value> {
    let (mut top, mut inner) = (Vec::new(), Vec::new());
    for (path, contents) in &site.files {
        let reference = graph.add(json!({
            "@id": path,
            "@type": "File",
            "name": if path == "index.html" { "The gallery" } else { path },
            "encodingFormat": format_of(path),
            "contentSize": contents.len().to_string(),
        }));
        let folder = if path.contains('/') { &mut inner } else { &mut top };
        folder.push(reference);
    }
    top.push(graph.add(json!({
        "@id": format!("{PAGES}/"), "@type": "Dataset", "name": "Pages of the gallery", "hasPart": inner,
    })));
    top
}

/// A paper's data set and the action that made it.
fn describe_paper(paper: &Paper, licences: &[Value], language: &Value, graph: &mut Graph) -> (Value, Value) {
    let (slug, about) = (&paper.slug, &paper.about);
    let article = article(paper, graph);
    let files = files(paper, &article, graph);
    let mut parts = files.clone();
    parts.extend(paper.paper_scale.as_ref().map(|outputs| describe_paper_scale(slug, outputs, &article, graph)));
    let claims: Vec<Value> = paper.claims.claims.iter().map(|judged| claim(slug, judged, &article, graph)).collect();
    let code = graph.add(json!({
        "@id": format!("#{slug}-code"),
        "@type": "SoftwareSourceCode",
        "name": format!("papers/{slug}"),
        "description": format!("The program that makes {slug}/, in papers/{slug}/ of the repository that holds this crate."),
        "programmingLanguage": language,
        "runtimePlatform": paper.provenance.toolchain,
        "version": paper.provenance.code.whole,
        "license": licences,
        "citation": article,
    }));
    let parameters = paper.parameters.iter().map(|parameter| {
        let mut entity = json!({
            "@id": format!("#{slug}-parameter-{}", encode(&parameter.key)),
            "@type": "PropertyValue",
            "name": parameter.key,
            "value": parameter.default,
        });
        if !parameter.doc.is_empty() {
            entity["description"] = json!(parameter.doc);
        }
        graph.add(entity)
    });
    let parameters: Vec<Value> = parameters.collect();
    let action = graph.add(json!({
        "@id": format!("#{slug}-run"),
        "@type": "CreateAction",
        "name": format!("{slug} at default scale"),
        "instrument": code,
        "object": parameters,
        "result": files,
    }));
    let data_set = graph.add(json!({
        "@id": format!("{slug}/"),
        "@type": "Dataset",
        "name": about.title,
        "description": about.summary.trim(),
        "keywords": paper.topic(),
        "citation": article,
        "license": licences,
        "hasPart": parts,
        "mentions": claims,
        "subjectOf": { "@id": format!("{PAGES}/{slug}.html") },
    }));
    (data_set, action)
}

/// The data set of outputs at published sizes.
fn describe_paper_scale(slug: &str, outputs: &PaperScale, article: &Value, graph: &mut Graph) -> Value {
    let folder = format!("{slug}/{PAPER_SCALE}/");
    let files = outputs.files.iter().map(|(name, size)| {
        graph.add(json!({
            "@id": format!("{folder}{name}"),
            "@type": "File",
            "name": format!("{slug} at published sizes: {name}"),
            "encodingFormat": format_of(name),
            "contentSize": size.to_string(),
            "isBasedOn": article,
        }))
    });
    let files: Vec<Value> = files.collect();
    graph.add(json!({
        "@id": folder,
        "@type": "Dataset",
        "name": format!("{slug} at published sizes"),
        "description": markup::plain(&outputs.claims.caption),
        "hasPart": files,
    }))
}

fn article(paper: &Paper, graph: &mut Graph) -> Value {
    let about = &paper.about;
    let authors = about
        .authors
        .iter()
        .map(|name| graph.add(json!({ "@id": format!("#person-{}", encode(name)), "@type": "Person", "name": name })));
    let authors: Vec<Value> = authors.collect();
    let url = about.link();
    graph.add(json!({
        "@id": url,
        "@type": "ScholarlyArticle",
        "name": about.title,
        "author": authors,
        "datePublished": about.year.to_string(),
        "identifier": about.reference(),
        "url": url,
    }))
}

fn files(paper: &Paper, article: &Value, graph: &mut Graph) -> Vec<Value> {
    let caption = markup::plain(&paper.claims.caption);
    let files = OUTPUTS.iter().zip(&paper.sizes).map(|(name, size)| {
        let (kind, title, description) = match *name {
            "figure.svg" => (json!(["File", "ImageObject"]), "figure", caption.as_str()),
            "figure.pdf" => (json!(["File", "ImageObject"]), "figure for LaTeX", "Drawn from figure.svg."),
            "figure.png" => (json!(["File", "ImageObject"]), "figure as pixels", "Drawn from figure.svg."),
            "table.csv" => (json!("File"), "table", "Every row behind the figure."),
            "table.csv-metadata.json" => (json!("File"), "columns", "Type and meaning of each column of the table."),
            "claims.yaml" => {
                (json!("File"), "claims", "Each claim with measured value, threshold, published value and verdict.")
            }
            "parameters.json" => (json!("File"), "parameters", "Meaning, range and values of each parameter."),
            _ => (json!("File"), "provenance", "Resolved configuration; hashes of code, libraries, data and outputs."),
        };
        let mut entity = json!({
            "@id": format!("{}/{name}", paper.slug),
            "@type": kind,
            "name": format!("{}: {title}", paper.slug),
            "description": description,
            "encodingFormat": format_of(name),
            "contentSize": size.to_string(),
            "isBasedOn": article,
        });
        if let Some(hash) = paper.provenance.outputs.get(*name) {
            entity["sha256"] = json!(hash);
        }
        graph.add(entity)
    });
    files.collect()
}

/// A claim, with its verdict and measured values as properties.
fn claim(slug: &str, judged: &JudgedClaim, article: &Value, graph: &mut Graph) -> Value {
    let claim = &judged.claim;
    let id = format!("#{slug}-claim-{}", encode(&claim.id));
    let (verdict, _) = crate::claims::words(judged.verdict);
    let mut properties = vec![graph.add(json!({
        "@id": format!("{id}-verdict"), "@type": "PropertyValue", "name": "verdict", "value": verdict,
    }))];
    for (position, measure) in claim.measures.iter().enumerate() {
        let mut entity = json!({
            "@id": format!("{id}-measure-{}", position + 1),
            "@type": "PropertyValue",
            "name": measure.what,
            "value": number(measure.value),
            "description": measure.threshold(),
        });
        for (key, bound) in [("minValue", measure.low), ("maxValue", measure.high)] {
            if let Some(bound) = bound {
                entity[key] = number(bound);
            }
        }
        properties.push(graph.add(entity));
    }
    let mut entity = json!({
        "@id": id,
        "@type": "Claim",
        "name": claim.id,
        "description": claim.statement,
        "appearance": article,
        "additionalProperty": properties,
    });
    if let Some(published) = &claim.published {
        entity["text"] = json!(published);
    }
    graph.add(entity)
}

/// A number, or as text what JSON has no number for.
fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or_else(|| json!(value.to_string()), Value::Number)
}

fn format_of(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("svg") => "image/svg+xml",
        Some("pdf") => "application/pdf",
        Some("png") => "image/png",
        Some("csv") => "text/csv",
        Some("yaml") => "application/yaml",
        Some("html") => "text/html",
        Some("md") => "text/markdown",
        Some("css") => "text/css",
        Some("json") => "application/json",
        Some("js") => "text/javascript",
        _ => "application/octet-stream",
    }
}

/// A name as part of an identifier: spaces become hyphens, anything but ASCII letters, digits and `-._` is escaped.
fn encode(name: &str) -> String {
    let mut id = String::new();
    for byte in name.bytes() {
        match byte {
            b' ' => id.push('-'),
            b'-' | b'.' | b'_' => id.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => id.push(char::from(byte)),
            _ => id.push_str(&format!("%{byte:02X}")),
        }
    }
    id
}
