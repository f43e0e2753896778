//! Which values of the parameters make sense.

use common::prelude::*;

use crate::Config;

/// The most weights of a net whose Hessian is formed.
const MOST_WEIGHTS: usize = 4000;

/// Checks every parameter.
pub fn check(config: &Config, check: &mut Check) {
    check.within("samples", config.samples, 1000, 1_000_000_000);
    check_linear_nets(config, check);
    check_relu_nets(config, check);
    check_chains(config, check);
    check.count("seeds", config.seeds);
}

fn check_linear_nets(config: &Config, check: &mut Check) {
    check.at_most("nets", config.nets.len(), 4);
    for (place, net) in config.nets.iter().enumerate() {
        let sizes = [net.inputs, net.hidden, net.outputs];
        let sensible = sizes.iter().all(|size| (1..=50).contains(size));
        check.require("nets", sensible, "layers of 1 to 50 units");
        let new = config.nets[..place].iter().all(|other| other.name() != net.name());
        check.require("nets", new, "each net once");
        let some = !sensible || !config.ranks_of(net).is_empty();
        check.require("ranks", some, &format!("a rank that a {} net can have", net.name()));
    }
    check.increasing("ranks", &config.ranks);
    let (low, high) = (reduce::min(&config.inverse_temperatures), config.coldest());
    check.require("inverse_temperatures", low >= 10.0 && high <= 1e9, "values between 10 and 1e9");
    check.increasing("inverse_temperatures", &config.inverse_temperatures);
    check.within("chains", config.chains, 2, 100_000);
    check.within("sweeps", config.sweeps, 5, 1_000_000);
}

fn check_relu_nets(config: &Config, check: &mut Check) {
    // With two inputs the units of a block lie on two lines and can be parallel.
    check.within("d", config.d, 3, 1000);
    check.within("o", config.o, 1, 1000);
    check.within("spread", config.spread, 1e-3, 1e3);
    let filled = config.partitions.iter().flatten().all(|&size| size > 0);
    check.require("partitions", filled, "blocks of at least one unit");
    let weights = |sizes: &Vec<usize>| {
        let hidden = sizes.iter().fold(0_usize, |sum, &size| sum.saturating_add(size));
        hidden.saturating_mul(config.d.saturating_add(config.o))
    };
    match config.partitions.iter().map(weights).max() {
        Some(most) if most <= MOST_WEIGHTS => check.within("points", config.points, most, 1_000_000),
        // An absurd number of inputs or outputs has been reported already.
        _ if config.d > 1000 || config.o > 1000 => {}
        _ => check.require("partitions", false, "nets of at most 4000 weights"),
    }
}

fn check_chains(config: &Config, check: &mut Check) {
    let [inputs, one, two, outputs] = config.widths;
    // A W₂ of 60 x 60 has about as many weights as the largest ReLU net.
    if !config.widths.iter().all(|width| (1..=60).contains(width)) {
        return check.require("widths", false, "layers of 1 to 60 units");
    }
    for (key, ranks, most) in [
        ("activation_ranks", &config.activation_ranks[..], inputs.min(one)),
        ("gradient_ranks", &config.gradient_ranks[..], two.min(outputs)),
        ("input_rank", &[config.input_rank][..], inputs.min(one)),
    ] {
        let sensible = ranks.iter().all(|rank| (1..=most).contains(rank));
        let expected = format!("ranks from 1 to {most}, the smaller width of the layer");
        check.require(key, sensible, &expected);
    }
    check.within("chain_points", config.chain_points, inputs, 1_000_000);
    let entries = config.chain_points as f64 * (outputs * one * two) as f64;
    // The Jacobian and its copy in the product.
    check.memory("chain_points", 16.0 * entries);
}
