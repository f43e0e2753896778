//! An explorer in a process of its own, and plain requests to it.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

/// A running explorer; it ends with the value.
pub struct Served {
    /// The process.
    pub process: Child,
    /// Its port.
    pub port: u16,
    /// The token in its address.
    pub token: String,
}

impl Served {
    /// Starts `program` in the workspace `root`, with its runs in `runs` and the cells of papers in `cells`.
    pub fn start(program: &Path, root: &Path, runs: &Path, cells: &Path) -> Served {
        let mut command = Command::new(program);
        command.current_dir(root).arg("--runs").arg(runs).env("PAPERS_CACHE", cells).stdout(Stdio::piped());
        let mut process = loop {
            match command.spawn() {
                // A copy that was just made may be open for writing in a process that another test starts.
                Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => sleep(Duration::from_millis(20)),
                process => break process.unwrap(),
            }
        };
        let lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.filter_map(|line| Some(line.split_once("http://127.0.0.1:")?.1.to_string())).next();
        let address = address.expect("the explorer prints its address");
        let mut parts = address.split(['/', ' ']);
        let port = parts.next().unwrap().parse().unwrap();
        Served { process, port, token: parts.next().unwrap().to_string() }
    }

    /// Status and body of the answer to these lines and body.
    pub fn send(&self, head: &str, body: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        // What refuses a body may not read it.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        (status, answer.split_once("\r\n\r\n").unwrap_or_default().1.to_string())
    }

    /// The headers of a request of our own pages.
    pub fn own(&self) -> String {
        format!("Host: 127.0.0.1:{0}\r\nOrigin: http://127.0.0.1:{0}\r\nConnection: close\r\n", self.port)
    }

    /// Gets what is behind the token.
    pub fn get(&self, path: &str) -> (u16, String) {
        self.send(&format!("GET /{}/{path} HTTP/1.1\r\n{}\r\n", self.token, self.own()), b"")
    }

    /// What is behind the token, which is JSON.
    pub fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Posts JSON.
    pub fn post(&self, path: &str, body: &str) -> (u16, String) {
        let (token, own, length) = (&self.token, self.own(), body.len());
        let kind = "Content-Type: application/json";
        let head = format!("POST /{token}/{path} HTTP/1.1\r\n{own}{kind}\r\nContent-Length: {length}\r\n\r\n");
        self.send(&head, body.as_bytes())
    }

    /// Asks for a preview or a run; gives the number of the job.
    pub fn ask(&self, path: &str, set: &str) -> u64 {
        let (status, body) = self.post(path, &format!("{{\"set\": {{{set}}}}}"));
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str::<Value>(&body).unwrap()["id"].as_u64().unwrap()
    }

    /// Looks at a job until `done`.
    pub fn follow(&self, id: u64, done: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let job = self.json(&format!("api/jobs/{id}"));
            if done(&job) {
                return job;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "{job}");
            sleep(Duration::from_millis(20));
        }
    }

    /// A job when it is over.
    pub fn over(&self, id: u64) -> Value {
        self.follow(id, |job| job["phase"] != "waiting" && job["phase"] != "running")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
