use super::*;
use crate::coverage::coverage;

const QUESTIONS: [usize; 3] = [2, 0, 1];

fn asked() -> Asked {
    Asked { texts: vec![vec![0, 1, 0], vec![4], vec![2, 3]], answers: vec![1, 0, 3] }
}

fn network() -> Network {
    Network::new(3, 6, 5, 4, &mut Streams::new("test").open("weights", 0))
}

/// Mean of −ln(1 − (1 − p)^N).
fn loss(network: &mut Network, n: usize) -> f64 {
    let p = network.answer(&asked(), &QUESTIONS);
    let losses =
        QUESTIONS.iter().zip(p.rows()).map(|(&question, p)| -ln(coverage(n, f64::from(p[asked().answers[question]]))));
    losses.sum::<f64>() / 3.0
}

#[test]
fn probabilities_add_up_and_follow_the_words() {
    let mut network = network();
    let p = network.answer(&asked(), &QUESTIONS).to_owned();
    assert!(p.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-6));
    // The order of words does not matter, their number does.
    let other = Asked { texts: vec![vec![0, 0, 1], vec![0, 1], vec![3, 2]], answers: vec![0; 3] };
    let q = network.answer(&other, &QUESTIONS).to_owned();
    assert!((&p.row(1) - &q.row(1)).iter().all(|gap| gap.abs() < 1e-6) && p.row(2) != q.row(2));
}

#[test]
fn the_gradient_is_that_of_the_loss() {
    for n in [1, 5, 64] {
        let mut network = network();
        loss(&mut network, n);
        network.differentiate(&asked(), &QUESTIONS, n);
        let gradient = network.gradient.clone();
        for index in (0..network.theta.len()).step_by(7).chain(network.theta.len() - 30..network.theta.len()) {
            let kept = network.theta[index];
            let [above, below] = [1e-3, -1e-3].map(|step| {
                network.theta[index] = kept + step;
                loss(&mut network, n)
            });
            network.theta[index] = kept;
            let slope = (above - below) / 2e-3;
            assert!((f64::from(gradient[index]) - slope).abs() < 1e-3, "{n}, {index}: {} {slope}", gradient[index]);
        }
    }
}

#[test]
fn steps_raise_coverage_and_a_large_order_stops_early() {
    let confidence = |n: usize| {
        let mut network = network();
        (0..300).for_each(|_| network.learn(&asked(), &QUESTIONS, n, 1e-2));
        let p = network.answer(&asked(), &[0, 1, 2]);
        asked().answers.iter().zip(p.rows()).map(|(&right, p)| f64::from(p[right])).collect::<Vec<f64>>()
    };
    let [plain, limited] = [1, 256].map(confidence);
    assert!(plain.iter().all(|&p| p > 0.98), "{plain:?}");
    assert!(limited.iter().all(|&p| coverage(256, p) > 0.99 && p < 0.6), "{limited:?}");
}
