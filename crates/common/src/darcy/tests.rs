//! Manufactured solutions, closed forms and laws of the fields.

use super::*;
use numerics::random::Streams;
use numerics::sin;

/// Largest error for u = sin(πx) sin(2πy) and a = 1 + x + xy.
fn manufactured_error(n: usize) -> f64 {
    let h = 1.0 / (n + 1) as f64;
    let at = |(i, j): (usize, usize)| (h * i as f64, h * j as f64);
    let solution = |(x, y): (f64, f64)| sin(PI * x) * sin(2.0 * PI * y);
    let coefficient = Array2::from_shape_fn((n + 2, n + 2), |p| {
        let (x, y) = at(p);
        1.0 + x + x * y
    });
    let source = Array2::from_shape_fn((n, n), |(i, j)| {
        let (x, y) = at((i + 1, j + 1));
        let (down, across) = (PI * cos(PI * x) * sin(2.0 * PI * y), 2.0 * PI * sin(PI * x) * cos(2.0 * PI * y));
        5.0 * PI * PI * (1.0 + x + x * y) * solution((x, y)) - (1.0 + y) * down - x * across
    });
    let u = solve(coefficient.view(), source.view());
    u.indexed_iter().map(|((i, j), u)| (u - solution(at((i + 1, j + 1)))).abs()).fold(0.0, f64::max)
}

#[test]
fn the_error_falls_as_the_square_of_the_distance() {
    let errors = [7, 15, 31, 63].map(manufactured_error);
    for pair in errors.windows(2) {
        let order = numerics::log2(pair[0] / pair[1]);
        assert!((order - 2.0).abs() < 0.05, "{errors:?}");
    }
}

/// The residual of the scheme, written out, for a coefficient that jumps.
#[test]
fn the_scheme_is_solved_to_rounding() {
    for n in [1, 2, 5, 16] {
        let mut random = Streams::new("darcy").open("jumps", n as u64);
        let a = Array2::from_shape_fn((n + 2, n + 2), |_| if random.bernoulli(0.5) { 12.0 } else { 3.0 });
        let f = Array2::from_shape_fn((n, n), |_| random.normal());
        let u = solve(a.view(), f.view());
        let inside = |i: usize, j: usize| {
            if i.is_multiple_of(n + 1) || j.is_multiple_of(n + 1) { 0.0 } else { u[[i - 1, j - 1]] }
        };
        for i in 1..=n {
            for j in 1..=n {
                let flux = |k: usize, l: usize| {
                    let (a, b): (f64, f64) = (a[[i, j]], a[[k, l]]);
                    2.0 / (1.0 / a + 1.0 / b) * (inside(i, j) - inside(k, l))
                };
                let sum = flux(i - 1, j) + flux(i + 1, j) + flux(i, j - 1) + flux(i, j + 1);
                let expected = f[[i - 1, j - 1]] / ((n + 1) * (n + 1)) as f64;
                assert!((sum - expected).abs() < 1e-13, "n = {n}: {sum} {expected}");
            }
        }
    }
}

#[test]
fn fields_have_the_variance_of_their_law_and_mean_zero() {
    let (points, alpha, tau) = (9, 2.0, 3.0);
    let field = RandomField::new(points, alpha, tau);
    let mut random = Streams::new("darcy").open("fields", 1);
    let draws = 4000;
    let mut power = 0.0;
    for _ in 0..draws {
        let z = field.sample(&mut random);
        assert!(z.sum().abs() < 1e-12);
        power += z.iter().map(|z| z * z).sum::<f64>() / f64::from(draws);
    }
    // The waves are orthonormal: power is the sum of the variances.
    let mut expected = 0.0;
    for k in 0..points {
        for l in 0..points {
            let frequency = PI * PI * (k * k + l * l) as f64 + tau * tau;
            expected += if k + l > 0 { tau * tau / (frequency * frequency) } else { 0.0 };
        }
    }
    assert!((power / expected - 1.0).abs() < 0.06, "{power} {expected}");
}

/// A single wave has its closed form at the middles of the cells of x.
#[test]
fn waves_are_cosines() {
    let field = RandomField::new(8, 2.0, 1.0);
    for (k, wave) in field.waves.rows().into_iter().enumerate() {
        let norm: f64 = wave.iter().map(|w| w * w).sum();
        assert!((norm - 1.0).abs() < 1e-14);
        let turns = wave.windows(2).into_iter().filter(|pair| pair[0] * pair[1] < 0.0).count();
        assert_eq!(turns, k);
    }
}
