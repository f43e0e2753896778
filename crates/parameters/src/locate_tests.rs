use super::*;

#[test]
fn finds_keys_and_values_in_block_and_flow_style() {
    let text = "a: 1\ndefault: { n: 5, list: [1, 2, three] }\nsmoke:\n  n: 7\n";
    let key = |name: &str| Segment::Key(name.to_string());
    assert_eq!(locate(text, &[key("a")], true), Some((1, 1)));
    assert_eq!(locate(text, &[key("default"), key("n")], false), Some((2, 15)));
    let path = [key("default"), key("list"), Segment::Index(2)];
    assert_eq!(locate(text, &path, false), Some((2, 31)));
    assert_eq!(locate(text, &[key("smoke"), key("n")], true), Some((4, 3)));
    assert_eq!(locate(text, &[key("smoke"), key("m")], true), None);
}
