//! The discrete model: one population and sample, and what each learner pays on it beside what theory says.

use common::prelude::*;

use crate::learners::{fitting_noise, guessing_on, ignored_singletons, private_histogram};
use crate::prior::Prior;
use crate::sample::Sample;
use crate::theory::{CountLaw, fit_probability, largest_relevant_count};
use crate::{Measured, Row};

/// Panel A shows counts up to this one.
pub const LARGEST_SHOWN: usize = 8;

/// Bands of n D(x): each from its value to the next, the last without end.
pub const BANDS: [f64; 7] = [0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

/// Privacy parameters for which accuracy is resolved by band; infinite is full memorization.
pub const BAND_EPS: [f64; 3] = [f64::INFINITY, 1.0, 0.25];

/// One population and sample, and the learners on it.
#[derive(Clone, Debug, Serialize)]
pub struct Discrete {
    /// Of the frequencies.
    pub prior: Prior,
    /// Number of the draw.
    pub seed: u64,
    /// Samples.
    pub n: usize,
    /// Classes.
    pub m: usize,
    /// Shares of singletons that are ignored.
    pub q_grid: Vec<f64>,
    /// Probability of a wrong training label; none without that series.
    pub noise: Option<f64>,
    /// Privacy parameters.
    pub eps_grid: Vec<f64>,
    /// Whether accuracy is resolved by band.
    pub bands: bool,
}

/// The law of counts under a prior, up to the largest count that is shown or matters to a private learner.
///
/// # Errors
/// If a frequency of the prior is no probability.
pub fn expected_law(prior: &Prior, n: usize, eps_grid: &[f64]) -> Result<CountLaw> {
    let largest = largest_relevant_count(reduce::min(eps_grid)).max(LARGEST_SHOWN);
    CountLaw::new(&prior.marginal(), prior.domain(), n, largest)
}

/// What the private histogram is expected to pay: errn(l) is a share 1 − p_fit of the `points` seen l times.
pub fn private_excess(law: &CountLaw, points: &[f64], eps: f64, m: usize) -> f64 {
    let unfitted = |(count, points): (usize, &f64)| points * (1.0 - fit_probability(eps * count as f64, m));
    let errn: Vec<f64> = points.iter().enumerate().map(unfitted).collect();
    law.excess(&errn)
}

/// A drawn sample with what its rows share.
struct Draw<'a> {
    setting: &'a Discrete,
    random: &'a Streams,
    sample: Sample,
    law: CountLaw,
    singletons: usize,
}

impl Discrete {
    /// Estimated seconds: the law of counts, passes over the domain, and Laplace noise on the m counts of the
    /// points that were seen.
    pub fn cost(&self) -> f64 {
        let seen = 0.5 * (self.n * self.m * self.eps_grid.len()) as f64;
        0.1e-6 * self.prior.domain() as f64 + 15e-9 * seen
    }

    /// All rows of the draw.
    ///
    /// # Errors
    /// If a frequency of the prior is no probability.
    pub fn rows(&self, random: &Streams) -> Result<Vec<Row>> {
        let mut generator = random.open(&format!("{} sample", self.prior.name()), self.seed);
        let sample = Sample::draw(&self.prior, self.n, self.m, &mut generator);
        let draw = Draw {
            setting: self,
            random,
            singletons: sample.singletons().count(),
            sample,
            law: expected_law(&self.prior, self.n, &self.eps_grid)?,
        };
        let mut rows: Vec<Row> = (0..=LARGEST_SHOWN).filter_map(|count| draw.count(count)).collect();
        rows.extend(self.q_grid.iter().map(|&q| draw.ignore(q)));
        if let Some(noise) = self.noise {
            rows.extend(draw.noise(noise));
        }
        rows.extend(self.eps_grid.iter().map(|&eps| draw.private(eps)));
        if self.bands {
            rows.extend(BAND_EPS.iter().flat_map(|&eps| draw.bands(eps)));
        }
        Ok(rows)
    }
}

impl Draw<'_> {
    /// The stream of a learner; what it draws does not depend on which others there are.
    fn stream(&self, learner: &str) -> Generator {
        let name = format!("{} {learner}", self.setting.prior.name());
        self.random.open(&name, self.setting.seed)
    }

    fn row(&self, panel: Measured, setting: f64, points: usize, measured: f64, predicted: f64) -> Row {
        Row {
            panel,
            prior: self.setting.prior.name(),
            seed: self.setting.seed,
            setting,
            eps: None,
            points,
            singleton_fraction: self.singletons as f64 / self.setting.n as f64,
            measured,
            predicted,
        }
    }

    /// n times the mean frequency of the points seen `count` times; none without such points.
    fn count(&self, count: usize) -> Option<Row> {
        let (mean, points) = self.sample.mean_frequency(count);
        let n = self.setting.n as f64;
        let row = || self.row(Measured::Count, count as f64, points, n * mean, n * self.law.tau[count]);
        (points > 0).then(row)
    }

    /// A share of the singletons is ignored and guessed.
    fn ignore(&self, q: f64) -> Row {
        let mut generator = self.stream(&format!("ignoring {q}"));
        let ignored = ignored_singletons(&self.sample, q, &mut generator);
        let outputs = guessing_on(&self.sample, &ignored, &mut generator);
        let excess = self.sample.excess(&outputs, &self.sample.memorized);
        // Not all guesses are wrong.
        let unfitted = self.sample.unfitted(&outputs, 1) as f64;
        self.row(Measured::Ignore, q, ignored.len(), excess, self.law.excess(&[0.0, unfitted]))
    }

    /// The same when training labels are wrong with probability `noise`, against fitting all of them.
    fn noise(&self, noise: f64) -> Vec<Row> {
        let sample = &self.sample;
        let fitted = fitting_noise(sample, noise, &mut self.stream("label noise"));
        let at = |&q: &f64| {
            let mut generator = self.stream(&format!("ignoring {q} under label noise"));
            let ignored = ignored_singletons(sample, q, &mut generator);
            let guesses = guessing_on(sample, &ignored, &mut generator);
            let mut outputs = fitted.clone();
            for &x in &ignored {
                outputs[x] = guesses[x];
            }
            // A guess is wrong more often than the label that was observed.
            let unfitted = (1.0 - 1.0 / self.setting.m as f64 - noise) * ignored.len() as f64;
            let excess = sample.excess(&outputs, &fitted);
            self.row(Measured::Noise, q, ignored.len(), excess, self.law.excess(&[0.0, unfitted]))
        };
        self.setting.q_grid.iter().map(at).collect()
    }

    /// The private learner's outputs; the full memorizer's for infinite `eps`.
    fn private_outputs(&self, eps: f64) -> Vec<usize> {
        match eps.is_finite() {
            true => private_histogram(&self.sample, eps, &mut self.stream(&format!("privacy {eps}"))),
            false => self.sample.memorized.clone(),
        }
    }

    /// The private histogram against full memorization.
    fn private(&self, eps: f64) -> Row {
        let excess = self.sample.excess(&self.private_outputs(eps), &self.sample.memorized);
        let points = self.sample.points_by_count(self.law.tau.len() - 1);
        let predicted = private_excess(&self.law, &points, eps, self.setting.m);
        let seen = self.sample.counts.len() - points[0] as usize;
        self.row(Measured::Private, eps, seen, excess, predicted)
    }

    /// Accuracy of the private histogram in each band of frequencies that has points.
    fn bands(&self, eps: f64) -> Vec<Row> {
        let outputs = self.private_outputs(eps);
        let mut rows = Vec::with_capacity(BANDS.len());
        for (band, &low) in BANDS.iter().enumerate() {
            let high = BANDS.get(band + 1).copied().unwrap_or(f64::INFINITY);
            let (accuracy, points) = self.sample.accuracy_between(&outputs, low, high);
            if points > 0 {
                rows.push(Row {
                    eps: Some(eps),
                    ..self.row(Measured::Subgroup, band as f64, points, accuracy, f64::NAN)
                });
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(prior: Prior) -> Vec<Row> {
        let setting = Discrete {
            prior,
            seed: 0,
            n: 3000,
            m: 10,
            q_grid: vec![0.0, 1.0],
            noise: Some(0.2),
            eps_grid: vec![0.5, 60.0],
            bands: true,
        };
        setting.rows(&Streams::new("test")).unwrap()
    }

    fn find(rows: &[Row], panel: Measured, setting: f64) -> &Row {
        rows.iter().find(|row| row.panel == panel && row.setting == setting).unwrap()
    }

    #[test]
    fn a_learner_that_fits_everything_pays_nothing() {
        let rows = rows(Prior::Zipf { exponent: 1.0, domain: 3000 });
        for (panel, setting) in [(Measured::Ignore, 0.0), (Measured::Noise, 0.0), (Measured::Private, 60.0)] {
            let row = find(&rows, panel, setting);
            assert!(row.measured == 0.0 && row.predicted.abs() < 1e-12, "{row:?}");
        }
        for (panel, setting) in [(Measured::Ignore, 1.0), (Measured::Noise, 1.0), (Measured::Private, 0.5)] {
            let row = find(&rows, panel, setting);
            assert!((row.measured / row.predicted - 1.0).abs() < 0.2, "{row:?}");
        }
    }

    #[test]
    fn counts_that_no_point_has_give_no_row() {
        let rows = rows(Prior::Outlier { n: 3000 });
        assert!(rows.iter().filter(|row| row.panel == Measured::Count).count() < LARGEST_SHOWN);
        assert!(rows.iter().all(|row| row.points > 0 || row.setting == 0.0));
    }
}
