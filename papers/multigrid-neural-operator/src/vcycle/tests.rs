//! Sizes of the published layer, its linearity, and the classical stencils as a special case.

use common::multigrid::{add_prolongation, restrict};

use super::*;

fn network(levels: usize, smoothing: usize) -> MultigridOperator {
    MultigridOperator { layers: 3, channels: 6, levels, smoothing }
}

#[test]
fn numbers_of_parameters() {
    let count = |levels, smoothing| network(levels, smoothing).build(15, 1).tape.parameter_count();
    assert_eq!((count(3, 1), count(2, 1), count(1, 1), count(1, 3)), (8814, 4809, 804, 3612));
}

/// W alone on a tape: input, output and weights of a sample.
fn layer(n: usize, levels: usize, channels: usize) -> (Tape<f32>, Value, Value, Vec<f32>) {
    let mut tape = Tape::new(1);
    let f = tape.input("f", n * n, channels);
    let operator = MultigridOperator { layers: 1, channels, levels, smoothing: 2 };
    let output = operator.v_cycle(&mut tape, "layer", n, levels, None, f);
    let theta = tape.initial(&mut Streams::new("test").open("init", 0));
    (tape, f, output, theta)
}

#[test]
fn the_layer_is_linear_and_reaches_as_far_as_its_grids() {
    let (n, channels) = (15, 2);
    let image = |seed| -> Vec<f32> {
        let mut random = Streams::new("test").open("image", seed);
        (0..n * n * channels).map(|_| random.normal() as f32).collect()
    };
    for levels in [1, 4] {
        let (mut tape, f, output, theta) = layer(n, levels, channels);
        let mut apply = |numbers: &[f32]| {
            tape.set(f, numbers);
            tape.forward(&theta);
            tape.value(output).to_vec()
        };
        let (a, b) = (image(1), image(2));
        let sum: Vec<f32> = a.iter().zip(&b).map(|(a, b)| 2.0 * a - b).collect();
        let (of_a, of_b, of_sum) = (apply(&a), apply(&b), apply(&sum));
        for ((a, b), sum) in of_a.iter().zip(&of_b).zip(&of_sum) {
            assert!((2.0 * a - b - sum).abs() < 1e-4);
        }
        // A point at one corner is felt at the opposite one only through the coarse grids.
        let mut point = vec![0.0; n * n * channels];
        point[0] = 1.0;
        let far = apply(&point)[(n * n - 1) * channels];
        assert_eq!(far != 0.0, levels == 4, "{far}");
    }
}

/// With the stencils of full weighting and bilinear interpolation the transfers are the classical ones.
#[test]
fn classical_transfers_are_a_special_case() {
    let (n, m) = (15, 7);
    let stencil = [1.0, 2.0, 1.0, 2.0, 4.0, 2.0, 1.0, 2.0, 1.0].map(|weight| weight / 16.0_f32);
    let mut random = Streams::new("test").open("grid", 0);
    let mut grid = |n: usize| {
        let mut grid = Array2::zeros((n + 2, n + 2));
        grid.slice_mut(s![1..=n, 1..=n]).mapv_inplace(|_: f64| random.normal());
        grid
    };
    let (fine, coarse) = (grid(n), grid(m));
    let inside = |grid: &Array2<f64>| {
        let n = grid.nrows() - 2;
        grid.slice(s![1..=n, 1..=n]).iter().map(|&x| x as f32).collect::<Vec<f32>>()
    };
    let mut tape = Tape::<f32>::new(1);
    let (x, y) = (tape.input("fine", n * n, 1), tape.input("coarse", m * m, 1));
    let w = tape.parameter("stencil", 9, 1, Init::Constant(0.0));
    let restricted = tape.convolution(x, w, None, Window::halving(n, n));
    let prolonged = tape.transposed_convolution(y, w, Window::halving(n, n));
    tape.set(x, &inside(&fine));
    tape.set(y, &inside(&coarse));
    tape.forward(&stencil);
    let (mut classical, mut interpolated) = (Array2::zeros((m + 2, m + 2)), Array2::zeros((n + 2, n + 2)));
    restrict(fine.view(), &mut classical.view_mut());
    add_prolongation(coarse.view(), &mut interpolated.view_mut());
    let close = |found: &[f32], expected: &[f32], factor: f32| {
        assert!(found.iter().zip(expected).all(|(found, expected)| (factor * found - expected).abs() < 1e-6));
    };
    close(tape.value(restricted), &inside(&classical), 1.0);
    close(tape.value(prolonged), &inside(&interpolated), 4.0);
}

/// Counted on the tape's matrices by hand for two grids: 3 x 3 and 1 point.
#[test]
fn multiply_adds_are_counted() {
    let operator = MultigridOperator { layers: 1, channels: 2, levels: 2, smoothing: 1 };
    // S and B on nine points; Pi, R, A, S and P on one; the last matrix.
    assert_eq!(operator.multiply_adds(3), 9.0 * (18.0 + 2.0) + (36.0 + 9.0 + 18.0 + 18.0 + 36.0) + 9.0 * 2.0);
}
