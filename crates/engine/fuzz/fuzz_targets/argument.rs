//! `--set` with any text: a change of the configuration or a message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use parameters::{Override, Scale, Settings};

const PAPER: &str = "\
about: { title: T, authors: [A], year: 2026, arxiv: \"0000.00000\", figure: F, summary: S, caption: C }
default: { n: 3, list: [1, 2], deep: { a: 1 } }
";

fuzz_target!(|text: &str| {
    match Override::argument(text) {
        Ok(change) => {
            let settings = Settings::parse(PAPER.to_string(), "paper.yaml", Scale::Default, &[change]);
            drop(settings.map_err(|error| error.to_string()));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
