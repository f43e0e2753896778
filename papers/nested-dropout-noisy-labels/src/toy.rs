//! Regression of y = x + noise on x by networks that are large enough to follow the noise.

use common::networks::{Adam, Init, Optimizer, Tape, Value, schedules};
use common::prelude::*;

use crate::compression::{Compressed, Compression, Masks, grid};

/// The regression.
#[derive(Parameters)]
pub struct Toy {
    /// Training points: n, evenly spaced on [0, 10].
    #[range(2..)]
    pub toy_points: usize,
    /// Standard deviation of the noise: σ.
    #[range(0.0..)]
    pub toy_sigma: f64,
    /// Features of the regression network that are compressed: F.
    pub toy_features: usize,
    /// Scale s of Nested Dropout there, in features.
    pub toy_nested: f64,
    /// Shares of features that Dropout drops there.
    #[range(0.0..1.0)]
    #[length(0..)]
    #[distinct]
    pub toy_dropouts: Vec<f64>,
    /// Steps of Adam, each on all points.
    #[range(0..)]
    pub toy_steps: usize,
    /// Step size of the first 80 % of the steps; then a tenth of it.
    #[range(0.0..)]
    toy_lr: f64,
}

/// Where points lie, and truths: x and y run from 0 to this.
pub const END: f64 = 10.0;

/// Features at which a cut network is looked at, besides all.
const CUTS: [usize; 6] = [1, 2, 5, 10, 30, 100];

/// The cut whose curve is tabulated.
pub const CUT: usize = 10;

/// Units of the layer before the features.
const UNITS: usize = 64;

impl Toy {
    /// The networks that are compared, with their names.
    pub fn kinds(&self) -> Vec<(String, Compression)> {
        let dropout = |&rate: &f64| (dropout_name(rate), Compression::Dropout { rate });
        let nested = Compression::Nested { scale: self.toy_nested };
        let first = [("plain".to_string(), Compression::None), ("nested".to_string(), nested)];
        first.into_iter().chain(self.toy_dropouts.iter().map(dropout)).collect()
    }

    /// Expected squared error of the least-squares line at the points: σ² for each of its two parameters, over n.
    pub fn line_error(&self) -> f64 {
        2.0 * self.toy_sigma * self.toy_sigma / self.toy_points as f64
    }
}

/// What a network trained with this rate of Dropout is called: `dropout50`.
pub fn dropout_name(rate: f64) -> String {
    format!("dropout{}", (1e8 * rate).round() / 1e6)
}

/// Points of the regression.
struct Points {
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Points {
    /// x_i = 10 (i − 1) / (n − 1) and y_i = x_i + σ ε_i with standard normal ε_i.
    fn draw(count: usize, sigma: f64, random: &mut Generator) -> Points {
        let x = linspace(0.0, END, count);
        let y = x.iter().map(|x| x + sigma * random.normal()).collect();
        Points { x, y }
    }

    /// How far a prediction from the first k features is from data and truth.
    fn errors(&self, k: usize, prediction: &[f64]) -> Record {
        record! {
            /// Features that are used, from the first one on.
            k,
            /// Mean squared error to the noisy training points, in units of y².
            mse_train: mean_squared_error(prediction, &self.y),
            /// Mean squared error to the truth y = x at the training points, in units of y².
            mse_truth: mean_squared_error(prediction, &self.x),
        }
    }

    /// Writes points and curves: the plain network's, and the nested network's by a few and by all features.
    fn tabulate(&self, [plain, nested10, nested_all]: [&[f64]; 3], rows: &mut Rows) {
        for (i, (&x, &y_noisy)) in self.x.iter().zip(&self.y).enumerate() {
            rows.push(record! {
                x,
                /// What the training point is without noise.
                truth: x,
                /// The training point.
                y_noisy,
                /// The plain network's curve.
                plain: plain[i],
                /// The nested network's curve by its first 10 features (all, if fewer).
                nested10: nested10[i],
                /// The nested network's curve by all of its features.
                nested_all: nested_all[i],
            });
        }
    }
}

/// Inputs → 64 ReLU units → F linear features, masked → output.
struct Network {
    tape: Tape<f32>,
    layer: Compressed,
    loss: Value,
}

impl Network {
    /// A network that holds all points: inputs x − 5, targets (y − 5) / 5.
    fn new(points: &Points, features: usize) -> Network {
        let mut tape = Tape::new(points.x.len());
        let [x, target] = ["x", "target"].map(|name| tape.input(name, 1, 1));
        let weight = tape.parameter("units.weight", 1, UNITS, Init::HeUniform);
        let bias = tape.parameter("units.bias", 1, UNITS, Init::Uniform(3.0));
        let sums = tape.linear(x, weight, bias);
        let units = tape.relu(sums);
        // ± √(3 / fan in) has variance 1 / fan in.
        let init = Init::FanIn(3.0_f64.sqrt());
        let features = tape.dense("features", units, features, init);
        let layer = Compressed::record(&mut tape, features, 1, init);
        let errors = tape.squared_error(layer.output, target);
        let loss = tape.mean(errors);
        tape.set(x, &Vec::from_iter(points.x.iter().map(|x| (x - END / 2.0) as f32)));
        tape.set(target, &Vec::from_iter(points.y.iter().map(|y| (y / (END / 2.0) - 1.0) as f32)));
        Network { tape, layer, loss }
    }

    /// Minimises the mean squared error by Adam, every step on all points under a new mask.
    fn train(&mut self, toy: &Toy, theta: &mut [f32], mut masks: Masks) {
        let (mut adam, mut gradient) = (Adam::new(theta.len()), vec![0.0; theta.len()]);
        let late = (0.8 * toy.toy_steps as f64).round() as usize;
        for step in 0..toy.toy_steps {
            masks.draw(self.tape.input_mut(self.layer.mask, toy.toy_points));
            self.tape.loss_and_gradient(self.loss, theta, &mut gradient);
            adam.step(theta, &gradient, toy.toy_lr * schedules::stairs(step, &[(late, 0.1)]));
        }
    }

    /// What the network says of y at the points, of its first `k` features, for each of several k.
    fn predict(&mut self, theta: &[f32], cuts: &[usize]) -> Vec<Vec<f64>> {
        self.tape.forward_to(self.layer.features, theta);
        let features = self.tape.matrix(self.layer.features);
        let cut = |&k: &usize| {
            let outputs = self.layer.truncated(&self.tape, theta, features, k);
            outputs.iter().map(|&output| (f64::from(output) + 1.0) * (END / 2.0)).collect()
        };
        cuts.iter().map(cut).collect()
    }
}

fn mean_squared_error(a: &[f64], b: &[f64]) -> f64 {
    let squares: Vec<f64> = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).collect();
    reduce::mean(&squares)
}

/// All networks of a seed, on the same points and from the same initial weights.
#[derive(Serialize)]
pub struct ToyRun {
    pub toy: &'static Toy,
    pub seed: u64,
}

impl Cell for ToyRun {
    fn cost(&self) -> f64 {
        let Toy { toy_points, toy_features, toy_dropouts, toy_steps, .. } = self.toy;
        let (runs, entries) = (2.0 + toy_dropouts.len() as f64, (UNITS + 8) as f64 * *toy_features as f64);
        runs * *toy_steps as f64 * (1e-6 + (*toy_points as f64 + 16.0) * (6e-11 * entries + 1e-8))
    }

    fn memory(&self) -> f64 {
        let Toy { toy_points, toy_features, toy_dropouts, .. } = self.toy;
        let (n, features) = (*toy_points as f64, *toy_features as f64);
        let (values, parameters) = (n * (4.0 * UNITS as f64 + 6.0 * features + 8.0), (UNITS as f64 + 2.0) * features);
        4.0 * (values + 5.0 * parameters) + n * (400.0 + 120.0 * toy_dropouts.len() as f64) + 16.0 * features
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &ToyRun { toy, seed } = self;
        let points = Points::draw(toy.toy_points, toy.toy_sigma, &mut random.open("toy noise", seed));
        let mut network = Network::new(&points, toy.toy_features);
        let mut curves = Vec::new();
        for (kind, compression) in toy.kinds() {
            let mut theta = network.tape.initial(&mut random.open("toy weights", seed));
            network.train(toy, &mut theta, Masks::new(compression, toy.toy_features, random.open("toy masks", seed)));
            let nested = matches!(compression, Compression::Nested { .. });
            let cuts = grid(if nested { &CUTS } else { &[] }, toy.toy_features);
            let predictions = network.predict(&theta, &cuts);
            rows.key(record! {
                /// toy: errors of the regression; fit: its curves; noisy: accuracies with noisy labels.
                experiment: "toy",
                seed,
                /// How features were compressed: in the regression not (plain), nested or with so many percent dropped;
                /// with noisy labels not (ce), dropout or nested, `_co` after Co-teaching; `ce_early` before the end.
                kind,
            });
            for (&k, prediction) in cuts.iter().zip(&predictions) {
                rows.push(points.errors(k, prediction));
            }
            curves.push((cuts, predictions));
        }
        let curve = |network: usize, k: usize| {
            let (cuts, predictions) = &curves[network];
            let place = cuts.iter().position(|&cut| cut == k).expect("the cut is on the grid");
            predictions[place].as_slice()
        };
        let [few, all] = [CUT.min(toy.toy_features), toy.toy_features];
        rows.key(record! { experiment: "fit", seed });
        points.tabulate([curve(0, all), curve(1, few), curve(1, all)], rows);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::estimate::LeastSquares;
    use common::statistics::mean;

    fn toy(toy_steps: usize) -> Toy {
        let toy_dropouts = vec![0.5, 0.29];
        Toy { toy_points: 64, toy_sigma: 1.0, toy_features: 32, toy_nested: 8.0, toy_dropouts, toy_steps, toy_lr: 5e-3 }
    }

    #[test]
    fn a_line_errs_as_expected() {
        let (toy, streams) = (toy(0), Streams::new("test"));
        let error = |seed| {
            let points = Points::draw(toy.toy_points, toy.toy_sigma, &mut streams.open("points", seed));
            let x = Array2::from_shape_fn((64, 1), |(i, _)| points.x[i]);
            let line = LeastSquares::new().fit(x.view(), ArrayView1::from(&points.y)).unwrap();
            mean_squared_error(line.predict(x.view()).as_slice().unwrap(), &points.x)
        };
        let errors: Vec<f64> = (0..2000).map(error).collect();
        // Each error is σ²/n times a χ² of two degrees of freedom: standard error 2 %.
        assert!((mean(&errors) / toy.line_error() - 1.0).abs() < 0.1, "{}", mean(&errors));
    }

    #[test]
    fn leading_features_of_a_nested_network_fit_the_line() {
        let (toy, streams) = (toy(600), Streams::new("test"));
        let points = Points::draw(toy.toy_points, 0.1, &mut streams.open("points", 0));
        let mut network = Network::new(&points, toy.toy_features);
        let (_, nested) = toy.kinds().swap_remove(1);
        let mut theta = network.tape.initial(&mut streams.open("weights", 0));
        network.train(&toy, &mut theta, Masks::new(nested, 32, streams.open("masks", 0)));
        let prediction = network.predict(&theta, &[CUT]).remove(0);
        // A constant would have 8.6.
        let error = mean_squared_error(&prediction, &points.x);
        assert!(error < 0.2, "{error}");
        assert_eq!(toy.kinds()[3].0, "dropout29");
    }
}
