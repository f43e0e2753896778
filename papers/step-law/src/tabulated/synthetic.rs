//! Losses that the published law implies, for a checkout without the measured tables.
//!
//! They have the groups and grids of the measured table, the optimum of the published law, the mean
//! curvature of the measured bowls and independent noise: an analysis that works finds in them the
//! exponents it was given, in particular 0.307, and not those of the measured losses.

use common::prelude::*;

use crate::law::PowerLaw;
use crate::losses::{Family, Group, Setting};

/// N with its values of D, as in the measured table.
const GROUPS: [(f64, &[f64]); 5] = [
    (214_663_680.0, &[4.0e9, 1.14e10, 2.0e10, 1.0e11]),
    (268_304_384.0, &[5.0e9, 1.42e10, 2.5e10, 8.0e10]),
    (429_260_800.0, &[8.0e9, 2.27e10, 4.0e10, 5.0e10]),
    (536_872_960.0, &[1.0e10, 2.84e10, 5.0e10]),
    (1_073_741_824.0, &[2.0e10, 5.69e10]),
];

/// Batch sizes in sequences.
const BATCHES: [u32; 10] = [32, 64, 128, 192, 256, 352, 512, 736, 1024, 2048];

/// Learning rates are powers of sqrt 2, this many steps from the one nearest to the optimum.
const RATE_STEPS: std::ops::RangeInclusive<i32> = -7..=4;

/// H of (ln lr, ln B): by ln lr twice, mixed, by ln B twice. The mean over the measured bowls.
const CURVATURE: [f64; 3] = [0.0134, -0.0050, 0.0121];

/// Runs diverge where ln lr is this far above and ln B this far below the optimum.
const DIVERGENCE: f64 = 1.2;
const DIVERGED_LOSS: f64 = 7.0;

/// M / N: six operations per parameter, and attention; within 0.3 % for the measured shapes.
const FLOPS_PER_PARAMETER: f64 = 6.75;

/// All groups, with relative noise of standard deviation `sigma`.
///
/// # Errors
/// When the noise makes a loss overflow.
pub fn groups(sigma: f64, tokens_per_sequence: f64, noise: &mut Generator) -> Result<Vec<Group>> {
    let sizes = GROUPS.iter().flat_map(|(n, counts)| counts.iter().map(move |d| (*n, *d)));
    sizes.map(|(n, d)| group(n, d, sigma, tokens_per_sequence, noise)).collect()
}

fn group(n: f64, d: f64, sigma: f64, tokens_per_sequence: f64, noise: &mut Generator) -> Result<Group> {
    let optimum = PowerLaw::published().predict(n, d);
    let centre = (2.0 * log2(optimum.rate())).round() / 2.0;
    let mut losses = Vec::new();
    for step in RATE_STEPS {
        let rate = exp2(centre + f64::from(step) / 2.0);
        for sequences in BATCHES {
            let batch = f64::from(sequences) * tokens_per_sequence;
            // Drawn for diverged runs too, so that the noise of the others does not depend on them.
            let factor = exp(sigma * noise.normal());
            let bowl = bowl(Setting::new(rate, batch), optimum).map(|bowl| lowest_loss(n, d) * bowl * factor);
            losses.push((rate, batch, bowl.unwrap_or(DIVERGED_LOSS)));
        }
    }
    Group::new(Family::Dense, (n, n, d), FLOPS_PER_PARAMETER * n, losses)
}

/// The loss in units of L*: 1 + u'Hu / 2 with u = setting - optimum; nothing if the run diverges.
fn bowl(setting: Setting, optimum: Setting) -> Option<f64> {
    let (x, y) = (setting.ln_rate - optimum.ln_rate, setting.ln_batch - optimum.ln_batch);
    let [xx, xy, yy] = CURVATURE;
    let diverges = x > DIVERGENCE && y < -DIVERGENCE;
    (!diverges).then(|| 1.0 + (xx * x * x + 2.0 * xy * x * y + yy * y * y) / 2.0)
}

/// L*(N, D) of Hoffmann et al. 2022 (arXiv:2203.15556), nats per token; only sets the level.
fn lowest_loss(n: f64, d: f64) -> f64 {
    1.69 + 406.4 / pow(n, 0.34) + 410.7 / pow(d, 0.28)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bowl::Bowl;

    #[test]
    fn without_noise_every_bowl_has_its_bottom_where_the_law_says() {
        let groups = groups(0.0, 2048.0, &mut Streams::new("test").open("noise", 0)).unwrap();
        assert_eq!(groups.len(), 17);
        for group in &groups {
            assert_eq!(group.runs.len(), 120);
            let bowl = Bowl::fit(&group.within(0.02));
            let planted = PowerLaw::published().predict(group.n, group.d);
            assert!((bowl.minimum.ln_rate - planted.ln_rate).abs() < 1e-9);
            assert!((bowl.minimum.ln_batch - planted.ln_batch).abs() < 1e-9);
        }
    }

    #[test]
    fn high_rates_with_small_batches_diverge() {
        let groups = groups(0.001, 2048.0, &mut Streams::new("test").open("noise", 0)).unwrap();
        let diverged = |group: &Group| group.runs.iter().filter(|run| run.loss == DIVERGED_LOSS).count();
        // The optimum of the last group is lr = 0.001305, B = 803,000 tokens: only the highest of its
        // rates, 2^-7.5, and its batches of 32 and 64 sequences are a factor e^1.2 off. The smallest
        // batch of the first group is only a factor 2.7 below its optimum.
        assert_eq!((diverged(&groups[0]), diverged(&groups[16])), (0, 2));
    }

    #[test]
    fn level_of_the_losses() {
        assert!((lowest_loss(1.0e9, 2.0e10) - 2.580_047_872).abs() < 1e-8);
    }
}
