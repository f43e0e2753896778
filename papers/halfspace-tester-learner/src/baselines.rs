//! What the tester-learner is compared with: two convex learners, and a tester that looks at global
//! moments.

use common::estimate::Logistic;
use common::prelude::*;

use crate::halfspace::Sample;

/// Inverse of the C = 1000 of common logistic regressions: practically no penalty.
const LOGISTIC_PENALTY: f64 = 1e-3;

/// Largest deviation from the Gaussian of any entry that the moment test lets pass, by degree.
const MEAN_LIMIT: f64 = 0.06;
const COVARIANCE_LIMIT: f64 = 0.1;
const THIRD_MOMENT_LIMIT: f64 = 0.3;

/// Logistic regression without intercept; not normalised.
pub fn logistic(sample: &Sample) -> Result<Vec<f64>> {
    let labels: Vec<bool> = sample.labels.iter().map(|&y| y > 0.0).collect();
    let fit = Logistic::new(LOGISTIC_PENALTY).intercept(false).fit(sample.inputs.view(), &labels)?;
    ensure!(fit.converged, "the logistic regression did not converge: gradient norm {}", fit.gradient_norm);
    Ok(fit.coefficients.to_vec())
}

/// The averaging learner: the mean of y x.
pub fn average(sample: &Sample) -> Vec<f64> {
    let sums = matrix::vector_product(sample.inputs.t(), &sample.labels);
    sums.iter().map(|sum| sum / sample.labels.len() as f64).collect()
}

/// Whether all moments of degree up to 3 of the points (rows) are close to those of the standard
/// Gaussian. Looks at neither labels nor a candidate.
pub fn moments_look_gaussian(inputs: ArrayView2<f64>) -> bool {
    let (n, d) = inputs.dim();
    let ones = vec![1.0; n];
    let means = matrix::vector_product(inputs.t(), &ones);
    let worst_mean = means.iter().fold(0.0, |worst: f64, sum| worst.max(sum.abs()));
    let excess = matrix::gram(inputs.t()) - n as f64 * Array2::<f64>::eye(d);
    let mut worst_third = 0.0;
    let mut weighted = inputs.to_owned();
    for a in 0..d {
        weighted.assign(&inputs);
        for mut column in weighted.columns_mut() {
            column *= &inputs.column(a);
        }
        worst_third = largest(&matrix::product(weighted.t(), inputs)).max(worst_third);
    }
    let limit = |degree_limit: f64| degree_limit * n as f64;
    worst_mean < limit(MEAN_LIMIT)
        && largest(&excess) < limit(COVARIANCE_LIMIT)
        && worst_third < limit(THIRD_MOMENT_LIMIT)
}

/// The largest magnitude in a matrix.
fn largest(matrix: &Array2<f64>) -> f64 {
    matrix.iter().fold(0.0, |largest, value| value.abs().max(largest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::halfspace::side;
    use crate::inputs::{InputLaw, Marginal};

    fn inputs(marginal: Marginal) -> Array2<f64> {
        let streams = Streams::new("test");
        let law = InputLaw::sample(marginal, 10, &mut streams.open("orientation", 9));
        law.points(20_000, &mut streams.open("inputs", 9))
    }

    #[test]
    fn both_learners_find_a_halfspace_without_noise() {
        let inputs = inputs(Marginal::Gauss);
        let normal = Streams::new("test").open("normal", 9).unit_vector(10).to_vec();
        let labels = matrix::vector_product(inputs.view(), &normal).into_iter().map(side).collect();
        let sample = Sample { inputs, labels };
        let average = average(&sample);
        // E[sign(<w, x>) x] = sqrt(2 / pi) w.
        for (found, expected) in average.iter().zip(&normal) {
            let expected = (2.0 / std::f64::consts::PI).sqrt() * expected;
            assert!((found - expected).abs() < 0.03, "{found} {expected}");
        }
        assert!(sample.error(&average) < 0.02);
        assert!(sample.error(&logistic(&sample).unwrap()) < 0.001);
    }

    #[test]
    fn the_moment_test_passes_what_has_gaussian_moments() {
        for marginal in [Marginal::Gauss, Marginal::Uniform, Marginal::Cube, Marginal::Cross] {
            assert!(moments_look_gaussian(inputs(marginal).view()), "{marginal:?}");
        }
    }

    #[test]
    fn the_moment_test_sees_each_degree() {
        let mut shifted = inputs(Marginal::Gauss);
        shifted.column_mut(3).map_inplace(|x| *x += 0.08);
        assert!(!moments_look_gaussian(shifted.view()));
        let mut stretched = inputs(Marginal::Gauss);
        stretched.column_mut(0).map_inplace(|x| *x *= 1.07);
        assert!(!moments_look_gaussian(stretched.view()));
        // x_0 (x_1 x_2's sign) has mean 0 and covariance identity, but a third moment of sqrt(2/pi)^3.
        let mut dependent = inputs(Marginal::Gauss);
        for mut point in dependent.rows_mut() {
            point[0] = point[0].abs() * side(point[1] * point[2]);
        }
        assert!(!moments_look_gaussian(dependent.view()));
    }
}
