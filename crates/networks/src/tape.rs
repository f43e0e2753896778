//! The tape: operations recorded once, run forwards and backwards at every step.

use std::ops::Range;

use ndarray::{ArrayView2, ArrayViewMut2};
use numerics::random::Generator;

use crate::operations::Operation;
use crate::value::{Gradient, Place};
use crate::{Init, Labels, Number, Parameter, Value};

mod loading;
mod reading;
mod running;

pub(crate) use reading::{chunks, load_rows};

/// A network as a list of operations with all their buffers.
///
/// Building calls methods such as [`linear`](Self::linear) that record one operation each and check shapes;
/// running computes all of them in that order, and gradients in the opposite order. The numbers of the parameters
/// are not on the tape: they are one flat vector of the caller, `theta`, so that one tape serves any number of
/// networks of the same architecture, and subspaces, masks and optimizers are plain arithmetic on vectors.
///
/// Shapes are fixed but for the number of examples of a batch, which may be anything up to the capacity. After the
/// first run nothing is allocated.
///
/// ```
/// use networks::{Init, Sgd, Optimizer, Tape};
/// use numerics::random::Streams;
///
/// // exclusive or, by four hidden units
/// let mut tape = Tape::<f64>::new(4);
/// let x = tape.input("x", 1, 2);
/// let target = tape.input("target", 1, 1);
/// let hidden = tape.dense("hidden", x, 4, Init::LeCunNormal);
/// let hidden = tape.tanh(hidden);
/// let output = tape.dense("output", hidden, 1, Init::LeCunNormal);
/// let errors = tape.squared_error(output, target);
/// let loss = tape.mean(errors);
///
/// let mut theta = tape.initial(&mut Streams::new("example").open("init", 1));
/// let mut gradient = vec![0.0; theta.len()];
/// let mut optimizer = Sgd::heavy_ball(theta.len(), 0.9);
/// tape.set(x, &[0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
/// tape.set(target, &[0.0, 1.0, 1.0, 0.0]);
/// for _ in 0..500 {
///     tape.loss_and_gradient(loss, &theta, &mut gradient);
///     optimizer.step(&mut theta, &gradient, 0.1);
/// }
/// assert!(tape.scalar(loss) < 1e-3);
/// ```
pub struct Tape<T> {
    capacity: usize,
    parameters: Vec<Parameter>,
    length: usize,
    places: Vec<Place<T>>,
    gradients: Vec<Gradient<T>>,
    labels: Vec<Vec<usize>>,
    leaves: Vec<Leaf>,
    steps: Vec<Step<T>>,
    /// Examples of the last forward pass, and how many steps it took.
    examples: usize,
    done: usize,
}

/// Something that the caller loads.
struct Leaf {
    name: String,
    source: Source,
    batched: bool,
    loaded: Option<usize>,
}

#[derive(Clone, Copy, PartialEq)]
enum Source {
    Numbers(usize),
    Labels(usize),
}

/// One recorded operation.
struct Step<T> {
    operation: Box<dyn Operation<T>>,
    output: Value,
    leaves: Vec<usize>,
}

impl<T: Number> Tape<T> {
    /// An empty tape for batches of up to `capacity` examples.
    ///
    /// # Panics
    /// If the capacity is zero.
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a tape needs room for at least one example");
        Self {
            capacity,
            parameters: Vec::new(),
            length: 0,
            places: Vec::new(),
            gradients: Vec::new(),
            labels: Vec::new(),
            leaves: Vec::new(),
            steps: Vec::new(),
            examples: 0,
            done: 0,
        }
    }

    /// Most examples of a batch.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// A parameter matrix of `rows` x `columns`, placed after those declared before it.
    ///
    /// # Panics
    /// If the name is taken or the matrix is empty.
    pub fn parameter(&mut self, name: &str, rows: usize, columns: usize, init: Init) -> Value {
        assert!(rows * columns > 0, "parameter {name} is empty: {rows} x {columns}");
        let taken = self.parameters.iter().any(|parameter| parameter.name == name);
        assert!(!taken, "two parameters have the name {name}");
        let range = self.length..self.length + rows * columns;
        self.length = range.end;
        let place = Place::Parameter(range.start);
        let value = self.place(Value::shaped(rows, columns, false), place, true, Some(range.start));
        self.parameters.push(Parameter { name: name.to_owned(), rows, columns, range, init, value });
        value
    }

    /// An input of the batch: `rows` x `columns` numbers for each example, loaded by [`set`](Self::set),
    /// [`gather`](Self::gather) or [`input_mut`](Self::input_mut). It has no gradient.
    pub fn input(&mut self, name: &str, rows: usize, columns: usize) -> Value {
        self.leaf(name, Value::shaped(rows, columns, true), false)
    }

    /// An input of the batch by which derivatives are wanted: after a backward pass
    /// [`gradient`](Self::gradient) has them, so that what comes before it can be differentiated by hand.
    pub fn variable(&mut self, name: &str, rows: usize, columns: usize) -> Value {
        self.leaf(name, Value::shaped(rows, columns, true), true)
    }

    /// A fixed input, the same for all examples, such as the mask of a weight matrix; loaded by
    /// [`set`](Self::set). It has no gradient.
    pub fn fixed_input(&mut self, name: &str, rows: usize, columns: usize) -> Value {
        self.leaf(name, Value::shaped(rows, columns, false), false)
    }

    /// Class labels or tokens, `per_example` for each example, loaded by [`set_labels`](Self::set_labels) or
    /// [`gather_labels`](Self::gather_labels).
    pub fn labels(&mut self, name: &str, per_example: usize) -> Labels {
        assert!(per_example > 0, "labels {name} need at least one label per example");
        let slot = self.labels.len();
        self.labels.push(vec![0; per_example * self.capacity]);
        self.leaves.push(Leaf { name: name.to_owned(), source: Source::Labels(slot), batched: true, loaded: None });
        Labels { slot, per_example }
    }

    fn leaf(&mut self, name: &str, shape: Value, needed: bool) -> Value {
        assert!(shape.rows * shape.columns > 0, "input {name} is empty: {shape}");
        let numbers = vec![T::ZERO; shape.length(self.capacity)];
        let value = self.place(shape, Place::Here(numbers), needed, None);
        self.leaves.push(Leaf {
            name: name.to_owned(),
            source: Source::Numbers(value.slot),
            batched: value.batched,
            loaded: None,
        });
        value
    }

    fn place(&mut self, shape: Value, place: Place<T>, needed: bool, offset: Option<usize>) -> Value {
        let slot = self.places.len();
        self.places.push(place);
        self.gradients.push(Gradient { numbers: Vec::new(), offset, needed, written: false });
        Value { slot, ..shape }
    }

    /// Records an operation that computes a value of this shape from the inputs.
    pub(crate) fn record(
        &mut self,
        operation: impl Operation<T> + 'static,
        shape: Value,
        inputs: &[Value],
        labels: &[Labels],
    ) -> Value {
        for input in inputs {
            assert!(input.slot < self.places.len(), "a value of another tape ({input}) was used on this one");
        }
        let needed = inputs.iter().any(|input| self.gradients[input.slot].needed);
        let numbers = inputs.iter().map(|input| Source::Numbers(input.slot));
        let sources: Vec<Source> = numbers.chain(labels.iter().map(|labels| Source::Labels(labels.slot))).collect();
        let leaves = (0..self.leaves.len()).filter(|&leaf| sources.contains(&self.leaves[leaf].source)).collect();
        let numbers = vec![T::ZERO; shape.length(self.capacity)];
        let output = self.place(shape, Place::Here(numbers), needed, None);
        self.steps.push(Step { operation: Box::new(operation), output, leaves });
        output
    }

    /// All parameters in the order of the flat vector.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The parameter of this name.
    ///
    /// # Panics
    /// If there is none.
    pub fn named(&self, name: &str) -> &Parameter {
        let found = self.parameters.iter().find(|parameter| parameter.name == name);
        found.unwrap_or_else(|| panic!("no parameter is called {name}"))
    }

    /// Length of the flat vector of parameters.
    pub fn parameter_count(&self) -> usize {
        self.length
    }

    /// Place of a parameter in the flat vector.
    ///
    /// # Panics
    /// If the value is not a parameter.
    pub fn range(&self, parameter: Value) -> Range<usize> {
        match self.places[parameter.slot] {
            Place::Parameter(start) => start..start + parameter.rows * parameter.columns,
            Place::Here(_) => panic!("a {parameter} value that is not a parameter has no place in the flat vector"),
        }
    }

    /// A parameter in a flat vector, as a matrix.
    pub fn view<'a>(&self, parameter: Value, theta: &'a [T]) -> ArrayView2<'a, T> {
        let numbers = &theta[self.range(parameter)];
        ArrayView2::from_shape((parameter.rows, parameter.columns), numbers).expect("as many numbers as the shape has")
    }

    /// A parameter in a flat vector, as a matrix to change.
    pub fn view_mut<'a>(&self, parameter: Value, theta: &'a mut [T]) -> ArrayViewMut2<'a, T> {
        let numbers = &mut theta[self.range(parameter)];
        let shape = (parameter.rows, parameter.columns);
        ArrayViewMut2::from_shape(shape, numbers).expect("as many numbers as the shape has")
    }

    /// A flat vector of initial parameters, drawn in the order of declaration.
    pub fn initial(&self, generator: &mut Generator) -> Vec<T> {
        let mut theta = vec![T::ZERO; self.length];
        for parameter in &self.parameters {
            let numbers = &mut theta[parameter.range.clone()];
            parameter.init.fill(parameter.rows, parameter.columns, numbers, generator);
        }
        theta
    }
}
