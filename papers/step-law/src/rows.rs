//! The output table.

use common::prelude::*;

use crate::losses::Family;

/// Where losses come from.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The authors' published loss tables.
    Measured,
    /// What the published law implies, with noise.
    Synthetic,
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

/// A row of any kind.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Row {
    Group(GroupRow),
    Law(LawRow),
    Gap(GapRow),
    Boot(BootRow),
    Run(RunRow),
}

/// The optimum of one group by one method. The bowl's own columns are empty for other methods.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct GroupRow {
    pub source: Source,
    pub seed: u64,
    pub family: Family,
    pub method: Method,
    pub n: f64,
    pub n_active: f64,
    pub d: f64,
    pub runs: usize,
    /// Runs in the window.
    pub kept: usize,
    pub lr_opt: f64,
    /// Tokens.
    pub b_opt: f64,
    /// Eigenvalues of the bowl's second derivatives by (ln lr, ln B).
    pub eig_min: Option<f64>,
    pub eig_max: Option<f64>,
    pub r2: Option<f64>,
    /// Excess of the bowl at its minimum.
    pub floor: Option<f64>,
    /// Second derivative by ln lr.
    pub h_lr: Option<f64>,
    /// Mixed second derivative.
    pub h_mixed: Option<f64>,
    /// Second derivative by ln B.
    pub h_b: Option<f64>,
}

/// ln lr = a0 + a_n ln N + a_d ln D and ln B = b0 + b_d ln D, with bootstrap 95 % intervals of the refit.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct LawRow {
    pub source: Source,
    pub seed: u64,
    pub family: Family,
    pub method: Method,
    pub a0: f64,
    pub a0_lo: Option<f64>,
    pub a0_hi: Option<f64>,
    pub a_n: f64,
    pub a_n_lo: Option<f64>,
    pub a_n_hi: Option<f64>,
    pub a_d: f64,
    pub a_d_lo: Option<f64>,
    pub a_d_hi: Option<f64>,
    pub b0: f64,
    pub b0_lo: Option<f64>,
    pub b0_hi: Option<f64>,
    pub b_d: f64,
    pub b_d_lo: Option<f64>,
    pub b_d_hi: Option<f64>,
    /// The extra regression ln B = const + joint_b_n ln N + joint_b_d ln D.
    pub joint_b_n: Option<f64>,
    pub joint_b_d: Option<f64>,
    /// Optima that the law was fitted to.
    pub points: Option<usize>,
    /// Resamples drawn again because their bowl had no minimum.
    pub redrawn: Option<usize>,
}

/// Excess loss of the run nearest to what a law recommends for a group.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct GapRow {
    pub source: Source,
    pub seed: u64,
    pub family: Family,
    pub method: Method,
    pub n: f64,
    pub n_active: f64,
    pub d: f64,
    /// The recommendation.
    pub lr_opt: f64,
    pub b_opt: f64,
    pub excess: f64,
}

/// Bootstrap 95 % intervals of a group's bowl minimum, and of the refitted law's batch at its D.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct BootRow {
    pub source: Source,
    pub seed: u64,
    pub family: Family,
    pub method: Method,
    pub n: f64,
    pub d: f64,
    pub lr_lo: f64,
    pub lr_hi: f64,
    pub b_lo: f64,
    pub b_hi: f64,
    pub law_b_lo: f64,
    pub law_b_hi: f64,
}

/// One run of the group that the figure shows.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct RunRow {
    pub source: Source,
    pub seed: u64,
    pub family: Family,
    pub n: f64,
    pub d: f64,
    pub lr: f64,
    /// Tokens.
    pub b: f64,
    pub excess: f64,
}
