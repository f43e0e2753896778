//! Low-rank adapters of a pruned matrix W with mask m: a product B A of rank r that joins in the weight.
//!
//! Matrices are inputs x outputs here, so that the product is Aᵀ Bᵀ: `down` is Aᵀ (inputs x r), `up` is Bᵀ
//! (r x outputs).

use common::networks::{Init, Tape, Value};
use common::prelude::{Parameters, parameters};

/// How an adapter enters the effective weight.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Adapter {
    /// W + (alpha/r) (B A) ⊙ m: the product never reaches a pruned place.
    MaskLora,
    /// W + (alpha/r) B A: it does, and what it learned there is lost when the sum is pruned again.
    LoraPrune,
    /// W ⊙ (B A): a pruned weight stays zero whatever it is multiplied by.
    ScaleLora,
}

/// The size of an adapter.
#[derive(Clone, Copy, Parameters)]
pub struct LowRank {
    /// Rank of the adapters.
    pub r: usize,
    /// alpha / r, the factor of adapters that are added.
    #[range(0.0..)]
    pub factor: f64,
}

impl Adapter {
    /// Records the two factors, and the weight that a layer multiplies by.
    pub fn effective_weight(self, size: LowRank, tape: &mut Tape<f32>, name: &str, w: Value, mask: Value) -> Value {
        let (down, up) = match self {
            // The sum starts at W, and up can learn at once.
            Adapter::MaskLora | Adapter::LoraPrune => (Init::FanIn(1.0), Init::Constant(0.0)),
            // The product starts at one.
            Adapter::ScaleLora => {
                let root = Init::Constant(1.0 / (size.r as f64).sqrt());
                (root, root)
            }
        };
        let down = tape.parameter(&format!("{name} down"), w.rows(), size.r, down);
        let up = tape.parameter(&format!("{name} up"), size.r, w.columns(), up);
        let product = tape.product(down, up);
        match self {
            Adapter::MaskLora => {
                let masked = tape.multiply(product, mask);
                let addend = tape.scale(masked, size.factor);
                tape.add(w, addend)
            }
            Adapter::LoraPrune => {
                let addend = tape.scale(product, size.factor);
                tape.add(w, addend)
            }
            Adapter::ScaleLora => tape.multiply(w, product),
        }
    }
}
