//! How far the bowl minima and the law move when the runs are drawn again.

use anyhow::bail;
use common::prelude::*;
use common::statistics::quantiles;

use crate::analysis::Fitted;
use crate::bowl::Bowl;
use crate::law::PowerLaw;
use crate::losses::{Run, Setting};

/// A group whose resamples have no minimum this often in a row has no bowl.
const ATTEMPTS: usize = 100;

/// Minima and laws of all resamples.
pub struct Bootstrap {
    /// By group, then resample.
    pub minima: Vec<Vec<Setting>>,
    /// By resample.
    pub laws: Vec<PowerLaw>,
    /// Resamples drawn again because their bowl had no minimum.
    pub redrawn: usize,
}

impl Bootstrap {
    /// Resamples the kept runs inside each group and fits bowls and law again.
    ///
    /// # Errors
    /// When a group's resamples keep having no minimum.
    pub fn draw(fitted: &[Fitted], resamples: usize, random: &mut Generator) -> Result<Bootstrap> {
        let mut redrawn = 0;
        let mut minima = Vec::new();
        for fit in fitted {
            let mut of_group = Vec::with_capacity(resamples);
            for _ in 0..resamples {
                of_group.push(resampled_minimum(fit, random, &mut redrawn)?);
            }
            minima.push(of_group);
        }
        let law = |resample: usize| {
            let optima = fitted.iter().zip(&minima);
            let optima: Vec<_> = optima
                .map(|(fit, minima)| (fit.group.n, fit.group.d, minima[resample]))
                .collect();
            PowerLaw::fit(&optima)
        };
        let laws = (0..resamples).map(law).collect::<Result<_>>()?;
        Ok(Bootstrap { minima, laws, redrawn })
    }

    /// Quantiles 2.5 %, 50 % and 97.5 % of each coefficient a0, a_n, a_d, b0, b_d.
    pub fn coefficients(&self) -> [[f64; 3]; 5] {
        std::array::from_fn(|index| interval(self.laws.iter().map(|law| law.coefficients()[index])))
    }
}

/// Quantiles 2.5 %, 50 % and 97.5 %.
pub fn interval(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let values: Vec<f64> = values.collect();
    let quantiles = quantiles(&values, &[0.025, 0.5, 0.975]);
    [quantiles[0], quantiles[1], quantiles[2]]
}

fn resampled_minimum(fit: &Fitted, random: &mut Generator, redrawn: &mut usize) -> Result<Setting> {
    let mut sample: Vec<Run> = Vec::with_capacity(fit.kept.len());
    for _ in 0..ATTEMPTS {
        sample.clear();
        sample.extend((0..fit.kept.len()).map(|_| fit.kept[random.below(fit.kept.len())]));
        if let Some(bowl) = Bowl::fit(&sample) {
            return Ok(bowl.minimum);
        }
        *redrawn += 1;
    }
    let (n, d) = (fit.group.n, fit.group.d);
    bail!("N = {n}, D = {d}: {ATTEMPTS} resamples in a row have no minimum; a wider window or less noise helps")
}
