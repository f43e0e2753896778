//! A sweep on a real Slurm of two nodes: `cargo xtask slurm` submits it, a task is cancelled and a node lost, and
//! submitting it again runs the missing cells and no others; the rendered files have the bytes of an undisturbed run
//! without Slurm.
//!
//! Both nodes are this machine, a daemon each, with all state in a temporary folder. Where slurm-wlm and munge are not
//! installed, or cannot start, the test says so and passes.

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime};

const SLUG: &str = "unbounded-bilevel";

/// About 30 cells, most of which take some tenths of a second.
const SETTINGS: [&str; 4] = ["iterations=400000", "iterations_early=1000", "horizons=[200000, 400000]", "seeds=3"];

const SHARDS: usize = 4;

/// Two tasks each.
const NODES: [&str; 2] = ["one", "two"];

/// How long anything may take on a busy machine before the test gives up.
const PATIENCE: Duration = Duration::from_secs(120);

/// Why there is no cluster.
type Reason = String;

#[test]
fn a_killed_array_resumes_with_the_missing_cells() {
    let folder = tempfile::tempdir().unwrap();
    // munge wants its socket within reach of every user.
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let mut cluster = match Cluster::start(folder.path()) {
        Ok(cluster) => cluster,
        Err(reason) => {
            // Past the capture of the test's output, so that it is seen.
            let _ = writeln!(std::io::stderr(), "\nskipped: no Slurm here: {reason}");
            return;
        }
    };
    let place = Place::new(&folder.path().join("shared disk"));

    // An array that is cut short.
    let (first, render) = place.submit(&cluster, &[]);
    wait_until("a few cells are finished", || place.cached().len() >= 5);
    cluster.tool("scancel", &[&format!("{first}_1")]);
    let finished = place.cached();
    cluster.lose(1);
    cluster.wait_for_the_end();
    assert_eq!(cluster.told(&first, Some(1), "JobState"), "CANCELLED");
    // Slurm starts the tasks of the lost node on the other one.
    for task in [0, 2, 3] {
        assert_eq!(cluster.told(&first, Some(task), "JobState"), "COMPLETED", "task {task}");
    }
    let restarts = [0, 2, 3].map(|task| cluster.told(&first, Some(task), "Restarts"));
    assert!(restarts.contains(&"1".to_string()), "{restarts:?}");
    assert_eq!(cluster.told(&render, None, "JobState"), "CANCELLED");
    assert!(!place.outputs().exists(), "nothing is rendered from a part of the cells");
    let kept = place.cached();
    assert!(
        finished.iter().all(|(name, written)| kept.get(name) == Some(written)),
        "a finished cell was computed again"
    );
    let all = place.cells().len();
    assert!(kept.len() < all, "the tasks were cancelled too late to miss a cell");
    let missing = place.cells().iter().filter(|line| line.contains("not computed")).count();
    assert_eq!(missing, all - kept.len());

    // The same submission again, with the dependency that one would give it while the first still runs; the render job
    // must keep its own.
    let (second, render) = place.submit(&cluster, &[&format!("--dependency=afterany:{first}")]);
    cluster.wait_for_the_end();
    assert_eq!(cluster.told(&render, None, "JobState"), "COMPLETED", "{}", place.logs());
    let counts: Vec<(usize, usize)> =
        (0..SHARDS).map(|task| counts(&place.log(&format!("{second}_{task}.log")))).collect();
    let (computed, cached) = counts.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert_eq!((computed, cached), (missing, kept.len()), "{counts:?}");
    assert_eq!((counts[0].0, counts[2].0, counts[3].0), (0, 0, 0), "three tasks had finished: {counts:?}");
    let now = place.cached();
    assert_eq!(now.len(), all);
    for (name, written) in &kept {
        assert_eq!(now.get(name), Some(written), "a finished cell was computed again");
    }
    assert!(place.log(&format!("{render}_render.log")).contains(&format!("from {all} cached cells")));

    // No Slurm, no shares, another cache.
    let undisturbed = folder.path().join("undisturbed");
    let mut run = place.program(&["run", "--threads", "2", "--quiet", "--out"]);
    succeed(run.arg(&undisturbed).env("PAPERS_CACHE", folder.path().join("other")));
    assert_eq!(files(&place.outputs()), files(&undisturbed));
    assert!(files(&undisturbed).contains_key("table.csv") && files(&undisturbed).contains_key("figure.svg"));

    let report = format!("of {all} cells {} were kept, {computed} computed after the kills", kept.len());
    let _ = writeln!(std::io::stderr(), "\nslurm: {report}");
}

#[test]
fn without_sbatch_one_message_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path());
    let output = place.xtask(&[]).env("PATH", "").output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(message.contains("error: sbatch is not on this machine"), "{message}");
    // Nothing is submitted for a configuration that the paper refuses.
    let output = place.xtask(&["--set", "nonsense=1"]).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("nonsense") && message.contains("nothing was submitted"), "{message}");
}

/// A workspace with one paper, its program already built.
struct Place {
    root: PathBuf,
}

impl Place {
    fn new(root: &Path) -> Place {
        let test = std::env::current_exe().unwrap();
        let program = test.ancestors().nth(2).unwrap().join(SLUG);
        assert!(program.is_file(), "{SLUG} is not built: `make test` builds it first");
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let paper = Path::new("papers").join(SLUG).join("paper.yaml");
        fs::create_dir_all(root.join("papers").join(SLUG)).unwrap();
        fs::create_dir_all(root.join("target/release")).unwrap();
        fs::write(root.join("Cargo.toml"), "").unwrap();
        fs::copy(workspace.join(&paper), root.join(&paper)).unwrap();
        std::os::unix::fs::symlink(program, root.join("target/release").join(SLUG)).unwrap();
        Place { root: root.to_path_buf() }
    }

    fn which() -> impl Iterator<Item = &'static str> {
        let set = SETTINGS.iter().flat_map(|set| ["--set", set]);
        ["--scale", "smoke"].into_iter().chain(set)
    }

    fn xtask(&self, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(["slurm", SLUG, &SHARDS.to_string()]).args(Place::which()).args(more);
        command.env("CARGO_MANIFEST_DIR", self.root.join("crates/xtask"));
        command.env_remove("CARGO_TARGET_DIR").env_remove("PAPERS_CACHE");
        command
    }

    /// Submits the sweep and returns the numbers of the array job and of the render job.
    fn submit(&self, cluster: &Cluster, more: &[&str]) -> (String, String) {
        let options = [&["--", "--time=10", "--comment=two words"], more].concat();
        let output =
            succeed(self.xtask(&options).env("SLURM_CONF", &cluster.conf).env("MAKEFLAGS", "-j --jobserver-auth=3,4"));
        let text = String::from_utf8(output.stdout).unwrap();
        let number = |before: &str| {
            let rest = text.split(before).nth(1).unwrap_or_else(|| panic!("{before}: {text}"));
            rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().to_string()
        };
        (number("array job "), number("render job "))
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.root.join("target/release").join(SLUG));
        let (command_name, rest) = arguments.split_first().unwrap();
        command.arg(command_name).args(Place::which()).args(rest);
        command.current_dir(&self.root).env_remove("MAKEFLAGS").env_remove("PAPERS_CACHE");
        command
    }

    /// The lines of the program's command `cells`.
    fn cells(&self) -> Vec<String> {
        let output = succeed(&mut self.program(&["cells"]));
        String::from_utf8(output.stdout).unwrap().lines().map(String::from).collect()
    }

    /// The finished cells in the cache, with the moment each was written.
    fn cached(&self) -> BTreeMap<String, SystemTime> {
        let entries = fs::read_dir(self.root.join("target/cells").join(SLUG));
        let entries = entries.into_iter().flatten().flatten();
        entries
            .map(|entry| (entry.file_name().into_string().unwrap(), entry))
            .filter(|(name, _)| !name.starts_with('.'))
            .filter_map(|(name, entry)| Some((name, entry.metadata().ok()?.modified().ok()?)))
            .collect()
    }

    /// The folder that a run with these settings writes.
    fn outputs(&self) -> PathBuf {
        let runs = self.root.join("target/runs").join(SLUG);
        let first = fs::read_dir(&runs).ok().and_then(|mut entries| entries.next());
        first.map_or(runs, |entry| entry.unwrap().path())
    }

    fn log(&self, name: &str) -> String {
        fs::read_to_string(self.root.join("target/slurm").join(SLUG).join(name)).unwrap_or_default()
    }

    fn logs(&self) -> String {
        let entries = fs::read_dir(self.root.join("target/slurm").join(SLUG)).unwrap().flatten();
        let names = entries.map(|entry| entry.file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".log")).map(|name| format!("{name}:\n{}", self.log(&name))).collect()
    }
}

/// What a task says that it did: cells computed, cells cached.
fn counts(log: &str) -> (usize, usize) {
    let line = log.lines().find(|line| line.contains(": share "));
    let line = line.unwrap_or_else(|| panic!("the task did not finish: {log}"));
    let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    // share I of N: A cells computed, B cached
    let before = |word: &str, back: usize| {
        let at = words.iter().position(|&other| other == word).unwrap();
        let numbers = words[..at].iter().filter_map(|word| word.parse().ok());
        numbers.collect::<Vec<usize>>().into_iter().rev().nth(back).unwrap()
    };
    (before("computed", 0), before("cached", 0))
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{stdout}{stderr}");
    output
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < PATIENCE, "{PATIENCE:?} are over and it is not so that {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A Slurm on this machine. Its daemons end with it.
struct Cluster {
    folder: PathBuf,
    conf: PathBuf,
    daemons: Vec<Child>,
    /// Whether it takes jobs.
    ready: bool,
}

impl Cluster {
    /// Starts munged, slurmctld and slurmd, with everything in `folder`.
    fn start(folder: &Path) -> Result<Cluster, Reason> {
        let [munged, slurmctld, slurmd] = ["munged", "slurmctld", "slurmd"].map(find);
        let (munged, slurmctld, slurmd) = (munged?, slurmctld?, slurmd?);
        find("sbatch")?;
        let folder = folder.join("slurm");
        for name in ["munge", "state", "spool"] {
            fs::create_dir_all(folder.join(name)).unwrap();
            fs::set_permissions(folder.join(name), Permissions::from_mode(0o755)).unwrap();
        }
        let mut key = [0; 128];
        File::open("/dev/urandom").and_then(|mut source| source.read_exact(&mut key)).unwrap();
        fs::write(folder.join("munge/key"), key).unwrap();
        fs::set_permissions(folder.join("munge/key"), Permissions::from_mode(0o600)).unwrap();
        let user = Command::new("id").arg("-un").output().unwrap().stdout;
        let conf = folder.join("slurm.conf");
        fs::write(&conf, configuration(&folder, String::from_utf8_lossy(&user).trim())).unwrap();
        let mut cluster = Cluster { folder, conf, daemons: Vec::new(), ready: false };

        let inside = |name: &str| cluster.folder.join("munge").join(name).display().to_string();
        let arguments = [
            "--foreground".to_string(),
            format!("--key-file={}", inside("key")),
            format!("--socket={}", inside("socket")),
            format!("--pid-file={}", inside("pid")),
            format!("--log-file={}", inside("log")),
            format!("--seed-file={}", inside("seed")),
        ];
        let socket = cluster.folder.join("munge/socket");
        cluster.daemon(munged, "munged", &arguments)?;
        cluster.wait_for("munged", || socket.exists())?;
        cluster.daemon(slurmctld, "slurmctld", &["-D".to_string(), "-c".to_string()])?;
        for node in NODES {
            cluster.daemon(slurmd.clone(), &format!("slurmd-{node}"), &["-D", "-N", node].map(String::from))?;
        }
        let conf = cluster.conf.clone();
        let idle = || {
            let nodes = Command::new("sinfo").args(["-h", "-N", "-o", "%T"]).env("SLURM_CONF", &conf).output();
            nodes.is_ok_and(|nodes| nodes.stdout == b"idle\n".repeat(NODES.len()))
        };
        cluster.wait_for("a node", idle)?;
        cluster.ready = true;
        Ok(cluster)
    }

    fn daemon(&mut self, program: PathBuf, name: &str, arguments: &[String]) -> Result<(), Reason> {
        let log = File::create(self.folder.join(format!("{name}.out"))).unwrap();
        let mut command = Command::new(program);
        command.args(arguments).env("SLURM_CONF", &self.conf).stdin(Stdio::null());
        command.stdout(log.try_clone().unwrap()).stderr(log);
        let child = command.spawn().map_err(|error| format!("{name}: {error}"))?;
        self.daemons.push(child);
        Ok(())
    }

    /// Waits until something is so; a daemon that has ended will not make it so.
    fn wait_for(&mut self, what: &str, so: impl Fn() -> bool) -> Result<(), Reason> {
        let start = Instant::now();
        loop {
            // Asked first, because Slurm's commands wait long for a controller that has ended.
            let ended = self.daemons.iter_mut().any(|child| !matches!(child.try_wait(), Ok(None)));
            if ended || start.elapsed() > Duration::from_secs(20) {
                return Err(format!("{what} does not get ready\n{}", self.said()));
            }
            if so() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The last lines that each daemon wrote.
    fn said(&self) -> String {
        let mut text = String::new();
        for name in ["munged", "slurmctld", "slurmd-one", "slurmd-two"] {
            let said = fs::read_to_string(self.folder.join(format!("{name}.out"))).unwrap_or_default();
            let lines: Vec<&str> = said.lines().collect();
            for line in &lines[lines.len().saturating_sub(5)..] {
                text.push_str(&format!("{name}: {line}\n"));
            }
        }
        text
    }

    /// What one of Slurm's commands prints.
    fn tool(&self, name: &str, arguments: &[&str]) -> String {
        let output = succeed(Command::new(name).args(arguments).env("SLURM_CONF", &self.conf));
        String::from_utf8(output.stdout).unwrap()
    }

    fn wait_for_the_end(&self) {
        wait_until("no job is left", || self.tool("squeue", &["--noheader"]).trim().is_empty());
    }

    /// What Slurm says of a job, or of a task of an array job, under a key such as `JobState`.
    fn told(&self, job: &str, task: Option<usize>, key: &str) -> String {
        let name = task.map_or(job.to_string(), |task| format!("{job}_{task}"));
        let text = self.tool("scontrol", &["--oneliner", "show", "job", &name]);
        let told = text.split_whitespace().find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
        told.unwrap_or_default().to_string()
    }

    /// A node goes down with all that runs on it.
    fn lose(&mut self, node: usize) {
        // The daemons of the nodes were started last.
        let mut daemon = self.daemons.remove(self.daemons.len() - NODES.len() + node);
        daemon.kill().unwrap();
        daemon.wait().unwrap();
        let name = NODES[node];
        self.tool("scontrol", &["update", &format!("NodeName={name}"), "State=DOWN", "Reason=lost"]);
        let variables = [format!("SLURM_CONF={}", self.conf.display()), format!("SLURMD_NODENAME={name}")];
        for process in fs::read_dir("/proc").unwrap().flatten() {
            let environment = fs::read(process.path().join("environ")).unwrap_or_default();
            let holds = |variable: &String| environment.split(|&byte| byte == 0).any(|one| one == variable.as_bytes());
            if variables.iter().all(holds) {
                let _ = Command::new("kill").arg("-KILL").arg(process.file_name()).status();
            }
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for state in ["PENDING", "RUNNING"].iter().filter(|_| self.ready) {
            let mut cancel = Command::new("scancel");
            let _ = cancel.args(["--quiet", "--state", state]).env("SLURM_CONF", &self.conf).output();
        }
        // In the reverse of the order of their start, each with a moment to end well.
        while let Some(mut child) = self.daemons.pop() {
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let start = Instant::now();
            while matches!(child.try_wait(), Ok(None)) && start.elapsed() < Duration::from_secs(5) {
                std::thread::sleep(Duration::from_millis(20));
            }
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The least that a cluster needs. It claims as many processors as the array has tasks.
fn configuration(folder: &Path, user: &str) -> String {
    // Free at this moment; nothing holds them until the daemons start.
    let ports = [0; 3].map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
    let [control, ports @ ..] = ports.map(|port| port.local_addr().unwrap().port());
    let each = SHARDS / NODES.len();
    let nodes: String = NODES
        .iter()
        .zip(ports)
        .map(|(node, port)| format!("NodeName={node} NodeHostname=localhost Port={port} CPUs={each} State=UNKNOWN\n"))
        .collect();
    let folder = folder.display();
    // A task of a lost node starts again when its credential has expired, after two minutes if nothing is said.
    format!(
        "ClusterName=papers
SlurmctldHost=localhost
SlurmctldPort={control}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
MailProg=/bin/true
KillWait=2
SchedulerParameters=batch_sched_delay=0
SlurmdParameters=config_overrides
{nodes}PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"
    )
}

/// A program of the path or of the folders for daemons.
fn find(name: &str) -> Result<PathBuf, Reason> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from));
    let mut places = folders.map(|folder| folder.join(name));
    places.find(|place| place.is_file()).ok_or_else(|| format!("{name} is not installed"))
}
