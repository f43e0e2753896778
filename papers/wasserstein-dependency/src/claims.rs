//! The claims, measured on means over the runs.

use common::prelude::*;
use common::statistics::{greatest, least};

use crate::Config;

/// What was published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// From so many characters on a representation of a few dozen numbers is incomplete.
const MANY: usize = 9;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let &Config { ref m_values, n_pairs, ref setting, .. } = config;
    let (few, many) = (m_values[0], config.most());
    let of = |method, m: usize, n: usize| table.with("method", method).with("m", m).with("n_pairs", n);
    let accuracy = |method, m, n| of(method, m, n).mean("probe_acc");
    let gap = |m, n| accuracy("wpc", m, n) - accuracy("cpc", m, n);
    let gain = |method| accuracy(method, many, n_pairs) - accuracy("untrained", many, n_pairs);
    let [cpc, wpc] = ["cpc", "wpc"].map(|method| of(method, many, n_pairs));

    let [smallest, largest] = [config.sizes().min(), config.sizes().max()].map(|n| n.unwrap_or(n_pairs));
    let more_data = |method| accuracy(method, many, largest) - accuracy(method, many, smallest);
    let (log_batch, mi_true) = (setting.training.log_batch(), many as f64 * ln(setting.n_classes as f64));
    let of_bound =
        ["mi_train", "mi_fresh"].map(|column| greatest(table.map([column, "log_batch"], |[mi, bound]| mi - bound)));

    let at_many = |id| {
        let claim = Claim::new(id).applies_if(many >= MANY, format!("no view has {MANY} characters"));
        claim.default_scale_only("the thresholds are those of small encoders and few pairs")
    };
    let compared = |id| at_many(id).applies_if(setting.training.lambda_gp > 0.0, "without a penalty WPC is CPC");
    let both = |id| compared(id).applies_if(few == 1, "no view has one character");
    let far_below = |claim: Claim| {
        let why_not = "the bound is more than a quarter of the mutual information";
        claim.applies_if(mi_true >= 4.0 * log_batch, why_not)
    };

    vec![
        compared("wpc-more-complete")
            .says(format!("With {many} characters WPC's representation is more complete"))
            .at_least("mean accuracy, WPC − CPC", gap(many, n_pairs), 0.04)
            .beside(PUBLISHED.entry("gap").at(MANY as f64))
            .report("mean gradient norm of the critic, WPC", wpc.mean("grad_norm"))
            .report("the same, CPC", cpc.mean("grad_norm"))
            .published("0.581 and 0.135 with nine Omniglot characters, fully connected encoders"),
        both("gap-opens-with-mi")
            .says("With one character there is no gap, with many there is")
            .at_least(format!("gap at {many} − gap at {few} characters"), gap(many, n_pairs) - gap(few, n_pairs), 0.03)
            .at_most(format!("|gap| at {few}"), gap(few, n_pairs).abs(), 0.03)
            .beside(PUBLISHED.entry("gap").at(1.0))
            .published("the gap opens between two and four characters"),
        compared("beats-untrained-twice")
            .says("Over an encoder with random weights WPC gains much more than CPC")
            .at_least("gain of WPC over gain of CPC", gain("wpc") / gain("cpc"), 1.4)
            .at_least("gain of CPC", gain("cpc"), 0.02)
            .note("our control: the published accuracies have no untrained encoder beside them"),
        far_below(at_many("cpc-hits-the-bound"))
            .says("On training batches CPC's estimate is nearly ln B, far below the mutual information")
            .at_least("mean estimate over ln B", cpc.mean("mi_train") / log_batch, 0.85)
            .below("the same, which stays below", cpc.mean("mi_train") / log_batch, 1.0)
            .at_least("mutual information over ln B", mi_true / log_batch, 4.0)
            .published("theory: at most ln B"),
        far_below(compared("cpc-overfits"))
            .says("That estimate is overfitted: on fresh pairs it is far lower, and lower than WPC's")
            .at_least("CPC's mean estimate, training − fresh", cpc.mean("mi_train") - cpc.mean("mi_fresh"), 1.5)
            .at_least("mean estimate on fresh pairs, WPC − CPC", wpc.mean("mi_fresh") - cpc.mean("mi_fresh"), 0.15)
            .at_least("mean estimate on fresh pairs, WPC", wpc.mean("mi_fresh"), 0.5)
            .report("WPC's mean estimate, training − fresh", wpc.mean("mi_train") - wpc.mean("mi_fresh"))
            .published("CPC is prone to overfit (abstract)"),
        compared("small-data")
            .says("The gap is there for every number of training pairs, and both methods improve with it")
            .at_least("least mean gap", least(config.sizes().map(|n| gap(many, n))), 0.025)
            .at_least(format!("CPC, {largest} − {smallest} pairs"), more_data("cpc"), 0.03)
            .report(format!("WPC, {largest} − {smallest} pairs"), more_data("wpc"))
            .applies_if(largest >= 10 * smallest, "the numbers of pairs differ by less than a factor of ten")
            .published("LibriSpeech, replication: WPC ahead by 0.062 to 0.007 (digitised)"),
        Claim::new("bound-respected")
            .says("No estimate exceeds ln B")
            .at_most("greatest estimate − ln B", greatest(of_bound), 1e-6)
            .published("theory"),
    ]
}
