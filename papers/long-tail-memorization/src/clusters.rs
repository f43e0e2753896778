//! k-nearest neighbours on a mixture of Gaussian clusters, one for each subpopulation.

use common::estimate::Neighbors;
use common::prelude::*;

use crate::prior::Prior;
use crate::sample::CumulativeTable;
use crate::theory::CountLaw;

/// The mixture: centres from N(0, I), and points around a centre from N(centre, sigma² I).
#[derive(Parameters)]
pub struct Mixture {
    /// Training points of k-nearest neighbours, and subpopulations.
    pub knn_n: usize,
    /// Test points of k-nearest neighbours.
    pub knn_test: usize,
    /// Dimension of the Gaussian clusters.
    pub knn_d: usize,
    /// Standard deviation inside a cluster; that of the centres is 1.
    #[range(0.0..)]
    pub knn_sigma: f64,
}

/// One draw of Gaussian clusters, and k-nearest neighbours on it.
#[derive(Serialize)]
pub struct ClusterRun {
    /// Prior of the frequencies, with as many subpopulations as training points.
    pub prior: Prior,
    /// Which draw of the clusters.
    pub seed: u64,
    /// Classes.
    pub m: usize,
    /// Sizes of the clusters and of the samples.
    pub mixture: &'static Mixture,
    /// Numbers of neighbours.
    pub knn_k: &'static [usize],
}

impl Cell for ClusterRun {
    fn cost(&self) -> f64 {
        let (n, n_test) = (self.mixture.knn_n as f64, self.mixture.knn_test as f64);
        n * (n + n_test) * (1e-9 + 0.16e-9 * self.mixture.knn_d as f64)
    }

    fn memory(&self) -> f64 {
        let (n, n_test) = (self.mixture.knn_n as f64, self.mixture.knn_test as f64);
        16.0 * (2.0 * n + n_test) * self.mixture.knn_d as f64
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let ClusterRun { prior, seed, m, mixture, knn_k } = *self;
        let clusters = Clusters::sample(mixture, prior, m, &mut random.open("clusters", seed));
        let neighbors = Neighbors::new(clusters.train.coordinates.view())?;
        let law = CountLaw::of_realized(&clusters.frequencies, mixture.knn_n, clusters.largest_count());
        // One neighbour first, for reference. A training point is among its own neighbours.
        let ks = [&[1], knn_k].concat();
        let errors = clusters.mistakes(&neighbors, &clusters.test, &ks);
        let errors: Vec<f64> = errors.iter().map(|wrong| wrong.len() as f64).collect();
        let unfitted = clusters.mistakes(&neighbors, &clusters.train, &ks);
        rows.key(record! { panel: "knn", prior: prior.name(), seed });
        for i in 1..ks.len() {
            rows.push(record! {
                setting: ks[i] as f64,
                eps: None::<f64>,
                points: mixture.knn_test,
                singleton_fraction: clusters.singletons() as f64 / mixture.knn_n as f64,
                measured: (errors[i] - errors[0]) / mixture.knn_test as f64,
                predicted: law.excess(&clusters.errn(&unfitted[i])),
            });
        }
        Ok(())
    }
}

/// Subpopulations, and training and test points of them.
struct Clusters {
    frequencies: Vec<f64>,
    /// Label of each subpopulation.
    labels: Vec<usize>,
    /// Training points of each subpopulation.
    counts: Vec<usize>,
    train: Points,
    test: Points,
}

/// Points as rows of `coordinates`, with the subpopulation of each.
struct Points {
    coordinates: Array2<f64>,
    subpopulations: Vec<usize>,
}

impl Clusters {
    /// Draws frequencies, labels, centres, training and test points, in this order.
    fn sample(mixture: &Mixture, prior: Prior, classes: usize, random: &mut Generator) -> Clusters {
        let frequencies = prior.sample_frequencies(random);
        let labels = frequencies.iter().map(|_| random.below(classes)).collect();
        let centres = random.normal_matrix(frequencies.len(), mixture.knn_d);
        let table = CumulativeTable::new(&frequencies);
        let mut points = |count| Points::sample(count, &table, &centres, mixture.knn_sigma, random);
        let (train, test) = (points(mixture.knn_n), points(mixture.knn_test));
        let mut counts = vec![0; frequencies.len()];
        for &subpopulation in &train.subpopulations {
            counts[subpopulation] += 1;
        }
        Clusters { frequencies, labels, counts, train, test }
    }

    /// The most training points of one subpopulation.
    fn largest_count(&self) -> usize {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    /// Training points that are alone in their subpopulation.
    fn singletons(&self) -> usize {
        self.counts.iter().filter(|count| **count == 1).count()
    }

    /// errn(l) for l = 0, 1, 2 and so on: misclassified training points of a subpopulation seen l times count 1/l.
    fn errn(&self, unfitted: &[usize]) -> Vec<f64> {
        let mut errn = vec![0.0; self.largest_count() + 1];
        for &subpopulation in unfitted {
            let count = self.counts[subpopulation];
            errn[count] += 1.0 / count as f64;
        }
        errn
    }

    /// For each number of neighbours, the subpopulations of the misclassified points.
    fn mistakes(&self, neighbors: &Neighbors, points: &Points, ks: &[usize]) -> Vec<Vec<usize>> {
        let most = ks.iter().copied().max().unwrap_or(0);
        let mut mistakes = vec![Vec::new(); ks.len()];
        let mut voters = Vec::with_capacity(most);
        for (point, &subpopulation) in points.coordinates.rows().into_iter().zip(&points.subpopulations) {
            voters.clear();
            for neighbor in neighbors.nearest_of(&point.to_vec(), most) {
                voters.push(self.labels[self.train.subpopulations[neighbor.index]]);
            }
            for (mistakes, &k) in mistakes.iter_mut().zip(ks) {
                if majority(&voters[..k.min(voters.len())]) != self.labels[subpopulation] {
                    mistakes.push(subpopulation);
                }
            }
        }
        mistakes
    }
}

impl Points {
    /// Draws the subpopulation of each point from the table, and its place around the centre.
    fn sample(
        count: usize,
        table: &CumulativeTable,
        centres: &Array2<f64>,
        sigma: f64,
        random: &mut Generator,
    ) -> Points {
        let subpopulations: Vec<usize> = (0..count).map(|_| table.sample(random)).collect();
        let mut coordinates = random.normal_matrix(count, centres.ncols()) * sigma;
        for (mut point, &subpopulation) in coordinates.rows_mut().into_iter().zip(&subpopulations) {
            point += &centres.row(subpopulation);
        }
        Points { coordinates, subpopulations }
    }
}

/// The label with the most votes; of labels with equally many the one whose first voter comes first.
fn majority(voters: &[usize]) -> usize {
    let votes = |label: usize| voters.iter().filter(|voter| **voter == label).count();
    let (mut winner, mut most) = (voters[0], 0);
    for &label in voters {
        let votes = votes(label);
        if votes > most {
            (winner, most) = (label, votes);
        }
    }
    winner
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIOR: Prior = Prior::Zipf { exponent: 1.0, domain: 300 };

    #[test]
    fn ties_go_to_the_nearest_voter() {
        assert_eq!(majority(&[4]), 4);
        assert_eq!(majority(&[4, 7]), 4);
        assert_eq!(majority(&[7, 4, 4, 7]), 7);
        assert_eq!(majority(&[1, 4, 4, 7]), 4);
    }

    #[test]
    fn one_neighbour_fits_its_training_points_and_more_do_not() {
        static MIXTURE: Mixture = Mixture { knn_n: 300, knn_test: 500, knn_d: 16, knn_sigma: 0.1 };
        let run = ClusterRun { prior: PRIOR, seed: 0, m: 10, mixture: &MIXTURE, knn_k: &[1, 3, 9] };
        let mut rows = Rows::default();
        run.run(&Streams::new("test"), &mut rows).unwrap();
        let table = Table::stack([rows.into_columns()]).unwrap();
        let (measured, predicted) = (table.column("measured"), table.column("predicted"));
        assert_eq!((measured[0], predicted[0]), (0.0, 0.0));
        assert!(predicted[1] > 0.0 && predicted[2] > predicted[1]);
        assert!(measured[1] > 0.0);
    }

    #[test]
    fn points_of_one_place_fail_together() {
        // Without spread, the points of a subpopulation are one point: errn is a number of subpopulations.
        let mixture = Mixture { knn_n: 300, knn_test: 500, knn_d: 16, knn_sigma: 0.0 };
        let clusters = Clusters::sample(&mixture, PRIOR, 10, &mut Streams::new("test").open("clusters", 0));
        let neighbors = Neighbors::new(clusters.train.coordinates.view()).unwrap();
        let mistakes = clusters.mistakes(&neighbors, &clusters.train, &[3]);
        let errn = clusters.errn(&mistakes[0]);
        let subpopulations = distinct(mistakes[0].iter().copied());
        for (l, errors) in errn.iter().enumerate() {
            let expected = subpopulations.iter().filter(|x| clusters.counts[**x] == l).count();
            assert!((errors - expected as f64).abs() < 1e-12);
        }
        assert!(errn[1] > 0.0 && errn[3..].iter().all(|errors| *errors == 0.0));
    }
}
