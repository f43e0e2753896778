//! Computes cells: those that are not cached, on all cores, with what is cached for the others.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use datasets::DataSet;

use crate::cache::{Cache, Found, Key};
use crate::cell::PlannedCell;
use crate::estimate::{Estimate, Experience};
use crate::report::Reporter;
use crate::schedule;
use crate::session::{Failure, Outcome, Target};

/// How cells are computed.
#[derive(Clone, Copy)]
pub(crate) struct Computing<'a> {
    pub cache: Option<&'a Cache>,
    pub threads: usize,
    pub reporter: &'a Reporter,
    pub slug: &'static str,
}

/// A cell of a target.
#[derive(Clone, Copy)]
pub(crate) struct Job<'t> {
    pub target: &'t Target,
    pub index: usize,
}

impl<'t> Job<'t> {
    pub fn cell(self) -> &'t PlannedCell {
        &self.target.paper.cells[self.index]
    }

    pub fn key(self) -> &'t Key {
        &self.target.keys[self.index]
    }

    /// How messages call the cell: by its key, with everything that it is made of.
    fn name(self) -> String {
        format!("cell {} ({})", self.key().short(), self.cell().label())
    }
}

/// Counts of a computation.
pub(crate) struct Counts {
    pub cached: usize,
    pub computed: usize,
    /// Of the computed cells, those that could not be cached.
    pub unstored: usize,
}

/// The rows of jobs, serialised, in the order of the jobs.
pub(crate) type Results = Vec<Vec<u8>>;

/// What is cached of some jobs.
struct Looked {
    results: Results,
    /// Positions of the jobs that have to be computed, each cell once.
    missing: Vec<usize>,
    /// Positions of jobs whose cell is that of an earlier one.
    repeated: Vec<(usize, usize)>,
    experience: Experience,
}

/// Computes jobs, in the order in which to start them, that are not cached.
///
/// # Errors
/// When a data set is not as it should be, a cell fails, or the cache cannot be read.
pub(crate) fn compute(jobs: &[Job], how: Computing) -> Outcome<(Results, Counts)> {
    let Looked { mut results, missing, repeated, experience } = look(jobs, how)?;
    let computed = missing.len();
    let mut counts = Counts { cached: jobs.len() - computed - repeated.len(), computed, unstored: 0 };
    if computed > 0 {
        let cells: Vec<&PlannedCell> = missing.iter().map(|&position| jobs[position].cell()).collect();
        let faults = data_faults(cells.iter().copied());
        if !faults.is_empty() {
            return Err(Failure::Failed(faults.join("\n")));
        }
        let estimate = Estimate::new(&cells, experience, how.threads);
        how.reporter.starting(&estimate);
        counts.unstored = compute_missing(jobs, &missing, &estimate, how, &mut results)?;
    }
    for (position, earlier) in repeated {
        results[position] = results[earlier].clone();
    }
    Ok((results, counts))
}

/// Computes the jobs at the positions `missing`; gives how many could not be cached.
fn compute_missing(
    jobs: &[Job],
    missing: &[usize],
    estimate: &Estimate,
    how: Computing,
    results: &mut Results,
) -> Outcome<usize> {
    let cost = |position: usize| jobs[position].cell().cost.max(1e-6);
    let total: f64 = missing.iter().map(|&position| cost(position)).sum();
    let interruption = Interruption::watch(how.slug, missing.len());
    let mut progress = how.reporter.progress(missing.len(), total, estimate.seconds);
    let (mut failures, mut unstored) = (Vec::new(), Vec::new());
    let work = |position: usize| {
        let (job, start) = (jobs[position], Instant::now());
        let rows = job.target.paper.run(job.index, &job.target.streams(how.slug))?;
        let stored = how.cache.map(|cache| cache.put(job.key(), &rows, start.elapsed()));
        Ok((rows, stored.unwrap_or(Ok(()))))
    };
    let work = |position: usize| interruption.during(position, || jobs[position].name(), || work(position));
    schedule::run(missing, how.threads, work, |outcome| {
        progress.advance(cost(outcome.index));
        match outcome.result {
            Ok((rows, stored)) => {
                results[outcome.index] = rows;
                unstored.extend(stored.err());
            }
            Err(message) => failures.push((outcome.index, message)),
        }
        true
    });
    drop(progress);
    if let Some(error) = unstored.first() {
        how.reporter.warning(&format!("finished cells could not be cached: {error}"));
    }
    match failures.is_empty() {
        true => Ok(unstored.len()),
        false => Err(failed_cells(jobs, failures, missing.len())),
    }
}

/// What computing jobs would take.
///
/// # Errors
/// When the cache cannot be read.
pub(crate) fn estimate(jobs: &[Job], how: Computing) -> Outcome<Estimate> {
    let Looked { missing, experience, .. } = look(jobs, how)?;
    let cells: Vec<&PlannedCell> = missing.iter().map(|&position| jobs[position].cell()).collect();
    Ok(Estimate::new(&cells, experience, how.threads))
}

/// Reads what is cached.
fn look(jobs: &[Job], how: Computing) -> Outcome<Looked> {
    let results = vec![Vec::new(); jobs.len()];
    let mut looked = Looked { results, missing: Vec::new(), repeated: Vec::new(), experience: Experience::default() };
    let mut first: BTreeMap<&Key, usize> = BTreeMap::new();
    for (position, job) in jobs.iter().enumerate() {
        let earlier = *first.entry(job.key()).or_insert(position);
        if earlier != position {
            looked.repeated.push((position, earlier));
            continue;
        }
        let found = how.cache.map_or(Ok(Found::Absent), |cache| cache.get(job.key()));
        match found {
            Ok(Found::Rows(rows, seconds)) => {
                looked.experience.add(job.cell().cost, seconds, rows.len());
                looked.results[position] = rows;
            }
            Ok(Found::Absent) => looked.missing.push(position),
            Ok(Found::Damaged(what)) => {
                let (key, label) = (job.key().short(), job.cell().label());
                how.reporter.warning(&format!(
                    "the cached cell {key} ({label}) is damaged: {what}; it is dropped and computed again"
                ));
                looked.missing.push(position);
            }
            Err(error) => {
                let path = how.cache.map(|cache| cache.path(job.key()).display().to_string());
                return Err(Failure::Failed(format!("cannot read {}: {error}", path.unwrap_or_default())));
            }
        }
    }
    Ok(looked)
}

/// What is wrong with the data sets that cells read, a line for each data set.
pub(crate) fn data_faults<'c>(cells: impl Iterator<Item = &'c PlannedCell>) -> Vec<String> {
    let sets: BTreeMap<&str, &DataSet> = cells.flat_map(|cell| &cell.data).map(|set| (set.name, *set)).collect();
    sets.values().filter_map(|set| datasets::check(set).err()).map(|error| format!("{error:#}")).collect()
}

fn failed_cells(jobs: &[Job], mut failures: Vec<(usize, String)>, computed: usize) -> Failure {
    failures.sort();
    let shown = failures.iter().take(20);
    let mut lines: Vec<String> =
        shown.map(|(position, message)| format!("{} failed: {message}", jobs[*position].name())).collect();
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
