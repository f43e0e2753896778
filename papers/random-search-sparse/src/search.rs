//! Random search: the best of many random sub-networks, judged before training.

use common::prelude::*;

use crate::mask::Mask;
use crate::training::Task;

/// What a search found.
pub struct Search {
    /// Which candidate won.
    pub winner: usize,
    /// Loss before training of each candidate, in nats.
    pub losses: Vec<f64>,
}

impl Search {
    /// Minimises the loss before training over the candidates, which have equally many nodes.
    pub fn among(candidates: &[Mask], task: &Task) -> Search {
        let mut network = task.network(&candidates[0]);
        let loss = |mask| {
            network.reset(mask);
            network.loss()
        };
        let losses: Vec<f64> = candidates.iter().map(loss).collect();
        Search { winner: reduce::argmin(&losses), losses }
    }

    /// The losses of all candidates, and how far below their mean the winner's is.
    pub fn record(&self) -> Record {
        let Search { winner, losses } = self;
        let (mean, best) = (reduce::mean(losses), losses[*winner]);
        let squares: Vec<f64> = losses.iter().map(|loss| (loss - mean) * (loss - mean)).collect();
        let deviation = reduce::mean(&squares).sqrt();
        let differ = losses.iter().any(|loss| *loss != losses[0]);
        record! {
            /// Mean loss of the candidates before training, in nats.
            loss_mean: mean,
            /// Standard deviation of these losses.
            loss_sd: deviation,
            /// Loss of the candidate that the search chose, the lowest.
            loss_min: best,
            /// (loss_mean − loss_min) / loss_sd; missing where all candidates are the same.
            z_gain: differ.then_some((mean - best) / deviation),
            /// Candidates of the search: T.
            n_candidates: losses.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::tests::small_setup;

    #[test]
    fn the_winner_has_the_lowest_loss_and_trains_from_it() {
        let (setup, streams) = (small_setup(), Streams::new("random-search-sparse"));
        let task = Task::new(&setup, 0, &streams).unwrap();
        let mut masks = streams.open("masks", 0);
        let candidates: Vec<Mask> = (0..12).map(|_| Mask::random(&setup.widths(), 0.5, &mut masks)).collect();
        let Search { winner, losses } = Search::among(&candidates, &task);
        for (mask, loss) in candidates.iter().zip(&losses) {
            assert_eq!(task.network(mask).loss(), *loss);
            assert!(losses[winner] <= *loss);
        }
        assert_eq!(task.network(&candidates[winner]).train(0).init_loss, losses[winner]);
    }

    #[test]
    fn gains_are_in_deviations_of_the_population() {
        let table = |losses: Vec<f64>| {
            let mut rows = Rows::default();
            rows.push(Search { winner: 1, losses }.record());
            Table::stack([rows.into_columns()]).unwrap()
        };
        let gains = table(vec![3.0, 1.0, 3.0, 1.0]);
        assert_eq!(
            ["loss_mean", "loss_sd", "loss_min", "z_gain"].map(|column| gains.value(column)),
            [2.0, 1.0, 1.0, 1.0]
        );
        assert!(table(vec![0.1; 3]).value("z_gain").is_nan());
    }
}
