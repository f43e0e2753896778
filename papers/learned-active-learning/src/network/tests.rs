//! What the network sees, and its gradient against finite differences.

use super::*;
use crate::episodes::Episodes;
use crate::thresholds::Instance;

fn problem() -> Thresholds {
    Thresholds { items: 3, queries: 4, noise_levels: vec![0.6] }
}

#[test]
fn the_network_sees_counts_sums_time_and_gaps() {
    let mut history = History::new(2);
    history.note(0, 1);
    history.note(0, 1);
    history.note(1, -1);
    let mut row = [9.0; 9];
    describe(&history, 0.75, &mut row);
    // Scores of k = 0, 1, 2: 0, 2, 1.
    assert_eq!(row, [0.5, 0.25, 0.5, -0.25, 0.75, 0.5, 0.0, 0.25, 9.0]);
}

/// What `gradient` is the gradient of, at fixed histories and choices.
fn objective(network: &Network, recording: &mut Recording, advantages: &[f64], bonus: f64) -> f64 {
    let rows = recording.chosen.len();
    recording.forward(network, 0, rows);
    let mut objective = 0.0;
    for row in 0..rows {
        let ln_p = recording.ln_probabilities.row(row);
        let entropy: f64 = -ln_p.iter().map(|&x| x * exp(x)).sum::<f64>();
        objective += advantages[row % advantages.len()] * ln_p[recording.chosen[row]] - bonus * entropy;
    }
    objective / advantages.len() as f64
}

#[test]
fn gradient_agrees_with_finite_differences() {
    let (problem, episodes, hidden) = (problem(), 6, 5);
    let mut random = Streams::new("test").open("gradient", 0);
    let mut network = Network::sample(problem.items, hidden, &mut random);
    // Larger weights than a training starts with, and biases.
    network.second.mapv_inplace(|_| random.normal());
    network.first.row_mut(inputs(3)).mapv_inplace(|_| random.normal());
    let mut recording = Recording::new(&problem, hidden, episodes);
    let instances: Vec<Instance> = problem.instances().into_iter().cycle().take(episodes).collect();
    let mut policy = NetworkPolicy { network: &network, recording: &mut recording };
    Episodes::new(&problem, episodes).play(&mut policy, &instances, &mut random);
    let advantages = [0.3, -0.2, 0.5, 0.1, -0.6, 0.25];
    let mut gradient = Network::zeros(problem.items, hidden);
    recording.gradient(&network, &advantages, 0.1, &mut gradient);
    let step = 1e-5;
    let mut checked = 0;
    for (layer, slopes) in [(0, &gradient.first), (1, &gradient.second)] {
        for (place, &slope) in slopes.indexed_iter() {
            let mut moved = |by: f64| {
                let layer = if layer == 0 { &mut network.first } else { &mut network.second };
                layer[place] += by;
                objective(&network, &mut recording, &advantages, 0.1)
            };
            let (up, down) = (moved(step), moved(-2.0 * step));
            moved(step);
            assert!((slope - (up - down) / (2.0 * step)).abs() < 1e-8, "layer {layer}, {place:?}");
            checked += 1;
        }
    }
    assert_eq!(checked, 12 * 5 + 6 * 3);
    assert!(gradient.first.iter().any(|slope| slope.abs() > 1e-3));
}

#[test]
fn a_new_network_asks_all_items_about_equally() {
    let mut random = Streams::new("test").open("new", 0);
    let network = Network::sample(3, 32, &mut random);
    let mut recording = Recording::new(&problem(), 32, 1);
    recording.forward(&network, 0, 4);
    for row in recording.probabilities.rows() {
        assert!((row.sum() - 1.0).abs() < 1e-14);
        assert!(row.iter().all(|p| (p - 1.0 / 3.0).abs() < 0.15));
    }
}
