//! Tables of the ziggurat method (Marsaglia and Tsang 2000, *The ziggurat method for generating random
//! variables*; 256 layers, with the layer number and the abscissa drawn from disjoint bits as
//! Doornik 2005 recommends).
//!
//! A decreasing density f on [0, ∞) is covered by horizontal layers of equal area v. Layer 0 is the
//! rectangle below f(r) together with the tail beyond r; layer i ≥ 1 reaches from x₍ᵢ₊₁₎ to xᵢ.

use std::sync::OnceLock;

use crate::elementary::{exp, ln};
use crate::special::erfc;

/// Number of layers; a power of two, so that low bits select one.
pub const LAYERS: usize = 256;

/// Abscissae and densities of the layers.
pub struct Ziggurat {
    /// Right ends: `edge[0]` = v / f(r) (width that gives the base layer its area), `edge[1]` = r,
    /// descending to `edge[LAYERS]` = 0.
    pub edge: [f64; LAYERS + 1],
    /// Density at each edge, scaled to f(0) = 1.
    pub density: [f64; LAYERS + 1],
}

impl Ziggurat {
    /// Builds the layers from the start of the tail r, the common area v, and the density with its
    /// inverse.
    fn new(tail: f64, area: f64, density: fn(f64) -> f64, inverse: fn(f64) -> f64) -> Self {
        let mut edge = [0.0; LAYERS + 1];
        edge[0] = area / density(tail);
        edge[1] = tail;
        for layer in 2..LAYERS {
            let previous = edge[layer - 1];
            edge[layer] = inverse(area / previous + density(previous));
        }
        Self { edge, density: edge.map(density) }
    }
}

/// Start of the normal tail, for which 256 layers of equal area close at the mode.
pub const NORMAL_TAIL: f64 = 3.654_152_885_361_009;

/// Start of the exponential tail, for which 256 layers of equal area close at zero.
pub const EXPONENTIAL_TAIL: f64 = 7.697_117_470_131_05;

/// Layers of exp(−x²/2) on [0, ∞).
pub fn normal() -> &'static Ziggurat {
    static TABLES: OnceLock<Ziggurat> = OnceLock::new();
    TABLES.get_or_init(|| {
        let density = |x: f64| exp(-0.5 * x * x);
        let beyond = (std::f64::consts::PI / 2.0).sqrt() * erfc(NORMAL_TAIL / std::f64::consts::SQRT_2);
        let area = NORMAL_TAIL * density(NORMAL_TAIL) + beyond;
        Ziggurat::new(NORMAL_TAIL, area, density, |y| (-2.0 * ln(y)).sqrt())
    })
}

/// Layers of exp(−x) on [0, ∞).
pub fn exponential() -> &'static Ziggurat {
    static TABLES: OnceLock<Ziggurat> = OnceLock::new();
    TABLES.get_or_init(|| {
        let area = (EXPONENTIAL_TAIL + 1.0) * exp(-EXPONENTIAL_TAIL);
        Ziggurat::new(EXPONENTIAL_TAIL, area, |x| exp(-x), |y| -ln(y))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The top layer must have the same area as the others: that is what fixes the tail constant.
    fn assert_closed(tables: &Ziggurat) {
        let area = |layer: usize| tables.edge[layer] * (tables.density[layer + 1] - tables.density[layer]);
        let common = area(1);
        for layer in 1..LAYERS {
            let relative = area(layer) / common - 1.0;
            assert!(relative.abs() < 1e-11, "layer {layer} is off by {relative:e}");
            assert!(tables.edge[layer] > tables.edge[layer + 1]);
        }
        let base = tables.edge[0] * tables.density[1];
        assert!((base / common - 1.0).abs() < 1e-11);
    }

    #[test]
    fn layers_have_equal_areas() {
        assert_closed(normal());
        assert_closed(exponential());
    }
}
