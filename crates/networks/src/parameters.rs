//! Parameters: named matrices in one flat vector.

use std::ops::Range;

use numerics::random::Generator;

use crate::{Number, Value};

/// The law of the initial weights of a parameter matrix of `fan_in` rows and `fan_out` columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// All equal.
    Constant(f64),
    /// Normal with this standard deviation.
    Normal(f64),
    /// Uniform on ± this bound.
    Uniform(f64),
    /// Normal with variance 2 / fan_in (He, Zhang, Ren, Sun 2015).
    HeNormal,
    /// Uniform with variance 2 / fan_in: on ± √(6 / fan_in).
    HeUniform,
    /// Normal with variance 1 / fan_in (LeCun, Bottou, Orr, Müller 1998).
    LeCunNormal,
    /// Uniform on ± √(6 / (fan_in + fan_out)) (Glorot and Bengio 2010, also called Xavier).
    GlorotUniform,
    /// Normal with variance 2 / (fan_in + fan_out).
    GlorotNormal,
    /// Uniform on ± c / √fan_in for this c; with c = 1 the default of PyTorch's linear layers.
    FanIn(f64),
}

impl Init {
    /// Fills a matrix of `rows` (fan in) x `columns` (fan out) with draws, row by row.
    pub fn fill<T: Number>(self, rows: usize, columns: usize, numbers: &mut [T], generator: &mut Generator) {
        let (fan_in, fan_out) = (rows as f64, columns as f64);
        match self {
            Init::Constant(value) => numbers.fill(T::from_f64(value)),
            Init::Normal(deviation) => draw(numbers, || deviation * generator.normal()),
            Init::Uniform(bound) => draw(numbers, || generator.uniform_in(-bound, bound)),
            Init::HeNormal => Init::Normal((2.0 / fan_in).sqrt()).fill(rows, columns, numbers, generator),
            Init::HeUniform => Init::Uniform((6.0 / fan_in).sqrt()).fill(rows, columns, numbers, generator),
            Init::LeCunNormal => Init::Normal((1.0 / fan_in).sqrt()).fill(rows, columns, numbers, generator),
            Init::GlorotUniform => {
                Init::Uniform((6.0 / (fan_in + fan_out)).sqrt()).fill(rows, columns, numbers, generator);
            }
            Init::GlorotNormal => {
                Init::Normal((2.0 / (fan_in + fan_out)).sqrt()).fill(rows, columns, numbers, generator);
            }
            Init::FanIn(factor) => Init::Uniform(factor / fan_in.sqrt()).fill(rows, columns, numbers, generator),
        }
    }
}

fn draw<T: Number>(numbers: &mut [T], mut next: impl FnMut() -> f64) {
    for number in numbers {
        *number = T::from_f64(next());
    }
}

/// A named matrix inside the flat vector of parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Name, unique on its tape.
    pub name: String,
    /// Number of rows; of a weight matrix, the fan in.
    pub rows: usize,
    /// Number of columns; of a weight matrix, the fan out.
    pub columns: usize,
    /// Place in the flat vector, row by row.
    pub range: Range<usize>,
    /// Law of the initial numbers.
    pub init: Init,
    /// Handle of the matrix on the tape.
    pub value: Value,
}
