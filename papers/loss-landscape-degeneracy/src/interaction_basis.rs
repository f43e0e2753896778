//! The Interaction Basis: coordinates of a layer that do not depend on how its neurons are mixed, and in which
//! layers act on each other sparsely.

use common::prelude::*;

use crate::linear_chain::LinearChain;
use crate::rank::THRESHOLD;

/// Coordinates of one layer, from the Gram matrices A of its activations and M of the Jacobian of the output: with
/// A = H Hᵀ and Hᵀ M H = Q diag(l) Qᵀ.
pub struct InteractionBasis {
    /// C = diag(√l) Qᵀ H⁺, k x width: from activations to coordinates.
    pub coordinates: Array2<f64>,
    /// C⁺ = H Q diag(1 / √l), width x k: back.
    pub inverse: Array2<f64>,
    /// The k values l, falling: what each coordinate contributes to the output.
    pub spectrum: Vec<f64>,
    /// The non-zero eigenvalues of A, falling: they do depend on how neurons are mixed.
    pub activation_spectrum: Vec<f64>,
}

/// Singular values above the threshold, falling, with their left and right singular vectors as columns.
fn significant(matrix: ArrayView2<f64>) -> Result<(Array1<f64>, Array2<f64>, Array2<f64>)> {
    let svd = linear::svd(matrix)?;
    let largest = svd.singular_values[0];
    let kept = svd.singular_values.iter().take_while(|&&value| value > THRESHOLD * largest).count();
    let values = svd.singular_values.slice(s![..kept]).to_owned();
    Ok((values, svd.u.slice(s![.., ..kept]).to_owned(), svd.vt.t().slice(s![.., ..kept]).to_owned()))
}

impl InteractionBasis {
    /// From roots of the Gram matrices, A = F Fᵀ with F of shape (width, any) and M = Bᵀ B with B of shape (any, width).
    /// No Gram matrix is formed, in which small values would drown in rounding.
    ///
    /// # Errors
    /// If a matrix is not finite.
    pub fn new(activations: ArrayView2<f64>, jacobians: ArrayView2<f64>) -> Result<InteractionBasis> {
        let (sizes, directions, _) = significant(activations)?;
        let h = &directions * &sizes;
        let (roots, _, q) = significant(matrix::product(jacobians, h.view()).view())?;
        // diag(√l) Qᵀ H⁺ transposed.
        let whitening = matrix::product((&directions / &sizes).view(), (&q * &roots).view());
        let squares = |values: &Array1<f64>| values.iter().map(|value| value * value).collect();
        Ok(InteractionBasis {
            coordinates: whitening.reversed_axes(),
            inverse: matrix::product(h.view(), (&q / &roots).view()),
            spectrum: squares(&roots),
            activation_spectrum: squares(&sizes),
        })
    }

    /// The bases of the two hidden layers of a chain with inputs of covariance G Gᵀ, given G.
    ///
    /// # Errors
    /// If a matrix is not finite.
    pub fn of_hidden_layers(chain: &LinearChain, inputs: ArrayView2<f64>) -> Result<[InteractionBasis; 2]> {
        let first = matrix::product(chain.first.view(), inputs);
        let second = matrix::product(chain.middle.view(), first.view());
        let to_output = matrix::product(chain.last.view(), chain.middle.view());
        Ok([
            InteractionBasis::new(first.view(), to_output.view())?,
            InteractionBasis::new(second.view(), chain.last.view())?,
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
    let sum = |diagonal: bool| {
        let entries = matrix.indexed_iter().filter(|((i, j), _)| (i == j) == diagonal);
        entries.map(|(_, value)| value * value).sum::<f64>()
    };
    let (on, off) = (sum(true), sum(false));
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
        // A = I and M = diag(4, 0, 9): the basis is the neurons', sorted by what they contribute.
        let basis = InteractionBasis::new(Array2::eye(3).view(), Array2::from_diag(&array![2.0, 0.0, 3.0]).view())
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
        let chain = LinearChain::sample([6, 5, 4, 3], 2, None, &mut generator);
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
