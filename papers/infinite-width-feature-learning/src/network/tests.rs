//! How networks start, and that few hidden units stand for many.

use super::*;
use crate::classes::Classes;
use crate::meta_learning::{MetaLearning, meta_test, meta_train};
use crate::tasks::{TaskShape, Tasks};

const INITIAL: Initial = Initial { sigma_u: 2.0, sigma_v: 0.5 };

fn random() -> Generator {
    Streams::new("test").open("network", 0)
}

#[test]
fn the_limit_starts_at_zero_and_sees_its_input() {
    let LinearNetwork { u, v, multiplier, .. } = LinearNetwork::limit(Parametrisation::Mup(&INITIAL), 3, 2);
    assert_eq!((u.dim(), v.dim(), multiplier), ((5, 4), (2, 5), 1.0));
    assert!(matrix::product(v.view(), u.view()).iter().all(|&f| f == 0.0));
    assert_eq!(matrix::gram(u.t()).diag(), array![4.0, 4.0, 4.0, 0.0]);
    assert_eq!(matrix::gram(v.view()), array![[0.25, 0.0], [0.0, 0.25]]);
}

#[test]
fn outputs_start_small_in_mup_and_of_order_one_in_ntk() {
    let (n, d) = (10_000, 20);
    let mup = LinearNetwork::sample(Parametrisation::Mup(&NTK_INITIAL), n, d, 5, &mut random());
    let ntk = LinearNetwork::sample(Parametrisation::Ntk, n, d, 5, &mut random());
    let outputs = |network: &LinearNetwork| {
        let function = matrix::product(network.v.view(), network.u.view()) * network.multiplier;
        reduce::norm(function.as_slice().unwrap())
    };
    // The variance of an element of VU is sigma_u^2 sigma_v^2 / n in mup and sigma_u^2 sigma_v^2 in ntk; there are 100.
    assert!((outputs(&mup) - 0.05).abs() < 0.01, "{}", outputs(&mup));
    assert!((outputs(&ntk) - 5.0).abs() < 1.0, "{}", outputs(&ntk));
}

/// Classes of random images.
fn classes(pixels: usize, random: &mut Generator) -> Classes {
    let (count, per_class) = (6, 4);
    let mut inputs = random.normal_matrix(count * per_class, pixels + 1).mapv(|x| x as f32);
    inputs.column_mut(pixels).fill(1.0);
    Classes::of(inputs, per_class)
}

/// Meta-training of a network of 40 units and of its 5 units after a change of basis; nothing that can be seen differs.
#[test]
fn a_wide_network_is_one_of_few_hidden_units() {
    let (n, d, ways) = (40, 3, 2);
    let mut random = random();
    let omega = random.normal_matrix(n, d + ways) / (n as f64).sqrt();
    let triangle = linear::qr(omega.view()).unwrap().r;
    let classes = classes(d, &mut random);
    let shape = TaskShape { ways, shots: 1, query_shots: 2 };
    let learning = MetaLearning {
        steps: 20,
        task_batch: 3,
        inner_rate: 0.3,
        inner_steps: 2,
        inner_steps_test: 1,
        inner_steps_long: 3,
        outer_rate: 0.2,
        clip: 0.2,
    };
    let mut tasks = Tasks::new(shape, 5, d + 1);
    tasks.draw(&classes, &mut random);
    for multiplier in [1.0, 0.5] {
        let train = |frame: &Array2<f64>| {
            let mut network = LinearNetwork::from_frame(frame, d, &INITIAL, multiplier);
            let before = network.feature_kernel();
            let mut random = Streams::new("test").open("tasks", 0);
            meta_train(&mut network, &learning, shape, &classes, &mut random).unwrap();
            (before, network.feature_kernel(), meta_test(&network, &tasks, 3, 0.3))
        };
        let (wide, few) = (train(&omega), train(&triangle));
        let close = |a: &Array2<f32>, b: &Array2<f32>| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4);
        assert!(close(&wide.0, &few.0) && close(&wide.1, &few.1) && close(&wide.2, &few.2));
        // The test is about networks that have learned.
        assert!((&wide.1 - &wide.0).iter().any(|change| change.abs() > 0.1));
    }
}
