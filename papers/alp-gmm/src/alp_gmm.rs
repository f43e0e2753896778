//! ALP-GMM: a mixture over tasks and the absolute learning progress (ALP) made on them.

use common::estimate::{MixtureFit, Neighbors};
use common::prelude::*;

use crate::task_mixture::{Mixtures, TaskMixture};
use crate::teacher::Teacher;

/// Tasks to compare with before progress is measured.
const MIN_HISTORY: usize = 6;

/// The teacher of the paper. The progress on a task is the change of the reward since the most
/// similar task of the whole history; components are chosen by their mean progress.
pub struct AlpGmm {
    arms: TaskMixture,
    history: Neighbors,
    rewards: Vec<f64>,
}

impl AlpGmm {
    /// A teacher of tasks with this many coordinates.
    pub fn new(settings: &'static Mixtures, dimension: usize) -> AlpGmm {
        AlpGmm {
            arms: TaskMixture::new(settings, dimension + 1),
            history: Neighbors::empty(dimension),
            rewards: Vec::new(),
        }
    }

    /// |reward - reward of the nearest earlier task|; 0 while there is hardly any.
    fn learning_progress(&self, task: &[f64], reward: f64) -> f64 {
        match self.history.nearest(task) {
            Some(nearest) if self.history.len() >= MIN_HISTORY => (reward - self.rewards[nearest.index]).abs(),
            _ => 0.0,
        }
    }
}

/// The mean of the last coordinate, the progress. Not times the weight of the component: that would
/// draw tasks where most points lie, however little is learned there.
fn mean_progress(mixture: &MixtureFit, component: usize) -> f64 {
    let mean = mixture.means.row(component);
    mean[mean.len() - 1]
}

impl Teacher for AlpGmm {
    fn sample(&mut self, task: &mut [f64], random: &mut Generator) {
        self.arms.sample(task, random);
    }

    fn update(&mut self, task: &[f64], reward: f64, random: &mut Generator) {
        let progress = self.learning_progress(task, reward);
        self.history.push(task);
        self.rewards.push(reward);
        self.arms.record(task, &[progress], mean_progress, random);
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
    fn progress_is_measured_against_the_whole_history() {
        let mut random = Streams::new("alp").open("history", 0);
        let mut teacher = AlpGmm::new(&Mixtures { fit_rate: 10, k_max: 2, ..SETTINGS }, 1);
        // Far more than one batch ago.
        teacher.update(&[0.9], 0.25, &mut random);
        for k in 0..5 {
            assert_eq!(teacher.learning_progress(&[0.9], 1.0), 0.0, "{k} tasks");
            teacher.update(&[0.01 * f64::from(k)], 0.5, &mut random);
        }
        for k in 0..100 {
            teacher.update(&[0.002 * f64::from(k)], 0.5, &mut random);
        }
        assert_eq!(teacher.learning_progress(&[0.7], 1.0), 0.75);
        assert_eq!(teacher.learning_progress(&[0.3], 0.1), 0.4);
        teacher.update(&[0.7], 1.0, &mut random);
        assert_eq!(teacher.learning_progress(&[0.7], 1.0), 0.0);
    }
}
