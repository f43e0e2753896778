use super::*;
use crate::estimate::tests::iris;
use linfa::DatasetBase;
use linfa::prelude::{Fit, ParamGuard};
use ndarray::array;
use numerics::random::Streams;

#[test]
fn agrees_with_sklearn() {
    // sklearn 1.9.1, LogisticRegression(C=2.0, tol=1e-14, solver="newton-cg"), whose intercepts
    // have a common shift.
    let (x, species) = iris();
    let fit = MultinomialLogistic::new(0.5).tolerance(1e-10).fit(x.view(), &species, 3).unwrap();
    assert!(fit.converged && fit.gradient_norm <= 1e-10);
    let expected = array![
        [-0.45067409466563574, -0.25879882119173325, 0.7094729158573664],
        [0.5147278602917305, -0.49361377566821824, -0.02111408462351329],
        [-1.9407573873029, 0.10694701965176054, 1.8338103676511377],
        [-0.7569496201689943, -0.6692579889614344, 1.4262076091304292]
    ];
    assert!((&fit.coefficients - &expected).iter().all(|d| d.abs() < 1e-8), "{fit:?}");
    let expected = array![9.340035594579106, 5.442563597990549, -14.781908994208806];
    let shifts = &fit.intercepts - &expected;
    assert!(shifts.iter().all(|shift| (shift - shifts[0]).abs() < 1e-7), "{fit:?}");
    let probabilities = fit.probabilities(array![[5.9, 3.2, 4.8, 1.8]].view());
    let expected = array![[0.013063382527429437, 0.709484081937894, 0.2774525355346765]];
    assert!((&probabilities - &expected).iter().all(|d| d.abs() < 1e-8), "{probabilities}");
}

#[test]
fn agrees_with_linfa_where_logits_are_small() {
    let (x, species) = iris();
    let ours = MultinomialLogistic::new(0.5).tolerance(1e-9).fit(x.view(), &species, 3).unwrap();
    let theirs = linfa_logistic::MultiLogisticRegression::default()
        .alpha(0.5)
        .gradient_tolerance(1e-6)
        .max_iterations(1000)
        .check()
        .unwrap()
        .fit(&DatasetBase::new(x.clone(), Array1::from(species)))
        .unwrap();
    assert!((&ours.coefficients - theirs.params()).iter().all(|d| d.abs() < 1e-4));
}

#[test]
fn widely_spread_logits_are_no_trouble() {
    // Ten classes far apart, weakly penalised: here linfa 0.8.1 returns losses 60 times too
    // high.
    let mut generator = Streams::new("multinomial").open("classes", 1);
    let centers = generator.normal_matrix(10, 20) * 3.0;
    let labels: Vec<usize> = (0..300).map(|row| row % 10).collect();
    let x = Array2::from_shape_fn((300, 20), |(i, j)| centers[[labels[i], j]] + 3.0 * generator.normal());
    let fit = MultinomialLogistic::new(0.03).fit(x.view(), &labels, 10).unwrap();
    assert!(fit.converged);
    assert_eq!(fit.predict(x.view()), labels);
    assert!(fit.probabilities(x.view()).rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-12));
}

#[test]
fn two_classes_are_the_binary_model() {
    // The coefficients of two classes are opposite, so the penalty on them is that of half
    // their difference.
    let (x, species) = iris();
    let x = x.slice(s![10.., ..]);
    let binary: Vec<usize> = species[10..].iter().map(|species| species - 1).collect();
    let virginica: Vec<bool> = binary.iter().map(|label| *label == 1).collect();
    let two = MultinomialLogistic::new(4.0).tolerance(1e-10).fit(x, &binary, 2).unwrap();
    let one = crate::estimate::Logistic::new(2.0).tolerance(1e-9).fit(x, &virginica).unwrap();
    let difference = &two.coefficients.column(1) - &two.coefficients.column(0);
    assert!((&difference - &one.coefficients).iter().all(|d| d.abs() < 1e-6));
}

#[test]
fn absent_classes_and_errors() {
    let x = array![[1.0], [2.0], [-1.0]];
    let fit = MultinomialLogistic::new(1.0).fit(x.view(), &[0, 0, 2], 3).unwrap();
    assert!(fit.probabilities(x.view()).column(1).iter().all(|p| *p < 0.3));
    assert!(MultinomialLogistic::new(1.0).fit(x.view(), &[0, 0, 3], 3).is_err());
    assert!(MultinomialLogistic::new(1.0).fit(x.view(), &[0, 0], 3).is_err());
    assert!(MultinomialLogistic::new(1.0).fit(x.view(), &[0, 0, 0], 1).is_err());
    assert!(MultinomialLogistic::new(-1.0).fit(x.view(), &[0, 0, 1], 2).is_err());
    let plain = MultinomialLogistic::new(1.0).intercept(false).fit(x.view(), &[0, 0, 1], 2).unwrap();
    assert_eq!(plain.intercepts, array![0.0, 0.0]);
}
