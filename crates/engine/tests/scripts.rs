//! What scripts rely on: JSON, grids of runs, replications, housekeeping.

mod place;

use std::collections::BTreeSet;
use std::fs;

use place::{PAPER, Place};
use serde_json::Value;

/// The lines of JSON that a call prints.
fn lines(place: &Place, arguments: &[&str], code: i32) -> Vec<Value> {
    let (stdout, _) = place.expect(&[arguments, &["--json"]].concat(), code);
    stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// The keys of a value and of what it holds.
fn keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            found.insert(key.clone());
            // Verdicts are listed by the ids of claims.
            if key != "verdicts" {
                keys(value, found);
            }
        }),
        Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

#[test]
fn every_key_that_is_printed_is_documented() {
    let documented = include_str!("../../../docs/json.md");
    let place = Place::new(PAPER);
    let mut found = BTreeSet::new();
    for (arguments, code) in [
        (&["status"][..], 1),
        (&["run", "--dry-run"], 0),
        (&["run"], 0),
        (&["run"], 0),
        (&["run", "--shard", "0/2"], 0),
        (&["status"], 0),
        (&["cells"], 0),
        (&["verify"], 0),
        (&["parameters"], 0),
        (&["vary", "draws=10,20"], 0),
        (&["replicate", "2"], 0),
        (&["--scale", "smoke"], 0),
        (&["runs"], 0),
        (&["gc"], 0),
    ] {
        for line in lines(&place, arguments, code) {
            keys(&line, &mut found);
        }
    }
    let mut events = place.command(&["--set", "draws=7", "--progress", "json"]);
    let (_, stderr) = place::expect(events.output().unwrap(), 1);
    let events: Vec<Value> = stderr.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert!(events.iter().filter(|event| event["event"] == "cell").count() == 40, "{stderr}");
    events.iter().for_each(|event| keys(event, &mut found));
    let missing: Vec<&String> = found.iter().filter(|key| !documented.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty() && found.len() > 40, "{missing:?}");
}

#[test]
fn a_grid_is_computed_once_and_told_row_by_row() {
    let place = Place::new(PAPER);
    let grid = ["vary", "cells=2,3", "draws=100, 200"];
    let rows = lines(&place, &grid, 0);
    let sets: Vec<String> = rows.iter().map(|row| row["set"].to_string()).collect();
    let expected = [
        r#"["cells=2","draws=100"]"#,
        r#"["cells=2","draws=200"]"#,
        r#"["cells=3","draws=100"]"#,
        r#"["cells=3","draws=200"]"#,
    ];
    assert_eq!(sets, expected);
    assert_eq!(rows[0]["claims"][0]["verdict"], "fails");
    // Cells that configurations share are one: 3 + 3 instead of 5 + 5.
    assert_eq!(fs::read_dir(place.path("target/cells/sweep")).unwrap().count(), 6);
    assert_eq!(lines(&place, &grid, 0), rows);
    let (stdout, _) = place.expect(&["vary", "threshold=1,1e9"], 0);
    assert!(stdout.contains("\n  holds   large: largest sum = ") && stdout.contains("\n  misses  large: "), "{stdout}");
    for wrong in [&["vary"][..], &["vary", "cells"], &["vary", "cells="], &["vary", "cels=1"], &["vary", "cells=0,1"]] {
        place.expect(wrong, 2);
    }
    place.expect(&["vary", &format!("cells={}", vec!["1"; 1001].join(","))], 2);
}

#[test]
fn replications_draw_other_numbers_and_stay_beside_the_outputs() {
    let place = Place::new(PAPER);
    assert!(place.expect(&["replicate", "3"], 1).1.contains("run it first"));
    place.expect(&[], 0);
    let before = place.outputs("figures/sweep");
    let (stdout, _) = place.expect(&["replicate", "3"], 0);
    assert!(stdout.contains("held in 3 of 3  large"), "{stdout}");
    let text = fs::read_to_string(place.path("figures/sweep/replications.yaml")).unwrap();
    let file: engine::Replications = serde_yaml::from_str(&text).unwrap();
    let values: BTreeSet<u64> = file.claims[0].measures[0].values.iter().map(|value| value.to_bits()).collect();
    assert_eq!((file.count, values.len()), (3, 3));
    assert!(file.claims[0].measures[0].least < file.claims[0].measures[0].median);
    // Other outputs keep their bytes, and running again keeps the replications.
    let after = place.outputs("figures/sweep");
    assert!(before.iter().all(|output| after.contains(output)) && after.len() == before.len() + 1);
    place.expect(&["run", "--no-cache"], 0);
    assert_eq!(place.outputs("figures/sweep"), after);
    place.expect(&["status"], 0);
    place.expect(&["verify"], 0);
    fs::write(place.path("papers/sweep/paper.yaml"), PAPER.replace("draws: 1000", "draws: 1001")).unwrap();
    place.expect(&[], 0);
    assert_eq!(place.outputs("figures/sweep").len(), after.len());
    assert!(place.expect(&["status"], 1).0.contains("replications.yaml is of other code or another configuration"));
    let (_, stderr) = place.expect(&["replicate", "4", "--set", "threshold=540", "--out", "figures/sweep"], 1);
    assert!(stderr.contains("held in ") && stderr.contains("fewer than 19 of 20"), "{stderr}");
}

#[test]
fn only_cells_that_nothing_needs_are_collected() {
    let place = Place::new(PAPER);
    place.expect(&[], 0);
    place.expect(&["replicate", "2"], 0);
    place.expect(&["--set", "draws=500", "--set", "threshold=1"], 0);
    place.expect(&["vary", "draws=501", "threshold=1"], 0);
    fs::write(place.path("target/cells/sweep/notes.txt"), "mine").unwrap();
    let told = lines(&place, &["gc", "--dry-run"], 0);
    assert_eq!((told[0]["removed"].as_u64(), told[0]["kept"].as_u64()), (Some(40), Some(160)));
    assert_eq!(lines(&place, &["gc"], 0)[0]["removed"], 40);
    assert_eq!(lines(&place, &["gc"], 0)[0]["removed"], 0);
    assert!(place.path("target/cells/sweep/notes.txt").exists());
    assert!(place.expect(&["--no-cache", "--scale", "smoke"], 0).0.contains("0 cached"));
    let (stdout, _) = place.expect(&["render"], 0);
    assert!(stdout.contains("from 40 cached cells"), "{stdout}");
}

#[test]
fn runs_are_listed_with_what_they_changed() {
    let place = Place::new(PAPER);
    assert!(place.expect(&["runs"], 0).0.contains("no runs besides the default one"));
    place.expect(&["--set", "draws=500", "--set", "threshold=1"], 0);
    place.expect(&["--scale", "smoke"], 0);
    let (stdout, _) = place.expect(&["runs"], 0);
    let start = "target/runs/sweep/default,draws=500,threshold=1";
    assert!(
        stdout.starts_with(start) && stdout.contains(": 1 of 1 claims hold; default, draws: 1000 -> 500; "),
        "{stdout}"
    );
    let runs = lines(&place, &["runs"], 0);
    assert_eq!(runs[0]["runs"][1]["verdicts"]["large"], "holds");
}

#[test]
fn configurations_are_merged_in_order_and_read_from_standard_input() {
    use std::io::Write;
    use std::process::Stdio;
    let place = Place::new(PAPER);
    fs::write(place.path("one.yaml"), "cells: 4\ndraws: 10\nthreshold: 1\n").unwrap();
    fs::write(place.path("two.yaml"), "cells: 5\n").unwrap();
    let mut command = place.command(&["--config", "one.yaml", "--config", "two.yaml", "--config", "-", "--out", "out"]);
    let mut run = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    run.stdin.take().unwrap().write_all(b"draws: 20\n").unwrap();
    place::expect(run.wait_with_output().unwrap(), 0);
    let provenance = fs::read_to_string(place.path("out/provenance.yaml")).unwrap();
    assert!(provenance.contains("cells: 5\n") && provenance.contains("draws: 20\n"), "{provenance}");
}

#[test]
fn a_relative_cache_is_the_projects() {
    let place = Place::new(PAPER);
    let mut command = place.command(&["run"]);
    command.env("PAPERS_CACHE", "cache").current_dir(place.path("papers/sweep"));
    place::expect(command.output().unwrap(), 0);
    assert_eq!(fs::read_dir(place.path("cache/sweep")).unwrap().count(), 40);
}
