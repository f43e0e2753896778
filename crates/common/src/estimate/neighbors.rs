//! Nearest neighbours.

use super::arithmetic::squared_distance;
use super::checks::check_matrix;
use anyhow::{Result, ensure};
use ndarray::{ArrayView1, ArrayView2};

/// Exact nearest neighbours in the Euclidean distance by comparing with every point; equally
/// distant points in the order of their indices.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbors {
    points: Vec<f64>,
    dimensions: usize,
}

/// One neighbour of a query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbor {
    /// Row of the point.
    pub index: usize,
    /// Euclidean distance to the query.
    pub distance: f64,
}

impl Neighbors {
    /// An empty collection of points with the given number of coordinates.
    pub fn empty(dimensions: usize) -> Self {
        Self { points: Vec::new(), dimensions }
    }

    /// The rows of `points`.
    ///
    /// # Errors
    /// If there are no points or no coordinates, or a coordinate is not finite.
    pub fn new(points: ArrayView2<f64>) -> Result<Self> {
        check_matrix(points)?;
        Ok(Self { points: points.iter().copied().collect(), dimensions: points.ncols() })
    }

    /// Adds a point behind the others.
    ///
    /// # Panics
    /// If it has another number of coordinates.
    pub fn push(&mut self, point: &[f64]) {
        assert_eq!(point.len(), self.dimensions, "a point of {} coordinates, not {}", point.len(), self.dimensions);
        self.points.extend_from_slice(point);
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.points.len() / self.dimensions.max(1)
    }

    /// Whether there are no points.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// The nearest point; none if there are no points.
    ///
    /// # Panics
    /// If the query has another number of coordinates.
    pub fn nearest(&self, query: &[f64]) -> Option<Neighbor> {
        let mut best: Option<(f64, usize)> = None;
        for (index, distance) in self.distances(query).enumerate() {
            if best.is_none_or(|best| distance < best.0) {
                best = Some((distance, index));
            }
        }
        best.map(|(square, index)| Neighbor { index, distance: square.sqrt() })
    }

    /// Squared distances of all points, in order.
    fn distances<'a>(&'a self, query: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        let coordinates = self.dimensions;
        assert_eq!(query.len(), coordinates, "a query of {} coordinates, not {coordinates}", query.len());
        let points = self.points.chunks_exact(coordinates.max(1));
        points.map(move |point| squared_distance(query, point))
    }

    /// The `count` nearest points, nearest first; all of them if there are fewer. A point at a
    /// distance that is not a number comes last.
    ///
    /// # Panics
    /// If the query has another number of coordinates.
    pub fn nearest_of(&self, query: &[f64], count: usize) -> Vec<Neighbor> {
        let mut found: Vec<(f64, usize)> = Vec::with_capacity(count.min(self.len()) + 1);
        for (index, distance) in self.distances(query).enumerate() {
            let full = found.len() >= count;
            // Later points of the same distance come later, so only a strictly nearer one
            // displaces.
            if full && found.last().is_none_or(|last| distance.total_cmp(&last.0).is_ge()) {
                continue;
            }
            let place = found.partition_point(|other| other.0.total_cmp(&distance).is_le());
            found.insert(place, (distance, index));
            found.truncate(count);
        }
        found.into_iter().map(|(square, index)| Neighbor { index, distance: square.sqrt() }).collect()
    }

    /// The class of each query (a row) by a vote of its `count` nearest points; equal votes go to
    /// the lowest class.
    ///
    /// # Errors
    /// If there are not as many labels as points, no points, no votes, or another number of
    /// coordinates.
    pub fn classify(&self, queries: ArrayView2<f64>, labels: &[usize], count: usize) -> Result<Vec<usize>> {
        ensure!(labels.len() == self.len(), "{} labels for {} points", labels.len(), self.len());
        ensure!(!self.is_empty() && count > 0, "no points to vote");
        ensure!(
            queries.ncols() == self.dimensions,
            "queries of {} coordinates, not {}",
            queries.ncols(),
            self.dimensions
        );
        let classes = labels.iter().max().map_or(0, |largest| largest + 1);
        let vote = |query: ArrayView1<f64>| {
            let mut votes = vec![0_usize; classes];
            for neighbor in self.nearest_of(&query.to_vec(), count) {
                votes[labels[neighbor.index]] += 1;
            }
            let most = votes.iter().max().copied().unwrap_or(0);
            votes.iter().position(|votes| *votes == most).unwrap_or(0)
        };
        Ok(queries.rows().into_iter().map(vote).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::tests::iris;
    use ndarray::{Array2, array};
    use numerics::random::Streams;

    #[test]
    fn finds_what_sorting_all_distances_finds() {
        let mut generator = Streams::new("neighbors").open("points", 0);
        let points = Array2::from_shape_simple_fn((200, 5), || (4.0 * generator.uniform()).floor());
        let neighbors = Neighbors::new(points.view()).unwrap();
        for query in points.rows().into_iter().take(20) {
            let mut all: Vec<(f64, usize)> = points
                .rows()
                .into_iter()
                .enumerate()
                .map(|(index, point)| ((&point - &query).mapv(|d| d * d).sum(), index))
                .collect();
            all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let found = neighbors.nearest_of(&query.to_vec(), 17);
            let found: Vec<(f64, usize)> = found.iter().map(|n| (n.distance, n.index)).collect();
            let expected: Vec<(f64, usize)> = all[..17].iter().map(|(d, i)| (d.sqrt(), *i)).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn points_can_be_added() {
        let mut neighbors = Neighbors::empty(2);
        assert_eq!(neighbors.nearest(&[0.0, 0.0]), None);
        neighbors.push(&[3.0, 4.0]);
        neighbors.push(&[-3.0, 4.0]);
        assert_eq!(neighbors.nearest(&[0.0, 0.0]), Some(Neighbor { index: 0, distance: 5.0 }));
        assert_eq!(neighbors.nearest(&[-1.0, 0.0]).map(|n| n.index), Some(1));
        assert_eq!((neighbors.len(), neighbors.nearest_of(&[0.0, 0.0], 9).len()), (2, 2));
        assert!(neighbors.nearest_of(&[0.0, 0.0], 0).is_empty());
    }

    #[test]
    fn votes_and_ties() {
        let neighbors = Neighbors::new(array![[0.0], [1.0], [2.0], [10.0]].view()).unwrap();
        let labels = [1, 1, 0, 2];
        let queries = array![[0.2], [1.5], [9.0]];
        assert_eq!(neighbors.classify(queries.view(), &labels, 1).unwrap(), [1, 1, 2]);
        assert_eq!(neighbors.classify(queries.view(), &labels, 2).unwrap(), [1, 0, 0]);
        assert!(neighbors.classify(queries.view(), &labels[..3], 1).is_err());
        assert!(neighbors.classify(queries.view(), &labels, 0).is_err());
        assert!(Neighbors::new(array![[f64::NAN]].view()).is_err());
    }

    #[test]
    fn one_neighbour_reproduces_the_training_labels() {
        let (x, species) = iris();
        let neighbors = Neighbors::new(x.view()).unwrap();
        assert_eq!(neighbors.classify(x.view(), &species, 1).unwrap(), species);
    }
}
