//! The least expected loss of any policy and any announcement, if k is uniform and h is known.
//!
//! What an episode has revealed is the vector s of the sums of answers. If item i is asked after t
//! queries, the value is U(s, t) = min_i U(s + e_i, t + 1) + U(s - e_i, t + 1), where U carries the
//! probabilities of the answers with it: at the end, U(s, T) = min over khat of
//! sum_k p^a q^(T - a) |khat - k|, with p = (1 + h) / 2, q = 1 - p and a the number of answers that
//! agree with k. An item may be asked again. The bound is h U(0, 0) / (D + 1).

use common::prelude::*;

use crate::policy::Policy;

/// Number of states beyond which the recursion is left undone: 400 MB.
const MOST_STATES: f64 = 5e7;

/// Items and queries beyond which there is no need to count the states.
const MOST: usize = 1000;

/// The exact bound of a class.
#[derive(Serialize)]
pub struct Bound {
    /// Items on the line: D.
    pub items: usize,
    /// Queries before the announcement: T.
    pub queries: usize,
    /// The class.
    pub h: f64,
}

impl Cell for Bound {
    fn cost(&self) -> f64 {
        let (items, queries) = (self.items as f64, self.queries as f64);
        // One pass over the states for each query, most of them in the last passes.
        0.6e-9 * states(self.items, self.queries) * items * items * (1.0 + queries / (items + 1.0))
    }

    fn memory(&self) -> f64 {
        8.0 * states(self.items, self.queries)
    }

    fn run(&self, _: &Streams, rows: &mut Rows) -> Result<()> {
        let &Bound { items, queries, h } = self;
        let (policy, loss) = (Policy::Bayes.name(), bayes_bound(items, queries, h));
        rows.push(record! { policy, seed: None::<u64>, h, k: -1, loss, std_err: 0.0 });
        Ok(())
    }
}

/// Whether the bound can be computed in reasonable time and memory.
pub fn is_feasible(items: usize, queries: usize) -> bool {
    items <= MOST && queries <= MOST && states(items, queries) <= MOST_STATES
}

/// States of the recursion.
fn states(items: usize, queries: usize) -> f64 {
    Ball::counts(items, queries)[[items, queries]]
}

/// The exact bound on the mean loss over the instances of class h.
pub fn bayes_bound(items: usize, queries: usize, h: f64) -> f64 {
    let ball = Ball::new(items, queries);
    let (p, q) = (0.5 * (1.0 + h), 0.5 * (1.0 - h));
    // Probability of the answers under a hypothesis, by the number that agree with it.
    let agreeing = |a: usize| powi(p, a as i32) * powi(q, (queries - a) as i32);
    let probabilities: Vec<f64> = (0..=queries).map(agreeing).collect();
    let mut weights = vec![0.0; items + 1];
    // A state that is reached after t queries has the parity of t, so that what is read at t + 1 and
    // what is written at t have different places.
    let mut values = vec![0.0; ball.count];
    let mut sums = vec![0_i32; items];
    ball.visit(queries, &mut sums, &mut |sums| {
        values[ball.rank(sums)] = announced(sums, &probabilities, &mut weights);
    });
    for t in (0..queries).rev() {
        ball.visit(t, &mut sums, &mut |sums| {
            let mut least = f64::INFINITY;
            for item in 0..sums.len() {
                sums[item] += 1;
                let positive = values[ball.rank(sums)];
                sums[item] -= 2;
                let negative = values[ball.rank(sums)];
                sums[item] += 1;
                least = least.min(positive + negative);
            }
            values[ball.rank(sums)] = least;
        });
    }
    h * values[ball.rank(&sums)] / (items + 1) as f64
}

/// min over khat of sum_k w_k |khat - k|, where w_k is the probability of the answers under k.
fn announced(sums: &[i32], probabilities: &[f64], weights: &mut [f64]) -> f64 {
    let queries = probabilities.len() as i32 - 1;
    // Twice the score of the hypothesis less the score of D: agreeing minus other answers.
    let mut balance = -sums.iter().sum::<i32>();
    for (k, weight) in weights.iter_mut().enumerate() {
        if k > 0 {
            balance += 2 * sums[k - 1];
        }
        *weight = probabilities[((queries + balance) / 2) as usize];
    }
    let half = 0.5 * weights.iter().sum::<f64>();
    let mut below = 0.0;
    let mut reached = |weight: &f64| {
        below += weight;
        below >= half
    };
    let median = weights.iter().position(&mut reached).unwrap_or(weights.len() - 1);
    let distance = |(k, weight): (usize, &f64)| weight * k.abs_diff(median) as f64;
    weights.iter().enumerate().map(distance).sum()
}

/// The integer vectors whose absolute values add up to at most a radius, numbered without gaps.
struct Ball {
    radius: usize,
    /// Vectors in all.
    count: usize,
    /// For each position and what is left of the radius there: how many vectors come before those
    /// whose component is v, in column v + radius.
    before: Vec<usize>,
}

impl Ball {
    /// The numbers of vectors by dimension and radius, which are the Delannoy numbers; floats, as they may be beyond all
    /// integers.
    fn counts(dimension: usize, radius: usize) -> Array2<f64> {
        let mut counts = Array2::ones((dimension + 1, radius + 1));
        for (d, r) in (1..=dimension).flat_map(|d| (1..=radius).map(move |r| (d, r))) {
            counts[[d, r]] = counts[[d - 1, r]] + counts[[d, r - 1]] + counts[[d - 1, r - 1]];
        }
        counts
    }

    fn new(dimension: usize, radius: usize) -> Ball {
        let counts = Ball::counts(dimension, radius);
        let mut before = Vec::with_capacity(dimension * (radius + 1) * (2 * radius + 1));
        for position in 0..dimension {
            for left in 0..=radius {
                let mut sum = 0;
                for column in 0..=2 * radius {
                    before.push(sum);
                    let size = column.abs_diff(radius);
                    if size <= left {
                        sum += counts[[dimension - position - 1, left - size]] as usize;
                    }
                }
            }
        }
        Ball { radius, count: counts[[dimension, radius]] as usize, before }
    }

    /// The number of a vector of the ball.
    fn rank(&self, vector: &[i32]) -> usize {
        let (mut rank, mut left) = (0, self.radius);
        let width = 2 * self.radius + 1;
        for (position, &component) in vector.iter().enumerate() {
            let column = (component + self.radius as i32) as usize;
            rank += self.before[(position * (self.radius + 1) + left) * width + column];
            left -= component.unsigned_abs() as usize;
        }
        rank
    }

    /// Calls `action` with each vector whose absolute values add up to `most`, or less by an even
    /// number. `vector` is zero before and after.
    fn visit(&self, most: usize, vector: &mut [i32], action: &mut dyn FnMut(&mut [i32])) {
        self.visit_from(0, most as i32, vector, action);
    }

    fn visit_from(&self, position: usize, left: i32, vector: &mut [i32], action: &mut dyn FnMut(&mut [i32])) {
        if position == vector.len() {
            if left % 2 == 0 {
                action(vector);
            }
            return;
        }
        for component in -left..=left {
            vector[position] = component;
            self.visit_from(position + 1, left - component.abs(), vector, action);
        }
        vector[position] = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ball_is_numbered_without_gaps() {
        let ball = Ball::new(4, 5);
        let mut seen = vec![0; ball.count];
        for most in [4, 5] {
            ball.visit(most, &mut [0; 4], &mut |vector| seen[ball.rank(vector)] += 1);
        }
        // The Delannoy number D(4, 5).
        assert_eq!(seen.len(), 681);
        assert!(seen.iter().all(|&times| times == 1));
    }

    #[test]
    fn one_item_is_asked_every_time() {
        // The majority of three answers is wrong with probability q² (3 p + q).
        let (p, q) = (0.8, 0.2);
        let exact = 0.6 * q * q * (3.0 * p + q);
        assert!((bayes_bound(1, 3, 0.6) - exact).abs() < 1e-15);
        // The second answer cannot change the announcement for the better.
        assert!((bayes_bound(1, 1, 0.6) - 0.6 * q).abs() < 1e-15);
        assert!((bayes_bound(1, 2, 0.6) - 0.6 * q).abs() < 1e-15);
    }

    #[test]
    fn two_items_and_one_query() {
        // Ask item 1. Of k = 0, 1, 2 a positive answer has probability q, p, p: announce 1 or 2,
        // expected distance q + p; a negative one p, q, q: announce 0 or 1, distance min(3 q, p + q).
        let (h, p, q): (f64, f64, f64) = (0.3, 0.65, 0.35);
        let exact = h / 3.0 * ((q + p) + (3.0 * q).min(p + q));
        assert!((bayes_bound(2, 1, h) - exact).abs() < 1e-15);
    }

    #[test]
    fn known_values() {
        assert_eq!(bayes_bound(8, 8, 1.0), 0.0);
        assert!((bayes_bound(8, 8, 0.6) - 0.2917).abs() < 5e-5);
        assert!((bayes_bound(8, 8, 0.3) - 0.4344).abs() < 5e-5);
    }

    #[test]
    fn large_problems_are_left_out() {
        assert!(is_feasible(10, 8));
        assert!(!is_feasible(25, 20));
        assert!(!is_feasible(100, 200));
    }
}
