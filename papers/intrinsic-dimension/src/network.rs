//! The networks: perceptrons on handwritten digits, written as 200x2 for two hidden layers of 200 units.

use common::prelude::*;
use parameters::{Node, Shape};

/// Inputs of a network.
pub const PIXELS: usize = 784;
/// Outputs of a network.
pub const CLASSES: usize = 10;

/// The most units of a layer. Larger products of sizes could be too large for whole numbers.
pub const MOST_WIDTH: usize = 1_000_000;
/// The most hidden layers.
pub const MOST_DEPTH: usize = 1000;

/// A perceptron with ReLU between its layers.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Network {
    /// Units of each hidden layer.
    pub width: usize,
    /// Hidden layers; none make it linear.
    pub depth: usize,
}

impl Network {
    /// A network of `depth` hidden layers of `width` units.
    pub const fn new(width: usize, depth: usize) -> Network {
        Network { width, depth }
    }

    /// Reads `200x2`.
    pub fn parse(text: &str) -> Option<Network> {
        let (width, depth) = text.split_once('x')?;
        let network = Network::new(width.parse().ok()?, depth.parse().ok()?);
        ((1..=MOST_WIDTH).contains(&network.width) && network.depth <= MOST_DEPTH).then_some(network)
    }

    /// Inputs, hidden units of each layer, classes.
    pub fn widths(self) -> Vec<usize> {
        let hidden = std::iter::repeat_n(self.width, self.depth);
        [PIXELS].into_iter().chain(hidden).chain([CLASSES]).collect()
    }

    /// The number D of parameters: weights and biases.
    pub fn parameters(self) -> usize {
        self.widths().windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
    }
}

impl parameters::Value for Network {
    type Scalar = String;

    fn shape() -> Shape {
        Shape::Text("width x depth, as in 200x2")
    }

    fn read(node: &Node<'_>) -> Option<Network> {
        let expected = format!("a width from 1 to {MOST_WIDTH} and a depth from 0 to {MOST_DEPTH}, as in 200x2");
        node.parse(&expected, Network::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::networks::{Classifier, Init};

    #[test]
    fn parameters_are_counted_with_biases() {
        for (text, parameters) in [("200x2", 199_210), ("50x1", 39_760), ("2x1", 1600), ("10x1", 7960), ("7x0", 7850)] {
            let network = Network::parse(text).unwrap();
            assert_eq!(network.parameters(), parameters);
            let net = Classifier::<f32>::mlp(1, &network.widths(), Init::HeNormal, Init::HeNormal);
            assert_eq!(net.tape.parameter_count(), parameters);
        }
        for text in ["200", "0x1", "2x", "x2", "-3x1", "9999999x1", "2x1001"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
