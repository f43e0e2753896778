//! The forward process on a mixture of Gaussians, and its conditional mean in closed form.
//!
//! dX = -X/2 dt + dB gives X_t = a X_0 + sqrt(h) e with a = exp(-t/2), h = 1 - exp(-t) and standard normal e. The score
//! of X_t is grad log p_t(x) = (a f*(t, x) - x) / h with the conditional mean f*(t, x) = E[X_0 | X_t = x], so that
//! learning the score is regression of X_0 on (t, X_t).

use common::prelude::*;

/// Dimension of the data.
pub const D: usize = 2;

/// Numbers that a regressor sees: both coordinates of X_t, the time, and a constant, without which a ReLU kernel is
/// homogeneous.
pub const INPUTS: usize = D + 2;

/// Centres of the mixture, in units of `mode_scale`; all have the same weight.
const CENTRES: [[f64; D]; 4] = [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]];

/// The data and the times at which they are seen.
#[derive(Parameters)]
#[require(first_time < last_time)]
pub struct Diffusion {
    /// Least time of the forward process.
    #[key("T0")]
    pub first_time: f64,
    /// Greatest time of the forward process.
    #[key("T1")]
    pub last_time: f64,
    /// Coordinates of the four centres of the mixture: ± this.
    pub mode_scale: f64,
    /// Standard deviation of the data around a centre.
    pub s: f64,
}

/// Points (t, X_t) with their labels X_0. Rows belong together.
pub struct Sample {
    /// What a regressor sees: n x [`INPUTS`].
    pub inputs: Array2<f64>,
    /// The noisy labels X_0: n x D.
    pub labels: Array2<f64>,
    /// What is to be learned, f*(t, X_t): n x D.
    pub truth: Array2<f64>,
}

/// The coefficients (a, h) of X_t = a X_0 + sqrt(h) e.
fn forward(t: f64) -> (f64, f64) {
    (exp(-t / 2.0), -exp_m1(-t))
}

impl Diffusion {
    /// Independent points at times uniform on [T0, T1]. For each are drawn the centre, the place of X_0 around it, the
    /// time and the noise of the diffusion, in this order: the first points of a larger sample are a smaller sample.
    pub fn sample(&self, n: usize, random: &mut Generator) -> Sample {
        let mut sample =
            Sample { inputs: Array2::zeros((n, INPUTS)), labels: Array2::zeros((n, D)), truth: Array2::zeros((n, D)) };
        for i in 0..n {
            let centre = CENTRES[random.below(CENTRES.len())];
            let start = centre.map(|place| self.mode_scale * place + self.s * random.normal());
            let t = random.uniform_in(self.first_time, self.last_time);
            let (a, h) = forward(t);
            let x = start.map(|start| a * start + h.sqrt() * random.normal());
            sample.inputs.row_mut(i).assign(&ArrayView1::from(&self.input(t, x)));
            sample.labels.row_mut(i).assign(&ArrayView1::from(&start));
            sample.truth.row_mut(i).assign(&ArrayView1::from(&self.conditional_mean(t, x)));
        }
        sample
    }

    /// What a regressor sees of the point x at time t.
    pub fn input(&self, t: f64, [x1, x2]: [f64; D]) -> [f64; INPUTS] {
        [x1, x2, t / self.last_time, 1.0]
    }

    /// f*(t, x) = E[X_0 | X_t = x]: given its centre mu, X_0 has the mean (s^2 a x + h mu) / v with the variance
    /// v = a^2 s^2 + h of a coordinate of X_t, and the centres have the weights that their densities at x give them.
    pub fn conditional_mean(&self, t: f64, x: [f64; D]) -> [f64; D] {
        let ((a, h), v) = (forward(t), self.variance(t));
        let terms = self.log_terms(t, x);
        let log_total = log_sum_exp(&terms);
        let mut mean = [0.0; D];
        for (term, centre) in terms.iter().zip(CENTRES) {
            let weight = exp(term - log_total);
            for k in 0..D {
                mean[k] += weight * (self.s * self.s * a * x[k] + h * self.mode_scale * centre[k]) / v;
            }
        }
        mean
    }

    /// Variance of a coordinate of X_t around its centre.
    fn variance(&self, t: f64) -> f64 {
        let (a, h) = forward(t);
        a * a * self.s * self.s + h
    }

    /// -|x - a mu|^2 / 2v for each centre mu.
    fn log_terms(&self, t: f64, x: [f64; D]) -> [f64; CENTRES.len()] {
        let ((a, _), v) = (forward(t), self.variance(t));
        CENTRES.map(|centre| {
            let squares = x.iter().zip(centre).map(|(x, place)| {
                let distance = x - a * self.mode_scale * place;
                distance * distance
            });
            -squares.sum::<f64>() / (2.0 * v)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFFUSION: Diffusion = Diffusion { first_time: 0.1, last_time: 1.0, mode_scale: 1.0, s: 0.15 };

    /// log p_t(x), up to what does not depend on x.
    fn log_density(t: f64, x: [f64; D]) -> f64 {
        log_sum_exp(&DIFFUSION.log_terms(t, x))
    }

    #[test]
    fn the_conditional_mean_gives_the_score() {
        let (t, x, step) = (0.4, [0.3, -0.7], 1e-5);
        let ((a, h), mean) = (forward(t), DIFFUSION.conditional_mean(t, x));
        for k in 0..D {
            let at = |sign: f64| {
                let mut moved = x;
                moved[k] += sign * step;
                log_density(t, moved)
            };
            let score = (at(1.0) - at(-1.0)) / (2.0 * step);
            assert!((score - (a * mean[k] - x[k]) / h).abs() < 1e-8, "{score}");
        }
    }

    #[test]
    fn the_conditional_mean_has_its_limits() {
        // Without diffusion X_t tells X_0; in the end only the mean 0 of all centres is left.
        let [early, late] = [1e-6, 60.0].map(|t| DIFFUSION.conditional_mean(t, [1.1, -0.9]));
        assert!((early[0] - 1.1).abs() < 1e-3 && (early[1] + 0.9).abs() < 1e-3);
        assert!(late.iter().all(|mean| mean.abs() < 1e-9));
    }

    #[test]
    fn labels_scatter_around_the_truth() {
        // Orthogonality of the conditional mean: E (X_0 - f*) g(X_t) = 0, here for g = X_t and g = f*.
        let n = 20_000;
        let sample = DIFFUSION.sample(n, &mut Streams::new("test").open("sample", 0));
        let noise = &sample.labels - &sample.truth;
        for seen in [sample.inputs.slice(s![.., ..D]).to_owned(), sample.truth.clone()] {
            let mean = (&noise * &seen).sum() / n as f64;
            assert!(mean.abs() < 0.03, "{mean}");
        }
        let floor = arrays::norm_squared(&noise) / n as f64;
        assert!((0.6..0.8).contains(&floor), "{floor}");
    }

    #[test]
    fn a_larger_sample_begins_with_the_smaller() {
        let sample = |n| DIFFUSION.sample(n, &mut Streams::new("test").open("sample", 1));
        assert_eq!(sample(5).inputs, sample(9).inputs.slice(s![..5, ..]));
    }
}
