//! The model: the nearest-neighbour classifier, whose error falls like a power of the number of points.

use common::datasets::Examples;
use common::prelude::*;

/// Test points whose similarities are computed at a time.
const BLOCK: usize = 64;

/// Share of the test points that have the class of the nearest training point; of several the first.
pub fn accuracy(train: &Examples<f64>, test: &Examples<f64>) -> f64 {
    // |q − x|² = |q|² − 2 (q·x − |x|² / 2): the nearest point has the largest q·x − |x|² / 2, a product with one more
    // coordinate.
    let (points, features) = train.inputs.dim();
    let mut lifted = Array2::zeros((features + 1, points));
    lifted.slice_mut(s![..features, ..]).assign(&train.inputs.t());
    for (mut point, input) in lifted.columns_mut().into_iter().zip(train.inputs.rows()) {
        point[features] = -0.5 * arrays::norm_squared(&input);
    }
    let mut queries = Array2::ones((test.len(), features + 1));
    queries.slice_mut(s![.., ..features]).assign(&test.inputs);

    let mut similarities = Array2::zeros((BLOCK.min(test.len()), points));
    let mut right = 0;
    for (queries, labels) in queries.axis_chunks_iter(ndarray::Axis(0), BLOCK).zip(test.labels.chunks(BLOCK)) {
        let mut similarities = similarities.slice_mut(s![..labels.len(), ..]);
        matrix::product_into(queries, lifted.view(), &mut similarities);
        for (row, &label) in similarities.rows().into_iter().zip(labels) {
            let nearest = row.as_slice().map_or(0, reduce::argmax);
            right += usize::from(train.labels[nearest] == label);
        }
    }
    right as f64 / test.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::estimate::Neighbors;

    #[test]
    fn it_is_the_nearest_neighbour_by_distances() {
        let mut random = Streams::new("test").open("neighbours", 0);
        let mut examples = |count: usize| Examples {
            inputs: random.normal_matrix(count, 5),
            labels: (0..count).map(|_| random.below(4)).collect(),
        };
        let (train, test) = (examples(300), examples(150));
        let classes = Neighbors::new(train.inputs.view()).unwrap();
        let classes = classes.classify(test.inputs.view(), &train.labels, 1).unwrap();
        let right = classes.iter().zip(&test.labels).filter(|(a, b)| a == b).count();
        assert_eq!(accuracy(&train, &test), right as f64 / 150.0);
        assert_eq!(accuracy(&train, &train), 1.0);
    }

    #[test]
    fn of_equally_near_points_the_first_counts() {
        let train = Examples { inputs: array![[1.0], [-1.0], [1.0]], labels: vec![1, 2, 3] };
        let test = Examples { inputs: array![[0.0], [3.0], [-3.0]], labels: vec![1, 1, 2] };
        assert_eq!(accuracy(&train, &test), 1.0);
    }
}
