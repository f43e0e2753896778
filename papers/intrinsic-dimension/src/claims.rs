//! The claims, measured on the table.

use common::prelude::*;
use common::statistics::mean;

use crate::intrinsic::{Curve, Dimension, of_network};
use crate::training::Network;
use crate::{Config, published};

/// The subspace dimension at which native training is compared.
const SOLVING: usize = 750;
/// The subspace dimension and the width of the small network that are compared.
const SUBSPACE_AGAINST_SMALL: (usize, usize) = (500, 2);
/// Where accuracies are compared with published ones: where they hardly vary, and where they vary more.
const COMPARED: [(&str, &[usize], f64); 2] =
    [("d ≥ 200", &[200, 500, 750, 1000], 0.03), ("d = 50 and 100", &[50, 100], 0.05)];

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let toy = Toy::summarize(config, table)?;
    let main = Curve::of(config.main_network(), table)?;
    let mut dimensions = vec![(config.main_network(), main.dimension())];
    for &network in &config.networks()[1..] {
        dimensions.push((network, Curve::of(network, table)?.dimension()));
    }
    let direct = table.filter("kind", "direct")?;
    Ok(vec![
        toy.residual_law(),
        toy.threshold(),
        matches_published_curve(config, &main),
        dint_750(&main),
        far_below_native(config, &main, &direct)?,
        width_invariance(&dimensions),
        beats_small_direct(&main, &direct)?,
    ])
}

/// The toy problem over seeds, by dimension.
struct Toy {
    groups: usize,
    dimensions: Vec<usize>,
    mean_residual: Vec<f64>,
    /// The law of the mean.
    expected_residual: Vec<f64>,
    max_residual: Vec<f64>,
    mean_performance: Vec<f64>,
}

impl Toy {
    fn summarize(config: &Config, table: &Table) -> Result<Toy> {
        let summary = table.filter("kind", "toy")?.summarize(
            &["d"],
            &[
                Summary::mean("rel_residual").named("mean"),
                Summary::max("rel_residual").named("max"),
                Summary::mean("performance").named("performance"),
            ],
        )?;
        let expected = config.toy_d.iter().map(|&d| config.toy.expected_residual(d as f64));
        Ok(Toy {
            groups: config.toy.groups,
            dimensions: config.toy_d.clone(),
            mean_residual: summary.floats("mean")?,
            expected_residual: expected.collect(),
            max_residual: summary.floats("max")?,
            mean_performance: summary.floats("performance")?,
        })
    }

    /// The values at the dimensions that are asked for.
    fn at<'v>(&'v self, values: &'v [f64], asked: impl Fn(usize) -> bool + 'v) -> impl Iterator<Item = f64> + 'v {
        let pairs = self.dimensions.iter().zip(values);
        pairs.filter(move |(d, _)| asked(**d)).map(|(_, value)| *value)
    }

    fn residual_law(&self) -> Claim {
        let pairs = self.mean_residual.iter().zip(&self.expected_residual);
        let deviations: Vec<f64> = pairs.map(|(mean, expected)| (mean - expected).abs()).collect();
        let groups = self.groups;
        let claim =
            Claim::stated("toy-residual-law", format!("Below the codimension the residual follows 1 − d/{groups}"));
        if self.dimensions.iter().all(|d| *d >= groups) {
            return claim.not_applicable("toy_d has no dimension below the codimension");
        }
        claim
            .at_most(
                format!("max over d < {groups} of |mean rel_residual − (1 − d/{groups})|"),
                greatest(self.at(&deviations, |d| d < groups)),
                0.05,
            )
            .note("our derivation, not in the paper")
    }

    fn threshold(&self) -> Claim {
        let groups = self.groups;
        let below = 7 * groups / 10;
        let claim =
            Claim::stated("toy-threshold", format!("The intrinsic dimension of the toy problem is exactly {groups}"));
        let [fewest, most] = [self.dimensions[0], self.dimensions[self.dimensions.len() - 1]];
        if fewest > below || most < groups {
            return claim.not_applicable("toy_d does not reach from below to beyond the codimension");
        }
        claim
            .at_most(
                format!("max rel_residual for d ≥ {groups}"),
                greatest(self.at(&self.max_residual, |d| d >= groups)),
                1e-8,
            )
            .at_most(
                format!("greatest mean performance for d ≤ {below}"),
                greatest(self.at(&self.mean_performance, |d| d <= below)),
                0.05,
            )
            .at_least(
                format!("least mean performance for d ≥ {groups}"),
                least(self.at(&self.mean_performance, |d| d >= groups)),
                0.999,
            )
            .published("d_int = 10")
    }
}

fn greatest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::NEG_INFINITY, f64::max)
}

fn least(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::INFINITY, f64::min)
}

fn matches_published_curve(config: &Config, main: &Curve) -> Claim {
    let mut claim =
        Claim::stated("matches-published-curve", "The accuracy on MNIST lies near the published one at every d");
    if config.main_network() != published::NETWORK {
        return claim.not_applicable("values are published for the 200 x 2 network");
    }
    for (where_, compared, threshold) in COMPARED {
        let distances: Vec<f64> = (0..main.dimensions.len())
            .filter(|&k| compared.contains(&(main.dimensions[k] as usize)))
            .map(|k| {
                let above = main.mean[k] - main.published_high[k];
                above.max(main.published_low[k] - main.mean[k]).max(0.0)
            })
            .collect();
        if distances.is_empty() {
            return claim.not_applicable(format!("main_d has none of the dimensions compared ({where_})"));
        }
        let what = format!("largest distance of the mean accuracy from the published range, {where_}");
        claim = claim.at_most(what, greatest(distances.into_iter()), threshold);
    }
    claim
        .published("0.435–0.459, 0.583–0.612, 0.755–0.760, 0.862–0.869, 0.891–0.900, 0.902–0.916 at these d")
        .note("Adam's rate was chosen on the same test images, so that this is no independent prediction")
}

/// The interpolated dimension; NaN where there is only a bound, so that no claim holds by it.
fn interpolated(dimension: Dimension) -> f64 {
    match dimension {
        Dimension::At(d) => d,
        Dimension::Below(_) | Dimension::Above(_) => f64::NAN,
    }
}

fn dint_750(main: &Curve) -> Claim {
    let d = interpolated(main.dimension());
    Claim::stated("dint-750", "About 750 dimensions solve MNIST")
        .in_between("interpolated d_int90 of the main network", d, 600.0, 1000.0)
        .published("750")
}

fn far_below_native(config: &Config, main: &Curve, direct: &Table) -> Result<Claim> {
    let network = config.main_network();
    let claim = Claim::stated("far-below-native", "The subspace is far smaller than D, and native training is better");
    let at = main.at(SOLVING);
    if at.is_nan() {
        return Ok(claim.not_applicable(format!("main_d lacks {SOLVING}")));
    }
    let native = mean(&of_network(network, direct)?.floats("performance")?);
    Ok(claim
        .at_least(
            "D / d_int90 of the main network",
            network.parameters() as f64 / interpolated(main.dimension()),
            180.0,
        )
        .at_least(format!("direct accuracy − accuracy at d = {SOLVING}"), native - at, 0.03)
        .published("265; 0.08"))
}

fn width_invariance(dimensions: &[(Network, Dimension)]) -> Claim {
    let spread = |values: &dyn Fn(&(Network, Dimension)) -> f64| {
        greatest(dimensions.iter().map(values)) / least(dimensions.iter().map(values))
    };
    let mut claim = Claim::stated("width-invariance", "d_int90 varies little while D varies a lot")
        .at_most("max/min of d_int90 over all networks", spread(&|(_, dimension)| dimension.or_bound()), 1.6)
        .at_least("max/min of D over the same", spread(&|(network, _)| network.parameters() as f64), 4.5)
        // Bounds alone would be as far apart as the dimensions that were tried.
        .is_true(
            "every network reaches the accuracy between two of its dimensions",
            dimensions.iter().all(|(_, d)| matches!(d, Dimension::At(_))),
        )
        .published("Figure 3: about constant");
    for (network, dimension) in dimensions {
        let Network { width, depth } = network;
        let bound = match dimension {
            Dimension::At(_) => "",
            Dimension::Below(_) => ", not above",
            Dimension::Above(_) => ", above",
        };
        let what = format!("d_int90 of {width} x {depth}, D = {}{bound}", network.parameters());
        claim = claim.report(what, dimension.or_bound());
    }
    claim
}

fn beats_small_direct(main: &Curve, direct: &Table) -> Result<Claim> {
    let (d, width) = SUBSPACE_AGAINST_SMALL;
    let small = Network { width, depth: 1 };
    let runs = of_network(small, direct)?;
    let claim = Claim::stated(
        "beats-small-direct",
        format!("{d} dimensions of the big network beat a small one of {} parameters, all trained", small.parameters()),
    );
    if main.at(d).is_nan() || runs.is_empty() {
        return Ok(claim.not_applicable(format!("main_d lacks {d} or direct_hidden {width}")));
    }
    Ok(claim
        .at_least(
            format!("accuracy at d = {d} − mean direct accuracy with h = {width}"),
            main.at(d) - mean(&runs.floats("performance")?),
            0.15,
        )
        .published("0.866 and 0.566"))
}
