//! A two-layer linear net around a truth of known rank, and exact draws from its posterior.

use common::prelude::*;
use common::statistics::{mean, standard_error};

/// Sizes [M, H, N] of the net x → W₂ W₁ x: input, hidden layer, output.
pub type Net = [usize; 3];

/// The name in the table, as in 3-3-3.
pub fn name([inputs, hidden, outputs]: Net) -> String {
    format!("{inputs}-{hidden}-{outputs}")
}

/// The largest rank of W₂ W₁.
pub fn largest_rank([inputs, hidden, outputs]: Net) -> usize {
    inputs.min(hidden).min(outputs)
}

/// Number of weights; that of absurd sizes is the largest number that there is.
pub fn weights([inputs, hidden, outputs]: Net) -> usize {
    hidden.saturating_mul(inputs.saturating_add(outputs))
}

/// Rank of the Hessian at a truth of rank r with weights of rank r: the dimension r (M + N − r) of the matrices of that
/// rank.
pub fn hessian_rank([inputs, _, outputs]: Net, r: usize) -> usize {
    r * (inputs + outputs - r)
}

/// The density exp(−B L − (|W₁|² + |W₂|²) / 2) of the weights, with L = |W₂ W₁ − T|² / 2 and
/// T = diag(1, …, 1, 0, …) of rank r: the behavioural loss on whitened inputs.
#[derive(Clone, Copy, Serialize)]
pub struct Posterior {
    /// Sizes of the net.
    pub net: Net,
    /// Rank of the truth T.
    pub r: usize,
    /// Inverse temperature B; the prior does not change with it.
    pub b: f64,
}

/// How long is sampled.
#[derive(Parameters)]
pub struct Sampling {
    /// Markov chains for each linear net.
    #[range(2..)]
    pub chains: usize,
    /// Sweeps of each chain; the first fifth is dropped.
    pub sweeps: usize,
}

/// Standard deviation of the start around the truth.
const START_NOISE: f64 = 0.01;

impl Posterior {
    /// Measures 2 B E\[L\] with Gibbs chains, dropping the first fifth of their sweeps; with its standard error, from the
    /// spread of the chains.
    ///
    /// # Errors
    /// If a conditional covariance has no Cholesky factor, which rounding causes at extreme B.
    pub fn measure(&self, &Sampling { chains, sweeps }: &Sampling, generator: &mut Generator) -> Result<(f64, f64)> {
        let &Posterior { net: [inputs, hidden, outputs], r, b } = self;
        let truth = Array2::from_shape_fn((outputs, inputs), |(i, j)| f64::from(u8::from(i == j && i < r)));
        let (mut of_first, mut of_second) = (Conditional::new(hidden, inputs), Conditional::new(hidden, outputs));
        let mut product = Array2::zeros((outputs, inputs));
        let dropped = sweeps / 5;
        let mut means = Vec::with_capacity(chains);
        for _ in 0..chains {
            // At weights that compute the truth: a chain that starts at zero takes long to find the valley of a rank
            // r > 0. Only W₁ matters, because a sweep begins with W₂.
            let mut first = generator.normal_matrix(hidden, inputs) * START_NOISE;
            first.diag_mut().slice_mut(s![..r]).mapv_inplace(|x| x + 1.0);
            let mut loss = 0.0;
            for sweep in 0..sweeps {
                // W₂ transposed, H x N: in this form both layers have the same conditional.
                let second = of_second.sample(b, first.view(), truth.t(), generator)?;
                first = of_first.sample(b, second.view(), truth.view(), generator)?;
                if sweep >= dropped {
                    matrix::product_into(second.t(), first.view(), &mut product.view_mut());
                    loss += product.iter().zip(&truth).map(|(p, t)| (p - t) * (p - t)).sum::<f64>() / 2.0;
                }
            }
            means.push(2.0 * b * loss / (sweeps - dropped) as f64);
        }
        Ok((mean(&means), standard_error(&means)))
    }
}

/// The density exp(−B |Aᵀ X − Y|² / 2 − |X|² / 2) of an H x k matrix X: a Bayesian linear regression, with buffers
/// for drawing from it again and again.
struct Conditional {
    /// Q = B A Aᵀ + I, H x H: what each column of X has as its precision.
    precision: Array2<f64>,
    /// Standard normal, H x k.
    noise: Array2<f64>,
    /// B A Y + L Z, H x k.
    right: Array2<f64>,
}

impl Conditional {
    fn new(hidden: usize, columns: usize) -> Conditional {
        Conditional {
            precision: Array2::zeros((hidden, hidden)),
            noise: Array2::zeros((hidden, columns)),
            right: Array2::zeros((hidden, columns)),
        }
    }

    /// A draw for A = `layer` (H x l) and Y = `targets` (l x k).
    ///
    /// With Q = L Lᵀ it is Q⁻¹ B A Y + L⁻ᵀ Z for a standard normal Z. As L⁻ᵀ = Q⁻¹ L, one solution gives both terms.
    fn sample(
        &mut self,
        b: f64,
        layer: ArrayView2<f64>,
        targets: ArrayView2<f64>,
        generator: &mut Generator,
    ) -> Result<Array2<f64>> {
        matrix::product_into(layer, layer.t(), &mut self.precision.view_mut());
        self.precision *= b;
        self.precision.diag_mut().mapv_inplace(|x| x + 1.0);
        let cholesky = linear::cholesky(self.precision.view())?;
        self.noise.mapv_inplace(|_| generator.normal());
        matrix::product_into(layer, targets, &mut self.right.view_mut());
        self.right *= b;
        matrix::product_add(cholesky.factor().view(), self.noise.view(), &mut self.right.view_mut());
        Ok(cholesky.solve_matrix(self.right.view())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_mean_and_the_covariance_of_the_conditional() {
        // One column: Q = 3 A Aᵀ + I and mean Q⁻¹ 3 A y.
        let (layer, targets) = (array![[1.0, 0.5], [0.0, 2.0]], array![[1.0], [-1.0]]);
        let precision = matrix::gram(layer.view()) * 3.0 + Array2::<f64>::eye(2);
        let covariance = linear::inverse(precision.view()).expect("a positive definite matrix");
        let right = matrix::product(layer.view(), targets.view()) * 3.0;
        let expected = matrix::product(covariance.view(), right.view());
        let mut conditional = Conditional::new(2, 1);
        let mut generator = Streams::new("test").open("conditional", 0);
        let draws = 40_000;
        let (mut sum, mut squares) = (Array2::<f64>::zeros((2, 1)), Array2::<f64>::zeros((2, 2)));
        for _ in 0..draws {
            let x = conditional
                .sample(3.0, layer.view(), targets.view(), &mut generator)
                .expect("a positive definite matrix");
            let centred = &x - &expected;
            squares += &matrix::gram(centred.view());
            sum += &centred;
        }
        let far = |x: &f64| x.abs() > 0.01;
        assert!(!(sum / draws as f64).iter().any(far));
        assert!(!(squares / draws as f64 - covariance).iter().any(far));
    }

    #[test]
    fn the_smallest_net_has_its_exact_mean_loss() {
        // For W₁ = u, W₂ = v and T = 0: E[B u² v²] by quadrature of exp(−B u² v² / 2 − u² / 2) over u, in which v
        // is integrated out: Z = ∫ exp(−u² / 2) (1 + B u²)^(−1/2) du.
        let b = 50.0;
        let (mut partition, mut moment) = (0.0, 0.0);
        for k in 0..40_000 {
            let u = (f64::from(k) + 0.5) * 2e-4;
            let weight = exp(-u * u / 2.0) / (1.0 + b * u * u).sqrt();
            partition += weight;
            moment += weight * b * u * u / (1.0 + b * u * u);
        }
        let posterior = Posterior { net: [1, 1, 1], r: 0, b };
        let (neff, standard_error) = posterior
            .measure(&Sampling { chains: 16, sweeps: 8000 }, &mut Streams::new("test").open("gibbs", 0))
            .expect("a chain");
        let error = neff - moment / partition;
        assert!(error.abs() < 5.0 * standard_error, "{neff} ± {standard_error}");
        assert!(standard_error < 0.01);
    }
}
