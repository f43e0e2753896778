use super::*;

const RECIPE: Recipe = Recipe {
    sizes: Sizes { n_train: 60, n_validation: 50, n_test: 40 },
    hidden: 8,
    steps: 10,
    batch: 16,
    lr: 0.02,
    momentum: 0.9,
    clip: 5.0,
    evaluate_every: 4,
};

fn digits() -> Digits {
    Digits::draw(RECIPE.sizes, &mut Streams::new("test").open("digits", 0)).unwrap()
}

fn start<'d>(digits: &'d Digits, gated: bool, rate: f64) -> Training<'d> {
    Training::start(&RECIPE, digits, gated, rate, "test", 0, &Streams::new("test"))
}

#[test]
fn weights_learn_from_training_images_and_rates_from_validation_images() {
    let digits = digits();
    let mut training = start(&digits, true, 0.3);
    let before = training.model.clone();
    training.step(1.0);
    let (weights, lambda) = training.model.split_at(training.network.lambda.start);
    assert!(weights != &before[..weights.len()] && lambda == &before[weights.len()..]);
    let before = training.model.clone();
    training.tune(&mut Adam::new(RATES), 0.02);
    let (weights, lambda) = training.model.split_at(training.network.lambda.start);
    assert!(weights == &before[..weights.len()] && lambda != &before[weights.len()..]);
    // The first step of Adam is as long as its rate.
    assert!(lambda.iter().zip(&before[weights.len()..]).all(|(now, then)| ((now - then).abs() - 0.02).abs() < 1e-3));
}

#[test]
fn each_example_has_hyperparameters_and_dropout_of_its_own() {
    let digits = digits();
    let mut training = start(&digits, true, 0.3);
    training.step(1.0);
    let h: Vec<f64> = training.perturbed.iter().map(|&h| f64::from(h)).collect();
    let spread = h.iter().map(|h| (h - logit(0.3)) * (h - logit(0.3))).sum::<f64>() / h.len() as f64;
    // 32 squares of normal numbers.
    assert!((0.4..2.0).contains(&spread), "{spread}");
    let mask = training.network.training.tape.matrix(training.network.masks[0]);
    for (factors, h) in mask.rows().into_iter().zip(h.chunks_exact(RATES)) {
        let dropped = factors.iter().filter(|factor| **factor == 0.0).count() as f64 / PIXELS as f64;
        let rate = sigmoid(h[0]);
        assert!((dropped - rate).abs() < 5.0 * (rate * (1.0 - rate) / PIXELS as f64).sqrt(), "{dropped} {rate}");
        assert!(factors.iter().all(|&f| f == 0.0 || (f64::from(f) * (1.0 - rate) - 1.0).abs() < 1e-5));
    }
}

#[test]
fn extreme_rates_are_no_error() {
    let digits = digits();
    let mut none = start(&digits, false, 0.0);
    none.step(0.0);
    assert!(none.network.training.tape.matrix(none.network.masks[1]).iter().all(|factor| *factor == 1.0));
    let mut wide = start(&digits, true, HIGHEST_RATE);
    wide.step(1e3);
    assert!(wide.model.iter().all(|weight| weight.is_finite()));
    wide.model[0] = f32::NAN;
    assert!(wide.score(&digits.train).loss.is_nan());
}

#[test]
fn all_networks_of_a_seed_begin_alike_and_are_recorded_now_and_then() {
    let digits = digits();
    let (mut plain, gated) = (start(&digits, false, 0.1), start(&digits, true, 0.6));
    let weights = plain.network.lambda.start;
    assert_eq!(plain.model[..weights], gated.model[..weights]);
    let mut rows = Rows::default();
    plain.run(&mut rows, |training, _| training.step(0.0));
    let table = Table::stack([rows.into_columns()]).unwrap();
    assert_eq!(table.column("step"), [0.0, 4.0, 8.0, 10.0]);
    assert!(table.column("train_ce")[3] < table.column("train_ce")[0]);
    assert!((table.column("p_in")[3] - 0.1).abs() < 1e-6);
}
