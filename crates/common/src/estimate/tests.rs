use super::arithmetic::squared_distance;
use super::checks::{check_counts, check_matrix, check_penalty, check_regression};
use super::*;
use ndarray::{Array2, array};
use numerics::random::Streams;

/// Every fifth flower of Fisher's iris data (Annals of Eugenics 7, 1936): length and width of
/// sepal and petal in cm, and the species (setosa 0, versicolor 1, virginica 2).
pub(super) fn iris() -> (Array2<f64>, Vec<usize>) {
    let x = array![
        [5.1, 3.5, 1.4, 0.2],
        [5.4, 3.9, 1.7, 0.4],
        [5.4, 3.7, 1.5, 0.2],
        [5.7, 4.4, 1.5, 0.4],
        [5.4, 3.4, 1.7, 0.2],
        [5.0, 3.0, 1.6, 0.2],
        [4.8, 3.1, 1.6, 0.2],
        [5.0, 3.2, 1.2, 0.2],
        [5.0, 3.5, 1.3, 0.3],
        [4.8, 3.0, 1.4, 0.3],
        [7.0, 3.2, 4.7, 1.4],
        [5.7, 2.8, 4.5, 1.3],
        [5.0, 2.0, 3.5, 1.0],
        [6.7, 3.1, 4.4, 1.4],
        [5.9, 3.2, 4.8, 1.8],
        [6.6, 3.0, 4.4, 1.4],
        [5.5, 2.4, 3.8, 1.1],
        [6.0, 3.4, 4.5, 1.6],
        [5.5, 2.6, 4.4, 1.2],
        [5.7, 3.0, 4.2, 1.2],
        [6.3, 3.3, 6.0, 2.5],
        [7.6, 3.0, 6.6, 2.1],
        [6.5, 3.2, 5.1, 2.0],
        [6.4, 3.2, 5.3, 2.3],
        [6.9, 3.2, 5.7, 2.3],
        [7.2, 3.2, 6.0, 1.8],
        [7.4, 2.8, 6.1, 1.9],
        [7.7, 3.0, 6.1, 2.3],
        [6.7, 3.1, 5.6, 2.4],
        [6.7, 3.0, 5.2, 2.3]
    ];
    (x, (0..30).map(|row| row / 10).collect())
}

#[test]
fn twenty_fits_give_the_same_bits() {
    let (x, species) = iris();
    let (x, y) = (x.view(), x.column(0));
    let predictors = x.slice(ndarray::s![.., 1..]);
    let setosa: Vec<bool> = species.iter().map(|species| *species == 0).collect();
    // Debug prints the shortest digits that identify each bit pattern.
    let fit_all = || {
        let mut generator = Streams::new("estimate").open("twenty", 7);
        [
            format!("{:?}", LeastSquares::new().fit(predictors, y).unwrap()),
            format!("{:?}", Ridge::new(0.3).fit(predictors, y).unwrap()),
            format!("{:?}", minimum_norm(predictors, y).unwrap()),
            format!("{:?}", ElasticNet::new(0.1, 0.5).fit(predictors, y).unwrap()),
            format!("{:?}", Logistic::new(0.1).fit(x, &setosa).unwrap()),
            format!("{:?}", MultinomialLogistic::new(0.1).fit(x, &species, 3).unwrap()),
            format!("{:?}", KMeans::new(3).fit(x, &mut generator).unwrap()),
            format!("{:?}", GaussianMixture::new(2).fit(x, &mut generator).unwrap()),
            format!("{:?}", Pca::new(2).fit(x).unwrap()),
            format!("{:?}", Neighbors::new(x).unwrap().nearest_of(&[5.0, 3.0, 2.0, 1.0], 9)),
        ]
    };
    let first = fit_all();
    for _ in 1..20 {
        assert_eq!(fit_all(), first);
    }
}

#[test]
fn data_that_are_not_numbers_are_named() {
    let error = check_matrix(array![[1.0, 2.0], [3.0, f64::NAN]].view()).unwrap_err().to_string();
    assert_eq!(error, "row 1, column 1 of the data is NaN");
    assert!(check_matrix(Array2::zeros((0, 3)).view()).is_err());
    let (x, y) = (array![[1.0], [2.0]], array![0.0, f64::INFINITY]);
    let error = |y: ndarray::ArrayView1<f64>| check_regression(x.view(), y).unwrap_err().to_string();
    assert_eq!(error(y.view()), "target 1 is inf");
    assert_eq!(error(y.slice(ndarray::s![..1])), "2 rows of data for 1 targets");
}

#[test]
fn knobs_out_of_range_are_named() {
    let error = check_counts([("clusters", 2), ("runs", 0)], "k-means").unwrap_err().to_string();
    assert_eq!(error, "the number of runs of k-means is at least 1, not 0");
    for penalty in [-1.0, f64::NAN, f64::INFINITY] {
        let error = check_penalty(penalty, "ridge regression").unwrap_err().to_string();
        assert_eq!(error, format!("the penalty of ridge regression is at least 0 and finite, not {penalty}"));
    }
    assert!(check_penalty(0.0, "ridge regression").is_ok());
}

#[test]
fn distances_of_all_lengths() {
    let a: Vec<f64> = (0..11).map(f64::from).collect();
    for n in 0..11_u32 {
        let expected = f64::from(n * n.saturating_sub(1) * (2 * n).saturating_sub(1) / 6);
        assert_eq!(squared_distance(&a[..n as usize], &vec![0.0; n as usize]), expected);
    }
}
