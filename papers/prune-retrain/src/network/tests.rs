//! The network against its formula.

use super::*;

/// Random images with random labels.
pub fn noise(count: usize, random: &mut Generator) -> Examples<f32> {
    Examples {
        inputs: random.normal_matrix(count, PIXELS).mapv(|x| x as f32),
        labels: (0..count).map(|_| random.below(CLASSES)).collect(),
    }
}

#[test]
fn parameters_are_those_of_the_formula() {
    assert_eq!(parameters(128), 43_530);
    let trained = |trains: fn(Role) -> bool| Network::new(128, 1, None, trains).trainable();
    assert_eq!(trained(|_| true), 43_530);
    assert_eq!(trained(|role| role == Role::Bias), 266);
    assert_eq!(trained(|role| role == Role::Norm), 512);
    assert_eq!(trained(|role| role != Role::Hidden), 2058);
    let initial = Network::dense(128, 1).initial(&mut Streams::new("prune-retrain").open("init", 0));
    let (first, scale) = (&parts(128)[0], &parts(128)[2]);
    let variance = reduce::norm_squared(&initial[first.range.clone()]) / (PIXELS * 128) as f32;
    // Standard error 0.9 %.
    assert!((variance * PIXELS as f32 / 2.0 - 1.0).abs() < 0.04, "{variance}");
    assert!(initial[scale.range.clone()].iter().all(|scale| *scale == 1.0));
}

/// The mean cross-entropy of one image by plain loops in double precision.
fn cross_entropy(model: &[f32], width: usize, image: ArrayView1<f32>, label: usize) -> f64 {
    let parts = parts(width);
    let number = |part: usize, index: usize| f64::from(model[parts[part].range.start + index]);
    let affine = |x: &[f64], weight: usize, bias: usize, outputs: usize| -> Vec<f64> {
        let sum = |j: usize| (0..x.len()).map(|i| x[i] * number(weight, i * outputs + j)).sum::<f64>();
        (0..outputs).map(|j| sum(j) + number(bias, j)).collect()
    };
    let mut units: Vec<f64> = image.iter().map(|&x| f64::from(x)).collect();
    for first in [0, 4] {
        let z = affine(&units, first, first + 1, width);
        let mean = z.iter().sum::<f64>() / width as f64;
        let variance = z.iter().map(|z| (z - mean) * (z - mean)).sum::<f64>() / width as f64;
        let normalized = z.iter().map(|z| (z - mean) / (variance + 1e-5).sqrt()).enumerate();
        let scaled = normalized.map(|(j, n)| n * number(first + 2, j) + number(first + 3, j));
        units = scaled.map(|y| if y > 0.0 { y } else { 0.0 }).collect();
    }
    let logits = affine(&units, 8, 9, CLASSES);
    log_sum_exp(&logits) - logits[label]
}

#[test]
fn the_network_is_the_formula() {
    let (width, streams) = (7, Streams::new("prune-retrain"));
    let images = noise(3, &mut streams.open("images", 0));
    // All parts at random, also those that start as constants.
    let mut random = streams.open("model", 0);
    let model: Vec<f32> = (0..parameters(width)).map(|_| random.normal_f32()).collect();
    let loss = Network::dense(width, 2).score(&model, &images).loss;
    let rows = images.inputs.rows().into_iter().zip(&images.labels);
    let expected: f64 = rows.map(|(image, &label)| cross_entropy(&model, width, image, label)).sum::<f64>() / 3.0;
    assert!((loss / expected - 1.0).abs() < 1e-5, "{loss} {expected}");
}

#[test]
fn a_network_that_diverged_has_no_accuracy() {
    let images = noise(3, &mut Streams::new("prune-retrain").open("images", 0));
    let model = vec![f32::NAN; parameters(7)];
    assert!(Network::dense(7, 2).score(&model, &images).accuracy.is_nan());
}
