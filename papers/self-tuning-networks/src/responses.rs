//! Two forms of a learned response w(λ) of the ridge weights to the log penalty.

use common::prelude::*;

/// How the response depends on the log penalty λ.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// w(λ) = a + λ r.
    Affine,
    /// wᵢ(λ) = uᵢ sigmoid(λ vᵢ + cᵢ), the form of the exact response.
    Gated,
}

impl Form {
    /// Both in the order of the table.
    pub const ALL: [Form; 2] = [Form::Affine, Form::Gated];
}

/// A response and its parameters.
pub struct Response {
    form: Form,
    /// a and r, or u, v and c, one after the other.
    pub parameters: Vec<f64>,
    /// The sigmoids at the last log penalty.
    gates: Vec<f64>,
}

impl Response {
    /// Small numbers at random; gates half open, which close slowly as the penalty rises.
    pub fn initial(form: Form, features: usize, random: &mut Generator) -> Response {
        let mut normal = |count, deviation| (0..count).map(|_| deviation * random.normal()).collect::<Vec<f64>>();
        let parameters = match form {
            Form::Affine => normal(2 * features, 0.01),
            Form::Gated => [normal(features, 0.1), vec![-0.1; features], vec![0.0; features]].concat(),
        };
        Response { form, parameters, gates: vec![0.0; features] }
    }

    /// Writes w(λ).
    pub fn weights(&mut self, lambda: f64, w: &mut [f64]) {
        let d = w.len();
        let (first, rest) = self.parameters.split_at(d);
        match self.form {
            Form::Affine => w.iter_mut().zip(first).zip(rest).for_each(|((w, a), r)| *w = a + lambda * r),
            Form::Gated => {
                let (v, c) = rest.split_at(d);
                self.gates.iter_mut().zip(v).zip(c).for_each(|((gate, v), c)| *gate = lambda * v + c);
                slices::sigmoid_slice(&mut self.gates);
                w.iter_mut().zip(first).zip(&self.gates).for_each(|((w, u), gate)| *w = u * gate);
            }
        }
    }

    /// Adds the derivatives by the parameters, where `by_weights` are those by w(λ) at the log penalty last asked for.
    pub fn add_gradient(&self, lambda: f64, by_weights: &[f64], gradient: &mut [f64]) {
        let d = by_weights.len();
        let (first, rest) = gradient.split_at_mut(d);
        match self.form {
            Form::Affine => {
                reduce::axpy(1.0, by_weights, first);
                reduce::axpy(lambda, by_weights, rest);
            }
            Form::Gated => {
                let (by_v, by_c) = rest.split_at_mut(d);
                let terms = by_weights.iter().zip(&self.gates).zip(&self.parameters);
                for (((by_u, by_v), by_c), ((by_w, gate), u)) in first.iter_mut().zip(by_v).zip(by_c).zip(terms) {
                    let inside = by_w * u * gate * (1.0 - gate);
                    *by_u += by_w * gate;
                    *by_v += inside * lambda;
                    *by_c += inside;
                }
            }
        }
    }

    /// The derivative by λ, at the log penalty last asked for: the product of `by_weights` with dw/dλ.
    pub fn slope_along(&self, by_weights: &[f64]) -> f64 {
        let d = by_weights.len();
        let second = &self.parameters[d..2 * d];
        match self.form {
            Form::Affine => reduce::dot(by_weights, second),
            Form::Gated => {
                let terms = by_weights.iter().zip(&self.parameters).zip(second).zip(&self.gates);
                terms.map(|(((by_w, u), v), gate)| by_w * u * v * gate * (1.0 - gate)).sum()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_are_difference_quotients() {
        let target = [0.3, -0.2, 0.7];
        // ‖w(λ) − target‖²/2.
        let loss = |response: &mut Response, lambda: f64| {
            let mut w = [0.0; 3];
            response.weights(lambda, &mut w);
            let difference = [0, 1, 2].map(|i| w[i] - target[i]);
            (0.5 * reduce::norm_squared(&difference), difference)
        };
        for form in Form::ALL {
            let mut response = Response::initial(form, 3, &mut Streams::new("test").open("response", 0));
            let (lambda, step) = (0.8, 1e-6);
            let (above, below) = (loss(&mut response, lambda + step).0, loss(&mut response, lambda - step).0);
            let (_, by_weights) = loss(&mut response, lambda);
            let mut gradient = vec![0.0; response.parameters.len()];
            response.add_gradient(lambda, &by_weights, &mut gradient);
            let slope = response.slope_along(&by_weights);
            assert!((slope - (above - below) / (2.0 * step)).abs() < 1e-9, "{form:?}");
            for (place, exact) in gradient.iter().enumerate() {
                let mut moved = |by: f64| {
                    response.parameters[place] += by;
                    let moved = loss(&mut response, lambda).0;
                    response.parameters[place] -= by;
                    moved
                };
                assert!((exact - (moved(step) - moved(-step)) / (2.0 * step)).abs() < 1e-9, "{form:?} {place}");
            }
        }
    }
}
