//! What a bad configuration says, and what a good one means.

use serde::Deserialize;

use super::*;
use crate::config::Check;

#[derive(Debug, Deserialize, PartialEq)]
struct Model {
    n: usize,
    eta: f64,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Gaussian,
    Identity,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Steps {
    first: u32,
    last: u32,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Config {
    model: Model,
    alphas: Vec<f64>,
    kind: Kind,
    steps: Steps,
    limit: Option<f64>,
    seeds: usize,
}

const TEXT: &str = "\
about: { title: T, authors: [A, B], year: 2023, arxiv: \"2310.02540\", figure: F, summary: S }
default:
  n: 200
  eta: 0.05
  alphas: [1, 0.5]
  kind: gaussian
  steps: { first: 1, last: 9 }
  seeds: 3
smoke: { n: 60, steps: { last: 4 } }
";

fn settings(text: &str, scale: Scale, set: &[&str]) -> Result<Settings, ConfigError> {
    let set: Result<Vec<Override>, ConfigError> = set.iter().map(|s| Override::argument(s)).collect();
    Settings::parse(text.to_string(), "paper.yaml", scale, &set?)
}

fn read_with(text: &str, scale: Scale, set: &[&str]) -> Result<Config, ConfigError> {
    settings(text, scale, set)?.read()
}

fn fault(text: &str, set: &[&str]) -> String {
    read_with(text, Scale::Default, set).unwrap_err().to_string()
}

#[test]
fn scales_and_overrides_are_merged_key_by_key() {
    let config = read_with(TEXT, Scale::Smoke, &["eta=0.1", "steps.first=2", "alphas=[3]"]).unwrap();
    assert_eq!(config.model, Model { n: 60, eta: 0.1 });
    assert_eq!(config.steps, Steps { first: 2, last: 4 });
    assert_eq!((config.alphas, config.kind, config.seeds), (vec![3.0], Kind::Gaussian, 3));
    assert_eq!(config.limit, None);
    let default = settings(TEXT, Scale::Default, &[]).unwrap();
    assert_eq!(default.about.arxiv, "2310.02540");
    assert_eq!(default.read::<Config>().unwrap().model.n, 200);
}

#[test]
fn whole_numbers_may_be_written_as_floats() {
    assert_eq!(read_with(TEXT, Scale::Default, &["n=1e3"]).unwrap().model.n, 1000);
}

#[test]
fn faults_name_place_key_and_expectation() {
    let cases: [(&str, &str, &str); 12] = [
        ("n: 200", "n: many", "paper.yaml:3:6: `n`: expected a whole number, 0 or more, got the text \"many\""),
        ("n: 200", "n: -3", "paper.yaml:3:6: `n`: expected a whole number, 0 or more, got -3"),
        ("n: 200", "n: 2.5", "paper.yaml:3:6: `n`: expected a whole number, 0 or more, got 2.5"),
        ("eta: 0.05", "eta: .nan", "paper.yaml:4:8: `eta`: expected a finite number, got NaN"),
        ("eta: 0.05", "eta: .inf", "paper.yaml:4:8: `eta`: expected a finite number, got infinity"),
        ("[1, 0.5]", "[]", "paper.yaml:5:11: `alphas`: expected a list with at least one value, got an empty list"),
        ("[1, 0.5]", "[1, x]", "paper.yaml:5:15: `alphas[1]`: expected a number, got the text \"x\""),
        (
            "kind: gaussian",
            "kind: gauss",
            "paper.yaml:6:9: `kind`: expected one of gaussian, identity, got the text \"gauss\"",
        ),
        ("last: 9", "lost: 9", "paper.yaml:7:10: `steps`: the key `last` is missing (is `lost` meant to be it?)"),
        ("last: 9", "last: 9, more: 1", "paper.yaml:7:31: `steps.more`: unknown key; the keys are first, last"),
        ("seeds: 3", "seeds: 3\n  seed: 4", "paper.yaml:9:3: `seed`: unknown key; did you mean `seeds`?"),
        ("smoke: { n: 60", "smoke: { nn: 60", "paper.yaml:9:10: `nn`: unknown key; did you mean `n`?"),
    ];
    for (old, new, expected) in cases {
        assert_eq!(fault(&TEXT.replace(old, new), &[]), expected);
    }
}

#[test]
fn faults_of_arguments_name_the_argument() {
    assert_eq!(fault(TEXT, &["etaa=1"]), "--set etaa=1: `etaa`: unknown key; did you mean `eta`?");
    assert_eq!(fault(TEXT, &["eta=abc"]), "--set eta=abc: `eta`: expected a number, got the text \"abc\"");
    assert_eq!(
        fault(TEXT, &["steps.last=x"]),
        "--set steps.last=x: `steps.last`: expected a whole number, 0 or more, got the text \"x\""
    );
    assert!(Override::argument("eta").is_err());
    assert!(Override::argument("=3").is_err());
    assert!(Override::argument("a=[1,").is_err());
}

#[test]
fn broken_files_are_refused_with_a_place() {
    let cases = [
        ("default: [1", "not valid YAML"),
        ("", "expected a mapping"),
        ("- 1\n- 2", "expected a mapping"),
        ("a: 1\na: 2", "not valid YAML"),
        ("default: {}", "the section `about` is missing"),
        ("abuot: {}", "unknown section `abuot`; did you mean `about`?"),
        ("1: 2", "expected a name as key"),
    ];
    for (text, expected) in cases {
        let error = settings(text, Scale::Default, &[]).unwrap_err().to_string();
        assert!(error.starts_with("paper.yaml") && error.contains(expected), "{text}: {error}");
    }
    let deep = format!("default: {}{}", "[".repeat(5000), "]".repeat(5000));
    assert!(settings(&deep, Scale::Default, &[]).is_err());
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let previous = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![previous; 9].join(", ")));
    }
    assert!(settings(&bomb, Scale::Default, &[]).is_err());
}

#[test]
fn checks_collect_every_fault() {
    let settings = settings(TEXT, Scale::Default, &["n=0"]).unwrap();
    let config: Config = settings.read().unwrap();
    let mut check = Check::new(&settings);
    check.positive("n", config.model.n);
    check.within("eta", config.model.eta, 0.1, 0.4);
    check.memory("seeds", 1e12);
    check.increasing("alphas", &config.alphas);
    check.at_least("steps.last", config.steps.last, 10);
    check.count("seeds", config.seeds);
    let faults = check.finish().unwrap_err().faults;
    assert_eq!(faults[0], "--set n=0: `n`: expected a value above 0, got 0");
    assert_eq!(faults[1], "paper.yaml:4:8: `eta`: expected a value between 0.1 and 0.4, got 0.05");
    assert!(faults[2].contains("931.3 GiB"), "{}", faults[2]);
    assert!(faults[3].contains("rising order, none twice, got [1, 0.5]"), "{}", faults[3]);
    assert_eq!(faults[4], "paper.yaml:7:28: `steps.last`: expected at least 10, got 9");
    assert_eq!(faults.len(), 5);
}
