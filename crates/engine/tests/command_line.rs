//! The command line as a user meets it, on a synthetic experiment in a folder of its own.

mod place;

use std::fs;

use place::{PAPER, Place};

#[test]
fn a_run_writes_all_outputs_and_the_second_does_nothing() {
    let place = Place::new(PAPER);
    let (stdout, _) = place.expect(&[], 0);
    assert!(stdout.contains("wrote figures/sweep (40 cells: 40 computed, 0 cached)"), "{stdout}");
    assert!(stdout.contains("holds  large: largest sum = "), "{stdout}");
    let names: Vec<String> = place.outputs("figures/sweep").into_iter().map(|(name, _)| name).collect();
    let expected = [
        "claims.yaml",
        "figure.pdf",
        "figure.png",
        "figure.svg",
        "parameters.json",
        "provenance.yaml",
        "table.csv",
        "table.csv-metadata.json",
    ];
    assert_eq!(names, expected);
    let claims = fs::read_to_string(place.path("figures/sweep/claims.yaml")).unwrap();
    assert!(claims.contains("caption: Sums of 1000 numbers."), "{claims}");
    let (stdout, _) = place.expect(&["run"], 0);
    assert!(stdout.contains("is up to date"), "{stdout}");
    assert!(place.expect(&["status"], 0).0.contains("is current"));
    assert!(place.expect(&["verify"], 0).0.contains("all bytes the same"));
    assert_eq!(place.expect(&["cells"], 0).0.matches("cached, took").count(), 40);
}

#[test]
fn outputs_that_came_with_the_sources_are_made_once() {
    let place = Place::new(PAPER);
    place.expect(&[], 0);
    let before = place.outputs("figures/sweep");
    fs::remove_dir_all(place.path("target")).unwrap();
    let (stdout, stderr) = place.expect(&[], 0);
    assert!(stdout.contains("40 computed") && stderr.contains("not yet made"), "{stdout}{stderr}");
    assert_eq!(place.outputs("figures/sweep"), before);
}

#[test]
fn threads_cache_shards_and_order_change_no_byte() {
    let place = Place::new(PAPER);
    place.expect(&["--threads", "1"], 0);
    let expected = place.outputs("figures/sweep");
    for arguments in [["--threads", "2", "--shuffle", "1"], ["--threads", "16", "--shuffle", "2"]] {
        fs::remove_dir_all(place.path("target")).unwrap();
        fs::remove_dir_all(place.path("figures")).unwrap();
        place.expect(&arguments, 0);
        assert_eq!(place.outputs("figures/sweep"), expected);
    }
    fs::remove_dir_all(place.path("figures")).unwrap();
    fs::remove_dir_all(place.path("target")).unwrap();
    for shard in ["1/3", "0/3"] {
        place.expect(&["run", "--shard", shard], 0);
        assert!(!place.path("figures/sweep").exists());
    }
    let (_, stderr) = place.expect(&["render"], 1);
    assert!(stderr.contains("13 of 40 cells are not cached"), "{stderr}");
    place.expect(&["run", "--shard", "2/3"], 0);
    place.expect(&["render"], 0);
    assert_eq!(place.outputs("figures/sweep"), expected);
    // A shared folder that shows late what other machines wrote.
    fs::remove_dir_all(place.path("figures")).unwrap();
    let (cells, late) = (place.path("target/cells"), place.path("target/cells-seen-late"));
    fs::rename(&cells, &late).unwrap();
    let mut render = place.command(&["render", "--wait", "60"]).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    assert!(render.try_wait().unwrap().is_none(), "it waits");
    for entry in fs::read_dir(late.join("sweep")).unwrap().flatten() {
        fs::rename(entry.path(), cells.join("sweep").join(entry.file_name())).unwrap();
    }
    assert!(render.wait().unwrap().success());
    assert_eq!(place.outputs("figures/sweep"), expected);
}

#[test]
fn only_what_depends_on_a_change_is_computed_again() {
    let place = Place::new(PAPER);
    place.expect(&[], 0);
    fs::write(place.path("papers/sweep/paper.yaml"), PAPER.replace("cells: 40", "cells: 43")).unwrap();
    assert!(place.expect(&["status"], 1).0.contains("config cells: 40 -> 43"));
    assert!(place.expect(&[], 0).0.contains("3 computed, 40 cached"));
    fs::write(place.path("papers/sweep/paper.yaml"), PAPER.replace("threshold: 500", "threshold: 450")).unwrap();
    let (stdout, stderr) = place.expect(&[], 0);
    assert!(stdout.contains("0 computed, 40 cached"), "{stdout}");
    assert!(stderr.contains("config threshold: 500.0 -> 450.0"), "{stderr}");
    fs::write(place.path("papers/sweep/paper.yaml"), PAPER.replace("draws: 1000", "draws: 1001")).unwrap();
    assert!(place.expect(&[], 0).0.contains("40 computed, 0 cached"));
}

#[test]
fn other_scales_and_settings_leave_the_figures_alone() {
    let place = Place::new(PAPER);
    let (stdout, _) = place.expect(&["--scale", "smoke"], 0);
    assert!(stdout.contains("target/runs/sweep/smoke") && stdout.contains("not judged"), "{stdout}");
    place.expect(&["--set", "draws=2000", "--set", "cells=3"], 0);
    assert!(place.path("target/runs/sweep/default,cells=3,draws=2000/figure.svg").exists());
    fs::write(place.path("mine.yaml"), "cells: 4\n").unwrap();
    place.expect(&["--config", "mine.yaml", "--out", "there"], 0);
    assert_eq!(fs::read_to_string(place.path("there/table.csv")).unwrap().lines().count(), 5);
    assert!(!place.path("figures").exists());
}

#[test]
fn a_failing_claim_still_writes_the_figure() {
    let place = Place::new(&PAPER.replace("threshold: 500", "threshold: 1e9"));
    for _ in 0..2 {
        let (_, stderr) = place.expect(&[], 1);
        assert!(stderr.contains("claim large fails in figures/sweep: largest sum is "), "{stderr}");
    }
    assert!(place.path("figures/sweep/figure.svg").exists());
    place.expect(&["--scale", "smoke"], 0);
}

#[test]
fn failing_cells_are_named_and_the_others_kept() {
    let place = Place::new(PAPER);
    let (_, stderr) = place.expect(&["--set", "errs=7", "--set", "panics=9"], 1);
    assert!(stderr.contains("seed: 7, ") && stderr.contains("this cell was told to err"), "{stderr}");
    assert!(stderr.contains("seed: 9, ") && stderr.contains("this cell was told to panic"), "{stderr}");
    assert!(stderr.contains("the 38 cells that finished are kept"), "{stderr}");
    assert!(!place.path("target/runs").exists());
}

#[test]
fn bad_configurations_and_arguments_exit_with_2_and_touch_nothing() {
    let place = Place::new(PAPER);
    place.expect(&[], 0);
    let before = place.outputs("figures/sweep");
    for (old, new, message) in [
        ("cells: 40", "cells: -1", "paper.yaml:3:10: `cells`: expected a whole number, 1 or more, got -1"),
        ("cells: 40", "cells: 0", "expected a whole number, 1 or more, got 0"),
        ("cells: 40", "cells: 1e15", "paper.yaml: these are more than 1000000 cells"),
        ("draws: 1000", "draws: 2e9", "`draws`: expected a whole number from 1 to 1000000000, got 2000000000"),
        ("{draws} numbers", "{drawz} numbers", "`caption`: unknown key `{drawz}`; did you mean `{draws}`?"),
        ("threshold: 500", "threshold: .nan", "`threshold`: expected a finite number, got NaN"),
        ("draws:", "drawz:", "`draws` is missing (is `drawz` meant to be it?)"),
        ("default:", "default: [", "not valid YAML"),
    ] {
        fs::write(place.path("papers/sweep/paper.yaml"), PAPER.replace(old, new)).unwrap();
        let (stdout, stderr) = place.expect(&[], 2);
        assert!(stderr.contains(message) && stdout.is_empty(), "{new}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
    fs::write(place.path("papers/sweep/paper.yaml"), PAPER).unwrap();
    for arguments in [
        &["--set", "cels=3"][..],
        &["--set", "cells"],
        &["--scale", "huge"],
        &["--shard", "3/3"],
        &["--threads", "0"],
        &["verify", "--tolerance", "-1"],
        &["--config", "absent.yaml"],
        &["dance"],
        &["--out", "papers"],
        &["--out", "Cargo.toml"],
        &["--out", "/dev/null"],
        &["verify", "--shard", "0/2"],
        &["status", "--no-cache"],
        &["run", "--no-cache", "--shard", "0/2"],
        &["run", "--tolerance", "1"],
    ] {
        place.expect(arguments, 2);
    }
    assert_eq!(place.outputs("figures/sweep"), before);
}

#[test]
fn edited_and_missing_outputs_are_noticed() {
    let place = Place::new(PAPER);
    place.expect(&[], 0);
    let table = place.path("figures/sweep/table.csv");
    let original = fs::read_to_string(&table).unwrap();
    let last = original.trim_end().rfind(|c: char| c.is_ascii_digit()).unwrap();
    let mut edited = original.clone();
    let digit = if original.as_bytes()[last] == b'1' { "2" } else { "1" };
    edited.replace_range(last..=last, digit);
    fs::write(&table, edited).unwrap();
    assert!(place.expect(&["status"], 1).0.contains("table.csv was edited by hand"));
    let (_, stderr) = place.expect(&["verify"], 1);
    assert!(stderr.contains("figures/sweep differs"), "{stderr}");
    assert!(
        stderr.contains("table.csv: row 39, column `sum`: ") && stderr.contains("different cells: 1, by "),
        "{stderr}"
    );
    let page = fs::read_to_string(place.path("target/verify/sweep/index.html")).unwrap();
    for file in ["expected.png", "figure.png", "difference.png"] {
        assert!(page.contains(file) && place.path("target/verify/sweep").join(file).exists());
    }
    assert!(page.contains("table.csv: row 39"), "{page}");
    let (_, stderr) = place.expect(&["verify", "--tolerance", "1e-20"], 1);
    assert!(stderr.contains("table.csv: row 39"), "{stderr}");
    let (stdout, _) = place.expect(&["verify", "--tolerance", "1"], 0);
    assert!(stdout.contains("agrees within 1e0") && stdout.contains("were not compared"), "{stdout}");
    place.expect(&[], 0);
    assert_eq!(fs::read_to_string(&table).unwrap(), original);
    fs::remove_file(place.path("figures/sweep/figure.svg")).unwrap();
    assert!(place.expect(&["status"], 1).0.contains("figure.svg is missing"));
    place.expect(&[], 0);
    place.expect(&["verify"], 0);
}

#[test]
fn a_damaged_cache_entry_is_reported_and_computed_again() {
    let place = Place::new(PAPER);
    place.expect(&[], 0);
    let entry = fs::read_dir(place.path("target/cells/sweep")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&entry).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&entry, bytes).unwrap();
    fs::remove_dir_all(place.path("figures")).unwrap();
    let (stdout, stderr) = place.expect(&[], 0);
    assert!(stderr.contains("is damaged: its checksum does not match"), "{stderr}");
    assert!(stdout.contains("1 computed, 39 cached"), "{stdout}");
    place.expect(&["verify"], 0);
}

#[test]
fn a_mistake_in_the_figure_names_the_line() {
    let place = Place::new(&PAPER.replace("mistaken: false", "mistaken: true"));
    let (_, stderr) = place.expect(&[], 1);
    assert!(stderr.contains("the figure could not be drawn: "), "{stderr}");
    assert!(stderr.contains("examples/sweep.rs:") && stderr.contains("no column `some`; the columns are seed, sum"));
}

#[test]
fn one_configuration_is_one_run_however_it_is_written() {
    let place = Place::new(PAPER);
    place.expect(&["--set", "cells=3", "--set", "threshold=5"], 0);
    let (stdout, _) = place.expect(&["--set", "threshold=5.0", "--set", "cells=3.0"], 0);
    assert!(stdout.contains("is up to date"), "{stdout}");
    assert_eq!(fs::read_dir(place.path("target/runs/sweep")).unwrap().count(), 1);
}

#[test]
fn parameters_are_explained() {
    let place = Place::new(PAPER);
    let (stdout, _) = place.expect(&["parameters"], 0);
    assert!(stdout.contains("draws") && stdout.contains("Random numbers that it adds up."), "{stdout}");
    let (stdout, _) = place.expect(&["parameters", "--json"], 0);
    let parameters: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&parameters[0]["key"], &parameters[0]["smoke"]), (&"cells".into(), &5.into()));
}

#[test]
fn no_claim_may_hold_on_nothing() {
    let place = Place::new(PAPER);
    place.expect(&["check-claims"], 1);
    place.expect(&[], 0);
    place.expect(&["check-claims"], 0);
}

#[test]
fn only_the_folder_that_was_meant_is_written_to() {
    let place = Place::new(PAPER);
    place.expect(&[], 0);
    fs::write(place.path("figures/sweep/note.txt"), "mine").unwrap();
    let (_, stderr) = place.expect(&["--set", "threshold=400", "--out", "figures/sweep"], 2);
    assert!(stderr.contains("holds note.txt, which is not an output of a paper"), "{stderr}");
    place.expect(&["render"], 2);
    assert_eq!(fs::read_to_string(place.path("figures/sweep/note.txt")).unwrap(), "mine");
    fs::create_dir(place.path("real")).unwrap();
    std::os::unix::fs::symlink(place.path("real"), place.path("link")).unwrap();
    place.expect(&["--scale", "smoke", "--out", "link"], 0);
    assert!(place.path("link").is_symlink() && place.path("real/table.csv").exists());
}

#[test]
fn a_provenance_repeats_its_run() {
    let place = Place::new(PAPER);
    place.expect(&["--scale", "smoke", "--set", "draws=10", "--out", "first"], 0);
    let (stdout, _) = place.expect(&["--config", "first/provenance.yaml", "--out", "second"], 0);
    assert!(stdout.contains("0 computed, 5 cached"), "{stdout}");
    assert_eq!(place.outputs("first"), place.outputs("second"));
    place.expect(&["--config", "first/provenance.yaml"], 0);
    assert!(place.path("target/runs/sweep/smoke,draws=10/table.csv").exists());
    let other =
        fs::read_to_string(place.path("first/provenance.yaml")).unwrap().replace("paper: sweep", "paper: other");
    fs::write(place.path("other.yaml"), other).unwrap();
    assert!(place.expect(&["--config", "other.yaml"], 2).1.contains("tells of a run of other, not of sweep"));
}

#[test]
fn a_dry_run_says_what_it_would_take_and_writes_nothing() {
    let place = Place::new(PAPER);
    let (stdout, _) = place.expect(&["--dry-run", "--set", "draws=1000000000", "--threads", "2"], 0);
    assert!(stdout.contains("40 cells to compute, 0 cached; about 100 s on 2 threads"), "{stdout}");
    assert!(!place.path("target/runs").exists() && !place.path("figures").exists());
}

#[test]
fn line_ends_that_git_has_converted_are_told_apart_from_edits() {
    let place = Place::new(PAPER);
    place.expect(&[], 0);
    let table = place.path("figures/sweep/table.csv");
    let converted = fs::read_to_string(&table).unwrap().replace('\n', "\r\n");
    fs::write(&table, converted).unwrap();
    assert!(place.expect(&["status"], 1).0.contains("table.csv has other line ends"));
    assert!(place.expect(&["verify"], 1).1.contains("table.csv: only its line ends differ"));
}

#[test]
fn a_reader_that_has_gone_ends_nothing_and_a_full_disk_is_a_sentence() {
    use std::process::Stdio;
    let place = Place::new(PAPER);
    for arguments in [&["cells"][..], &["parameters", "--json"], &["run"]] {
        let mut command = place.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}");
        let full = || Stdio::from(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
        let output = place.command(arguments).stdout(full()).stderr(Stdio::piped()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(1) && stderr.contains("cannot be written to standard output"), "{stderr}");
        place.command(arguments).stdout(Stdio::null()).stderr(full()).output().unwrap();
    }
}
