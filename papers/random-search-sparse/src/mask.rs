//! Masks over hidden nodes, and the compact network that a mask cuts out of its parent.

use common::prelude::*;

/// Nodes that stay of a hidden layer of `width` when a share p is removed: max(1, round(width (1 − p))).
pub fn kept(width: usize, sparsity: f64) -> usize {
    ((width as f64 * (1.0 - sparsity)).round() as usize).max(1)
}

/// The nodes of every layer that stay, in ascending order: all inputs, some of each hidden layer, all classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    layers: Vec<Vec<usize>>,
}

impl Mask {
    /// Of a parent with these numbers of inputs, hidden units and classes, all nodes.
    pub fn full(widths: &[usize]) -> Mask {
        Mask { layers: widths.iter().map(|&width| (0..width).collect()).collect() }
    }

    /// A uniformly random subset of the hidden nodes, as many of each layer as [`kept`] says.
    pub fn random(widths: &[usize], sparsity: f64, random: &mut Generator) -> Mask {
        let mut mask = Mask::full(widths);
        let last = widths.len() - 1;
        for layer in &mut mask.layers[1..last] {
            let width = layer.len();
            *layer = random.sample(width, kept(width, sparsity));
            layer.sort_unstable();
        }
        mask
    }

    /// Numbers of inputs, hidden units and classes that stay.
    pub fn widths(&self) -> Vec<usize> {
        self.layers.iter().map(Vec::len).collect()
    }

    /// The parameters of the compact network: W₁\[:, S₁\], b₁\[S₁\], W₂\[S₁, S₂\], b₂\[S₂\], …, exactly those of the parent. Both
    /// vectors hold each layer's weights (a row for each input) and then its biases; `parent` has the `widths` of the parent.
    pub fn inherit(&self, widths: &[usize], parent: &[f32], child: &mut Vec<f32>) {
        child.clear();
        let mut rest = parent;
        for (layer, nodes) in self.layers.windows(2).enumerate() {
            let (inputs, units) = (widths[layer], widths[layer + 1]);
            let (weights, after) = rest.split_at(inputs * units);
            let (biases, after) = after.split_at(units);
            for &input in &nodes[0] {
                let row = &weights[input * units..][..units];
                child.extend(nodes[1].iter().map(|&unit| row[unit]));
            }
            child.extend(nodes[1].iter().map(|&unit| biases[unit]));
            rest = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::networks::{Classifier, Init};

    const WIDTHS: [usize; 4] = [5, 8, 6, 3];

    fn generator(name: &str) -> Generator {
        Streams::new("random-search-sparse").open(name, 0)
    }

    #[test]
    fn at_least_one_node_stays() {
        assert_eq!([0.0, 0.25, 0.9, 0.95, 0.999].map(|sparsity| kept(256, sparsity)), [256, 192, 26, 13, 1]);
    }

    #[test]
    fn masks_are_uniform_subsets_in_ascending_order() {
        let mut random = generator("masks");
        let mut counts = [0.0; 8];
        for _ in 0..4000 {
            let mask = Mask::random(&WIDTHS, 0.5, &mut random);
            assert_eq!(mask.widths(), [5, 4, 3, 3]);
            assert!(mask.layers.iter().all(|layer| layer.is_sorted_by(|a, b| a < b)));
            mask.layers[1].iter().for_each(|&node| counts[node] += 1.0 / 4000.0);
        }
        // Each node stays with probability 1/2, give or take 0.008.
        assert!(counts.iter().all(|share| (share - 0.5_f64).abs() < 0.04), "{counts:?}");
    }

    /// A compact network says what its parent says when the other nodes are silenced.
    #[test]
    fn a_compact_network_is_the_parent_without_the_other_nodes() {
        let network = |widths: &[usize]| Classifier::<f32>::mlp(7, widths, Init::HeNormal, Init::HeNormal);
        let inputs = generator("inputs").normal_matrix(7, 5).mapv(|x| x as f32);
        let (mut net, mut child) = (network(&WIDTHS), Vec::new());
        let mut parent = net.tape.initial(&mut generator("parent"));
        // Biases that are not zero, so that a misplaced one shows.
        parent.iter_mut().enumerate().for_each(|(place, number)| *number += 0.01 * place as f32);
        let mask = Mask::random(&WIDTHS, 0.5, &mut generator("mask"));
        mask.inherit(&WIDTHS, &parent, &mut child);
        for layer in [1, 2] {
            let weight = net.tape.named(&format!("{layer}.weight")).value;
            let mut outgoing = net.tape.view_mut(weight, &mut parent);
            for node in (0..WIDTHS[layer]).filter(|node| !mask.layers[layer].contains(node)) {
                outgoing.row_mut(node).fill(0.0);
            }
        }
        let mut compact = network(&mask.widths());
        assert_eq!(child.len(), compact.tape.parameter_count());
        let logits = |net: &mut Classifier<f32>, theta: &[f32]| {
            net.load(inputs.view(), &[0_usize; 7], &[0, 1, 2, 3, 4, 5, 6]);
            net.tape.forward(theta);
            net.tape.value(net.logits).to_vec()
        };
        let (ours, expected) = (logits(&mut compact, &child), logits(&mut net, &parent));
        assert!(ours.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5), "{ours:?} {expected:?}");
    }
}
