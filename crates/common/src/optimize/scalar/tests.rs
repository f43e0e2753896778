use super::*;
use numerics::{cos, exp, ln};

#[test]
fn brent_finds_the_textbook_roots() {
    // Dottie number; Lambert W(1), the omega constant: OEIS A003957, A030178.
    let dottie = brent_root(0.0, 1.0, 1e-15, |x| cos(x) - x).unwrap();
    assert!((dottie.parameters - 0.739_085_133_215_160_6).abs() < 4e-16);
    assert!(dottie.converged() && dottie.evaluations < 15, "{dottie:?}");
    let omega = brent_root(0.0, 1.0, 1e-15, |x| x * exp(x) - 1.0).unwrap();
    assert!((omega.parameters - 0.567_143_290_409_783_8).abs() < 4e-16);
}

#[test]
fn a_root_at_an_end_is_found() {
    assert_eq!(brent_root(0.0, 1.0, 1e-12, |x| x).unwrap().parameters, 0.0);
    assert_eq!(brent_root(-1.0, 0.0, 1e-12, |x| x).unwrap().parameters, 0.0);
    assert_eq!(brent_root(-1.0, 0.0, 1e-12, |x| x * x).unwrap().parameters, 0.0);
}

#[test]
fn a_jump_over_zero_is_found() {
    // The least |f| is seen at an end of the bracket.
    let step = |x: f64| if x < 0.3 { -1.0 } else { 2.0 };
    let root = brent_root(0.0, 1.0, 1e-12, step).unwrap();
    assert!((root.parameters - 0.3).abs() < 1e-11, "{root:?}");
    assert_eq!(root.value, 1.0);
    let ramp = brent_root(0.0, 1.0, 1e-12, |x| if x < 0.3 { 0.1 * x - 0.05 } else { 5.0 + x }).unwrap();
    assert!((ramp.parameters - 0.3).abs() < 1e-11, "{ramp:?}");
}

#[test]
fn a_bracket_without_a_change_of_sign_is_refused() {
    // The product of the values underflows to 0; the signs are equal all the same.
    let error = brent_root(1.0, 2.0, 1e-12, |x| 1e-200 * x).unwrap_err().to_string();
    assert!(error.contains("no change of sign"), "{error}");
    assert!(brent_root(1.0, 0.0, 1e-12, |x| x).is_err());
    assert!(brent_root(0.0, 1.0, 1e-12, |_| f64::NAN).is_err());
}

#[test]
fn brent_and_golden_section_agree_on_minima() {
    // x ln x has its minimum -1/e at 1/e; (x - 0)^2 at 0 defeats relative tolerances.
    let entropy = |x: f64| if x == 0.0 { 0.0 } else { x * ln(x) };
    for found in [brent_minimize(0.0, 1.0, 1e-10, entropy).unwrap(), golden_section(0.0, 1.0, 1e-8, entropy).unwrap()] {
        assert!((found.parameters - 0.367_879_441_171_442_3).abs() < 3e-8, "{found:?}");
        assert!((found.value + 0.367_879_441_171_442_3).abs() < 1e-15);
        assert!(found.converged());
    }
    let zero = golden_section(-1.0, 2.0, 1e-9, |x| x * x).unwrap();
    assert!(zero.parameters.abs() < 1e-9 && zero.converged());
    assert_eq!(zero.evaluations, zero.iterations + 2);
}

#[test]
fn a_function_that_is_finite_nowhere_is_an_error() {
    assert!(brent_minimize(0.0, 1.0, 1e-6, |_| f64::NAN).is_err());
    assert!(golden_section(0.0, 1.0, 1e-6, |_| f64::INFINITY).is_err());
}
