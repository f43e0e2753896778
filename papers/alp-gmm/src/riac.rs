//! RIAC: the space is split into regions of different learning progress (Baranes and Oudeyer 2009).
//!
//! Regions form a binary tree of boxes. Each knows the last tasks in it and their rewards; a leaf
//! with too many is cut in two where the progress of the halves differs most.

use std::collections::VecDeque;

use common::prelude::*;

use crate::teacher::{Teacher, choose_in_proportion, sample_uniform};

/// Rewards in a region before progress is measured.
const MIN_REWARDS: usize = 3;

/// Standard deviation of each coordinate of a mutation.
const MUTATION: f64 = 0.1;

/// How far inside its region a mutation stays, where the region is wide enough.
const MARGIN: f64 = 1e-5;

/// Thresholds that one attempt may draw until both halves hold enough tasks. Only tasks that lie on
/// each other in all coordinates need more than a few.
const MAX_DRAWS: usize = 1000;

/// Parameters of RIAC.
#[derive(Parameters)]
#[require(2 * min_child_count <= max_region_size + 1)]
#[require(mutation_ratio + uniform_ratio <= 1.0)]
pub struct Regions {
    /// Tasks in a region beyond which it is split, and rewards that its progress is measured on.
    #[range(2..)]
    max_region_size: usize,
    /// Random splits tried, of which the best is taken.
    split_attempts: usize,
    /// Fewest tasks in each half of a split.
    min_child_count: usize,
    /// Shortest side of a half.
    #[range(0.0..=0.5)]
    min_child_side: f64,
    /// Share of `max_region_size` that a region forgets where no split is valid.
    #[range(0.0..=1.0)]
    discard_ratio: f64,
    /// Share of tasks that are mutations of the worst task of a region.
    #[range(0.0..=1.0)]
    mutation_ratio: f64,
    /// Share of tasks that are uniform.
    #[range(0.0..=1.0)]
    uniform_ratio: f64,
}

impl Regions {
    /// Estimated seconds of a run.
    pub fn cost(&self, episodes: f64) -> f64 {
        (0.5e-6 + 2e-8 * self.split_attempts as f64) * episodes
    }

    /// Bytes of all tasks and rewards of a run, and of the tree with the most regions that it can grow.
    pub fn memory(&self, episodes: f64, dimension: f64) -> f64 {
        let regions = 1.0 + 2.0 * episodes / self.min_child_count as f64;
        8.0 * (episodes * (dimension + 1.0) + regions * (2.0 * dimension + self.max_region_size as f64))
    }
}

/// The teacher that compares the progress of regions.
pub struct Riac {
    settings: &'static Regions,
    /// Tasks of all episodes, one after the other.
    tasks: Vec<f64>,
    rewards: Vec<f64>,
    /// The root first.
    regions: Vec<Region>,
    /// Progress of each region.
    progress: Vec<f64>,
    scratch: Scratch,
}

/// A box with the last episodes in it, oldest first.
struct Region {
    low: Vec<f64>,
    high: Vec<f64>,
    episodes: VecDeque<usize>,
    split: Option<(Cut, [usize; 2])>,
}

/// A half-space: coordinates up to the threshold belong to the first half.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cut {
    dimension: usize,
    threshold: f64,
}

/// Buffers: rewards of a region and of its halves.
#[derive(Default)]
struct Scratch {
    rewards: Vec<f64>,
    halves: [Vec<f64>; 2],
}

/// |mean of the newer half - mean of the older half| of the last rewards, at most `window`.
fn learning_progress(rewards: &[f64], window: usize) -> f64 {
    if rewards.len() < MIN_REWARDS {
        return 0.0;
    }
    let last = &rewards[rewards.len().saturating_sub(window)..];
    let (older, newer) = last.split_at(last.len() - last.len() / 2);
    if newer.is_empty() {
        return 0.0;
    }
    (reduce::mean(older) - reduce::mean(newer)).abs()
}

impl Riac {
    /// A teacher of tasks with this many coordinates.
    pub fn new(settings: &'static Regions, dimension: usize) -> Riac {
        Riac {
            settings,
            tasks: Vec::new(),
            rewards: Vec::new(),
            regions: vec![Region {
                low: vec![0.0; dimension],
                high: vec![1.0; dimension],
                episodes: VecDeque::new(),
                split: None,
            }],
            progress: vec![0.0],
            scratch: Scratch::default(),
        }
    }

    fn task(&self, episode: usize) -> &[f64] {
        let dimension = self.regions[0].low.len();
        &self.tasks[episode * dimension..(episode + 1) * dimension]
    }

    fn is_first(&self, cut: Cut, episode: usize) -> bool {
        self.task(episode)[cut.dimension] <= cut.threshold
    }

    /// Adds an episode to a region.
    fn visit(&mut self, region: usize, episode: usize) {
        let episodes = &mut self.regions[region].episodes;
        episodes.push_back(episode);
        if episodes.len() > self.settings.max_region_size + 1 {
            episodes.pop_front();
        }
        self.measure(region);
    }

    /// Measures the progress of a region.
    fn measure(&mut self, region: usize) {
        let rewards = &mut self.scratch.rewards;
        rewards.clear();
        rewards.extend(self.regions[region].episodes.iter().map(|&episode| self.rewards[episode]));
        self.progress[region] = learning_progress(rewards, self.settings.max_region_size);
    }

    /// Cuts a leaf in two, or lets it forget its oldest tasks where no valid cut is found.
    fn split(&mut self, leaf: usize, random: &mut Generator) {
        match self.best_cut(leaf, random) {
            Some(cut) => self.divide(leaf, cut),
            None => {
                let forgotten = (self.settings.discard_ratio * self.settings.max_region_size as f64) as usize;
                self.regions[leaf].episodes.drain(..forgotten);
                self.measure(leaf);
            }
        }
    }

    /// The cut whose halves differ most in progress, the last of equal ones, among random attempts.
    fn best_cut(&mut self, leaf: usize, random: &mut Generator) -> Option<Cut> {
        let mut best: Option<(f64, Cut)> = None;
        let mut halves = std::mem::take(&mut self.scratch.halves);
        for _ in 0..self.settings.split_attempts {
            let Some(cut) = self.attempt(leaf, random) else {
                continue;
            };
            halves.iter_mut().for_each(Vec::clear);
            for &episode in &self.regions[leaf].episodes {
                halves[usize::from(!self.is_first(cut, episode))].push(self.rewards[episode]);
            }
            let [first, second] = [&halves[0], &halves[1]].map(|rewards| self.progress_of(rewards));
            let difference = (first - second).abs();
            if best.is_none_or(|(most, _)| difference >= most) {
                best = Some((difference, cut));
            }
        }
        self.scratch.halves = halves;
        best.map(|(_, cut)| cut)
    }

    fn progress_of(&self, rewards: &[f64]) -> f64 {
        learning_progress(rewards, self.settings.max_region_size)
    }

    /// A random cut with enough tasks on both sides, if its halves are wide enough.
    fn attempt(&self, leaf: usize, random: &mut Generator) -> Option<Cut> {
        let region = &self.regions[leaf];
        for _ in 0..MAX_DRAWS {
            let dimension = random.below(region.low.len());
            let (low, high) = (region.low[dimension], region.high[dimension]);
            let threshold = random.uniform_in(low, high);
            let cut = Cut { dimension, threshold };
            let first = region.episodes.iter().filter(|&&episode| self.is_first(cut, episode)).count();
            if first.min(region.episodes.len() - first) >= self.settings.min_child_count {
                let narrower = (threshold - low).min(high - threshold);
                return (narrower >= self.settings.min_child_side).then_some(cut);
            }
        }
        None
    }

    /// Gives a leaf two children.
    fn divide(&mut self, leaf: usize, cut: Cut) {
        let parent = &self.regions[leaf];
        let (first, second) = parent.episodes.iter().partition(|&&episode| self.is_first(cut, episode));
        let (mut high, mut low) = (parent.high.clone(), parent.low.clone());
        high[cut.dimension] = cut.threshold;
        low[cut.dimension] = cut.threshold;
        let children = [(parent.low.clone(), high, first), (low, parent.high.clone(), second)];
        self.regions[leaf].split = Some((cut, [self.regions.len(), self.regions.len() + 1]));
        for (low, high, episodes) in children {
            self.regions.push(Region { low, high, episodes, split: None });
            self.progress.push(0.0);
            self.measure(self.regions.len() - 1);
        }
    }

    /// The episode of lowest reward in a region, the oldest of equal ones.
    fn worst(&self, region: &Region) -> Option<usize> {
        let by_reward = |a: &usize, b: &usize| self.rewards[*a].total_cmp(&self.rewards[*b]);
        region.episodes.iter().copied().min_by(by_reward)
    }
}

impl Teacher for Riac {
    /// Regions, inner ones too, are chosen in proportion to their progress.
    fn sample(&mut self, task: &mut [f64], random: &mut Generator) {
        let mode = random.uniform();
        let (mutation, uniformly) = (self.settings.mutation_ratio, self.settings.uniform_ratio);
        if mode >= mutation && mode < mutation + uniformly {
            return sample_uniform(task, random);
        }
        let region = &self.regions[choose_in_proportion(&self.progress, random)];
        let worst = self.worst(region).filter(|_| mode < mutation);
        for (k, coordinate) in task.iter_mut().enumerate() {
            let (low, high) = (region.low[k], region.high[k]);
            *coordinate = match worst {
                Some(episode) => {
                    let mutated = self.task(episode)[k] + MUTATION * random.normal();
                    let margin = MARGIN.min((high - low) / 2.0);
                    mutated.max(low + margin).min(high - margin)
                }
                None => random.uniform_in(low, high),
            };
        }
    }

    fn update(&mut self, task: &[f64], reward: f64, random: &mut Generator) {
        let episode = self.rewards.len();
        self.tasks.extend_from_slice(task);
        self.rewards.push(reward);
        let mut region = 0;
        self.visit(region, episode);
        while let Some((cut, children)) = self.regions[region].split {
            region = children[usize::from(!self.is_first(cut, episode))];
            self.visit(region, episode);
        }
        if self.regions[region].episodes.len() > self.settings.max_region_size {
            self.split(region, random);
        }
    }
}

#[cfg(test)]
mod tests;
