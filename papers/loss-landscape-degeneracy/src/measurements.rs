//! From a cell to its rows: what is drawn, what is measured, and what theory says.

use common::prelude::*;

use crate::interaction_basis::{InteractionBasis, interactions, largest_change, off_diagonal_share};
use crate::learning_coefficient::LearningCoefficient;
use crate::linear_chain::{LinearChain, Widths};
use crate::linear_net::Posterior;
use crate::rank::NumericalRank;
use crate::rows::{Basis, Coordinates, Effective, Interaction, Rank, Row, Volume};
use crate::synchronised::Blocks;
use crate::volume::{self, Loss};

/// Levels with fewer points below them are left out.
const FEWEST_HITS: usize = 30;

/// Measured and exact volumes at the levels with enough points below them.
pub fn volumes(loss: Loss, samples: usize, seed: u64, random: &Streams) -> Vec<Row> {
    let levels = volume::levels();
    let mut generator = random.open(&format!("box {}", loss.name()), seed);
    let counts = volume::count_below(loss, &levels, samples, &mut generator);
    let measured = levels.into_iter().zip(counts).filter(|(_, hits)| *hits >= FEWEST_HITS);
    let row = |(eps, hits): (f64, usize)| {
        Row::Volume(Volume {
            seed,
            loss,
            eps,
            hits,
            volume: hits as f64 / samples as f64,
            volume_theory: loss.volume(eps),
        })
    };
    measured.map(row).collect()
}

/// 2 B E[L] by sampling, beside the theory.
pub fn effective_parameters(
    posterior: &Posterior,
    (chains, sweeps): (usize, usize),
    seed: u64,
    random: &Streams,
) -> Result<Vec<Row>> {
    let Posterior { net, r, b } = posterior;
    let mut generator = random.open(&format!("chains {} r={r} B={b}", net.name()), seed);
    let measured = posterior.measure(chains, sweeps, &mut generator)?;
    let coefficient = LearningCoefficient::of_linear_net(net, *r);
    Ok(vec![Row::Linear(Effective {
        seed,
        net: net.name(),
        r: *r,
        b: *b,
        neff: measured.neff,
        neff_se: measured.standard_error,
        neff_theory: coefficient.effective_parameters_at(*b),
        lambda2: coefficient.effective_parameters(),
        mult: coefficient.multiplicity,
        params: net.parameters(),
        hessian_rank: net.hessian_rank(*r),
    })])
}

/// Rank of the Hessian of all weights of a ReLU net.
pub fn relu_rank(blocks: &Blocks, seed: u64, random: &Streams) -> Result<Vec<Row>> {
    let net = format!("{:?}", blocks.sizes);
    let (relu, inputs) = blocks.draw(&mut random.open(&format!("relu {net}"), seed))?;
    let measured = NumericalRank::of(relu.behavioural_hessian(inputs.view()).view())?;
    Ok(vec![Row::Relu(Rank {
        seed,
        net,
        params: blocks.parameters(),
        rank: measured.rank,
        rank_theory: blocks.rank_theory(),
        gap: measured.gap,
        gap_below: measured.gap_below,
    })])
}

/// Rank of the Hessian of the middle layer of a chain.
pub fn product_rank(
    widths: Widths,
    (a, g): (usize, usize),
    points: usize,
    seed: u64,
    random: &Streams,
) -> Result<Vec<Row>> {
    let net = format!("a={a},g={g}");
    let mut generator = random.open(&format!("chain {net}"), seed);
    let chain = LinearChain::draw(widths, a, Some(g), &mut generator);
    let inputs = generator.normal_matrix(points, widths[0]);
    let measured = NumericalRank::of(chain.hessian_of_middle(inputs.view()).view())?;
    Ok(vec![Row::Product(Rank {
        seed,
        net,
        params: chain.middle.len(),
        rank: measured.rank,
        rank_theory: a * g,
        gap: measured.gap,
        gap_below: measured.gap_below,
    })])
}

/// A chain as drawn and in a random gauge, each in both bases.
pub fn bases(widths: Widths, input_rank: usize, seed: u64, random: &Streams) -> Result<Vec<Row>> {
    let mut generator = random.open("basis", seed);
    let chain = LinearChain::draw(widths, input_rank, None, &mut generator);
    let inputs = generator.normal_matrix(widths[0], widths[0]);
    let covariance = matrix::gram(inputs.view()) / widths[0] as f64;
    let moved = chain.in_random_gauge(&mut generator)?;
    let given_bases = InteractionBasis::of_hidden_layers(&chain, covariance.view())?;
    let moved_bases = InteractionBasis::of_hidden_layers(&moved, covariance.view())?;
    let change = |spectrum: fn(&InteractionBasis) -> &[f64]| {
        let layers = given_bases.iter().zip(&moved_bases);
        let changes = layers.map(|(before, after)| largest_change(spectrum(before), spectrum(after)));
        reduce::max(&changes.collect::<Vec<f64>>())
    };
    let (ib_change, activation_change) = (change(|basis| &basis.spectrum), change(|basis| &basis.activation_spectrum));
    let in_basis = interactions(&moved, &moved_bases);
    let row = |basis, gauge: &str, matrix: &Array2<f64>| Basis {
        seed,
        basis,
        gauge: gauge.into(),
        offdiag: off_diagonal_share(matrix),
        ib_change: None,
        activation_change: None,
    };
    let mut rows = vec![
        Row::Basis(row(Coordinates::Neuron, "given", &chain.middle)),
        Row::Basis(row(Coordinates::Ib, "given", &interactions(&chain, &given_bases))),
        Row::Basis(Basis {
            activation_change: Some(activation_change),
            ..row(Coordinates::Neuron, "random", &moved.middle)
        }),
        Row::Basis(Basis { ib_change: Some(ib_change), ..row(Coordinates::Ib, "random", &in_basis) }),
    ];
    rows.extend(entries(seed, Coordinates::Neuron, &moved.middle));
    rows.extend(entries(seed, Coordinates::Ib, &in_basis));
    Ok(rows)
}

/// A row for each entry of the interactions.
fn entries(seed: u64, basis: Coordinates, interactions: &Array2<f64>) -> impl Iterator<Item = Row> {
    interactions.indexed_iter().map(move |((to, from), &value)| {
        Row::Interaction(Interaction { seed, basis, to: to + 1, from: from + 1, value })
    })
}
