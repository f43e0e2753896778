//! Pretrained and supervised classification on a Gaussian mixture.

use common::estimate::SphericalMixture;
use common::prelude::*;
use estimate::Logistic;

/// Inverse penalties of logistic regression, of which the best one on the test points is kept.
const INVERSE_PENALTIES: [f64; 4] = [0.01, 0.1, 1.0, 10.0];

/// The mixture of K spherical Gaussians of unit variance, and what is drawn from it.
#[derive(Parameters)]
#[require(k % 2 == 0, "an even number")]
#[require(m >= k)]
#[require(n_grid[0] >= k, "at least as many points as components")]
pub struct MixtureSettings {
    /// Components, an even number: half of them have the label true.
    pub k: usize,
    /// Dimension of the mixture.
    d: usize,
    /// Typical norm of the components' means.
    #[range(0.0..)]
    sep: f64,
    /// Unlabelled points of the mixture.
    pub m: usize,
    /// Labelled points of the mixture.
    #[rising]
    pub n_grid: Vec<usize>,
    /// Test points of the mixture.
    test: usize,
    /// Runs of expectation maximisation, of which the likeliest is kept.
    #[key("em_restarts")]
    restarts: usize,
    /// Steps of a run of expectation maximisation, at most.
    #[key("em_iters")]
    iterations: usize,
}

/// All methods on one draw of the mixture: all n share their points.
#[derive(Serialize)]
pub struct MixtureRun {
    /// Which draw of the mixture.
    pub seed: u64,
    /// The mixture, and how it is fitted.
    pub settings: &'static MixtureSettings,
}

impl Cell for MixtureRun {
    fn cost(&self) -> f64 {
        let MixtureSettings { k, d, m, restarts, iterations, .. } = self.settings;
        let memberships = *m as f64 * *k as f64;
        *restarts as f64 * *iterations as f64 * memberships * (4.0 * *d as f64 + 50.0) / 5.0e9
    }

    fn memory(&self) -> f64 {
        let MixtureSettings { k, d, m, test, .. } = self.settings;
        let points = m + test + self.most_labelled();
        8.0 * points as f64 * (*d as f64 + 2.0 * *k as f64)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let MixtureRun { seed, settings } = *self;
        let MixtureSettings { k, m, restarts, iterations, .. } = *settings;
        let population = Population::sample(settings, &mut random.open("mixture", seed));
        let unlabelled = population.points(m, &mut random.open("mixture-unlabelled", seed));
        let labelled = population.points(self.most_labelled(), &mut random.open("mixture-labelled", seed));
        let test = population.points(settings.test, &mut random.open("mixture-test", seed));
        let fit =
            |x: ArrayView2<f64>, random: &mut Generator| SphericalMixture::fit(x, k, restarts, iterations, random);
        let pretrained = fit(unlabelled.x.view(), &mut random.open("pretraining", seed))?;
        let least = test.table_error(&population.mixture, &population.table);
        rows.key(record! { model: "gmm", seed });
        for &n in &settings.n_grid {
            let (x, labels) = labelled.first(n);
            let own = fit(x, &mut random.open("own-mixture", seed).split(&n.to_string()))?;
            let of_table = |mixture| test.table_error(mixture, &majority_table(mixture, x, labels));
            let unseen = unseen_component_error(k, n as f64);
            for (method, m, error, predicted) in [
                ("pretrain", m, of_table(&pretrained), Some(unseen)),
                ("self", 0, of_table(&own), None),
                ("logistic", 0, test.logistic_error(x, labels)?, None),
            ] {
                rows.push(record! { m, n, method, excess: error - least, predicted });
            }
        }
        Ok(())
    }
}

impl MixtureRun {
    fn most_labelled(&self) -> usize {
        self.settings.n_grid[self.settings.n_grid.len() - 1]
    }
}

/// Points of a mixture with the labels of their components.
struct Points {
    /// n x d.
    x: Array2<f64>,
    labels: Vec<bool>,
}

/// The true mixture and the label of each component.
struct Population {
    mixture: SphericalMixture,
    table: Vec<bool>,
}

impl Population {
    /// Draws means of typical norm `sep`, and a label for each component, half of them true.
    fn sample(settings: &MixtureSettings, random: &mut Generator) -> Population {
        let MixtureSettings { k, d, sep, .. } = *settings;
        let means = random.normal_matrix(k, d) * (sep / (d as f64).sqrt());
        let mut table: Vec<bool> = (0..k).map(|j| j < k / 2).collect();
        random.shuffle(&mut table);
        let weights = Array1::from_elem(k, 1.0 / k as f64);
        Population { mixture: SphericalMixture { weights, means }, table }
    }

    /// Draws points, each of a uniformly random component.
    fn points(&self, points: usize, random: &mut Generator) -> Points {
        let (components, d) = self.mixture.means.dim();
        let mut x = Array2::zeros((points, d));
        let mut labels = Vec::with_capacity(points);
        for mut row in x.rows_mut() {
            let component = random.below(components);
            row.assign(&(&random.normal_vector(d) + &self.mixture.means.row(component)));
            labels.push(self.table[component]);
        }
        Points { x, labels }
    }
}

impl Points {
    /// The first n points and their labels.
    fn first(&self, n: usize) -> (ArrayView2<'_, f64>, &[bool]) {
        (self.x.slice(s![..n, ..]), &self.labels[..n])
    }

    /// Share of these points whose label is not the predicted one.
    fn error(&self, predicted: &[bool]) -> f64 {
        let wrong = predicted.iter().zip(&self.labels).filter(|(a, b)| a != b).count();
        wrong as f64 / self.labels.len() as f64
    }

    /// The error of giving each point the label of its most likely component.
    fn table_error(&self, mixture: &SphericalMixture, table: &[bool]) -> f64 {
        let assigned = mixture.assign(self.x.view());
        self.error(&assigned.into_iter().map(|j| table[j]).collect::<Vec<bool>>())
    }

    /// The error of logistic regression on labelled points, least over the penalties. If only one class
    /// occurs it is predicted everywhere.
    fn logistic_error(&self, x: ArrayView2<f64>, labels: &[bool]) -> Result<f64> {
        if labels.iter().all(|label| *label == labels[0]) {
            return Ok(self.error(&vec![labels[0]; self.labels.len()]));
        }
        let mut least = f64::INFINITY;
        for inverse in INVERSE_PENALTIES {
            let fit = Logistic::new(1.0 / inverse).fit(x, labels)?;
            least = least.min(self.error(&fit.predict(self.x.view())));
        }
        Ok(least)
    }
}

/// Step 2: the label of the majority of each component's points; false for equal numbers, also of none.
fn majority_table(mixture: &SphericalMixture, x: ArrayView2<f64>, labels: &[bool]) -> Vec<bool> {
    let mut votes = vec![0_i64; mixture.weights.len()];
    for (component, label) in mixture.assign(x).into_iter().zip(labels) {
        votes[component] += if *label { 1 } else { -1 };
    }
    votes.into_iter().map(|votes| votes > 0).collect()
}

/// The predicted excess error of a perfect mixture: a component that none of the n labelled points has
/// hit is labelled false, wrongly for half of the components.
pub fn unseen_component_error(components: usize, n: f64) -> f64 {
    0.5 * pow(1.0 - 1.0 / components as f64, n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_without_points_is_labelled_false() {
        let mixture =
            SphericalMixture { weights: Array1::from_elem(3, 1.0 / 3.0), means: array![[0.0], [10.0], [20.0]] };
        let x = array![[0.1], [9.0], [10.5], [11.0]];
        let table = majority_table(&mixture, x.view(), &[false, true, false, true]);
        assert_eq!(table, [false, true, false]);
    }
}
