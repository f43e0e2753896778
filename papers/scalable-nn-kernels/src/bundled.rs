//! The fully bundled network: one linear map on random features of the image, solved in closed form.

use common::datasets::Examples;
use common::prelude::*;
use common::random_features::ReluFeatures;

/// Classes of the images.
pub const CLASSES: usize = 10;

/// Images whose features are computed at once.
const CHUNK: usize = 1000;

/// Each image scaled to norm 1, so that the kernel depends on angles only; an empty one stays.
pub fn normalized(mut examples: Examples<f32>) -> Examples<f32> {
    for mut image in examples.inputs.rows_mut() {
        let norm = arrays::norm(&image);
        if norm > 0.0 {
            image /= norm;
        }
    }
    examples
}

/// A bundled network: argmax over the rows of Wᵀ Φ(x).
pub struct Bundled {
    features: ReluFeatures<f32>,
    /// The trained numbers, m x 10: W.
    weights: Array2<f64>,
}

impl Bundled {
    /// Ridge regression of the classes on the features Φ: (AᵀA/n + λ I) W = AᵀY/n, where the rows of A are features and
    /// those of Y are 1 at the class less the mean 1/10.
    ///
    /// # Errors
    /// If λ is so small that the features are linearly dependent up to rounding.
    pub fn fit(features: ReluFeatures<f32>, train: &Examples<f32>, lambda: f64) -> Result<Bundled> {
        let (m, n) = (features.len(), train.len() as f64);
        let (mut gram, mut right) = (Array2::<f64>::zeros((m, m)), Array2::zeros((m, CLASSES)));
        for (a, labels) in chunks(&features, train) {
            let mut y = Array2::from_elem((labels.len(), CLASSES), -1.0 / CLASSES as f64);
            for (mut row, &label) in y.rows_mut().into_iter().zip(labels) {
                row[label] += 1.0;
            }
            gram += &matrix::gram(a.t());
            matrix::product_add(a.t(), y.view(), &mut right.view_mut());
        }
        gram /= n;
        gram.diag_mut().mapv_inplace(|value| value + lambda);
        let factor = linear::cholesky(gram.view()).context("the ridge `lambda` is too small for these features")?;
        Ok(Bundled { features, weights: factor.solve_matrix((right / n).view())? })
    }

    /// Share of the examples whose class is predicted.
    pub fn accuracy(&self, examples: &Examples<f32>) -> f64 {
        let right = chunks(&self.features, examples).map(|(a, labels)| {
            let outputs = matrix::product(a.view(), self.weights.view());
            let predicted = outputs.rows().into_iter().map(|row| reduce::argmax(&row.to_vec()));
            predicted.zip(labels).filter(|(predicted, label)| predicted == *label).count()
        });
        right.sum::<usize>() as f64 / examples.len() as f64
    }
}

/// The features of the examples, chunk by chunk, with their labels.
fn chunks<'a>(
    features: &'a ReluFeatures<f32>,
    examples: &'a Examples<f32>,
) -> impl Iterator<Item = (Array2<f64>, &'a [usize])> {
    let images = examples.inputs.axis_chunks_iter(ndarray::Axis(0), CHUNK);
    images.zip(examples.labels.chunks(CHUNK)).map(|(images, labels)| (features.of(images).mapv(f64::from), labels))
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::estimate::Ridge;

    #[test]
    fn weights_are_those_of_a_ridge_regression() {
        let mut random = Streams::new("test").open("bundled", 0);
        // More than one chunk, the last one incomplete.
        let (n, m, d, lambda) = (CHUNK + 37, 20, 5, 1e-3);
        let inputs = random.normal_matrix(n, d).mapv(|x| x as f32);
        let labels = (0..n).map(|_| random.below(CLASSES)).collect();
        let train = normalized(Examples { inputs, labels });
        assert!(train.inputs.rows().into_iter().all(|row| (arrays::norm(&row) - 1.0).abs() < 1e-6));
        let features = ReluFeatures::sample(m, d, &mut random);
        let a = features.of(train.inputs.view()).mapv(f64::from);
        let y = Array2::from_shape_fn((n, CLASSES), |(i, c)| f64::from(u8::from(train.labels[i] == c)) - 0.1);
        let ridge = Ridge::new(lambda * n as f64).intercept(false).fit_targets(a.view(), y.view()).unwrap();
        let bundled = Bundled::fit(features, &train, lambda).unwrap();
        assert!(arrays::norm(&(&bundled.weights - &ridge.coefficients)) < 1e-9 * arrays::norm(&ridge.coefficients));
        let outputs = matrix::product(a.view(), ridge.coefficients.view());
        let right = outputs.rows().into_iter().zip(&train.labels);
        let right = right.filter(|(row, label)| reduce::argmax(&row.to_vec()) == **label).count();
        assert_eq!(bundled.accuracy(&train), right as f64 / n as f64);
    }
}
