//! Scattered or Connected? An Optimized Parameter-efficient Tuning Approach for Information Retrieval — Ma, Guo, Zhang,
//! Fan, Cheng 2022, arXiv:2208.09847.
//!
//! An encoder is pre-trained, frozen, and tuned for retrieval through small modules. Modules that are scattered between
//! frozen layers fall behind full fine-tuning; connecting them to a path of their own brings most of it back where many
//! layers lie between.

mod claims;
mod collection;
mod encoder;
mod figure;
mod tuning;

use common::datasets::{DataSet, WORDNET};
use common::prelude::*;
use encoder::Sizes;
use tuning::{Recipe, Tuning};

/// The parameters.
#[derive(Parameters)]
#[require(tuning.eval_steps.last() == Some(&tuning.finetune_steps), "eval_steps that end with finetune_steps")]
pub struct Config {
    #[flatten]
    sizes: Sizes,
    #[flatten]
    tuning: Recipe,
    /// Layers of the network: L.
    #[rising]
    depths: Vec<usize>,
    /// Runs, each with its own test queries, start, batches and modules.
    seeds: u64,
}

/// A network that is pre-trained once and tuned by all methods in turn.
#[derive(Serialize)]
struct Run {
    depth: usize,
    seed: u64,
    sizes: &'static Sizes,
    recipe: &'static Recipe,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { sizes, tuning, depths, seeds } = config;
    for &depth in depths {
        plan.add((0..*seeds).map(|seed| Run { depth, seed, sizes, recipe: tuning }));
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        let &Run { depth, sizes, recipe, .. } = self;
        let layer = 4.0 * (sizes.width * sizes.hidden) as f64 + 60.0 * (sizes.width + sizes.hidden) as f64;
        let steps = (recipe.pretrain_steps + recipe.finetune_steps * recipe.methods.len()) as f64;
        let asked = (recipe.methods.len() * recipe.eval_steps.len() * (recipe.n_test + 200)) as f64;
        let ranked = asked * 200.0 * 2.0 * sizes.width as f64;
        // Reading the dictionary, and its latent semantics, are shared by all cells.
        1.0 + 2.5e-11 * (layer * depth as f64 * (6.0 * sizes.batch as f64 * steps + asked) + ranked)
    }

    fn memory(&self) -> f64 {
        let &Run { depth, sizes, .. } = self;
        let layer = (6 * sizes.width
            + 4 * sizes.hidden
            + 8 * sizes.adapter_rank.max(sizes.iaa_rank).max(sizes.lora_rank)) as f64;
        let batch = 2.0 * sizes.batch as f64 * (2.0 * layer * depth as f64 + 4.0 * sizes.batch as f64);
        let rank = (sizes.adapter_rank + sizes.iaa_rank + sizes.lora_rank) as f64;
        let numbers = depth as f64
            * (sizes.width as f64 * (2.0 * sizes.hidden as f64 + 2.0 * rank) + rank * (sizes.hidden as f64 + rank));
        // All texts as vectors, and the sparse rows that they are made from.
        let texts = 12.0 * 100_000.0 * sizes.width as f64 + 3e8;
        4.0 * (batch + 6.0 * numbers) + texts
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&WORDNET]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Run { depth, seed, sizes, recipe } = self;
        let tuning = Tuning::new(depth, seed, sizes, recipe, random)?;
        let (base, pretrained) = tuning.pretrain();
        for &method in &recipe.methods {
            let curve = tuning.finetune(method, &base, &pretrained);
            rows.key(record! {
                /// Layers.
                depth,
                /// Skip strength of the network.
                rho: sizes.rho,
                /// Run: test queries, start, batches, modules.
                seed,
                /// What is trained.
                method,
                /// Trained parameters.
                n_params: curve.parameters,
            });
            for point in curve.points {
                rows.push(record! {
                    /// Steps of fine-tuning.
                    step: point.step,
                    /// Mean reciprocal rank of the right document among the first ten, test queries.
                    mrr10: point.mrr10,
                    /// Mean loss of the last 25 steps, nats.
                    train_loss: point.train_loss,
                });
            }
        }
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
