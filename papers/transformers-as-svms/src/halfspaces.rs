//! Projection on a polyhedron by coordinate descent on the dual (Hildreth 1957, *A quadratic
//! programming procedure*).
//!
//! The point of {u : C u ≥ b} nearest to p is u = p + Cᵀa, where a ≥ 0 minimises
//! ½ ‖Cᵀa‖² − ⟨a, b − C p⟩. One coordinate at a time has its exact minimum in closed form.

use common::prelude::*;

/// An intersection of half-spaces, {u : C u ≥ b}.
pub struct HalfSpaces {
    /// Normals as rows, one for each half-space: C.
    normals: Array2<f64>,
    /// Bounds, one for each half-space: b.
    bounds: Vec<f64>,
    /// Inner products of the normals: C Cᵀ.
    gram: Array2<f64>,
}

/// The search for the nearest point: dual variables, which stay for the next point to start from.
pub struct Projection<'h> {
    halfspaces: &'h HalfSpaces,
    /// Dual variables, one for each half-space, never negative: a.
    duals: Vec<f64>,
    /// C u − b at the current duals: the gradient of the dual objective.
    slacks: Vec<f64>,
}

impl HalfSpaces {
    /// The half-spaces {u : ⟨c_j, u⟩ ≥ b_j} for the rows c_j of `normals`.
    pub fn new(normals: Array2<f64>, bounds: Vec<f64>) -> HalfSpaces {
        let gram = matrix::gram(normals.view());
        HalfSpaces { normals, bounds, gram }
    }

    /// The smallest of ⟨c_j, u⟩ − b_j; not negative if u lies in all half-spaces.
    pub fn least_slack(&self, u: &[f64]) -> f64 {
        let products = matrix::vector_product(self.normals.view(), u);
        let slacks = products.iter().zip(&self.bounds).map(|(product, bound)| product - bound);
        slacks.fold(f64::INFINITY, f64::min)
    }

    /// The shortest vector of the polyhedron, as far as `sweeps` get; none as soon as the duals prove that every vector
    /// of it is longer than `longest`: ⟨a, b⟩ ≤ ⟨a, C u⟩ ≤ ‖Cᵀa‖ ‖u‖ for each of its u, where ‖Cᵀa‖² = ⟨a, C Cᵀa⟩.
    pub fn shortest(&self, sweeps: usize, tolerance: f64, longest: f64) -> Option<Vec<f64>> {
        let mut point = vec![0.0; self.normals.ncols()];
        let mut projection = self.projection();
        projection.start_at(&point);
        for _ in 0..sweeps {
            if projection.sweep() < tolerance {
                break;
            }
            let reach = reduce::dot(&projection.duals, &self.bounds);
            let square = reduce::dot(&projection.duals, &projection.slacks) + reach;
            if reach * reach > longest * longest * square {
                return None;
            }
        }
        projection.add_to(&mut point);
        Some(point)
    }

    /// A search that starts from duals of zero.
    pub fn projection(&self) -> Projection<'_> {
        Projection { halfspaces: self, duals: vec![0.0; self.bounds.len()], slacks: vec![0.0; self.bounds.len()] }
    }
}

impl Projection<'_> {
    /// Replaces `point` by the nearest point of the polyhedron, as far as `sweeps` over the half-spaces
    /// get; they end early when none of them moves the point by `tolerance` or more.
    pub fn project(&mut self, point: &mut [f64], sweeps: usize, tolerance: f64) {
        self.start_at(point);
        for _ in 0..sweeps {
            if self.sweep() < tolerance {
                break;
            }
        }
        self.add_to(point);
    }

    /// Slacks of a point p: C (p + Cᵀa) − b.
    fn start_at(&mut self, point: &[f64]) {
        let HalfSpaces { normals, bounds, gram } = self.halfspaces;
        matrix::vector_product_into(normals.view(), point, &mut self.slacks);
        reduce::axpy(-1.0, bounds, &mut self.slacks);
        for (&dual, row) in self.duals.iter().zip(gram.rows()) {
            if dual > 0.0 {
                reduce::axpy(dual, row.as_slice().expect("row-major"), &mut self.slacks);
            }
        }
    }

    /// Moves a point p to p + Cᵀa.
    fn add_to(&self, point: &mut [f64]) {
        for (&dual, normal) in self.duals.iter().zip(self.halfspaces.normals.rows()) {
            if dual > 0.0 {
                reduce::axpy(dual, normal.as_slice().expect("row-major"), point);
            }
        }
    }

    /// Minimises over each dual variable in turn; returns the longest move of the point.
    fn sweep(&mut self) -> f64 {
        let mut longest = 0.0;
        for (j, row) in self.halfspaces.gram.rows().into_iter().enumerate() {
            let row = row.as_slice().expect("row-major");
            // A zero normal bounds nothing that could be moved.
            if row[j] == 0.0 {
                continue;
            }
            let dual = (self.duals[j] - self.slacks[j] / row[j]).max(0.0);
            let step = dual - self.duals[j];
            if step != 0.0 {
                self.duals[j] = dual;
                reduce::axpy(step, row, &mut self.slacks);
                longest = (step.abs() * row[j].sqrt()).max(longest);
            }
        }
        longest
    }

    /// The dual variables a.
    #[cfg(test)]
    pub fn duals(&self) -> &[f64] {
        &self.duals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(halfspaces: &HalfSpaces, point: [f64; 2]) -> Vec<f64> {
        let mut point = point.to_vec();
        halfspaces.projection().project(&mut point, 1000, 1e-14);
        point
    }

    #[test]
    fn faces_corners_and_inner_points() {
        // x ≥ 1 and x + y ≥ 3.
        let halfspaces = HalfSpaces::new(array![[1.0, 0.0], [1.0, 1.0]], vec![1.0, 3.0]);
        for (point, expected) in
            [([0.0, 5.0], [1.0, 5.0]), ([2.0, 0.0], [2.5, 0.5]), ([-3.0, 1.0], [1.0, 2.0]), ([4.0, 4.0], [4.0, 4.0])]
        {
            let found = nearest(&halfspaces, point);
            let error = (found[0] - expected[0]).abs() + (found[1] - expected[1]).abs();
            assert!(error < 1e-12, "{point:?}: {found:?}");
        }
        assert_eq!(halfspaces.least_slack(&[4.0, 4.0]), 3.0);
    }

    #[test]
    fn duals_are_multipliers_and_start_the_next_search() {
        let mut random = Streams::new("test").open("halfspaces", 0);
        let normals = random.normal_matrix(12, 20);
        let halfspaces = HalfSpaces::new(normals.clone(), vec![1.0; 12]);
        let mut projection = halfspaces.projection();
        let point = random.normal_vector(20).to_vec();
        let mut first = point.clone();
        projection.project(&mut first, 2000, 1e-13);
        for (normal, &dual) in normals.rows().into_iter().zip(projection.duals()) {
            let slack = reduce::dot(normal.as_slice().unwrap(), &first) - 1.0;
            assert!(slack > -1e-10 && dual >= 0.0 && (dual * slack).abs() < 1e-10, "{slack} {dual}");
        }
        let mut again = point;
        projection.project(&mut again, 1, 1e-13);
        let moved = first.iter().zip(&again).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(moved < 1e-10, "{moved}");
    }

    #[test]
    fn an_empty_polyhedron_is_seen() {
        let halfspaces = HalfSpaces::new(array![[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]], vec![1.0; 3]);
        let found = nearest(&halfspaces, [0.0, 0.0]);
        assert!(halfspaces.least_slack(&found) < -0.1);
        assert!(halfspaces.shortest(1000, 1e-14, 100.0).is_none());
    }

    #[test]
    fn the_shortest_vector_may_be_as_long_as_the_limit() {
        // x ≥ 3 and y ≥ 4.
        let halfspaces = HalfSpaces::new(array![[1.0, 0.0], [0.0, 1.0]], vec![3.0, 4.0]);
        assert_eq!(halfspaces.shortest(10, 1e-14, 5.001), Some(vec![3.0, 4.0]));
        assert!(halfspaces.shortest(10, 1e-14, 4.999).is_none());
    }
}
