//! The claims, measured on the table.

use common::prelude::*;
use common::statistics::mean;

use crate::Config;
use crate::contexts::{ARMS, Dataset};
use crate::players::Name::{self, Eps, Fast, Square};

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let runs = Runs { config, table };
    Ok(vec![
        kl_beats_square(&runs)?,
        kl_tolerates_gamma(&runs)?,
        kl_wins_when_exploring(&runs)?,
        exploration_fades(&runs)?,
        perturbation_harmless(&runs)?,
        learns_and_beats_greedy_mixing(&runs)?,
    ])
}

/// The table with the questions that claims ask.
struct Runs<'a> {
    config: &'a Config,
    table: &'a Table,
}

impl Runs<'_> {
    /// A column after some rounds, one value for each seed.
    fn column(&self, column: &str, run: (Dataset, Name, f64, f64), round: usize) -> Result<Vec<f64>> {
        let (dataset, method, gamma, perturb) = run;
        self.table
            .filter("dataset", dataset.text())?
            .filter("method", method.text())?
            .filter("gamma", gamma)?
            .filter("perturb", perturb)?
            .filter("round", round)?
            .floats(column)
    }

    /// R, the mean over seeds of the final regret.
    fn regret(&self, dataset: Dataset, method: Name, gamma: f64, perturb: f64) -> Result<f64> {
        let run = (dataset, method, gamma, perturb);
        Ok(mean(&self.column("regret", run, self.config.setting.rounds)?))
    }

    /// R(fast) / R(square).
    fn fast_over_square(&self, dataset: Dataset, gamma: f64, perturb: f64) -> Result<f64> {
        Ok(self.regret(dataset, Fast, gamma, perturb)? / self.regret(dataset, Square, gamma, perturb)?)
    }

    /// A quantity for each data set.
    fn each(&self, quantity: impl FnMut(&Dataset) -> Result<f64>) -> Result<Vec<f64>> {
        self.config.datasets.iter().map(quantity).collect()
    }

    /// Reports the quantity of each data set beside the extreme one that is judged.
    fn report(&self, claim: Claim, what: &str, values: &[f64]) -> Claim {
        let datasets = self.config.datasets.iter().zip(values);
        datasets.fold(claim, |claim, (dataset, &value)| claim.report(format!("{what}, {}", dataset.text()), value))
    }
}

fn kl_beats_square(runs: &Runs) -> Result<Claim> {
    let config = runs.config;
    let perturb = config.strength().perturb;
    let ratios = runs.each(|&dataset| runs.fast_over_square(dataset, config.gamma, perturb))?;
    let what = format!("R(fast) / R(square) at γ = {}, c_p = {perturb}", config.gamma);
    let claim = Claim::stated(
        "kl-beats-square",
        "At the exploration parameter of theoretical size, with perturbation, NeuFastCB beats NeuSquareCB on every set",
    )
    .at_most(format!("max over datasets of {what}"), reduce::max(&ratios), 0.95)
    .published("ordering");
    Ok(runs.report(claim, &what, &ratios))
}

fn kl_tolerates_gamma(runs: &Runs) -> Result<Claim> {
    let gammas = runs.config.unperturbed_gammas();
    let swing = |dataset, method| -> Result<f64> {
        let regrets = gammas.iter().map(|&gamma| runs.regret(dataset, method, gamma, 0.0));
        let regrets = regrets.collect::<Result<Vec<f64>>>()?;
        Ok(reduce::max(&regrets) / reduce::min(&regrets))
    };
    let ratios = runs.each(|&dataset| Ok(swing(dataset, Square)? / swing(dataset, Fast)?))?;
    let what = "[max / min over γ of R(square)] / [max / min over γ of R(fast)]";
    let claim = Claim::stated("kl-tolerates-gamma", "NeuFastCB depends far less on γ")
        .at_least(format!("min over datasets of {what}"), reduce::min(&ratios), 1.12)
        .published("consequence of the bound in the loss L* of the best policy");
    let claim = runs.report(claim, what, &ratios);
    Ok(match gammas.len() {
        1 => claim.not_applicable("one value of γ"),
        _ => claim,
    })
}

fn kl_wins_when_exploring(runs: &Runs) -> Result<Claim> {
    let least = runs.config.unperturbed_gammas()[0];
    let ratios = runs.each(|&dataset| runs.fast_over_square(dataset, least, 0.0))?;
    let what = format!("R(fast) / R(square) at γ = {least}");
    let claim = Claim::stated("kl-wins-when-exploring", "With heavy exploration the gap is large").at_most(
        format!("max over datasets of {what}"),
        reduce::max(&ratios),
        0.88,
    );
    let claim = runs.report(claim, &what, &ratios);
    Ok(match least < runs.config.gamma {
        true => claim,
        false => claim.not_applicable("no run explores more than the comparison of methods"),
    })
}

fn exploration_fades(runs: &Runs) -> Result<Claim> {
    let config = runs.config;
    let explored = |method| {
        runs.each(|&dataset| {
            let run = (dataset, method, config.gamma, 0.0);
            Ok(mean(&runs.column("explore", run, config.setting.rounds)?))
        })
    };
    let (fast, square) = (explored(Fast)?, explored(Square)?);
    let ratios: Vec<f64> = fast.iter().zip(&square).map(|(fast, square)| fast / square).collect();
    // All other arms predicted wrong with certainty, the best one right.
    let others = (ARMS - 1) as f64;
    let floor = others / (ARMS as f64 + config.gamma);
    let what = format!("final explore(fast) / explore(square) at γ = {}, c_p = 0", config.gamma);
    let claim = Claim::stated(
        "exploration-fades",
        "The exploration of NeuFastCB fades, that of NeuSquareCB cannot go below (K - 1) / (K + γ gap)",
    )
    .at_most(format!("max over datasets of {what}"), reduce::max(&ratios), 0.7)
    .report("the floor of explore(square), at a gap of 1", floor)
    .published("theory: the floor");
    let claim = runs.report(claim, "final explore(fast)", &fast);
    Ok(runs.report(claim, "final explore(square)", &square))
}

fn perturbation_harmless(runs: &Runs) -> Result<Claim> {
    let config = runs.config;
    let perturb = config.strength().perturb;
    let cost = |method| {
        runs.each(|&dataset| {
            let perturbed = runs.regret(dataset, method, config.gamma, perturb)?;
            Ok(perturbed / runs.regret(dataset, method, config.gamma, 0.0)?)
        })
    };
    let (fast, square) = (cost(Fast)?, cost(Square)?);
    let largest = reduce::max(&fast).max(reduce::max(&square));
    let what = format!("R(c_p = {perturb}) / R(c_p = 0) at γ = {}", config.gamma);
    let claim = Claim::stated("perturbation-harmless", "The perturbation of the theory costs no regret")
        .at_most(format!("max over methods and datasets of {what}"), largest, 1.05)
        .published("qualitative");
    let claim = runs.report(claim, "fast", &fast);
    let claim = runs.report(claim, "square", &square);
    Ok(match perturb > 0.0 {
        true => claim,
        false => claim.not_applicable("no perturbation"),
    })
}

fn learns_and_beats_greedy_mixing(runs: &Runs) -> Result<Claim> {
    let config = runs.config;
    let claim = Claim::stated(
        "learns-and-beats-greedy-mixing",
        format!("On MNIST NeuFastCB learns and beats ε-greedy with ε = {}", config.epsilon),
    )
    .published("ordering");
    if !config.datasets.contains(&Dataset::Mnist) {
        return Ok(claim.not_applicable("MNIST is not among the datasets"));
    }
    let rounds = config.setting.rounds;
    let before = config.setting.before_last_tenth();
    let fast = (Dataset::Mnist, Fast, config.gamma, config.strength().perturb);
    let (first, last) = (runs.column("regret", fast, before)?, runs.column("regret", fast, rounds)?);
    let rates: Vec<f64> = first.iter().zip(&last).map(|(a, b)| (b - a) / (rounds - before) as f64).collect();
    let ratio = mean(&last) / runs.regret(Dataset::Mnist, Eps, 0.0, 0.0)?;
    Ok(claim
        .at_most("error rate of NeuFastCB over the last tenth of the rounds, mean over seeds", mean(&rates), 0.25)
        .at_most("R(fast) / R(eps)", ratio, 0.95)
        .report("largest error rate over seeds", reduce::max(&rates)))
}
