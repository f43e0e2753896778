//! Co-teaching (Han et al. 2018): two networks, each of which picks the examples that the other one learns from.

use common::networks::Batches;
use common::prelude::*;

use crate::digits::NoisyDigits;
use crate::network::{Network, Student, Training};

/// Fine-tuning of two trained networks by each other.
#[derive(Parameters)]
pub struct CoTeaching {
    /// Passes over the training images.
    #[range(0..)]
    pub co_epochs: usize,
    /// Step size.
    #[range(0.0..)]
    co_lr: f64,
    /// Share of each batch that is left out: that of wrong labels, not the probability `noise` of a new one.
    #[range(0.0..1.0)]
    pub forget_rate: f64,
}

impl CoTeaching {
    /// Examples of a batch that are learned from.
    pub fn selected(&self, batch: usize) -> usize {
        (batch as f64 * (1.0 - self.forget_rate)).round() as usize
    }

    /// Lets two students teach each other, both on the same batches. Gives the share of true labels among the examples
    /// that were selected in the last pass; none without a pass.
    pub fn teach(
        &self,
        network: &mut Network,
        students: &mut [Student; 2],
        digits: &NoisyDigits,
        training: &Training,
        random: &mut Generator,
    ) -> Option<f64> {
        let (bs, examples) = (training.bs, &digits.train);
        let mut batches = Batches::new(0..examples.len(), bs);
        let mut order = Vec::with_capacity(bs);
        let mut selections = [(); 2].map(|()| vec![0; self.selected(bs)]);
        students.iter_mut().for_each(Student::rest);
        let (mut clean, mut last) = (0, 0);
        for epoch in 0..self.co_epochs {
            for _ in 0..batches.per_epoch() {
                let batch = batches.next(random);
                for (student, selection) in students.iter().zip(&mut selections) {
                    select_small(network.losses(student, examples, batch), batch, &mut order, selection);
                }
                // Each learns from what the other one has selected.
                for (student, selection) in students.iter_mut().zip(selections.iter().rev()) {
                    network.step(student, examples, selection, self.co_lr);
                }
                if epoch + 1 == self.co_epochs {
                    let selected = || selections.iter().flatten();
                    clean += selected().filter(|&&index| digits.is_clean(index)).count();
                    last += selected().count();
                }
            }
        }
        (last > 0).then(|| clean as f64 / last as f64)
    }
}

/// Fills the selection with those examples of a batch whose losses are smallest; of equal ones the first.
fn select_small(losses: &[f32], batch: &[usize], order: &mut Vec<usize>, selection: &mut [usize]) {
    order.clear();
    order.extend(0..batch.len());
    // An unstable sort allocates nothing.
    order.sort_unstable_by(|&a, &b| losses[a].total_cmp(&losses[b]).then(a.cmp(&b)));
    selection.iter_mut().zip(order).for_each(|(selected, place)| *selected = batch[*place]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compression::Compression;
    use crate::network::tests::{signs, small};

    #[test]
    fn small_losses_are_selected() {
        let (mut order, mut selection) = (Vec::new(), [0; 3]);
        select_small(&[0.3, 0.1, 0.3, 0.9, 0.2], &[7, 5, 2, 4, 9], &mut order, &mut selection);
        assert_eq!(selection, [5, 9, 7]);
        let co_teaching = CoTeaching { co_epochs: 1, co_lr: 0.1, forget_rate: 0.45 };
        assert_eq!((co_teaching.selected(50), co_teaching.selected(320), co_teaching.selected(1)), (28, 176, 1));
    }

    #[test]
    fn students_learn_from_what_their_peer_selects() {
        let (training, train, streams) = (small(), signs(20), Streams::new("test"));
        let digits = NoisyDigits { truth: train.labels.clone(), validation: signs(1), test: signs(1), train };
        let mut network = Network::new(&training);
        let pair = || [1, 2].map(|number| network.student(Compression::None, number, &streams, 0));
        let (mut taught, mut by_hand) = (pair(), pair());
        let co_teaching = CoTeaching { co_epochs: 1, co_lr: 0.1, forget_rate: 0.5 };
        let mut random = streams.open("batches", 0);
        let precision = co_teaching.teach(&mut network, &mut taught, &digits, &training, &mut random);
        assert_eq!(precision, Some(1.0));
        // One batch of all examples: its order changes no more than the rounding.
        let all: Vec<usize> = (0..20).collect();
        let selections = by_hand.each_ref().map(|student| {
            let losses: Vec<f64> = network.losses(student, &digits.train, &all).iter().map(|&x| x.into()).collect();
            argsort(&losses)[..10].to_vec()
        });
        assert_ne!(selections[0], selections[1]);
        network.step(&mut by_hand[0], &digits.train, &selections[1], 0.1);
        network.step(&mut by_hand[1], &digits.train, &selections[0], 0.1);
        for (a, b) in taught.iter().zip(&by_hand) {
            assert!(a.theta.iter().zip(&b.theta).all(|(a, b)| (a - b).abs() < 1e-6));
        }
    }
}
