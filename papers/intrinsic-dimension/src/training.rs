//! Training a perceptron on handwritten digits, in all its parameters or in a random subspace of them.

use common::datasets::{Images, mnist_test, mnist_train};
use common::networks::{Adam, Classifier, Init, Optimizer, add_decay, draw_indices, schedules};
use common::prelude::*;

use crate::projection::ProjectionKind;
use crate::subspace::Subspace;

const CLASSES: usize = 10;
/// Inputs of a network.
pub const PIXELS: usize = 784;

/// A perceptron with ReLU between its layers.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String")]
pub struct Network {
    /// Units of each hidden layer.
    pub width: usize,
    /// Hidden layers.
    pub depth: usize,
}

impl TryFrom<String> for Network {
    type Error = String;

    /// Reads `200x2`.
    fn try_from(text: String) -> std::result::Result<Network, String> {
        let parts = text.split_once('x').map(|(width, depth)| (width.parse(), depth.parse()));
        match parts {
            Some((Ok(width), Ok(depth))) => Ok(Network { width, depth }),
            _ => Err(format!("expected width x depth as in 200x2, got {text}")),
        }
    }
}

impl Network {
    /// Inputs, hidden units of each layer, classes.
    fn widths(self) -> Vec<usize> {
        let hidden = std::iter::repeat_n(self.width, self.depth);
        [PIXELS].into_iter().chain(hidden).chain([CLASSES]).collect()
    }

    /// D: weights and biases.
    pub fn parameters(self) -> usize {
        self.widths().windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
    }
}

/// What is trained.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trained {
    /// v in theta = theta0 + P v.
    Subspace {
        /// Length of v.
        d: usize,
        /// P.
        projection: ProjectionKind,
    },
    /// theta, all parameters.
    Native,
}

/// The factor of Adam's rate over the steps.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// Half a cosine, down to zero.
    Cosine,
    /// One.
    Constant,
}

impl Schedule {
    fn factor(self, t: usize, steps: usize) -> f64 {
        match self {
            Schedule::Cosine => schedules::cosine(t, steps),
            Schedule::Constant => 1.0,
        }
    }
}

/// What all trainings share.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Recipe {
    /// Training images, the first of the set.
    pub train_size: usize,
    /// Test images, the first of the set.
    pub test_size: usize,
    /// Steps of Adam.
    pub steps: usize,
    /// Images of a step, drawn with replacement.
    pub batch: usize,
    /// Of the rate.
    pub lr_schedule: Schedule,
    /// The loss is the mean cross-entropy plus this times the sum of the squared weights, biases left out.
    pub l2: f64,
    /// Whether the pixels of all images are permuted.
    pub pixel_shuffle: bool,
}

/// What a training ends with.
pub struct Outcome {
    /// Loss of the last batch, before the last step.
    pub loss: f64,
    /// On the test images.
    pub accuracy: f64,
}

/// Trains a network at Adam's rate `rate`. Runs of a seed share initial parameters and batches.
///
/// # Errors
/// Where the images are absent.
pub fn train(
    network: Network,
    trained: Trained,
    rate: f64,
    recipe: &Recipe,
    seed: u64,
    random: &Streams,
) -> Result<Outcome> {
    let order = recipe.pixel_shuffle.then(|| random.open("pixels", 0).permutation(PIXELS));
    let digits = Digits::new(mnist_train()?, order.clone());
    let mut net = Classifier::<f32>::mlp(recipe.batch, &network.widths(), Init::HeNormal, Init::HeNormal);
    let mut theta = net.tape.initial(&mut random.open("init", seed));
    let mut optimizer: Box<dyn Optimizer<f32>> = match trained {
        Trained::Subspace { d, projection } => {
            let mut random = random.open("projection", seed);
            Box::new(Subspace::draw(&theta, d, projection, &mut random))
        }
        Trained::Native => Box::new(Adam::new(theta.len())),
    };
    let mut gradient = vec![0.0; theta.len()];
    let (mut batches, mut batch) = (random.open("batches", seed), vec![0; recipe.batch]);
    let mut loss = 0.0;
    for t in 1..=recipe.steps {
        draw_indices(recipe.train_size, &mut batch, &mut batches);
        digits.load(&batch, &mut net);
        loss = net.tape.loss_and_gradient(net.loss, &theta, &mut gradient);
        if recipe.l2 > 0.0 {
            loss += penalise(&net, &theta, recipe.l2, &mut gradient);
        }
        optimizer.step(&mut theta, &gradient, rate * recipe.lr_schedule.factor(t, recipe.steps));
    }
    let digits = Digits::new(mnist_test()?, order);
    Ok(Outcome { loss: f64::from(loss), accuracy: digits.accuracy(recipe.test_size, &theta, &mut net) })
}

/// l2 times the sum of the squared weights; its gradient is added.
fn penalise(net: &Classifier<f32>, theta: &[f32], l2: f64, gradient: &mut [f32]) -> f32 {
    let weights = net.tape.parameters().iter().filter(|parameter| parameter.rows > 1);
    let penalties = weights.map(|weight| {
        let weights = &theta[weight.range.clone()];
        add_decay(&mut gradient[weight.range.clone()], weights, 2.0 * l2);
        l2 as f32 * reduce::norm_squared(weights)
    });
    penalties.sum()
}

/// Images with their pixels in the order in which the network sees them.
struct Digits {
    images: Images,
    order: Option<Vec<usize>>,
}

impl Digits {
    fn new(images: Images, order: Option<Vec<usize>>) -> Digits {
        Digits { images, order }
    }

    /// Loads images and labels into a network.
    fn load(&self, indices: &[usize], net: &mut Classifier<f32>) {
        let input = net.tape.input_mut(net.x, indices.len());
        let rows = ArrayViewMut2::from_shape((indices.len(), PIXELS), input);
        self.images.rows_into(indices, 1, rows.expect("a network has one input for each pixel"));
        if let Some(order) = &self.order {
            let mut plain = [0.0; PIXELS];
            for row in input.chunks_exact_mut(PIXELS) {
                plain.copy_from_slice(row);
                for (pixel, &from) in row.iter_mut().zip(order) {
                    *pixel = plain[from];
                }
            }
        }
        net.tape.set_labels(net.labels, &self.images.labels(indices));
    }

    /// Share of the first `count` images that a network puts into the right class.
    fn accuracy(&self, count: usize, theta: &[f32], net: &mut Classifier<f32>) -> f64 {
        let all: Vec<usize> = (0..count).collect();
        let mut right = 0;
        for indices in all.chunks(net.tape.capacity()) {
            self.load(indices, net);
            net.tape.forward_to(net.logits, theta);
            let logits = net.tape.value(net.logits).chunks_exact(CLASSES);
            let classes = logits.map(reduce::argmax);
            right += classes.zip(indices).filter(|(class, index)| *class == self.images.label(**index)).count();
        }
        right as f64 / count as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_counted_with_biases() {
        for (text, parameters) in [("200x2", 199_210), ("50x1", 39_760), ("2x1", 1600), ("10x1", 7960)] {
            let network = Network::try_from(text.to_string()).unwrap();
            assert_eq!(network.parameters(), parameters);
            let net = Classifier::<f32>::mlp(1, &network.widths(), Init::HeNormal, Init::HeNormal);
            assert_eq!(net.tape.parameter_count(), parameters);
        }
        assert!(Network::try_from("200".to_string()).is_err());
    }

    #[test]
    fn the_penalty_has_its_gradient_and_spares_biases() {
        let net = Classifier::<f32>::mlp(1, &[3, 2, 2], Init::HeNormal, Init::HeNormal);
        let random = &mut Streams::new("intrinsic-dimension").open("penalty", 0);
        let mut theta = net.tape.initial(random);
        let bias = net.tape.named("0.bias").range.start;
        theta[bias] = 5.0;
        let value = |theta: &[f32], net: &Classifier<f32>| penalise(net, theta, 0.5, &mut vec![0.0; theta.len()]);
        let mut gradient = vec![0.0; theta.len()];
        penalise(&net, &theta, 0.5, &mut gradient);
        for i in 0..theta.len() {
            let (mut high, mut low) = (theta.clone(), theta.clone());
            high[i] += 0.01;
            low[i] -= 0.01;
            let slope = (value(&high, &net) - value(&low, &net)) / 0.02;
            assert!((slope - gradient[i]).abs() < 1e-3, "{i}: {slope} {}", gradient[i]);
        }
        assert_eq!(gradient[bias], 0.0);
    }

    #[test]
    fn a_shuffle_moves_pixels_and_nothing_else() {
        let order = Streams::new("intrinsic-dimension").open("order", 0).permutation(PIXELS);
        let images = mnist_test().unwrap();
        let mut net = Classifier::<f32>::mlp(2, &[PIXELS, CLASSES], Init::HeNormal, Init::HeNormal);
        let theta = vec![0.0; net.tape.parameter_count()];
        let mut seen = |order: Option<Vec<usize>>| {
            Digits::new(images.clone(), order).load(&[3, 4], &mut net);
            net.tape.forward_to(net.logits, &theta);
            net.tape.value(net.x).to_vec()
        };
        let (plain, shuffled) = (seen(None), seen(Some(order.clone())));
        assert!(plain.len() == 2 * PIXELS && plain != shuffled);
        for (plain, shuffled) in plain.chunks(PIXELS).zip(shuffled.chunks(PIXELS)) {
            assert!(shuffled.iter().zip(&order).all(|(pixel, &from)| *pixel == plain[from]));
        }
    }

    /// Even a few steps in a subspace beat guessing, and runs of a seed are the same to the bit.
    #[test]
    fn a_short_training_learns() {
        let recipe = Recipe {
            train_size: 2000,
            test_size: 1000,
            steps: 60,
            batch: 64,
            lr_schedule: Schedule::Cosine,
            l2: 0.0,
            pixel_shuffle: false,
        };
        let network = Network { width: 16, depth: 1 };
        let streams = Streams::new("intrinsic-dimension");
        for kind in [ProjectionKind::Sparse, ProjectionKind::Fastfood] {
            let trained = Trained::Subspace { d: 200, projection: kind };
            let accuracy = || train(network, trained, 0.3, &recipe, 0, &streams).unwrap().accuracy;
            assert!(accuracy() > 0.5, "{kind:?}: {}", accuracy());
            assert_eq!(accuracy(), accuracy());
        }
    }
}
