use super::*;

#[test]
fn the_table_tells_name_value_range_and_meaning() {
    let documentation = settings(TEXT, Scale::Smoke, &["n=5"]).unwrap().documentation::<Config>();
    let expected = "\
PARAMETER    DEFAULT   RANGE                MEANING
n            200       1 or more            Training points.
eta          0.05      from 0 to 0.5        Probability that a training
                                            label is flipped, as in
                                            equation 3: η < `1/2`.
n_test       1000      1 or more
alphas       [1, 0.5]  above 0, none twice
";
    let table = documentation.table(72);
    assert!(table.starts_with(expected), "{table}");
    assert!(table.contains("kind         gaussian  gaussian, identity\n"), "{table}");
    assert!(table.contains("steps.last   9         from 1 to 99\n"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 72), "{table}");
}

#[test]
fn programs_get_values_and_ranges() {
    let json = settings(TEXT, Scale::Default, &[]).unwrap().documentation::<Config>().json();
    let keys: Vec<&str> = json.as_array().unwrap().iter().map(|parameter| parameter["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["n", "eta", "n_test", "alphas", "kind", "steps.first", "steps.last", "limit", "seeds"]);
    let n = &json[0];
    assert_eq!((&n["default"], &n["smoke"], &n["paper"]), (&200.into(), &60.into(), &200.into()));
    assert_eq!((&n["type"], &n["low"], &n["high"]), (&"whole number".into(), &1.0.into(), &().into()));
    assert_eq!((&json[1]["high"], &json[1]["above_low"]), (&0.5.into(), &false.into()));
    let alphas = &json[3];
    assert_eq!((&alphas["type"], &alphas["list"]), (&"list of numbers".into(), &true.into()));
    assert_eq!((&alphas["low"], &alphas["above_low"]), (&0.0.into(), &true.into()));
    assert_eq!(alphas["default"], serde_json::json!([1.0, 0.5]));
    assert_eq!(json[4]["choices"], serde_json::json!(["gaussian", "identity"]));
    assert_eq!(json[4]["type"], "one of gaussian, identity");
    assert_eq!((&json[6]["group"], &json[6]["smoke"]), (&"When steps begin and end.".into(), &4.into()));
    assert_eq!((&json[7]["type"], &json[7]["default"]), (&"number, or null".into(), &().into()));
}
