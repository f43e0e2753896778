//! Rich features: discovery rounds that find one feature each, and a synthesis round that unites them.

use std::iter::repeat_n;

use common::networks::{Tape, draw_indices};
use common::prelude::*;

use crate::digits::Examples;
use crate::network::{Network, Recipe};
use crate::objective::Objective;

/// Lengths of the rounds.
#[derive(Clone, Copy, Debug, Parameters)]
pub struct Rounds {
    /// Steps of round 0: few, so that it finds the easiest feature only.
    #[range(0..)]
    pub erm_steps: usize,
    /// Steps of round 1, the discovery of another feature.
    #[range(0..)]
    pub rfc_steps: usize,
    /// Steps of the synthesis.
    #[range(0..)]
    pub syn_steps: usize,
}

/// What the rounds leave behind.
pub struct RichFeatures {
    /// The networks of rounds 0 and 1.
    pub rounds: [Network; 2],
    /// The examples that round 0 got right, and those that it got wrong.
    pub groups: [Vec<usize>; 2],
    /// The network of the synthesis: features below one head for each round.
    synthesis: Network,
    hidden: usize,
}

impl RichFeatures {
    /// All rounds, on examples with one target each. They know of no environments but in round 0, which makes the sum
    /// of the losses of both small.
    pub fn construct(recipe: Recipe, rounds: Rounds, train: &Examples, seed: u64, random: &Streams) -> RichFeatures {
        let (count, inputs) = train.inputs.dim();
        let fresh = |name: &str, outputs: usize| {
            let widths = [inputs, recipe.hidden, recipe.hidden, outputs];
            Network::new(recipe, count, &widths, |tape: &Tape<f32>| tape.initial(&mut random.open(name, seed)))
        };
        let mut first = fresh("round 0", 1);
        first.train(train, repeat_n(Objective::Sum, rounds.erm_steps));
        let predicted = first.predict(train.inputs.view());
        let groups = split(count, |index| predicted[index] == (train.targets[index] > 0.5));

        let mut second = fresh("round 1", 1);
        second.train(
            &train.regrouped(groups.each_ref().map(Vec::as_slice)),
            repeat_n(Objective::Worst, rounds.rfc_steps),
        );
        let other = second.predict(train.inputs.view());

        // Of two predictions one is right where they differ.
        let halves = split(count, |index| predicted[index] == other[index]);
        let drawn = balanced(&halves, count, &mut random.open("resampling", seed));
        let pseudo_labels = drawn.iter().flat_map(|&index| [predicted[index], other[index]]);
        let targets: Vec<f32> = pseudo_labels.map(|label| f32::from(u8::from(label))).collect();
        let distilled =
            Examples { inputs: train.inputs.select(ndarray::Axis(0), &drawn), first: targets.len(), targets };
        let mut synthesis = fresh("synthesis", 2);
        synthesis.train(&distilled, repeat_n(Objective::Sum, rounds.syn_steps));
        RichFeatures { rounds: [first, second], groups, synthesis, hidden: recipe.hidden }
    }

    /// Parameters of a network with one output: the features, and the average of both heads.
    pub fn start(&self) -> Vec<f32> {
        let (features, heads) = self.parts();
        let average = heads.chunks_exact(2).map(|pair| 0.5 * (pair[0] + pair[1]));
        features.iter().copied().chain(average).collect()
    }

    /// The average of both heads alone: weights, then bias.
    pub fn head(&self) -> Vec<f32> {
        self.start().split_off(self.parts().0.len())
    }

    /// Parameters below the heads, and those of the heads: for each weight and for the bias one of each head.
    fn parts(&self) -> (&[f32], &[f32]) {
        let theta = &self.synthesis.theta;
        theta.split_at(theta.len() - 2 * (self.hidden + 1))
    }

    /// The same examples, seen through the features.
    pub fn see(&mut self, examples: &Examples) -> Examples {
        let inputs = self.synthesis.features(examples.inputs.view());
        Examples { inputs, targets: examples.targets.clone(), first: examples.first }
    }
}

/// The indices for which a condition holds, and the others.
fn split(count: usize, condition: impl Fn(usize) -> bool) -> [Vec<usize>; 2] {
    let (yes, no) = (0..count).partition(|&index| condition(index));
    [yes, no]
}

/// An even number `count` of indices, drawn with replacement: a half of them from each of two sets, or all from one if
/// the other is empty.
fn balanced(halves: &[Vec<usize>; 2], count: usize, random: &mut Generator) -> Vec<usize> {
    let [one, two] = halves;
    let sources = if one.is_empty() {
        [two, two]
    } else if two.is_empty() {
        [one, one]
    } else {
        [one, two]
    };
    let mut drawn = vec![0; count];
    for (source, part) in sources.into_iter().zip(drawn.chunks_exact_mut(count / 2)) {
        draw_indices(source.len(), part, random);
        part.iter_mut().for_each(|index| *index = source[*index]);
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digits::tests::small_digits;

    #[test]
    fn halves_are_drawn_equally_often() {
        let mut random = Streams::new("test").open("resampling", 0);
        let drawn = balanced(&[vec![0, 1], (2..100).collect()], 50, &mut random);
        assert!(drawn[..25].iter().all(|&index| index < 2) && drawn[25..].iter().all(|&index| index >= 2));
        assert_eq!(balanced(&[vec![7], vec![]], 4, &mut random), [7; 4]);
    }

    #[test]
    fn rounds_find_colour_then_shape_and_the_start_averages_both_heads() {
        let (recipe, streams) = (Recipe { hidden: 16, lr: 0.005, l2: 0.001 }, Streams::new("test"));
        let rounds = Rounds { erm_steps: 15, rfc_steps: 150, syn_steps: 50 };
        let digits = small_digits(1000).sample(0, &streams).unwrap();
        let mut rich = RichFeatures::construct(recipe, rounds, &digits.train, 0, &streams);
        let [first, second] = &mut rich.rounds;
        let accuracies = [first.accuracy(&digits.test), second.accuracy(&digits.test)];
        assert!(accuracies[0] < 0.15 && accuracies[1] > 0.5, "{accuracies:?}");

        let inputs = digits.test.inputs.view();
        let heads = rich.synthesis.outputs(inputs);
        let logits_of = |inputs: ArrayView2<f32>, widths: &[usize], theta: Vec<f32>| {
            Network::new(recipe, 1000, widths, |_| theta).outputs(inputs)
        };
        let whole = logits_of(inputs, &[98, 16, 16, 1], rich.start());
        let on_top = logits_of(rich.see(&digits.test).inputs.view(), &[16, 1], rich.head());
        for (row, (whole, on_top)) in heads.rows().into_iter().zip(whole.iter().zip(&on_top)) {
            assert!((0.5 * (row[0] + row[1]) - whole).abs() < 1e-4 && (whole - on_top).abs() < 1e-4);
        }
    }
}
