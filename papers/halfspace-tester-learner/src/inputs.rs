//! The input distributions: the Gaussian that the learner hopes for, and others with the same mean and
//! covariance that it may meet instead.

use common::prelude::*;
use ndarray::ShapeBuilder;

/// How far a point of the cross-polytope strays from its vertex.
const JITTER: f64 = 0.02;

/// An input distribution on R^d with mean 0 and covariance I.
#[derive(Clone, Copy, Debug, PartialEq, Parameters)]
pub enum Marginal {
    /// The standard normal distribution.
    Gauss,
    /// Independent coordinates, uniform on [-√3, √3]: log-concave.
    Uniform,
    /// Independent coordinates, Student's t with 3 degrees of freedom over √3.
    T3,
    /// The corners {-1, 1}^d.
    Cube,
    /// A normal vector, scaled by 0.2 or by √1.96 with equal probability.
    #[key("two-scale")]
    TwoScale,
    /// The vertices ±√d e_i in a random orientation, blurred by a little Gaussian noise. Its moments up
    /// to degree 3 are those of the Gaussian.
    Cross,
}

/// An input distribution with what is fixed for all samples of a seed.
pub struct InputLaw {
    marginal: Marginal,
    /// Columns are the axes of the cross-polytope, d x d.
    axes: Array2<f64>,
}

impl InputLaw {
    /// The distribution on R^d; draws the orientation of the cross-polytope.
    pub fn sample(marginal: Marginal, d: usize, orientation: &mut Generator) -> InputLaw {
        InputLaw { marginal, axes: orientation.orthonormal(d, d) }
    }

    /// `n` independent points as rows, n x d. Columns lie contiguously: products with a vector are faster so.
    pub fn points(&self, n: usize, random: &mut Generator) -> Array2<f64> {
        let mut inputs = Array2::zeros((n, self.axes.nrows()).f());
        for point in inputs.rows_mut() {
            self.sample_point(point, random);
        }
        inputs
    }

    fn sample_point(&self, mut point: ArrayViewMut1<f64>, random: &mut Generator) {
        match self.marginal {
            Marginal::Gauss => point.map_inplace(|x| *x = random.normal()),
            Marginal::Uniform => point.map_inplace(|x| *x = 3.0_f64.sqrt() * (2.0 * random.uniform() - 1.0)),
            // A t variable is a normal over √(χ²₃ / 3), and the √3 cancels.
            Marginal::T3 => point.map_inplace(|x| *x = random.normal() / random.chi_squared(3.0).sqrt()),
            Marginal::Cube => point.map_inplace(|x| *x = random.sign()),
            Marginal::TwoScale => {
                let scale = if random.bernoulli(0.5) { 0.2 } else { 1.96_f64.sqrt() };
                point.map_inplace(|x| *x = scale * random.normal());
            }
            Marginal::Cross => {
                let vertex = self.axes.column(random.below(point.len()));
                let length = random.sign() * (point.len() as f64 * (1.0 - JITTER * JITTER)).sqrt();
                for (x, axis) in point.iter_mut().zip(vertex) {
                    *x = length * axis + JITTER * random.normal();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::statistics::distribution::{ContinuousCDF, StudentsT};
    use common::statistics::kolmogorov_smirnov_distance_to;

    fn sample(marginal: Marginal, d: usize, n: usize) -> Array2<f64> {
        let streams = Streams::new("test");
        let law = InputLaw::sample(marginal, d, &mut streams.open("orientation", 1));
        law.points(n, &mut streams.open("inputs", 1))
    }

    #[test]
    fn mean_zero_and_covariance_identity() {
        // Variances of t3 squared are infinite; it has a test of its own.
        let finite = [Marginal::Gauss, Marginal::Uniform, Marginal::Cube, Marginal::TwoScale, Marginal::Cross];
        for marginal in finite {
            let (n, d) = (40_000, 4);
            let inputs = sample(marginal, d, n);
            let covariance = matrix::gram(inputs.t()) / n as f64;
            for a in 0..d {
                // Five standard errors; the fourth moment is at most 6 here.
                assert!(inputs.column(a).sum().abs() / (n as f64) < 0.025, "{marginal:?}");
                for b in 0..d {
                    let expected = if a == b { 1.0 } else { 0.0 };
                    assert!((covariance[[a, b]] - expected).abs() < 0.06, "{marginal:?} {covariance}");
                }
            }
        }
    }

    #[test]
    fn t3_has_the_distribution_function_of_student() {
        let student = StudentsT::new(0.0, 1.0, 3.0).unwrap();
        let values: Vec<f64> = sample(Marginal::T3, 2, 10_000).column(1).to_vec();
        let distance = kolmogorov_smirnov_distance_to(&values, |x| student.cdf(3.0_f64.sqrt() * x));
        // Exceeded with probability 1e-4.
        assert!(distance < 0.0223, "{distance}");
    }

    #[test]
    fn points_of_the_cross_polytope_are_near_its_vertices() {
        let (d, n) = (6, 300);
        let law = InputLaw::sample(Marginal::Cross, d, &mut Streams::new("test").open("orientation", 1));
        let turned = matrix::product(sample(Marginal::Cross, d, n).view(), law.axes.view());
        let mut visited = vec![0; 2 * d];
        for point in turned.rows() {
            let axis = (0..d).max_by(|&a, &b| point[a].abs().total_cmp(&point[b].abs())).unwrap();
            visited[2 * axis + usize::from(point[axis] > 0.0)] += 1;
            for (k, x) in point.iter().enumerate() {
                let vertex = if k == axis { (d as f64).sqrt() } else { 0.0 };
                assert!((x.abs() - vertex).abs() < 5.0 * JITTER, "{point}");
            }
        }
        assert!(visited.iter().all(|&count| count > 5), "{visited:?}");
    }
}
