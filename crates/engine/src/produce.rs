//! Computes cells and turns their rows into the files of an output folder.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use datasets::DataSet;
use numerics::random::Streams;
use serde::{Deserialize, Serialize};
use tables::Table;

use crate::cache::{Cache, Found};
use crate::cell::PlannedCell;
use crate::claim::{Claim, Verdict};
use crate::code::Code;
use crate::columns;
use crate::digest::{hex, sha256};
use crate::estimate::{Estimate, Experience};
use crate::output::Files;
use crate::report::Reporter;
use crate::schedule;
use crate::session::{Failure, Outcome, Target};
use parameters::Scale;

/// Pixels across the PNG that is made from a figure.
const PNG_WIDTH: u32 = 1500;

/// How cells are computed.
#[derive(Clone, Copy)]
pub(crate) struct Computing<'a> {
    pub cache: Option<&'a Cache>,
    pub threads: usize,
    pub reporter: &'a Reporter,
    pub slug: &'static str,
}

/// Counts of a computation.
pub(crate) struct Counts {
    pub cached: usize,
    pub computed: usize,
    /// Of the computed cells, those that could not be cached.
    pub unstored: usize,
}

/// The file `claims.yaml`.
#[derive(Debug, Deserialize, Serialize)]
pub struct ClaimsFile {
    /// The paper's slug.
    pub paper: String,
    /// smoke, default or paper.
    pub scale: String,
    /// Whether failing claims count: they do not at smoke scale, where the thresholds are not meant.
    pub judged: bool,
    /// The figure's caption.
    pub caption: String,
    /// The claims with their verdicts.
    pub claims: Vec<JudgedClaim>,
}

/// A claim with its verdict.
#[derive(Debug, Deserialize, Serialize)]
pub struct JudgedClaim {
    /// The claim.
    #[serde(flatten)]
    pub claim: Claim,
    /// Its verdict.
    pub verdict: Verdict,
}

impl ClaimsFile {
    /// The claims that fail where failing counts.
    pub fn failing(&self) -> impl Iterator<Item = &JudgedClaim> {
        self.claims.iter().filter(|claim| self.judged && claim.verdict == Verdict::Fails)
    }
}

/// Computes the cells `wanted` (indices, in the order to start them) that are not cached.
///
/// Returns each cell's rows in the order of the table; those of other cells stay empty.
pub(crate) fn compute(target: &Target, wanted: &[usize], how: Computing) -> Outcome<(Vec<Vec<u8>>, Counts)> {
    let mut results = vec![Vec::new(); target.keys.len()];
    let (missing, experience) = read_cached(target, wanted, how, &mut results)?;
    let mut counts = Counts { cached: wanted.len() - missing.len(), computed: missing.len(), unstored: 0 };
    if missing.is_empty() {
        return Ok((results, counts));
    }
    let cells: Vec<&PlannedCell> = missing.iter().map(|&index| &target.paper.cells[index]).collect();
    check_data(&cells)?;
    let estimate = Estimate::new(&cells, experience, how.threads);
    how.reporter.note(&estimate.to_string());
    let cost = |index: usize| target.paper.cells[index].cost.max(1e-6);
    let total: f64 = missing.iter().map(|&index| cost(index)).sum();
    let interruption = Interruption::watch(how.slug, missing.len());
    let random = Streams::new(how.slug);
    let mut progress = how.reporter.progress(missing.len(), total, estimate.seconds);
    let mut failures: Vec<(usize, String)> = Vec::new();
    let mut store_error: Option<std::io::Error> = None;
    let work = |index: usize| {
        let start = std::time::Instant::now();
        let rows = target.paper.run(index, &random)?;
        let stored = how.cache.map(|cache| cache.put(&target.keys[index], &rows, start.elapsed()));
        Ok(Computed { rows, stored: stored.unwrap_or(Ok(())) })
    };
    let work = |index: usize| interruption.during(index, || cell_name(target, index), || work(index));
    schedule::run(&missing, how.threads, work, |outcome| {
        progress.advance(cost(outcome.index));
        match outcome.result {
            Ok(Computed { rows, stored }) => {
                results[outcome.index] = rows;
                counts.unstored += usize::from(stored.is_err());
                store_error = store_error.take().or(stored.err());
            }
            Err(message) => failures.push((outcome.index, message)),
        }
        true
    });
    drop(progress);
    if let Some(error) = store_error {
        how.reporter.warning(&format!("finished cells could not be cached: {error}"));
    }
    match failures.is_empty() {
        true => Ok((results, counts)),
        false => Err(failed_cells(target, failures, counts.computed)),
    }
}

/// What computing the cells `wanted` would take.
pub(crate) fn estimate(target: &Target, wanted: &[usize], how: Computing) -> Outcome<Estimate> {
    let mut results = vec![Vec::new(); target.keys.len()];
    let (missing, experience) = read_cached(target, wanted, how, &mut results)?;
    let cells: Vec<&PlannedCell> = missing.iter().map(|&index| &target.paper.cells[index]).collect();
    Ok(Estimate::new(&cells, experience, how.threads))
}

/// Looks at every data set that the cells read before the first of them runs.
///
/// # Errors
/// One line for each data set that is missing, incomplete or damaged.
fn check_data(cells: &[&PlannedCell]) -> Outcome<()> {
    let faults: Vec<String> = data_faults(cells.iter().copied());
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Failure::Failed(faults.join("\n"))),
    }
}

/// What is wrong with the data sets that cells read, a line for each data set.
pub(crate) fn data_faults<'c>(cells: impl Iterator<Item = &'c PlannedCell>) -> Vec<String> {
    let sets: BTreeMap<&str, &DataSet> = cells.flat_map(|cell| &cell.data).map(|set| (set.name, *set)).collect();
    sets.values().filter_map(|set| datasets::check(set).err()).map(|error| format!("{error:#}")).collect()
}

/// The rows of a cell just computed, and whether they could be cached.
struct Computed {
    rows: Vec<u8>,
    stored: std::io::Result<()>,
}

/// Reads the cached cells; gives those that are missing, and what the others have told.
fn read_cached(
    target: &Target,
    wanted: &[usize],
    how: Computing,
    results: &mut [Vec<u8>],
) -> Outcome<(Vec<usize>, Experience)> {
    let Some(cache) = how.cache else {
        return Ok((wanted.to_vec(), Experience::default()));
    };
    let (mut missing, mut experience) = (Vec::new(), Experience::default());
    for &index in wanted {
        let key = &target.keys[index];
        match cache.get(key) {
            Ok(Found::Rows(rows, seconds)) => {
                experience.cells += 1;
                experience.estimated += target.paper.cells[index].cost;
                experience.took += seconds;
                experience.bytes += rows.len() as f64;
                results[index] = rows;
            }
            Ok(Found::Absent) => missing.push(index),
            Ok(Found::Damaged(what)) => {
                let label = target.paper.cells[index].label();
                how.reporter.warning(&format!(
                    "the cached cell {} ({label}) is damaged: {what}; it is dropped and computed again",
                    key.short()
                ));
                missing.push(index);
            }
            Err(error) => {
                let path = cache.path(key);
                return Err(Failure::Failed(format!("cannot read {}: {error}", path.display())));
            }
        }
    }
    Ok((missing, experience))
}

/// How messages call a cell: by its key, with everything that it is made of.
fn cell_name(target: &Target, index: usize) -> String {
    format!("cell {} ({})", target.keys[index].short(), target.paper.cells[index].label())
}

fn failed_cells(target: &Target, mut failures: Vec<(usize, String)>, computed: usize) -> Failure {
    failures.sort();
    let mut lines: Vec<String> = failures
        .iter()
        .take(20)
        .map(|(index, message)| format!("{} failed: {message}", cell_name(target, *index)))
        .collect();
    if failures.len() > lines.len() {
        lines.push(format!("and {} more cells failed", failures.len() - lines.len()));
    }
    let kept = computed - failures.len();
    lines.push(format!("no figure was written; the {kept} cells that finished are kept"));
    Failure::Failed(lines.join("\n"))
}

/// Tells what is kept, and what was cut short, when the user presses Ctrl-C.
struct Interruption {
    state: Arc<Mutex<State>>,
}

/// Where a computation is.
#[derive(Default)]
struct State {
    finished: usize,
    total: usize,
    /// The cells that are being computed, by index, as messages call them.
    running: BTreeMap<usize, String>,
}

impl Interruption {
    fn watch(slug: &'static str, total: usize) -> Interruption {
        static CURRENT: OnceLock<Mutex<Arc<Mutex<State>>>> = OnceLock::new();
        let state = Arc::new(Mutex::new(State { total, ..State::default() }));
        match CURRENT.get() {
            Some(current) => *locked(current) = state.clone(),
            None => {
                let _ = CURRENT.set(Mutex::new(state.clone()));
                // Without a handler Ctrl-C still ends the run; only the message is missing.
                let _ = ctrlc::set_handler(move || {
                    if let Some(current) = CURRENT.get() {
                        let _ = writeln!(std::io::stderr(), "\n{}", locked(&locked(current)).message(slug));
                    }
                    std::process::exit(130);
                });
            }
        }
        Interruption { state }
    }

    /// Notes that a cell is being computed while `work` runs.
    fn during<T>(&self, index: usize, name: impl FnOnce() -> String, work: impl FnOnce() -> T) -> T {
        /// Forgets the cell also where the work panics.
        struct Running<'a>(&'a Interruption, usize);
        impl Drop for Running<'_> {
            fn drop(&mut self) {
                let mut state = locked(&self.0.state);
                state.running.remove(&self.1);
                state.finished += 1;
            }
        }
        locked(&self.state).running.insert(index, name());
        let _running = Running(self, index);
        work()
    }
}

impl State {
    fn message(&self, slug: &str) -> String {
        let mut text = format!(
            "{slug}: interrupted: {} of {} cells finished and are kept; run again to go on",
            self.finished, self.total
        );
        for name in self.running.values() {
            text.push_str(&format!("\n{slug}: cut short: {name}"));
        }
        text
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes the files of the output folder from the rows of all cells.
pub(crate) fn render(target: &Target, results: &[Vec<u8>], code: &Code) -> Outcome<(Files, ClaimsFile)> {
    let failed = |error: anyhow::Error| Failure::Failed(format!("{error:#}"));
    let table: Table = target.paper.table(results).map_err(failed)?;
    let figure = target.paper.figure(&table).map_err(failed)?;
    let caption = match figure.left_out() {
        0 => target.provenance.caption.clone(),
        count => format!("{} Values that are not finite and not drawn: {count}.", target.provenance.caption),
    };
    let figure = figure.caption(caption);
    let svg = figure.svg().map_err(|error| failed(error.context("the figure could not be drawn")))?;
    let png = plotting::png(&svg, PNG_WIDTH).map_err(|error| failed(error.context("figure.png")))?;
    let claims = target.paper.claims(&table).map_err(failed)?;
    let scale = target.settings.scale();
    let claims = ClaimsFile {
        paper: code.slug.to_string(),
        scale: scale.name().to_string(),
        judged: scale != Scale::Smoke,
        caption: figure.caption_text().to_string(),
        claims: claims.into_iter().map(|claim| JudgedClaim { verdict: claim.verdict(), claim }).collect(),
    };
    let yaml = |text: Result<String, serde_yaml::Error>| text.map_err(|error| failed(error.into()));
    let mut files: Files = vec![
        ("claims.yaml", yaml(serde_yaml::to_string(&claims))?.into_bytes()),
        ("figure.png", png),
        ("figure.svg", svg.into_bytes()),
        ("parameters.json", target.parameters.clone().into_bytes()),
        ("table.csv", table.to_csv().into_bytes()),
        ("table.csv-metadata.json", columns::metadata(&table, code.columns).into_bytes()),
    ];
    let mut provenance = target.provenance.clone();
    for (name, bytes) in &files {
        provenance.outputs.insert(name.to_string(), hex(&sha256(bytes)));
    }
    files.push(("provenance.yaml", yaml(serde_yaml::to_string(&provenance))?.into_bytes()));
    Ok((files, claims))
}
