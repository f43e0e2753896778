//! Published values: the tables of the authors' plotting notebook, MNIST, fully connected.

use crate::training::Network;

/// The network of the published accuracies.
pub const NETWORK: Network = Network { width: 200, depth: 2 };

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

/// The same for training all parameters of that network.
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
