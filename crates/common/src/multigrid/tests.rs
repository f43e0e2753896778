//! Transfers on functions they are exact for, and the speed of cycles.

use super::*;
use numerics::random::Streams;
use numerics::sin;
use std::f64::consts::PI;

fn random(n: usize, name: &str) -> Array2<f64> {
    let mut draws = Streams::new("multigrid").open(name, n as u64);
    let mut function = Array2::zeros((n + 2, n + 2));
    function.slice_mut(ndarray::s![1..=n, 1..=n]).mapv_inplace(|_: f64| draws.normal());
    function
}

#[test]
fn grids_are_nested() {
    assert_eq!([1, 3, 15, 63].map(grids), [Some(1), Some(2), Some(4), Some(6)]);
    assert_eq!([2, 16, 64].map(grids), [None; 3]);
    assert_eq!(coarser(63), 31);
}

#[test]
fn prolongation_is_four_times_the_transpose_of_restriction() {
    let (fine, coarse) = (random(15, "fine"), random(7, "coarse"));
    let mut restricted = Array2::zeros((9, 9));
    restrict(fine.view(), &mut restricted.view_mut());
    let mut prolonged = Array2::zeros((17, 17));
    add_prolongation(coarse.view(), &mut prolonged.view_mut());
    let (a, b) = ((&restricted * &coarse).sum(), (&fine * &prolonged).sum());
    assert!((4.0 * a - b).abs() < 1e-12, "{a} {b}");
}

#[test]
fn transfers_keep_what_is_linear_inside() {
    let n = 15;
    let fine = Array2::from_shape_fn((n + 2, n + 2), |(i, j)| 2.0 * i as f64 - 3.0 * j as f64);
    let mut coarse = Array2::zeros((9, 9));
    restrict(fine.view(), &mut coarse.view_mut());
    let inside = ndarray::s![1..8, 1..8];
    let expected = Array2::from_shape_fn((9, 9), |(i, j)| fine[[2 * i, 2 * j]]);
    assert_eq!(coarse.slice(inside), expected.slice(inside));
    let mut back = Array2::zeros((n + 2, n + 2));
    add_prolongation(expected.view(), &mut back.view_mut());
    assert_eq!(back.slice(ndarray::s![1..=n, 1..=n]), fine.slice(ndarray::s![1..=n, 1..=n]));
}

/// sin(πx) sin(πy) is an eigenvector: two steps of smoothing multiply it by (1 − 2ω sin²(πh/2))².
#[test]
fn smoothing_on_one_grid_has_its_closed_form() {
    let (n, omega) = (7, 0.8);
    let mut cycle = VCycle::new(n, 1, omega);
    let wave = |i: usize| sin(PI * i as f64 / (n + 1) as f64);
    let start = Array2::from_shape_fn((n + 2, n + 2), |(i, j)| {
        if i.is_multiple_of(8) || j.is_multiple_of(8) { 0.0 } else { wave(i) * wave(j) }
    });
    cycle.solution().assign(&start);
    cycle.cycle();
    let half = sin(PI / (2 * (n + 1)) as f64);
    let factor = 1.0 - 2.0 * omega * half * half;
    let error = (&cycle.solution() - &(factor * factor * &start)).mapv(f64::abs).sum();
    assert!(error < 1e-13, "{error}");
}

#[test]
fn cycles_solve_poissons_equation() {
    let n = 31;
    let mut cycle = VCycle::new(n, 5, 0.8);
    cycle.right_hand_side().fill(1.0);
    for _ in 0..40 {
        cycle.cycle();
    }
    let direct = crate::darcy::solve(Array2::ones((n + 2, n + 2)).view(), Array2::ones((n, n)).view());
    let u = cycle.solution();
    let error = (&u.slice(ndarray::s![1..=n, 1..=n]) - &direct).mapv(f64::abs).sum();
    assert!(error < 1e-12, "{error}");
}

#[test]
#[should_panic(expected = "5 grids of 15 points, which have 4")]
fn more_grids_than_there_are() {
    VCycle::new(15, 5, 0.8);
}
