//! Who chooses the relaxation parameter: fixed values, the instance optimum, and the three learners.

use common::bandits::TsallisInf;
use common::prelude::*;

use crate::chebcb::ChebCb;
use crate::theory;

/// A way to choose the relaxation parameter of each system of a sequence.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The same parameter for all systems.
    Fixed { omega: f64 },
    /// omega*(c), of least spectral radius; not on the grid.
    InstanceOptimal,
    /// Tsallis-INF over a grid of parameters; does not use the shift (Algorithm 1 of the paper).
    TsallisInf { omegas: &'static [f64] },
    /// An independent Tsallis-INF for each of several equal bins of the shift.
    TsallisInfCb { omegas: &'static [f64], context: [f64; 2], bins: usize },
    /// Regression of the cost on Chebyshev polynomials of the shift (Algorithm 2 of the paper).
    ChebCb { omegas: &'static [f64], context: [f64; 2], terms: usize },
}

impl Method {
    /// The name in the table, as in `fixed_1.60`.
    pub fn name(&self) -> String {
        match self {
            Method::Fixed { omega } => fixed_name(*omega),
            Method::InstanceOptimal => "instance_opt".to_string(),
            Method::TsallisInf { .. } => "tsallis_inf".to_string(),
            Method::TsallisInfCb { .. } => "tsallis_inf_cb".to_string(),
            Method::ChebCb { .. } => "cheb_cb".to_string(),
        }
    }

    /// The method before its first system of a sequence, on grids of `side` x `side` points.
    pub fn start(self, side: usize) -> Box<dyn Learner> {
        match self {
            Method::Fixed { omega } => Box::new(move |_: f64| omega),
            Method::InstanceOptimal => {
                Box::new(move |shift: f64| theory::optimal_omega(theory::jacobi_radius(side, shift)))
            }
            Method::TsallisInf { omegas } => Box::new(Binned::new(omegas, [0.0, 1.0], 1)),
            Method::TsallisInfCb { omegas, context, bins } => Box::new(Binned::new(omegas, context, bins)),
            Method::ChebCb { omegas, context, terms } => {
                let bandit = ChebCb::new(omegas.len(), context, terms);
                Box::new(Contextual { omegas, bandit, played: 0 })
            }
        }
    }

    /// Bytes of what the method has learnt.
    pub fn memory(self) -> f64 {
        match self {
            Method::Fixed { .. } | Method::InstanceOptimal | Method::TsallisInf { .. } => 0.0,
            Method::TsallisInfCb { omegas, bins, .. } => 16.0 * omegas.len() as f64 * bins as f64,
            Method::ChebCb { omegas, terms, .. } => 8.0 * omegas.len() as f64 * terms as f64 * terms as f64,
        }
    }
}

/// The name of a fixed parameter: two decimals, more where it has more.
pub fn fixed_name(omega: f64) -> String {
    let short = format!("{omega:.2}");
    match short.parse() == Ok(omega) {
        true => format!("fixed_{short}"),
        false => format!("fixed_{omega}"),
    }
}

/// A method at work on a sequence of systems.
pub trait Learner {
    /// The relaxation parameter for a system with this shift.
    fn choose(&mut self, shift: f64, random: &mut Generator) -> f64;

    /// Takes in the iterations that the solve with the chosen parameter took.
    fn learn(&mut self, iterations: f64);
}

/// A rule that learns nothing.
impl<F: Fn(f64) -> f64> Learner for F {
    fn choose(&mut self, shift: f64, _: &mut Generator) -> f64 {
        self(shift)
    }

    fn learn(&mut self, _: f64) {}
}

/// One Tsallis-INF for each bin of the shift; one bin ignores the shift.
///
/// The context interval is cut into bins of equal width; a shift outside it belongs to the first or the
/// last of them.
struct Binned {
    omegas: &'static [f64],
    context: [f64; 2],
    bandits: Vec<TsallisInf>,
    /// Bin and arm of the system that is being solved.
    played: (usize, usize),
}

impl Binned {
    fn new(omegas: &'static [f64], context: [f64; 2], bins: usize) -> Binned {
        let bandits = vec![TsallisInf::new(omegas.len()); bins];
        Binned { omegas, context, bandits, played: (0, 0) }
    }

    /// The bin with the nearest centre.
    fn bin(&self, shift: f64) -> usize {
        let [low, high] = self.context;
        let bins = self.bandits.len();
        // A shift below the interval becomes bin 0: the conversion stops at zero.
        (((shift - low) / (high - low) * bins as f64) as usize).min(bins - 1)
    }
}

impl Learner for Binned {
    fn choose(&mut self, shift: f64, random: &mut Generator) -> f64 {
        let bin = self.bin(shift);
        self.played = (bin, self.bandits[bin].draw(random));
        self.omegas[self.played.1]
    }

    fn learn(&mut self, iterations: f64) {
        let (bin, arm) = self.played;
        // A solve takes at least one iteration: only those beyond it are a loss.
        self.bandits[bin].update(arm, iterations - 1.0);
    }
}

struct Contextual {
    omegas: &'static [f64],
    bandit: ChebCb,
    /// The arm of the system that is being solved.
    played: usize,
}

impl Learner for Contextual {
    fn choose(&mut self, shift: f64, random: &mut Generator) -> f64 {
        self.played = self.bandit.sample(shift, random);
        self.omegas[self.played]
    }

    fn learn(&mut self, iterations: f64) {
        self.bandit.update(self.played, iterations);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_have_the_nearest_centre() {
        let binned = Binned::new(&[1.0], [-0.15, 0.65], 5);
        for (shift, bin) in
            [(-0.4, 0), (-0.15, 0), (0.0, 0), (0.02, 1), (0.25, 2), (0.48, 3), (0.50, 4), (0.65, 4), (1.0, 4)]
        {
            assert_eq!(binned.bin(shift), bin, "{shift}");
        }
    }

    #[test]
    fn names_of_fixed_parameters_are_unique() {
        assert_eq!(fixed_name(1.6), "fixed_1.60");
        assert_eq!(fixed_name(1.625), "fixed_1.625");
    }
}
