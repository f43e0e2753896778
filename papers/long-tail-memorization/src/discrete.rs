//! The discrete model: one population and sample, and what each learner pays on it beside what theory says.

use common::prelude::*;

use crate::learners::{fitting_noise, guessing_on, ignored_singletons, private_histogram};
use crate::prior::Prior;
use crate::sample::Sample;
use crate::theory::{CountLaw, private_excess};

/// Panel a shows counts up to this one.
pub const LARGEST_SHOWN: usize = 8;

/// Bands of n D(x): each from its value to the next, the last without end.
pub const BANDS: [f64; 7] = [0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

/// Privacy parameters for which accuracy is resolved by band; infinite is full memorization.
pub const BAND_EPS: [f64; 3] = [f64::INFINITY, 1.0, 0.25];

/// One population and sample without geometry, and the learners on it.
#[derive(Serialize)]
pub struct DiscreteRun {
    /// Prior of the frequencies.
    pub prior: Prior,
    /// Which population and sample.
    pub seed: u64,
    /// Samples.
    pub n: usize,
    /// Classes.
    pub m: usize,
    /// Shares of singletons that are ignored.
    pub q_grid: &'static [f64],
    /// Privacy parameters, rising.
    pub eps_grid: &'static [f64],
    /// For the leading prior the probability of a wrong training label; it also has accuracies resolved by band.
    pub leading: Option<f64>,
}

impl Cell for DiscreteRun {
    fn cost(&self) -> f64 {
        // The law of counts, passes over the domain, and Laplace noise on the m counts of the points that were seen.
        let seen = 0.5 * self.n as f64 * self.m as f64 * self.eps_grid.len() as f64;
        0.1e-6 * self.prior.domain() as f64 + 15e-9 * seen
    }

    fn memory(&self) -> f64 {
        100.0 * self.prior.domain() as f64
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let mut generator = random.open(&format!("{} sample", self.prior.name()), self.seed);
        let sample = Sample::of(self.prior, self.n, self.m, &mut generator);
        let law = CountLaw::expected(self.prior, self.n, LARGEST_SHOWN, self.eps_grid[0]);
        let singleton_fraction = sample.singletons().count() as f64 / self.n as f64;
        let draw = Draw { run: self, random, sample, law, singleton_fraction };
        let panel = |panel: &str| {
            record! {
                /// What is measured. count: the frequency of points seen l times; ignore: the excess error if singletons
                /// are ignored; noise: the same with label noise; private: the excess error of the private histogram;
                /// subgroup: accuracy in a band of frequencies; knn: the excess error of k-nearest neighbours.
                panel,
                prior: self.prior.name(),
                seed: self.seed,
            }
        };
        rows.key(panel("count"));
        (0..=LARGEST_SHOWN).for_each(|count| draw.count(count, rows));
        rows.key(panel("ignore"));
        self.q_grid.iter().for_each(|&q| draw.ignore(q, rows));
        if let Some(noise) = self.leading {
            rows.key(panel("noise"));
            draw.noise(noise, rows);
        }
        rows.key(panel("private"));
        self.eps_grid.iter().for_each(|&eps| draw.private(eps, rows));
        if self.leading.is_some() {
            rows.key(panel("subgroup"));
            BAND_EPS.iter().for_each(|&eps| draw.bands(eps, rows));
        }
        Ok(())
    }
}

/// A drawn sample with what its rows share.
struct Draw<'a> {
    run: &'a DiscreteRun,
    random: &'a Streams,
    sample: Sample,
    law: CountLaw,
    singleton_fraction: f64,
}

impl Draw<'_> {
    /// The stream of a learner; what it draws does not depend on which others there are.
    fn stream(&self, learner: &str) -> Generator {
        self.random.open(&format!("{} {learner}", self.run.prior.name()), self.run.seed)
    }

    fn push(&self, setting: f64, eps: Option<f64>, points: usize, [measured, predicted]: [f64; 2], rows: &mut Rows) {
        rows.push(record! {
            /// count: l; ignore and noise: q; private: eps; subgroup: index of the band; knn: k.
            setting,
            /// subgroup: privacy parameter, infinite for full memorization.
            eps,
            /// count: points seen l times; ignore and noise: ignored singletons; private: points seen; subgroup: points
            /// of the band; knn: test points.
            points,
            /// Singletons over n in this sample.
            singleton_fraction: self.singleton_fraction,
            /// count: n times mean D(x); subgroup: accuracy; else excess error.
            measured,
            /// The same by theory; NaN for subgroup.
            predicted,
        });
    }

    /// n times the mean frequency of the points seen `count` times; nothing without such points.
    fn count(&self, count: usize, rows: &mut Rows) {
        let (mean, points) = self.sample.mean_frequency(count);
        if points > 0 {
            let n = self.run.n as f64;
            self.push(count as f64, None, points, [n * mean, n * self.law.tau[count]], rows);
        }
    }

    /// A share of the singletons is ignored and guessed.
    fn ignore(&self, q: f64, rows: &mut Rows) {
        let mut generator = self.stream(&format!("ignoring {q}"));
        let ignored = ignored_singletons(&self.sample, q, &mut generator);
        let outputs = guessing_on(&self.sample, &ignored, &mut generator);
        let excess = self.sample.excess(&outputs, &self.sample.memorized);
        // Not all guesses are wrong.
        let unfitted = self.sample.unfitted(&outputs, 1) as f64;
        self.push(q, None, ignored.len(), [excess, self.law.excess(&[0.0, unfitted])], rows);
    }

    /// The same when training labels are wrong with probability `noise`, against fitting all of them.
    fn noise(&self, noise: f64, rows: &mut Rows) {
        let sample = &self.sample;
        let fitted = fitting_noise(sample, noise, &mut self.stream("label noise"));
        for &q in self.run.q_grid {
            let mut generator = self.stream(&format!("ignoring {q} under label noise"));
            let ignored = ignored_singletons(sample, q, &mut generator);
            let guesses = guessing_on(sample, &ignored, &mut generator);
            let mut outputs = fitted.clone();
            for &x in &ignored {
                outputs[x] = guesses[x];
            }
            // A guess is wrong more often than the label that was observed.
            let unfitted = (1.0 - 1.0 / self.run.m as f64 - noise) * ignored.len() as f64;
            let excess = sample.excess(&outputs, &fitted);
            self.push(q, None, ignored.len(), [excess, self.law.excess(&[0.0, unfitted])], rows);
        }
    }

    /// The private learner's outputs; the full memorizer's for infinite `eps`.
    fn private_outputs(&self, eps: f64) -> Vec<usize> {
        match eps.is_finite() {
            true => private_histogram(&self.sample, eps, &mut self.stream(&format!("privacy {eps}"))),
            false => self.sample.memorized.clone(),
        }
    }

    /// The private histogram against full memorization.
    fn private(&self, eps: f64, rows: &mut Rows) {
        let excess = self.sample.excess(&self.private_outputs(eps), &self.sample.memorized);
        let points = self.sample.points_by_count(self.law.tau.len() - 1);
        let predicted = private_excess(&self.law, &points, eps, self.run.m);
        let seen = self.sample.counts.len() - points[0] as usize;
        self.push(eps, None, seen, [excess, predicted], rows);
    }

    /// Accuracy of the private histogram in each band of frequencies that has points.
    fn bands(&self, eps: f64, rows: &mut Rows) {
        let outputs = self.private_outputs(eps);
        for (band, &low) in BANDS.iter().enumerate() {
            let high = BANDS.get(band + 1).copied().unwrap_or(f64::INFINITY);
            let (accuracy, points) = self.sample.accuracy_between(&outputs, low, high);
            if points > 0 {
                self.push(band as f64, Some(eps), points, [accuracy, f64::NAN], rows);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(prior: Prior) -> Table {
        let run = DiscreteRun {
            prior,
            seed: 0,
            n: 3000,
            m: 10,
            q_grid: &[0.0, 1.0],
            eps_grid: &[0.5, 60.0],
            leading: Some(0.2),
        };
        let mut rows = Rows::default();
        run.run(&Streams::new("test"), &mut rows).unwrap();
        Table::stack([rows.into_columns()]).unwrap()
    }

    #[test]
    fn a_learner_that_fits_everything_pays_nothing() {
        let table = rows(Prior::Zipf { exponent: 1.0, domain: 3000 });
        let at = |panel: &str, setting: f64| {
            let row = table.with("panel", panel).with("setting", setting);
            (row.value("measured"), row.value("predicted"))
        };
        for (panel, setting) in [("ignore", 0.0), ("noise", 0.0), ("private", 60.0)] {
            let (measured, predicted) = at(panel, setting);
            assert!(measured == 0.0 && predicted.abs() < 1e-12, "{panel}: {measured}, {predicted}");
        }
        for (panel, setting) in [("ignore", 1.0), ("noise", 1.0), ("private", 0.5)] {
            let (measured, predicted) = at(panel, setting);
            assert!((measured / predicted - 1.0).abs() < 0.2, "{panel}: {measured}, {predicted}");
        }
    }

    #[test]
    fn counts_that_no_point_has_give_no_row() {
        let table = rows(Prior::Outlier { n: 3000 });
        assert!(table.with("panel", "count").len() < LARGEST_SHOWN);
        assert!(table.keep("setting", |setting| setting > 0.0).least("points") > 0.0);
    }
}
