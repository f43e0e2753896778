//! `explore`: the gallery with the parameters of each paper as controls, served on loopback.
//!
//! The programs of the papers do the work: `explore` starts them with `--set`, `--out` and `--progress json`, one at a
//! time, and knows no paper. What may be asked for, and by whom, is decided in [`guard`] and [`routes`].

mod answer;
mod guard;
mod history;
mod jobs;
mod papers;
mod program;
mod routes;

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use oxhttp::Server;

use crate::guard::Guard;
use crate::history::History;
use crate::jobs::{Jobs, Limits};
use crate::papers::Papers;
use crate::routes::Explorer;

/// How long a browser may take to say what it wants, or to take an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections at once; further ones wait.
const CONNECTIONS: usize = 64;

/// Serves the gallery on this machine only, with the parameters of each paper as controls
///
/// Moving a control computes the paper at smoke scale at once; Run computes it at default scale. The address that is
/// printed holds a random token: who does not know it gets nothing. Ctrl-C ends the explorer and what it runs. Runs are
/// kept under target/explore/, the last 50 of each paper. Exit codes: 0 all good; 1 it could not start; 2 wrong usage.
#[derive(Parser)]
#[command(name = "explore", disable_version_flag = true)]
struct Options {
    /// Port on loopback [default: one that is free]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Minutes after which a run is stopped
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    minutes: u64,
    /// Gigabytes of memory that a run may need by the paper's own estimate
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    memory: u64,
    /// Threads of a run [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Folder in which runs are kept [default: target/explore]
    #[arg(long, value_name = "DIR")]
    runs: Option<PathBuf>,
}

fn main() -> ExitCode {
    match serve(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "explore: error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve(options: &Options) -> Result<()> {
    let root = workspace()?;
    let papers = Papers::find(&root, &programs()?)?;
    if let Some(line) = papers.not_built() {
        println!("explore: {line}");
    }
    let folder = options.runs.clone().unwrap_or_else(|| root.join("target").join("explore"));
    let history = Arc::new(History::open(&std::path::absolute(folder)?, &papers)?);
    let limits = Limits {
        run: Duration::from_secs(60 * options.minutes),
        memory: options.memory as f64 * 1e9,
        threads: options.threads,
        ..Limits::default()
    };
    let papers = Arc::new(papers);
    let jobs = Jobs::start(papers.clone(), history.clone(), limits);
    let port = match options.port {
        Some(port) => port,
        None => free_port()?,
    };
    let guard = Guard::new(port)?;
    let address = guard.address();
    let explorer = Explorer { guard, papers, history, jobs };
    let server = Server::new(move |request| explorer.answer(request))
        .bind((Ipv4Addr::LOCALHOST, port))
        .with_global_timeout(PATIENCE)
        .with_max_concurrent_connections(CONNECTIONS)
        .spawn()
        .with_context(|| format!("cannot listen on port {port} of loopback (--port chooses another)"))?;
    println!("explore: open {address} in a browser on this machine; Ctrl-C ends it");
    std::io::stdout().flush()?;
    server.join()?;
    Ok(())
}

/// A port that nobody listens on.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port of loopback is free")?;
    Ok(listener.local_addr()?.port())
}

/// The folder of the papers' programs: the one of this program.
fn programs() -> Result<PathBuf> {
    let own = std::env::current_exe().context("this program does not find itself")?;
    Ok(own.parent().map(Path::to_path_buf).unwrap_or_default())
}

/// The workspace: upwards from the current folder, else from the program's own.
fn workspace() -> Result<PathBuf> {
    let starts = [std::env::current_dir().ok(), std::env::current_exe().ok()];
    let is_root = |folder: &&Path| folder.join("papers").is_dir() && folder.join("figures").is_dir();
    let root = starts.iter().flatten().find_map(|start| start.ancestors().find(is_root));
    root.map(Path::to_path_buf)
        .context("no workspace with papers/ and figures/ here or above: run this in the project's folder")
}
