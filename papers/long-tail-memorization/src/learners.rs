//! Learners that do not memorize everything: one that ignores singletons, and a private one.

use common::prelude::*;

use crate::sample::Sample;

/// The full memorizer, but each point of `ignored` gets a uniformly random label.
pub fn guessing_on(sample: &Sample, ignored: &[usize], random: &mut Generator) -> Vec<usize> {
    let mut outputs = sample.memorized.clone();
    for &x in ignored {
        outputs[x] = random.below(sample.classes);
    }
    outputs
}

/// Ignores each singleton with probability `q`.
pub fn ignored_singletons(sample: &Sample, q: f64, random: &mut Generator) -> Vec<usize> {
    sample.singletons().filter(|_| random.bernoulli(q)).collect()
}

/// The full memorizer when the label of a singleton is observed wrong with probability `noise`, as a uniformly
/// random one of the other labels. Points seen more often are left alone: the learners that are compared treat
/// them alike.
pub fn fitting_noise(sample: &Sample, noise: f64, random: &mut Generator) -> Vec<usize> {
    let mut outputs = sample.memorized.clone();
    for x in sample.singletons() {
        if random.bernoulli(noise) {
            let shift = 1 + random.below(sample.classes - 1);
            outputs[x] = (sample.labels[x] + shift) % sample.classes;
        }
    }
    outputs
}

/// The private histogram: the label with the largest noisy count.
///
/// The counts of the m labels get independent Laplace noise of scale 1/eps, which makes the outputs eps-private
/// with respect to adding or removing one example. A point that was not seen has noise only, a uniform guess: it
/// keeps that of the full memorizer.
pub fn private_histogram(sample: &Sample, eps: f64, random: &mut Generator) -> Vec<usize> {
    let mut outputs = sample.memorized.clone();
    let mut noisy = vec![0.0; sample.classes];
    for (x, &count) in sample.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        for value in &mut noisy {
            *value = random.laplace(1.0 / eps);
        }
        noisy[sample.labels[x]] += count as f64;
        outputs[x] = reduce::argmax(&noisy);
    }
    outputs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::fit_probability;

    /// 20,000 points seen `count` times each.
    fn sample(count: usize, random: &mut Generator) -> Sample {
        const POINTS: usize = 20_000;
        let labels: Vec<usize> = (0..POINTS).map(|_| random.below(10)).collect();
        Sample {
            n: POINTS * count,
            classes: 10,
            frequencies: vec![1.0 / POINTS as f64; POINTS],
            memorized: labels.clone(),
            labels,
            counts: vec![count; POINTS],
        }
    }

    /// Compares the share of errors with a probability, within four standard deviations.
    fn expect(sample: &Sample, outputs: &[usize], probability: f64) {
        let measured = sample.excess(outputs, &sample.memorized);
        let deviation = (probability * (1.0 - probability) / sample.labels.len() as f64).sqrt();
        assert!((measured - probability).abs() < 4.0 * deviation, "{measured}, {probability}");
    }

    #[test]
    fn the_private_histogram_fits_as_often_as_the_formula() {
        let mut random = Streams::new("test").open("private", 0);
        for (count, eps) in [(1, 0.5), (1, 2.0), (3, 1.0), (10, 0.1)] {
            let sample = sample(count, &mut random);
            let outputs = private_histogram(&sample, eps, &mut random);
            expect(&sample, &outputs, 1.0 - fit_probability(eps * count as f64, 10));
        }
    }

    #[test]
    fn guesses_are_right_once_in_m_and_noise_is_never_right() {
        let mut random = Streams::new("test").open("ignoring", 0);
        let sample = sample(1, &mut random);
        let ignored = ignored_singletons(&sample, 0.5, &mut random);
        let outputs = guessing_on(&sample, &ignored, &mut random);
        expect(&sample, &outputs, 0.45);
        expect(&sample, &fitting_noise(&sample, 0.2, &mut random), 0.2);
        let everything = fitting_noise(&sample, 1.0, &mut random);
        assert_eq!(sample.unfitted(&everything, 1), sample.labels.len());
        assert_eq!(fitting_noise(&sample, 0.0, &mut random), sample.memorized);
    }
}
