//! The classes that tasks are made of: digits and clothes, each in four rotations.

use common::datasets::{Images, fashion_mnist, mnist_train, prepare};
use common::prelude::*;

use crate::Setting;

/// Pixels along a side of the images of both sets.
pub const SIDE: usize = 28;

/// Images that each class of either set has at least.
pub const PER_CLASS: usize = 2000;

/// Classes of each set for meta-training, the first; the others, up to ten, are for the meta-test.
const META_TRAINED: usize = 7;

/// Quarter turns of each class, every one a class of its own.
const ROTATIONS: usize = 4;

/// Classes of both sets in all rotations.
pub const CLASSES: usize = 2 * 10 * ROTATIONS;

/// Those for the meta-test.
pub const META_TEST_CLASSES: usize = 2 * (10 - META_TRAINED) * ROTATIONS;

/// Images by class. Those of meta-training and of the meta-test are two of these, so that no task can mix them.
pub struct Classes {
    /// One class after the other, each of `per_class` rows: pixels from 0 to 1, and the bias.
    inputs: Array2<f32>,
    per_class: usize,
}

impl Classes {
    /// The classes that networks are meta-trained on.
    ///
    /// # Errors
    /// Where the images are absent or damaged.
    pub fn meta_train(setting: &Setting) -> Result<Classes> {
        Classes::rotated(setting, 0..META_TRAINED)
    }

    /// The classes that no network has seen.
    ///
    /// # Errors
    /// Where the images are absent or damaged.
    pub fn meta_test(setting: &Setting) -> Result<Classes> {
        Classes::rotated(setting, META_TRAINED..10)
    }

    /// The first images of these classes of both sets, in all rotations.
    fn rotated(setting: &Setting, classes: std::ops::Range<usize>) -> Result<Classes> {
        let &Setting { per_class, pool, bias, .. } = setting;
        let pixels = setting.pixels();
        let count = 2 * classes.len() * ROTATIONS;
        let mut inputs = Array2::from_elem((count * per_class, pixels + 1), bias as f32);
        let mut places = inputs.exact_chunks_mut((per_class, pixels + 1)).into_iter();
        let sets: [Images; 2] = [mnist_train()?, fashion_mnist()?];
        for set in &sets {
            for class in classes.clone() {
                let images: Array2<f32> = set.rows(&set.of_class(class)[..per_class], pool);
                for (turns, mut place) in (0..ROTATIONS).zip(&mut places) {
                    place.slice_mut(s![.., ..pixels]).assign(&prepare::rotate_quarters(images.view(), turns));
                }
            }
        }
        Ok(Classes::of(inputs, per_class))
    }

    /// Inputs by class, `per_class` rows each.
    pub fn of(inputs: Array2<f32>, per_class: usize) -> Classes {
        Classes { inputs, per_class }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.inputs.nrows() / self.per_class
    }

    /// Images of each class.
    pub fn per_class(&self) -> usize {
        self.per_class
    }

    /// The input of an image of a class.
    pub fn input(&self, class: usize, image: usize) -> ArrayView1<'_, f32> {
        self.inputs.row(class * self.per_class + image)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting() -> Setting {
        let text = include_str!("../paper.yaml").to_string();
        let settings = parameters::Settings::parse(text, "paper.yaml", parameters::Scale::Smoke, &[]).unwrap();
        settings.read::<crate::Config>().unwrap().setting
    }

    #[test]
    fn classes_are_kept_apart_and_turned() {
        let setting = setting();
        let (train, test) = (Classes::meta_train(&setting).unwrap(), Classes::meta_test(&setting).unwrap());
        assert_eq!((train.count(), test.count(), test.per_class()), (56, META_TEST_CLASSES, 20));
        let digits = mnist_train().unwrap();
        let first: Array2<f32> = digits.rows(&digits.of_class(7)[..1], setting.pool);
        let pixels = setting.pixels();
        let upright = test.input(0, 0);
        assert_eq!((upright.slice(s![..pixels]), upright[pixels]), (first.row(0), 1.0));
        assert_eq!(test.input(2, 0).slice(s![..pixels]), first.slice(s![0, ..;-1]));
    }
}
