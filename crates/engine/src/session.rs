//! What a call of a paper's program is about: its targets, each a configuration with an output
//! folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use datasets::DataSet;
use numerics::random::Streams;
use parameters::{ConfigError, ConfigFile, Documentation, Override, Scale, Settings, Variant};

use crate::cache::Key;
use crate::cell::PlannedCell;
use crate::code::Code;
use crate::digest::{Hasher, hex, sha256};
use crate::options::Options;
use crate::output::{self, Place};
use crate::paper::{Erased, Prepared};
use crate::provenance::{Cells, CodeHashes, FORMAT, Provenance, TOOLCHAIN};
use crate::workspace::Workspace;

/// Why a command did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Wrong usage or configuration: exit code 2.
    Usage(String),
    /// A claim failed, a verification differed, a cell failed, a file could not be written: 1.
    Failed(String),
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Failure {
        Failure::Usage(error.to_string())
    }
}

pub(crate) type Outcome<T> = Result<T, Failure>;

/// One configuration with its cells and the folder its outputs belong in.
pub(crate) struct Target {
    pub variant: Option<String>,
    /// 0 for the experiment itself, else the number of a replication with other random numbers.
    pub replication: u64,
    pub settings: Settings,
    /// Whether the configuration differs from the one of `paper.yaml` at its scale.
    pub bent: bool,
    pub paper: Prepared,
    pub keys: Vec<Key>,
    /// What the parameters mean: the file `parameters.json`.
    pub parameters: String,
    /// The output folder, and how messages call it.
    pub out: PathBuf,
    pub shown: String,
    /// What the outputs will depend on; without their hashes.
    pub provenance: Provenance,
}

/// Everything a command needs.
pub(crate) struct Session<'a> {
    pub workspace: Workspace,
    pub code: Code,
    pub options: &'a Options,
    pub paper: &'a dyn Erased,
    /// The modules of crates that the paper reaches.
    reached: BTreeMap<String, String>,
}

/// A variant that is left out because its data set is not on this machine.
pub(crate) struct Absent {
    pub variant: String,
    pub data: String,
}

impl<'a> Session<'a> {
    pub fn new(code: Code, options: &'a Options, paper: &'a dyn Erased) -> Outcome<Session<'a>> {
        let workspace = Workspace::find(code.slug).map_err(Failure::Usage)?;
        Ok(Session { workspace, code, options, paper, reached: code.reached() })
    }

    /// The targets of this call: the configuration asked for and, for a plain default run, the
    /// variants whose data sets are present.
    pub fn targets(&self) -> Outcome<(Vec<Target>, Vec<Absent>)> {
        let (scale, overrides) = self.changes()?;
        let bent = !overrides.is_empty() || scale != Scale::Default;
        let (out, place) = match &self.options.out {
            Some(folder) => (folder.clone(), Place::Chosen),
            None if bent => (self.workspace.runs(&self.run_name(scale, &overrides)?), Place::Own),
            None => (self.workspace.figures(None), Place::Own),
        };
        let mut targets = vec![self.target(self.load(scale, &overrides)?, None, 0, out, place)?];
        let mut absent = Vec::new();
        if !bent && self.options.out.is_none() {
            for variant in targets[0].settings.variants.clone() {
                match self.variant_target(&variant)? {
                    Some(target) => targets.push(target),
                    None => absent.push(Absent { variant: variant.name, data: variant.data }),
                }
            }
        }
        Ok((targets, absent))
    }

    /// The variants of the default run whose data sets are present.
    pub fn variants(&self) -> Outcome<Vec<Target>> {
        let variants = self.load(Scale::Default, &[])?.variants.clone();
        let targets = variants.iter().map(|variant| self.variant_target(variant));
        Ok(targets.collect::<Outcome<Vec<Option<Target>>>>()?.into_iter().flatten().collect())
    }

    /// The configuration of `paper.yaml` at a scale, with its outputs where they belong.
    pub fn plain(&self, scale: Scale) -> Outcome<Target> {
        let out = match scale {
            Scale::Default => self.workspace.figures(None),
            _ => self.workspace.runs(&self.run_name(scale, &[])?),
        };
        self.target(self.load(scale, &[])?, None, 0, out, Place::Own)
    }

    /// What the command line asks for, changed further; nothing is written for it.
    pub fn bent(&self, further: &[Override]) -> Outcome<Target> {
        let (scale, mut changes) = self.changes()?;
        changes.extend(further.iter().map(|change| self.paper.canonical_override(change.clone())));
        let out = self.workspace.runs(&self.run_name(scale, &changes)?);
        self.target(self.load(scale, &changes)?, None, 0, out, Place::Own)
    }

    /// The same experiment with every random number drawn anew.
    pub fn replication(&self, target: &Target, number: u64) -> Outcome<Target> {
        self.target(target.settings.clone(), target.variant.clone(), number, target.out.clone(), Place::Own)
    }

    /// The run that a provenance tells of.
    pub fn repeated(&self, provenance: &Path) -> Outcome<Target> {
        let file = ConfigFile::read(provenance)?;
        let scale = file.repeats.map_or(Scale::Default, |(_, scale)| scale);
        let out = provenance.parent().unwrap_or(provenance).to_path_buf();
        self.target(self.load(scale, &file.changes)?, None, 0, out, Place::Own)
    }

    /// The configuration of `paper.yaml` at a scale, in canonical form.
    pub fn configuration(&self, scale: Scale) -> Outcome<serde_yaml::Value> {
        Ok(self.paper.canonical(self.load(scale, &[])?).resolved().clone())
    }

    /// The scale, and what the command line changes, each value in the one form that its parameter has, so that `n=2`
    /// and `n=2.0` are one run.
    fn changes(&self) -> Outcome<(Scale, Vec<Override>)> {
        let (mut scale, mut changes) = (self.options.scale, Vec::new());
        for path in &self.options.config {
            let file = ConfigFile::read(path)?;
            if let Some((paper, of_run)) = file.repeats {
                if paper != self.code.slug {
                    let shown = path.display();
                    return Err(Failure::Usage(format!(
                        "{shown} tells of a run of {paper}, not of {}",
                        self.code.slug
                    )));
                }
                scale = of_run;
            }
            changes.extend(file.changes);
        }
        for text in &self.options.set {
            changes.push(Override::argument(text)?);
        }
        Ok((scale, changes.into_iter().map(|change| self.paper.canonical_override(change)).collect()))
    }

    /// A folder name for a run that is not the default one: `smoke`, `default,eta=0.1`.
    fn run_name(&self, scale: Scale, changes: &[Override]) -> Outcome<String> {
        let settings = self.paper.canonical(self.load(scale, &[])?);
        // What comes last wins; in which order keys come, and what is as it would be anyway, says nothing.
        let mut named: BTreeMap<String, String> = BTreeMap::new();
        for change in changes {
            let summary = change.summary();
            let key = summary.split('=').next().unwrap_or_default().to_string();
            named.remove(&key);
            if !change.is_in(&settings) {
                named.insert(key, summary);
            }
        }
        let parts: Vec<String> = [scale.name().to_string()].into_iter().chain(named.into_values()).collect();
        let name = parts.join(",");
        let plain = |c: char| c.is_ascii_alphanumeric() || ",=._-+".contains(c);
        Ok(match name.len() <= 100 && name.chars().all(plain) {
            true => name,
            false => format!("{},{}", scale.name(), &hex(&sha256(name.as_bytes()))[..16]),
        })
    }

    /// What the parameters mean.
    pub fn documentation(&self) -> Outcome<Documentation> {
        Ok(self.paper.documentation(&self.load(Scale::Default, &[])?))
    }

    fn load(&self, scale: Scale, overrides: &[Override]) -> Outcome<Settings> {
        let (file, shown) = (self.workspace.config_file(), self.workspace.config_shown());
        Ok(Settings::load(&file, &shown, scale, overrides)?)
    }

    fn variant_target(&self, variant: &Variant) -> Outcome<Option<Target>> {
        let data = find_data_set(&variant.data).ok_or_else(|| {
            let file = self.workspace.config_shown();
            Failure::Usage(format!("{file}: variant `{}`: no data set is called `{}`", variant.name, variant.data))
        })?;
        let located = datasets::find(data).map_err(|error| Failure::Usage(format!("{error:#}")))?;
        if located.is_none() {
            return Ok(None);
        }
        let settings = self.load(Scale::Default, &[])?.with_variant(variant);
        let out = self.workspace.figures(Some(&variant.name));
        self.target(settings, Some(variant.name.clone()), 0, out, Place::Own).map(Some)
    }

    fn target(
        &self,
        settings: Settings,
        variant: Option<String>,
        replication: u64,
        out: PathBuf,
        place: Place,
    ) -> Outcome<Target> {
        let shown = self.workspace.shown(&out);
        let out = match self.options.writes() {
            true => output::writable(&out, self.code.slug, place).map_err(Failure::Usage)?,
            false => out,
        };
        let paper = self.paper.prepare(&settings)?;
        let settings = self.paper.canonical(settings);
        let bent = variant.is_none() && self.configuration(settings.scale())? != *settings.resolved();
        let documentation = self.paper.documentation(&settings);
        let parameters = format!("{:#}\n", documentation.json());
        let keys = self.keys(&paper.cells, replication);
        let mut provenance = self.provenance(&settings, &paper.cells, &keys, &documentation)?;
        (provenance.variant, provenance.replication) = (variant.clone(), replication);
        Ok(Target { variant, replication, settings, bent, paper, keys, parameters, out, shown, provenance })
    }

    /// The identity of each cell's result: code, libraries, compiler, cell and data.
    fn keys(&self, cells: &[PlannedCell], replication: u64) -> Vec<Key> {
        let mut common = Hasher::new("cell")
            .part(&FORMAT.to_le_bytes())
            .text(self.code.slug)
            .text(self.code.computing)
            .text(self.code.libraries)
            .text(TOOLCHAIN);
        for (name, hash) in &self.reached {
            common = common.text(name).text(hash);
        }
        let common = common.finish();
        let key = |cell: &PlannedCell| {
            let mut hasher = Hasher::new("key").part(&common).text(&cell.identity);
            for data in &cell.data {
                hasher = hasher.text(&data.key());
            }
            if replication > 0 {
                hasher = hasher.text("replication").part(&replication.to_le_bytes());
            }
            Key(hasher.finish())
        };
        cells.iter().map(key).collect()
    }

    fn provenance(
        &self,
        settings: &Settings,
        cells: &[PlannedCell],
        keys: &[Key],
        documentation: &Documentation,
    ) -> Outcome<Provenance> {
        let owned = |list: &[(&str, &str)]| -> BTreeMap<String, String> {
            list.iter().map(|(name, hash)| (name.to_string(), hash.to_string())).collect()
        };
        let all_keys = keys.iter().fold(Hasher::new("keys"), |hasher, key| hasher.part(&key.0));
        let data = cells.iter().flat_map(|cell| &cell.data);
        Ok(Provenance {
            format: FORMAT,
            paper: self.code.slug.to_string(),
            scale: settings.scale().name().to_string(),
            variant: None,
            replication: 0,
            config: settings.resolved().clone(),
            caption: settings.caption()?,
            code: CodeHashes {
                computing: self.code.computing.to_string(),
                whole: self.code.whole.to_string(),
                crates: self.reached.clone(),
                documentation: self.code.documentation(documentation),
                drawing: owned(&[("plotting", plotting::FINGERPRINT), ("tables", tables::FINGERPRINT)]),
            },
            libraries: self.code.libraries.to_string(),
            toolchain: TOOLCHAIN.to_string(),
            data: data.map(|set| (set.name.to_string(), hex(&sha256(set.key().as_bytes())))).collect(),
            cells: Cells { count: keys.len(), keys: hex(&all_keys.finish()) },
            outputs: BTreeMap::new(),
        })
    }
}

fn find_data_set(name: &str) -> Option<&'static DataSet> {
    datasets::external().iter().copied().find(|data| data.name == name)
}

impl Target {
    /// What makes the outputs stale, one line each; empty when they are current.
    pub fn staleness(&self) -> Vec<String> {
        let stored = match fs::read_to_string(self.out.join("provenance.yaml")) {
            Ok(text) => text,
            Err(_) if !self.out.exists() => return vec!["no outputs yet".to_string()],
            Err(_) => return vec!["provenance.yaml is missing".to_string()],
        };
        let Ok(stored) = serde_yaml::from_str::<Provenance>(&stored) else {
            return vec!["provenance.yaml is unreadable: it was edited by hand or is of another version".into()];
        };
        let mut changes = stored.changes(&self.provenance);
        for name in output::FILES.iter().filter(|name| **name != "provenance.yaml") {
            let bytes = fs::read(self.out.join(name));
            match (bytes, stored.outputs.get(*name)) {
                (Err(_), _) => changes.push(format!("{name} is missing")),
                (Ok(bytes), Some(hash)) if hex(&sha256(&bytes)) == *hash => {}
                (Ok(bytes), hash) => changes.push(edited(name, &bytes, hash)),
            }
        }
        changes
    }

    /// The random streams of its cells.
    pub fn streams(&self, slug: &str) -> Streams {
        match self.replication {
            0 => Streams::new(slug),
            number => Streams::new(&format!("{slug}/replication {number}")),
        }
    }
}

/// What has become of a file that is not as it was written.
fn edited(name: &str, bytes: &[u8], hash: Option<&String>) -> String {
    let plain: Vec<u8> = String::from_utf8_lossy(bytes).replace("\r\n", "\n").into_bytes();
    match hash == Some(&hex(&sha256(&plain))) {
        true => format!("{name} has other line ends: git converts them here (core.autocrlf); check the files out anew"),
        false => format!("{name} was edited by hand"),
    }
}
