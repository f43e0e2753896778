//! The output table.

use common::prelude::*;

use crate::volume::Loss;

/// The output table; its column `kind` tells the rows apart.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Row {
    /// Panel a.
    Volume(Volume),
    /// Panel b.
    Linear(Effective),
    /// Panel c, synchronised blocks.
    Relu(Rank),
    /// Panel c, products of ranks.
    Product(Rank),
    /// Panel d.
    Basis(Basis),
    /// Panel d: an entry of the interactions in the random gauge.
    Interaction(Interaction),
}

/// Share of the box below one level.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Volume {
    /// Number of the repetition.
    pub seed: u64,
    /// K.
    pub loss: Loss,
    /// The level ε.
    pub eps: f64,
    /// Points below the level.
    pub hits: usize,
    /// Their share of all points.
    pub volume: f64,
    /// Exact share.
    pub volume_theory: f64,
}

/// Effective parameters of one linear net.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Effective {
    /// Number of the repetition.
    pub seed: u64,
    /// Sizes M-H-N.
    pub net: String,
    /// Rank of the truth.
    pub r: usize,
    /// Inverse temperature.
    pub b: f64,
    /// 2 B E[L].
    pub neff: f64,
    /// Its standard error.
    pub neff_se: f64,
    /// What theory says at this B.
    pub neff_theory: f64,
    /// 2 λ.
    pub lambda2: f64,
    /// m.
    pub mult: u32,
    /// Number of weights.
    pub params: usize,
    /// r (M + N − r).
    pub hessian_rank: usize,
}

/// Rank of one behavioural Hessian.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Rank {
    /// Number of the repetition.
    pub seed: u64,
    /// Blocks, or ranks of activations and gradients.
    pub net: String,
    /// Number of weights.
    pub params: usize,
    /// Measured.
    pub rank: usize,
    /// Predicted.
    pub rank_theory: usize,
    /// Smallest eigenvalue that counts over the largest.
    pub gap: f64,
    /// Largest that does not count over the largest.
    pub gap_below: Option<f64>,
}

/// Coordinates of the hidden layers.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Coordinates {
    /// Activations as they are.
    Neuron,
    /// The Interaction Basis.
    Ib,
}

/// One chain in one basis.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Basis {
    /// Number of the repetition.
    pub seed: u64,
    /// In which the interactions are seen.
    pub basis: Coordinates,
    /// given: as drawn; random: the same function after a random change of the hidden layers' coordinates.
    pub gauge: String,
    /// Off-diagonal share of the squared interactions of the hidden layers.
    pub offdiag: f64,
    /// Largest relative change of l by the gauge.
    pub ib_change: Option<f64>,
    /// Largest relative change of the eigenvalues of the activations' Gram matrix by the gauge.
    pub activation_change: Option<f64>,
}

/// One entry of the interactions between the hidden layers.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Interaction {
    /// Number of the repetition.
    pub seed: u64,
    /// In which the interactions are seen.
    pub basis: Coordinates,
    /// Coordinate of the second hidden layer, from 1.
    pub to: usize,
    /// Coordinate of the first hidden layer, from 1.
    pub from: usize,
    /// With its sign.
    pub value: f64,
}
