//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, least, linear_fit, log_log_fit, mean, median};

use crate::subgradient::decay;
use crate::{Config, LARGE_ALPHA};

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let outliers = Outliers::select(config, table)?;
    Ok(vec![
        exact_recovery(&outliers)?,
        agnostic_to_rank(&outliers)?,
        linear_rate(config, &outliers)?,
        large_init_fails(&outliers)?,
        lower_loss_worse_answer(config, table)?,
        squared_loss_breaks(&outliers)?,
        gaussian_rank_free_rate(config, table)?,
        large_init_is_noisier(config, table)?,
    ])
}

/// The four series of panel A, at every recorded iteration.
struct Outliers {
    known_rank: Table,
    full_rank: Table,
    large_start: Table,
    squared: Table,
    iterations: usize,
}

impl Outliers {
    fn select(config: &Config, table: &Table) -> Result<Outliers> {
        let panel = table.filter("panel", "A")?;
        let absolute = panel.filter("loss_kind", "l1")?;
        Ok(Outliers {
            known_rank: series(&absolute, config.shape.r, config.small_alpha)?,
            full_rank: series(&absolute, config.shape.d, config.small_alpha)?,
            large_start: series(&absolute, config.shape.d, LARGE_ALPHA)?,
            squared: panel.filter("loss_kind", "l2")?,
            iterations: config.iterations,
        })
    }

    /// The relative errors after the last iteration, one for each seed.
    fn last(&self, series: &Table) -> Result<Vec<f64>> {
        series.filter("t", self.iterations as i64)?.floats("rel_err")
    }
}

/// The runs with this many columns of U and this scale of the start.
fn series(table: &Table, columns: usize, alpha: f64) -> Result<Table> {
    table.filter("rank_param", columns as i64)?.filter("alpha", alpha)
}

fn exact_recovery(outliers: &Outliers) -> Result<Claim> {
    let errors = outliers.last(&outliers.full_rank)?;
    Ok(Claim::stated("exact-recovery-overparam", "With outliers, a small start and r' = d, the truth is recovered")
        .at_most("maximum over seeds of the final rel_err", greatest(&errors), 5e-5)
        .published("convergence to the truth"))
}

fn agnostic_to_rank(outliers: &Outliers) -> Result<Claim> {
    let full = median(&outliers.last(&outliers.full_rank)?);
    let known = median(&outliers.last(&outliers.known_rank)?);
    Ok(Claim::stated("agnostic-to-rank", "From a small start, r' = d is as accurate as the known rank")
        .in_between("median final rel_err, r' = d over r' = r", full / known, 0.4, 2.5)
        .published("\"agnostic\" to over-parameterisation"))
}

fn linear_rate(config: &Config, outliers: &Outliers) -> Result<Claim> {
    let log_decay = ln(decay(config.eta_final_ratio, config.iterations));
    // 400 ≤ t ≤ 1400 of 1500 iterations.
    let (from, to) = (4 * config.iterations / 15, 14 * config.iterations / 15);
    let mut rates = Vec::new();
    for (_, run) in outliers.full_rank.group_by(&["seed"])? {
        let points = run.floats("t")?.into_iter().zip(run.floats("rel_err")?);
        let (times, logs): (Vec<f64>, Vec<f64>) =
            points.filter(|(t, _)| (from as f64..=to as f64).contains(t)).map(|(t, error)| (t, ln(error))).unzip();
        rates.push(linear_fit(&times, &logs).slope / log_decay);
    }
    let claim = Claim::stated("linear-rate", "The error falls as the step size does")
        .at_least(format!("minimum over seeds of slope(ln rel_err, {from} ≤ t ≤ {to}) / ln ρ"), least(&rates), 0.9)
        .at_most("maximum over seeds of the same", greatest(&rates), 1.1)
        .note("our derivation, not in the paper");
    Ok(match log_decay == 0.0 {
        true => claim.not_applicable("the step size does not fall"),
        false => claim,
    })
}

fn large_init_fails(outliers: &Outliers) -> Result<Claim> {
    let large = median(&outliers.last(&outliers.large_start)?);
    let small = median(&outliers.last(&outliers.full_rank)?);
    Ok(Claim::stated("large-init-fails", "The large start is worse by orders of magnitude")
        .at_least("median final rel_err, α = 1 over small α", large / small, 1e3)
        .published("exponential improvement"))
}

fn lower_loss_worse_answer(config: &Config, table: &Table) -> Result<Claim> {
    let heavy = table.filter("panel", "B")?;
    let large = heavy.filter("alpha", reduce::max(&config.alphas))?;
    let small = heavy.filter("alpha", reduce::min(&config.alphas))?;
    let claim = Claim::stated(
        "lower-loss-worse-answer",
        "With many outliers, the largest start of panel B fits better than the truth and is wrong; the smallest fits \
         no better and is right",
    )
    .below("largest α: maximum loss_excess", greatest(&large.floats("loss_excess")?), -0.05)
    .above("largest α: minimum rel_err", least(&large.floats("rel_err")?), 1.0)
    .below("smallest α: median rel_err", median(&small.floats("rel_err")?), 1e-3)
    .above("smallest α: minimum loss_excess", least(&small.floats("loss_excess")?), -1e-4)
    .published("recovery \"even if the global optima do not correspond to the truth\"");
    Ok(match config.alphas.len() {
        1 => claim.not_applicable("one initialisation scale"),
        _ => claim,
    })
}

fn squared_loss_breaks(outliers: &Outliers) -> Result<Claim> {
    let errors = outliers.last(&outliers.squared)?;
    Ok(Claim::stated("squared-loss-breaks", "The same start with the squared loss fails")
        .at_least("minimum over seeds of the final rel_err", least(&errors), 0.5)
        .note("our contrast, not in the paper"))
}

/// The final relative errors of a series of panel C: for each m, one for each seed.
fn dense_errors(config: &Config, table: &Table, columns: usize, alpha: f64) -> Result<Vec<Vec<f64>>> {
    let runs = series(&table.filter("panel", "C")?, columns, alpha)?;
    config.ms.iter().map(|&m| runs.filter("m", m as i64)?.floats("rel_err")).collect()
}

fn gaussian_rank_free_rate(config: &Config, table: &Table) -> Result<Claim> {
    let known = dense_errors(config, table, config.shape.r, config.small_alpha)?;
    let full = dense_errors(config, table, config.shape.d, config.small_alpha)?;
    let pairs = full.iter().flatten().zip(known.iter().flatten());
    let deviations: Vec<f64> = pairs.map(|(full, known)| (full / known - 1.0).abs()).collect();
    let counts: Vec<f64> = config.ms.iter().map(|&m| m as f64).collect();
    let means: Vec<f64> = full.iter().map(|errors| mean(errors)).collect();
    let claim = Claim::stated(
        "gaussian-rank-free-rate",
        "With dense noise, r' = d is as accurate as the known rank, and the error falls about as m^(-1/2)",
    )
    .at_most("maximum over m and seeds of |err(r' = d) / err(r' = r) - 1|", greatest(&deviations), 0.1)
    .published("error independent of r'");
    Ok(match config.ms.len() {
        1 => claim.note("no slope: one number of measurements"),
        _ => claim.in_between("log-log slope of the mean error over m", log_log_fit(&counts, &means).slope, -0.75, -0.35),
    })
}

fn large_init_is_noisier(config: &Config, table: &Table) -> Result<Claim> {
    let large = dense_errors(config, table, config.shape.d, LARGE_ALPHA)?;
    let small = dense_errors(config, table, config.shape.d, config.small_alpha)?;
    let ratios: Vec<f64> = large.iter().zip(&small).map(|(large, small)| mean(large) / mean(small)).collect();
    Ok(Claim::stated("large-init-is-noisier", "With dense noise, the large start is less accurate at every m").at_least(
        "minimum over m of mean rel_err, α = 1 over small α",
        least(&ratios),
        1.5,
    ))
}
