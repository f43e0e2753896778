//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::greatest;

use crate::theory::{FirstMastery, mastered_at_random};
use crate::{Config, PUBLISHED};

/// The chance of a run without any mastery from which on the mean of the others says nothing.
const NEGLIGIBLE: f64 = 1e-3;

/// How far ALP-GMM has to be ahead of random tasks, as a ratio: 8 after 12,000 episodes of which random ones master one
/// cube. Its cubes grow about linearly with the episodes, those of random tasks by layers. At least 2, which nothing
/// reaches where random tasks master the whole space.
fn lead_over_random(config: &Config) -> f64 {
    let cubes = mastered_at_random(&config.grid, config.episodes);
    greatest([2.0, 8.0 * (config.episodes as f64 / 12_000.0) / cubes])
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let last = table.with("episode", config.episodes);
    let runs = |teacher: &str, useless: usize| last.with("teacher", teacher).with("useless", useless);
    let mastered = |teacher: &str, useless: usize| runs(teacher, useless).mean("mastered_pct");

    let (plain, many) = (config.fewest_useless(), config.many_useless());
    let robustness = |teacher| mastered(teacher, many) / mastered(teacher, plain);
    let compared = format!("{many} useless dimensions over {plain}");
    let over_random = |useless| mastered("alp_gmm", useless) / greatest([mastered("random", useless), 1.0]);
    let over = |teacher, other| mastered(teacher, plain) / mastered(other, plain);
    let over_next = |teacher| match teacher {
        "covar_gmm" => over(teacher, "riac"),
        "riac" => over(teacher, "alp_gmm"),
        _ => over(teacher, "random"),
    };

    let law = FirstMastery::new(&config.grid);
    let random_runs = last.with("teacher", "random");
    let masteries = random_runs.keep("mastered_pct", |percent| percent > 0.0);
    let first = masteries.mean("first_mastery");
    let standard_errors = (first - law.mean()).abs() / (law.standard_deviation() / (masteries.len() as f64).sqrt());

    vec![
        Claim::new("alp-beats-random")
            .says("ALP-GMM masters many times more cubes than random sampling, with and without useless dimensions")
            .at_least(
                "mean final mastered cubes, ALP-GMM over max(1 %, random), by useless dimensions",
                Each::of(&config.useless, over_random),
                lead_over_random(config),
            )
            .beside(PUBLISHED.number("alp-over-random"))
            .note("published for walkers; the threshold is max(2, 8 (T / 12,000) / cubes mastered at random)"),
        Claim::new("alp-robust-to-useless-dims")
            .says("Useless dimensions do not hurt ALP-GMM")
            .at_least(format!("mean final mastered cubes of ALP-GMM, {compared}"), robustness("alp_gmm"), 1.0)
            .at_least(format!("the same, over max(1 %, random) with {many}"), over_random(many), 1.5)
            .published("qualitative")
            .applies_if(plain < many, "one number of useless dimensions"),
        Claim::new("riac-collapses")
            .says("Useless dimensions wreck RIAC")
            .at_most(format!("mean final mastered cubes of RIAC, {compared}"), robustness("riac"), 0.6)
            .published("qualitative")
            .applies_if(plain < many, "one number of useless dimensions"),
        Claim::new("alp-beats-riac-with-useless")
            .says(format!("With {many} useless dimensions ALP-GMM is far ahead of RIAC on every seed"))
            .at_least(
                "min over seeds of final mastered cubes, ALP-GMM, over max over seeds, RIAC",
                runs("alp_gmm", many).least("mastered_pct") / runs("riac", many).greatest("mastered_pct"),
                1.5,
            )
            .beside(PUBLISHED.number("alp-over-riac"))
            .note("published for walkers, whose parameters all matter")
            .applies_if(many > 0, "no useless dimensions"),
        Claim::new("covar-leads-noise-free-2d")
            .says("In the plain noise-free space of two dimensions Covar-GMM > RIAC > ALP-GMM > random")
            .at_least(
                "mean final mastered cubes of a teacher over those of the next in this order",
                Each::of(&["covar_gmm", "riac", "alp_gmm"], over_next),
                1.15,
            )
            .report("mean final mastered cubes, Covar-GMM over ALP-GMM", over("covar_gmm", "alp_gmm"))
            .beside(PUBLISHED.number("covar-over-alp"))
            .note("an observation of ours: ALP-GMM is not the best teacher here; published for walkers, where it is")
            .applies_if(plain == 0, "every space has useless dimensions")
            .applies_if(config.grid.dims == 2, "the space has not two dimensions"),
        Claim::new("random-first-mastery-theory")
            .says("The first mastery under random tasks follows the negative-binomial law")
            .at_most(
                "|mean first_mastery of the random runs - theory| in standard errors of theory",
                standard_errors,
                3.0,
            )
            .report("mean first_mastery", first)
            .report("its expectation, 76 cubes^dims", law.mean())
            .note("exact theory")
            .applies_if(
                random_runs.len() as f64 * law.later_than(config.episodes) < NEGLIGIBLE,
                "too few episodes: some random run may end before its first mastery",
            ),
    ]
}
