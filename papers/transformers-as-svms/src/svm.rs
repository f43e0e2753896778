//! The attention SVM: hard-margin separation of one token of each input from its other tokens.
//!
//! minimise ‖W‖ subject to (x_i,opt − x_it)ᵀ W z_i ≥ 1 for all inputs i and tokens t ≠ opt_i, in the
//! Frobenius and in the nuclear norm.

use common::prelude::*;

use crate::attention::{Problem, Shape};
use crate::halfspaces::HalfSpaces;
use crate::nuclear_norm::MinimumNuclearNorm;

/// Problems that are drawn, one after the other, until one has an SVM with a solution.
pub const DRAWS: u64 = 50;

/// Most sweeps of the dual coordinate descent for the Frobenius norm.
const SWEEPS: usize = 500_000;
/// Tokens that only a longer W separates count as inseparable.
const LONGEST: f64 = 1e4;
/// The sweeps end when no step moves W by more.
const SWEEP_TOLERANCE: f64 = 1e-10;
/// How far below 1 the least margin may be, of the solution in the Frobenius and in the nuclear norm.
const MARGIN_TOLERANCES: [f64; 2] = [1e-6, 1e-5];

/// Both solutions for one choice of tokens.
pub struct Svm {
    /// W_F, d x d: least Frobenius norm.
    pub frobenius: Array2<f64>,
    /// W_N, d x d: least nuclear norm.
    pub nuclear: Array2<f64>,
}

impl Svm {
    /// Seconds for both solutions: a hundred or so singular value decompositions, and sweeps over the constraints.
    pub fn cost(shape: &Shape) -> f64 {
        let d = shape.d as f64;
        1e-6 * d * d * d + 5e-5 * constraints(shape)
    }

    /// Bytes of the constraints and their Gram matrix.
    pub fn memory(shape: &Shape) -> f64 {
        let d = shape.d as f64;
        8.0 * constraints(shape) * (constraints(shape) + d * d)
    }

    /// Solves for the given token of each input; `None` if no W separates them, or none that the
    /// solvers can find.
    ///
    /// # Errors
    /// If a singular value decomposition fails.
    pub fn solve(problem: &Problem, tokens: &[usize]) -> Result<Option<Svm>> {
        let d = problem.queries.ncols();
        let margins = margins(problem, tokens);
        let Some(frobenius) = margins.shortest(SWEEPS, SWEEP_TOLERANCE, LONGEST) else { return Ok(None) };
        let frobenius = Array2::from_shape_vec((d, d), frobenius)?;
        if !separates(&margins, &frobenius, MARGIN_TOLERANCES[0]) {
            return Ok(None);
        }
        let search = MinimumNuclearNorm::search(&margins, &frobenius)?;
        let nuclear = search.feasible().clone();
        Ok(separates(&margins, &nuclear, MARGIN_TOLERANCES[1]).then_some(Svm { frobenius, nuclear }))
    }
}

/// The number of constraints: n (T - 1).
fn constraints(shape: &Shape) -> f64 {
    shape.n as f64 * (shape.tokens as f64 - 1.0)
}

/// Whether every margin is at least 1, up to the tolerance.
fn separates(margins: &HalfSpaces, w: &Array2<f64>, tolerance: f64) -> bool {
    margins.least_slack(w.as_slice().expect("row-major")) >= -tolerance
}

/// The constraints on W, read row by row: each is the outer product of a difference of two tokens with
/// their query, and has the bound 1.
fn margins(problem: &Problem, selected: &[usize]) -> HalfSpaces {
    let ((n, count), d) = (problem.values.dim(), problem.queries.ncols());
    let mut normals = Array2::zeros((n * (count - 1), d * d));
    let mut rows = normals.rows_mut().into_iter();
    for (i, &opt) in selected.iter().enumerate() {
        let (tokens, query) = (problem.tokens_of(i), problem.queries.row(i));
        for t in (0..count).filter(|&t| t != opt) {
            let mut normal = rows.next().expect("a row for each token that is not selected");
            for (k, value) in normal.iter_mut().enumerate() {
                *value = (tokens[[opt, k / d]] - tokens[[t, k / d]]) * query[k % d];
            }
        }
    }
    HalfSpaces::new(normals, vec![1.0; n * (count - 1)])
}

/// ⟨A, B⟩ / (‖A‖_F ‖B‖_F).
pub fn correlation(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    arrays::dot(a, b) / (arrays::norm(a) * arrays::norm(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nuclear_norm::nuclear_norm;

    fn problem(n: usize, tokens: usize, d: usize) -> Problem {
        Problem::sample(&Shape { n, tokens, d }, &mut Streams::new("test").open("svm", 1))
    }

    #[test]
    fn one_pair_of_tokens_has_a_closed_form() {
        // The least W with δᵀ W z = 1 is δ zᵀ / (‖δ‖² ‖z‖²) in both norms.
        let problem = problem(1, 2, 4);
        let svm = Svm::solve(&problem, &[1]).unwrap().unwrap();
        let difference = &problem.tokens.row(1) - &problem.tokens.row(0);
        let expected = Array2::from_shape_fn((4, 4), |(k, l)| difference[k] * problem.queries[[0, l]]);
        let expected = expected / difference.dot(&difference);
        for found in [&svm.frobenius, &svm.nuclear] {
            let error = (found - &expected).fold(0.0, |a: f64, b| a.max(b.abs()));
            assert!(error < 1e-6, "{error}");
        }
    }

    #[test]
    fn each_solution_is_the_least_in_its_norm() {
        let problem = problem(5, 5, 8);
        let tokens = problem.best_tokens();
        let Svm { frobenius, nuclear } = Svm::solve(&problem, &tokens).unwrap().unwrap();
        for w in [&frobenius, &nuclear] {
            for (i, &opt) in tokens.iter().enumerate() {
                let logits = problem.tokens_of(i).dot(w).dot(&problem.queries.row(i));
                let others = (0..5).filter(|t| *t != opt);
                assert!(others.map(|t| logits[opt] - logits[t]).all(|margin| margin > 1.0 - 1e-5));
            }
        }
        let squares = |w: &Array2<f64>| w.iter().map(|w| w * w).sum::<f64>();
        assert!(squares(&frobenius) < 0.99 * squares(&nuclear));
        let norm = |w: &Array2<f64>| nuclear_norm(w.view()).unwrap();
        assert!(norm(&nuclear) < 0.99 * norm(&frobenius));
        // W_F is a combination of differences times queries: rank n at most.
        assert!(linear::singular_values(frobenius.view()).unwrap()[5] < 1e-12);
    }

    #[test]
    fn tokens_that_cannot_be_separated_have_no_solution() {
        // In one dimension W is a number, and tokens are 1 or -1.
        assert!(Svm::solve(&problem(6, 4, 1), &[0; 6]).unwrap().is_none());
    }
}
