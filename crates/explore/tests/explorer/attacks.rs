//! The explorer attacked: an explorer of a workspace with one toy paper, whose program is a shell script.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::served::Served;

const PAPER: &str = "about: { title: Toy, authors: [A. Nobody], year: 2024, summary: A toy. }\n";

/// A workspace with a secret beside it, and its explorer.
struct Toy {
    served: Served,
    place: TempDir,
}

fn toy() -> Toy {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("work");
    for folder in ["papers/toy", "figures/toy", "figures/pages", "bin"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    fs::write(place.path().join("secret"), "secret").unwrap();
    fs::write(root.join("papers/toy/paper.yaml"), PAPER).unwrap();
    fs::write(root.join("figures/index.html"), "<header></header>").unwrap();
    fs::write(root.join("figures/pages/toy.html"), "<header></header>").unwrap();
    fs::write(root.join("figures/.hidden"), "secret").unwrap();
    symlink(place.path().join("secret"), root.join("figures/link.svg")).unwrap();
    // A link: a program that was just written may still be open for writing in a process that another test starts.
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explorer/toy.sh");
    symlink(program, root.join("bin/toy")).unwrap();
    // The explorer looks for the papers' programs beside itself.
    fs::copy(env!("CARGO_BIN_EXE_explore"), root.join("bin/explore")).unwrap();
    Toy { served: serve(&root), place }
}

fn serve(root: &Path) -> Served {
    Served::start(&root.join("bin/explore"), root, &root.join("runs"), &root.join("cells"))
}

impl Toy {
    fn root(&self) -> std::path::PathBuf {
        self.place.path().join("work")
    }
}

#[test]
fn requests_from_elsewhere_are_refused() {
    let Toy { served, .. } = &toy();
    let (port, token) = (served.port, &served.token);
    let status = |lines: &str| served.send(&format!("{lines}\r\n\r\n"), b"").0;
    let get = format!("GET /{token}/api/toy HTTP/1.1\r\n");
    assert_eq!(status(&format!("{get}Host: 127.0.0.1:{port}\r\nConnection: close")), 200);
    assert_eq!(status(&format!("{get}Host: evil.example\r\nConnection: close")), 403);
    assert_eq!(status(&format!("{get}Host: evil.example:{port}\r\nConnection: close")), 403);
    assert_eq!(status(&format!("{get}Connection: close")), 400, "no Host");
    assert_eq!(status(&format!("{get}Host: 127.0.0.1:{port}\r\nHost: evil.example\r\nConnection: close")), 400);
    let whole =
        format!("GET http://evil.example/{token}/api/toy HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close");
    assert_eq!(status(&whole), 403);
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1"] {
        let lines = format!("{get}Host: 127.0.0.1:{port}\r\nOrigin: {origin}\r\nConnection: close");
        assert_eq!(status(&lines), 403, "{origin}");
    }
    for path in ["/", "/api/toy", "/figures/index.html", &format!("/{}/api/toy", "0".repeat(32)), &format!("/{token}")]
    {
        let (status, body) = served.send(&format!("GET {path} HTTP/1.1\r\n{}\r\n", served.own()), b"");
        assert_eq!(status, 403, "{path}");
        assert!(!body.contains(token.as_str()) && body.contains("token"), "{body}");
    }
    assert_eq!(served.get("").0, 303);
    assert_eq!(served.get("api/toy").0, 200);
}

#[test]
fn no_path_leads_out_of_the_lists() {
    let Toy { served, .. } = &toy();
    assert!(served.get("figures/index.html").1.contains("open a paper"));
    assert!(served.get("figures/pages/toy.html").1.contains("../../explore/toy.html"));
    let paths = [
        "../secret",
        "figures/../../secret",
        "figures/%2e%2e/%2e%2e/secret",
        "figures/..%2f..%2fsecret",
        "figures//../../secret",
        "figures/.hidden",
        "figures/link.svg",
        "figures/",
        "figures",
        "/etc/passwd",
        "bin/explore",
        "explore/../../secret.html",
        "explore/nobody.html",
        "api/nobody",
        "api/../toy",
        "api/toy/runs/..",
        "api/toy/runs/../figure.svg",
        "api/toy/runs/committed/../../../../secret",
        "api/toy/runs/committed/..%2f..%2f..%2fsecret",
        "api/toy/runs/1/figure.svg",
        "api/toy/runs/committed/secret",
        "api/jobs/1",
        "api/jobs/-1",
        "api/jobs/x",
    ];
    for path in paths {
        let (status, body) = served.get(path);
        assert_eq!(status, 404, "{path}: {body}");
        assert!(!body.contains("secret"), "{path}: {body}");
    }
    let delete = format!("DELETE /{}/figures/index.html HTTP/1.1\r\n{}\r\n", served.token, served.own());
    assert_eq!(served.send(&delete, b"").0, 405);
    assert_eq!(served.post("figures/index.html", "{}").0, 404);
}

#[test]
fn what_a_request_may_hold_is_limited() {
    let Toy { served, .. } = &toy();
    let refused = |body: &str| served.post("api/toy/preview", body);
    let (status, why) = refused(r#"{"set": {"out": "/tmp/x"}}"#);
    assert_eq!((status, why.as_str()), (400, "toy has no parameter `out`"));
    for body in
        ["", "{", "[]", "{}", r#"{"set": {"x": 1}}"#, r#"{"set": {}, "out": "/tmp"}"#, r#"{"set": {"x": "1\n"}}"#]
    {
        assert_eq!(refused(body).0, 400, "{body}");
    }
    assert_eq!(refused(r#"{"set": {"x": "1\u0000"}}"#).0, 400);
    let (status, why) = refused(&format!(r#"{{"set": {{"x": "{}"}}}}"#, "9".repeat(5000)));
    assert!(status == 400 && why.contains("5000 bytes"), "{status} {why}");
    let deep = format!(r#"{{"set": {}1{}}}"#, "[".repeat(5000), "]".repeat(5000));
    assert_eq!(refused(&deep).0, 400);
    let (status, why) = refused(&format!(r#"{{"set": {{"x": "{}"}}}}"#, "9".repeat(1 << 20)));
    assert!(status == 413 && why.contains("65536 bytes"), "{status} {why}");
    assert_eq!(served.post("api/nobody/preview", r#"{"set": {}}"#).0, 404);
    let plain = format!("POST /{}/api/toy/run HTTP/1.1\r\n{}Content-Length: 11\r\n\r\n", served.token, served.own());
    assert_eq!(served.send(&plain, br#"{"set": {}}"#).0, 415, "as a form of another page would send it");
    let long = format!("GET /{}/{} HTTP/1.1\r\n{}\r\n", served.token, "a".repeat(20_000), served.own());
    assert_eq!(served.send(&long, b"").0, 400);
    assert_eq!(served.json("api/toy")["running"], serde_json::Value::Null, "nothing was begun");
}

#[test]
fn previews_and_runs_end_as_they_should() {
    let Toy { served, .. } = &toy();
    let done = served.over(served.ask("api/toy/preview", r#""x": "2""#));
    assert_eq!((done["phase"].as_str(), done["run"].as_str()), (Some("done"), Some("preview")));
    assert_eq!(served.get("api/toy/runs/preview/figure.svg").1.trim(), "<svg>2</svg>");
    let preview = served.json("api/toy/runs/preview");
    assert_eq!(preview["command"], "cargo run --release -p toy -- --scale smoke --set x=2");
    assert!(preview["claims"][0]["measures"][0]["value"].is_null(), "NaN");
    for (behave, said) in [
        ("refuse", "--set behave=refuse: `behave`: expected better"),
        ("long", "too long for a preview"),
        ("large", "10000.0 GB of memory"),
        ("crash", "thread panicked"),
    ] {
        let ended = served.over(served.ask("api/toy/preview", &format!(r#""behave": "{behave}""#)));
        let all = ended.to_string();
        assert!(ended["run"].is_null() && all.contains(said), "{behave}: {all}");
    }
    let silent = served.over(served.ask("api/toy/preview", r#""behave": "silent""#));
    assert_eq!(silent["phase"], "failed");
    let long = served.over(served.ask("api/toy/run", r#""behave": "long""#));
    assert!(long["why"].as_str().unwrap().contains("16667 minutes"), "{long}");
    // A run is cancelled.
    let id = served.ask("api/toy/run", r#""behave": "wait""#);
    served.follow(id, |job| job["cells"] == 1);
    assert_eq!(served.json("api/toy")["running"]["id"], id);
    assert_eq!(served.post(&format!("api/jobs/{id}/cancel"), "{}").0, 200);
    let cancelled = served.over(id);
    assert_eq!((cancelled["phase"].as_str(), cancelled["why"].as_str()), (Some("stopped"), Some("cancelled")));
    assert_eq!(served.json("api/toy")["runs"], serde_json::json!([]));
}

#[test]
fn fifty_requests_at_once_are_done_one_at_a_time() {
    let toy = toy();
    let served = &toy.served;
    let asks = |path: &'static str| -> Vec<(u16, String)> {
        std::thread::scope(|scope| {
            let ask = move |x: usize| served.post(path, &format!(r#"{{"set": {{"x": "{x}"}}}}"#));
            let threads: Vec<_> = (0..50).map(|x| scope.spawn(move || ask(x))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    };
    let previews = asks("api/toy/preview");
    assert!(previews.iter().all(|(status, _)| *status == 200), "{previews:?}");
    assert_eq!(served.over(50)["phase"], "done", "the last one counts");
    let runs = asks("api/toy/run");
    let count = |code| runs.iter().filter(|(status, _)| *status == code).count();
    assert_eq!((count(200), count(409)), (1, 49), "{runs:?}");
    assert!(runs.iter().any(|(_, body)| body == "a run of toy is in progress: wait for it, or cancel it on its page"));
    assert_eq!(served.over(51)["phase"], "done");
    assert!(!toy.root().join("overlaps").exists());
}

#[test]
fn a_browser_that_goes_away_leaves_no_preview_and_finds_its_run_again() {
    let toy = toy();
    let served = &toy.served;
    let id = served.ask("api/toy/preview", r#""behave": "wait""#);
    let pid = waiting(&toy.root());
    let start = Instant::now();
    while alive(&pid) {
        assert!(start.elapsed() < Duration::from_secs(9), "the preview goes on");
        sleep(Duration::from_millis(50));
    }
    assert_eq!(served.over(id)["why"], "no browser asked about this preview any more");
    served.ask("api/toy/run", r#""x": "7""#);
    let start = Instant::now();
    while served.json("api/toy")["runs"].as_array().is_none_or(Vec::is_empty) {
        assert!(start.elapsed() < Duration::from_secs(20), "the run is not kept");
        sleep(Duration::from_millis(50));
    }
    assert_eq!(served.json("api/toy")["runs"][0]["record"]["set"]["x"], "7");
    // And the next explorer finds it, too.
    let again = serve(&toy.root());
    assert_eq!(again.json("api/toy")["runs"][0]["name"], "1");
    assert_eq!(again.get("api/toy/runs/1/figure.svg").1.trim(), "<svg>7</svg>");
    assert_eq!(again.json("api/toy/runs/1")["command"], "cargo run --release -p toy -- --set x=7");
}

#[test]
fn an_explorer_that_ends_leaves_no_run_behind() {
    let mut toy = toy();
    toy.served.ask("api/toy/run", r#""behave": "wait""#);
    let pid = waiting(&toy.root());
    assert!(alive(&pid));
    toy.served.process.kill().unwrap();
    toy.served.process.wait().unwrap();
    let start = Instant::now();
    while cfg!(target_os = "linux") && alive(&pid) {
        assert!(start.elapsed() < Duration::from_secs(5), "the run goes on");
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_program_that_is_not_built_is_told() {
    let toy = toy();
    fs::remove_file(toy.root().join("bin/toy")).unwrap();
    let (status, why) = toy.served.get("api/toy");
    assert!(status == 503 && why.contains("cargo build --release -p toy"), "{status} {why}");
    let (status, why) = toy.served.post("api/toy/run", r#"{"set": {}}"#);
    assert!(status == 400 && why.contains("make explore"), "{status} {why}");
}

/// The process that the toy's program has become once it waits.
fn waiting(root: &Path) -> String {
    let start = Instant::now();
    loop {
        let text = fs::read_to_string(root.join("waiting")).unwrap_or_default();
        if text.ends_with('\n') {
            return text.trim().to_string();
        }
        assert!(start.elapsed() < Duration::from_secs(10));
        sleep(Duration::from_millis(10));
    }
}

/// Whether a process runs; one that has ended may still be listed.
fn alive(pid: &str) -> bool {
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    state.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}
