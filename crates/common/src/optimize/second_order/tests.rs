use super::*;
use ndarray::array;
use numerics::exp;

#[test]
fn newton_on_rosenbrock_converges_quadratically() {
    let optimum = Optimize::newton()
        .minimize(array![-1.2, 1.0], |x| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            (
                a * a + 100.0 * b * b,
                array![-2.0 * a - 400.0 * x[0] * b, 200.0 * b],
                array![[2.0 - 400.0 * (x[1] - 3.0 * x[0] * x[0]), -400.0 * x[0]], [-400.0 * x[0], 200.0]],
            )
        })
        .unwrap();
    assert!(optimum.converged() && optimum.iterations < 30, "{optimum:?}");
    assert!((&optimum.parameters - 1.0).iter().all(|d| d.abs() < 1e-10));
}

#[test]
fn newton_leaves_a_maximum() {
    // Near the maximum of a double well (x^2 - 1)^2 the Hessian is negative.
    let optimum = Optimize::newton()
        .minimize(array![0.1], |x| {
            let x = x[0];
            ((x * x - 1.0) * (x * x - 1.0), array![4.0 * x * (x * x - 1.0)], array![[12.0 * x * x - 4.0]])
        })
        .unwrap();
    assert!(optimum.converged() && (optimum.parameters[0] - 1.0).abs() < 1e-10);
}

/// Misra1a of NIST's Statistical Reference Datasets (nonlinear regression, lower difficulty): y
/// = b1 (1 - exp(-b2 x)), certified b1 = 238.94212918, b2 = 5.5015643181e-4, sum of squares
/// 0.12455138894.
#[test]
fn gauss_newton_reaches_the_certified_values_of_misra1a() {
    let y = [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78];
    let x = [77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0];
    for start in [array![500.0, 1e-4], array![250.0, 5e-4]] {
        let optimum = Optimize::gauss_newton()
            .tolerance(1e-6)
            .minimize(start, |b| {
                let residuals = (0..14).map(|i| b[0] * (1.0 - exp(-b[1] * x[i])) - y[i]).collect();
                let jacobian = Array2::from_shape_fn((14, 2), |(i, j)| {
                    let decay = exp(-b[1] * x[i]);
                    if j == 0 { 1.0 - decay } else { b[0] * x[i] * decay }
                });
                (residuals, jacobian)
            })
            .unwrap();
        assert!((optimum.parameters[0] / 238.942_129_18 - 1.0).abs() < 1e-8, "{optimum:?}");
        assert!((optimum.parameters[1] / 5.501_564_318_1e-4 - 1.0).abs() < 1e-8);
        assert!((2.0 * optimum.value - 0.124_551_388_94).abs() < 1e-10);
    }
}

#[test]
fn wrong_shapes_are_errors() {
    let wrong = Optimize::gauss_newton().minimize(array![1.0], |_| (array![1.0, 2.0], Array2::zeros((2, 3))));
    assert!(wrong.unwrap_err().to_string().contains("2 x 3"));
    let wrong = Optimize::newton().minimize(array![1.0], |_| (1.0, array![1.0], Array2::zeros((2, 2))));
    assert!(wrong.is_err());
}
