//! The claims, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, least};

use crate::Config;
use crate::intrinsic::{Dimension, accuracy, runs};
use crate::network::Network;
use crate::published::{self, PUBLISHED};

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let network = config.main_network();
    let main = accuracy(table, network);
    vec![
        toy_residual_law(config, &table.kind("toy")),
        toy_threshold(config, &table.kind("toy")),
        matches_published_curve(config, &main),
        dint_750(&main),
        far_below_native(config, network, &main, &runs(table, "direct", network)),
        width_invariance(config, table),
        beats_small_direct(config, table, &main),
    ]
}

fn toy_residual_law(config: &Config, toy: &Table) -> Claim {
    let groups = config.toy.groups;
    let residual = toy.keep("d", |d| d >= 1.0 && d < groups as f64).curve("d", "rel_residual").mean();
    let pairs = residual.x.iter().zip(&residual.middle);
    let deviations: Vec<f64> = pairs.map(|(&d, mean)| (mean - config.toy.expected_residual(d)).abs()).collect();
    let what = format!("max over d < {groups} of |mean rel_residual − (1 − d/{groups})|");
    let is_below = config.toy_d.iter().any(|d| (1..groups).contains(d));
    Claim::new("toy-residual-law")
        .says(format!("Below the codimension the residual follows 1 − d/{groups}"))
        .at_most(what, greatest(deviations), 0.05)
        .note("our derivation, not in the paper")
        .applies_if(is_below, "toy_d has no dimension below the codimension")
}

fn toy_threshold(config: &Config, toy: &Table) -> Claim {
    let groups = config.toy.groups;
    let below = 7 * groups / 10;
    let performance = toy.curve("d", "performance").mean();
    let unsolved = greatest(performance.keep(|d, _| d <= below as f64).middle);
    let solved = least(performance.keep(|d, _| d >= groups as f64).middle);
    let residual = toy.keep("d", |d| d >= groups as f64).greatest("rel_residual");
    let is_crossed = config.toy_d.first() <= Some(&below) && config.toy_d.last() >= Some(&groups);
    Claim::new("toy-threshold")
        .says(format!("The intrinsic dimension of the toy problem is exactly {groups}"))
        .at_most(format!("max rel_residual for d ≥ {groups}"), residual, 1e-8)
        .at_most(format!("greatest mean performance for d ≤ {below}"), unsolved, 0.05)
        .at_least(format!("least mean performance for d ≥ {groups}"), solved, 0.999)
        .published("d_int = 10")
        .applies_if(is_crossed, "toy_d does not reach from below to beyond the codimension")
        .applies_if(groups >= 4, "with fewer than 4 sums even a problem that is not solved has a small loss")
}

fn matches_published_curve(config: &Config, main: &Curve) -> Claim {
    let claim = Claim::new("matches-published-curve")
        .says("The accuracy on MNIST lies near the published one at every d")
        .published(
            "Figure 2 left, three runs: 0.435–0.459, 0.583–0.612, 0.755–0.760, 0.862–0.869, 0.891–0.900, 0.902–0.916",
        )
        .note("Adam's rate was chosen on the same test images, so that this is no independent prediction")
        .applies_if(config.main_network() == published::NETWORK, "values are published for the 200 x 2 network");
    // Where accuracies hardly vary between runs, and where they vary more.
    let compared: [(_, &[usize], _); 2] =
        [("d ≥ 200", &[200, 500, 750, 1000], 0.03), ("d = 50 and 100", &[50, 100], 0.05)];
    compared.into_iter().fold(claim, |claim, (place, compared, most)| {
        let tried: Vec<usize> = compared.iter().copied().filter(|d| config.main_d.contains(d)).collect();
        let distances = Each::of(&tried, |d| published::distance(d, main.at(d as f64)));
        let what = format!("largest distance of the mean accuracy from the published range, {place}");
        let why_not = format!("main_d has none of the dimensions compared ({place})");
        claim.at_most(what, distances, most).applies_if(!tried.is_empty(), why_not)
    })
}

fn dint_750(main: &Curve) -> Claim {
    let dimension = Dimension::measure(main);
    let is_told = match dimension {
        Dimension::At(_) => true,
        Dimension::Below(bound) => bound < 600.0,
        Dimension::Above(bound) => bound.is_nan() || bound >= 1000.0,
    };
    Claim::new("dint-750")
        .says("About 750 dimensions solve MNIST")
        .within("interpolated d_int90 of the main network", dimension.interpolated(), 600.0..=1000.0)
        .beside(PUBLISHED.number("d-int90"))
        .published("750 as quoted; over resamples of their three runs 786 ± 66")
        .applies_if(is_told, "main_d tells only a bound on d_int90, which decides nothing")
}

fn far_below_native(config: &Config, network: Network, main: &Curve, direct: &Table) -> Claim {
    /// The dimension at which native training is compared.
    const SOLVING: usize = 750;
    let parameters = network.parameters() as f64;
    let gain = direct.mean("performance") - main.at(SOLVING as f64);
    Claim::new("far-below-native")
        .says("The subspace is far smaller than D, and native training is better")
        .at_least("D / d_int90 of the main network", parameters / Dimension::measure(main).interpolated(), 180.0)
        .beside(PUBLISHED.number("compression"))
        .at_least(format!("direct accuracy − accuracy at d = {SOLVING}"), gain, 0.03)
        .beside(PUBLISHED.number("direct-gain"))
        .applies_if(config.main_d.contains(&SOLVING), format!("main_d lacks {SOLVING}"))
        .applies_if(
            parameters >= 180.0 * SOLVING as f64,
            format!("the main network has less than 180 · {SOLVING} parameters"),
        )
}

fn width_invariance(config: &Config, table: &Table) -> Claim {
    let networks = config.networks();
    let dimensions: Vec<_> = networks.iter().map(|&network| Dimension::measure(&accuracy(table, network))).collect();
    let spread = |values: &[f64]| greatest(values) / least(values);
    let spread_of_d = spread(&dimensions.iter().map(|dimension| dimension.or_bound()).collect::<Vec<f64>>());
    let spread_of_size = spread(&networks.iter().map(|network| network.parameters() as f64).collect::<Vec<f64>>());
    // Bounds alone would be as far apart as the dimensions that were tried.
    let all_reached = dimensions.iter().all(|dimension| matches!(dimension, Dimension::At(_)));
    let claim = Claim::new("width-invariance")
        .says("d_int90 varies little while D varies a lot")
        .at_most("max/min of d_int90 over all networks", spread_of_d, 1.6)
        .beside(PUBLISHED.number("spread"))
        .at_least("max/min of D over the same", spread_of_size, 4.5)
        .is_true("every network reaches the accuracy between two of its dimensions", all_reached)
        .published("Figure 3: about constant, 1.14 over these four networks and 1.33 over twenty")
        .applies_if(spread_of_size >= 4.5, "the numbers D of parameters differ by less than a factor 4.5");
    networks.iter().zip(dimensions).fold(claim, |claim, (network, dimension)| {
        let Network { width, depth } = network;
        let bound = match dimension {
            Dimension::At(_) => "",
            Dimension::Below(_) => ", not above",
            Dimension::Above(_) => ", above",
        };
        let what = format!("d_int90 of {width} x {depth}, D = {}{bound}", network.parameters());
        claim.report(what, dimension.or_bound())
    })
}

fn beats_small_direct(config: &Config, table: &Table, main: &Curve) -> Claim {
    let (d, width) = (500, 2);
    let small = Network::new(width, 1);
    let parameters = small.parameters();
    let accuracy = runs(table, "direct", small).mean("performance");
    let is_there = config.main_d.contains(&d) && config.direct_hidden.contains(&width) && config.direct_seeds > 0;
    Claim::new("beats-small-direct")
        .says(format!("{d} dimensions of the big network beat a small one of {parameters} parameters, all trained"))
        .at_least(
            format!("accuracy at d = {d} − mean direct accuracy with h = {width}"),
            main.at(d as f64) - accuracy,
            0.15,
        )
        .beside(PUBLISHED.number("small-gain"))
        .at_least(format!("mean direct accuracy with h = {width}: it has learned"), accuracy, 0.2)
        .beside(PUBLISHED.entry("small-direct").at(parameters as u64))
        .note("trained to its end (12,000 steps at rate 0.001) the small network reaches 0.66, so that the lead is 0.2")
        .applies_if(is_there, format!("there are no runs at d = {d} or none of a small network with h = {width}"))
}
