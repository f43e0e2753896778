//! Priors over the frequencies of subpopulations: long-tailed, or of outliers only.

use common::prelude::*;

/// Frequency of a heavy point of the outlier prior, times n.
const HEAVY: f64 = 20.0;
/// Frequency of an outlier, times n: seen once at most, and almost never again.
const LIGHT: f64 = 0.02;
/// Share of the total probability that the outliers hold; the rest is the heavy points'.
const LIGHT_MASS: f64 = 0.17;

/// How the frequencies of the domain points are drawn, independently and up to normalization.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum Prior {
    /// k^(−s) for a uniformly random rank k of 1, …, N.
    Zipf {
        /// s; 0 is a uniform population without a tail.
        exponent: f64,
        /// N: ranks, and as many domain points.
        domain: usize,
    },
    /// Heavy points, and outliers as many as give the sample about the singletons of a Zipf prior.
    Outlier {
        /// Samples, which set the scale of both frequencies.
        n: usize,
    },
}

impl Prior {
    /// The prior's name in the output table.
    pub fn name(&self) -> String {
        match self {
            Prior::Zipf { exponent: 1.0, .. } => "zipf".into(),
            Prior::Zipf { exponent: 0.5, .. } => "sqrt-zipf".into(),
            Prior::Zipf { exponent, .. } => format!("zipf-{exponent}"),
            Prior::Outlier { .. } => "outlier".into(),
        }
    }

    /// Number of domain points, N.
    pub fn domain(&self) -> usize {
        match *self {
            Prior::Zipf { domain, .. } => domain,
            Prior::Outlier { n } => (heavy_points(n) + light_points(n)) as usize,
        }
    }

    /// The values v_j that a point's unnormalized frequency can take.
    fn values(&self) -> Vec<f64> {
        match *self {
            Prior::Zipf { exponent, domain } => (1..=domain).map(|rank| pow(rank as f64, -exponent)).collect(),
            Prior::Outlier { .. } => vec![HEAVY, LIGHT],
        }
    }

    /// The probability w_j of value number j.
    fn probability(&self, j: usize) -> f64 {
        let domain = self.domain() as f64;
        match *self {
            Prior::Zipf { .. } => 1.0 / domain,
            Prior::Outlier { n } if j == 0 => heavy_points(n) / domain,
            Prior::Outlier { n } => 1.0 - heavy_points(n) / domain,
        }
    }

    /// Draws D(x) for all domain points: independent values from the prior over their sum.
    pub fn sample_frequencies(&self, random: &mut Generator) -> Vec<f64> {
        let values = self.values();
        let heavy = self.probability(0);
        let mut frequencies: Vec<f64> = (0..self.domain())
            .map(|_| match self {
                Prior::Zipf { .. } => values[random.below(values.len())],
                Prior::Outlier { .. } => values[usize::from(!random.bernoulli(heavy))],
            })
            .collect();
        let total = reduce::sum(&frequencies);
        for frequency in &mut frequencies {
            *frequency /= total;
        }
        frequencies
    }

    /// The marginal distribution of one frequency: pairs of a_j = v_j / Z and w_j. The normalizer is its
    /// expectation Z = N Σ w_j v_j.
    pub fn marginal(&self) -> Vec<(f64, f64)> {
        let values = self.values();
        let weights: Vec<f64> = (0..values.len()).map(|j| self.probability(j)).collect();
        let normalizer = self.domain() as f64 * reduce::dot(&weights, &values);
        values.iter().map(|value| value / normalizer).zip(weights).collect()
    }
}

/// Expected number of heavy points of the outlier prior.
fn heavy_points(n: usize) -> f64 {
    (1.0 - LIGHT_MASS) * n as f64 / HEAVY
}

/// Expected number of its outliers.
fn light_points(n: usize) -> f64 {
    LIGHT_MASS * n as f64 / LIGHT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marginals_are_distributions_with_mean_one_over_n_domain() {
        let zipf = Prior::Zipf { exponent: 1.0, domain: 300 };
        for prior in [zipf, Prior::Outlier { n: 1000 }] {
            let marginal = prior.marginal();
            let total: f64 = marginal.iter().map(|(_, weight)| weight).sum();
            let mean: f64 = marginal.iter().map(|(frequency, weight)| frequency * weight).sum();
            assert!((total - 1.0).abs() < 1e-12);
            assert!((mean * prior.domain() as f64 - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn outliers_have_the_published_sizes() {
        let prior = Prior::Outlier { n: 50_000 };
        assert_eq!(prior.domain(), 427_075);
        let [(heavy, share), (light, _)] = prior.marginal()[..] else {
            panic!("two values");
        };
        // In units of 1/n, up to the rounding of N.
        assert!((heavy * 50_000.0 / HEAVY - 1.0).abs() < 1e-5 && (light * 50_000.0 / LIGHT - 1.0).abs() < 1e-5);
        assert!((share * 427_075.0 - 2075.0).abs() < 1e-6);
    }

    #[test]
    fn frequencies_are_independent_draws_and_no_permutation_of_the_list() {
        let prior = Prior::Zipf { exponent: 1.0, domain: 1000 };
        let mut random = Streams::new("test").open("frequencies", 0);
        let mut frequencies = prior.sample_frequencies(&mut random);
        assert!((reduce::sum(&frequencies) - 1.0).abs() < 1e-12);
        frequencies.sort_unstable_by(f64::total_cmp);
        frequencies.dedup();
        // 1 − 1/e of the ranks occur.
        assert!((frequencies.len() as f64 / 1000.0 - 0.632).abs() < 0.05);
    }
}
