//! Covar-GMM: a mixture over tasks, time and reward (after Moulin-Frier, Nguyen, Oudeyer 2014).

use common::estimate::MixtureFit;
use common::prelude::*;

use crate::task_mixture::{Mixtures, TaskMixture};
use crate::teacher::Teacher;

/// The teacher that takes a positive covariance of time and reward for progress.
pub struct CovarGmm {
    arms: TaskMixture,
    fit_rate: f64,
}

impl CovarGmm {
    /// A teacher of tasks with this many coordinates.
    pub fn new(settings: &'static Mixtures, dimension: usize) -> CovarGmm {
        CovarGmm { arms: TaskMixture::new(settings, dimension + 2), fit_rate: settings.fit_rate as f64 }
    }
}

/// The covariance of the last two coordinates, time and reward.
fn covariance_with_time(mixture: &MixtureFit, component: usize) -> f64 {
    let reward = mixture.means.ncols() - 1;
    mixture.covariances[[component, reward - 1, reward]]
}

impl Teacher for CovarGmm {
    fn sample(&mut self, task: &mut [f64], random: &mut Generator) {
        self.arms.sample(task, random);
    }

    fn update(&mut self, task: &[f64], reward: f64, random: &mut Generator) {
        // Time within the batch, from 0 to 1.
        let time = self.arms.filled() as f64 / self.fit_rate;
        self.arms.record(task, &[time, reward], covariance_with_time, random);
    }

    fn components(&self) -> usize {
        self.arms.components()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task_mixture::tests::SETTINGS;

    #[test]
    fn tasks_come_from_where_rewards_rise() {
        let mut random = Streams::new("covar").open("rising", 0);
        let mut teacher = CovarGmm::new(&Mixtures { fit_rate: 200, k_max: 2, ..SETTINGS }, 1);
        // Rewards fall as much on the left as they rise on the right: ALP would not tell them apart.
        for k in 0..100 {
            let noise = 0.02 * random.normal();
            teacher.update(&[0.2 + noise], 1.0 - 0.01 * f64::from(k), &mut random);
            teacher.update(&[0.8 + noise], 0.01 * f64::from(k), &mut random);
        }
        assert_eq!(teacher.components(), 2);
        for _ in 0..100 {
            let mut task = [0.0];
            teacher.sample(&mut task, &mut random);
            assert!(task[0] > 0.6, "{task:?}");
        }
    }
}
