use super::*;

const TOY: BlockSums = BlockSums { parameters: 60, groups: 6 };

fn streams(seed: u64) -> Generator {
    Streams::new("intrinsic-dimension").open("toy test", seed)
}

/// |b|² less the part of b in the column space, by Gram-Schmidt.
fn residual_by_projection(sums: &Array2<f64>, b: &Array1<f64>) -> f64 {
    let mut basis: Vec<Array1<f64>> = Vec::new();
    let mut rest = b.clone();
    for column in sums.columns() {
        let mut direction = column.to_owned();
        for _ in 0..2 {
            for known in &basis {
                direction.scaled_add(-known.dot(&direction), known);
            }
        }
        direction /= direction.dot(&direction).sqrt();
        rest.scaled_add(-direction.dot(&rest), &direction);
        basis.push(direction);
    }
    rest.dot(&rest)
}

#[test]
fn the_minimum_is_the_distance_to_the_subspace() {
    assert_eq!(TOY.initial_loss(), 91.0);
    for d in 1..6 {
        let sums = TOY.random_subspace(d, &mut streams(d as u64));
        let (found, exact) = (TOY.minimum(&sums).unwrap(), residual_by_projection(&sums, &TOY.targets()));
        assert!((found - exact).abs() < 1e-9 * 91.0, "{d}: {found} {exact}");
    }
    for d in [6, 9] {
        let sums = TOY.random_subspace(d, &mut streams(d as u64));
        assert!(TOY.minimum(&sums).unwrap() < 1e-9);
    }
}

#[test]
fn directions_are_of_unit_length_and_nested() {
    // Blocks of one parameter: A is the identity.
    let identity = BlockSums { parameters: 50, groups: 50 };
    let few = identity.random_subspace(3, &mut streams(0));
    let many = identity.random_subspace(8, &mut streams(0));
    assert_eq!(few, many.slice(s![.., ..3]));
    for column in many.columns() {
        assert!((column.dot(&column) - 1.0).abs() < 1e-14);
    }
}

#[test]
fn the_mean_residual_falls_along_a_line() {
    for d in [1, 4] {
        let residuals = (0..300).map(|seed| {
            let sums = TOY.random_subspace(d, &mut streams(seed));
            TOY.minimum(&sums).unwrap() / TOY.initial_loss()
        });
        let mean = residuals.sum::<f64>() / 300.0;
        // Beta distributed with a standard deviation below 0.21, so the mean of 300 has 0.012.
        assert!((mean - TOY.expected_residual(d as f64)).abs() < 0.05, "{d}: {mean}");
    }
}
