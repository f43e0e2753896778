//! Scores against what single examples give.

use super::*;
use common::datasets::Split;

use crate::training::tests::small_setup;

fn pool(setup: &Setup) -> Examples<f32> {
    let mut random = Streams::new("data-diet").open("pool", 0);
    Split::mnist(setup.n_train, 0, setup.block, &mut random).unwrap().train
}

fn networks<'a>(setup: &'a Setup, pool: &'a Examples<f32>, random: &'a Streams) -> ScoreNetworks<'a> {
    ScoreNetworks { setup, pool, count: 2, purpose: "score", seed: 0, random }
}

#[test]
fn a_network_that_knows_nothing_is_equally_wrong_everywhere() {
    let (setup, streams) = (small_setup(), Streams::new("data-diet"));
    let pool = pool(&setup);
    let mut training = networks(&setup, &pool, &streams).start(0);
    training.theta.fill(0.0);
    // e has nine entries 0.1 and one of -0.9; without hidden activity only the last biases have a gradient.
    let expected = (0.81_f64 + 0.09).sqrt();
    let mut scores = vec![0.0; pool.len()];
    add_error_lengths(&mut training, &mut scores);
    assert!(scores.iter().all(|score| (score - expected).abs() < 1e-6));
    scores.fill(0.0);
    add_gradient_norms(&mut training, &mut scores);
    assert!(scores.iter().all(|score| (score - expected).abs() < 1e-6));
}

/// Both scores against each example's own forward and backward pass.
#[test]
fn scores_are_means_over_networks_of_what_single_examples_give() {
    let (setup, streams) = (small_setup(), Streams::new("data-diet"));
    let pool = pool(&setup);
    let networks = networks(&setup, &pool, &streams);
    let (el2n, grand) = (&networks.el2n(&[0.0])[0], networks.grand_init());
    let mut gradient = vec![0.0; setup.parameters() as usize];
    for id in [0, 1, 199, 200, 999] {
        let (mut length, mut norm) = (0.0, 0.0);
        for k in 0..2 {
            let mut training = networks.start(k);
            let images = pool.inputs.view();
            let net = &mut training.net;
            net.gradient(&training.theta, images, &pool.labels, &[id], &mut gradient);
            norm += 0.5 * f64::from(reduce::norm(&gradient));
            let error = net.tape.gradient(net.logits);
            length += 0.5 * f64::from(reduce::norm(error.as_slice().unwrap()));
        }
        assert!((el2n[id] / length - 1.0).abs() < 1e-5, "{} {length}", el2n[id]);
        assert!((grand[id] / norm - 1.0).abs() < 1e-5, "{} {norm}", grand[id]);
    }
}

#[test]
fn training_on_the_way_to_a_later_epoch_does_not_change_an_earlier_score() {
    let (setup, streams) = (small_setup(), Streams::new("data-diet"));
    let pool = pool(&setup);
    let networks = networks(&setup, &pool, &streams);
    let several = networks.el2n(&[0.0, 0.5, 2.0]);
    assert_eq!(networks.el2n(&[0.5])[0], several[1]);
    let mean = |scores: &[f64]| reduce::mean(scores);
    assert!(mean(&several[2]) < mean(&several[1]) && mean(&several[1]) < mean(&several[0]));
}
