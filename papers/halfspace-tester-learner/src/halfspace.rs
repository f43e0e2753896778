//! The halfspace to be learnt, the noise on its labels, and labelled samples.

use common::prelude::*;

/// The label on each side of a boundary: +1 where <w, x> ≥ 0.
pub fn side(inner_product: f64) -> f64 {
    if inner_product >= 0.0 { 1.0 } else { -1.0 }
}

/// The true halfspace, and the direction along which its noise is arranged.
pub struct Halfspace {
    /// w*, uniform on the unit sphere of R^d.
    pub normal: Vec<f64>,
    /// v, a uniform unit vector orthogonal to w*.
    pub tilt: Vec<f64>,
}

impl Halfspace {
    /// Draws w* and v in d ≥ 2 dimensions.
    pub fn sample(d: usize, random: &mut Generator) -> Halfspace {
        let pair = random.orthonormal(d, 2);
        Halfspace { normal: pair.column(0).to_vec(), tilt: pair.column(1).to_vec() }
    }
}

/// Which labels are wrong.
#[derive(Clone, Copy, Serialize)]
pub enum NoiseModel {
    /// Each label flips independently with a probability that depends on the point: `level` (eta) where
    /// <v, x> and <w*, x> have the same sign, and 0 elsewhere. Being one-sided it misleads averages.
    #[serde(rename = "massart")]
    Massart,
    /// Exactly a share `level` (opt) of all labels is flipped: those of the points with the largest
    /// |<v, x>| among the ones where <v, x> and <w*, x> have opposite signs.
    #[serde(rename = "agn")]
    Adversarial,
}

/// A noise model at a level.
#[derive(Clone, Copy, Serialize)]
pub struct Noise {
    /// Which labels are wrong.
    pub model: NoiseModel,
    /// Flipping probability eta of Massart noise, or the share opt that the adversary flips.
    pub level: f64,
}

impl Noise {
    /// Massart noise with the flipping probability eta.
    pub fn massart(eta: f64) -> Noise {
        Noise { model: NoiseModel::Massart, level: eta }
    }

    /// Noise of an adversary who flips a share opt of the labels.
    pub fn adversarial(opt: f64) -> Noise {
        Noise { model: NoiseModel::Adversarial, level: opt }
    }

    /// Labels ±1 of the inputs (rows). The generator advances by one number a point at every Massart
    /// level, so that a higher level flips more labels and no others.
    pub fn labels(self, truth: &Halfspace, inputs: ArrayView2<f64>, random: &mut Generator) -> Vec<f64> {
        let signals = matrix::vector_product(inputs, &truth.normal);
        let tilts = matrix::vector_product(inputs, &truth.tilt);
        let mut labels: Vec<f64> = signals.iter().map(|&s| side(s)).collect();
        match self.model {
            NoiseModel::Massart => {
                for (label, (signal, tilt)) in labels.iter_mut().zip(signals.iter().zip(&tilts)) {
                    let flip = random.bernoulli(self.level);
                    if flip && signal * tilt > 0.0 {
                        *label = -*label;
                    }
                }
            }
            NoiseModel::Adversarial => {
                let budget = (self.level * labels.len() as f64).floor() as usize;
                let mut cone: Vec<usize> = (0..labels.len()).filter(|&i| signals[i] * tilts[i] < 0.0).collect();
                cone.sort_by(|&i, &j| tilts[j].abs().total_cmp(&tilts[i].abs()));
                for &i in cone.iter().take(budget) {
                    labels[i] = -labels[i];
                }
            }
        }
        labels
    }
}

/// Labelled points.
pub struct Sample {
    /// Points as rows, n x d.
    pub inputs: Array2<f64>,
    /// Their labels, ±1, some of them wrong.
    pub labels: Vec<f64>,
}

impl Sample {
    /// The share of labels that sign(<w, x>) gets wrong.
    pub fn error(&self, w: &[f64]) -> f64 {
        let predictions = matrix::vector_product(self.inputs.view(), w);
        let wrong = predictions.iter().zip(&self.labels).filter(|&(&s, &y)| side(s) != y);
        wrong.count() as f64 / self.labels.len() as f64
    }
}

#[cfg(test)]
mod tests;
