//! How fast classical multigrid cycles converge on Poisson's equation.

use common::multigrid::VCycle;
use common::prelude::*;
use std::f64::consts::PI;

/// The part of white noise in the first error.
const NOISE: f64 = 0.01;

/// Cycles with one step of damped Jacobi before and one after the coarse-grid correction.
#[derive(Serialize)]
pub struct Contraction {
    /// Points along each side of the finest grid.
    pub n: usize,
    /// Grids; one is smoothing alone.
    pub levels: usize,
    /// Damping of the smoother.
    pub omega: f64,
    /// Cycles before the factor is read off.
    pub cycles: usize,
}

impl Contraction {
    /// The factor by which the last cycle reduces the error. The right-hand side is zero, so that u is the error itself;
    /// it starts as the smoothest wave, with noise where there are several grids, and is normalised after each cycle.
    pub fn rate(&self, random: &mut Generator) -> f64 {
        let &Contraction { n, levels, omega, cycles } = self;
        let mut cycle = VCycle::new(n, levels, omega);
        let wave = |i: usize| sin(PI * i as f64 / (n + 1) as f64);
        let noise = if levels > 1 { NOISE } else { 0.0 };
        for i in 1..=n {
            for j in 1..=n {
                cycle.solution()[[i, j]] = wave(i) * wave(j) + noise * random.normal();
            }
        }
        let mut rate = f64::NAN;
        normalise(cycle.solution());
        for _ in 0..cycles {
            cycle.cycle();
            rate = normalise(cycle.solution());
        }
        rate
    }

    /// On a single grid the smoothest wave is reduced least: by (1 − 2ω sin²(π/(2(n + 1))))² in two steps.
    pub fn theory(&self) -> Option<f64> {
        let half = sin(PI / (2 * (self.n + 1)) as f64);
        let step = 1.0 - 2.0 * self.omega * half * half;
        (self.levels == 1).then_some(step * step)
    }
}

/// Gives a function the norm 1, and tells the norm that it had. A zero function stays.
fn normalise(mut u: ArrayViewMut2<f64>) -> f64 {
    let norm = reduce::norm(u.as_slice().expect("a whole matrix"));
    if norm > 0.0 {
        u.mapv_inplace(|value| value / norm);
    }
    norm
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contraction(n: usize, levels: usize) -> (f64, Option<f64>) {
        let cycles = if levels == 1 { 20 } else { 60 };
        let study = Contraction { n, levels, omega: 0.8, cycles };
        (study.rate(&mut Streams::new("test").open("noise", 1)), study.theory())
    }

    #[test]
    fn a_single_grid_follows_its_theory() {
        for n in [3, 15] {
            let (rate, theory) = contraction(n, 1);
            assert!((rate - theory.unwrap()).abs() < 1e-12);
        }
    }

    #[test]
    fn all_grids_contract_alike_at_every_size() {
        let [coarse, fine] = [(15, 4), (31, 5)].map(|(n, levels)| contraction(n, levels).0);
        assert!((fine - coarse).abs() < 0.02 && (0.3..0.4).contains(&fine), "{coarse} {fine}");
    }

    /// One point is solved exactly: nothing is left.
    #[test]
    fn one_point_is_solved() {
        assert_eq!(contraction(1, 1).0, 0.0);
    }
}
