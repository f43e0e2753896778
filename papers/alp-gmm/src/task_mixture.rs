//! The bandit that ALP-GMM and Covar-GMM share: its arms are the components of a Gaussian mixture.
//!
//! Every `fit_rate` episodes a mixture is fitted to the points of these episodes, a task with
//! further coordinates each, and its number of components is chosen by Akaike's criterion. The two
//! teachers differ in the further coordinates and in what makes a component worth sampling.

use common::estimate::{GaussianMixture, MixtureFit};
use common::prelude::*;

use crate::teacher::{proportional_choice, uniform};

/// Parameters of the two teachers with mixtures.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Mixtures {
    /// Episodes between two fits, and points of a fit.
    pub fit_rate: usize,
    /// Fewest components.
    pub k_min: usize,
    /// Most components.
    pub k_max: usize,
    /// Probability of a uniform task.
    pub random_task_ratio: f64,
    /// Added to the diagonals of the covariances.
    pub em_regularization: f64,
    /// Change of the mean log-likelihood that ends a fit.
    pub em_tolerance: f64,
    /// Most iterations of a fit.
    pub em_iterations: usize,
}

impl Mixtures {
    /// The mixture of lowest AIC on the rows of `points`, over the numbers of components; none if
    /// no number gives a fit.
    fn fit(&self, points: ArrayView2<f64>, random: &mut Generator) -> Option<MixtureFit> {
        let mut best: Option<MixtureFit> = None;
        for k in self.k_min..=self.k_max {
            let mixture = GaussianMixture::new(k)
                .regularization(self.em_regularization)
                .tolerance(self.em_tolerance)
                .iterations(self.em_iterations);
            // An error means that a component has collapsed: there are fewer than k.
            let Ok(fit) = mixture.fit(points, random) else {
                continue;
            };
            if best.as_ref().is_none_or(|best| fit.aic() < best.aic()) {
                best = Some(fit);
            }
        }
        best
    }
}

/// The points since the last fit, and the mixture that came out of it.
pub struct TaskMixture {
    settings: Mixtures,
    /// Rows are points; those from `filled` on are still to come.
    batch: Array2<f64>,
    filled: usize,
    /// The mixture with the interest of each of its components.
    arms: Option<(MixtureFit, Vec<f64>)>,
}

impl TaskMixture {
    /// For points of this dimension.
    pub fn new(settings: &Mixtures, dimension: usize) -> TaskMixture {
        TaskMixture {
            batch: Array2::zeros((settings.fit_rate, dimension)),
            settings: settings.clone(),
            filled: 0,
            arms: None,
        }
    }

    /// Points since the last fit.
    pub fn filled(&self) -> usize {
        self.filled
    }

    /// Components of the mixture; 0 before the first fit.
    pub fn components(&self) -> usize {
        self.arms.as_ref().map_or(0, |(mixture, _)| mixture.components())
    }

    /// A task: the first coordinates of a draw from a component that is chosen in proportion to its
    /// interest, clipped to the unit cube. Uniform before the first fit, and now and then later.
    pub fn sample(&self, task: &mut [f64], random: &mut Generator) {
        match &self.arms {
            Some((mixture, interest)) if !random.bernoulli(self.settings.random_task_ratio) => {
                let component = proportional_choice(interest, random);
                let point = mixture.draw_from(component, random);
                for (coordinate, value) in task.iter_mut().zip(point) {
                    *coordinate = value.clamp(0.0, 1.0);
                }
            }
            _ => uniform(task, random),
        }
    }

    /// Adds the point of a task and its further coordinates. The last point of a batch brings a new
    /// mixture; `interest` of a mixture and one of its components counts if it is positive.
    pub fn record(
        &mut self,
        task: &[f64],
        further: &[f64],
        interest: impl Fn(&MixtureFit, usize) -> f64,
        random: &mut Generator,
    ) {
        let point = self.batch.row_mut(self.filled);
        for (entry, value) in point.into_iter().zip(task.iter().chain(further)) {
            *entry = *value;
        }
        self.filled += 1;
        if self.filled == self.settings.fit_rate {
            self.filled = 0;
            if let Some(mixture) = self.settings.fit(self.batch.view(), random) {
                let components = 0..mixture.components();
                let interest = components.map(|k| interest(&mixture, k).max(0.0)).collect();
                self.arms = Some((mixture, interest));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(fit_rate: usize) -> Mixtures {
        Mixtures {
            fit_rate,
            k_min: 2,
            k_max: 5,
            random_task_ratio: 0.0,
            em_regularization: 1e-6,
            em_tolerance: 1e-3,
            em_iterations: 100,
        }
    }

    /// Three narrow clusters on a line of tasks; the last coordinate is the number of the cluster.
    fn clusters(random: &mut Generator) -> TaskMixture {
        let mut arms = TaskMixture::new(&settings(300), 2);
        for i in 0..300 {
            let cluster = f64::from(i % 3);
            let task = [0.2 + 0.3 * cluster + 0.01 * random.normal()];
            assert_eq!(arms.components(), 0);
            arms.record(&task, &[cluster], |fit, k| fit.means[[k, 1]] - 1.0, random);
        }
        arms
    }

    #[test]
    fn tasks_come_from_the_interesting_component() {
        let mut random = Streams::new("mixture").open("clusters", 0);
        let arms = clusters(&mut random);
        assert!(arms.components() >= 3 && arms.filled() == 0);
        for _ in 0..200 {
            let mut task = [0.0];
            arms.sample(&mut task, &mut random);
            assert!((task[0] - 0.8).abs() < 0.06, "{task:?}");
        }
    }

    #[test]
    fn the_number_of_components_has_the_lowest_aic() {
        let mut random = Streams::new("mixture").open("aic", 0);
        let points = clusters(&mut random).batch;
        let chosen = settings(300).fit(points.view(), &mut random).unwrap();
        let two = GaussianMixture::new(2).fit(points.view(), &mut random).unwrap();
        // 2 parameters of each mean, 3 of each covariance, and the weights.
        let aic = 2.0 * f64::from(2 * (2 + 3) + 1) - 2.0 * two.log_likelihood;
        assert!((two.aic() - aic).abs() < 1e-9 && chosen.aic() < aic);
    }

    #[test]
    fn points_that_no_mixture_fits_leave_tasks_uniform() {
        let mut random = Streams::new("mixture").open("equal", 0);
        let mut arms = TaskMixture::new(&settings(20), 2);
        for _ in 0..20 {
            arms.record(&[0.5], &[0.0], |_, _| 1.0, &mut random);
        }
        assert_eq!(arms.components(), 0);
        let mut task = [0.0];
        let mut draws = (0..100).map(|_| {
            arms.sample(&mut task, &mut random);
            task[0]
        });
        assert!(draws.any(|task| task < 0.2));
    }
}
