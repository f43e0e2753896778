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
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct BlockSums {
    /// Parameters.
    #[serde(rename = "toy_D")]
    pub parameters: usize,
    /// Blocks: the codimension of the solutions.
    #[serde(rename = "toy_groups")]
    pub groups: usize,
}

impl BlockSums {
    /// The prescribed sums b = 1, 2, …, groups.
    pub fn targets(&self) -> Array1<f64> {
        Array1::from_shape_fn(self.groups, |i| (i + 1) as f64)
    }

    /// The loss at theta = 0: |b|².
    pub fn initial_loss(&self) -> f64 {
        reduce::norm_squared(&self.targets().to_vec())
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
mod tests {
    use super::*;

    const TOY: BlockSums = BlockSums { parameters: 60, groups: 6 };

    fn streams(seed: u64) -> Generator {
        Streams::new("intrinsic-dimension").open("toy test", seed)
    }

    /// |b|² less the part of b in the column space, by Gram-Schmidt.
    fn residual_by_projection(sums: &Array2<f64>, b: &Array1<f64>) -> f64 {
        let mut basis: Vec<Array1<f64>> = Vec::new();
        let mut rest = b.clone();
        for column in sums.columns() {
            let mut direction = column.to_owned();
            for _ in 0..2 {
                for known in &basis {
                    direction.scaled_add(-known.dot(&direction), known);
                }
            }
            direction /= direction.dot(&direction).sqrt();
            rest.scaled_add(-direction.dot(&rest), &direction);
            basis.push(direction);
        }
        rest.dot(&rest)
    }

    #[test]
    fn the_minimum_is_the_distance_to_the_subspace() {
        assert_eq!(TOY.initial_loss(), 91.0);
        for d in 1..6 {
            let sums = TOY.random_subspace(d, &mut streams(d as u64));
            let (found, exact) = (TOY.minimum(&sums).unwrap(), residual_by_projection(&sums, &TOY.targets()));
            assert!((found - exact).abs() < 1e-9 * 91.0, "{d}: {found} {exact}");
        }
        for d in [6, 9] {
            let sums = TOY.random_subspace(d, &mut streams(d as u64));
            assert!(TOY.minimum(&sums).unwrap() < 1e-9);
        }
    }

    #[test]
    fn directions_are_of_unit_length_and_nested() {
        // Blocks of one parameter: A is the identity.
        let identity = BlockSums { parameters: 50, groups: 50 };
        let few = identity.random_subspace(3, &mut streams(0));
        let many = identity.random_subspace(8, &mut streams(0));
        assert_eq!(few, many.slice(s![.., ..3]));
        for column in many.columns() {
            assert!((column.dot(&column) - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn the_mean_residual_falls_along_a_line() {
        for d in [1, 4] {
            let residuals = (0..300).map(|seed| {
                let sums = TOY.random_subspace(d, &mut streams(seed));
                TOY.minimum(&sums).unwrap() / TOY.initial_loss()
            });
            let mean = residuals.sum::<f64>() / 300.0;
            // Beta distributed with a standard deviation below 0.21, so the mean of 300 has 0.012.
            assert!((mean - TOY.expected_residual(d as f64)).abs() < 0.05, "{d}: {mean}");
        }
    }
}
