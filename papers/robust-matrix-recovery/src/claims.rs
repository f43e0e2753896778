//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, least, linear_fit, log_log_fit, median, t_interval};

use crate::subgradient::decay;
use crate::{Config, LARGE_ALPHA};

/// Why a claim on superfluous columns does not apply.
const NO_COLUMNS_TO_SPARE: &str = "U has no more columns than the rank";

/// Why a claim on what U with as many columns as rows can fit does not apply.
const NOT_FULL: &str = "it is about r' = d > r";

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let [few, many, dense] = ["A", "B", "C"].map(|panel| table.with("panel", panel));
    let mut claims = few_outliers(config, &few);
    claims.push(many_outliers(config, &many));
    claims.extend(dense_noise(config, &dense));
    claims
}

/// The runs from the small start with known rank, from it with r' columns, and from the large start with r' columns.
fn series(config: &Config, runs: &Table) -> [Table; 3] {
    let (small, columns) = (config.small_alpha, config.columns());
    [(config.shape.r, small), (columns, small), (columns, LARGE_ALPHA)]
        .map(|(columns, alpha)| runs.with("rank_param", columns).with("alpha", alpha))
}

/// The claims on panel a.
fn few_outliers(config: &Config, runs: &Table) -> Vec<Claim> {
    let wide = format!("r' = {}", config.columns_name());
    let has_outliers = config.has_outliers(config.outlier_frac);
    let last = config.iterations;
    let [known, full, large] = series(config, &runs.with("loss_kind", "l1"));
    let final_error = |runs: &Table| runs.with("t", last).median("rel_err");

    // The last phase, 400 ≤ t ≤ 1400 of 1500 iterations.
    let (from, to) = (4 * last / 15, 14 * last / 15);
    let log_decay = ln(decay(config.eta_final_ratio, last));
    let late = full.keep("t", |t| t >= from as f64 && t <= to as f64).derive("log_err", ["rel_err"], |[err]| ln(err));
    let slope = |seed| late.with("seed", seed).pair("t", "log_err", |t, log_err| linear_fit(t, log_err).slope);
    let slopes: Vec<f64> = (0..config.seeds).map(|seed| slope(seed) / log_decay).collect();
    // About one seed in a hundred is late: a mean is judged, and the worst reported.
    let final_errors = full.with("t", last);
    let log_errors: Vec<f64> = final_errors.column("rel_err").into_iter().map(ln).collect();
    vec![
        Claim::new("exact-recovery-overparam")
            .says(format!("With outliers, a small start and {wide}, the truth is recovered"))
            .at_most(
                "upper end of the 95 % interval of the geometric mean of the final rel_err",
                exp(t_interval(&log_errors, 0.95).high),
                5e-5,
            )
            .report("maximum over seeds of the same", final_errors.greatest("rel_err"))
            .published("convergence to the truth")
            .applies_if(config.seeds > 1, "one seed has no interval"),
        Claim::new("agnostic-to-rank")
            .says(format!("From a small start, {wide} is as accurate as the known rank"))
            .within(
                format!("median final rel_err, {wide} over r' = r"),
                final_error(&full) / final_error(&known),
                0.4..=2.5,
            )
            .at_most("median final rel_err, r' = r", final_error(&known), 5e-5)
            .published("\"agnostic\" to over-parameterisation")
            .applies_if(config.is_over_parameterised(), NO_COLUMNS_TO_SPARE),
        Claim::new("linear-rate")
            .says("The error falls as the step size does")
            .within(
                format!("median over seeds of slope(ln rel_err, {from} ≤ t ≤ {to}) / ln ρ"),
                median(&slopes),
                0.9..=1.1,
            )
            .report("least of the same", least(&slopes))
            .note("our derivation, not in the paper")
            .applies_if(config.eta_final_ratio < 1.0, "the step size does not fall")
            .applies_if(late.distinct("t").len() > 1, "fewer than two recorded iterations in the last phase"),
        Claim::new("large-init-fails")
            .says("The large start is worse by orders of magnitude")
            .at_least("median final rel_err, α = 1 over small α", final_error(&large) / final_error(&full), 1e3)
            .published("exponential improvement")
            .applies_if(config.is_full(), NOT_FULL)
            .applies_if(has_outliers, "no outliers"),
        Claim::new("squared-loss-breaks")
            .says("The same start with the squared loss fails")
            .at_least(
                "minimum over seeds of the final rel_err",
                runs.with("loss_kind", "l2").with("t", last).least("rel_err"),
                0.5,
            )
            .note("our contrast, not in the paper")
            .applies_if(has_outliers, "no outliers"),
    ]
}

/// The claim on panel b.
fn many_outliers(config: &Config, runs: &Table) -> Claim {
    let largest = runs.with("alpha", greatest(&config.alphas));
    let smallest = runs.with("alpha", least(&config.alphas));
    Claim::new("lower-loss-worse-answer")
        .says(
            "With many outliers, the largest start of panel b fits better than the truth and is wrong; the smallest \
             fits no better and is right",
        )
        .below("largest α: maximum loss_excess", largest.greatest("loss_excess"), -0.05)
        .above("largest α: minimum rel_err", largest.least("rel_err"), 1.0)
        .below("smallest α: median rel_err", smallest.median("rel_err"), 1e-3)
        .above("smallest α: minimum loss_excess", smallest.least("loss_excess"), -1e-4)
        .published("recovery \"even if the global optima do not correspond to the truth\"")
        .applies_if(config.alphas.len() > 1, "one initialisation scale")
        .applies_if(config.is_full(), NOT_FULL)
        .applies_if(config.has_outliers(config.outlier_frac_heavy), "no outliers")
        .applies_if(
            config.m <= config.shape.d * (config.shape.d + 1) / 2,
            "there are more measurements than distinct elements of the matrix, so that not every outlier can be fitted",
        )
}

/// The claims on panel c.
fn dense_noise(config: &Config, runs: &Table) -> [Claim; 2] {
    let wide = format!("r' = {}", config.columns_name());
    let [known, full, large] = series(config, runs);
    let ratios = |m: usize| {
        let [full, known] = [&full, &known].map(|runs| runs.with("m", m).column("rel_err"));
        full.iter().zip(known).map(|(full, known)| full / known).collect::<Vec<f64>>()
    };
    let low = Each::of(&config.ms, |m| t_interval(&ratios(m), 0.95).low);
    let high = Each::of(&config.ms, |m| t_interval(&ratios(m), 0.95).high);
    let rank_free = Claim::new("gaussian-rank-free-rate")
        .says(format!(
            "With dense noise, {wide} is as accurate as the known rank, and the error falls about as m^(-1/2)"
        ))
        .at_least(
            format!("95 % interval of the mean over seeds of err({wide}) / err(r' = r), by m: lower end"),
            low,
            0.9,
        )
        .at_most("its upper end", high, 1.1)
        .published("error independent of r'");
    let rank_free = match config.ms.len() {
        1 => rank_free.note("no slope: one number of measurements"),
        _ => {
            let errors = full.curve("m", "rel_err").mean();
            let slope = log_log_fit(&errors.x, &errors.middle).slope;
            rank_free.within("log-log slope of the mean error over m", slope, -0.75..=-0.35)
        }
    };
    let mean_error = |runs: &Table, m: usize| runs.with("m", m).mean("rel_err");
    let noisier = Claim::new("large-init-is-noisier")
        .says("With dense noise, the large start is less accurate at every m")
        .at_least(
            "mean rel_err, α = 1 over small α, by m",
            Each::of(&config.ms, |m| mean_error(&large, m) / mean_error(&full, m)),
            1.5,
        )
        // The start has an error of 1: what has not moved shows nothing.
        .at_most("mean rel_err from small α, by m", Each::of(&config.ms, |m| mean_error(&full, m)), 0.5)
        .note("our contrast, not in the paper");
    let rank_free = rank_free
        .applies_if(config.is_over_parameterised(), NO_COLUMNS_TO_SPARE)
        .applies_if(config.seeds_dense > 1, "one seed has no interval");
    let noisier = noisier.applies_if(config.is_full(), NOT_FULL);
    [rank_free, noisier].map(|claim| claim.applies_if(config.noise_sd > 0.0, "no noise"))
}
