//! Training a perceptron on handwritten digits, in all its parameters or in a random subspace of them.

use common::datasets::{DataSet, Examples, Images, MNIST, mnist_test, mnist_train};
use common::networks::{Adam, Batches, Classifier, Init, Optimizer, add_decay, schedules};
use common::prelude::*;

use crate::network::{Network, PIXELS};
use crate::projection::ProjectionKind;
use crate::published;
use crate::subspace::Subspace;

/// What is trained.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trained {
    /// The coordinates v in theta = theta0 + P v (eq. 2).
    Subspace {
        /// Length of v.
        d: usize,
        /// How P is drawn.
        projection: ProjectionKind,
    },
    /// All parameters theta.
    Native,
}

/// The factor of Adam's rate over the steps.
#[derive(Clone, Copy, Parameters)]
pub enum Schedule {
    /// Half a cosine, down to zero.
    Cosine,
    /// One.
    Constant,
}

impl Schedule {
    /// The factor of step t = 1, 2, …, `steps`.
    fn factor(self, t: usize, steps: usize) -> f64 {
        match self {
            Schedule::Cosine => schedules::cosine(t, steps),
            Schedule::Constant => 1.0,
        }
    }
}

/// What all trainings share.
#[derive(Parameters)]
pub struct Recipe {
    /// Training images, the first of the set.
    #[range(..=60_000)]
    pub train_size: usize,
    /// Test images, the first of the set.
    #[range(..=10_000)]
    pub test_size: usize,
    /// Images of a step, drawn with replacement.
    pub batch: usize,
    /// How Adam's rate falls over the steps.
    pub lr_schedule: Schedule,
    /// The loss is the mean cross-entropy plus this times the sum of the squared weights, biases left out.
    #[range(0.0..)]
    pub l2: f64,
    /// Whether the pixels of all images are permuted, all in the same way.
    pub pixel_shuffle: bool,
}

/// One training of a network. Runs of a seed share initial parameters and batches.
#[derive(Serialize)]
pub struct Run {
    /// Size of the network.
    pub network: Network,
    /// All parameters, or a subspace of them.
    pub trained: Trained,
    /// Adam's rate.
    pub rate: f64,
    /// Steps of Adam.
    pub steps: usize,
    /// Draw of initial parameters, subspace and batches.
    pub seed: u64,
    /// Everything else.
    pub recipe: &'static Recipe,
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        let (parameters, recipe) = (self.network.parameters() as f64, self.recipe);
        let steps = self.steps as f64;
        let images = steps * recipe.batch as f64 + recipe.test_size as f64;
        // Six operations for each parameter and image; filling the images in; P twice a step.
        images * (6.0 * parameters / 1.6e11 + 1.0e-6) + steps * (1.3e-9 * self.entries() + 0.5e-9 * parameters)
    }

    fn memory(&self) -> f64 {
        let units = (PIXELS + self.network.width * self.network.depth) as f64;
        32.0 * self.network.parameters() as f64 + 16.0 * self.recipe.batch as f64 * units + 32.0 * self.entries()
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let Outcome { loss, accuracy } = self.train(random)?;
        let (kind, d) = match self.trained {
            Trained::Subspace { d, .. } => ("subspace", Some(d)),
            Trained::Native => ("direct", None),
        };
        let published = published::range(self.network, d);
        rows.kind(kind).push(record! {
            width: self.network.width,
            depth: self.network.depth,
            native_params: self.network.parameters(),
            d: d.unwrap_or(self.network.parameters()),
            seed: self.seed,
            loss,
            performance: accuracy,
            /// Lowest published accuracy for this network and d.
            published_min: published.map(|(low, _)| low),
            /// Highest published accuracy for this network and d.
            published_max: published.map(|(_, high)| high),
        });
        Ok(())
    }
}

/// What a training ends with.
struct Outcome {
    /// Loss of the last batch, before the last step; `None` for no steps.
    loss: Option<f32>,
    /// Accuracy on the test images.
    accuracy: f64,
}

impl Run {
    /// About the number of entries of a sparse P.
    fn entries(&self) -> f64 {
        match self.trained {
            Trained::Subspace { d, .. } => d as f64 * (self.network.parameters() as f64).sqrt(),
            Trained::Native => 0.0,
        }
    }

    /// Trains and tests.
    ///
    /// # Errors
    /// Where the images are absent.
    fn train(&self, random: &Streams) -> Result<Outcome> {
        let (recipe, seed) = (self.recipe, self.seed);
        let order = recipe.pixel_shuffle.then(|| random.open("pixels", 0).permutation(PIXELS));
        let (training, test) = (mnist_train()?, mnist_test()?);
        let mut net = Classifier::<f32>::mlp(recipe.batch, &self.network.widths(), Init::HeNormal, Init::HeNormal);
        let mut theta = net.tape.initial(&mut random.open("init", seed));
        let mut optimizer: Box<dyn Optimizer<f32>> = match self.trained {
            Trained::Subspace { d, projection } => {
                Box::new(Subspace::sample(&theta, d, projection, &mut random.open("projection", seed)))
            }
            Trained::Native => Box::new(Adam::new(theta.len())),
        };
        let mut gradient = vec![0.0; theta.len()];
        let mut batches = Batches::with_replacement(recipe.train_size, recipe.batch);
        let mut drawing = random.open("batches", seed);
        let whole: Vec<usize> = (0..recipe.batch).collect();
        let mut last_loss = None;
        for t in 1..=self.steps {
            let batch = digits(&training, batches.next(&mut drawing), order.as_deref());
            let (images, labels) = batch.view();
            let mut loss = net.gradient(&theta, images, labels, &whole, &mut gradient);
            if recipe.l2 > 0.0 {
                loss += penalise(&net, &theta, recipe.l2, &mut gradient);
            }
            last_loss = Some(loss);
            optimizer.step(&mut theta, &gradient, self.rate * recipe.lr_schedule.factor(t, self.steps));
        }
        let test = digits(&test, &(0..recipe.test_size).collect::<Vec<usize>>(), order.as_deref());
        Ok(Outcome { loss: last_loss, accuracy: net.score(&theta, test.inputs.view(), &test.labels).accuracy })
    }
}

/// The penalty l2 times the sum of the squared weights; its gradient is added to `gradient`.
fn penalise(net: &Classifier<f32>, theta: &[f32], l2: f64, gradient: &mut [f32]) -> f32 {
    let weights = net.tape.parameters().iter().filter(|parameter| parameter.rows > 1);
    let penalties = weights.map(|weight| {
        let weights = &theta[weight.range.clone()];
        add_decay(&mut gradient[weight.range.clone()], weights, 2.0 * l2);
        l2 as f32 * reduce::norm_squared(weights)
    });
    penalties.sum()
}

/// Some images, with their pixels in another order if there is one.
fn digits(images: &Images, indices: &[usize], order: Option<&[usize]>) -> Examples<f32> {
    let plain = images.examples(indices, 1);
    let Some(order) = order else { return plain };
    let inputs = Array2::from_shape_fn(plain.inputs.dim(), |(image, pixel)| plain.inputs[[image, order[pixel]]]);
    Examples { inputs, ..plain }
}

#[cfg(test)]
mod tests;
