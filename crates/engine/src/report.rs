//! Results on standard output, messages and progress on standard error.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::estimate::Estimate;
use crate::session::{Failure, Outcome};

/// How often a run without a terminal says where it is.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// How often the bar on a terminal is drawn anew.
const BAR_EVERY: Duration = Duration::from_millis(500);

/// Writes a result to standard output. A reader that has gone has what it wanted.
///
/// # Errors
/// When it cannot be written for another reason: a full disk.
pub(crate) fn say(text: &str) -> Outcome<()> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{}", text.trim_end_matches('\n')).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Failed(format!("the result cannot be written to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Speaks for one paper.
#[derive(Clone)]
pub(crate) struct Reporter {
    slug: &'static str,
    quiet: bool,
    /// Events as lines of JSON instead of messages.
    json: bool,
}

impl Reporter {
    pub fn new(slug: &'static str, quiet: bool, json: bool) -> Reporter {
        Reporter { slug, quiet, json }
    }

    /// Something worth knowing; not in quiet runs.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.tell("note", text);
        }
    }

    /// Something wrong that does not end the run.
    pub fn warning(&self, text: &str) {
        self.tell("warning", text);
    }

    /// Something wrong.
    pub fn error(&self, text: &str) {
        for line in text.lines() {
            self.tell("error", line);
        }
    }

    /// What computing will take.
    pub fn starting(&self, estimate: &Estimate) {
        match self.json {
            true => self.event(estimate.json(), "start"),
            false => self.note(&estimate.to_string()),
        }
    }

    fn tell(&self, kind: &str, text: &str) {
        if self.json {
            return self.event(json!({ "text": text }), kind);
        }
        let text = if kind == "note" { text.to_string() } else { format!("{kind}: {text}") };
        // Whoever closed standard error does not want to know.
        let _ = writeln!(io::stderr(), "{}: {text}", self.slug);
    }

    /// A line of JSON about something that happened.
    fn event(&self, mut value: Value, kind: &str) {
        value["event"] = kind.into();
        value["paper"] = self.slug.into();
        let _ = writeln!(io::stderr(), "{value}");
    }

    /// Progress of `cells` cells that are expected to take `seconds`, of which each has a share `cost / total`.
    pub fn progress(&self, cells: usize, total: f64, seconds: f64) -> Progress {
        let state =
            State { cells, finished: 0, total, spent: 0.0, expected: seconds, start: Instant::now(), over: false };
        let shared = Arc::new((Mutex::new(state), Condvar::new()));
        let (reporter, seen) = (self.clone(), shared.clone());
        let ticks = !self.quiet && !self.json;
        let ticker = ticks.then(|| std::thread::spawn(move || reporter.tick(&seen)));
        Progress { reporter: self.clone(), shared, ticker }
    }

    /// Says again and again where the run is, until it is over.
    fn tick(&self, (state, changed): &(Mutex<State>, Condvar)) {
        let bar = io::stderr().is_terminal().then(|| self.bar(locked(state).total));
        let every = if bar.is_some() { BAR_EVERY } else { LINE_EVERY };
        let mut state = locked(state);
        while !state.over {
            state = changed.wait_timeout(state, every).unwrap_or_else(PoisonError::into_inner).0;
            match &bar {
                _ if state.over => {}
                Some(bar) => {
                    bar.set_position((state.spent * 1000.0) as u64);
                    bar.set_message(state.line());
                }
                None => self.note(&state.line()),
            }
        }
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
    }

    fn bar(&self, total: f64) -> ProgressBar {
        let bar = ProgressBar::new((total * 1000.0) as u64);
        if let Ok(style) = ProgressStyle::with_template("{prefix} {wide_bar} {msg}") {
            bar.set_style(style);
        }
        bar.set_prefix(self.slug);
        bar
    }
}

/// Where a computation is.
struct State {
    cells: usize,
    finished: usize,
    /// Estimated costs of all cells, and of those that have finished.
    total: f64,
    spent: f64,
    /// Seconds that were expected before.
    expected: f64,
    start: Instant,
    over: bool,
}

impl State {
    /// Seconds gone, and about how many are left.
    fn times(&self) -> (f64, f64) {
        let State { total, spent, expected, .. } = self;
        let gone = self.start.elapsed().as_secs_f64();
        let expected = if *spent > 0.0 { gone * total / spent } else { expected.max(gone) };
        (gone, expected - gone)
    }

    fn line(&self) -> String {
        let State { cells, finished, .. } = self;
        let (gone, left) = self.times();
        let left = left.max(1.0);
        format!("{finished} of {cells} cells, {gone:.0} s gone, about {left:.0} s left")
    }
}

/// Tells where a computation is until it is dropped.
pub(crate) struct Progress {
    reporter: Reporter,
    shared: Arc<(Mutex<State>, Condvar)>,
    ticker: Option<JoinHandle<()>>,
}

impl Progress {
    /// A cell with this estimated cost has finished.
    pub fn advance(&mut self, cost: f64) {
        let mut state = locked(&self.shared.0);
        state.finished += 1;
        state.spent += cost;
        if self.reporter.json {
            let (gone, left) = state.times();
            let (finished, cells) = (state.finished, state.cells);
            let value = json!({ "finished": finished, "cells": cells, "gone": gone, "left": left });
            self.reporter.event(value, "cell");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        locked(&self.shared.0).over = true;
        self.shared.1.notify_all();
        if let Some(ticker) = self.ticker.take() {
            let _ = ticker.join();
        }
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
