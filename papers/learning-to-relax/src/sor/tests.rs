use super::*;

const PROBLEM: Problem = Problem { grid_side: 4, eps: 1e-8, iteration_cap: 10_000 };

/// A as a full matrix.
fn matrix_of(side: usize, shift: f64) -> Vec<Vec<f64>> {
    let place = |p: usize| (p / side, p % side);
    let entry = |p: usize, q: usize| {
        let ((i, j), (k, l)) = (place(p), place(q));
        match i.abs_diff(k) + j.abs_diff(l) {
            0 => 4.0 + shift,
            1 => -1.0,
            _ => 0.0,
        }
    };
    (0..side * side).map(|p| (0..side * side).map(|q| entry(p, q)).collect()).collect()
}

/// SOR as in textbooks, on a full matrix.
fn textbook(a: &[Vec<f64>], b: &[f64], omega: f64, eps: f64) -> usize {
    let mut x = vec![0.0; b.len()];
    let error = |x: &[f64], p: usize| b[p] - a[p].iter().zip(x).map(|(a, x)| a * x).sum::<f64>();
    for k in 1.. {
        for p in 0..b.len() {
            x[p] += omega * error(&x, p) / a[p][p];
        }
        let squared: f64 = (0..b.len()).map(|p| error(&x, p) * error(&x, p)).sum();
        if (squared / b.iter().map(|b| b * b).sum::<f64>()).sqrt() < eps {
            return k;
        }
    }
    unreachable!("the loop has no end")
}

#[test]
fn counts_are_those_of_the_textbook() {
    let mut random = Streams::new("test").open("targets", 0);
    let mut sor = Sor::new(PROBLEM.grid_side);
    let mut target = vec![0.0; PROBLEM.unknowns()];
    for shift in [-0.3, 0.0, 0.45] {
        let a = matrix_of(PROBLEM.grid_side, shift);
        for omega in [0.7, 1.0, 1.3, 1.6, 1.9] {
            sample_target(&mut target, &mut random);
            let expected = textbook(&a, &target, omega, PROBLEM.eps);
            assert_eq!(sor.iterations(&PROBLEM, shift, &target, omega), expected, "{shift} {omega}");
        }
    }
    let capped = Problem { iteration_cap: 7, ..PROBLEM };
    assert_eq!(sor.iterations(&capped, 0.0, &target, 1.9), 7);
}

#[test]
fn one_sweep_on_two_by_two_points() {
    // With b = e_1, omega = 1 and D = 4: x = (1/4, 1/16, 1/16, 1/32), and b - A x by hand.
    let residual = Sor::new(2).residual_of_one_sweep(0.0, &[1.0, 0.0, 0.0, 0.0], 1.0);
    assert_eq!(residual, [0.125, 0.03125, 0.03125, 0.0]);
}

#[test]
fn targets_are_conditioned_on_their_norm() {
    let mut random = Streams::new("test").open("targets", 1);
    let mut target = vec![0.0; 25];
    let mut total = 0.0;
    for _ in 0..2000 {
        sample_target(&mut target, &mut random);
        assert!(reduce::norm_squared(&target) <= 25.0);
        total += reduce::norm_squared(&target);
    }
    // E[X | X <= 25] for X chi-squared with 25 degrees of freedom: 25 F_27(25) / F_25(25) = 19.788.
    assert!((total / 2000.0 - 19.788).abs() < 0.3, "{}", total / 2000.0);
}

#[test]
fn least_eigenvalue_of_ten_by_ten() {
    let problem = Problem { grid_side: 10, ..PROBLEM };
    assert!((problem.least_eigenvalue() - 0.162_028).abs() < 1e-6);
}
