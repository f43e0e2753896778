//! Concept vectors: units whose value vectors promote the words of one concept alone, and that are active when it is
//! asked for.

use common::prelude::*;

use crate::memory::{Answers, Memory};
use crate::world::World;

/// The share of a concept's prompts on which a unit has to be active.
const ACTIVE: f64 = 0.9;

/// A located concept vector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Located {
    pub concept: usize,
    /// j(c).
    pub unit: usize,
}

/// The concepts that have a vector of their own: all its top words are the concept's, and it is active on its prompts. Of
/// several the one with the largest mean activation times length.
pub fn locate(world: &World, memory: &Memory, theta: &[f32], answers: &Answers, top_k: usize) -> Vec<Located> {
    let spoken = memory.spoken(theta, theta);
    let words: Vec<Vec<usize>> = spoken.rows().into_iter().map(|row| top(row, top_k)).collect();
    let located = (0..world.concepts).filter_map(|concept| {
        let prompts = || concept * world.asked()..(concept + 1) * world.asked();
        let is_pure = |unit: &usize| words[*unit].iter().all(|word| word / world.relations == concept);
        let is_active = |unit: &usize| {
            let active = prompts().filter(|&index| answers.activations[[index, *unit]] > 0.0).count();
            active as f64 >= ACTIVE * world.asked() as f64
        };
        let strength =
            |unit: &usize| f64::from(reduce::norm(&memory.value(*unit, theta))) * answers.activation(*unit, prompts());
        let units = (0..words.len()).filter(is_pure).filter(is_active);
        let unit = units.max_by(|a, b| strength(a).total_cmp(&strength(b)))?;
        Some(Located { concept, unit })
    });
    located.collect()
}

/// The words that a value vector promotes most.
pub fn top(spoken: ArrayView1<f32>, count: usize) -> Vec<usize> {
    let scores: Vec<f64> = spoken.iter().map(|&score| f64::from(score)).collect();
    argsort_descending(&scores).into_iter().take(count).collect()
}

/// Overlap of two sets of words: those in both over those in any.
pub fn jaccard(a: &[usize], b: &[usize]) -> f64 {
    let both = a.iter().filter(|word| b.contains(word)).count();
    both as f64 / (a.len() + b.len() - both) as f64
}

/// Cosine of the angle between two vectors; NaN if one is zero.
pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    f64::from(reduce::dot(a, b)) / (f64::from(reduce::norm(a)) * f64::from(reduce::norm(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlaps_and_angles() {
        assert_eq!(jaccard(&[1, 2, 3], &[3, 2, 9]), 0.5);
        assert_eq!(top(array![0.5_f32, -1.0, 2.0, 1.0].view(), 2), [2, 3]);
        assert!((cosine(&[1.0, 1.0], &[2.0, 0.0]) - 0.5_f64.sqrt()).abs() < 1e-7);
    }
}
