//! Times kernels, training steps, the engine and whole cells of papers, each beside a peer in the same run.
//!
//! Ours and the peer take turns, and of each time the least over all rounds counts, so that a busy machine disturbs
//! both alike. The peers of training steps and cells are Python programs under `bench/peers/`; without Python or their
//! packages they are left out. A peer checks that it computes what the paper's table holds, and fails if not.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// What to time, and how often.
#[derive(clap::Args)]
pub struct Benchmarks {
    /// Only these: kernels, steps, engine, costs (into docs/costs.yaml), or papers that have a peer
    #[arg(value_name = "PART")]
    parts: Vec<String>,
    /// Turns of ours and the peer, of which the fastest counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
}

/// The parts that are no papers.
const OTHERS: [&str; 4] = ["kernels", "steps", "engine", "costs"];

/// A paper with cells that have a peer, `bench/peers/<slug>.py`.
struct Paper {
    slug: &'static str,
    /// What keeps other cells few; the cells that are timed have the values of `paper.yaml`.
    settings: &'static [&'static str],
    kinds: &'static [Kind],
}

/// Cells that differ in their seeds only.
struct Kind {
    /// What the table calls them.
    what: &'static str,
    /// Part of their line in what `cells` prints.
    label: &'static str,
    /// What the peer calls them.
    peer: &'static str,
}

const PAPERS: &[Paper] = &[
    Paper {
        slug: "xor-grokking",
        settings: &["large.seeds=1", "large.T=1", "mid.seeds=4", "small.seeds=1", "small.T=1"],
        kinds: &[Kind { what: "100 gradient steps through the Gram matrix", label: "setting: mid", peer: "training" }],
    },
    Paper {
        slug: "matrix-sensing-curses",
        settings: &["alphas=[0.5]", "seeds=2"],
        kinds: &[Kind {
            what: "4000 steps of gradient descent on two factors",
            label: "run: asym_over, k: 5, alpha: 0.5",
            peer: "descent",
        }],
    },
    Paper {
        slug: "transformers-as-svms",
        settings: &["instances=20", "rank_n=[5]", "rank_d=[5]", "rank_instances=1"],
        kinds: &[Kind { what: "attention trained twice, and two SVMs", label: "Alignment", peer: "attention" }],
    },
    Paper {
        slug: "unbounded-bilevel",
        settings: &["horizons=[32000]", "iterations=10", "iterations_early=10", "checkpoints=2"],
        kinds: &[Kind { what: "32,000 steps on ten numbers", label: "panel: rate", peer: "rate" }],
    },
    Paper {
        slug: "halfspace-tester-learner",
        settings: &["eta_grid=[0.3]", "sigma_grid=[0.05]", "opt_grid=[0.05]", "marginals=[gauss]", "seeds_marginals=1"],
        kinds: &[Kind { what: "smoothed-loss descent and tests", label: "panel: massart", peer: "tester-learner" }],
    },
    Paper {
        slug: "long-tail-memorization",
        settings: &["n=1000", "zipf_n_domain=1000", "seeds=1", "knn_seeds=4"],
        kinds: &[Kind { what: "nearest neighbours in 32 dimensions", label: "ClusterRun", peer: "neighbours" }],
    },
    Paper {
        slug: "wide-deep-optimality",
        settings: &["seeds=3", "ns=[4000]"],
        kinds: &[
            Kind { what: "kernel machines of 100 layers", label: "DepthSweep: activation: p7", peer: "machines" },
            Kind { what: "singular-kernel smoother, 4000 x 2000 points", label: "Accuracies", peer: "limit" },
        ],
    },
    Paper {
        slug: "loss-landscape-degeneracy",
        settings: &["nets=[[3, 3, 3]]", "ranks=[1]", "inverse_temperatures=[1.0e4]", "partitions=[[2, 1]]"],
        kinds: &[
            Kind { what: "32 Gibbs chains of small matrices", label: "EffectiveParameters", peer: "chains" },
            Kind { what: "two million uniform points", label: "loss: w1^2 w2^2 + w3^2", peer: "volume" },
        ],
    },
    Paper {
        slug: "data-diet",
        settings: &["prune_fracs=[0.9]", "score_epochs=[0]", "offsets=[0]", "n_score_inits=1"],
        kinds: &[Kind { what: "two trainings of a small network (PyTorch)", label: "FullPool", peer: "training" }],
    },
    Paper {
        slug: "diffusion-score-estimation",
        settings: &["networks.widths=[4096]", "networks.seeds=6", "kernels.n=[200]", "kernels.seeds=1", "slice.n=50"],
        kinds: &[Kind {
            what: "300 steps of a network of 4096 neurons, and its kernel",
            label: "width: 4096, seed:",
            peer: "training",
        }],
    },
    Paper {
        slug: "scalable-nn-kernels",
        settings: &[
            "activations=[cos]",
            "ms=[16]",
            "seeds_AB=1",
            "tilt.tilts=[0.1]",
            "bundled.ms=[1024]",
            "mlp.hs=[2]",
            "mlp.steps=1",
        ],
        kinds: &[Kind { what: "ridge on 1024 features of 20,000 images", label: "Bundled", peer: "bundled" }],
    },
    Paper {
        slug: "projektor",
        settings: &["seeds=2"],
        kinds: &[Kind {
            what: "66 mixtures at four sizes, with Sinkhorn distances",
            label: "Run: seed",
            peer: "mixtures",
        }],
    },
    Paper {
        slug: "infinite-width-feature-learning",
        settings: &["seeds=3", "ntk_widths=[2]"],
        kinds: &[Kind {
            what: "first-order MAML of eight linear networks",
            label: "parametrisation: !Mup",
            peer: "meta-learning",
        }],
    },
    Paper {
        slug: "coherent-gradients",
        settings: &["noise_levels=[0.5]", "rules=[{winsor: 2}]", "clean_rules=[]", "vocabulary_rules=[]"],
        kinds: &[
            Kind { what: "6000 steps of a small network with coherence (PyTorch)", label: "Noisy", peer: "training" },
            Kind { what: "800 winsorized steps (dense numpy)", label: "!winsor 2", peer: "winsorized" },
        ],
    },
    Paper {
        slug: "self-tuning-networks",
        settings: &["starts=[0.2, 0.5]", "fixed=[0.3]", "ridge.seeds=1", "ridge.starts=[0]", "ridge.sigmas=[1]"],
        kinds: &[Kind {
            what: "2000 steps of a network with gates, 900 of its dropout rates (PyTorch)",
            label: "start: 0.2",
            peer: "self-tuning",
        }],
    },
    Paper {
        slug: "multigrid-neural-operator",
        settings: &["seeds=2", "cnn_smoothing=1", "sizes=[3]"],
        kinds: &[
            Kind { what: "300 steps of V-cycles on three grids (PyTorch)", label: "arch: mgno3", peer: "mgno3" },
            Kind { what: "300 steps of spectral convolutions (PyTorch)", label: "arch: fno", peer: "fno" },
        ],
    },
    Paper {
        slug: "nested-dropout-noisy-labels",
        settings: &["toy_seeds=[0, 1]", "seeds=[0, 1]"],
        kinds: &[
            Kind { what: "16,000 steps of regression networks (PyTorch)", label: "ToyRun", peer: "regressions" },
            Kind { what: "two nested networks, then Co-teaching (PyTorch)", label: "!nested", peer: "nested" },
        ],
    },
    Paper {
        slug: "limiting-confidence",
        settings: &["train_n=[256]", "theory_n=[2]"],
        kinds: &[Kind {
            what: "16 epochs of a bag-of-words network, with coverage (PyTorch)",
            label: "Training: train_n: 256",
            peer: "training",
        }],
    },
    Paper {
        slug: "in-context-meta-learning",
        settings: &["n_tasks=[4096]"],
        kinds: &[Kind {
            what: "1200 steps of a transformer on random tasks (PyTorch)",
            label: "n_tasks: 4096",
            peer: "training",
        }],
    },
    Paper {
        slug: "weight-compander",
        settings: &["shortcuts=[4]", "noises=[]", "standard_lrs=[0.05]", "standard_decays=[0]", "clip_lrs=[]"],
        kinds: &[Kind {
            what: "400 steps of a companded network (PyTorch)",
            label: "method: !compander, ca: 1.0, cb: 1.0, descent: lr: 0.05, decay: 0.0,",
            peer: "training",
        }],
    },
    Paper {
        slug: "rich-features",
        settings: &[],
        kinds: &[Kind { what: "2500 full-batch steps of 14 networks (PyTorch)", label: "Run: seed", peer: "seed" }],
    },
    Paper {
        slug: "wasserstein-dependency",
        settings: &["m_values=[9]", "more_pairs=[]"],
        kinds: &[
            Kind { what: "1200 steps of WPC, with probe (PyTorch)", label: "method: wpc", peer: "wpc" },
            Kind { what: "1200 steps of CPC, with probe (PyTorch)", label: "method: cpc", peer: "cpc" },
        ],
    },
    Paper {
        slug: "random-search-sparse",
        settings: &["sparsities=[0.25]", "seeds=6"],
        kinds: &[Kind {
            what: "200 sub-networks judged, four trained (PyTorch)",
            label: "Sparse: sparsity: 0.25",
            peer: "search",
        }],
    },
    Paper {
        slug: "concept-vectors",
        settings: &[],
        kinds: &[Kind {
            what: "a memory trained, ten concepts unlearned in five ways",
            label: "Run",
            peer: "unlearning",
        }],
    },
    Paper {
        slug: "parameter-efficient-retrieval",
        settings: &["depths=[10]", "seeds=3"],
        kinds: &[Kind { what: "ten layers pre-trained, tuned in four ways", label: "depth: 10", peer: "tuning" }],
    },
    Paper {
        slug: "retrieval-meta-learning",
        settings: &["seeds=6"],
        kinds: &[Kind {
            what: "600 episodes with attention to 20 passages (PyTorch)",
            label: "method: attention, n_passages: 20, shots: 5",
            peer: "attention",
        }],
    },
    Paper {
        slug: "step-law",
        settings: &["rates=[0.015625, 0.03125]", "batches=[64, 512]", "widths=[16]", "tokens=[512]", "check_seeds=1"],
        kinds: &[Kind {
            what: "four language models of 30,944 parameters, 262,144 tokens each (PyTorch)",
            label: "role: held-out",
            peer: "trainings",
        }],
    },
];

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
        add("kernels", kernels(root)?);
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

fn kernels(root: &Path) -> Result<Vec<Line>> {
    let text = benchmark(root, "numerics", "matrix")?;
    let line = |line: &str| -> Option<Line> {
        let mut words = line.split_whitespace().rev();
        let ratio = words.next()?.parse().ok()?;
        let (peer, ours, kind) = (words.next()?, words.next()?, words.next()?);
        let mut product: Vec<&str> = words.collect();
        product.reverse();
        Some(Line {
            what: format!("{} {kind}", product.join(" ")),
            ours: format!("{ours} GFLOP/s"),
            peer: Some((format!("matrixmultiply {peer} GFLOP/s"), ratio)),
        })
    };
    Ok(text.lines().filter_map(line).collect())
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
        if let Some(text) = python(root, "networks", "pytorch ")? {
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
        if let Some(text) = python(root, paper.slug, "seconds ")? {
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
fn python(root: &Path, peer: &str, mark: &str) -> Result<Option<String>> {
    let interpreter = std::env::var_os("PYTHON").unwrap_or_else(|| OsString::from("python3"));
    let mut command = Command::new(&interpreter);
    command.arg(root.join("bench/peers").join(format!("{peer}.py")));
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
