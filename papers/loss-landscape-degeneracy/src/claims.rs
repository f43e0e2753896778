//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, least};

use crate::Config;
use crate::volume::LOSSES;

/// Levels with fewer points below them are too noisy to be judged.
const JUDGED_HITS: f64 = 1000.0;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let linear = table.filter("kind", "linear")?.filter("b", config.coldest())?;
    Ok(vec![
        cross_volume(&table.filter("kind", "volume")?)?,
        neff_matches_theory(config, &linear)?,
        not_hessian_rank(config, &linear)?,
        below_parameter_count(config, &linear)?,
        wrong_ranks(&table.filter("kind", "relu")?)?
            .claim("sync-blocks-exact", "Synchronised ReLUs give exactly Σ k² free directions")
            .published("theorem"),
        wrong_ranks(&table.filter("kind", "product")?)?
            .claim("product-rank", "Ranks of dependent activations and gradients multiply")
            .published("theorem"),
        ib_invariant_diagonal(&table.filter("kind", "basis")?)?,
    ])
}

/// Differences of two columns, row by row.
fn differences(table: &Table, column: &str, other: &str) -> Result<Vec<f64>> {
    let pairs = table.floats(column)?.into_iter().zip(table.floats(other)?);
    Ok(pairs.map(|(a, b)| a - b).collect())
}

fn cross_volume(volumes: &Table) -> Result<Claim> {
    let judged = volumes.filter_by("hits", |hits| hits.as_float().is_some_and(|hits| hits >= JUDGED_HITS))?;
    let mut claim = Claim::stated(
        "cross-volume",
        "The cross-shaped valley has exactly the log-corrected square-root volume, the others have theirs",
    );
    let mut enough = true;
    for loss in LOSSES {
        let levels = judged.filter("loss", loss.name())?;
        enough &= !levels.is_empty();
        let ratios = levels.floats("volume")?.into_iter().zip(levels.floats("volume_theory")?);
        claim = claim.at_most(
            format!("{}: max over ε and seeds of |ln(volume / volume_theory)|", loss.name()),
            greatest(ratios.map(|(volume, theory)| ln(volume / theory).abs())),
            0.15,
        );
    }
    let claim = claim.published("effective count 1, not 0");
    Ok(match enough {
        true => claim,
        false => claim.not_applicable("too few samples: no level has 1000 points below it"),
    })
}

fn neff_matches_theory(config: &Config, linear: &Table) -> Result<Claim> {
    let errors = differences(linear, "neff", "neff_theory")?;
    Ok(Claim::stated("neff-matches-theory", "Measured effective counts equal the exact learning coefficient")
        .at_most(
            format!("max over nets, r and seeds at B = {:e} of |neff − (2λ − 2(m−1)/ln B)|", config.coldest()),
            greatest(errors.into_iter().map(f64::abs)),
            0.20,
        )
        .published("theorem"))
}

fn not_hessian_rank(config: &Config, linear: &Table) -> Result<Claim> {
    let mut claim = Claim::stated(
        "not-hessian-rank",
        "Flat directions interact: the effective count exceeds the rank of the Hessian at the truth",
    );
    for r in [0, 1] {
        let excess = differences(&linear.filter("r", r)?, "neff", "hessian_rank")?;
        claim = claim.at_least(format!("r = {r}: min over nets and seeds of neff − r(M + N − r)"), least(excess), 1.5);
    }
    let claim = claim.published("the point of Figure 1");
    Ok(match [0, 1].iter().all(|r| config.ranks.contains(r)) {
        true => claim,
        false => claim.not_applicable("0 and 1 are not among the ranks"),
    })
}

fn below_parameter_count(config: &Config, linear: &Table) -> Result<Claim> {
    let shares = linear.floats("neff")?.into_iter().zip(linear.floats("params")?);
    Ok(Claim::stated("below-parameter-count", "The effective count is far below the number of parameters").at_most(
        format!("max over nets, r and seeds at B = {:e} of neff / params", config.coldest()),
        greatest(shares.map(|(neff, params)| neff / params)),
        0.75,
    ))
}

/// How many ranks were not as predicted, and how clear the ranks are.
struct WrongRanks {
    wrong: usize,
    cells: usize,
    /// Smallest eigenvalue that counts.
    gap: f64,
    /// Largest that does not.
    gap_below: f64,
}

fn wrong_ranks(ranks: &Table) -> Result<WrongRanks> {
    let errors = differences(ranks, "rank", "rank_theory")?;
    Ok(WrongRanks {
        wrong: errors.iter().filter(|error| **error != 0.0).count(),
        cells: errors.len(),
        gap: least(ranks.floats("gap")?),
        // Full ranks drop nothing.
        gap_below: greatest(ranks.floats("gap_below")?.into_iter().filter(|gap| !gap.is_nan())),
    })
}

impl WrongRanks {
    fn claim(&self, id: &str, statement: &str) -> Claim {
        let claim = Claim::stated(id, statement).at_most(
            format!("cells of {} with rank ≠ rank_theory", self.cells),
            self.wrong as f64,
            0.0,
        );
        claim
            .report("smallest eigenvalue that counts, over the largest", self.gap)
            .report("largest that does not count, over the largest", self.gap_below)
    }
}

fn ib_invariant_diagonal(bases: &Table) -> Result<Claim> {
    let (ib, neuron) = (bases.filter("basis", "ib")?, bases.filter("basis", "neuron")?);
    let moved = |basis: &Table, column: &str| basis.filter("gauge", "random")?.floats(column);
    Ok(Claim::stated(
        "ib-invariant-diagonal",
        "The Interaction Basis is gauge invariant and diagonal, the neuron basis is not",
    )
    .at_most("max ib_change", greatest(moved(&ib, "ib_change")?), 1e-6)
    .at_most("max offdiag of the Interaction Basis", greatest(ib.floats("offdiag")?), 1e-8)
    .at_least("min offdiag of the neuron basis", least(neuron.floats("offdiag")?), 0.3)
    .report("min activation_change", least(moved(&neuron, "activation_change")?)))
}
