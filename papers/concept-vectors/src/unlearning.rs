//! Ways to unlearn a concept: three that follow a gradient, one that destroys the concept's vector, and a control.

use common::networks::{Adam, Optimizer};
use common::prelude::*;

use crate::concept::Located;
use crate::memory::{Answers, Memory};
use crate::world::{Kind, World};

/// How concepts are unlearned.
#[derive(Parameters)]
pub struct Recipe {
    /// Concepts that are unlearned for each seed, at most.
    pub max_concepts: usize,
    /// Words of a value vector that count as what it says.
    pub top_k: usize,
    /// Rate of AdamW, without decay.
    #[range(0.0..)]
    unlearn_rate: f64,
    /// Steps at most.
    #[range(0..)]
    pub unlearn_max_steps: usize,
    /// Sharpness β of negative preference optimization.
    npo_beta: f64,
    /// Prompts of other concepts in a step, drawn with replacement.
    pub retain_batch: usize,
    /// Length of the noise over that of the concept vector.
    #[range(0.0..)]
    pub needle_noise: f64,
}

/// What is done to the model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Gradient ascent on the loss of the forget prompts.
    Ga,
    /// The same, with descent on a retain batch.
    Gd,
    /// Negative preference optimization, with the divergence from the original model on a retain batch.
    NpoKl,
    /// Noise on the concept vector.
    Needle,
    /// Another active unit is silenced: the control.
    RandomUnit,
}

/// Answers are gone when none is right and their mean probability is below this.
const GONE: f64 = 0.02;

impl Method {
    pub const ALL: [Method; 5] = [Method::Ga, Method::Gd, Method::NpoKl, Method::Needle, Method::RandomUnit];
}

/// What an unlearning starts from.
pub struct Start<'a> {
    pub world: &'a World,
    pub recipe: &'a Recipe,
    /// The trained model, and what it does.
    pub trained: &'a [f32],
    pub answers: &'a Answers,
    pub seed: u64,
    pub random: &'a Streams,
}

impl Start<'_> {
    /// Unlearns a concept: the changed model, and the steps that it took.
    pub fn unlearn(&self, method: Method, at: Located, memory: &mut Memory) -> (Vec<f32>, usize) {
        let mut theta = self.trained.to_vec();
        let steps = match method {
            Method::Needle => {
                self.needle(at, memory, &mut theta);
                0
            }
            Method::RandomUnit => {
                memory.value_mut(self.another_unit(at), &mut theta).fill(0.0);
                0
            }
            Method::Ga | Method::Gd | Method::NpoKl => self.descend(method, at.concept, memory, &mut theta),
        };
        (theta, steps)
    }

    fn stream(&self, what: &str, at: usize) -> Generator {
        self.random.open(&format!("{what} of concept {at}"), self.seed)
    }

    /// v_j + noise · |v_j| g / √d.
    fn needle(&self, at: Located, memory: &Memory, theta: &mut [f32]) {
        let length = f64::from(reduce::norm(&memory.value(at.unit, theta)));
        let mut draws = self.stream("noise", at.concept);
        let mut value = memory.value_mut(at.unit, theta);
        let scale = self.recipe.needle_noise * length / (value.len() as f64).sqrt();
        value.iter_mut().for_each(|number| *number += (scale * draws.normal()) as f32);
    }

    /// A unit that is active on the concept's prompts and is not its own.
    fn another_unit(&self, at: Located) -> usize {
        let prompts = || at.concept * self.world.asked()..(at.concept + 1) * self.world.asked();
        let units = self.answers.activations.ncols();
        let active: Vec<usize> =
            (0..units).filter(|&unit| unit != at.unit && self.answers.activation(unit, prompts()) > 0.0).collect();
        match active.is_empty() {
            true => (at.unit + 1) % units,
            false => active[self.stream("other unit", at.concept).below(active.len())],
        }
    }

    /// Follows a gradient until the answers are gone; gives the steps.
    fn descend(&self, method: Method, concept: usize, memory: &mut Memory, theta: &mut [f32]) -> usize {
        let &Start { world, recipe, .. } = self;
        let answers = world.answers();
        let forget: Vec<usize> = world.prompts(Kind::Forget, concept).collect();
        let others: Vec<usize> = world.prompts(Kind::Other, concept).collect();
        let retained = if method == Method::Ga || others.is_empty() { 0 } else { recipe.retain_batch };
        let mut draws = self.stream(&format!("{method:?} retain batches"), concept);
        let mut prompts = forget.clone();
        prompts.resize(forget.len() + retained, 0);
        let mut p = vec![0.0; prompts.len() * answers];
        let mut by_logits = p.clone();
        let mut gradient = vec![0.0; memory.len()];
        let mut optimizer = Adam::new(theta.len());
        for step in 1..=recipe.unlearn_max_steps {
            prompts[forget.len()..].fill_with(|| others[draws.below(others.len())]);
            memory.probabilities(theta, &prompts, &mut p);
            for ((row, &index), p) in by_logits.chunks_exact_mut(answers).zip(&prompts).zip(p.chunks_exact(answers)) {
                let is_forgotten = world.kind(index, concept) == Kind::Forget;
                let count = if is_forgotten { forget.len() } else { retained };
                self.by_logits(method, is_forgotten, index, p, row);
                reduce::scale(1.0 / count as f32, row);
            }
            memory.gradient(theta, &by_logits, &mut gradient);
            optimizer.step(theta, &gradient, recipe.unlearn_rate);
            if self.are_gone(&forget, &p) {
                return step;
            }
        }
        recipe.unlearn_max_steps
    }

    /// Derivatives of a prompt's part of the objective by its logits. Those of log p(answer) are onehot − p.
    fn by_logits(&self, method: Method, is_forgotten: bool, prompt: usize, p: &[f32], row: &mut [f32]) {
        let (reference, answer) = (self.answers.probabilities.row(prompt), self.world.answer(prompt));
        if method == Method::NpoKl && !is_forgotten {
            // KL(p_ref || p).
            row.iter_mut().zip(p.iter().zip(reference)).for_each(|(to, (p, reference))| *to = p - reference);
            return;
        }
        let factor = match method {
            // −(2/β) log σ(−β (log p − log p_ref)).
            Method::NpoKl => {
                let [now, before] = [p[answer], reference[answer]].map(|p| ln(f64::from(p.max(f32::MIN_POSITIVE))));
                2.0 * sigmoid(self.recipe.npo_beta * (now - before))
            }
            _ if is_forgotten => 1.0,
            _ => -1.0,
        };
        row.iter_mut().zip(p).for_each(|(to, p)| *to = -(factor as f32) * p);
        row[answer] += factor as f32;
    }

    /// Whether no forget prompt is answered, and the answers have become unlikely.
    fn are_gone(&self, forget: &[usize], p: &[f32]) -> bool {
        let rows = || forget.iter().zip(p.chunks_exact(self.world.answers()));
        let likely = rows().map(|(&index, row)| f64::from(row[self.world.answer(index)])).sum::<f64>();
        // With every unit off all answers are equally likely: then the first counts as given.
        let right = |(&index, row): (&usize, &[f32])| reduce::argmax(row) == self.world.answer(index);
        likely / (forget.len() as f64) < GONE && !rows().any(right)
    }
}
