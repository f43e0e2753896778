//! Scalable Neural Network Kernels — Sehanobish, Choromanski, Zhao, Dubey, Likhosherstov 2023, arXiv:2310.13225.
//!
//! A layer f(w·x) becomes a dot product of random features, those of the input apart from those of the parameters. How
//! far it is off is compared with exact variances; and a network bundled into one linear map on such features is
//! solved in closed form and compared with a perceptron by accuracy and trained parameters.

mod bundled;
mod claims;
mod figure;
mod layer;
mod universal;

use bundled::{Bundled, CLASSES};
use common::datasets::{DataSet, Examples, MNIST, mnist_test, mnist_train};
use common::networks::{Adam, Batches, Classifier, Init, schedules};
use common::optimize::brent_minimize;
use common::prelude::*;
use common::random_features::{ReluFeatures, relu_moments};
use layer::{Layer, VectorLaw, Vectors};
use universal::{Activation, Universal};

/// Pixels of an image.
const PIXELS: usize = 28 * 28;

/// Points of the theory curve over the tilt.
const CURVE_POINTS: usize = 61;

/// Inputs and parameter vectors on a sphere.
#[derive(Clone, Copy, PartialEq, Parameters)]
pub struct Sphere {
    /// Dimension.
    d: usize,
    /// Norm of the vectors.
    #[range(..=3.0)]
    radius: f64,
}

/// How the tilt of the features changes their error, on f = cos.
#[derive(Parameters)]
pub struct Tilt {
    /// Dimensions and norms of the vectors.
    #[distinct]
    vectors: Vec<Sphere>,
    /// Tilts M.
    #[range(0.0..=10.0)]
    #[rising]
    tilts: Vec<f64>,
    /// Features.
    m: usize,
    /// Runs at each tilt.
    seeds: u64,
}

/// Images of MNIST, the first of each file.
#[derive(Parameters)]
pub struct Digits {
    /// Images to learn from.
    #[range(1..=60_000)]
    n_train: usize,
    /// Images to test on.
    #[range(1..=10_000)]
    n_test: usize,
}

/// The bundled network.
#[derive(Parameters)]
pub struct Bundling {
    /// Features.
    #[rising]
    ms: Vec<usize>,
    /// Ridge, on the mean of squares.
    lambda: f64,
}

/// How the perceptrons are trained.
#[derive(Parameters)]
pub struct Training {
    /// Steps of Adam.
    steps: usize,
    /// Images of a step, drawn with replacement.
    batch: usize,
    /// First rate of a cosine schedule that ends at 0.
    rate: f64,
}

impl Training {
    /// Trains a perceptron with h hidden ReLU on the first examples by cross-entropy; gives its number of parameters
    /// and its accuracy on the second ones.
    fn train(
        &self,
        h: usize,
        [train, test]: [&Examples<f32>; 2],
        weights: &mut Generator,
        order: &mut Generator,
    ) -> (usize, f64) {
        let mut network = Classifier::<f32>::mlp(self.batch, &[PIXELS, h, CLASSES], Init::HeNormal, Init::HeNormal);
        let mut theta = network.tape.initial(weights);
        let (mut batches, mut adam) = (Batches::with_replacement(train.len(), self.batch), Adam::new(theta.len()));
        let rates = (1..=self.steps).map(|t| self.rate * schedules::cosine(t, self.steps));
        network.fit(&mut theta, train.view(), &mut batches, &mut adam, rates, order);
        (theta.len(), network.score(&theta, test.inputs.view(), &test.labels).accuracy)
    }
}

/// The perceptrons with one hidden layer.
#[derive(Parameters)]
pub struct Perceptrons {
    /// Hidden units.
    #[rising]
    hs: Vec<usize>,
    #[flatten]
    training: Training,
}

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    /// Inputs, and as many parameter vectors.
    #[key("L")]
    count: usize,
    /// Dimension of the vectors of panels a and b.
    d: usize,
    /// Activations of panel a.
    #[distinct]
    activations: Vec<Activation>,
    /// Norms of the vectors of panel a, which shows the last one.
    #[range(..=3.0)]
    #[rising]
    radii: Vec<f64>,
    /// Features of panels a and b.
    #[rising]
    ms: Vec<usize>,
    /// Runs with each number of features, panels a and b.
    #[key("seeds_AB")]
    seeds: u64,
    /// Panel c.
    tilt: Tilt,
    #[flatten]
    digits: Digits,
    /// The bundled network.
    bundled: Bundling,
    /// The perceptrons.
    mlp: Perceptrons,
    /// Runs of each network.
    #[key("seeds_D")]
    network_seeds: u64,
}

/// The features that estimate a layer.
#[derive(Clone, Copy, Serialize)]
enum Features {
    Universal(Universal),
    Relu,
}

/// One estimate of a layer.
#[derive(Serialize)]
struct LayerRun {
    panel: &'static str,
    vectors: VectorLaw,
    features: Features,
    m: usize,
    seed: u64,
}

/// The error that theory expects over the tilt, and where it is least.
#[derive(Serialize)]
struct TiltCurve {
    vectors: VectorLaw,
    m: usize,
    /// Greatest tilt.
    greatest: f64,
}

/// What learns the digits.
#[derive(Serialize)]
enum Network {
    Bundled { m: usize, lambda: f64 },
    Perceptron { h: usize, training: &'static Training },
}

/// One network.
#[derive(Serialize)]
struct NetworkRun {
    network: Network,
    digits: &'static Digits,
    seed: u64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { count, d, activations, radii, ms, seeds, tilt, digits, bundled, mlp, network_seeds } = config;
    let on_sphere = |d, radius| VectorLaw { count: *count, d, radius: Some(radius) };
    let urf = |activation, tilt| Features::Universal(Universal { activation, tilt });
    let mut layers = |panel, vectors, features, m, seeds| {
        plan.add((0..seeds).map(|seed| LayerRun { panel, vectors, features, m, seed }));
    };
    for &activation in activations {
        for &radius in radii {
            ms.iter().for_each(|&m| layers("A", on_sphere(*d, radius), urf(activation, 0.0), m, *seeds));
        }
    }
    let normal = VectorLaw { count: *count, d: *d, radius: None };
    ms.iter().for_each(|&m| layers("B", normal, Features::Relu, m, *seeds));
    for &Sphere { d, radius } in &tilt.vectors {
        for &amount in &tilt.tilts {
            layers("C", on_sphere(d, radius), urf(Activation::Cos, amount), tilt.m, tilt.seeds);
        }
    }
    // A single tilt of 0 spans no curve.
    if let Some(&greatest) = tilt.tilts.last().filter(|&&greatest| greatest > 0.0) {
        let curve = |sphere: &Sphere| TiltCurve { vectors: on_sphere(sphere.d, sphere.radius), m: tilt.m, greatest };
        plan.add(tilt.vectors.iter().map(curve));
    }
    for seed in 0..*network_seeds {
        let bundled = bundled.ms.iter().map(|&m| Network::Bundled { m, lambda: bundled.lambda });
        let perceptrons = mlp.hs.iter().map(|&h| Network::Perceptron { h, training: &mlp.training });
        plan.add(bundled.chain(perceptrons).map(|network| NetworkRun { network, digits, seed }));
    }
}

impl Features {
    /// The name in the table, and the tilt.
    fn name(&self) -> (String, Option<f64>) {
        match self {
            Features::Universal(features) => (Value::of(&features.activation).to_string(), Some(features.tilt)),
            Features::Relu => ("relu".to_string(), None),
        }
    }

    /// The layer and the variance of one feature.
    fn layer(&self, vectors: &Vectors) -> Layer {
        Layer::new(vectors, |pair| match self {
            Features::Universal(features) => features.exact(vectors.x.ncols(), pair),
            Features::Relu => relu_moments(pair.inner, pair.x2, pair.w2),
        })
    }

    /// The layer as m features estimate it: inputs by parameter vectors.
    fn estimate(&self, m: usize, vectors: &Vectors, random: &mut Generator) -> Array2<f64> {
        match self {
            Features::Universal(features) => features.estimate(m, vectors, random),
            Features::Relu => {
                let features = ReluFeatures::sample(m, vectors.x.ncols(), random);
                matrix::product(features.of(vectors.x.view()).view(), features.of(vectors.w.view()).t())
            }
        }
    }
}

impl Cell for LayerRun {
    fn cost(&self) -> f64 {
        let (count, d, m) = (self.vectors.count as f64, self.vectors.d as f64, self.m as f64);
        // Universal features take an exponential, a sine and a cosine each.
        let feature = if matches!(self.features, Features::Relu) { 3e-9 } else { 3.5e-8 };
        m * (2.0 * count * feature + d * (1e-8 + 4.0 * count / 3e10)) + count * count * (4.0 * m / 3e10 + 8e-8)
    }

    fn memory(&self) -> f64 {
        let (count, d, m) = (self.vectors.count as f64, self.vectors.d as f64, self.m as f64);
        8.0 * (m * d + 2.0 * count * (m + d + 3.0 * count))
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &LayerRun { panel, vectors: VectorLaw { d, radius, .. }, features, m, seed } = self;
        let vectors = self.vectors.sample(random);
        let layer = features.layer(&vectors);
        let (kind, tilt) = features.name();
        let name = format!("{kind}, d {d}, radius {radius:?}, m {m}, tilt {tilt:?}");
        let estimate = features.estimate(m, &vectors, &mut random.open(&name, seed));
        rows.push(record! {
            /// Panel of the figure.
            panel,
            /// The activation that is estimated, or the network; for panel C also `theory`, the curve over the tilt, and
            /// `optimum`, where it is least.
            kind,
            /// Dimension of inputs and parameter vectors.
            d,
            /// Features; hidden units of a perceptron.
            m,
            /// Norm of inputs and parameter vectors; none for normal ones.
            radius,
            /// Tilt M of the features.
            tilt,
            /// Run.
            seed,
            /// Frobenius norm of the estimate's error over that of the layer.
            rel_error: layer.relative_error(&estimate),
            /// Root mean square of the same by theory.
            theory: layer.theory(m),
        });
        Ok(())
    }
}

impl Cell for TiltCurve {
    fn cost(&self) -> f64 {
        (CURVE_POINTS + 40) as f64 * (self.vectors.count * self.vectors.count) as f64 * 8e-8
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &TiltCurve { vectors: VectorLaw { d, radius, .. }, m, greatest } = self;
        let vectors = self.vectors.sample(random);
        let theory =
            |tilt| Features::Universal(Universal { activation: Activation::Cos, tilt }).layer(&vectors).theory(m);
        let optimum = brent_minimize(0.0, greatest, 1e-6, theory)?.parameters;
        let curve = linspace(0.0, greatest, CURVE_POINTS).into_iter().map(|tilt| ("theory", tilt));
        for (kind, tilt) in curve.chain([("optimum", optimum)]) {
            rows.push(record! { panel: "C", kind, d, m, radius, tilt, theory: theory(tilt) });
        }
        Ok(())
    }
}

impl Cell for NetworkRun {
    fn cost(&self) -> f64 {
        let (n, n_test) = (self.digits.n_train as f64, self.digits.n_test as f64);
        let reading = 4e-9 * PIXELS as f64 * (n + n_test);
        reading
            + match self.network {
                Network::Bundled { m, .. } => {
                    let m = m as f64;
                    (n + n_test) * PIXELS as f64 * 2.0 * m / 8e10 + (n * m * m + m * m * m / 3.0) / 3e10 + m * 6e-6
                }
                Network::Perceptron { h, training } => {
                    let (weights, steps) = ((PIXELS * h) as f64, training.steps as f64);
                    (3.0 * steps * training.batch as f64 + n_test) * (2.0 * weights / 6e10 + 3e-7)
                        + steps * weights * 2e-9
                }
            }
    }

    fn memory(&self) -> f64 {
        let images = 4 * PIXELS * (self.digits.n_train + self.digits.n_test);
        let network = match self.network {
            Network::Bundled { m, .. } => 4 * PIXELS * m + 8 * (3 * m * m + 2000 * m),
            Network::Perceptron { h, training } => 4 * (training.batch * (PIXELS + 8 * h) + 5 * PIXELS * h),
        };
        (images + network) as f64
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &NetworkRun { ref network, digits, seed } = self;
        let first = |count| (0..count).collect::<Vec<usize>>();
        let train = mnist_train()?.examples(&first(digits.n_train), 1);
        let test = mnist_test()?.examples(&first(digits.n_test), 1);
        let open = |name: &str| random.open(name, seed);
        let (kind, m, params, accuracy) = match *network {
            Network::Bundled { m, lambda } => {
                let [train, test] = [train, test].map(bundled::normalized);
                let features = ReluFeatures::sample(m, PIXELS, &mut open(&format!("bundled, m {m}")));
                // The features are drawn, not trained: they follow from the seed.
                ("bundled", m, CLASSES * m, Bundled::fit(features, &train, lambda)?.accuracy(&test))
            }
            Network::Perceptron { h, training } => {
                let weights = &mut open(&format!("weights, h {h}"));
                let (parameters, accuracy) =
                    training.train(h, [&train, &test], weights, &mut open(&format!("batches, h {h}")));
                ("mlp", h, parameters, accuracy)
            }
        };
        rows.push(record! {
            panel: "D",
            kind,
            m,
            seed,
            /// Trained parameters.
            params,
            /// Share of the test images that are classified correctly.
            accuracy,
        });
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
