//! Probes of elementary and special functions.

use super::{Digest, Probe};
use crate::random::Streams;
use crate::{elementary, slices, spacing, special};

/// About 2000 doubles: an even grid around zero, powers of two with neighbours over the whole range,
/// random bit patterns (which include subnormals and NaN), and the extremes.
fn points() -> Vec<f64> {
    let mut points: Vec<f64> = (-500..=500).map(|i| f64::from(i) * 0.0625).collect();
    for exponent in (1..2047_u64).step_by(7) {
        let power = f64::from_bits(exponent << 52);
        points.extend([power, -power.next_up()]);
    }
    let mut random = Streams::new("probes").open("points", 0);
    points.extend((0..400).map(|_| f64::from_bits(random.next_u64())));
    points.extend([0.0, -0.0, 5e-324, f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY, f64::NAN]);
    points
}

/// As [`points`], in single precision.
fn points_f32() -> Vec<f32> {
    let mut points: Vec<f32> = (-500..=500_i16).map(|i| f32::from(i) * 0.0625).collect();
    for exponent in 1..255_u32 {
        let power = f32::from_bits(exponent << 23);
        points.extend([power, -power.next_up()]);
    }
    let mut random = Streams::new("probes").open("points", 1);
    points.extend((0..400).map(|_| f32::from_bits(random.next_u64() as u32)));
    points.extend([0.0, -0.0, 1e-45, f32::MAX, f32::MIN, f32::INFINITY, f32::NEG_INFINITY, f32::NAN]);
    points
}

/// Pairs of each point with a second argument that varies in size and sign.
fn pairs() -> impl Iterator<Item = (f64, f64)> {
    const SECOND: [f64; 7] = [0.3, -2.5, 1e-5, 7.0, 0.5, 1e10, -0.0];
    points().into_iter().zip(SECOND.into_iter().cycle())
}

fn pairs_f32() -> impl Iterator<Item = (f32, f32)> {
    const SECOND: [f32; 7] = [0.3, -2.5, 1e-5, 7.0, 0.5, 1e10, -0.0];
    points_f32().into_iter().zip(SECOND.into_iter().cycle())
}

macro_rules! probe {
    (one $path:path, $name:literal) => {
        Probe::new($name, |digest| digest.doubles(points().into_iter().map($path)))
    };
    (one_f32 $path:path, $name:literal) => {
        Probe::new($name, |digest| digest.singles(points_f32().into_iter().map($path)))
    };
    (two $path:path, $name:literal) => {
        Probe::new($name, |digest| digest.doubles(pairs().map(|(x, y)| $path(x, y))))
    };
    (two_f32 $path:path, $name:literal) => {
        Probe::new($name, |digest| digest.singles(pairs_f32().map(|(x, y)| $path(x, y))))
    };
    (slice $path:path, $name:literal) => {
        Probe::new($name, |digest| {
            let mut values = points();
            $path(&mut values);
            digest.doubles(values);
        })
    };
    (slice_f32 $path:path, $name:literal) => {
        Probe::new($name, |digest| {
            let mut values = points_f32();
            $path(&mut values);
            digest.singles(values);
        })
    };
}

pub const PROBES: &[Probe] = &[
    probe!(one elementary::exp, "elementary/exp"),
    probe!(one elementary::exp_m1, "elementary/exp_m1"),
    probe!(one elementary::exp2, "elementary/exp2"),
    probe!(one elementary::ln, "elementary/ln"),
    probe!(one elementary::ln_1p, "elementary/ln_1p"),
    probe!(one elementary::log2, "elementary/log2"),
    probe!(one elementary::log10, "elementary/log10"),
    probe!(one elementary::sin, "elementary/sin"),
    probe!(one elementary::cos, "elementary/cos"),
    probe!(one elementary::tan, "elementary/tan"),
    probe!(one elementary::asin, "elementary/asin"),
    probe!(one elementary::acos, "elementary/acos"),
    probe!(one elementary::atan, "elementary/atan"),
    probe!(one elementary::sinh, "elementary/sinh"),
    probe!(one elementary::cosh, "elementary/cosh"),
    probe!(one elementary::tanh, "elementary/tanh"),
    probe!(one elementary::cbrt, "elementary/cbrt"),
    probe!(one elementary::sigmoid, "elementary/sigmoid"),
    probe!(one elementary::softplus, "elementary/softplus"),
    probe!(two elementary::pow, "elementary/pow"),
    probe!(two elementary::atan2, "elementary/atan2"),
    probe!(two elementary::hypot, "elementary/hypot"),
    Probe::new("elementary/powi", |digest| {
        let exponents = (-20..=20).chain([1000, -1000, i32::MAX, i32::MIN]).cycle();
        digest.doubles(points().into_iter().zip(exponents).map(|(x, n)| elementary::powi(x, n)));
    }),
    Probe::new("elementary/log_sum_exp", |digest| {
        let values: Vec<f64> = points().into_iter().filter(|x| x.abs() < 1e3).collect();
        digest.doubles(values.chunks(9).map(elementary::log_sum_exp));
    }),
    probe!(one_f32 elementary::exp_f32, "elementary/exp_f32"),
    probe!(one_f32 elementary::exp_m1_f32, "elementary/exp_m1_f32"),
    probe!(one_f32 elementary::exp2_f32, "elementary/exp2_f32"),
    probe!(one_f32 elementary::ln_f32, "elementary/ln_f32"),
    probe!(one_f32 elementary::ln_1p_f32, "elementary/ln_1p_f32"),
    probe!(one_f32 elementary::log2_f32, "elementary/log2_f32"),
    probe!(one_f32 elementary::log10_f32, "elementary/log10_f32"),
    probe!(one_f32 elementary::sin_f32, "elementary/sin_f32"),
    probe!(one_f32 elementary::cos_f32, "elementary/cos_f32"),
    probe!(one_f32 elementary::tan_f32, "elementary/tan_f32"),
    probe!(one_f32 elementary::asin_f32, "elementary/asin_f32"),
    probe!(one_f32 elementary::acos_f32, "elementary/acos_f32"),
    probe!(one_f32 elementary::atan_f32, "elementary/atan_f32"),
    probe!(one_f32 elementary::sinh_f32, "elementary/sinh_f32"),
    probe!(one_f32 elementary::cosh_f32, "elementary/cosh_f32"),
    probe!(one_f32 elementary::tanh_f32, "elementary/tanh_f32"),
    probe!(one_f32 elementary::cbrt_f32, "elementary/cbrt_f32"),
    probe!(one_f32 elementary::sigmoid_f32, "elementary/sigmoid_f32"),
    probe!(one_f32 elementary::softplus_f32, "elementary/softplus_f32"),
    probe!(two_f32 elementary::pow_f32, "elementary/pow_f32"),
    probe!(two_f32 elementary::atan2_f32, "elementary/atan2_f32"),
    probe!(two_f32 elementary::hypot_f32, "elementary/hypot_f32"),
    Probe::new("elementary/powi_f32", |digest| {
        let exponents = (-20..=20).chain([1000, -1000, i32::MAX, i32::MIN]).cycle();
        digest.singles(points_f32().into_iter().zip(exponents).map(|(x, n)| elementary::powi_f32(x, n)));
    }),
    Probe::new("elementary/log_sum_exp_f32", |digest| {
        let values: Vec<f32> = points_f32().into_iter().filter(|x| x.abs() < 1e3).collect();
        digest.singles(values.chunks(9).map(elementary::log_sum_exp_f32));
    }),
    probe!(slice slices::exp_slice, "slices/exp"),
    probe!(slice slices::tanh_slice, "slices/tanh"),
    probe!(slice slices::sigmoid_slice, "slices/sigmoid"),
    probe!(slice_f32 slices::exp_slice_f32, "slices/exp_f32"),
    probe!(slice_f32 slices::tanh_slice_f32, "slices/tanh_f32"),
    probe!(slice_f32 slices::sigmoid_slice_f32, "slices/sigmoid_f32"),
    probe!(slice_f32 slices::atan_slice_f32, "slices/atan_f32"),
    probe!(one special::erf, "special/erf"),
    probe!(one special::erfc, "special/erfc"),
    probe!(one special::gamma, "special/gamma"),
    probe!(one special::ln_gamma, "special/ln_gamma"),
    probe!(one special::digamma, "special/digamma"),
    probe!(one special::normal_cdf, "special/normal_cdf"),
    probe!(one special::normal_pdf, "special/normal_pdf"),
    Probe::new("special/normal_quantile", |digest| {
        digest.doubles((0..=2048).map(|i| special::normal_quantile(f64::from(i) / 2048.0)));
        let tail = (1..1074_u16).map(|k| elementary::powi(0.5, i32::from(k)));
        digest.doubles(tail.map(special::normal_quantile));
    }),
    Probe::new("special/ln_beta", |digest| over_shapes(digest, |a, b, _| special::ln_beta(a, b))),
    Probe::new("special/regularized_beta", |digest| over_shapes(digest, special::regularized_beta)),
    Probe::new("special/regularized_gamma", |digest| {
        over_shapes(digest, |a, _, x| special::regularized_gamma_lower(a, 2.0 * a * x));
        over_shapes(digest, |a, b, _| special::regularized_gamma_upper(a, b));
    }),
    Probe::new("spacing/all", |digest| {
        for count in [1, 2, 7, 50, 333] {
            digest.doubles(spacing::linspace(-0.7, 2.3, count));
            digest.doubles(spacing::logspace(-3.5, 2.5, count));
            digest.doubles(spacing::geomspace(1e-6, 0.7, count));
            digest.integers(spacing::log_spaced(count, 5000).into_iter().map(|time| time as u64));
        }
    }),
];

/// A function of two shapes and a share over small and large values of each.
fn over_shapes(digest: &mut Digest, function: fn(f64, f64, f64) -> f64) {
    const SHAPES: [f64; 11] = [0.01, 0.3, 1.0, 1.5, 4.0, 9.75, 10.0, 33.0, 250.0, 1.5e3, 2e4];
    for a in SHAPES {
        for b in SHAPES {
            digest.doubles((0..=16).map(|i| function(a, b, f64::from(i) / 16.0)));
        }
    }
}
