use super::*;
use crate::optimize::Stop;
use ndarray::{Array2, array};
use numerics::random::Streams;
use numerics::{exp, ln, matrix, pow};

fn rosenbrock(x: &Array1<f64>) -> (f64, Array1<f64>) {
    let (mut value, mut gradient) = (0.0, Array1::zeros(x.len()));
    for i in 0..x.len() - 1 {
        let (a, b) = (1.0 - x[i], x[i + 1] - x[i] * x[i]);
        value += a * a + 100.0 * b * b;
        gradient[i] += -2.0 * a - 400.0 * x[i] * b;
        gradient[i + 1] += 200.0 * b;
    }
    (value, gradient)
}

fn valley(dimensions: usize) -> Array1<f64> {
    Array1::from_shape_fn(dimensions, |i| if i % 2 == 0 { -1.2 } else { 1.0 })
}

fn assert_all_one(optimum: &Optimum) {
    assert!(optimum.converged(), "{optimum:?}");
    assert!((&optimum.parameters - 1.0).iter().all(|d| d.abs() < 1e-7), "{optimum:?}");
}

#[test]
fn all_methods_end_in_the_same_valley() {
    let lbfgs = Optimize::lbfgs().minimize(valley(2), rosenbrock).unwrap();
    let conjugate = Optimize::conjugate_gradient().minimize(valley(2), rosenbrock).unwrap();
    let steepest = Optimize::steepest_descent().iterations(20_000).minimize(valley(2), rosenbrock).unwrap();
    for optimum in [&lbfgs, &conjugate, &steepest] {
        assert_all_one(optimum);
    }
    // scipy 1.17.1 needs 46 (L-BFGS-B) and 80 (CG) evaluations here.
    assert!(lbfgs.evaluations < 60 && conjugate.evaluations < 120, "{lbfgs:?} {conjugate:?}");
    assert_all_one(&Optimize::lbfgs().memory(5).minimize(valley(100), rosenbrock).unwrap());
    assert_all_one(&Optimize::conjugate_gradient().minimize(valley(20), rosenbrock).unwrap());
}

#[test]
fn the_log_tells_the_way() {
    let optimum = Optimize::lbfgs().minimize(valley(2), rosenbrock).unwrap();
    let log = &optimum.log;
    assert_eq!(log.len(), optimum.iterations + 1);
    assert!(log.iter().enumerate().all(|(k, line)| line.iteration == k));
    assert_eq!(log[0].value, rosenbrock(&valley(2)).0);
    assert!(log.windows(2).all(|lines| lines[1].value <= lines[0].value));
    let last = log[optimum.iterations];
    assert_eq!(last.value, optimum.value);
    assert!(last.gradient_norm <= 1e-8 && log[optimum.iterations - 1].gradient_norm > 1e-8);
}

#[test]
fn value_and_gradient_of_a_point_are_asked_for_once() {
    let mut points: Vec<Array1<f64>> = Vec::new();
    let optimum = Optimize::lbfgs()
        .minimize(valley(4), |x| {
            assert_ne!(points.last(), Some(x), "the same point twice in a row");
            points.push(x.clone());
            rosenbrock(x)
        })
        .unwrap();
    assert_eq!(optimum.evaluations, points.len());
    assert!(optimum.evaluations < optimum.iterations * 3 / 2);
}

#[test]
fn a_closure_may_leave_its_domain() {
    // -2x - ln(1 - x) is defined below 1 and minimal at 1/2; exp(20 x) overflows on the way.
    let barrier = |x: &Array1<f64>| {
        let x = x[0];
        if x < 1.0 { (-2.0 * x - ln(1.0 - x), array![1.0 / (1.0 - x) - 2.0]) } else { (f64::NAN, array![f64::NAN]) }
    };
    let wall = |x: &Array1<f64>| {
        let (a, b) = (exp(20.0 * x[0]), exp(-x[0] - x[1]));
        (a + b + x[1] * x[1], array![20.0 * a - b, 2.0 * x[1] - b])
    };
    for optimum in [
        Optimize::lbfgs().minimize(array![-50.0], barrier).unwrap(),
        Optimize::conjugate_gradient().minimize(array![-50.0], barrier).unwrap(),
        Optimize::steepest_descent().minimize(array![-50.0], barrier).unwrap(),
    ] {
        assert!(optimum.converged() && (optimum.parameters[0] - 0.5).abs() < 1e-8, "{optimum:?}");
    }
    let optimum = Optimize::lbfgs().tolerance(1e-10).minimize(array![5.0, 5.0], wall).unwrap();
    assert!(optimum.converged(), "{optimum:?}");
}

/// The toy problem of Li et al., "Measuring the intrinsic dimension of objective landscapes":
/// d random directions against ten equations leave a residual exactly where d < 10.
#[test]
fn a_quadratic_is_solved_to_gradient_norm_1e_10() {
    let mut generator = Streams::new("optimize").open("quadratic", 0);
    for d in [1, 5, 10, 30] {
        let a = generator.normal_matrix(10, d);
        let b = Array1::from_shape_fn(10, |i| (i + 1) as f64);
        let optimum = Optimize::lbfgs()
            .tolerance(1e-10)
            .minimize(Array1::zeros(d), |v| {
                let residual = Array1::from(matrix::vector_product(a.view(), &v.to_vec())) - &b;
                let gradient = Array1::from(matrix::vector_product(a.t(), &residual.to_vec()));
                (residual.dot(&residual), 2.0 * gradient)
            })
            .unwrap();
        assert!(optimum.converged(), "{d}: {optimum:?}");
        if d >= 10 {
            assert!(optimum.value < 1e-16, "{d}: {optimum:?}");
        } else {
            assert!(optimum.value > 1.0, "{d}: {optimum:?}");
        }
    }
}

/// Minimise sum pi_k (1 - q_k)^N over distributions q: the stationarity condition
/// pi_k (1 - q_k)^(N - 1) = lambda / N holds wherever q_k > 0.
#[test]
fn a_softmax_problem_meets_its_optimality_condition() {
    let (k, n) = (50, 64.0);
    let weights = Array1::from_shape_fn(k, |i| 1.0 / (i as f64 + 1.0));
    let pi = &weights / weights.sum();
    let softmax = |z: &Array1<f64>| {
        let largest = z.fold(f64::NEG_INFINITY, |a, b| a.max(*b));
        let e = z.mapv(|z| exp(z - largest));
        &e / e.sum()
    };
    let optimum = Optimize::lbfgs()
        .iterations(5000)
        .tolerance(1e-10)
        .minimize(pi.mapv(ln), |z| {
            let q = softmax(z);
            let value = (&pi * &q.mapv(|q| pow(1.0 - q, n))).sum();
            let slope = &pi * &q.mapv(|q| -n * pow(1.0 - q, n - 1.0));
            let mean = (&slope * &q).sum();
            (value, &q * &(slope - mean))
        })
        .unwrap();
    assert!(optimum.converged(), "{optimum:?}");
    let q = softmax(&optimum.parameters);
    let levels: Vec<f64> = (0..k).filter(|i| q[*i] > 1e-3).map(|i| pi[i] * pow(1.0 - q[i], n - 1.0)).collect();
    assert!(levels.len() > 10 && levels.iter().all(|level| (level / levels[0] - 1.0).abs() < 1e-4), "{levels:?}");
}

#[test]
fn the_limit_on_iterations_and_the_best_point() {
    let optimum = Optimize::lbfgs().iterations(3).minimize(valley(2), rosenbrock).unwrap();
    assert_eq!((optimum.stop.clone(), optimum.iterations), (Stop::IterationLimit, 3));
    assert_eq!(optimum.value, rosenbrock(&optimum.parameters).0);
    let error = optimum.into_converged().unwrap_err().to_string();
    assert!(error.contains("limit on iterations"), "{error}");
    let none = Optimize::lbfgs().iterations(0).minimize(valley(2), rosenbrock).unwrap();
    assert_eq!((none.parameters, none.iterations), (valley(2), 0));
}

#[test]
fn a_gradient_that_lies_is_a_stall() {
    let optimum = Optimize::lbfgs().minimize(array![1.0], |x| (x[0] * x[0], array![-1.0])).unwrap();
    assert!(matches!(optimum.stop, Stop::Stalled(_)), "{optimum:?}");
    assert_eq!(optimum.parameters, array![1.0]);
    // A kink has no small gradient to reach.
    let optimum = Optimize::lbfgs().minimize(array![1.0], |x| (x[0].abs(), array![x[0].signum()])).unwrap();
    assert!(!optimum.converged() && optimum.value < 1e-6, "{optimum:?}");
}

#[test]
fn a_start_at_the_optimum_needs_one_evaluation() {
    let optimum = Optimize::lbfgs().minimize(array![1.0, 1.0], rosenbrock).unwrap();
    assert_eq!((optimum.converged(), optimum.iterations, optimum.evaluations), (true, 0, 1));
}

#[test]
fn what_cannot_start_is_an_error() {
    let zero = |x: &Array1<f64>| (0.0, Array1::zeros(x.len()));
    assert!(Optimize::lbfgs().minimize(array![1.0, f64::NAN], zero).is_err());
    assert!(Optimize::lbfgs().minimize(Array1::zeros(0), zero).is_err());
    assert!(Optimize::lbfgs().memory(0).minimize(array![1.0], zero).is_err());
    assert!(Optimize::lbfgs().tolerance(-1.0).minimize(array![1.0], zero).is_err());
    assert!(Optimize::lbfgs().minimize(array![1.0], |_| (f64::INFINITY, array![0.0])).is_err());
    assert!(Optimize::lbfgs().minimize(array![1.0], |_| (0.0, array![0.0, 0.0])).is_err());
    let error = Optimize::lbfgs().minimize(array![0.0, f64::INFINITY], zero).unwrap_err();
    assert!(error.to_string().contains("parameter 1 is inf"), "{error}");
}

#[test]
fn runs_are_repeatable_to_the_bit() {
    let matrix = Array2::from_shape_fn((6, 6), |(i, j)| 1.0 / (i + j + 1) as f64);
    let hilbert = |x: &Array1<f64>| {
        let gradient = matrix.dot(x) - 1.0;
        (0.5 * x.dot(&(&gradient - 1.0)), gradient)
    };
    let first = Optimize::lbfgs().minimize(Array1::zeros(6), hilbert).unwrap();
    for _ in 0..20 {
        assert_eq!(Optimize::lbfgs().minimize(Array1::zeros(6), hilbert).unwrap(), first);
    }
}
