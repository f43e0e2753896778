//! What a paper writes with: `use common::prelude::*;`.
//!
//! Crates that only some papers need are named by them: `common::networks`, `common::datasets`.

pub use anyhow::{Context, bail, ensure};
pub use engine::{Cell, Claim, Each, Plan, Published, Result};
pub use ndarray::{self, Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, array, s};
pub use numerics::order::{argsort, argsort_descending, distinct, sorted};
pub use numerics::random::{Generator, Streams};
pub use numerics::spacing::{geomspace, linspace, log_spaced, logspace};
pub use numerics::special::{normal_cdf, normal_quantile};
pub use numerics::{
    Curve, acos, arrays, asin, atan, atan2, cbrt, cos, cosh, exp, exp_m1, exp2, hypot, linear, ln, ln_1p, log_sum_exp,
    log2, log10, matrix, pow, powi, reduce, sigmoid, sin, sinh, slices, softplus, special, tan, tanh,
};
pub use parameters::{self, Parameters};
pub use plotting::{
    Anchor, Axis, BLACK, BLUE, Color, ColorScale, Corner, DARK_GREY, Figure, Format, GREEN, GREY, LIGHT_GREY, Legend,
    Marker, OLIVE, ORANGE, PURPLE, Panel, RED, SKY, Style, WHITE, WINE, YELLOW, power_of_ten,
};
pub use serde::Serialize;
pub use tables::{Column, Record, Repetitions, Rows, Summarised, Summary, Table, Value, record};

pub use crate::{bandits, estimate, kernels, optimize, statistics};
