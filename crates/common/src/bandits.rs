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
mod tests {
    use super::*;
    use numerics::random::Streams;

    #[test]
    fn tsallis_probabilities_satisfy_their_equation() {
        let mut bandit = TsallisInf::new(3);
        bandit.update(1, 2.0);
        // Round 2, mean loss 2, estimates (0, 3, 0): p = 2 / (L - x)^2, so with y = -x the equation is
        // 4 / y^2 + 2 / (3 + y)^2 = 1, whose root (by bisection) is the following.
        let y = 2.082_239_920_299_821_6;
        let expected = [2.0 / (y * y), 2.0 / ((3.0 + y) * (3.0 + y)), 2.0 / (y * y)];
        for (p, expected) in bandit.probabilities().iter().zip(expected) {
            assert!((p - expected).abs() < 1e-12, "{p} {expected}");
        }
    }

    #[test]
    fn tsallis_does_not_depend_on_the_unit_of_the_losses() {
        let (mut ones, mut thousands) = (TsallisInf::new(4), TsallisInf::new(4));
        for (arm, loss) in [(0, 1.0), (3, 0.25), (2, 4.0), (3, 0.5)] {
            ones.update(arm, loss);
            thousands.update(arm, 1024.0 * loss);
        }
        assert_eq!(ones.probabilities(), thousands.probabilities());
    }

    #[test]
    fn tsallis_solves_far_apart_estimates() {
        let mut bandit = TsallisInf::new(20);
        for round in 0..200 {
            bandit.update(round % 19, 1e6);
            let sum: f64 = bandit.probabilities().iter().sum();
            assert!((sum - 1.0).abs() < 1e-12 && bandit.probabilities().iter().all(|p| *p > 0.0));
        }
        assert!(bandit.probabilities()[19] > 0.9);
        let silent = (0..5).fold(TsallisInf::new(2), |mut bandit, _| {
            bandit.update(0, 0.0);
            bandit
        });
        assert_eq!(silent.probabilities(), [0.5, 0.5]);
    }

    #[test]
    fn tsallis_regret_is_below_its_bound() {
        // Two Bernoulli arms with means 0.4 and 0.6: 4 sqrt(2 T) + 1 bounds the regret for any losses.
        let (rounds, mut total) = (2000, 0.0);
        let mut random = Streams::new("test").open("bernoulli", 0);
        let mut bandit = TsallisInf::new(2);
        for _ in 0..rounds {
            let arm = bandit.draw(&mut random);
            let loss = f64::from(u8::from(random.bernoulli([0.4, 0.6][arm])));
            bandit.update(arm, loss);
            total += loss;
        }
        let regret = total - 0.4 * f64::from(rounds);
        assert!(regret < 0.5 * 4.0 * (2.0 * f64::from(rounds)).sqrt(), "{regret}");
        assert!(bandit.probabilities()[0] > 0.8);
    }

    #[test]
    fn inverse_gaps() {
        let mut p = [0.0; 4];
        assert_eq!(inverse_gap_weighting(&[0.5, 0.25, 0.75, 0.25], 8.0, &mut p), 1);
        // 1/6, 1/8, 1/4 and what they leave, 11/24.
        for (p, expected) in p.iter().zip([4.0, 11.0, 3.0, 6.0]) {
            assert!((p - expected / 24.0).abs() < 1e-15);
        }
        inverse_gap_weighting(&[3.0, 1.0], 0.0, &mut p[..2]);
        assert_eq!(p[..2], [0.5, 0.5]);
    }
}
