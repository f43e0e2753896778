use super::*;

/// W_11, W_12, W_21 ≥ 1 with W_22 free.
fn corner() -> HalfSpaces {
    let mut normals = Array2::zeros((3, 4));
    for k in 0..3 {
        normals[[k, k]] = 1.0;
    }
    HalfSpaces::new(normals, vec![1.0; 3])
}

#[test]
fn the_free_entry_makes_the_rank_one() {
    // In the Frobenius norm it would be 0, of nuclear norm √5.
    let halfspaces = corner();
    let search = MinimumNuclearNorm::search(&halfspaces, &array![[1.0, 1.0], [1.0, 0.0]]).unwrap();
    let difference = distance(search.feasible(), &Array2::ones((2, 2)));
    assert!(difference < 1e-6, "{difference}");
    assert!((nuclear_norm(search.feasible().view()).unwrap() - 2.0).abs() < 1e-6);
}

/// Weak duality: ⟨a, b⟩ / ‖Cᵀa‖₂ is at most the nuclear norm of any matrix in the polyhedron.
#[test]
fn the_multipliers_certify_the_optimum() {
    for seed in 0..3 {
        let mut random = Streams::new("test").open("certificate", seed);
        let (d, truth) = (6, random.normal_matrix(6, 6));
        let mut normals = random.normal_matrix(30, d * d);
        let products = matrix::vector_product(normals.view(), truth.as_slice().unwrap());
        for (mut normal, product) in normals.rows_mut().into_iter().zip(products) {
            normal *= product.signum();
        }
        let halfspaces = HalfSpaces::new(normals.clone(), vec![1.0; 30]);
        let mut start = Array2::zeros((d, d));
        halfspaces.projection().project(flat_mut(&mut start), 2000, 1e-12);
        let search = MinimumNuclearNorm::search(&halfspaces, &start).unwrap();
        let found = search.feasible();
        assert!(halfspaces.least_slack(found.as_slice().unwrap()) > -1e-6);
        assert!(search.duals().iter().all(|dual| *dual >= 0.0));
        let combined = matrix::vector_product(normals.t(), search.duals());
        let combined = Array2::from_shape_vec((d, d), combined).unwrap();
        let bound = reduce::sum(search.duals()) / linear::singular_values(combined.view()).unwrap()[0];
        let norm = nuclear_norm(found.view()).unwrap();
        assert!((norm - bound).abs() < 1e-5 * norm, "{norm} {bound}");
        assert!(norm < 0.99 * nuclear_norm(start.view()).unwrap());
    }
}

#[test]
fn softening_lowers_singular_values() {
    let matrix = Streams::new("test").open("soften", 0).normal_matrix(5, 4);
    let softened = soften_singular_values(matrix.view(), 1.0).unwrap();
    let before = linear::singular_values(matrix.view()).unwrap();
    let after = linear::singular_values(softened.view()).unwrap();
    for (before, after) in before.iter().zip(&after) {
        assert!(((before - 1.0).max(0.0) - after).abs() < 1e-13);
    }
}
