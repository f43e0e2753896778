//! Against the definition, and the bits.

use super::*;
use crate::probes::{Probe, compare};
use crate::random::Streams;

/// Complex draws.
fn draws(count: usize) -> (Vec<f64>, Vec<f64>) {
    let mut random = Streams::new("fourier").open("draws", count as u64);
    let mut part = || (0..count).map(|_| random.uniform_in(-1.0, 1.0)).collect();
    (part(), part())
}

#[test]
fn the_definition() {
    for n in [1, 2, 3, 4, 5, 6, 8, 9, 10, 16, 18, 30, 49, 66, 97, 128] {
        let (re, im) = draws(n);
        let (mut found_re, mut found_im) = (re.clone(), im.clone());
        Fourier::new(n).forward(&mut found_re, &mut found_im, 1);
        for k in 0..n {
            let (mut sum_re, mut sum_im) = (0.0, 0.0);
            for j in 0..n {
                let angle = -2.0 * std::f64::consts::PI * ((j * k % n) as f64) / n as f64;
                sum_re += re[j] * angle.cos() - im[j] * angle.sin();
                sum_im += re[j] * angle.sin() + im[j] * angle.cos();
            }
            let error = (sum_re - found_re[k]).abs() + (sum_im - found_im[k]).abs();
            assert!(error < 1e-13 * n as f64, "n = {n}, k = {k}: {error}");
        }
    }
}

#[test]
fn the_inverse_gives_n_times_the_numbers() {
    for n in [1, 7, 12, 64] {
        let (re, im) = draws(n);
        let (mut back_re, mut back_im) = (re.clone(), im.clone());
        let mut fourier = Fourier::new(n);
        fourier.forward(&mut back_re, &mut back_im, 1);
        fourier.inverse(&mut back_re, &mut back_im, 1);
        let pairs = back_re.iter().zip(&re).chain(back_im.iter().zip(&im));
        assert!(pairs.clone().all(|(back, x)| (back / n as f64 - x).abs() < 1e-14));
    }
}

#[test]
fn transforms_side_by_side_have_the_bits_of_each_alone() {
    let (n, width) = (18, 5);
    let (re, im) = draws(n * width);
    let (mut all_re, mut all_im) = (re.clone(), im.clone());
    Fourier::new(n).forward(&mut all_re, &mut all_im, width);
    for column in 0..width {
        let cut = |all: &[f64]| all.iter().skip(column).step_by(width).copied().collect::<Vec<f64>>();
        let (mut one_re, mut one_im) = (cut(&re), cut(&im));
        Fourier::new(n).forward(&mut one_re, &mut one_im, 1);
        assert_eq!((one_re, one_im), (cut(&all_re), cut(&all_im)));
    }
}

#[test]
fn roots_are_exact_at_quarters_and_conjugate_in_pairs() {
    assert_eq!([0, 1, 2, 3].map(|k| root_of_unity(k, 4)), [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)]);
    for n in [3, 8, 18, 97] {
        for k in 1..n {
            let ((cosine, sine), (mirrored, other)) = (root_of_unity(k, n), root_of_unity(n - k, n));
            assert!((cosine - mirrored).abs() < 3e-16 && (sine + other).abs() < 3e-16, "{k} of {n}");
        }
    }
}

#[test]
fn lengths_split_into_primes() {
    assert_eq!(factors(1), [0; 0]);
    assert_eq!(factors(360), [2, 2, 2, 3, 3, 5]);
    assert_eq!(factors(97), [97]);
    assert_eq!(factors(2 * 49), [2, 7, 7]);
}

/// A changed bit on another machine is caught here. In both precisions, lengths of every kind.
#[test]
fn the_bits_are_the_recorded_ones() {
    let probe = Probe::new("fourier/forward", |digest| {
        for n in [1, 7, 18, 64, 66] {
            let (mut re, mut im) = draws(3 * n);
            let mut singles = [&re, &im].map(|part| part.iter().map(|&x| x as f32).collect::<Vec<f32>>());
            Fourier::new(n).forward(&mut re, &mut im, 3);
            digest.doubles(re.iter().chain(&im));
            let [re, im] = &mut singles;
            Fourier::new(n).forward(re, im, 3);
            digest.singles(re.iter().chain(im.iter()));
        }
    });
    compare(&[probe], "fourier/forward 09efa27824e39b97\n").unwrap();
}
