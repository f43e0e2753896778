//! Gradient descent over the factors of a symmetric or an asymmetric product.

use common::prelude::*;

use crate::sensing::Sensing;

/// What is fitted to the unknown matrix.
#[derive(Clone, Debug)]
pub enum Factors {
    /// X Xᵀ with X of shape n x k.
    Symmetric(Array2<f64>),
    /// F Gᵀ with F and G of shape n x k.
    Asymmetric(Array2<f64>, Array2<f64>),
}

impl Factors {
    /// X_0 = alpha X̃ with independent N(0, 1/n) entries in X̃, n x k.
    pub fn symmetric(n: usize, k: usize, alpha: f64, random: &mut Generator) -> Factors {
        Factors::Symmetric(random.normal_matrix(n, k) * (alpha / (n as f64).sqrt()))
    }

    /// F_0 = alpha F̃ and G_0 = ratio alpha G̃ with independent N(0, 1/n) entries, drawn in this order.
    pub fn asymmetric(n: usize, k: usize, alpha: f64, ratio: f64, random: &mut Generator) -> Factors {
        let scale = alpha / (n as f64).sqrt();
        let f = random.normal_matrix(n, k) * scale;
        Factors::Asymmetric(f, random.normal_matrix(n, k) * (ratio * scale))
    }

    /// The factors left and right of the product; the same one twice if it is symmetric.
    fn pair(&self) -> (&Array2<f64>, &Array2<f64>) {
        match self {
            Factors::Symmetric(x) => (x, x),
            Factors::Asymmetric(f, g) => (f, g),
        }
    }

    /// Smallest eigenvalue of FᵀF, or XᵀX: what is left in the left factor's weakest direction.
    ///
    /// # Errors
    /// If the factor is not finite.
    pub fn smallest_eigenvalue(&self) -> Result<f64> {
        let (left, _) = self.pair();
        Ok(linear::symmetric_eigen(matrix::gram(left.t()).view())?.values[0])
    }

    /// The changed step (section 5 of the paper): with the thin decomposition F = P Σ Qᵀ, replaces F by
    /// γ P and G by G Q Σ / γ. The product stays, and all singular values of F become γ, so that every
    /// direction of G, superfluous ones too, contracts at rate η γ². A symmetric product has nothing to
    /// balance and stays as it is.
    ///
    /// # Errors
    /// If a factor is not finite.
    pub fn rebalance(&mut self, gamma: f64) -> Result<()> {
        let Factors::Asymmetric(f, g) = self else { return Ok(()) };
        let svd = linear::svd(f.view())?;
        // Column j of G Q, times the j-th singular value over gamma.
        *g = matrix::product(g.view(), svd.vt.t()) * &(svd.singular_values / gamma);
        *f = svd.u * gamma;
        Ok(())
    }
}

/// Gradient descent with a fixed step size, with room for what every step computes.
pub struct Descent<'s> {
    sensing: &'s Sensing,
    eta: f64,
    factors: Factors,
    /// W - M*, n x n.
    difference: Array2<f64>,
    /// Gradient D with respect to the product, n x n.
    gradient: Array2<f64>,
    /// Gradients with respect to the factors, n x k.
    left_change: Array2<f64>,
    right_change: Array2<f64>,
}

impl<'s> Descent<'s> {
    /// Starts at the given factors with step size `eta`.
    pub fn new(sensing: &'s Sensing, eta: f64, factors: Factors) -> Descent<'s> {
        let n = sensing.n();
        let change = Array2::zeros(factors.pair().0.dim());
        Descent {
            sensing,
            eta,
            factors,
            difference: Array2::zeros((n, n)),
            gradient: Array2::zeros((n, n)),
            right_change: change.clone(),
            left_change: change,
        }
    }

    /// One step. Asymmetric: F - η D G and G - η Dᵀ F, both from the old pair, the gradient of half the
    /// sum of squared residuals. Symmetric: X - η ½(D + Dᵀ) X, the gradient of a quarter of the sum.
    pub fn step(&mut self) {
        let (left, right) = self.factors.pair();
        self.sensing.difference_into(left, right, &mut self.difference);
        self.sensing.gradient_into(&self.difference, &mut self.gradient);
        matrix::product_into(self.gradient.view(), right.view(), &mut self.left_change.view_mut());
        matrix::product_into(self.gradient.t(), left.view(), &mut self.right_change.view_mut());
        match &mut self.factors {
            Factors::Symmetric(x) => {
                self.left_change += &self.right_change;
                x.scaled_add(-self.eta / 2.0, &self.left_change);
            }
            Factors::Asymmetric(f, g) => {
                f.scaled_add(-self.eta, &self.left_change);
                g.scaled_add(-self.eta, &self.right_change);
            }
        }
    }

    /// The factors now.
    pub fn factors(&self) -> &Factors {
        &self.factors
    }

    /// Makes the changed step on the factors, see [`Factors::rebalance`].
    ///
    /// # Errors
    /// If a factor is not finite.
    pub fn rebalance(&mut self, gamma: f64) -> Result<()> {
        self.factors.rebalance(gamma)
    }

    /// ‖W - M*‖² in the Frobenius norm.
    pub fn squared_error(&self) -> f64 {
        let (left, right) = self.factors.pair();
        self.sensing.squared_error(left, right)
    }
}

#[cfg(test)]
mod tests;
