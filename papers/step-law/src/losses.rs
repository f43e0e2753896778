//! Groups of training runs: all runs of one model size on one number of tokens, which differ only in
//! peak learning rate and batch size.

use common::prelude::*;
use common::statistics::least;

/// A peak learning rate and a batch size, as natural logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Logarithm of the peak learning rate.
    pub ln_rate: f64,
    /// Logarithm of the batch in tokens.
    pub ln_batch: f64,
}

impl Setting {
    /// What is not determined.
    pub const NONE: Setting = Setting { ln_rate: f64::NAN, ln_batch: f64::NAN };

    /// Whether both are numbers.
    pub fn is_some(self) -> bool {
        !self.ln_rate.is_nan() && !self.ln_batch.is_nan()
    }

    /// From a learning rate and a batch in tokens.
    pub fn new(rate: f64, batch: f64) -> Setting {
        Setting { ln_rate: ln(rate), ln_batch: ln(batch) }
    }

    /// The peak learning rate.
    pub fn rate(self) -> f64 {
        exp(self.ln_rate)
    }

    /// The batch in tokens.
    pub fn batch(self) -> f64 {
        exp(self.ln_batch)
    }

    fn squared_distance(self, other: Setting) -> f64 {
        let (rate, batch) = (self.ln_rate - other.ln_rate, self.ln_batch - other.ln_batch);
        rate * rate + batch * batch
    }
}

/// One trained model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// Peak learning rate.
    pub rate: f64,
    /// Batch in tokens.
    pub batch: f64,
    /// Learning rate and batch as logarithms.
    pub setting: Setting,
    /// Final loss in nats a token: of a model trained here on held-back text, in a table the smoothed training loss.
    pub loss: f64,
    /// loss / (lowest loss of the group) - 1.
    pub excess: f64,
}

/// Whether all parameters work on every token, or a few experts of many.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// All parameters work on every token.
    Dense,
    /// Mixtures of experts: some of the parameters work on a token.
    Moe,
}

/// N, D, and the best setting for them.
pub type Optimum = (f64, f64, Setting);

/// The runs of one model on one number of tokens.
#[derive(Clone, Debug)]
pub struct Group {
    /// What kind of model it is.
    pub family: Family,
    /// N: parameters without embeddings.
    pub n: f64,
    /// Parameters that work on one token: N itself for a dense model.
    pub n_active: f64,
    /// D: training tokens.
    pub d: f64,
    /// M: floating-point operations of training per token, without embeddings.
    pub flops_per_token: f64,
    /// Sorted by learning rate, then batch size.
    pub runs: Vec<Run>,
}

impl Group {
    /// From (learning rate, batch in tokens, loss) of each run: sorts the runs and relates their losses
    /// to the lowest one.
    ///
    /// # Errors
    /// For a loss that is not a positive number, or no runs at all.
    pub fn new(
        family: Family,
        (n, n_active, d): (f64, f64, f64),
        flops_per_token: f64,
        losses: Vec<(f64, f64, f64)>,
    ) -> Result<Group> {
        let lowest = least(losses.iter().map(|(_, _, loss)| loss));
        let sound = lowest > 0.0 && losses.iter().all(|(_, _, loss)| loss.is_finite());
        ensure!(sound, "N = {n}, D = {d}: a loss is missing, infinite or not positive");
        let run = |(rate, batch, loss)| Run {
            rate,
            batch,
            setting: Setting::new(rate, batch),
            loss,
            excess: loss / lowest - 1.0,
        };
        let mut runs: Vec<Run> = losses.into_iter().map(run).collect();
        runs.sort_by(|a, b| a.rate.total_cmp(&b.rate).then(a.batch.total_cmp(&b.batch)));
        Ok(Group { family, n, n_active, d, flops_per_token, runs })
    }

    /// The runs within `window` of the lowest loss. Diverged runs are never among them.
    pub fn within(&self, window: f64) -> Vec<Run> {
        self.runs.iter().filter(|run| run.excess <= window).copied().collect()
    }

    /// The run with the lowest loss.
    pub fn best(&self) -> &Run {
        self.first_minimum(|run| run.loss)
    }

    /// The run whose (ln lr, ln B) is nearest; on ties the smaller lr, then the smaller B.
    fn nearest(&self, setting: Setting) -> &Run {
        self.first_minimum(|run| run.setting.squared_distance(setting))
    }

    /// The excess loss of the run nearest to a setting; NaN for [`Setting::NONE`].
    pub fn excess_near(&self, setting: Setting) -> f64 {
        if setting.is_some() { self.nearest(setting).excess } else { f64::NAN }
    }

    /// A run as what is best for this group.
    pub fn optimum(&self, run: &Run) -> Optimum {
        (self.n, self.d, run.setting)
    }

    /// The first run of those with the least value.
    fn first_minimum(&self, value: impl Fn(&Run) -> f64) -> &Run {
        let least = self.runs.iter().min_by(|a, b| value(a).total_cmp(&value(b)));
        least.expect("a group has runs")
    }
}

/// Of the groups with at most `most_tokens`, those of the `model_sizes` smallest N, and of each the `token_counts`
/// smallest D, in rising order of N, then D.
pub fn smallest(mut groups: Vec<Group>, model_sizes: usize, token_counts: usize, most_tokens: f64) -> Vec<Group> {
    groups.retain(|group| group.d <= most_tokens);
    groups.sort_by(|a, b| a.n.total_cmp(&b.n).then(a.d.total_cmp(&b.d)));
    let sizes = groups.chunk_by(|a, b| a.n == b.n).take(model_sizes);
    sizes.flat_map(|same_size| same_size.iter().take(token_counts).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four runs at the corners of a square in (ln lr, ln B).
    fn group() -> Group {
        let corners = [(1.0, 3.0, 2.2), (1.0, 1.0, 2.1), (3.0, 3.0, 7.0), (3.0, 1.0, 2.0)];
        let mut group = Group::new(Family::Dense, (1.0e8, 1.0e8, 2.0e9), 6.0e8, corners.to_vec()).unwrap();
        // Logarithms without rounding, so that a distance can be tied.
        for run in &mut group.runs {
            run.setting = Setting { ln_rate: run.rate, ln_batch: run.batch };
        }
        group
    }

    #[test]
    fn excess_is_relative_to_the_best_run() {
        let group = group();
        assert_eq!(group.best().loss, 2.0);
        let excess: Vec<f64> = group.within(0.2).iter().map(|run| run.excess).collect();
        assert_eq!(excess, [2.1 / 2.0 - 1.0, 2.2 / 2.0 - 1.0, 0.0]);
    }

    #[test]
    fn ties_go_to_the_smaller_rate_then_the_smaller_batch() {
        let nearest = |ln_rate, ln_batch| group().nearest(Setting { ln_rate, ln_batch }).loss;
        assert_eq!(nearest(2.5, 2.5), 7.0);
        assert_eq!(nearest(2.0, 2.5), 2.2);
        assert_eq!(nearest(2.5, 2.0), 2.0);
        assert_eq!(nearest(2.0, 2.0), 2.1);
        assert!(group().excess_near(Setting::NONE).is_nan());
    }

    #[test]
    fn small_groups_are_chosen_in_order() {
        let group = |n, d| Group::new(Family::Dense, (n, n, d), 6.0, vec![(0.001, 100.0, 2.0)]).unwrap();
        let groups = [(2.0, 9.0), (2.0, 5.0), (1.0, 7.0), (1.0, 3.0), (1.0, 4.0), (3.0, 3.0)].map(|(n, d)| group(n, d));
        let chosen = |tokens| smallest(groups.to_vec(), 2, 2, tokens).iter().map(|g| (g.n, g.d)).collect::<Vec<_>>();
        assert_eq!(chosen(f64::INFINITY), [(1.0, 3.0), (1.0, 4.0), (2.0, 5.0), (2.0, 9.0)]);
        assert_eq!(chosen(5.0), [(1.0, 3.0), (1.0, 4.0), (2.0, 5.0)]);
    }

    #[test]
    fn losses_that_are_no_numbers_are_refused() {
        let losses = vec![(0.001, 100.0, 2.0), (0.002, 100.0, f64::NAN)];
        assert!(Group::new(Family::Dense, (1.0, 1.0, 1.0), 6.0, losses).is_err());
    }
}
