//! Previews and runs, one at a time: what is asked for, how far it is, how it ended.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

use crate::history::{History, Record};
use crate::papers::{Paper, Papers};
use crate::program::{self, Ended, Event};

/// Values by key, as they are written after `--set`.
pub type Changes = BTreeMap<String, String>;

/// How many jobs are remembered, and messages of one.
const REMEMBERED: usize = 20;
const MESSAGES: usize = 50;

/// What a job may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a run may take.
    pub run: Duration,
    /// How long a preview may take.
    pub preview: Duration,
    /// A preview that no browser has asked about for so long is ended.
    pub absent: Duration,
    /// Bytes of memory, by the paper's own estimate.
    pub memory: f64,
    /// Threads; one for each core if not given.
    pub threads: Option<u16>,
}

impl Default for Limits {
    fn default() -> Limits {
        let seconds = Duration::from_secs;
        Limits { run: seconds(600), preview: seconds(20), absent: seconds(5), memory: 8e9, threads: None }
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The paper.
    pub slug: String,
    /// A preview at smoke scale, or a run at default scale.
    pub preview: bool,
    /// The parameters that are changed.
    pub set: Changes,
}

impl Asked {
    /// The name of the scale.
    pub fn scale(&self) -> &'static str {
        if self.preview { "smoke" } else { "default" }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Waiting,
    Running,
    Done,
    Failed,
    Stopped,
}

struct Job {
    id: u64,
    asked: Asked,
    phase: Phase,
    /// Why it is to end, or has ended.
    stop: Option<String>,
    /// When a browser asked about it last.
    seen: Instant,
    started: Instant,
    cells: u64,
    finished: u64,
    cached: u64,
    gone: f64,
    /// Seconds left.
    left: Option<f64>,
    errors: Vec<String>,
    warnings: Vec<String>,
    /// The name under which its outputs are kept.
    run: Option<String>,
}

impl Job {
    fn over(&self) -> bool {
        !matches!(self.phase, Phase::Waiting | Phase::Running)
    }

    /// Ends it, unless it is over.
    fn end(&mut self, why: &str) {
        if !self.over() {
            self.stop.get_or_insert_with(|| why.to_string());
        }
        if self.phase == Phase::Waiting {
            self.phase = Phase::Stopped;
        }
    }

    fn note(&mut self, event: Event, limits: Limits) {
        match event {
            Event::Start { cells, cached, seconds, memory } => {
                (self.cells, self.cached, self.left) = (cells, cached, Some(seconds));
                self.stop = self.stop.take().or_else(|| too_much(&self.asked, seconds, memory, limits));
            }
            Event::Cell { finished, cells, gone, left } => {
                (self.finished, self.cells, self.gone, self.left) = (finished, cells, gone, Some(left));
            }
            Event::Warning { text } if self.warnings.len() < MESSAGES => self.warnings.push(text),
            Event::Error { text } if self.errors.len() < MESSAGES => self.errors.push(text),
            _ => {}
        }
    }

    fn json(&self) -> Value {
        let phase = match self.phase {
            Phase::Waiting => "waiting",
            Phase::Running => "running",
            Phase::Done => "done",
            Phase::Failed => "failed",
            Phase::Stopped => "stopped",
        };
        json!({
            "id": self.id, "paper": self.asked.slug, "preview": self.asked.preview, "set": self.asked.set,
            "phase": phase, "why": self.stop, "cells": self.cells, "finished": self.finished, "cached": self.cached,
            "gone": self.gone, "left": self.left, "errors": self.errors, "warnings": self.warnings, "run": self.run,
        })
    }
}

/// Why a job is not begun that would take so much, as a sentence.
fn too_much(asked: &Asked, seconds: f64, memory: f64, limits: Limits) -> Option<String> {
    let most = if asked.preview { limits.preview } else { limits.run }.as_secs_f64();
    if memory > limits.memory {
        let (needed, most) = (memory / 1e9, limits.memory / 1e9);
        return Some(format!(
            "this needs about {needed:.1} GB of memory, and the explorer allows {most:.1} GB (--memory)"
        ));
    }
    match asked.preview {
        _ if seconds <= most => None,
        true => Some(format!(
            "even at smoke scale this takes about {seconds:.0} s, too long for a preview; Run computes it"
        )),
        false => {
            let minutes = (seconds / 60.0, most / 60.0);
            Some(format!(
                "this takes about {:.0} minutes, and the explorer allows {:.0} (--minutes); the command line has no limit",
                minutes.0, minutes.1
            ))
        }
    }
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    last: u64,
}

struct Shared {
    state: Mutex<State>,
    asked: Condvar,
    papers: Arc<Papers>,
    history: Arc<History>,
    limits: Limits,
}

/// The jobs, and the thread that does them one after the other.
pub struct Jobs(Arc<Shared>);

impl Jobs {
    /// Starts the thread that does the jobs.
    pub fn start(papers: Arc<Papers>, history: Arc<History>, limits: Limits) -> Jobs {
        let (state, asked) = (Mutex::default(), Condvar::new());
        let shared = Arc::new(Shared { state, asked, papers, history, limits });
        let worker = shared.clone();
        thread::spawn(move || {
            loop {
                worker.work();
            }
        });
        Jobs(shared)
    }

    /// Asks for a job: what else is going on ends if it is a preview, and is in the way if it is a run. Gives its number.
    ///
    /// # Errors
    /// Says which run is in the way.
    pub fn ask(&self, asked: Asked) -> Result<u64, String> {
        let mut state = self.0.lock();
        for job in state.jobs.iter_mut().filter(|job| !job.over()) {
            if !job.asked.preview {
                return Err(format!(
                    "a run of {} is in progress: wait for it, or cancel it on its page",
                    job.asked.slug
                ));
            }
            job.end("another preview was asked for");
        }
        state.last += 1;
        let (id, now) = (state.last, Instant::now());
        state.jobs.push_back(Job {
            id,
            asked,
            phase: Phase::Waiting,
            stop: None,
            seen: now,
            started: now,
            cells: 0,
            finished: 0,
            cached: 0,
            gone: 0.0,
            left: None,
            errors: Vec::new(),
            warnings: Vec::new(),
            run: None,
        });
        while state.jobs.len() > REMEMBERED && state.jobs.front().is_some_and(Job::over) {
            state.jobs.pop_front();
        }
        self.0.asked.notify_one();
        Ok(id)
    }

    /// How far a job is.
    pub fn look(&self, id: u64) -> Option<Value> {
        let mut state = self.0.lock();
        let job = state.jobs.iter_mut().find(|job| job.id == id)?;
        job.seen = Instant::now();
        Some(job.json())
    }

    /// Ends a job.
    pub fn cancel(&self, id: u64) -> Option<Value> {
        let mut state = self.0.lock();
        let job = state.jobs.iter_mut().find(|job| job.id == id)?;
        job.end("cancelled");
        Some(job.json())
    }

    /// The run of a paper that is in progress.
    pub fn running(&self, slug: &str) -> Option<Value> {
        let state = self.0.lock();
        let run = |job: &&Job| !job.over() && !job.asked.preview && job.asked.slug == slug;
        state.jobs.iter().find(run).map(Job::json)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a job and does it.
    fn work(&self) {
        let waiting = |job: &&mut Job| job.phase == Phase::Waiting;
        let mut state = self.lock();
        let (id, asked) = loop {
            if let Some(job) = state.jobs.iter_mut().find(waiting) {
                (job.phase, job.started, job.seen) = (Phase::Running, Instant::now(), Instant::now());
                break (job.id, job.asked.clone());
            }
            state = self.asked.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        drop(state);
        let ended = match self.papers.get(&asked.slug) {
            Some(paper) => self.call(id, &asked, paper),
            None => Err(format!("there is no paper {}", asked.slug)),
        };
        self.with(id, |job| match ended {
            Ok(Some(run)) => {
                // What it said of claims that fail is in its claims.
                (job.phase, job.run, job.stop) = (Phase::Done, Some(run), None);
                job.errors.clear();
            }
            Ok(None) if job.stop.is_some() => job.phase = Phase::Stopped,
            Ok(None) => job.phase = Phase::Failed,
            Err(why) => {
                job.phase = Phase::Failed;
                job.errors.push(why);
            }
        });
    }

    /// Has the paper's program do a job; gives the name under which its outputs are kept, if there are any.
    fn call(&self, id: u64, asked: &Asked, paper: &Paper) -> Result<Option<String>, String> {
        let (name, folder) = self.history.next(&asked.slug, asked.preview);
        let started = Instant::now();
        let arguments = arguments(asked, &folder.display().to_string(), self.limits.threads);
        let listen = |event| self.with(id, |job| job.note(event, self.limits));
        let ended = program::run(&paper.program, &self.papers.root, &arguments, listen, || self.reason(id))?;
        match ended {
            Ended::Outputs(said) => {
                self.history.keep(&asked.slug, &name, record(asked, &said, started.elapsed()));
                Ok(Some(name))
            }
            Ended::Nothing => Ok(None),
            Ended::Stopped(reason) => {
                self.with(id, |job| job.stop = Some(reason));
                Ok(None)
            }
        }
    }

    /// Why a running job is to end.
    fn reason(&self, id: u64) -> Option<String> {
        let mut state = self.lock();
        let job = state.jobs.iter_mut().find(|job| job.id == id)?;
        let limit = if job.asked.preview { self.limits.preview } else { self.limits.run };
        let seconds = limit.as_secs();
        match () {
            () if job.stop.is_some() => job.stop.clone(),
            () if job.started.elapsed() > limit && job.asked.preview => {
                Some(format!("a preview of more than {seconds} s was ended; Run computes it"))
            }
            () if job.started.elapsed() > limit => {
                Some(format!("ended after {} minutes (--minutes); the cells that finished are kept", seconds / 60))
            }
            () if job.asked.preview && job.seen.elapsed() > self.limits.absent => {
                Some("no browser asked about this preview any more".to_string())
            }
            () => None,
        }
    }

    fn with(&self, id: u64, change: impl FnOnce(&mut Job)) {
        if let Some(job) = self.lock().jobs.iter_mut().find(|job| job.id == id) {
            change(job);
        }
    }
}

fn arguments(asked: &Asked, folder: &str, threads: Option<u16>) -> Vec<String> {
    let mut arguments: Vec<String> =
        ["run", "--json", "--progress", "json", "--scale", asked.scale(), "--out", folder].map(str::to_string).into();
    for (key, value) in &asked.set {
        arguments.extend(["--set".to_string(), format!("{key}={value}")]);
    }
    arguments.extend(threads.map(|threads| format!("--threads={threads}")));
    arguments
}

/// What is remembered of a run that said this of its outputs.
fn record(asked: &Asked, said: &Value, took: Duration) -> Record {
    let with = |verdicts: &[&str]| {
        let verdicts = |claim: &&Value| claim["verdict"].as_str().is_some_and(|verdict| verdicts.contains(&verdict));
        said["claims"].as_array().into_iter().flatten().filter(verdicts).count()
    };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Record {
        set: asked.set.clone(),
        scale: asked.scale().to_string(),
        seconds: took.as_secs_f64(),
        when: now.as_secs(),
        cells: said["cells"].as_u64().unwrap_or(0),
        computed: said["computed"].as_u64().unwrap_or(0),
        holds: with(&["holds"]),
        misses: with(&["fails", "known-deviation"]),
    }
}

/// The command line that does what is asked for again.
pub fn command_line(asked: &Asked) -> String {
    let mut words = vec![format!("cargo run --release -p {} --", asked.slug)];
    if asked.preview {
        words.push("--scale smoke".to_string());
    }
    words.extend(asked.set.iter().map(|(key, value)| format!("--set {}", quoted(&format!("{key}={value}")))));
    words.join(" ").trim_end_matches(" --").to_string()
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "=._-+,:/@%".contains(c);
    match word.chars().all(plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(preview: bool, set: &[(&str, &str)]) -> Asked {
        let set = set.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
        Asked { slug: "toy".to_string(), preview, set }
    }

    #[test]
    fn command_lines_are_what_a_shell_takes() {
        assert_eq!(command_line(&asked(false, &[])), "cargo run --release -p toy");
        assert_eq!(command_line(&asked(true, &[])), "cargo run --release -p toy -- --scale smoke");
        let bent = asked(false, &[("alphas", "[0.5, 0.25]"), ("eta", "1e-3"), ("x", "it's $(rm)")]);
        let expected =
            r"cargo run --release -p toy -- --set 'alphas=[0.5, 0.25]' --set eta=1e-3 --set 'x=it'\''s $(rm)'";
        assert_eq!(command_line(&bent), expected);
    }

    #[test]
    fn what_would_take_too_much_is_told_apart() {
        let limits = Limits::default();
        assert_eq!(too_much(&asked(true, &[]), 19.0, 1e9, limits), None);
        assert!(too_much(&asked(true, &[]), 21.0, 1e9, limits).unwrap().contains("Run computes it"));
        assert_eq!(too_much(&asked(false, &[]), 21.0, 1e9, limits), None);
        assert!(too_much(&asked(false, &[]), 3600.0, 1e9, limits).unwrap().contains("60 minutes"));
        assert!(too_much(&asked(false, &[]), 1.0, 9e9, limits).unwrap().contains("9.0 GB"));
    }
}
