//! What training makes small, and its slopes by the logits.
//!
//! Of group e with n_e targets y and logits z: s = sigmoid(z), r = s − y, and L_e the mean logistic loss. All slopes
//! have the form dz = (a_e r + b_e s (1 − s) z) / n_e.

use common::networks::Number;

use crate::digits::Examples;

/// An objective over two groups of examples.
#[derive(Clone, Copy, Debug)]
pub enum Objective {
    /// Ordinary training (ERM): Σ_e L_e.
    Sum,
    /// vREx with weight λ: Σ_e L_e + λ Var(L₁, L₂), the unbiased variance (L₁ − L₂)² / 2.
    Variance(f64),
    /// IRMv1 with weight λ: Σ_e L_e + λ/2 Σ_e g_e², where g_e = mean_e(r z) is the slope of L_e(w z) at w = 1.
    Invariance(f64),
    /// The larger of L₁ and L₂.
    Worst,
}

impl Objective {
    /// What the objective and the penalty on weights are divided by: λ if it is large. Adam hardly feels the scale of
    /// the rest, so this weakens the penalty on weights.
    pub fn divisor(self) -> f64 {
        match self {
            Objective::Sum | Objective::Worst => 1.0,
            Objective::Variance(lambda) | Objective::Invariance(lambda) => lambda.max(1.0),
        }
    }

    /// The derivatives of the objective, divided by [`divisor`](Self::divisor), by the logits z.
    pub fn slopes(self, examples: &Examples, z: &[f32], dz: &mut [f32]) {
        let (y, groups) = (&examples.targets, examples.groups());
        dz.copy_from_slice(z);
        f32::sigmoid_slice(dz);
        let factors = match self {
            Objective::Sum => [(1.0, 0.0); 2],
            Objective::Variance(lambda) => {
                let [one, two] = losses(examples, z);
                [(1.0 + lambda * (one - two), 0.0), (1.0 + lambda * (two - one), 0.0)]
            }
            Objective::Invariance(lambda) => groups.clone().map(|group| {
                let terms = dz[group.clone()].iter().zip(&z[group.clone()]).zip(&y[group]);
                let g = mean(terms.map(|((s, z), y)| (s - y) * z));
                (1.0 + lambda * g, lambda * g)
            }),
            Objective::Worst => {
                let [one, two] = losses(examples, z);
                if one >= two { [(1.0, 0.0), (0.0, 0.0)] } else { [(0.0, 0.0), (1.0, 0.0)] }
            }
        };
        for (group, (a, b)) in groups.into_iter().zip(factors) {
            let scale = group.len() as f64 * self.divisor();
            let (a, b) = ((a / scale) as f32, (b / scale) as f32);
            let pairs = z[group.clone()].iter().zip(&y[group.clone()]);
            for (s, (&z, &y)) in dz[group].iter_mut().zip(pairs) {
                *s = a * (*s - y) + b * (*s * (1.0 - *s) * z);
            }
        }
    }
}

/// L₁ and L₂, 0 for a group without examples.
pub fn losses(examples: &Examples, z: &[f32]) -> [f64; 2] {
    examples.groups().map(|group| {
        let pairs = z[group.clone()].iter().zip(&examples.targets[group]);
        mean(pairs.map(|(&z, &y)| z.softplus() - y * z))
    })
}

/// In double precision: a penalty of 10⁴ would show the rounding of sums.
fn mean(terms: impl ExactSizeIterator<Item = f32>) -> f64 {
    let count = terms.len().max(1);
    terms.map(f64::from).sum::<f64>() / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::prelude::{Array2, exp, ln};

    const Z: [f32; 5] = [0.7, -1.2, 0.3, 1.9, -0.4];

    fn examples(first: usize) -> Examples {
        Examples { inputs: Array2::zeros((5, 1)), targets: vec![1.0, 1.0, 0.0, 1.0, 0.0], first }
    }

    /// The logistic loss of the group, its logits multiplied by w.
    fn loss(z: &[f64], y: &[f32], w: f64) -> f64 {
        let terms = z.iter().zip(y).map(|(z, &y)| ln(1.0 + exp(w * z)) - f64::from(y) * w * z);
        terms.sum::<f64>() / z.len() as f64
    }

    /// The objectives as the paper writes them.
    fn value(objective: Objective, z: &[f64]) -> f64 {
        let y = examples(2).targets;
        let losses = |w: f64| [loss(&z[..2], &y[..2], w), loss(&z[2..], &y[2..], w)];
        let [one, two] = losses(1.0);
        match objective {
            Objective::Sum => one + two,
            Objective::Variance(lambda) => {
                let mean = 0.5 * (one + two);
                (one + two + lambda * ((one - mean) * (one - mean) + (two - mean) * (two - mean))) / lambda.max(1.0)
            }
            Objective::Invariance(lambda) => {
                let (above, below) = (losses(1.0 + 1e-5), losses(1.0 - 1e-5));
                let slopes = [0, 1].map(|e| (above[e] - below[e]) / 2e-5);
                let penalty = 0.5 * slopes.iter().map(|slope| slope * slope).sum::<f64>();
                (one + two + lambda * penalty) / lambda.max(1.0)
            }
            Objective::Worst => one.max(two),
        }
    }

    #[test]
    fn slopes_are_finite_differences() {
        let objectives = [0.5, 20.0].map(|lambda| [Objective::Variance(lambda), Objective::Invariance(lambda)]);
        for objective in objectives.concat().into_iter().chain([Objective::Sum, Objective::Worst]) {
            let mut slopes = [0.0; 5];
            objective.slopes(&examples(2), &Z, &mut slopes);
            for (place, &slope) in slopes.iter().enumerate() {
                let moved = |by: f64| {
                    let mut z = Z.map(f64::from);
                    z[place] += by;
                    value(objective, &z)
                };
                let difference = (moved(1e-4) - moved(-1e-4)) / 2e-4;
                assert!((f64::from(slope) - difference).abs() < 1e-5, "{objective:?}: {slope} {difference}");
            }
        }
    }

    #[test]
    fn an_empty_group_counts_for_nothing() {
        let slopes = |objective: Objective, first| {
            let mut slopes = [0.0; 5];
            objective.slopes(&examples(first), &Z, &mut slopes);
            slopes
        };
        let sum = slopes(Objective::Sum, 5);
        assert!([0, 5].iter().all(|&first| slopes(Objective::Worst, first) == sum && sum[0] < 0.0));
    }
}
