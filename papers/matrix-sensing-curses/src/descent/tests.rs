//! Steps, the changed step and the power law.

use super::*;
use crate::sensing::{Measurements, Problem};

fn identity(n: usize, r: usize) -> (Sensing, Generator) {
    let problem = Problem { n, r, m: 1, sensing: Measurements::Identity };
    let mut random = Streams::new("test").open("descent", 3);
    (Sensing::sample(&problem, &mut random), random)
}

fn error_after(steps: usize, mut descent: Descent) -> f64 {
    (0..steps).for_each(|_| descent.step());
    descent.squared_error()
}

#[test]
fn superfluous_columns_leave_the_predicted_power_law() {
    let (sensing, mut random) = identity(8, 2);
    let exact = Factors::symmetric(8, 2, 0.5, &mut random);
    assert!(error_after(4000, Descent::new(&sensing, 0.1, exact)) < 1e-24);
    let over = Factors::symmetric(8, 4, 0.5, &mut random);
    let error = error_after(4000, Descent::new(&sensing, 0.1, over));
    // dx/dt = -eta x^3 for each of the k - r = 2 directions, so x² -> 1 / (2 eta t).
    let expected = 2.0 / (2.0 * 0.1 * 4000.0_f64 * 2.0 * 0.1 * 4000.0);
    assert!((error / expected - 1.0).abs() < 0.1, "{error} {expected}");
}

#[test]
fn the_changed_step_keeps_the_product_and_makes_the_left_factor_orthonormal() {
    let (_, mut random) = identity(8, 2);
    let mut factors = Factors::asymmetric(8, 4, 0.5, 0.7, &mut random);
    let product = |factors: &Factors| matrix::product(factors.pair().0.view(), factors.pair().1.t());
    let before = product(&factors);
    factors.rebalance(0.8).unwrap();
    assert!((product(&factors) - before).iter().all(|x| x.abs() < 1e-14));
    let gram = matrix::gram(factors.pair().0.t());
    assert!((gram - Array2::<f64>::eye(4) * 0.64).iter().all(|x| x.abs() < 1e-14));
}

#[test]
fn the_step_is_along_the_gradient_of_half_the_squared_error() {
    let (sensing, mut random) = identity(5, 2);
    let start = Factors::asymmetric(5, 3, 1.0, 0.5, &mut random);
    let mut descent = Descent::new(&sensing, 1e-6, start.clone());
    descent.step();
    let (Factors::Asymmetric(f, g), Factors::Asymmetric(f1, g1)) = (start, descent.factors()) else {
        panic!("the factors changed their kind");
    };
    // Central differences in one entry of each factor.
    let half_error = |f: &Array2<f64>, g: &Array2<f64>| 0.5 * sensing.squared_error(f, g);
    let moved = |a: &Array2<f64>, by: f64| {
        let mut a = a.clone();
        a[[3, 1]] += by;
        a
    };
    let along_f = (half_error(&moved(&f, 1e-5), &g) - half_error(&moved(&f, -1e-5), &g)) / 2e-5;
    let along_g = (half_error(&f, &moved(&g, 1e-5)) - half_error(&f, &moved(&g, -1e-5))) / 2e-5;
    assert!(((f - f1)[[3, 1]] / 1e-6 - along_f).abs() < 1e-8);
    assert!(((g - g1)[[3, 1]] / 1e-6 - along_g).abs() < 1e-8);
}
