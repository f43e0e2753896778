//! Runs that are kept: of each paper the last preview and the last runs, a folder of outputs and a record each.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::jobs::Changes;
use crate::papers::Papers;

/// How many runs of a paper are kept.
const KEPT: usize = 50;

/// The name of the last preview; runs have numbers.
pub const PREVIEW: &str = "preview";

/// What is remembered of a run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Record {
    /// The parameters that were changed.
    pub set: Changes,
    /// smoke or default.
    pub scale: String,
    /// How long it took.
    pub seconds: f64,
    /// When it ended, in seconds since 1970.
    pub when: u64,
    /// Cells, and how many of them were computed.
    pub cells: u64,
    pub computed: u64,
    /// How many claims hold, and how many do not.
    pub holds: usize,
    pub misses: usize,
}

#[derive(Default)]
struct Kept {
    runs: BTreeMap<u32, Record>,
    preview: Option<Record>,
}

/// The runs of all papers, under one folder.
pub struct History {
    folder: PathBuf,
    papers: Mutex<BTreeMap<String, Kept>>,
}

impl History {
    /// Opens the history under `folder`, with the runs that are there.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path, papers: &Papers) -> Result<History> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let kept = |slug: &str| (slug.to_string(), Kept { runs: read(&folder.join(slug)), preview: None });
        Ok(History { folder: folder.to_path_buf(), papers: Mutex::new(papers.slugs().map(kept).collect()) })
    }

    /// The folder for the outputs of the next preview or run of a paper, and its name.
    pub fn next(&self, slug: &str, preview: bool) -> (String, PathBuf) {
        let folder = self.folder.join(slug);
        let last = self.lock().get(slug).and_then(|kept| kept.runs.keys().next_back().copied()).unwrap_or(0);
        // A folder without a record may be there if the explorer ended between the two.
        let taken = |number: &u32| fs::symlink_metadata(folder.join(number.to_string())).is_ok();
        let number = (last + 1..).find(|number| !taken(number)).unwrap_or(last + 1);
        let name = if preview { PREVIEW.to_string() } else { number.to_string() };
        let outputs = folder.join(&name);
        (name, outputs)
    }

    /// Keeps what a run has left in its folder; the oldest runs beyond those that are kept are removed.
    pub fn keep(&self, slug: &str, name: &str, record: Record) {
        let folder = self.folder.join(slug);
        let mut papers = self.lock();
        let kept = papers.entry(slug.to_string()).or_default();
        match name.parse::<u32>() {
            Ok(number) => {
                // A run whose record cannot be written is listed until the explorer ends.
                let text = serde_json::to_string(&record).unwrap_or_default();
                let _ = fs::write(folder.join(format!("{number}.json")), text);
                kept.runs.insert(number, record);
            }
            Err(_) => kept.preview = Some(record),
        }
        while kept.runs.len() > KEPT {
            let Some((oldest, _)) = kept.runs.pop_first() else { break };
            let _ = fs::remove_file(folder.join(format!("{oldest}.json")));
            let _ = fs::remove_dir_all(folder.join(oldest.to_string()));
        }
    }

    /// The record of a run and the folder of its outputs, by a name that a request holds.
    pub fn find(&self, slug: &str, name: &str) -> Option<(Record, PathBuf)> {
        let papers = self.lock();
        let kept = papers.get(slug)?;
        let (record, name) = match name {
            PREVIEW => (kept.preview.clone()?, PREVIEW.to_string()),
            _ => {
                let number: u32 = name.parse().ok()?;
                (kept.runs.get(&number)?.clone(), number.to_string())
            }
        };
        Some((record, self.folder.join(slug).join(name)))
    }

    /// The runs of a paper, the oldest first.
    pub fn list(&self, slug: &str) -> Vec<(u32, Record)> {
        let papers = self.lock();
        papers.get(slug).into_iter().flat_map(|kept| kept.runs.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Kept>> {
        self.papers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The records in the folder of a paper whose outputs are there too.
fn read(folder: &Path) -> BTreeMap<u32, Record> {
    let mut runs = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(number) = name.to_str().and_then(|name| name.strip_suffix(".json")?.parse::<u32>().ok()) else {
            continue;
        };
        let record = fs::read_to_string(entry.path()).ok().and_then(|text| serde_json::from_str(&text).ok());
        if let Some(record) = record.filter(|_| folder.join(number.to_string()).join("figure.svg").is_file()) {
            runs.insert(number, record);
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(eta: &str) -> Record {
        let set = [("eta".to_string(), eta.to_string())].into();
        Record { set, scale: "default".to_string(), seconds: 0.5, when: 1, cells: 2, computed: 2, holds: 1, misses: 0 }
    }

    fn empty(folder: &Path) -> History {
        let kept = [("toy".to_string(), Kept { runs: read(&folder.join("toy")), preview: None })];
        History { folder: folder.to_path_buf(), papers: Mutex::new(kept.into()) }
    }

    fn made(history: &History, eta: &str) -> String {
        let (name, outputs) = history.next("toy", false);
        fs::create_dir_all(&outputs).unwrap();
        fs::write(outputs.join("figure.svg"), eta).unwrap();
        history.keep("toy", &name, record(eta));
        name
    }

    #[test]
    fn runs_are_found_again_by_the_next_explorer() {
        let place = tempfile::tempdir().unwrap();
        let history = empty(place.path());
        assert_eq!((made(&history, "1"), made(&history, "2")), ("1".to_string(), "2".to_string()));
        // One that was cut short, and a record that is damaged.
        fs::create_dir_all(place.path().join("toy/3")).unwrap();
        fs::write(place.path().join("toy/7.json"), "{").unwrap();
        let again = empty(place.path());
        assert_eq!(again.list("toy"), [(1, record("1")), (2, record("2"))]);
        assert_eq!(again.next("toy", false).0, "4");
        assert_eq!(again.next("toy", true).0, PREVIEW);
    }

    #[test]
    fn names_that_are_no_run_lead_nowhere() {
        let place = tempfile::tempdir().unwrap();
        let history = empty(place.path());
        made(&history, "1");
        assert!(history.find("toy", "1").is_some());
        for name in ["2", "preview", "..", "../toy/1", "1/..", "-1", "", "99999999999", "/etc"] {
            assert!(history.find("toy", name).is_none(), "{name}");
        }
        assert!(history.find("..", "1").is_none());
        // Another spelling of a number is that number, not another path.
        assert_eq!(history.find("toy", "+01").unwrap().1, place.path().join("toy/1"));
    }

    #[test]
    fn the_oldest_runs_go() {
        let place = tempfile::tempdir().unwrap();
        let history = empty(place.path());
        for run in 0..KEPT + 2 {
            made(&history, &run.to_string());
        }
        let numbers: Vec<u32> = history.list("toy").into_iter().map(|(number, _)| number).collect();
        assert_eq!((numbers.len(), numbers[0]), (KEPT, 3));
        assert!(!place.path().join("toy/1").exists() && !place.path().join("toy/1.json").exists());
        assert!(place.path().join("toy/3").exists());
    }
}
