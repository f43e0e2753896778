//! Five ways to play: each predicts the losses of the arms with a network and explores differently.

use common::bandits::inverse_gap_weighting;
use common::prelude::*;

use crate::confidence::Confidence;
use crate::contexts::{ARMS, Contexts};
use crate::network::Network;
use crate::perturbation::{Perturbation, Strength};
use crate::regression::{OnlineRegression, RegressionLoss};

/// NeuFastCB takes no arm for better than this.
const LEAST_PREDICTION: f64 = 1e-4;

/// A method with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// NeuFastCB: Kullback-Leibler loss, inverse-gap weighting that fades with the least predicted loss.
    Fast { gamma: f64, strength: Strength },
    /// NeuSquareCB: squared loss, plain inverse-gap weighting.
    Square { gamma: f64, strength: Strength },
    /// NeuralUCB: least prediction minus nu times its confidence width.
    Ucb { nu: f64 },
    /// NeuralTS: least prediction with normal noise of nu times its confidence width.
    Ts { nu: f64 },
    /// Epsilon-greedy: least prediction, or any arm with probability epsilon.
    Eps { epsilon: f64 },
}

impl Method {
    /// The name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Method::Fast { .. } => "fast",
            Method::Square { .. } => "square",
            Method::Ucb { .. } => "ucb",
            Method::Ts { .. } => "ts",
            Method::Eps { .. } => "eps",
        }
    }

    /// The exploration parameter of inverse-gap weighting; 0 where there is none.
    pub fn gamma(self) -> f64 {
        match self {
            Method::Fast { gamma, .. } | Method::Square { gamma, .. } => gamma,
            _ => 0.0,
        }
    }

    /// How the outputs are perturbed.
    pub fn strength(self) -> Strength {
        match self {
            Method::Fast { strength, .. } | Method::Square { strength, .. } => strength,
            _ => Strength::NONE,
        }
    }

    fn loss(self) -> RegressionLoss {
        match self {
            Method::Fast { .. } => RegressionLoss::KullbackLeibler,
            _ => RegressionLoss::Squared,
        }
    }
}

/// An arm that was chosen.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The arm, an index from 0.
    pub arm: usize,
    /// The probability of not playing the arm that looks best, under inverse-gap weighting.
    pub exploration: Option<f64>,
}

/// A method at work.
pub struct Player<'a> {
    method: Method,
    contexts: &'a Contexts,
    regression: OnlineRegression<'a>,
    /// Kept by NeuralUCB and NeuralTS only.
    confidence: Option<Confidence>,
    /// What the choice goes by: predicted losses, of NeuralUCB and NeuralTS shifted by their confidence.
    predicted: [f64; ARMS],
    /// The probabilities of inverse-gap weighting in this round.
    probabilities: [f64; ARMS],
}

impl<'a> Player<'a> {
    /// Before the first round, with `width` hidden units an arm.
    pub fn new(method: Method, contexts: &'a Contexts, width: usize, eta: f64, weights: &mut Generator) -> Player<'a> {
        let pixels = contexts.images.ncols();
        let network = Network::sample(ARMS, width, pixels, weights);
        let size = [network.units(), pixels];
        let perturbation = Perturbation::sample(method.strength(), width, size, &mut weights.split("signs"));
        let confident = matches!(method, Method::Ucb { .. } | Method::Ts { .. });
        Player {
            contexts,
            regression: OnlineRegression::new(contexts, ARMS, (network, perturbation), method.loss(), eta),
            confidence: confident.then(|| Confidence::new(ARMS, width, pixels)),
            predicted: [0.0; ARMS],
            probabilities: [0.0; ARMS],
            method,
        }
    }

    /// Chooses the arm of a round; rounds come in their order.
    ///
    /// # Errors
    /// Where the regression has diverged.
    pub fn choose(&mut self, round: usize, random: &mut Generator) -> Result<Choice> {
        self.regression.see(round)?;
        for (arm, predicted) in self.predicted.iter_mut().enumerate() {
            *predicted = self.regression.predicted(arm);
        }
        Ok(match self.method {
            Method::Fast { gamma, .. } => {
                self.predicted.iter_mut().for_each(|y| *y = y.clamp(LEAST_PREDICTION, 1.0));
                self.weigh(fading(gamma, &self.predicted), random)
            }
            Method::Square { gamma, .. } => {
                let shift = self.regression.mean_shift();
                self.predicted.iter_mut().for_each(|y| *y += shift);
                self.weigh(gamma, random)
            }
            Method::Ucb { nu } => self.with_confidence(round, |width| -nu * width),
            Method::Ts { nu } => self.with_confidence(round, |width| nu * width * random.normal()),
            Method::Eps { epsilon } => match random.bernoulli(epsilon) {
                true => Choice::only(random.below(ARMS)),
                false => Choice::only(reduce::argmin(&self.predicted)),
            },
        })
    }

    /// Samples an arm by inverse-gap weighting.
    fn weigh(&mut self, gamma: f64, random: &mut Generator) -> Choice {
        let best = inverse_gap_weighting(&self.predicted, gamma, &mut self.probabilities);
        Choice { arm: random.categorical(&self.probabilities), exploration: Some(1.0 - self.probabilities[best]) }
    }

    /// The least prediction after each has been shifted by a function of its confidence width.
    fn with_confidence(&mut self, round: usize, mut shift: impl FnMut(f64) -> f64) -> Choice {
        let mut widths = [0.0; ARMS];
        if let Some(confidence) = &mut self.confidence {
            confidence.widths(self.contexts.image(round), self.regression.preactivations(), &mut widths);
        }
        for (predicted, width) in self.predicted.iter_mut().zip(widths) {
            *predicted += shift(width);
        }
        Choice::only(reduce::argmin(&self.predicted))
    }

    /// Takes in the loss of the arm that was played.
    pub fn learn(&mut self, arm: usize, loss: f64) {
        if let Some(confidence) = &mut self.confidence {
            confidence.update(arm, self.regression.preactivations());
        }
        self.regression.learn(arm, loss);
    }
}

impl Choice {
    fn only(arm: usize) -> Choice {
        Choice { arm, exploration: None }
    }
}

/// The exploration parameter with which inverse-gap weighting gives the probabilities of FastCB (Foster and
/// Krishnamurthy 2021), p_a = y_b / (K y_b + gamma (y_a - y_b)) for all but the least prediction y_b: it is
/// gamma / y_b, so that exploration fades with y_b.
fn fading(gamma: f64, predicted: &[f64]) -> f64 {
    gamma / reduce::min(predicted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fading_weights_are_those_of_fast_cb() {
        let (predicted, gamma) = ([0.5, 0.125, 1.0, 0.25], 100.0);
        let mut probabilities = [0.0; 4];
        let best = inverse_gap_weighting(&predicted, fading(gamma, &predicted), &mut probabilities);
        assert_eq!(best, 1);
        for arm in [0, 2, 3] {
            let expected = 0.125 / (4.0 * 0.125 + gamma * (predicted[arm] - 0.125));
            assert!((probabilities[arm] - expected).abs() < 1e-15);
        }
        // With the least prediction at its bound next to nothing is explored, where plain weighting still is
        // at (K - 1) / (K + gamma).
        let sure = [LEAST_PREDICTION, 1.0, 1.0, 1.0];
        inverse_gap_weighting(&sure, fading(gamma, &sure), &mut probabilities);
        assert!(1.0 - probabilities[0] < 4e-6);
        inverse_gap_weighting(&sure, gamma, &mut probabilities);
        assert!((1.0 - probabilities[0] - 3.0 / 104.0).abs() < 1e-4);
    }

    #[test]
    fn only_nu_and_epsilon_make_the_baselines_explore() {
        // With nu = 0 and epsilon = 0 all three play the arm of least prediction, and learn alike.
        let mut random = Streams::new("test").open("contexts", 0);
        let mut images = Array2::from_shape_simple_fn((60, 16), || random.normal_f32());
        common::datasets::prepare::normalize_rows(images.view_mut());
        let right = (0..60).map(|_| random.below(ARMS)).collect();
        let contexts = Contexts { images, right };
        let play = |method: Method| -> Vec<usize> {
            let streams = Streams::new("test");
            let (mut weights, mut choices) = (streams.open("weights", 0), streams.open("choices", 0));
            let mut player = Player::new(method, &contexts, 20, 1.0, &mut weights);
            let rounds = 0..contexts.rounds();
            rounds
                .map(|round| {
                    let arm = player.choose(round, &mut choices).unwrap().arm;
                    player.learn(arm, f64::from(arm != contexts.right[round]));
                    arm
                })
                .collect()
        };
        let greedy = play(Method::Eps { epsilon: 0.0 });
        assert_eq!(greedy[0], 0, "the first of equal predictions");
        assert_eq!(play(Method::Ucb { nu: 0.0 }), greedy);
        assert_eq!(play(Method::Ts { nu: 0.0 }), greedy);
        // An optimist tries every arm before it repeats one that has failed.
        let optimist = play(Method::Ucb { nu: 5.0 });
        assert!((0..ARMS).all(|arm| optimist.contains(&arm)));
        assert_ne!(optimist, greedy);
    }
}
