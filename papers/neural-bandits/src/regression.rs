//! Online regression: the network predicts the losses of all arms, sees that of one, and takes one gradient step.

use common::prelude::*;

use crate::contexts::Contexts;
use crate::network::Network;
use crate::perturbation::Perturbation;

/// Rounds whose products with the weights are computed at once.
const BLOCK: usize = 32;

/// Taken from the output under the cross-entropy loss: no arm looks bad before it has been tried.
const OPTIMISM: f64 = 2.0;

/// What the regression minimises, with the link from an output z of the network to a predicted loss.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RegressionLoss {
    /// (z - l)^2 / 2; the output is the prediction.
    Squared,
    /// The Kullback-Leibler loss -l ln y - (1 - l) ln (1 - y) of y = sigmoid(z - 2).
    CrossEntropy,
}

impl RegressionLoss {
    /// The predicted loss y for an output z.
    pub fn predict(self, output: f64) -> f64 {
        match self {
            RegressionLoss::Squared => output,
            RegressionLoss::CrossEntropy => sigmoid(output - OPTIMISM),
        }
    }

    /// The derivative in the output, y - l under both losses.
    pub fn derivative(self, output: f64, observed: f64) -> f64 {
        self.predict(output) - observed
    }
}

/// A network and its perturbation in training, one round after the other.
///
/// A round needs W x, and a step changes it for every later round. Both are cheap for a block of rounds: one
/// matrix product gives the pre-activations of all, and a step W_a += u x_t' adds u (x_t . x_r) to those of
/// the rounds r that are left. This is the algorithm of one round and one step at a time, in another order of
/// additions.
pub struct OnlineRegression<'a> {
    contexts: &'a Contexts,
    network: Network,
    perturbation: Perturbation,
    loss: RegressionLoss,
    /// Step size.
    eta: f64,
    /// The round that is on.
    round: usize,
    /// W x of the rounds of this block, without the perturbation's part of W: block x K m.
    ahead: Array2<f32>,
    /// The products eps_s x of the same rounds: block x S K m.
    signs_ahead: Array2<f32>,
    /// Pre-activations of all units in this round.
    preactivations: Vec<f32>,
    /// f_a of each arm in this round.
    outputs: Vec<f64>,
    /// What a step adds to the pre-activations of one arm, for an overlap of 1.
    moves: Vec<f32>,
    /// Derivatives w_s of the copies.
    derivatives: Vec<f64>,
}

impl<'a> OnlineRegression<'a> {
    /// Before the first round.
    pub fn new(
        contexts: &'a Contexts,
        arms: usize,
        (network, perturbation): (Network, Perturbation),
        loss: RegressionLoss,
        eta: f64,
    ) -> OnlineRegression<'a> {
        let units = network.units();
        OnlineRegression {
            contexts,
            loss,
            eta,
            round: 0,
            ahead: Array2::zeros((BLOCK, units)),
            signs_ahead: Array2::zeros((BLOCK, perturbation.signs().nrows())),
            preactivations: vec![0.0; units],
            outputs: vec![0.0; arms],
            moves: vec![0.0; units / arms],
            derivatives: Vec::new(),
            network,
            perturbation,
        }
    }

    /// Computes the outputs for the context of a round; rounds come in their order.
    ///
    /// # Errors
    /// Where the steps have been so large that the weights are no numbers any more.
    pub fn see(&mut self, round: usize) -> Result<()> {
        self.round = round;
        if round.is_multiple_of(BLOCK) {
            self.look_ahead();
        }
        let place = round % BLOCK;
        let products = self.ahead.row(place);
        self.preactivations.copy_from_slice(products.as_slice().expect("rows are contiguous"));
        self.perturbation.add_preactivations(row(&self.signs_ahead, place), &mut self.preactivations);
        self.network.outputs(&self.preactivations, &mut self.outputs);
        let finite = self.outputs.iter().all(|f| f.is_finite()) && self.perturbation.shifts().all(f64::is_finite);
        ensure!(
            finite,
            "the network diverged in round {round}: the step size {} or the perturbation is too large",
            self.eta
        );
        Ok(())
    }

    fn look_ahead(&mut self) {
        let rounds = BLOCK.min(self.contexts.rounds() - self.round);
        let images = self.contexts.images.slice(s![self.round..self.round + rounds, ..]);
        let mut ahead = self.ahead.slice_mut(s![..rounds, ..]);
        matrix::product_into(images, self.network.weights().t(), &mut ahead);
        let mut ahead = self.signs_ahead.slice_mut(s![..rounds, ..]);
        matrix::product_into(images, self.perturbation.signs().t(), &mut ahead);
    }

    /// The mean of the shifts delta_s, which are the same for all arms.
    pub fn mean_shift(&self) -> f64 {
        let (count, sum) = self.perturbation.shifts().fold((0.0, 0.0), |(n, sum), shift| (n + 1.0, sum + shift));
        sum / count
    }

    /// The predicted loss of an arm in this round, by the output alone.
    pub fn predicted(&self, arm: usize) -> f64 {
        self.loss.predict(self.outputs[arm])
    }

    /// Pre-activations of all units in this round.
    pub fn preactivations(&self) -> &[f32] {
        &self.preactivations
    }

    /// One step down the gradient of the mean over copies of the loss of f_a + delta_s, for the arm that was
    /// played and the loss it had.
    pub fn learn(&mut self, arm: usize, observed: f64) {
        let (output, loss) = (self.outputs[arm], self.loss);
        self.derivatives.clear();
        self.derivatives.extend(self.perturbation.shifts().map(|shift| loss.derivative(output + shift, observed)));
        let mean = self.derivatives.iter().sum::<f64>() / self.derivatives.len() as f64;

        let units = self.network.units_of(arm);
        self.network.slopes(&self.preactivations[units.clone()], &mut self.moves);
        reduce::scale((-self.eta * mean) as f32, &mut self.moves);
        let image = self.contexts.image(self.round);
        self.network.add(arm, &self.moves, image);
        let place = self.round % BLOCK;
        let sign_products = row(&self.signs_ahead, place);
        self.perturbation.follow(sign_products, self.preactivations.len(), units.clone(), &self.moves);
        self.perturbation.step(self.eta, &self.derivatives);

        // The rounds of this block that are still to come.
        let last = (self.round - place + BLOCK).min(self.contexts.rounds());
        for later in self.round + 1..last {
            let overlap = reduce::dot(image, self.contexts.image(later));
            let mut waiting = self.ahead.slice_mut(s![later % BLOCK, units.clone()]);
            let waiting = waiting.as_slice_mut().expect("rows are contiguous");
            reduce::axpy(overlap, &self.moves, waiting);
        }
    }
}

/// A row of a matrix as a slice; empty where there are no columns.
fn row(matrix: &Array2<f32>, index: usize) -> &[f32] {
    let columns = matrix.ncols();
    &matrix.as_slice().expect("a whole matrix is contiguous")[index * columns..][..columns]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perturbation::Strength;

    const ARMS: usize = 3;
    const WIDTH: usize = 6;
    const PIXELS: usize = 5;
    const STRENGTH: Strength = Strength { perturb: 0.2, copies: 3 };

    /// The algorithm as the paper has it: all weights and all signs written out, in double precision.
    struct WrittenOut {
        initial: Vec<f64>,
        weights: Vec<f64>,
        signs: Vec<Vec<f64>>,
        output_weights: Vec<f64>,
        coefficient: f64,
    }

    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    impl WrittenOut {
        fn new(network: &Network, perturbation: &Perturbation) -> WrittenOut {
            let weights: Vec<f64> = network.weights().iter().map(|&w| f64::from(w)).collect();
            let signs: Vec<f64> = perturbation.signs().iter().map(|&sign| f64::from(sign)).collect();
            let mut output_weights = [0.0; WIDTH];
            network.slopes(&[1.0; WIDTH], &mut output_weights);
            WrittenOut {
                initial: weights.clone(),
                signs: signs.chunks_exact(weights.len()).map(<[f64]>::to_vec).collect(),
                weights,
                output_weights: output_weights.map(f64::from).to_vec(),
                coefficient: STRENGTH.perturb / (WIDTH as f64).sqrt().sqrt(),
            }
        }

        fn output(&self, arm: usize, image: &[f64]) -> f64 {
            let rows = self.weights[arm * WIDTH * PIXELS..].chunks_exact(PIXELS);
            let units = rows.zip(&self.output_weights);
            units.map(|(row, v)| v * dot(row, image).max(0.0)).sum()
        }

        fn shift(&self, copy: usize) -> f64 {
            let moved: Vec<f64> = self.weights.iter().zip(&self.initial).map(|(w, start)| w - start).collect();
            self.coefficient * dot(&self.signs[copy], &moved)
        }

        /// The mean over copies of the loss.
        fn objective(&self, loss: RegressionLoss, arm: usize, image: &[f64], observed: f64) -> f64 {
            let copies = self.signs.len();
            let losses = (0..copies).map(|copy| {
                let output = self.output(arm, image) + self.shift(copy);
                match loss {
                    RegressionLoss::Squared => 0.5 * (output - observed) * (output - observed),
                    // -l ln y - (1 - l) ln (1 - y) with y = sigmoid(z), z = output - 2.
                    RegressionLoss::CrossEntropy => softplus(output - 2.0) - observed * (output - 2.0),
                }
            });
            losses.sum::<f64>() / copies as f64
        }

        /// A step down the gradient by central differences.
        fn step(&mut self, loss: RegressionLoss, eta: f64, arm: usize, image: &[f64], observed: f64) {
            let small = 1e-6;
            let gradient: Vec<f64> = (0..self.weights.len())
                .map(|i| {
                    let here = self.weights[i];
                    self.weights[i] = here + small;
                    let above = self.objective(loss, arm, image, observed);
                    self.weights[i] = here - small;
                    let below = self.objective(loss, arm, image, observed);
                    self.weights[i] = here;
                    (above - below) / (2.0 * small)
                })
                .collect();
            self.weights.iter_mut().zip(gradient).for_each(|(w, slope)| *w -= eta * slope);
        }
    }

    /// Unit vectors as contexts, over more rounds than one block.
    fn contexts(random: &mut Generator) -> Contexts {
        let rounds = BLOCK + 9;
        let mut images = Array2::zeros((rounds, PIXELS));
        for mut image in images.rows_mut() {
            let unit = random.unit_vector(PIXELS);
            image.iter_mut().zip(&unit).for_each(|(x, &u)| *x = u as f32);
        }
        Contexts { images, right: vec![0; rounds] }
    }

    #[test]
    fn every_round_is_a_gradient_step_of_the_written_out_network() {
        for (seed, loss) in [(0, RegressionLoss::Squared), (1, RegressionLoss::CrossEntropy)] {
            let mut random = Streams::new("test").open("regression", seed);
            let contexts = contexts(&mut random);
            let network = Network::draw(ARMS, WIDTH, PIXELS, &mut random);
            let size = [ARMS * WIDTH, PIXELS];
            let perturbation = Perturbation::draw(STRENGTH, WIDTH, size, &mut random);
            let mut reference = WrittenOut::new(&network, &perturbation);
            let eta = 0.3;
            let mut regression = OnlineRegression::new(&contexts, ARMS, (network, perturbation), loss, eta);
            for round in 0..contexts.rounds() {
                regression.see(round).unwrap();
                let image: Vec<f64> = contexts.image(round).iter().map(|&x| f64::from(x)).collect();
                for arm in 0..ARMS {
                    let (output, expected) = (regression.outputs[arm], reference.output(arm, &image));
                    assert!((output - expected).abs() < 1e-4, "{loss:?}, {round}: {output} {expected}");
                }
                let shift = (0..3).map(|copy| reference.shift(copy)).sum::<f64>() / 3.0;
                assert!((regression.mean_shift() - shift).abs() < 1e-4, "{loss:?}, {round}");
                let (arm, observed) = (random.below(ARMS), f64::from(u8::from(random.bernoulli(0.5))));
                regression.learn(arm, observed);
                reference.step(loss, eta, arm, &image, observed);
            }
            // The test is about weights that have moved.
            assert!(regression.mean_shift().abs() > 1e-3);
        }
    }

    #[test]
    fn too_large_steps_are_an_error() {
        let mut random = Streams::new("test").open("divergence", 0);
        let contexts = contexts(&mut random);
        let network = Network::draw(ARMS, WIDTH, PIXELS, &mut random);
        let perturbation = Perturbation::draw(Strength::NONE, WIDTH, [ARMS * WIDTH, PIXELS], &mut random);
        let learners = (network, perturbation);
        let mut regression = OnlineRegression::new(&contexts, ARMS, learners, RegressionLoss::Squared, 1e12);
        let outcome = (0..contexts.rounds()).try_for_each(|round| -> Result<()> {
            regression.see(round)?;
            regression.learn(round % ARMS, 1.0);
            Ok(())
        });
        assert!(outcome.is_err());
    }
}
