//! Successive over-relaxation (SOR) for the five-point Laplacian plus a diagonal shift.
//!
//! The systems are A x = b with A = A_0 + c I, where A_0 has 4 on the diagonal and -1 for each of the
//! up to four neighbours on a square grid of g x g points with zero boundary. One SOR iteration is
//! x += M^-1 (b - A x) with M = D / omega + L (D the diagonal, L the strictly lower part of A): a
//! sweep over the points in row-major order.

use common::prelude::*;

/// What the systems of a sequence have in common, and when a solve ends.
#[derive(Parameters)]
pub struct Problem {
    /// Interior grid points along a side: g. The systems have g^2 unknowns.
    #[range(2..)]
    pub grid_side: usize,
    /// A solve ends when the norm of its residual is below eps times that of the target: |b - A x| < eps |b|.
    #[range(..1.0)]
    pub eps: f64,
    /// Iterations (sweeps) after which a solve gives up.
    pub iteration_cap: usize,
}

impl Problem {
    /// Number of unknowns: n = g^2.
    pub fn unknowns(&self) -> usize {
        self.grid_side * self.grid_side
    }

    /// The least eigenvalue of A_0, 8 sin^2(pi / (2 (g + 1))): shifts must stay above its negative.
    pub fn least_eigenvalue(&self) -> f64 {
        let half = sin(std::f64::consts::PI / (2.0 * (self.grid_side + 1) as f64));
        8.0 * half * half
    }
}

/// How the shifts of a sequence are distributed: low + (high - low) Beta(a, b).
#[derive(Clone, Copy, Serialize)]
pub struct Shifts {
    /// The interval of the shifts.
    pub range: [f64; 2],
    /// The shapes (a, b) of the beta distribution.
    pub shapes: [f64; 2],
}

impl Shifts {
    /// The mean shift.
    pub fn mean(&self) -> f64 {
        let [low, high] = self.range;
        low + (high - low) * self.shapes[0] / (self.shapes[0] + self.shapes[1])
    }

    /// Draws a shift.
    pub fn sample(&self, random: &mut Generator) -> f64 {
        let [low, high] = self.range;
        low + (high - low) * random.beta(self.shapes[0], self.shapes[1])
    }
}

/// Overwrites `target` by a standard normal vector conditioned on a norm of at most sqrt(n): the
/// theory asks for targets of bounded length (section 2 of the paper).
pub fn sample_target(target: &mut [f64], random: &mut Generator) {
    loop {
        random.fill_normal(target);
        if reduce::norm_squared(target) <= target.len() as f64 {
            return;
        }
    }
}

/// A solver for systems on one grid; it keeps its buffers from solve to solve.
///
/// All vectors are stored row by row with a zero column on each side, the unknowns also with a zero row
/// above and below, so that no point is special.
///
/// A sweep is a chain: each point needs the new values to its left and above. But the old values to its
/// right and below enter through q = b + right + below alone, and so does the residual, which is
/// q + left + above - (4 + c) x. One pass without any chain therefore gives the residual of this
/// iteration and what the next sweep needs of the old values; two operations a point stay in the chain.
pub struct Sor {
    side: usize,
    /// Unknowns, (g + 2) x (g + 2).
    x: Vec<f64>,
    /// Right-hand side, g x (g + 2).
    b: Vec<f64>,
    /// What the old unknowns contribute to the new ones, g x (g + 2).
    from_old: Vec<f64>,
    /// b - A x, zero in the outer columns, g x (g + 2).
    residual: Vec<f64>,
    /// 1 at the points of the grid, 0 in the outer columns, g x (g + 2).
    inside: Vec<f64>,
}

impl Sor {
    /// A solver for a grid of `side` x `side` points.
    pub fn new(side: usize) -> Sor {
        let stride = side + 2;
        let rows = vec![0.0; side * stride];
        let mut inside = rows.clone();
        inside.chunks_exact_mut(stride).for_each(|row| row[1..=side].fill(1.0));
        let x = vec![0.0; stride * stride];
        Sor { side, x, b: rows.clone(), from_old: rows.clone(), residual: rows, inside }
    }

    /// Iterations k >= 1 from x = 0 until |b - A x| < eps |b|; the cap if that many do not suffice.
    ///
    /// # Panics
    /// If the target has another length than the number of unknowns.
    pub fn iterations(&mut self, problem: &Problem, shift: f64, target: &[f64], omega: f64) -> usize {
        let diagonal = 4.0 + shift;
        self.start(target, diagonal, omega);
        let enough = problem.eps * problem.eps * reduce::norm_squared(target);
        for k in 1..problem.iteration_cap {
            self.iterate(diagonal, omega);
            if reduce::norm_squared(&self.residual) < enough {
                return k;
            }
        }
        problem.iteration_cap
    }

    /// One iteration from x = 0; returns the residual (I - A M^-1) b, length n.
    ///
    /// # Panics
    /// If the target has another length than the number of unknowns.
    pub fn residual_of_one_sweep(&mut self, shift: f64, target: &[f64], omega: f64) -> Vec<f64> {
        self.start(target, 4.0 + shift, omega);
        self.iterate(4.0 + shift, omega);
        let rows = self.residual.chunks_exact(self.side + 2);
        rows.flat_map(|row| row[1..=self.side].iter().copied()).collect()
    }

    fn start(&mut self, target: &[f64], diagonal: f64, omega: f64) {
        assert_eq!(target.len(), self.side * self.side, "one entry of the target for each unknown");
        let rows = self.b.chunks_exact_mut(self.side + 2);
        for (row, values) in rows.zip(target.chunks_exact(self.side)) {
            row[1..=self.side].copy_from_slice(values);
        }
        self.x.fill(0.0);
        self.use_old(diagonal, omega);
    }

    fn iterate(&mut self, diagonal: f64, omega: f64) {
        self.sweep(omega / diagonal);
        self.use_old(diagonal, omega);
    }

    /// The chain: each new value from what the old ones contribute, the value above and the one left.
    fn sweep(&mut self, gain: f64) {
        let (side, stride) = (self.side, self.side + 2);
        for (i, from_old) in self.from_old.chunks_exact(stride).enumerate() {
            let (above, row) = self.x[i * stride + 1..].split_at_mut(stride);
            let mut left = 0.0;
            for ((x, above), old) in row[..side].iter_mut().zip(above).zip(&from_old[1..]) {
                left = (old + gain * *above) + gain * left;
                *x = left;
            }
        }
    }

    /// The pass without a chain: the residual, and what the unknowns contribute to the next sweep.
    fn use_old(&mut self, diagonal: f64, omega: f64) {
        let (gain, keep) = (omega / diagonal, 1.0 - omega);
        let (stride, length) = (self.side + 2, self.b.len());
        let (above, below) = (&self.x[..length], &self.x[2 * stride..][..length]);
        let (left, here) = (&self.x[stride - 1..][..length], &self.x[stride..][..length]);
        let (right, b) = (&self.x[stride + 1..][..length], &self.b[..length]);
        let (inside, from_old) = (&self.inside[..length], &mut self.from_old[..length]);
        let residual = &mut self.residual[..length];
        for p in 0..length {
            let q = b[p] + right[p] + below[p];
            from_old[p] = keep * here[p] + gain * q;
            residual[p] = inside[p] * (q + left[p] + above[p] - diagonal * here[p]);
        }
    }
}

#[cfg(test)]
mod tests;
