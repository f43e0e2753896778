//! The discrete Fourier transform, of any length, in an order fixed by definition.
//!
//! Libraries choose their kernels, and with them the order of the sums, by the processor they run on. Here the length
//! is split into its prime factors in ascending order, and each factor is one pass of plain sums over that many
//! numbers (Stockham's form of the algorithm of Cooley and Tukey 1965, which needs no reordering). Cost: n times the
//! sum of the factors.

use std::f64::consts::FRAC_PI_2;

use crate::matrix::Real;
use crate::{cos, sin};

/// Transforms of one length n: X(k) = Σⱼ x(j) e^(−2πi jk/n).
///
/// They run along the first axis of row-major arrays of n x `width` complex numbers, held as two arrays of their real
/// and imaginary parts: `width` transforms at once, each with the same bits as it would have alone.
///
/// ```
/// use numerics::fourier::Fourier;
///
/// let (mut re, mut im) = ([1.0, 2.0, 3.0, 4.0], [0.0; 4]);
/// let mut fourier = Fourier::new(4);
/// fourier.forward(&mut re, &mut im, 1);
/// assert_eq!((re, im), ([10.0, -2.0, -2.0, -2.0], [0.0, 2.0, 0.0, -2.0]));
/// fourier.inverse(&mut re, &mut im, 1);
/// assert_eq!(re, [4.0, 8.0, 12.0, 16.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Fourier<T> {
    length: usize,
    /// Prime factors of the length, ascending.
    factors: Vec<usize>,
    /// cos(2π k/n) and sin(2π k/n) for k = 0, …, n − 1.
    roots: Vec<(T, T)>,
    /// The other copy of real and imaginary parts.
    room: [Vec<T>; 2],
}

impl<T: Real> Fourier<T> {
    /// Prepares transforms of this length.
    ///
    /// # Panics
    /// If the length is zero.
    pub fn new(length: usize) -> Fourier<T> {
        assert!(length > 0, "a transform of no numbers");
        let roots = (0..length).map(|k| {
            let (cosine, sine) = root_of_unity(k, length);
            (T::from_f64(cosine), T::from_f64(sine))
        });
        Fourier { length, factors: factors(length), roots: roots.collect(), room: [Vec::new(), Vec::new()] }
    }

    /// Replaces n x `width` numbers by their transforms.
    ///
    /// # Panics
    /// If the arrays do not hold n x `width` numbers.
    pub fn forward(&mut self, re: &mut [T], im: &mut [T], width: usize) {
        let size = self.length * width;
        assert!(
            re.len() == size && im.len() == size,
            "{} real and {} imaginary parts for {width} transforms of length {}",
            re.len(),
            im.len(),
            self.length
        );
        let Fourier { length, factors, roots, room } = self;
        for part in room.iter_mut().filter(|part| part.len() < size) {
            part.resize(size, T::ZERO);
        }
        // Products of the factors that are done; each pass works on whole runs of that many rows.
        let mut done = 1;
        for &factor in factors.iter() {
            let rest = *length / (done * factor);
            let run = done * width;
            for (index, to) in (0..rest * factor).map(|index| (index, index * run..(index + 1) * run)) {
                let (j, k) = (index / factor, index % factor);
                let [to_re, to_im] = room.each_mut().map(|part| &mut part[to.clone()]);
                for r in 0..factor {
                    let place = j + rest * r;
                    let from = place * run..(place + 1) * run;
                    let root = roots[k * place * done % *length];
                    add_product(root, &re[from.clone()], &im[from], to_re, to_im, r == 0);
                }
            }
            re.copy_from_slice(&room[0][..size]);
            im.copy_from_slice(&room[1][..size]);
            done *= factor;
        }
    }

    /// Replaces n x `width` numbers by the sums x(j) = Σₖ X(k) e^(+2πi jk/n), which is n times the inverse.
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    pub fn inverse(&mut self, re: &mut [T], im: &mut [T], width: usize) {
        // i conj(z) exchanges the parts of z, and conjugation turns one transform into the other.
        self.forward(im, re, width);
    }
}

/// Sets `to` to the product of numbers with the conjugate of a root of unity, or adds the product.
#[inline(always)]
fn add_product<T: Real>(root: (T, T), re: &[T], im: &[T], to_re: &mut [T], to_im: &mut [T], first: bool) {
    let (cosine, sine) = root;
    let numbers = to_re.iter_mut().zip(to_im).zip(re.iter().zip(im));
    if first {
        for ((to_re, to_im), (&re, &im)) in numbers {
            *to_re = sine.fused(im, cosine * re);
            *to_im = (-sine).fused(re, cosine * im);
        }
    } else {
        for ((to_re, to_im), (&re, &im)) in numbers {
            *to_re = sine.fused(im, cosine.fused(re, *to_re));
            *to_im = (-sine).fused(re, cosine.fused(im, *to_im));
        }
    }
}

/// The cosine and sine of 2π k/n, exact at multiples of a quarter.
fn root_of_unity(k: usize, n: usize) -> (f64, f64) {
    let (quarter, rest) = (4 * k / n, 4 * k % n);
    let angle = FRAC_PI_2 * rest as f64 / n as f64;
    let (cosine, sine) = (cos(angle), sin(angle));
    match quarter {
        0 => (cosine, sine),
        1 => (-sine, cosine),
        2 => (-cosine, -sine),
        _ => (sine, -cosine),
    }
}

/// Prime factors in ascending order, each as often as it divides n; none of 1.
fn factors(mut n: usize) -> Vec<usize> {
    let (mut factors, mut factor) = (Vec::new(), 2);
    while n > 1 {
        if n.is_multiple_of(factor) {
            factors.push(factor);
            n /= factor;
        } else if factor * factor > n {
            factor = n;
        } else {
            factor += 1;
        }
    }
    factors
}

#[cfg(test)]
mod tests;
