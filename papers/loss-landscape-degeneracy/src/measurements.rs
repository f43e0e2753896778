//! The cells: what is drawn, what is measured, and what theory says. Those of one seed are independent of each other.

use common::prelude::*;

use crate::interaction_basis::{InteractionBasis, interactions, largest_change, off_diagonal_share};
use crate::learning_coefficient::LearningCoefficient;
use crate::linear_chain::{LinearChain, Widths};
use crate::linear_net::{self, Posterior, Sampling};
use crate::rank::NumericalRank;
use crate::synchronised::Blocks;
use crate::volume::{self, Loss};

/// The volume of a toy valley (panel a).
#[derive(Serialize)]
pub struct Volume {
    /// The toy loss K.
    pub loss: Loss,
    /// Points of the box.
    pub samples: usize,
    /// Number of the repetition.
    pub seed: u64,
}

/// Levels with fewer points below them are left out.
const FEWEST_HITS: usize = 30;

impl Cell for Volume {
    fn cost(&self) -> f64 {
        4e-9 * self.samples as f64 * self.loss.dimension() as f64
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Volume { loss, samples, seed } = self;
        let levels = volume::levels();
        let mut generator = random.open(&format!("box {}", Value::of(&loss)), seed);
        let counts = volume::count_below(loss, &levels, samples, &mut generator);
        rows.kind("volume").key(record! {
            /// Number of the repetition.
            seed,
            /// Toy loss K(w).
            loss,
        });
        for (eps, hits) in levels.into_iter().zip(counts).filter(|(_, hits)| *hits >= FEWEST_HITS) {
            rows.push(record! {
                /// Level ε.
                eps,
                /// Points of the box with K(w) < ε.
                hits,
                /// Share of the points with K(w) < ε.
                volume: hits as f64 / samples as f64,
                /// Exact share of the box with K(w) < ε.
                volume_theory: loss.volume(eps),
            });
        }
        Ok(())
    }
}

/// The effective parameters 2 B E\[L\] of a linear net (panel b).
#[derive(Serialize)]
pub struct EffectiveParameters {
    /// Net, truth and B.
    pub posterior: Posterior,
    /// Chains and their lengths.
    pub sampling: &'static Sampling,
    /// Number of the repetition.
    pub seed: u64,
}

impl Cell for EffectiveParameters {
    fn cost(&self) -> f64 {
        let sweeps = self.sampling.chains as f64 * self.sampling.sweeps as f64;
        sweeps * (6e-7 + 4e-8 * linear_net::weights(self.posterior.net) as f64)
    }

    fn memory(&self) -> f64 {
        let net @ [inputs, _, outputs] = self.posterior.net;
        8.0 * (6.0 * linear_net::weights(net) as f64 + 3.0 * inputs as f64 * outputs as f64)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let Posterior { net, r, b } = self.posterior;
        let name = linear_net::name(net);
        let mut generator = random.open(&format!("chains {name} r={r} B={b}"), self.seed);
        let (neff, neff_se) = self.posterior.measure(self.sampling, &mut generator)?;
        let coefficient = LearningCoefficient::of_linear_net(net, r);
        rows.kind("linear").key(record! { seed: self.seed }).push(record! {
            /// Linear: sizes M-H-N; relu: blocks of hidden units; product: ranks a of activations and g of gradients.
            net: name,
            /// Rank of the truth.
            r,
            /// Inverse temperature B.
            b,
            /// Effective parameters 2 B E\[L\].
            neff,
            /// Standard error of neff.
            neff_se,
            /// 2λ − 2(m−1)/ln B.
            neff_theory: coefficient.effective_parameters_at(b),
            /// 2λ, twice the learning coefficient.
            lambda2: coefficient.effective_parameters(),
            /// Multiplicity m.
            mult: coefficient.multiplicity,
            /// Number of weights.
            params: linear_net::weights(net),
            /// Rank r(M + N − r) of the Hessian at the truth.
            hessian_rank: linear_net::hessian_rank(net, r),
        });
        Ok(())
    }
}

/// The rank of the Hessian of all weights of a ReLU net (panel c).
#[derive(Serialize)]
pub struct ReluRank {
    /// Net and data points.
    pub blocks: Blocks<'static>,
    /// Number of the repetition.
    pub seed: u64,
}

impl Cell for ReluRank {
    fn cost(&self) -> f64 {
        let weights = self.blocks.parameters() as f64;
        self.blocks.nets.points as f64 * self.blocks.nets.o as f64 * weights * weights * 3e-11
    }

    fn memory(&self) -> f64 {
        let weights = self.blocks.parameters() as f64;
        8.0 * (4.0 * weights * weights + self.blocks.nets.points as f64 * self.blocks.nets.d as f64)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let net = format!("{:?}", self.blocks.sizes);
        let (relu, inputs) = self.blocks.sample(&mut random.open(&format!("relu {net}"), self.seed))?;
        let measured = NumericalRank::of_hessian(relu.behavioural_hessian(inputs.view()).view())?;
        rows.kind("relu").key(record! { seed: self.seed, net, params: self.blocks.parameters() });
        measured.write(self.blocks.rank_theory(), rows);
        Ok(())
    }
}

impl NumericalRank {
    /// A row with the rank beside the predicted one.
    fn write(&self, rank_theory: usize, rows: &mut Rows) {
        rows.push(record! {
            /// Measured rank of the behavioural Hessian.
            rank: self.rank,
            /// Predicted rank of the behavioural Hessian.
            rank_theory,
            /// Smallest eigenvalue that counts over the largest.
            gap: self.gap,
            /// Largest eigenvalue that does not count over the largest.
            gap_below: self.gap_below,
        });
    }
}

/// The rank of the Hessian of the middle layer of a linear chain (panel c).
#[derive(Serialize)]
pub struct ProductRank {
    /// Sizes of the chain.
    pub widths: Widths,
    /// Rank of the activations.
    pub a: usize,
    /// Rank of the gradients.
    pub g: usize,
    /// Data points.
    pub points: usize,
    /// Number of the repetition.
    pub seed: u64,
}

impl Cell for ProductRank {
    fn cost(&self) -> f64 {
        let [_, one, two, outputs] = self.widths.map(|width| width as f64);
        3e-10 * self.points as f64 * outputs * one * two * one * two
    }

    fn memory(&self) -> f64 {
        // The Jacobian and its copy in the factorization.
        let [_, one, two, outputs] = self.widths.map(|width| width as f64);
        16.0 * self.points as f64 * outputs * one * two
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &ProductRank { widths, a, g, points, seed } = self;
        let net = format!("a={a},g={g}");
        let mut generator = random.open(&format!("chain {net}"), seed);
        let chain = LinearChain::sample(widths, a, Some(g), &mut generator);
        let inputs = generator.normal_matrix(points, widths[0]);
        let measured = NumericalRank::of_jacobian(chain.jacobian_of_middle(inputs.view()).view())?;
        rows.kind("product").key(record! { seed, net, params: chain.middle.len() });
        measured.write(a * g, rows);
        Ok(())
    }
}

/// Interactions of a linear chain as drawn and in a random gauge, each in two bases (panel d).
#[derive(Serialize)]
pub struct Bases {
    /// Sizes of the chain.
    pub widths: Widths,
    /// Rank of the first map.
    pub input_rank: usize,
    /// Number of the repetition.
    pub seed: u64,
}

impl Cell for Bases {
    fn cost(&self) -> f64 {
        let widest = self.widths.into_iter().fold(0.0, |widest: f64, width| widest.max(width as f64));
        1e-3 + 3e-8 * widest * widest * widest
    }

    fn memory(&self) -> f64 {
        let widths: f64 = self.widths.into_iter().map(|width| width as f64).sum();
        8.0 * 10.0 * widths * widths
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let inputs = self.widths[0];
        let mut generator = random.open("basis", self.seed);
        let given = LinearChain::sample(self.widths, self.input_rank, None, &mut generator);
        let root = generator.normal_matrix(inputs, inputs) / (inputs as f64).sqrt();
        let moved = given.in_random_gauge(&mut generator)?;
        let given_bases = InteractionBasis::of_hidden_layers(&given, root.view())?;
        let moved_bases = InteractionBasis::of_hidden_layers(&moved, root.view())?;
        let change = |spectrum: fn(&InteractionBasis) -> &[f64]| {
            let layers = given_bases.iter().zip(&moved_bases);
            statistics::greatest(layers.map(|(before, after)| largest_change(spectrum(before), spectrum(after))))
        };
        let ib_change = change(|basis| &basis.spectrum);
        let activation_change = change(|basis| &basis.activation_spectrum);
        let in_basis = interactions(&moved, &moved_bases);
        rows.key(record! { seed: self.seed }).kind("basis");
        for (basis, gauge, matrix, ib_change, activation_change) in [
            ("neuron", "given", &given.middle, None, None),
            ("ib", "given", &interactions(&given, &given_bases), None, None),
            ("neuron", "random", &moved.middle, None, Some(activation_change)),
            ("ib", "random", &in_basis, Some(ib_change), None),
        ] {
            rows.push(record! {
                /// Coordinates of the hidden layers: neuron (activations as they are) or ib (the Interaction Basis).
                basis,
                /// given: as drawn; random: the same function after a random change of the hidden layers' coordinates.
                gauge,
                /// Off-diagonal share of the squared interactions of the hidden layers.
                offdiag: off_diagonal_share(matrix),
                /// Largest relative change of the spectrum l by the gauge.
                ib_change,
                /// Largest relative change of the spectrum of the activations' Gram matrix by the gauge.
                activation_change,
            });
        }
        rows.kind("interaction");
        for (basis, matrix) in [("neuron", &moved.middle), ("ib", &in_basis)] {
            for ((to, from), &value) in matrix.indexed_iter() {
                rows.push(record! {
                    basis,
                    /// Coordinate of the second hidden layer, from 1.
                    to: to + 1,
                    /// Coordinate of the first hidden layer, from 1.
                    from: from + 1,
                    /// The interaction with its sign, in the random gauge.
                    value,
                });
            }
        }
        Ok(())
    }
}
