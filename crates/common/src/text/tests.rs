use super::*;
use ndarray::{Array2, s};
use numerics::arrays;
use numerics::linear::svd;
use numerics::matrix::product;
use numerics::random::{Generator, Streams};

fn texts(of: &[&str]) -> Vec<Vec<String>> {
    of.iter().map(|text| words_of(text)).collect()
}

fn slices(texts: &[Vec<String>]) -> impl Iterator<Item = &[String]> {
    texts.iter().map(Vec::as_slice)
}

fn dense(rows: &SparseRows) -> Array2<f64> {
    let mut dense = Array2::zeros((rows.nrows(), rows.ncols()));
    for row in 0..rows.nrows() {
        let (columns, entries) = rows.row(row);
        columns.iter().zip(entries).for_each(|(&column, &entry)| dense[[row, column as usize]] = entry);
    }
    dense
}

/// Rows with about a fifth of the entries, one of them empty; a few entries are equal.
fn random_rows(n: usize, columns: usize, random: &mut Generator) -> SparseRows {
    let mut rows = SparseRows::new(columns);
    for row in 0..n {
        let has = |_: &u32| row != 1;
        let filled: Vec<u32> = (0..columns as u32).filter(has).filter(|_| random.bernoulli(0.2)).collect();
        let entries: Vec<f64> = filled.iter().map(|_| (1 + random.below(4)) as f64 / 4.0).collect();
        rows.push(&filled, &entries);
    }
    rows
}

#[test]
fn words_are_runs_of_letters() {
    assert_eq!(words_of("It's a  B2B-thing, né?"), ["it", "s", "a", "b", "b", "thing", "n"]);
    assert!(words_of("12 – 34").is_empty() && words_of("").is_empty());
    assert_eq!(content_words_of("the dog that is BY a house"), ["dog", "house"]);
}

#[test]
fn a_vocabulary_has_the_frequent_words_in_order() {
    let texts = texts(&["cat dog cat", "dog ant", "cat eel"]);
    let vocabulary = Lexicon::of(slices(&texts), 2);
    assert_eq!(vocabulary.words(), ["cat", "dog"]);
    assert_eq!((vocabulary.position("dog"), vocabulary.position("ant")), (Some(1), None));
    assert_eq!(Lexicon::of(slices(&texts), 1).words(), ["ant", "cat", "dog", "eel"]);
    assert!(Lexicon::of([], 1).words().is_empty());
}

#[test]
fn tf_idf_rows_are_weighted_and_normalized() {
    let texts = texts(&["cat dog cat", "dog ant", "cat eel", "fox"]);
    let rows = Lexicon::of(slices(&texts), 2).tf_idf(slices(&texts));
    // Both words are in two of four texts, so that their idf cancels; the first is there twice.
    let (twice, length) = (1.0 + ln(2.0), ((1.0 + ln(2.0)) * (1.0 + ln(2.0)) + 1.0_f64).sqrt());
    assert_eq!(rows.row(0).0, [0, 1]);
    assert!((rows.row(0).1[0] - twice / length).abs() < 1e-15 && (rows.row(0).1[1] - 1.0 / length).abs() < 1e-15);
    assert_eq!(rows.row(1), (&[1][..], &[1.0][..]));
    assert_eq!(rows.row(3), (&[][..], &[][..]));
    // A word of all texts weighs nothing.
    let same = vec![words_of("a"), words_of("a a")];
    assert_eq!(Lexicon::of(slices(&same), 1).tf_idf(slices(&same)).row(1).1, [0.0]);
}

#[test]
fn sparse_products_are_the_dense_ones() {
    let mut random = Streams::new("test").open("sparse", 0);
    let rows = random_rows(23, 17, &mut random);
    let right = random.normal_matrix(17, 5);
    assert_eq!(rows.times(right.view()), product(dense(&rows).view(), right.view()));
    assert_eq!(rows.times(right.t().to_owned().t()), rows.times(right.view()));
    assert_eq!(dense(&rows.transposed()), dense(&rows).t());
    assert_eq!(rows.transposed().transposed(), rows);
    assert_eq!(dense(&rows.select(&[4, 1, 4])).row(2), dense(&rows).row(4));
}

#[test]
#[should_panic(expected = "columns ascend")]
fn unsorted_columns_are_refused() {
    SparseRows::new(3).push(&[2, 1], &[1.0, 1.0]);
}

#[test]
fn latent_directions_are_those_of_the_full_decomposition() {
    let mut random = Streams::new("test").open("latent", 0);
    for (n, columns) in [(60, 35), (30, 80)] {
        let rows = random_rows(n, columns, &mut random);
        let full = svd(dense(&rows).view()).unwrap();
        let latent = LatentSemantics::of(&rows, 4, 30).unwrap();
        assert_eq!(latent.directions.dim(), (columns, 4));
        for k in 0..4 {
            assert!((latent.singular_values[k] / full.singular_values[k] - 1.0).abs() < 1e-9);
            let cosine = arrays::dot(&latent.directions.column(k), &full.vt.row(k));
            assert!((cosine.abs() - 1.0).abs() < 1e-6, "direction {k}: {cosine}");
        }
        let projected = latent.project(&rows);
        let expected = product(dense(&rows).view(), latent.directions.view());
        assert!(arrays::norm(&(projected - expected)) < 1e-12);
        // All directions: nothing is left to chance.
        let most = n.min(columns);
        let all = LatentSemantics::of(&rows, most, 0).unwrap();
        assert!((&all.singular_values - &full.singular_values.slice(s![..most])).iter().all(|gap| gap.abs() < 1e-12));
        assert!(LatentSemantics::of(&rows, most + 1, 1).is_err());
    }
}

#[test]
fn the_nearest_rows_are_those_of_a_full_search() {
    let mut random = Streams::new("test").open("retrieval", 0);
    let (rows, queries) = (random_rows(40, 12, &mut random), random_rows(9, 12, &mut random));
    let products = product(dense(&queries).view(), dense(&rows).t());
    for most in [0, 1, 7, 100] {
        for (found, products) in InvertedIndex::of(&rows).nearest(&queries, most).iter().zip(products.rows()) {
            let mut expected: Vec<usize> = (0..40).filter(|&row| products[row] > 0.0).collect();
            // Stable: of equals the lower number stays first. Quarters are exact, so that equals are equal.
            expected.sort_by(|&one, &other| products[other].total_cmp(&products[one]));
            expected.truncate(most);
            assert_eq!(*found, expected);
        }
    }
    assert!(InvertedIndex::of(&rows).nearest(&SparseRows::new(12), 3).is_empty());
}
