//! Plane rotations of neighbouring rows, recorded and applied many at a time.
//!
//! The iterations for eigenvalues and singular values turn neighbouring rows of the matrix of vectors, over and over.
//! Each element goes through the same operations in the same order whether a rotation is applied at once or later,
//! so the rotations are collected and then applied to narrow strips of columns that stay in the cache.

use ndarray::Array2;

use super::rows::{row, row_mut};

/// Numbers of a vector register.
const LANES: usize = 4;
/// Registers for one row of a strip.
const REGISTERS: usize = 4;
/// Columns of a strip.
const STRIP: usize = LANES * REGISTERS;
/// Rotations of each row that are collected before they are applied: so many that the copies of strips cost little
/// beside them.
const BATCH: usize = 64;

/// One row of a strip.
type StripRow = [[f64; LANES]; REGISTERS];

/// The rotation (c, s) with c f + s g = r and c g - s f = 0, and r.
pub fn rotation(f: f64, g: f64) -> (f64, f64, f64) {
    if g == 0.0 {
        return (1.0, 0.0, f);
    }
    if f == 0.0 {
        return (0.0, 1.0, g);
    }
    let largest = f.abs().max(g.abs());
    // Scaled where the squares could leave the range of numbers.
    let unit = if (1e-140..1e140).contains(&largest) { 1.0 } else { largest };
    let (f, g) = (f / unit, g / unit);
    let size = f.mul_add(f, g * g).sqrt();
    (f / size, g / size, size * unit)
}

/// Which way the sweeps over the rows go.
#[derive(Clone, Copy, PartialEq)]
pub enum Direction {
    /// From row `first` to `first + 1`, `first + 2`, ...
    Down,
    /// From row `first` to `first - 1`, `first - 2`, ...
    Up,
}

/// Rotations of neighbouring rows, each of which shares a row with the one before it.
struct Sweep {
    first: usize,
    /// End of this sweep in the list of all rotations.
    end: usize,
}

/// The matrix of vectors, one a row, with rotations still to be applied to it.
pub struct RotatedRows {
    rows: Array2<f64>,
    direction: Direction,
    sweeps: Vec<Sweep>,
    rotations: Vec<(f64, f64)>,
}

impl RotatedRows {
    /// Rows that no rotation has turned yet.
    pub fn new(rows: Array2<f64>, direction: Direction) -> Self {
        Self { rows, direction, sweeps: Vec::new(), rotations: Vec::new() }
    }

    /// Records rotations that begin at row `first`. Each maps (x, y), the row it shares with the one before it and
    /// the next row in the direction of the sweeps, to (c x + s y, c y - s x).
    pub fn turn(&mut self, first: usize, rotations: &[(f64, f64)]) {
        self.rotations.extend_from_slice(rotations);
        self.sweeps.push(Sweep { first, end: self.rotations.len() });
        if self.rotations.len() >= BATCH * self.rows.nrows() {
            self.apply();
        }
    }

    /// The rows after all rotations.
    pub fn finish(mut self) -> Array2<f64> {
        self.apply();
        self.rows
    }

    /// Applies what is recorded, strip by strip. A strip is a contiguous copy (rows of the matrix are often pages
    /// apart), upside down where the sweeps go up, and with zeros where the matrix has no more columns.
    fn apply(&mut self) {
        let (count, columns) = self.rows.dim();
        let place = |i: usize| match self.direction {
            Direction::Down => i,
            Direction::Up => count - 1 - i,
        };
        let mut strip: Vec<StripRow> = vec![[[0.0; LANES]; REGISTERS]; count];
        for column in (0..columns).step_by(STRIP) {
            let width = STRIP.min(columns - column);
            for (i, copy) in strip.iter_mut().enumerate() {
                let row = &row(&self.rows, place(i))[column..column + width];
                copy.as_flattened_mut()[..width].copy_from_slice(row);
            }
            let mut begin = 0;
            for sweep in &self.sweeps {
                turn_rows(&mut strip[place(sweep.first)..], &self.rotations[begin..sweep.end]);
                begin = sweep.end;
            }
            for (i, copy) in strip.iter().enumerate() {
                let row = &mut row_mut(&mut self.rows, place(i))[column..column + width];
                row.copy_from_slice(&copy.as_flattened()[..width]);
            }
        }
        self.sweeps.clear();
        self.rotations.clear();
    }
}

/// Applies one sweep, keeping the row that two rotations share in registers.
#[inline(never)]
fn turn_rows(rows: &mut [StripRow], rotations: &[(f64, f64)]) {
    let Some((mut place, rest)) = rows.split_first_mut() else {
        return;
    };
    let mut carried = *place;
    for (&(c, s), next_place) in rotations.iter().zip(rest) {
        let next = *next_place;
        for register in 0..REGISTERS {
            let (x, y) = (carried[register], next[register]);
            place[register] = std::array::from_fn(|j| c.mul_add(x[j], s * y[j]));
            carried[register] = std::array::from_fn(|j| (-s).mul_add(x[j], c * y[j]));
        }
        place = next_place;
    }
    *place = carried;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number that depends on its place in no simple way.
    fn number(i: usize) -> f64 {
        ((i * i + 3 * i) % 97) as f64 / 31.0 - 1.5
    }

    #[test]
    fn a_rotation_turns_its_second_argument_to_zero() {
        for (f, g) in
            [(3.0, 4.0), (-3.0, 4.0), (0.0, 2.0), (2.0, 0.0), (1e-200, -1e-200), (1e300, 1e300), (3e-320, 1e-319)]
        {
            let (c, s, r) = rotation(f, g);
            assert!((c * c + s * s - 1.0).abs() < 1e-15);
            let tolerance = (1e-15 * r.abs()).max(1e-322);
            assert!((c * f + s * g - r).abs() <= tolerance);
            assert!((c * g - s * f).abs() <= tolerance);
        }
        assert_eq!(rotation(0.0, 0.0), (1.0, 0.0, 0.0));
    }

    #[test]
    fn collected_rotations_give_the_bits_of_rotations_one_by_one() {
        for (direction, step) in [(Direction::Down, 1), (Direction::Up, -1)] {
            let (count, columns) = (23_usize, 37);
            let matrix = Array2::from_shape_fn((count, columns), |(i, j)| number(i * columns + j));
            let mut rows = RotatedRows::new(matrix.clone(), direction);
            let mut expected = matrix;
            // Enough sweeps for more than one batch.
            for sweep in 0..200 {
                let first = if step > 0 { sweep % 5 } else { count - 1 - sweep % 5 };
                let rotations: Vec<_> = (0..count - 5 - sweep % 3)
                    .map(|i| rotation(number(sweep + i), number(7 * sweep + i)))
                    .map(|(c, s, _)| (c, s))
                    .collect();
                rows.turn(first, &rotations);
                let mut i = first;
                for (c, s) in rotations {
                    let next = i.wrapping_add_signed(step);
                    for j in 0..columns {
                        let (x, y) = (expected[[i, j]], expected[[next, j]]);
                        expected[[i, j]] = c.mul_add(x, s * y);
                        expected[[next, j]] = (-s).mul_add(x, c * y);
                    }
                    i = next;
                }
            }
            assert_eq!(rows.finish(), expected);
        }
    }
}
