//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::mean;

use crate::Config;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let ends = table.filter("kind", "final")?;
    let (w, kq) = (ends.filter("param", "W")?, ends.filter("param", "KQ")?);
    let solved = table.filter("kind", "ranks")?.filter_by("rank_fro", |rank| !rank.is_null())?;
    Ok(vec![
        w_goes_to_frobenius(&w)?,
        kq_goes_to_nuclear(&kq)?,
        norms_are_distinguished(&w, &kq)?,
        attention_saturates(&w, &kq)?,
        kq_trains_lower_rank(&w, &kq)?,
        nuclear_svm_lower_rank(config, &solved)?,
        frobenius_rank_is_n(&solved)?,
    ])
}

fn column_mean(table: &Table, column: &str) -> Result<f64> {
    Ok(mean(&table.floats(column)?))
}

fn w_goes_to_frobenius(w: &Table) -> Result<Claim> {
    let all_best = w.floats("frac_best")?.into_iter().map(|share| f64::from(u8::from(share == 1.0)));
    let all_best: Vec<f64> = all_best.collect();
    Ok(Claim::stated("w-goes-to-frobenius", "W-training aligns with the Frobenius SVM")
        .at_least("mean final corr_fro, param W", column_mean(w, "corr_fro")?, 0.975)
        .report("share of instances that select the best-scored token of every input", mean(&all_best))
        .published("curve tends to 1"))
}

fn kq_goes_to_nuclear(kq: &Table) -> Result<Claim> {
    Ok(Claim::stated("kq-goes-to-nuclear", "(K,Q)-training aligns with the nuclear SVM")
        .at_least("mean final corr_nuc, param KQ", column_mean(kq, "corr_nuc")?, 0.99)
        .published("curve tends to 1"))
}

fn norms_are_distinguished(w: &Table, kq: &Table) -> Result<Claim> {
    let of_w = column_mean(w, "corr_fro")? - column_mean(w, "corr_nuc")?;
    let of_kq = column_mean(kq, "corr_nuc")? - column_mean(kq, "corr_fro")?;
    Ok(Claim::stated("norms-are-distinguished", "Each parameterisation prefers its norm")
        .at_least("mean(corr_fro - corr_nuc), param W", of_w, 0.08)
        .at_least("mean(corr_nuc - corr_fro), param KQ", of_kq, 0.08)
        .published("visible gap"))
}

fn attention_saturates(w: &Table, kq: &Table) -> Result<Claim> {
    let (of_w, of_kq) = (column_mean(w, "softmax_max")?, column_mean(kq, "softmax_max")?);
    Ok(Claim::stated("attention-saturates", "Softmax picks one token")
        .at_least("mean final softmax_max, the smaller of the two params", of_w.min(of_kq), 0.999)
        .published("tends to 1"))
}

fn kq_trains_lower_rank(w: &Table, kq: &Table) -> Result<Claim> {
    let ratio = column_mean(w, "eff_rank")? / column_mean(kq, "eff_rank")?;
    Ok(Claim::stated("kq-trains-lower-rank", "The factorised weights have lower effective rank").at_least(
        "mean eff_rank(W) / mean eff_rank(KQ)",
        ratio,
        1.4,
    ))
}

/// Sizes of the rank panel that the claim is about.
const N: usize = 10;
const DIMENSIONS: [usize; 2] = [10, 20];

fn nuclear_svm_lower_rank(config: &Config, solved: &Table) -> Result<Claim> {
    let claim = Claim::stated("nuclear-svm-lower-rank", "At n = 10, d = 10 and 20, the nuclear solution has lower rank")
        .published("same ordering");
    if !(config.rank_n.contains(&N) && DIMENSIONS.iter().all(|d| config.rank_d.contains(d))) {
        return Ok(claim.not_applicable("the rank panel lacks one of these sizes"));
    }
    let mut claim = claim;
    for d in DIMENSIONS {
        let rows = solved.filter("n", N)?.filter("d", d)?;
        let difference = column_mean(&rows, "rank_fro")? - column_mean(&rows, "rank_nuc")?;
        claim = claim.at_least(format!("mean rank_fro - mean rank_nuc, d = {d}"), difference, 4.0);
    }
    let norms = solved.floats("nucnorm_nuc")?.into_iter().zip(solved.floats("nucnorm_fro")?);
    let ratios: Vec<f64> = norms.map(|(nuclear, frobenius)| nuclear / frobenius).collect();
    Ok(claim.report("largest nucnorm_nuc / nucnorm_fro of all sizes", reduce::max(&ratios)))
}

fn frobenius_rank_is_n(solved: &Table) -> Result<Claim> {
    let claim = Claim::stated("frobenius-rank-is-n", "The Frobenius solution has rank min(n, d)").published("same");
    if solved.is_empty() {
        return Ok(claim.not_applicable("no problem of the rank panel has a solution"));
    }
    let sizes = solved.floats("n")?.into_iter().zip(solved.floats("d")?);
    let ranks = solved.floats("rank_fro")?.into_iter().zip(sizes);
    let equal: Vec<f64> = ranks.map(|(rank, (n, d))| f64::from(u8::from(rank == n.min(d)))).collect();
    Ok(claim.at_least("share of ranks rows with rank_fro = min(n, d)", mean(&equal), 0.9))
}
