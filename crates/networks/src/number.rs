//! The two number types of a tape.

use numerics::matrix::{Arithmetic, Real};
use numerics::special::{normal_cdf, normal_pdf};

/// `f32` or `f64`, with the elementary functions that layers and losses need, from `numerics`.
pub trait Number: Real {
    /// Replaces each x by eˣ.
    fn exp_slice(x: &mut [Self]);
    /// Replaces each x by tanh x.
    fn tanh_slice(x: &mut [Self]);
    /// Replaces each x by 1 / (1 + e⁻ˣ).
    fn sigmoid_slice(x: &mut [Self]);
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// ln(1 + eˣ) without overflow.
    fn softplus(self) -> Self;
    /// 1 / (1 + e⁻ˣ).
    fn sigmoid(self) -> Self;
    /// Φ(x) and its derivative φ(x) of the standard normal law for each x: the parts of GELU.
    fn normal_slices(x: &[Self], cdf: &mut [Self], pdf: &mut [Self]);

    /// A count as a number.
    fn from_count(count: usize) -> Self {
        Self::from_f64(count as f64)
    }
}

impl Number for f64 {
    fn exp_slice(x: &mut [Self]) {
        numerics::exp_slice(x);
    }

    fn tanh_slice(x: &mut [Self]) {
        numerics::tanh_slice(x);
    }

    fn sigmoid_slice(x: &mut [Self]) {
        numerics::sigmoid_slice(x);
    }

    fn ln(self) -> Self {
        numerics::ln(self)
    }

    fn softplus(self) -> Self {
        numerics::softplus(self)
    }

    fn sigmoid(self) -> Self {
        numerics::sigmoid(self)
    }

    fn normal_slices(x: &[Self], cdf: &mut [Self], pdf: &mut [Self]) {
        for ((&x, cdf), pdf) in x.iter().zip(cdf).zip(pdf) {
            (*cdf, *pdf) = (normal_cdf(x), normal_pdf(x));
        }
    }
}

impl Number for f32 {
    fn exp_slice(x: &mut [Self]) {
        numerics::exp_slice_f32(x);
    }

    fn tanh_slice(x: &mut [Self]) {
        numerics::tanh_slice_f32(x);
    }

    fn sigmoid_slice(x: &mut [Self]) {
        numerics::sigmoid_slice_f32(x);
    }

    fn ln(self) -> Self {
        numerics::ln_f32(self)
    }

    fn softplus(self) -> Self {
        numerics::softplus_f32(self)
    }

    fn sigmoid(self) -> Self {
        numerics::sigmoid_f32(self)
    }

    /// By Φ(−|x|) = e^(−x²/2) Q(t) with a polynomial Q in t = 1 / (1 + 0.35 |x|), fitted to a relative error of
    /// 3.2e-8 for |x| up to 14 (what remains is rounding).
    fn normal_slices(x: &[Self], cdf: &mut [Self], pdf: &mut [Self]) {
        const Q: [f32; 9] = [
            -0.029_145_94,
            0.143_971_74,
            -0.255_714_33,
            0.159_174_26,
            -0.023_109_902,
            0.105_508_03,
            0.119_832_86,
            0.139_861_87,
            0.139_621_4,
        ];
        const SCALE: f32 = 0.398_942_3;
        pdf.iter_mut().zip(x).for_each(|(e, &x)| *e = -0.5 * x * x);
        Self::exp_slice(pdf);
        for ((&x, cdf), pdf) in x.iter().zip(cdf).zip(pdf) {
            let t = 1.0 / x.abs().fused(0.35, 1.0);
            let mut q = 0.0_f32;
            for coefficient in Q {
                q = q.fused(t, coefficient);
            }
            let tail = *pdf * (q * t);
            *cdf = if x < 0.0 { tail } else { 1.0 - tail };
            *pdf *= SCALE;
        }
    }
}
