//! A sparse random matrix, entry by entry.

use common::prelude::*;

/// Normal entries at random rows, about sqrt(D) in each of the d columns, which are then scaled to length one.
pub struct Sparse {
    /// Sorted by row, so that both products pass once over the D numbers and keep the d numbers in the nearest cache.
    entries: Vec<Entry>,
}

struct Entry {
    row: u32,
    column: u32,
    value: f32,
}

impl Sparse {
    /// Draws the columns one after the other: k = round(sqrt(D)) rows with replacement, where entries that meet add.
    pub fn sample(parameters: usize, d: usize, random: &mut Generator) -> Sparse {
        let per_column = (parameters as f64).sqrt().round() as usize;
        let mut entries = Vec::with_capacity(per_column * d);
        let mut drawn: Vec<(u32, f64)> = Vec::with_capacity(per_column);
        for column in 0..d as u32 {
            drawn.clear();
            drawn.extend((0..per_column).map(|_| (random.below(parameters) as u32, random.normal())));
            drawn.sort_by_key(|(row, _)| *row);
            drawn.dedup_by(|(row, value), (kept, sum)| {
                let meet = row == kept;
                if meet {
                    *sum += *value;
                }
                meet
            });
            let norm = drawn.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
            entries.extend(drawn.iter().map(|&(row, value)| Entry { row, column, value: (value / norm) as f32 }));
        }
        entries.sort_by_key(|entry| entry.row);
        Sparse { entries }
    }

    /// Adds P v to theta.
    pub fn add_product(&self, v: &[f32], theta: &mut [f32]) {
        for &Entry { row, column, value } in &self.entries {
            theta[row as usize] += value * v[column as usize];
        }
    }

    /// Adds Pᵀ g to `reduced`.
    pub fn add_transposed(&self, gradient: &[f32], reduced: &mut [f32]) {
        for &Entry { row, column, value } in &self.entries {
            reduced[column as usize] += value * gradient[row as usize];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_square_root_of_d_entries_and_are_nested() {
        let random = || Streams::new("intrinsic-dimension").open("sparse", 0);
        let (few, many) = (Sparse::sample(10_000, 5, &mut random()), Sparse::sample(10_000, 20, &mut random()));
        let of_column = |map: &Sparse, column: u32| {
            let entries = map.entries.iter().filter(move |entry| entry.column == column);
            entries.map(|entry| (entry.row, entry.value.to_bits())).collect::<Vec<_>>()
        };
        for column in 0..5 {
            let entries = of_column(&few, column);
            assert_eq!(entries, of_column(&many, column));
            // A hundred rows of 10,000 meet now and then.
            assert!((95..=100).contains(&entries.len()), "{}", entries.len());
            assert!(entries.windows(2).all(|pair| pair[0].0 < pair[1].0), "a row occurs twice");
        }
    }
}
