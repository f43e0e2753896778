//! Intrinsic Evaluation of Unlearning Using Parametric Knowledge Traces — Hong, Yu, Yang, Ravfogel, Geva 2024,
//! arXiv:2406.11614.
//!
//! A key-value memory learns a world of facts. Concept vectors are located in it, and the concepts unlearned by gradients
//! and by noise on their vectors. What is left of the vector tells hiding from erasing.

mod claims;
mod concept;
mod figure;
mod memory;
mod unlearning;
mod world;

use common::prelude::*;
use concept::{Located, cosine, jaccard, locate, top};
use memory::{Memory, Training};
use unlearning::{Method, Recipe, Start};
use world::{Kind, World};

/// The parameters.
#[derive(Parameters)]
#[require(recipe.top_k <= world.relations * world.concepts, "at most the number of answer words")]
pub struct Config {
    #[flatten]
    world: World,
    #[flatten]
    training: Training,
    #[flatten]
    recipe: Recipe,
    /// Models, each with its own start, prompts, noise and retain batches.
    seeds: u64,
}

/// A model that is trained, and unlearns its located concepts one at a time, each time from the trained state.
#[derive(Serialize)]
struct Run {
    seed: u64,
    world: &'static World,
    training: &'static Training,
    recipe: &'static Recipe,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { world, training, recipe, seeds } = config;
    plan.add((0..*seeds).map(|seed| Run { seed, world, training, recipe }));
}

impl Run {
    /// Prompts of the largest batch.
    fn batch(&self) -> usize {
        self.training.batch().max(self.world.forgotten() + self.recipe.retain_batch)
    }

    /// Concepts that are unlearned, at most.
    fn unlearned(&self) -> f64 {
        self.recipe.max_concepts.min(self.world.concepts) as f64
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        // Unlearning takes about 30 steps, or all that it may; looking at the model is one way forward.
        let steps = 3.0 * self.unlearned() * self.recipe.unlearn_max_steps.min(40) as f64;
        let trained = self.training.prompts() + steps * (self.world.forgotten() + self.recipe.retain_batch) as f64;
        let asked = (1.0 + 5.0 * self.unlearned()) * self.world.len() as f64;
        1e-11 * self.training.operations(self.world) * (3.0 * trained + asked)
            + 2e-9
                * (self.training.parameters(self.world))
                * (steps + self.training.prompts() / self.training.batch() as f64)
    }

    fn memory(&self) -> f64 {
        let (d, m, answers) = (self.training.width as f64, self.training.hidden as f64, self.world.answers() as f64);
        let tape = 2.0 * self.batch() as f64 * (6.0 * d + 2.0 * m + 2.0 * answers);
        let world = self.world.len() as f64 * (m + answers + 10.0);
        4.0 * (tape + 2.0 * world + 8.0 * self.training.parameters(self.world) + 4.0 * m * answers)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Run { seed, world, training, recipe } = self;
        let mut memory = Memory::new(world, training, self.batch());
        let trained = memory.train(training, seed, random);
        let answers = memory.ask_all(&trained);
        let located = locate(world, &memory, &trained, &answers, recipe.top_k);
        let start = Start { world, recipe, trained: &trained, answers: &answers, seed, random };
        let before = memory.spoken(&trained, &trained);
        rows.key(record! {
            /// Model: start, prompts, noise and retain batches.
            seed,
            /// Share of all prompts that the model answers before unlearning.
            train_acc: answers.accuracy(0..world.len()),
            /// Concepts with a vector of their own.
            n_located: located.len(),
        });
        if located.is_empty() {
            rows.push(record! { kind: "model" });
        }
        for &at in located.iter().take(recipe.max_concepts) {
            for method in Method::ALL {
                let (theta, steps) = start.unlearn(method, at, &mut memory);
                let after = memory.ask_all(&theta);
                let Located { concept, unit } = at;
                let accuracy = |kind| after.accuracy(world.prompts(kind, concept));
                let held_out = || world.prompts(Kind::HeldOut, concept);
                // Read by the words of the trained model, as the authors do.
                let words = top(memory.spoken(&theta, &trained).row(unit), recipe.top_k);
                rows.push(record! {
                    kind: "unlearning",
                    concept,
                    /// The unit of its concept vector.
                    unit,
                    method,
                    /// Steps of unlearning.
                    steps,
                    /// Accuracy on the prompts that were unlearned.
                    acc_forget: accuracy(Kind::Forget),
                    /// On other templates.
                    acc_heldout: accuracy(Kind::HeldOut),
                    /// Under the concept's other names.
                    acc_jailbreak: accuracy(Kind::Jailbreak),
                    /// On all other concepts.
                    acc_others: accuracy(Kind::Other),
                    /// Cosine of the concept vector before and after.
                    cosine: cosine(&memory.value(unit, &trained), &memory.value(unit, &theta)),
                    /// Overlap of the words that it promotes before and after.
                    jaccard: jaccard(&top(before.row(unit), recipe.top_k), &words),
                    /// Mean activation of its unit on held-out prompts, after over before.
                    act_ratio: after.activation(unit, held_out()) / answers.activation(unit, held_out()),
                });
            }
        }
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
