//! What PERP retrains after pruning, and what it is compared with.

use common::networks::schedules;
use common::prelude::*;

use crate::adapters::{Adapter, LowRank};
use crate::digits::Digits;
use crate::network::{Network, Role};
use crate::pruning::Pruned;

/// A choice of what to retrain.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Method {
    /// Biases.
    Bias,
    /// Scales and shifts of the layer normalizations.
    Norm,
    /// Both.
    BiasNorm,
    /// Both and the head.
    Perp,
    /// The same and adapters that are masked during training.
    MaskLora,
    /// The same with adapters that are masked after training only.
    LoraPrune,
    /// The same with adapters that multiply.
    ScaleLora,
    /// Everything, pruned weights excepted.
    Full,
}

impl Method {
    /// All methods in the order of the table.
    pub const ALL: [Method; 8] = [
        Method::Bias,
        Method::Norm,
        Method::BiasNorm,
        Method::Perp,
        Method::MaskLora,
        Method::LoraPrune,
        Method::ScaleLora,
        Method::Full,
    ];

    /// The name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Method::Bias => "bias",
            Method::Norm => "norm",
            Method::BiasNorm => "bias+norm",
            Method::Perp => "perp",
            Method::MaskLora => "masklora",
            Method::LoraPrune => "lora-prune",
            Method::ScaleLora => "scalelora",
            Method::Full => "full",
        }
    }

    /// Whether the parts of a role are trained.
    fn trains(self, role: Role) -> bool {
        match self {
            Method::Bias => role == Role::Bias,
            Method::Norm => role == Role::Norm,
            Method::BiasNorm => role == Role::Bias || role == Role::Norm,
            Method::Perp | Method::MaskLora | Method::LoraPrune | Method::ScaleLora => role != Role::Hidden,
            Method::Full => true,
        }
    }

    fn adapter(self) -> Option<Adapter> {
        match self {
            Method::MaskLora => Some(Adapter::MaskLora),
            Method::LoraPrune => Some(Adapter::LoraPrune),
            Method::ScaleLora => Some(Adapter::ScaleLora),
            Method::Bias | Method::Norm | Method::BiasNorm | Method::Perp | Method::Full => None,
        }
    }
}

/// How every method retrains.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Recipe {
    /// Steps of Adam, at a rate that falls linearly to zero.
    pub retrain_steps: usize,
    /// Images of a step, drawn with replacement.
    pub retrain_batch: usize,
    /// First rate of the methods that train vectors only.
    pub lr_vectors: f64,
    /// First rate of the methods that train matrices, too.
    pub lr_matrices: f64,
    /// Of the adapters.
    pub low_rank: LowRank,
}

/// A retrained network.
pub struct Retrained {
    /// All parts, adapters multiplied out.
    pub model: Vec<f32>,
    /// How many numbers were trained.
    pub trainable: usize,
}

impl Retrained {
    /// A model that is left as it is.
    pub fn untouched(model: &[f32]) -> Retrained {
        Retrained { model: model.to_vec(), trainable: 0 }
    }
}

impl Recipe {
    fn rate(&self, method: Method) -> f64 {
        match method {
            Method::Bias | Method::Norm | Method::BiasNorm => self.lr_vectors,
            _ => self.lr_matrices,
        }
    }

    /// Retrains a pruned model. All methods and sparsities of a seed see the same batches, and adapters of a kind
    /// start alike.
    pub fn retrain(&self, method: Method, pruned: &Pruned, digits: &Digits, seed: u64, random: &Streams) -> Retrained {
        let (steps, batch) = (self.retrain_steps, self.retrain_batch);
        let adapter = method.adapter().map(|adapter| (adapter, self.low_rank));
        let mut network = Network::new(pruned.width, batch, adapter, |role| method.trains(role));
        let mut theta = network.start(&pruned.model, &pruned.masks, &mut random.open("adapters", seed));
        let rate = |step| self.rate(method) * schedules::linear(step, steps);
        let mut batches = random.open("retraining batches", seed);
        network.train(&mut theta, digits, (steps, batch), rate, &mut batches);
        Retrained { model: network.model(&theta, &pruned.model), trainable: network.trainable() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digits::{CLASSES, PIXELS};
    use crate::network::parts;

    const WIDTH: usize = 12;

    /// Random images with random labels, and a random network pruned by 80 %.
    fn setting() -> (Digits, Pruned) {
        let streams = Streams::new("prune-retrain");
        let digits = Digits::noise(64, &mut streams.open("images", 0));
        let model = Network::dense(WIDTH, 1).initial(&mut streams.open("init", 0));
        (digits, Pruned::new(&model, WIDTH, 0.8))
    }

    fn recipe(retrain_steps: usize) -> Recipe {
        Recipe {
            retrain_steps,
            retrain_batch: 16,
            lr_vectors: 0.02,
            lr_matrices: 0.01,
            low_rank: LowRank { r: 4, factor: 2.0 },
        }
    }

    /// A network that a method retrains, with its trained numbers after some steps.
    fn trained(method: Method, steps: usize, digits: &Digits, pruned: &Pruned) -> (Network, Vec<f32>) {
        let (recipe, streams) = (recipe(steps), Streams::new("prune-retrain"));
        let adapter = method.adapter().map(|adapter| (adapter, recipe.low_rank));
        let mut network = Network::new(WIDTH, 16, adapter, |role| method.trains(role));
        let mut theta = network.start(&pruned.model, &pruned.masks, &mut streams.open("adapters", 0));
        network.train(&mut theta, digits, (steps, 16), |_| 0.01, &mut streams.open("batches", 0));
        (network, theta)
    }

    #[test]
    fn every_method_starts_at_the_pruned_network() {
        let (digits, pruned) = setting();
        for method in Method::ALL {
            let (mut network, theta) = trained(method, 0, &digits, &pruned);
            assert!(network.model(&theta, &pruned.model) == pruned.model, "{method:?}");
        }
    }

    #[test]
    fn a_method_changes_what_it_trains_and_keeps_pruned_weights_at_zero() {
        let (digits, pruned) = setting();
        for method in Method::ALL {
            let model = recipe(10).retrain(method, &pruned, &digits, 0, &Streams::new("prune-retrain")).model;
            for part in parts(WIDTH) {
                let changed = model[part.range.clone()] != pruned.model[part.range.clone()];
                let hidden = part.role == Role::Hidden && method.adapter().is_some();
                assert_eq!(changed, method.trains(part.role) || hidden, "{method:?} {part:?}");
            }
            assert_eq!(pruned.keeps(&model), method != Method::LoraPrune, "{method:?}");
        }
    }

    /// The network with its adapters and the one in which they are multiplied out.
    #[test]
    fn merging_changes_nothing_but_what_it_masks() {
        let (digits, pruned) = setting();
        let mut dense = Network::dense(WIDTH, 16);
        for method in Method::ALL {
            let (mut network, theta) = trained(method, 30, &digits, &pruned);
            let before = network.score(&theta, &digits);
            let model = network.model(&theta, &pruned.model);
            let merged = dense.score(&model, &digits);
            assert!((before.loss - merged.loss).abs() < 1e-5, "{method:?}: {before:?} {merged:?}");
            let masked = dense.score(&pruned.masked(&model), &digits);
            assert_eq!((masked.loss - merged.loss).abs() < 1e-5, method != Method::LoraPrune);
        }
    }

    /// W + 2 (B A) m, W + 2 B A and W (B A) by plain loops in double precision.
    #[test]
    fn effective_weights_are_those_of_the_formulas() {
        let (digits, pruned) = setting();
        let (rank, head) = (4, parts(WIDTH)[8].range.clone());
        for method in [Method::MaskLora, Method::LoraPrune, Method::ScaleLora] {
            let (mut network, theta) = trained(method, 5, &digits, &pruned);
            let model = network.model(&theta, &pruned.model);
            // Factors come after biases, normalizations and head: down and up of W0, then of W1.
            let vectors = 6 * WIDTH + CLASSES;
            let (down, up) = theta[vectors + head.len()..].split_at(PIXELS * rank);
            let first = parts(WIDTH)[0].range.clone();
            for (index, (&weight, &mask)) in pruned.model[first.clone()].iter().zip(&pruned.masks[0]).enumerate() {
                let (i, j) = (index / WIDTH, index % WIDTH);
                let terms = (0..rank).map(|k| f64::from(down[i * rank + k]) * f64::from(up[k * WIDTH + j]));
                let (product, weight) = (terms.sum::<f64>(), f64::from(weight));
                let expected = match method {
                    Method::MaskLora => weight + 2.0 * product * f64::from(mask),
                    Method::LoraPrune => weight + 2.0 * product,
                    _ => weight * product,
                };
                let found = f64::from(model[first.start + index]);
                assert!((found - expected).abs() < 1e-6, "{method:?} {i} {j}: {found} {expected}");
            }
        }
    }

    #[test]
    fn adapters_add_their_factors_to_what_is_trained() {
        let trainable = |method: Method| {
            let adapter = method.adapter().map(|adapter| (adapter, recipe(1).low_rank));
            Network::new(128, 1, adapter, |role| method.trains(role)).trainable()
        };
        let counts = Method::ALL.map(trainable);
        assert_eq!(counts, [266, 512, 778, 2058, 4378, 4378, 4378, 43_530]);
    }
}
