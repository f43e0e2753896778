//! Calls of a paper's program.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

/// How often a running program is looked at.
const EVERY: Duration = Duration::from_millis(15);

/// The most that is read of what a program prints, in bytes.
const LONGEST_OUTPUT: u64 = 16 << 20;

/// What a program says while it runs: `docs/json.md`.
#[derive(Debug, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event {
    /// What computing will take: seconds, bytes.
    Start { cells: u64, cached: u64, seconds: f64, memory: f64 },
    /// A cell has finished.
    Cell { finished: u64, cells: u64, gone: f64, left: f64 },
    /// Something wrong that does not end the run.
    Warning { text: String },
    /// Something wrong.
    Error { text: String },
    /// Anything else.
    #[serde(other)]
    Other,
}

impl Event {
    /// The event of a line. What is no JSON comes from below the program, such as a panic of the runtime.
    fn of(line: String) -> Event {
        match serde_json::from_str::<Value>(&line) {
            Ok(value) => serde_json::from_value(value).unwrap_or(Event::Other),
            Err(_) => Event::Error { text: line },
        }
    }
}

/// How a call ended.
#[derive(Debug)]
pub enum Ended {
    /// With outputs, and what it said of them.
    Outputs(Value),
    /// Without.
    Nothing,
    /// It was stopped, for this reason.
    Stopped(String),
}

/// Runs a program in the workspace `root` until it ends or `stop` gives a reason.
///
/// # Errors
/// When it cannot be started, as a sentence.
pub fn run(
    program: &Path,
    root: &Path,
    arguments: &[String],
    listen: impl Fn(Event) + Send + Sync,
    stop: impl Fn() -> Option<String>,
) -> Result<Ended, String> {
    let mut child = start(program, root, arguments)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        scope.spawn(|| {
            for line in stderr.into_iter().flat_map(|stderr| BufReader::new(stderr).lines().map_while(Result::ok)) {
                listen(Event::of(line));
            }
        });
        let printed = scope.spawn(|| stdout.map(read_all).unwrap_or_default());
        let reason = wait(&mut child, stop);
        let printed = printed.join().unwrap_or_default();
        Ok(match (reason, serde_json::from_str(&printed)) {
            (Some(reason), _) => Ended::Stopped(reason),
            (None, Ok(value)) => Ended::Outputs(value),
            (None, Err(_)) => Ended::Nothing,
        })
    })
}

/// What `parameters --json` prints.
///
/// # Errors
/// When the program cannot be started or fails, as a sentence.
pub fn parameters(program: &Path, root: &Path) -> Result<Value, String> {
    let child = start(program, root, &["parameters".to_string(), "--json".to_string()])?;
    let output = child.wait_with_output().map_err(|error| format!("{}: {error}", program.display()))?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_string();
        if said.is_empty() { "the paper's program does not say what its parameters are".to_string() } else { said }
    })
}

fn start(program: &Path, root: &Path, arguments: &[String]) -> Result<Child, String> {
    let mut command = Command::new(program);
    // Under `make explore` the variable would tell of a job server that is not handed on.
    command.args(arguments).current_dir(root).env_remove("MAKEFLAGS");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    end_with_us(&mut command);
    command.spawn().map_err(|error| format!("the paper's program cannot be started: {error}"))
}

/// The system ends the program when the explorer ends, however that comes.
#[cfg(target_os = "linux")]
fn end_with_us(command: &mut Command) {
    use std::os::unix::process::CommandExt;

    use rustix::process::{Signal, set_parent_process_death_signal};
    // SAFETY: between fork and exec only a system call is made; it allocates nothing and takes no lock.
    unsafe { command.pre_exec(|| Ok(set_parent_process_death_signal(Some(Signal::KILL))?)) };
}

/// Elsewhere a program that was left behind finishes its run.
#[cfg(not(target_os = "linux"))]
fn end_with_us(_: &mut Command) {}

/// Waits until a program ends or there is a reason to end it. Its outputs appear as a whole or not at all, and its cells
/// likewise, so that it can be ended at any time.
fn wait(child: &mut Child, stop: impl Fn() -> Option<String>) -> Option<String> {
    while let Ok(None) = child.try_wait() {
        if let Some(reason) = stop() {
            let _ = child.kill();
            let _ = child.wait();
            return Some(reason);
        }
        thread::sleep(EVERY);
    }
    None
}

fn read_all(stdout: ChildStdout) -> String {
    let mut text = String::new();
    let _ = stdout.take(LONGEST_OUTPUT).read_to_string(&mut text);
    text
}
