//! Selection: gradient descent on the transport distance over the shares of a mixture.

use common::datasets::Examples;
use common::prelude::*;
use common::transport::Transport;

use crate::distance::Distance;
use crate::sources::{ALONE, SOURCES, Shares, UNIFORM};

/// No share falls below it: points without weight have no potential.
const LEAST_SHARE: f64 = 1e-6;

/// Distance of central differences.
const DIFFERENCE: f64 = 0.01;

/// How the selection goes.
#[derive(Parameters)]
pub struct Descent {
    /// Points of each source that are revealed before any is bought.
    #[range(1..=5000)]
    pub pilot: usize,
    /// Gradient steps.
    #[range(0..)]
    pub steps: usize,
    /// Step size of the multiplicative update, η.
    step_size: f64,
}

/// A revealed sample of each source, weighted by the shares, beside the validation set.
pub struct Pilot<'a> {
    distance: &'a Distance,
    cost: Array2<f64>,
    per_source: usize,
}

/// A point of the descent.
pub struct Point {
    pub p: Shares,
    /// The distance with its entropy, OT_ε.
    pub ot: f64,
}

impl<'a> Pilot<'a> {
    /// `pilot` holds equally many points of each source.
    pub fn new(distance: &'a Distance, pilot: &Examples<f64>, validation: &Examples<f64>) -> Pilot<'a> {
        Pilot { distance, cost: distance.ground_cost(pilot, validation), per_source: pilot.len() / SOURCES }
    }

    /// Each point weighs the share of its source over the points of the source: a_i = p_s / n_s.
    fn transport(&self, p: Shares, iterations: usize) -> Result<Transport> {
        let weights: Vec<f64> =
            p.iter().flat_map(|share| vec![share / self.per_source as f64; self.per_source]).collect();
        self.distance.transport(self.cost.view(), &weights, iterations)
    }

    /// dOT_ε / dp_s, the mean potential of a source, less the mean over sources: the part along the simplex.
    fn gradient(&self, transport: &Transport) -> Shares {
        let sources = transport.f.chunks_exact(self.per_source);
        centred(std::array::from_fn(|source| sources.clone().nth(source).map_or(f64::NAN, reduce::mean)))
    }

    /// The descent from equal shares, p ← p exp(−η (G − G·p)), normalised: all points from the start to the end.
    pub fn descend(&self, descent: &Descent) -> Result<Vec<Point>> {
        let iterations = self.distance.iterations + self.distance.iterations / 2;
        let mut p = UNIFORM;
        let step = |_| -> Result<Point> {
            let transport = self.transport(p, iterations)?;
            let next = multiplicative_step(p, self.gradient(&transport), descent.step_size);
            Ok(Point { p: std::mem::replace(&mut p, next), ot: transport.dual })
        };
        (0..=descent.steps).map(step).collect()
    }

    /// The gradient at equal shares, from the potentials and by central differences of OT_ε along the simplex. Both with
    /// ten times the iterations of a distance: with fewer the potentials of some samples have not settled.
    pub fn check(&self) -> Result<(Shares, Shares)> {
        let iterations = 10 * self.distance.iterations;
        let gradient = self.gradient(&self.transport(UNIFORM, iterations)?);
        let mut differences = [0.0; SOURCES];
        for (alone, difference) in ALONE.into_iter().zip(&mut differences) {
            let direction = centred(alone);
            let at = |step: f64| -> Result<f64> {
                let p = std::array::from_fn(|source| UNIFORM[source] + step * direction[source]);
                Ok(self.transport(p, iterations)?.dual)
            };
            *difference = (at(DIFFERENCE)? - at(-DIFFERENCE)?) / (2.0 * DIFFERENCE);
        }
        Ok((gradient, centred(differences)))
    }
}

/// p exp(−η (G − G·p)), normalised, no share below the least one.
fn multiplicative_step(p: Shares, gradient: Shares, step_size: f64) -> Shares {
    let mean = reduce::dot(&gradient, &p);
    let grown = std::array::from_fn(|source| p[source] * exp(-step_size * (gradient[source] - mean)));
    normalized(normalized(grown).map(|share| share.max(LEAST_SHARE)))
}

fn normalized(p: Shares) -> Shares {
    let total = reduce::sum(&p);
    p.map(|share| share / total)
}

/// Less the mean.
fn centred(values: Shares) -> Shares {
    let mean = reduce::mean(&values);
    values.map(|value| value - mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DISTANCE: Distance = Distance { label_cost: 1.0, epsilon: 0.05, iterations: 100 };

    /// Three sources with a class each; the validation set has classes 0 and 1 in the ratio of 3 to 1.
    fn pilot() -> Pilot<'static> {
        let mut random = Streams::new("test").open("pilot", 0);
        let mut points = |labels: Vec<usize>| Examples {
            inputs: Array2::from_shape_fn((labels.len(), 2), |(row, column)| {
                0.5 * random.normal() + if labels[row] == column { 1.0 } else { 0.0 }
            }),
            labels,
        };
        let sources = points([vec![0; 15], vec![1; 15], vec![2; 15]].concat());
        let validation = points([vec![0; 30], vec![1; 10]].concat());
        Pilot::new(&DISTANCE, &sources, &validation)
    }

    #[test]
    fn the_potentials_are_the_gradient() {
        let (gradient, differences) = pilot().check().unwrap();
        for (gradient, difference) in gradient.iter().zip(differences) {
            assert!((gradient - difference).abs() < 2e-3, "{gradient} {difference}");
        }
        assert!(gradient[0] < gradient[1].min(gradient[2]), "{gradient:?}");
    }

    #[test]
    fn the_descent_finds_the_classes_of_the_validation_set() {
        let path = pilot().descend(&Descent { pilot: 15, steps: 150, step_size: 0.05 }).unwrap();
        let (first, last) = (path.first().unwrap(), path.last().unwrap());
        assert_eq!((path.len(), first.p), (151, UNIFORM));
        assert!(path[..20].windows(2).all(|pair| pair[1].ot < pair[0].ot));
        assert!((last.p[0] - 0.75).abs() < 0.06 && last.p[2] < 0.01, "{:?}", last.p);
    }

    #[test]
    fn shares_stay_on_the_simplex_and_above_the_least() {
        let p = multiplicative_step([0.5, 0.5 - 1e-6, 1e-6], [0.0, 0.1, 50.0], 0.3);
        assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-15 && p[2] >= 0.99e-6 && p[0] > p[1], "{p:?}");
    }
}
