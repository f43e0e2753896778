//! What was published about the network of the main curve.

use common::prelude::*;

use crate::network::Network;

/// What was published. Cells read it for the columns of published ranges, so that any change makes them stale.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// The network of the published accuracies.
pub const NETWORK: Network = Network::new(200, 2);

/// The published range for training `d` dimensions of a network, all of them if there is no `d`.
pub fn range(network: Network, d: Option<usize>) -> Option<(f64, f64)> {
    let entry = PUBLISHED.entry(if d.is_some() { "subspace" } else { "direct" });
    let d = d.unwrap_or(network.parameters()) as f64;
    let place = entry.places().iter().position(|published| *published == d);
    place.filter(|_| network == NETWORK).map(|place| (entry.low[place], entry.high[place]))
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
        assert!((distance(50, 0.4) - 0.0345).abs() < 1e-12 && (distance(50, 0.5) - 0.0407).abs() < 1e-12);
        assert_eq!((distance(50, 0.45), range(Network::new(200, 1), None)), (0.0, None));
        assert_eq!(range(NETWORK, None), Some((0.98, 0.982)));
        assert!(distance(50, f64::NAN).is_nan() && distance(51, 0.4).is_nan());
    }
}
