//! Times kernels, training steps, the engine and whole cells of papers, each beside a peer in the same run.
//!
//! Ours and the peer take turns, and of each time the least over all rounds counts, so that a busy machine disturbs
//! both alike. The peers of training steps and cells are Python programs under `bench/peers/`; without Python or their
//! packages they are left out. A peer checks that it computes what the paper's table holds, and fails if not.

mod peers;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use peers::{Kind, PAPERS, Paper};

/// What to time, and how often.
#[derive(clap::Args)]
pub struct Benchmarks {
    /// Only these: kernels, random, steps, engine, costs (into docs/costs.yaml), or papers that have a peer
    #[arg(value_name = "PART")]
    parts: Vec<String>,
    /// Turns of ours and the peer, of which the fastest counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
}

/// The parts that are no papers.
const OTHERS: [&str; 5] = ["kernels", "random", "steps", "engine", "costs"];

/// A line of the table.
struct Line {
    what: String,
    ours: String,
    peer: Option<(String, f64)>,
}

/// Seconds by what they were taken of: the least of each over the rounds.
type Times = BTreeMap<String, Vec<f64>>;

/// Times what was asked for and prints one table.
///
/// # Errors
/// When something does not build or run, or a peer does not compute the same quantity.
pub fn run(root: &Path, benchmarks: &Benchmarks) -> Result<()> {
    let Benchmarks { parts, rounds } = benchmarks;
    let known: Vec<&str> = OTHERS.into_iter().chain(PAPERS.iter().map(|paper| paper.slug)).collect();
    for part in parts {
        let names = known.join(", ");
        ensure!(known.contains(&part.as_str()), "no part is called {part}; there are {names}");
    }
    let wanted = |name: &str| parts.is_empty() || parts.iter().any(|part| part == name);
    let papers: Vec<&Paper> = PAPERS.iter().filter(|paper| wanted(paper.slug)).collect();
    build(root, &papers)?;

    let mut table = String::from("| part | what | ours | peer | peer / ours |\n|---|---|---|---|---|\n");
    let mut add = |part: &str, lines: Vec<Line>| {
        for Line { what, ours, peer } in lines {
            let (peer, ratio) = match peer {
                Some((peer, ratio)) => (peer, format!("{ratio:.2}")),
                None => ("—".to_string(), "—".to_string()),
            };
            table.push_str(&format!("| {part} | {what} | {ours} | {peer} | {ratio} |\n"));
        }
    };
    if wanted("kernels") {
        add("kernels", kernels(root, *rounds)?);
    }
    if wanted("random") {
        add("random", random(root, *rounds)?);
    }
    if wanted("steps") {
        add("steps", steps(root, *rounds)?);
    }
    if wanted("engine") {
        add("engine", engine(root, *rounds)?);
    }
    for paper in papers {
        add(paper.slug, cells(root, paper, *rounds)?);
    }
    print!("{table}");
    if wanted("costs") {
        crate::costs::measure(root)?;
    }
    Ok(())
}

fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root);
    cargo
}

fn build(root: &Path, papers: &[&Paper]) -> Result<()> {
    if papers.is_empty() {
        return Ok(());
    }
    let mut build = cargo(root);
    build.args(["build", "--release", "--locked"]);
    for paper in papers {
        build.args(["--package", paper.slug]);
    }
    ensure!(build.status()?.success(), "the papers do not build");
    Ok(())
}

/// What a benchmark of a crate prints. A paper is named beside it, so that dependencies keep the features they have
/// everywhere else and are not built once more.
fn benchmark(root: &Path, package: &str, bench: &str) -> Result<String> {
    eprintln!("{package}: {bench}");
    let mut command = cargo(root);
    command.args(["bench", "--locked", "--package", package, "--package", PAPERS[0].slug]);
    output(command.args(["--bench", bench]))
}

/// What a command prints; its errors are shown.
fn output(command: &mut Command) -> Result<String> {
    let result = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot run {command:?}"))?;
    let text = String::from_utf8_lossy(&result.stdout).into_owned();
    ensure!(result.status.success(), "{command:?} failed\n{text}");
    Ok(text)
}

/// Products beside three libraries; the fastest of them counts.
fn kernels(root: &Path, rounds: u32) -> Result<Vec<Line>> {
    const LIBRARIES: [&str; 3] = ["matrixmultiply", "numpy", "PyTorch"];
    // Products in the order of the benchmark, with the greatest rates of ours and of each library.
    let mut rates: Vec<(String, [f64; 4])> = Vec::new();
    for _ in 0..rounds {
        let mut greatest = |product: &str, from: usize, new: &[f64]| {
            let index = rates.iter().position(|(known, _)| known == product).unwrap_or_else(|| {
                rates.push((product.to_string(), [0.0; 4]));
                rates.len() - 1
            });
            let old = &mut rates[index].1[from..];
            old.iter_mut().zip(new).for_each(|(old, new)| *old = old.max(*new));
        };
        let text = benchmark(root, "numerics", "matrix")?;
        let mut products = Vec::new();
        for line in text.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            // Product, type, our rate, theirs, ratio.
            let Some((numbers, [ours, theirs])) = words
                .split_last_chunk::<3>()
                .and_then(|(product, [ours, theirs, _])| Some((product, [ours.parse().ok()?, theirs.parse().ok()?])))
            else {
                continue;
            };
            products.push(numbers.join(" "));
            greatest(&products[products.len() - 1], 0, &[ours, theirs]);
        }
        let arguments: Vec<&str> = products.iter().map(String::as_str).collect();
        for line in python(root, "kernels", &arguments, "kernel ")?.iter().flat_map(|text| text.lines()) {
            let mut words = line.splitn(4, ' ').skip(1);
            if let (Some(numpy), Some(torch), Some(product)) = (words.next(), words.next(), words.next()) {
                greatest(product, 2, &[numpy.parse()?, torch.parse()?]);
            }
        }
    }
    let line = |(what, [ours, theirs @ ..]): (String, [f64; 4])| {
        let fastest = (0..theirs.len()).max_by(|&a, &b| theirs[a].total_cmp(&theirs[b])).unwrap_or(0);
        let all: Vec<String> = LIBRARIES.iter().zip(theirs).map(|(name, rate)| format!("{name} {rate:.0}")).collect();
        Line {
            what,
            ours: format!("{ours:.0} GFLOP/s"),
            peer: Some((format!("{} GFLOP/s", all.join(", ")), ours / theirs[fastest])),
        }
    };
    Ok(rates.into_iter().map(line).collect())
}

/// Random numbers beside numpy's generator.
fn random(root: &Path, rounds: u32) -> Result<Vec<Line>> {
    let read = |text: &str| -> Times {
        let time = |line: &str| {
            let (nanoseconds, name) = line.strip_prefix("numbers ")?.split_once(' ')?;
            Some((name.to_string(), vec![nanoseconds.parse().ok()?]))
        };
        text.lines().filter_map(time).collect()
    };
    let (mut ours, mut peer) = (Times::new(), Times::new());
    for _ in 0..rounds {
        lower(&mut ours, read(&benchmark(root, "numerics", "random")?));
        if let Some(text) = python(root, "draws", &[], "numbers ")? {
            lower(&mut peer, read(&text));
        }
    }
    let nanoseconds = |value: f64| format!("{value:.2} ns a number");
    let line = |(what, times): (&String, &Vec<f64>)| Line {
        what: what.clone(),
        ours: nanoseconds(times[0]),
        peer: peer.get(what).map(|peer| (nanoseconds(peer[0]), peer[0] / times[0])),
    };
    Ok(ours.iter().map(line).collect())
}

fn engine(root: &Path, rounds: u32) -> Result<Vec<Line>> {
    let mut fastest: BTreeMap<String, (f64, String)> = BTreeMap::new();
    for _ in 0..rounds {
        let text = benchmark(root, "engine", "overhead")?;
        // After the claims of the runs themselves.
        let lines = text.lines().skip_while(|line| !line.ends_with("one thread:"));
        for (what, took) in lines.filter_map(|line| line.strip_prefix("  ")?.split_once("  ")) {
            let took = took.trim().to_string();
            let number: f64 = took.split(' ').next().unwrap_or_default().parse()?;
            let entry = fastest.entry(what.to_string()).or_insert((number, took.clone()));
            if number < entry.0 {
                *entry = (number, took);
            }
        }
    }
    let line = |(what, (_, ours)): (String, (f64, String))| Line {
        what: format!("10,000 empty cells: {what}"),
        ours,
        peer: None,
    };
    Ok(fastest.into_iter().map(line).collect())
}

fn steps(root: &Path, rounds: u32) -> Result<Vec<Line>> {
    let read = |text: &str, side: &str| -> Times {
        let time = |line: &str| {
            let [_, name, milliseconds] = line.split_whitespace().take(3).collect::<Vec<_>>()[..] else {
                return None;
            };
            let milliseconds: f64 = milliseconds.parse().ok()?;
            Some((name.to_string(), vec![milliseconds / 1e3]))
        };
        text.lines().filter(|line| line.starts_with(side)).filter_map(time).collect()
    };
    let (mut ours, mut peer) = (Times::new(), Times::new());
    for _ in 0..rounds {
        lower(&mut ours, read(&benchmark(root, "networks", "steps")?, "networks "));
        if let Some(text) = python(root, "networks", &[], "pytorch ")? {
            lower(&mut peer, read(&text, "pytorch "));
        }
    }
    Ok(ours.keys().map(|name| compare(name, &ours[name], peer.get(name))).collect())
}

fn cells(root: &Path, paper: &Paper, rounds: u32) -> Result<Vec<Line>> {
    let (mut ours, mut peer) = (Times::new(), Times::new());
    for round in 1..=rounds {
        eprintln!("{}: round {round} of {rounds}", paper.slug);
        lower(&mut ours, times_of_cells(root, paper)?);
        if let Some(text) = python(root, paper.slug, &[], "seconds ")? {
            lower(&mut peer, times_of_peer(&text));
        }
    }
    let line = |kind: &Kind| compare(kind.what, &ours[kind.what], peer.get(kind.peer));
    Ok(paper.kinds.iter().map(line).collect())
}

/// Runs a paper's cells into an empty cache, which keeps the seconds that each took.
fn times_of_cells(root: &Path, paper: &Paper) -> Result<Times> {
    let cache = tempfile::tempdir()?;
    let program = |arguments: &[&str]| {
        let mut command = Command::new(crate::programs(root).join(paper.slug));
        command.current_dir(root).env("PAPERS_CACHE", cache.path()).args(arguments);
        for setting in paper.settings {
            command.args(["--set", setting]);
        }
        output(&mut command)
    };
    // One share of one: all cells, but no outputs and no claims, which would miss with so few cells.
    program(&["run", "--shard", "0/1", "--threads", "1", "--quiet"])?;
    let listed = program(&["cells"])?;
    let mut times = Times::new();
    for Kind { what, label, .. } in paper.kinds {
        let seconds = |line: &str| line.split_once("took ")?.1.split_once(" s")?.0.parse().ok();
        let cells: Vec<f64> = listed.lines().filter(|line| line.contains(label)).filter_map(seconds).collect();
        ensure!(!cells.is_empty(), "no cell of {} has `{label}`:\n{listed}", paper.slug);
        times.insert((*what).to_string(), cells);
    }
    Ok(times)
}

fn times_of_peer(text: &str) -> Times {
    let time = |line: &str| {
        let mut words = line.strip_prefix("seconds ")?.split_whitespace();
        let name = words.next()?.to_string();
        Some((name, words.filter_map(|word| word.parse().ok()).collect()))
    };
    text.lines().filter_map(time).collect()
}

/// What a peer prints; none where Python or its packages are absent, that is where no line starts with `mark`.
fn python(root: &Path, peer: &str, arguments: &[&str], mark: &str) -> Result<Option<String>> {
    let interpreter = std::env::var_os("PYTHON").unwrap_or_else(|| OsString::from("python3"));
    let mut command = Command::new(&interpreter);
    command.arg(root.join("bench/peers").join(format!("{peer}.py"))).args(arguments);
    command.env("PYTHONDONTWRITEBYTECODE", "1").stderr(Stdio::inherit());
    let Ok(result) = command.output() else {
        eprintln!("{peer}: no peer, {} does not run", interpreter.display());
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&result.stdout).into_owned();
    if !result.status.success() {
        bail!("the peer {peer} failed:\n{text}");
    }
    if !text.lines().any(|line| line.starts_with(mark)) {
        eprintln!("{peer}: no peer, {}", text.trim());
        return Ok(None);
    }
    Ok(Some(text))
}

/// Takes over what is less than before.
fn lower(times: &mut Times, new: Times) {
    for (name, new) in new {
        let old = times.entry(name).or_insert_with(|| vec![f64::INFINITY; new.len()]);
        old.iter_mut().zip(new).for_each(|(old, new)| *old = old.min(new));
    }
}

/// A line of means over the seeds.
fn compare(what: &str, ours: &[f64], peer: Option<&Vec<f64>>) -> Line {
    let mean = |times: &[f64]| times.iter().sum::<f64>() / times.len() as f64;
    let milliseconds = |seconds: f64| {
        let decimals = [0.1, 0.01].into_iter().filter(|limit| seconds < *limit).count();
        format!("{:.decimals$} ms", 1e3 * seconds)
    };
    let ours = mean(ours);
    Line {
        what: what.to_string(),
        ours: milliseconds(ours),
        peer: peer.map(|peer| (milliseconds(mean(peer)), mean(peer) / ours)),
    }
}
