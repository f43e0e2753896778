//! Images with rare features: what few examples of a batch have in common is a coordinate of its own.

use std::collections::BTreeMap;

use common::datasets::Examples;
use common::prelude::*;

use crate::RareInputs;

/// Upper ends of the grey levels that a code tells apart.
const LEVELS: [f32; 5] = [0.05, 0.2, 0.4, 0.6, 0.8];

/// Codes of a patch of 2 x 2 pixels.
const CODES: usize = (LEVELS.len() + 1).pow(4);

/// Examples as lists of their inputs that are not zero. The last input is 1 for every example: its weights are the biases.
#[derive(Default)]
pub struct SparseExamples {
    /// Number of inputs, with the one that is always 1.
    pub inputs: usize,
    /// Where the entries of each example begin, and where those of the last one end.
    starts: Vec<usize>,
    /// Input and its value.
    entries: Vec<(usize, f32)>,
}

impl SparseExamples {
    /// Puts more inputs behind the pixels: `features` pushes those of an example, counted from the first one behind the
    /// pixels, of which there are `count`.
    fn new(
        images: ArrayView2<f32>,
        count: usize,
        mut features: impl FnMut(ArrayView1<f32>, &mut dyn FnMut(usize, f32)),
    ) -> SparseExamples {
        let pixels = images.ncols();
        let inputs = pixels + count + 1;
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for image in images.rows() {
            entries.extend(image.iter().copied().enumerate().filter(|&(_, level)| level != 0.0));
            features(image, &mut |feature, value| entries.push((pixels + feature, value)));
            entries.push((inputs - 1, 1.0));
            starts.push(entries.len());
        }
        SparseExamples { inputs, starts, entries }
    }

    /// How many examples there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The inputs of an example that are not zero, with their values.
    pub fn entries(&self, example: usize) -> &[(usize, f32)] {
        &self.entries[self.starts[example]..self.starts[example + 1]]
    }
}

impl RareInputs {
    /// Adds rare inputs to images, each on or off independently of all others.
    pub fn add(&self, images: ArrayView2<f32>, random: &mut Generator) -> SparseExamples {
        let &RareInputs { rare, rare_probability, rare_value } = self;
        SparseExamples::new(images, rare, |_, push| {
            let on = random.binomial(rare as u64, rare_probability) as usize;
            random.sample(rare, on).into_iter().for_each(|feature| push(feature, rare_value as f32));
        })
    }
}

/// Adds to both sets of images which codes their patches have: one input, 0 or 1, for each pair of a patch and a code
/// that occurs among the training images. Other codes of test images are dropped, and so is a last odd row or column of
/// pixels.
pub fn add_vocabulary(train: &Examples<f32>, test: &Examples<f32>) -> [SparseExamples; 2] {
    let mut words = BTreeMap::new();
    for word in train.inputs.rows().into_iter().flat_map(patch_codes) {
        let next = words.len();
        words.entry(word).or_insert(next);
    }
    [train, test].map(|examples| {
        SparseExamples::new(examples.inputs.view(), words.len(), |image, push| {
            patch_codes(image).filter_map(|word| words.get(&word)).for_each(|&feature| push(feature, 1.0));
        })
    })
}

/// `patch CODES + code` for each patch of 2 x 2 pixels that is not blank.
fn patch_codes(image: ArrayView1<f32>) -> impl Iterator<Item = usize> {
    let side = image.len().isqrt();
    let across = side / 2;
    (0..across * across).filter_map(move |patch| {
        let corner = patch / across * 2 * side + patch % across * 2;
        let level = |pixel: usize| LEVELS.iter().filter(|&&end| end <= image[pixel]).count();
        let pixels = [corner, corner + 1, corner + side, corner + side + 1];
        let code = pixels.into_iter().fold(0, |code, pixel| code * (LEVELS.len() + 1) + level(pixel));
        (code > 0).then_some(patch * CODES + code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_count_levels_from_the_top_left() {
        let blank = Array1::<f32>::from_elem(16, 0.049);
        assert_eq!(patch_codes(blank.view()).count(), 0);
        let mut image = blank;
        // The second patch of the upper row, then the first of the lower.
        (image[2], image[3], image[6], image[7], image[13]) = (0.05, 0.3, 0.9, 0.79, 1.0);
        let code = ((6 + 2) * 6 + 5) * 6 + 4;
        assert_eq!(patch_codes(image.view()).collect::<Vec<usize>>(), [CODES + code, 2 * CODES + 5]);
    }

    #[test]
    fn vocabulary_is_that_of_the_training_images() {
        let of = |inputs: Array2<f32>| Examples { labels: vec![0; inputs.nrows()], inputs };
        let train = of(array![[0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.9]]);
        let [train, test] = add_vocabulary(&train, &of(array![[0.0, 0.3, 0.0, 0.0], [0.9, 0.0, 0.0, 0.0]]));
        assert_eq!((train.inputs, train.len(), test.len()), (4 + 2 + 1, 3, 2));
        assert_eq!(train.entries(2), [(3, 0.9), (4, 1.0), (6, 1.0)]);
        assert_eq!(test.entries(0), [(1, 0.3), (6, 1.0)]);
        assert_eq!(test.entries(1), [(0, 0.9), (5, 1.0), (6, 1.0)]);
    }

    #[test]
    fn rare_inputs_are_on_as_often_as_they_should() {
        let rare = RareInputs { rare: 500, rare_probability: 0.02, rare_value: 2.0 };
        let images = Array2::zeros((2000, 3));
        let examples = rare.add(images.view(), &mut Streams::new("test").open("rare", 0));
        let on: Vec<usize> = (0..2000).map(|example| examples.entries(example).len() - 1).collect();
        // Mean 10, standard error 0.07; variance 9.8.
        let mean = on.iter().sum::<usize>() as f64 / 2000.0;
        assert!((mean - 10.0).abs() < 0.3);
        let variance = on.iter().map(|&on| powi(on as f64 - mean, 2)).sum::<f64>() / 2000.0;
        assert!((variance - 9.8).abs() < 1.5);
        assert!(examples.entries(7).iter().all(|&(input, value)| value == if input == 503 { 1.0 } else { 2.0 }));
    }
}
