use super::*;

#[test]
fn the_penalty_has_its_gradient_and_spares_biases() {
    let net = Classifier::<f32>::mlp(1, &[3, 2, 2], Init::HeNormal, Init::HeNormal);
    let random = &mut Streams::new("intrinsic-dimension").open("penalty", 0);
    let mut theta = net.tape.initial(random);
    let bias = net.tape.named("0.bias").range.start;
    theta[bias] = 5.0;
    let value = |theta: &[f32], net: &Classifier<f32>| penalise(net, theta, 0.5, &mut vec![0.0; theta.len()]);
    let mut gradient = vec![0.0; theta.len()];
    penalise(&net, &theta, 0.5, &mut gradient);
    for i in 0..theta.len() {
        let (mut high, mut low) = (theta.clone(), theta.clone());
        high[i] += 0.01;
        low[i] -= 0.01;
        let slope = (value(&high, &net) - value(&low, &net)) / 0.02;
        assert!((slope - gradient[i]).abs() < 1e-3, "{i}: {slope} {}", gradient[i]);
    }
    assert_eq!(gradient[bias], 0.0);
}

#[test]
fn a_shuffle_moves_pixels_and_nothing_else() {
    let order = Streams::new("intrinsic-dimension").open("order", 0).permutation(PIXELS);
    let images = mnist_test().unwrap();
    let (plain, shuffled) = (digits(&images, &[3, 4], None), digits(&images, &[3, 4], Some(&order)));
    assert!(plain.inputs.dim() == (2, PIXELS) && plain.inputs != shuffled.inputs);
    assert_eq!(plain.labels, shuffled.labels);
    for (plain, shuffled) in plain.inputs.rows().into_iter().zip(shuffled.inputs.rows()) {
        assert!(shuffled.iter().zip(&order).all(|(pixel, &from)| *pixel == plain[from]));
    }
}

/// Even a few steps in a subspace beat guessing, and runs of a seed are the same to the bit.
#[test]
fn a_short_training_learns() {
    let streams = Streams::new("intrinsic-dimension");
    for projection in [ProjectionKind::Sparse, ProjectionKind::Fastfood] {
        let train = |steps| {
            let network = Network::new(16, 1);
            let trained = Trained::Subspace { d: 200, projection };
            Run { network, trained, rate: 0.3, steps, seed: 0, recipe: &RECIPE }.train(&streams).unwrap()
        };
        let (first, second) = (train(60), train(60));
        assert!(first.accuracy > 0.5, "{projection:?}: {}", first.accuracy);
        assert_eq!((first.loss, first.accuracy), (second.loss, second.accuracy));
        let untrained = train(0);
        assert!(untrained.loss.is_none() && untrained.accuracy < 0.3, "{projection:?}: {}", untrained.accuracy);
    }
}

const RECIPE: Recipe = Recipe {
    train_size: 2000,
    test_size: 1000,
    batch: 64,
    lr_schedule: Schedule::Cosine,
    l2: 0.0,
    pixel_shuffle: false,
};
