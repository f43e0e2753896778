//! The claims, measured on the table. R is the mean over seeds of the final regret; where a measure has a value for each
//! data set, the worst is judged and all are reported.

use common::prelude::*;
use common::statistics::{greatest, least, mean};

use crate::contexts::{ARMS, Dataset};
use crate::{CHECKPOINTS, Config};

/// What the authors published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// Share of the mistakes of uniformly random arms below which a method has learnt.
const LEARNT: f64 = 0.85;

/// Rounds from which on the loss of the best arm is predicted well enough for exploration to have faded.
const LONG: usize = 4000;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let (gamma, perturb, rounds) = (config.gamma, config.strength.perturb, config.setting.rounds);
    // With γ = 0 both methods play all arms equally often, and nothing can be told from them.
    let gammas: Vec<f64> = config.unperturbed_gammas().into_iter().filter(|&gamma| gamma > 0.0).collect();
    let smallest = least(&gammas);
    let (weighs, uniform) = (gamma > 0.0, "with γ = 0 all arms are played equally often");
    let learns = |claim: Claim| claim.applies_if(rounds >= LONG, format!("fewer than {LONG} rounds"));
    let runs = |dataset: Dataset, method, gamma: f64, perturb: f64| {
        table.with("dataset", dataset).with("method", method).with("gamma", gamma).with("perturb", perturb)
    };
    let last = |dataset, method, gamma, perturb| runs(dataset, method, gamma, perturb).with("round", rounds);
    let regret = |dataset, method, gamma, perturb| last(dataset, method, gamma, perturb).mean("regret");
    let each = |quantity: &dyn Fn(Dataset) -> f64| Each::of(&config.datasets, quantity);
    let ratio =
        |gamma, perturb| each(&|set| regret(set, "fast", gamma, perturb) / regret(set, "square", gamma, perturb));
    // As a share of the mistakes of uniformly random arms.
    let chance = rounds as f64 * (ARMS - 1) as f64 / ARMS as f64;
    let error = |method, gamma, perturb| each(&|set| regret(set, method, gamma, perturb) / chance);
    let halfway = config.setting.checkpoint(CHECKPOINTS / 2);
    // Growth of the regret over the last half of the rounds, as an exponent of T.
    let growth = |set| {
        let runs = runs(set, "square", gamma, perturb);
        let regret = |round| runs.with("round", round).mean("regret");
        ln(regret(rounds) / regret(halfway)) / ln(rounds as f64 / halfway as f64)
    };
    let swing = |dataset, method| {
        let regrets: Vec<f64> = gammas.iter().map(|&gamma| regret(dataset, method, gamma, 0.0)).collect();
        greatest(&regrets) / least(&regrets)
    };
    let explored = |method| each(&|set| last(set, method, gamma, 0.0).mean("explore"));
    let price = |method| each(&|set| regret(set, method, gamma, perturb) / regret(set, method, gamma, 0.0));
    let floor = (ARMS - 1) as f64 / (ARMS as f64 + gamma);
    let final_regrets = |perturb| {
        let last = table.with("round", rounds).with("gamma", gamma).with("perturb", perturb);
        last.with_any("method", ["fast", "square"]).sorted(["dataset", "method", "seed"]).column("regret")
    };
    let changed: Vec<f64> = final_regrets(perturb)
        .into_iter()
        .zip(final_regrets(0.0))
        .map(|(with, without)| f64::from(u8::from(with != without)))
        .collect();

    let before = config.setting.checkpoint(CHECKPOINTS - CHECKPOINTS / 10);
    let mnist = runs(Dataset::Mnist, "fast", gamma, perturb);
    let late = mnist.each("seed", |run| {
        let wrong = run.with("round", rounds).value("regret") - run.with("round", before).value("regret");
        wrong / (rounds - before) as f64
    });
    let over_eps = mnist.with("round", rounds).mean("regret") / regret(Dataset::Mnist, "eps", 0.0, 0.0);

    vec![
        learns(Claim::new("kl-beats-square"))
            .says("With γ of theoretical size and perturbation, NeuFastCB beats NeuSquareCB on every set")
            .at_most(format!("R(fast) / R(square) at γ = {gamma}, c_p = {perturb}"), ratio(gamma, perturb), 0.95)
            .at_most("R(square) / R of uniform arms", error("square", gamma, perturb), LEARNT)
            .report(
                "largest over sets of the exponent of T, ln(R(T) / R(T/2)) / ln 2, square",
                greatest(config.datasets.iter().map(|&set| growth(set))),
            )
            .beside(PUBLISHED.number("square-exponent"))
            .published("ordering; regret O(sqrt(K T)) up to logarithms, before that O(T^(3/4)) (abstract)")
            .applies_if(weighs, uniform),
        Claim::new("kl-tolerates-gamma")
            .says("NeuFastCB depends far less on γ")
            .at_least(
                "[max / min over γ of R(square)] / [max / min over γ of R(fast)]",
                each(&|set| swing(set, "square") / swing(set, "fast")),
                1.12,
            )
            .at_most(format!("R(fast) / R of uniform arms at γ = {smallest}"), error("fast", smallest, 0.0), LEARNT)
            .published("consequence of the bound in the loss L* of the best policy")
            .applies_if(gammas.len() > 1, "fewer than two values of γ above 0"),
        Claim::new("kl-wins-when-exploring")
            .says("With heavy exploration the gap is large")
            .at_most(format!("R(fast) / R(square) at γ = {smallest}"), ratio(smallest, 0.0), 0.88)
            .at_most("R(square) / R of uniform arms", error("square", smallest, 0.0), LEARNT)
            .note("our observation")
            .applies_if(smallest < gamma, "no run explores more than the comparison of methods"),
        learns(Claim::new("exploration-fades"))
            .says("The exploration of NeuFastCB fades, that of NeuSquareCB cannot go below (K - 1) / (K + γ gap)")
            .at_most("final explore(fast) / explore(square), c_p = 0", explored("fast") / explored("square"), 0.7)
            .within("final explore(square) / its floor at gaps of 1", explored("square") / floor, 1.0..=3.0)
            .report("that floor", floor)
            .report("final explore(fast)", explored("fast"))
            .published("theory: the floor")
            .applies_if(weighs, uniform),
        Claim::new("perturbation-harmless")
            .says("The perturbation of the theory costs no regret")
            .at_most(format!("R(c_p = {perturb}) / R(c_p = 0) at γ = {gamma}, fast"), price("fast"), 1.05)
            .at_most("the same, square", price("square"), 1.05)
            .at_most("R(c_p) / R of uniform arms, fast", error("fast", gamma, perturb), LEARNT)
            .at_most("the same, square", error("square", gamma, perturb), LEARNT)
            .at_least("share of runs with another regret at c_p than at 0", mean(&changed), 0.5)
            .published("theory; the submission had no such comparison (public reviews, second-hand)")
            .applies_if(perturb > 0.0, "no perturbation")
            .applies_if(weighs, uniform),
        learns(Claim::new("learns-and-beats-greedy-mixing"))
            .says(format!("On MNIST NeuFastCB learns and beats ε-greedy with ε = {}", config.epsilon))
            .at_most("error rate of NeuFastCB over the last tenth of the rounds, mean over seeds", mean(&late), 0.25)
            .at_most("R(fast) / R(eps)", over_eps, 0.95)
            .at_most("R(eps) / R of uniform arms", regret(Dataset::Mnist, "eps", 0.0, 0.0) / chance, LEARNT)
            .report("largest error rate over seeds", greatest(&late))
            .published("ordering")
            .applies_if(config.datasets.contains(&Dataset::Mnist), "MNIST is not among the datasets")
            .applies_if(weighs, uniform),
    ]
}
