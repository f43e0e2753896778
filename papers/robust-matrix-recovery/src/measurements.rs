//! The unknown matrix, and linear measurements of it that outliers or dense noise have corrupted.

use common::prelude::*;

/// Size and rank of the unknown matrix.
#[derive(Parameters)]
#[require(r <= d)]
pub struct Shape {
    /// The unknown matrix is d x d.
    pub d: usize,
    /// Rank of the unknown matrix.
    pub r: usize,
}

/// What is added to the measurements.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Noise {
    /// A share of the measurements, rounded to a whole number of them, is shifted by N(0, sd^2).
    Outliers {
        /// Share of the measurements.
        fraction: f64,
        /// Standard deviation of a shift.
        sd: f64,
    },
    /// N(0, sd^2) on every measurement.
    Dense {
        /// Standard deviation.
        sd: f64,
    },
}

/// How many of `m` measurements are outliers at this share of them, rounded.
pub fn outliers(fraction: f64, m: usize) -> usize {
    (fraction * m as f64).round() as usize
}

impl Noise {
    /// The share of outliers and the standard deviation of the dense noise.
    pub fn levels(self) -> (f64, f64) {
        match self {
            Noise::Outliers { fraction, .. } => (fraction, 0.0),
            Noise::Dense { sd } => (0.0, sd),
        }
    }

    /// The values added to `m` measurements.
    fn sample(self, m: usize, generator: &mut Generator) -> Vec<f64> {
        let mut added = vec![0.0; m];
        match self {
            Noise::Outliers { fraction, sd } => {
                for i in generator.sample(m, outliers(fraction, m)) {
                    added[i] = sd * generator.normal();
                }
            }
            Noise::Dense { sd } => {
                generator.fill_normal(&mut added);
                reduce::scale(sd, &mut added);
            }
        }
        added
    }
}

/// Length of the [`symmetric_vector`] of a d x d matrix: d (d + 1) / 2.
pub fn symmetric_length(d: usize) -> usize {
    d * (d + 1) / 2
}

/// Overwrites `vector` by the upper triangle of a symmetric d x d matrix, row by row, the elements
/// off the diagonal times sqrt(2): inner products of such vectors are those of the matrices.
///
/// # Panics
/// If `vector` has not length d (d + 1) / 2.
pub fn symmetric_vector(matrix: &Array2<f64>, vector: &mut [f64]) {
    let mut rest = vector;
    for (i, row) in matrix.rows().into_iter().enumerate() {
        let (part, after) = rest.split_at_mut(row.len() - i);
        for (entry, &value) in part.iter_mut().zip(row.iter().skip(i)) {
            *entry = value * std::f64::consts::SQRT_2;
        }
        part[0] = row[i];
        rest = after;
    }
}

/// The symmetric d x d matrix of a [`symmetric_vector`], overwriting `matrix`.
///
/// # Panics
/// If `vector` has not length d (d + 1) / 2.
pub fn symmetric_matrix(vector: &[f64], matrix: &mut Array2<f64>) {
    let mut entries = vector.iter();
    for i in 0..matrix.nrows() {
        for j in i..matrix.ncols() {
            let entry = entries.next().expect("a vector of d (d + 1) / 2 entries");
            let value = if i == j { *entry } else { entry * std::f64::consts::FRAC_1_SQRT_2 };
            matrix[[i, j]] = value;
            matrix[[j, i]] = value;
        }
    }
}

/// The measurements y_i = <A_i, X*> + s_i of an unknown X* = V Vᵀ.
pub struct Measurements {
    /// m x d (d + 1) / 2: the symmetric vectors of the symmetric parts of A_i.
    pub sensing: Array2<f64>,
    /// The m values y_i.
    pub values: Vec<f64>,
    /// The symmetric vector of X*.
    pub truth: Vec<f64>,
    /// The l1 loss of X*: the mean of |s_i|.
    pub truth_loss: f64,
}

impl Measurements {
    /// Draws V (d x r) uniformly among matrices with orthonormal columns, A_i with independent
    /// standard normal entries, and the noise.
    ///
    /// Only the symmetric part of A_i meets a symmetric matrix, and its symmetric vector is one of
    /// independent standard normal entries: (a_ij + a_ji) / sqrt(2) off the diagonal. It is drawn
    /// directly. The first measurements of a seed are the same for every m.
    pub fn sample(shape: &Shape, m: usize, noise: Noise, seed: u64, random: &Streams) -> Measurements {
        let length = symmetric_length(shape.d);
        let factor = random.open("truth", seed).orthonormal(shape.d, shape.r);
        let mut truth = vec![0.0; length];
        symmetric_vector(&matrix::gram(factor.view()), &mut truth);
        let sensing = random.open("sensing", seed).normal_matrix(m, length);
        let added = noise.sample(m, &mut random.open("noise", seed));
        let mut values = matrix::vector_product(sensing.view(), &truth);
        reduce::axpy(1.0, &added, &mut values);
        Measurements { sensing, values, truth, truth_loss: mean_absolute(&added) }
    }

    /// The number m of measurements.
    pub fn count(&self) -> usize {
        self.values.len()
    }
}

/// The mean of |x_i|.
pub fn mean_absolute(x: &[f64]) -> f64 {
    x.iter().map(|value| value.abs()).sum::<f64>() / x.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symmetric_vectors_keep_inner_products_and_come_back() {
        let a = array![[1.0, 2.0], [2.0, -3.0]];
        let b = array![[4.0, 0.5], [0.5, 2.0]];
        let (mut x, mut y) = ([0.0; 3], [0.0; 3]);
        symmetric_vector(&a, &mut x);
        symmetric_vector(&b, &mut y);
        // 1·4 + 2·(2·0.5) - 3·2
        assert!((reduce::dot(&x, &y) - 0.0).abs() < 1e-14);
        let mut back = Array2::zeros((2, 2));
        symmetric_matrix(&x, &mut back);
        assert!((&back - &a).iter().all(|difference| difference.abs() < 1e-15));
    }

    #[test]
    fn the_truth_is_a_projection_and_exactly_the_share_is_outlying() {
        let (shape, random) = (Shape { d: 7, r: 3 }, Streams::new("test"));
        let noise = Noise::Outliers { fraction: 0.25, sd: 5.0 };
        let data = Measurements::sample(&shape, 42, noise, 1, &random);
        // A projection of rank 3 has squared norm 3.
        assert!((reduce::norm_squared(&data.truth) - 3.0).abs() < 1e-12);
        let clean = matrix::vector_product(data.sensing.view(), &data.truth);
        let shifted: Vec<f64> = clean.iter().zip(&data.values).map(|(a, b)| b - a).filter(|s| *s != 0.0).collect();
        // round(0.25 · 42) = round(10.5) = 11
        assert_eq!(shifted.len(), 11);
        let loss = shifted.iter().map(|s| s.abs()).sum::<f64>() / 42.0;
        assert!((loss - data.truth_loss).abs() < 1e-12);
    }
}
