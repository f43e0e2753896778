//! A layer of many neurons on many inputs, K_ab = f(w_b · x_a), and how far an estimate of it is off.

use common::prelude::*;

/// Inputs x and parameter vectors w, equally many.
pub struct Vectors {
    /// One input a row, L x d.
    pub x: Array2<f64>,
    /// One parameter vector a row, L x d.
    pub w: Array2<f64>,
}

/// What two rotation-invariant vectors are to each other.
pub struct Pair {
    /// w · x.
    pub inner: f64,
    /// |x|².
    pub x2: f64,
    /// |w|².
    pub w2: f64,
}

/// How inputs and parameter vectors are drawn.
#[derive(Clone, Copy, Serialize)]
pub struct VectorLaw {
    /// Inputs, and as many parameter vectors: L.
    pub count: usize,
    /// Dimension.
    pub d: usize,
    /// Norm of all vectors, of random direction; standard normal vectors if there is none.
    pub radius: Option<f64>,
}

impl VectorLaw {
    /// The vectors, the same for all runs: errors differ by the features alone.
    pub fn sample(&self, random: &Streams) -> Vectors {
        let &VectorLaw { count, d, radius } = self;
        let mut random = random.open(&format!("vectors, d {d}, radius {radius:?}"), 0);
        let mut vectors = Vectors { x: random.normal_matrix(count, d), w: random.normal_matrix(count, d) };
        if let Some(radius) = radius {
            for mut vector in vectors.x.rows_mut().into_iter().chain(vectors.w.rows_mut()) {
                let scale = radius / arrays::norm(&vector);
                vector *= scale;
            }
        }
        vectors
    }
}

/// |u|² of each row.
pub fn squared_norms(u: ArrayView2<f64>) -> Vec<f64> {
    u.rows().into_iter().map(|row| arrays::norm_squared(&row)).collect()
}

/// The layer itself, and the variance of its estimate.
pub struct Layer {
    /// K_ab, L x L: inputs by parameter vectors.
    values: Array2<f64>,
    /// Variances of one feature's estimate, summed over all pairs: Σ V_ab.
    variance: f64,
}

impl Layer {
    /// The layer whose value at a pair of vectors, and the variance of one feature there, `exact` gives.
    pub fn new(vectors: &Vectors, exact: impl Fn(&Pair) -> (f64, f64)) -> Layer {
        let (x2, w2) = (squared_norms(vectors.x.view()), squared_norms(vectors.w.view()));
        let mut values = matrix::product(vectors.x.view(), vectors.w.t());
        let mut variance = 0.0;
        for ((a, b), value) in values.indexed_iter_mut() {
            let (exact, of_one) = exact(&Pair { inner: *value, x2: x2[a], w2: w2[b] });
            *value = exact;
            variance += of_one;
        }
        Layer { values, variance }
    }

    /// ‖K̂ − K‖_F / ‖K‖_F of an estimate K̂.
    pub fn relative_error(&self, estimate: &Array2<f64>) -> f64 {
        arrays::norm(&(estimate - &self.values)) / arrays::norm(&self.values)
    }

    /// The root mean square of the relative error with m independent features: √(Σ V_ab / m) / ‖K‖_F.
    pub fn theory(&self, m: usize) -> f64 {
        (self.variance / m as f64).sqrt() / arrays::norm(&self.values)
    }
}
