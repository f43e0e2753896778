use common::datasets::fashion_mnist;

use super::*;
use crate::tasks::standardised;

const TRAINING: Training = Training { batch: 8, steps: 100, lr: 0.01, warmup: 10 };

#[test]
fn the_rate_rises_and_falls_to_a_tenth() {
    let rate = |s| TRAINING.rate(s) / TRAINING.lr;
    assert!((rate(5) - 0.5 * (0.1 + 0.9 * schedules::cosine(5, 100))).abs() < 1e-12);
    assert!((rate(50) - 0.55).abs() < 1e-12 && (rate(100) - 0.1).abs() < 1e-12);
}

#[test]
fn one_task_is_memorised_and_others_stay_unknown() {
    let streams = Streams::new("test");
    let examples = standardised(&fashion_mnist().unwrap(), 2);
    let size = Size { width: 8, layers: 1, heads: 2, ff_mult: 2 };
    let mut learner = Learner::new(&size, 2, 4, TRAINING.batch, &mut streams.open("weights", 0));
    let [seen, new] = ["tasks", "new tasks"].map(|name| Tasks::new(&streams, name, 0));
    let loss = learner.train(&TRAINING, (&seen, 1), &examples, &mut streams.open("sequences", 0)).unwrap();
    assert!(loss < 0.2, "the loss is {loss}");
    let mut judge = |tasks: &Tasks, count: usize| {
        let next = |random: &mut Generator| tasks.number(random.below(count));
        learner.evaluate(200, &examples, &mut streams.open("judging", 0), next)
    };
    let ([known, _], [unknown, nearest]) = (judge(&seen, 1), judge(&new, 1000));
    assert!(known.iter().all(|&accuracy| accuracy > 0.9), "{known:?}");
    assert!(unknown.iter().all(|&accuracy| (accuracy - 0.5).abs() < 0.15), "{unknown:?}");
    assert_eq!(nearest[0], 0.5);
    assert!(nearest[3] > 0.65, "{nearest:?}");
}

#[test]
fn the_nearest_earlier_example_decides() {
    let mut inputs = vec![0.0; 4 * PIXELS];
    for (i, x) in [0.0, 5.0, 4.0, 1.0].into_iter().enumerate() {
        inputs[i * PIXELS] = x;
    }
    let mut right = [0.0; 4];
    add_nearest(&inputs, &[0, 1, 1, 1], 4, &mut right);
    assert_eq!(right, [0.25, 0.0, 1.0, 0.0]);
}
