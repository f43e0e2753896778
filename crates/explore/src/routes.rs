//! What can be asked for. A path is looked up in lists that were made at start; none reaches the file system.

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use oxhttp::model::{Body, Method, Request, Response, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, media};
use crate::guard::{Asks, Guard};
use crate::history::{History, PREVIEW, Record};
use crate::jobs::{Asked, Changes, Jobs, command_line};
use crate::papers::{Paper, Papers};

/// The longest body of a request, in bytes.
const LONGEST_BODY: u64 = 64 << 10;

/// The name of what is committed, beside those of runs.
const COMMITTED: &str = "committed";

/// The files of a run that can be fetched.
const FILES: [&str; 8] = [
    "figure.svg",
    "figure.png",
    "figure.pdf",
    "table.csv",
    "table.csv-metadata.json",
    "claims.yaml",
    "parameters.json",
    "provenance.yaml",
];

/// The explorer.
pub struct Explorer {
    /// Who may ask.
    pub guard: Guard,
    /// What there is.
    pub papers: Arc<Papers>,
    /// What was run.
    pub history: Arc<History>,
    /// What is being run.
    pub jobs: Jobs,
}

/// The body of a request for a preview or a run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    set: Changes,
}

type Outcome = Result<Answer, Answer>;

impl Explorer {
    /// Answers a request.
    pub fn answer(&self, request: &mut Request<Body>) -> Response<Body> {
        self.respond(request).unwrap_or_else(|refusal| refusal).response()
    }

    fn respond(&self, request: &mut Request<Body>) -> Outcome {
        let path = self.admit(request)?.to_string();
        let parts: Vec<&str> = path.split('/').collect();
        match *request.method() {
            Method::GET => self.read(&path, &parts),
            Method::POST => self.act(&parts, request),
            _ => Err(Answer::refusal(405, "the explorer understands GET and POST")),
        }
    }

    /// The path of a request that may be answered, behind the token.
    fn admit<'a>(&self, request: &'a Request<Body>) -> Result<&'a str, Answer> {
        let text = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
        let authority = request.uri().authority().map(|authority| authority.as_str());
        self.guard.admit(&Asks {
            path: request.uri().path(),
            hosts: text(header::HOST).into_iter().chain(authority).collect(),
            origin: text(header::ORIGIN),
        })
    }

    fn read(&self, path: &str, parts: &[&str]) -> Outcome {
        match *parts {
            [""] => Ok(Answer::elsewhere("figures/index.html")),
            ["explore", "explore.css"] => Ok(Answer::of(media("css"), include_str!("../page/explore.css"))),
            ["explore", "explore.js"] => Ok(Answer::of(media("js"), include_str!("../page/explore.js"))),
            ["explore", page] => self.page(page),
            ["api", "jobs", id] => self.job(id, |id| self.jobs.look(id)),
            ["api", slug] => self.about(self.paper(slug)?),
            ["api", slug, "runs", name] => self.run(self.paper(slug)?, name),
            ["api", slug, "runs", name, file] => self.file_of_run(self.paper(slug)?, name, file),
            _ => self.file(path, parts),
        }
    }

    fn act(&self, parts: &[&str], request: &mut Request<Body>) -> Outcome {
        match *parts {
            ["api", "jobs", id, "cancel"] => self.job(id, |id| self.jobs.cancel(id)),
            ["api", slug, what @ ("preview" | "run")] => {
                let paper = self.paper(slug)?;
                let Wanted { set } = read_body(request)?;
                self.papers.check(paper, &set).map_err(|why| Answer::refusal(400, why))?;
                let asked = Asked { slug: slug.to_string(), preview: what == "preview", set };
                let id = self.jobs.ask(asked).map_err(|why| Answer::refusal(409, why))?;
                Ok(Answer::json(&json!({ "id": id })))
            }
            _ => Err(missing()),
        }
    }

    fn paper(&self, slug: &str) -> Result<&Paper, Answer> {
        self.papers.get(slug).ok_or_else(missing)
    }

    fn job(&self, id: &str, ask: impl Fn(u64) -> Option<Value>) -> Outcome {
        id.parse().ok().and_then(ask).map(|job| Answer::json(&job)).ok_or_else(missing)
    }

    /// The page of a paper: one for all, filled in by its script.
    fn page(&self, name: &str) -> Outcome {
        let paper = name.strip_suffix(".html").and_then(|slug| self.papers.get(slug)).ok_or_else(missing)?;
        Ok(Answer::of(media("html"), include_str!("../page/page.html").replace("{{slug}}", &paper.slug)))
    }

    /// What a page needs to know of its paper.
    fn about(&self, paper: &Paper) -> Outcome {
        let parameters = self.papers.parameters(paper).map_err(|why| Answer::refusal(503, why))?;
        let runs = self.history.list(&paper.slug).into_iter();
        let runs: Vec<Value> =
            runs.map(|(number, record)| json!({ "name": number.to_string(), "record": record })).collect();
        Ok(Answer::json(&json!({
            "slug": paper.slug, "about": paper.about, "parameters": parameters, "runs": runs,
            "running": self.jobs.running(&paper.slug),
        })))
    }

    /// The folder of a run's outputs, with its record; what is committed has none.
    fn place(&self, paper: &Paper, name: &str) -> Result<(Option<Record>, PathBuf), Answer> {
        if name == COMMITTED {
            return Ok((None, self.papers.committed(paper)));
        }
        let (record, folder) = self.history.find(&paper.slug, name).ok_or_else(missing)?;
        Ok((Some(record), folder))
    }

    /// Claims and caption of a run, and how to do it again.
    fn run(&self, paper: &Paper, name: &str) -> Outcome {
        let (record, folder) = self.place(paper, name)?;
        let text = fs::read_to_string(folder.join("claims.yaml")).map_err(|_| gone(paper, name))?;
        let claims: Value = serde_yaml::from_str(&text).map_err(|_| gone(paper, name))?;
        let set = record.as_ref().map(|record| record.set.clone()).unwrap_or_default();
        let asked = Asked { slug: paper.slug.clone(), preview: name == PREVIEW, set };
        let files: Vec<&str> = FILES.into_iter().filter(|file| folder.join(file).is_file()).collect();
        Ok(Answer::json(&json!({
            "name": name, "record": record, "command": command_line(&asked), "files": files,
            "caption": claims["caption"], "judged": claims["judged"], "claims": claims["claims"],
        })))
    }

    fn file_of_run(&self, paper: &Paper, name: &str, file: &str) -> Outcome {
        let file = FILES.into_iter().find(|known| *known == file).ok_or_else(missing)?;
        let (_, folder) = self.place(paper, name)?;
        let contents = fs::read(folder.join(file)).map_err(|_| gone(paper, name))?;
        Ok(Answer::of(media(file), contents))
    }

    /// A file of the gallery or of a paper; pages of the gallery lead to the explorer's.
    fn file(&self, path: &str, parts: &[&str]) -> Outcome {
        let contents = self.papers.file(path).ok_or_else(missing)?;
        let way = match *parts {
            ["figures", "index.html"] => {
                Some("This is the explorer: open a paper to change its parameters.".to_string())
            }
            ["figures", "pages", page] => {
                let slug = page.strip_suffix(".html").filter(|slug| self.papers.get(slug).is_some());
                slug.map(|slug| format!("<a href=\"../../explore/{slug}.html\">Change its parameters</a>"))
            }
            _ => None,
        };
        Ok(Answer::of(media(path), way.map_or(contents.clone(), |way| with_way(&contents, &way))))
    }
}

/// A page with a line at the end of its header.
fn with_way(page: &[u8], way: &str) -> Vec<u8> {
    let page = String::from_utf8_lossy(page);
    page.replacen("</header>", &format!("<p class=\"facts\" id=\"explore\">{way}</p>\n</header>"), 1).into_bytes()
}

fn missing() -> Answer {
    Answer::refusal(404, "there is nothing under this address")
}

fn gone(paper: &Paper, name: &str) -> Answer {
    Answer::refusal(404, format!("the outputs of {} ({name}) are not there any more, or damaged", paper.slug))
}

fn read_body(request: &mut Request<Body>) -> Result<Wanted, Answer> {
    let json = |value: &header::HeaderValue| value.as_bytes().starts_with(b"application/json");
    // Pages elsewhere cannot send this type without asking first, which is not answered.
    if !request.headers().get(header::CONTENT_TYPE).is_some_and(json) {
        return Err(Answer::refusal(415, "expected application/json"));
    }
    let too_long = || Answer::refusal(413, format!("a request holds at most {LONGEST_BODY} bytes"));
    let body = request.body_mut();
    if body.len().is_some_and(|length| length > LONGEST_BODY) {
        return Err(too_long());
    }
    let mut text = Vec::new();
    let read = body.take(LONGEST_BODY + 1).read_to_end(&mut text);
    read.map_err(|error| Answer::refusal(400, format!("the request cannot be read: {error}")))?;
    if text.len() as u64 > LONGEST_BODY {
        return Err(too_long());
    }
    serde_json::from_slice(&text)
        .map_err(|error| Answer::refusal(400, format!("expected {{\"set\": {{\"key\": \"value\"}}}}: {error}")))
}
