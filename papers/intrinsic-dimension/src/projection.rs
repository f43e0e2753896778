//! Random linear maps P from the d trained numbers to the D parameters of a network.

mod fastfood;
mod sparse;

use common::prelude::*;
use fastfood::Fastfood;
use sparse::Sparse;

/// How P is drawn.
#[derive(Clone, Copy, Debug, Parameters)]
pub enum ProjectionKind {
    /// About sqrt(D) normal entries in each column (Li, Hastie, Church 2006).
    Sparse,
    /// Products of Walsh-Hadamard transforms and diagonals (Le, Sarlós, Smola 2013).
    Fastfood,
}

/// A random D x d matrix with columns of unit length.
pub enum Projection {
    /// See [`ProjectionKind::Sparse`].
    Sparse(Sparse),
    /// See [`ProjectionKind::Fastfood`].
    Fastfood(Fastfood),
}

impl Projection {
    /// Draws P for D = `parameters`. Sparse maps of one generator are nested: the first columns are those of a smaller
    /// d.
    pub fn sample(kind: ProjectionKind, parameters: usize, d: usize, random: &mut Generator) -> Projection {
        match kind {
            ProjectionKind::Sparse => Projection::Sparse(Sparse::sample(parameters, d, random)),
            ProjectionKind::Fastfood => Projection::Fastfood(Fastfood::sample(parameters, d, random)),
        }
    }

    /// Writes theta = theta0 + P v (eq. 2).
    pub fn embed(&mut self, theta0: &[f32], v: &[f32], theta: &mut [f32]) {
        theta.copy_from_slice(theta0);
        match self {
            Projection::Sparse(map) => map.add_product(v, theta),
            Projection::Fastfood(map) => map.add_product(v, theta),
        }
    }

    /// Writes Pᵀ g: the gradient in v of a function whose gradient in theta is g.
    pub fn pull_back(&mut self, gradient: &[f32], reduced: &mut [f32]) {
        reduced.fill(0.0);
        match self {
            Projection::Sparse(map) => map.add_transposed(gradient, reduced),
            Projection::Fastfood(map) => map.add_transposed(gradient, reduced),
        }
    }
}

#[cfg(test)]
mod tests;
