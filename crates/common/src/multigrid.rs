//! Geometric multigrid on nested grids of the unit square, zero on the boundary: transfers and the V-cycle for Poisson's
//! equation (Briggs, Henson and McCormick 2000, *A Multigrid Tutorial*, chapters 3 and 4).
//!
//! A grid with n = 2^k − 1 points inside along each side holds that with (n − 1)/2. Functions are matrices of
//! (n + 2) x (n + 2) values; those on the boundary are zero.

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

/// Points inside along each side on the next coarser grid.
pub fn coarser(n: usize) -> usize {
    (n - 1) / 2
}

/// How many grids there are from n points inside along each side down to one point: k for 2^k − 1, none for other n.
pub fn grids(n: usize) -> Option<usize> {
    (n + 1).is_power_of_two().then(|| (n + 1).ilog2() as usize)
}

/// Full weighting: a coarse value is the mean of the nine fine ones around, with weights (1 2 1; 2 4 2; 1 2 1)/16.
pub fn restrict(fine: ArrayView2<f64>, coarse: &mut ArrayViewMut2<f64>) {
    let n = coarse.nrows() - 2;
    for i in 1..=n {
        let line = |k: usize, j: usize| (fine[[k, j - 1]] + fine[[k, j + 1]]) + 2.0 * fine[[k, j]];
        for j in 1..=n {
            let (k, l) = (2 * i, 2 * j);
            coarse[[i, j]] = ((line(k - 1, l) + line(k + 1, l)) + 2.0 * line(k, l)) / 16.0;
        }
    }
}

/// Adds to a fine function a coarse one, interpolated bilinearly: 4 times the transpose of [`restrict`].
pub fn add_prolongation(coarse: ArrayView2<f64>, fine: &mut ArrayViewMut2<f64>) {
    let n = fine.nrows() - 2;
    for i in 1..=n {
        for j in 1..=n {
            // The coarse points on either side; twice the same where there is one at this place.
            let (up, left, down, right) = (i / 2, j / 2, i.div_ceil(2), j.div_ceil(2));
            let corners = (coarse[[up, left]] + coarse[[up, right]]) + (coarse[[down, left]] + coarse[[down, right]]);
            fine[[i, j]] += corners / 4.0;
        }
    }
}

/// One grid of a V-cycle.
#[derive(Clone, Debug)]
struct Grid {
    /// h².
    area: f64,
    u: Array2<f64>,
    f: Array2<f64>,
    residual: Array2<f64>,
}

impl Grid {
    fn new(n: usize) -> Grid {
        let zeros = || Array2::zeros((n + 2, n + 2));
        let h = 1.0 / (n + 1) as f64;
        Grid { area: h * h, u: zeros(), f: zeros(), residual: zeros() }
    }

    /// Sets the residual to f − A u with the five-point Laplacian A.
    fn subtract_laplacian(&mut self) {
        let n = self.u.nrows() - 2;
        let u = &self.u;
        for i in 1..=n {
            for j in 1..=n {
                let neighbours = (u[[i - 1, j]] + u[[i + 1, j]]) + (u[[i, j - 1]] + u[[i, j + 1]]);
                self.residual[[i, j]] = self.f[[i, j]] - (4.0 * u[[i, j]] - neighbours) / self.area;
            }
        }
    }

    /// One step of Jacobi's method: u + ω h²/4 (f − A u).
    fn smooth(&mut self, omega: f64) {
        self.subtract_laplacian();
        self.u.scaled_add(omega * self.area / 4.0, &self.residual);
    }
}

/// V-cycles for −Δu = f: one step of damped Jacobi before and one after the correction from the next coarser grid, which
/// takes the residual by full weighting and gives the correction back by bilinear interpolation.
#[derive(Clone, Debug)]
pub struct VCycle {
    omega: f64,
    /// From the finest to the coarsest.
    grids: Vec<Grid>,
}

impl VCycle {
    /// Cycles over `levels` grids, of which the finest has n points inside along each side, smoothed with ω = `omega`.
    /// A coarsest grid of one point is solved exactly, any other is smoothed.
    ///
    /// # Panics
    /// If there are not so many grids.
    pub fn new(n: usize, levels: usize, omega: f64) -> VCycle {
        let most = grids(n).unwrap_or(0);
        assert!((1..=most).contains(&levels), "{levels} grids of {n} points, which have {most}");
        let sizes = std::iter::successors(Some(n), |&n| Some(coarser(n)));
        VCycle { omega, grids: sizes.take(levels).map(Grid::new).collect() }
    }

    /// The present u on the finest grid, zero on the boundary.
    pub fn solution(&mut self) -> ArrayViewMut2<'_, f64> {
        self.grids[0].u.view_mut()
    }

    /// The right-hand side on the finest grid; zero at first.
    pub fn right_hand_side(&mut self) -> ArrayViewMut2<'_, f64> {
        self.grids[0].f.view_mut()
    }

    /// One cycle.
    pub fn cycle(&mut self) {
        descend(&mut self.grids, self.omega);
    }
}

fn descend(grids: &mut [Grid], omega: f64) {
    let Some((fine, coarser)) = grids.split_first_mut() else { return };
    if fine.u.nrows() == 3 {
        fine.u[[1, 1]] = fine.f[[1, 1]] * fine.area / 4.0;
        return;
    }
    fine.smooth(omega);
    if let Some(coarse) = coarser.first_mut() {
        fine.subtract_laplacian();
        restrict(fine.residual.view(), &mut coarse.f.view_mut());
        coarse.u.fill(0.0);
        descend(coarser, omega);
        add_prolongation(coarser[0].u.view(), &mut fine.u.view_mut());
    }
    fine.smooth(omega);
}

#[cfg(test)]
mod tests;
