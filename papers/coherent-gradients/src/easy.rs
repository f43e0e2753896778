//! Easy and hard examples: those that a scout learns early and late, each trained on among their like.

use common::datasets::{DataSet, Examples, MNIST, mnist_train};
use common::prelude::*;

use crate::digits::{CLASSES, NoisyDigits};
use crate::training::Training;
use crate::{Easy, IMAGES, SIDE, key};

/// Steps at which the coherence of easy and hard examples is taken.
const MARKS: [usize; 4] = [10, 20, 40, 80];

/// Whether the coherence after so many steps is an early one.
pub fn is_early(step: f64) -> bool {
    step <= MARKS[MARKS.len() - 1] as f64
}

/// Steps between two looks at the scout.
const EVERY: usize = 20;

/// The training examples of a scout in two parts, easy and hard: within each class, the half with fewer errors of the scout
/// in so many steps of training, and the rest. Ties are broken at random; both parts are in random order.
fn easy_and_hard(mut scout: Training, steps: usize, ties: &mut Generator) -> [Vec<usize>; 2] {
    let labels = scout.labels;
    let mut errors = vec![0; labels.len()];
    for step in (0..steps).step_by(EVERY) {
        let predicted = scout.predict(scout.images);
        errors
            .iter_mut()
            .enumerate()
            .for_each(|(index, errors)| *errors += u32::from(predicted[index] != labels[index]));
        scout.descend(EVERY.min(steps - step));
    }
    let mut halves = [Vec::new(), Vec::new()];
    for class in 0..CLASSES {
        let mut members: Vec<usize> = (0..labels.len()).filter(|&index| labels[index] == class).collect();
        ties.shuffle(&mut members);
        members.sort_by_key(|&index| errors[index]);
        let (easy, hard) = members.split_at(members.len() / 2);
        halves[0].extend(easy);
        halves[1].extend(hard);
    }
    halves.iter_mut().for_each(|half| ties.shuffle(half));
    halves
}

/// Training on easy and on hard examples.
#[derive(Serialize)]
pub struct Halves {
    pub easy: &'static Easy,
    pub pool: usize,
    pub seed: u64,
}

impl Cell for Halves {
    fn cost(&self) -> f64 {
        let &Easy { easy_pool, easy_hidden, easy_batch, scout_steps, easy_steps, .. } = self.easy;
        let (steps, looked_at) = (scout_steps + 2 * easy_steps, easy_pool * (scout_steps / EVERY + 4));
        let weights = powi((SIDE / self.pool) as f64, 2) * easy_hidden as f64;
        3e-5 * steps as f64 + 7e-11 * (steps * easy_batch + looked_at) as f64 * weights
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Halves { easy, pool, seed } = self;
        let &Easy { easy_pool, easy_hidden, easy_batch, easy_lr, scout_steps, easy_steps } = easy;
        let size = (easy_hidden, easy_batch, easy_lr);
        let all = mnist_train()?;
        let chosen = random.open("easy images", seed).sample(IMAGES, easy_pool);
        let images: Examples<f32> = all.examples(&chosen, pool);
        let scout = Training::new(images.inputs.view(), &images.labels, size, random.open("scout", seed));
        let halves = easy_and_hard(scout, scout_steps, &mut random.open("ties", seed));
        for (name, half) in ["easy", "hard"].into_iter().zip(halves) {
            let half: Vec<usize> = half.into_iter().map(|index| chosen[index]).collect();
            let (train, rest) = half.split_at(easy_pool / 4);
            let [train, test] = [train, &rest[..9 * easy_pool / 40]].map(|part| all.examples(part, pool));
            let digits = NoisyDigits::new(train, test, 0.0, &mut random.open("no labels", seed));
            let images = digits.train.inputs.view();
            let training = Training::new(images, &digits.given, size, random.open("half", seed));
            rows.key(key("easy", 0.0, (name, 0), easy_lr, seed));
            let early = MARKS.into_iter().filter(|&step| step < easy_steps);
            training.record(&digits, early.chain([easy_steps]).collect(), rows)?;
        }
        Ok(())
    }
}

/// Classes 0 to 9, told apart by one input each; in the second half of the examples weakly.
#[cfg(test)]
pub fn pool() -> Examples<f32> {
    let labels: Vec<usize> = (0..400).map(|index| index % CLASSES).collect();
    let mut random = Streams::new("test").open("pool", 0);
    let inputs = Array2::from_shape_fn((400, CLASSES), |(index, input)| {
        let strength = if index < 200 { 1.0 } else { 0.1 };
        let own = if input == labels[index] { strength } else { 0.0 };
        own + 0.1 * random.normal_f32()
    });
    Examples { inputs, labels }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_scout_learns_late_is_hard() {
        let (pool, streams) = (pool(), Streams::new("test"));
        let scout = Training::new(pool.inputs.view(), &pool.labels, (16, 20, 0.3), streams.open("scout", 0));
        let [easy, hard] = easy_and_hard(scout, 400, &mut streams.open("ties", 0));
        assert_eq!((easy.len(), hard.len()), (200, 200));
        let strong = easy.iter().filter(|&&index| index < 200).count();
        assert!(strong > 170, "{strong} of 200");
        assert_eq!(distinct(sorted(easy.iter().chain(&hard).map(|&index| index as f64))).len(), 400);
        let of_class = |class| easy.iter().filter(|&&index| pool.labels[index] == class).count();
        assert!((0..CLASSES).all(|class| of_class(class) == 20));
    }
}
