//! Every form that a parameter of a paper has.

use std::ops::Bound;

use super::*;

const FEWEST: usize = 3;
const MOST: usize = 5;

fn is_even(value: usize) -> bool {
    value.is_multiple_of(2)
}

/// Hidden layers, written as 50x2.
#[derive(Debug, PartialEq, serde::Serialize)]
struct Network {
    width: usize,
    depth: usize,
}

impl Value for Network {
    type Scalar = Network;

    fn shape() -> Shape {
        Shape::Text("width x depth, as in 50x2")
    }

    fn read(node: &Node<'_>) -> Option<Network> {
        node.parse("a width and a depth, as in 50x2", |text| {
            let (width, depth) = text.split_once('x')?;
            Some(Network { width: width.parse().ok()?, depth: depth.parse().ok()? })
        })
    }
}

/// Sizes, written as a list.
#[derive(Debug, PartialEq, serde::Serialize)]
struct Net {
    inputs: usize,
    hidden: usize,
    outputs: usize,
}

impl Value for Net {
    type Scalar = usize;

    fn shape() -> Shape {
        <[usize; 3]>::shape()
    }

    fn read(node: &Node<'_>) -> Option<Net> {
        let [inputs, hidden, outputs] = Value::read(node)?;
        Some(Net { inputs, hidden, outputs })
    }
}

#[derive(Debug, Parameters, PartialEq)]
enum Prior {
    Uniform,
    Zipf(#[range(0.0..3.0)] f64),
    #[key("two-scale")]
    TwoScale {
        #[range(-1.0..)]
        low: f64,
        high: f64,
    },
}

#[derive(Debug, Parameters, PartialEq)]
#[require(low < high, "an interval")]
struct Interval {
    #[range(..)]
    low: f64,
    #[range(..)]
    high: f64,
}

#[derive(Debug, Parameters, PartialEq)]
#[require(is_even(size) && size / 2 >= FEWEST - 2)]
#[require(*interval.first().unwrap_or(&0.0) < interval[1])]
#[require(range.low != 7.0 && steps < 1000)]
struct Everything {
    #[range(FEWEST..=MOST)]
    few: usize,
    size: usize,
    #[key("T")]
    steps: u64,
    r#type: bool,
    name: String,
    offset: i32,
    #[range(..=0.5)]
    share: f32,
    #[range((Bound::Excluded(1.0), Bound::Unbounded))]
    factor: f64,
    #[rising]
    #[length(2..=3)]
    #[range(0..)]
    levels: Vec<usize>,
    #[falling]
    widths: Option<Vec<u32>>,
    #[range(-1.0..1.0)]
    interval: [f64; 2],
    #[range(2..)]
    nets: Vec<Vec<usize>>,
    #[distinct]
    priors: Vec<Prior>,
    networks: Vec<Network>,
    #[range(2..)]
    net: Net,
    range: Interval,
    #[flatten]
    section: Section,
}

/// A field called as what the derive's code calls its own.
#[derive(Debug, Parameters, PartialEq)]
struct Section {
    node: u8,
    value: u16,
}

const GOOD: &str = "{few: 4, size: 6, T: 10, type: false, name: x, offset: -2, share: 0.5, factor: 1.5, \
    levels: [0, 2], interval: [-1, 0.5], nets: [[2, 3], [4]], \
    priors: [uniform, {zipf: 1}, {two-scale: {low: -1, high: 2}}], networks: [50x2], net: [2, 3, 4], \
    range: {low: -1, high: 0}, node: 1, value: 2}";

#[test]
fn every_form_is_read_and_written() {
    let config: Everything = read_with(&text(GOOD), Scale::Default, &[]).unwrap();
    assert_eq!(config.priors, [Prior::Uniform, Prior::Zipf(1.0), Prior::TwoScale { low: -1.0, high: 2.0 }]);
    assert_eq!(config.networks, [Network { width: 50, depth: 2 }]);
    assert_eq!(config.net, Net { inputs: 2, hidden: 3, outputs: 4 });
    assert_eq!((config.nets.len(), config.interval, config.widths.is_none()), (2, [-1.0, 0.5], true));
    assert_eq!(
        serde_json::to_string(&config).unwrap(),
        "{\"few\":4,\"size\":6,\"T\":10,\"type\":false,\"name\":\"x\",\"offset\":-2,\"share\":0.5,\"factor\":1.5,\
         \"levels\":[0,2],\"widths\":null,\"interval\":[-1.0,0.5],\"nets\":[[2,3],[4]],\
         \"priors\":[\"uniform\",{\"zipf\":1.0},{\"two-scale\":{\"low\":-1.0,\"high\":2.0}}],\
         \"networks\":[{\"width\":50,\"depth\":2}],\"net\":{\"inputs\":2,\"hidden\":3,\"outputs\":4},\
         \"range\":{\"low\":-1.0,\"high\":0.0},\"node\":1,\"value\":2}"
    );
    assert_eq!(Everything::KEYS, 18);
}

#[test]
fn every_rule_is_kept() {
    let cases = [
        ("few=2", "expected a whole number from 3 to 5, got 2"),
        ("size=7", "`size`: expected is_even(size) && size / 2 >= FEWEST - 2, got size = 7"),
        ("T=1000", "`range.low`: expected range.low != 7.0 && T < 1000, got range.low = -1, T = 1000"),
        ("type=1", "expected true or false, got 1"),
        ("name=1", "expected text, got 1"),
        ("offset=0.5", "expected a whole number, got 0.5"),
        ("share=0", "expected a number above 0, at most 0.5, got 0"),
        ("factor=1", "expected a number above 1, got 1"),
        ("levels=[1]", "expected a list of 2 to 3 values, got [1]"),
        ("levels=[1, 1]", "`levels`: expected values in rising order, none twice, got [1, 1]"),
        ("levels=[-1, 1]", "`levels[0]`: expected a whole number, 0 or more, got -1"),
        ("widths=[1, 2]", "expected values in falling order, none twice, got [1, 2]"),
        ("widths=[]", "expected a list with at least one value, got an empty list"),
        ("interval=[0, 1]", "`interval[1]`: expected a number, -1 or more, below 1, got 1"),
        ("interval=[0]", "expected a list of 2 values, got [0]"),
        (
            "interval=[0.5, 0]",
            "`interval`: expected *interval.first().unwrap_or(&0.0) < interval[1], got interval = [0.5, 0]",
        ),
        ("nets=[[2, 1]]", "`nets[0][1]`: expected a whole number, 2 or more, got 1"),
        ("priors=[uniform, uniform]", "got [the text \"uniform\", the text \"uniform\"] with \"uniform\" twice"),
        ("priors=[zipf]", "`priors[0]`: `zipf` needs a value: { zipf: … }"),
        ("priors=[{uniform: 1}]", "`priors[0]`: `uniform` takes no value"),
        ("priors=[{zipf: 3}]", "`priors[0].zipf`: expected a number, 0 or more, below 3, got 3"),
        ("priors=[{two-scale: {low: 1, hgh: 2}}]", "the key `high` is missing (is `hgh` meant to be it?)"),
        ("priors=[{a: 1, b: 2}]", "expected one of uniform, zipf, two-scale, got a mapping of 2 keys"),
        ("networks=[50]", "`networks[0]`: expected a width and a depth, as in 50x2, got 50"),
        ("net=[2, 3, 1]", "`net[2]`: expected a whole number, 2 or more, got 1"),
        ("range={low: 1}", "`range.low`: expected an interval, got low = 1, high = 0"),
        ("value=65536", "expected a whole number of at most 65535, got 65536"),
    ];
    for (change, expected) in cases {
        let told = faults_of::<Everything>(&text(GOOD), &[change]);
        assert!(told.ends_with(expected) && told.lines().count() == 1, "{change}: {told}");
    }
}

#[test]
fn types_are_told_in_words() {
    let told = |key: &str| {
        let field = Everything::fields().into_iter().find(|field| field.key == key);
        field.map_or(String::new(), |field| field.shape.words())
    };
    assert_eq!(told("nets"), "list of lists of whole numbers");
    assert_eq!(told("net"), "list of 3 whole numbers");
    assert_eq!(told("widths"), "list of whole numbers, or null");
    assert_eq!(told("networks"), "list of text: width x depth, as in 50x2");
    assert_eq!(told("priors"), "list of uniform, zipf, two-scale");
}
