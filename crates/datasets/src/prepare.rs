//! What papers do to images and labels before they learn from them.
//!
//! Choosing a random subset needs no helper here: `Generator::sample` and `Generator::permutation` of
//! `numerics` give indices.

use ndarray::{Array2, ArrayView2, ArrayViewMut2, s};
use numerics::matrix::Real;
use numerics::random::Generator;

/// One mean and one standard deviation over all entries of a matrix, to bring it and its like to mean 0
/// and deviation 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standardization {
    /// The mean of all entries.
    pub mean: f64,
    /// Their standard deviation (the square root of the mean squared distance from the mean).
    pub deviation: f64,
}

impl Standardization {
    /// The mean and deviation of a matrix, in double precision.
    ///
    /// # Panics
    /// If the matrix is empty.
    pub fn of<T: Real>(x: ArrayView2<T>) -> Standardization {
        assert!(!x.is_empty(), "an empty matrix has no mean");
        let count = x.len() as f64;
        let mean = x.iter().map(|value| value.to_f64()).sum::<f64>() / count;
        let squares = x.iter().map(|value| (value.to_f64() - mean) * (value.to_f64() - mean));
        Standardization { mean, deviation: (squares.sum::<f64>() / count).sqrt() }
    }

    /// Subtracts the mean from every entry and divides by the deviation; where that is zero, by one.
    pub fn apply<T: Real>(&self, mut x: ArrayViewMut2<T>) {
        let scale = if self.deviation > 0.0 { 1.0 / self.deviation } else { 1.0 };
        x.map_inplace(|value| *value = T::from_f64((value.to_f64() - self.mean) * scale));
    }
}

/// Divides each row by its Euclidean norm; a row of zeros stays.
pub fn normalize_rows<T: Real>(mut x: ArrayViewMut2<T>) {
    for mut row in x.rows_mut() {
        let norm = row.iter().map(|value| value.to_f64() * value.to_f64()).sum::<f64>().sqrt();
        if norm > 0.0 {
            row.map_inplace(|value| *value = T::from_f64(value.to_f64() / norm));
        }
    }
}

/// Replaces each label, independently with this probability, by a uniform one of the classes, which may
/// be the same again. Two numbers are drawn for each label, replaced or not, so that the labels replaced
/// at a low probability are among those replaced at a higher one.
pub fn randomize_labels(labels: &mut [usize], classes: usize, probability: f64, random: &mut Generator) {
    for label in labels {
        let (chance, other) = (random.uniform(), random.below(classes));
        if chance < probability {
            *label = other;
        }
    }
}

/// Replaces exactly `count` labels, chosen at random, by uniform ones of the classes, which may be the
/// same again.
///
/// # Panics
/// If there are fewer than `count` labels.
pub fn randomize_some_labels(labels: &mut [usize], classes: usize, count: usize, random: &mut Generator) {
    for index in random.sample(labels.len(), count) {
        labels[index] = random.below(classes);
    }
}

/// Turns square images, one a row, by this many quarter turns counter-clockwise.
///
/// # Panics
/// If the rows are not squares of a whole number of pixels.
pub fn rotate_quarters<T: Real>(images: ArrayView2<T>, turns: usize) -> Array2<T> {
    let side = images.ncols().isqrt();
    assert_eq!(side * side, images.ncols(), "the images are not square");
    let last = side.saturating_sub(1);
    // Where the pixel that arrives at (line, column) comes from.
    let source = |line: usize, column: usize| match turns % 4 {
        0 => (line, column),
        1 => (column, last - line),
        2 => (last - line, last - column),
        _ => (last - column, line),
    };
    Array2::from_shape_fn(images.dim(), |(image, pixel)| {
        let (line, column) = source(pixel / side, pixel % side);
        images[[image, line * side + column]]
    })
}

/// Gives each image, one a row of n x d, one of two colours: n x 2d, with the image in the first or the
/// second half and zeros in the other (ColoredMNIST, Arjovsky et al. 2019, arXiv:1907.02893).
///
/// # Panics
/// If there is not one colour for each image.
pub fn color<T: Real>(images: ArrayView2<T>, second: &[bool]) -> Array2<T> {
    let (count, pixels) = images.dim();
    assert_eq!(second.len(), count, "one colour for each image");
    let mut colored = Array2::from_elem((count, 2 * pixels), T::ZERO);
    for (i, &second) in second.iter().enumerate() {
        let start = if second { pixels } else { 0 };
        colored.slice_mut(s![i, start..start + pixels]).assign(&images.row(i));
    }
    colored
}

#[cfg(test)]
mod tests;
