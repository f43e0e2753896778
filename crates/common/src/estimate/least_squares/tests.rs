use super::*;
use ndarray::{array, s};

/// Longley's employment data (JASA 62, 1967), a standard of ill-conditioning: deflator, gross
/// national product, unemployed, armed forces, population, year; total employment.
fn longley() -> (Array2<f64>, Array1<f64>) {
    let rows = array![
        [60323.0, 83.0, 234289.0, 2356.0, 1590.0, 107608.0, 1947.0],
        [61122.0, 88.5, 259426.0, 2325.0, 1456.0, 108632.0, 1948.0],
        [60171.0, 88.2, 258054.0, 3682.0, 1616.0, 109773.0, 1949.0],
        [61187.0, 89.5, 284599.0, 3351.0, 1650.0, 110929.0, 1950.0],
        [63221.0, 96.2, 328975.0, 2099.0, 3099.0, 112075.0, 1951.0],
        [63639.0, 98.1, 346999.0, 1932.0, 3594.0, 113270.0, 1952.0],
        [64989.0, 99.0, 365385.0, 1870.0, 3547.0, 115094.0, 1953.0],
        [63761.0, 100.0, 363112.0, 3578.0, 3350.0, 116219.0, 1954.0],
        [66019.0, 101.2, 397469.0, 2904.0, 3048.0, 117388.0, 1955.0],
        [67857.0, 104.6, 419180.0, 2822.0, 2857.0, 118734.0, 1956.0],
        [68169.0, 108.4, 442769.0, 2936.0, 2798.0, 120445.0, 1957.0],
        [66513.0, 110.8, 444546.0, 4681.0, 2637.0, 121950.0, 1958.0],
        [68655.0, 112.6, 482704.0, 3813.0, 2552.0, 123366.0, 1959.0],
        [69564.0, 114.2, 502601.0, 3931.0, 2514.0, 125368.0, 1960.0],
        [69331.0, 115.7, 518173.0, 4806.0, 2572.0, 127852.0, 1961.0],
        [70551.0, 116.9, 554894.0, 4007.0, 2827.0, 130081.0, 1962.0]
    ];
    (rows.slice(s![.., 1..]).to_owned(), rows.column(0).to_owned())
}

fn close(actual: f64, expected: f64) {
    assert!((actual / expected - 1.0).abs() < 1e-8, "{actual} is not {expected}");
}

#[test]
fn longley_as_certified_by_nist() {
    // NIST Statistical Reference Datasets, linear regression, "Longley": certified values.
    let (x, y) = longley();
    let fit = LeastSquares::new().fit(x.view(), y.view()).unwrap();
    close(fit.intercept, -3482258.63459582);
    close(fit.intercept_error, 890420.383607373);
    let certified = [
        (15.0618722713733, 84.9149257747669),
        (-0.358191792925910e-01, 0.334910077722432e-01),
        (-2.02022980381683, 0.488399681651699),
        (-1.03322686717359, 0.214274163161675),
        (-0.511041056535807e-01, 0.226073200069370),
        (1829.15146461355, 455.478499142212),
    ];
    for (j, (coefficient, error)) in certified.into_iter().enumerate() {
        close(fit.coefficients[j], coefficient);
        close(fit.standard_errors[j], error);
    }
    close(fit.r_squared, 0.995479004577296);
    close(fit.residual_variance.sqrt(), 304.854073561965);
    assert_eq!(fit.degrees_of_freedom, 9);
    assert!((&fit.predict(x.view()) + &fit.residuals - &y).iter().all(|d| d.abs() < 1e-9));
}

#[test]
fn without_an_intercept_variation_is_about_zero() {
    // NIST StRD "NoInt1": y = 130..140 on x = 60..70; certified values.
    let x = Array2::from_shape_fn((11, 1), |(i, _)| 60.0 + i as f64);
    let y = Array1::from_shape_fn(11, |i| 130.0 + i as f64);
    let fit = LeastSquares::new().intercept(false).fit(x.view(), y.view()).unwrap();
    close(fit.coefficients[0], 2.07438016528926);
    close(fit.standard_errors[0], 0.165289256198347e-01);
    close(fit.r_squared, 0.999365492298663);
    assert_eq!((fit.intercept, fit.intercept_error), (0.0, 0.0));
}

#[test]
fn dependent_columns_are_named() {
    let x = array![[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, 8.0]];
    let y = array![1.0, 2.0, 3.0, 5.0];
    let error = LeastSquares::new().fit(x.view(), y.view()).unwrap_err().to_string();
    assert!(error.contains("column 1 of the design depends"), "{error}");
    let constant = array![[3.0], [3.0], [3.0], [3.0]];
    assert!(LeastSquares::new().fit(constant.view(), y.view()).is_err());
    assert!(LeastSquares::new().intercept(false).fit(constant.view(), y.view()).is_ok());
    assert!(LeastSquares::new().fit(x.slice(s![..2, ..]), y.slice(s![..2])).is_err());
    assert!(LeastSquares::new().fit(x.view(), array![1.0, f64::NAN, 0.0, 0.0].view()).is_err());
    assert!(LeastSquares::new().fit(x.view(), array![1.0].view()).is_err());
}

#[test]
fn as_many_rows_as_parameters_leave_no_errors() {
    let fit = LeastSquares::new().fit(array![[1.0], [3.0]].view(), array![1.0, 5.0].view()).unwrap();
    close(fit.coefficients[0], 2.0);
    assert!(fit.standard_errors[0].is_nan() && fit.residual_variance.is_nan());
}

#[test]
fn the_minimum_norm_solution_interpolates_in_the_row_space() {
    // One equation 3a + 4b = 25: the shortest solution is (3, 4).
    let w = minimum_norm(array![[3.0, 4.0]].view(), array![25.0].view()).unwrap();
    close(w[0], 3.0);
    close(w[1], 4.0);
    // Two equal columns share the coefficient.
    let x = array![[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]];
    let w = minimum_norm(x.view(), array![2.0, 4.0, 6.0].view()).unwrap();
    close(w[0], 1.0);
    close(w[1], 1.0);
}
