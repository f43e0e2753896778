use super::*;

const CLASSES: usize = 3;
const N: usize = 5;

fn generator(name: &str) -> Generator {
    Streams::new("test").open(name, 0)
}

/// A transformer, random parameters and inputs for it, and labels.
struct Given {
    transformer: Transformer,
    theta: Vec<f32>,
    inputs: Vec<f32>,
    labels: Vec<usize>,
}

impl Given {
    fn new(layers: usize) -> Given {
        let size = Size { width: 8, layers, heads: 2, ff_mult: 2 };
        let transformer = Transformer::new(&size, CLASSES, N, 2);
        let theta = transformer.tape.initial(&mut generator("weights"));
        let mut random = generator("inputs");
        let inputs = (0..N * PIXELS).map(|_| random.normal_f32()).collect();
        Given { transformer, theta, inputs, labels: vec![2, 0, 1, 1, 0] }
    }

    fn logits(&mut self) -> Vec<f32> {
        let Transformer { tape, inputs, labels, logits, .. } = &mut self.transformer;
        tape.set(*inputs, &self.inputs);
        tape.set_labels(*labels, &self.labels);
        tape.forward_to(*logits, &self.theta);
        tape.value(*logits).to_vec()
    }
}

fn differ(a: &[f32], b: &[f32]) -> bool {
    a.iter().zip(b).any(|(a, b)| (a - b).abs() > 1e-4)
}

#[test]
fn a_label_is_told_to_later_queries_only() {
    for layers in [1, 2] {
        let mut given = Given::new(layers);
        let before = given.logits();
        given.labels[2] = 0;
        let after = given.logits();
        assert_eq!(before[..3 * CLASSES], after[..3 * CLASSES]);
        for i in 3..N {
            let answer = i * CLASSES..(i + 1) * CLASSES;
            assert!(differ(&before[answer.clone()], &after[answer]));
        }
    }
}

#[test]
fn the_order_of_earlier_examples_does_not_matter() {
    let mut given = Given::new(1);
    let before = given.logits();
    given.labels.swap(0, 2);
    for pixel in 0..PIXELS {
        given.inputs.swap(pixel, 2 * PIXELS + pixel);
    }
    let after = given.logits();
    assert!(differ(&before[..3 * CLASSES], &after[..3 * CLASSES]));
    assert!(!differ(&before[3 * CLASSES..], &after[3 * CLASSES..]));
}

/// The formulas of one block for one query token at a time, in double precision.
#[test]
fn logits_are_those_of_the_formulas() {
    let mut given = Given::new(1);
    let logits = given.logits();
    let (tape, theta) = (&given.transformer.tape, &given.theta);
    let part = |name: &str| tape.view(tape.named(name).value, theta).mapv(f64::from);
    let affine =
        |x: &Array1<f64>, name: &str| x.dot(&part(&format!("{name}.weight"))) + part(&format!("{name}.bias")).row(0);
    let norm = |x: &Array1<f64>, name: &str| {
        let centred = x - x.mean().unwrap();
        let deviation = (centred.mapv(|x| x * x).mean().unwrap() + 1e-5).sqrt();
        centred / deviation * part(&format!("{name}.scale")).row(0) + part(&format!("{name}.shift")).row(0)
    };
    let token = |i: usize, told: bool| {
        let x = Array1::from_iter(given.inputs[i * PIXELS..][..PIXELS].iter().map(|&x| f64::from(x)));
        let token = x.dot(&part("pixels")) + part("bias").row(0);
        if told { token + part("labels").row(given.labels[i]) } else { token }
    };
    for i in 0..N {
        let query = token(i, false);
        let read: Vec<Array1<f64>> = (0..i).map(|j| token(j, true)).chain([query.clone()]).collect();
        let q = norm(&query, "0.first").dot(&part("0.query"));
        let pairs: Vec<Array1<f64>> =
            read.iter().map(|token| norm(token, "0.first").dot(&part("0.key and value"))).collect();
        let mut attended = Array1::zeros(8);
        for head in 0..2 {
            let at = 4 * head..4 * (head + 1);
            let scores: Vec<f64> =
                pairs.iter().map(|pair| q.slice(s![at.clone()]).dot(&pair.slice(s![at.clone()])) / 2.0).collect();
            for (pair, score) in pairs.iter().zip(&scores) {
                let weight = exp(score - log_sum_exp(&scores));
                let value = &pair.slice(s![8 + at.start..8 + at.end]) * weight;
                attended.slice_mut(s![at.clone()]).scaled_add(1.0, &value);
            }
        }
        let u = query + attended.dot(&part("0.output"));
        let hidden = affine(&norm(&u, "0.second"), "0.up").mapv(|x| x.max(0.0));
        let end = &u + &affine(&hidden, "0.down");
        let expected = affine(&norm(&end, "last"), "logits");
        for (expected, &logit) in expected.iter().zip(&logits[i * CLASSES..]) {
            assert!((expected - f64::from(logit)).abs() < 1e-5, "{expected} is not {logit}");
        }
    }
}
