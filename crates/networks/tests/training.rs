//! Training: optimizers by their formulas, evaluation, the same bits on every run.

mod common;

use common::{convolutional, generator, perceptron, transformer};
use ndarray::{Array2, s};
use networks::{
    Adam, Batches, Classifier, Init, Number, Optimizer, Sgd, Tape, Value, add_decay, clip_norm, draw_dropout,
    draw_indices,
};

/// Loss and weights after 100 steps.
fn after_training<T: Number>((mut tape, loss): (Tape<T>, Value), mut optimizer: impl Optimizer<T>) -> (f64, Vec<u64>) {
    let mut theta = tape.initial(&mut generator("init"));
    let mut gradient = vec![T::ZERO; theta.len()];
    for _ in 0..100 {
        tape.loss_and_gradient(loss, &theta, &mut gradient);
        optimizer.step(&mut theta, &gradient, 0.01);
    }
    let bits = theta.iter().map(|weight| weight.to_f64().to_bits()).collect();
    (tape.scalar(loss).to_f64(), bits)
}

#[test]
fn hundred_steps_give_the_same_bits_again() {
    fn twice<T: Number>(build: impl Fn() -> (Tape<T>, Value)) {
        let count = build().0.parameter_count();
        let untrained = after_training(build(), Adam::new(count).epsilon(1e30)).0;
        let first = after_training(build(), Adam::new(count));
        assert!(first.0 < 0.9 * untrained, "{} is no less than {untrained}", first.0);
        assert_eq!(first, after_training(build(), Adam::new(count)));
        let momentum = || Sgd::nesterov(count, 0.9).weight_decay(1e-3);
        assert_eq!(after_training(build(), momentum()), after_training(build(), momentum()));
    }
    twice(perceptron::<f32>);
    twice(perceptron::<f64>);
    twice(transformer::<f32>);
    twice(transformer::<f64>);
    twice(convolutional::<f32>);
    twice(convolutional::<f64>);
}

/// A tape that has seen other data, parameters and batch sizes computes as a new one does.
#[test]
fn nothing_is_left_over_from_earlier_runs() {
    let (x, labels) = task();
    let mut used = Classifier::<f64>::mlp(32, &[6, 8, 3], Init::HeNormal, Init::HeNormal);
    let mut fresh = Classifier::<f64>::mlp(32, &[6, 8, 3], Init::HeNormal, Init::HeNormal);
    let theta = used.tape.initial(&mut generator("init"));
    let (mut first, mut second) = (vec![f64::NAN; theta.len()], vec![f64::NAN; theta.len()]);
    let other = used.tape.initial(&mut generator("other"));
    let all: Vec<usize> = (0..32).collect();
    used.gradient(&other, x.view(), &labels, &all, &mut first);
    let a = used.gradient(&theta, x.view(), &labels, &all[..7], &mut first);
    let b = fresh.gradient(&theta, x.view(), &labels, &all[..7], &mut second);
    assert_eq!((a, first), (b, second));
}

#[test]
fn gradient_descent() {
    let gradients = [[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]];
    let (rate, mu, decay) = (0.1, 0.9, 0.01);
    for nesterov in [false, true] {
        let (mut theta, mut expected, mut v) = ([0.3, -0.4], [0.3, -0.4], [0.0; 2]);
        let optimizer = if nesterov { Sgd::nesterov(2, mu) } else { Sgd::heavy_ball(2, mu) };
        let mut optimizer = optimizer.weight_decay(decay);
        for gradient in gradients {
            optimizer.step(&mut theta, &gradient, rate);
            for (i, &g) in gradient.iter().enumerate() {
                let g = g + decay * expected[i];
                v[i] = mu * v[i] + g;
                expected[i] -= rate * if nesterov { g + mu * v[i] } else { v[i] };
            }
        }
        close(&theta, &expected);
    }
    let mut theta = [1.0, 2.0];
    Sgd::plain().weight_decay(0.5).step(&mut theta, &[1.0, 1.0], 0.1);
    close(&theta, &[0.85, 1.8]);
}

#[test]
fn adam() {
    let gradients = [[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]];
    let (rate, decay) = (0.1, 0.05);
    for decoupled in [false, true] {
        let (mut theta, mut expected) = ([0.3, -0.4], [0.3_f64, -0.4]);
        let (mut m, mut v) = ([0.0_f64; 2], [0.0_f64; 2]);
        let adam = Adam::new(2).betas(0.8, 0.95).epsilon(1e-6);
        let mut adam = if decoupled { adam.decoupled_decay(decay) } else { adam.weight_decay(decay) };
        for (t, gradient) in gradients.into_iter().enumerate() {
            adam.step(&mut theta, &gradient, rate);
            let correction = |beta: f64| 1.0 - numerics::powi(beta, t as i32 + 1);
            for (i, &g) in gradient.iter().enumerate() {
                let g = g + if decoupled { 0.0 } else { decay * expected[i] };
                m[i] = 0.8 * m[i] + 0.2 * g;
                v[i] = 0.95 * v[i] + 0.05 * g * g;
                let step = rate * (m[i] / correction(0.8)) / ((v[i] / correction(0.95)).sqrt() + 1e-6);
                expected[i] -= step + if decoupled { rate * decay * expected[i] } else { 0.0 };
            }
        }
        close(&theta, &expected);
    }
}

#[test]
fn decay_and_clipping() {
    let mut gradient = [3.0, 4.0];
    assert_eq!((clip_norm(&mut gradient, 10.0), gradient), (5.0, [3.0, 4.0]));
    assert_eq!(clip_norm(&mut gradient, 1.0), 5.0);
    close(&gradient, &[0.6, 0.8]);
    add_decay(&mut gradient[1..], &[2.0], 0.1);
    close(&gradient, &[0.6, 1.0]);
}

#[track_caller]
fn close(actual: &[f64], expected: &[f64]) {
    let near = actual.iter().zip(expected).all(|(a, e)| (a - e).abs() < 1e-14);
    assert!(near, "{actual:?} is not {expected:?}");
}

/// Points in six dimensions; the class is that of the largest of three sums.
fn task() -> (Array2<f64>, Vec<u8>) {
    let x = generator("task").normal_matrix(75, 6);
    let label = |i: usize| {
        let sums: Vec<f64> = (0..3).map(|class| x[[i, class]] + x[[i, class + 3]]).collect();
        numerics::reduce::argmax(&sums) as u8
    };
    let labels = (0..75).map(label).collect();
    (x, labels)
}

#[test]
fn scores_and_predictions() {
    let (x, labels) = task();
    // A capacity that does not divide the number of examples, and one above it.
    for capacity in [10, 100] {
        let mut net = Classifier::<f64>::mlp(capacity, &[6, 8, 3], Init::HeNormal, Init::LeCunNormal);
        let theta = net.tape.initial(&mut generator("init"));
        let score = net.score(&theta, x.view(), &labels);
        let mut logits = Array2::zeros((75, 3));
        net.tape.predict(&theta, net.x, x.view(), net.logits, logits.view_mut());
        let (mut right, mut loss) = (0.0, 0.0);
        for (row, &label) in logits.rows().into_iter().zip(&labels) {
            let row = row.to_vec();
            right += f64::from(numerics::reduce::argmax(&row) == usize::from(label));
            let sum: f64 = row.iter().map(|&z| numerics::exp(z)).sum();
            loss += numerics::ln(sum) - row[usize::from(label)];
        }
        assert_eq!(score.accuracy, right / 75.0);
        assert!((score.loss - loss / 75.0).abs() < 1e-13);
        // Columns out of order in memory.
        let turned = x.t().to_owned();
        assert_eq!(net.score(&theta, turned.t(), &labels), score);
    }
}

/// The closed form of per-example gradient norms against one gradient at a time.
#[test]
fn gradient_norms() {
    let (x, labels) = task();
    let mut net = Classifier::<f64>::mlp(20, &[6, 8, 5, 3], Init::HeNormal, Init::LeCunNormal);
    let theta = net.tape.initial(&mut generator("init"));
    let mut gradient = vec![0.0; theta.len()];
    let indices: Vec<usize> = (30..50).collect();
    let norms: Vec<f64> = indices
        .iter()
        .map(|&index| {
            net.gradient(&theta, x.view(), &labels, &[index], &mut gradient);
            numerics::reduce::norm_squared(&gradient)
        })
        .collect();
    net.gradient(&theta, x.view(), &labels, &indices, &mut gradient);
    let mut squared = vec![0.0; 20];
    net.gradient_norms(&mut squared);
    for (squared, norm) in squared.iter().zip(norms) {
        assert!((squared - norm).abs() < 1e-12 * norm);
    }
}

/// Training is the loop that one would write by hand, and can be continued.
#[test]
fn fitting_is_steps_on_batches() {
    let (x, labels) = task();
    let count = x.nrows();
    let rates: Vec<f64> = (0..40).map(|t| 0.01 * networks::schedules::cosine(t, 40)).collect();
    for batches in [Batches::new(0..count, 32), Batches::with_replacement(count, 32)] {
        let mut net = Classifier::<f32>::mlp(32, &[6, 8, 3], Init::HeNormal, Init::LeCunNormal);
        let x = x.mapv(|x| x as f32);
        let start = net.tape.initial(&mut generator("init"));
        let (mut expected, mut last) = (start.clone(), 0.0);
        let (mut adam, mut draws, mut order) = (Adam::new(start.len()), generator("batches"), batches.clone());
        let mut gradient = vec![0.0; start.len()];
        for &rate in &rates {
            last = net.gradient(&expected, x.view(), &labels, order.next(&mut draws), &mut gradient);
            adam.step(&mut expected, &gradient, rate);
        }

        let (mut theta, mut batches) = (start.clone(), batches);
        let (mut adam, mut draws) = (Adam::new(start.len()), generator("batches"));
        let mut fit = |rates: &[f64]| {
            let rates = rates.iter().copied();
            net.fit(&mut theta, (x.view(), &labels), &mut batches, &mut adam, rates, &mut draws)
        };
        assert!(fit(&rates[..0]).is_nan() && fit(&rates[..15]) > last);
        assert_eq!((fit(&rates[15..]), &theta), (last, &expected));
    }
}

#[test]
fn batches_with_replacement_are_independent_draws() {
    let (mut draws, mut again) = (generator("batches"), generator("batches"));
    let mut batches = Batches::with_replacement(17, 5);
    assert_eq!(batches.per_epoch(), 3);
    let mut seen = [0; 17];
    for _ in 0..2000 {
        let mut expected = [0; 5];
        draw_indices(17, &mut expected, &mut again);
        assert_eq!(batches.next(&mut draws), expected);
        expected.iter().for_each(|&index| seen[index] += 1);
    }
    // Of 588 expected in each place, with a standard deviation of 24.
    assert!(seen.iter().all(|count| (468..708).contains(count)), "{seen:?}");
}

#[test]
fn batches_walk_through_all_examples() {
    let mut draws = generator("batches");
    let mut batches = Batches::new(10..27, 5);
    assert_eq!(batches.per_epoch(), 3);
    let mut orders = Vec::new();
    for _ in 0..4 {
        let mut seen: Vec<usize> = (0..3).flat_map(|_| batches.next(&mut draws).to_vec()).collect();
        orders.push(seen.clone());
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 15);
        assert!(seen.iter().all(|index| (10..27).contains(index)));
    }
    assert_ne!(orders[0], orders[1]);
    let mut batch = [usize::MAX; 64];
    draw_indices(3, &mut batch, &mut draws);
    assert!((0..3).all(|index| batch.contains(&index)) && batch.iter().all(|&index| index < 3));
}

#[test]
fn initial_laws_have_their_variances() {
    let laws = [
        (Init::Normal(0.3), 0.09),
        (Init::Uniform(0.6), 0.12),
        (Init::HeNormal, 2.0 / 200.0),
        (Init::HeUniform, 2.0 / 200.0),
        (Init::LeCunNormal, 1.0 / 200.0),
        (Init::GlorotUniform, 2.0 / 300.0),
        (Init::GlorotNormal, 2.0 / 300.0),
        (Init::FanIn(1.5), 1.5 * 1.5 / 600.0),
    ];
    for (init, variance) in laws {
        let mut tape = Tape::<f64>::new(1);
        let before = tape.parameter("before", 1, 2, Init::Constant(7.0));
        let w = tape.parameter("w", 200, 100, init);
        let theta = tape.initial(&mut generator("laws"));
        assert_eq!(tape.view(before, &theta), Array2::from_elem((1, 2), 7.0));
        assert_eq!((tape.range(w), tape.named("w").range.clone()), (2..20_002, 2..20_002));
        let w = tape.view(w, &theta);
        let measured = w.mapv(|x| x * x).mean().expect("not empty");
        assert!((measured / variance - 1.0).abs() < 0.05, "{init:?}: {measured}, not {variance}");
        assert!(w.mean().expect("not empty").abs() < 4.0 * (variance / 20_000.0).sqrt());
        assert_eq!(w.slice(s![0, ..]).len(), 100);
    }
}

#[test]
fn dropout_keeps_the_mean() {
    let mut mask = vec![0.0_f32; 10_000];
    draw_dropout(0.2, &mut mask, &mut generator("dropout"));
    assert!(mask.iter().all(|&factor| factor == 0.0 || factor == 1.25));
    let mean = mask.iter().sum::<f32>() / 1e4;
    assert!((mean - 1.0).abs() < 0.02, "{mean}");
}
