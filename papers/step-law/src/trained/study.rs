//! The laws of the models trained here, and what it costs to follow a recommendation: closed formulas of the table.

use common::prelude::*;
use common::statistics::{mean, quantiles};

use crate::Config;
use crate::law::{PowerLaw, joint_batch_exponents};
use crate::losses::{Optimum, Setting};

/// Where to train a model, told by something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Recipe {
    /// The minimum of its own bowl: what noise leaves to be had.
    Bowl,
    /// The law.
    Law,
    /// The law's batch, and the geometric mean of the best learning rates of all fitted groups.
    OneRate,
    /// The law's learning rate, and the geometric mean of the best batches.
    OneBatch,
    /// Both means.
    OneSetting,
    /// The bowl minimum of the smallest model on the fewest tokens.
    Copied,
    /// The published law as it stands.
    Published,
}

/// A law and the groups that it is judged on, once or several times.
pub type Test<'s> = Vec<(PowerLaw, &'s Trained)>;

/// A group of runs in the table.
pub struct Trained {
    /// N.
    pub n: f64,
    /// D.
    pub d: f64,
    /// The minimum of its bowl.
    pub minimum: Setting,
    /// The minima of the bowls of its resamples.
    pub resampled: Vec<Setting>,
    /// Logarithms of the learning rates and batches of the grid.
    axes: [Vec<f64>; 2],
    /// Excess losses over the grid, batches of the smallest learning rate first.
    excess: Vec<f64>,
}

impl Trained {
    fn of(config: &Config, seed: &Table, width: usize, tokens: usize) -> Trained {
        let (n, d) = (config.grid.parameters(width), tokens as f64);
        let group = seed.with("n", n).with("d", d);
        let minima = |kind| group.kind(kind).map(["lr_opt", "b_opt"], |[rate, batch]| Setting::new(rate, batch));
        let rates = config.grid.rates.iter().map(|&rate| ln(rate)).collect();
        let batches = config.grid.batches.iter().map(|&batch| ln(batch as f64)).collect();
        let minimum = minima("group").first().copied().unwrap_or(Setting::NONE);
        let excess = group.kind("run").column("excess");
        Trained { n, d, minimum, resampled: minima("resample"), axes: [rates, batches], excess }
    }

    /// The minimum of the bowl as what is best for this group.
    fn optimum(&self) -> Optimum {
        (self.n, self.d, self.minimum)
    }

    /// The excess of a setting: bilinear in (ln lr, ln B) between the runs. A setting outside the grid is moved to its
    /// edge first.
    pub fn excess(&self, setting: Setting) -> f64 {
        let [rates, batches] = &self.axes;
        if !setting.is_some() || self.excess.len() != rates.len() * batches.len() {
            return f64::NAN;
        }
        let ((i, x), (j, y)) = (place(rates, setting.ln_rate), place(batches, setting.ln_batch));
        let along = |i: usize| {
            let [low, high] = [j, j + 1].map(|j| self.excess[i * batches.len() + j]);
            low + y * (high - low)
        };
        along(i) + x * (along(i + 1) - along(i))
    }
}

/// The interval of a rising axis that a value lies in, and where in it, from 0 to 1.
fn place(axis: &[f64], value: f64) -> (usize, f64) {
    let index = axis[1..axis.len() - 1].partition_point(|&inner| inner < value);
    let share = (value - axis[index]) / (axis[index + 1] - axis[index]);
    (index, share.clamp(0.0, 1.0))
}

/// All groups of one seed, and the law of the fitted ones.
pub struct Study {
    /// In rising order of N, then D.
    pub fitted: Vec<Trained>,
    /// The group that no law is fitted to.
    pub held_out: Trained,
    /// The law of the fitted groups.
    pub law: PowerLaw,
    /// The law of each resample of them.
    pub resampled: Vec<PowerLaw>,
    /// Geometric means of the best learning rates and batches of the fitted groups.
    means: Setting,
}

impl Study {
    /// Of the rows of one seed.
    pub fn of(config: &Config, table: &Table, seed: u64) -> Study {
        let rows = table.with("source", "measured-here").with("seed", seed);
        let sizes = config.widths.iter().flat_map(|&width| config.tokens.iter().map(move |&tokens| (width, tokens)));
        let fitted: Vec<Trained> = sizes.map(|(width, tokens)| Trained::of(config, &rows, width, tokens)).collect();
        let held_out = Trained::of(config, &rows, config.held_out.width, config.held_out.tokens);
        let resamples = fitted.iter().map(|group| group.resampled.len()).min().unwrap_or(0);
        let resampled = |r: usize| PowerLaw::fit(fitted.iter().map(|group| (group.n, group.d, group.resampled[r])));
        let resampled = (0..resamples).map(resampled).collect();
        let minima = fitted.iter().map(|group| group.minimum).filter(|minimum| minimum.is_some());
        let (rates, batches): (Vec<f64>, Vec<f64>) = minima.map(|best| (best.ln_rate, best.ln_batch)).unzip();
        let means = Setting { ln_rate: mean(&rates), ln_batch: mean(&batches) };
        Study { law: law_of(&fitted, |_| true), resampled, means, fitted, held_out }
    }

    /// The exponent of N in ln B = b0' + b_N ln N + b_D ln D.
    pub fn batch_size_exponent(&self) -> f64 {
        joint_batch_exponents(self.fitted.iter().map(Trained::optimum))[0]
    }

    /// Ends of the bootstrap 95 % interval of something about the law.
    pub fn interval(&self, of: impl Fn(&PowerLaw) -> f64) -> [f64; 2] {
        let values: Vec<f64> = self.resampled.iter().map(of).collect();
        let ends = quantiles(&values, &[0.025, 0.975]);
        [ends[0], ends[1]]
    }

    /// The law of all fitted groups, on the held-out one.
    pub fn larger_model(&self) -> Test<'_> {
        vec![(self.law, &self.held_out)]
    }

    /// The law of all fitted groups but those of the most tokens, on these.
    pub fn more_data(&self) -> Test<'_> {
        let most = self.fitted.iter().map(|group| group.d).fold(0.0, f64::max);
        let law = law_of(&self.fitted, |group| group.d < most);
        self.fitted.iter().filter(|group| group.d == most).map(|group| (law, group)).collect()
    }

    /// For each model size the law of the other sizes, on all groups of that size.
    pub fn any_size(&self) -> Test<'_> {
        let without = |n: f64| law_of(&self.fitted, |group| group.n != n);
        self.fitted.iter().map(|group| (without(group.n), group)).collect()
    }

    /// What a recipe recommends for a group, where it asks a law this one.
    pub fn recommend(&self, recipe: Recipe, law: &PowerLaw, group: &Trained) -> Setting {
        let predicted = law.predict(group.n, group.d);
        let Setting { ln_rate, ln_batch } = self.means;
        match recipe {
            Recipe::Bowl => group.minimum,
            Recipe::Law => predicted,
            Recipe::OneRate => Setting { ln_rate, ..predicted },
            Recipe::OneBatch => Setting { ln_batch, ..predicted },
            Recipe::OneSetting => self.means,
            Recipe::Copied => self.fitted[0].minimum,
            Recipe::Published => PowerLaw::published().predict(group.n, group.d),
        }
    }

    /// The mean excess of a recipe over a test.
    pub fn cost(&self, recipe: Recipe, test: &Test) -> f64 {
        let excess = |(law, group): &(PowerLaw, &Trained)| group.excess(self.recommend(recipe, law, group));
        mean(&test.iter().map(excess).collect::<Vec<f64>>())
    }
}

fn law_of(groups: &[Trained], uses: impl Fn(&Trained) -> bool) -> PowerLaw {
    PowerLaw::fit(groups.iter().filter(|group| uses(group)).map(Trained::optimum))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLANTED: PowerLaw = PowerLaw { a0: 0.5, a_n: -0.4, a_d: 0.1, b0: -4.0, b_d: 0.7 };

    /// Groups whose minima obey a law; their excess is that of the tests of interpolation.
    fn study() -> Study {
        let group = |n: f64, d: f64| {
            let axes = [vec![0.0, 1.0, 2.0], vec![0.0, 2.0]];
            let minimum = PLANTED.predict(n, d);
            Trained { n, d, minimum, resampled: Vec::new(), axes, excess: vec![0.0, 4.0, 1.0, 3.0, 6.0, 10.0] }
        };
        let fitted: Vec<Trained> =
            [1e3, 4e3, 1.6e4].into_iter().flat_map(|n| [1e4, 2e4, 4e4].map(|d| group(n, d))).collect();
        let means = Setting { ln_rate: 1.5, ln_batch: 1.0 };
        Study { law: law_of(&fitted, |_| true), resampled: Vec::new(), means, fitted, held_out: group(3.2e4, 4e4) }
    }

    #[test]
    fn excess_is_bilinear_between_runs_and_that_of_the_edge_outside() {
        let group = study().held_out;
        let at = |ln_rate, ln_batch| group.excess(Setting { ln_rate, ln_batch });
        assert_eq!([at(0.0, 0.0), at(1.0, 2.0), at(2.0, 2.0)], [0.0, 3.0, 10.0]);
        assert_eq!((at(0.0, 1.0), at(0.5, 1.0), at(1.5, 0.0)), (2.0, 2.0, 3.5));
        assert_eq!((at(-5.0, 9.0), at(7.0, 1.0)), (4.0, 8.0));
        assert!(group.excess(Setting::NONE).is_nan());
    }

    #[test]
    fn laws_of_fewer_groups_still_find_the_planted_one() {
        let study = study();
        let tests = [study.larger_model(), study.more_data(), study.any_size()];
        assert_eq!(tests.each_ref().map(Vec::len), [1, 3, 9]);
        for (law, _) in tests.iter().flatten() {
            assert!((law.a_n - PLANTED.a_n).abs() + (law.a_d - PLANTED.a_d).abs() < 1e-10);
            assert!((law.b_d - PLANTED.b_d).abs() < 1e-10);
        }
        assert!(study.batch_size_exponent().abs() < 1e-10);
    }

    #[test]
    fn what_is_judged_enters_no_law() {
        let mut study = study();
        let before = [study.larger_model()[0].0, study.more_data()[0].0, study.any_size()[8].0];
        study.held_out.minimum = Setting::NONE;
        study.held_out.excess.fill(9.0);
        assert_eq!(study.larger_model()[0].0, before[0]);
        for group in &mut study.fitted {
            if group.d == 4e4 {
                group.minimum.ln_rate += 1.0;
            }
        }
        assert_eq!(study.more_data()[0].0, before[1]);
        for group in &mut study.fitted {
            if group.n == 1.6e4 {
                group.minimum.ln_batch -= 3.0;
            }
        }
        let [.., (without_largest, _)] = &study.any_size()[..] else { panic!("nine groups") };
        assert!((without_largest.b_d - before[2].b_d).abs() < 1e-12);
    }

    #[test]
    fn recipes_share_what_they_say_they_share() {
        let study = study();
        let of = |recipe| study.recommend(recipe, &study.law, &study.held_out);
        let law = of(Recipe::Law);
        assert_eq!(of(Recipe::OneRate), Setting { ln_rate: 1.5, ln_batch: law.ln_batch });
        assert_eq!(of(Recipe::OneBatch), Setting { ln_rate: law.ln_rate, ln_batch: 1.0 });
        assert_eq!(of(Recipe::OneSetting), Setting { ln_rate: 1.5, ln_batch: 1.0 });
        assert_eq!(of(Recipe::Copied), study.fitted[0].minimum);
        assert_eq!(study.cost(Recipe::OneSetting, &study.more_data()), study.held_out.excess(study.means));
    }
}
