//! Progress, splits, and where tasks come from.

use super::*;

const SETTINGS: Regions = Regions {
    max_region_size: 200,
    split_attempts: 50,
    min_child_count: 10,
    min_child_side: 1.0 / 15.0,
    discard_ratio: 0.25,
    mutation_ratio: 0.1,
    uniform_ratio: 0.2,
};

/// Uniform tasks in two dimensions, with rewards that rise on the right of 0.5 only.
fn taught(episodes: usize, random: &mut Generator) -> Riac {
    let mut teacher = Riac::new(&SETTINGS, 2);
    for episode in 0..episodes {
        let mut task = [0.0; 2];
        sample_uniform(&mut task, random);
        let reward = if task[0] > 0.5 { episode as f64 / 1000.0 } else { 0.0 };
        teacher.update(&task, reward, random);
    }
    teacher
}

#[test]
fn progress_compares_the_halves_of_the_window() {
    assert_eq!(learning_progress(&[0.0, 1.0], 200), 0.0);
    // Of three rewards, the older two and the newest.
    assert_eq!(learning_progress(&[0.0, 1.0, 2.0], 200), 1.5);
    assert_eq!(learning_progress(&[9.0, 9.0, 4.0, 4.0, 1.0, 1.0], 4), 3.0);
}

#[test]
fn the_first_split_separates_progress_from_none() {
    let mut random = Streams::new("riac").open("split", 0);
    let mut teacher = taught(200, &mut random);
    assert_eq!(teacher.regions.len(), 1);
    teacher.update(&[0.3, 0.3], 0.0, &mut random);
    let (cut, _) = teacher.regions[0].split.unwrap();
    assert!(cut.dimension == 0 && (cut.threshold - 0.5).abs() < 0.1, "{cut:?}");
    assert!(teacher.progress[2] > 0.05 && teacher.progress[1] < 0.02, "{:?}", teacher.progress);
}

#[test]
fn regions_partition_the_space_and_hold_their_tasks() {
    let mut random = Streams::new("riac").open("partition", 0);
    let teacher = taught(5000, &mut random);
    let leaves = teacher.regions.iter().filter(|region| region.split.is_none());
    let area = |region: &Region| (region.high[0] - region.low[0]) * (region.high[1] - region.low[1]);
    assert!((leaves.clone().map(area).sum::<f64>() - 1.0).abs() < 1e-12);
    assert!(leaves.count() > 8);
    for region in &teacher.regions {
        assert!(region.episodes.len() <= 201);
        let sides = region.high.iter().zip(&region.low).map(|(high, low)| high - low);
        assert!(sides.fold(1.0, f64::min) >= 1.0 / 15.0 - 1e-12);
        for &episode in &region.episodes {
            let task = teacher.task(episode);
            assert!((0..2).all(|k| task[k] >= region.low[k] && task[k] <= region.high[k]));
        }
    }
}

#[test]
fn a_leaf_that_cannot_be_split_forgets() {
    let mut random = Streams::new("riac").open("point", 0);
    let mut teacher = Riac::new(&SETTINGS, 1);
    (0..201).for_each(|_| teacher.update(&[0.5], 0.0, &mut random));
    assert_eq!((teacher.regions.len(), teacher.regions[0].episodes.len()), (1, 151));
    assert_eq!(teacher.regions[0].episodes[0], 50);
}

#[test]
fn mutations_stay_near_the_worst_task() {
    let mut random = Streams::new("riac").open("mutation", 0);
    const ONLY_MUTATIONS: Regions = Regions { mutation_ratio: 1.0, uniform_ratio: 0.0, ..SETTINGS };
    let mut teacher = Riac::new(&ONLY_MUTATIONS, 1);
    for (task, reward) in [(0.2, 1.0), (0.9, 0.1), (0.4, 0.1), (0.6, 0.5)] {
        teacher.update(&[task], reward, &mut random);
    }
    let mut sum = 0.0;
    for _ in 0..1000 {
        let mut task = [0.0];
        teacher.sample(&mut task, &mut random);
        assert!(task[0] <= 1.0 - MARGIN);
        sum += task[0];
    }
    // 0.9 plus noise that is cut off one standard deviation above.
    assert!((sum / 1000.0 - 0.892).abs() < 0.012, "{}", sum / 1000.0);
}
