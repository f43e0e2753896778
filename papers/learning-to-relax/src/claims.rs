//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, least, mean, t_interval};

use crate::learners::fixed_name;
use crate::sequence::checkpoint;
use crate::{Config, theory};

/// How near to ω* the best parameter of the grid must be.
const NEAR: f64 = 0.05;

/// Why claims about iterations do not apply.
const GIVE_UP: &str = "solves end at iteration_cap";

/// What the authors published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// Whether panel a has the setting of the published figure.
pub fn as_published(config: &Config) -> bool {
    (config.problem.grid_side, config.problem.eps, config.shift) == (10, 1e-8, 0.0)
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let runs = table.kind("run");
    let (last, tenth) = (config.instances, checkpoint(config.instances, 5).max(1));
    // Mean iterations a system in one trial.
    let cost = |trial: &Table, method: &str, instance: usize| {
        trial.with("method", method).with("instance", instance).value("mean_iters")
    };
    // Only fixed parameters that solve whole sequences are compared.
    let whole = |omega: &&f64| config.solved_with_fixed(**omega) == last;
    let whole: Vec<String> = config.fixed.iter().filter(whole).map(|&omega| fixed_name(omega)).collect();
    let best_fixed = |trial: &Table| least(whole.iter().map(|method| cost(trial, method, last)));
    let each_trial = |measure: &dyn Fn(&Table) -> f64| runs.each(["dist", "trial"], |trial| measure(trial));
    let ratios = |a, b| each_trial(&|trial| cost(trial, a, last) / cost(trial, b, last));
    let bins_gain = |dist| {
        let trials = runs.with("dist", dist);
        trials.each("trial", |trial| cost(trial, "tsallis_inf", last) / cost(trial, "tsallis_inf_cb", last))
    };
    let cheb_to_optimum = ratios("cheb_cb", "instance_opt");
    let cheb_to_fixed = each_trial(&|trial| cost(trial, "cheb_cb", last) / best_fixed(trial));

    // Regret of Tsallis-INF a system, against the parameter that is best for the whole sequence.
    let regret = |trial: &Table, instance| cost(trial, "tsallis_inf", instance) - best_fixed(trial);
    let shrinks = |dist| {
        let trials = runs.with("dist", dist);
        mean(&trials.each("trial", |trial| regret(trial, last) / regret(trial, tenth)))
    };
    let (arms, instances) = (config.omega_grid.len() as f64, last as f64);
    let unit = 4.0 * (arms * instances).sqrt();
    let to_theory = each_trial(&|trial| regret(trial, last) * instances / (unit * cost(trial, "tsallis_inf", last)));

    let bounds = table.kind("bound");
    let over_measured = |column| bounds.map([column, "iters"], |[theory, iterations]| theory / iterations);
    let estimate_errors: Vec<f64> = over_measured("asym_iters").iter().map(|ratio| (ratio - 1.0).abs()).collect();
    let fewest = bounds.keep("iters", |iterations| iterations == bounds.least("iters")).column("omega");
    let optimum = theory::optimal_omega(theory::jacobi_radius(config.problem.grid_side, config.shift));
    let distance = |omega: f64| (omega - optimum).abs();
    let is_solved = |iterations: f64| iterations < config.problem.iteration_cap as f64;
    let bounded = bounds.column("bound_iters").iter().any(|bound| bound.is_finite());

    let varies = config.shift_range[0] < config.shift_range[1];
    let (no_context, no_whole) = ("a single shift is no context", "no fixed omega solves a whole sequence");
    let learners = [
        Claim::new("cheb-beats-best-fixed")
            .says("The contextual bandit beats every fixed omega")
            .at_most("max over trials of cost(cheb_cb) / cost(best fixed)", greatest(&cheb_to_fixed), 0.85)
            .published("curve left of the best fixed omega")
            .applies_if(varies, no_context)
            .applies_if(!whole.is_empty(), no_whole),
        Claim::new("cheb-near-instance-opt")
            .says("The contextual bandit comes close to the instance optimum")
            .at_most("max over trials of cost(cheb_cb) / cost(instance_opt)", greatest(&cheb_to_optimum), 1.30)
            .above("min over trials of the same", least(&cheb_to_optimum), 1.0)
            .published("close to the instance optimum (no number)"),
        Claim::new("context-helps-in-order")
            .says("More use of context is better on average: ChebCB, then Tsallis-INF-CB, then Tsallis-INF")
            .above(
                "lower end of the 95 % interval of the mean over trials of cost(tsallis_inf) / cost(tsallis_inf_cb)",
                Each::of(&["low", "high"], |dist| t_interval(&bins_gain(dist), 0.95).low),
                1.0,
            )
            .at_least("that mean, low variance", mean(&bins_gain("low")), 1.02)
            .at_least("that mean, high variance", mean(&bins_gain("high")), 1.10)
            .at_least(
                "min over trials of cost(tsallis_inf_cb) / cost(cheb_cb)",
                least(ratios("tsallis_inf_cb", "cheb_cb")),
                1.20,
            )
            .published("same order")
            .applies_if(varies, no_context)
            .applies_if(config.context_bins > 1, "one bin is no context")
            .applies_if(config.cheb_terms > 1, "one polynomial is no context"),
        Claim::new("tsallis-no-regret")
            .says("Average regret of Tsallis-INF against the best fixed omega shrinks")
            .at_most(
                "mean over trials of [regret a system at T] / [same at T/10], by variance",
                Each::of(&["low", "high"], shrinks),
                0.75,
            )
            .published("regret O(sqrt(dT)), whose exponent gives 0.32")
            .applies_if(tenth < last, "too few systems to compare regrets")
            .applies_if(!whole.is_empty(), no_whole),
        Claim::new("tsallis-regret-below-theory")
            .says("Total regret of Tsallis-INF is below the textbook 4 sqrt(dT) in units of the mean cost")
            .at_most("max over trials of regret / (4 sqrt(dT) cost(tsallis_inf))", greatest(&to_theory), 1.0)
            .above("min over trials of the same", least(&to_theory), 0.0)
            .published("4 sqrt(dT) + 1 for losses in [0, 1] (Zimmert and Seldin)")
            .applies_if(!whole.is_empty(), no_whole),
    ];
    let optimal = runs.with("method", "instance_opt").greatest("mean_iters");
    let learners = learners.map(|claim| {
        let claim = claim.applies_if(config.omega_grid.len() > 1, "omega_grid leaves no choice");
        claim.applies_if(is_solved(optimal), GIVE_UP)
    });
    let sor_theory = Claim::new("sor-theory")
        .says(format!("Closed-form spectral theory predicts the counts at c = {}", config.shift))
        .at_most("max over omega of |asym_iters / iters - 1|", greatest(&estimate_errors), 0.30)
        .at_most(
            "distance of the omega of fewest iterations from ω*",
            fewest.first().map_or(f64::NAN, |&omega| distance(omega)),
            NEAR,
        )
        .at_least("min over omega of bound_iters / iters", least(over_measured("bound_iters")), 1.0)
        .published("exact theory; the bound holds")
        .applies_if(is_solved(bounds.greatest("iters")), GIVE_UP)
        .applies_if(config.omega_grid.iter().any(|&omega| distance(omega) <= NEAR), "omega_grid has no value near ω*")
        .applies_if(bounded, "the bound assumes tau < 1");
    learners.into_iter().chain([sor_theory, matches_published(config, &table.kind("average"))]).collect()
}

/// The mean number of iterations at c = 0 beside the published one. The tolerance of each is the error of reading and
/// the standard error of a mean over the authors' 40 right-hand sides.
fn matches_published(config: &Config, average: &Table) -> Claim {
    let published = PUBLISHED.entry("mean-iterations");
    let coarse = average.with("grid", "coarse").keep("omega", |omega| published.places().contains(&omega));
    let ratios = coarse.map(["omega", "iters_mean"], |[omega, mean]| mean / published.at(omega).value);
    let fine = average.with("grid", "fine");
    let fewest = fine.least("iters_mean");
    let best = fine.keep("iters_mean", |mean| mean == fewest).column("omega").first().copied();
    Claim::new("matches-published")
        .says("The mean number of iterations at c = 0 is the published one at every omega")
        .at_most(
            "max over omega of |mean / published − 1|",
            greatest(ratios.iter().map(|ratio| (ratio - 1.0).abs())),
            0.04,
        )
        .matches("omega of the fewest, fine grid", best.unwrap_or(f64::NAN), PUBLISHED.number("best-omega"), 0.005)
        .matches("mean number of iterations there", fewest, PUBLISHED.number("fewest-iterations"), 0.6)
        .published("means over 40 right-hand sides at 18 omegas (scripts/plots/degenerate.png)")
        .applies_if(as_published(config), "published for 10 x 10 points, eps = 1e-8, c = 0")
        .applies_if(ratios.len() == published.y.len(), "omega_grid lacks published values")
        .applies_if(!fine.is_empty(), "fine_grid is empty")
}
