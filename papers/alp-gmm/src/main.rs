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

use common::prelude::*;
use riac::Regions;
use task_mixture::Mixtures;
use teacher::{Algorithm, Name};
use toy_space::{Grid, ToySpace};

/// The parameters, under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    grid: Grid,
    /// Numbers of coordinates that the environment ignores, rising.
    useless: Vec<usize>,
    /// Episodes of a run: T.
    episodes: usize,
    score_every: usize,
    seeds: u64,
    mixtures: Mixtures,
    regions: Regions,
}

impl Config {
    /// The four teachers with their parameters.
    fn algorithms(&self) -> [Algorithm; 4] {
        [
            Algorithm::Random,
            Algorithm::Riac(self.regions.clone()),
            Algorithm::CovarGmm(self.mixtures.clone()),
            Algorithm::AlpGmm(self.mixtures.clone()),
        ]
    }

    /// The number of useless dimensions of the plainest space.
    fn fewest_useless(&self) -> usize {
        self.useless.first().copied().unwrap_or(0)
    }

    /// The number of useless dimensions that the claims are about: 4, or the most there are.
    fn many_useless(&self) -> usize {
        let most = self.useless.last().copied().unwrap_or(0);
        if self.useless.contains(&4) { 4 } else { most }
    }
}

/// One teacher with one student.
#[derive(Clone, Debug, Serialize)]
pub struct Lesson {
    algorithm: Algorithm,
    grid: Grid,
    /// Coordinates of the task that the environment ignores.
    useless: usize,
    episodes: usize,
    /// Episodes between two rows of the table.
    score_every: usize,
    seed: u64,
}

/// The output table: a run after a number of episodes.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Row {
    teacher: Name,
    useless: usize,
    seed: u64,
    episode: usize,
    /// Share of cubes with a competence above 75, in percent.
    mastered_pct: f64,
    /// Share of the episodes so far in which a competence has grown.
    useful_share: f64,
    /// Episode of the first mastered cube, counted from 1; -1 if there is none.
    first_mastery: i64,
    /// Components of the teacher's mixture; 0 if it has none.
    components: usize,
}

/// The paper.
pub struct TeacherAlgorithms;

impl Experiment for TeacherAlgorithms {
    type Config = Config;
    type Cell = Lesson;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        check.within("dims", config.grid.dims, 1, 4);
        check.within("cubes", config.grid.cubes, 2, 20);
        check.require("useless", !config.useless.is_empty(), "at least one number");
        check.increasing("useless", &config.useless);
        let few = config.useless.iter().all(|&useless| useless <= 8);
        check.require("useless", few, "at most 8 useless dimensions");
        // ALP-GMM compares each task with all earlier ones.
        check.within("episodes", config.episodes, 1, 200_000);
        check.count("score_every", config.score_every);
        check.count("seeds", config.seeds);
        check_mixtures(&config.mixtures, check);
        check_regions(&config.regions, check);
    }

    fn cells(config: &Config) -> Vec<Lesson> {
        let mut lessons = Vec::new();
        for algorithm in config.algorithms() {
            for &useless in &config.useless {
                lessons.extend((0..config.seeds).map(|seed| Lesson {
                    algorithm: algorithm.clone(),
                    grid: config.grid.clone(),
                    useless,
                    episodes: config.episodes,
                    score_every: config.score_every,
                    seed,
                }));
            }
        }
        lessons
    }

    fn cost(lesson: &Lesson) -> f64 {
        let (episodes, dimension) = (lesson.episodes as f64, (lesson.grid.dims + lesson.useless) as f64);
        match &lesson.algorithm {
            Algorithm::Random => 30e-9 * episodes,
            Algorithm::Riac(_) => 1.5e-6 * episodes,
            Algorithm::CovarGmm(mixtures) => fits_cost(mixtures, episodes, dimension + 2.0),
            Algorithm::AlpGmm(mixtures) => {
                // Half of the pairs of tasks are compared.
                fits_cost(mixtures, episodes, dimension + 1.0) + 0.4e-9 * dimension * episodes * episodes
            }
        }
    }

    fn run(lesson: &Lesson, random: &Streams) -> Result<Vec<Row>> {
        let name = lesson.algorithm.name();
        let mut random = random.open(&format!("{}, {} useless", name.text(), lesson.useless), lesson.seed);
        let dimension = lesson.grid.dims + lesson.useless;
        let mut teacher = lesson.algorithm.teacher(dimension);
        let mut space = ToySpace::new(&lesson.grid);
        let mut task = vec![0.0; dimension];
        let (mut first_mastery, mut rows) = (-1, Vec::new());
        for episode in 1..=lesson.episodes {
            teacher.sample(&mut task, &mut random);
            let reward = space.episode(&task);
            teacher.update(&task, reward, &mut random);
            if first_mastery < 0 && space.mastered() > 0 {
                first_mastery = episode as i64;
            }
            if episode % lesson.score_every == 0 || episode == lesson.episodes {
                rows.push(Row {
                    teacher: name,
                    useless: lesson.useless,
                    seed: lesson.seed,
                    episode,
                    mastered_pct: space.mastered_percent(),
                    useful_share: space.useful_share(),
                    first_mastery,
                    components: teacher.components(),
                });
            }
        }
        Ok(rows)
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

/// Seconds of all mixture fits of a run. Most of the time goes to exponentials and to loops over
/// short vectors, so that it grows about linearly with the dimension.
fn fits_cost(mixtures: &Mixtures, episodes: f64, dimension: f64) -> f64 {
    let components: usize = (mixtures.k_min..=mixtures.k_max).sum();
    0.2e-6 * episodes * components as f64 * dimension
}

fn check_mixtures(mixtures: &Mixtures, check: &mut Check) {
    check.within("k_min", mixtures.k_min, 1, 100);
    check.within("k_max", mixtures.k_max, mixtures.k_min, 100);
    check.within("fit_rate", mixtures.fit_rate, mixtures.k_max.max(2), 100_000);
    check.probability("random_task_ratio", mixtures.random_task_ratio);
    check.within("em_regularization", mixtures.em_regularization, 0.0, 1.0);
    check.positive("em_tolerance", mixtures.em_tolerance);
    check.within("em_iterations", mixtures.em_iterations, 1, 100_000);
}

fn check_regions(regions: &Regions, check: &mut Check) {
    check.within("max_region_size", regions.max_region_size, 2, 100_000);
    check.count("split_attempts", regions.split_attempts);
    // A region that is split holds one task more than its largest size.
    if regions.max_region_size >= 2 {
        let most = regions.max_region_size.div_ceil(2);
        check.within("min_child_count", regions.min_child_count, 1, most);
    }
    // Regions must stay wide enough for a mutation to keep off their sides.
    check.within("min_child_side", regions.min_child_side, 1e-4, 0.5);
    check.probability("discard_ratio", regions.discard_ratio);
    check.probability("mutation_ratio", regions.mutation_ratio);
    check.within("uniform_ratio", regions.uniform_ratio, 0.0, 1.0 - regions.mutation_ratio);
}

common::paper!(TeacherAlgorithms);
