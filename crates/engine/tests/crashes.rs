//! What happens when things go wrong from outside: processes are killed, disks are full or read-only, two runs share
//! their folders.

mod place;

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use numerics::random::Streams;
use place::{PAPER, Place, expect};

/// A sweep of many cells that take about a millisecond each.
fn sweep(cells: u32) -> String {
    PAPER
        .replace("cells: 40", &format!("cells: {cells}"))
        .replace("draws: 1000", "draws: 150000")
        .replace("threshold: 500", "threshold: 60000")
}

/// Finished cells in the cache; files that are still being written do not count.
fn finished(place: &Place) -> usize {
    let entries = fs::read_dir(place.path("target/cells/sweep"));
    entries.map_or(0, |entries| {
        let names = entries.flatten().map(|entry| entry.file_name());
        names.filter(|name| !name.to_string_lossy().starts_with('.')).count()
    })
}

/// Kills a run at a random moment, a hundred times: at any moment the outputs are the old ones or the new ones as a
/// whole, and running again gives the bytes of an undisturbed run and computes no finished cell again.
#[test]
fn a_hundred_kills_lose_nothing() {
    const CELLS: usize = 200;
    let old_config = sweep(CELLS as u32);
    let new_config = old_config.replace("threshold: 60000", "threshold: 60001");
    let place = Place::new(&old_config);
    place.expect(&["--threads", "2"], 0);
    let old = place.outputs("figures/sweep");
    fs::write(place.path("papers/sweep/paper.yaml"), &new_config).unwrap();
    fs::remove_dir_all(place.path("target")).unwrap();
    let start = Instant::now();
    place.expect(&["--threads", "2"], 0);
    let undisturbed = start.elapsed();
    let new = place.outputs("figures/sweep");
    assert_ne!(old, new);

    let mut random = Streams::new("crashes").open("moment", 0);
    let (mut before, mut between, mut after) = (0, 0, 0);
    for kill in 0..100 {
        fs::remove_dir_all(place.path("target")).unwrap();
        fs::remove_dir_all(place.path("figures")).unwrap();
        fs::create_dir_all(place.path("figures/sweep")).unwrap();
        for (name, bytes) in &old {
            fs::write(place.path("figures/sweep").join(name), bytes).unwrap();
        }
        let mut run = place.command(&["--threads", "2"]);
        let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(undisturbed.mul_f64(1.1 * random.uniform()));
        // It may have ended by itself.
        let _ = run.kill();
        run.wait().unwrap();

        let now = place.outputs("figures/sweep");
        assert!(now == old || now == new, "kill {kill}: some old and some new outputs");
        let kept = finished(&place);
        match (kept, now == new) {
            (0, _) => before += 1,
            (_, false) => between += 1,
            (_, true) => after += 1,
        }
        let (stdout, stderr) = place.expect(&["--threads", "2"], 0);
        let resumed = format!("{} computed, {kept} cached", CELLS - kept);
        assert!(
            stdout.contains(&resumed) || (kept == CELLS && stdout.contains("is up to date")),
            "kill {kill}, {kept} kept: {stdout}{stderr}"
        );
        assert_eq!(place.outputs("figures/sweep"), new, "kill {kill}");
        // What a killed writer left goes away once it is older than a minute; it is never taken for a result.
        assert_eq!(finished(&place), CELLS, "kill {kill}");
    }
    eprintln!("killed before the first cell {before}, during the sweep {between}, after writing {after} times");
    assert!(between >= 30, "only {between} of 100 kills hit the sweep");
}

#[test]
fn an_interrupt_names_the_cells_cut_short_and_keeps_the_others() {
    let place = Place::new(&sweep(2000));
    let mut command = place.command(&["--threads", "2"]);
    let run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while finished(&place) < 20 {
        std::thread::sleep(Duration::from_millis(2));
    }
    let pid = run.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let (_, stderr) = expect(run.wait_with_output().unwrap(), 130);
    assert!(stderr.contains("sweep: interrupted: "), "{stderr}");
    assert!(stderr.contains("of 2000 cells finished and are kept"), "{stderr}");
    assert!(stderr.contains("cut short: cell ") && stderr.contains("(Sum: seed: "), "{stderr}");
    let kept = finished(&place);
    let (stdout, _) = place.expect(&["--set", "cells=2000"], 0);
    assert!(stdout.contains(&format!("{} computed, {kept} cached", 2000 - kept)), "{stdout}");
}

#[test]
fn processes_at_once_share_cache_and_outputs() {
    let place = Place::new(&sweep(100));
    place.expect(&[], 0);
    let expected = place.outputs("figures/sweep");
    for _ in 0..5 {
        fs::remove_dir_all(place.path("target")).unwrap();
        fs::remove_dir_all(place.path("figures")).unwrap();
        let runs: Vec<_> = (0..4)
            .map(|seed| {
                let mut command = place.command(&["--threads", "2", "--shuffle", &seed.to_string()]);
                command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect();
        for run in runs {
            expect(run.wait_with_output().unwrap(), 0);
        }
        assert_eq!(place.outputs("figures/sweep"), expected);
        assert_eq!(finished(&place), 100);
        assert_eq!(fs::read_dir(place.path("figures")).unwrap().count(), 1);
    }
}

/// Under make's job server, threads that get no token must neither hold up the end nor compute.
#[test]
fn without_a_job_token_one_thread_does_it_all() {
    let place = Place::new(&sweep(100));
    place.expect(&[], 0);
    let expected = place.outputs("figures/sweep");
    fs::remove_dir_all(place.path("figures")).unwrap();
    fs::remove_dir_all(place.path("target")).unwrap();
    let server = jobserver::Client::new(1).unwrap();
    // The only token stays here until the run has ended.
    let token = server.acquire().unwrap();
    let mut command = place.command(&["--threads", "8"]);
    server.configure(&mut command);
    let mut run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while run.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < Duration::from_secs(60), "the run waits for a token that never comes");
        std::thread::sleep(Duration::from_millis(5));
    }
    expect(run.wait_with_output().unwrap(), 0);
    drop(token);
    assert_eq!(place.outputs("figures/sweep"), expected);
}

/// A small file system in memory, unmounted when dropped. `None` where this may not be mounted.
struct Mounted(PathBuf);

impl Mounted {
    fn new(at: PathBuf, options: &str) -> Option<Mounted> {
        fs::create_dir_all(&at).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&at);
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        if !mounted {
            eprintln!("left out: a file system in memory may not be mounted here");
        }
        mounted.then_some(Mounted(at))
    }

    fn make_read_only(&self) {
        let mut mount = Command::new("mount");
        mount.args(["-o", "remount,ro"]).arg(&self.0);
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

fn fill(folder: &Path, bytes: usize) {
    fs::write(folder.join("ballast"), vec![0; bytes]).unwrap();
}

#[test]
fn a_full_disk_leaves_the_old_outputs_and_says_so() {
    let place = Place::new(PAPER);
    place.expect(&[], 0);
    let expected = place.outputs("figures/sweep");
    let Some(disk) = Mounted::new(place.path("figures.full"), "size=256k") else {
        return;
    };
    let out = disk.0.join("sweep");
    let out = out.to_str().unwrap();
    place.expect(&["--out", out], 0);
    fill(&disk.0, (256 - 4 * 4) * 1024 - 2 * expected.iter().map(|(_, bytes)| bytes.len()).sum::<usize>());
    let (_, stderr) = place.expect(&["--out", out, "--set", "threshold=400"], 1);
    assert!(stderr.contains("No space left") && stderr.contains("old outputs are intact"), "{stderr}");
    assert_eq!(place.outputs("figures.full/sweep"), expected);
    let names: Vec<_> = fs::read_dir(&disk.0).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(names.len(), 2, "a half-written folder is left: {names:?}");
}

#[test]
fn a_full_cache_costs_only_the_cache() {
    let place = Place::new(PAPER);
    place.expect(&[], 0);
    let expected = place.outputs("figures/sweep");
    fs::remove_dir_all(place.path("figures")).unwrap();
    let Some(disk) = Mounted::new(place.path("cache"), "size=64k") else {
        return;
    };
    fill(&disk.0, 48 * 1024);
    let mut command = place.command(&[]);
    let (stdout, stderr) = expect(command.env("PAPERS_CACHE", &disk.0).output().unwrap(), 0);
    assert!(stdout.contains("wrote figures/sweep"), "{stdout}");
    assert!(stderr.contains("could not be cached") && stderr.contains("No space left"), "{stderr}");
    assert_eq!(place.outputs("figures/sweep"), expected);
    // All that a share is for is the cache.
    let mut command = place.command(&["--shard", "0/1"]);
    let (_, stderr) = expect(command.env("PAPERS_CACHE", &disk.0).output().unwrap(), 1);
    assert!(stderr.contains("cells were computed but could not be cached"), "{stderr}");
}

#[test]
fn read_only_folders_are_named() {
    let place = Place::new(PAPER);
    place.expect(&[], 0);
    let expected = place.outputs("figures/sweep");
    let Some(disk) = Mounted::new(place.path("locked"), "size=1m") else {
        return;
    };
    let out = disk.0.join("sweep");
    let out = out.to_str().unwrap();
    place.expect(&["--out", out], 0);
    disk.make_read_only();
    let (_, stderr) = place.expect(&["--out", out, "--set", "threshold=400"], 2);
    assert!(stderr.contains("locked/sweep cannot be written to: Read-only"), "{stderr}");
    assert_eq!(place.outputs("locked/sweep"), expected);
    // A cache that cannot be created is named; `--no-cache` does without.
    let run = |arguments: &[&str]| {
        let mut command = place.command(arguments);
        command.env("PAPERS_CACHE", disk.0.join("cells")).output().unwrap()
    };
    let (_, stderr) = expect(run(&["--set", "threshold=400"]), 1);
    assert!(stderr.contains("cannot use the cache") && stderr.contains("locked/cells"), "{stderr}");
    expect(run(&["--set", "threshold=400", "--no-cache"]), 0);
}

/// The same without a mount, for a user who may not write: as root, whom permissions do not stop, the program runs as
/// another user.
#[test]
fn folders_without_permission_are_named() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new(PAPER);
    place.expect(&[], 0);
    let expected = place.outputs("figures/sweep");
    fs::set_permissions(place.path("figures"), fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = place.command(&["--set", "threshold=400", "--no-cache", "--out", "figures/sweep"]);
    if fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0) {
        command.uid(65534).gid(65534);
        // The folder of the test is the other user's to enter.
        fs::set_permissions(place.path("."), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let (_, stderr) = expect(command.output().unwrap(), 2);
    assert!(stderr.contains("cannot be written to"), "{stderr}");
    fs::set_permissions(place.path("figures"), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(place.outputs("figures/sweep"), expected);
}
