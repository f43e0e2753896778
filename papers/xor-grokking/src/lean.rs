//! Which way neurons lean after the first step.
//!
//! With negligible initial weights, one step makes w_j proportional to sum_i s_ij y_i x_i, where
//! s_ij says whether point i was active at neuron j. A positive neuron leans to +mu1 when
//! D_j = sum over the points around ±mu1 of ± (clean or flipped) s_ij is positive. D_j is close to
//! normal; the activations of two points are correlated through rho, the squared cosine that their
//! common centre gives them. (Our derivation from the update; the paper proves that runs with
//! balanced clusters have both kinds of neurons.)

use common::prelude::*;

use crate::clusters::XorClusters;

/// The share Phi(E D / sqrt(Var D)) of positive neurons predicted to lean to +mu1 after one step.
pub fn predicted_share(data: &XorClusters) -> f64 {
    let (plus, minus) = (data.net_count(1.0, 1.0), data.net_count(1.0, -1.0));
    let points = data.pair_count(1.0);
    let signal = data.mu_norm * data.mu_norm;
    let rho = signal / (data.p as f64 + signal);
    let mean = (plus - minus) / 2.0;
    let correlation = asin(rho) / (2.0 * std::f64::consts::PI);
    let variance = points / 4.0 + correlation * ((plus + minus) * (plus + minus) - points);
    normal_cdf(mean / variance.sqrt())
}
