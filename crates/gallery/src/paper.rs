//! What is known about each paper, read from the workspace.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use engine::{About, ClaimsFile, Entry, Provenance, Published, Replications, Scale, Settings, Verdict};
use serde::Serialize;

use crate::citation::Citation;
use crate::costs::{self, Cost};
use crate::links::DOCUMENTS;
use crate::parameters::{self, Parameter};
use crate::preview::Preview;
use crate::readme::Readme;
use crate::site::PAGES;
use crate::{drawing, markup};

/// The files of `figures/<slug>/` besides `provenance.yaml`, which names them.
pub(crate) const OUTPUTS: [&str; 8] = [
    "figure.svg",
    "figure.pdf",
    "figure.png",
    "table.csv",
    "table.csv-metadata.json",
    "claims.yaml",
    "parameters.json",
    "provenance.yaml",
];

/// The folder of outputs at published sizes, in that of a paper.
pub(crate) const PAPER_SCALE: &str = "paper-scale";

/// Most bytes of a committed file at published sizes: larger tables are here or not, and pages do not tell.
const COMMITTED: u64 = 1_000_000;

/// All papers.
#[derive(Debug)]
pub struct Collection {
    /// What the collection is.
    pub citation: Citation,
    /// The papers that have outputs, by slug.
    pub papers: Vec<Paper>,
    /// Slugs of those that have none yet.
    pub without_outputs: Vec<String>,
    /// The texts about the whole, by their paths.
    pub documents: Vec<(&'static str, String)>,
}

/// A paper with its outputs.
#[derive(Debug)]
pub struct Paper {
    /// Name of its package and folders.
    pub slug: String,
    /// What the paper is.
    pub about: About,
    /// Its parameters at three scales.
    pub parameters: Vec<Parameter>,
    /// The sections of its README.
    pub readme: Readme,
    /// Caption and claims.
    pub claims: ClaimsFile,
    /// How its claims fared with other random numbers, if that was tried.
    pub replications: Option<Replications>,
    /// What was published, by name.
    pub published: Vec<(String, Entry)>,
    /// What the outputs depend on.
    pub provenance: Provenance,
    /// Its outputs at the published sizes, if they were made.
    pub paper_scale: Option<PaperScale>,
    /// The beginning of its table.
    pub table: Preview,
    /// Bytes of each of its outputs, in the order of the output names.
    pub sizes: Vec<u64>,
    /// Width and height of the figure, in the units of its view box.
    pub figure_size: (f64, f64),
    /// Where in it the panel is that stands for the figure: left, top, width, height.
    pub thumbnail: [i32; 4],
    /// The figure as part of a page.
    pub drawing: String,
    /// Texts of the paper by their paths in its folder: configuration, published values, sources.
    pub texts: Vec<(String, String)>,
    /// What a run from nothing costs, if that was measured.
    pub cost: Option<Cost>,
}

/// Outputs at a paper's published sizes: `figures/<slug>/paper-scale/`.
#[derive(Debug)]
pub struct PaperScale {
    /// Caption and claims.
    pub claims: ClaimsFile,
    /// What the outputs depend on.
    pub provenance: Provenance,
    /// The outputs that are there, with their bytes: a large table is not.
    pub files: Vec<(&'static str, u64)>,
    /// Width and height of the figure, in the units of its view box.
    pub figure_size: (f64, f64),
}

/// How claims fared.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Score {
    /// Claims that hold.
    pub holds: usize,
    /// Claims that are declared to miss, and do.
    pub known: usize,
    /// Claims that fail.
    pub fails: usize,
    /// All of these.
    pub judged: usize,
}

impl Collection {
    /// Reads the workspace.
    ///
    /// # Errors
    /// With the file and what is wrong in it.
    pub fn read(root: &Path) -> Result<Collection> {
        let citation = Citation::read(root)?;
        let folders = fs::read_dir(root.join("papers")).context("papers/")?.flatten();
        let is_paper = |slug: &String| root.join("papers").join(slug).join("paper.yaml").is_file();
        let mut slugs: Vec<String> =
            folders.filter_map(|entry| entry.file_name().into_string().ok()).filter(is_paper).collect();
        slugs.sort();
        let has_outputs = |slug: &String| root.join("figures").join(slug).is_dir();
        let (with, without_outputs): (Vec<String>, Vec<String>) = slugs.into_iter().partition(has_outputs);
        let costs = costs::read(root)?;
        let papers = with.into_iter().map(|slug| Paper::read(root, costs.get(&slug).copied(), slug));
        let documents = DOCUMENTS.iter().filter(|path| root.join(path).is_file());
        let documents = documents.map(|path| Ok((*path, fs::read_to_string(root.join(path)).context(*path)?)));
        let documents = documents.collect::<Result<_>>()?;
        Ok(Collection { documents, citation, papers: papers.collect::<Result<_>>()?, without_outputs })
    }
}

impl Paper {
    fn read(root: &Path, cost: Option<Cost>, slug: String) -> Result<Paper> {
        ensure!(slug != PAGES, "papers/{slug}: figures/{slug} is the gallery's own folder; call the paper otherwise");
        let (folder, outputs) = (format!("papers/{slug}"), format!("figures/{slug}"));
        let text = |path: &str| fs::read_to_string(root.join(path)).with_context(|| path.to_string());
        let configuration = format!("{folder}/paper.yaml");
        let settings = Settings::parse(text(&configuration)?, &configuration, Scale::Default, &[])?;
        let documentation = format!("{outputs}/parameters.json");
        let claims: ClaimsFile = yaml(root, &format!("{outputs}/claims.yaml"))?;
        let provenance: Provenance = yaml(root, &format!("{outputs}/provenance.yaml"))?;
        ensure!(
            claims.paper == slug && provenance.paper == slug,
            "{outputs}: its files are of the paper `{}`, not of `{slug}`",
            provenance.paper
        );
        let (svg, csv) = (format!("{outputs}/figure.svg"), format!("{outputs}/table.csv"));
        let sizes = OUTPUTS.iter().map(|name| {
            let path = format!("{outputs}/{name}");
            let metadata = fs::metadata(root.join(&path)).with_context(|| path);
            metadata.map(|metadata| metadata.len())
        });
        // Both are optional.
        let replications = format!("{outputs}/replications.yaml");
        let replications = root.join(&replications).exists().then(|| yaml(root, &replications)).transpose()?;
        let published = format!("{folder}/published.yaml");
        let published = match root.join(&published).exists() {
            true => Published::read(&text(&published)?).map_err(|fault| anyhow::anyhow!("{published}: {fault}"))?,
            false => Vec::new(),
        };
        let drawn = text(&svg)?;
        let paper_scale = root.join(&outputs).join(PAPER_SCALE);
        let paper_scale =
            paper_scale.is_dir().then(|| PaperScale::read(root, &slug, &format!("{outputs}/{PAPER_SCALE}")));
        let caption = markup::plain(&claims.caption);
        let mut texts = vec![("paper.yaml".to_string(), text(&configuration)?)];
        if !published.is_empty() {
            texts.push(("published.yaml".to_string(), text(&format!("{folder}/published.yaml"))?));
        }
        for source in sources(&root.join(&folder), "src")? {
            texts.push((source.clone(), text(&format!("{folder}/{source}"))?));
        }
        Ok(Paper {
            replications,
            paper_scale: paper_scale.transpose()?,
            published,
            parameters: parameters::read(&root.join(&documentation), &documentation)?,
            readme: Readme::read(&text(&format!("{folder}/README.md"))?, &slug),
            texts,
            cost,
            claims,
            provenance,
            table: Preview::read(&text(&csv)?).with_context(|| csv)?,
            sizes: sizes.collect::<Result<_>>()?,
            figure_size: view_box(&drawn).with_context(|| format!("{svg}: no viewBox with a width and a height"))?,
            thumbnail: drawing::panel(&drawn, settings.about.thumbnail.as_deref())
                .with_context(|| format!("{configuration}: `thumbnail` is no panel of the figure"))?,
            drawing: drawing::inline(&drawn, &caption)
                .with_context(|| format!("{svg}: not a drawing of this project"))?,
            about: settings.about,
            slug,
        })
    }

    /// How its claims fared.
    pub fn score(&self) -> Score {
        Score::of(&self.claims)
    }

    /// Bytes of one of its outputs.
    pub fn size_of(&self, name: &str) -> u64 {
        OUTPUTS.iter().zip(&self.sizes).find(|(other, _)| **other == name).map_or(0, |(_, size)| *size)
    }

    /// The topic it stands under.
    pub fn topic(&self) -> &str {
        self.about.topic.as_deref().unwrap_or("Other")
    }
}

impl PaperScale {
    fn read(root: &Path, slug: &str, folder: &str) -> Result<PaperScale> {
        let svg = format!("{folder}/figure.svg");
        let drawn = fs::read_to_string(root.join(&svg)).with_context(|| svg.clone())?;
        let size = |name: &'static str| Some((name, fs::metadata(root.join(folder).join(name)).ok()?.len()));
        let provenance: Provenance = yaml(root, &format!("{folder}/provenance.yaml"))?;
        ensure!(
            provenance.paper == slug && provenance.scale == Scale::Paper.name(),
            "{folder}: its files are of `{}` at {} scale; `make reproduce-paper PAPER={slug}` makes them anew",
            provenance.paper,
            provenance.scale
        );
        Ok(PaperScale {
            claims: yaml(root, &format!("{folder}/claims.yaml"))?,
            provenance,
            files: OUTPUTS.into_iter().filter_map(size).filter(|(_, size)| *size <= COMMITTED).collect(),
            figure_size: view_box(&drawn).with_context(|| format!("{svg}: no viewBox with a width and a height"))?,
        })
    }
}

impl Score {
    /// The score of these claims.
    pub fn of(file: &ClaimsFile) -> Score {
        let count = |verdict| file.claims.iter().filter(|claim| claim.verdict == verdict).count();
        let (holds, known, fails) = (count(Verdict::Holds), count(Verdict::KnownDeviation), count(Verdict::Fails));
        Score { holds, known, fails, judged: holds + known + fails }
    }
}

fn yaml<T: serde::de::DeserializeOwned>(root: &Path, path: &str) -> Result<T> {
    let text = fs::read_to_string(root.join(path)).with_context(|| path.to_string())?;
    serde_yaml::from_str(&text).with_context(|| path.to_string())
}

/// The Rust files below a folder, sorted, those of a folder after its own: `src/main.rs`, `src/network.rs`.
fn sources(paper: &Path, folder: &str) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = Vec::new();
    for entry in fs::read_dir(paper.join(folder)).with_context(|| format!("{}", paper.join(folder).display()))? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{folder}/{name}");
        match entry.file_type()?.is_dir() {
            true => folders.push(path),
            false if name.ends_with(".rs") => files.push(path),
            false => {}
        }
    }
    files.sort();
    folders.sort();
    for inner in folders {
        files.extend(sources(paper, &inner)?);
    }
    Ok(files)
}

/// Width and height of an SVG from its view box.
fn view_box(svg: &str) -> Option<(f64, f64)> {
    let (_, rest) = svg.split_once("viewBox=\"")?;
    let numbers: Vec<f64> = rest.split('"').next()?.split(' ').map_while(|part| part.parse().ok()).collect();
    match numbers.as_slice() {
        [_, _, width, height] if *width > 0.0 && *height > 0.0 => Some((*width, *height)),
        _ => None,
    }
}
