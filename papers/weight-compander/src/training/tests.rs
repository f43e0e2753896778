//! Steps against their formulas, and what a short training learns.

use super::*;
use crate::regimes::{Regime, Task};

const COMPANDING: Companding = Companding { ca: 1.0, cb: 2.0 };

/// A thousand images of 7 x 7 pixels.
pub fn small_setup() -> Setup {
    Setup { n_train: 1000, n_test: 2000, block: 4, hidden: vec![16, 12], epochs: 5, bs: 50, momentum: 0.9 }
}

fn streams() -> Streams {
    Streams::new("weight-compander")
}

fn task(setup: &Setup) -> Task {
    Regime::Shift(2.0).sample(setup, &streams(), 0).unwrap()
}

fn trained(setup: &Setup, method: Method, lr: f64, decay: f64) -> Trained {
    train(setup, method, Descent { lr, decay }, &task(setup).train, 0, &streams())
}

#[test]
fn sizes_and_step_sizes() {
    let setup = small_setup();
    assert_eq!(setup.parameters(59), 60.0 * 16.0 + 17.0 * 12.0 + 13.0 * 10.0);
    let rates: Vec<f64> = setup.rates(0.5).collect();
    assert_eq!((rates.len(), rates[49], rates[50], rates[79], rates[80]), (100, 0.5, 0.05, 0.05, 0.005));
}

/// g = ∂L/∂W ψ′(v) + wd v, m ← 0.9 m + g, v ← v − lr m, in double precision with numerical ψ′. One batch is the whole
/// set, whose gradient does not depend on its order.
#[test]
fn companded_steps_are_heavy_ball_steps_of_the_parameters() {
    let setup = Setup { n_train: 50, epochs: 3, ..small_setup() };
    let (lr, decay) = (0.1, 0.01);
    let Task { train: examples, .. } = task(&setup);
    let found = trained(&setup, Method::Compander(&COMPANDING), lr, decay).weights;

    let mut net = Classifier::<f32>::mlp(50, &setup.widths(59), Init::HeNormal, Init::LeCunNormal);
    let start = net.tape.initial(&mut streams().open("weights", 0));
    // a and b of each parameter; none for biases.
    let mut shapes = vec![None; start.len()];
    for matrix in net.tape.parameters().iter().filter(|parameter| parameter.rows > 1) {
        let sigma = (2.0 / matrix.rows as f64).sqrt();
        shapes[matrix.range.clone()].fill(Some((sigma, 2.0 * sigma)));
    }
    let psi = |v: f64, shape: Option<(f64, f64)>| shape.map_or(v, |(a, b)| a * atan(v / b));
    let inverse = |(&w, shape): (&f32, &Option<(f64, f64)>)| {
        let w = f64::from(w);
        shape.map_or(w, |(a, b)| b * tan((w / a).clamp(-1.49, 1.49)))
    };
    let mut v: Vec<f64> = start.iter().zip(&shapes).map(inverse).collect();
    let mut velocity = vec![0.0; v.len()];
    let weights = |v: &[f64]| v.iter().zip(&shapes).map(|(&v, &shape)| psi(v, shape) as f32).collect::<Vec<f32>>();
    let batch: Vec<usize> = (0..50).collect();
    for rate in setup.rates(lr) {
        let mut gradient = vec![0.0_f32; v.len()];
        net.gradient(&weights(&v), examples.inputs.view(), &examples.labels, &batch, &mut gradient);
        for (i, g) in gradient.into_iter().enumerate() {
            let slope = (psi(v[i] + 1e-6, shapes[i]) - psi(v[i] - 1e-6, shapes[i])) / 2e-6;
            let decay = if shapes[i].is_some() { decay } else { 0.0 };
            velocity[i] = 0.9 * velocity[i] + f64::from(g) * slope + decay * v[i];
            v[i] -= rate * velocity[i];
        }
    }
    for (found, expected) in found.iter().zip(weights(&v)) {
        assert!((found - expected).abs() < 2e-5, "{found} is not {expected}");
    }
}

#[test]
fn methods_start_alike_and_keep_their_bounds() {
    let untrained = Setup { epochs: 0, ..small_setup() };
    let methods = [Method::Standard, Method::Compander(&COMPANDING), Method::Clip { ca: 1.0 }];
    let [standard, companded, clipped] = methods.map(|method| trained(&untrained, method, 0.1, 0.0));
    assert_eq!(standard.weights, clipped.weights);
    let bound = companded.bound.unwrap();
    assert_eq!((bound, standard.bound), (clipped.bound.unwrap(), None));
    for (free, companded) in standard.first_layer().iter().zip(companded.first_layer()) {
        let most = 1.49 / std::f32::consts::FRAC_PI_2 * bound as f32;
        assert!((free.clamp(-most, most) - companded).abs() < 1e-6, "{free} became {companded}");
    }
    let [standard, companded, clipped] = methods.map(|method| trained(&small_setup(), method, 0.1, 0.0));
    let greatest = |trained: &Trained| f64::from(reduce::max(trained.first_layer()));
    assert!(greatest(&standard) > 1.5 * bound && greatest(&companded) < bound);
    assert_eq!(greatest(&clipped), f64::from(bound as f32));
}

#[test]
fn a_short_training_learns_and_one_that_diverged_has_no_accuracy() {
    let setup = small_setup();
    let Task { shifted, same, .. } = task(&setup);
    let mut good = trained(&setup, Method::Compander(&COMPANDING), 0.05, 0.0);
    let [shifted, same] = [shifted, same].map(|examples| good.score(&examples).accuracy);
    assert!(same > 0.55 && shifted > 0.3 && shifted < same - 0.1, "{same} {shifted}");
    let mut bad = trained(&setup, Method::Standard, 1e9, 0.0);
    assert!(bad.score(&task(&setup).same).accuracy.is_nan());
}
