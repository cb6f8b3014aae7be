//! The program as a network meets it: heads that are no HTTP, connections that do nothing, and
//! a log that nobody takes.

use socket2::{Domain, SockAddr, Socket, Type};
use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, ChildStderr, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::harness::PROGRAM;

/// The program, until it is dropped.
struct Program {
    child: Child,
    addr: SocketAddr,
}

impl Program {
    /// With these flags, this standard error, and as many open files as it may have.
    fn start(folder: &Path, flags: &[&str], stderr: Stdio, files: u32) -> Program {
        let limited = format!("ulimit -n {files}; exec \"$0\" \"$@\"");
        let mut child = Command::new("sh")
            .args(["-c", &limited, PROGRAM, "serve"])
            .args(["--addr", "127.0.0.1:0", "--database", "test.db"])
            .args(flags)
            .current_dir(folder)
            .env("RUST_LOG", "trace,sqlx=info")
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let addr = line.trim().strip_prefix("Silhouette listens on http://");
        let addr = addr.unwrap_or_else(|| panic!("{line:?}")).parse().unwrap();
        Program { child, addr }
    }

    /// With a log that nobody looks at.
    fn quiet(folder: &Path, flags: &[&str], files: u32) -> Program {
        Program::start(folder, flags, Stdio::null(), files)
    }

    /// A connection from that address of this machine.
    fn connect(&self, from: &str) -> TcpStream {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let from: SocketAddr = format!("{from}:0").parse().unwrap();
        socket.bind(&SockAddr::from(from)).unwrap();
        socket.connect(&SockAddr::from(self.addr)).unwrap();
        let socket = TcpStream::from(socket);
        let time = Some(Duration::from_secs(10));
        socket.set_read_timeout(time).unwrap();
        socket
    }

    /// All that is answered to these bytes.
    fn ask(&self, from: &str, bytes: &str) -> String {
        let mut socket = self.connect(from);
        let mut answer = String::new();
        let sent = socket.write_all(bytes.as_bytes());
        let read = socket.read_to_string(&mut answer);
        match (sent, read) {
            (Ok(()), Ok(_)) => answer,
            // It was closed before all had been sent.
            (sent, read) => format!("{answer}{sent:?}{read:?}"),
        }
    }

    fn get(&self, from: &str, path: &str) -> String {
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        self.ask(from, &head)
    }

    #[track_caller]
    fn answers(&self, from: &str) {
        let answer = self.get(from, "/login");
        assert!(answer.starts_with("HTTP/1.1 200"), "{from}: {answer}");
    }

    fn terminate(mut self) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.unwrap().success());
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(20) {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return;
            }
            sleep(Duration::from_millis(20));
        }
        panic!("it does not end");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const A: &str = "127.0.0.1";
const B: &str = "127.0.0.2";
const POST: &str = "POST /login HTTP/1.1\r\nHost: localhost\r\n\
    Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n";

/// Whether the other end has closed it, or has answered.
fn is_over(socket: &TcpStream) -> bool {
    socket.set_nonblocking(true).unwrap();
    let peeked = socket.peek(&mut [0]);
    socket.set_nonblocking(false).unwrap();
    !matches!(peeked, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}

#[test]
fn a_log_that_nobody_takes_keeps_no_answer_back() {
    let folder = tempfile::tempdir().unwrap();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let asks = |program: &Program| {
        for _ in 0..20 {
            assert!(program.get(A, "/healthz").ends_with("ok"));
            program.answers(A);
        }
    };
    // Its reader has gone.
    let mut program = Program::start(folder.path(), &[], Stdio::piped(), 1024);
    drop(program.child.stderr.take());
    asks(&program);
    program.terminate();
    // Its disk is full.
    let program = Program::start(folder.path(), &[], full().into(), 1024);
    asks(&program);
    program.terminate();
    // Its reader reads nothing, and there is no room between them.
    let program = Program::start(folder.path(), &[], Stdio::piped(), 1024);
    let long = format!("/{}", "x".repeat(20_000));
    for _ in 0..300 {
        program.get(A, &long);
    }
    asks(&program);
    program.terminate();
}

/// Reads a log to its end.
fn whole(mut log: ChildStderr) -> String {
    let mut text = String::new();
    log.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_line_of_the_log_is_short_and_has_no_link_in_it_at_any_level() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), &[], Stdio::piped(), 1024);
    let log = program.child.stderr.take().unwrap();
    let read = std::thread::spawn(|| whole(log));
    program.get(A, &format!("/{}", "x".repeat(25_000)));
    let method = "M".repeat(20_000);
    program.ask(A, &format!("{method} / HTTP/1.1\r\nHost: x\r\n\r\n"));
    for path in [
        "/verify/T0KEN",
        "/reset/T0KEN?x",
        "/undo/T0KEN",
        "/join/T0KEN",
        "//verify/T0KEN",
        "/verify\\T0KEN",
        "/x/%2e%2e/verify/T0KEN",
        "/VERIFY/T0KEN",
    ] {
        program.get(A, path);
        let post = POST.replace("/login", path);
        program.ask(
            A,
            &post.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\ntoken=abcd"),
        );
    }
    program.terminate();
    let log = read.join().unwrap();
    assert!(log.contains("path=\"/verify/…\""), "{log}");
    assert!(!log.contains("T0KEN"), "{log}");
    let longest = log.lines().map(str::len).max();
    assert!(longest < Some(5000), "{longest:?}");
}

#[test]
fn one_address_shuts_nobody_out_not_even_itself() {
    let folder = tempfile::tempdir().unwrap();
    // 176 connections, 14 of them for one address.
    let program = Program::quiet(folder.path(), &[], 300);
    let idle: Vec<_> = (0..200).map(|_| program.connect(B)).collect();
    program.answers(A);
    sleep(Duration::from_millis(1500));
    let open = idle.iter().filter(|socket| !is_over(socket)).count();
    assert!((1..=14).contains(&open), "{open}");
    // A browser behind it gets the place of one that does nothing.
    program.answers(B);
    program.answers(A);
}

#[test]
fn ten_addresses_shut_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::quiet(folder.path(), &[], 300);
    let held = |n: u32| {
        let from = format!("127.0.0.{}", 2 + n % 10);
        let mut socket = program.connect(&from);
        let begun = [POST, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", ""][n as usize % 3];
        let _ = socket.write_all(begun.as_bytes());
        socket
    };
    let _held: Vec<_> = (0..400).map(held).collect();
    for _ in 0..5 {
        program.answers(A);
        sleep(Duration::from_millis(300));
    }
}

#[test]
fn what_is_beyond_the_share_is_told_to_come_back_and_what_is_answered_is_not_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::quiet(folder.path(), &["--trusted-proxies", "127.0.0.3"], 300);
    let begin = |from: &str| {
        let mut socket = program.connect(from);
        socket.write_all(POST.as_bytes()).unwrap();
        socket
    };
    let mut forms: Vec<_> = (0..14).map(|_| begin(B)).collect();
    sleep(Duration::from_millis(1500));
    let refused = program.get(B, "/login");
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.contains("Retry-After: 2"), "{refused}");
    program.answers(A);
    for form in &mut forms {
        form.write_all(b"username=a").unwrap();
        let mut answer = [0; 12];
        form.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 422");
    }
    // A proxy carries everybody.
    let carried: Vec<_> = (0..40).map(|_| begin("127.0.0.3")).collect();
    sleep(Duration::from_millis(300));
    assert!(carried.iter().all(|socket| !is_over(socket)));
}

#[test]
fn a_head_names_one_host_and_is_not_longer_than_any_browsers() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::quiet(folder.path(), &[], 1024);
    let status = |head: &str| {
        let answer = program.ask(A, head);
        let status = answer.strip_prefix("HTTP/1.").unwrap_or(&answer);
        status.chars().skip(2).take(3).collect::<String>()
    };
    for (hosts, expected) in [
        ("Host: localhost\r\n", "200"),
        ("Host: 127.0.0.1:3000\r\n", "200"),
        ("Host: [::1]\r\n", "200"),
        ("", "400"),
        ("Host:\r\n", "400"),
        ("Host: localhost\r\nHost: localhost\r\n", "400"),
        ("Host: a b/c@d\r\n", "400"),
        ("Host: localhost:99999\r\n", "400"),
    ] {
        for path in ["/login", "/healthz"] {
            let head = format!("GET {path} HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
            assert_eq!(status(&head), expected, "{path} {hosts}");
        }
    }
    // From before there was one.
    assert_eq!(status("GET /login HTTP/1.0\r\n\r\n"), "200");
    // What asks for a whole address means that one.
    for (target, expected) in [("localhost", "200"), ("evil.test", "421")] {
        let host = "Host: localhost\r\nConnection: close";
        let head = format!("GET http://{target}/login HTTP/1.1\r\n{host}\r\n\r\n");
        assert_eq!(status(&head), expected, "{target}");
    }
    for (length, expected) in [(30_000, "200"), (70_000, "431")] {
        let long = "c".repeat(length);
        let head = format!("GET /login HTTP/1.1\r\nHost: localhost\r\nCookie: {long}\r\n");
        let head = format!("{head}Connection: close\r\n\r\n");
        assert_eq!(status(&head), expected, "{length}");
    }
}

#[test]
fn a_line_of_the_log_is_an_object_for_who_asks_for_that() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(PROGRAM);
    command.env("SILHOUETTE_LOG", "json");
    let mut program = crate::faults::Program::start_by(command, folder.path());
    program.send("GET /login HTTP/1.1", "").unwrap();
    program.terminate();
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    let request = lines.iter().find(|line| line["status"] == 200).unwrap();
    assert_eq!(request["span"]["path"], "/login", "{request}");
    assert_eq!(request["span"]["method"], "GET");
    assert_eq!(request["span"]["id"].as_str().map(str::len), Some(36));
    assert_eq!(request["level"], "INFO");
}
