//! The claims, measured on the table: means over seeds.

use common::prelude::*;
use common::statistics::{greatest, log_log_fit};

use crate::Config;

/// What the authors published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// The narrowest network whose distance from the limit is expected to follow the law of large widths.
pub const WIDE: f64 = 128.0;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let of = |param: &str| table.with("param", param);
    let mup = |width: usize| of("mup").with("width", width);
    let accuracy = |rows: Table| rows.mean("accuracy");
    let moved = |rows: Table| rows.mean("kernel_change");
    let limit = || of("mup_limit");
    // By how much the limit is better than the kernel, the better with and without meta-training.
    let advantage = |column| {
        let accuracy = |param| of(param).mean(column);
        accuracy("mup_limit") - greatest([accuracy("linear_ntk"), accuracy("linear_kernel")])
    };
    let learning = &config.setting.learning;

    let has = |claim: Claim, widths: &[usize]| {
        claim.applies_if(
            widths.iter().all(|width| config.widths.contains(width)),
            format!("the widths {widths:?} are not all among those of the networks"),
        )
    };
    let gains = PUBLISHED.entry("gains");
    let gain = |from, to| accuracy(mup(to)) - accuracy(mup(from));

    let widest = config.widths.last().copied().unwrap_or(0);
    let distances = of("mup").keep("width", |n| n >= WIDE).curve("width", "logit_distance").mean();
    let slope = log_log_fit(&distances.x, &distances.middle).slope;
    // 0.06 at n = 8192, and by the law elsewhere.
    let largest_distance = 0.06 * (8192.0 / widest as f64).sqrt();
    let wide = |claim: Claim, least: usize| {
        claim.applies_if(widest >= least, format!("the widest network has fewer than {least} units"))
    };

    let (narrow, broad) = (config.ntk_widths[0], config.ntk_widths[config.ntk_widths.len() - 1]);
    let ntk = |width: usize| moved(of("ntk").with("width", width));
    let trained = |claim: Claim| claim.applies_if(learning.steps > 0, "the networks are not meta-trained");

    vec![
        trained(Claim::new("limit-beats-kernel"))
            .says(format!(
                "After {} of adaptation the feature-learning limit is clearly better than the kernel limit",
                steps(learning.inner_steps_test)
            ))
            .at_least("acc(mup_limit) − max(acc(linear_ntk), acc(linear_kernel))", advantage("accuracy"), 0.18)
            .report("acc(mup_limit)", accuracy(limit()))
            .report("acc(linear_ntk)", accuracy(of("linear_ntk")))
            .report("acc(linear_kernel)", accuracy(of("linear_kernel")))
            .report(
                format!("the same difference after {}", steps(learning.inner_steps_long)),
                advantage("accuracy_long"),
            )
            .beside(PUBLISHED.number("advantage"))
            .published("0.664 − 0.417 = 0.247 on Omniglot, after 20 steps"),
        has(trained(Claim::new("width-helps")), &[2, 8, 32, 512])
            .says("Accuracy rises with the width")
            .at_least("acc(8) − acc(2)", gain(2, 8), 0.08)
            .beside(gains.at("2 to 8"))
            .at_least("acc(32) − acc(8)", gain(8, 32), 0.05)
            .beside(gains.at("8 to 32"))
            .at_least("acc(512) − acc(32)", gain(32, 512), 0.02)
            .beside(gains.at("32 to 512"))
            .published("0.09, 0.017, 0.002 on Omniglot, with rates tuned for each width"),
        wide(trained(Claim::new("reaches-limit")), 2048)
            .says("Wide networks reach the accuracy of the limit")
            .at_most(
                format!("|acc({widest}) − acc(mup_limit)|"),
                (accuracy(mup(widest)) - accuracy(limit())).abs(),
                0.02,
            )
            .beside(PUBLISHED.number("at-limit"))
            .published("0.000 on Omniglot, from width 128 on"),
        wide(trained(Claim::new("half-power-convergence")), 512)
            .says("Logits converge to those of the limit like n^(-1/2)")
            .within("slope of log mean logit_distance on log n, n ≥ 128", slope, -0.6..=-0.4)
            .at_most(format!("mean logit_distance at {widest}"), mup(widest).mean("logit_distance"), largest_distance)
            .published("theory: n^(-1/2)")
            .applies_if(distances.len() >= 2, "fewer than two widths from 128 on"),
        wide(trained(Claim::new("features-move")), 2048)
            .says("In the maximal update parametrisation features move by an amount that does not depend on the width")
            .within(
                format!("kernel_change(mup, {widest}) / kernel_change(mup_limit)"),
                moved(mup(widest)) / moved(limit()),
                0.9..=1.1,
            )
            .at_least("kernel_change(mup_limit)", moved(limit()), 0.08)
            .published("theorem: the limit learns features"),
        wide(trained(Claim::new("ntk-freezes")), 2048)
            .says("In the NTK parametrisation features freeze with the width")
            .at_least(
                format!("kernel_change(ntk, {narrow}) / kernel_change(ntk, {broad})"),
                ntk(narrow) / ntk(broad),
                30.0,
            )
            .at_least(
                format!("kernel_change(mup, {widest}) / kernel_change(ntk, {broad})"),
                moved(mup(widest)) / ntk(broad),
                100.0,
            )
            .published("theorem: the NTK limit does not learn features")
            .applies_if(
                broad >= 256 * narrow && broad >= 8192,
                "the thresholds are for NTK widths of which the last is 8192 or more and 256 times the first",
            ),
    ]
}

/// A number of gradient steps in words.
fn steps(count: usize) -> String {
    match count {
        1 => "one step".to_string(),
        _ => format!("{count} steps"),
    }
}
