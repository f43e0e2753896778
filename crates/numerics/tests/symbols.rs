//! The C symbols of this program are ours: what the standard library computes has the bits of
//! `numerics`.
//!
//! A program without our definitions fails here: the exponential of glibc, for one, differs from ours in
//! the last bit at one point in some hundred.

// The standard library's functions are what is tested here.
#![allow(clippy::disallowed_methods)]

use std::hint::black_box;

/// Points over the whole range, dense where functions vary, with the extremes. All of them pass through
/// `black_box`, because the compiler evaluates calls with constant arguments itself.
fn points() -> Vec<f64> {
    let mut points: Vec<f64> = (0..4000).map(|i| -20.0 + 0.01 * f64::from(i)).collect();
    points.extend((-300..300).map(|k| numerics::pow(10.0, f64::from(k)) * 1.234_567));
    points.extend((-300..300).map(|k| numerics::pow(10.0, f64::from(k)) * -7.654_321));
    points.extend([0.0, -0.0, 1.0, f64::MIN_POSITIVE, 5e-324, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN]);
    points.into_iter().map(black_box).collect()
}

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

fn assert_same(name: &str, std: fn(f64) -> f64, ours: fn(f64) -> f64) {
    for x in points() {
        let (a, b) = (black_box(std)(x), ours(x));
        assert!(same(a, b), "{name}({x:e}): std gives {a:e}, numerics {b:e}");
    }
}

fn assert_same_f32(name: &str, std: fn(f32) -> f32, ours: fn(f32) -> f32) {
    for x in points() {
        let x = x as f32;
        let (a, b) = (black_box(std)(x), ours(x));
        assert!(same(a.into(), b.into()), "{name}f({x:e}): std gives {a:e}, numerics {b:e}");
    }
}

#[test]
fn functions_of_one_argument_are_ours() {
    numerics::symbols::install();
    assert_same("exp", f64::exp, numerics::exp);
    assert_same("expm1", f64::exp_m1, numerics::exp_m1);
    assert_same("exp2", f64::exp2, numerics::exp2);
    assert_same("log", f64::ln, numerics::ln);
    assert_same("log1p", f64::ln_1p, numerics::ln_1p);
    assert_same("log2", f64::log2, numerics::log2);
    assert_same("log10", f64::log10, numerics::log10);
    assert_same("sin", f64::sin, numerics::sin);
    assert_same("cos", f64::cos, numerics::cos);
    assert_same("tan", f64::tan, numerics::tan);
    assert_same("asin", f64::asin, numerics::asin);
    assert_same("acos", f64::acos, numerics::acos);
    assert_same("atan", f64::atan, numerics::atan);
    assert_same("sinh", f64::sinh, numerics::sinh);
    assert_same("cosh", f64::cosh, numerics::cosh);
    assert_same("tanh", f64::tanh, numerics::tanh);
    assert_same("cbrt", f64::cbrt, numerics::cbrt);
}

#[test]
fn single_precision_functions_are_ours() {
    numerics::symbols::install();
    assert_same_f32("exp", f32::exp, numerics::exp_f32);
    assert_same_f32("expm1", f32::exp_m1, numerics::exp_m1_f32);
    assert_same_f32("exp2", f32::exp2, numerics::exp2_f32);
    assert_same_f32("log", f32::ln, numerics::ln_f32);
    assert_same_f32("log1p", f32::ln_1p, numerics::ln_1p_f32);
    assert_same_f32("log2", f32::log2, numerics::log2_f32);
    assert_same_f32("log10", f32::log10, numerics::log10_f32);
    assert_same_f32("sin", f32::sin, numerics::sin_f32);
    assert_same_f32("cos", f32::cos, numerics::cos_f32);
    assert_same_f32("tan", f32::tan, numerics::tan_f32);
    assert_same_f32("asin", f32::asin, numerics::asin_f32);
    assert_same_f32("acos", f32::acos, numerics::acos_f32);
    assert_same_f32("atan", f32::atan, numerics::atan_f32);
    assert_same_f32("sinh", f32::sinh, numerics::sinh_f32);
    assert_same_f32("cosh", f32::cosh, numerics::cosh_f32);
    assert_same_f32("tanh", f32::tanh, numerics::tanh_f32);
    assert_same_f32("cbrt", f32::cbrt, numerics::cbrt_f32);
}

#[test]
fn functions_of_two_arguments_are_ours() {
    numerics::symbols::install();
    let all = points();
    let partners: Vec<f64> = [0.3, -2.5, 1e-5, 7.0, 0.5, 1e10, -0.0].map(black_box).into();
    for &x in &all {
        for &y in &partners {
            for (name, std, ours) in [
                ("pow", x.powf(y), numerics::pow(x, y)),
                ("atan2", x.atan2(y), numerics::atan2(x, y)),
                ("hypot", x.hypot(y), numerics::hypot(x, y)),
            ] {
                assert!(same(std, ours), "{name}({x:e}, {y:e}): std gives {std:e}, numerics {ours:e}");
            }
            let (a, b) = (x as f32, y as f32);
            for (name, std, ours) in [
                ("powf", a.powf(b), numerics::pow_f32(a, b)),
                ("atan2f", a.atan2(b), numerics::atan2_f32(a, b)),
                ("hypotf", a.hypot(b), numerics::hypot_f32(a, b)),
            ] {
                assert!(same(std.into(), ours.into()), "{name}({a:e}, {b:e}): std gives {std:e}, numerics {ours:e}");
            }
        }
    }
}

/// The optimizer turns the pair into one call of `sincos`.
#[test]
fn sine_and_cosine_of_one_argument_are_ours() {
    numerics::symbols::install();
    for x in points() {
        let (sine, cosine) = x.sin_cos();
        assert!(same(sine, numerics::sin(x)) && same(cosine, numerics::cos(x)), "at {x:e}");
        let (sine, cosine) = (x as f32).sin_cos();
        assert!(same(sine.into(), numerics::sin_f32(x as f32).into()), "at {x:e}");
        assert!(same(cosine.into(), numerics::cos_f32(x as f32).into()), "at {x:e}");
    }
}

/// The linker binds the names, as any other crate would declare them, to our definitions.
#[test]
fn names_resolve_to_our_addresses() {
    unsafe extern "C" {
        fn exp(x: f64) -> f64;
        fn logf(x: f32) -> f32;
        fn pow(x: f64, y: f64) -> f64;
        fn tgamma(x: f64) -> f64;
        fn sincos(x: f64, sine: *mut f64, cosine: *mut f64);
        fn lgamma_r(x: f64, sign: *mut i32) -> f64;
    }
    let linked: [(&str, *const ()); 6] = [
        ("exp", exp as *const ()),
        ("logf", logf as *const ()),
        ("pow", pow as *const ()),
        ("tgamma", tgamma as *const ()),
        ("sincos", sincos as *const ()),
        ("lgamma_r", lgamma_r as *const ()),
    ];
    let defined = numerics::symbols::defined();
    for (name, address) in linked {
        assert!(defined.contains(&(name, address)), "{name} is linked to a definition that is not ours");
    }

    let (mut sign, x) = (0, black_box(-0.5));
    // SAFETY: the pointer is that of a live variable.
    let value = unsafe { lgamma_r(x, &mut sign) };
    // ln |Γ(−1/2)| = ln(2 √π), and Γ(−1/2) is negative.
    assert_eq!(sign, -1);
    assert!((value - 1.265_512_123_484_645_4).abs() < 1e-15);
}
