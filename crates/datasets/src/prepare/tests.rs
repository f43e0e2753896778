use super::*;
use ndarray::array;
use numerics::random::Streams;

#[test]
fn standardization_gives_mean_zero_and_deviation_one() {
    let mut x = array![[1.0, 2.0], [3.0, 6.0]];
    let standard = Standardization::of(x.view());
    assert_eq!((standard.mean, standard.deviation), (3.0, 3.5f64.sqrt()));
    standard.apply(x.view_mut());
    let again = Standardization::of(x.view());
    assert!(again.mean.abs() < 1e-15 && (again.deviation - 1.0).abs() < 1e-15);
    let mut same = array![[2.0f32, 2.0]];
    Standardization::of(same.view()).apply(same.view_mut());
    assert_eq!(same, array![[0.0, 0.0]]);
}

#[test]
fn rows_get_length_one() {
    let mut x = array![[3.0, 4.0], [0.0, 0.0]];
    normalize_rows(x.view_mut());
    assert_eq!(x, array![[0.6, 0.8], [0.0, 0.0]]);
}

#[test]
fn label_noise_is_nested_and_of_the_asked_amount() {
    let clean = vec![0usize; 20_000];
    let noisy = |probability: f64| {
        let mut labels = clean.clone();
        let mut random = Streams::new("test").open("noise", 0);
        randomize_labels(&mut labels, 10, probability, &mut random);
        labels
    };
    let (few, many) = (noisy(0.1), noisy(0.4));
    let wrong = |labels: &[usize]| labels.iter().filter(|label| **label != 0).count() as f64 / 20_000.0;
    // Nine in ten replaced labels are wrong; standard deviations 0.002 and 0.0034.
    assert!((wrong(&few) - 0.09).abs() < 0.008 && (wrong(&many) - 0.36).abs() < 0.014);
    assert!(few.iter().zip(&many).all(|(few, many)| *few == 0 || few == many));
    assert_eq!(noisy(0.0), clean);

    let mut labels = vec![100; 50];
    randomize_some_labels(&mut labels, 10, 20, &mut Streams::new("test").open("noise", 1));
    assert_eq!(labels.iter().filter(|label| **label < 10).count(), 20);
}

#[test]
fn quarter_turns_are_counter_clockwise() {
    let image = array![[1.0, 2.0, 3.0, 4.0]];
    for (turns, expected) in [
        (0, [1.0, 2.0, 3.0, 4.0]),
        (1, [2.0, 4.0, 1.0, 3.0]),
        (2, [4.0, 3.0, 2.0, 1.0]),
        (3, [3.0, 1.0, 4.0, 2.0]),
        (5, [2.0, 4.0, 1.0, 3.0]),
    ] {
        assert_eq!(rotate_quarters(image.view(), turns).as_slice().unwrap(), expected, "{turns}");
    }
    let nine = Array2::from_shape_fn((2, 9), |(i, j)| (10 * i + j) as f32);
    let twice = rotate_quarters(rotate_quarters(nine.view(), 1).view(), 1);
    assert_eq!(twice, rotate_quarters(nine.view(), 2));
}

#[test]
fn a_color_is_a_half() {
    let colored = color(array![[1.0, 2.0], [3.0, 4.0]].view(), &[true, false]);
    assert_eq!(colored, array![[0.0, 0.0, 1.0, 2.0], [3.0, 4.0, 0.0, 0.0]]);
}
