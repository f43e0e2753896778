//! ReLU nets in which blocks of hidden units fire on the same inputs.

use common::prelude::*;

/// What the ReLU nets have in common.
#[derive(Parameters)]
#[require(spread == 0.0 || spread >= 1e-3, "0, or 0.001 and more, which rounding does not hide")]
pub struct ReluNets {
    /// Inputs of the ReLU nets. With two, the units of a block lie on two lines and can be parallel.
    #[range(3..)]
    pub d: usize,
    /// Outputs of the ReLU nets.
    pub o: usize,
    /// Data points of the ReLU nets, on which the blocks are synchronised.
    pub points: usize,
    /// How far the weights of a hidden unit are from the direction of its block.
    #[range(0.0..)]
    pub spread: f64,
}

/// A net f(x) = W₂ relu(W₁ x) whose hidden units come in blocks, and the inputs it is looked at.
#[derive(Clone, Copy, Serialize)]
pub struct Blocks<'n> {
    /// Sizes k_b of the blocks.
    pub sizes: &'n [usize],
    /// Its other dimensions.
    pub nets: &'n ReluNets,
}

/// Inputs that are drawn for each data point before giving up.
const MOST_DRAWS: usize = 1000;

impl Blocks<'_> {
    /// Number of hidden units.
    fn hidden(&self) -> usize {
        self.sizes.iter().fold(0, |sum, &size| sum.saturating_add(size))
    }

    /// Number of weights; that of absurd sizes is the largest number that there is.
    pub fn parameters(&self) -> usize {
        self.hidden().saturating_mul(self.nets.d.saturating_add(self.nets.o))
    }

    /// Rank of the Hessian: a block that fires as one is a linear map W₂ W₁ (o x d) behind one gate, and its weights
    /// act through the product alone. Its changes δW₂ W₁ + W₂ δW₁ have o r₁ + d r₂ − r₁ r₂ dimensions for layers of
    /// ranks r₁ and r₂: k (d + o) − k² with k units below both sizes, where GL(k) moves them without effect.
    pub fn rank_theory(&self) -> usize {
        let ReluNets { d, o, spread, .. } = *self.nets;
        let block = |&k: &usize| {
            // Without spread all units of a block have the same direction.
            let (first, second) = (if spread == 0.0 { 1 } else { k.min(d) }, k.min(o));
            o * first + d * second - first * second
        };
        self.sizes.iter().map(block).sum()
    }

    /// W₁, H x d: in each block a random direction u, each unit (u + spread e) s with a unit vector e orthogonal to u
    /// and a size s between 1/2 and 3/2.
    fn first_layer(&self, generator: &mut Generator) -> Array2<f64> {
        let ReluNets { d, spread, .. } = *self.nets;
        let mut weights = Array2::zeros((self.hidden(), d));
        let mut rows = weights.rows_mut().into_iter();
        for &size in self.sizes {
            let direction = generator.unit_vector(d);
            for mut row in rows.by_ref().take(size) {
                let other = generator.normal_vector(d);
                let mut aside = &other - &(&direction * direction.dot(&other));
                aside *= spread / aside.dot(&aside).sqrt();
                row.assign(&((&direction + &aside) * generator.uniform_in(0.5, 1.5)));
            }
        }
        weights
    }

    /// Whether each block fires with all its units or with none.
    fn synchronised(&self, pre_activations: &[f64]) -> bool {
        let mut rest = pre_activations;
        self.sizes.iter().all(|&size| {
            let (block, after) = rest.split_at(size);
            rest = after;
            let on = block.iter().filter(|z| **z > 0.0).count();
            on == 0 || on == size
        })
    }

    /// Standard normal inputs on which the blocks are synchronised, points x d.
    fn inputs(&self, first: &Array2<f64>, generator: &mut Generator) -> Result<Array2<f64>> {
        let ReluNets { d, points, .. } = *self.nets;
        let mut inputs = Array2::zeros((points, d));
        let mut pre_activations = vec![0.0; self.hidden()];
        let (mut kept, mut candidate) = (0, vec![0.0; d]);
        for _ in 0..MOST_DRAWS * points {
            if kept == points {
                break;
            }
            generator.fill_normal(&mut candidate);
            matrix::vector_product_into(first.view(), &candidate, &mut pre_activations);
            if self.synchronised(&pre_activations) {
                inputs.row_mut(kept).assign(&ArrayView1::from(&candidate));
                kept += 1;
            }
        }
        ensure!(
            kept == points,
            "blocks fire as one on {kept} of {} inputs only: a smaller spread is needed",
            MOST_DRAWS * points
        );
        Ok(inputs)
    }

    /// Draws W₁, the inputs and a standard normal W₂, in this order.
    ///
    /// # Errors
    /// If the blocks are hardly ever synchronised.
    pub fn sample(&self, generator: &mut Generator) -> Result<(ReluNet, Array2<f64>)> {
        let first = self.first_layer(generator);
        let inputs = self.inputs(&first, generator)?;
        let second = generator.normal_matrix(self.nets.o, self.hidden());
        Ok((ReluNet { first, second }, inputs))
    }
}

/// x → W₂ relu(W₁ x), without biases.
pub struct ReluNet {
    /// W₁, H x d.
    first: Array2<f64>,
    /// W₂, o x H.
    second: Array2<f64>,
}

/// Rows of the Jacobian that are held at the same time.
const CHUNK: usize = 1536;

impl ReluNet {
    /// Hessian of the behavioural loss at the net's own weights, up to a factor: Jᵀ J / n, with J the Jacobian of all
    /// outputs on all `inputs` (n x d).
    ///
    /// The residual of a net against itself is zero, so that the second derivatives of the outputs do not appear.
    pub fn behavioural_hessian(&self, inputs: ArrayView2<f64>) -> Array2<f64> {
        let parameters = self.first.len() + self.second.len();
        let mut hessian = Array2::zeros((parameters, parameters));
        let points = (CHUNK / self.second.nrows()).max(1);
        for chunk in inputs.axis_chunks_iter(ndarray::Axis(0), points) {
            let jacobian = self.jacobian(chunk);
            matrix::product_add(jacobian.t(), jacobian.view(), &mut hessian.view_mut());
        }
        hessian / inputs.nrows() as f64
    }

    /// Derivatives of the outputs, (n o) x (H d + o H): rows by data point and output; columns the entries of W₁,
    /// then of W₂, row by row.
    fn jacobian(&self, inputs: ArrayView2<f64>) -> Array2<f64> {
        let ((hidden, d), outputs) = (self.first.dim(), self.second.nrows());
        let pre_activations = matrix::product(inputs, self.first.t());
        let mut jacobian = Array2::zeros((inputs.nrows() * outputs, hidden * (d + outputs)));
        let mut rows = jacobian.rows_mut().into_iter();
        for (x, z) in inputs.rows().into_iter().zip(pre_activations.rows()) {
            for (output, mut row) in rows.by_ref().take(outputs).enumerate() {
                let (mut of_first, mut of_second) = row.view_mut().split_at(ndarray::Axis(0), hidden * d);
                // Of the second layer only the row of this output matters.
                let mut of_second = of_second.slice_mut(s![output * hidden..(output + 1) * hidden]);
                for h in (0..hidden).filter(|&h| z[h] > 0.0) {
                    of_first.slice_mut(s![h * d..(h + 1) * d]).scaled_add(self.second[[output, h]], &x);
                    of_second[h] = z[h];
                }
            }
        }
        jacobian
    }
}

#[cfg(test)]
#[path = "synchronised_tests.rs"]
mod tests;
