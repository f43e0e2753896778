//! What a paper writes with: `use common::prelude::*;`.
//!
//! Crates that only some papers need are named by them: `common::networks`, `common::datasets`.

pub use anyhow::{Context, bail, ensure};
pub use engine::{Check, Claim, Experiment, Result};
pub use ndarray::{self, Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, array, s};
pub use numerics::random::{Generator, Streams};
pub use numerics::special::{normal_cdf, normal_quantile};
pub use numerics::{
    acos, asin, atan, atan2, cbrt, cos, cosh, exp, exp_m1, exp2, hypot, linear, ln, ln_1p, log_sum_exp, log2, log10,
    matrix, pow, powi, reduce, sigmoid, sin, sinh, slices, softplus, special, tan, tanh,
};
pub use plotting::{
    Anchor, Axis, BLACK, BLUE, Color, ColorScale, Corner, DARK_GREY, Figure, Format, GREEN, GREY, LIGHT_GREY, Legend,
    Marker, OLIVE, ORANGE, PURPLE, Panel, RED, SKY, Style, WHITE, WINE, YELLOW, power_of_ten,
};
pub use serde::{Deserialize, Serialize};
pub use tables::{Column, Summary, Table, Value};

pub use crate::{bandits, estimate, kernels, optimize, statistics};
