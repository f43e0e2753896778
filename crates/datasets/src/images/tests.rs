use super::*;
use std::time::Instant;

fn two_images() -> Images {
    let pixels = Idx { sizes: vec![2, 4, 4], bytes: (0..32).collect() };
    let labels = Idx { sizes: vec![2], bytes: vec![7, 3] };
    Images::new(Arc::new(pixels), Arc::new(labels), 32).unwrap()
}

#[test]
fn rows_hold_levels_and_averages() {
    let images = two_images();
    let plain = images.rows::<f64>(&[1, 0, 1], 1);
    assert_eq!(plain[[0, 0]], 0.5);
    assert_eq!(plain[[1, 15]], 15.0 / 32.0);
    assert_eq!(plain.row(0), plain.row(2));
    // Block sums of the first image: 0+1+4+5, 2+3+6+7, 8+9+12+13, 10+11+14+15.
    let averaged = images.rows::<f32>(&[0], 2);
    assert_eq!(averaged.as_slice().unwrap(), [10.0, 18.0, 42.0, 50.0].map(|sum| sum / 128.0));
    assert_eq!(images.rows::<f64>(&[0], 4)[[0, 0]], 120.0 / 512.0);
    assert_eq!((images.labels(&[1, 0]), images.of_class(3)), (vec![3, 7], vec![1]));
}

#[test]
#[should_panic(expected = "no blocks of 3 x 3")]
fn blocks_have_to_fit() {
    two_images().rows::<f32>(&[0], 3);
}

#[test]
fn sizes_have_to_agree() {
    let array = |sizes: &[usize]| {
        let bytes = vec![0; sizes.iter().product()];
        Arc::new(Idx { sizes: sizes.to_vec(), bytes })
    };
    assert!(Images::new(array(&[2, 3, 4]), array(&[2]), 1).is_err());
    assert!(Images::new(array(&[2, 3, 3]), array(&[3]), 1).is_err());
    assert!(Images::new(array(&[2, 9]), array(&[2]), 1).is_err());
}

/// Counts and a few pixels that are known from the literature and from other distributions.
#[test]
fn bundled_images_are_the_known_ones() {
    let start = Instant::now();
    let (train, test) = (mnist_train().unwrap(), mnist_test().unwrap());
    eprintln!("MNIST in {:?}", start.elapsed());
    assert_eq!((train.len(), test.len(), train.side()), (60_000, 10_000, 28));
    assert_eq!(train.labels(&[0, 1, 2, 3, 4]), [5, 0, 4, 1, 9]);
    assert_eq!(test.labels(&[0, 1, 2, 3, 4]), [7, 2, 1, 0, 4]);
    assert_eq!(train.of_class(1).len(), 6742);
    // The mean grey level of the training images.
    let sum: u64 = (0..train.len()).flat_map(|i| train.pixels(i)).map(|&p| u64::from(p)).sum();
    assert!((sum as f64 / (255.0 * 784.0 * 60_000.0) - 0.1307).abs() < 5e-5);

    let fashion = fashion_mnist().unwrap();
    assert_eq!((fashion.len(), fashion.side()), (20_000, 28));
    assert!((0..10).all(|class| fashion.of_class(class).len() == 2000));
    let digits = digits().unwrap();
    assert_eq!((digits.len(), digits.side(), digits.of_class(0).len()), (1797, 8, 178));
    assert_eq!(digits.pixels(0)[..8], [0, 0, 5, 13, 9, 1, 0, 0]);
}
