//! k-nearest neighbours on a mixture of Gaussian clusters, one for each subpopulation.

use common::estimate::Neighbors;
use common::prelude::*;

use crate::prior::Prior;
use crate::sample::CumulativeTable;
use crate::theory::CountLaw;

/// The mixture: centres from N(0, I), and points around a centre from N(centre, sigma² I).
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Mixture {
    /// Training points, and subpopulations.
    #[serde(rename = "knn_n")]
    pub n: usize,
    /// Test points.
    #[serde(rename = "knn_test")]
    pub n_test: usize,
    /// Dimension.
    #[serde(rename = "knn_d")]
    pub dimension: usize,
    /// Standard deviation inside a cluster.
    #[serde(rename = "knn_sigma")]
    pub sigma: f64,
}

/// How k nearest neighbours did for one k.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// Error on the test points less that of one neighbour.
    pub excess: f64,
    /// Σ_l τ_l errn(l), with τ of the realized frequencies.
    pub predicted: f64,
}

/// Subpopulations, and training and test points of them.
pub struct Clusters {
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
    pub fn draw(mixture: &Mixture, prior: &Prior, classes: usize, random: &mut Generator) -> Clusters {
        let frequencies = prior.draw_frequencies(random);
        let labels = frequencies.iter().map(|_| random.below(classes)).collect();
        let centres = random.normal_matrix(frequencies.len(), mixture.dimension);
        let table = CumulativeTable::new(&frequencies);
        let mut points = |count| Points::draw(count, &table, &centres, mixture.sigma, random);
        let (train, test) = (points(mixture.n), points(mixture.n_test));
        let mut counts = vec![0; frequencies.len()];
        for &subpopulation in &train.subpopulations {
            counts[subpopulation] += 1;
        }
        Clusters { frequencies, labels, counts, train, test }
    }

    /// Share of the training points that are alone in their subpopulation.
    pub fn singleton_fraction(&self) -> f64 {
        let singletons = self.counts.iter().filter(|count| **count == 1).count();
        singletons as f64 / self.train.subpopulations.len() as f64
    }

    /// The outcome for each number of neighbours.
    ///
    /// # Errors
    /// If a coordinate is not finite.
    pub fn outcomes(&self, ks: &[usize]) -> Result<Vec<Outcome>> {
        let neighbors = Neighbors::new(self.train.coordinates.view())?;
        let largest = self.counts.iter().copied().max().unwrap_or(0);
        let n = self.train.subpopulations.len();
        let law = CountLaw::of_realized(&self.frequencies, n, largest)?;
        // One neighbour first, for reference. A training point is among its own neighbours.
        let ks = [&[1], ks].concat();
        let errors = self.mistakes(&neighbors, &self.test, &ks);
        let errors: Vec<f64> = errors.iter().map(|wrong| wrong.len() as f64).collect();
        let mistakes = self.mistakes(&neighbors, &self.train, &ks);
        let outcome = |(errors_of_k, unfitted): (&f64, &Vec<usize>)| Outcome {
            excess: (errors_of_k - errors[0]) / self.test.subpopulations.len() as f64,
            predicted: law.excess(&self.errn(unfitted, largest)),
        };
        Ok(errors.iter().zip(&mistakes).skip(1).map(outcome).collect())
    }

    /// errn(l) for l = 0, …, `largest`: misclassified training points of a subpopulation seen l times count 1/l.
    fn errn(&self, unfitted: &[usize], largest: usize) -> Vec<f64> {
        let mut errn = vec![0.0; largest + 1];
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
    fn draw(
        count: usize,
        table: &CumulativeTable,
        centres: &Array2<f64>,
        sigma: f64,
        random: &mut Generator,
    ) -> Points {
        let subpopulations: Vec<usize> = (0..count).map(|_| table.draw(random)).collect();
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

    fn clusters(sigma: f64) -> Clusters {
        let mixture = Mixture { n: 300, n_test: 500, dimension: 16, sigma };
        let prior = Prior::Zipf { exponent: 1.0, domain: 300 };
        Clusters::draw(&mixture, &prior, 10, &mut Streams::new("test").open("clusters", 0))
    }

    #[test]
    fn ties_go_to_the_nearest_voter() {
        assert_eq!(majority(&[4]), 4);
        assert_eq!(majority(&[4, 7]), 4);
        assert_eq!(majority(&[7, 4, 4, 7]), 7);
        assert_eq!(majority(&[1, 4, 4, 7]), 4);
    }

    #[test]
    fn one_neighbour_fits_its_training_points_and_more_do_not() {
        let outcomes = clusters(0.1).outcomes(&[1, 3, 9]).unwrap();
        assert_eq!((outcomes[0].excess, outcomes[0].predicted), (0.0, 0.0));
        assert!(outcomes[1].predicted > 0.0 && outcomes[2].predicted > outcomes[1].predicted);
        assert!(outcomes[1].excess > 0.0);
    }

    #[test]
    fn points_of_one_place_fail_together() {
        // Without spread, the points of a subpopulation are one point: errn is a number of subpopulations.
        let clusters = clusters(0.0);
        let neighbors = Neighbors::new(clusters.train.coordinates.view()).unwrap();
        let mistakes = clusters.mistakes(&neighbors, &clusters.train, &[3]);
        let largest = clusters.counts.iter().copied().max().unwrap();
        let errn = clusters.errn(&mistakes[0], largest);
        let mut subpopulations = mistakes[0].clone();
        subpopulations.sort_unstable();
        subpopulations.dedup();
        for (l, errors) in errn.iter().enumerate() {
            let expected = subpopulations.iter().filter(|x| clusters.counts[**x] == l).count();
            assert!((errors - expected as f64).abs() < 1e-12);
        }
        assert!(errn[1] > 0.0 && errn[3..].iter().all(|errors| *errors == 0.0));
    }
}
