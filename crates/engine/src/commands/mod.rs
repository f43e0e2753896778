//! The commands of every paper's program.

mod gc;
mod inspect;
mod replicate;
mod run;
mod runs;
mod vary;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use serde_json::Value;

use crate::cache::Cache;
use crate::code::Code;
use crate::compute::{self, Computing, Counts, Job, Results};
use crate::options::{self, Command};
use crate::paper::Erased;
use crate::report::{Reporter, say};
use crate::session::{Failure, Outcome, Session, Target};

/// Runs the program of a paper: reads the arguments, does what they say, gives the exit code.
pub(crate) fn main(code: Code, arguments: Vec<OsString>, paper: &dyn Erased) -> ExitCode {
    let options = match options::parse(code.slug, paper, &arguments) {
        Ok(options) => options,
        Err(error) => {
            // Help is not an error, and a closed terminal is none of ours.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    if let Some(Command::Completions { shell }) = options.command {
        options::print_completions(code.slug, shell);
        return ExitCode::SUCCESS;
    }
    let reporter = Reporter::new(code.slug, options.quiet, options.progress.is_some());
    if let Some(idle) = options.idle_flag() {
        reporter.error(&idle);
        return ExitCode::from(2);
    }
    let result = numerics::require_cpu()
        .map_err(Failure::Failed)
        .and_then(|()| Session::new(code, &options, paper))
        .and_then(|session| dispatch(&session, &reporter));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Failed(message)) => {
            reporter.error(&message);
            ExitCode::from(1)
        }
        Err(Failure::Usage(message)) => {
            reporter.error(&message);
            ExitCode::from(2)
        }
    }
}

fn dispatch(session: &Session, reporter: &Reporter) -> Outcome<()> {
    let command = session.options.command();
    match command {
        Command::Parameters => return inspect::parameters(session),
        Command::Runs => return runs::list(session),
        Command::Gc => return gc::collect(session),
        Command::Vary { grid } => return vary::vary(session, grid, reporter),
        _ => {}
    }
    let (targets, absent) = session.targets()?;
    for missing in &absent {
        reporter.note(&format!(
            "variant `{}` left out: its data set `{}` is not here (`make data` fetches it)",
            missing.variant, missing.data
        ));
    }
    // Every target is worked on even if one fails; the failures are reported together.
    let mut failures = Vec::new();
    for target in &targets {
        let outcome = match command {
            Command::Run => run::run(session, target, reporter),
            Command::Render { wait } => run::render_cached(session, target, reporter, *wait),
            Command::Status => inspect::status(session, target),
            Command::Cells => inspect::cells(session, target),
            Command::CheckClaims => inspect::check_claims(target),
            Command::CheckFigure => inspect::check_figure(target),
            Command::Verify => verify::verify(session, target, reporter),
            Command::Replicate { count } => replicate::replicate(session, target, *count, reporter),
            _ => Ok(()),
        };
        match outcome {
            Ok(()) => {}
            Err(Failure::Failed(message)) => failures.push(message),
            Err(usage) => return Err(usage),
        }
    }
    match failures.is_empty() {
        true => Ok(()),
        false => {
            failures.retain(|message| !message.is_empty());
            Err(Failure::Failed(failures.join("\n")))
        }
    }
}

/// Says a result: as text, or as a line of JSON where that was asked for.
fn tell(session: &Session, text: &str, json: impl FnOnce() -> Value) -> Outcome<()> {
    match session.options.json {
        true => say(&json().to_string()),
        false => say(text),
    }
}

fn open_cache(session: &Session) -> Outcome<Cache> {
    let folder = session.workspace.cells();
    Cache::open(folder.clone())
        .map_err(|error| Failure::Failed(format!("cannot use the cache {}: {error}", folder.display())))
}

/// The jobs of targets in the order in which to start them: the most expensive first, unless a test asks for another.
fn jobs<'t>(session: &Session, targets: &'t [Target]) -> Vec<Job<'t>> {
    let all = |target: &'t Target| (0..target.keys.len()).map(move |index| Job { target, index });
    let mut jobs: Vec<Job> = targets.iter().flat_map(all).collect();
    jobs.sort_by(|a, b| b.cell().cost.total_cmp(&a.cell().cost));
    if let Some(seed) = session.options.shuffle {
        numerics::random::Streams::new("order").open("shuffle", seed).shuffle(&mut jobs);
    }
    jobs
}

fn computing<'a>(session: &Session, cache: Option<&'a Cache>, reporter: &'a Reporter) -> Computing<'a> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = session.options.threads.map_or_else(cores, usize::from);
    Computing { cache, threads, reporter, slug: session.code.slug }
}

/// The rows of all cells of each target, in the order of its table.
fn compute(session: &Session, targets: &[Target], how: Computing) -> Outcome<(Vec<Results>, Counts)> {
    let jobs = jobs(session, targets);
    let (rows, counts) = compute::compute(&jobs, how)?;
    let mut results: Vec<Results> = targets.iter().map(|target| vec![Vec::new(); target.keys.len()]).collect();
    for (job, rows) in jobs.iter().zip(rows) {
        let of = targets.iter().position(|target| std::ptr::eq(target, job.target)).unwrap_or_default();
        results[of][job.index] = rows;
    }
    Ok((results, counts))
}
