//! What holds, and how numbers look.

use super::*;

#[test]
fn a_claim_holds_only_when_every_measure_does() {
    let claim = Claim::new("a").at_least("x", 1.0, 0.5).at_most("y", 2.0, 1.0);
    assert_eq!(claim.verdict(), Verdict::Fails);
    assert!(Claim::new("a").at_least("x", 1.0, 1.0).holds());
    assert!(!Claim::new("a").above("x", 1.0, 1.0).holds());
    assert!(Claim::new("a").within("x", 1.0, 1.0..=2.0).holds());
    assert!(!Claim::new("a").is_true("x", false).holds());
}

#[test]
fn nan_and_nothing_measured_never_hold() {
    let nan = f64::NAN;
    for claim in [
        Claim::new("a").at_least("x", nan, 0.0),
        Claim::new("a").at_most("x", -nan, 0.0),
        Claim::new("a").within("x", nan, 0.0..=1.0),
        Claim::new("a").at_most("x", Each::of(&[0, 1], |k| [0.5, nan][k]), 0.9),
        Claim::new("a").at_least("x", Each::of(&[0, 1], |k| [-nan, 5.0][k]), 0.9),
        Claim::new("a").at_least("x", Each::of(&[0_usize; 0], |_| 5.0), 0.9),
        Claim::new("a"),
        Claim::new("a").report("x", 1.0),
    ] {
        assert_eq!(claim.verdict(), Verdict::Fails, "{claim:?}");
    }
    let none = Claim::new("a").applies_if(false, "no data").applies_if(false, "no runs");
    assert_eq!((none.verdict(), none.not_applicable.as_deref()), (Verdict::NotApplicable, Some("no data")));
}

#[test]
fn the_worst_is_judged_and_all_are_reported() {
    let each = || Each::of(&["mnist", "fashion"], |name| if name == "mnist" { 0.5 } else { 0.7 });
    let most = Claim::new("a").at_most("x", each() / 0.5, 1.2);
    assert_eq!((most.measures[0].value, most.holds()), (1.4, false));
    assert_eq!(most.measures[0].shown(), "1.4 (mnist 1, fashion 1.4)");
    assert_eq!(Claim::new("a").at_least("x", each(), 0.4).measures[0].value, 0.5);
    assert_eq!(Claim::new("a").within("x", each() - each(), 0.0..=0.0).measures[0].value, 0.0);
    let reported = Claim::new("a").report("x", each() * 2.0);
    assert_eq!((reported.measures[1].what.as_str(), reported.measures[1].value), ("x, fashion", 1.4));
}

#[test]
fn a_known_deviation_is_one_only_while_it_misses() {
    let claim = |value| Claim::new("a").at_least("x", value, 1.0).known_deviation("the model is smaller");
    assert_eq!(claim(0.5).verdict(), Verdict::KnownDeviation);
    assert_eq!(claim(1.5).verdict(), Verdict::Fails, "it holds: the declaration has to go");
    assert_eq!(claim(f64::NAN).verdict(), Verdict::Fails);
    assert_eq!(Claim::new("a").report("x", 0.5).known_deviation("w").verdict(), Verdict::Fails);
    assert_eq!(claim(0.5).applies_if(false, "no data").verdict(), Verdict::NotApplicable);
    assert!(claim(1.5).is_met() && !claim(0.5).is_met());
}

#[test]
fn published_numbers_stand_beside_the_measures() {
    let published =
        crate::Number { value: 0.5, tolerance: None, locator: "Table 1".into(), compares: crate::Compares::Exact };
    let claim = Claim::new("a").matches("x", 0.52, published.clone(), 0.03).at_most("y", 1.0, 2.0).beside(published);
    assert!(claim.holds());
    let numbers = claim.measures.iter().map(|measure| measure.published.as_ref().unwrap().tolerance);
    assert_eq!(numbers.collect::<Vec<_>>(), [Some(0.03), None]);
    let far = Claim::new("a").matches("x", 0.54, claim.measures[0].published.clone().unwrap(), 0.03);
    assert_eq!(far.verdict(), Verdict::Fails);
}

#[test]
fn numbers_are_short() {
    let cases = [
        (0.985, "0.985"),
        (1.0, "1"),
        (1234567.0, "1234567"),
        (12345678.0, "1.235e7"),
        (0.00001234567, "1.235e-5"),
        (-0.0155, "-0.0155"),
        (33.333333, "33.33"),
        (0.0, "0"),
        (f64::INFINITY, "inf"),
    ];
    for (value, text) in cases {
        assert_eq!(short(value), text);
    }
}
