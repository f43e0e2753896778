//! Gaussian elimination over the finite field with q elements.

/// The largest order for which a sum `a + b c` and the reciprocal below fit their integers: q^3 < 2^16.
pub const LARGEST_ORDER: u64 = 37;

/// The field F_q of the integers modulo a prime q. Elements are the numbers from 0 to q - 1.
#[derive(Clone, Copy, Debug)]
pub struct PrimeField {
    order: u16,
    /// The least integer above 2^16 / q: a multiplication by it replaces a division by q.
    reciprocal: u32,
}

/// Whether a number is prime, by trial division.
pub fn is_prime(q: u64) -> bool {
    q >= 2 && (2..q).take_while(|factor| factor * factor <= q).all(|factor| !q.is_multiple_of(factor))
}

impl PrimeField {
    /// The field of prime order q.
    ///
    /// # Panics
    /// If q is no prime, or above [`LARGEST_ORDER`].
    pub fn new(q: u64) -> Self {
        assert!(is_prime(q) && q <= LARGEST_ORDER, "{q} is no prime up to {LARGEST_ORDER}");
        let order = q as u16;
        PrimeField { order, reciprocal: 65536 / u32::from(order) + 1 }
    }

    /// The number of elements, q.
    pub fn order(self) -> usize {
        usize::from(self.order)
    }

    /// x mod q, for x < q^2.
    fn reduce(self, x: u16) -> u16 {
        let quotient = ((u32::from(x) * self.reciprocal) >> 16) as u16;
        x - quotient * self.order
    }

    /// The element that adds to zero with `a`.
    pub fn negative(self, a: u16) -> u16 {
        if a == 0 { 0 } else { self.order - a }
    }

    /// a + b c.
    pub fn add_product(self, a: u16, b: u16, c: u16) -> u16 {
        self.reduce(a + b * c)
    }

    /// The inner product of two vectors.
    pub fn dot(self, a: &[u16], b: &[u16]) -> u16 {
        a.iter().zip(b).fold(0, |sum, (&a, &b)| self.add_product(sum, a, b))
    }

    /// The inverse of a non-zero element: a^(q - 2), by Fermat's little theorem.
    pub fn inverse(self, a: u16) -> u16 {
        (2..self.order).fold(1, |power, _| self.add_product(0, power, a))
    }

    /// target += factor * source, elementwise.
    fn add_multiple(self, target: &mut [u16], factor: u16, source: &[u16]) {
        for (a, &b) in target.iter_mut().zip(source) {
            *a = self.reduce(*a + factor * b);
        }
    }
}

/// A matrix in reduced row echelon form.
#[derive(Clone, Debug)]
pub struct Echelon {
    field: PrimeField,
    /// The entries, row by row.
    entries: Vec<u16>,
    width: usize,
    /// Columns in which pivots are looked for: the first ones.
    columns: usize,
    /// The pivot column of each non-zero row, rising.
    pivots: Vec<usize>,
}

impl Echelon {
    /// Gauss-Jordan elimination of a matrix with rows of length `width`. Pivots are taken from the first `columns`
    /// columns; any further ones are right-hand sides.
    pub fn new(field: PrimeField, mut entries: Vec<u16>, width: usize, columns: usize) -> Self {
        let rows = entries.len() / width;
        let mut pivots = Vec::with_capacity(rows.min(columns));
        for column in 0..columns {
            let rank = pivots.len();
            let Some(found) = (rank..rows).find(|row| entries[row * width + column] != 0) else {
                continue;
            };
            if found != rank {
                let (above, below) = entries.split_at_mut(found * width);
                above[rank * width..(rank + 1) * width].swap_with_slice(&mut below[..width]);
            }
            clear_column(field, &mut entries, width, rank, column);
            pivots.push(column);
        }
        Echelon { field, entries, width, columns, pivots }
    }

    /// The rank of the first columns.
    pub fn rank(&self) -> usize {
        self.pivots.len()
    }

    fn entry(&self, row: usize, column: usize) -> u16 {
        self.entries[row * self.width + column]
    }

    /// The columns without a pivot, rising.
    pub fn free_columns(&self) -> Vec<usize> {
        (0..self.columns).filter(|column| self.pivots.binary_search(column).is_err()).collect()
    }

    /// The solution of A x = b whose free coordinates have the given values, one for each of
    /// [`free_columns`](Echelon::free_columns); b is the last column, and the system must have a solution.
    pub fn solution(&self, free_columns: &[usize], free_values: &[u16]) -> Vec<u16> {
        let mut x = vec![0; self.columns];
        for (&column, &value) in free_columns.iter().zip(free_values) {
            x[column] = value;
        }
        for (row, &pivot) in self.pivots.iter().enumerate() {
            let free = free_columns.iter().zip(free_values);
            x[pivot] = free.fold(self.entry(row, self.width - 1), |sum, (&column, &value)| {
                self.field.add_product(sum, self.field.negative(self.entry(row, column)), value)
            });
        }
        x
    }

    /// For each of the first columns: whether it lies in the span of the others. That is so where some vector of the
    /// null space has a non-zero entry: in every free column, and in the pivot column of every row that has a
    /// non-zero entry in a free column.
    pub fn dependent_columns(&self) -> Vec<bool> {
        let free = self.free_columns();
        let mut dependent = vec![false; self.columns];
        for &column in &free {
            dependent[column] = true;
        }
        for (row, &pivot) in self.pivots.iter().enumerate() {
            dependent[pivot] = free.iter().any(|&column| self.entry(row, column) != 0);
        }
        dependent
    }
}

/// Scales the pivot row so that its entry in the column is 1, and subtracts multiples of it from all other rows.
fn clear_column(field: PrimeField, entries: &mut [u16], width: usize, pivot_row: usize, column: usize) {
    let (above, rest) = entries.split_at_mut(pivot_row * width);
    let (pivot, below) = rest.split_at_mut(width);
    // Left of the pivot the row is zero already.
    let pivot = &mut pivot[column..];
    let inverse = field.inverse(pivot[0]);
    for entry in pivot.iter_mut() {
        *entry = field.add_product(0, *entry, inverse);
    }
    for row in above.chunks_exact_mut(width).chain(below.chunks_exact_mut(width)) {
        let row = &mut row[column..];
        if row[0] != 0 {
            field.add_multiple(row, field.negative(row[0]), pivot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_agrees_with_division_for_all_orders() {
        for q in (2..=LARGEST_ORDER).filter(|&q| is_prime(q)) {
            let field = PrimeField::new(q);
            for x in 0..(q * q) as u16 {
                assert_eq!(field.reduce(x), x % q as u16);
            }
            for a in 1..q as u16 {
                assert_eq!(u64::from(a) * u64::from(field.inverse(a)) % q, 1);
            }
        }
    }

    #[test]
    fn primes() {
        let primes: Vec<u64> = (0..30).filter(|&q| is_prime(q)).collect();
        assert_eq!(primes, [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
    }

    #[test]
    fn solves_a_system_over_three_elements() {
        // x + 2y + z = 1, 2x + y + z = 2: adding gives 2z = 0, so z = 0 and x = 1 + y.
        let system = vec![1, 2, 1, 1, 2, 1, 1, 2];
        let echelon = Echelon::new(PrimeField::new(3), system, 4, 3);
        assert_eq!((echelon.rank(), echelon.free_columns()), (2, vec![1]));
        for y in 0..3 {
            assert_eq!(echelon.solution(&[1], &[y]), [(1 + y) % 3, y, 0]);
        }
    }

    #[test]
    fn columns_in_the_span_of_the_others() {
        // Columns e1, e2, e1 + e2 depend on each other; e3 does not.
        let matrix = vec![1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1];
        let echelon = Echelon::new(PrimeField::new(2), matrix, 4, 4);
        assert_eq!(echelon.dependent_columns(), [true, true, true, false]);
    }
}
