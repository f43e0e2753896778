//! The fastfood transform: a dense random matrix in D log d operations and memory D.

use common::prelude::*;

/// Blocks H G Π H B of n rows on top of each other, n the next power of two from d on, cut off after D rows and d
/// columns. H is the Walsh-Hadamard matrix of signs, B and G are diagonals of random signs and of normals, Π permutes.
pub struct Fastfood {
    blocks: Vec<Block>,
    scale: f32,
    /// Two vectors of length n.
    scratch: [Vec<f32>; 2],
}

struct Block {
    signs: Vec<f32>,
    permutation: Vec<u32>,
    normals: Vec<f32>,
}

impl Fastfood {
    /// Draws the blocks one after the other.
    pub fn sample(parameters: usize, d: usize, random: &mut Generator) -> Fastfood {
        let n = d.next_power_of_two();
        let (mut blocks, mut squared) = (Vec::new(), 0.0);
        for start in (0..parameters).step_by(n) {
            let block = Block {
                signs: (0..n).map(|_| random.sign() as f32).collect(),
                permutation: random.permutation(n).into_iter().map(|i| i as u32).collect(),
                normals: (0..n).map(|_| random.normal_f32()).collect(),
            };
            // The entries of a column of this block are of mean square |G|²: exactly so where all n rows are used.
            let rows = n.min(parameters - start) as f64;
            squared += rows * f64::from(reduce::norm_squared(&block.normals));
            blocks.push(block);
        }
        Fastfood { blocks, scale: (1.0 / squared.sqrt()) as f32, scratch: [vec![0.0; n], vec![0.0; n]] }
    }

    /// Adds P v to theta.
    pub fn add_product(&mut self, v: &[f32], theta: &mut [f32]) {
        let [first, second] = &mut self.scratch;
        for (block, theta) in self.blocks.iter().zip(theta.chunks_mut(first.len())) {
            first.fill(0.0);
            for ((x, v), sign) in first.iter_mut().zip(v).zip(&block.signs) {
                *x = sign * v;
            }
            walsh_hadamard(first);
            for ((x, &from), g) in second.iter_mut().zip(&block.permutation).zip(&block.normals) {
                *x = g * first[from as usize];
            }
            walsh_hadamard(second);
            for (theta, x) in theta.iter_mut().zip(second.iter()) {
                *theta += self.scale * x;
            }
        }
    }

    /// Adds Pᵀ g to `reduced`.
    pub fn add_transposed(&mut self, gradient: &[f32], reduced: &mut [f32]) {
        let [first, second] = &mut self.scratch;
        for (block, gradient) in self.blocks.iter().zip(gradient.chunks(first.len())) {
            first.fill(0.0);
            first[..gradient.len()].copy_from_slice(gradient);
            walsh_hadamard(first);
            for ((x, &to), g) in first.iter().zip(&block.permutation).zip(&block.normals) {
                second[to as usize] = g * x;
            }
            walsh_hadamard(second);
            for ((reduced, x), sign) in reduced.iter_mut().zip(second.iter()).zip(&block.signs) {
                *reduced += self.scale * sign * x;
            }
        }
    }
}

/// Multiplies by the symmetric matrix of signs H, H_ij = (-1)^(number of ones in i & j), in place.
fn walsh_hadamard(x: &mut [f32]) {
    let mut half = 1;
    while half < x.len() {
        for pair in x.chunks_exact_mut(2 * half) {
            let (low, high) = pair.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_is_its_definition() {
        let start: Vec<f32> = (0..16).map(|i| (i * i % 7) as f32 - 2.0).collect();
        let mut transformed = start.clone();
        walsh_hadamard(&mut transformed);
        for (i, transformed) in transformed.iter().enumerate() {
            let signs = start.iter().enumerate().map(|(j, x)| match (i & j).count_ones() % 2 {
                0 => *x,
                _ => -x,
            });
            assert_eq!(*transformed, signs.sum::<f32>());
        }
        // Twice is 16 times the identity.
        walsh_hadamard(&mut transformed);
        assert_eq!(transformed, start.iter().map(|x| 16.0 * x).collect::<Vec<_>>());
    }
}
