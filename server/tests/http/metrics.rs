//! `--metrics-addr`: figures for who watches a site, as Prometheus' own client reads them, and
//! the dashboard and the alerts that are made of them.

use std::{
    collections::BTreeSet,
    env, fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    faults::Program,
    harness::{PASSWORD, PROGRAM, in_project},
};

/// Asks the listener of the figures; returns head and body.
fn ask(addr: &str, path: &str) -> (String, String) {
    let mut socket = TcpStream::connect(addr).unwrap();
    write!(
        socket,
        "GET {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// A program that is watched, at the address that is returned.
fn watched(folder: &Path) -> (Program, String) {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = free.local_addr().unwrap().to_string();
    drop(free);
    let mut command = Command::new(PROGRAM);
    command.env("SILHOUETTE_METRICS_ADDR", &addr);
    (Program::start_by(command, folder), addr)
}

#[tokio::test]
async fn who_watches_a_site_reads_what_happens_and_of_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (program, addr) = watched(folder.path());
    let password = PASSWORD.replace(' ', "+");
    let form = format!("username=maya-lindqvist&password={password}");
    let post = |path: &str, body: &str| {
        program
            .send(&format!("POST {path} HTTP/1.1"), body)
            .unwrap()
    };
    post("/signup", &form);
    post("/login", &form);
    post("/login", "username=maya-lindqvist&password=wrong+password");
    for path in [
        "/u/maya-lindqvist",
        "/u/maya-lindqvist",
        "/no/such/page",
        "/healthz",
    ] {
        program.send(&format!("GET {path} HTTP/1.1"), "").unwrap();
    }
    let (head, text) = ask(&addr, "/metrics");
    let kind = "content-type: application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert!(head.contains(kind), "{head}");
    for line in [
        "silhouette_http_requests_total{method=\"POST\",route=\"/signup\",status=\"303\"} 1",
        "silhouette_http_requests_total{method=\"GET\",route=\"/u/{username}\",status=\"200\"} 2",
        "silhouette_http_requests_total{method=\"GET\",route=\"other\",status=\"404\"} 1",
        "silhouette_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
        "silhouette_http_request_duration_seconds_count{route=\"/u/{username}\"} 2",
        "silhouette_logins_total{result=\"right\"} 1",
        "silhouette_logins_total{result=\"wrong\"} 1",
        "silhouette_sign_ups_total 1",
        "silhouette_pictures_total 0",
        "silhouette_users 1",
        "silhouette_sessions 2",
        "silhouette_mails{state=\"waiting\"} 0",
        "silhouette_password_hashes_waiting{hash=\"imported\"} 0",
        "silhouette_imported_passwords 0",
        "silhouette_writes_waiting 0",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    assert!(text.contains("silhouette_build_info{version=\""));
    assert!(text.ends_with("# EOF\n"));
    assert!(!text.contains("maya"), "{text}");
    // The site itself tells nobody, and the listener tells nothing else.
    let answer = program.send("GET /metrics HTTP/1.1", "").unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(ask(&addr, "/login").0.starts_with("HTTP/1.1 404"));

    let names = names_in(&text);
    for file in ["alerts.yml", "dashboard.json"] {
        let path = in_project("packaging/monitoring");
        let file = fs::read_to_string(path.join(file)).unwrap();
        let unknown: Vec<_> = names_in(&file).difference(&names).cloned().collect();
        assert_eq!(unknown, Vec::<String>::new());
    }
    reads(&text);
}

/// Names of figures in a text.
fn names_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let names = words.filter(|word| word.starts_with("silhouette_"));
    names.map(str::to_owned).collect()
}

/// Has Prometheus' own client for Python read the figures, which is strict.
fn reads(text: &str) {
    let Ok(python) = env::var("TEST_PYTHON") else {
        println!("skipped: TEST_PYTHON names no Python; ./setup python installs one");
        return;
    };
    let read = "import sys; from prometheus_client.openmetrics.parser import text_string_to_metric_families as read; \
                families = list(read(sys.stdin.read())); print(len(families))";
    let mut child = Command::new(python)
        .args(["-c", read])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{text}");
    let families: usize = String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .unwrap();
    assert!(families > 14, "{families}");
}

#[tokio::test]
async fn a_place_for_figures_that_is_taken_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let output = Command::new(PROGRAM)
        .args(["serve", "--addr", "127.0.0.1:0", "--metrics-addr", &addr])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&format!("cannot listen on {addr}")), "{said}");
    assert!(said.contains("with --metrics-addr"), "{said}");
}
