//! Pre-training, fine-tuning, and ranking.

use common::memo::Shared;
use common::networks::{Adam, Batches, Optimizer};
use common::prelude::*;

use crate::collection::Collection;
use crate::encoder::{Encoder, Method, Sizes};

/// How networks are trained.
#[derive(Parameters)]
pub struct Recipe {
    /// Children of a noun that is a document, at least.
    #[range(1..=82_192)]
    min_children: usize,
    /// Steps of pre-training, all methods start from its end.
    #[range(0..)]
    pub pretrain_steps: usize,
    /// Steps of fine-tuning.
    #[range(0..)]
    pub finetune_steps: usize,
    /// Adam's rate in pre-training and full fine-tuning.
    #[range(0.0..)]
    rate: f64,
    /// Adam's rate of modules and biases.
    #[range(0.0..)]
    module_rate: f64,
    /// What is trained in turn.
    #[distinct]
    pub methods: Vec<Method>,
    /// Steps after which test queries are asked.
    #[rising]
    #[range(0..)]
    pub eval_steps: Vec<usize>,
    /// Queries that are tested.
    #[range(1..=82_192)]
    pub n_test: usize,
}

/// Steps over which the training loss is averaged.
const LAST: usize = 25;

/// Documents that count: MRR@10.
const FIRST: usize = 10;

/// The texts of a run, and what is drawn for it.
pub struct Tuning<'a> {
    depth: usize,
    seed: u64,
    sizes: &'a Sizes,
    recipe: &'a Recipe,
    random: &'a Streams,
    texts: Shared<Collection>,
    /// Queries for training and testing.
    train: Vec<usize>,
    test: Vec<usize>,
}

/// How a method learns.
pub struct LearningCurve {
    /// Trained parameters.
    pub parameters: usize,
    pub points: Vec<Point>,
}

/// A network at work.
pub struct Point {
    pub step: usize,
    pub mrr10: f64,
    pub train_loss: f64,
}

impl<'a> Tuning<'a> {
    /// The texts of a run.
    ///
    /// # Errors
    /// Where there are too few.
    pub fn new(
        depth: usize,
        seed: u64,
        sizes: &'a Sizes,
        recipe: &'a Recipe,
        random: &'a Streams,
    ) -> Result<Tuning<'a>> {
        let texts = Collection::of(recipe.min_children, sizes.width)?;
        let mut order = texts.known_queries.clone();
        random.open("queries", seed).shuffle(&mut order);
        let (queries, least) = (order.len(), recipe.n_test + sizes.batch);
        ensure!(least <= queries, "min_children leaves {queries} queries; n_test and batch ask for {least}");
        let halves = texts.known_halves.len();
        ensure!(sizes.batch <= halves, "min_children leaves {halves} texts for pre-training, fewer than a batch");
        let train = order.split_off(recipe.n_test);
        Ok(Tuning { depth, seed, sizes, recipe, random, texts, train, test: order })
    }

    /// A network that knows halves of texts to belong together.
    pub fn pretrain(&self) -> (Encoder, Vec<f32>) {
        let mut encoder = Encoder::new(self.sizes, self.depth, Method::Full);
        let name = |what: &str| format!("{what}, {} layers", self.depth);
        let mut theta = encoder.tape.initial(&mut self.random.open(&name("start"), self.seed));
        let [first, second] = &self.texts.halves;
        let mut batches = Batches::new(self.texts.known_halves.iter().copied(), self.sizes.batch);
        let mut draws = self.random.open("pre-training batches", self.seed);
        let (mut optimizer, mut gradient) = (Adam::new(theta.len()), vec![0.0; theta.len()]);
        for _ in 0..self.recipe.pretrain_steps {
            let batch = batches.next(&mut draws);
            encoder.loss_and_gradient(&theta, [(first, batch), (second, batch)], batch, &mut gradient);
            optimizer.step(&mut theta, &gradient, self.recipe.rate);
        }
        (encoder, theta)
    }

    /// Trains a method from the pre-trained network. All methods see the same batches.
    pub fn finetune(&self, method: Method, base: &Encoder, pretrained: &[f32]) -> LearningCurve {
        let mut encoder = Encoder::new(self.sizes, self.depth, method);
        let name = format!("{method:?} modules, {} layers", self.depth);
        let mut theta = encoder.tape.initial(&mut self.random.open(&name, self.seed));
        encoder.inherit(base, pretrained, &mut theta);
        let rate = if method == Method::Full { self.recipe.rate } else { self.recipe.module_rate };
        let mut batches = Batches::new(self.train.iter().copied(), self.sizes.batch);
        let mut draws = self.random.open("batches", self.seed);
        let (mut optimizer, mut gradient) = (Adam::new(theta.len()), vec![0.0; theta.len()]);
        let (mut losses, mut points) = (Vec::with_capacity(self.recipe.finetune_steps), Vec::new());
        let mut documents = vec![0; self.sizes.batch];
        for step in 0..=self.recipe.finetune_steps {
            if self.recipe.eval_steps.contains(&step) {
                let last = &losses[losses.len().saturating_sub(LAST)..];
                points.push(Point { step, mrr10: self.mrr10(&mut encoder, &theta), train_loss: reduce::mean(last) });
            }
            if step == self.recipe.finetune_steps {
                break;
            }
            let queries = batches.next(&mut draws);
            documents.iter_mut().zip(queries).for_each(|(to, &query)| *to = self.texts.relevant[query]);
            let pairs = [(&self.texts.queries, queries), (&self.texts.documents, documents.as_slice())];
            losses.push(encoder.loss_and_gradient(&theta, pairs, &documents, &mut gradient));
            optimizer.step(&mut theta, &gradient, rate);
        }
        LearningCurve { parameters: theta.len(), points }
    }

    /// The mean over test queries of 1 / rank of the right document, 0 beyond the tenth.
    fn mrr10(&self, encoder: &mut Encoder, theta: &[f32]) -> f64 {
        let documents = encoder.encode(theta, self.texts.documents.view());
        let queries = self.texts.queries.select(ndarray::Axis(0), &self.test);
        let queries = encoder.encode(theta, queries.view());
        let scores = matrix::product(queries.view(), documents.t());
        let reciprocal = self.test.iter().zip(scores.rows()).map(|(&query, scores)| {
            let right = scores[self.texts.relevant[query]];
            // NaN ranks no document.
            let rank = 1 + scores.iter().filter(|&&score| score > right).count();
            if right.is_finite() && rank <= FIRST { 1.0 / rank as f64 } else { 0.0 }
        });
        reduce::mean(&reciprocal.collect::<Vec<f64>>())
    }
}
