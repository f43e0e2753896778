//! Speed of the random streams.
use numerics::random::{Generator, Streams};
use std::hint::black_box;
use std::time::{Duration, Instant};
const COUNT: usize = 100_000;
fn line(name: &str, mut work: impl FnMut(&mut Generator, &mut [f64])) {
    let mut values = vec![0.0; COUNT];
    let mut random = Streams::new("bench").open(name, 0);
    let mut least = Duration::MAX;
    for _ in 0..200 {
        let start = Instant::now();
        work(&mut random, &mut values);
        black_box(&mut values);
        least = least.min(start.elapsed());
    }
    println!("{name:<20} {:.2} ns", least.as_secs_f64() * 1e9 / COUNT as f64);
}
fn main() {
    line("words", |r, v| v.iter_mut().for_each(|x| *x = f64::from_bits(r.next_u64())));
    line("uniform", |r, v| v.iter_mut().for_each(|x| *x = r.uniform()));
    line("normal", |r, v| v.iter_mut().for_each(|x| *x = r.normal()));
    line("fill_normal", |r, v| r.fill_normal(v));
    line("exponential", |r, v| v.iter_mut().for_each(|x| *x = r.exponential()));
    line("below", |r, v| v.iter_mut().for_each(|x| *x = r.below(1000) as f64));
}
