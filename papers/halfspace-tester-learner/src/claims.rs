//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, log_log_fit, mean};

use crate::Config;
use crate::inputs::Marginal;

/// The Massart level at which convex surrogates are judged: about where they are worst.
const STALL_LEVEL: f64 = 0.3;

/// Shares of flipped labels up to here are where convex surrogates are worst against the adversary.
const FEW_FLIPS: f64 = 0.03;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let panel = |name| table.with("panel", name);
    let (massart, width, adversarial) = (panel("massart"), panel("width"), panel("adversarial"));
    let stall = massart.with("level", STALL_LEVEL);
    let over_learner = |column| stall.mean(column) / stall.mean("excess_gd");
    let by_width = width.curve("sigma", "excess_gd").mean();

    let gauss = table.with("marginal", Marginal::Gauss);
    // No run without points in every band is accepted: said here so that a NaN there counts as a rejection.
    let counts = |[accepted, share]: [f64; 2]| if share > 0.0 { accepted } else { 0.0 };
    let rate = |runs: &Table| mean(&runs.map(["accepted", "band_min"], counts));
    // Runs that share a seed share the inputs.
    let rates = gauss.each("seed", rate);
    let always = rates.iter().filter(|&&rate| rate == 1.0).count() as f64 / rates.len() as f64;
    let judged = table.with("noise", "massart").with("sigma", config.sigma);
    let accepted = judged.with_any("panel", ["massart", "marginal"]).with("accepted", true);
    let cross = panel("marginal").with("marginal", Marginal::Cross);

    let over_opt = |column| {
        let ratios = adversarial.derive("over_opt", ["opt", column], |[opt, excess]| (opt + excess) / opt);
        ratios.curve("level", "over_opt").mean()
    };
    let convex_over_opt = over_opt("excess_logistic");
    let few: Vec<f64> = config.opt_grid.iter().copied().filter(|&opt| opt <= FEW_FLIPS).collect();
    let no_seeds = "panels a to c have no runs";

    vec![
        Claim::new("massart-optimal")
            .says("opt + epsilon at every Massart level")
            .at_most(
                "maximum over eta of mean excess_gd",
                greatest(&massart.curve("level", "excess_gd").mean().middle),
                0.012,
            )
            .published("theorem: opt + epsilon")
            .applies_if(config.seeds > 0, no_seeds),
        Claim::new("convex-stalls")
            .says("Convex surrogates do not get there")
            .at_least(format!("mean excess_logistic at eta = {STALL_LEVEL}"), stall.mean("excess_logistic"), 0.04)
            .at_least(format!("mean excess_average at eta = {STALL_LEVEL}"), stall.mean("excess_average"), 0.04)
            .at_least("mean excess_logistic over mean excess_gd", over_learner("excess_logistic"), 5.0)
            .at_least("mean excess_average over mean excess_gd", over_learner("excess_average"), 5.0)
            .published("known")
            .applies_if(config.eta_grid.contains(&STALL_LEVEL), format!("eta_grid lacks eta = {STALL_LEVEL}"))
            .applies_if(config.seeds > 0, no_seeds),
        Claim::new("linear-in-width")
            .says("Excess error is proportional to sigma")
            .within(
                "log-log slope of mean excess_gd on sigma",
                log_log_fit(&by_width.x, &by_width.middle).slope,
                0.70..=1.15,
            )
            .published("theory: angle O(sigma)")
            .applies_if(config.sigma_grid.len() > 1, "one width has no slope")
            .applies_if(config.seeds > 0, no_seeds),
        Claim::new("completeness")
            .says("Gaussian data are accepted")
            .at_least("acceptance rate over all gauss cells", rate(&gauss), 0.97)
            .report("distinct Gaussian samples (seeds)", rates.len() as f64)
            .report("share of them accepted in every cell", always)
            .published("theorem")
            .applies_if(!gauss.is_empty(), "no run has Gaussian inputs"),
        Claim::new("soundness")
            .says("Accepted implies near-optimal (Massart cells with the default sigma)")
            .at_most("maximum excess_gd over accepted cells", accepted.greatest("excess_gd"), config.epsilon)
            .report("accepted cells", accepted.len() as f64)
            .report(
                "of which with inputs that are not Gaussian",
                accepted.without("marginal", Marginal::Gauss).len() as f64,
            )
            .published("theorem")
            .applies_if(!accepted.is_empty(), "nothing is accepted"),
        Claim::new("local-tests-needed")
            .says("Degree-3 global moments accept inputs on which the learner fails; the tester does not")
            .at_least("cross: mean excess_gd", cross.mean("excess_gd"), 0.05)
            .at_least("cross: rate of accepted_moment3", cross.mean("accepted_moment3"), 0.9)
            .at_most("cross: rate of accepted", cross.mean("accepted"), 0.0)
            .published("qualitative")
            .applies_if(config.marginals.contains(&Marginal::Cross), "marginals lacks cross")
            .applies_if(config.seeds_marginals > 0, "panel d has no runs"),
        Claim::new("adversarial-constant")
            .says("O(opt) under adversarial noise, better than convex where few labels are flipped")
            .at_most("maximum over opt of mean (opt + excess_gd)/opt", greatest(&over_opt("excess_gd").middle), 1.6)
            .at_least(
                format!("mean (opt + excess_logistic)/opt at opt up to {FEW_FLIPS}"),
                Each::of(&few, |opt| convex_over_opt.at(opt)),
                1.9,
            )
            .published("theorem: O(opt) + epsilon")
            .applies_if(!few.is_empty(), format!("opt_grid has no share up to {FEW_FLIPS}"))
            .applies_if(config.seeds > 0, no_seeds),
    ]
}
