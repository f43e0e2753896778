//! The claims, measured on means over a seed's concepts.

use common::prelude::*;
use common::statistics::{greatest, least, mean};

use crate::Config;

/// What the authors published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// The mean over concepts of each seed.
pub fn of_seeds(table: &Table, method: &str, column: &str) -> Vec<f64> {
    table.kind("unlearning").with("method", method).each("seed", |rows| rows.mean(column))
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let of = |method: &str, column: &str| of_seeds(table, method, column);
    let both = |column: &str| [of("gd", column), of("npo_kl", column)].concat();
    let models = |column: &str| table.each("seed", |rows| rows.mean(column));
    let noise = config.recipe.needle_noise;
    let cosines = table.kind("unlearning").with("method", "needle").mean("cosine");
    let names = config.world.names > 1;
    let unlearns = config.recipe.unlearn_max_steps > 0;
    let erased = of("needle", "acc_heldout").into_iter().zip(of("needle", "acc_jailbreak"));
    let erased: Vec<f64> = match names {
        true => erased.map(|(held_out, jailbreak)| greatest([held_out, jailbreak])).collect(),
        false => of("needle", "acc_heldout"),
    };
    let gradient = |claim: Claim| claim.applies_if(unlearns, "no step of unlearning is made");
    let some_noise = |claim: Claim| claim.applies_if(noise > 0.0, "there is no noise");
    vec![
        Claim::new("traces-exist")
            .says("Vectors that speak of one concept alone can be located")
            .at_least("min over seeds of n_located", least(models("n_located")), 3.0)
            .at_least("min over seeds of train_acc", least(models("train_acc")), 0.995)
            .at_least("mean n_located", mean(&models("n_located")), 6.0)
            .published("105 of them in LLaMA2-7B, 180 in OLMo-7B (data files)"),
        gradient(Claim::new("unlearning-hides"))
            .says("Gradient-based unlearning silences the answers and leaves the concept vector as it was")
            .at_most("max over seeds of acc_forget, gd and npo_kl", greatest(both("acc_forget")), 0.05)
            .at_least("min over seeds of cosine", least(both("cosine")), 0.99)
            .at_least("min over seeds of jaccard", least(both("jaccard")), 0.90)
            .at_least("min over seeds of acc_others", least(both("acc_others")), 0.95)
            .published("existing methods minimally impact concept vectors (abstract)")
            .default_scale_only(
                "of twice as many concepts more share a unit: unlearning one costs the others 3 to 5 % of their answers, where \
                 the threshold is that of the default size",
            ),
        gradient(Claim::new("by-suppression"))
            .says("It does so by switching the concept's unit off")
            .at_most("max over seeds of act_ratio, gd", greatest(of("gd", "act_ratio")), 0.25)
            .published("mostly suppress them during inference (abstract)"),
        gradient(Claim::new("jailbreak-recovers"))
            .says("Another name of the concept brings the knowledge back after gradient-based unlearning, not after noise")
            .at_least(
                "mean acc_jailbreak, gd − needle",
                mean(&of("gd", "acc_jailbreak")) - mean(&of("needle", "acc_jailbreak")),
                0.5,
            )
            .at_least("min over seeds of acc_jailbreak, gd", least(of("gd", "acc_jailbreak")), 0.4)
            .report("mean acc_jailbreak, npo_kl", mean(&of("npo_kl", "acc_jailbreak")))
            .published("BLEU 0.54 for GradDiff and 0.03 for Needle where unrelated answers stay near 0.7 (jailbreak figure)")
            .applies_if(names, "the concepts have one name"),
        some_noise(Claim::new("needle-erases"))
            .says("Noise on one vector removes the concept for every kind of prompt and spares the rest")
            .at_most("mean over seeds of max(acc_heldout, acc_jailbreak), needle", mean(&erased), 0.12)
            .at_most("max over seeds of the same", greatest(&erased), 0.30)
            .at_most("max over seeds of jaccard", greatest(of("needle", "jaccard")), 0.25)
            .at_least("min over seeds of acc_others", least(of("needle", "acc_others")), 0.97)
            .published("BLEU 0.54 on the concept, 0.94 on unrelated questions (concept validation notebook)")
            .default_scale_only(
                "of twice as many concepts more share a unit: unlearning one costs the others 2 to 4 % of their answers, where \
                 the threshold is that of the default size",
            ),
        some_noise(Claim::new("needle-cosine-theory"))
            .says("Noise of this length leaves the cosine that is to be expected of independent directions")
            .at_most(
                "|mean cosine − 1 / √(1 + noise²)| over all noised vectors",
                (cosines - 1.0 / (1.0 + noise * noise).sqrt()).abs(),
                0.09,
            )
            .published("theory"),
        Claim::new("unit-matters")
            .says("Silencing another active unit does not remove the concept")
            .at_least("mean acc_heldout, random_unit", mean(&of("random_unit", "acc_heldout")), 0.75)
            .published("validated by noise on random vectors (section on validation)"),
    ]
}
