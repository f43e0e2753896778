//! The method: theta = theta0 + P v, of which only v is trained.

use common::networks::{Adam, Optimizer};
use common::prelude::*;

use crate::projection::{Projection, ProjectionKind};

/// Adam in a random subspace through theta0. It takes the place of an optimizer of all parameters.
pub struct Subspace {
    theta0: Vec<f32>,
    projection: Projection,
    v: Vec<f32>,
    /// The gradient in v.
    reduced: Vec<f32>,
    adam: Adam<f32>,
}

impl Subspace {
    /// A subspace of `d` dimensions through theta0, with v = 0.
    pub fn sample(theta0: &[f32], d: usize, kind: ProjectionKind, random: &mut Generator) -> Subspace {
        Subspace {
            theta0: theta0.to_vec(),
            projection: Projection::sample(kind, theta0.len(), d, random),
            v: vec![0.0; d],
            reduced: vec![0.0; d],
            adam: Adam::new(d),
        }
    }
}

impl Optimizer<f32> for Subspace {
    fn step(&mut self, theta: &mut [f32], gradient: &[f32], rate: f64) {
        self.projection.pull_back(gradient, &mut self.reduced);
        self.adam.step(&mut self.v, &self.reduced, rate);
        self.projection.embed(&self.theta0, &self.v, theta);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half the squared distance to a target, of which the subspace can remove about the share d / D.
    #[test]
    fn the_reachable_part_of_a_distance_is_removed() {
        let (parameters, d) = (2000, 500);
        let mut random = Streams::new("intrinsic-dimension").open("subspace", 0);
        let mut normals = || (0..parameters).map(|_| random.normal_f32()).collect::<Vec<f32>>();
        let (theta0, target) = (normals(), normals());
        for kind in [ProjectionKind::Sparse, ProjectionKind::Fastfood] {
            let mut subspace = Subspace::sample(&theta0, d, kind, &mut random);
            let mut theta = theta0.clone();
            let away = |theta: &[f32]| -> Vec<f32> {
                theta.iter().zip(&target).map(|(theta, target)| theta - target).collect()
            };
            let start = f64::from(reduce::norm_squared(&away(&theta)));
            for t in 0..1000 {
                let gradient = away(&theta);
                subspace.step(&mut theta, &gradient, if t < 800 { 0.1 } else { 0.01 });
            }
            let left = f64::from(reduce::norm_squared(&away(&theta))) / start;
            assert!((left - 0.75).abs() < 0.04, "{kind:?}: {left}");
        }
    }
}
