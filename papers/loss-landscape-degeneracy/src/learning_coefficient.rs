//! How fast a valley of the loss narrows: the quantities of singular learning theory.

use common::prelude::*;

use crate::linear_net::Net;

/// The volume of parameters with K(w) < ε is about c ε^λ (−ln ε)^(m − 1) for small ε (Watanabe 2009).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearningCoefficient {
    /// λ; a loss with a regular minimum has half of the number of its parameters.
    pub lambda: f64,
    /// m, at least 1.
    pub multiplicity: u32,
}

impl LearningCoefficient {
    /// 2 λ: the number of parameters of a regular model that narrows as fast.
    pub fn effective_parameters(&self) -> f64 {
        2.0 * self.lambda
    }

    /// What 2 B E\[L\] is at inverse temperature B, up to o(1 / ln B): 2 λ − 2 (m − 1) / ln B.
    ///
    /// From the partition function ∫ exp(−B L) ~ B^(−λ) (ln B)^(m − 1), as E\[L\] is minus the derivative of its
    /// logarithm.
    pub fn effective_parameters_at(&self, b: f64) -> f64 {
        self.effective_parameters() - 2.0 * f64::from(self.multiplicity - 1) / ln(b)
    }

    /// That of a two-layer linear net around a truth of rank r (Aoyagi and Watanabe 2005, reduced-rank
    /// regression).
    pub fn of_linear_net(net: Net, rank: usize) -> LearningCoefficient {
        let ([m, h, n], r) = (net.map(|size| size as f64), rank as f64);
        let once = |lambda: f64| LearningCoefficient { lambda, multiplicity: 1 };
        if m + h < n + r {
            return once((h * m - h * r + n * r) / 2.0);
        }
        if n + h < m + r {
            return once((h * n - h * r + m * r) / 2.0);
        }
        if m + n < h + r {
            return once(m * n / 2.0);
        }
        let s = h + r;
        let eighths = 2.0 * s * (m + n) + 2.0 * m * n - s * s - m * m - n * n;
        match (net.iter().sum::<usize>() + rank).is_multiple_of(2) {
            true => once(eighths / 8.0),
            false => LearningCoefficient { lambda: (eighths + 1.0) / 8.0, multiplicity: 2 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(net: Net, r: usize) -> LearningCoefficient {
        LearningCoefficient::of_linear_net(net, r)
    }

    #[test]
    fn a_net_of_one_unit_a_layer_is_the_cross() {
        // (w₁ w₂)² has λ = 1/2, m = 2, and (w₁ w₂ − 1)² one regular direction.
        assert_eq!((of([1, 1, 1], 0).lambda, of([1, 1, 1], 0).multiplicity), (0.5, 2));
        assert_eq!((of([1, 1, 1], 1).lambda, of([1, 1, 1], 1).multiplicity), (0.5, 1));
    }

    #[test]
    fn at_full_rank_only_the_rank_of_the_hessian_counts() {
        // With r = min(M, H, N) the truth is a regular point of the matrices of rank at most H.
        for net in [[3, 3, 3], [4, 2, 3], [5, 3, 4], [2, 5, 3], [6, 2, 2]] {
            let r = net.into_iter().min().unwrap_or(0);
            let rank = r * (net[0] + net[2] - r);
            let coefficient = of(net, r);
            assert_eq!((coefficient.effective_parameters(), coefficient.multiplicity), (rank as f64, 1));
        }
    }

    #[test]
    fn wide_hidden_layers_are_regular_in_the_product() {
        // M + N < H + r: the product W₂ W₁ is any matrix, without a penalty.
        assert_eq!(of([2, 9, 3], 0).effective_parameters(), 6.0);
    }

    #[test]
    fn input_and_output_can_change_places() {
        // M + H < N + r and N + H < M + r: the smaller side decides.
        assert_eq!(of([2, 2, 6], 0).effective_parameters(), 4.0);
        for (net, mirrored) in [([2, 2, 6], [6, 2, 2]), ([4, 2, 3], [3, 2, 4]), ([1, 3, 5], [5, 3, 1])] {
            for r in 0..=1 {
                assert_eq!(of(net, r), of(mirrored, r));
            }
        }
    }

    #[test]
    fn values_for_square_nets_of_three() {
        let lambdas: Vec<f64> = (0..4).map(|r| of([3, 3, 3], r).effective_parameters()).collect();
        assert_eq!(lambdas, [7.0, 8.0, 9.0, 9.0]);
        assert_eq!((0..4).map(|r| of([3, 3, 3], r).multiplicity).collect::<Vec<u32>>(), [2, 1, 2, 1]);
    }
}
