//! The arguments of every paper's program, and its help.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;

use crate::paper::Erased;
use crate::workspace::Workspace;
use parameters::{About, Scale, Settings};

/// Regenerates a paper's figure, table and claims.
#[derive(Debug, Parser)]
#[command(
    disable_version_flag = true,
    after_help = "Exit codes: 0 all good; 1 a claim failed, a verification differed or a cell failed; \
                  2 wrong usage or configuration.\n`--help` says more."
)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Size of the run
    #[arg(long, global = true, value_name = "SCALE", default_value_t = Scale::Default, help_heading = WHICH,
          value_parser = PossibleValuesParser::new(Scale::ALL.map(Scale::name)).try_map(|name| name.parse::<Scale>()))]
    pub scale: Scale,

    /// Change a key of paper.yaml, as in --set eta=0.1 (repeatable)
    ///
    /// The value is YAML: --set 'alphas=[0.5, 0.25]'. A dotted key reaches into a nested one: --set model.depth=3. A
    /// later --set wins over an earlier one, and any over --config.
    #[arg(long, global = true, value_name = "KEY=VALUE", help_heading = WHICH)]
    pub set: Vec<String>,

    /// Change keys by a YAML file of `key: value` lines, or repeat the run that a provenance.yaml tells of (repeatable)
    ///
    /// `-` reads standard input. A later file wins over an earlier one.
    #[arg(long, global = true, value_name = "FILE", help_heading = WHICH)]
    pub config: Vec<PathBuf>,

    /// Folder for the outputs
    ///
    /// It must be new, empty or hold outputs only: it is replaced as a whole.
    #[arg(long, global = true, value_name = "DIR", help_heading = WHICH)]
    pub out: Option<PathBuf>,

    /// Threads [default: one for each core]
    ///
    /// Never changes a byte. Under `make -j` papers that run side by side share the cores.
    #[arg(long, global = true, value_name = "N", help_heading = HOW,
          value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,

    /// Compute only share I of N of the cells (I from 0) into the cache; write no outputs
    ///
    /// For machines that share a cache, as in a job array: `run --shard 0/3`, `1/3` and `2/3`, then `render`.
    #[arg(long, global = true, value_name = "I/N", value_parser = parse_shard, help_heading = HOW)]
    pub shard: Option<(usize, usize)>,

    /// Say how many cells would be computed (gc: removed), in about how many seconds, and stop
    #[arg(long, global = true, help_heading = HOW)]
    pub dry_run: bool,

    /// Neither read nor write cached cells
    #[arg(long, global = true, help_heading = HOW)]
    pub no_cache: bool,

    /// verify: compare tables as numbers, |a - b| <= T * max(1, |a|, |b|), for machines outside the promise
    #[arg(long, global = true, value_name = "T", value_parser = parse_tolerance, help_heading = HOW)]
    pub tolerance: Option<f64>,

    /// Start the cells in a random order with this seed, to test that order changes no byte
    #[arg(long, global = true, value_name = "SEED", hide = true)]
    pub shuffle: Option<u64>,

    /// Results as JSON, a line each: docs/json.md lists the keys
    #[arg(long, global = true, help_heading = HOW)]
    pub json: bool,

    /// Messages and progress as JSON, a line each
    #[arg(long, global = true, value_name = "FORM", value_parser = ["json"], help_heading = HOW)]
    pub progress: Option<String>,

    /// Only errors and results
    #[arg(long, short, global = true, help_heading = HOW)]
    pub quiet: bool,
}

impl Options {
    /// The command; `run` if none is given.
    pub fn command(&self) -> &Command {
        self.command.as_ref().unwrap_or(&Command::Run)
    }

    /// Whether the command writes an output folder.
    pub fn writes(&self) -> bool {
        match self.command() {
            Command::Run => self.shard.is_none() && !self.dry_run,
            Command::Render { .. } | Command::Replicate { .. } => !self.dry_run,
            _ => false,
        }
    }

    /// A flag that the command would not look at, as a sentence; nobody passes one to see it ignored.
    pub fn idle_flag(&self) -> Option<String> {
        let command = self.command();
        let run = matches!(command, Command::Run);
        let plans = run || matches!(command, Command::Replicate { .. } | Command::Vary { .. } | Command::Gc);
        let idle = |given: bool, flag: &str, with: &str| given.then(|| format!("{flag} does nothing with {with}"));
        let name = command.name();
        idle(self.shard.is_some() && !run, "--shard", name)
            .or(idle(self.no_cache && !run, "--no-cache", name))
            .or(idle(self.no_cache && self.shard.is_some(), "--no-cache", "--shard, which computes into the cache"))
            .or(idle(self.out.is_some() && self.shard.is_some(), "--out", "--shard, which writes no outputs"))
            .or(idle(self.dry_run && !plans, "--dry-run", name))
            .or(idle(self.json && matches!(command, Command::CheckClaims | Command::CheckFigure), "--json", name))
            .or(idle(self.tolerance.is_some() && !matches!(command, Command::Verify), "--tolerance", name))
    }
}

/// The headings of the help's options.
const WHICH: &str = "Which run";
const HOW: &str = "How it is done";

#[derive(Clone, Debug, Default, Subcommand)]
pub(crate) enum Command {
    /// Bring figure, table, claims and provenance up to date (the default command)
    #[default]
    Run,
    /// Say whether the outputs are current, or exactly what changed; runs nothing
    Status,
    /// List the cells with key, state and cost
    Cells,
    /// Make figure, table and claims from cached cells only
    Render {
        /// Wait so many seconds for cells that are missing: a shared folder may show late what another machine wrote
        #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=86_400))]
        wait: u64,
    },
    /// Recompute everything without the cache and compare all bytes with the outputs that are there
    Verify,
    /// Say what each parameter means, its range and its values
    Parameters,
    /// Compute the whole experiment again and again with other random numbers, and say how often each claim holds
    Replicate {
        /// How often
        #[arg(default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=10_000))]
        count: u64,
    },
    /// Compute a grid of changed configurations, and print measures and verdicts of each
    Vary {
        /// A key and its values, as in `eta=0.1,0.2`; several make a grid
        #[arg(value_name = "KEY=V1,V2,…", required = true)]
        grid: Vec<String>,
    },
    /// List the runs under target/runs/ with what they changed and how their claims fared
    Runs,
    /// Remove cached cells that neither the present configurations nor any run needs
    Gc,
    /// Say whether a claim would hold on no data, or on nothing but NaN; none may
    #[command(hide = true)]
    CheckClaims,
    /// Say which lines of the figure go back and forth in x, as rows that were not sorted do
    #[command(hide = true)]
    CheckFigure,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

impl Command {
    fn name(&self) -> &'static str {
        match self {
            Command::Run => "run",
            Command::Status => "status",
            Command::Cells => "cells",
            Command::Render { .. } => "render",
            Command::Verify => "verify",
            Command::Parameters => "parameters",
            Command::Replicate { .. } => "replicate",
            Command::Vary { .. } => "vary",
            Command::Runs => "runs",
            Command::Gc => "gc",
            Command::CheckClaims => "check-claims",
            Command::CheckFigure => "check-figure",
            Command::Completions { .. } => "completions",
        }
    }
}

fn parse_shard(text: &str) -> Result<(usize, usize), String> {
    let wrong = || "expected I/N with 0 <= I < N, as in 0/3".to_string();
    let (index, count) = text.split_once('/').ok_or_else(wrong)?;
    let index: usize = index.parse().map_err(|_| wrong())?;
    let count: usize = count.parse().map_err(|_| wrong())?;
    (index < count).then_some((index, count)).ok_or_else(wrong)
}

fn parse_tolerance(text: &str) -> Result<f64, String> {
    let tolerance: f64 = text.parse().map_err(|_| "expected a number, as in 1e-9".to_string())?;
    let sensible = tolerance >= 0.0 && tolerance.is_finite();
    sensible.then_some(tolerance).ok_or_else(|| "expected 0 or more".to_string())
}

/// Reads the arguments of the paper's program (the first is its name).
///
/// # Errors
/// For wrong arguments, and for a call of the help.
pub(crate) fn parse(slug: &'static str, paper: &dyn Erased, arguments: &[OsString]) -> Result<Options, clap::Error> {
    let mut command = command_line(slug);
    // The paper is read a second time for its help only.
    if arguments.iter().any(|argument| ["-h", "--help", "help"].iter().any(|help| argument == help)) {
        let settings = read_paper(slug);
        let parameters = settings.as_ref().map(|settings| paper.documentation(settings).table(80));
        command = with_help(command, slug, settings.as_ref().zip(parameters.as_deref()));
    }
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    Options::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// Prints the completion script of a shell.
pub(crate) fn print_completions(slug: &'static str, shell: Shell) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command_line(slug), slug, &mut script);
    // A reader that closes early has what it wanted.
    let _ = std::io::stdout().write_all(&script);
}

fn command_line(slug: &'static str) -> clap::Command {
    <Options as CommandFactory>::command().name(slug).bin_name(slug)
}

fn read_paper(slug: &'static str) -> Option<Settings> {
    let workspace = Workspace::find(slug).ok()?;
    let (file, shown) = (workspace.config_file(), workspace.config_shown());
    Settings::load(&file, &shown, Scale::Default, &[]).ok()
}

/// Adds what the paper is and the sections of a manual page. A paper that cannot be read is left out.
fn with_help(command: clap::Command, slug: &str, paper: Option<(&Settings, &str)>) -> clap::Command {
    let what_it_does = format!(
        "Computes the cells of the experiment that are not cached, in parallel, draws the figure, checks the claims \
         and replaces figures/{slug}/ by the result. Does nothing when nothing has changed. The bytes are the same on \
         every machine, for any number of threads, and after any interruption."
    );
    let sections = manual(slug, paper.map_or("", |(_, parameters)| parameters));
    match paper {
        None => command.long_about(what_it_does).after_long_help(sections),
        Some((Settings { about, .. }, _)) => command
            .about(format!("Regenerates {} of \"{}\" ({})", about.figure, about.title, about.year))
            .long_about(format!("{}\n\n{what_it_does}", citation(about)))
            .after_long_help(sections),
    }
}

fn citation(about: &About) -> String {
    let About { title, year, figure, summary, .. } = about;
    let (authors, reference) = (about.authors.join(", "), about.reference());
    format!("{title}\n{authors} ({year}), {reference}. {figure}.\n\n{summary}")
}

fn manual(slug: &str, parameters: &str) -> String {
    let parameters = match parameters.is_empty() {
        true => String::new(),
        false => format!("Parameters of papers/{slug}/paper.yaml, for --set and --config:\n{parameters}\n"),
    };
    MANUAL.replace("PARAMETERS", &parameters).replace("SLUG", slug)
}

/// The end of the long help.
const MANUAL: &str = "\
PARAMETERSFiles:
  papers/SLUG/paper.yaml         the paper and its parameters at three scales
  figures/SLUG/figure.svg        the figure; figure.pdf and .png are drawn from it
  figures/SLUG/table.csv         every row behind the figure; what its columns
                                 mean is in table.csv-metadata.json
  figures/SLUG/parameters.json   what the parameters mean
  figures/SLUG/claims.yaml       each claim: measured, threshold, verdict
  figures/SLUG/provenance.yaml   configuration; hashes of code, data, outputs
  target/runs/SLUG/              runs with --scale, --set or --config
  target/cells/SLUG/             cached cells
  target/verify/SLUG/            what `verify` found to differ, with a page

Environment:
  PAPERS_CACHE   folder of cached cells, instead of target/cells
  PAPERS_DATA    folder of external data sets, looked into before data/

Exit codes:
  0   all good
  1   a claim failed, a verification differed, a cell failed or a file could
      not be written
  2   wrong usage or configuration; nothing was computed

Examples:
  cargo run --release -p SLUG                      brings everything up to date
  cargo run --release -p SLUG -- status            what changed, if anything
  cargo run --release -p SLUG -- --scale smoke     a small run, in a second
  cargo run --release -p SLUG -- --set key=value   bend it
  cargo run --release -p SLUG -- verify            compare every byte
  target/release/SLUG completions bash             print completions for bash";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        command_line("paper").debug_assert();
    }

    #[test]
    fn the_long_help_is_a_manual() {
        let yaml = "about: { title: T, authors: [A, B], year: 2026, arxiv: '0000.00000', figure: F, summary: S, caption: C }\n\
                    default: { n: 3 }\n";
        let settings = Settings::parse(yaml.to_string(), "paper.yaml", Scale::Default, &[]).unwrap();
        let paper = Some((&settings, "  n  3  How many.\n"));
        let mut command = with_help(command_line("my-paper"), "my-paper", paper);
        let long = command.render_long_help().to_string();
        for part in [
            "A, B (2026), arXiv:0000.00000",
            "  n  3  How many.\n",
            "Which run:",
            "How it is done:",
            "PAPERS_CACHE",
            "figures/my-paper/table.csv",
            "Exit codes:",
        ] {
            assert!(long.contains(part), "{part} is not in\n{long}");
        }
        let short = command.render_help().to_string();
        assert!(short.contains("Regenerates F of \"T\" (2026)") && short.contains("Exit codes: 0 all good"), "{short}");
        let without = with_help(command_line("my-paper"), "my-paper", None).render_long_help().to_string();
        assert!(!without.contains("Parameters of") && without.contains("Environment:"), "{without}");
    }
}
