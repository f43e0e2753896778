//! k-means clustering.

use super::arithmetic::squared_distance;
use super::builder::setters;
use super::checks::{check_counts, check_matrix};
use anyhow::{Result, ensure};
use ndarray::{Array2, ArrayView2};
use numerics::random::Generator;
use numerics::reduce;

/// k-means by Lloyd's iteration (IEEE Transactions on Information Theory 28, 1982) from k-means++
/// seeds (Arthur and Vassilvitskii, SODA 2007):
///
/// 1. The first centre is a point drawn uniformly, each further one a point drawn with probability
///    proportional to its squared distance from the nearest centre so far.
/// 2. Each point goes to its nearest centre, the first of equally near ones.
/// 3. Each centre moves to the mean of its points; a centre without points moves to the point
///    farthest from its own centre.
/// 4. Repeat from 2 until no point changes its cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct KMeans {
    clusters: usize,
    restarts: usize,
    iterations: usize,
}

/// A clustering.
#[derive(Clone, Debug, PartialEq)]
pub struct KMeansFit {
    /// Centres, clusters x columns.
    pub centers: Array2<f64>,
    /// The cluster of each row.
    pub labels: Vec<usize>,
    /// Sum of the squared distances of the rows from their centres.
    pub inertia: f64,
    /// Iterations of the run that was kept.
    pub iterations: usize,
    /// Whether the run that was kept ended because no row changed its cluster.
    pub converged: bool,
}

impl KMeansFit {
    /// The nearest centre for new rows, the first of equally near ones.
    pub fn predict(&self, x: ArrayView2<f64>) -> Vec<usize> {
        assign(&rows(x), &rows(self.centers.view())).into_iter().map(|(label, _)| label).collect()
    }
}

impl KMeans {
    /// With the given number of clusters; one run of at most 300 iterations.
    pub fn new(clusters: usize) -> Self {
        Self { clusters, restarts: 1, iterations: 300 }
    }

    setters! {
        /// Number of runs from fresh seeds, of which the one of lowest inertia is kept (the first of
        /// equal ones).
        restarts: usize,
        /// The largest number of iterations of a run.
        iterations: usize,
    }

    /// Clusters the rows of `x`.
    ///
    /// # Errors
    /// If a value is not finite, there are no clusters, runs or iterations, or fewer distinct rows
    /// than clusters.
    pub fn fit(&self, x: ArrayView2<f64>, generator: &mut Generator) -> Result<KMeansFit> {
        check_matrix(x)?;
        let counts = [("clusters", self.clusters), ("runs", self.restarts), ("iterations", self.iterations)];
        check_counts(counts, "k-means")?;
        let points = rows(x);
        let mut best: Option<KMeansFit> = None;
        for _ in 0..self.restarts {
            let fit = self.run(&points, generator)?;
            if best.as_ref().is_none_or(|best| fit.inertia < best.inertia) {
                best = Some(fit);
            }
        }
        best.ok_or_else(|| anyhow::anyhow!("k-means made no run"))
    }

    /// The k-means++ seeds alone (step 1), clusters x columns: a start for another algorithm.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn seeds(&self, x: ArrayView2<f64>, generator: &mut Generator) -> Result<Array2<f64>> {
        check_matrix(x)?;
        check_counts([("clusters", self.clusters)], "k-means")?;
        let seeds = seeds(&rows(x), self.clusters, generator)?;
        Ok(matrix_of(&seeds))
    }

    fn run(&self, points: &[Vec<f64>], generator: &mut Generator) -> Result<KMeansFit> {
        let mut centers = seeds(points, self.clusters, generator)?;
        let mut assigned = assign(points, &centers);
        let (mut iterations, mut converged) = (0, false);
        while iterations < self.iterations && !converged {
            centers = means(points, &assigned, self.clusters);
            let moved = assign(points, &centers);
            converged = moved.iter().zip(&assigned).all(|(new, old)| new.0 == old.0);
            assigned = moved;
            iterations += 1;
        }
        let (labels, distances): (Vec<usize>, Vec<f64>) = assigned.into_iter().unzip();
        Ok(KMeansFit { centers: matrix_of(&centers), labels, inertia: reduce::sum(&distances), iterations, converged })
    }
}

fn rows(x: ArrayView2<f64>) -> Vec<Vec<f64>> {
    x.rows().into_iter().map(|row| row.to_vec()).collect()
}

fn matrix_of(rows: &[Vec<f64>]) -> Array2<f64> {
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| rows[row][column])
}

fn seeds(points: &[Vec<f64>], clusters: usize, generator: &mut Generator) -> Result<Vec<Vec<f64>>> {
    let mut centers = vec![points[generator.below(points.len())].clone()];
    let mut nearest: Vec<f64> = points.iter().map(|point| squared_distance(point, &centers[0])).collect();
    while centers.len() < clusters {
        let total = reduce::sum(&nearest);
        ensure!(total > 0.0, "{} distinct rows cannot make {clusters} clusters", centers.len());
        ensure!(total.is_finite(), "the squared distances between the rows overflow");
        let center = &points[generator.categorical(&nearest)];
        for (distance, point) in nearest.iter_mut().zip(points) {
            *distance = distance.min(squared_distance(point, center));
        }
        centers.push(center.clone());
    }
    Ok(centers)
}

/// The nearest centre of each point and the squared distance from it.
fn assign(points: &[Vec<f64>], centers: &[Vec<f64>]) -> Vec<(usize, f64)> {
    let nearest = |point: &Vec<f64>| {
        let mut best = (0, f64::INFINITY);
        for (label, center) in centers.iter().enumerate() {
            let distance = squared_distance(point, center);
            if distance < best.1 {
                best = (label, distance);
            }
        }
        best
    };
    points.iter().map(nearest).collect()
}

fn means(points: &[Vec<f64>], assigned: &[(usize, f64)], clusters: usize) -> Vec<Vec<f64>> {
    let mut sums = vec![vec![0.0; points[0].len()]; clusters];
    let mut counts = vec![0.0; clusters];
    for (point, (label, _)) in points.iter().zip(assigned) {
        counts[*label] += 1.0;
        reduce::axpy(1.0, point, &mut sums[*label]);
    }
    let mut distances: Vec<f64> = assigned.iter().map(|(_, distance)| *distance).collect();
    for (sum, count) in sums.iter_mut().zip(counts) {
        if count > 0.0 {
            sum.iter_mut().for_each(|value| *value /= count);
        } else {
            let farthest = reduce::argmax(&distances);
            // Two empty clusters must not move to the same point.
            distances[farthest] = 0.0;
            sum.clone_from(&points[farthest]);
        }
    }
    sums
}

#[cfg(test)]
mod tests;
