//! The query policy: a network with one hidden layer that sees an episode's history and gives the
//! probability of asking each item.

use common::networks::{Adam, Init, Labels, Optimizer, Tape, Value, softmax_rows};
use common::prelude::*;

use crate::episodes::{QueryPolicy, TOGETHER};
use crate::thresholds::{History, Thresholds};

/// Counts, sums and gaps are divided by this, and gaps are cut off at it.
const UNIT: f64 = 4.0;

/// A network with all that it has seen and asked in the episodes of a batch.
pub struct Network {
    tape: Tape<f64>,
    /// Counts and sums of the items, the time, the gaps of the hypotheses.
    input: Value,
    item: Labels,
    logits: Value,
    /// -ln p(item).
    surprise: Value,
    entropy: Value,
    theta: Vec<f64>,
    gradient: Vec<f64>,
    adam: Adam<f64>,
    /// Queries of an episode.
    queries: usize,
    /// What was seen and asked: row `step * episodes + b` belongs to episode b.
    seen: Vec<f64>,
    asked: Vec<usize>,
    probabilities: Vec<f64>,
}

impl Network {
    /// A network that asks all items about equally, for batches of this size and for evaluation.
    pub fn new(problem: &Thresholds, hidden: usize, batch: usize, random: &mut Generator) -> Network {
        let &Thresholds { items, queries, .. } = problem;
        let capacity = queries * batch.max(TOGETHER);
        let mut tape = Tape::new(capacity);
        let input = tape.input("history", 1, 3 * items + 2);
        let neurons = tape.dense("first", input, hidden, Init::HeNormal);
        let neurons = tape.tanh(neurons);
        let logits = tape.dense("second", neurons, items, Init::Normal((0.01 / hidden as f64).sqrt()));
        let item = tape.labels("item", 1);
        let surprise = tape.cross_entropy(logits, item);
        let entropy = tape.entropy(logits);
        let theta = tape.initial(random);
        Network {
            gradient: vec![0.0; theta.len()],
            adam: Adam::new(theta.len()),
            queries,
            seen: vec![0.0; capacity * input.columns()],
            asked: vec![0; capacity],
            probabilities: vec![0.0; capacity * items],
            tape,
            input,
            item,
            logits,
            surprise,
            entropy,
            theta,
        }
    }

    /// A step of Adam against the gradient of the last batch.
    pub fn learn(&mut self, advantages: &[f64], entropy_bonus: f64, rate: f64) {
        self.differentiate(advantages, entropy_bonus);
        self.adam.step(&mut self.theta, &self.gradient, rate);
    }

    /// The policy gradient of the last batch of B episodes: that of
    /// (1 / B) sum over episodes of advantage · sum_steps ln p(item) - `entropy_bonus` · sum_steps entropy.
    ///
    /// Advantages are losses less a baseline, so that descending makes losses smaller.
    fn differentiate(&mut self, advantages: &[f64], entropy_bonus: f64) {
        let (tape, episodes) = (&mut self.tape, advantages.len());
        let rows = self.queries * episodes;
        tape.set(self.input, &self.seen[..rows * self.input.columns()]);
        tape.set_labels(self.item, &self.asked[..rows]);
        tape.forward(&self.theta);
        for (slope, advantage) in tape.seed(self.surprise).iter_mut().zip(advantages.iter().cycle()) {
            *slope = -advantage / episodes as f64;
        }
        tape.seed(self.entropy).fill(-entropy_bonus / episodes as f64);
        tape.backward_from_seeds(&self.theta, &mut self.gradient);
    }
}

impl QueryPolicy for Network {
    /// Samples the items.
    fn choose(&mut self, step: usize, histories: &[History], items: &mut [usize], random: &mut Generator) {
        let (episodes, width, count) = (histories.len(), self.input.columns(), self.logits.columns());
        let (start, time) = (step * episodes, step as f64 / self.queries as f64);
        let seen = &mut self.seen[start * width..(start + episodes) * width];
        for (history, row) in histories.iter().zip(seen.chunks_exact_mut(width)) {
            describe(history, time, row);
        }
        self.tape.set(self.input, seen);
        self.tape.forward_to(self.logits, &self.theta);
        let probabilities = &mut self.probabilities[..episodes * count];
        probabilities.copy_from_slice(self.tape.value(self.logits));
        softmax_rows(probabilities, count);
        for (item, probabilities) in items.iter_mut().zip(probabilities.chunks_exact(count)) {
            *item = random.categorical(probabilities);
        }
        self.asked[start..start + episodes].copy_from_slice(items);
    }
}

/// Writes down what the network sees of a history.
fn describe(history: &History, time: f64, row: &mut [f64]) {
    let seen = history.counts().iter().chain(history.sums()).map(|&value| f64::from(value) / UNIT);
    let gaps = history.gaps().iter().map(|&gap| (f64::from(gap) / UNIT).min(1.0));
    row.iter_mut().zip(seen.chain([time]).chain(gaps)).for_each(|(place, value)| *place = value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::episodes::Episodes;
    use crate::thresholds::Instance;

    #[test]
    fn the_network_sees_counts_sums_time_and_gaps() {
        let mut history = History::new(2);
        history.note(0, 1);
        history.note(0, 1);
        history.note(1, -1);
        let mut row = [9.0; 8];
        describe(&history, 0.75, &mut row);
        // Scores of k = 0, 1, 2: 0, 2, 1.
        assert_eq!(row, [0.5, 0.25, 0.5, -0.25, 0.75, 0.5, 0.0, 0.25]);
    }

    #[test]
    fn the_gradient_is_that_of_the_recorded_episodes() {
        let problem = Thresholds { items: 3, queries: 4, noise_levels: vec![0.6] };
        let mut random = Streams::new("test").open("gradient", 0);
        let advantages = [0.3, -0.2, 0.5, 0.1, -0.6, 0.25];
        let instances: Vec<Instance> = problem.instances().into_iter().cycle().take(advantages.len()).collect();
        let mut network = Network::new(&problem, 5, instances.len(), &mut random);
        // Larger weights than a training starts with, and biases.
        network.theta.fill_with(|| random.normal());
        Episodes::new(&problem, instances.len()).play(&mut network, &instances, &mut random);
        network.differentiate(&advantages, 0.1);
        let gradient = network.gradient.clone();
        let mut moved = |place: usize, by: f64| {
            network.theta[place] += by;
            network.differentiate(&advantages, 0.1);
            network.theta[place] -= by;
            let terms = network.tape.value(network.surprise).iter().zip(network.tape.value(network.entropy));
            let episodes = terms.zip(advantages.iter().cycle());
            let sum: f64 = episodes.map(|((surprise, entropy), a)| -a * surprise - 0.1 * entropy).sum();
            sum / advantages.len() as f64
        };
        for (place, slope) in gradient.into_iter().enumerate() {
            let difference = moved(place, 1e-5) - moved(place, -1e-5);
            assert!((slope - difference / 2e-5).abs() < 1e-8, "{place}");
        }
    }
}
