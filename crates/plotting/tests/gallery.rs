//! The figures of the gallery, which hold every kind of mark, keep their bytes. After an intended change of the
//! drawing, look at the gallery (`cargo run --release -p plotting --example gallery -- FOLDER`) and take the text that
//! the test prints over into `gallery.txt`.

#[path = "../examples/gallery/figures.rs"]
mod figures;

use numerics::probes::{Digest, Probe, compare, render};

fn svg(name: &str, digest: &mut Digest) {
    let (_, figure) = figures::all().into_iter().find(|(other, _)| *other == name).expect("a figure of the gallery");
    digest.integers(figure.svg().expect("the figure can be drawn").bytes().map(u64::from));
}

#[test]
fn figures_keep_their_bytes() {
    let probes = [
        Probe::new("marks", |digest| svg("marks", digest)),
        Probe::new("axes", |digest| svg("axes", digest)),
        Probe::new("single-column", |digest| svg("single-column", digest)),
        Probe::new("curves", |digest| svg("curves", digest)),
    ];
    if let Err(differences) = compare(&probes, include_str!("gallery.txt")) {
        panic!("{differences}\nAll of them now:\n{}", render(&probes));
    }
}
