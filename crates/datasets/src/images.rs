//! Labelled images, shared by all cells of a process, and the matrices that papers make of them.

use anyhow::{Context, Result, ensure};
use ndarray::{Array2, ArrayViewMut2};
use numerics::matrix::Real;
use std::sync::Arc;

use crate::idx::{Idx, read_idx};
use crate::{DIGITS, DataSet, FASHION_MNIST, MNIST};

/// The 60,000 training images of [`MNIST`].
///
/// # Errors
/// Where the files are absent or damaged.
pub fn mnist_train() -> Result<Images> {
    Images::read(&MNIST, "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", 255)
}

/// The 10,000 test images of [`MNIST`].
///
/// # Errors
/// Where the files are absent or damaged.
pub fn mnist_test() -> Result<Images> {
    Images::read(&MNIST, "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", 255)
}

/// The 20,000 images of [`FASHION_MNIST`], sorted by class.
///
/// # Errors
/// Where the files are absent or damaged.
pub fn fashion_mnist() -> Result<Images> {
    Images::read(&FASHION_MNIST, "images-idx3-ubyte.gz", "labels-idx1-ubyte.gz", 255)
}

/// The 1,797 images of [`DIGITS`].
///
/// # Errors
/// Where the files are absent or damaged.
pub fn digits() -> Result<Images> {
    Images::read(&DIGITS, "images-idx3-ubyte.gz", "labels-idx1-ubyte.gz", 16)
}

/// Square grey-level images with a class each. Copies share the pixels.
///
/// ```
/// let digits = datasets::digits()?;
/// // The first three images as rows, levels from 0 to 1.
/// let rows = digits.rows::<f32>(&[0, 1, 2], 1);
/// assert_eq!((rows.dim(), digits.label(2)), ((3, 64), 2));
/// # anyhow::Ok(())
/// ```
#[derive(Clone, Debug)]
pub struct Images {
    pixels: Arc<Idx>,
    labels: Arc<Idx>,
    side: usize,
    full: u8,
}

impl Images {
    /// Reads the files of a data set; pixels go from 0 to `full`.
    fn read(set: &DataSet, pixels: &str, labels: &str, full: u8) -> Result<Images> {
        Images::new(read_idx(set, pixels)?, read_idx(set, labels)?, full)
            .with_context(|| format!("data set `{}`", set.name))
    }

    fn new(pixels: Arc<Idx>, labels: Arc<Idx>, full: u8) -> Result<Images> {
        let &[count, side, width] = pixels.sizes.as_slice() else {
            anyhow::bail!("images have {} axes where 3 are expected", pixels.sizes.len());
        };
        ensure!(side == width, "images of {side} x {width} pixels are not square");
        ensure!(labels.sizes == [count], "there are {count} images and {:?} labels", labels.sizes);
        Ok(Images { pixels, labels, side, full })
    }

    /// How many images there are.
    #[expect(clippy::len_without_is_empty, reason = "no data set is empty")]
    pub fn len(&self) -> usize {
        self.labels.bytes.len()
    }

    /// The width and height of an image in pixels.
    pub fn side(&self) -> usize {
        self.side
    }

    /// The pixels of image `index`, row by row from the top.
    ///
    /// # Panics
    /// Where there is no such image.
    pub fn pixels(&self, index: usize) -> &[u8] {
        let size = self.side * self.side;
        &self.pixels.bytes[index * size..][..size]
    }

    /// The class of image `index`.
    ///
    /// # Panics
    /// Where there is no such image.
    pub fn label(&self, index: usize) -> usize {
        usize::from(self.labels.bytes[index])
    }

    /// The classes of some images.
    ///
    /// # Panics
    /// Where there is no such image.
    pub fn labels(&self, indices: &[usize]) -> Vec<usize> {
        indices.iter().map(|&index| self.label(index)).collect()
    }

    /// The images of one class, in the order of the file.
    pub fn of_class(&self, class: usize) -> Vec<usize> {
        (0..self.len()).filter(|&index| self.label(index) == class).collect()
    }

    /// Some images as the rows of a matrix, `indices.len()` x (side / block)²: grey levels from 0 to 1,
    /// averaged over squares of `block` x `block` pixels.
    ///
    /// # Panics
    /// Where there is no such image, or the side of an image is no multiple of `block`.
    pub fn rows<T: Real>(&self, indices: &[usize], block: usize) -> Array2<T> {
        let side = self.side / block.max(1);
        let mut rows = Array2::from_elem((indices.len(), side * side), T::ZERO);
        self.rows_into(indices, block, rows.view_mut());
        rows
    }

    /// [`rows`](Images::rows) into a matrix that is there, for a batch of a training step.
    ///
    /// # Panics
    /// Where there is no such image, the side of an image is no multiple of `block`, or the matrix has another shape or
    /// rows that are not contiguous.
    pub fn rows_into<T: Real>(&self, indices: &[usize], block: usize, mut rows: ArrayViewMut2<T>) {
        assert!(
            block > 0 && self.side.is_multiple_of(block),
            "images of {0} x {0} pixels have no blocks of {block} x {block}",
            self.side
        );
        let side = self.side / block;
        assert_eq!(rows.dim(), (indices.len(), side * side), "one row for each image, one column for each block");
        // Level of a block by the sum of its pixels: one rounding, whatever the type.
        let most = block * block * usize::from(self.full);
        let levels: Vec<T> = (0..=most).map(|sum| T::from_f64(sum as f64 / most as f64)).collect();
        for (&index, mut row) in indices.iter().zip(rows.rows_mut()) {
            let row = row.as_slice_mut().expect("rows are contiguous");
            average(self.pixels(index), self.side, block, &levels, row);
        }
    }
}

/// Writes the level of each block of one image.
fn average<T: Real>(pixels: &[u8], width: usize, block: usize, levels: &[T], row: &mut [T]) {
    if block == 1 {
        for (level, &pixel) in row.iter_mut().zip(pixels) {
            *level = levels[usize::from(pixel)];
        }
        return;
    }
    let side = width / block;
    for (line, levels_of_line) in row.chunks_exact_mut(side).enumerate() {
        let strip = &pixels[line * block * width..][..block * width];
        for (column, level) in levels_of_line.iter_mut().enumerate() {
            let lines = strip.chunks_exact(width);
            let sum: usize =
                lines.flat_map(|line| &line[column * block..][..block]).map(|&pixel| usize::from(pixel)).sum();
            *level = levels[sum];
        }
    }
}

#[cfg(test)]
mod tests;
