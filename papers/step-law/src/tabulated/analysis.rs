//! From the losses of all groups to bowls, laws and the excess loss of what the laws recommend.
//!
//! How an optimum or a law was found is its method:
//!
//! | method | the optimum of a group | the law |
//! |---|---|---|
//! | bowl | minimum of the fitted bowl | |
//! | grid-min | run with the lowest loss | fitted to these runs |
//! | near-min | | fitted to all runs near the lowest loss of their group, as the authors do it |
//! | published | | the paper's |
//! | refit | | fitted to the bowl minima |
//! | refit-median | | median of each coefficient of refit over the bootstrap |
//! | loso | | fitted to the bowl minima of all other model sizes: leave one size out |
//! | deepseek-form | | in the compute alone |
//! | copied | | the bowl minimum of the smallest model on the fewest tokens, used everywhere |
//! | refit-active | | refit, with active instead of total parameters |

use common::datasets::{DataSet, STEP_LAW};
use common::prelude::*;

use super::{measured, synthetic};
use crate::bootstrap::{Bootstrap, interval};
use crate::bowl::Fitted;
use crate::law::{PowerLaw, deepseek_form, joint_batch_exponents};
use crate::losses::{Family, Group, Optimum, Setting, smallest};

/// How losses are turned into laws.
#[derive(Parameters)]
pub struct Protocol {
    /// Model sizes N of a table that are used, the smallest of the table's five.
    #[range(2..=5)]
    pub model_sizes: usize,
    /// Token counts D of each size that are used, the smallest of at most four in the table.
    #[range(2..=4)]
    pub token_counts: usize,
    /// Largest D of a table that is used; no limit if null. The smallest is 4e9.
    #[range(4.0e9..)]
    pub most_tokens: Option<f64>,
    /// Largest excess loss of the runs of a table that a bowl is fitted to.
    pub window: f64,
    /// Largest excess loss of the runs that a law is fitted to directly, as the authors do it.
    #[range(0.0..)]
    pub near_window: f64,
    /// Bootstrap resamples of a table for each repetition.
    pub check_resamples: usize,
    /// Tokens in a sequence: batches are counted in sequences, the laws speak of tokens.
    pub tokens_per_sequence: f64,
}

/// The analysis of all groups with one seed, which draws the noise and the resamples.
#[derive(Serialize)]
pub struct Analysis {
    /// Where the losses come from: synthetic or measured.
    pub source: &'static str,
    /// Number of the draw of noise and resamples.
    pub seed: u64,
    /// Standard deviation of the relative noise of synthetic losses; none for measured ones.
    pub sigma: Option<f64>,
    /// How losses are turned into laws.
    pub protocol: &'static Protocol,
}

impl Cell for Analysis {
    fn cost(&self) -> f64 {
        // Seventeen fits a resample.
        1.0e-4 * (10.0 + self.protocol.check_resamples as f64)
    }

    fn memory(&self) -> f64 {
        // Seventeen minima and five coefficients of each resample.
        8.0 * 39.0 * self.protocol.check_resamples as f64
    }

    fn data(&self) -> Vec<&'static DataSet> {
        if self.sigma.is_some() { Vec::new() } else { vec![&STEP_LAW] }
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Protocol { model_sizes, token_counts, most_tokens, window, check_resamples: resamples, .. } =
            self.protocol;
        let tokens = self.protocol.tokens_per_sequence;
        let (dense, mixtures) = match self.sigma {
            Some(sigma) => (synthetic::groups(sigma, tokens, &mut random.open("noise", self.seed))?, Vec::new()),
            None => (measured::dense(tokens)?, measured::mixtures(tokens)?),
        };
        let dense = smallest(dense, model_sizes, token_counts, most_tokens.unwrap_or(f64::INFINITY));
        ensure!(!dense.is_empty(), "no group of runs is left; a larger most_tokens has more");
        let fitted: Vec<Fitted> = dense.iter().map(|group| Fitted::new(group, window)).collect();
        let refit = PowerLaw::fit(fitted.iter().map(Fitted::optimum));
        let bootstrap = Bootstrap::sample(&fitted, resamples, &mut random.open("bootstrap", self.seed));
        self.optima(&fitted, &mixtures, rows.kind("group"));
        self.laws(&fitted, &refit, &bootstrap, rows.kind("law"));
        self.gaps(&fitted, &mixtures, &refit, rows.kind("gap"));
        self.intervals(&fitted, &bootstrap, rows.kind("boot"));
        self.shown_runs(&dense, rows.kind("run"));
        Ok(())
    }
}

impl Analysis {
    /// What leads a row about a group.
    fn key(&self, group: &Group, method: Option<&'static str>) -> Record {
        record! {
            /// Where losses come from: models trained here (measured-here), the authors' tables (measured), or implied by the
            /// published law, with noise (synthetic).
            source: self.source,
            /// Number of the draw of everything random.
            seed: self.seed,
            /// Dense models or mixtures of experts (moe).
            family: group.family,
            /// How the optimum or the law was found; src/tabulated/analysis.rs tells the methods.
            method,
            /// N: parameters without embeddings.
            n: group.n,
            /// Parameters that work on one token.
            n_active: group.n_active,
            /// D: training tokens.
            d: group.d,
        }
    }

    /// The optimum of each group: the minimum of its bowl, and its best run.
    fn optima(&self, fitted: &[Fitted], mixtures: &[Group], rows: &mut Rows) {
        for fit in fitted {
            rows.key(self.key(fit.group, Some("bowl"))).push(fit.record());
        }
        for group in fitted.iter().map(|fit| fit.group).chain(mixtures) {
            let best = group.best();
            rows.key(self.key(group, Some("grid-min")));
            rows.push(record! { runs: group.runs.len(), lr_opt: best.rate, b_opt: best.batch });
        }
    }

    /// The coefficients of the refitted law with its bootstrap, and of laws to compare it with.
    fn laws(&self, fitted: &[Fitted], refit: &PowerLaw, bootstrap: &Bootstrap, rows: &mut Rows) {
        let mut push = |method: &str, law: &PowerLaw, more: Record| {
            rows.key(record! { source: self.source, seed: self.seed, family: Family::Dense, method });
            rows.push(coefficients(law).and(more));
        };
        let [low, median, high] = bootstrap.coefficients();
        let [joint_b_n, joint_b_d] = joint_batch_exponents(fitted.iter().map(Fitted::optimum));
        let joint = record! {
            /// Exponent of N in the extra regression ln B = const + joint_b_n ln N + joint_b_d ln D.
            joint_b_n,
            /// Exponent of D in the extra regression ln B = const + joint_b_n ln N + joint_b_d ln D.
            joint_b_d,
            /// Optima that the law was fitted to.
            points: fitted.iter().filter(|fit| fit.bowl.has_minimum()).count(),
            /// Resamples drawn again, so far in a group trained here, because their bowl had no minimum, or one off the grid.
            redrawn: bootstrap.redrawn,
            /// Standard deviation of a_n over the resamples.
            a_n_sd: bootstrap.deviation(|law| law.a_n),
            /// Standard deviation of a_d over the resamples.
            a_d_sd: bootstrap.deviation(|law| law.a_d),
            /// Standard deviation of b_d over the resamples.
            b_d_sd: bootstrap.deviation(|law| law.b_d),
        };
        push("refit", refit, intervals(&low, &high).and(joint));
        push("refit-median", &median, Record::default());
        let groups = || fitted.iter().map(|fit| fit.group);
        let best: Vec<Optimum> = groups().map(|group| group.optimum(group.best())).collect();
        let near = |group: &'_ Group| group.within(self.protocol.near_window);
        let near: Vec<Optimum> =
            groups().flat_map(|group| near(group).into_iter().map(|run| group.optimum(&run))).collect();
        for (method, optima) in [("grid-min", best), ("near-min", near)] {
            push(method, &PowerLaw::fit(optima.iter().copied()), record! { points: optima.len() });
        }
        push("published", &PowerLaw::published(), Record::default());
    }

    /// What laws recommend for each group, and what that costs: every law on every dense group; on a mixture of
    /// experts the dense laws, with total and with active parameters as its size.
    fn gaps(&self, fitted: &[Fitted], mixtures: &[Group], refit: &PowerLaw, rows: &mut Rows) {
        let mut push = |group: &Group, method, recommended: Setting| {
            rows.key(self.key(group, Some(method))).push(record! {
                lr_opt: recommended.rate(),
                b_opt: recommended.batch(),
                /// Excess loss over the best run of the group; for a recommendation, of the run nearest to it.
                excess: group.excess_near(recommended),
            });
        };
        let published = PowerLaw::published();
        for group in fitted.iter().map(|fit| fit.group) {
            let others = fitted.iter().filter(|other| other.group.n != group.n);
            let held_out = PowerLaw::fit(others.map(Fitted::optimum));
            push(group, "published", published.predict(group.n, group.d));
            push(group, "refit", refit.predict(group.n, group.d));
            push(group, "loso", held_out.predict(group.n, group.d));
            push(group, "deepseek-form", deepseek_form(group));
            // Groups come in rising order of N, then D.
            push(group, "copied", fitted[0].bowl.minimum);
        }
        for group in mixtures {
            push(group, "published", published.predict(group.n, group.d));
            push(group, "refit", refit.predict(group.n, group.d));
            push(group, "refit-active", refit.predict(group.n_active, group.d));
        }
    }

    /// Bootstrap intervals of each bowl minimum, and of the refitted law at its D.
    fn intervals(&self, fitted: &[Fitted], bootstrap: &Bootstrap, rows: &mut Rows) {
        for (fit, minima) in fitted.iter().zip(&bootstrap.minima) {
            let group = fit.group;
            let [lr_lo, _, lr_hi] = interval(minima.iter().map(|minimum| minimum.rate()));
            let [b_lo, _, b_hi] = interval(minima.iter().map(|minimum| minimum.batch()));
            let batches = bootstrap.laws.iter().map(|law| law.predict(group.n, group.d).batch());
            let [law_b_lo, _, law_b_hi] = interval(batches);
            rows.key(self.key(group, Some("bowl"))).push(record! {
                /// Low end of the bootstrap 95 % interval of lr_opt.
                lr_lo,
                /// High end of the bootstrap 95 % interval of lr_opt.
                lr_hi,
                /// Low end of the bootstrap 95 % interval of b_opt.
                b_lo,
                /// High end of the bootstrap 95 % interval of b_opt.
                b_hi,
                /// Low end of the bootstrap 95 % interval of the batch that the refitted law recommends.
                law_b_lo,
                /// High end of the bootstrap 95 % interval of the batch that the refitted law recommends.
                law_b_hi,
            });
        }
    }

    /// The runs of the group that the figure shows: the largest N with its smallest D.
    fn shown_runs(&self, groups: &[Group], rows: &mut Rows) {
        let shown = groups.iter().max_by(|a, b| a.n.total_cmp(&b.n).then(b.d.total_cmp(&a.d)));
        for (group, run) in shown.into_iter().flat_map(|group| group.runs.iter().map(move |run| (group, run))) {
            rows.key(self.key(group, None));
            rows.push(record! {
                /// Peak learning rate of the run.
                lr: run.rate,
                /// Batch of the run in tokens.
                b: run.batch,
                excess: run.excess,
            });
        }
    }
}

/// The coefficients of a law, in natural logarithms.
fn coefficients(law: &PowerLaw) -> Record {
    record! {
        /// Constant of the law ln lr = a0 + a_n ln N + a_d ln D.
        a0: law.a0,
        /// Exponent of N in the learning rate.
        a_n: law.a_n,
        /// Exponent of D in the learning rate.
        a_d: law.a_d,
        /// Constant of the law ln B = b0 + b_d ln D, B in tokens.
        b0: law.b0,
        /// Exponent of D in the batch size.
        b_d: law.b_d,
    }
}

/// Bootstrap 95 % intervals of the coefficients.
fn intervals(low: &PowerLaw, high: &PowerLaw) -> Record {
    record! {
        /// Low end of the bootstrap 95 % interval of a0.
        a0_lo: low.a0,
        /// High end of the bootstrap 95 % interval of a0.
        a0_hi: high.a0,
        /// Low end of the bootstrap 95 % interval of a_n.
        a_n_lo: low.a_n,
        /// High end of the bootstrap 95 % interval of a_n.
        a_n_hi: high.a_n,
        /// Low end of the bootstrap 95 % interval of a_d.
        a_d_lo: low.a_d,
        /// High end of the bootstrap 95 % interval of a_d.
        a_d_hi: high.a_d,
        /// Low end of the bootstrap 95 % interval of b0.
        b0_lo: low.b0,
        /// High end of the bootstrap 95 % interval of b0.
        b0_hi: high.b0,
        /// Low end of the bootstrap 95 % interval of b_d.
        b_d_lo: low.b_d,
        /// High end of the bootstrap 95 % interval of b_d.
        b_d_hi: high.b_d,
    }
}
