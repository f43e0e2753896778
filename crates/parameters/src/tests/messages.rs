use super::*;

#[test]
fn scales_and_overrides_are_merged_key_by_key() {
    let config: Config = read_with(TEXT, Scale::Smoke, &["eta=0.1", "steps.first=2", "alphas=[3]"]).unwrap();
    assert_eq!(config.model, Model { n: 60, eta: 0.1 });
    assert_eq!(config.steps, Steps { first: 2, last: 4 });
    assert_eq!((config.alphas, config.kind, config.seeds), (vec![3.0], Kind::Gaussian, 3));
    assert_eq!(config.limit, None);
    let default = settings(TEXT, Scale::Default, &[]).unwrap();
    assert_eq!(default.about.arxiv.as_deref(), Some("2310.02540"));
    assert_eq!(default.about.link(), "https://arxiv.org/abs/2310.02540");
    assert_eq!(default.read::<Config>().unwrap().model.n, 200);
    assert_eq!(default.at_scale(Scale::Smoke).read::<Config>().unwrap().model.n, 60);
}

#[test]
fn whole_numbers_may_be_written_as_floats() {
    assert_eq!(read_with::<Config>(TEXT, Scale::Default, &["n=1e2"]).unwrap().model.n, 100);
}

#[test]
fn faults_name_place_key_and_expectation() {
    let cases: [(&str, &str, &str); 14] = [
        ("n: 200", "n: many", "paper.yaml:3:6: `n`: expected a whole number, 1 or more, got the text \"many\""),
        ("n: 200", "n: -3", "paper.yaml:3:6: `n`: expected a whole number, 1 or more, got -3"),
        ("n: 200", "n: 2.5", "paper.yaml:3:6: `n`: expected a whole number, 1 or more, got 2.5"),
        ("eta: 0.05", "eta: .nan", "paper.yaml:4:8: `eta`: expected a finite number, got NaN"),
        ("eta: 0.05", "eta: .inf", "paper.yaml:4:8: `eta`: expected a finite number, got infinity"),
        ("eta: 0.05", "eta: 0.6", "paper.yaml:4:8: `eta`: expected a number from 0 to 0.5, got 0.6"),
        ("[1, 0.5]", "[]", "paper.yaml:5:11: `alphas`: expected a list with at least one value, got an empty list"),
        ("[1, 0.5]", "[1, x]", "paper.yaml:5:15: `alphas[1]`: expected a number, got the text \"x\""),
        ("[1, 0.5]", "[1, 0]", "paper.yaml:5:15: `alphas[1]`: expected a number above 0, got 0"),
        (
            "kind: gaussian",
            "kind: gauss",
            "paper.yaml:6:9: `kind`: expected one of gaussian, identity, got the text \"gauss\"",
        ),
        ("last: 9", "lost: 9", "paper.yaml:7:10: `steps`: the key `last` is missing (is `lost` meant to be it?)"),
        ("last: 9", "last: 9, more: 1", "paper.yaml:7:31: `steps.more`: unknown key; the keys are first, last"),
        ("seeds: 3", "seeds: 3\n  seed: 4", "paper.yaml:10:3: `seed`: unknown key; did you mean `seeds`?"),
        ("smoke: { n: 60", "smoke: { nn: 60", "paper.yaml:10:10: `nn`: unknown key; did you mean `n`?"),
    ];
    for (old, new, expected) in cases {
        assert_eq!(faults(&TEXT.replace(old, new), &[]), expected);
    }
}

#[test]
fn faults_of_arguments_name_the_argument() {
    assert_eq!(faults(TEXT, &["etaa=1"]), "--set etaa=1: `etaa`: unknown key; did you mean `eta`?");
    assert_eq!(faults(TEXT, &["eta=abc"]), "--set eta=abc: `eta`: expected a number, got the text \"abc\"");
    assert_eq!(
        faults(TEXT, &["steps.last=x"]),
        "--set steps.last=x: `steps.last`: expected a whole number from 1 to 99, got the text \"x\""
    );
    assert!(Override::argument("eta").is_err());
    assert!(Override::argument("=3").is_err());
    assert!(Override::argument("a=[1,").is_err());
    assert!(Override::argument(&"a.".repeat(100_000)).is_err());
}

#[test]
fn broken_files_are_refused_with_a_place() {
    let cases = [
        ("default: [1", "not valid YAML"),
        ("", "expected a mapping"),
        ("- 1\n- 2", "expected a mapping"),
        ("a: 1\na: 2", ":2:1: not valid YAML: the key `a` is there twice"),
        ("a: !tag 2", "not valid YAML: a value with a tag"),
        ("default: {}", "the section `about` is missing"),
        ("abuot: {}", ":1:1: unknown section `abuot`; did you mean `about`?"),
        ("about: 3", ":1:8: `about`: expected keys with values, got 3"),
        ("1: 2", ":1:1: not valid YAML: invalid type: integer `1`, expected a name as key"),
    ];
    for (text, expected) in cases {
        let error = settings(text, Scale::Default, &[]).unwrap_err().to_string();
        assert!(error.starts_with("paper.yaml") && error.contains(expected), "{text}: {error}");
    }
    let deep = format!("a: 1\ndefault: {}{}", "[".repeat(5000), "]".repeat(5000));
    let error = settings(&deep, Scale::Default, &[]).unwrap_err().to_string();
    assert_eq!(error, "paper.yaml:2:42: not valid YAML: more than 32 brackets are open");
}

#[test]
fn every_fault_is_told() {
    let broken = TEXT.replace("n_test: 1000", "n_test: 10\n  extra: 1");
    let told = faults(&broken, &["n=0", "alphas=[2, 1, 2]", "steps.last=100"]);
    assert_eq!(
        told,
        "--set n=0: `n`: expected a whole number, 1 or more, got 0\n\
         --set alphas=[2, 1, 2]: `alphas`: expected values of which none is there twice, got [2, 1, 2] with 2.0 twice\n\
         --set steps.last=100: `steps.last`: expected a whole number from 1 to 99, got 100\n\
         paper.yaml:9:3: `extra`: unknown key; the keys are alphas, eta, kind, limit, n, n_test, seeds, steps"
    );
    assert_eq!(
        faults(TEXT, &["n_test=300"]),
        "--set n_test=300: `n_test`: expected more test points than twice `n`, got n_test = 300, n = 200"
    );
}

#[test]
fn whole_numbers_end_at_two_to_the_53() {
    let largest = format!("seeds={}", 1u64 << 53);
    assert!(read_with::<Config>(TEXT, Scale::Default, &[&largest]).is_ok());
    for value in ["9007199254740993", "18446744073709551615", "1e17", "1e300", "18446744073709551616"] {
        let told = faults(TEXT, &[&format!("seeds={value}")]);
        assert!(told.contains("`seeds`: expected a whole number"), "{told}");
    }
    let told = faults(TEXT, &["seeds=18446744073709551615"]);
    assert!(told.ends_with("expected a whole number of at most 2^53, got 18446744073709551615"), "{told}");
    let told = faults(TEXT, &["steps.first=4294967296"]);
    assert!(told.ends_with("expected a whole number of at most 4294967295, got 4294967296"), "{told}");
}

#[test]
fn unknown_keys_are_found_in_every_section() {
    let broken = format!(
        "{TEXT}paper: {{ steps: {{ frst: 2 }} }}\n\
         variants:\n  big: {{ data: d, set: {{ n: 3, alpha: [1] }} }}\n"
    );
    assert_eq!(
        faults(&broken, &[]),
        "paper.yaml:11:19: `steps.frst`: unknown key; did you mean `first`?\n\
         paper.yaml:13:32: `big.set.alpha`: unknown key; did you mean `alphas`?"
    );
    let broken = TEXT.replace("seeds: 3", "seeds: 3\n  extra: 1");
    assert_eq!(faults(&broken, &[]).lines().count(), 1);
}

#[test]
fn variants_change_keys() {
    let text = format!("{TEXT}variants: {{ big: {{ data: d, set: {{ n: 300, steps: {{ last: 0 }} }} }} }}");
    let settings = settings(&text, Scale::Default, &[]).unwrap();
    let variant = settings.variants[0].clone();
    assert_eq!((variant.name.as_str(), variant.data.as_str()), ("big", "d"));
    let error = settings.with_variant(&variant).read::<Config>().unwrap_err();
    let expected = "paper.yaml: variant `big`: `steps.last`: expected a whole number from 1 to 99, got 0";
    assert_eq!(error.faults, [expected]);
    let wrong = format!("{TEXT}variants: {{ big: {{ date: d, set: 3 }} }}");
    let error = super::settings(&wrong, Scale::Default, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "paper.yaml:11:34: `big.set`: expected keys with values, got 3\n\
         paper.yaml:11:18: `big`: the key `data` is missing (is `date` meant to be it?)"
    );
}

#[test]
fn one_identifier_is_given() {
    let with = |identifier: &str| settings(&TEXT.replace("arxiv: \"2310.02540\"", identifier), Scale::Default, &[]);
    assert_eq!(with("doi: 10.1000/182").unwrap().about.link(), "https://doi.org/10.1000/182");
    assert_eq!(with("url: 'https://a.org'").unwrap().about.link(), "https://a.org");
    let told = with("arxiv: '1', doi: '10.1'").unwrap_err().to_string();
    let expected = "paper.yaml:1:56: `arxiv`: expected exactly one of `arxiv`, `doi` and `url`, got arxiv = ";
    assert!(told.starts_with(expected), "{told}");
    let told = with("venue: V").unwrap_err().to_string();
    assert_eq!(told, "paper.yaml:1:8: section `about`: expected exactly one of `arxiv`, `doi` and `url`");
    assert!(with("url: 'javascript:alert(1)'").is_err());
    let told = settings(&TEXT.replace(", caption: C", ""), Scale::Default, &[]).unwrap_err().to_string();
    assert_eq!(told, "paper.yaml:1:8: section `about`: the key `caption` is missing");
}

#[test]
fn what_means_the_same_resolves_to_the_same() {
    let at = |set: &[&str]| settings(TEXT, Scale::Default, set).unwrap().canonical::<Config>();
    let same = at(&["n=2", "eta=0", "alphas=[1, 2]", "steps.last=10"]);
    let other = at(&["n=2.0", "eta=-0.0", "alphas=[1.0, 2e0]", "steps={last: 1e1}"]);
    assert_eq!(same.resolved(), other.resolved());
    assert_eq!(serde_yaml::to_string(same.resolved()).unwrap(), serde_yaml::to_string(other.resolved()).unwrap());
    let summary = |text: &str| Override::argument(text).unwrap().canonical::<Config>().summary();
    assert_eq!(summary("n=2e0"), "n=2");
    assert_eq!(summary("steps.last=2.0"), summary(" steps.last =2"));
    assert_eq!(summary("alphas=[1, 1.0e-12]"), "alphas=[1, 1e-12]");
}

#[test]
fn errors_of_others_have_a_place() {
    let settings = settings(TEXT, Scale::Smoke, &["seeds=4"]).unwrap();
    let told = |key: &str| settings.error_at(key, "no".to_string()).to_string();
    assert_eq!(told("steps.last"), "paper.yaml:10:32: `steps.last`: no");
    assert_eq!(told("steps.first"), "paper.yaml:7:19: `steps.first`: no");
    assert_eq!(told("seeds"), "--set seeds=4: `seeds`: no");
    assert_eq!(settings.error("no".to_string()).to_string(), "paper.yaml: no");
    assert_eq!((settings.value_text("n").as_str(), settings.value_text("m").as_str()), ("60", "nothing"));
    assert_eq!(
        "smok".parse::<Scale>(),
        Err("expected one of smoke, default, paper, got `smok`; did you mean `smoke`?".into())
    );
}
