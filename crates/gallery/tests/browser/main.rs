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
    check_search(&browser, &figures.join("index.html"), &collection);
    check_figure(&browser, &figures.join("pages/xor-grokking.html"));
    for paper in &collection.papers {
        let first = &paper.table.kinds[0];
        if let Some(column) = first.columns.iter().position(|column| column.numeric) {
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
    // What is folded away is looked at as well; its images are not loaded before.
    browser.value(
        "(document.querySelectorAll('details').forEach(d => { d.open = true; }), \
         Promise.allSettled([...document.images].map(i => { i.loading = 'eager'; return i.decode(); })).then(() => 1))",
    );
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
    for _ in 0..7 {
        browser.type_into(":focus, body", "\u{e004}");
        reached.push(browser.value(
            "document.activeElement.className || document.activeElement.id || document.activeElement.localName",
        ));
    }
    assert_eq!(reached, ["skip", "a", "text", "topic", "verdict", "order", "a"]);
}

/// Number, word of the README and verdict find a paper, `/` begins a search, and the query is in the address.
fn check_search(browser: &Browser, index: &Path, collection: &Collection) {
    browser.open(index);
    browser.type_into("body", "/");
    assert_eq!(browser.value("document.activeElement.id"), "text");
    let paper = collection.papers.iter().find(|paper| paper.about.arxiv.is_some()).unwrap();
    browser.type_into("#text", paper.about.arxiv.as_ref().unwrap());
    assert_eq!(browser.strings(SHOWN), std::slice::from_ref(&paper.slug));
    assert_eq!(browser.value("new URLSearchParams(location.search).get('q')"), paper.about.arxiv.clone().unwrap());
    browser.click("#order option[value=year]");
    let years = browser.strings("[...document.querySelectorAll('#sorted .card')].map(c => c.dataset.year)");
    assert_eq!(years.len(), collection.papers.len());
    assert!(years.windows(2).all(|pair| pair[0] >= pair[1]), "{years:?}");
    browser.click("#order option:first-child");
    assert_eq!(browser.value("document.querySelectorAll('section.topic .card').length"), collection.papers.len());
}

/// Legends switch series off and on, panels grow, claims point at marks, phones show one panel below the other.
fn check_figure(browser: &Browser, page: &Path) {
    browser.open(page);
    browser.resize(WIDTHS[0]);
    let off = "document.querySelectorAll('.drawing .off').length";
    let entry = ".drawing [data-entry][role]";
    browser.click(entry);
    assert!(browser.value(off).as_u64() > Some(0));
    browser.type_into(entry, "\u{e007}");
    assert_eq!(browser.value(off), 0);

    let view = "document.querySelector('.drawing').getAttribute('viewBox')";
    let whole = browser.value(view);
    browser.type_into("#panel-2", "\u{e007}");
    assert_eq!(browser.value(view), browser.value("document.getElementById('panel-2').dataset.box"));
    assert_eq!(browser.value("location.hash"), "#panel-2");
    browser.type_into("body", "\u{e00c}");
    assert_eq!(browser.value(view), whole);

    browser.value("document.querySelector('.has-marks a').focus()");
    assert!(browser.value("document.querySelectorAll('.drawing.pointing .lit').length").as_u64() > Some(0));

    let singles = "[...document.querySelectorAll('.single')].filter(s => s.getBoundingClientRect().height > 0).length";
    assert_eq!(browser.value(singles), 0);
    browser.resize(WIDTHS[1]);
    assert!(browser.value(singles).as_u64() > Some(1));
    browser.resize(WIDTHS[0]);
}

fn check_sorting(browser: &Browser, column: usize) {
    let header = format!(".rows thead th:nth-child({})", column + 1);
    let cells =
        format!("[...document.querySelector('.rows').tBodies[0].rows].map(r => r.cells[{column}].textContent.trim())");
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
