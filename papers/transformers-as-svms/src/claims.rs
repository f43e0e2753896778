//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, mean};

use crate::Config;

/// Inputs in the problems of the rank panel that are judged.
const RANK_N: usize = 10;
/// Dimensions of the problems in the rank panel that are judged.
const RANK_D: [usize; 2] = [10, 20];

/// Why claims about the difference of the norms do not apply: all solutions are then a vector times zᵀ, of rank one.
const SAME: &str = "for one input both norms have the same solution";

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let ends = table.kind("final");
    let (w, kq) = (ends.with("param", "W"), ends.with("param", "KQ"));
    let all_best: Vec<f64> = w.map(["frac_best"], |[share]| f64::from(u8::from(share == 1.0)));
    // A problem without a solution has no norm.
    let solved = table.kind("ranks").keep("nucnorm_fro", |norm| norm > 0.0);
    let gap = |d| {
        let of_size = solved.with("n", RANK_N).with("d", d);
        of_size.mean("rank_fro") - of_size.mean("rank_nuc")
    };
    let norms: Vec<f64> = solved.map(["nucnorm_nuc", "nucnorm_fro"], |[nuclear, frobenius]| nuclear / frobenius);
    let full_rank = solved.map(["rank_fro", "n", "d"], |[rank, n, d]| f64::from(u8::from(rank == n.min(d))));

    let trained = [
        Claim::new("w-goes-to-frobenius")
            .says("W-training aligns with the Frobenius SVM")
            .at_least("mean final corr_fro, param W", w.mean("corr_fro"), 0.975)
            .report("share of instances that select the best-scored token of every input", mean(&all_best))
            .published("curve tends to 1"),
        Claim::new("kq-goes-to-nuclear")
            .says("(K,Q)-training aligns with the nuclear SVM")
            .at_least("mean final corr_nuc, param KQ", kq.mean("corr_nuc"), 0.99)
            .published("curve tends to 1"),
        Claim::new("norms-are-distinguished")
            .says("Each parameterisation prefers its norm")
            .at_least("mean(corr_fro - corr_nuc), param W", w.mean("corr_fro") - w.mean("corr_nuc"), 0.08)
            .at_least("mean(corr_nuc - corr_fro), param KQ", kq.mean("corr_nuc") - kq.mean("corr_fro"), 0.08)
            .published("visible gap")
            .applies_if(config.shape.n > 1, SAME),
        Claim::new("attention-saturates")
            .says("Softmax picks one token")
            .at_least(
                "mean final softmax_max",
                Each::of(&["W", "KQ"], |param| ends.with("param", param).mean("softmax_max")),
                0.999,
            )
            .published("tends to 1"),
        Claim::new("kq-trains-lower-rank")
            .says("The factorised weights have lower effective rank")
            .at_least("mean eff_rank(W) / mean eff_rank(KQ)", w.mean("eff_rank") / kq.mean("eff_rank"), 1.4)
            .applies_if(config.shape.n > 1, SAME),
    ];
    let has_sizes = config.rank_n.contains(&RANK_N) && RANK_D.iter().all(|d| config.rank_d.contains(d));
    let ranks = [
        Claim::new("nuclear-svm-lower-rank")
            .says("At n = 10, d = 10 and 20, the nuclear solution has lower rank")
            .at_least("mean rank_fro - mean rank_nuc, by d", Each::of(&RANK_D, gap), 4.0)
            .report("largest nucnorm_nuc / nucnorm_fro of all sizes", greatest(&norms))
            .published("same ordering")
            .applies_if(has_sizes, "the rank panel lacks one of these sizes"),
        Claim::new("frobenius-rank-is-n")
            .says("The Frobenius solution has rank min(n, d)")
            .at_least("share of ranks rows with rank_fro = min(n, d)", mean(&full_rank), 0.9)
            .published("same"),
    ];
    let ranks = ranks.map(|claim| claim.applies_if(!solved.is_empty(), "no problem of the rank panel has a solution"));
    trained.into_iter().chain(ranks).collect()
}
