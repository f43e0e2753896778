//! The steps against the written-out algorithm of the paper.

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
                RegressionLoss::KullbackLeibler => softplus(output - 2.0) - observed * (output - 2.0),
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
    for (seed, loss) in [(0, RegressionLoss::Squared), (1, RegressionLoss::KullbackLeibler)] {
        let mut random = Streams::new("test").open("regression", seed);
        let contexts = contexts(&mut random);
        let network = Network::sample(ARMS, WIDTH, PIXELS, &mut random);
        let size = [ARMS * WIDTH, PIXELS];
        let perturbation = Perturbation::sample(STRENGTH, WIDTH, size, &mut random);
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
            let (arm, observed) = (random.below(ARMS), f64::from(random.bernoulli(0.5)));
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
    let network = Network::sample(ARMS, WIDTH, PIXELS, &mut random);
    let perturbation = Perturbation::sample(Strength::NONE, WIDTH, [ARMS * WIDTH, PIXELS], &mut random);
    let learners = (network, perturbation);
    let mut regression = OnlineRegression::new(&contexts, ARMS, learners, RegressionLoss::Squared, 1e12);
    let outcome = (0..contexts.rounds()).try_for_each(|round| -> Result<()> {
        regression.see(round)?;
        regression.learn(round % ARMS, 1.0);
        Ok(())
    });
    assert!(outcome.is_err());
}
