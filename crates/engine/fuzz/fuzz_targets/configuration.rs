//! `paper.yaml` as any text: a configuration or a message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use parameters::{Parameters, Scale, Settings};

/// Every kind of field that papers use.
#[derive(Parameters)]
#[allow(dead_code)]
struct Config {
    n: usize,
    eta: f64,
    name: String,
    #[flatten]
    lists: Lists,
    kind: Kind,
    maybe: Option<u64>,
    pair: [f64; 2],
}

#[derive(Parameters)]
#[allow(dead_code)]
struct Lists {
    sizes: Vec<usize>,
    shapes: Vec<[usize; 2]>,
}

#[derive(Parameters)]
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
