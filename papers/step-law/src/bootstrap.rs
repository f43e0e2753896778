//! How far the bowl minima and the law move when the runs are drawn again.

use common::prelude::*;
use common::statistics::{quantiles, standard_deviation};

use crate::bowl::{Bowl, Fitted};
use crate::law::PowerLaw;
use crate::losses::{Run, Setting};

/// A resample that has no minimum this often in a row has none.
const ATTEMPTS: usize = 100;

/// Minima and laws of all resamples.
pub struct Bootstrap {
    /// The minimum of the bowl, by group, then resample; NaN for a group without a bowl.
    pub minima: Vec<Vec<Setting>>,
    /// The law fitted to the minima, by resample.
    pub laws: Vec<PowerLaw>,
    /// Resamples drawn again because their bowl had no minimum.
    pub redrawn: usize,
}

impl Bootstrap {
    /// Resamples the kept runs inside each group and fits bowls and law again.
    pub fn sample(fitted: &[Fitted], resamples: usize, random: &mut Generator) -> Bootstrap {
        let mut redrawn = 0;
        let mut minima = Vec::new();
        for fit in fitted {
            let minimum = |_| resampled_minimum(fit, |_| true, random, &mut redrawn);
            minima.push((0..resamples).map(minimum).collect::<Vec<Setting>>());
        }
        let law = |resample: usize| {
            let groups = fitted.iter().zip(&minima);
            PowerLaw::fit(groups.map(|(fit, minima)| (fit.group.n, fit.group.d, minima[resample])))
        };
        let laws = (0..resamples).map(law).collect();
        Bootstrap { minima, laws, redrawn }
    }

    /// Standard deviation of a coefficient.
    pub fn deviation(&self, of: fn(&PowerLaw) -> f64) -> f64 {
        standard_deviation(&self.laws.iter().map(of).collect::<Vec<f64>>())
    }

    /// Quantiles 2.5 %, 50 % and 97.5 % of each coefficient.
    pub fn coefficients(&self) -> [PowerLaw; 3] {
        let of = |coefficient: fn(&PowerLaw) -> f64| interval(self.laws.iter().map(coefficient));
        let (a0, a_n, a_d) = (of(|law| law.a0), of(|law| law.a_n), of(|law| law.a_d));
        let (b0, b_d) = (of(|law| law.b0), of(|law| law.b_d));
        [0, 1, 2].map(|k| PowerLaw { a0: a0[k], a_n: a_n[k], a_d: a_d[k], b0: b0[k], b_d: b_d[k] })
    }
}

/// Quantiles 2.5 %, 50 % and 97.5 %.
pub fn interval(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let values: Vec<f64> = values.collect();
    let quantiles = quantiles(&values, &[0.025, 0.5, 0.975]);
    [quantiles[0], quantiles[1], quantiles[2]]
}

/// The minimum of the bowl fitted to the kept runs of a group drawn again, with replacement. It is drawn again, and
/// counted, where it is no bowl or its minimum is not accepted.
pub fn resampled_minimum(
    fit: &Fitted,
    accepts: impl Fn(Setting) -> bool,
    random: &mut Generator,
    redrawn: &mut usize,
) -> Setting {
    if !fit.bowl.has_minimum() {
        return Setting::NONE;
    }
    let mut sample: Vec<Run> = Vec::with_capacity(fit.kept.len());
    for _ in 0..ATTEMPTS {
        sample.clear();
        sample.extend((0..fit.kept.len()).map(|_| fit.kept[random.below(fit.kept.len())]));
        let bowl = Bowl::fit(&sample);
        if bowl.has_minimum() && accepts(bowl.minimum) {
            return bowl.minimum;
        }
        *redrawn += 1;
    }
    Setting::NONE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tabulated;

    fn bootstrap(sigma: f64) -> Bootstrap {
        let streams = Streams::new("test");
        let groups = tabulated::groups(sigma, 2048.0, &mut streams.open("noise", 0)).unwrap();
        let fitted: Vec<Fitted> = groups.iter().map(|group| Fitted::new(group, 0.02)).collect();
        Bootstrap::sample(&fitted, 40, &mut streams.open("bootstrap", 0))
    }

    #[test]
    fn a_group_without_a_bowl_is_left_out() {
        let streams = Streams::new("test");
        let groups = tabulated::groups(0.0, 2048.0, &mut streams.open("noise", 0)).unwrap();
        let mut fitted: Vec<Fitted> = groups.iter().map(|group| Fitted::new(group, 0.02)).collect();
        fitted[3] = Fitted::new(&groups[3], 0.0);
        assert!(!fitted[3].bowl.has_minimum());
        let bootstrap = Bootstrap::sample(&fitted, 5, &mut streams.open("bootstrap", 0));
        assert!(!bootstrap.minima[3][0].is_some() && bootstrap.minima[4][0].is_some());
        assert!((bootstrap.laws[0].a_n + 0.713).abs() < 1e-8);
    }

    #[test]
    fn without_noise_all_resamples_agree() {
        let [low, _, high] = bootstrap(0.0).coefficients();
        let coefficients: [fn(&PowerLaw) -> f64; 5] =
            [|law| law.a0, |law| law.a_n, |law| law.a_d, |law| law.b0, |law| law.b_d];
        for of in coefficients {
            assert!((of(&low) - of(&high)).abs() < 1e-8, "{low:?} {high:?}");
        }
    }

    #[test]
    fn intervals_grow_with_the_noise_and_hold_the_planted_exponent() {
        let width = |sigma| {
            let [low, _, high] = bootstrap(sigma).coefficients();
            assert!(low.a_n < -0.713 && -0.713 < high.a_n, "{low:?} {high:?}");
            high.a_n - low.a_n
        };
        // Standard errors are proportional to the noise.
        let ratio = width(0.001) / width(0.0005);
        assert!((1.4..2.8).contains(&ratio), "{ratio}");
    }
}
