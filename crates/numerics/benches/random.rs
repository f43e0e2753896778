//! Speed of the random streams, on one thread: `cargo bench -p numerics --bench random`.
//!
//! A line for each kind of draw: nanoseconds a number, of the fastest of many fills of a slice.

use std::hint::black_box;
use std::time::Instant;

use numerics::random::{Generator, Streams};

/// Numbers in a fill.
const COUNT: usize = 100_000;
/// Fills of each kind.
const ROUNDS: usize = 200;

fn main() {
    line("uniform", |random, values| values.fill_with(|| random.uniform()));
    line("normal", Generator::fill_normal);
    line("exponential", |random, values| values.fill_with(|| random.exponential()));
    line("below 1000", |random, values| values.fill_with(|| random.below(1000) as f64));
    line("a permutation", |random, _| {
        black_box(random.permutation(COUNT));
    });
}

fn line(name: &str, mut fill: impl FnMut(&mut Generator, &mut [f64])) {
    let mut values = vec![0.0; COUNT];
    let mut random = Streams::new("bench").open(name, 0);
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        fill(&mut random, &mut values);
        black_box(&mut values);
        least = least.min(start.elapsed().as_secs_f64());
    }
    println!("numbers {:.3} {name}", 1e9 * least / COUNT as f64);
}
