//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::mean;

use crate::Config;

/// Index of the band 1 ≤ n D(x) < 3 of rare subpopulations.
const RARE_BAND: usize = 3;
/// Index of the band 30 ≤ n D(x) of frequent ones.
const FREQUENT_BAND: usize = 6;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let priors: Vec<String> = config.priors().iter().map(|prior| prior.name()).collect();
    let zipf_priors = &priors[..priors.len() - 1];
    let papers_prior = config.zipf_exponent[0] == 1.0 && config.n == config.zipf_n_domain;
    let of_papers_prior =
        |claim: Claim| claim.applies_if(papers_prior, "the first prior is not Zipf with s = 1 and N = n");
    let at_one = |claim: Claim| claim.applies_if(config.q_grid.contains(&1.0), "q_grid lacks 1");
    let results = Results { table, zipf: &priors[0], outlier: &priors[priors.len() - 1] };
    Ok(vec![
        of_papers_prior(results.zipf_singletons()?),
        of_papers_prior(results.zipf_tau_1()?),
        results.excess_law(config, zipf_priors)?,
        results.privacy_law(config)?,
        // The outlier prior is made to have the singletons of that Zipf prior.
        of_papers_prior(at_one(results.outliers_are_worthless()?)),
        at_one(results.noisy_labels_too()?),
        results.rare_groups_pay()?,
        results.knn_law(config)?,
    ])
}

/// The table, and the names of the priors that are compared.
struct Results<'t> {
    table: &'t Table,
    /// The leading Zipf prior.
    zipf: &'t str,
    outlier: &'t str,
}

impl Results<'_> {
    /// The rows of a panel for a prior.
    fn rows(&self, panel: &str, prior: &str) -> Result<Table> {
        self.table.filter("panel", panel)?.filter("prior", prior)
    }

    /// Mean over seeds of a column at one setting.
    fn mean(&self, panel: &str, prior: &str, setting: f64, column: &str) -> Result<f64> {
        let rows = self.rows(panel, prior)?.filter("setting", setting)?;
        Ok(mean(&rows.floats(column)?))
    }

    /// Mean measured value over mean prediction at one setting.
    fn ratio(&self, panel: &str, prior: &str, setting: f64) -> Result<f64> {
        let measured = self.mean(panel, prior, setting, "measured")?;
        Ok(measured / self.mean(panel, prior, setting, "predicted")?)
    }

    /// Largest distance of such a ratio from 1. NaN if any ratio is.
    fn worst(&self, panel: &str, prior: &str, settings: &[f64]) -> Result<f64> {
        let mut worst = 0.0;
        for &setting in settings {
            let distance = (self.ratio(panel, prior, setting)? - 1.0).abs();
            worst = if distance <= worst { worst } else { distance };
        }
        Ok(worst)
    }

    fn singleton_fraction(&self, prior: &str) -> Result<f64> {
        self.mean("count", prior, 1.0, "singleton_fraction")
    }

    fn zipf_singletons(&self) -> Result<Claim> {
        Ok(Claim::stated("zipf-singletons", "With n = N a sixth of a Zipf sample are singletons")
            .in_between("mean over seeds of singleton_fraction", self.singleton_fraction(self.zipf)?, 0.160, 0.181)
            .published("about 17 %"))
    }

    fn zipf_tau_1(&self) -> Result<Claim> {
        Ok(Claim::stated("zipf-tau1", "The subpopulation of a singleton has an expected frequency of 0.47/n")
            .in_between(
                "mean over seeds of n times the mean frequency of singletons",
                self.mean("count", self.zipf, 1.0, "measured")?,
                0.45,
                0.50,
            )
            .published("0.47/n"))
    }

    fn excess_law(&self, config: &Config, priors: &[String]) -> Result<Claim> {
        let statement = "The excess error is τ₁ times the number of singletons that are not fitted";
        let mut claim = Claim::stated("excess-law", statement).published("Theorem 2.3");
        let ignoring: Vec<f64> = config.q_grid.iter().copied().filter(|q| *q > 0.0).collect();
        for prior in priors {
            let what = format!("{prior}: max over q > 0 of |mean measured / mean predicted − 1|");
            claim = claim.at_most(what, self.worst("ignore", prior, &ignoring)?, 0.05);
        }
        Ok(claim.applies_if(!ignoring.is_empty(), "q_grid has no value above 0"))
    }

    fn privacy_law(&self, config: &Config) -> Result<Claim> {
        let excess = |eps: &f64| self.mean("private", self.zipf, *eps, "measured");
        let excess: Vec<f64> = config.eps_grid.iter().map(excess).collect::<Result<_>>()?;
        Ok(Claim::stated("privacy-law", "The private histogram pays Σ τ_l errn(l), less the less private it is")
            .at_most(
                "max over eps of |mean measured / mean predicted − 1|",
                self.worst("private", self.zipf, &config.eps_grid)?,
                0.05,
            )
            .is_true("mean excess falls in eps", excess.windows(2).all(|pair| pair[1] < pair[0]))
            .published("Theorem 2.3"))
    }

    fn outliers_are_worthless(&self) -> Result<Claim> {
        let excess = |prior: &str| self.mean("ignore", prior, 1.0, "measured");
        let difference = self.singleton_fraction(self.zipf)? - self.singleton_fraction(self.outlier)?;
        Ok(Claim::stated(
            "outliers-are-worthless",
            "With as many singletons that are outliers, memorizing them gains nothing",
        )
        .at_least("mean excess at q = 1, zipf over outlier", excess(self.zipf)? / excess(self.outlier)?, 15.0)
        .at_most("difference of the singleton fractions", difference.abs(), 0.02)
        .published("no number"))
    }

    fn noisy_labels_too(&self) -> Result<Claim> {
        let ratio = self.ratio("noise", self.zipf, 1.0)?;
        Ok(Claim::stated("noisy-labels-too", "Fitting all singletons helps although a part of their labels is wrong")
            .at_least("mean excess at q = 1", self.mean("noise", self.zipf, 1.0, "measured")?, 0.045)
            .at_most("|mean measured / mean predicted − 1|", (ratio - 1.0).abs(), 0.08)
            .published("no number"))
    }

    /// Mean accuracy of full memorization less that with privacy parameter 1 in one band.
    fn drop(&self, band: usize) -> Result<f64> {
        let band = self.rows("subgroup", self.zipf)?.filter("setting", band)?;
        let accuracy = |eps: f64| -> Result<f64> { Ok(mean(&band.filter("eps", eps)?.floats("measured")?)) };
        Ok(accuracy(f64::INFINITY)? - accuracy(1.0)?)
    }

    fn rare_groups_pay(&self) -> Result<Claim> {
        let (rare, frequent) = (self.drop(RARE_BAND)?, self.drop(FREQUENT_BAND)?);
        let what = "accuracy drop from full memorization to eps = 1, 1 ≤ n D(x) < 3";
        let claim = Claim::stated("rare-groups-pay", "The loss of privacy falls on rare subpopulations")
            .at_least(what, rare, 0.30)
            .at_most("the same, 30 ≤ n D(x)", frequent, 0.01)
            .published("no number");
        let populated = !rare.is_nan() && !frequent.is_nan();
        Ok(claim.applies_if(populated, "a band of frequencies has no subpopulation"))
    }

    fn knn_law(&self, config: &Config) -> Result<Claim> {
        let statement = "The law holds for k-nearest neighbours on Gaussian clusters";
        let mut claim = Claim::stated("knn-law", statement).published("Theorem 2.3");
        // Two neighbours are the same rule as one: where they differ, the nearer one wins.
        let smoothing: Vec<usize> = config.knn_k.iter().copied().filter(|k| *k > 2).collect();
        for &k in &smoothing {
            let ratio = self.ratio("knn", self.zipf, k as f64)?;
            claim = claim.in_between(format!("k = {k}: pooled measured / predicted"), ratio, 0.90, 1.10);
        }
        Ok(claim.applies_if(!smoothing.is_empty(), "knn_k has no value above 2"))
    }
}
