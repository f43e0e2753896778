//! The claims.

use common::prelude::*;
use common::statistics::{greatest, least};

use crate::Config;

/// What the authors published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// How much better than chance the oracle is, relative to the best classifier.
const ORACLE: &str = "(accuracy of the oracle - chance) / (best possible - chance)";

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let Config { digits, rounds, penalties, .. } = config;
    let results = table.kind("results");
    let of = |method: &str, init: &str| results.with("method", method).with("init", init);
    let accuracy = |method, init| of(method, init).mean("test_acc");
    let round1 = of("round1", "rand");
    // What the best classifier reaches.
    let ceiling = 1.0 - digits.label_noise;
    // Whether shape could be learned at all.
    let learned_by_oracle = (accuracy("oracle", "rand") - 0.5) / (ceiling - 0.5);
    let gains = |method: &str| {
        results.with("method", method).each("seed", |run| {
            let accuracy = |init| run.with("init", init).value("test_acc");
            accuracy("rfc_frozen") - accuracy("rand")
        })
    };
    let frozen = of("vrex", "rfc_frozen");

    let misleading = |claim: Claim| {
        claim
            .applies_if(0.5 * (digits.e1 + digits.e2) < digits.label_noise, "colour says less than shape in training")
            .applies_if(digits.label_noise < 0.5, "shape says nothing of the labels")
            .applies_if(digits.e_test >= 0.9, "the colours of the test mislead too little")
    };
    let rich = |claim: Claim| {
        misleading(claim).applies_if(
            rounds.erm_steps > 0 && rounds.rfc_steps > 0 && rounds.syn_steps > 0,
            "there are no rich features without steps in all rounds",
        )
    };
    let penalised = |claim: Claim| {
        rich(claim)
            .applies_if(penalties.ood_steps > 0 && penalties.cf_steps > 0, "nothing is trained with a penalty")
            .applies_if(penalties.lambda_vrex > 0.0 && penalties.lambda_irm > 0.0, "a penalty has no weight")
            .applies_if(digits.e1 != digits.e2, "the environments do not differ")
    };

    vec![
        penalised(Claim::new("rich-frozen-near-oracle"))
            .says("On frozen rich features vREx comes close to a network for which colour says nothing")
            .within(
                "mean accuracy, oracle - vREx on frozen features",
                accuracy("oracle", "rand") - accuracy("vrex", "rfc_frozen"),
                -0.03..=0.10,
            )
            .beside(PUBLISHED.number("oracle-lead"))
            .within(ORACLE, learned_by_oracle, 0.5..=1.05),
        penalised(Claim::new("rich-beats-random"))
            .says("Penalised training needs the rich start")
            .at_least("mean accuracy of vREx, frozen - random", reduce::mean(&gains("vrex")), 0.15)
            .beside(PUBLISHED.entry("gain").at("vrex"))
            .at_least("mean accuracy of IRMv1, frozen - random", reduce::mean(&gains("irm")), 0.06)
            .beside(PUBLISHED.entry("gain").at("irm"))
            .at_least("mean accuracy of vREx, frozen", accuracy("vrex", "rfc_frozen"), 0.55)
            .beside(PUBLISHED.entry("vrex").at("rfc_frozen")),
        rich(Claim::new("erm-uses-colour"))
            .says("Without penalty colour wins, even on rich features")
            .at_most(
                "larger mean accuracy of ERM, random or frozen",
                greatest([accuracy("erm", "rand"), accuracy("erm", "rfc_frozen")]),
                0.30,
            )
            .beside(PUBLISHED.entry("erm").at("rfc_frozen"))
            .at_least(ORACLE, learned_by_oracle, 0.5)
            .published("0.273 random, 0.356 frozen: the paper's own networks would miss the threshold")
            .default_scale_only("networks of the published size use colour less on frozen features (0.356)"),
        rich(Claim::new("discovery-finds-digits"))
            .says("Round 0 sees colour only; round 1 finds the digits without knowing environments")
            .at_most("mean accuracy of round 0", accuracy("round0", "rand"), 0.15)
            .within("mean accuracy of round 1", accuracy("round1", "rand"), 0.55..=ceiling + 0.03)
            .note("no accuracies of single rounds are at hand"),
        penalised(Claim::new("frozen-reliable"))
            .says("On frozen rich features vREx is better than chance and than its own random start for every seed")
            .at_least("least accuracy of vREx, frozen", frozen.least("test_acc"), 0.50)
            .at_least("least gain of vREx over seeds, frozen - random", least(gains("vrex")), 0.08)
            .published("standard deviation over runs 0.004 (Table 1)"),
        rich(Claim::new("balanced-groups"))
            .says("Training on the worse group makes the groups equal")
            .at_most(
                "mean distance of the accuracies of round 1 on the two groups",
                reduce::mean(&round1.map(["acc_right", "acc_wrong"], |[right, wrong]| (right - wrong).abs())),
                0.10,
            )
            .at_least(
                "mean of the smaller of these",
                reduce::mean(&round1.map(["acc_right", "acc_wrong"], |[right, wrong]| least([right, wrong]))),
                0.60,
            )
            .note("a property of the method"),
    ]
}
