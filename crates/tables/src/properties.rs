//! Exact CSV on arbitrary tables, and groups and order against plain loops.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::{Column, Table, Value};

/// Floats that compare in interesting ways, and any bits.
fn floats() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        prop::sample::select(vec![0.0, -0.0, 1.0, 1.5, f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324]),
    ]
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a,\"\r\n 1.e-]{0,4}",
        prop::sample::select(vec!["", "1", "-1.5", "inf", "NaN", "true", "null", "\u{feff}a"]).prop_map(str::to_owned),
    ]
}

fn columns(rows: usize) -> impl Strategy<Value = Column> {
    prop_oneof![
        vec(option::of(any::<bool>()), rows).prop_map(Column::Boolean),
        vec(option::of(prop_oneof![any::<i64>(), -2..3_i64]), rows).prop_map(Column::Integer),
        vec(option::of(floats()), rows).prop_map(Column::Float),
        vec(option::of(texts()), rows).prop_map(Column::String),
    ]
}

fn tables() -> impl Strategy<Value = Table> {
    (0..12_usize).prop_flat_map(|rows| vec((texts(), columns(rows)), 1..5)).prop_map(|mut columns| {
        let mut names = std::collections::BTreeSet::new();
        columns.retain(|(name, _)| names.insert(name.clone()));
        Table::from_columns(columns).unwrap()
    })
}

/// A table with few different keys in `a` and `b`, and the position of the row in `row`.
fn keyed() -> impl Strategy<Value = Table> {
    let few_floats = prop::sample::select(vec![0.0, -0.0, 2.0, f64::NAN, -f64::NAN, f64::NEG_INFINITY]);
    let few_texts = prop::sample::select(vec!["", "x", "xy", "é"]);
    (0..40_usize).prop_flat_map(move |rows| {
        let keys =
            (vec(option::of(few_floats.clone()), rows), vec(option::of(few_texts.clone()), rows), vec(0..2_i64, rows));
        keys.prop_map(move |(a, b, c)| {
            let row: Vec<usize> = (0..rows).collect();
            Table::from_columns([("a", Column::from(a)), ("b", b.into()), ("c", c.into()), ("row", row.into())])
                .unwrap()
        })
    })
}

/// The columns that rows are grouped, sorted and joined by.
const KEYS: [&str; 3] = ["a", "b", "c"];

fn positions(table: &Table, column: &str) -> Vec<usize> {
    table.column(column).into_iter().map(|row| row as usize).collect()
}

fn key(table: &Table, row: usize, columns: &[&str]) -> Vec<Value> {
    columns.iter().map(|column| table.values(column).unwrap()[row].clone()).collect()
}

proptest! {
    #[test]
    fn csv_gives_the_same_table_back(table in tables()) {
        let text = table.to_csv();
        let read = Table::from_csv(&text).unwrap();
        prop_assert_eq!(read.difference(&table), None);
        prop_assert_eq!(read.to_csv(), text);
    }

    #[test]
    fn any_text_is_a_table_or_an_error(
        text in prop_oneof![any::<String>(), "[a1,.\"\r\n]{0,40}"],
    ) {
        if let Ok(table) = Table::from_csv(&text) {
            let again = Table::from_csv(&table.to_csv()).unwrap();
            prop_assert_eq!(again.difference(&table), None);
        }
    }

    #[test]
    fn a_difference_is_a_difference_of_csv(left in tables(), right in tables()) {
        prop_assert_eq!(left.difference(&right).is_none(), left.to_csv() == right.to_csv());
    }

    #[test]
    fn groups_are_those_of_a_plain_loop(
        table in keyed(),
        columns in prop::sample::subsequence(KEYS.to_vec(), 0..=3),
    ) {
        let mut expected: Vec<(Vec<Value>, Vec<i64>)> = Vec::new();
        for row in 0..table.len() {
            let key = key(&table, row, &columns);
            match expected.iter_mut().find(|(other, _)| *other == key) {
                Some((_, rows)) => rows.push(row as i64),
                None => expected.push((key, vec![row as i64])),
            }
        }
        let mut found = Vec::new();
        for (key, group) in table.group_by(&columns).unwrap() {
            found.push((key, group.column("row").into_iter().map(|row| row as i64).collect::<Vec<_>>()));
        }
        prop_assert_eq!(&found, &expected);
        if let [column] = columns.as_slice() {
            let keys: Vec<Value> = expected.into_iter().flat_map(|(key, _)| key).collect();
            prop_assert_eq!(table.distinct(column), keys);
        }
    }

    #[test]
    fn sorting_is_stable_and_in_the_order_of_values(
        table in keyed(),
        columns in prop::sample::subsequence(KEYS.to_vec(), 0..=3).prop_shuffle(),
    ) {
        let mut expected: Vec<usize> = (0..table.len()).collect();
        expected.sort_by_key(|row| key(&table, *row, &columns));
        prop_assert_eq!(positions(&table.sort(&columns).unwrap(), "row"), expected);
    }
}
