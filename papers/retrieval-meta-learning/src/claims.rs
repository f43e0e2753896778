//! The claims. Methods are compared on the same test episodes of the same classes.

use common::prelude::*;
use common::statistics::{greatest, least, mean};

use crate::{Config, most};

/// Numbers of passages at which accuracy grows, and the least growth from each to the next.
const PASSAGES: [usize; 4] = [0, 1, 5, 20];
const GROWTH: f64 = 0.005;

/// Accuracy of each seed.
fn accuracy(table: &Table, method: &str, m: usize, shots: usize, column: &str) -> Vec<f64> {
    table.with("method", method).with("n_passages", m).with("shots", shots).each("seed", |rows| rows.value(column))
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let most = most(config);
    let passages = |method: &str| if method == "none" { 0 } else { most };
    let of = |method: &str, shots, column: &str| accuracy(table, method, passages(method), shots, column);
    let gains = |one: &str, other: &str, shots| {
        let pairs = of(one, shots, "acc_after").into_iter().zip(of(other, shots, "acc_after"));
        pairs.map(|(one, other)| one - other).collect::<Vec<f64>>()
    };
    let helps = |id: &str, shots: usize, threshold: f64| {
        let each = gains("attention", "none", shots);
        Claim::new(id)
            .says(format!("Retrieved passages help a meta-learner that has {shots} example(s) of each class"))
            .at_least(
                format!("min over seeds of accuracy, attention to {most} − no retrieval"),
                least(&each),
                threshold,
            )
            .at_most("max over seeds", greatest(&each), 0.2)
            .published("RAML is above all baselines (abstract)")
            .applies_if(config.shots.contains(&shots), format!("no run has {shots} example(s)"))
    };
    let all = |one: &str, other: &str| -> Vec<f64> {
        config.shots.iter().flat_map(|&shots| gains(one, other, shots)).collect()
    };
    let random = all("random", "none");
    let weights = table.with("method", "random").column("gate");
    let trains = |claim: Claim| claim.applies_if(config.recipe.train_episodes > 0, "nothing is trained");
    let by_passages = PASSAGES.map(|m| {
        let method = if m == 0 { "none" } else { "attention" };
        mean(&accuracy(table, method, m, 1, "acc_after"))
    });
    let growth: Vec<f64> = by_passages.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let learned = |method: &str| mean(&of(method, 1, "acc_after")) - mean(&of(method, 1, "acc_before"));
    let one_shot = |claim: Claim| claim.applies_if(config.shots.contains(&1), "no run has 1 example");
    vec![
        helps("retrieval-helps-1shot", 1, 0.05),
        helps("retrieval-helps-5shot", 5, 0.035),
        Claim::new("random-does-not")
            .says("Random passages do not help: it is knowledge, not capacity")
            .at_most("max over seeds and shots of accuracy, random passages − no retrieval", greatest(&random), 0.02)
            .at_least("min over seeds and shots", least(&random), -0.05)
            .at_least("min of their weight 2 σ(g), which shows that they are there", least(&weights), 0.5)
            .published("implied: passages are chosen by what they say"),
        trains(Claim::new("attention-beats-mean"))
            .says("To learn which passages to use beats their mean")
            .within(
                "mean over seeds and shots of accuracy, attention − mean",
                mean(&all("attention", "mean")),
                0.004..=0.1,
            )
            .published("the model must determine which knowledge to use (abstract)")
            .applies_if(most > 1, "with one passage both are the same"),
        one_shot(Claim::new("more-passages"))
            .says("Accuracy grows with the number of passages")
            .at_least("growth of mean 1-shot accuracy between 0, 1, 5, 20 passages: least", least(&growth), GROWTH)
            .at_least("20 against 0", by_passages[3] - by_passages[0], 0.05)
            .published("not reported as a number")
            .applies_if(
                PASSAGES[1..].iter().all(|m| config.n_passages.contains(m)),
                "n_passages lacks one of 1, 5, 20",
            ),
        trains(one_shot(Claim::new("meta-training-helps")))
            .says("Meta-training transfers to new classes, with retrieval no less than without")
            .at_least("mean gain by meta-training, attention, 1-shot", learned("attention"), 0.03)
            .at_least("the same without retrieval", learned("none"), 0.03)
            .at_least("the first − the second", learned("attention") - learned("none"), -0.01)
            .published("the premise of meta-learning"),
    ]
}
