//! The operations of tables on small examples.

use serde::Serialize;

use crate::{Difference, Rows, Summary, Table, Value, record};

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Method {
    Plain,
    Momentum,
}

fn runs() -> Table {
    let mut rows = Rows::default();
    for (method, eta, steps, seed, diverged, loss, note) in [
        (Method::Momentum, 0.5_f32, Some(10_u16), 1_u64, false, 0.1, "a"),
        (Method::Plain, 0.25, None, 1, true, f64::INFINITY, "b, \"c\""),
        (Method::Momentum, 0.5, Some(20), 2, false, 0.3, ""),
    ] {
        rows.push(record! { method, eta, steps, seed, diverged, loss, note });
    }
    Table::stack([rows.into_columns()]).unwrap()
}

#[test]
fn records_become_columns() {
    let csv = "method,eta,steps,seed,diverged,loss,note\n\
               momentum,0.5,10,1,false,0.1,a\n\
               plain,0.25,,1,true,inf,\"b, \"\"c\"\"\"\n\
               momentum,0.5,20,2,false,0.3,\"\"\n";
    assert_eq!(runs().to_csv(), csv);
    assert_eq!(Table::from_csv(csv).unwrap().difference(&runs()), None);
}

#[test]
fn kinds_of_rows_share_columns() {
    let (mut first, mut second) = (Rows::default(), Rows::default());
    first.key(record! { seed: 0 }).kind("loss").push(record! { step: 1, value: 0.5 });
    first.kind("rank").push(record! { rank: 3, value: 2 });
    second.key(record! { seed: 1 }).kind("stopped").push(record! {});
    let table = Table::stack([first.into_columns(), second.into_columns()]).unwrap();
    assert_eq!(table.to_csv(), "kind,seed,step,value,rank\nloss,0,1,0.5,\nrank,0,,2.0,3\nstopped,1,,,\n");
}

/// What a panic says.
fn told(work: impl FnOnce()) -> String {
    let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_err();
    payload.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn mistakes_are_told() {
    let mut rows = Rows::default();
    rows.push(record! { x: 1.0 });
    assert_eq!(told(|| rows.push(record! { x: "text" })), "field `x`: a string in a column of floats");
    assert!(told(|| rows.push(record! { y: 1 }.and(record! { y: 2 }))).contains("field `y` appears twice"));
    assert!(told(|| drop(record! { x: [1, 2] })).contains("a cell of a table is one number"));
    let runs = runs();
    assert!(told(|| _ = runs.mean("los")).contains("no column `los`; the columns are method, eta, steps"));
    assert_eq!(told(|| _ = runs.mean("note")), "column `note` holds strings, not numbers");
    assert_eq!(told(|| drop(runs.texts("loss"))), "column `loss` holds floats, not strings");
    assert_eq!(told(|| _ = runs.value("loss")), "expected one row for `loss`, found 3");
}

#[test]
fn rows_are_selected() {
    let runs = runs();
    assert_eq!(runs.with("method", Method::Momentum).column("steps"), [10.0, 20.0]);
    assert_eq!(runs.with("seed", 1.0).len(), 2);
    assert_eq!(runs.with("steps", None::<u16>).text("method"), "plain");
    assert_eq!(runs.without("method", "plain").len(), 2);
    assert_eq!((runs.mean("diverged"), runs.keep("diverged", |d| d == 1.0).value("eta")), (1.0 / 3.0, 0.25));
    assert_eq!(runs.distinct("method"), [Value::from("momentum"), "plain".into()]);
    let sizes: Vec<usize> = runs.groups("seed").iter().map(|(_, rows)| rows.len()).collect();
    assert_eq!(sizes, [2, 1]);
    assert_eq!(runs.sorted(["seed", "loss"]).column("loss"), [0.1, f64::INFINITY, 0.3]);
    assert_eq!((runs.head(1).len(), runs.columns().len()), (1, 7));
}

#[test]
fn summaries_match_known_values() {
    let table =
        Table::from_csv("g,x,k,b\na,1.0,1,true\nb,7.0,5,true\na,2.0,2,false\na,6.0,4,false\na,,3,true\n").unwrap();
    let summaries = [
        Summary::count("x"),
        Summary::sum("x"),
        Summary::mean("x"),
        Summary::std("x"),
        Summary::median("x"),
        Summary::min("x"),
        Summary::max("x"),
        Summary::quantile("x", 0.25),
        Summary::quantile("k", 0.9).named("high"),
        Summary::sum("k"),
        Summary::max("k"),
        Summary::mean("b"),
        Summary::sum("b"),
    ];
    // The deviations of 1, 2 and 6 from their mean 3 have the square sum 14: their std is the root
    // of 7.
    let expected = "g,x_count,x_sum,x_mean,x_std,x_median,x_min,x_max,x_quantile_0.25,high,\
                    k_sum,k_max,b_mean,b_sum\n\
                    a,3,9.0,3.0,2.6457513110645907,2.0,1.0,6.0,1.5,3.7,10,4,0.5,2\n\
                    b,1,7.0,7.0,,7.0,7.0,7.0,7.0,5.0,5,5,1.0,1\n";
    assert_eq!(table.summarize(&["g"], &summaries).unwrap().to_csv(), expected);
}

#[test]
fn summaries_skip_nulls_and_keep_nan() {
    let table = Table::from_csv("g,x\na,NaN\na,1.0\nb,\nc,inf\nc,2.0\nc,3.0\n").unwrap();
    let summaries =
        [Summary::mean("x"), Summary::median("x"), Summary::max("x"), Summary::sum("x"), Summary::count("x")];
    let expected = "g,x_mean,x_median,x_max,x_sum,x_count\n\
                    a,NaN,NaN,NaN,NaN,2\nb,,,,0.0,0\nc,inf,3.0,inf,inf,3\n";
    assert_eq!(table.summarize(&["g"], &summaries).unwrap().to_csv(), expected);
    let whole = table.head(0).summarize(&[], &[Summary::count("x"), Summary::sum("x"), Summary::mean("x")]).unwrap();
    assert_eq!(whole.to_csv(), "x_count,x_sum,x_mean\n0,0.0,\n");
    assert_eq!(table.head(0).summarize(&["g"], &[Summary::count("x")]).unwrap().to_csv(), "g,x_count\n");
    assert!(table.summarize(&[], &[Summary::mean("g")]).is_err());
    assert!(table.summarize(&[], &[Summary::quantile("x", 1.5)]).is_err());
    assert!(table.summarize(&["g"], &[Summary::mean("x").named("g")]).is_err());
}

#[test]
fn csv_errors_give_the_line() {
    let message = |text: &str| Table::from_csv(text).unwrap_err().to_string();
    assert_eq!(message("a,b\n1,2\n\"x\ny\",2\n3\n"), "line 5: 1 fields where the header has 2");
    assert_eq!(message("a\n\"x\n"), "line 2: a quoted field does not end");
    assert_eq!(message("a\nx\"y\n"), "line 2: a quote inside an unquoted field");
    assert_eq!(message("a\n\"x\"y\n"), "line 2: text behind the closing quote of a field");
    assert_eq!(message("a,a\n"), "line 1: column `a` appears twice");
}

#[test]
fn csv_infers_kinds() {
    let table = Table::from_csv("i,f,b,s,q,n\r\n1,1,true,x,\"1\",\r\n-2,2.5e3,false,,\"\",").unwrap();
    assert_eq!(table.values("i").unwrap(), [Value::Integer(1), Value::Integer(-2)]);
    assert_eq!(table.column("f"), [1.0, 2500.0]);
    assert_eq!(table.column("b"), [1.0, 0.0]);
    assert_eq!(table.values("s").unwrap(), [Value::from("x"), Value::Null]);
    assert_eq!(table.texts("q"), ["1", ""]);
    assert!(table.column("n").is_empty());
    assert_eq!(Table::from_csv("").unwrap().to_csv(), "");
    assert_eq!(Table::from_csv("a\n\n").unwrap().len(), 1);
}

#[test]
fn differences_are_found() {
    let table = |text| Table::from_csv(text).unwrap();
    let base = table("a,b\n1,0.5\n2,1.0\n3,x\n");
    assert_eq!(base.difference(&base.clone()), None);
    let (left, right) = (table("a,b\n1,0.5\n2,1.0\n3,-0.0\n"), table("a,b\n1,0.5\n2,1.0000000000000002\n4,0.0\n"));
    let Some(Difference::Cells { rows, first, count, maximum, maximum_ulps }) = left.difference(&right) else {
        panic!("no cells")
    };
    let first = first.unwrap();
    assert_eq!((first.row, first.column.as_str(), first.ulps), (1, "b", Some(1)));
    assert_eq!((rows, count, maximum, maximum_ulps), ((3, 3), 3, Some(1.0), Some(1)));
    let shown = left.difference(&right).unwrap().to_string();
    assert!(
        shown.starts_with("row 1, column `b`: 1.0 became 1.0000000000000002 (1 ulps); different cells: 3"),
        "{shown}"
    );
    assert_eq!(base.difference(&base.head(2)).unwrap().to_string(), "3 rows became 2");
    let columns = base.difference(&Table::from_csv("b,a\n").unwrap()).unwrap().to_string();
    assert_eq!(columns, "columns a, b became b, a");
    // A different kind is a difference even where the number is the same.
    assert!(table("a\n1\n").difference(&table("a\n1.0\n")).is_some());
    assert!(table("a\nNaN\n").difference(&table("a\nNaN\n")).is_none());
}

#[test]
fn a_tolerance_is_relative_and_absolute_below_one() {
    let table = |csv: &str| Table::from_csv(csv).unwrap();
    let base = table("a,b\n1e6,x\n1e-9,y\nNaN,z\n");
    let near = table("a,b\n1000000.5,x\n0.0,y\nNaN,z\n");
    assert_eq!(base.difference_beyond(&near, 1e-6), None);
    let Some(Difference::Cells { count, first, .. }) = base.difference_beyond(&near, 1e-7) else {
        panic!("1e6 and 1000000.5 differ by more than 1e-7 of 1e6");
    };
    assert_eq!((count, first.unwrap().row), (1, 0));
    assert!(base.difference_beyond(&table("a,b\n1e6,x\n0.0,w\nNaN,z\n"), 1e-6).is_some());
    assert!(base.difference_beyond(&table("a,b\n1e6,x\nNaN,y\nNaN,z\n"), 1.0).is_some());
}

#[test]
fn a_table_without_rows_answers_with_nothing() {
    let nothing = Table::from_csv("kind,x\na,1.0\n").unwrap().kind("b");
    assert!(nothing.mean("other").is_nan() && nothing.value("other").is_nan() && nothing.least("x").is_nan());
    assert!(nothing.column("other").is_empty() && nothing.curve("other", "y").mean().is_empty());
    assert!(
        nothing.each("other", Table::len).is_empty() && nothing.with("other", 1).keep("other", |_| true).is_empty()
    );
    assert!(nothing.first("t", "other", |_| true).is_nan() && nothing.texts("other").is_empty());
}

#[test]
fn queries_follow_one_rule_for_nan_and_for_nothing() {
    let table = Table::from_csv("g,x,y\na,1.0,2.0\na,3.0,\nb,NaN,5.0\nb,2.0,6.0\n").unwrap();
    assert_eq!((table.mean("y"), table.column("y")), (13.0 / 3.0, vec![2.0, 5.0, 6.0]));
    assert!(table.mean("x").is_nan() && table.greatest("x").is_nan() && table.least("x").is_nan());
    assert_eq!(table.map(["x", "y"], |[x, y]| x + y)[2], 8.0);
    assert_eq!(table.with("g", "a").pair("x", "y", |x, y| (x.len(), y.len())), (1, 1));
    assert_eq!(table.each("g", |rows| rows.with("g", "a").len()), [2, 0]);
    assert!(table.with("g", "b").first("y", "x", |x| x > 1.0).is_nan());
    assert_eq!(table.with("g", "a").first("y", "x", |x| x > 9.0), f64::INFINITY);
    assert_eq!(table.with_any("g", ["b", "c"]).len(), 2);
    assert_eq!(table.derive("z", ["y"], |[y]| 2.0 * y).column("z"), [4.0, 10.0, 12.0]);
    assert_eq!(
        (table.keep("y", |y| y > 5.5).text("g"), table.keep("y", |y| y > 9.0).text("g")),
        ("b".into(), String::new())
    );
}

#[test]
fn repetitions_become_curves() {
    let table = Table::from_csv("t,y\n2,1.0\n1,4.0\n2,3.0\n1,16.0\n3,inf\n").unwrap();
    let curve = table.curve("t", "y").mean().range();
    assert_eq!((curve.x, curve.middle), (vec![1.0, 2.0, 3.0], vec![10.0, 2.0, f64::INFINITY]));
    assert_eq!((curve.low, curve.high), (vec![4.0, 1.0, f64::INFINITY], vec![16.0, 3.0, f64::INFINITY]));
    let geometric = table.keep("t", |t| t < 3.0).curve("t", "y").geometric_mean();
    assert!((geometric.at(1.0) - 8.0).abs() < 1e-12);
    assert_eq!(table.curve("t", "y").median().map_x(|t| t + 1.0).x, [2.0, 3.0, 4.0]);
}
