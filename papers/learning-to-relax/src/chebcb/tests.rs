use super::*;

#[test]
fn chebyshev_polynomials_are_cosines() {
    let mut values = [0.0; 6];
    chebyshev(cos(0.7), &mut values);
    for (degree, value) in values.iter().enumerate() {
        assert!((value - cos(0.7 * degree as f64)).abs() < 1e-14);
    }
}

#[test]
fn a_wide_box_gives_least_squares_and_a_narrow_one_its_edge() {
    let (mut wide, mut features) = (Regression::new(3), [0.0; 3]);
    for x in [-0.9, -0.4, 0.1, 0.5, 0.8] {
        chebyshev(x, &mut features);
        // 3 - 2 x + 4 T_2(x), and a scale of 2.
        wide.add(&features, 3.0 - 2.0 * x + 4.0 * (2.0 * x * x - 1.0));
    }
    let mut narrow = wide.clone();
    wide.fit(2.0, |_| 10.0);
    for (theta, expected) in wide.theta.iter().zip([1.5, -1.0, 2.0]) {
        assert!((theta - expected).abs() < 1e-7, "{:?}", wide.theta);
    }
    narrow.fit(2.0, |degree| if degree == 1 { 0.25 } else { 10.0 });
    assert_eq!(narrow.theta[1], -0.25);
    // With theta_1 fixed the others solve their 2 x 2 normal equations.
    for j in [0, 2] {
        let slope: f64 = narrow.gram.row(j).iter().zip(&narrow.theta).map(|(g, t)| g * t).sum();
        assert!((slope - narrow.moment[j] / 2.0).abs() < 1e-7);
    }
}

#[test]
fn squared_errors_follow_the_scale() {
    let mut errors = SquaredErrors::default();
    let rounds = [(0.1, 40.0), (0.3, 55.0), (0.25, 90.0)];
    rounds.iter().for_each(|(y, cost)| errors.add(*y, *cost));
    let by_hand: f64 = rounds.iter().map(|(y, cost)| (y - cost / 200.0) * (y - cost / 200.0)).sum();
    assert!((errors.total(200.0) - by_hand).abs() < 1e-15);
}

#[test]
fn learns_which_arm_is_best_where() {
    // Arm 0 is best for low contexts, arm 1 for high ones, arm 2 never.
    let cost = |arm: usize, context: f64| [60.0 + 40.0 * context, 60.0 - 40.0 * context, 90.0][arm];
    let mut random = Streams::new("test").open("contexts", 0);
    let mut learner = ChebCb::new(3, [-1.0, 1.0], 4);
    let (mut late, mut best) = (0.0, 0.0);
    for round in 0..3000 {
        let context = random.uniform_in(-1.0, 1.0);
        let arm = learner.sample(context, &mut random);
        learner.update(arm, cost(arm, context));
        if round >= 2500 {
            late += cost(arm, context);
            best += cost(0, context).min(cost(1, context));
        }
    }
    assert!(late / best < 1.02, "{}", late / best);
}
