//! The claims of the paper, measured on the table.

use common::optimize::brent_minimize;
use common::prelude::*;
use common::statistics::{greatest, least, log_log_fit, mean};

use crate::volume::{LOSSES, Loss};
use crate::{Config, linear_net};

/// What was published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// Levels with fewer points below them are too noisy to be judged.
pub const JUDGED_HITS: f64 = 1000.0;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let (linear, judged) = (table.kind("linear"), table.kind("volume").keep("hits", |hits| hits >= JUDGED_HITS));
    let mut claims = vec![volumes(&judged), published(config, &judged, &linear)];
    claims.extend(effective_parameters(config, &linear.with("b", config.coldest())));
    claims.push(ranks(
        Claim::new("sync-blocks-exact").says(
            "Synchronised ReLUs leave exactly the free directions of theory, Σ k² for small blocks in general position",
        ),
        &table.kind("relu"),
    ));
    claims.push(ranks(
        Claim::new("product-rank").says("Ranks of dependent activations and gradients multiply"),
        &table.kind("product"),
    ));
    claims.push(interaction_basis(config, &table.kind("basis")));
    claims
}

/// Slope of ln volume over ln ε.
fn slope(levels: &Table) -> f64 {
    levels.pair("eps", "volume", log_log_fit).slope
}

/// The claim on panel a.
fn volumes(judged: &Table) -> Claim {
    let error = |loss| {
        let levels = judged.with("loss", loss);
        greatest(levels.map(["volume", "volume_theory"], |[volume, theory]| ln(volume / theory).abs()))
    };
    let narrow = judged.with("loss", Loss::Cross).keep("eps", |eps| eps < 1e-5);
    Claim::new("cross-volume")
        .says("The cross-shaped valley has exactly the log-corrected square-root volume, the others have theirs")
        .at_most("max over ε and seeds of |ln(volume / volume_theory)|", Each::of(&LOSSES, error), 0.15)
        .report("cross: 2 · slope of ln volume over ln ε below 1e-5, which tends to 1", 2.0 * slope(&narrow))
        .beside(PUBLISHED.number("cross-count"))
        .applies_if(
            LOSSES.iter().all(|loss| !judged.with("loss", loss).is_empty()),
            "too few samples: no level has 1000 points below it",
        )
}

/// x of the least squares fit 2 B E\[L\] = x − 2 / (ln B + c), which is how a multiplicity of 2 shows.
fn limit_of_two(inverse_temperatures: &[f64], neff: &[f64]) -> f64 {
    let logs: Vec<f64> = inverse_temperatures.iter().map(|&b| ln(b)).collect();
    let limits = |c: f64| logs.iter().zip(neff).map(|(log, neff)| neff + 2.0 / (log + c)).collect::<Vec<f64>>();
    let best = brent_minimize(-0.8 * least(&logs), 20.0, 1e-6, |c| statistics::variance(&limits(c)));
    best.map_or(f64::NAN, |best| mean(&limits(best.parameters)))
}

/// What can be compared with a published number.
fn published(config: &Config, judged: &Table, linear: &Table) -> Claim {
    let trough = slope(&judged.with("loss", Loss::Trough));
    let estimates = PUBLISHED.entry("trough-estimates");
    let mut claim = Claim::new("matches-published")
        .says("The rank-0 nets and the trough have the published learning coefficients")
        .matches("w1^2: slope of ln volume over ln ε", trough, PUBLISHED.number("trough-slope"), 0.02)
        .report("that slope, beside a published estimate by MCMC", trough)
        .beside(estimates.at("MCMC"))
        .report("that slope, beside a published estimate by SGLD", trough)
        .beside(estimates.at("SGLD"));
    let coefficients = PUBLISHED.entry("linear-nets");
    let mut nets = 0;
    for &net in
        config.nets.iter().filter(|net| coefficients.x.iter().any(|x| x.as_str() == Some(&linear_net::name(**net))))
    {
        let limit = linear.with("net", linear_net::name(net)).with("r", 0).pair("b", "neff", limit_of_two);
        let what = format!("{}, r = 0: x of the fit 2B E[L] = x − 2/(ln B + c)", linear_net::name(net));
        claim = claim.matches(what, limit, coefficients.at(linear_net::name(net)), 0.15);
        nets += 1;
    }
    let enough = config.inverse_temperatures.len() >= 3 && config.coldest() >= 1e5;
    claim
        .applies_if(nets > 0 && config.ranks.contains(&0), "for none of these nets a number was published")
        .applies_if(enough, "the fit needs three inverse temperatures, up to 1e5")
        .applies_if(config.samples >= 100_000, "the slope of the volume needs 100,000 samples")
}

/// The claims on panel b, at the largest B.
fn effective_parameters(config: &Config, linear: &Table) -> [Claim; 3] {
    let coldest = config.coldest();
    let error = greatest(linear.map(["neff", "neff_theory"], |[neff, theory]| (neff - theory).abs()));
    let excess =
        |r: usize, column| least(linear.with("r", r).map([column, "hessian_rank"], |[neff, rank]| neff - rank));
    let share = |column| greatest(linear.map([column, "params"], |[neff, params]| neff / params));
    [
        Claim::new("neff-matches-theory")
            .says("Measured effective counts equal the exact learning coefficient")
            .at_most(
                format!("max over nets, r and seeds at B = {coldest:e} of |neff − (2λ − 2(m−1)/ln B)|"),
                error,
                0.20,
            )
            .published("theorem; a public estimator passes its test within 40 % of it (timaeus-research/devinterp)")
            .applies_if(coldest >= 1e4, "the formula is for large B"),
        Claim::new("not-hessian-rank")
            .says("Flat directions interact: the effective count exceeds the rank of the Hessian at the truth")
            .at_least(
                "for r = 0 and r = 1, min over nets and seeds of neff − r(M + N − r)",
                Each::of(&[0, 1], |r| excess(r, "neff")),
                1.5,
            )
            .published("the point of Figure 1")
            .applies_if([0, 1].iter().all(|r| config.ranks.contains(r)), "0 and 1 are not among the ranks")
            .applies_if(
                [0, 1].into_iter().all(|r| excess(r, "neff_theory") >= 1.5),
                "the theorem says that these nets have a smaller excess",
            ),
        Claim::new("below-parameter-count")
            .says("The effective count is far below the number of parameters")
            .at_most(format!("max over nets, r and seeds at B = {coldest:e} of neff / params"), share("neff"), 0.75)
            .note("the paper states it in words")
            .applies_if(share("neff_theory") <= 0.74, "the theorem says that one of these nets uses a larger share"),
    ]
}

/// How many ranks are not as predicted, and how clear the ranks are.
fn ranks(claim: Claim, ranks: &Table) -> Claim {
    let is_wrong = |[rank, theory, gap]: [f64; 3]| f64::from(u8::from(!(rank == theory && gap > 0.0)));
    let wrong = ranks.map(["rank", "rank_theory", "gap"], is_wrong);
    // NaN for no ranks.
    let count = wrong.len() as f64 * mean(&wrong);
    claim
        .at_most(format!("cells of {} with rank ≠ rank_theory", wrong.len()), count, 0.0)
        .report("smallest eigenvalue that counts, over the largest", ranks.least("gap"))
        .report("largest that does not count, over the largest", ranks.greatest("gap_below"))
        .published("theorem")
}

/// The claim on panel d.
fn interaction_basis(config: &Config, bases: &Table) -> Claim {
    let (ib, neuron) = (bases.with("basis", "ib"), bases.with("basis", "neuron"));
    Claim::new("ib-invariant-diagonal")
        .says("The Interaction Basis is gauge invariant and diagonal, the neuron basis is neither")
        .at_most("max ib_change", ib.greatest("ib_change"), 1e-6)
        .at_most("max offdiag of the Interaction Basis", ib.greatest("offdiag"), 1e-8)
        .at_least("min offdiag of the neuron basis", neuron.least("offdiag"), 0.3)
        .at_least(
            "min activation_change, of the neurons' spectrum by the same gauge",
            neuron.least("activation_change"),
            0.5,
        )
        .note("the paper states it in words")
        .applies_if(config.widths[1].min(config.widths[2]) >= 4, "so few neurons can be diagonal by chance")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fit_finds_the_limit() {
        let b = [1e2, 1e3, 1e4, 1e5];
        let neff = b.map(|b| 7.0 - 2.0 / (ln(b) - 1.5));
        assert!((limit_of_two(&b, &neff) - 7.0).abs() < 1e-6);
        assert!(limit_of_two(&b, &[f64::NAN; 4]).is_nan() && limit_of_two(&[], &[]).is_nan());
    }
}
