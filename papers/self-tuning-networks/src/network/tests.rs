use super::*;
use common::prelude::*;

const HIDDEN: usize = 5;
const BATCH: usize = 4;
const LAMBDA: [f32; RATES] = [-0.6, 1.1];

fn model(network: &Network) -> Vec<f32> {
    let mut model = network.clean.tape.initial(&mut Streams::new("test").open("weights", 0));
    // Gates that are felt.
    model.iter_mut().for_each(|weight| *weight *= 3.0);
    model[network.lambda.clone()].copy_from_slice(&LAMBDA);
    model
}

fn images() -> Array2<f32> {
    Streams::new("test").open("images", 0).normal_matrix(BATCH, PIXELS).mapv(|x| x as f32)
}

fn logits(network: &mut Network, model: &[f32]) -> Array2<f32> {
    let mut logits = Array2::zeros((BATCH, CLASSES));
    let Classifier { tape, x, logits: value, .. } = &mut network.clean;
    tape.predict(model, *x, images().view(), *value, logits.view_mut());
    logits
}

fn far(a: &Array2<f32>, b: &Array2<f32>) -> f32 {
    a.iter().zip(b).fold(0.0, |far, (a, b)| far.max((a - b).abs()))
}

#[test]
fn a_gated_layer_is_what_its_formula_says() {
    let mut network = Network::new(HIDDEN, BATCH, true);
    let model = model(&network);
    let h = Array2::from_shape_vec((1, RATES), LAMBDA.to_vec()).unwrap();
    let tape = &network.clean.tape;
    let named = |name: &str| tape.view(tape.named(name).value, &model);
    let layer = |x: &Array2<f32>, number: usize| {
        let [w, b, w_gate, b_gate] = ["W", "b", "W′", "b′"].map(|letter| named(&format!("{letter}{number}")));
        let [v1, v2] = [1, 2].map(|v| h.dot(&named(&format!("V{v} of layer {number}"))));
        x.dot(&w) + b + x.dot(&w_gate) * v1 + v2 * b_gate
    };
    let expected = layer(&layer(&images(), 1).mapv(|sum| sum.max(0.0)), 2);
    assert!(far(&logits(&mut network, &model), &expected) < 1e-4);
}

#[test]
fn a_gated_network_at_zero_is_the_plain_one() {
    let (mut gated, mut plain) = (Network::new(HIDDEN, BATCH, true), Network::new(HIDDEN, BATCH, false));
    let (mut with_gates, without) = (model(&gated), model(&plain));
    assert!(far(&logits(&mut gated, &with_gates), &logits(&mut plain, &without)) > 0.1);
    with_gates[gated.lambda.clone()].fill(0.0);
    assert_eq!(logits(&mut gated, &with_gates), logits(&mut plain, &without));
    // The gates double the weights.
    let matrices = HIDDEN * (PIXELS + CLASSES) + HIDDEN + CLASSES;
    assert_eq!((plain.lambda.start, gated.lambda.start), (matrices, 2 * (matrices + RATES * (HIDDEN + CLASSES))));
}

#[test]
fn without_dropout_both_tapes_agree() {
    let mut network = Network::new(HIDDEN, BATCH, true);
    let model = model(&network);
    let expected = logits(&mut network, &model);
    let Network { training, h, masks, lambda, .. } = &mut network;
    masks.iter().for_each(|&mask| training.tape.input_mut(mask, BATCH).fill(1.0));
    training.tape.set(*h, &LAMBDA.repeat(BATCH));
    let mut logits = Array2::zeros((BATCH, CLASSES));
    training.tape.predict(&model[..lambda.start], training.x, images().view(), training.logits, logits.view_mut());
    assert!(far(&logits, &expected) < 1e-5);
}

#[test]
fn the_gradient_by_lambda_is_a_difference_quotient() {
    let mut network = Network::new(HIDDEN, BATCH, true);
    let (mut model, lambda) = (model(&network), network.lambda.clone());
    let (images, labels, all) = (images(), [3_usize, 1, 4, 1], [0, 1, 2, 3]);
    let mut gradient = vec![0.0; model.len()];
    network.clean.gradient(&model, images.view(), &labels, &all, &mut gradient);
    let mut loss = |place: usize, by: f32| {
        model[place] += by;
        let loss = network.clean.score(&model, images.view(), &labels).loss;
        model[place] -= by;
        loss
    };
    for place in lambda {
        let quotient = (loss(place, 0.01) - loss(place, -0.01)) / 0.02;
        assert!((quotient - f64::from(gradient[place])).abs() < 0.01 * quotient.abs() + 1e-4, "{quotient}");
    }
}
