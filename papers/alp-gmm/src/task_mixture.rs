//! The bandit that ALP-GMM and Covar-GMM share: its arms are the components of a Gaussian mixture.
//!
//! Every `fit_rate` episodes a mixture is fitted to the points of these episodes, a task with
//! further coordinates each, and its number of components is chosen by Akaike's criterion. The two
//! teachers differ in the further coordinates and in what makes a component worth sampling.

use common::estimate::{GaussianMixture, MixtureFit};
use common::prelude::*;

use crate::teacher::{choose_in_proportion, sample_uniform};

/// Parameters of the two teachers with mixtures.
#[derive(Parameters)]
#[require(k_min <= k_max && k_max <= fit_rate, "k_min <= k_max <= fit_rate")]
pub struct Mixtures {
    /// Episodes between two fits, and points of a fit; the tasks before the first are uniform.
    #[range(2..)]
    pub fit_rate: usize,
    /// Fewest components of a mixture.
    pub k_min: usize,
    /// Most components of a mixture.
    pub k_max: usize,
    /// Share of uniform tasks after the first fit.
    #[range(0.0..=1.0)]
    pub random_task_ratio: f64,
    /// Added to the diagonals of the covariances.
    #[range(0.0..)]
    pub em_regularization: f64,
    /// Change of the mean log-likelihood that ends a fit.
    pub em_tolerance: f64,
    /// Most iterations of a fit.
    pub em_iterations: usize,
}

impl Mixtures {
    /// Seconds of all fits of a run to points of this dimension. Most of the time goes to exponentials and to loops
    /// over short vectors, so that it grows about linearly with the dimension.
    pub fn cost(&self, episodes: f64, dimension: f64) -> f64 {
        let (few, many) = (self.k_min as f64, self.k_max as f64);
        let components = (many - few + 1.0) * (few + many) / 2.0;
        0.2e-6 * episodes * components * dimension
    }

    /// Bytes of the points, of their memberships and of the covariances in a fit.
    pub fn memory(&self, dimension: f64) -> f64 {
        let (points, components) = (self.fit_rate as f64, self.k_max as f64);
        8.0 * (points * (dimension + 2.0 * components) + 4.0 * components * dimension * dimension)
    }

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
    settings: &'static Mixtures,
    /// Rows are points; those from `filled` on are still to come.
    batch: Array2<f64>,
    filled: usize,
    /// The mixture with the interest of each of its components.
    arms: Option<(MixtureFit, Vec<f64>)>,
}

impl TaskMixture {
    /// For points of this dimension.
    pub fn new(settings: &'static Mixtures, dimension: usize) -> TaskMixture {
        TaskMixture { settings, batch: Array2::zeros((settings.fit_rate, dimension)), filled: 0, arms: None }
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
                let component = choose_in_proportion(interest, random);
                let point = mixture.draw_from(component, random);
                for (coordinate, value) in task.iter_mut().zip(point) {
                    *coordinate = value.clamp(0.0, 1.0);
                }
            }
            _ => sample_uniform(task, random),
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
pub mod tests;
