//! The gallery in a headless Chromium, as a reader meets it: from the file system, on a desktop and on a phone.
//!
//! Skipped with a message where chromedriver is not installed.

#[path = "../place/mod.rs"]
mod place;
mod webdriver;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use gallery::Collection;
use webdriver::Browser;

/// Widths of the page in pixels: a desktop and a phone.
const WIDTHS: [u32; 2] = [1280, 390];

const SHOWN: &str = "[...document.querySelectorAll('.card')].filter(c => c.offsetParent).map(c => c.id)";

#[test]
fn the_gallery_works_in_a_browser() {
    let Some(browser) = Browser::start() else {
        // Not by a macro: the test harness keeps what those print to itself.
        let _ = writeln!(std::io::stderr(), "skipped: chromedriver is not installed (Debian package chromium-driver)");
        return;
    };
    let (collection, site) = gallery::make(&place::root()).unwrap();
    let place = place::mirror(&site);
    let figures = place.path().canonicalize().unwrap().join("figures");
    for path in site.files.keys().filter(|path| path.ends_with(".html")) {
        check_page(&browser, &figures.join(path));
    }
    browser.open(&figures.join("index.html"));
    browser.resize(WIDTHS[0]);
    check_filter(&browser, &collection);
    check_keyboard(&browser, &figures.join("index.html"));
    for paper in &collection.papers {
        if let Some(column) = paper.table.columns.iter().position(|column| column.numeric) {
            browser.open(&figures.join(format!("pages/{}.html", paper.slug)));
            check_sorting(&browser, column);
            break;
        }
    }
    assert_eq!(browser.console(), [""; 0], "the console is silent");
}

/// Images are there, links lead somewhere, nothing is wider than the window, the console says nothing.
fn check_page(browser: &Browser, file: &Path) {
    let shown = file.display();
    browser.open(file);
    for width in WIDTHS {
        browser.resize(width);
        let missing =
            browser.strings("[...document.images].filter(i => !(i.complete && i.naturalWidth)).map(i => i.src)");
        assert_eq!(missing, [""; 0], "{shown}: images that did not load");
        let widest = browser.value("document.documentElement.scrollWidth").as_u64();
        assert!(widest <= Some(width.into()), "{shown}: {widest:?} pixels wide in a window of {width}");
    }
    let silent = browser.strings("[...document.images].filter(i => !i.alt).map(i => i.src)");
    assert_eq!(silent, [""; 0], "{shown}: images without a text");
    let links = browser.strings("[...document.links].map(a => a.href).filter(h => h.startsWith('file:'))");
    for link in links {
        let path = link.trim_start_matches("file://").split('#').next().unwrap_or_default();
        assert!(PathBuf::from(path).exists(), "{shown}: {link} leads nowhere");
    }
    assert_eq!(browser.console(), [""; 0], "{shown}: the console");
}

fn check_filter(browser: &Browser, collection: &Collection) {
    let all: BTreeSet<String> = collection.papers.iter().map(|paper| paper.slug.clone()).collect();
    let shown = || browser.strings(SHOWN).into_iter().collect::<BTreeSet<String>>();
    assert_eq!(shown(), all);
    // By its title, in other letters and another order of words.
    let paper = &collection.papers[0];
    let mut words: Vec<String> = paper.about.title.split(' ').map(str::to_uppercase).collect();
    words.reverse();
    browser.type_into("#text", &words.join(" "));
    assert_eq!(shown(), BTreeSet::from([paper.slug.clone()]));
    assert_eq!(browser.value("document.querySelectorAll('section.topic:not([hidden])').length"), 1);
    browser.type_into("#text", " no-such-word");
    assert!(shown().is_empty());
    assert_eq!(browser.value("document.getElementById('count').textContent"), format!("0 of {} papers", all.len()));
    browser.click("#clear");
    assert_eq!(shown(), all);
    let of_topic = collection.papers.iter().filter(|other| other.topic() == paper.topic());
    let of_topic: BTreeSet<String> = of_topic.map(|paper| paper.slug.clone()).collect();
    let card = format!(
        "[...document.querySelectorAll('#topic option')].findIndex(o => o.textContent.startsWith({:?}))",
        paper.topic()
    );
    let option = browser.value(&card).as_u64().unwrap() + 1;
    browser.click(&format!("#topic option:nth-child({option})"));
    assert_eq!(shown(), of_topic);
    browser.click("#topic option:first-child");
    assert_eq!(shown(), all);
}

/// The tabulator comes first to the skip link, then to the report, the filter, and to the first paper.
fn check_keyboard(browser: &Browser, index: &Path) {
    browser.open(index);
    let mut reached = Vec::new();
    for _ in 0..5 {
        browser.type_into(":focus, body", "\u{e004}");
        reached.push(browser.value(
            "document.activeElement.className || document.activeElement.id || document.activeElement.localName",
        ));
    }
    assert_eq!(reached, ["skip", "a", "text", "topic", "a"]);
}

fn check_sorting(browser: &Browser, column: usize) {
    let header = format!(".rows thead th:nth-child({})", column + 1);
    let cells =
        format!("[...document.querySelectorAll('.rows tbody tr')].map(r => r.cells[{column}].textContent.trim())");
    let before = browser.strings(&cells);
    for direction in ["ascending", "descending"] {
        browser.click(&format!("{header} button"));
        let state = browser.value(&format!("document.querySelector({header:?}).ariaSort"));
        assert_eq!(state, direction);
        let values: Vec<f64> = browser.strings(&cells).iter().filter_map(|text| text.parse().ok()).collect();
        assert!(values.len() > 1);
        let in_order = |pair: &[f64]| {
            if direction == "ascending" { pair[0] <= pair[1] } else { pair[0] >= pair[1] }
        };
        assert!(values.windows(2).all(in_order), "{direction}: {values:?}");
    }
    let (mut before, mut after) = (before, browser.strings(&cells));
    before.sort();
    after.sort();
    assert_eq!(before, after, "sorting loses no row");
}
