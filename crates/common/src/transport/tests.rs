//! Against exact transport: permutations, sorted points, a linear program's vertices, closed forms.

use ndarray::array;
use numerics::exp;
use numerics::order::sorted as ascending;
use numerics::random::{Generator, Streams};

use super::*;

fn generator(name: &str) -> Generator {
    Streams::new("transport").open(name, 0)
}

fn uniform(count: usize) -> Vec<f64> {
    vec![1.0 / count as f64; count]
}

/// Points in the plane, as rows.
fn cloud(count: usize, random: &mut Generator) -> Array2<f64> {
    random.normal_matrix(count, 2)
}

/// The cheapest permutation, by trying all: exact transport of equal weights (Birkhoff).
fn cheapest_permutation(cost: ArrayView2<f64>) -> f64 {
    fn least(cost: ArrayView2<f64>, row: usize, taken: &mut Vec<bool>) -> f64 {
        if row == cost.nrows() {
            return 0.0;
        }
        let mut best = f64::INFINITY;
        for column in 0..cost.ncols() {
            if !taken[column] {
                taken[column] = true;
                best = best.min(cost[[row, column]] + least(cost, row + 1, taken));
                taken[column] = false;
            }
        }
        best
    }
    least(cost, 0, &mut vec![false; cost.ncols()]) / cost.nrows() as f64
}

/// Exact transport by its linear program. Vertices of the transport polytope are the plans that a greedy filling of
/// cells in some order makes, so the cheapest over all orders of the cells of a small problem is the optimum.
fn cheapest_vertex(cost: ArrayView2<f64>, a: &[f64], b: &[f64]) -> f64 {
    fn least(cost: ArrayView2<f64>, a: &mut [f64], b: &mut [f64]) -> f64 {
        let mut best = f64::INFINITY;
        for i in 0..a.len() {
            for j in 0..b.len() {
                let moved = a[i].min(b[j]);
                if moved > 1e-12 {
                    let (row, column) = (a[i], b[j]);
                    (a[i], b[j]) = (row - moved, column - moved);
                    best = best.min(moved * cost[[i, j]] + least(cost, a, b));
                    (a[i], b[j]) = (row, column);
                }
            }
        }
        if best.is_finite() { best } else { 0.0 }
    }
    least(cost, &mut a.to_vec(), &mut b.to_vec())
}

#[test]
fn with_little_entropy_it_is_the_cheapest_permutation() {
    let mut random = generator("permutations");
    for _ in 0..5 {
        let cost = squared_distances(cloud(7, &mut random).view(), cloud(7, &mut random).view());
        let exact = cheapest_permutation(cost.view());
        for epsilon in [0.1, 0.01, 0.001] {
            let found =
                Sinkhorn::new(epsilon).iterations(200_000).solve(cost.view(), &uniform(7), &uniform(7)).unwrap();
            // The plan of the permutation has an entropy of ln 7.
            let most = exact + epsilon * ln(7.0);
            // Row sums that are off let a plan be cheaper, by no more than it costs to put them right.
            let least = exact - 1e-9 - 2.0 * found.violation * cost.iter().fold(0.0, |a: f64, &b| a.max(b));
            assert!(found.violation < 1e-5, "{epsilon}: {}", found.violation);
            assert!(found.cost >= least && found.cost <= most, "{epsilon}: {} {exact}", found.cost);
            assert!(found.dual >= least && found.dual <= most, "{epsilon}: {} {exact}", found.dual);
        }
    }
}

#[test]
fn unequal_weights_give_the_linear_program() {
    let mut random = generator("weights");
    for (rows, columns) in [(2, 3), (3, 3), (3, 4)] {
        let cost = squared_distances(cloud(rows, &mut random).view(), cloud(columns, &mut random).view());
        let mut weights = |count| {
            let weights: Vec<f64> = (0..count).map(|_| random.uniform_in(0.1, 1.0)).collect();
            let total: f64 = weights.iter().sum();
            weights.into_iter().map(|weight| weight / total).collect::<Vec<f64>>()
        };
        let (a, b) = (weights(rows), weights(columns));
        let exact = cheapest_vertex(cost.view(), &a, &b);
        let found = Sinkhorn::new(2e-3).iterations(500_000).solve(cost.view(), &a, &b).unwrap();
        assert!(found.violation < 1e-8 && (found.cost - exact).abs() < 2e-3, "{} {exact}", found.cost);
    }
}

#[test]
fn on_a_line_points_go_in_order() {
    let mut random = generator("line");
    let sorted = |random: &mut Generator| ascending((0..40).map(|_| random.normal()));
    let (x, y) = (sorted(&mut random), sorted(&mut random));
    let exact = x.iter().zip(&y).map(|(x, y)| (x - y) * (x - y)).sum::<f64>() / 40.0;
    let cost = Array2::from_shape_fn((40, 40), |(i, j)| (x[i] - y[j]) * (x[i] - y[j]));
    let found = Sinkhorn::new(1e-3).iterations(100_000).solve(cost.view(), &uniform(40), &uniform(40)).unwrap();
    assert!(found.cost >= exact - 1e-6 && found.cost <= exact + 3e-3, "{} {exact}", found.cost);
}

/// Two and two points, costs 0 and 1: the plan keeps the share 1 / (1 + e^(-1/ε)) in place.
#[test]
fn two_points_have_a_closed_form() {
    let cost = array![[0.0, 1.0], [1.0, 0.0]];
    for epsilon in [1.0, 0.3, 0.05] {
        let found = Sinkhorn::new(epsilon).solve(cost.view(), &[0.5, 0.5], &[0.5, 0.5]).unwrap();
        let moved = 1.0 / (1.0 + exp(1.0 / epsilon));
        assert!((found.cost - moved).abs() < 1e-12, "{epsilon}: {} {moved}", found.cost);
        let dual = -epsilon * ln(0.5 * (1.0 + exp(-1.0 / epsilon)));
        assert!((found.dual - dual).abs() < 1e-12, "{epsilon}: {} {dual}", found.dual);
    }
}

/// Plan, primal and dual value belong together, and f is the derivative along changes of a.
#[test]
fn potentials_are_the_derivative_and_close_the_gap() {
    let mut random = generator("derivative");
    let cost = squared_distances(cloud(12, &mut random).view(), cloud(9, &mut random).view());
    let (a, b) = (uniform(12), uniform(9));
    let sinkhorn = Sinkhorn::new(0.2).tolerance(1e-13).iterations(100_000);
    let found = sinkhorn.solve(cost.view(), &a, &b).unwrap();
    let relative_entropy: f64 = found.plan.iter().map(|plan| plan * ln(plan * 12.0 * 9.0)).sum();
    assert!((found.cost + 0.2 * relative_entropy - found.dual).abs() < 1e-10);
    let (step, mut direction) = (1e-5, random.normal_vector(12).to_vec());
    let mean = reduce::mean(&direction);
    direction.iter_mut().for_each(|change| *change -= mean);
    let dual = |sign: f64| {
        let a: Vec<f64> = a.iter().zip(&direction).map(|(a, change)| a + sign * step * change).collect();
        sinkhorn.solve(cost.view(), &a, &b).unwrap().dual
    };
    let slope = (dual(1.0) - dual(-1.0)) / (2.0 * step);
    assert!((slope - reduce::dot(&found.f, &direction)).abs() < 1e-6, "{slope}");
}

/// Scaling by factors makes the iterates of the log domain, also where factors have to be put into the potentials.
#[test]
fn iterates_are_those_of_the_log_domain() {
    let mut random = generator("iterates");
    let cost = 30.0 * squared_distances(cloud(15, &mut random).view(), cloud(11, &mut random).view());
    let (a, b) = (uniform(15), uniform(11));
    for epsilon in [20.0, 1.0, 0.02] {
        let (mut f, mut g) = (vec![0.0; 15], vec![0.0; 11]);
        for iterations in 1..=200 {
            soft_minimum(cost.view(), &g, &b, epsilon, &mut f);
            soft_minimum(cost.t(), &f, &a, epsilon, &mut g);
            if [1, 2, 7, 200].contains(&iterations) {
                let found =
                    Sinkhorn::new(epsilon).iterations(iterations).tolerance(0.0).solve(cost.view(), &a, &b).unwrap();
                assert_eq!(found.iterations, iterations);
                let same = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-8 * epsilon.max(1.0));
                assert!(same(&found.f, &f) && same(&found.g, &g), "{epsilon}, iteration {iterations}");
                let columns = found.plan.sum_axis(Axis(0));
                assert!(columns.iter().zip(&b).all(|(sum, b)| (sum - b).abs() < 1e-12));
            }
        }
    }
}

#[test]
fn bad_input_is_an_error() {
    let cost = array![[0.0, 1.0], [1.0, 0.0]];
    let half = [0.5, 0.5];
    for (a, b, message) in [
        (&half[..1], &half[..], "1 and 2 weights for a cost of 2 rows and 2 columns"),
        (&[1.0, 0.0], &half, "a weight is not positive: leave out points without weight"),
        (&[1.0, 1.0], &half, "the weights sum to 2 and 1: not the same"),
    ] {
        assert_eq!(Sinkhorn::new(0.1).solve(cost.view(), a, b).unwrap_err().to_string(), message);
    }
    assert!(Sinkhorn::new(0.0).solve(cost.view(), &half, &half).is_err());
    assert!(Sinkhorn::new(0.1).solve(array![[f64::NAN, 0.0], [0.0, 0.0]].view(), &half, &half).is_err());
}
