//! The distributions of `numerics::random` against their distribution functions, and the known first
//! words of a stream.
//!
//! The seeds are fixed, so nothing here fails by chance. The bounds are those a correct generator
//! violates with a probability below 10⁻³ per check.

use ndarray::Array2;
use numerics::random::{Generator, Streams};
use numerics::special::{ln_gamma, normal_cdf, regularized_beta, regularized_gamma_lower, regularized_gamma_upper};
use numerics::{exp, exp_m1, ln, ln_1p, powi};
use proptest::prelude::*;

fn generator(name: &str) -> Generator {
    Streams::new("distributions").open(name, 1)
}

/// √n times the Kolmogorov–Smirnov distance; above 1.95 with probability 10⁻³.
fn kolmogorov_smirnov(mut sample: Vec<f64>, distribution: impl Fn(f64) -> f64) -> f64 {
    sample.sort_by(f64::total_cmp);
    let n = sample.len() as f64;
    let distance = sample.iter().enumerate().fold(0.0_f64, |largest, (i, &x)| {
        let p = distribution(x);
        largest.max(p - i as f64 / n).max((i + 1) as f64 / n - p)
    });
    distance * n.sqrt()
}

fn assert_continuous(name: &str, draw: impl Fn(&mut Generator) -> f64, distribution: impl Fn(f64) -> f64) {
    let mut random = generator(name);
    let sample = (0..200_000).map(|_| draw(&mut random)).collect();
    let distance = kolmogorov_smirnov(sample, distribution);
    assert!(distance < 1.95, "{name}: √n D = {distance}");
}

/// Probability that a correct generator gives counts at least this far from expectation (Pearson).
fn chi_square(counts: &[f64], expected: &[f64]) -> f64 {
    let statistic: f64 = counts.iter().zip(expected).map(|(c, e)| (c - e) * (c - e) / e).sum();
    regularized_gamma_upper(0.5 * (counts.len() - 1) as f64, 0.5 * statistic)
}

/// Compares draws with a probability mass function, rare values pooled into cells of at least 20.
fn assert_discrete(name: &str, draw: impl Fn(&mut Generator) -> u64, ln_mass: impl Fn(u64) -> f64, largest: u64) {
    let draws = 1_000_000;
    let mut random = generator(name);
    let mut counts = vec![0.0; largest as usize + 1];
    for _ in 0..draws {
        counts[draw(&mut random) as usize] += 1.0;
    }
    let (mut pooled_counts, mut pooled_expected) = (vec![], vec![]);
    let (mut count, mut expected) = (0.0, 0.0);
    for (k, &c) in counts.iter().enumerate() {
        count += c;
        expected += draws as f64 * exp(ln_mass(k as u64));
        if expected >= 20.0 {
            pooled_counts.push(std::mem::take(&mut count));
            pooled_expected.push(std::mem::take(&mut expected));
        }
    }
    *pooled_counts.last_mut().expect("a cell") += count;
    *pooled_expected.last_mut().expect("a cell") += expected;
    let total: f64 = pooled_expected.iter().sum();
    assert!((total / draws as f64 - 1.0).abs() < 1e-6, "{name}: the masses sum to {total} / {draws}");
    let p = chi_square(&pooled_counts, &pooled_expected);
    assert!(p > 1e-3, "{name}: chi-square p = {p:e} over {} cells", pooled_counts.len());
}

const KNOWN_START: [u64; 3] = [0x6d5f_6493_5755_33d9, 0x6435_3e6b_9332_adb5, 0x7679_847f_6ade_3244];
const KNOWN_LATER: [u64; 2] = [0x349b_f9c7_5365_7806, 0xc041_69e2_f887_37ae];
const KNOWN_CHILD: [u64; 2] = [0x6e50_d8d1_8323_99f3, 0xa35a_ed74_752f_8106];

/// Words computed by an independent implementation of SHA-256 keying and ChaCha8.
#[test]
fn first_words_of_a_stream_are_known() {
    let mut random = Streams::new("known-answer").open("data", 7);
    let words: Vec<u64> = (0..300).map(|_| random.next_u64()).collect();
    assert_eq!(words[..3], KNOWN_START);
    assert_eq!([words[255], words[299]], KNOWN_LATER);
    let mut child = random.split("child");
    assert_eq!([child.next_u64(), child.next_u64()], KNOWN_CHILD);
}

#[test]
fn uniform() {
    assert_continuous("uniform", Generator::uniform, |x| x);
    assert_continuous("uniform_in", |random| random.uniform_in(-3.0, 5.0), |x| (x + 3.0) / 8.0);
    let mut random = generator("bits");
    let mut ones = [0.0_f64; 64];
    for _ in 0..100_000 {
        let word = random.next_u64();
        for (bit, count) in ones.iter_mut().enumerate() {
            *count += (word >> bit & 1) as f64;
        }
    }
    // 64 bits at 4.5 standard deviations: 4 · 10⁻⁴ together.
    assert!(ones.iter().all(|count| (count - 50_000.0).abs() < 4.5 * 25_000.0_f64.sqrt()));
}

#[test]
fn normal() {
    assert_continuous("normal", Generator::normal, normal_cdf);
    // Many draws in narrow cells see a wrong layer of the ziggurat, which a distance does not.
    let (cells, draws) = (1000, 10_000_000);
    let mut values = vec![0.0; draws];
    generator("normal cells").fill_normal(&mut values);
    let mut counts = vec![0.0; cells];
    for &x in &values {
        counts[(normal_cdf(x) * cells as f64) as usize] += 1.0;
    }
    let p = chi_square(&counts, &vec![draws as f64 / cells as f64; cells]);
    assert!(p > 1e-3, "chi-square p = {p:e}");

    // The tail beyond the base layer has its own method.
    let edge = 3.654_152_885_361_009;
    let beyond = normal_cdf(-edge);
    for side in [1.0, -1.0] {
        let tail: Vec<f64> = values.iter().map(|x| side * x).filter(|&x| x > edge).collect();
        let expected = draws as f64 * beyond;
        assert!((tail.len() as f64 - expected).abs() < 4.0 * expected.sqrt(), "{} in the tail", tail.len());
        let distance = kolmogorov_smirnov(tail, |x| 1.0 - normal_cdf(-x) / beyond);
        assert!(distance < 1.95, "tail: √n D = {distance}");
    }

    let n = draws as f64;
    let moment = |k: i32| values.iter().map(|x| powi(*x, k)).sum::<f64>() / n;
    for (k, exact, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0), (6, 15.0, 10_170.0)] {
        let error = (moment(k) - exact) / (f64::sqrt(variance) / n.sqrt());
        assert!(error.abs() < 4.0, "moment {k} is {error} standard errors off");
    }
}

#[test]
fn filling_equals_drawing_one_by_one() {
    let mut values = [0.0; 1000];
    generator("fill").fill_normal(&mut values);
    let mut random = generator("fill");
    assert!(values.iter().all(|&x| x == random.normal()));
    let mut random = generator("fill");
    assert!(values.iter().all(|&x| x as f32 == random.normal_f32()));
    let matrix = generator("fill").normal_matrix(20, 50);
    assert_eq!(matrix.as_slice().expect("row by row"), values);
    assert_eq!(generator("fill").normal_vector(1000).to_vec(), values);
}

#[test]
fn exponential_and_laplace() {
    assert_continuous("exponential", Generator::exponential, |x| -exp_m1(-x));
    let mut random = generator("exponential tail");
    let edge = 7.697_117_470_131_05;
    let tail: Vec<f64> = (0..5_000_000).map(|_| random.exponential()).filter(|&x| x > edge).collect();
    let expected = 5e6 * exp(-edge);
    assert!((tail.len() as f64 - expected).abs() < 4.0 * expected.sqrt());
    assert!(kolmogorov_smirnov(tail, |x| -exp_m1(edge - x)) < 1.95);
    let laplace = |x: f64| {
        if x < 0.0 { 0.5 * exp(x / 2.0) } else { 1.0 - 0.5 * exp(-x / 2.0) }
    };
    assert_continuous("laplace", |random| random.laplace(2.0), laplace);
}

#[test]
fn gamma_and_chi_squared() {
    for shape in [0.05, 0.5, 1.0, 1.7, 8.0, 1000.0] {
        assert_continuous(
            &format!("gamma {shape}"),
            |random| random.gamma(shape),
            |x| regularized_gamma_lower(shape, x),
        );
    }
    for degrees in [1.0, 3.0, 30.0] {
        assert_continuous(
            &format!("chi-squared {degrees}"),
            |random| random.chi_squared(degrees),
            |x| regularized_gamma_lower(0.5 * degrees, 0.5 * x),
        );
    }
}

#[test]
fn beta() {
    for (a, b) in [(0.5, 0.5), (0.1, 3.0), (1.0, 1.0), (2.0, 5.0), (300.0, 100.0), (4.0, 0.3)] {
        assert_continuous(&format!("beta {a} {b}"), |random| random.beta(a, b), |x| regularized_beta(a, b, x));
    }
}

/// With tiny shapes the beta distribution becomes a coin with P(1) = a / (a + b).
#[test]
fn beta_of_tiny_shapes_is_a_coin() {
    for scale in [1e-8, 1e-100, 1e-308] {
        let mut random = generator(&format!("tiny {scale}"));
        let draws: Vec<f64> = (0..10_000).map(|_| random.beta(3.0 * scale, scale)).collect();
        assert!(draws.iter().all(|x| *x < 1e-9 || *x > 1.0 - 1e-9));
        let ones = draws.iter().sum::<f64>();
        assert!((ones - 7500.0).abs() < 4.0 * 1875.0_f64.sqrt(), "{ones} of 10000 at scale {scale:e}");
    }
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
}

#[test]
fn binomial() {
    // Inversion, rejection just above its threshold and far above, and their mirror images.
    for (n, p) in [(1, 0.3), (10, 0.5), (40, 0.2), (40, 0.26), (200, 0.5), (5000, 0.3), (5000, 0.999), (60, 0.9)] {
        let mass = |k: u64| ln_choose(n, k) + k as f64 * ln(p) + (n - k) as f64 * ln_1p(-p);
        assert_discrete(&format!("binomial {n} {p}"), |random| random.binomial(n, p), mass, n);
    }
    let mut random = generator("binomial ends");
    assert_eq!((random.binomial(0, 0.5), random.binomial(9, 0.0), random.binomial(9, 1.0)), (0, 0, 9));
}

/// A mean of 5 · 10¹¹ has no table of masses; its standardized draws are normal to 10⁻⁶.
#[test]
fn large_counts() {
    let n = 1_000_000_000_000;
    let standardized = |random: &mut Generator| (random.binomial(n, 0.5) as f64 - 5e11) / 5e5;
    assert_continuous("large binomial", standardized, normal_cdf);
    let standardized = |random: &mut Generator| (random.poisson(1e12) as f64 - 1e12) / 1e6;
    assert_continuous("large poisson", standardized, normal_cdf);
    let rare = |random: &mut Generator| random.binomial(n, 3e-12);
    assert_discrete("rare binomial", rare, |k| k as f64 * ln(3.0) - 3.0 - ln_gamma(k as f64 + 1.0), 40);
}

#[test]
fn poisson() {
    for mean in [0.01, 1.0, 9.9, 10.0, 30.5, 500.0] {
        let mass = |k: u64| k as f64 * ln(mean) - mean - ln_gamma(k as f64 + 1.0);
        let largest = (mean + 12.0 * f64::sqrt(mean) + 20.0) as u64;
        assert_discrete(&format!("poisson {mean}"), |random| random.poisson(mean), mass, largest);
    }
    assert_eq!(generator("poisson zero").poisson(0.0), 0);
}

#[test]
fn choices() {
    let uniform = |_| -ln(7.0);
    assert_discrete("below", |random| random.below(7) as u64, uniform, 6);
    // For this bound 8/3 words fall on each value, so that a third of them must be rejected.
    let large = |random: &mut Generator| random.below(3 << 61) as u64 % 3;
    assert_discrete("large below", large, |_| -ln(3.0), 2);
    let weights = [1.0, 0.0, 2.5, 0.5, 6.0];
    let mass = |k: u64| ln(weights[k as usize] / 10.0);
    assert_discrete("categorical", |random| random.categorical(&weights) as u64, mass, 4);
    let logits = [2.0, f64::NEG_INFINITY, 2.0 + ln(2.5), 2.0 - ln(2.0), 2.0 + ln(6.0)];
    assert_discrete("categorical of logits", |random| random.categorical_of_logits(&logits) as u64, mass, 4);
    assert_discrete("bernoulli", |random| random.bernoulli(0.3).into(), |k| ln([0.7, 0.3][k as usize]), 1);
    assert_discrete("sign", |random| (random.sign() > 0.0).into(), |_| -ln(2.0), 1);
    let mut random = generator("certain");
    assert!((0..1000).all(|_| random.categorical_of_logits(&[-1e300, 0.0, f64::NEG_INFINITY]) == 1));
    assert!((0..1000).all(|_| random.bernoulli(1.0) && !random.bernoulli(0.0)));
}

/// All 24 orders of four things, and all 12 ordered pairs, are equally likely.
#[test]
fn permutations_are_uniform() {
    let code = |values: &[usize]| values.iter().fold(0, |code, value| 4 * code + value);
    let check = |name: &str, draw: &dyn Fn(&mut Generator) -> Vec<usize>, outcomes: usize| {
        let mut random = generator(name);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..100_000 {
            *counts.entry(code(&draw(&mut random))).or_insert(0.0) += 1.0;
        }
        let counts: Vec<f64> = counts.into_values().collect();
        assert_eq!(counts.len(), outcomes);
        let p = chi_square(&counts, &vec![1e5 / outcomes as f64; outcomes]);
        assert!(p > 1e-3, "{name}: chi-square p = {p:e}");
    };
    check("permutation", &|random| random.permutation(4), 24);
    check("sample", &|random| random.sample(4, 2), 12);
}

#[test]
fn unit_vectors_are_uniform_on_the_sphere() {
    let mut random = generator("sphere");
    // In three dimensions each coordinate is uniform on [−1, 1] (Archimedes).
    for coordinate in 0..3 {
        let sample = (0..50_000).map(|_| random.unit_vector(3)[coordinate]).collect();
        assert!(kolmogorov_smirnov(sample, |x| 0.5 * (x + 1.0)) < 1.95);
    }
    let vector = random.unit_vector(1000);
    assert!((vector.dot(&vector) - 1.0).abs() < 1e-14);
}

#[test]
fn orthonormal_columns_are_orthonormal_and_haar() {
    let mut random = generator("haar");
    let q = random.orthonormal(40, 15);
    let deviation = q.t().dot(&q) - Array2::<f64>::eye(15);
    assert!(deviation.iter().all(|x| x.abs() < 1e-14));
    // Each entry of a 3 x 3 Haar matrix is uniform on [−1, 1]; without the sign convention the first
    // diagonal entry would have one sign.
    for (row, column) in [(0, 0), (2, 1), (1, 2)] {
        let sample = (0..20_000).map(|_| random.orthonormal(3, 3)[[row, column]]).collect();
        assert!(kolmogorov_smirnov(sample, |x| 0.5 * (x + 1.0)) < 1.95);
    }
}

#[test]
fn neighbouring_streams_are_independent() {
    let n = 100_000;
    let open = |slug: &str, name: &str, seed: u64| Streams::new(slug).open(name, seed).normal_vector(n);
    let streams = [
        open("paper", "data", 0),
        open("paper", "data", 1),
        open("paper", "data", 2),
        open("paper", "data", 1 << 32),
        open("paper", "datb", 0),
        open("paper", "data0", 0),
        open("papes", "data", 0),
        Streams::new("paper").open("data", 0).split("a").normal_vector(n),
        Streams::new("paper").open("data", 0).split("b").normal_vector(n),
    ];
    for (i, first) in streams.iter().enumerate() {
        for second in &streams[i + 1..] {
            for lag in [0, 1] {
                let products = first.iter().zip(second.iter().skip(lag)).map(|(x, y)| x * y);
                let correlation = products.sum::<f64>() / (n as f64).sqrt();
                assert!(correlation.abs() < 4.5, "correlation {correlation} standard errors");
            }
        }
    }
}

#[test]
fn a_stream_can_be_reopened() {
    let streams = Streams::new("paper");
    assert_eq!(streams.open("data", 3).normal_vector(100), streams.clone().open("data", 3).normal_vector(100));
}

proptest! {
    #[test]
    fn below_stays_below(n in 1..usize::MAX, seed: u64) {
        let mut random = Streams::new("below").open("", seed);
        prop_assert!((0..20).all(|_| random.below(n) < n));
    }

    #[test]
    fn a_permutation_has_every_index_once(n in 0..300_usize, seed: u64) {
        let mut values = Streams::new("permutation").open("", seed).permutation(n);
        values.sort_unstable();
        prop_assert!(values.into_iter().eq(0..n));
    }

    /// Small samples take another path than large ones; both start the same permutation.
    #[test]
    fn a_sample_starts_the_larger_sample(n in 1..3000_usize, share in 0.0..0.06_f64, seed: u64) {
        let k = (n as f64 * share) as usize;
        let open = || Streams::new("sample").open("", seed);
        let small = open().sample(n, k);
        prop_assert_eq!(&small[..], &open().sample(n, n)[..k]);
    }
}
