//! Published values: the tables of the authors' plotting notebook, MNIST, fully connected.

use common::prelude::*;

use crate::network::Network;

/// The network of the published accuracies.
pub const NETWORK: Network = Network::new(200, 2);

/// Subspace dimension of that network; lowest and highest validation accuracy of three runs.
pub const SUBSPACE: [(usize, f64, f64); 9] = [
    (50, 0.435, 0.459),
    (100, 0.583, 0.612),
    (200, 0.755, 0.760),
    (300, 0.817, 0.819),
    (350, 0.829, 0.835),
    (500, 0.862, 0.869),
    (750, 0.891, 0.900),
    (1000, 0.902, 0.916),
    (1500, 0.923, 0.930),
];

/// Lowest and highest validation accuracy of training all parameters of that network.
pub const NATIVE: (f64, f64) = (0.980, 0.982);

/// Networks with one hidden layer of this many units, all parameters trained: their accuracy.
pub const SMALL: [(usize, f64); 4] = [(2, 0.566), (3, 0.773), (5, 0.887), (10, 0.926)];

/// The published range for training `d` dimensions of a network, all of them if there is no `d`.
pub fn range(network: Network, d: Option<usize>) -> Option<(f64, f64)> {
    if network != NETWORK {
        return None;
    }
    let Some(d) = d else {
        return Some(NATIVE);
    };
    let entry = SUBSPACE.iter().find(|(published, ..)| *published == d);
    entry.map(|&(_, low, high)| (low, high))
}

/// How far an accuracy is from the published range for `d` dimensions of the published network; 0 inside, NaN where
/// nothing is published.
pub fn distance(d: usize, accuracy: f64) -> f64 {
    let (low, high) = range(NETWORK, Some(d)).unwrap_or((f64::NAN, f64::NAN));
    reduce::max(&[accuracy - high, low - accuracy, 0.0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_from_the_nearer_end() {
        assert!((distance(50, 0.4) - 0.035).abs() < 1e-12 && (distance(50, 0.5) - 0.041).abs() < 1e-12);
        assert_eq!((distance(50, 0.45), range(Network::new(200, 1), None)), (0.0, None));
        assert!(distance(50, f64::NAN).is_nan() && distance(51, 0.4).is_nan());
    }
}
