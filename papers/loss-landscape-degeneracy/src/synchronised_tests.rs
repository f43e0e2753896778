//! The Jacobian, the synchronised inputs and the predicted ranks.

use super::*;
use crate::rank::NumericalRank;

const NETS: ReluNets = ReluNets { d: 4, o: 3, points: 40, spread: 0.15 };

fn blocks(sizes: &[usize]) -> Blocks<'_> {
    Blocks { sizes, nets: &NETS }
}

/// f on all inputs, data point by data point.
fn outputs(net: &ReluNet, inputs: &Array2<f64>) -> Vec<f64> {
    let activations = matrix::product(inputs.view(), net.first.t()).mapv(|z| if z > 0.0 { z } else { 0.0 });
    matrix::product(activations.view(), net.second.t()).into_iter().collect()
}

#[test]
fn the_jacobian_is_that_of_finite_differences() {
    let (net, inputs) = blocks(&[2, 1]).sample(&mut Streams::new("test").open("net", 0)).expect("synchronised inputs");
    let jacobian = net.jacobian(inputs.view());
    let step = 1e-6;
    for parameter in 0..21 {
        let moved = |by: f64| {
            let (mut first, mut second) = (net.first.clone(), net.second.clone());
            let weight = first.iter_mut().chain(second.iter_mut()).nth(parameter);
            *weight.expect("21 weights") += by;
            outputs(&ReluNet { first, second }, &inputs)
        };
        let differences = moved(step).into_iter().zip(moved(-step)).map(|(up, down)| (up - down) / (2.0 * step));
        for (difference, derivative) in differences.zip(jacobian.column(parameter)) {
            assert!((difference - derivative).abs() < 1e-7);
        }
    }
}

#[test]
fn chunks_do_not_matter() {
    let nets = ReluNets { points: 2 * CHUNK / 3 + 5, ..NETS };
    let blocks = Blocks { sizes: &[2, 2], nets: &nets };
    let (net, inputs) = blocks.sample(&mut Streams::new("test").open("net", 1)).expect("synchronised inputs");
    let whole = matrix::gram(net.jacobian(inputs.view()).t()) / inputs.nrows() as f64;
    let difference = net.behavioural_hessian(inputs.view()) - whole;
    assert!(difference.iter().all(|x| x.abs() < 1e-12));
}

#[test]
fn inputs_are_synchronised_and_ranks_count_the_gauge() {
    let blocks = blocks(&[3, 2]);
    let (net, inputs) = blocks.sample(&mut Streams::new("test").open("net", 2)).expect("synchronised inputs");
    for x in inputs.rows() {
        let z = matrix::vector_product(net.first.view(), &x.to_vec());
        assert!(blocks.synchronised(&z));
    }
    assert!(!blocks.synchronised(&[1.0, 1.0, -1.0, 1.0, 1.0]));
    assert!(blocks.synchronised(&[-1.0, -1.0, 0.0, 1.0, 1.0]));
    // k (d + o) − k²: 21 − 9 and 14 − 4; d o from k = 3 on.
    assert_eq!(blocks.rank_theory(), 12 + 10);
    assert_eq!(super::tests::blocks(&[5]).rank_theory(), 12);
}

#[test]
fn hopeless_blocks_are_an_error() {
    let nets = ReluNets { d: 2, points: 2, spread: 1e6, ..NETS };
    let blocks = Blocks { sizes: &[20; 4], nets: &nets };
    assert!(blocks.sample(&mut Streams::new("test").open("net", 3)).is_err());
}

#[test]
fn ranks_are_as_predicted_with_parallel_units_and_large_blocks() {
    for (sizes, spread) in [(&[3, 2][..], 0.15), (&[5], 0.15), (&[3, 2], 0.0), (&[5, 1], 0.0)] {
        let nets = ReluNets { points: 100, spread, ..NETS };
        let blocks = Blocks { sizes, nets: &nets };
        let (net, inputs) = blocks.sample(&mut Streams::new("test").open("net", 4)).expect("synchronised inputs");
        let hessian = net.behavioural_hessian(inputs.view());
        let rank = NumericalRank::of_hessian(hessian.view()).expect("a finite matrix").rank;
        assert_eq!(rank, blocks.rank_theory(), "{sizes:?} {spread}");
    }
}
