//! Darcy flow as a problem to learn: from the coefficient to the solution.

use common::darcy::{RandomField, solve};
use common::prelude::*;

/// Smoothness and inverse correlation length of the field whose sign chooses the phase.
const ALPHA: f64 = 2.0;
const TAU: f64 = 3.0;
/// The coefficient where the field is at least zero, and where it is less.
const PHASES: [f64; 2] = [12.0, 3.0];

/// Coefficients a of two phases and solutions u of −div(a ∇u) = 1, one sample a row: values inside the square, n².
pub struct Samples {
    /// Coefficients.
    pub a: Array2<f64>,
    /// Solutions.
    pub u: Array2<f64>,
}

impl Samples {
    /// Independent samples on n x n points.
    pub fn draw(n: usize, count: usize, random: &mut Generator) -> Samples {
        let field = RandomField::new(n + 2, ALPHA, TAU);
        let source = Array2::ones((n, n));
        let mut samples = Samples { a: Array2::zeros((count, n * n)), u: Array2::zeros((count, n * n)) };
        for (mut a, mut u) in samples.a.rows_mut().into_iter().zip(samples.u.rows_mut()) {
            let z = field.sample(random);
            let coefficient = z.mapv(|z| if z >= 0.0 { PHASES[0] } else { PHASES[1] });
            let inside = coefficient.slice(s![1..=n, 1..=n]);
            a.iter_mut().zip(inside).for_each(|(to, &from)| *to = from);
            u.iter_mut().zip(solve(coefficient.view(), source.view())).for_each(|(to, from)| *to = from);
        }
        samples
    }
}

/// Standardised samples: a network sees (a − mean) / deviation and should give (u − mean) / deviation, with one mean and
/// deviation of all training values each.
pub struct Standardised {
    /// Inputs, one sample a row.
    pub inputs: Array2<f32>,
    /// Targets, one sample a row.
    pub targets: Array2<f32>,
    /// What turns the distance of standardised functions into the relative error of each sample: deviation / ‖u‖.
    pub scales: Vec<f32>,
}

/// What is learned from and what is tested on.
pub struct Problem {
    /// Training samples.
    pub train: Standardised,
    /// Test samples, standardised as the training samples.
    pub test: Standardised,
}

impl Problem {
    /// Standardises samples.
    pub fn new(train: Samples, test: Samples) -> Problem {
        let (a, u) = (Moments::of(&train.a), Moments::of(&train.u));
        let standardised = |samples: &Samples| Standardised {
            inputs: a.standardise(&samples.a),
            targets: u.standardise(&samples.u),
            scales: samples.u.rows().into_iter().map(|u_i| (u.deviation / norm(u_i)) as f32).collect(),
        };
        Problem { train: standardised(&train), test: standardised(&test) }
    }
}

/// Mean and standard deviation over all values.
struct Moments {
    mean: f64,
    deviation: f64,
}

impl Moments {
    fn of(values: &Array2<f64>) -> Moments {
        let values = values.as_slice().expect("a whole matrix");
        let mean = reduce::mean(values);
        let squares: Vec<f64> = values.iter().map(|value| (value - mean) * (value - mean)).collect();
        // A coefficient of one phase stays as it is.
        let deviation = match reduce::mean(&squares).sqrt() {
            0.0 => 1.0,
            deviation => deviation,
        };
        Moments { mean, deviation }
    }

    fn standardise(&self, values: &Array2<f64>) -> Array2<f32> {
        values.mapv(|value| ((value - self.mean) / self.deviation) as f32)
    }
}

fn norm(values: ArrayView1<f64>) -> f64 {
    reduce::norm(values.as_slice().expect("a row of a whole matrix"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_two_phases_and_differ_by_stream() {
        let random = Streams::new("test");
        let draw = |stream| Samples::draw(15, 30, &mut random.open(stream, 0));
        let (one, other) = (draw("one"), draw("other"));
        assert!(one.a.iter().all(|a| PHASES.contains(a)) && one.a != other.a);
        let high = one.a.iter().filter(|a| **a == 12.0).count() as f64 / one.a.len() as f64;
        assert!((high - 0.5).abs() < 0.15, "{high}");
        // Between the solutions for the two phases alone, 0.0737 / a in the middle.
        assert!(one.u.iter().all(|u| *u > 0.0 && *u <= 0.0737 / 3.0));
    }

    #[test]
    fn distances_of_standardised_functions_are_relative_errors() {
        let random = Streams::new("test");
        let draw = |stream| Samples::draw(7, 5, &mut random.open(stream, 0));
        let (train, test) = (draw("train"), draw("test"));
        let u = test.u.clone();
        let problem = Problem::new(train, test);
        assert!(problem.train.targets.mean().unwrap().abs() < 1e-6);
        // The constant 0, as (0 − mean) / deviation, has the relative error 1.
        let (t0, t1) = (problem.test.targets[[0, 0]], problem.test.targets[[0, 1]]);
        let slope = f64::from(t1 - t0) / (u[[0, 1]] - u[[0, 0]]);
        let zero = f64::from(t0) - slope * u[[0, 0]];
        let squares: f64 =
            problem.test.targets.row(0).iter().map(|t| (f64::from(*t) - zero) * (f64::from(*t) - zero)).sum();
        assert!((squares.sqrt() * f64::from(problem.test.scales[0]) - 1.0).abs() < 1e-4);
    }
}
