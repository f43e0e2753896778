//! What can be said of any teacher without running it, and of the random one.

use common::prelude::powi;
use common::statistics::distribution::{DiscreteCDF, NegativeBinomial};

use crate::toy_space::{Grid, MASTERY_VISITS};

/// The most cubes that any teacher can have mastered, as (episode, percent): each takes 76 episodes
/// of its own, so that the ceiling is 100 floor(episode / 76) / cubes^dims, here where it rises, and
/// at the last episode.
pub fn ceiling_corners(grid: &Grid, episodes: usize) -> Vec<(f64, f64)> {
    let visits = MASTERY_VISITS as usize;
    let reached = (episodes / visits).min(grid.count());
    let percent = |mastered: usize| 100.0 * mastered as f64 / grid.count() as f64;
    let rising = (0..=reached).map(|mastered| ((mastered * visits) as f64, percent(mastered)));
    rising.chain([(episodes as f64, percent(reached))]).collect()
}

/// Cubes that uniform tasks master, about: layer after layer from the corner. A layer opens when each cube of the one
/// before it has been visited 75 times and takes 76 visits to each of its own, so that L = floor(T / (76 cubes^dims))
/// layers are done, which are L^dims cubes; the corner is always counted.
pub fn mastered_at_random(grid: &Grid, episodes: usize) -> f64 {
    let layers = episodes as f64 / (f64::from(MASTERY_VISITS) * grid.count() as f64);
    powi(layers.floor().clamp(1.0, grid.cubes as f64), grid.dims as i32)
}

/// The law of the first mastery under uniform tasks.
///
/// The first cube is always the corner, since its neighbours stay locked until it is nearly
/// mastered. An episode lands in it with probability q = 1 / number of cubes, so that the episode
/// of its last visit is negative-binomial.
pub struct FirstMastery {
    probability: f64,
}

impl FirstMastery {
    /// The law on a grid, whatever the number of useless dimensions.
    pub fn new(grid: &Grid) -> FirstMastery {
        FirstMastery { probability: 1.0 / grid.count() as f64 }
    }

    /// Mean of the episode of the first mastery, counted from 1: 76 / q.
    pub fn mean(&self) -> f64 {
        f64::from(MASTERY_VISITS) / self.probability
    }

    /// Standard deviation of the episode of the first mastery: sqrt(76 (1 - q)) / q.
    pub fn standard_deviation(&self) -> f64 {
        (f64::from(MASTERY_VISITS) * (1.0 - self.probability)).sqrt() / self.probability
    }

    /// Probability that nothing is mastered within so many episodes.
    pub fn later_than(&self, episodes: usize) -> f64 {
        // statrs counts the episodes outside the corner only.
        let failures = NegativeBinomial::new(f64::from(MASTERY_VISITS), self.probability).expect("a probability");
        match (episodes as u64).checked_sub(u64::from(MASTERY_VISITS)) {
            Some(outside) => failures.sf(outside),
            None => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_the_first_mastery_on_ten_by_ten_cubes() {
        let law = FirstMastery::new(&Grid { dims: 2, cubes: 10 });
        assert!((law.mean() - 7600.0).abs() < 1e-9);
        assert!((law.standard_deviation() - 867.41).abs() < 0.01);
    }

    #[test]
    fn the_tail_is_that_of_a_binomial() {
        // Later than n: at most 75 visits among n, summed up in exact arithmetic.
        let law = FirstMastery::new(&Grid { dims: 2, cubes: 10 });
        for (episodes, expected) in [(7600, 0.484_515_081_347_417_56), (12000, 6.340_409_853_076_709e-6)] {
            let tail = law.later_than(episodes);
            assert!((tail / expected - 1.0).abs() < 1e-9, "{episodes}: {tail:e}");
        }
        assert_eq!(law.later_than(75), 1.0);
    }

    #[test]
    fn layers_of_random_mastery() {
        let grid = Grid { dims: 2, cubes: 10 };
        let cubes = [1, 12_000, 20_000, 30_000, 10_000_000].map(|episodes| mastered_at_random(&grid, episodes));
        assert_eq!(cubes, [1.0, 1.0, 4.0, 9.0, 100.0]);
    }

    #[test]
    fn the_ceiling_counts_whole_cubes() {
        let grid = Grid { dims: 2, cubes: 2 };
        let short = ceiling_corners(&grid, 160);
        assert_eq!(short, [(0.0, 0.0), (76.0, 25.0), (152.0, 50.0), (160.0, 50.0)]);
        assert_eq!(ceiling_corners(&grid, 1000)[4..], [(304.0, 100.0), (1000.0, 100.0)]);
    }
}
