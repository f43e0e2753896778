//! Convolution by its Fourier coefficients: the layer of the Fourier neural operator.

use numerics::fourier::Fourier;
use numerics::reduce;

use super::Operation;
use crate::value::{Gradients, Target, Values};
use crate::{Number, Tape, Value};

impl<T: Number> Tape<T> {
    /// The spectral convolution of Li et al. (2021, *Fourier Neural Operator*): of the Fourier coefficients of each
    /// channel of an image the lowest are kept, each is multiplied by a complex matrix of its own from p to q channels,
    /// and the rest of the new image's coefficients are zero.
    ///
    /// The image has `height` x `width` pixels, line by line as rows of `x`. With m = `modes` the frequencies 0, …,
    /// m − 1 and −m, …, −1 are kept down and 0, …, m − 1 across; the image is real, so that the negative ones across
    /// follow. W has 2 · 2m · m · p rows and q columns: the real parts of the matrices of all coefficients, line by
    /// line, and then the imaginary parts.
    ///
    /// # Panics
    /// If the shapes do not fit, or 2m frequencies are more than the image has.
    pub fn spectral_convolution(&mut self, x: Value, w: Value, (height, width): (usize, usize), modes: usize) -> Value {
        assert!(
            2 * modes <= height.min(width) && modes > 0,
            "spectral_convolution: {modes} modes of {height} x {width} pixels"
        );
        let count = 2 * modes * modes;
        assert!(
            x.rows == height * width && w.rows == 2 * count * x.columns && !w.batched,
            "spectral_convolution: {height} x {width} pixels of {x} with weights {w}, which must have {} rows",
            2 * count * x.columns
        );
        let room = |columns| vec![T::ZERO; self.capacity() * 2 * count * columns];
        let (coefficients, derivatives) = (room(x.columns), room(w.columns));
        let transform = Transform::new(height, width, modes);
        let shape = Value::shaped(x.rows, w.columns, x.batched);
        self.record(Spectral { x, w, transform, coefficients, derivatives }, shape, &[x, w], &[])
    }
}

/// From images to the coefficients that are kept, and back.
struct Transform<T> {
    height: usize,
    width: usize,
    modes: usize,
    down: Fourier<T>,
    across: Fourier<T>,
    /// An image as complex numbers.
    re: Vec<T>,
    im: Vec<T>,
}

impl<T: Number> Transform<T> {
    fn new(height: usize, width: usize, modes: usize) -> Self {
        let (down, across) = (Fourier::new(height), Fourier::new(width));
        Self { height, width, modes, down, across, re: Vec::new(), im: Vec::new() }
    }

    /// Coefficients that are kept.
    fn count(&self) -> usize {
        2 * self.modes * self.modes
    }

    /// Frequencies down that are kept, negative ones from above.
    fn lines(&self) -> impl Iterator<Item = usize> + use<T> {
        (0..self.modes).chain(self.height - self.modes..self.height)
    }

    /// The share that a coefficient's wave has in the image: 1 / pixels, twice that where it stands for the wave of
    /// the opposite frequency, too.
    fn shares(&self) -> impl Iterator<Item = T> + use<T> {
        let (pixels, modes) = (self.height * self.width, self.modes);
        let share = move |across| if across == 0 { 1.0 } else { 2.0 } / pixels as f64;
        (0..2 * modes).flat_map(move |_| (0..modes).map(share)).map(T::from_f64)
    }

    /// The kept coefficients Σ x e^(−iθ) of an image: all real parts, then all imaginary parts.
    fn analyse(&mut self, image: &[T], coefficients: &mut [T]) {
        let channels = image.len() / (self.height * self.width);
        let (line, kept) = (self.width * channels, self.modes * channels);
        self.re.clear();
        self.re.extend_from_slice(image);
        self.im.clear();
        self.im.resize(image.len(), T::ZERO);
        self.down.forward(&mut self.re, &mut self.im, line);
        let (re, im) = coefficients.split_at_mut(self.count() * channels);
        for ((frequency, re), im) in self.lines().zip(re.chunks_exact_mut(kept)).zip(im.chunks_exact_mut(kept)) {
            let place = frequency * line..(frequency + 1) * line;
            let (line_re, line_im) = (&mut self.re[place.clone()], &mut self.im[place]);
            self.across.forward(line_re, line_im, channels);
            re.copy_from_slice(&line_re[..kept]);
            im.copy_from_slice(&line_im[..kept]);
        }
    }

    /// The image Re Σ c e^(+iθ) of kept coefficients: the transpose of [`analyse`](Self::analyse).
    fn synthesise(&mut self, coefficients: &[T], image: Target<T>) {
        let channels = image.numbers.len() / (self.height * self.width);
        let (line, kept) = (self.width * channels, self.modes * channels);
        for part in [&mut self.re, &mut self.im] {
            part.clear();
            part.resize(image.numbers.len(), T::ZERO);
        }
        let (re, im) = coefficients.split_at(self.count() * channels);
        for ((frequency, re), im) in self.lines().zip(re.chunks_exact(kept)).zip(im.chunks_exact(kept)) {
            let place = frequency * line..(frequency + 1) * line;
            let (line_re, line_im) = (&mut self.re[place.clone()], &mut self.im[place]);
            line_re[..kept].copy_from_slice(re);
            line_im[..kept].copy_from_slice(im);
            self.across.inverse(line_re, line_im, channels);
        }
        self.down.inverse(&mut self.re, &mut self.im, line);
        image.put(self.re.iter().copied());
    }
}

struct Spectral<T> {
    x: Value,
    w: Value,
    transform: Transform<T>,
    /// Coefficients of the inputs, and derivatives by those of the outputs, of all examples.
    coefficients: Vec<T>,
    derivatives: Vec<T>,
}

/// The matrices of all coefficients, p rows each: real and imaginary parts.
fn matrices<T>(w: &[T], size: usize) -> impl Iterator<Item = (&[T], &[T])> {
    let (re, im) = w.split_at(w.len() / 2);
    re.chunks_exact(size).zip(im.chunks_exact(size))
}

/// The channels of each coefficient of one example: real and imaginary parts.
fn channels<T>(coefficients: &[T], channels: usize) -> impl Iterator<Item = (&[T], &[T])> {
    matrices(coefficients, channels)
}

impl<T: Number> Operation<T> for Spectral<T> {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (w, p, q) = (values.get(self.w), self.x.columns, self.w.columns);
        let count = self.transform.count();
        let images = values.get(self.x).chunks_exact(self.x.rows * p);
        let outputs = output.chunks_exact_mut(self.x.rows * q);
        // The outputs' coefficients need room while this example is on.
        let rooms =
            self.coefficients.chunks_exact_mut(2 * count * p).zip(self.derivatives.chunks_exact_mut(2 * count * q));
        for ((image, y), (coefficients, products)) in images.zip(outputs).zip(rooms) {
            self.transform.analyse(image, coefficients);
            products.fill(T::ZERO);
            let (re, im) = products.split_at_mut(count * q);
            let to = re.chunks_exact_mut(q).zip(im.chunks_exact_mut(q));
            let factors = channels(coefficients, p).zip(matrices(w, p * q)).zip(self.transform.shares());
            for ((((x_re, x_im), (w_re, w_im)), share), (re, im)) in factors.zip(to) {
                let rows = w_re.chunks_exact(q).zip(w_im.chunks_exact(q));
                for ((&x_re, &x_im), (w_re, w_im)) in x_re.iter().zip(x_im).zip(rows) {
                    add_product((share * x_re, share * x_im), (w_re, w_im), (re, im));
                }
            }
            self.transform.synthesise(products, Target { numbers: y, add: false });
        }
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let (w, p, q) = (values.get(self.w), self.x.columns, self.w.columns);
        let (count, pixels) = (self.transform.count(), self.x.rows);
        for (g, derivatives) in gradient.chunks_exact(pixels * q).zip(self.derivatives.chunks_exact_mut(2 * count * q))
        {
            self.transform.analyse(g, derivatives);
            for part in derivatives.chunks_exact_mut(count * q) {
                for (numbers, share) in part.chunks_exact_mut(q).zip(self.transform.shares()) {
                    reduce::scale(share, numbers);
                }
            }
        }
        let examples = gradient.len() / (pixels * q);
        let derivatives = || self.derivatives.chunks_exact(2 * count * q).take(examples);
        if let Some(dw) = gradients.of(self.w) {
            let dw = dw.accumulator();
            for (coefficients, derivatives) in self.coefficients.chunks_exact(2 * count * p).zip(derivatives()) {
                let (re, im) = dw.split_at_mut(count * p * q);
                let to = re.chunks_exact_mut(p * q).zip(im.chunks_exact_mut(p * q));
                for (((x_re, x_im), d), (re, im)) in channels(coefficients, p).zip(channels(derivatives, q)).zip(to) {
                    let rows = re.chunks_exact_mut(q).zip(im.chunks_exact_mut(q));
                    // The derivative times the conjugate of x.
                    for ((&x_re, &x_im), to) in x_re.iter().zip(x_im).zip(rows) {
                        add_product((x_re, -x_im), d, to);
                    }
                }
            }
        }
        if let Some(dx) = gradients.of(self.x) {
            let images = dx.numbers.chunks_exact_mut(pixels * p);
            for ((derivatives, image), dx_hat) in
                derivatives().zip(images).zip(self.coefficients.chunks_exact_mut(2 * count * p))
            {
                let (re, im) = dx_hat.split_at_mut(count * p);
                let to = re.chunks_exact_mut(p).zip(im.chunks_exact_mut(p));
                for (((d_re, d_im), (w_re, w_im)), (re, im)) in channels(derivatives, q).zip(matrices(w, p * q)).zip(to)
                {
                    let rows = w_re.chunks_exact(q).zip(w_im.chunks_exact(q));
                    for ((re, im), (w_re, w_im)) in re.iter_mut().zip(im).zip(rows) {
                        *re = dot(d_re, w_re) + dot(d_im, w_im);
                        *im = dot(d_im, w_re) - dot(d_re, w_im);
                    }
                }
                self.transform.synthesise(dx_hat, Target { numbers: image, add: dx.add });
            }
        }
    }
}

/// Adds the product of a complex number with complex numbers.
#[inline(always)]
fn add_product<T: Number>(factor: (T, T), (re, im): (&[T], &[T]), (to_re, to_im): (&mut [T], &mut [T])) {
    for (((&re, &im), to_re), to_im) in re.iter().zip(im).zip(to_re).zip(to_im) {
        *to_re = (-factor.1).fused(im, factor.0.fused(re, *to_re));
        *to_im = factor.1.fused(re, factor.0.fused(im, *to_im));
    }
}

/// A short inner product in plain order.
#[inline(always)]
fn dot<T: Number>(a: &[T], b: &[T]) -> T {
    a.iter().zip(b).fold(T::ZERO, |sum, (&a, &b)| a.fused(b, sum))
}
