//! Pooling of images.

use super::Operation;
use crate::value::{Gradients, Values};
use crate::{Number, Tape, Value};

impl<T: Number> Tape<T> {
    /// The largest number of each channel in squares of 2 x 2 pixels: an image of `height` x `width` pixels (rows of
    /// `x`, line by line) becomes one of half the size; an odd last line or column is left out. The gradient goes to
    /// the first of equals.
    ///
    /// # Panics
    /// If `x` has not `height` x `width` rows, or the result would be empty.
    pub fn max_pool(&mut self, x: Value, height: usize, width: usize) -> Value {
        assert!(x.rows == height * width, "max_pool: {x} is no image of {height} x {width} pixels");
        assert!(height > 1 && width > 1, "max_pool: nothing is left of {height} x {width} pixels");
        let shape = Value::shaped((height / 2) * (width / 2), x.columns, x.batched);
        self.record(MaxPool { x, height, width }, shape, &[x], &[])
    }
}

struct MaxPool {
    x: Value,
    height: usize,
    width: usize,
}

impl MaxPool {
    /// For each pixel of the result in turn: where in an example its square's four pixels begin.
    fn squares(&self) -> impl Iterator<Item = [usize; 4]> {
        let (width, channels) = (self.width, self.x.columns);
        let columns = width / 2;
        (0..self.height / 2 * columns).map(move |index| {
            let first = 2 * (index / columns) * width + 2 * (index % columns);
            [first, first + 1, first + width, first + width + 1].map(|pixel| pixel * channels)
        })
    }
}

impl<T: Number> Operation<T> for MaxPool {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let channels = self.x.columns;
        let pixels = self.height / 2 * (self.width / 2);
        let examples = values.get(self.x).chunks_exact(self.x.rows * channels);
        for (x, y) in examples.zip(output.chunks_exact_mut(pixels * channels)) {
            for (y, square) in y.chunks_exact_mut(channels).zip(self.squares()) {
                let [a, b, c, d] = square.map(|start| &x[start..start + channels]);
                for (i, y) in y.iter_mut().enumerate() {
                    *y = larger(larger(a[i], b[i]), larger(c[i], d[i]));
                }
            }
        }
    }

    fn backward(&mut self, values: &Values<T>, output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let Some(dx) = gradients.of(self.x) else { return };
        let dx = dx.accumulator();
        let channels = self.x.columns;
        let pixels = self.height / 2 * (self.width / 2);
        let size = self.x.rows * channels;
        let results = output.chunks_exact(pixels * channels).zip(gradient.chunks_exact(pixels * channels));
        let examples = values.get(self.x).chunks_exact(size).zip(dx.chunks_exact_mut(size));
        for ((x, dx), (y, g)) in examples.zip(results) {
            let rows = y.chunks_exact(channels).zip(g.chunks_exact(channels));
            for ((y, g), square) in rows.zip(self.squares()) {
                for (i, (&y, &g)) in y.iter().zip(g).enumerate() {
                    let mut left = g;
                    for start in square {
                        let taken = if x[start + i] == y { left } else { T::ZERO };
                        dx[start + i] += taken;
                        left -= taken;
                    }
                }
            }
        }
    }
}

fn larger<T: Number>(a: T, b: T) -> T {
    if b > a { b } else { a }
}
