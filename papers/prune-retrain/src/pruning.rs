//! Magnitude pruning: the smallest weights of each hidden matrix are set to zero.

use common::prelude::argsort;

use crate::network::{Part, Role, parts};

/// A pruned model.
pub struct Pruned {
    /// All parts of the network, pruned weights zero.
    pub model: Vec<f32>,
    /// Of each hidden matrix, 1 for a kept weight and 0 for a pruned one.
    pub masks: Vec<Vec<f32>>,
    /// Units of each hidden layer.
    pub width: usize,
    hidden: Vec<Part>,
}

impl Pruned {
    /// Prunes each hidden matrix of a model by itself. Head, biases and normalizations stay.
    pub fn new(model: &[f32], width: usize, sparsity: f64) -> Pruned {
        let hidden: Vec<Part> = hidden(width).collect();
        let masks = hidden.iter().map(|part| magnitude_mask(&model[part.range.clone()], sparsity));
        let mut pruned = Pruned { model: model.to_vec(), masks: masks.collect(), width, hidden };
        pruned.model = pruned.masked(model);
        pruned
    }

    /// A model with zeros where weights are pruned.
    pub fn masked(&self, model: &[f32]) -> Vec<f32> {
        let mut masked = model.to_vec();
        for (part, mask) in self.hidden.iter().zip(&self.masks) {
            let weights = masked[part.range.clone()].iter_mut();
            weights.zip(mask).for_each(|(weight, kept)| *weight *= kept);
        }
        masked
    }
}

/// The matrices that are pruned.
fn hidden(width: usize) -> impl Iterator<Item = Part> {
    parts(width).into_iter().filter(|part| part.role == Role::Hidden)
}

/// Share of zeros among the weights of a model's hidden matrices.
pub fn zeros(model: &[f32], width: usize) -> f64 {
    let weights: Vec<f32> = hidden(width).flat_map(|part| &model[part.range]).copied().collect();
    weights.iter().filter(|weight| **weight == 0.0).count() as f64 / weights.len() as f64
}

/// 0 for the round(sparsity · size) weights of smallest magnitude, of equals the first ones; 1 for the others.
fn magnitude_mask(weights: &[f32], sparsity: f64) -> Vec<f32> {
    let pruned = (sparsity * weights.len() as f64).round() as usize;
    let magnitudes: Vec<f32> = weights.iter().map(|weight| weight.abs()).collect();
    let mut mask = vec![1.0; weights.len()];
    argsort(&magnitudes)[..pruned].iter().for_each(|&index| mask[index] = 0.0);
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_magnitudes_go_and_of_equals_the_first() {
        let weights = [0.5, -0.1, 0.3, -0.3, 0.3, 2.0, -4.0];
        assert_eq!(magnitude_mask(&weights, 2.0 / 7.0), [1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
        assert_eq!(magnitude_mask(&weights, 0.5), [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
        assert_eq!(magnitude_mask(&weights, 0.0), [1.0; 7]);
        assert_eq!(magnitude_mask(&weights, 1.0), [0.0; 7]);
    }

    /// Each matrix is pruned by itself: one with a hundred times larger weights loses as many.
    #[test]
    fn layers_are_pruned_uniformly_and_nothing_else_is() {
        let (width, sparsity) = (5, 0.3);
        let size = parts(width).last().unwrap().range.end;
        let mut model: Vec<f32> = (0..size).map(|i| 1.0 + (i * 7919 % 1009) as f32).collect();
        let matrices: Vec<Part> = hidden(width).collect();
        model[matrices[1].range.clone()].iter_mut().for_each(|w| *w *= 100.0);
        let pruned = Pruned::new(&model, width, sparsity);
        for part in parts(width) {
            let (after, before) = (&pruned.model[part.range.clone()], &model[part.range.clone()]);
            let zeros = after.iter().filter(|w| **w == 0.0).count();
            let expected = if part.role == Role::Hidden { (0.3 * before.len() as f64).round() } else { 0.0 };
            assert_eq!(zeros as f64, expected, "{part:?}");
            assert!(after.iter().zip(before).all(|(after, before)| *after == 0.0 || after == before));
        }
        assert_eq!(pruned.masked(&model), pruned.model);
        assert!((zeros(&pruned.model, width) - sparsity).abs() < 0.001 && zeros(&model, width) == 0.0);
    }
}
