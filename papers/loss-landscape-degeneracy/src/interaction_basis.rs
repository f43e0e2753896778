//! The Interaction Basis: coordinates of a layer that do not depend on how its neurons are mixed, and in which
//! layers act on each other sparsely.

use common::prelude::*;

use crate::linear_chain::LinearChain;
use crate::rank::THRESHOLD;

/// Coordinates of one layer, from the Gram matrices of its activations and of the Jacobian of the output.
pub struct InteractionBasis {
    /// C = diag(√l) Qᵀ H⁺, k x width: from activations to coordinates.
    pub coordinates: Array2<f64>,
    /// C⁺ = H Q diag(1 / √l), width x k: back.
    pub inverse: Array2<f64>,
    /// The k values l, falling: what each coordinate contributes to the output.
    pub spectrum: Vec<f64>,
    /// The non-zero eigenvalues of the activations' Gram matrix, falling: they do depend on the mixing.
    pub activation_spectrum: Vec<f64>,
}

/// Eigenvalues above the threshold, falling, and their eigenvectors as columns.
fn significant_eigenpairs(symmetric: ArrayView2<f64>) -> Result<(Vec<f64>, Array2<f64>)> {
    let eigen = linear::symmetric_eigen(symmetric)?;
    let values = eigen.values.to_vec();
    let largest = reduce::max(&values);
    let kept: Vec<usize> = (0..values.len()).rev().filter(|&i| values[i] > THRESHOLD * largest).collect();
    let vectors = eigen.vectors.select(ndarray::Axis(1), &kept);
    Ok((kept.into_iter().map(|i| values[i]).collect(), vectors))
}

/// The matrix with its columns times these factors.
fn scale_columns(matrix: &Array2<f64>, factors: impl Iterator<Item = f64>) -> Array2<f64> {
    matrix * &factors.collect::<Array1<f64>>()
}

impl InteractionBasis {
    /// For the Gram matrices A of activations and M of Jacobians, both width x width: with A = H Hᵀ and
    /// Hᵀ M H = Q diag(l) Qᵀ.
    ///
    /// # Errors
    /// If a matrix is not finite.
    pub fn new(activations: ArrayView2<f64>, jacobians: ArrayView2<f64>) -> Result<InteractionBasis> {
        let (activation_spectrum, directions) = significant_eigenpairs(activations)?;
        let roots = || activation_spectrum.iter().map(|value| value.sqrt());
        let h = scale_columns(&directions, roots());
        // H⁺ transposed.
        let whitening = scale_columns(&directions, roots().map(|root| 1.0 / root));
        let meeting = matrix::product(jacobians, h.view());
        let (spectrum, q) = significant_eigenpairs(matrix::product(h.t(), meeting.view()).view())?;
        let to = scale_columns(&q, spectrum.iter().map(|l| l.sqrt()));
        let from = scale_columns(&q, spectrum.iter().map(|l| 1.0 / l.sqrt()));
        Ok(InteractionBasis {
            coordinates: matrix::product(to.t(), whitening.t()),
            inverse: matrix::product(h.view(), from.view()),
            spectrum,
            activation_spectrum,
        })
    }

    /// Of the two hidden layers of a chain with inputs of this covariance.
    ///
    /// # Errors
    /// If a matrix is not finite.
    pub fn of_hidden_layers(chain: &LinearChain, covariance: ArrayView2<f64>) -> Result<[InteractionBasis; 2]> {
        let to_second = matrix::product(chain.middle.view(), chain.first.view());
        let to_output = matrix::product(chain.last.view(), chain.middle.view());
        let activations = |map: &Array2<f64>| {
            let half = matrix::product(map.view(), covariance);
            matrix::product(half.view(), map.t())
        };
        let jacobians = |map: &Array2<f64>| matrix::gram(map.t());
        Ok([
            InteractionBasis::new(activations(&chain.first).view(), jacobians(&to_output).view())?,
            InteractionBasis::new(activations(&to_second).view(), jacobians(&chain.last).view())?,
        ])
    }
}

/// W₂ between the coordinates of the two hidden layers, C₂ W₂ C₁⁺: the rows are those of the second.
pub fn interactions(chain: &LinearChain, [first, second]: &[InteractionBasis; 2]) -> Array2<f64> {
    let half = matrix::product(second.coordinates.view(), chain.middle.view());
    matrix::product(half.view(), first.inverse.view())
}

/// Share of the squared entries that is off the diagonal.
pub fn off_diagonal_share(matrix: &Array2<f64>) -> f64 {
    let square_of = |(place, value): ((usize, usize), &f64)| (place.0 == place.1, value * value);
    let (on, off): (Vec<_>, Vec<_>) = matrix.indexed_iter().map(square_of).partition(|(on, _)| *on);
    let sum = |squares: Vec<(bool, f64)>| squares.into_iter().map(|(_, square)| square).sum::<f64>();
    let (on, off) = (sum(on), sum(off));
    off / (on + off)
}

/// Largest relative change between two spectra; infinite if one has more values, or none has any.
pub fn largest_change(before: &[f64], after: &[f64]) -> f64 {
    if before.len() != after.len() || before.is_empty() {
        return f64::INFINITY;
    }
    let changes: Vec<f64> = before.iter().zip(after).map(|(b, a)| (a / b - 1.0).abs()).collect();
    reduce::max(&changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whitened_layers_keep_their_singular_directions() {
        // A = I and M = diag: the basis is the neurons', sorted by what they contribute.
        let basis = InteractionBasis::new(Array2::eye(3).view(), Array2::from_diag(&array![4.0, 0.0, 9.0]).view())
            .expect("finite matrices");
        assert!(largest_change(&[9.0, 4.0], &basis.spectrum) < 1e-14);
        let difference = &basis.coordinates - &array![[0.0, 0.0, 3.0], [2.0, 0.0, 0.0]];
        assert!(difference.iter().all(|x| x.abs() < 1e-14));
        let identity = matrix::product(basis.coordinates.view(), basis.inverse.view());
        assert!((identity - Array2::<f64>::eye(2)).iter().all(|x| x.abs() < 1e-14));
    }

    #[test]
    fn the_spectrum_is_that_of_the_whole_map() {
        // In every layer l are the squared singular values of W₃ W₂ W₁ S^(1/2), here with S = I.
        let mut generator = Streams::new("test").open("chain", 0);
        let chain = LinearChain::draw([6, 5, 4, 3], 2, None, &mut generator);
        let upper = matrix::product(chain.last.view(), chain.middle.view());
        let singular = linear::singular_values(matrix::product(upper.view(), chain.first.view()).view());
        let expected: Vec<f64> = singular.expect("a finite matrix").iter().take(2).map(|s| s * s).collect();
        let bases = InteractionBasis::of_hidden_layers(&chain, Array2::eye(6).view()).expect("finite matrices");
        for basis in &bases {
            assert!(largest_change(&expected, &basis.spectrum) < 1e-12);
        }
        assert!(off_diagonal_share(&interactions(&chain, &bases)) < 1e-20);
    }

    #[test]
    fn shares_and_changes_by_hand() {
        assert_eq!(off_diagonal_share(&array![[1.0, -2.0, 0.0], [0.0, 3.0, 0.0]]), 4.0 / 14.0);
        assert!((largest_change(&[2.0, 1.0], &[2.0, 0.75]) - 0.25).abs() < 1e-15);
        assert_eq!(largest_change(&[1.0], &[1.0, 0.1]), f64::INFINITY);
    }
}
