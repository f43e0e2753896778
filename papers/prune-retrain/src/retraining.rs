//! What PERP retrains after pruning, and what it is compared with.

use common::datasets::Examples;
use common::networks::schedules;
use common::prelude::*;

use crate::adapters::{Adapter, LowRank};
use crate::network::{Network, Role};
use crate::pruning::Pruned;

/// A choice of what to retrain.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Biases.
    Bias,
    /// Scales and shifts of the layer normalizations.
    Norm,
    /// Biases and normalizations.
    #[serde(rename = "bias+norm")]
    BiasNorm,
    /// Biases, normalizations and the head.
    Perp,
    /// What PERP trains, and adapters that are masked during training.
    MaskLora,
    /// What PERP trains, and adapters that are masked after training only.
    #[serde(rename = "lora-prune")]
    LoraPrune,
    /// What PERP trains, and adapters that multiply.
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
#[derive(Parameters)]
pub struct Recipe {
    /// Steps of Adam after pruning, at a rate that falls linearly to zero.
    #[range(0..)]
    pub retrain_steps: usize,
    /// Images of a step after pruning, drawn with replacement.
    pub retrain_batch: usize,
    /// First rate of the methods that train biases and normalizations only.
    pub lr_vectors: f64,
    /// First rate of the methods that train matrices, too.
    pub lr_matrices: f64,
    #[flatten]
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
    pub fn retrain(
        &self,
        method: Method,
        pruned: &Pruned,
        images: &Examples<f32>,
        seed: u64,
        random: &Streams,
    ) -> Retrained {
        let &Recipe { retrain_steps: steps, retrain_batch: batch, low_rank, .. } = self;
        let adapter = method.adapter().map(|adapter| (adapter, low_rank));
        let mut network = Network::new(pruned.width, batch, adapter, |role| method.trains(role));
        let mut theta = network.start(&pruned.model, &pruned.masks, &mut random.open("adapters", seed));
        let rates = (0..steps).map(|step| self.rate(method) * schedules::linear(step, steps));
        network.train(&mut theta, images, batch, rates, &mut random.open("retraining batches", seed));
        Retrained { model: network.model(&theta, &pruned.model), trainable: network.trainable() }
    }
}

#[cfg(test)]
mod tests;
