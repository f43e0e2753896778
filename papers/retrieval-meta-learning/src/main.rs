//! Title of the paper — Authors, year, arXiv:0000.00000, Figure 1.
//!
//! What is computed, in the words of the paper. This template: the error of the mean of n draws.

mod claims;
mod figure;

use common::prelude::*;

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    /// Draws of one mean.
    #[rising]
    #[length(2..)]
    ns: Vec<usize>,
    /// Standard deviation of a draw.
    deviation: f64,
    /// Runs for each n.
    seeds: u64,
}

/// One run: everything that its result depends on.
#[derive(Serialize)]
struct Run {
    n: usize,
    deviation: f64,
    seed: u64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    for &n in &config.ns {
        plan.add((0..config.seeds).map(|seed| Run { n, deviation: config.deviation, seed }));
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        // Seconds, about: it decides what is started first.
        5e-9 * self.n as f64
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        // A stream is known by its name and seed: runs with another n share their first draws.
        let mut draws = random.open("draws", self.seed);
        let total: f64 = (0..self.n).map(|_| self.deviation * draws.normal()).sum();
        rows.push(record! {
            n: self.n,
            seed: self.seed,
            /// Distance of the mean from its expectation.
            error: (total / self.n as f64).abs(),
        });
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_draw_is_its_own_mean() {
        let (streams, mut rows) = (Streams::new("test"), Rows::default());
        Run { n: 1, deviation: 2.0, seed: 3 }.run(&streams, &mut rows).unwrap();
        let table = Table::stack([rows.into_columns()]).unwrap();
        let draw = streams.open("draws", 3).normal();
        assert_eq!(table.value("error"), (2.0 * draw).abs());
    }
}
