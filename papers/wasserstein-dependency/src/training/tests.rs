use super::*;
use crate::characters::{Characters, Pool};

const SHAPE: Encoders = Encoders { hidden: 16, embed: 8 };

/// Weights after training and the estimates.
fn train(training: &Training, objective: Objective) -> (Vec<f32>, Estimates) {
    let random = Streams::new("test");
    let characters = Characters::new(10, 8).unwrap();
    let pairs = |pool| characters.pairs(pool, 200, 2, &mut random.open("pairs", 0));
    let (given, fresh) = (pairs(Pool::Training), pairs(Pool::Test));
    let mut critic = Critic::new(given.x.ncols(), &SHAPE, training);
    let mut theta = critic.tape.initial(&mut random.open("weights", 0));
    let generators = ["batches", "pairings"].map(|name| random.open(name, 0));
    let estimates = training.run(&mut critic, &mut theta, objective, [&given, &fresh], generators);
    (theta, estimates)
}

#[test]
fn without_a_penalty_wpc_is_cpc() {
    let training = Training { lambda_gp: 0.0, ..Training::for_tests(16, 30) };
    let [(cpc, _), (wpc, estimates)] = [Objective::Cpc, Objective::Wpc].map(|objective| train(&training, objective));
    assert_eq!(cpc, wpc);
    assert!(estimates.mi_train < training.log_batch() && estimates.mi_fresh < training.log_batch());
}

#[test]
fn the_penalty_brings_the_norm_to_its_bound() {
    let training = Training { lr: 5e-3, ..Training::for_tests(16, 300) };
    let [(_, cpc), (_, wpc)] = [Objective::Cpc, Objective::Wpc].map(|objective| train(&training, objective));
    assert!((wpc.grad_norm - 1.0).abs() < 0.3 && cpc.grad_norm > 1.5, "{} and {}", wpc.grad_norm, cpc.grad_norm);
    assert!(cpc.mi_train > wpc.mi_train && wpc.mi_train > 0.2, "{} and {}", cpc.mi_train, wpc.mi_train);
}

#[test]
fn batches_are_distinct_and_every_pair_is_as_likely() {
    let mut random = Streams::new("test").open("batches", 0);
    let (mut order, mut drawn): (Vec<usize>, Vec<u32>) = ((0..10).collect(), vec![0; 10]);
    for _ in 0..10_000 {
        draw_first(&mut order, 3, &mut random);
        assert_eq!(distinct(order[..3].iter().copied()).len(), 3);
        order[..3].iter().for_each(|&pair| drawn[pair] += 1);
    }
    // 3000 each, with standard deviation 46.
    assert!(drawn.iter().all(|count| count.abs_diff(3000) < 200), "{drawn:?}");
}
