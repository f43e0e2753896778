//! A chain of three linear layers x → W₃ W₂ W₁ x, for degeneracies that need no nonlinearity.

use common::prelude::*;

use crate::rank::matrix_of_rank;

/// Sizes of input, two hidden layers and output.
pub type Widths = [usize; 4];

/// The chain.
#[derive(Clone)]
pub struct LinearChain {
    /// W₁, from the input to the first hidden layer.
    pub first: Array2<f64>,
    /// W₂, between the hidden layers.
    pub middle: Array2<f64>,
    /// W₃, from the second hidden layer to the output.
    pub last: Array2<f64>,
}

impl LinearChain {
    /// Draws a W₁ of rank a, a standard normal W₂ and a W₃ of rank g (standard normal for none), in this order.
    pub fn sample(widths: Widths, a: usize, g: Option<usize>, generator: &mut Generator) -> LinearChain {
        let [inputs, one, two, outputs] = widths;
        LinearChain {
            first: matrix_of_rank(a, one, inputs, generator),
            middle: generator.normal_matrix(two, one),
            last: match g {
                Some(g) => matrix_of_rank(g, outputs, two, generator),
                None => generator.normal_matrix(outputs, two),
            },
        }
    }

    /// Derivatives J of the outputs by W₂ for `inputs` n x d, (n o) x (width of W₂): rows by data point and output,
    /// columns by the entries of W₂, row by row. The block of the behavioural Hessian that belongs to W₂ is Jᵀ J / n.
    ///
    /// J[(n, o), (p, q)] = W₃[o, p] a[n, q] with the activations a = W₁ x: what comes back through W₃ meets what has
    /// come through W₁.
    pub fn jacobian_of_middle(&self, inputs: ArrayView2<f64>) -> Array2<f64> {
        let outputs = self.last.nrows();
        let activations = matrix::product(inputs, self.first.t());
        let mut jacobian = Array2::zeros((inputs.nrows() * outputs, self.middle.len()));
        for (activation, mut rows) in
            activations.rows().into_iter().zip(jacobian.axis_chunks_iter_mut(ndarray::Axis(0), outputs))
        {
            let row = activation.insert_axis(ndarray::Axis(0));
            rows.assign(&ndarray::linalg::kron(&self.last, &row));
        }
        jacobian
    }

    /// The same function in other coordinates of the hidden layers: R W₁, P W₂ R⁻¹ and W₃ P⁻¹ with standard normal
    /// R and P.
    ///
    /// # Errors
    /// If R or P is singular, which is not to be expected.
    pub fn in_random_gauge(&self, generator: &mut Generator) -> Result<LinearChain> {
        let (two, one) = self.middle.dim();
        let (r, p) = (generator.normal_matrix(one, one), generator.normal_matrix(two, two));
        let (r_inverse, p_inverse) = (linear::inverse(r.view())?, linear::inverse(p.view())?);
        let moved = matrix::product(p.view(), self.middle.view());
        Ok(LinearChain {
            first: matrix::product(r.view(), self.first.view()),
            middle: matrix::product(moved.view(), r_inverse.view()),
            last: matrix::product(self.last.view(), p_inverse.view()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// W₃ W₂ W₁.
    fn function(chain: &LinearChain) -> Array2<f64> {
        let upper = matrix::product(chain.last.view(), chain.middle.view());
        matrix::product(upper.view(), chain.first.view())
    }

    #[test]
    fn a_gauge_changes_weights_but_not_the_function() {
        let mut generator = Streams::new("test").open("chain", 0);
        let chain = LinearChain::sample([5, 4, 3, 2], 2, None, &mut generator);
        let other = chain.in_random_gauge(&mut generator).expect("regular matrices");
        assert!((&other.middle - &chain.middle).iter().any(|x| x.abs() > 0.1));
        assert!((function(&other) - function(&chain)).iter().all(|x| x.abs() < 1e-10));
    }

    #[test]
    fn the_jacobian_changes_the_outputs() {
        // The outputs are linear in W₂: a change D of it changes them by W₃ D W₁ x.
        let mut generator = Streams::new("test").open("chain", 1);
        let chain = LinearChain::sample([5, 4, 3, 2], 2, Some(1), &mut generator);
        let (inputs, change) = (generator.normal_matrix(20, 5), generator.normal_matrix(3, 4));
        let flat: Vec<f64> = change.iter().copied().collect();
        let by_jacobian = matrix::vector_product(chain.jacobian_of_middle(inputs.view()).view(), &flat);
        let changed = function(&LinearChain { middle: change, ..chain });
        let outputs = matrix::product(inputs.view(), changed.t());
        assert!(outputs.iter().zip(by_jacobian).all(|(output, other)| (output - other).abs() < 1e-12));
    }
}
