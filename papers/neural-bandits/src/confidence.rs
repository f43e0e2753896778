//! Confidence in the predictions, as NeuralUCB and NeuralTS have it, with a diagonal matrix.

use common::prelude::*;

/// Z = 1 + the sum of g^2 over the rounds played, element by element, with g the gradient of the output of
/// the arm that was played. An arm whose present gradient points to where Z is small is uncertain.
pub struct Confidence {
    /// Hidden units for each arm: m.
    width: usize,
    /// 1 / Z in the layout of the weights, K m x d.
    inverse: Array2<f32>,
    /// The squares of the present context.
    squares: Vec<f32>,
    /// The products (1 / Z) x^2 with the squares, one number for each unit.
    products: Vec<f32>,
}

impl Confidence {
    /// Before the first round.
    pub fn new(arms: usize, width: usize, pixels: usize) -> Confidence {
        Confidence {
            width,
            inverse: Array2::ones((arms * width, pixels)),
            squares: vec![0.0; pixels],
            products: vec![0.0; arms * width],
        }
    }

    /// The width sqrt(sum g_a^2 / Z_a) of the confidence interval of each arm. The gradient is
    /// v_j x_i / sqrt m in the rows of active units and zero elsewhere, and v_j^2 = 1.
    pub fn widths(&mut self, image: &[f32], preactivations: &[f32], widths: &mut [f64]) {
        self.squares.iter_mut().zip(image).for_each(|(square, x)| *square = x * x);
        matrix::vector_product_into(self.inverse.view(), &self.squares, &mut self.products);
        let arms = preactivations.chunks_exact(self.width).zip(self.products.chunks_exact(self.width));
        for (width, (preactivations, products)) in widths.iter_mut().zip(arms) {
            let active = preactivations.iter().zip(products).filter(|(h, _)| **h > 0.0);
            let sum: f64 = active.map(|(_, &product)| f64::from(product)).sum();
            *width = (sum / self.width as f64).sqrt();
        }
    }

    /// Z_a += g_a^2 for the arm that was played in the context of the last call of `widths`.
    pub fn update(&mut self, arm: usize, preactivations: &[f32]) {
        let units = arm * self.width..(arm + 1) * self.width;
        let per_unit = 1.0 / self.width as f32;
        let mut rows = self.inverse.slice_mut(s![units.clone(), ..]);
        for (mut row, &h) in rows.rows_mut().into_iter().zip(&preactivations[units]) {
            if h > 0.0 {
                for (inverse, square) in row.iter_mut().zip(&self.squares) {
                    *inverse /= 1.0 + *inverse * (square * per_unit);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_follow_the_diagonal_matrix() {
        // Two arms of two units. Arm 0 has both active, arm 1 one of them.
        let (image, preactivations) = ([0.6, 0.8], [1.0, 2.0, -1.0, 3.0]);
        let mut confidence = Confidence::new(2, 2, 2);
        let mut widths = [0.0; 2];
        confidence.widths(&image, &preactivations, &mut widths);
        let close = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-6, "{value} {expected}");
        close(widths[0], 1.0);
        close(widths[1], 0.5_f64.sqrt());
        // g^2 of arm 1 is (0.18, 0.32) in the row of its second unit.
        confidence.update(1, &preactivations);
        confidence.update(1, &preactivations);
        confidence.widths(&image, &preactivations, &mut widths);
        close(widths[0], 1.0);
        close(widths[1], (0.18 / 1.36 + 0.32 / 1.64_f64).sqrt());
        // A unit that has not been active has lost nothing.
        confidence.widths(&image, &[-1.0, -1.0, 1.0, -1.0], &mut widths);
        close(widths[0], 0.0);
        close(widths[1], 0.5_f64.sqrt());
    }
}
