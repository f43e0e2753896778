//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::mean;

use crate::Config;
use crate::teacher::Name;
use crate::theory::FirstMastery;

/// The chance of a run without any mastery from which on the mean of the others says nothing.
const NEGLIGIBLE: f64 = 1e-3;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let last = Last {
        rows: table.filter("episode", config.episodes)?,
        plain: config.fewest_useless(),
        many: config.many_useless(),
    };
    Ok(vec![
        alp_beats_random(config, &last)?,
        alp_robust(&last)?,
        riac_collapses(&last)?,
        alp_beats_riac(&last)?,
        covar_leads(&last)?,
        random_first_mastery(config, &last)?,
    ])
}

/// The table after the last episode, with the numbers of useless dimensions that are compared.
struct Last {
    rows: Table,
    plain: usize,
    many: usize,
}

impl Last {
    /// Mastered cubes in percent, one value for each seed.
    fn mastered(&self, teacher: Name, useless: usize) -> Result<Vec<f64>> {
        let runs = self.rows.filter("teacher", teacher.text())?;
        runs.filter("useless", useless)?.floats("mastered_pct")
    }

    /// Their mean over seeds.
    fn mean(&self, teacher: Name, useless: usize) -> Result<f64> {
        Ok(mean(&self.mastered(teacher, useless)?))
    }

    /// The mean with many useless dimensions over that with fewest.
    fn robustness(&self, teacher: Name) -> Result<f64> {
        Ok(self.mean(teacher, self.many)? / self.mean(teacher, self.plain)?)
    }

    fn robustness_label(&self, teacher: &str) -> String {
        let (plain, many) = (self.plain, self.many);
        format!("mean final mastered cubes of {teacher}, {many} useless dimensions over {plain}")
    }

    /// A claim on the effect of useless dimensions needs more than one number of them.
    fn compared(&self, claim: Claim) -> Claim {
        match self.plain < self.many {
            true => claim,
            false => claim.not_applicable("one number of useless dimensions"),
        }
    }
}

fn alp_beats_random(config: &Config, last: &Last) -> Result<Claim> {
    let mut least = f64::INFINITY;
    for &useless in &config.useless {
        let random = last.mean(Name::Random, useless)?.max(1.0);
        least = least.min(last.mean(Name::AlpGmm, useless)? / random);
    }
    Ok(Claim::stated(
        "alp-beats-random",
        "ALP-GMM masters many times more cubes than random sampling, with and without useless dimensions",
    )
    .at_least("min over useless of mean final mastered cubes, ALP-GMM over max(1 %, random)", least, 8.0)
    .published("ordering only"))
}

fn alp_robust(last: &Last) -> Result<Claim> {
    let claim = Claim::stated("alp-robust-to-useless-dims", "Useless dimensions do not hurt ALP-GMM")
        .at_least(last.robustness_label("ALP-GMM"), last.robustness(Name::AlpGmm)?, 1.0)
        .published("qualitative");
    Ok(last.compared(claim))
}

fn riac_collapses(last: &Last) -> Result<Claim> {
    let claim = Claim::stated("riac-collapses", "Useless dimensions wreck RIAC")
        .at_most(last.robustness_label("RIAC"), last.robustness(Name::Riac)?, 0.6)
        .published("qualitative");
    Ok(last.compared(claim))
}

fn alp_beats_riac(last: &Last) -> Result<Claim> {
    let many = last.many;
    let worst = reduce::min(&last.mastered(Name::AlpGmm, many)?);
    let best = reduce::max(&last.mastered(Name::Riac, many)?);
    let claim = Claim::stated(
        "alp-beats-riac-with-useless",
        format!("With {many} useless dimensions ALP-GMM is far ahead of RIAC on every seed"),
    )
    .at_least("min over seeds of final mastered cubes, ALP-GMM, over max over seeds, RIAC", worst / best, 1.5)
    .published("ordering");
    Ok(match many {
        0 => claim.not_applicable("no useless dimensions"),
        _ => claim,
    })
}

fn covar_leads(last: &Last) -> Result<Claim> {
    let order = [Name::CovarGmm, Name::Riac, Name::AlpGmm, Name::Random];
    let means = order.iter().map(|&teacher| last.mean(teacher, last.plain)).collect::<Result<Vec<f64>>>()?;
    let ratios: Vec<f64> = means.windows(2).map(|pair| pair[0] / pair[1]).collect();
    let claim =
        Claim::stated("covar-leads-noise-free-2d", "In the plain noise-free space Covar-GMM > RIAC > ALP-GMM > random")
            .at_least("min of the three successive ratios of mean final mastered cubes", reduce::min(&ratios), 1.15)
            .report("Covar-GMM over RIAC", ratios[0])
            .report("RIAC over ALP-GMM", ratios[1])
            .report("ALP-GMM over random", ratios[2])
            .note("an observation of ours: ALP-GMM is not the best teacher here");
    Ok(match last.plain {
        0 => claim,
        _ => claim.not_applicable("every space has useless dimensions"),
    })
}

fn random_first_mastery(config: &Config, last: &Last) -> Result<Claim> {
    let law = FirstMastery::new(&config.grid);
    let episodes = last.rows.filter("teacher", Name::Random.text())?.floats("first_mastery")?;
    let runs = episodes.len() as f64;
    let measured = mean(&episodes);
    let error = law.standard_deviation() / runs.sqrt();
    let claim = Claim::stated(
        "random-first-mastery-theory",
        "The first mastery under random tasks follows the negative-binomial law",
    )
    .at_most(
        "|mean first_mastery of the random runs - theory| in standard errors of theory",
        (measured - law.mean()).abs() / error,
        3.0,
    )
    .report("mean first_mastery", measured)
    .report("its expectation, 76 cubes^dims", law.mean())
    .note("exact theory");
    Ok(match runs * law.later_than(config.episodes)? < NEGLIGIBLE {
        true => claim,
        false => claim.not_applicable("too few episodes: some random run may end before its first mastery"),
    })
}
