use super::*;

const INPUTS: usize = 7;
const BATCH: usize = 3;
const SHAPE: Encoders = Encoders { hidden: 9, embed: 5 };

/// A critic with a batch of random pairs, x_i with y_i and with y_π(i).
struct Case {
    critic: Critic,
    training: Training,
    theta: Vec<f32>,
    views: [Array2<f32>; 2],
}

const PAIRING: [usize; BATCH] = [2, 0, 1];

fn case() -> Case {
    let training = Training::for_tests(BATCH, 1);
    let mut critic = Critic::new(INPUTS, &SHAPE, &training);
    let mut random = Streams::new("test").open("critic", 0);
    let mut theta = critic.tape.initial(&mut random);
    // Biases, too.
    theta.iter_mut().for_each(|weight| *weight += 0.1 * random.normal_f32());
    let views = [0, 1].map(|_| random.normal_matrix(BATCH, INPUTS).mapv(|x| x as f32));
    for (value, view) in [critic.x, critic.y].into_iter().zip(&views) {
        critic.tape.set(value, view.as_slice().unwrap());
    }
    critic.tape.set_labels(critic.pairing, &PAIRING);
    critic.tape.forward(&theta);
    Case { critic, training, theta, views }
}

/// One encoder in double precision, from its part of the flat vector: activations, output, first and second matrix.
struct Plain<'t> {
    activations: Vec<f64>,
    output: Vec<f64>,
    w1: &'t [f64],
    w2: &'t [f64],
}

fn plain<'t>(theta: &'t [f64], encoder: usize, input: &[f64]) -> Plain<'t> {
    let Encoders { hidden: h, embed: e } = SHAPE;
    let part = &theta[encoder * theta.len() / 2..(encoder + 1) * theta.len() / 2];
    let (w1, rest) = part.split_at(INPUTS * h);
    let (b1, rest) = rest.split_at(h);
    let (w2, b2) = rest.split_at(h * e);
    let layer = |x: &[f64], w: &[f64], b: &[f64]| -> Vec<f64> {
        (0..b.len()).map(|k| b[k] + x.iter().enumerate().map(|(i, x)| x * w[i * b.len() + k]).sum::<f64>()).collect()
    };
    let activations = layer(input, w1, b1);
    let units: Vec<f64> = activations.iter().map(|a| a.max(0.0)).collect();
    Plain { output: layer(&units, w2, b2), activations, w1, w2 }
}

/// f(x, y).
fn f(theta: &[f64], x: &[f64], y: &[f64]) -> f64 {
    reduce::dot(&plain(theta, 0, x).output, &plain(theta, 1, y).output) / (SHAPE.embed as f64).sqrt()
}

/// ‖∇f‖ by loops over the closed form.
fn gradient_norm(theta: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let Encoders { hidden: h, embed: e } = SHAPE;
    let encoders = [plain(theta, 0, x), plain(theta, 1, y)];
    let mut squares = 0.0;
    for (own, other) in [(0, 1), (1, 0)] {
        let (own, other) = (&encoders[own], &encoders[other]);
        for i in 0..INPUTS {
            let open = (0..h).filter(|&k| own.activations[k] > 0.0);
            let slope: f64 =
                open.map(|k| own.w1[i * h + k] * reduce::dot(&own.w2[k * e..(k + 1) * e], &other.output)).sum();
            squares += slope * slope / e as f64;
        }
    }
    squares.sqrt()
}

/// The objective of WPC.
fn penalised(case: &Case, theta: &[f64]) -> f64 {
    let [x, y] = case.views.each_ref().map(|view| view.mapv(f64::from));
    let [row_x, row_y] = [&x, &y].map(|view| move |i: usize| view.row(i).to_slice().unwrap().to_vec());
    let (mut contrast, mut penalty) = (0.0, 0.0);
    for i in 0..BATCH {
        let similarities: Vec<f64> = (0..BATCH).map(|j| f(theta, &row_x(i), &row_y(j))).collect();
        contrast += (log_sum_exp(&similarities) - similarities[i]) / BATCH as f64;
        for j in [i, PAIRING[i]] {
            let excess = gradient_norm(theta, &row_x(i), &row_y(j)) - case.training.lipschitz;
            penalty += excess * excess / (2 * BATCH) as f64;
        }
    }
    contrast + case.training.lambda_gp * penalty
}

fn doubles(numbers: &[f32]) -> Vec<f64> {
    numbers.iter().copied().map(f64::from).collect()
}

#[test]
fn norms_are_those_of_finite_differences() {
    let case = case();
    let theta = doubles(&case.theta);
    for pair in 0..BATCH {
        let [x, y] = case.views.each_ref().map(|view| doubles(&view.row(pair).to_vec()));
        let mut squares = 0.0;
        for (view, i) in (0..2).flat_map(|view| (0..INPUTS).map(move |i| (view, i))) {
            let at = |step: f64| {
                let mut views = [x.clone(), y.clone()];
                views[view][i] += step;
                f(&theta, &views[0], &views[1])
            };
            let slope = (at(1e-6) - at(-1e-6)) / 2e-6;
            squares += slope * slope;
        }
        let difference = squares.sqrt();
        let norm = f64::from(case.critic.tape.value(case.critic.norms)[pair]);
        assert!((norm / difference - 1.0).abs() < 1e-5, "{norm} is not {difference}");
        assert!((gradient_norm(&theta, &x, &y) / difference - 1.0).abs() < 1e-6);
    }
}

/// Value and gradient of the whole objective: nothing is detached, both pairings count, and the penalty is averaged.
#[test]
fn the_objective_is_differentiated_through_the_penalty() {
    let mut case = case();
    let mut gradient = vec![0.0; case.theta.len()];
    let value = case.critic.tape.loss_and_gradient(case.critic.penalised, &case.theta, &mut gradient);
    let mut theta = doubles(&case.theta);
    let expected = penalised(&case, &theta);
    assert!((f64::from(value) / expected - 1.0).abs() < 1e-5, "{value} is not {expected}");
    let largest = gradient.iter().fold(0.0, |largest: f32, slope| largest.max(slope.abs()));
    for (i, &slope) in gradient.iter().enumerate() {
        let start = theta[i];
        let mut at = |step: f64| {
            theta[i] = start + step;
            penalised(&case, &theta)
        };
        let difference = (at(1e-6) - at(-1e-6)) / 2e-6;
        theta[i] = start;
        assert!((f64::from(slope) - difference).abs() < 1e-4 * f64::from(largest), "{i}: {slope} is not {difference}");
    }
}
