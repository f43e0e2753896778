//! Inputs of any size and kind end in a value or a message, soon.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use super::*;
use crate::input::LIMIT;

/// What any input may take, with room for a busy machine.
const SOON: Duration = Duration::from_secs(2);

fn soon<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = run();
    assert!(start.elapsed() < SOON, "{what} took {:?}", start.elapsed());
    result
}

/// As many repetitions as a configuration has room for, behind the text of a good one.
fn filled(before: &str, repeated: &str, after: &str) -> String {
    let room = LIMIT - before.len() - after.len();
    format!("{before}{}{after}", repeated.repeat(room / repeated.len()))
}

#[test]
fn large_texts_end_soon() {
    let before = format!("{TEXT}paper:\n  n: ");
    for repeated in [
        "[", "[]", "- ", "a: ", "? ", "!a ", "&a ", "*a ", "\"", "'", "\\", "#", ",", "{a: [", "\n\n", " ", "\t", "x",
        "0", "🦀", "[1, ", "|\n  ", "1,", "%", "---\n", "? a\n: ", "\u{85}", "&a [*a, ",
    ] {
        let text = filled(&before, repeated, "");
        soon(&format!("{repeated:?}"), || read_with::<Config>(&text, Scale::Default, &[]).map(drop)).ok();
        let list = filled(&format!("{before}["), repeated, "]");
        soon(&format!("a list of {repeated:?}"), || read_with::<Config>(&list, Scale::Paper, &[]).map(drop)).ok();
    }
    let nested = "[".repeat(31) + &"]".repeat(31) + ", ";
    let text = filled(&format!("{before}["), &nested, "]");
    soon("nested lists", || read_with::<Config>(&text, Scale::Paper, &[]).map(drop)).unwrap_err();
}

#[test]
fn many_keys_and_many_faults_end_soon() {
    let mut text = TEXT.to_string() + "paper:\n";
    let mut key = 0;
    while text.len() < LIMIT - 100 {
        writeln!(text, "  key{key}: 1").unwrap();
        key += 1;
    }
    let error = soon("unknown keys", || read_with::<Config>(&text, Scale::Paper, &[])).unwrap_err();
    assert_eq!(error.faults.len(), 21);
    assert!(error.faults[0].starts_with("paper.yaml:12:3: `key0`: unknown key"), "{error}");
    assert!(error.faults[20].ends_with(" more faults"), "{error}");

    let list = TEXT.replace("[1, 0.5]", &filled("[", "x,", "]")[..LIMIT - 2000].replace(",]", "]"));
    let list = list.replacen("kind:", "]\n  kind:", 1);
    soon("wrong values", || read_with::<Config>(&list, Scale::Default, &[])).unwrap_err();

    let distinct: String = (0..100_000).map(|i| format!("{i}.5,")).collect();
    let list = TEXT.replace("[1, 0.5]", &format!("[{distinct}]"));
    assert_eq!(
        soon("distinct values", || read_with::<Config>(&list, Scale::Default, &[])).unwrap().alphas.len(),
        100_000
    );

    let long = "k".repeat(900_000);
    let error = soon("a long key", || read_with::<Config>(TEXT, Scale::Default, &[&format!("{long}=1")])).unwrap_err();
    assert!(error.to_string().len() < 1000, "{error}");
}

#[test]
fn files_are_read_under_a_limit() {
    for (path, expected) in [("/dev/zero", "a device or pipe"), ("/", "a folder"), ("/none", "cannot be read")] {
        if Path::new(path).exists() || path == "/none" {
            let error = soon(path, || ConfigFile::read(Path::new(path))).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
    let folder = std::env::temp_dir().join(format!("parameters-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("large.yaml");
    std::fs::write(&file, vec![b'#'; LIMIT + 1]).unwrap();
    let told = ConfigFile::read(&file).unwrap_err().to_string();
    assert!(told.ends_with("a configuration has at most 1048576 bytes"), "{told}");
    // 20,000 keys that do not exist, in a file with a byte-order mark.
    let keys: String = (0..20_000).map(|key| format!("key{key}: 1\n")).collect();
    std::fs::write(&file, format!("\u{feff}n: 0\n{keys}")).unwrap();
    let error = soon("20,000 lines", || {
        let overrides = ConfigFile::read(&file)?.changes;
        Settings::parse(TEXT.to_string(), "paper.yaml", Scale::Default, &overrides)?.read::<Config>()
    });
    let told = error.unwrap_err().faults;
    assert!(told[0].ends_with("large.yaml:1:4: `n`: expected a whole number, 1 or more, got 0"), "{}", told[0]);
    assert!(
        told[1].ends_with(
            "large.yaml:2:1: `key0`: unknown key; the keys are alphas, eta, kind, limit, n, n_test, \
        seeds, steps"
        ),
        "{}",
        told[1]
    );
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(settings(&format!("\u{feff}{TEXT}"), Scale::Default, &[]).is_ok());
}

#[test]
fn aliases_do_not_explode() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let previous = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![previous; 9].join(", ")));
    }
    let told = soon("a bomb", || settings(&bomb, Scale::Default, &[])).unwrap_err().to_string();
    assert!(told.contains("not valid YAML"), "{told}");
    // A list of 1000 values 100 times: less than serde_yaml allows.
    let list = vec!["x"; 1000].join(", ");
    let copies = vec!["*a"; 1000].join(", ");
    let told = settings(&format!("about: {{b: &a [{list}], c: [{copies}]}}"), Scale::Default, &[]).unwrap_err();
    assert!(told.to_string().contains("its aliases repeat too much"), "{told}");
    assert!(settings(&TEXT.replace("alphas: [1, 0.5]", "alphas: [&a 1, *a]"), Scale::Default, &[]).is_ok());
}

#[test]
fn damaged_texts_never_panic() {
    // A generator of Marsaglia's, so that a failure comes again.
    let mut state = 88_172_645_463_325_252_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit as u64) as usize
    };
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\n",
        "  ",
        "- ",
        "&a",
        "*a",
        "!b",
        "#",
        "1e999",
        "-",
        "9".repeat(30).leak(),
        "\"",
        "é",
        "~",
        "{n}",
        "nan",
        "\0",
        "|",
    ];
    let small = TEXT.lines().collect::<Vec<_>>();
    let mut read = 0;
    for round in 0..100_000 {
        // Most damage is to a part, which is quick to read.
        let kept = if round % 8 == 0 { 0..small.len() } else { below(6)..small.len() };
        let mut text = small[kept].join("\n").into_bytes();
        for _ in 0..1 + below(3) {
            let (from, piece) = (below(text.len()), pieces[below(pieces.len())]);
            let to = (from + below(4)).min(text.len());
            text.splice(from..to, piece.bytes());
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        let change = pieces[below(pieces.len())].to_string() + "n=" + pieces[below(pieces.len())];
        if let (Ok(settings), Ok(_)) = (settings(&text, Scale::Smoke, &[]), Override::argument(&change).map(drop)) {
            read += usize::from(settings.read::<Config>().is_ok());
            settings.caption().ok();
            settings.documentation::<Config>().table(round % 100);
        }
    }
    assert!(read > 0);
}
