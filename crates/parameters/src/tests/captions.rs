use super::*;

fn caption(template: &str, set: &[&str]) -> Result<String, ConfigError> {
    settings(&TEXT.replace("caption: C", &format!("caption: \"{template}\"")), Scale::Default, set)?.caption()
}

#[test]
fn keys_are_filled_in() {
    let filled = caption("n = {n}, {{η}} = {eta}, {steps.last}; {alphas}; {kind}.", &[]).unwrap();
    assert_eq!(filled, "n = 200, {η} = 0.05, 9; 1 and 0.5; gaussian.");
    let values = ["alphas=[1.0e-15, 0.0003, 2e3]", "eta=1e-5", "n=40000.0"];
    assert_eq!(caption("{alphas} {eta} {n}", &values).unwrap(), "1e-15, 0.0003 and 2000 1e-5 40000");
    assert_eq!(caption("{alphas}", &["alphas=[[3, 3], [4, 2]]"]).unwrap(), "[3, 3] and [4, 2]");
}

#[test]
fn what_cannot_be_filled_in_is_refused_with_its_place() {
    let cases = [
        ("{etaa}", "unknown key `{etaa}`; did you mean `{eta}`?"),
        ("{steps.lst}", "unknown key `{steps.lst}`; did you mean `{steps.last}`?"),
        ("{}", "unknown key `{}`; the keys are those of the section `default`"),
        ("{steps}", "`{steps}` is a mapping of 2 keys: name one of its keys, as in `{steps.…}`"),
        ("{n", "a `{` stands alone; write `{{` for a brace"),
        ("{n {eta}", "a `{` stands alone; write `{{` for a brace"),
        ("n}", "a `}` stands alone; write `}}` for a brace"),
    ];
    for (template, expected) in cases {
        let told = caption(template, &[]).unwrap_err().to_string();
        assert_eq!(told, format!("paper.yaml:1:102: `caption`: {expected}"));
    }
}
