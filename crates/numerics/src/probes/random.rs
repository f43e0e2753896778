//! Probes of the random streams and distributions: 1000 draws each.

use super::{Digest, Probe};
use crate::random::{Generator, Streams};

const DRAWS: u64 = 1000;

fn generator(name: &str) -> Generator {
    Streams::new("probes").open(name, 0)
}

fn reals(digest: &mut Digest, mut draw: impl FnMut(&mut Generator) -> f64) {
    let mut random = generator("reals");
    digest.doubles((0..DRAWS).map(|_| draw(&mut random)));
}

fn counts(digest: &mut Digest, mut draw: impl FnMut(&mut Generator) -> u64) {
    let mut random = generator("counts");
    digest.integers((0..DRAWS).map(|_| draw(&mut random)));
}

fn indices(digest: &mut Digest, indices: Vec<usize>) {
    digest.integers(indices.into_iter().map(|index| index as u64));
}

pub const PROBES: &[Probe] = &[
    Probe::new("random/words", |digest| counts(digest, Generator::next_u64)),
    Probe::new("random/split", |digest| {
        let mut child = generator("parent").split("child");
        digest.integers((0..DRAWS).map(|_| child.next_u64()));
    }),
    Probe::new("random/uniform", |digest| {
        reals(digest, Generator::uniform);
        reals(digest, |random| random.uniform_in(-2.5, 7.25));
    }),
    Probe::new("random/choices", |digest| {
        counts(digest, |random| random.below(10) as u64);
        counts(digest, |random| random.below(3 << 61) as u64);
        counts(digest, |random| random.bernoulli(0.3).into());
        reals(digest, Generator::sign);
        counts(digest, |random| random.categorical(&[1.0, 0.0, 2.5, 0.5]) as u64);
    }),
    Probe::new("random/categorical-of-logits", |digest| {
        counts(digest, |random| random.categorical_of_logits(&[0.0, -1.5, f64::NEG_INFINITY, 2.25]) as u64);
    }),
    Probe::new("random/normal", |digest| {
        reals(digest, Generator::normal);
        let mut values = vec![0.0; 100_000];
        generator("fill").fill_normal(&mut values);
        digest.doubles(values);
    }),
    Probe::new("random/normal_f32", |digest| {
        let mut random = generator("singles");
        digest.singles((0..DRAWS).map(|_| random.normal_f32()));
    }),
    Probe::new("random/exponential", |digest| {
        let mut random = generator("many");
        digest.doubles((0..100_000).map(|_| random.exponential()));
    }),
    Probe::new("random/laplace", |digest| reals(digest, |random| random.laplace(1.5))),
    Probe::new("random/gamma", |digest| {
        for shape in [1e-3, 0.4, 1.0, 3.3, 1e4] {
            reals(digest, |random| random.gamma(shape));
        }
    }),
    Probe::new("random/chi_squared", |digest| reals(digest, |random| random.chi_squared(5.0))),
    Probe::new("random/beta", |digest| {
        for (a, b) in [(2.0, 3.5), (0.2, 0.7), (1e-5, 1e-5), (300.0, 0.5)] {
            reals(digest, |random| random.beta(a, b));
        }
    }),
    Probe::new("random/binomial", |digest| {
        for (trials, p) in [(20, 0.3), (1000, 0.4), (1000, 0.99), (1 << 40, 0.5)] {
            counts(digest, |random| random.binomial(trials, p));
        }
    }),
    Probe::new("random/poisson", |digest| {
        for mean in [0.7, 9.0, 11.0, 1e3, 1e9] {
            counts(digest, |random| random.poisson(mean));
        }
    }),
    Probe::new("random/permutation", |digest| {
        indices(digest, generator("order").permutation(1000));
    }),
    Probe::new("random/sample", |digest| {
        indices(digest, generator("sample").sample(1000, 700));
        indices(digest, generator("sample").sample(1_000_000, 700));
    }),
    Probe::new("random/unit_vector", |digest| {
        digest.doubles(generator("sphere").unit_vector(100));
    }),
    Probe::new("random/orthonormal", |digest| {
        digest.doubles(generator("haar").orthonormal(60, 45));
    }),
];
