//! ReLU nets in which blocks of hidden units fire on the same inputs.

use common::prelude::*;

/// A net f(x) = W₂ relu(W₁ x) whose hidden units come in blocks, and the inputs it is looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Blocks {
    /// Inputs.
    pub d: usize,
    /// Outputs.
    pub o: usize,
    /// Sizes k_b of the blocks.
    pub sizes: Vec<usize>,
    /// How far a unit's weights are from the direction of its block.
    pub spread: f64,
    /// Data points on which the blocks are synchronised.
    pub points: usize,
}

/// Inputs that are drawn for each data point before giving up.
const MOST_DRAWS: usize = 1000;

impl Blocks {
    /// Number of hidden units.
    pub fn hidden(&self) -> usize {
        self.sizes.iter().sum()
    }

    /// Number of weights.
    pub fn parameters(&self) -> usize {
        self.hidden() * (self.d + self.o)
    }

    /// Rank of the Hessian: a block that fires as one is a linear map W₂ W₁ (o x d) behind one gate, and its weights
    /// act through the product alone. With k units below both sizes, GL(k) moves them without effect.
    pub fn rank_theory(&self) -> usize {
        let (d, o) = (self.d, self.o);
        let block = |&k: &usize| if k <= d.min(o) { k * (d + o) - k * k } else { d * o };
        self.sizes.iter().map(block).sum()
    }

    /// W₁, H x d: in each block a random direction u, each unit (u + spread e) s with a unit vector e orthogonal to u
    /// and a size s between 1/2 and 3/2.
    fn first_layer(&self, generator: &mut Generator) -> Array2<f64> {
        let mut weights = Array2::zeros((self.hidden(), self.d));
        let mut rows = weights.rows_mut().into_iter();
        for &size in &self.sizes {
            let direction = generator.unit_vector(self.d);
            for mut row in rows.by_ref().take(size) {
                let other = generator.normal_vector(self.d);
                let mut aside = &other - &(&direction * direction.dot(&other));
                aside *= self.spread / aside.dot(&aside).sqrt();
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
        let mut inputs = Array2::zeros((self.points, self.d));
        let mut pre_activations = vec![0.0; self.hidden()];
        let (mut kept, mut candidate) = (0, vec![0.0; self.d]);
        for _ in 0..MOST_DRAWS * self.points {
            if kept == self.points {
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
            kept == self.points,
            "blocks fire as one on {kept} of {} inputs only: a smaller spread is needed",
            MOST_DRAWS * self.points
        );
        Ok(inputs)
    }

    /// Draws W₁, the inputs and a standard normal W₂, in this order.
    ///
    /// # Errors
    /// If the blocks are hardly ever synchronised.
    pub fn draw(&self, generator: &mut Generator) -> Result<(ReluNet, Array2<f64>)> {
        let first = self.first_layer(generator);
        let inputs = self.inputs(&first, generator)?;
        let second = generator.normal_matrix(self.o, self.hidden());
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
mod tests {
    use super::*;

    fn blocks(sizes: &[usize]) -> Blocks {
        Blocks { d: 4, o: 3, sizes: sizes.to_vec(), spread: 0.15, points: 40 }
    }

    /// f on all inputs, data point by data point.
    fn outputs(net: &ReluNet, inputs: &Array2<f64>) -> Vec<f64> {
        let activations = matrix::product(inputs.view(), net.first.t()).mapv(|z| if z > 0.0 { z } else { 0.0 });
        matrix::product(activations.view(), net.second.t()).into_iter().collect()
    }

    #[test]
    fn the_jacobian_is_that_of_finite_differences() {
        let (net, inputs) =
            blocks(&[2, 1]).draw(&mut Streams::new("test").open("net", 0)).expect("synchronised inputs");
        let jacobian = net.jacobian(inputs.view());
        let step = 1e-6;
        for parameter in 0..21 {
            let moved = |by: f64| {
                let (mut first, mut second) = (net.first.clone(), net.second.clone());
                let weight = first.iter_mut().chain(second.iter_mut()).nth(parameter);
                *weight.expect("21 weights") += by;
                outputs(&ReluNet { first, second }, &inputs)
            };
            let differences = moved(step).into_iter().zip(moved(-step)).map(|(up, down)| (up - down) / (2.0 * step));
            for (difference, derivative) in differences.zip(jacobian.column(parameter)) {
                assert!((difference - derivative).abs() < 1e-7);
            }
        }
    }

    #[test]
    fn chunks_do_not_matter() {
        let blocks = Blocks { points: 2 * CHUNK / 3 + 5, ..blocks(&[2, 2]) };
        let (net, inputs) = blocks.draw(&mut Streams::new("test").open("net", 1)).expect("synchronised inputs");
        let whole = matrix::gram(net.jacobian(inputs.view()).t()) / inputs.nrows() as f64;
        let difference = net.behavioural_hessian(inputs.view()) - whole;
        assert!(difference.iter().all(|x| x.abs() < 1e-12));
    }

    #[test]
    fn inputs_are_synchronised_and_ranks_count_the_gauge() {
        let blocks = blocks(&[3, 2]);
        let (net, inputs) = blocks.draw(&mut Streams::new("test").open("net", 2)).expect("synchronised inputs");
        for x in inputs.rows() {
            let z = matrix::vector_product(net.first.view(), &x.to_vec());
            assert!(blocks.synchronised(&z));
        }
        assert!(!blocks.synchronised(&[1.0, 1.0, -1.0, 1.0, 1.0]));
        assert!(blocks.synchronised(&[-1.0, -1.0, 0.0, 1.0, 1.0]));
        // k (d + o) − k²: 21 − 9 and 14 − 4; d o from k = 3 on.
        assert_eq!(blocks.rank_theory(), 12 + 10);
        assert_eq!(self::blocks(&[5]).rank_theory(), 12);
    }

    #[test]
    fn hopeless_blocks_are_an_error() {
        let blocks = Blocks { d: 2, sizes: vec![20; 4], spread: 1e6, points: 2, ..blocks(&[]) };
        assert!(blocks.draw(&mut Streams::new("test").open("net", 3)).is_err());
    }
}
