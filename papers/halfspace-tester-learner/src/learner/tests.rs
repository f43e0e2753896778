use super::*;
use crate::halfspace::{Halfspace, Noise};

fn gaussian_sample(n: usize, eta: f64) -> (Halfspace, Sample) {
    let streams = Streams::new("test");
    let truth = Halfspace::sample(4, &mut streams.open("halfspace", 3));
    let inputs = streams.open("inputs", 3).normal_matrix(n, 4);
    let noise = Noise::massart(eta);
    let labels = noise.labels(&truth, inputs.view(), &mut streams.open("flips", 3));
    (truth, Sample { inputs, labels })
}

fn loss(signed: ArrayView2<f64>, sigma: f64, w: &[f64]) -> f64 {
    let margins = matrix::vector_product(signed.t(), w);
    margins.iter().map(|margin| sigmoid(-margin / sigma)).sum::<f64>() / margins.len() as f64
}

#[test]
fn the_gradient_is_that_of_the_loss_on_the_sphere() {
    let (_, sample) = gaussian_sample(200, 0.3);
    let signed = signed_inputs(&sample);
    for sigma in [0.05, 0.4] {
        let start = Streams::new("test").open("start", 3).unit_vector(4).to_vec();
        let mut descent = Descent::new(signed.view(), sigma, start);
        descent.update_gradient();
        assert!(reduce::dot(&descent.gradient, &descent.w).abs() < 1e-12);
        let basis = Streams::new("test").open("directions", 3).orthonormal(4, 4);
        for direction in basis.columns() {
            // Along great circles; first order, so the tangent will do.
            let mut tangent = direction.to_vec();
            let along = reduce::dot(&tangent, &descent.w);
            reduce::axpy(-along, &descent.w, &mut tangent);
            let at = |step: f64| {
                let mut w = descent.w.clone();
                reduce::axpy(step, &tangent, &mut w);
                loss(signed.view(), sigma, &w)
            };
            let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
            let slope = reduce::dot(&descent.gradient, &tangent);
            assert!((slope - difference).abs() < 1e-6, "σ = {sigma}: {slope} {difference}");
        }
    }
}

#[test]
fn a_step_keeps_the_norm_and_lowers_the_loss() {
    let (_, sample) = gaussian_sample(2000, 0.2);
    let signed = signed_inputs(&sample);
    let start = Streams::new("test").open("start", 4).unit_vector(4).to_vec();
    let before = loss(signed.view(), 0.2, &start);
    let mut descent = Descent::new(signed.view(), 0.2, start);
    for _ in 0..20 {
        descent.step(0.3);
    }
    assert!((reduce::norm(&descent.w) - 1.0).abs() < 1e-14);
    assert!(loss(signed.view(), 0.2, &descent.w) < before - 0.05);
}

#[test]
fn the_true_halfspace_is_found_from_any_start() {
    let (truth, sample) = gaussian_sample(4000, 0.3);
    let search = Search { steps: 200, lr: 0.3, restarts: 1, candidates: 4 };
    for seed in 0..3 {
        let mut starts = Streams::new("test").open("starts", seed);
        let w = search.learn(&sample, 0.1, &mut starts).unwrap();
        let cosine = reduce::dot(&w, &truth.normal);
        assert!(cosine > 0.99, "{cosine}");
    }
}

#[test]
fn the_negative_of_an_iterate_is_a_candidate() {
    // Labels against a start that one tiny step cannot turn: only the negative is better than chance.
    let start = Streams::new("test").open("starts", 0).unit_vector(4);
    let inputs = Streams::new("test").open("inputs", 5).normal_matrix(500, 4);
    let labels = matrix::vector_product(inputs.view(), &start.to_vec());
    let labels = labels.iter().map(|s| -s.signum()).collect();
    let search = Search { steps: 1, lr: 1e-9, restarts: 1, candidates: 1 };
    let mut starts = Streams::new("test").open("starts", 0);
    let w = search.learn(&Sample { inputs, labels }, 0.1, &mut starts).unwrap();
    assert!(reduce::dot(&w, &start.to_vec()) < -0.999_999);
}
