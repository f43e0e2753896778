//! Continuous distributions.

use super::Generator;
use super::ziggurat::{self, EXPONENTIAL_TAIL, LAYERS, NORMAL_TAIL, Ziggurat};
use crate::elementary::{exp, ln, sigmoid};

impl Generator {
    /// Standard normal, by the ziggurat method with 256 layers.
    #[inline]
    pub fn normal(&mut self) -> f64 {
        self.normal_from(ziggurat::normal())
    }

    /// Standard normal in single precision: [`normal`](Self::normal), rounded.
    #[inline]
    pub fn normal_f32(&mut self) -> f32 {
        self.normal() as f32
    }

    /// Fills a slice with standard normals: the same values as that many calls of
    /// [`normal`](Self::normal).
    pub fn fill_normal(&mut self, values: &mut [f64]) {
        let tables = ziggurat::normal();
        for value in values {
            *value = self.normal_from(tables);
        }
    }

    #[inline]
    fn normal_from(&mut self, tables: &Ziggurat) -> f64 {
        // 2⁻⁵¹: maps 52 signed bits plus one half onto (−1, 1), symmetric and never zero.
        const STEP: f64 = 1.0 / (1_u64 << 51) as f64;
        let bits = self.next_u64();
        let layer = bits as usize % LAYERS;
        let x = ((bits as i64 >> 12) as f64 + 0.5) * STEP * tables.edge[layer];
        if x.abs() < tables.edge[layer + 1] {
            return x;
        }
        self.normal_outside(tables, layer, x)
    }

    /// The rare case of a point outside the part of its layer that lies under the density.
    #[cold]
    fn normal_outside(&mut self, tables: &Ziggurat, layer: usize, x: f64) -> f64 {
        if layer == 0 {
            return self.normal_tail().copysign(x);
        }
        let (below, above) = (tables.density[layer], tables.density[layer + 1]);
        if below + (above - below) * self.uniform() < exp(-0.5 * x * x) {
            return x;
        }
        self.normal_from(tables)
    }

    /// A normal conditioned on exceeding the tail's start (Marsaglia 1964).
    fn normal_tail(&mut self) -> f64 {
        loop {
            let excess = -ln(self.uniform_positive()) / NORMAL_TAIL;
            let height = -ln(self.uniform_positive());
            if height + height > excess * excess {
                return NORMAL_TAIL + excess;
            }
        }
    }

    /// Exponential with mean 1, by the ziggurat method with 256 layers.
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 52) as f64;
        let tables = ziggurat::exponential();
        let bits = self.next_u64();
        let layer = bits as usize % LAYERS;
        let x = ((bits >> 12) as f64 + 0.5) * STEP * tables.edge[layer];
        if x < tables.edge[layer + 1] {
            return x;
        }
        self.exponential_outside(tables, layer, x)
    }

    /// The rare case of a point outside the part of its layer that lies under the density.
    #[cold]
    fn exponential_outside(&mut self, tables: &Ziggurat, layer: usize, x: f64) -> f64 {
        if layer == 0 {
            // The distribution has no memory: the tail is a shifted copy of the whole.
            return EXPONENTIAL_TAIL - ln(self.uniform_positive());
        }
        let (below, above) = (tables.density[layer], tables.density[layer + 1]);
        if below + (above - below) * self.uniform() < exp(-x) {
            return x;
        }
        self.exponential()
    }

    /// Laplace with mean 0 and density exp(−|x| / scale) / (2 scale).
    ///
    /// # Panics
    /// If `scale` is negative or not finite.
    pub fn laplace(&mut self, scale: f64) -> f64 {
        assert!(scale >= 0.0 && scale.is_finite(), "laplace needs a finite scale of at least 0, got {scale}");
        let sign = self.sign();
        sign * scale * self.exponential()
    }

    /// Gamma with the given shape and scale 1, so mean and variance are both `shape`.
    ///
    /// Marsaglia and Tsang 2000, *A simple method for generating gamma variables*. A shape below 1 is
    /// raised by one and the result multiplied with U^(1 / shape).
    ///
    /// # Panics
    /// If `shape` is not positive and finite.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        assert_shape("gamma", shape);
        if shape < 1.0 {
            return exp(self.ln_gamma_variate(shape));
        }
        self.gamma_of_large_shape(shape)
    }

    /// Gamma for shape ≥ 1, by rejection from a cubed normal.
    fn gamma_of_large_shape(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let root = 1.0 + c * x;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let u = self.uniform_positive();
            let squared = x * x;
            // The first test is a cheap bound on the second that settles most draws.
            if u < 1.0 - 0.0331 * squared * squared || ln(u) < 0.5 * squared + d * (1.0 - v + ln(v)) {
                return d * v;
            }
        }
    }

    /// Logarithm of a gamma variate, which stays finite for shapes so small that the variate underflows.
    fn ln_gamma_variate(&mut self, shape: f64) -> f64 {
        if shape >= 1.0 {
            return ln(self.gamma_of_large_shape(shape));
        }
        let raised = self.gamma_of_large_shape(shape + 1.0);
        ln(raised) - self.exponential() / shape
    }

    /// Chi-squared with `degrees` degrees of freedom, not necessarily an integer.
    ///
    /// # Panics
    /// If `degrees` is not positive and finite.
    pub fn chi_squared(&mut self, degrees: f64) -> f64 {
        assert_shape("chi_squared", degrees);
        2.0 * self.gamma(0.5 * degrees)
    }

    /// Beta with shapes `a` and `b`, on [0, 1].
    ///
    /// The share of one gamma variate in the sum of two. Where a shape is below 1 the logarithms of the
    /// variates are compared, so that two variates which both underflow still have their ratio.
    ///
    /// # Panics
    /// If a shape is not positive and finite.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        assert_shape("beta", a);
        assert_shape("beta", b);
        if a >= 1.0 && b >= 1.0 {
            let first = self.gamma_of_large_shape(a);
            let second = self.gamma_of_large_shape(b);
            return first / (first + second);
        }
        let first = self.ln_gamma_variate(a);
        let second = self.ln_gamma_variate(b);
        if first == second && first.is_infinite() {
            // Shapes below about 1e-305, where even the logarithm overflows: the limit is a coin.
            return if self.uniform() < a / (a + b) { 1.0 } else { 0.0 };
        }
        sigmoid(first - second)
    }
}

fn assert_shape(distribution: &str, shape: f64) {
    assert!(shape > 0.0 && shape.is_finite(), "{distribution} needs a positive, finite shape, got {shape}");
}
