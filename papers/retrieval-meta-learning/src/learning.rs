//! Meta-training on episodes of some classes, and testing on episodes of new ones.

use std::ops::Range;

use common::networks::{Adam, Optimizer};
use common::prelude::*;

use crate::collection::{Collection, Sources};
use crate::fusion::{Batch, Method, Weights};

/// Episodes, and how the network learns from them.
#[derive(Parameters)]
pub struct Recipe {
    /// Classes of an episode.
    #[range(2..)]
    pub way: usize,
    /// Queries for each class of an episode.
    #[range(1..)]
    pub query: usize,
    /// Episodes of meta-training: one step each.
    #[range(0..)]
    pub train_episodes: usize,
    /// Episodes of new classes that the network is tested on.
    pub test_episodes: usize,
    /// Adam's rate.
    #[range(0.0..)]
    lr: f64,
    /// Rate of Q over that of all others.
    #[range(0.0..)]
    q_lr_factor: f64,
}

/// What one network learns: a method with m passages, and examples per class.
pub struct Task<'a> {
    pub method: Method,
    pub m: usize,
    pub shots: usize,
    pub seed: u64,
    pub sources: &'a Sources,
    pub recipe: &'a Recipe,
    /// Passages that are retrieved, of which the first m are used.
    pub retrieved: usize,
}

/// What is measured of it.
pub struct Outcome {
    pub before: f64,
    pub after: f64,
    pub gate: f64,
    pub entropy: f64,
}

impl Task<'_> {
    /// Tests, trains, and tests again.
    ///
    /// # Errors
    /// Where there are too few texts or classes.
    pub fn learn(&self, random: &Streams) -> Result<Outcome> {
        let collection = Collection::of(self.sources, self.retrieved)?;
        let [train, test] = self.split(&collection.classes, random)?;
        let random_passages = (self.method == Method::Random).then(|| {
            let mut draws = random.open("random passages", self.seed);
            let passages = collection.passages.nrows();
            Array2::from_shape_fn((collection.texts.nrows(), self.m), |_| draws.below(passages))
        });
        let passages = random_passages.as_ref().unwrap_or(&collection.retrieved);
        let corpus = collection.passages.view();

        let test_rows: Vec<usize> = test.iter().cloned().flatten().collect();
        let mut tested = Batch::new(self.method, corpus, test_rows.len(), self.m);
        tested.load(&collection.texts, passages, &test_rows);
        let mut weights = Weights::start(self.sources.dim);
        let before = self.accuracy(&mut tested, &weights, &test, random);
        self.train(&collection, passages, &train, &mut weights, random);
        let after = self.accuracy(&mut tested, &weights, &test, random);
        let gate = if self.method == Method::None { 0.0 } else { weights.gate() };
        Ok(Outcome { before, after, gate, entropy: tested.entropy() })
    }

    /// Classes for meta-training and for testing; an eighth between them, the paper's for validation, is left out.
    fn split(&self, classes: &[Range<usize>], random: &Streams) -> Result<[Vec<Range<usize>>; 2]> {
        let (&Recipe { way, query, .. }, shots) = (self.recipe, self.shots);
        let (count, half) = (classes.len(), classes.len() / 2);
        let first_test = half + count / 8;
        ensure!(
            way <= half.min(count - first_test),
            "min_children leaves {count} classes, {half} for training and {} for testing; way={way} asks for more",
            count - first_test
        );
        let least = classes.iter().map(Range::len).min().unwrap_or(0);
        ensure!(
            shots.saturating_add(query) <= least,
            "a class has {least} texts; shots={shots} and query={query} ask for more"
        );
        let order = random.open("classes", self.seed).permutation(count);
        let of = |places: &[usize]| places.iter().map(|&class| classes[class].clone()).collect();
        Ok([of(&order[..half]), of(&order[first_test..])])
    }

    fn episode(&self, dim: usize) -> Episode {
        Episode::new(self.recipe.way, self.shots, self.recipe.query, dim)
    }

    /// Meta-training: a step for each episode.
    fn train(
        &self,
        collection: &Collection,
        passages: &Array2<usize>,
        classes: &[Range<usize>],
        weights: &mut Weights,
        random: &Streams,
    ) {
        let dim = self.sources.dim;
        let mut episode = self.episode(dim);
        let mut sampler = Sampler::new(classes.iter().map(|class| class.clone().collect()));
        let mut chosen = vec![0; episode.texts()];
        let in_batch: Vec<usize> = (0..chosen.len()).collect();
        let mut batch = Batch::new(self.method, collection.passages.view(), chosen.len(), self.m);
        let mut gradient = Weights::zeros(dim);
        let mut optimizers = gradient.slices_mut().map(|numbers| Adam::new(numbers.len()));
        let Recipe { lr, q_lr_factor, .. } = *self.recipe;
        let rates = [lr, lr, lr * q_lr_factor, lr];
        let mut draws = random.open("training episodes", self.seed);
        for _ in 0..self.recipe.train_episodes {
            sampler.draw(&mut draws, self.recipe.way, &mut chosen);
            batch.load(&collection.texts, passages, &chosen);
            batch.forward(weights);
            let log_temperature = weights.scalars[1];
            [_, gradient.scalars[1]] = episode.loss(&batch.outputs, &in_batch, log_temperature, &mut batch.slopes);
            batch.backward(weights, &mut gradient);
            let parts = weights.slices_mut().into_iter().zip(gradient.slices_mut());
            for ((optimizer, rate), (numbers, slopes)) in optimizers.iter_mut().zip(rates).zip(parts) {
                optimizer.step(numbers, slopes, rate);
            }
        }
    }

    /// The share of queries whose class is found, over test episodes that are the same whatever is tested.
    fn accuracy(&self, tested: &mut Batch, weights: &Weights, classes: &[Range<usize>], random: &Streams) -> f64 {
        tested.forward(weights);
        let mut episode = self.episode(self.sources.dim);
        let mut first = 0;
        let mut sampler = Sampler::new(classes.iter().map(|class| {
            first += class.len();
            (first - class.len()..first).collect()
        }));
        let mut chosen = vec![0; episode.texts()];
        let mut draws = random.open("test episodes", 1000 + self.seed);
        let right = (0..self.recipe.test_episodes).map(|_| {
            sampler.draw(&mut draws, self.recipe.way, &mut chosen);
            episode.right(&tested.outputs, &chosen)
        });
        let right: usize = right.sum();
        right as f64 / (self.recipe.test_episodes * self.recipe.way * self.recipe.query) as f64
    }
}

/// Draws episodes from classes, each a list of texts.
struct Sampler {
    classes: Vec<Vec<usize>>,
}

impl Sampler {
    fn new(classes: impl Iterator<Item = Vec<usize>>) -> Sampler {
        Sampler { classes: classes.collect() }
    }

    /// Different texts of `way` different classes, class by class.
    fn draw(&mut self, draws: &mut Generator, way: usize, chosen: &mut [usize]) {
        let each = chosen.len() / way;
        choose(&mut self.classes, way, draws);
        for (class, chosen) in self.classes.iter_mut().zip(chosen.chunks_exact_mut(each)) {
            choose(class, each, draws);
            chosen.copy_from_slice(&class[..each]);
        }
    }
}

/// Brings a random sample to the front.
fn choose<T>(values: &mut [T], count: usize, draws: &mut Generator) {
    for place in 0..count {
        values.swap(place, place + draws.below(values.len() - place));
    }
}

/// Prototypes of an episode, and the distances of its queries to them. Its texts come class by class, first those that
/// support the class and then its queries.
struct Episode {
    way: usize,
    shots: usize,
    query: usize,
    prototypes: Array2<f64>,
    prototype_slopes: Array2<f64>,
    logits: Vec<f64>,
}

impl Episode {
    fn new(way: usize, shots: usize, query: usize, dim: usize) -> Episode {
        let [prototypes, prototype_slopes] = [(); 2].map(|()| Array2::zeros((way, dim)));
        Episode { way, shots, query, prototypes, prototype_slopes, logits: vec![0.0; way] }
    }

    fn texts(&self) -> usize {
        self.way * (self.shots + self.query)
    }

    /// The places of the queries of a class.
    fn queries(&self, class: usize) -> Range<usize> {
        let each = self.shots + self.query;
        class * each + self.shots..(class + 1) * each
    }

    /// The places of the texts that support a class.
    fn support(&self, class: usize) -> Range<usize> {
        let first = self.queries(class).start - self.shots;
        first..first + self.shots
    }

    /// The mean of the outputs that support each class.
    fn find_prototypes(&mut self, outputs: &Array2<f64>, rows: &[usize]) {
        self.prototypes.fill(0.0);
        for class in 0..self.way {
            let support = self.support(class);
            let mut prototype = self.prototypes.row_mut(class);
            for &row in &rows[support] {
                prototype.scaled_add(1.0 / self.shots as f64, &outputs.row(row));
            }
        }
    }

    /// Sets the logits to the squared distances of an output from the prototypes, times a factor.
    fn compare(&mut self, output: ArrayView1<f64>, factor: f64) {
        for (logit, prototype) in self.logits.iter_mut().zip(self.prototypes.rows()) {
            let distance: f64 = output.iter().zip(prototype).map(|(a, b)| (a - b) * (a - b)).sum();
            *logit = factor * distance;
        }
    }

    /// How many queries are nearest to the prototype of their own class.
    fn right(&mut self, outputs: &Array2<f64>, rows: &[usize]) -> usize {
        self.find_prototypes(outputs, rows);
        let mut right = 0;
        for class in 0..self.way {
            for place in self.queries(class) {
                self.compare(outputs.row(rows[place]), 1.0);
                let own = self.logits[class];
                // NaN is near to nothing.
                let nearer = |(other, &distance): (usize, &f64)| other == class || own < distance;
                right += usize::from(self.logits.iter().enumerate().all(nearer));
            }
        }
        right
    }

    /// The cross-entropy of the queries with logits −eᵗ |z − c|², in nats, and its derivative by t. Those by the outputs
    /// become the slopes.
    fn loss(&mut self, outputs: &Array2<f64>, rows: &[usize], t: f64, slopes: &mut Array2<f64>) -> [f64; 2] {
        self.find_prototypes(outputs, rows);
        self.prototype_slopes.fill(0.0);
        slopes.fill(0.0);
        let (temperature, count) = (exp(t), (self.way * self.query) as f64);
        let [mut loss, mut by_t] = [0.0; 2];
        for class in 0..self.way {
            for place in self.queries(class) {
                let output = outputs.row(rows[place]);
                self.compare(output, -temperature);
                let total = log_sum_exp(&self.logits);
                loss += (total - self.logits[class]) / count;
                for (other, &logit) in self.logits.iter().enumerate() {
                    let by_logit = (exp(logit - total) - f64::from(u8::from(other == class))) / count;
                    by_t += by_logit * logit;
                    let factor = -2.0 * temperature * by_logit;
                    let prototype = self.prototypes.row(other);
                    let mut slope = slopes.row_mut(rows[place]);
                    slope.scaled_add(factor, &output);
                    slope.scaled_add(-factor, &prototype);
                    let mut prototype_slope = self.prototype_slopes.row_mut(other);
                    prototype_slope.scaled_add(factor, &prototype);
                    prototype_slope.scaled_add(-factor, &output);
                }
            }
        }
        for class in 0..self.way {
            for &row in &rows[self.support(class)] {
                slopes.row_mut(row).scaled_add(1.0 / self.shots as f64, &self.prototype_slopes.row(class));
            }
        }
        [loss, by_t]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_of_an_episode_are_those_of_finite_differences() {
        let mut outputs = Streams::new("test").open("episode", 0).normal_matrix(12, 4);
        let mut episode = Episode::new(3, 2, 2, 4);
        let rows: Vec<usize> = (0..12).collect();
        let (mut slopes, mut unused) = (Array2::zeros((12, 4)), Array2::zeros((12, 4)));
        let [_, by_t] = episode.loss(&outputs, &rows, 0.3, &mut slopes);
        let mut at = |outputs: &Array2<f64>, t: f64| episode.loss(outputs, &rows, t, &mut unused)[0];
        let difference = (at(&outputs, 0.3 + 1e-5) - at(&outputs, 0.3 - 1e-5)) / 2e-5;
        assert!((difference - by_t).abs() < 1e-8);
        for place in [(0, 1), (1, 3), (2, 0), (7, 2), (11, 3)] {
            let mut moved = |shift: f64| {
                outputs[place] += shift;
                at(&outputs, 0.3)
            };
            let difference = (moved(1e-5) - moved(-2e-5)) / 2e-5;
            moved(1e-5);
            assert!((difference - slopes[place]).abs() < 1e-7, "{place:?}");
        }
    }

    #[test]
    fn queries_at_their_prototypes_are_right_and_nan_is_not() {
        let mut episode = Episode::new(2, 1, 1, 2);
        let outputs = array![[1.0, 0.0], [0.9, 0.0], [0.0, 1.0], [0.8, 0.1]];
        assert_eq!(episode.right(&outputs, &[0, 1, 2, 3]), 1);
        assert_eq!(episode.right(&array![[1.0, 0.0], [f64::NAN, 0.0]], &[0, 1, 0, 1]), 0);
    }

    #[test]
    fn episodes_have_different_classes_and_texts() {
        let mut sampler = Sampler::new([vec![0, 1, 2], vec![3, 4, 5], vec![6, 7, 8]].into_iter());
        let (mut draws, mut chosen) = (Streams::new("test").open("sampler", 0), [0; 4]);
        for _ in 0..100 {
            sampler.draw(&mut draws, 2, &mut chosen);
            assert_ne!(chosen[0] / 3, chosen[2] / 3);
            assert!(chosen.chunks(2).all(|pair| pair[0] / 3 == pair[1] / 3 && pair[0] != pair[1]));
        }
    }
}
