//! `.zenodo.json` and `codemeta.json`, made from `CITATION.cff`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// Writes both files.
///
/// # Errors
/// When `CITATION.cff` lacks something, or a file cannot be written.
pub fn write(root: &Path) -> Result<()> {
    for (name, text) in files(root)? {
        fs::write(root.join(name), text).with_context(|| name.to_string())?;
        println!("wrote {name}");
    }
    Ok(())
}

/// The names and texts of the files.
fn files(root: &Path) -> Result<[(&'static str, String); 2]> {
    let text = fs::read_to_string(root.join("CITATION.cff")).context("CITATION.cff")?;
    let cff: Value = serde_yaml::from_str(&text).context("CITATION.cff")?;
    let field = |name: &str| -> Result<String> {
        let text = cff[name].as_str().with_context(|| format!("CITATION.cff has no `{name}`"))?;
        Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let list = |name: &str| cff[name].as_array().with_context(|| format!("CITATION.cff has no list `{name}`"));
    let (title, summary, version, date) =
        (field("title")?, field("abstract")?, field("version")?, field("date-released")?);
    let name = |author: &Value| match (author["family-names"].as_str(), author["given-names"].as_str()) {
        (Some(family), Some(given)) => format!("{family}, {given}"),
        _ => author["name"].as_str().unwrap_or_default().to_string(),
    };
    let authors: Vec<String> = list("authors")?.iter().map(name).collect();
    let licences: Vec<&str> = list("license")?.iter().filter_map(Value::as_str).collect();
    let zenodo = json!({
        "title": title,
        "description": summary,
        "upload_type": "software",
        "version": version,
        "publication_date": date,
        "creators": authors.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        // Zenodo takes one licence.
        "license": licences.first(),
        "keywords": cff["keywords"],
        "access_right": "open",
    });
    let person = |name: &String| match name.split_once(", ") {
        Some((family, given)) => json!({ "@type": "Person", "familyName": family, "givenName": given }),
        None => json!({ "@type": "Organization", "name": name }),
    };
    let codemeta = json!({
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": title,
        "description": summary,
        "version": version,
        "dateModified": date,
        "author": authors.iter().map(person).collect::<Vec<_>>(),
        "license": licences.iter().map(|id| format!("https://spdx.org/licenses/{id}")).collect::<Vec<_>>(),
        "keywords": cff["keywords"],
        "programmingLanguage": "Rust",
        "operatingSystem": ["Linux", "macOS"],
    });
    Ok([(".zenodo.json", format!("{zenodo:#}\n")), ("codemeta.json", format!("{codemeta:#}\n"))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_those_that_the_citation_gives() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        for (name, text) in files(root).unwrap() {
            assert_eq!(fs::read_to_string(root.join(name)).unwrap_or_default(), text, "{name}: cargo xtask citation");
        }
    }
}
