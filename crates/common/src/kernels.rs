//! Arc-cosine kernels of degree 0 and 1 (Cho and Saul, NeurIPS 2009) and the network kernels they build.
//!
//! For standard normal u and w of correlation ρ, step function Θ and ReLU:
//! degree 0 is 2 E Θ(u) Θ(w), degree 1 is 2 E relu(u) relu(w); both are 1 at ρ = 1.

pub mod width;

use numerics::acos;
use std::f64::consts::PI;

/// The kernels of degree 0 and 1 at a correlation, taken as ±1 beyond.
pub fn degrees_0_and_1(rho: f64) -> (f64, f64) {
    let cosine = rho.clamp(-1.0, 1.0);
    let rest = PI - acos(cosine);
    let sine = (1.0 - cosine * cosine).sqrt();
    (rest / PI, (sine + rest * cosine) / PI)
}

/// The neural tangent kernel (Jacot et al., NeurIPS 2018) of a fully connected ReLU network with `depth` hidden
/// layers, no biases, on unit vectors of inner product `rho`, divided by depth + 1: 1 at ρ = 1.
pub fn relu_tangent_kernel(rho: f64, depth: usize) -> f64 {
    let (mut covariance, mut tangent) = (rho, rho);
    for _ in 0..depth {
        let (derivative, next) = degrees_0_and_1(covariance);
        covariance = next;
        tangent = tangent * derivative + covariance;
    }
    tangent / (depth + 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use numerics::random::Streams;

    #[test]
    fn special_correlations_have_their_closed_forms() {
        assert_eq!(degrees_0_and_1(1.0), (1.0, 1.0));
        assert_eq!(degrees_0_and_1(1.0 + 1e-15), (1.0, 1.0));
        assert_eq!(degrees_0_and_1(-1.0).0, 0.0);
        assert!(degrees_0_and_1(-1.0).1.abs() < 1e-16);
        let (zero, one) = degrees_0_and_1(0.0);
        assert!((zero - 0.5).abs() < 1e-15 && (one - 1.0 / PI).abs() < 1e-15);
        // ρ = 1/2: the angle is π/3.
        let (zero, one) = degrees_0_and_1(0.5);
        assert!((zero - 2.0 / 3.0).abs() < 1e-15);
        assert!((one - (0.75f64.sqrt() / PI + 1.0 / 3.0)).abs() < 1e-15);
    }

    #[test]
    fn degree_0_is_the_derivative_of_degree_1() {
        for rho in [-0.9, -0.3, 0.2, 0.7] {
            let slope = (degrees_0_and_1(rho + 1e-6).1 - degrees_0_and_1(rho - 1e-6).1) / 2e-6;
            assert!((slope - degrees_0_and_1(rho).0).abs() < 1e-9, "{rho}");
        }
    }

    #[test]
    fn degree_1_is_the_covariance_of_rectified_normals() {
        let mut random = Streams::new("test").open("relu", 0);
        let (rho, count) = (0.3, 200_000);
        let relu = |x: f64| if x > 0.0 { x } else { 0.0 };
        let product = |u: f64, w: f64| relu(u) * relu(rho * u + (1.0 - rho * rho).sqrt() * w);
        let sum: f64 = (0..count).map(|_| product(random.normal(), random.normal())).sum();
        assert!((2.0 * sum / f64::from(count) - degrees_0_and_1(rho).1).abs() < 0.01);
    }

    #[test]
    fn tangent_kernels_of_depth_0_and_1() {
        let rho = 0.4;
        let (zero, one) = degrees_0_and_1(rho);
        assert_eq!(relu_tangent_kernel(rho, 0), rho);
        assert!((relu_tangent_kernel(rho, 1) - (rho * zero + one) / 2.0).abs() < 1e-15);
        assert_eq!(relu_tangent_kernel(1.0, 3), 1.0);
        assert!(relu_tangent_kernel(0.2, 3) < relu_tangent_kernel(0.4, 3));
    }
}
