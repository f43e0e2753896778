//! `paper.yaml` as any text: a configuration or a message.
#![no_main]

use engine::{Scale, Settings};
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;

/// Every kind of field that papers use.
#[derive(Deserialize)]
#[allow(dead_code)]
struct Config {
    n: usize,
    eta: f64,
    name: String,
    lists: Lists,
    kind: Kind,
    maybe: Option<u64>,
    pair: [f64; 2],
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Lists {
    sizes: Vec<usize>,
    shapes: Vec<(usize, usize)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code)]
enum Kind {
    Low,
    High,
    Both { ratio: f64 },
}

fuzz_target!(|text: &str| {
    for scale in [Scale::Default, Scale::Smoke] {
        match Settings::parse(text.to_string(), "paper.yaml", scale, &[]) {
            Ok(settings) => drop(settings.read::<Config>().map_err(|error| error.to_string())),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
