//! A network that tells classes apart: training on batches, evaluation on whole sets.

use ndarray::ArrayView2;
use numerics::random::Generator;
use numerics::reduce;

use crate::tape::{chunks, load_rows};
use crate::{Batches, Init, Labels, Number, Optimizer, Tape, Value};

/// A tape with inputs, labels, logits and their cross-entropy.
///
/// ```
/// use ndarray::Array2;
/// use networks::{Adam, Batches, Classifier, Init};
/// use numerics::random::Streams;
///
/// // Is the sum of ten numbers positive?
/// let streams = Streams::new("example");
/// let x = streams.open("data", 1).normal_matrix(1000, 10).mapv(|x| x as f32);
/// let labels: Vec<u8> = x.rows().into_iter().map(|row| u8::from(row.sum() > 0.0)).collect();
///
/// let mut net = Classifier::<f32>::mlp(50, &[10, 16, 2], Init::HeNormal, Init::LeCunNormal);
/// let mut theta = net.tape.initial(&mut streams.open("init", 1));
/// let (mut batches, mut adam) = (Batches::new(0..1000, 50), Adam::new(theta.len()));
/// let rates = [0.01; 100];
/// net.fit(&mut theta, (x.view(), &labels), &mut batches, &mut adam, rates, &mut streams.open("order", 1));
/// assert!(net.score(&theta, x.view(), &labels).accuracy > 0.95);
/// ```
pub struct Classifier<T> {
    /// The operations; more may be recorded.
    pub tape: Tape<T>,
    /// The input, one row for each example.
    pub x: Value,
    /// The class labels of the examples.
    pub labels: Labels,
    /// Logits, a row for each example.
    pub logits: Value,
    /// Cross-entropy of each example.
    pub losses: Value,
    /// Mean cross-entropy of the examples: what training makes small.
    pub loss: Value,
    /// Linear layers with a bias, for [`gradient_norms`](Self::gradient_norms).
    pub layers: Vec<Layer>,
}

/// A linear layer `output = input W + b` with one row for each example.
#[derive(Clone, Copy, Debug)]
pub struct Layer {
    /// What enters the layer.
    pub input: Value,
    /// What leaves the layer, before the activation.
    pub output: Value,
}

/// How well a classifier does on a set of examples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Share of the examples whose largest logit (the first, of equals) is that of their label.
    pub accuracy: f64,
    /// Mean cross-entropy of the examples.
    pub loss: f64,
}

impl<T: Number> Classifier<T> {
    /// Completes a tape with input `x` and `logits` by labels, cross-entropy and its mean.
    pub fn new(mut tape: Tape<T>, x: Value, logits: Value) -> Self {
        let labels = tape.labels("labels", logits.rows());
        let losses = tape.cross_entropy(logits, labels);
        let loss = tape.mean(losses);
        let layers = Vec::new();
        Self { tape, x, labels, logits, losses, loss, layers }
    }

    /// A perceptron with ReLU between its linear layers, for batches of up to `capacity`: `widths` are the numbers of
    /// inputs, of units of each hidden layer, and of classes.
    ///
    /// Parameters: `0.weight` (inputs x units), `0.bias`, `1.weight`, …; weights of hidden layers are drawn from
    /// `hidden`, of the last one from `last`; biases start at zero.
    ///
    /// # Panics
    /// If there are fewer than two widths.
    pub fn mlp(capacity: usize, widths: &[usize], hidden: Init, last: Init) -> Self {
        let [inputs, units @ .., classes] = widths else {
            panic!("a perceptron needs a number of inputs and one of classes, not the widths {widths:?}")
        };
        let mut tape = Tape::new(capacity);
        let x = tape.input("x", 1, *inputs);
        let mut layers = Vec::new();
        let mut input = x;
        for (index, &units) in units.iter().enumerate() {
            let output = tape.dense(&index.to_string(), input, units, hidden);
            layers.push(Layer { input, output });
            input = tape.relu(output);
        }
        let logits = tape.dense(&units.len().to_string(), input, *classes, last);
        let output = logits;
        layers.push(Layer { input, output });
        Self { layers, ..Self::new(tape, x, logits) }
    }

    /// Loads the examples with these indices.
    pub fn load<L: Copy + Into<usize>>(&mut self, images: ArrayView2<T>, labels: &[L], indices: &[usize]) {
        self.tape.gather(self.x, images, indices);
        self.tape.gather_labels(self.labels, labels, indices);
    }

    /// Mean cross-entropy of the examples with these indices, and its gradient.
    ///
    /// # Panics
    /// If there are more examples than the capacity, or shapes do not fit.
    pub fn gradient<L: Copy + Into<usize>>(
        &mut self,
        theta: &[T],
        images: ArrayView2<T>,
        labels: &[L],
        indices: &[usize],
        gradient: &mut [T],
    ) -> T {
        self.load(images, labels, indices);
        self.tape.loss_and_gradient(self.loss, theta, gradient)
    }

    /// Trains: at each step one batch, its gradient, and a step of the optimizer at the next of the `rates`, until
    /// there are no more. `examples` are images, one a row, and their labels. Gives the mean cross-entropy of the last
    /// batch before the last step, NaN for no steps.
    ///
    /// The generator is used for the batches alone. Batches and optimizer keep their state, so two calls in a row do
    /// the same as one call with the rates of both.
    ///
    /// # Panics
    /// If a batch is larger than the capacity, has an example that is not there, or shapes do not fit.
    pub fn fit<L: Copy + Into<usize>>(
        &mut self,
        theta: &mut [T],
        (images, labels): (ArrayView2<T>, &[L]),
        batches: &mut Batches,
        optimizer: &mut (impl Optimizer<T> + ?Sized),
        rates: impl IntoIterator<Item = f64>,
        generator: &mut Generator,
    ) -> T {
        let mut gradient = vec![T::ZERO; theta.len()];
        let mut loss = T::NAN;
        for rate in rates {
            loss = self.gradient(theta, images, labels, batches.next(generator), &mut gradient);
            optimizer.step(theta, &gradient, rate);
        }
        loss
    }

    /// Accuracy and mean loss over all examples, taken in chunks of the capacity.
    ///
    /// # Panics
    /// If shapes do not fit.
    pub fn score<L: Copy + Into<usize>>(&mut self, theta: &[T], images: ArrayView2<T>, labels: &[L]) -> Score {
        let (mut right, mut loss) = (0, 0.0);
        let (x, losses) = (self.x, self.losses);
        let per_example = self.logits.rows();
        assert!(images.nrows() * per_example == labels.len(), "{} images and {} labels", images.nrows(), labels.len());
        for (chunk, labels) in
            chunks(images, self.tape.capacity()).zip(labels.chunks(self.tape.capacity() * per_example))
        {
            load_rows(&mut self.tape, x, chunk);
            self.tape.set_labels(self.labels, labels);
            self.tape.forward_to(losses, theta);
            loss += self.tape.value(losses).iter().map(|loss| loss.to_f64()).sum::<f64>();
            let rows = self.tape.value(self.logits).chunks_exact(self.logits.columns());
            right += rows.zip(labels).filter(|(row, label)| reduce::argmax(row) == (**label).into()).count();
        }
        let count = labels.len() as f64;
        Score { accuracy: right as f64 / count, loss: loss / count }
    }

    /// Squared norm of the gradient of each loaded example's own loss by all parameters of `layers`, one number for
    /// each, after [`gradient`](Self::gradient): Σ ‖δ‖² (‖h‖² + 1) over the layers, where h enters a layer and δ is
    /// the derivative of the example's loss by what leaves it.
    ///
    /// # Panics
    /// If there is no gradient yet, or not one number for each example.
    pub fn gradient_norms(&self, squared: &mut [f64]) {
        let examples = self.tape.examples();
        assert!(squared.len() == examples, "{} numbers for {examples} examples", squared.len());
        squared.fill(0.0);
        let scale = (examples * examples) as f64;
        for layer in &self.layers {
            let (inputs, deltas) = (self.tape.value(layer.input), self.tape.gradient(layer.output));
            let inputs = inputs.chunks_exact(layer.input.columns());
            for ((total, h), delta) in squared.iter_mut().zip(inputs).zip(deltas.rows()) {
                let delta = delta.to_slice().expect("rows are contiguous");
                *total += scale * reduce::norm_squared(delta).to_f64() * (reduce::norm_squared(h).to_f64() + 1.0);
            }
        }
    }
}
