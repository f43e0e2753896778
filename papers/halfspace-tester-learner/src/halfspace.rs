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
    pub fn draw(d: usize, random: &mut Generator) -> Halfspace {
        let pair = random.orthonormal(d, 2);
        Halfspace { normal: pair.column(0).to_vec(), tilt: pair.column(1).to_vec() }
    }
}

/// Which labels are wrong.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Noise {
    /// Which labels are wrong.
    pub model: NoiseModel,
    /// eta or opt.
    pub level: f64,
}

impl Noise {
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
mod tests {
    use super::*;

    struct Setting {
        truth: Halfspace,
        inputs: Array2<f64>,
    }

    impl Setting {
        fn draw() -> Setting {
            let streams = Streams::new("test");
            Setting {
                truth: Halfspace::draw(5, &mut streams.open("halfspace", 2)),
                inputs: streams.open("inputs", 2).normal_matrix(20_000, 5),
            }
        }

        fn products(&self, direction: &[f64]) -> Vec<f64> {
            matrix::vector_product(self.inputs.view(), direction)
        }

        /// For each point: <w*, x>, <v, x> and whether its label is flipped.
        fn flips(&self, model: NoiseModel, level: f64) -> Vec<(f64, f64, bool)> {
            let noise = Noise { model, level };
            let labels = noise.labels(&self.truth, self.inputs.view(), &mut Streams::new("test").open("flips", 2));
            let signals = self.products(&self.truth.normal);
            let tilts = self.products(&self.truth.tilt);
            let points = signals.into_iter().zip(tilts).zip(labels);
            points.map(|((s, t), y)| (s, t, y != side(s))).collect()
        }
    }

    #[test]
    fn the_halfspace_is_a_pair_of_orthogonal_unit_vectors() {
        let truth = Setting::draw().truth;
        assert!((reduce::norm(&truth.normal) - 1.0).abs() < 1e-14);
        assert!((reduce::norm(&truth.tilt) - 1.0).abs() < 1e-14);
        assert!(reduce::dot(&truth.normal, &truth.tilt).abs() < 1e-14);
    }

    #[test]
    fn massart_flips_on_one_side_only_and_at_its_rate() {
        let setting = Setting::draw();
        let flips = setting.flips(NoiseModel::Massart, 0.3);
        assert!(flips.iter().all(|(s, t, flip)| s * t > 0.0 || !flip));
        let rate = flips.iter().filter(|(.., flip)| *flip).count() as f64 / flips.len() as f64;
        // Half of the points at 0.3; the standard error is 0.0025.
        assert!((rate - 0.15).abs() < 0.0125, "{rate}");
        // A higher level flips these and more.
        let more = setting.flips(NoiseModel::Massart, 0.4);
        assert!(flips.iter().zip(&more).all(|(a, b)| !a.2 || b.2));
        assert!(setting.flips(NoiseModel::Massart, 0.0).iter().all(|(.., flip)| !flip));
    }

    #[test]
    fn the_adversary_flips_exactly_its_budget_far_along_the_tilt() {
        let flips = Setting::draw().flips(NoiseModel::Adversarial, 0.05);
        let inside = |(s, t, _): &&(f64, f64, bool)| s * t < 0.0;
        assert_eq!(flips.iter().filter(|(.., flip)| *flip).count(), 1000);
        assert!(flips.iter().filter(|(.., flip)| *flip).all(|point| inside(&point)));
        let reach = |flipped: bool| flips.iter().filter(inside).filter(move |point| point.2 == flipped);
        let least_flipped = reach(true).map(|point| point.1.abs()).fold(f64::INFINITY, f64::min);
        let most_kept = reach(false).map(|point| point.1.abs()).fold(0.0, f64::max);
        assert!(least_flipped >= most_kept, "{least_flipped} {most_kept}");
    }

    #[test]
    fn a_budget_beyond_the_cone_flips_all_of_it() {
        let flips = Setting::draw().flips(NoiseModel::Adversarial, 0.9);
        assert!(flips.iter().all(|(s, t, flip)| *flip == (s * t < 0.0)));
    }

    #[test]
    fn errors_count_wrong_labels_and_ties_are_positive() {
        let sample = Sample {
            inputs: array![[1.0, 0.0], [-1.0, 5.0], [0.0, 2.0], [0.0, -2.0]],
            labels: vec![1.0, 1.0, 1.0, -1.0],
        };
        assert_eq!(sample.error(&[1.0, 0.0]), 0.5);
        assert_eq!(sample.error(&[0.0, 1.0]), 0.0);
    }
}
