//! Two ways for a bandit to choose an arm: Tsallis-INF, and inverse-gap weighting.
//!
//! Losses are to be small; an arm is an index from 0.

use numerics::random::Generator;
use numerics::reduce;

/// Newton steps that solve for the probabilities of [`TsallisInf`] at most; about eight are needed.
const NEWTON_STEPS: usize = 60;

/// Tsallis-INF: follow the regularised leader with Tsallis entropy of power 1/2, the bandit that is
/// optimal for adversarial and for stochastic losses at once (Zimmert and Seldin 2021, *Tsallis-INF*,
/// Algorithm 1, importance-weighted estimates).
///
/// In round t, with eta = 2 / sqrt(t) and L_i the estimated cumulative loss of arm i:
/// 1. find x < min L with sum_i p_i = 1, where p_i = 4 / (eta (L_i - x))^2,
/// 2. play arm i with probability p_i and see its loss l,
/// 3. L_i += l / p_i.
///
/// The losses may have any scale: estimates are divided by the mean of the losses seen so far.
#[derive(Clone, Debug)]
pub struct TsallisInf {
    /// Estimated cumulative loss of each arm: L.
    estimates: Vec<f64>,
    /// Probabilities of the coming round.
    probabilities: Vec<f64>,
    total_loss: f64,
    rounds: u32,
}

impl TsallisInf {
    /// A learner that knows nothing: its first choice is uniform.
    ///
    /// # Panics
    /// If there are no arms.
    pub fn new(arms: usize) -> TsallisInf {
        assert!(arms > 0, "a bandit needs at least one arm");
        let probabilities = vec![1.0 / arms as f64; arms];
        TsallisInf { estimates: vec![0.0; arms], probabilities, total_loss: 0.0, rounds: 0 }
    }

    /// The probability of each arm in the coming round; they sum to 1.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// Draws the arm to play.
    pub fn draw(&self, random: &mut Generator) -> usize {
        random.categorical(self.probabilities())
    }

    /// Takes in the loss of the arm that was played.
    ///
    /// # Panics
    /// If the loss is negative or not finite, or there is no such arm.
    pub fn update(&mut self, arm: usize, loss: f64) {
        assert!(loss >= 0.0 && loss.is_finite(), "a loss must be at least 0, got {loss}");
        self.estimates[arm] += loss / self.probabilities[arm];
        self.total_loss += loss;
        self.rounds += 1;
        self.solve();
    }

    /// Finds the probabilities of the coming round.
    ///
    /// The unknown is y = min L - x. The sum of probabilities falls in y, is convex, and is at least 1
    /// at y = 2 / eta, where the leader alone has probability 1: from there Newton's method rises to
    /// the solution without ever passing it.
    fn solve(&mut self) {
        let half_eta = 1.0 / f64::from(self.rounds + 1).sqrt();
        let scale = match self.total_loss / f64::from(self.rounds) {
            mean if mean > 0.0 => mean,
            _ => 1.0,
        };
        let least = reduce::min(&self.estimates);
        let mut y = 1.0 / half_eta;
        for _ in 0..NEWTON_STEPS {
            let (mut sum, mut slope) = (0.0, 0.0);
            for (p, estimate) in self.probabilities.iter_mut().zip(&self.estimates) {
                let root = 1.0 / (half_eta * ((estimate - least) / scale + y));
                *p = root * root;
                sum += *p;
                slope += *p * root;
            }
            if sum - 1.0 <= 1e-12 {
                break;
            }
            y += (sum - 1.0) / (2.0 * half_eta * slope);
        }
        let sum = reduce::sum(&self.probabilities);
        self.probabilities.iter_mut().for_each(|p| *p /= sum);
    }
}

/// Inverse-gap weighting: turns predicted losses of d arms into probabilities (Abe and Long 1999;
/// Foster and Rakhlin 2020, *Beyond UCB*, Algorithm 1). Returns the arm with the least prediction b,
/// the first of them on ties.
///
/// p_i = 1 / (d + gamma (y_i - y_b)) for i other than b, and p_b is the rest. The larger gamma, the
/// rarer the arms that look worse; 0 is uniform. Foster and Krishnamurthy's variant (2021, *Efficient
/// first-order contextual bandits*), p_i = y_b / (d y_b + gamma (y_i - y_b)), is the same with
/// gamma / y_b in place of gamma.
///
/// # Panics
/// If there are no arms or the two slices have different lengths.
pub fn inverse_gap_weighting(predicted: &[f64], gamma: f64, probabilities: &mut [f64]) -> usize {
    assert_eq!(predicted.len(), probabilities.len(), "one probability for each prediction");
    let best = reduce::argmin(predicted);
    let arms = predicted.len() as f64;
    let mut others = 0.0;
    for (i, (p, y)) in probabilities.iter_mut().zip(predicted).enumerate() {
        if i != best {
            *p = 1.0 / (arms + gamma * (y - predicted[best]));
            others += *p;
        }
    }
    probabilities[best] = (1.0 - others).max(0.0);
    best
}

#[cfg(test)]
mod tests;
