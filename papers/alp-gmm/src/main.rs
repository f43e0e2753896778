//! Teacher algorithms for curriculum learning of Deep RL in continuously parameterized environments —
//! Portelas, Colas, Hofmann, Oudeyer 2019, arXiv:1910.07224, the toy spaces of the appendix.
//!
//! A teacher chooses the task of each episode from a continuous space and sees only the reward. Four
//! teachers meet a student whose competence spreads from one corner of the space, with and without
//! dimensions that do nothing.

mod alp_gmm;
mod claims;
mod covar_gmm;
mod figure;
mod riac;
mod task_mixture;
mod teacher;
mod theory;
mod toy_space;

use alp_gmm::AlpGmm;
use common::prelude::*;
use covar_gmm::CovarGmm;
use riac::{Regions, Riac};
use task_mixture::Mixtures;
use teacher::{Teacher, Uniform};
use toy_space::{Grid, ToySpace};

/// What the authors published.
static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    #[flatten]
    grid: Grid,
    /// Numbers of further coordinates of a task, which the environment ignores.
    #[range(0..)]
    #[rising]
    useless: Vec<usize>,
    /// Episodes of a run.
    episodes: usize,
    /// Episodes between two rows of the table.
    score_every: usize,
    /// Runs of each teacher in each space.
    seeds: u64,
    #[flatten]
    mixtures: Mixtures,
    #[flatten]
    regions: Regions,
}

impl Config {
    /// The number of useless dimensions of the plainest space.
    fn fewest_useless(&self) -> usize {
        self.useless[0]
    }

    /// The number of useless dimensions that the claims are about: 4, or the most there are.
    fn many_useless(&self) -> usize {
        if self.useless.contains(&4) { 4 } else { self.useless[self.useless.len() - 1] }
    }
}

/// A teacher algorithm with its parameters.
#[derive(Clone, Copy, Serialize)]
enum Algorithm {
    /// Uniform tasks.
    Random,
    /// Regions by recursive splitting.
    Riac(&'static Regions),
    /// Mixtures over task, time and reward.
    CovarGmm(&'static Mixtures),
    /// Mixtures over task and absolute learning progress.
    AlpGmm(&'static Mixtures),
}

impl Algorithm {
    /// The name in the table.
    fn name(self) -> &'static str {
        match self {
            Algorithm::Random => "random",
            Algorithm::Riac(_) => "riac",
            Algorithm::CovarGmm(_) => "covar_gmm",
            Algorithm::AlpGmm(_) => "alp_gmm",
        }
    }

    /// A teacher for tasks with this many coordinates that has seen no episode.
    fn teacher(self, dimension: usize) -> Box<dyn Teacher> {
        match self {
            Algorithm::Random => Box::new(Uniform),
            Algorithm::Riac(regions) => Box::new(Riac::new(regions, dimension)),
            Algorithm::CovarGmm(mixtures) => Box::new(CovarGmm::new(mixtures, dimension)),
            Algorithm::AlpGmm(mixtures) => Box::new(AlpGmm::new(mixtures, dimension)),
        }
    }
}

/// One teacher with one student.
#[derive(Serialize)]
struct Lesson {
    algorithm: Algorithm,
    grid: &'static Grid,
    useless: usize,
    episodes: usize,
    score_every: usize,
    seed: u64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { grid, mixtures, regions, .. } = config;
    for algorithm in
        [Algorithm::Random, Algorithm::Riac(regions), Algorithm::CovarGmm(mixtures), Algorithm::AlpGmm(mixtures)]
    {
        for &useless in &config.useless {
            let &Config { episodes, score_every, .. } = config;
            plan.add((0..config.seeds).map(|seed| Lesson { algorithm, grid, useless, episodes, score_every, seed }));
        }
    }
}

impl Cell for Lesson {
    fn cost(&self) -> f64 {
        let (episodes, dimension) = (self.episodes as f64, self.dimension());
        // The student looks at the neighbours of a cube.
        let student = episodes * (30e-9 + 2e-9 * powi(2.0, self.grid.dims as i32));
        student
            + match self.algorithm {
                Algorithm::Random => 5e-9 * episodes * dimension,
                Algorithm::Riac(regions) => regions.cost(episodes),
                Algorithm::CovarGmm(mixtures) => mixtures.cost(episodes, dimension + 2.0),
                // Half of the pairs of tasks are compared.
                Algorithm::AlpGmm(mixtures) => {
                    mixtures.cost(episodes, dimension + 1.0) + 0.4e-9 * dimension * episodes * episodes
                }
            }
    }

    fn memory(&self) -> f64 {
        let (episodes, dimension) = (self.episodes as f64, self.dimension());
        let learned = match self.algorithm {
            Algorithm::Random => 0.0,
            Algorithm::Riac(regions) => regions.memory(episodes, dimension),
            Algorithm::CovarGmm(mixtures) => mixtures.memory(dimension + 2.0),
            Algorithm::AlpGmm(mixtures) => mixtures.memory(dimension + 1.0) + 8.0 * episodes * dimension,
        };
        4.0 * self.grid.count() as f64 + 8.0 * dimension + learned
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let name = self.algorithm.name();
        let mut random = random.open(&format!("{name}, {} useless", self.useless), self.seed);
        let dimension = self.grid.dims + self.useless;
        let mut teacher = self.algorithm.teacher(dimension);
        let mut space = ToySpace::new(self.grid);
        let mut task = vec![0.0; dimension];
        let mut first_mastery = -1;
        rows.key(record! {
            teacher: name,
            /// Coordinates of a task that the environment ignores.
            useless: self.useless,
            seed: self.seed,
        });
        for episode in 1..=self.episodes {
            teacher.sample(&mut task, &mut random);
            let reward = space.episode(&task);
            teacher.update(&task, reward, &mut random);
            if first_mastery < 0 && space.mastered() > 0 {
                first_mastery = episode as i64;
            }
            if episode % self.score_every == 0 || episode == self.episodes {
                rows.push(record! {
                    /// Episodes so far.
                    episode,
                    /// Share of cubes with a competence above 75, in percent.
                    mastered_pct: space.mastered_percent(),
                    /// Share of the episodes so far in which a competence has grown.
                    useful_share: space.useful_share(),
                    /// Episode of the first mastered cube, counted from 1; -1 if there is none.
                    first_mastery,
                    /// Components of the teacher's mixture; 0 if it has none.
                    components: teacher.components(),
                });
            }
        }
        Ok(())
    }
}

impl Lesson {
    /// Coordinates of a task.
    fn dimension(&self) -> f64 {
        (self.grid.dims + self.useless) as f64
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
