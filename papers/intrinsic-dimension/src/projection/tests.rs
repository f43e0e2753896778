use super::*;

const KINDS: [ProjectionKind; 2] = [ProjectionKind::Sparse, ProjectionKind::Fastfood];

fn random(name: &str) -> Generator {
    Streams::new("intrinsic-dimension").open(name, 0)
}

fn normals(count: usize, name: &str) -> Vec<f32> {
    let mut random = random(name);
    (0..count).map(|_| random.normal_f32()).collect()
}

fn column(map: &mut Projection, parameters: usize, d: usize, j: usize) -> Vec<f32> {
    let mut unit = vec![0.0; d];
    unit[j] = 1.0;
    let mut column = vec![0.0; parameters];
    map.embed(&vec![0.0; parameters], &unit, &mut column);
    column
}

fn dot(x: &[f32], y: &[f32]) -> f64 {
    x.iter().zip(y).map(|(&x, &y)| f64::from(x) * f64::from(y)).sum()
}

#[test]
fn columns_are_of_unit_length_and_nearly_orthogonal() {
    let (parameters, d) = (20_000, 30);
    for kind in KINDS {
        let mut map = Projection::sample(kind, parameters, d, &mut random("columns"));
        let columns: Vec<_> = (0..d).map(|j| column(&mut map, parameters, d, j)).collect();
        for (j, one) in columns.iter().enumerate() {
            assert!((dot(one, one) - 1.0).abs() < 0.01, "{kind:?} {j}: {}", dot(one, one));
            for other in &columns[..j] {
                assert!(dot(one, other).abs() < 0.1, "{kind:?} {j}: {}", dot(one, other));
            }
        }
    }
}

#[test]
fn pulling_back_is_the_transpose_of_embedding() {
    // Sizes that fill no block of any kind.
    let (parameters, d) = (1234, 37);
    let (v, gradient) = (normals(d, "v"), normals(parameters, "gradient"));
    for kind in KINDS {
        let mut map = Projection::sample(kind, parameters, d, &mut random("transpose"));
        let (mut theta, mut reduced) = (vec![0.0; parameters], vec![f32::NAN; d]);
        map.embed(&vec![0.0; parameters], &v, &mut theta);
        map.pull_back(&gradient, &mut reduced);
        let (left, right) = (dot(&theta, &gradient), dot(&v, &reduced));
        assert!(left.abs() > 1e-2 && (left - right).abs() < 1e-4, "{kind:?}: {left} {right}");
    }
}

#[test]
fn the_map_is_linear_and_starts_at_theta0() {
    let (parameters, d) = (300, 300);
    let (theta0, v) = (normals(parameters, "theta0"), normals(d, "v"));
    for kind in KINDS {
        let mut map = Projection::sample(kind, parameters, d, &mut random("linear"));
        let (mut once, mut twice) = (vec![0.0; parameters], vec![0.0; parameters]);
        map.embed(&theta0, &vec![0.0; d], &mut once);
        assert_eq!(once, theta0);
        map.embed(&theta0, &v, &mut once);
        map.embed(&theta0, &v.iter().map(|v| 2.0 * v).collect::<Vec<_>>(), &mut twice);
        for ((start, once), twice) in theta0.iter().zip(&once).zip(&twice) {
            assert!((twice - start - 2.0 * (once - start)).abs() < 1e-4, "{kind:?}");
        }
    }
}
