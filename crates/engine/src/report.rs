//! Messages and progress on stderr.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often a run without a terminal says where it is.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Speaks for one paper.
#[derive(Clone)]
pub(crate) struct Reporter {
    slug: &'static str,
    quiet: bool,
}

impl Reporter {
    pub fn new(slug: &'static str, quiet: bool) -> Reporter {
        Reporter { slug, quiet }
    }

    /// Something worth knowing; not in quiet runs.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            eprintln!("{}: {text}", self.slug);
        }
    }

    /// Something wrong that does not end the run.
    pub fn warning(&self, text: &str) {
        eprintln!("{}: warning: {text}", self.slug);
    }

    /// Something wrong.
    pub fn error(&self, text: &str) {
        for line in text.lines() {
            eprintln!("{}: error: {line}", self.slug);
        }
    }

    /// Progress of `cells` cells whose estimated costs sum to `cost`.
    pub fn progress(&self, cells: usize, cost: f64) -> Progress {
        let bar = (!self.quiet && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new((cost * 1000.0) as u64);
            let template = "{prefix} {wide_bar} {msg} cells, {elapsed} gone, {eta} left";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_prefix(self.slug);
            bar.set_message(format!("0/{cells}"));
            bar
        });
        let now = Instant::now();
        Progress { reporter: self.clone(), bar, cells, cost, finished: 0, spent: 0.0, start: now, last: now }
    }
}

/// A progress bar on a terminal, a line now and then otherwise.
pub(crate) struct Progress {
    reporter: Reporter,
    bar: Option<ProgressBar>,
    cells: usize,
    cost: f64,
    finished: usize,
    spent: f64,
    start: Instant,
    last: Instant,
}

impl Progress {
    /// A cell with this estimated cost has finished.
    pub fn advance(&mut self, cost: f64) {
        self.finished += 1;
        self.spent += cost;
        if let Some(bar) = &self.bar {
            bar.set_position((self.spent * 1000.0) as u64);
            bar.set_message(format!("{}/{}", self.finished, self.cells));
        } else if self.last.elapsed() > LINE_EVERY && self.finished < self.cells {
            self.last = Instant::now();
            let gone = self.start.elapsed().as_secs_f64();
            let left = gone * (self.cost - self.spent) / self.spent.max(1e-9);
            let (finished, cells) = (self.finished, self.cells);
            self.reporter.note(&format!("{finished} of {cells} cells, {gone:.0} s gone, about {left:.0} s left"));
        }
    }

    /// Leaves the terminal clean.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
