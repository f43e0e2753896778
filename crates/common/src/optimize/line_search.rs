//! Line search for the strong Wolfe conditions (Nocedal and Wright, *Numerical Optimization*, 2nd
//! ed., algorithms 3.5 and 3.6), as an argmin solver.
//!
//! Two things differ from the book. A trial point where the value or the slope is not finite counts
//! as too far, so a closure may leave its domain. And once the decrease is hidden by rounding, a
//! point is accepted on its slope alone (the idea of the approximate Wolfe conditions of Hager and
//! Zhang, SIAM J. Optim. 16, 2005, section 4), which lets gradient norms near the rounding limit be
//! reached.

use argmin::core::{
    CostFunction, Error, Gradient, IterState, KV, LineSearch, Problem, Solver, State, TerminationReason,
};
use ndarray::Array1;
use std::cell::Cell;
use std::rc::Rc;

/// Trial steps of one search, for bracketing and for narrowing each.
const TRIALS: usize = 50;
/// Sufficient decrease.
const DECREASE: f64 = 1e-4;
/// Change of the value, relative to it, that is put down to rounding.
const ROUNDING: f64 = 1e-14;

/// The function along the line at one step.
#[derive(Clone, Copy, Debug)]
struct Sample {
    step: f64,
    value: f64,
    slope: f64,
}

impl Sample {
    fn is_finite(&self) -> bool {
        self.value.is_finite() && self.slope.is_finite()
    }
}

/// What a step must satisfy, relative to the start of the line.
struct Conditions {
    start: Sample,
    curvature: f64,
}

impl Conditions {
    fn decreases(&self, sample: &Sample) -> bool {
        sample.value <= self.start.value + DECREASE * sample.step * self.start.slope
    }

    /// Whether rounding hides how the value has changed: then only slopes tell where a point lies.
    fn hidden(&self, sample: &Sample) -> bool {
        (sample.value - self.start.value).abs() <= ROUNDING * self.start.value.abs()
    }

    fn accept(&self, sample: &Sample) -> bool {
        (self.decreases(sample) || self.hidden(sample)) && sample.slope.abs() <= -self.curvature * self.start.slope
    }

    /// Whether the sample lies too far, given the best one before it.
    fn too_far(&self, sample: &Sample, best: &Sample) -> bool {
        !sample.is_finite() || (!self.hidden(sample) && (!self.decreases(sample) || sample.value >= best.value))
    }
}

/// Searches from the first trial step on; `None` if no step decreases the value.
fn search(
    conditions: &Conditions,
    first: f64,
    mut at: impl FnMut(f64) -> Result<Sample, Error>,
) -> Result<Option<Sample>, Error> {
    let mut previous = conditions.start;
    let mut ceiling = f64::INFINITY;
    let mut step = first;
    for _ in 0..TRIALS {
        let sample = at(step)?;
        if !sample.is_finite() {
            ceiling = step;
            step = previous.step + 0.25 * (step - previous.step);
            continue;
        }
        if conditions.accept(&sample) {
            return Ok(Some(sample));
        }
        if conditions.too_far(&sample, &previous) {
            return narrow(conditions, previous, sample, at);
        }
        if sample.slope >= 0.0 {
            return narrow(conditions, sample, previous, at);
        }
        step = if ceiling.is_finite() { 0.5 * (sample.step + ceiling) } else { 4.0 * sample.step };
        previous = sample;
    }
    Ok(improvement(conditions, previous))
}

/// Narrows an interval that holds acceptable steps; `low` is its end of lower value.
fn narrow(
    conditions: &Conditions,
    mut low: Sample,
    mut high: Sample,
    mut at: impl FnMut(f64) -> Result<Sample, Error>,
) -> Result<Option<Sample>, Error> {
    for _ in 0..TRIALS {
        let step = interior(&low, &high);
        if step == low.step || step == high.step {
            break;
        }
        let sample = at(step)?;
        if sample.is_finite() && conditions.accept(&sample) {
            return Ok(Some(sample));
        }
        if conditions.too_far(&sample, &low) {
            high = sample;
        } else {
            if sample.slope * (high.step - low.step) >= 0.0 {
                high = low;
            }
            low = sample;
        }
    }
    Ok(improvement(conditions, low))
}

/// The minimiser of the cubic through both ends (Nocedal and Wright, eq. 3.59), kept away from them; the
/// midpoint where there is none.
fn interior(low: &Sample, high: &Sample) -> f64 {
    let width = high.step - low.step;
    let midpoint = low.step + 0.5 * width;
    if !high.is_finite() {
        return midpoint;
    }
    let d1 = low.slope + high.slope - 3.0 * (low.value - high.value) / (low.step - high.step);
    let square = d1 * d1 - low.slope * high.slope;
    let d2 = width.signum() * square.sqrt();
    let step = high.step - width * (high.slope + d2 - d1) / (high.slope - low.slope + 2.0 * d2);
    let fraction = (step - low.step) / width;
    if (0.1..=0.9).contains(&fraction) {
        step
    } else if fraction.is_nan() {
        midpoint
    } else {
        low.step + fraction.clamp(0.1, 0.9) * width
    }
}

/// A step that misses the curvature condition but still gets somewhere.
fn improvement(conditions: &Conditions, sample: Sample) -> Option<Sample> {
    let flatter = conditions.hidden(&sample) && sample.slope.abs() < 0.9 * conditions.start.slope.abs();
    (sample.step > 0.0 && (sample.value < conditions.start.value || flatter)).then_some(sample)
}

/// How the first trial step of a line is chosen.
#[derive(Clone, Debug)]
pub(super) enum FirstStep {
    /// 1, the natural step of Newton and quasi-Newton methods; on the first line, with no curvature
    /// known, at most a move of length 1.
    Unit { begun: Rc<Cell<bool>> },
    /// The step that promises the same first-order change as the last one (Nocedal and Wright, page 59).
    SameChange { last: Rc<Cell<Option<f64>>> },
}

/// The line search as argmin calls it: once per iteration of an outer solver, on a clone.
#[derive(Clone, Debug)]
pub(super) struct Wolfe {
    curvature: f64,
    first: FirstStep,
    direction: Option<Array1<f64>>,
}

impl Wolfe {
    /// For methods whose direction has a natural length. The curvature condition is loose (0.9).
    pub fn quasi_newton() -> Self {
        Self { curvature: 0.9, first: FirstStep::Unit { begun: Rc::default() }, direction: None }
    }

    /// For Newton directions, whose natural length holds from the first line on.
    pub fn newton() -> Self {
        Self { curvature: 0.9, first: FirstStep::Unit { begun: Rc::new(Cell::new(true)) }, direction: None }
    }

    /// For methods whose direction has no natural length. The curvature condition is tight (0.1).
    pub fn gradient() -> Self {
        Self { curvature: 0.1, first: FirstStep::SameChange { last: Rc::default() }, direction: None }
    }

    fn first_step(&self, slope: f64, length: f64) -> f64 {
        let short = if length > 1.0 { 1.0 / length } else { 1.0 };
        match &self.first {
            FirstStep::Unit { begun } => {
                if begun.replace(true) {
                    1.0
                } else {
                    short
                }
            }
            FirstStep::SameChange { last } => match last.get() {
                Some(change) if (change / slope).is_finite() && change / slope > 0.0 => change / slope,
                _ => short,
            },
        }
    }
}

impl LineSearch<Array1<f64>, f64> for Wolfe {
    fn search_direction(&mut self, direction: Array1<f64>) {
        self.direction = Some(direction);
    }

    /// Unused: the first step is chosen from the direction.
    fn initial_step_length(&mut self, _: f64) -> Result<(), Error> {
        Ok(())
    }
}

type LineState = IterState<Array1<f64>, Array1<f64>, (), (), (), f64>;

impl<O> Solver<O, LineState> for Wolfe
where
    O: CostFunction<Param = Array1<f64>, Output = f64> + Gradient<Param = Array1<f64>, Gradient = Array1<f64>>,
{
    fn name(&self) -> &str {
        "strong Wolfe line search"
    }

    /// The whole search is one iteration of argmin's executor.
    fn next_iter(&mut self, problem: &mut Problem<O>, mut state: LineState) -> Result<(LineState, Option<KV>), Error> {
        let (Some(direction), Some(start)) = (self.direction.take(), state.take_param()) else {
            anyhow::bail!("a line search was started without a direction or a point");
        };
        let value = problem.cost(&start)?;
        let slope = problem.gradient(&start)?.dot(&direction);
        // A NaN slope is refused as well.
        anyhow::ensure!(slope < 0.0, "the search direction does not descend (slope {slope})");
        let conditions = Conditions { start: Sample { step: 0.0, value, slope }, curvature: self.curvature };
        let length = direction.dot(&direction).sqrt();
        let accepted = search(&conditions, self.first_step(slope, length), |step| {
            let x = &start + &(&direction * step);
            Ok(Sample { step, value: problem.cost(&x)?, slope: problem.gradient(&x)?.dot(&direction) })
        })?;
        let Some(accepted) = accepted else {
            anyhow::bail!("no step along the search direction decreases the value");
        };
        if let FirstStep::SameChange { last } = &self.first {
            last.set(Some(accepted.step * slope));
        }
        let x = &start + &(&direction * accepted.step);
        let state = state.param(x).cost(accepted.value);
        Ok((state.terminate_with(TerminationReason::SolverConverged), None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn along(f: impl Fn(f64) -> (f64, f64), first: f64, curvature: f64) -> Option<Sample> {
        let sample = |step: f64| {
            let (value, slope) = f(step);
            Sample { step, value, slope }
        };
        let conditions = Conditions { start: sample(0.0), curvature };
        let found = search(&conditions, first, |step| Ok(sample(step))).unwrap();
        if let Some(found) = found {
            assert!(conditions.accept(&found), "{found:?}");
        }
        found
    }

    /// The first test function of Moré and Thuente (ACM TOMS 20, 1994, eq. 5.1), beta = 2; minimum
    /// at sqrt 2.
    fn more_thuente(step: f64) -> (f64, f64) {
        let denominator = step * step + 2.0;
        (-step / denominator, (step * step - 2.0) / (denominator * denominator))
    }

    #[test]
    fn finds_the_minimum_from_first_steps_four_orders_apart() {
        for first in [1e-3, 1e-1, 1e1] {
            let found = along(more_thuente, first, 0.01).unwrap();
            assert!((found.step - 2f64.sqrt()).abs() < 0.1, "first step {first}: {found:?}");
        }
    }

    #[test]
    fn a_step_out_of_the_domain_is_too_far() {
        // x - ln(1 - x) shifted so that it falls at 0: defined below 1 only, minimum at 0.5.
        let barrier = |x: f64| {
            if x >= 1.0 { (f64::NAN, f64::NAN) } else { (-2.0 * x - numerics::ln(1.0 - x), 1.0 / (1.0 - x) - 2.0) }
        };
        let found = along(barrier, 100.0, 0.1).unwrap();
        assert!((found.step - 0.5).abs() < 0.1, "{found:?}");
    }

    #[test]
    fn an_ascending_line_is_refused() {
        assert!(along(|x| (x * x + 1.0, 1e-3 + 2.0 * x), 1.0, 0.1).is_none_or(|found| found.value < 1.0));
        // A slope that lies about the function: no step decreases the value.
        assert!(along(|x| (x, -1.0), 1.0, 0.9).is_none());
    }
}
