//! The claims, measured on the table. All values are means over seeds.

use common::prelude::*;
use common::statistics::{greatest, mean};

use crate::rules::Rule;
use crate::{Config, easy};

/// What was published.
static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// The share of pristine labels at which rules are compared.
pub const MATCHED: f64 = 0.8;

/// The level of winsorization that claims are about.
const LEVEL: usize = 2;

/// The step at which pristine and corrupted examples are compared.
const DIFFERENT: f64 = 330.0;

/// The rows of one rule in the comparison of rules.
pub fn of_rule(table: &Table, experiment: &str, noise: f64, rule: Rule) -> Table {
    let (name, c) = rule.name_and_level();
    table.with("experiment", experiment).with("noise", noise).with("rule", name).with("c", c)
}

/// The share of wrong labels that a run predicts when it first predicts this share of the kept ones, between the recorded
/// steps by a straight line; NaN if it never does.
fn corrupt_fit_at(pristine_fit: f64, run: &Table) -> f64 {
    let fits = run.sorted("step").map(["pristine_fit", "corrupt_fit"], |fits| fits);
    let Some(reached) = fits.iter().position(|[pristine, _]| *pristine >= pristine_fit) else { return f64::NAN };
    let [[x0, y0], [x1, y1]] = [fits[reached.saturating_sub(1)], fits[reached]];
    if x1 > x0 { y0 + (y1 - y0) * (pristine_fit - x0) / (x1 - x0) } else { y1 }
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let train = table.with("experiment", "train");
    let trained = |noise: f64| train.with("noise", noise);
    let during = |noise, from: f64, to: f64| trained(noise).keep("step", |step| from <= step && step <= to);
    let early = |noise| during(noise, 10.0, 100.0).mean("coherence");
    let mid = |noise| during(noise, 100.0, 350.0).mean("coherence");
    let late = |noise| mean(&during(noise, 351.0, f64::INFINITY).each("seed", |run| run.greatest("coherence")));
    let ended = |noise, column| trained(noise).with("step", config.descent.steps).mean(column);
    let nearest = |a: f64, b: f64| if (b - DIFFERENT).abs() < (a - DIFFERENT).abs() { b } else { a };
    let different = train.column("step").into_iter().fold(f64::INFINITY, nearest);
    let at_different = |column| trained(0.5).with("step", different).mean(column);

    let (noise, sgd, winsor) = (config.robust_noise, Rule::Sgd, Rule::Winsor(LEVEL));
    let of = |experiment: &str, rule| of_rule(table, experiment, noise, rule);
    let clean = |rule| of_rule(table, "robust", 0.0, rule);
    let matched = |experiment, rule| mean(&of(experiment, rule).each("seed", |run| corrupt_fit_at(MATCHED, run)));
    let against_sgd = |experiment, rule| matched(experiment, rule) / matched(experiment, sgd);
    let steps_of = |experiment| if experiment == "robust" { config.robust_steps } else { config.vocabulary_steps };
    let end = |experiment, rule, column| of(experiment, rule).with("step", steps_of(experiment)).mean(column);
    let end_gain = |experiment| end(experiment, winsor, "test_acc") - end(experiment, sgd, "test_acc");
    let best = |runs: Table| mean(&runs.each("seed", |run| run.greatest("test_acc")));
    let best_gain = |rule| best(of("robust", rule)) - best(of("robust", sgd));
    let clean_end = clean(winsor).with("step", config.robust_steps).mean("test_acc");

    let halves = table.with("experiment", "easy");
    let early_coherence = |half| halves.with("rule", half).keep("step", easy::is_early).mean("coherence");
    let half_accuracy = |half| halves.with("rule", half).with("step", config.easy.easy_steps).mean("test_acc");
    let off = table.with("experiment", "fd");
    let off = off.map(["fd_coherence", "coherence"], |[ratio, exact]| (ratio / exact - 1.0).abs());

    // What a claim asks of the settings.
    let on_noise = |levels: &[f64], id: &str| {
        let missing = levels.iter().find(|level| !config.noise_levels.contains(level));
        let why_not = format!("{} is not among the noise levels", missing.unwrap_or(&f64::NAN));
        let long = config.descent.steps > 350;
        Claim::new(id).applies_if(missing.is_none(), why_not).applies_if(long, "training ends before step 350")
    };
    let compares = |rules: &[Rule], needed: &[Rule], id: &str| {
        let run = needed.iter().all(|rule| rules.contains(rule));
        Claim::new(id).applies_if(run, "the rules it compares are not among those run")
    };
    let some_random = |claim: Claim| claim.applies_if(noise > 0.0 && noise < 1.0, "no labels are random, or all");
    let rare = |needed: &[Rule], id| {
        let why_not = "there are no rare inputs, and on plain pixels nothing of it is claimed";
        some_random(compares(&config.rules, needed, id).applies_if(config.rare.rare > 0, why_not))
    };

    vec![
        on_noise(&[0.0, 1.0], "real-versus-random")
            .says("Real labels are coherent, random ones are not")
            .at_least("m-coherence with real labels, steps 10 to 100", early(0.0), 5.0)
            .beside(PUBLISHED.number("coherence-real"))
            .at_least("the same over that with random labels", early(0.0) / early(1.0), 6.0)
            .published("of order 10,000 early with real labels on ImageNet (second-hand)"),
        on_noise(&[0.0, 0.5, 1.0], "dose-response")
            .says("Coherence falls with label noise")
            .at_least("early m-coherence, no noise over half", early(0.0) / early(0.5), 2.0)
            .at_least("early m-coherence, half over all noise", early(0.5) / early(1.0), 2.0)
            .published("qualitative"),
        on_noise(&[1.0], "memorization-raises")
            .says("Memorizing random labels is not one by one: coherence rises above 1 late")
            .at_least("greatest m-coherence after step 350, random labels", late(1.0), 2.0)
            .beside(PUBLISHED.entry("coherence-random").at("least"))
            .at_least("the same over that of steps 100 to 350", late(1.0) / mid(1.0), 3.0)
            .published("rises to 100 to 1000 on ImageNet (second-hand)"),
        on_noise(&[0.0, 1.0], "same-fit-different-test")
            .says("Both fit the training labels, only one generalizes")
            .at_least("final train_acc, real labels", ended(0.0, "train_acc"), 0.95)
            .at_least("final train_acc, random labels", ended(1.0, "train_acc"), 0.95)
            .at_least("final test_acc, real labels", ended(0.0, "test_acc"), 0.82)
            .at_most("final test_acc, random labels", ended(1.0, "test_acc"), 0.15)
            .published("qualitative"),
        on_noise(&[0.5], "pristine-first")
            .says("Clean examples are learned before mislabelled ones")
            .at_least(
                format!("pristine_fit − corrupt_fit after {different} steps, half of the labels random"),
                at_different("pristine_fit") - at_different("corrupt_fit"),
                0.5,
            )
            .beside(PUBLISHED.number("pristine-share"))
            .published("about 0.7 of the early fall of the loss is due to pristine examples (2002.10657, second-hand)"),
        rare(&[sgd, winsor], "suppression-is-selective")
            .says("At the same fit of the kept labels, winsorized SGD has memorized far fewer wrong ones")
            .at_most("corrupt_fit at pristine_fit 0.8, c = 2 over SGD", against_sgd("robust", winsor), 0.55)
            .report("corrupt_fit at pristine_fit 0.8, SGD", matched("robust", sgd))
            .published("\"greatly reduce overfitting (and memorization)\""),
        rare(&[sgd, Rule::Slow], "slowness-is-not-enough")
            .says("A smaller step does not do that")
            .within(
                "corrupt_fit at pristine_fit 0.8, slow SGD over SGD",
                against_sgd("robust", Rule::Slow),
                0.85..=1.15,
            )
            .note("our control: what separates the rules is not that they are slower"),
        rare(&[sgd, winsor], "memorization-stopped")
            .says("In the end SGD has memorized every wrong label, winsorized SGD a fraction")
            .at_least("final corrupt_fit, SGD", end("robust", sgd, "corrupt_fit"), 0.95)
            .at_most("final corrupt_fit, c = 2", end("robust", winsor, "corrupt_fit"), 0.45)
            .published("qualitative"),
        rare(&[sgd, winsor], "generalization-improves")
            .says("Winsorized SGD generalizes better, even than SGD stopped at its best")
            .at_least("final test_acc, c = 2 − SGD", end_gain("robust"), 0.10)
            .at_least("best test_acc over the recorded steps, c = 2 − SGD", best_gain(winsor), 0.04)
            .published("qualitative"),
        compares(&config.clean_rules, &[sgd, winsor], "clean-labels-too")
            .says("Also without label noise")
            .at_least("final test_acc of c = 2 − best test_acc of SGD, no noise", clean_end - best(clean(sgd)), 0.02)
            .note("ours: the paper's rules are compared on noisy labels")
            .applies_if(config.rare.rare > 0, "there are no rare inputs"),
        rare(&[sgd, Rule::Median3], "median-of-means-too")
            .says("Medians of group means act alike, without gradients of single examples")
            .at_most("corrupt_fit at pristine_fit 0.8, M3 over SGD", against_sgd("robust", Rule::Median3), 0.75)
            .at_least("best test_acc over the recorded steps, M3 − SGD", best_gain(Rule::Median3), 0.03)
            .published("M3 and RM3 \"suppress weak gradient directions\" (2003.07422)"),
        some_random(compares(&config.vocabulary_rules, &[sgd, winsor], "real-rare-features"))
            .says("The same with rare features taken from the images")
            .at_most("corrupt_fit at pristine_fit 0.8, c = 2 over SGD", against_sgd("vocabulary", winsor), 0.75)
            .at_least("final corrupt_fit, SGD", end("vocabulary", sgd, "corrupt_fit"), 0.90)
            .at_most("final corrupt_fit, c = 2", end("vocabulary", winsor, "corrupt_fit"), 0.30)
            .at_least("final test_acc, c = 2 − SGD", end_gain("vocabulary"), 0.02)
            .report("corrupt_fit at pristine_fit 0.8, slow SGD over SGD", against_sgd("vocabulary", Rule::Slow))
            .published("\"attenuate memorization and improve generalization\""),
        Claim::new("easy-is-coherent")
            .says("Easy examples have more coherent gradients and generalize better amongst themselves")
            .at_least("early m-coherence, easy over hard", early_coherence("easy") / early_coherence("hard"), 1.25)
            .at_least("test_acc, easy − hard", half_accuracy("easy") - half_accuracy("hard"), 0.10)
            .published("qualitative (2003.07422)"),
        Claim::new("coherence-is-a-loss-ratio")
            .says("m-coherence is the ratio of loss decreases that defines it")
            .at_most("largest |fd_coherence / coherence − 1| over runs", greatest(&off), 0.02)
            .published("definition"),
    ]
}
