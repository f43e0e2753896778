//! Whether a paper is finished: what a reviewer would look for, with what to do about each fault.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_yaml::Value;

use crate::scaffold::TEMPLATE;
use crate::smoke::{EXPECTED, smoke};

/// The fewest characters of a line that nobody writes twice by chance.
const TELLING: usize = 25;

/// A paper that is looked at.
struct Paper<'a> {
    root: &'a Path,
    slug: &'a str,
    faults: Vec<String>,
}

/// Checks a built paper and tells everything that is wrong with it.
///
/// # Errors
/// When anything is, with the number of faults; when the paper is not built.
pub fn check(root: &Path, slug: &str) -> Result<()> {
    let mut paper = Paper { root, slug, faults: Vec::new() };
    if !paper.program().is_file() {
        bail!("{slug} is not built: cargo build --release -p {slug}");
    }
    paper.lints()?;
    paper.template()?;
    paper.readme()?;
    paper.claims()?;
    paper.program_says("check-claims", "a claim may not hold on nothing: see statistics::greatest and applies_if")?;
    paper.program_says("check-figure", "see src/figure.rs")?;
    paper.program_says("status", &format!("make reproduce PAPER={slug}"))?;
    paper.smoke()?;
    paper.pages()?;
    for fault in &paper.faults {
        println!("{slug}: {fault}");
    }
    match paper.faults.len() {
        0 => {
            println!("{slug}: nothing to do");
            Ok(())
        }
        count => bail!("{slug}: {count} {}", if count == 1 { "thing to do" } else { "things to do" }),
    }
}

impl Paper<'_> {
    fn folder(&self) -> PathBuf {
        self.root.join("papers").join(self.slug)
    }

    fn program(&self) -> PathBuf {
        crate::programs(self.root).join(self.slug)
    }

    fn text(&self, name: &str) -> Result<String> {
        fs::read_to_string(self.folder().join(name)).with_context(|| format!("papers/{}/{name}", self.slug))
    }

    fn fault(&mut self, what: impl Into<String>) {
        self.faults.push(what.into());
    }

    /// A command of the paper's program that fails where something is to do.
    fn program_says(&mut self, command: &str, what_to_do: &str) -> Result<()> {
        let mut program = Command::new(self.program());
        let output = program.arg(command).current_dir(self.root).env_remove("MAKEFLAGS").output()?;
        if !output.status.success() {
            let said = [output.stdout, output.stderr].concat();
            self.fault(format!("{}\n  to do: {what_to_do}", String::from_utf8_lossy(&said).trim()));
        }
        Ok(())
    }

    /// Format and lints.
    fn lints(&mut self) -> Result<()> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let slug = self.slug;
        let tasks: [(&[&str], String); 2] = [
            (&["fmt", "--package", slug, "--check"], format!("cargo fmt --package {slug}")),
            (
                &["clippy", "--release", "--package", slug, "--all-targets", "--quiet", "--", "--deny", "warnings"],
                "what it says".to_string(),
            ),
        ];
        for (arguments, what_to_do) in tasks {
            let output = Command::new(&cargo).args(arguments).current_dir(self.root).output()?;
            if !output.status.success() {
                let said = [output.stdout, output.stderr].concat();
                let said: Vec<String> = String::from_utf8_lossy(&said).lines().take(30).map(String::from).collect();
                self.fault(format!("cargo {} fails:\n{}\n  to do: {what_to_do}", arguments[0], said.join("\n")));
            }
        }
        Ok(())
    }

    /// Lines that still say what the template says.
    fn template(&mut self) -> Result<()> {
        for (name, template) in TEMPLATE {
            let of_template: Vec<&str> = template.lines().filter(|line| is_prose(name, line)).map(str::trim).collect();
            for (number, line) in self.text(name)?.lines().enumerate() {
                let line = line.replace(self.slug, "SLUG");
                if of_template.contains(&line.trim()) {
                    let place = format!("papers/{}/{name}:{}", self.slug, number + 1);
                    self.fault(format!("{place} is still the template's: {}\n  to do: make it yours", line.trim()));
                }
            }
        }
        Ok(())
    }

    /// Links that lead nowhere, and commands that the paper refuses.
    fn readme(&mut self) -> Result<()> {
        let text = self.text("README.md")?;
        for link in links(&text) {
            let path = link.split('#').next().unwrap_or_default();
            if !path.is_empty() && !path.contains(':') && !self.folder().join(path).exists() {
                self.fault(format!("README.md links to {path}, which is not there\n  to do: correct the link"));
            }
        }
        let start = format!("cargo run --release -p {}", self.slug);
        for line in text.lines().map(str::trim).filter(|line| line.starts_with(&start)) {
            let arguments = line.split_once(" -- ").map_or("", |(_, arguments)| arguments);
            let is_run = words(arguments).first().is_none_or(|word| word.starts_with('-') || word == "run");
            if !is_run {
                continue;
            }
            let mut program = Command::new(self.program());
            let output = program.args(words(arguments)).arg("--dry-run").current_dir(self.root).output()?;
            if output.status.code() == Some(2) {
                let said = String::from_utf8_lossy(&output.stderr);
                self.fault(format!("README.md: `{line}` is refused:\n{}\n  to do: correct it", said.trim()));
            }
        }
        Ok(())
    }

    /// Claims that say neither what was published nor why nothing was, and a figure without words for it.
    fn claims(&mut self) -> Result<()> {
        let path = self.root.join("figures").join(self.slug).join("claims.yaml");
        let text = fs::read_to_string(&path).with_context(|| format!("figures/{}/claims.yaml", self.slug))?;
        let file: Value = serde_yaml::from_str(&text)?;
        if file["caption"].as_str().is_none_or(|caption| caption.len() < 40) {
            self.fault(
                "paper.yaml: the caption is what those read who cannot see the figure\n  to do: say what it shows",
            );
        }
        for claim in file["claims"].as_sequence().into_iter().flatten() {
            let mut measures = claim["measures"].as_sequence().into_iter().flatten();
            let has_number = measures.any(|measure| !measure["published"].is_null());
            if !has_number && claim["published"].is_null() && claim["note"].is_null() {
                let id = claim["id"].as_str().unwrap_or_default();
                self.fault(format!(
                    "claim {id} has no published value\n  to do: .published(…) or .matches(…), or .note(why there is none)"
                ));
            }
            if claim["statement"].as_str().is_none_or(str::is_empty) {
                let id = claim["id"].as_str().unwrap_or_default();
                self.fault(format!("claim {id} says nothing\n  to do: .says(what the paper states)"));
            }
        }
        Ok(())
    }

    /// The same bytes with one thread and with two, and those that are expected.
    fn smoke(&mut self) -> Result<()> {
        let scratch = tempfile::tempdir()?;
        let [one, two] = ["one", "two"].map(|name| scratch.path().join(name));
        smoke(self.root, &mut Command::new(self.program()), &one).with_context(|| self.slug.to_string())?;
        let mut program = Command::new(self.program());
        program.args(["--scale", "smoke", "--no-cache", "--quiet", "--threads", "2", "--out"]).arg(&two);
        program.current_dir(self.root).env_remove("MAKEFLAGS").output()?;
        for name in EXPECTED {
            let bytes = fs::read(one.join(name))?;
            if fs::read(two.join(name)).ok().as_ref() != Some(&bytes) {
                self.fault(format!(
                    "{name} differs between one and two threads\n  to do: find what a cell takes from outside of itself"
                ));
            }
            if fs::read(self.folder().join("expected").join(name)).ok().as_ref() != Some(&bytes) {
                self.fault(format!(
                    "{name} at smoke scale is not the expected one\n  to do: if it should be, make expect PAPER={}",
                    self.slug
                ));
            }
        }
        Ok(())
    }

    /// Pages that are not current.
    fn pages(&mut self) -> Result<()> {
        let mut gallery = Command::new(crate::programs(self.root).join("gallery"));
        let output = gallery.arg("--check").current_dir(self.root).output().context("gallery is not built")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            self.fault(format!("{}\n  to do: make gallery", said.trim()));
        }
        Ok(())
    }
}

/// Whether a line of the template is meant to be replaced.
fn is_prose(name: &str, line: &str) -> bool {
    let line = line.trim();
    let kind = match name {
        "README.md" => {
            line.contains("see `figures/") || !line.starts_with(['|', '#', '!', '`']) && !line.starts_with("cargo ")
        }
        "paper.yaml" => !line.starts_with("topic:"),
        "src/main.rs" => line.starts_with("//!"),
        _ => false,
    };
    kind && line.chars().count() >= TELLING
}

/// Where links in Markdown lead.
fn links(markdown: &str) -> Vec<&str> {
    markdown.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect()
}

/// The words of a shell's line, with quoted ones whole and comments left out.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for character in line.chars() {
        match (quote, character) {
            (Some(end), character) if character == end => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, ' ') => words.extend(word.take()),
            (_, character) => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_line() {
        assert_eq!(words("--set 'a=[1, 2]' --set b=\"x y\" # why"), ["--set", "a=[1, 2]", "--set", "b=x y"]);
        assert_eq!(links("[a](b.md#c) and ![d](../e.png)"), ["b.md#c", "../e.png"]);
    }

    #[test]
    fn the_template_has_lines_to_replace() {
        for (name, text) in TEMPLATE {
            let count = text.lines().filter(|line| is_prose(name, line)).count();
            assert_eq!(count > 0, ["README.md", "paper.yaml", "src/main.rs"].contains(&name), "{name}: {count}");
        }
    }
}
