//! Where the tests find the workspace, and a copy of it that they may write into.

// Each test program uses some of this.
#![allow(dead_code)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use gallery::Site;

/// The workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

/// A folder like the workspace: the site is written there, everything else leads to the originals.
pub fn mirror(site: &Site) -> tempfile::TempDir {
    let (root, place) = (root(), tempfile::tempdir().unwrap());
    for name in [
        "papers",
        "docs",
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CITATION.cff",
        "CONTRIBUTING.md",
        "SECURITY.md",
    ] {
        symlink(root.join(name), place.path().join(name)).unwrap();
    }
    fs::create_dir(place.path().join("figures")).unwrap();
    for entry in fs::read_dir(root.join("figures")).unwrap().flatten() {
        if entry.path().join("figure.svg").is_file() {
            symlink(entry.path(), place.path().join("figures").join(entry.file_name())).unwrap();
        }
    }
    site.write(place.path()).unwrap();
    place
}

/// A workspace with one paper, whose texts try to break out of the pages.
pub fn hostile() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = place.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("CITATION.cff", CITATION);
    write("papers/evil/paper.yaml", PAPER);
    write("papers/evil/README.md", README);
    write("papers/evil/src/main.rs", "fn main() {}");
    write("papers/new/paper.yaml", PAPER);
    write("figures/evil/claims.yaml", CLAIMS);
    write("figures/evil/provenance.yaml", PROVENANCE);
    write("figures/evil/parameters.json", PARAMETERS);
    write("figures/evil/table.csv-metadata.json", "{}");
    write("figures/evil/table.csv", "kind,\"<i>\"\n\"</td><script>bad()</script>\",1.0\n");
    write("figures/evil/figure.svg", DRAWING);
    write("figures/evil/figure.png", "");
    write("figures/evil/figure.pdf", "");
    place
}

/// A figure of one panel.
pub const DRAWING: &str = "\
<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10 5\" role=\"img\">
<defs>
</defs>
<g data-panel=\"\" data-title=\"&lt;script&gt;bad()&lt;/script&gt;\" data-box=\"0 0 10 5\">
</g>
</svg>
";

const CITATION: &str = "\
title: <script>bad()</script>
abstract: A & B
authors: [{ given-names: A, family-names: B }]
version: 1.0.0
date-released: '2026-01-01'
license: [MIT]
";

const PAPER: &str = "\
about: { title: '<script>bad()</script>', authors: ['\"><script>bad()</script>'], year: 2026, arxiv: '0000.00000',
         topic: '<b>', figure: F, summary: '<img src=x onerror=bad()>', caption: C }
default: { n: '<script>bad()</script>' } # none
";

const PARAMETERS: &str = r#"[{"key": "n", "doc": "<script>bad()</script>", "group": "", "range": "<b>", "choices": ["<i>"],
    "default": "<script>bad()</script>", "smoke": 1, "paper": 2}]"#;

const README: &str =
    "# T\n\n<script>bad()</script>\n\n## What it shows\n\n<script>bad()</script>\n\n[x](javascript:bad())\n";

const CLAIMS: &str = "\
paper: evil
scale: default
judged: true
caption: '\"><script>bad()</script>'
claims:
- id: one
  statement: <script>bad()</script>
  measures:
  - { what: a, value: .nan, relation: at-least, low: 1.0 }
  - { what: b, value: 1.0, relation: within, low: 0.0, high: 2.0 }
  published: <script>bad()</script>
  verdict: fails
- id: two
  statement: s
  measures: []
  not_applicable: no <data>
  verdict: not-applicable
";

const PROVENANCE: &str = "\
format: 1
paper: evil
scale: default
config: {}
code: { computing: a, whole: b, crates: { numerics: c }, drawing: { plotting: d } }
libraries: e
toolchain: rustc 1
cells: { count: 1234, keys: f }
";
