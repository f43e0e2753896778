//! Configurations from outside: whatever the bytes, the answer is a value or a message, soon, and never a panic.
//!
//! Real configurations are damaged at random: bytes and lines are changed, cut out, doubled and moved, and pieces that
//! are known to trouble readers of YAML are put in. `INPUTS=1000000` tries more of them than a plain test run does.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use numerics::random::{Generator, Streams};
use parameters::{Override, Parameters, Scale, Settings};

/// Every kind of field that papers use.
#[derive(Debug, Parameters)]
#[allow(dead_code)]
struct Config {
    #[range(..=1_000_000)]
    n: usize,
    eta: f64,
    name: String,
    #[flatten]
    lists: Lists,
    kind: Kind,
    maybe: Option<u64>,
    #[range(0.0..)]
    pair: [f64; 2],
}

#[derive(Debug, Parameters)]
#[allow(dead_code)]
struct Lists {
    sizes: Vec<usize>,
    shapes: Vec<[usize; 2]>,
}

#[derive(Debug, Parameters)]
#[allow(dead_code)]
enum Kind {
    Low,
    High,
    Both { ratio: f64 },
}

const PAPER: &str = "\
about:
  { title: T, authors: [A, B], year: 2026, arxiv: \"0000.00000\", figure: F, summary: S, caption: 'n = {n}' }
default:
  n: 200      # a comment
  eta: 1.0e-3
  name: plain
  sizes: [1, 2, 3]
  shapes: [[1, 2], [3, 4]]
  kind: { both: { ratio: 0.5 } }
  maybe: null
  pair: [0.0, 1.0]
smoke: { n: 3, kind: low }
paper:
  n: 40000
variants:
  measured: { data: steplaw, set: { n: 4 } }
";

/// Pieces that have meaning in YAML, or that break weak readers.
const PIECES: &[&str] = &[
    "&a ",
    "*a",
    "<<: *a",
    "{",
    "}",
    "[",
    "]",
    "[[[[[[[[",
    "{a: {a: {a: ",
    "- ",
    "-\n",
    ": ",
    ":\n",
    "? ",
    "!!binary ",
    "!!float ",
    "!custom ",
    "| ",
    ">-\n",
    "---\n",
    "...\n",
    "%YAML 9.9\n",
    "# ",
    "\t",
    "\r\n",
    "\u{feff}",
    "\u{0}",
    "\u{85}",
    "\u{2028}",
    "\"",
    "'",
    "\\x",
    "~",
    "null",
    "true",
    ".nan",
    "-.inf",
    "1e999",
    "-0",
    "0x7f",
    "0o17",
    "1_000",
    "1e-400",
    "99999999999999999999999999",
    "18446744073709551616",
    "12:30:45",
    "2026-01-01",
    "default:",
    "smoke: ",
    "n:",
    "sizes:",
    "\u{1F980}",
    "e\u{301}",
];

/// Damages a text in one place.
fn damage(bytes: &mut Vec<u8>, random: &mut Generator) {
    let end = bytes.len();
    let at = random.below(end + 1);
    let span = at..(at + random.below(12)).min(end);
    match random.below(8) {
        0 if at < end => bytes[at] = random.below(256) as u8,
        1 => drop(bytes.drain(span)),
        2 => {
            let piece = bytes[span].to_vec();
            let to = random.below(bytes.len() + 1);
            bytes.splice(to..to, piece);
        }
        3 => bytes.truncate(at),
        4 => {
            // A line at another place, or with another indentation.
            let lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            let line = lines[random.below(lines.len())].clone();
            let spaces = vec![b' '; random.below(5)];
            bytes.splice(at..at, [b"\n".to_vec(), spaces, line, b"\n".to_vec()].concat());
        }
        _ => {
            let piece = PIECES[random.below(PIECES.len())].as_bytes();
            let repeats = if random.below(20) == 0 { 1 + random.below(400) } else { 1 };
            bytes.splice(at..at, piece.repeat(repeats));
        }
    }
}

/// What a paper's program does with a configuration before it runs.
fn read(text: String, arguments: &[String], scale: Scale) -> Result<Config, String> {
    let overrides: Result<Vec<Override>, _> = arguments.iter().map(|text| Override::argument(text)).collect();
    let overrides = overrides.map_err(|error| error.to_string())?;
    let settings = Settings::parse(text, "paper.yaml", scale, &overrides).map_err(|error| error.to_string())?;
    let config: Config = settings.read().map_err(|error| error.to_string())?;
    settings.caption().map_err(|error| error.to_string())?;
    Ok(config)
}

fn seeds() -> Vec<Vec<u8>> {
    let papers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../papers");
    let mut seeds = vec![PAPER.as_bytes().to_vec(); 4];
    let mut folders: Vec<_> = fs::read_dir(papers).unwrap().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    seeds.extend(folders.iter().filter_map(|folder| fs::read(folder.join("paper.yaml")).ok()));
    seeds
}

#[test]
fn damaged_configurations_give_a_value_or_a_message() {
    let inputs = std::env::var("INPUTS").ok().and_then(|text| text.parse().ok());
    let inputs: usize = inputs.unwrap_or(30_000);
    let seeds = seeds();
    let mut random = Streams::new("inputs").open("damage", 0);
    let (mut values, mut slowest) = (0, Duration::ZERO);
    for _ in 0..inputs {
        // Mostly the short one, which reaches the deserializer more often.
        let chosen = random.below(8 * seeds.len());
        let mut bytes = seeds.get(chosen).unwrap_or(&seeds[0]).clone();
        for _ in 0..=random.below(4) {
            damage(&mut bytes, &mut random);
        }
        let mut argument = b"sizes=[1, 2]".to_vec();
        damage(&mut argument, &mut random);
        let argument = String::from_utf8_lossy(&argument).into_owned();
        let arguments = if random.below(4) == 0 { vec![argument] } else { Vec::new() };
        let scale = [Scale::Default, Scale::Smoke, Scale::Paper][random.below(3)];
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let start = Instant::now();
        match read(text.clone(), &arguments, scale) {
            Ok(_) => values += 1,
            Err(message) => assert!(!message.trim().is_empty(), "no message for {text:?}"),
        }
        let took = start.elapsed();
        slowest = slowest.max(took);
        assert!(took < Duration::from_secs(2), "took {took:?}: {text:?}");
    }
    eprintln!("{inputs} inputs, {values} of them valid, slowest {slowest:?}");
    assert!(values > inputs / 100, "hardly any input was valid: the damage is too strong to test much");
}

#[test]
fn known_traps_are_answered() {
    let bombs = {
        // Each level repeats the one before nine times: 9^12 values if it were expanded.
        let mut text = String::from("a0: &a0 [1]\n");
        for level in 1..13 {
            let list = vec![format!("*a{}", level - 1); 9].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{list}]\n"));
        }
        text
    };
    let deep = |open: &str, close: &str| format!("n: {}{}", open.repeat(100_000), close.repeat(100_000));
    let long = format!("name: {}\nn: x", "y".repeat(900_000));
    for section in [
        bombs,
        deep("[", "]"),
        deep("{a: ", "}"),
        long,
        "n: &a *a".into(),
        "<<: [1]".into(),
        deep("- ", ""),
        deep("? ", ""),
        "a".repeat(1 << 20),
        "{a: [} ".repeat(100_000),
    ] {
        let indented: String = section.lines().map(|line| format!("  {line}\n")).collect();
        let start = Instant::now();
        let message = read(format!("about: {{}}\ndefault:\n{indented}"), &[], Scale::Default).unwrap_err();
        assert!(message.len() < 2000, "a message of {} bytes", message.len());
        let took = start.elapsed();
        assert!(took < Duration::from_secs(2), "took {took:?}: {}", &indented[..40]);
    }
    for argument in
        [deep("=[", "]"), format!("n={}", "[".repeat(50_000)), "=".into(), "a..b=1".into(), "n=\u{0}".into()]
    {
        assert!(read(PAPER.to_string(), &[argument], Scale::Default).is_err());
    }
}

#[test]
fn files_that_are_no_text_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.yaml");
    let load = || Settings::load(&path, "papers/p/paper.yaml", Scale::Default, &[]).map(drop);
    assert!(load().unwrap_err().to_string().contains("papers/p/paper.yaml"));
    for bytes in [b"\xff\xfe\x00".to_vec(), b"about: \xc3\x28".to_vec(), vec![b'a'; 2 << 20], vec![0; 10]] {
        fs::write(&path, bytes).unwrap();
        let message = load().unwrap_err().to_string();
        assert!(message.contains("papers/p/paper.yaml") && message.lines().count() == 1, "{message}");
    }
}
