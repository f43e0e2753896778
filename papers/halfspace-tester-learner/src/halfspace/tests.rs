use super::*;

struct Setting {
    truth: Halfspace,
    inputs: Array2<f64>,
}

impl Setting {
    fn sample() -> Setting {
        let streams = Streams::new("test");
        Setting {
            truth: Halfspace::sample(5, &mut streams.open("halfspace", 2)),
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
    let truth = Setting::sample().truth;
    assert!((reduce::norm(&truth.normal) - 1.0).abs() < 1e-14);
    assert!((reduce::norm(&truth.tilt) - 1.0).abs() < 1e-14);
    assert!(reduce::dot(&truth.normal, &truth.tilt).abs() < 1e-14);
}

#[test]
fn massart_flips_on_one_side_only_and_at_its_rate() {
    let setting = Setting::sample();
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
    let flips = Setting::sample().flips(NoiseModel::Adversarial, 0.05);
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
    let flips = Setting::sample().flips(NoiseModel::Adversarial, 0.9);
    assert!(flips.iter().all(|(s, t, flip)| *flip == (s * t < 0.0)));
}

#[test]
fn errors_count_wrong_labels_and_ties_are_positive() {
    let sample =
        Sample { inputs: array![[1.0, 0.0], [-1.0, 5.0], [0.0, 2.0], [0.0, -2.0]], labels: vec![1.0, 1.0, 1.0, -1.0] };
    assert_eq!(sample.error(&[1.0, 0.0]), 0.5);
    assert_eq!(sample.error(&[0.0, 1.0]), 0.0);
}
