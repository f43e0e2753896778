//! A population of labelled points, a sample of it, and the error of a learner.

use common::prelude::*;

use crate::prior::Prior;

/// Draws indices with given probabilities, each in logarithmic time.
#[derive(Clone, Debug)]
pub struct CumulativeTable {
    sums: Vec<f64>,
}

impl CumulativeTable {
    /// Probabilities proportional to the weights, which are not negative and not all zero.
    pub fn new(weights: &[f64]) -> CumulativeTable {
        let mut total = 0.0;
        let add = |weight: &f64| {
            total += weight;
            total
        };
        CumulativeTable { sums: weights.iter().map(add).collect() }
    }

    /// Draws one index.
    pub fn sample(&self, random: &mut Generator) -> usize {
        let last = self.sums.len() - 1;
        let place = random.uniform() * self.sums[last];
        // Rounding can reach the end.
        self.sums.partition_point(|&sum| sum <= place).min(last)
    }
}

/// A population over the domain {0, …, N − 1}, and what a sample of it shows.
///
/// The output of a learner is one label for each domain point.
#[derive(Clone, Debug)]
pub struct Sample {
    /// How many samples, n.
    pub n: usize,
    /// How many classes, m.
    pub classes: usize,
    /// The frequency D(x) of each point.
    pub frequencies: Vec<f64>,
    /// The true label y(x) of each point.
    pub labels: Vec<usize>,
    /// Occurrences of each point.
    pub counts: Vec<usize>,
    /// The learner that fits everything: y(x) for a point that was seen, else a guess.
    pub memorized: Vec<usize>,
}

impl Sample {
    /// Draws frequencies, labels, counts and the guesses for points that were not seen, in this order.
    pub fn of(prior: Prior, n: usize, classes: usize, random: &mut Generator) -> Sample {
        let frequencies = prior.sample_frequencies(random);
        let labels: Vec<usize> = frequencies.iter().map(|_| random.below(classes)).collect();
        let table = CumulativeTable::new(&frequencies);
        let mut counts = vec![0; frequencies.len()];
        for _ in 0..n {
            counts[table.sample(random)] += 1;
        }
        let known = |(&count, &label): (&usize, &usize)| if count > 0 { label } else { random.below(classes) };
        let memorized = counts.iter().zip(&labels).map(known).collect();
        Sample { n, classes, frequencies, labels, counts, memorized }
    }

    /// The points seen once.
    pub fn singletons(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.counts.len()).filter(|&x| self.counts[x] == 1)
    }

    /// Number of points seen l times, for l = 0, …, `largest`.
    pub fn points_by_count(&self, largest: usize) -> Vec<f64> {
        let mut points = vec![0.0; largest + 1];
        for &count in self.counts.iter().filter(|&&count| count <= largest) {
            points[count] += 1.0;
        }
        points
    }

    /// Mean D(x) of the points seen `count` times, and their number.
    pub fn mean_frequency(&self, count: usize) -> (f64, usize) {
        let seen = self.frequencies.iter().zip(&self.counts);
        let chosen: Vec<f64> = seen.filter(|(_, other)| **other == count).map(|(d, _)| *d).collect();
        (reduce::mean(&chosen), chosen.len())
    }

    /// errn(A, l) of a learner's outputs: number of points seen l times whose label is not reproduced. Distinct
    /// domain points are counted, not their occurrences.
    pub fn unfitted(&self, outputs: &[usize], count: usize) -> usize {
        let wrong = |&x: &usize| self.counts[x] == count && outputs[x] != self.labels[x];
        (0..outputs.len()).filter(wrong).count()
    }

    /// Error of a learner less that of a reference, under D and without a test sample.
    pub fn excess(&self, outputs: &[usize], reference: &[usize]) -> f64 {
        let mut excess = 0.0;
        for (x, (output, other)) in outputs.iter().zip(reference).enumerate() {
            if output != other {
                let wrong = |output: &usize| f64::from(u8::from(*output != self.labels[x]));
                excess += self.frequencies[x] * (wrong(output) - wrong(other));
            }
        }
        excess
    }

    /// Accuracy under D among the points with `low` ≤ n D(x) < `high`, and their number.
    pub fn accuracy_between(&self, outputs: &[usize], low: f64, high: f64) -> (f64, usize) {
        let (mut right, mut total, mut points) = (0.0, 0.0, 0);
        for (x, &frequency) in self.frequencies.iter().enumerate() {
            let scaled = self.n as f64 * frequency;
            if scaled >= low && scaled < high {
                points += 1;
                total += frequency;
                if outputs[x] == self.labels[x] {
                    right += frequency;
                }
            }
        }
        (right / total, points)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three points with labels 0, 1, 2, seen never, once and twice.
    fn small() -> Sample {
        Sample {
            n: 4,
            classes: 3,
            frequencies: vec![0.125, 0.25, 0.625],
            labels: vec![0, 1, 2],
            counts: vec![0, 1, 2],
            memorized: vec![2, 1, 2],
        }
    }

    #[test]
    fn errors_are_sums_of_frequencies() {
        let sample = small();
        let constant = [0, 0, 0];
        assert_eq!(sample.excess(&constant, &sample.memorized), -0.125 + 0.25 + 0.625);
        assert_eq!(sample.excess(&sample.memorized, &sample.memorized), 0.0);
        let unfitted = |l| sample.unfitted(&constant, l);
        assert_eq!((unfitted(0), unfitted(1), unfitted(2), unfitted(3)), (0, 1, 1, 0));
        assert_eq!(sample.mean_frequency(1), (0.25, 1));
        assert!(sample.mean_frequency(9).0.is_nan());
        // n D(x) is 0.5, 1 and 2.5: the bands hold the lower end and not the upper.
        assert_eq!(sample.accuracy_between(&sample.memorized, 0.5, 1.0), (0.0, 1));
        assert_eq!(sample.accuracy_between(&constant, 0.0, 2.5), (0.125 / 0.375, 2));
    }

    #[test]
    fn a_table_draws_in_proportion_and_never_what_has_no_weight() {
        let table = CumulativeTable::new(&[0.0, 1.0, 0.0, 3.0, 0.0]);
        let mut random = Streams::new("test").open("table", 0);
        let mut counts = [0; 5];
        for _ in 0..40_000 {
            counts[table.sample(&mut random)] += 1;
        }
        assert_eq!(counts[0] + counts[2] + counts[4], 0);
        assert!((f64::from(counts[1]) / 40_000.0 - 0.25).abs() < 0.01);
    }

    #[test]
    fn the_full_memorizer_fits_every_point_that_was_seen() {
        let prior = Prior::Zipf { exponent: 1.0, domain: 500 };
        let sample = Sample::of(prior, 500, 10, &mut Streams::new("test").open("sample", 0));
        assert_eq!(sample.counts.iter().sum::<usize>(), 500);
        assert!((1..50).all(|l| sample.unfitted(&sample.memorized, l) == 0));
        assert!(sample.unfitted(&sample.memorized, 0) > 0);
    }
}
