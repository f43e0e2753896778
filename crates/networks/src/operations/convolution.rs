//! Convolution of images, as matrix products with the patches under the window.

use numerics::matrix::gemm;

use super::Operation;
use super::linear::add_rows;
use crate::value::{Gradients, Target, Values};
use crate::{Number, Tape, Value};

/// A square window that slides over an image of `height` x `width` pixels.
///
/// Pixels are rows, line by line, and channels are columns. At each position the window covers `size` x `size` pixels;
/// it moves by `stride` pixels, and the image is surrounded by `padding` lines and columns of zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Lines of the image.
    pub height: usize,
    /// Columns of the image.
    pub width: usize,
    /// Side of the window.
    pub size: usize,
    /// Distance from one position to the next.
    pub stride: usize,
    /// Zeros added on each side.
    pub padding: usize,
}

impl Window {
    /// 3 x 3 pixels around every pixel: the result has the size of the image.
    pub fn same(height: usize, width: usize) -> Self {
        let (size, stride, padding) = (3, 1, 1);
        Self { height, width, size, stride, padding }
    }

    /// 3 x 3 pixels at every second pixel, without padding: 2 n + 1 become n.
    pub fn halving(height: usize, width: usize) -> Self {
        let (stride, padding) = (2, 0);
        Self { stride, padding, ..Self::same(height, width) }
    }

    /// Positions of the window down and across: the size of the result.
    ///
    /// # Panics
    /// If the window does not fit into the image or the stride is zero.
    pub fn positions(&self) -> (usize, usize) {
        let along = |length: usize| {
            let room = (length + 2 * self.padding).checked_sub(self.size);
            room.unwrap_or_else(|| panic!("a window of {self:?} does not fit")) / self.stride + 1
        };
        (along(self.height), along(self.width))
    }
}

impl<T: Number> Tape<T> {
    /// Convolution: each position of the window gives the row of its patch times W, plus b (1 x q) if there is one.
    ///
    /// W has `size`² · channels rows, in the order line, column, channel, and a column for each of the q channels of
    /// the result, which has a row for each position.
    ///
    /// # Panics
    /// If the shapes do not fit.
    pub fn convolution(&mut self, x: Value, w: Value, b: Option<Value>, window: Window) -> Value {
        let patches = Patches::new(window, x.columns);
        assert!(
            x.rows == window.height * window.width && w.rows == patches.length && !w.batched,
            "convolution: {window:?} on {x} with weights {w}, which must have {} rows",
            patches.length
        );
        if let Some(b) = b {
            assert!(
                (b.rows, b.columns, b.batched) == (1, w.columns, false),
                "convolution: the bias is {b}, and must be 1 x {}",
                w.columns
            );
        }
        let shape = Value::shaped(patches.count, w.columns, x.batched);
        let inputs: Vec<Value> = [x, w].into_iter().chain(b).collect();
        self.record(Convolution { x, w, b, patches }, shape, &inputs, &[])
    }

    /// The transpose of the convolution with this window and the weights W as a linear map: from an image with a
    /// pixel for each position and a channel for each column of W to an image of `height` x `width`.
    ///
    /// # Panics
    /// If the shapes do not fit.
    pub fn transposed_convolution(&mut self, x: Value, w: Value, window: Window) -> Value {
        let area = window.size * window.size;
        let patches = Patches::new(window, w.rows / area);
        assert!(
            x.rows == patches.count && x.columns == w.columns && w.rows == patches.length && !w.batched,
            "transposed_convolution: {window:?} from {x} with weights {w}; there are {} positions",
            patches.count
        );
        let shape = Value::shaped(window.height * window.width, w.rows / area, x.batched);
        self.record(Transposed { x, w, patches }, shape, &[x, w], &[])
    }
}

/// The patches of one image, a row for each position of the window.
struct Patches<T> {
    window: Window,
    channels: usize,
    /// Positions across.
    across: usize,
    /// Positions, and numbers of a patch.
    count: usize,
    length: usize,
    rows: Vec<T>,
    /// The image with its padding; the border stays zero.
    padded: Vec<T>,
}

impl<T: Number> Patches<T> {
    fn new(window: Window, channels: usize) -> Self {
        let (down, across) = window.positions();
        let (count, length) = (down * across, window.size * window.size * channels);
        let area = (window.height + 2 * window.padding) * (window.width + 2 * window.padding);
        Self {
            window,
            channels,
            across,
            count,
            length,
            rows: vec![T::ZERO; count * length],
            padded: vec![T::ZERO; area * channels],
        }
    }

    /// Numbers of a padded line.
    fn line(&self) -> usize {
        (self.window.width + 2 * self.window.padding) * self.channels
    }

    /// Pairs of an image's line with its place in the padded image.
    fn inner_lines(&self) -> impl Iterator<Item = (usize, usize)> + use<T> {
        let (line, padding) = (self.line(), self.window.padding);
        let (length, channels) = (self.window.width * self.channels, self.channels);
        (0..self.window.height).map(move |i| (i * length, (i + padding) * line + padding * channels))
    }

    /// Cuts an image into its patches.
    fn cut(&mut self, image: &[T]) {
        let length = self.window.width * self.channels;
        for (from, to) in self.inner_lines() {
            self.padded[to..to + length].copy_from_slice(&image[from..from + length]);
        }
        match self.window.size * self.channels {
            3 => self.cut_padded(|from, to| copy::<T, 3>(from, to)),
            48 => self.cut_padded(|from, to| copy::<T, 48>(from, to)),
            _ => self.cut_padded(|from, to| to.copy_from_slice(from)),
        }
    }

    #[inline(always)]
    fn cut_padded(&mut self, copy: impl Fn(&[T], &mut [T])) {
        let (line, segment) = (self.line(), self.window.size * self.channels);
        let (stride, across) = (self.window.stride, self.across);
        for (position, patch) in self.rows.chunks_exact_mut(self.length).enumerate() {
            let corner = position / across * stride * line + position % across * stride * self.channels;
            for (r, to) in patch.chunks_exact_mut(segment).enumerate() {
                let start = corner + r * line;
                copy(&self.padded[start..start + segment], to);
            }
        }
    }

    /// Adds patches up to an image; overwrites it unless `add`.
    fn join(&mut self, image: &mut [T], add: bool) {
        let (line, segment) = (self.line(), self.window.size * self.channels);
        let (stride, across) = (self.window.stride, self.across);
        self.padded.fill(T::ZERO);
        for (position, patch) in self.rows.chunks_exact(self.length).enumerate() {
            let corner = position / across * stride * line + position % across * stride * self.channels;
            for (r, from) in patch.chunks_exact(segment).enumerate() {
                let start = corner + r * line;
                let to = &mut self.padded[start..start + segment];
                to.iter_mut().zip(from).for_each(|(sum, &value)| *sum += value);
            }
        }
        let length = self.window.width * self.channels;
        for (to, from) in self.inner_lines() {
            let numbers = &mut image[to..to + length];
            let target = Target { numbers, add };
            target.put(self.padded[from..from + length].iter().copied());
        }
        if self.window.padding > 0 {
            self.padded.fill(T::ZERO);
        }
    }

    /// Patches times W, into an image of positions; adds to it if `add`.
    fn times(&self, w: &[T], columns: usize, result: &mut [T], add: bool) {
        let (m, k, n) = (self.count, self.length, columns);
        gemm(m, n, k, &self.rows, k, 1, w, n, 1, result, n, 1, add);
    }

    /// Patchesᵀ times an image of positions, into the gradient of W.
    fn transposed_times(&self, image: &[T], columns: usize, result: &mut [T], add: bool) {
        let (m, k, n) = (self.length, self.count, columns);
        gemm(m, n, k, &self.rows, 1, m, image, n, 1, result, n, 1, add);
    }

    /// Sets the patches to an image of positions times Wᵀ.
    fn set_product(&mut self, image: &[T], w: &[T], columns: usize) {
        let (m, n, k) = (self.count, self.length, columns);
        gemm(m, n, k, image, k, 1, w, 1, k, &mut self.rows, n, 1, false);
    }
}

/// Copies a short segment of known length, without a call.
#[inline(always)]
fn copy<T: Number, const N: usize>(from: &[T], to: &mut [T]) {
    let (from, to): (&[T; N], &mut [T; N]) = (from.try_into().expect("N numbers"), to.try_into().expect("N numbers"));
    *to = *from;
}

struct Convolution<T> {
    x: Value,
    w: Value,
    b: Option<Value>,
    patches: Patches<T>,
}

impl<T: Number> Operation<T> for Convolution<T> {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (w, columns) = (values.get(self.w), self.w.columns);
        if let Some(b) = self.b {
            let b = values.get(b);
            output.chunks_exact_mut(columns).for_each(|row| row.copy_from_slice(b));
        }
        let images = values.get(self.x).chunks_exact(self.x.rows * self.x.columns);
        for (image, y) in images.zip(output.chunks_exact_mut(self.patches.count * columns)) {
            self.patches.cut(image);
            self.patches.times(w, columns, y, self.b.is_some());
        }
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let (w, columns) = (values.get(self.w), self.w.columns);
        let results = gradient.chunks_exact(self.patches.count * columns);
        if let Some(dw) = gradients.of(self.w) {
            let mut add = dw.add;
            let images = values.get(self.x).chunks_exact(self.x.rows * self.x.columns);
            for (image, g) in images.zip(results.clone()) {
                self.patches.cut(image);
                self.patches.transposed_times(g, columns, dw.numbers, add);
                add = true;
            }
        }
        if let Some(db) = self.b.and_then(|b| gradients.of(b)) {
            add_rows(gradient, db.accumulator());
        }
        if let Some(dx) = gradients.of(self.x) {
            let images = dx.numbers.chunks_exact_mut(self.x.rows * self.x.columns);
            for (image, g) in images.zip(results) {
                self.patches.set_product(g, w, columns);
                self.patches.join(image, dx.add);
            }
        }
    }
}

struct Transposed<T> {
    x: Value,
    w: Value,
    patches: Patches<T>,
}

impl<T: Number> Operation<T> for Transposed<T> {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (w, columns) = (values.get(self.w), self.w.columns);
        let images = values.get(self.x).chunks_exact(self.patches.count * columns);
        let size = self.patches.window.height * self.patches.window.width * self.patches.channels;
        for (image, y) in images.zip(output.chunks_exact_mut(size)) {
            self.patches.set_product(image, w, columns);
            self.patches.join(y, false);
        }
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let (w, columns) = (values.get(self.w), self.w.columns);
        let size = self.patches.window.height * self.patches.window.width * self.patches.channels;
        let inputs = values.get(self.x).chunks_exact(self.patches.count * columns);
        if let Some(dw) = gradients.of(self.w) {
            let mut add = dw.add;
            for (image, g) in inputs.zip(gradient.chunks_exact(size)) {
                self.patches.cut(g);
                self.patches.transposed_times(image, columns, dw.numbers, add);
                add = true;
            }
        }
        if let Some(dx) = gradients.of(self.x) {
            let images = dx.numbers.chunks_exact_mut(self.patches.count * columns);
            for (image, g) in images.zip(gradient.chunks_exact(size)) {
                self.patches.cut(g);
                self.patches.times(w, columns, image, dx.add);
            }
        }
    }
}
