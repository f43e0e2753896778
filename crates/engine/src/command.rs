//! The command line of every paper.

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cache::{Cache, Found};
use crate::claim::Verdict;
use crate::claims_on_nothing;
use crate::code::Code;
use crate::digest::{hex, sha256};
use crate::options::{self, Command};
use crate::output;
use crate::paper::Erased;
use crate::produce::{self, ClaimsFile, Computing, Counts};
use crate::report::{Reporter, say};
use crate::session::{Failure, Outcome, Session, Target};
use crate::verify;

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
    let reporter = Reporter::new(code.slug, options.quiet);
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
    if let Some(Command::Parameters { json }) = session.options.command {
        return parameters(session, json);
    }
    let (targets, absent) = session.targets()?;
    let command = session.options.command.unwrap_or_default();
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
            Command::Run => run(session, target, reporter),
            Command::Status => status(session, target),
            Command::Cells => cells(session, target),
            Command::Render => render_cached(session, target, reporter),
            Command::Verify => verify_target(session, target, reporter),
            Command::CheckClaims => check_claims(target),
            Command::Parameters { .. } | Command::Completions { .. } => Ok(()),
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

fn open_cache(session: &Session) -> Outcome<Cache> {
    let folder = session.workspace.cells();
    Cache::open(folder.clone())
        .map_err(|error| Failure::Failed(format!("cannot use the cache {}: {error}", folder.display())))
}

/// The order in which to start the cells: the most expensive first, unless a test asks for another.
fn order(session: &Session, target: &Target) -> Vec<usize> {
    let mut order = target.by_cost();
    if let Some(seed) = session.options.shuffle {
        numerics::random::Streams::new("order").open("shuffle", seed).shuffle(&mut order);
    }
    order
}

fn computing<'a>(session: &Session, cache: Option<&'a Cache>, reporter: &'a Reporter) -> Computing<'a> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = session.options.threads.map_or_else(cores, usize::from);
    Computing { cache, threads, reporter, slug: session.code.slug }
}

fn run(session: &Session, target: &Target, reporter: &Reporter) -> Outcome<()> {
    if let Some((index, count)) = session.options.shard {
        return run_shard(session, target, reporter, index, count);
    }
    if session.options.dry_run {
        return dry_run(session, target, reporter);
    }
    output::recover(&target.out);
    let mut why = target.staleness();
    let slug = session.code.slug;
    let current = why.is_empty();
    if current && made_here(session, target) && !session.options.no_cache {
        say(&format!("{slug}: {} is up to date ({} cells, nothing changed)", target.shown, target.keys.len()))?;
        return failing_claims(target, &stored_claims(target)?);
    }
    if current {
        why.push(if session.options.no_cache { "--no-cache" } else { "not yet made by this checkout" }.to_string());
    }
    reporter.note(&format!("{}: {}", target.shown, why.join("; ")));
    let cache = match session.options.no_cache {
        true => None,
        false => Some(open_cache(session)?),
    };
    let how = computing(session, cache.as_ref(), reporter);
    let (results, counts) = produce::compute(target, &order(session, target), how)?;
    let (files, claims) = produce::render(target, &results, &session.code)?;
    if current {
        for difference in verify::compare(target, None, &files)?.differences {
            reporter.warning(&format!("the new bytes are not those that were there: {difference}"));
        }
    }
    write(session, target, &files)?;
    let (cells, Counts { computed, cached, .. }) = (target.keys.len(), counts);
    let line = format!("{slug}: wrote {} ({cells} cells: {computed} computed, {cached} cached)", target.shown);
    warn_of_infinities(reporter, target, &files);
    print_result(&line, &claims)?;
    failing_claims(target, &claims)
}

/// Says what a run would compute, and what that would take.
fn dry_run(session: &Session, target: &Target, reporter: &Reporter) -> Outcome<()> {
    let cache = open_cache(session)?;
    let how = computing(session, Some(&cache).filter(|_| !session.options.no_cache), reporter);
    let estimate = produce::estimate(target, &order(session, target), how)?;
    let why = target.staleness();
    let why = if why.is_empty() { "nothing changed".to_string() } else { why.join("; ") };
    say(&format!("{}: {}: {why}\n  {estimate}", session.code.slug, target.shown))
}

/// Tells which columns of the table that was written hold NaN or infinities.
fn warn_of_infinities(reporter: &Reporter, target: &Target, files: &output::Files) {
    let text = files.iter().find(|(name, _)| *name == "table.csv").map(|(_, bytes)| String::from_utf8_lossy(bytes));
    let Some(Ok(table)) = text.map(|text| tables::Table::from_csv(&text)) else { return };
    let counts: Vec<String> =
        table.not_finite().into_iter().map(|(column, count)| format!("{count} in {column}")).collect();
    if !counts.is_empty() {
        let columns = counts.join(", ");
        reporter.note(&format!("{}/table.csv holds numbers that are NaN or infinite: {columns}", target.shown));
    }
}

fn run_shard(session: &Session, target: &Target, reporter: &Reporter, index: usize, count: usize) -> Outcome<()> {
    let share: Vec<usize> = order(session, target).into_iter().skip(index).step_by(count).collect();
    let cache = open_cache(session)?;
    let how = computing(session, Some(&cache), reporter);
    let (_, counts) = produce::compute(target, &share, how)?;
    if counts.unstored > 0 {
        return Err(Failure::Failed(format!(
            "share {index} of {count}: {} of its {} cells were computed but could not be cached",
            counts.unstored,
            share.len()
        )));
    }
    say(&format!(
        "{}: share {index} of {count}: {} cells computed, {} cached; `render` makes the figure from all",
        session.code.slug, counts.computed, counts.cached
    ))
}

fn write(session: &Session, target: &Target, files: &output::Files) -> Outcome<()> {
    output::publish(&target.out, files).map_err(|error| {
        Failure::Failed(format!("cannot write {}: {error}; the old outputs are intact", target.shown))
    })?;
    // Only saves work later: without the note the outputs are made once more.
    let note = session.workspace.made_file(&target.out);
    let _ = note.parent().map(std::fs::create_dir_all);
    let _ = std::fs::write(note, provenance_hash(target).unwrap_or_default());
    Ok(())
}

/// Whether this checkout made the outputs that are there, rather than got them with the sources.
fn made_here(session: &Session, target: &Target) -> bool {
    let note = std::fs::read_to_string(session.workspace.made_file(&target.out)).ok();
    note.is_some() && note == provenance_hash(target)
}

fn provenance_hash(target: &Target) -> Option<String> {
    let bytes = std::fs::read(target.out.join("provenance.yaml")).ok()?;
    Some(hex(&sha256(&bytes)))
}

fn stored_claims(target: &Target) -> Outcome<ClaimsFile> {
    let text = std::fs::read_to_string(target.out.join("claims.yaml")).unwrap_or_default();
    serde_yaml::from_str(&text).map_err(|error| Failure::Failed(format!("{}/claims.yaml: {error}", target.shown)))
}

/// Prints a line and the claims at once, so that papers that run side by side do not mix.
fn print_result(line: &str, file: &ClaimsFile) -> Outcome<()> {
    let mut text = format!("{line}\n");
    for judged in &file.claims {
        let claim = &judged.claim;
        let mark = match judged.verdict {
            Verdict::Holds => "holds ",
            Verdict::Fails if file.judged => "FAILS ",
            Verdict::Fails => "misses",
            Verdict::NotApplicable => "n/a   ",
        };
        let measures: Vec<String> = claim
            .measures
            .iter()
            .map(|measure| format!("{} = {} ({})", measure.what, measure.shown(), measure.threshold()))
            .collect();
        let result = claim.not_applicable.clone().unwrap_or_else(|| measures.join("; "));
        text.push_str(&format!("  {mark} {}: {result}\n", claim.id));
    }
    if !file.judged {
        text.push_str("  (smoke scale: the thresholds are for the default scale and are not judged)\n");
    }
    say(&text)
}

fn failing_claims(target: &Target, file: &ClaimsFile) -> Outcome<()> {
    let lines: Vec<String> = file
        .failing()
        .map(|judged| {
            let missed: Vec<String> = judged
                .claim
                .measures
                .iter()
                .filter(|measure| !measure.holds())
                .map(|measure| format!("{} is {}, not {}", measure.what, measure.shown(), measure.threshold()))
                .collect();
            format!("claim {} fails in {}: {}", judged.claim.id, target.shown, missed.join("; "))
        })
        .collect();
    match lines.is_empty() {
        true => Ok(()),
        false => Err(Failure::Failed(lines.join("\n"))),
    }
}

/// Says what makes the outputs stale.
///
/// # Errors
/// Without a message of its own when anything does: the exit code tells it to scripts.
fn status(session: &Session, target: &Target) -> Outcome<()> {
    let mut why = target.staleness();
    why.extend(produce::data_faults(target.paper.cells.iter()));
    why.extend(session.workspace.newer_source().map(|source| format!("the program is older than {source}: build it")));
    let (slug, shown, cells) = (session.code.slug, &target.shown, target.keys.len());
    if why.is_empty() {
        return say(&format!("{slug}: {shown} is current ({cells} cells)"));
    }
    let cache = open_cache(session)?;
    let cached = target.keys.iter().filter(|key| cache.contains(key)).count();
    let mut text = format!("{slug}: {shown} is stale; {cached} of {cells} cells are cached");
    why.iter().for_each(|change| text.push_str(&format!("\n  {change}")));
    say(&text)?;
    Err(Failure::Failed(String::new()))
}

fn cells(session: &Session, target: &Target) -> Outcome<()> {
    use std::fmt::Write;
    let cache = open_cache(session)?;
    let mut text = String::new();
    for (key, cell) in target.keys.iter().zip(&target.paper.cells) {
        let state = match cache.get(key) {
            Ok(Found::Rows(_, seconds)) => format!("cached, took {seconds:.3} s"),
            Ok(Found::Damaged(_)) => "damaged".to_string(),
            Ok(Found::Absent) | Err(_) => "not computed".to_string(),
        };
        let _ = writeln!(text, "{}  {state:<22}  about {:>7.3} s  {}", key.short(), cell.cost, cell.label());
    }
    say(&text)
}

fn parameters(session: &Session, json: bool) -> Outcome<()> {
    let documentation = session.documentation()?;
    match json {
        true => say(&format!("{:#}", documentation.json())),
        false => say(&documentation.table(terminal_width())),
    }
}

/// Characters in a line of the terminal; 100 if there is none.
fn terminal_width() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stdout());
    size.map_or(100, |size| usize::from(size.ws_col)).max(60)
}

fn check_claims(target: &Target) -> Outcome<()> {
    let holding = claims_on_nothing::holding(target)?;
    match holding.is_empty() {
        true => Ok(()),
        false => Err(Failure::Failed(holding.join("\n"))),
    }
}

fn render_cached(session: &Session, target: &Target, reporter: &Reporter) -> Outcome<()> {
    let cache = open_cache(session)?;
    let missing = target.keys.iter().filter(|key| !cache.contains(key)).count();
    if missing > 0 {
        return Err(Failure::Failed(format!(
            "{}: {missing} of {} cells are not cached; `run` computes them",
            target.shown,
            target.keys.len()
        )));
    }
    let how = computing(session, Some(&cache), reporter);
    let (results, _) = produce::compute(target, &order(session, target), how)?;
    let (files, claims) = produce::render(target, &results, &session.code)?;
    write(session, target, &files)?;
    let (slug, shown) = (session.code.slug, &target.shown);
    print_result(&format!("{slug}: wrote {shown} from {} cached cells", target.keys.len()), &claims)?;
    failing_claims(target, &claims)
}

fn verify_target(session: &Session, target: &Target, reporter: &Reporter) -> Outcome<()> {
    let how = computing(session, None, reporter);
    let (results, _) = produce::compute(target, &order(session, target), how)?;
    let (files, _) = produce::render(target, &results, &session.code)?;
    let variant = target.variant.as_deref();
    let hashes = variant.map(|variant| session.workspace.variant_hashes(variant));
    if let Some(path) = hashes.as_deref().filter(|_| std::env::var_os("UPDATE_EXPECT").is_some()) {
        path.parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(path, verify::hash_list(&files)))
            .map_err(|error| Failure::Failed(format!("cannot write {}: {error}", path.display())))?;
        return say(&format!("{}: wrote {}", session.code.slug, session.workspace.shown(path)));
    }
    let tolerance = session.options.tolerance.filter(|_| variant.is_none());
    let comparison = match tolerance {
        Some(tolerance) => verify::compare_within(&target.out, &files, tolerance)?,
        None => verify::compare(target, hashes.as_deref(), &files)?,
    };
    let (slug, shown, cells) = (session.code.slug, &target.shown, target.keys.len());
    if comparison.differences.is_empty() {
        return say(&match tolerance {
            Some(tolerance) => format!(
                "{slug}: {shown} agrees within {tolerance:e}: {cells} cells recomputed, tables compared as numbers and \
                 verdicts as they are; bytes and figures were not compared"
            ),
            None => format!("{slug}: {shown} is verified: {cells} cells recomputed, all bytes the same"),
        });
    }
    let scratch = session.workspace.scratch(variant);
    verify::keep(&scratch, target, &files, &comparison)?;
    let mut lines = vec![format!(
        "{shown} differs; the new files and a page that shows the difference are in {}",
        session.workspace.shown(&scratch)
    )];
    lines.extend(comparison.differences);
    Err(Failure::Failed(lines.join("\n")))
}
