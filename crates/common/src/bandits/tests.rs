use super::*;
use numerics::random::Streams;

#[test]
fn tsallis_probabilities_satisfy_their_equation() {
    let mut bandit = TsallisInf::new(3);
    bandit.update(1, 2.0);
    // Round 2, mean loss 2, estimates (0, 3, 0): p = 2 / (L - x)^2, so with y = -x the equation is
    // 4 / y^2 + 2 / (3 + y)^2 = 1, whose root (by bisection) is the following.
    let y = 2.082_239_920_299_821_6;
    let expected = [2.0 / (y * y), 2.0 / ((3.0 + y) * (3.0 + y)), 2.0 / (y * y)];
    for (p, expected) in bandit.probabilities().iter().zip(expected) {
        assert!((p - expected).abs() < 1e-12, "{p} {expected}");
    }
}

#[test]
fn tsallis_does_not_depend_on_the_unit_of_the_losses() {
    let (mut ones, mut thousands) = (TsallisInf::new(4), TsallisInf::new(4));
    for (arm, loss) in [(0, 1.0), (3, 0.25), (2, 4.0), (3, 0.5)] {
        ones.update(arm, loss);
        thousands.update(arm, 1024.0 * loss);
    }
    assert_eq!(ones.probabilities(), thousands.probabilities());
}

#[test]
fn tsallis_solves_far_apart_estimates() {
    let mut bandit = TsallisInf::new(20);
    for round in 0..200 {
        bandit.update(round % 19, 1e6);
        let sum: f64 = bandit.probabilities().iter().sum();
        assert!((sum - 1.0).abs() < 1e-12 && bandit.probabilities().iter().all(|p| *p > 0.0));
    }
    assert!(bandit.probabilities()[19] > 0.9);
    let silent = (0..5).fold(TsallisInf::new(2), |mut bandit, _| {
        bandit.update(0, 0.0);
        bandit
    });
    assert_eq!(silent.probabilities(), [0.5, 0.5]);
}

#[test]
fn tsallis_regret_is_below_its_bound() {
    // Two Bernoulli arms with means 0.4 and 0.6: 4 sqrt(2 T) + 1 bounds the regret for any losses.
    let (rounds, mut total) = (2000, 0.0);
    let mut random = Streams::new("test").open("bernoulli", 0);
    let mut bandit = TsallisInf::new(2);
    for _ in 0..rounds {
        let arm = bandit.draw(&mut random);
        let loss = f64::from(u8::from(random.bernoulli([0.4, 0.6][arm])));
        bandit.update(arm, loss);
        total += loss;
    }
    let regret = total - 0.4 * f64::from(rounds);
    assert!(regret < 0.5 * 4.0 * (2.0 * f64::from(rounds)).sqrt(), "{regret}");
    assert!(bandit.probabilities()[0] > 0.8);
}

#[test]
fn inverse_gaps() {
    let mut p = [0.0; 4];
    assert_eq!(inverse_gap_weighting(&[0.5, 0.25, 0.75, 0.25], 8.0, &mut p), 1);
    // 1/6, 1/8, 1/4 and what they leave, 11/24.
    for (p, expected) in p.iter().zip([4.0, 11.0, 3.0, 6.0]) {
        assert!((p - expected / 24.0).abs() < 1e-15);
    }
    inverse_gap_weighting(&[3.0, 1.0], 0.0, &mut p[..2]);
    assert_eq!(p[..2], [0.5, 0.5]);
}
