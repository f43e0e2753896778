//! The output table.

use common::prelude::*;

use crate::losses::Family;

/// Where losses come from.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The authors' published loss tables.
    #[default]
    Measured,
    /// What the published law implies, with noise.
    Synthetic,
}

/// What a row is about.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The optimum of one group by one method.
    #[default]
    Group,
    /// The coefficients of one law.
    Law,
    /// What a law recommends for one group, and the excess loss of the nearest run.
    Gap,
    /// Bootstrap intervals of a group's bowl minimum and of the law at its D.
    Boot,
    /// One run of the group that the figure shows.
    Run,
}

/// How an optimum or a law was found.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The minimum of the fitted bowl.
    Bowl,
    /// The run with the lowest loss; as a law, the fit to these runs.
    GridMin,
    /// Fit to all runs within 0.25 % of their group's lowest loss, as the authors do it.
    NearMin,
    /// The paper's law.
    Published,
    /// Fit to the bowl minima of all groups.
    Refit,
    /// Median of each coefficient of [`Method::Refit`] over the bootstrap.
    RefitMedian,
    /// Fit to the bowl minima of all groups of other model sizes: leave one size out.
    Loso,
    /// A law in the compute alone.
    DeepseekForm,
    /// The bowl minimum of the smallest model on the fewest tokens, used everywhere.
    Copied,
    /// [`Method::Refit`] with active instead of total parameters.
    RefitActive,
}

/// A row of the table. Columns that a kind of row does not have are empty.
///
/// Learning rates and batches in tokens are plain, coefficients belong to natural logarithms; `lo` and `hi` are
/// the ends of bootstrap 95 % intervals.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Row {
    pub kind: Kind,
    pub source: Source,
    /// Of noise and bootstrap.
    pub seed: u64,
    pub family: Family,
    pub method: Option<Method>,
    pub n: Option<f64>,
    pub n_active: Option<f64>,
    pub d: Option<f64>,
    pub runs: Option<usize>,
    /// Runs in the window.
    pub kept: Option<usize>,
    /// Learning rate of the minimum, recommendation or run.
    pub lr_opt: Option<f64>,
    pub lr_lo: Option<f64>,
    pub lr_hi: Option<f64>,
    /// Batch of the minimum, recommendation or run.
    pub b_opt: Option<f64>,
    pub b_lo: Option<f64>,
    pub b_hi: Option<f64>,
    /// Batch of the refitted law at this D.
    pub law_b_lo: Option<f64>,
    pub law_b_hi: Option<f64>,
    /// Eigenvalues of the bowl's second derivatives by (ln lr, ln B).
    pub eig_min: Option<f64>,
    pub eig_max: Option<f64>,
    pub r2: Option<f64>,
    /// Excess of the bowl at its minimum.
    pub floor: Option<f64>,
    /// Second derivatives: by ln lr, mixed, by ln B.
    pub h_lr: Option<f64>,
    pub h_mixed: Option<f64>,
    pub h_b: Option<f64>,
    /// ln lr = a0 + a_n ln N + a_d ln D, ln B = b0 + b_d ln D.
    pub a0: Option<f64>,
    pub a0_lo: Option<f64>,
    pub a0_hi: Option<f64>,
    pub a_n: Option<f64>,
    pub a_n_lo: Option<f64>,
    pub a_n_hi: Option<f64>,
    pub a_d: Option<f64>,
    pub a_d_lo: Option<f64>,
    pub a_d_hi: Option<f64>,
    pub b0: Option<f64>,
    pub b0_lo: Option<f64>,
    pub b0_hi: Option<f64>,
    pub b_d: Option<f64>,
    pub b_d_lo: Option<f64>,
    pub b_d_hi: Option<f64>,
    /// The extra regression ln B = const + joint_b_n ln N + joint_b_d ln D.
    pub joint_b_n: Option<f64>,
    pub joint_b_d: Option<f64>,
    /// Optima that the law was fitted to.
    pub points: Option<usize>,
    /// Resamples drawn again because their bowl had no minimum.
    pub redrawn: Option<usize>,
    /// Excess loss of the run (nearest to the recommendation).
    pub excess: Option<f64>,
}
