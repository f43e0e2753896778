//! The claims, measured on the table. Unless a claim says otherwise, the worst seed is judged.

use common::prelude::*;
use common::statistics::{greatest, least};

use crate::Config;

/// What the authors published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// The epoch from which on pass@1 is watched.
const EARLY: usize = 4;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let last = config.learner.epochs;
    let trained = table.kind("coverage");
    let ended = trained.with("epoch", last);
    // pass@N after training with the loss of order N'.
    let covers = |rows: &Table, train_n: usize, test_n: usize| {
        rows.with("train_n", train_n).with("test_n", test_n).mean("coverage")
    };
    // By how much one loss is above another at N samples, in the worst seed.
    let gap = |better, worse, test_n| {
        least(ended.each("seed", |run| covers(run, better, test_n) - covers(run, worse, test_n)))
    };
    let fall = |run: &Table| {
        let plain = run.with("train_n", 1).with("test_n", 256);
        plain.greatest("coverage") - plain.with("epoch", last).mean("coverage")
    };
    let rise = |run: &Table| covers(&run.with("epoch", last), 1, 1) - covers(&run.with("epoch", EARLY), 1, 1);
    let excess = |train_n: usize| {
        let ended = ended.with("train_n", train_n).with("test_n", config.test_n.first());
        ended.map(["confidence", "accuracy"], |[confidence, accuracy]| confidence - accuracy)
    };
    let over_guessing =
        |train_n, test_n: usize| covers(&ended, train_n, test_n) - ended.with("test_n", test_n).mean("uniform");

    let best = table.kind("optimal").sorted("n");
    let off = best.map(["q1_numeric", "q1_theory"], |[numeric, theory]| (numeric / theory - 1.0).abs());
    let falls = best.column("q1_theory").windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<f64>>();
    let of_two = best.with("n", 2).mean("q1_theory");

    // With few concepts 256 guesses find nearly every answer, and losses have nothing to differ in.
    let few = ended.with("test_n", 256).mean("uniform") > 0.65;
    let room = |claim: Claim| claim.applies_if(!few, "256 guesses find most answers: there are few concepts");

    // What a claim asks of the settings.
    let needs = |id: &str, train: &[usize], test: &[usize]| {
        let lacks = |all: &[usize], some: &[usize]| some.iter().copied().find(|n| !all.contains(n));
        let (train, test) = (lacks(&config.train_n, train), lacks(&config.test_n, test));
        Claim::new(id)
            .applies_if(train.is_none(), format!("train_n lacks {}", train.unwrap_or_default()))
            .applies_if(test.is_none(), format!("test_n lacks {}", test.unwrap_or_default()))
    };

    vec![
        room(needs("ce-hurts-large-n", &[1], &[1, 256]))
            .says("Cross-entropy lowers pass@256 while it raises pass@1")
            .at_least("pass@256 of CE, best epoch - last", least(trained.each("seed", fall)), 0.07)
            .beside(PUBLISHED.number("ce-fall-256"))
            .at_least(format!("pass@1 of CE, last epoch - epoch {EARLY}"), least(trained.each("seed", rise)), 0.10)
            .beside(PUBLISHED.number("ce-rise-1"))
            .applies_if(last > EARLY, format!("training ends by epoch {EARLY}")),
        room(needs("dco-rescues", &[1, 256], &[256]))
            .says("After the same training DCO-256 is above cross-entropy at pass@256")
            .at_least("pass@256, DCO-256 - CE", gap(256, 1, 256), 0.10)
            .beside(PUBLISHED.number("dco-gain-64")),
        needs("frontier", &[1, 4, 16, 64, 256], &[1, 16, 64])
            .says("No loss is best for every N")
            .above("pass@1, CE - DCO-4", gap(1, 4, 1), 0.01)
            .above("pass@16, DCO-16 - CE", gap(16, 1, 16), 0.01)
            .above("pass@16, DCO-16 - DCO-256", gap(16, 256, 16), 0.01)
            .above("pass@64, DCO-64 - CE", gap(64, 1, 64), 0.01)
            .above("pass@64, DCO-64 - DCO-4", gap(64, 4, 64), 0.01)
            .published("a frontier of losses, one for each N"),
        needs("overconfidence", &[1, 256], &[])
            .says("Cross-entropy ends over-confident, DCO-256 does not")
            .at_least("confidence - accuracy, CE", least(excess(1)), 0.15)
            .at_most("confidence - accuracy, DCO-256", greatest(excess(256)), 0.0)
            .note("the paper speaks of over-confidence; no number of it was found"),
        Claim::new("optimal-confidence")
            .says("The best policy found by search is that of theory, and less confident for more samples")
            .at_most("max over N of |q1 by search / q1 - 1|", greatest(off), 0.03)
            .below("max over N of the change of q1 from one N to the next", greatest(falls), 0.0)
            .at_most("|q1 - closed form| at N = 2", (of_two - config.posterior.best_of_two()).abs(), 1e-6)
            .published("the optimal confidence falls with N")
            .applies_if(config.theory_n.contains(&2), "theory_n lacks 2")
            .applies_if(config.theory_n.len() > 1, "theory_n has one value")
            .applies_if(!config.posterior.is_flat(), "all answers are equally likely: so is the best policy"),
        room(needs("above-uniform", &[1, 256], &[256, 1024]))
            .says("DCO-256 is far above guessing at pass@256, cross-entropy below it at pass@1024; means over seeds")
            .at_least("pass@256, DCO-256 - guessing", over_guessing(256, 256), 0.25)
            .at_most("pass@1024, CE - guessing", over_guessing(1, 1024), -0.10)
            .note("the paper's answers are texts, which nobody guesses: there is no such number"),
    ]
}
