//! The toy parameter space of the paper: a hypercube of tasks in which competence spreads from a corner.

use common::prelude::*;

/// Competence of a neighbour that unlocks a cube.
const UNLOCKING: u32 = 75;

/// Largest competence of a cube.
const FULL: u32 = 100;

/// Episodes that master a cube: its competence is then strictly above the one that unlocks.
pub const MASTERY_VISITS: u32 = UNLOCKING + 1;

/// The part of the space that matters.
#[derive(Parameters)]
pub struct Grid {
    /// Coordinates of a task that matter.
    pub dims: usize,
    /// Slices of each of them.
    #[range(2..)]
    pub cubes: usize,
}

impl Grid {
    /// Number of cubes: cubes^dims, or the largest number if that is larger.
    pub fn count(&self) -> usize {
        self.cubes.saturating_pow(u32::try_from(self.dims).unwrap_or(u32::MAX))
    }
}

/// The student: a competence for each cube, which grows where tasks are neither locked nor mastered.
///
/// A cube is unlocked if it is the corner at the origin, or if a cube reached from it by lowering
/// some of its coordinates by one has competence 75.
pub struct ToySpace {
    grid: &'static Grid,
    /// Competence of each cube, the first coordinate running fastest.
    competence: Vec<u32>,
    mastered: usize,
    useful: usize,
    episodes: usize,
}

impl ToySpace {
    /// A student that cannot do anything yet.
    pub fn new(grid: &'static Grid) -> ToySpace {
        ToySpace { competence: vec![0; grid.count()], grid, mastered: 0, useful: 0, episodes: 0 }
    }

    /// One episode with a task in the unit cube, of which the first `dims` coordinates count. Returns
    /// the reward: the competence afterwards over 100, or 0 if the cube is locked.
    pub fn episode(&mut self, task: &[f64]) -> f64 {
        self.episodes += 1;
        let cube = self.locate(task);
        if !self.is_unlocked(cube) {
            return 0.0;
        }
        let competence = &mut self.competence[cube];
        if *competence < FULL {
            *competence += 1;
            self.useful += 1;
            self.mastered += usize::from(*competence == MASTERY_VISITS);
        }
        f64::from(*competence) / f64::from(FULL)
    }

    /// The number of the cube around a task.
    fn locate(&self, task: &[f64]) -> usize {
        let slices = self.grid.cubes;
        let slice = |coordinate: &f64| ((coordinate * slices as f64) as usize).min(slices - 1);
        let relevant = task[..self.grid.dims].iter().rev();
        relevant.fold(0, |cube, coordinate| cube * slices + slice(coordinate))
    }

    fn is_unlocked(&self, cube: usize) -> bool {
        cube == 0 || self.has_trained_neighbour(cube, 0, 1, false)
    }

    /// Whether a cube below `cube` has the competence that unlocks, where coordinates from
    /// `dimension` on may still be lowered. A step along `dimension` is `stride` cubes; `lowered`
    /// says whether a coordinate is lowered already.
    fn has_trained_neighbour(&self, cube: usize, dimension: usize, stride: usize, lowered: bool) -> bool {
        if dimension == self.grid.dims {
            return lowered && self.competence[cube] >= UNLOCKING;
        }
        let next = stride * self.grid.cubes;
        let at_border = (cube / stride).is_multiple_of(self.grid.cubes);
        self.has_trained_neighbour(cube, dimension + 1, next, lowered)
            || (!at_border && self.has_trained_neighbour(cube - stride, dimension + 1, next, true))
    }

    /// Share of mastered cubes, in percent.
    pub fn mastered_percent(&self) -> f64 {
        100.0 * self.mastered as f64 / self.competence.len() as f64
    }

    /// Mastered cubes.
    pub fn mastered(&self) -> usize {
        self.mastered
    }

    /// Share of the episodes in which a competence has grown.
    pub fn useful_share(&self) -> f64 {
        self.useful as f64 / self.episodes as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(dims: usize, cubes: usize) -> ToySpace {
        ToySpace::new(Box::leak(Box::new(Grid { dims, cubes })))
    }

    #[test]
    fn a_cube_is_mastered_one_visit_after_it_unlocks_its_neighbours() {
        let mut space = space(2, 10);
        let (corner, right, diagonal) = ([0.05, 0.05], [0.15, 0.05], [0.15, 0.15]);
        for visit in 1..=75 {
            assert_eq!(space.episode(&right), 0.0);
            assert_eq!(space.episode(&corner), f64::from(visit) / 100.0);
        }
        assert_eq!(space.mastered(), 0);
        assert_eq!((space.episode(&right), space.episode(&diagonal)), (0.01, 0.01));
        space.episode(&corner);
        assert_eq!((space.mastered(), space.mastered_percent()), (1, 1.0));
    }

    #[test]
    fn competence_stops_at_100() {
        let mut space = space(1, 2);
        (0..150).for_each(|_| {
            space.episode(&[0.0]);
        });
        assert_eq!(space.episode(&[0.49]), 1.0);
        assert_eq!(space.useful_share(), 100.0 / 151.0);
    }

    #[test]
    fn neighbours_are_below_in_some_coordinates_and_above_in_none() {
        let trained = |cube: &[f64]| {
            let mut space = space(3, 3);
            let cube = space.locate(cube);
            space.competence[cube] = 75;
            space
        };
        let task = [0.5, 0.5, 0.2];
        for below in [[0.1, 0.5, 0.2], [0.5, 0.1, 0.2], [0.1, 0.1, 0.2]] {
            assert_eq!(trained(&below).episode(&task), 0.01, "{below:?}");
        }
        for other in [[0.5, 0.5, 0.2], [0.9, 0.1, 0.2], [0.5, 0.1, 0.5], [0.9, 0.9, 0.9]] {
            let mut space = trained(&other);
            let reward = space.episode(&task);
            assert_eq!(reward, 0.0, "{other:?}");
        }
    }

    #[test]
    fn borders_and_useless_coordinates() {
        let mut space = space(2, 5);
        assert_eq!((space.locate(&[1.0, 1.0, 0.3]), space.locate(&[0.2, 0.0])), (24, 1));
        assert_eq!((space.episode(&[0.0, 0.0, 0.9]), space.episode(&[0.1, 0.1, 0.1])), (0.01, 0.02));
    }
}
