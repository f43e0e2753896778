//! Norms of rows, and normalization by them.

use numerics::reduce;

use super::Operation;
use super::linear::add_rows;
use crate::value::{Gradients, Target, Values};
use crate::{Init, Number, Tape, Value};

/// Added to the variance (the usual value of layer normalization).
const EPSILON: f64 = 1e-5;

impl<T: Number> Tape<T> {
    /// Layer normalization of each row: (x − mean) / √(variance + 10⁻⁵) · scale + shift, with the variance that
    /// divides by the number of columns (Ba, Kiros, Hinton 2016). Scale and shift are 1 x columns.
    ///
    /// # Panics
    /// If scale or shift has another shape.
    pub fn layer_norm(&mut self, x: Value, scale: Value, shift: Value) -> Value {
        for part in [scale, shift] {
            assert!(
                (part.rows, part.columns, part.batched) == (1, x.columns, false),
                "layer_norm: scale and shift of {x} must be 1 x {}, and one is {part}",
                x.columns
            );
        }
        let rows = x.all_rows(self.capacity());
        let operation = LayerNorm {
            x,
            scale,
            shift,
            normalized: vec![T::ZERO; rows * x.columns],
            inverse_deviations: vec![T::ZERO; rows],
            products: vec![T::ZERO; x.columns],
        };
        self.record(operation, x, &[x, scale, shift], &[])
    }

    /// Layer normalization with parameters of its own: `name.scale` (ones) and `name.shift` (zeros).
    pub fn norm(&mut self, name: &str, x: Value) -> Value {
        let scale = self.parameter(&format!("{name}.scale"), 1, x.columns, Init::Constant(1.0));
        let shift = self.parameter(&format!("{name}.shift"), 1, x.columns, Init::Constant(0.0));
        self.layer_norm(x, scale, shift)
    }
}

impl<T: Number> Tape<T> {
    /// Each row divided by its Euclidean norm. A row of zeros gives NaN.
    pub fn unit_rows(&mut self, x: Value) -> Value {
        let inverse_norms = vec![T::ZERO; x.all_rows(self.capacity())];
        self.record(UnitRows { x, inverse_norms }, x, &[x], &[])
    }
}

impl<T: Number> Tape<T> {
    /// The Euclidean norm of each row of several values side by side, √(Σⱼ xⱼ² + `floor`), one column. A floor above 0
    /// keeps its derivative finite at a row of zeros.
    ///
    /// # Panics
    /// If there is no value, or they have different numbers of rows.
    pub fn row_norms(&mut self, parts: &[Value], floor: f64) -> Value {
        let (rows, batched) = parts.first().map(|x| (x.rows, x.batched)).expect("row_norms: of nothing");
        for part in parts {
            assert!((part.rows, part.batched) == (rows, batched), "row_norms: {} and {part} side by side", parts[0]);
        }
        let operation = RowNorms { parts: parts.to_vec(), floor: T::from_f64(floor) };
        self.record(operation, Value::shaped(rows, 1, batched), parts, &[])
    }
}

struct RowNorms<T> {
    parts: Vec<Value>,
    floor: T,
}

impl<T: Number> Operation<T> for RowNorms<T> {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        output.fill(self.floor);
        for &part in &self.parts {
            let rows = values.get(part).chunks_exact(part.columns);
            output.iter_mut().zip(rows).for_each(|(sum, row)| *sum += reduce::norm_squared(row));
        }
        output.iter_mut().for_each(|norm| *norm = norm.sqrt());
    }

    fn backward(&mut self, values: &Values<T>, output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        for &part in &self.parts {
            let Some(dx) = gradients.of(part) else { continue };
            let (columns, add) = (part.columns, dx.add);
            let rows = dx.numbers.chunks_exact_mut(columns).zip(values.get(part).chunks_exact(columns));
            for ((numbers, x), (&norm, &g)) in rows.zip(output.iter().zip(gradient)) {
                let factor = g / norm;
                Target { numbers, add }.put(x.iter().map(|&x| factor * x));
            }
        }
    }
}

struct UnitRows<T> {
    x: Value,
    inverse_norms: Vec<T>,
}

impl<T: Number> Operation<T> for UnitRows<T> {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let columns = self.x.columns;
        let rows = values.get(self.x).chunks_exact(columns).zip(output.chunks_exact_mut(columns));
        for ((x, y), inverse) in rows.zip(&mut self.inverse_norms) {
            *inverse = T::ONE / reduce::norm(x);
            y.iter_mut().zip(x).for_each(|(y, &x)| *y = x * *inverse);
        }
    }

    fn backward(&mut self, _values: &Values<T>, output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let Some(dx) = gradients.of(self.x) else { return };
        let (columns, add) = (self.x.columns, dx.add);
        let rows = output.chunks_exact(columns).zip(gradient.chunks_exact(columns));
        let targets = dx.numbers.chunks_exact_mut(columns).zip(&self.inverse_norms);
        for ((y, g), (numbers, &inverse)) in rows.zip(targets) {
            let along = reduce::dot(y, g);
            let terms = y.iter().zip(g).map(|(&y, &g)| (-along).fused(y, g) * inverse);
            Target { numbers, add }.put(terms);
        }
    }
}

struct LayerNorm<T> {
    x: Value,
    scale: Value,
    shift: Value,
    normalized: Vec<T>,
    inverse_deviations: Vec<T>,
    /// One row of gradient times scale.
    products: Vec<T>,
}

impl<T: Number> Operation<T> for LayerNorm<T> {
    fn forward(&mut self, values: &Values<T>, output: &mut [T]) {
        let (scale, shift) = (values.get(self.scale), values.get(self.shift));
        let columns = self.x.columns;
        let share = T::ONE / T::from_count(columns);
        let rows = values.get(self.x).chunks_exact(columns).zip(output.chunks_exact_mut(columns));
        let saved = self.normalized.chunks_exact_mut(columns).zip(&mut self.inverse_deviations);
        for ((x, y), (normalized, inverse)) in rows.zip(saved) {
            let mean = reduce::sum(x) * share;
            normalized.iter_mut().zip(x).for_each(|(n, &x)| *n = x - mean);
            let variance = reduce::norm_squared(normalized) * share;
            *inverse = T::ONE / (variance + T::from_f64(EPSILON)).sqrt();
            for (((y, n), &scale), &shift) in y.iter_mut().zip(normalized).zip(scale).zip(shift) {
                *n *= *inverse;
                *y = n.fused(scale, shift);
            }
        }
    }

    fn backward(&mut self, values: &Values<T>, _output: &[T], gradient: &[T], gradients: &mut Gradients<T>) {
        let columns = self.x.columns;
        let normalized = &self.normalized[..gradient.len()];
        if let Some(d_scale) = gradients.of(self.scale) {
            let d_scale = d_scale.accumulator();
            for (g, n) in gradient.chunks_exact(columns).zip(normalized.chunks_exact(columns)) {
                d_scale.iter_mut().zip(g).zip(n).for_each(|((d, &g), &n)| *d = g.fused(n, *d));
            }
        }
        if let Some(d_shift) = gradients.of(self.shift) {
            add_rows(gradient, d_shift.accumulator());
        }
        let Some(dx) = gradients.of(self.x) else { return };
        let (scale, share) = (values.get(self.scale), T::ONE / T::from_count(columns));
        let rows = gradient.chunks_exact(columns).zip(normalized.chunks_exact(columns));
        let targets = dx.numbers.chunks_exact_mut(columns).zip(&self.inverse_deviations);
        for ((g, n), (dx_row, &inverse)) in rows.zip(targets) {
            let products = &mut self.products;
            products.iter_mut().zip(g).zip(scale).for_each(|((p, &g), &scale)| *p = g * scale);
            let mean = reduce::sum(products) * share;
            let slope = reduce::dot(products, n) * share;
            let terms = products.iter().zip(n).map(|(&p, &n)| (-slope).fused(n, p - mean) * inverse);
            let (numbers, add) = (dx_row, dx.add);
            Target { numbers, add }.put(terms);
        }
    }
}
