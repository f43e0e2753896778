//! The explorer in a headless Chromium, with a real paper: a slider, a wrong value, a run, a cancelled run, the history.
//!
//! Skipped with a message where chromedriver is not installed, or the paper is not built.

use std::io::Write;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::served::Served;
use crate::webdriver::Browser;

const PAPER: &str = "xor-grokking";

/// An arrow key, as a browser is sent it.
const RIGHT: &str = "\u{e014}";

/// The page of a paper in a browser.
struct Page {
    browser: Browser,
    served: Served,
}

#[test]
fn the_explorer_works_in_a_browser() {
    let program = Path::new(env!("CARGO_BIN_EXE_explore"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    if !program.with_file_name(PAPER).is_file() {
        return skipped(&format!("{PAPER} is not built: `make test` builds all papers first"));
    }
    let Some(browser) = Browser::start() else {
        return skipped("chromedriver is not installed (Debian package chromium-driver)");
    };
    let place = tempfile::tempdir().unwrap();
    let served = Served::start(program, root, &place.path().join("runs"), &place.path().join("cells"));
    let page = Page { browser, served };
    page.open("figures/index.html");
    page.until("document.getElementById('explore').textContent.includes('open a paper')");
    page.open(&format!("explore/{PAPER}.html"));
    page.until("document.getElementById('status').textContent.startsWith('Preview of nothing changed')");
    a_slider_changes_the_figure(&page);
    a_wrong_value_is_answered_by_the_paper(&page);
    a_run_can_be_cancelled(&page);
    a_run_is_kept(&page);
    the_keyboard_suffices(&page);
    it_fits(&page);
    assert_eq!(page.browser.console(), [""; 0], "the console is silent");
}

fn skipped(why: &str) {
    // Not by a macro: the test harness keeps what those print to itself.
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

impl Page {
    fn open(&self, path: &str) {
        let Served { port, token, .. } = &self.served;
        self.browser.value(&format!("location.assign('http://127.0.0.1:{port}/{token}/{path}')"));
        self.until(&format!("location.href.includes('{path}') && document.readyState === 'complete'"));
    }

    /// Waits until an expression is true.
    fn until(&self, expression: &str) {
        let start = Instant::now();
        while self.browser.value(expression) != Value::Bool(true) {
            let seen = self.text("#status") + " | " + &self.text("#message");
            assert!(start.elapsed() < Duration::from_secs(40), "never true: {expression}; seen: {seen}");
            sleep(Duration::from_millis(50));
        }
    }

    fn text(&self, selector: &str) -> String {
        let text = self.browser.value(&format!("document.querySelector({selector:?})?.textContent ?? ''"));
        text.as_str().unwrap_or_default().to_string()
    }

    /// Waits until the status begins so.
    fn status(&self, begin: &str) {
        self.until(&format!("document.getElementById('status').textContent.startsWith({begin:?})"));
    }

    /// The figure that is shown as new, as text.
    fn figure(&self) -> String {
        let source = self.browser.value("document.querySelector('#new img').src.split('/').slice(4).join('/')");
        self.served.get(source.as_str().unwrap()).1
    }

    /// Types a value in the place of what stands in a control.
    fn set(&self, key: &str, value: &str) {
        let field = format!("#set-{}", key.replace('.', "-"));
        self.browser.value(&format!("document.querySelector({field:?}).select()"));
        self.browser.type_into(&field, value);
    }
}

fn a_slider_changes_the_figure(page: &Page) {
    let before = page.figure();
    page.browser.type_into("[data-key=eta]", &RIGHT.repeat(20));
    page.status("Preview of eta=");
    let after = page.figure();
    assert!(before.contains("<svg") && after.contains("<svg") && before != after);
    assert!(page.text("#command").starts_with("cargo run --release -p xor-grokking -- --scale smoke --set eta=0."));
    assert!(page.text("#new .caption").contains("η = 0."));
    let moved = page.browser.value("document.querySelectorAll('tr.moved').length").as_u64();
    assert!(moved > Some(3), "{moved:?} values moved");
    // The settings are in the address.
    page.until("location.hash.startsWith('#eta=0.')");
    page.browser.click("#reset");
    page.status("Preview of nothing changed");
    assert_eq!(page.figure(), before, "back to where it was");
}

fn a_wrong_value_is_answered_by_the_paper(page: &Page) {
    page.set("eta", "2");
    page.until("document.getElementById('message').textContent.includes('`eta`: expected')");
    assert_eq!(page.text("#message"), "--set eta=2: `eta`: expected a number from 0 to 0.5, got 2");
    assert!(page.text(".control.wrong code").contains("eta"));
    page.browser.click("#reset");
    page.until("document.getElementById('message').textContent === ''");
}

fn a_run_can_be_cancelled(page: &Page) {
    page.browser.click("#run");
    page.until("/default scale: [0-9]+ of [0-9]+ cells, about [0-9]+ s left/.test(document.getElementById('status').textContent)");
    page.browser.click("#cancel");
    page.status("Ended.");
    assert!(page.text("#message").starts_with("Cancelled."));
    assert_eq!(page.browser.value("document.querySelectorAll('#history li').length"), 0);
}

fn a_run_is_kept(page: &Page) {
    let settings =
        [("n", "40"), ("p", "2000"), ("m", "50"), ("large.seeds", "4"), ("mid.seeds", "2"), ("small.seeds", "2")];
    for (key, value) in settings {
        page.set(key, value);
    }
    page.status("Preview of ");
    page.browser.click("#run");
    page.status("Run 1 of large.seeds=4, ");
    let of_run = page.figure();
    assert!(page.text("#new .note").contains("default scale"));
    assert!(
        page.browser.value("document.querySelectorAll('.compare .fails, .compare .holds').length").as_u64() > Some(8)
    );
    assert!(page.text("#history").contains("p=2000"));
    let table =
        page.browser.value("[...document.querySelectorAll('#downloads a')].find(a => a.text === 'table.csv').download");
    assert_eq!(table, "xor-grokking-1-table.csv");
    // Elsewhere, and back through the history.
    page.browser.click("#reset");
    page.status("Preview of nothing changed");
    assert_ne!(page.figure(), of_run);
    page.browser.click("#history button");
    page.status("Run 1 of large.seeds=4, ");
    assert_eq!(page.figure(), of_run);
    assert_eq!(page.browser.value("document.querySelector('#set-p').value"), "2000");
    // A page that is loaded anew has it, too.
    page.open(&format!("explore/{PAPER}.html"));
    page.until("document.querySelectorAll('#history li').length === 1");
    page.status("Preview of ");
}

/// The first link skips to the parameters, of which the first comes next, and changes none.
fn the_keyboard_suffices(page: &Page) {
    let (tabulator, enter) = ("\u{e004}", "\u{e007}");
    page.set("eta", "0.1");
    page.status("Preview of eta=0.1");
    page.open(&format!("explore/{PAPER}.html?again#eta=0.1"));
    page.status("Preview of eta=0.1");
    page.browser.type_into("body", tabulator);
    assert_eq!(page.browser.value("document.activeElement.className"), "skip");
    page.browser.type_into(":focus", enter);
    page.until("location.hash === '#eta=0.1'");
    page.browser.type_into(":focus, body", tabulator);
    assert_eq!(page.browser.value("document.activeElement.dataset.key"), "n");
}

/// Nothing is wider than the window, and everything has a name.
fn it_fits(page: &Page) {
    for width in [1280, 390] {
        page.browser.resize(width);
        let widest = page.browser.value("document.documentElement.scrollWidth").as_u64();
        assert!(widest <= Some(width.into()), "{widest:?} pixels wide in a window of {width}");
    }
    let nameless = page.browser.value("[...document.querySelectorAll('#controls input[type=text], #controls select')].filter(f => !f.labels.length).length");
    assert_eq!(nameless, 0);
    let silent = page.browser.value("[...document.images].filter(i => !i.alt).length");
    assert_eq!(silent, 0);
}
