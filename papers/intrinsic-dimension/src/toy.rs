//! The toy problem: D parameters in equal blocks, each block with a prescribed sum.
//!
//! The solutions form a set of codimension `groups`, so that a random subspace meets it exactly from d = `groups` on.

use common::optimize::Optimize;
use common::prelude::*;

/// Gradient norm at which the minimum counts as found.
const TOLERANCE: f64 = 1e-10;

/// Searches after which it is given up.
const STARTS: usize = 10;

/// L(theta) = sum over i of (sum of block i - i)², with blocks of equal length, i = 1, 2, …, groups.
#[derive(Parameters)]
#[require(parameters.is_multiple_of(groups), "a multiple of toy_groups")]
pub struct BlockSums {
    /// Parameters of the toy problem.
    #[key("toy_D")]
    pub parameters: usize,
    /// Sums that the toy problem prescribes: the codimension of its solutions.
    #[key("toy_groups")]
    #[range(..=1000)]
    pub groups: usize,
}

/// The toy problem solved in one random subspace. Subspaces of a seed are nested.
#[derive(Serialize)]
pub struct Run {
    /// Size of the problem.
    pub problem: &'static BlockSums,
    /// Dimension of the subspace.
    pub d: usize,
    /// Draw of the subspace.
    pub seed: u64,
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        1.0e-8 * self.problem.parameters as f64 * self.d as f64
    }

    fn memory(&self) -> f64 {
        8.0 * (self.problem.parameters as f64 + 4.0 * self.problem.groups as f64 * self.d as f64)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Run { problem, d, seed } = self;
        let sums = problem.random_subspace(d, &mut random.open("toy projection", seed));
        let loss = problem.minimum(&sums)?;
        rows.kind("toy").push(record! {
            /// Units of each hidden layer; 0 for the toy.
            width: 0,
            /// Hidden layers; 0 for the toy.
            depth: 0,
            /// The number D of parameters.
            native_params: problem.parameters,
            /// Trained numbers; D for direct training.
            d,
            seed,
            /// Toy: at the minimum. Networks: of the last batch, before the last step.
            loss,
            /// Toy: loss over its value |b|² at theta = 0.
            rel_residual: loss / problem.initial_loss(),
            /// Toy: exp(-loss). Networks: test accuracy.
            performance: exp(-loss),
        });
        Ok(())
    }
}

impl BlockSums {
    /// The prescribed sums b = 1, 2, …, groups.
    pub fn targets(&self) -> Array1<f64> {
        Array1::from_shape_fn(self.groups, |i| (i + 1) as f64)
    }

    /// The loss at theta = 0: |b|².
    pub fn initial_loss(&self) -> f64 {
        arrays::norm_squared(&self.targets())
    }

    /// A P, groups x d, where A sums blocks and the columns of P are uniformly random directions in R^D. Subspaces of
    /// one generator are nested: the first columns are those of a smaller d.
    pub fn random_subspace(&self, d: usize, random: &mut Generator) -> Array2<f64> {
        let mut direction = vec![0.0; self.parameters];
        let mut sums = Array2::zeros((self.groups, d));
        for mut column in sums.columns_mut() {
            random.fill_normal(&mut direction);
            let norm = reduce::norm(&direction);
            let blocks = direction.chunks_exact(self.parameters / self.groups);
            for (sum, block) in column.iter_mut().zip(blocks) {
                *sum = reduce::sum(block) / norm;
            }
        }
        sums
    }

    /// The smallest loss |A P v - b|² over v in R^d, from v = 0, given A P.
    ///
    /// Where A P is nearly singular, rounding of a loss of the size of |b|² hides the last decreases from a line
    /// search. So the search starts again from where it ended, on the loss less its value there.
    ///
    /// # Errors
    /// If the gradient does not vanish.
    pub fn minimum(&self, sums: &Array2<f64>) -> Result<f64> {
        let mut residual = self.targets();
        for _ in 0..STARTS {
            let half_slope = sums.t().dot(&residual);
            if 2.0 * half_slope.dot(&half_slope).sqrt() <= TOLERANCE {
                return Ok(residual.dot(&residual));
            }
            let search = Optimize::lbfgs().tolerance(TOLERANCE);
            let step = search.minimize(Array1::zeros(sums.ncols()), |step| {
                let image = sums.dot(step);
                let gradient = 2.0 * (sums.t().dot(&image) - &half_slope);
                (image.dot(&image) - 2.0 * half_slope.dot(step), gradient)
            })?;
            residual -= &sums.dot(&step.parameters);
        }
        bail!("the loss of the toy problem has no minimum that can be found")
    }

    /// The expected smallest loss over |b|²: A P has a uniformly random column space of d of `groups` dimensions, which
    /// takes its share of b.
    pub fn expected_residual(&self, d: f64) -> f64 {
        (1.0 - d / self.groups as f64).max(0.0)
    }
}

#[cfg(test)]
mod tests;
