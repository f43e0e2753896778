//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, least};

use crate::Config;
use crate::volume::LOSSES;

/// Levels with fewer points below them are too noisy to be judged.
const JUDGED_HITS: f64 = 1000.0;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let judged = table.kind("volume").keep("hits", |hits| hits >= JUDGED_HITS);
    let volume_error = |loss| {
        let levels = judged.with("loss", loss);
        greatest(levels.map(["volume", "volume_theory"], |[volume, theory]| ln(volume / theory).abs()))
    };

    let coldest = config.coldest();
    let linear = table.kind("linear").with("b", coldest);
    let error = greatest(linear.map(["neff", "neff_theory"], |[neff, theory]| (neff - theory).abs()));
    let excess =
        |r: usize, column| least(linear.with("r", r).map([column, "hessian_rank"], |[neff, rank]| neff - rank));
    let share = |column| greatest(linear.map([column, "params"], |[neff, params]| neff / params));

    let bases = table.kind("basis");
    let (ib, neuron) = (bases.with("basis", "ib"), bases.with("basis", "neuron"));
    vec![
        Claim::new("cross-volume")
            .says("The cross-shaped valley has exactly the log-corrected square-root volume, the others have theirs")
            .at_most("max over ε and seeds of |ln(volume / volume_theory)|", Each::of(&LOSSES, volume_error), 0.15)
            .published("effective count 1, not 0")
            .applies_if(
                LOSSES.iter().all(|loss| !judged.with("loss", loss).is_empty()),
                "too few samples: no level has 1000 points below it",
            ),
        Claim::new("neff-matches-theory")
            .says("Measured effective counts equal the exact learning coefficient")
            .at_most(
                format!("max over nets, r and seeds at B = {coldest:e} of |neff − (2λ − 2(m−1)/ln B)|"),
                error,
                0.20,
            )
            .published("theorem")
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
            .applies_if(share("neff_theory") <= 0.74, "the theorem says that one of these nets uses a larger share"),
        ranks(
            Claim::new("sync-blocks-exact").says("Synchronised ReLUs leave exactly the free directions of theory, Σ k² for small blocks in general position"),
            &table.kind("relu"),
        ),
        ranks(
            Claim::new("product-rank").says("Ranks of dependent activations and gradients multiply"),
            &table.kind("product"),
        ),
        Claim::new("ib-invariant-diagonal")
            .says("The Interaction Basis is gauge invariant and diagonal, the neuron basis is not")
            .at_most("max ib_change", ib.greatest("ib_change"), 1e-6)
            .at_most("max offdiag of the Interaction Basis", ib.greatest("offdiag"), 1e-8)
            .at_least("min offdiag of the neuron basis", neuron.least("offdiag"), 0.3)
            .report("min activation_change", neuron.least("activation_change"))
            .applies_if(config.widths[1].min(config.widths[2]) >= 4, "so few neurons can be diagonal by chance"),
    ]
}

/// How many ranks are not as predicted, and how clear the ranks are.
fn ranks(claim: Claim, ranks: &Table) -> Claim {
    let is_wrong = |[rank, theory, gap]: [f64; 3]| f64::from(u8::from(!(rank == theory && gap > 0.0)));
    let wrong = ranks.map(["rank", "rank_theory", "gap"], is_wrong);
    // NaN for no ranks.
    let count = wrong.len() as f64 * statistics::mean(&wrong);
    claim
        .at_most(format!("cells of {} with rank ≠ rank_theory", wrong.len()), count, 0.0)
        .report("smallest eigenvalue that counts, over the largest", ranks.least("gap"))
        .report("largest that does not count, over the largest", ranks.greatest("gap_below"))
        .published("theorem")
}
