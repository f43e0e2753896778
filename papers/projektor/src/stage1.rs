//! Stage 1: performance at one size as a function of the shares, fitted to some mixtures, predicted for the others.

use common::estimate::Ridge;
use common::prelude::*;

use crate::sources::{Grid, Shares};

/// Penalty for each fitted mixture on coefficients of columns with unit variance: it only decides among coefficients that
/// the mixtures leave open.
const PENALTY: f64 = 1e-6;

/// What performance is a linear function of, besides a constant.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// Nothing: the mean of the fitted mixtures.
    Constant,
    /// The shares.
    Linear,
    /// Shares and their squares.
    Pq,
    /// All monomials of the shares up to degree two.
    Quadratic,
    /// The transport distance.
    Ot,
    /// Shares and distance, with a slope of the distance that is linear in the shares.
    PLinearOt,
    /// The same with a slope that has squares of the shares, too: the pseudo-quadratic model of the paper.
    PqOt,
}

impl Model {
    /// All models in the order of the table.
    pub const ALL: [Model; 7] =
        [Model::Constant, Model::Linear, Model::Pq, Model::Quadratic, Model::Ot, Model::PLinearOt, Model::PqOt];

    /// The columns of the regression at a mixture. The third share follows from the others.
    fn columns(self, p: Shares, ot: f64) -> Vec<f64> {
        let [p1, p2, _] = p;
        match self {
            Model::Constant => vec![],
            Model::Linear => vec![p1, p2],
            Model::Pq => vec![p1, p2, p1 * p1, p2 * p2],
            Model::Quadratic => vec![p1, p2, p1 * p1, p2 * p2, p1 * p2],
            Model::Ot => vec![ot],
            Model::PLinearOt => vec![p1, p2, ot, ot * p1, ot * p2],
            Model::PqOt => vec![p1, p2, ot, ot * p1, ot * p2, ot * p1 * p1, ot * p2 * p2],
        }
    }

    /// Fits `performance` on the mixtures of the grid that are to be fitted by least squares, and predicts it for all.
    pub fn predict(self, grid: &Grid, ot: &[f64], performance: &[f64]) -> Result<Vec<f64>> {
        let Grid { mixtures, fitted, .. } = grid;
        let target: Array1<f64> = fitted.iter().map(|&row| performance[row]).collect();
        let design: Vec<f64> = mixtures.iter().zip(ot).flat_map(|(&p, &ot)| self.columns(p, ot)).collect();
        if design.is_empty() {
            return Ok(vec![reduce::mean(&target.to_vec()); mixtures.len()]);
        }
        let mut design = Array2::from_shape_vec((mixtures.len(), design.len() / mixtures.len()), design)?;
        design.columns_mut().into_iter().for_each(|column| standardize(column, fitted));
        let ridge = Ridge::new(PENALTY * fitted.len() as f64);
        let fit = ridge.fit(design.select(ndarray::Axis(0), fitted).view(), target.view())?;
        Ok(fit.predict(design.view()).into_iter().collect())
    }
}

/// Gives the fitted rows of a column mean 0 and variance 1; a constant column is left with deviation 0.
fn standardize(mut column: ArrayViewMut1<f64>, fitted: &[usize]) {
    let values: Vec<f64> = fitted.iter().map(|&row| column[row]).collect();
    let mean = reduce::mean(&values);
    let variance = reduce::mean(&values.iter().map(|value| (value - mean) * (value - mean)).collect::<Vec<f64>>());
    let scale = if variance > 0.0 { 1.0 / variance.sqrt() } else { 1.0 };
    column.mapv_inplace(|value| (value - mean) * scale);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each model recovers a function that it contains, also at mixtures far from the fitted ones.
    #[test]
    fn models_extrapolate_what_they_contain() {
        let grid = Grid::new(10, 0.5);
        let ot: Vec<f64> =
            grid.mixtures.iter().map(|&[p1, p2, p3]| 0.8 + p1 * p1 - 0.3 * p2 * p3 + 0.5 * exp(p2)).collect();
        let functions: [fn(Shares, f64) -> f64; 7] = [
            |_, _| 0.7,
            |[p1, p2, _], _| 0.6 + 0.2 * p1 - 0.1 * p2,
            |[p1, p2, _], _| 0.6 + 0.2 * p1 - 0.1 * p2 * p2,
            |[p1, p2, _], _| 0.6 + 0.2 * p1 * p2 - 0.1 * p2 * p2,
            |_, ot| 0.9 - 0.3 * ot,
            |[p1, p2, _], ot| 0.9 - 0.3 * ot * (1.0 + p1) + p2,
            |[p1, p2, _], ot| 0.9 - 0.3 * ot * (1.0 + p1 - p2 * p2) + p2,
        ];
        for (model, function) in Model::ALL.into_iter().zip(functions) {
            let truth: Vec<f64> = grid.mixtures.iter().zip(&ot).map(|(&p, &ot)| function(p, ot)).collect();
            let predicted = model.predict(&grid, &ot, &truth).unwrap();
            let off = predicted.iter().zip(&truth).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(off < 5e-3, "{model:?}: {off}");
        }
    }

    #[test]
    fn fewer_mixtures_than_coefficients_are_no_error() {
        let grid = Grid::new(2, 0.5);
        let truth = [0.5, 0.0, 0.0, 0.6, 0.0, 0.7];
        let predicted = Model::PqOt.predict(&grid, &[1.0; 6], &truth).unwrap();
        assert!(predicted.iter().all(|value| value.is_finite()) && (predicted[5] - 0.7).abs() < 1e-3);
    }
}
