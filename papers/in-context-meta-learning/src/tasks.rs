//! Tasks: images behind a random projection of their pixels, labels in a random order.

use common::datasets::{Examples, Images};
use common::networks::draw_indices;
use common::prelude::*;

/// Images are averaged over squares of so many pixels a side.
const POOL: usize = 4;

/// Inputs: the pixels of a pooled image.
pub const PIXELS: usize = 7 * 7;

/// The images of the first so many classes, pooled. Their mean is subtracted, pixel by pixel, and they are scaled so that
/// the mean of |x|² is the number of pixels.
pub fn standardised(images: &Images, classes: usize) -> Examples<f32> {
    let chosen: Vec<usize> = (0..images.len()).filter(|&image| images.label(image) < classes).collect();
    let mut pixels = images.rows::<f64>(&chosen, POOL);
    let count = chosen.len() as f64;
    let mean = pixels.sum_axis(ndarray::Axis(0)) / count;
    pixels -= &mean;
    let squared_norm = reduce::norm_squared(pixels.as_slice().unwrap_or_default()) / count;
    let scale = (PIXELS as f64 / squared_norm).sqrt();
    Examples { inputs: pixels.mapv(|pixel| (scale * pixel) as f32), labels: images.labels(&chosen) }
}

/// A task k: x becomes A_k x, and the label y becomes ρ_k(y).
pub struct Task {
    /// The entries of A_k, row by row, first in double precision as they are drawn.
    normals: Vec<f64>,
    projection: Vec<f32>,
    /// The order ρ_k of the labels.
    order: Vec<usize>,
    /// Images of a sequence, and which they are.
    images: Vec<f32>,
    chosen: Vec<usize>,
}

impl Task {
    /// Room for a task of so many classes, and for sequences of so many examples of it.
    pub fn room(classes: usize, seq_len: usize) -> Task {
        Task {
            normals: vec![0.0; PIXELS * PIXELS],
            projection: vec![0.0; PIXELS * PIXELS],
            order: (0..classes).collect(),
            images: vec![0.0; seq_len * PIXELS],
            chosen: vec![0; seq_len],
        }
    }

    /// Becomes the task that its own generator draws: ρ uniform, the entries of A independent and N(0, 1 / pixels).
    pub fn draw(&mut self, mut own: Generator) {
        self.order.iter_mut().enumerate().for_each(|(label, place)| *place = label);
        own.shuffle(&mut self.order);
        own.fill_normal(&mut self.normals);
        let deviation = 1.0 / (PIXELS as f64).sqrt();
        for (entry, normal) in self.projection.iter_mut().zip(&self.normals) {
            *entry = (deviation * normal) as f32;
        }
    }

    /// Draws examples with replacement and writes them as the task shows them: `inputs` is seq_len x pixels.
    pub fn tell(&mut self, examples: &Examples<f32>, random: &mut Generator, inputs: &mut [f32], labels: &mut [usize]) {
        draw_indices(examples.len(), &mut self.chosen, random);
        for ((image, label), &index) in self.images.chunks_exact_mut(PIXELS).zip(labels).zip(&self.chosen) {
            image.copy_from_slice(examples.inputs.row(index).as_slice().expect("rows are contiguous"));
            *label = self.order[examples.labels[index]];
        }
        let (n, a) = (self.chosen.len(), &self.projection);
        matrix::gemm(n, PIXELS, PIXELS, &self.images, PIXELS, 1, a, 1, PIXELS, inputs, PIXELS, 1, false);
    }
}

/// Where tasks come from: each has a number, and is a function of it, the seed and the name of these tasks alone.
pub struct Tasks<'r> {
    random: &'r Streams,
    name: String,
}

impl<'r> Tasks<'r> {
    /// Tasks of one name and seed: those of other names are others.
    pub fn new(random: &'r Streams, name: &str, seed: u64) -> Tasks<'r> {
        Tasks { random, name: format!("{name} of seed {seed}") }
    }

    /// The generator of task k.
    pub fn number(&self, k: usize) -> Generator {
        self.random.open(&self.name, k as u64)
    }
}

#[cfg(test)]
mod tests;
