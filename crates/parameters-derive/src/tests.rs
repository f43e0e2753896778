//! What the derive says about attributes that make no sense.

use super::*;

fn told(item: &str) -> String {
    let input = syn::parse_str(item).unwrap();
    expand(&input).map_or_else(|error| error.to_string(), |_| String::new())
}

#[test]
fn mistakes_are_told() {
    let cases = [
        ("struct A<T> { a: T }", "parameters cannot be generic"),
        (
            "struct A(f64);",
            "a struct of parameters has fields with names; implement `parameters::Value` for another form",
        ),
        ("union A { a: f64 }", "a union cannot be read"),
        ("enum A {}", "an enum without variants has no value"),
        ("enum A { B(u8, u8) }", "expected one value, or fields with names"),
        ("enum A { B, #[key(\"b\")] C }", "the name `b` is there twice"),
        ("#[require(a > 1)] enum A { B }", "`#[require]` is not for an enum"),
        ("#[range(1..)] struct A { a: u8 }", "`#[range]` is not for a struct"),
        ("struct A { a: u8, #[key(\"a\")] b: u8 }", "the key `a` is there twice"),
        ("struct A { #[key(\"a.b\")] a: u8 }", "expected a key without `.`, `=` and braces"),
        ("struct A { #[range(1..)] #[range(2..)] a: u8 }", "`#[range]` is there twice"),
        ("struct A { #[rising] #[falling] a: Vec<u8> }", "a list cannot both rise and fall"),
        ("struct A { #[flatten] #[range(1..)] a: B }", "a flattened group has no key and no rules of its own"),
        ("#[require(1 > 2, \"sense\")] struct A { a: u8 }", "expected an expression that names a field"),
        ("#[require(a > 1, \"sense\")] struct A { #[rising] a: Vec<u8>, #[key(\"T\")] b: B }", ""),
    ];
    for (item, expected) in cases {
        assert_eq!(told(item), expected, "{item}");
    }
}
