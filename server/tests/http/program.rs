//! The program itself: its flags, its messages, its sockets, its end.

use std::{
    env,
    fs::File,
    io::{BufRead, BufReader, Read, Write, pipe},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use crate::harness::{PROGRAM, in_project};

fn silhouette(folder: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(folder).env_remove("RUST_LOG");
    command
}

/// A server that runs until it is dropped.
struct Server {
    child: Child,
    addr: String,
}

impl Server {
    fn start(folder: &Path) -> Server {
        Server::start_with(folder, &[])
    }

    fn start_with(folder: &Path, flags: &[&str]) -> Server {
        Server::start_at(folder, &[&["--addr", "127.0.0.1:0"], flags].concat())
    }

    /// Starts it at the address that the flags name.
    fn start_at(folder: &Path, flags: &[&str]) -> Server {
        let mut child = silhouette(folder)
            .args(["serve", "--database", "data/test.db"])
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let addr = line
            .trim()
            .strip_prefix("Silhouette listens on http://")
            .unwrap_or_else(|| panic!("{line:?}"));
        Server {
            addr: addr.to_owned(),
            child,
        }
    }

    fn get(&self, path: &str) -> String {
        let mut socket = TcpStream::connect(&self.addr).unwrap();
        write!(
            socket,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.addr
        )
        .unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer
    }

    fn terminate(&self) {
        terminate(&self.child);
    }
}

fn terminate(child: &Child) {
    signal(child, "-TERM");
}

fn signal(child: &Child, signal: &str) {
    let killed = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command that has to fail, and gives what it says.
fn failing(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

#[test]
fn it_tells_the_address_it_got_and_serves_there() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    assert!(server.addr.starts_with("127.0.0.1:") && !server.addr.ends_with(":0"));
    assert!(server.get("/").starts_with("HTTP/1.1 200 OK"));
    assert!(folder.path().join("data/test.db").exists());
}

#[test]
fn told_to_end_it_finishes_what_runs_and_exits() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path());
    // A request whose body is still on its way.
    let mut socket = TcpStream::connect(&server.addr).unwrap();
    write!(socket, "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nusern", server.addr).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    server.terminate();
    std::thread::sleep(Duration::from_millis(200));
    assert!(
        TcpStream::connect(&server.addr).is_err(),
        "nobody new is let in"
    );
    socket.write_all(b"ame=a").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    assert!(server.child.wait().unwrap().success());
    assert!(
        !folder.path().join("data/test.db-wal").exists(),
        "the log is folded into the one file"
    );
}

/// The sign-up form, once it has these words.
fn until_sign_up_says(server: &Server, words: &str) {
    for _ in 0..100 {
        if server.get("/signup").contains(words) {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("sign-up does not ask for {words}");
}

const ASKS: &str = "[[group]]\nkey = \"g\"\nlabel = \"G\"\n[[field]]\nkey = \"f\"\ngroup = \"g\"\ntype = \"number\"\nlabel = \"Shoe size\"\nsign_up = true\n";

#[test]
fn a_schema_that_a_command_applies_is_taken_up_by_the_running_program() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    std::fs::write(folder.path().join("new.toml"), ASKS).unwrap();
    let apply = silhouette(folder.path())
        .args([
            "schema",
            "apply",
            "new.toml",
            "--yes",
            "--database",
            "data/test.db",
        ])
        .output()
        .unwrap();
    assert!(apply.status.success(), "{apply:?}");
    until_sign_up_says(&server, "Shoe size");
    drop(server);
    // And after a start.
    let server = Server::start(folder.path());
    assert!(server.get("/signup").contains("Shoe size"));
}

#[test]
fn told_to_read_its_schema_again_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.toml");
    std::fs::write(&file, ASKS).unwrap();
    let server = Server::start_with(folder.path(), &["--schema", "own.toml"]);
    until_sign_up_says(&server, "Shoe size");
    std::fs::write(&file, ASKS.replace("Shoe size", "Hat size")).unwrap();
    signal(&server.child, "-HUP");
    until_sign_up_says(&server, "Hat size");
    // A mistake changes nothing, and ends nothing.
    std::fs::write(&file, "[[field]]").unwrap();
    signal(&server.child, "-HUP");
    std::thread::sleep(Duration::from_millis(300));
    assert!(server.get("/signup").contains("Hat size"));
}

#[test]
fn a_page_takes_milliseconds_and_not_a_delayed_acknowledgement() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let mut socket = TcpStream::connect(&server.addr).unwrap();
    // What is measured is the server's sending, not ours.
    socket.set_nodelay(true).unwrap();
    let request = format!("GET /login HTTP/1.1\r\nHost: {}\r\n\r\n", server.addr);
    let mut reader = BufReader::new(socket.try_clone().unwrap());
    let mut times = Vec::new();
    for _ in 0..20 {
        let start = Instant::now();
        socket.write_all(request.as_bytes()).unwrap();
        read_page(&mut reader);
        times.push(start.elapsed());
    }
    times.sort();
    let median = times[times.len() / 2];
    // With Nagle's algorithm all but the first few take 40 ms, however fast the
    // machine: the kernel acknowledges only the beginning of a connection at once.
    println!(
        "the median of {} pages on one connection: {median:?}",
        times.len()
    );
    assert!(median < Duration::from_millis(35), "{times:?}");
}

fn read_page(reader: &mut impl BufRead) {
    let mut length = None;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = Some(value.parse::<usize>().unwrap());
        }
        if line.is_empty() {
            break;
        }
    }
    match length {
        Some(length) => reader.read_exact(&mut vec![0; length]).unwrap(),
        None => read_chunks(reader),
    }
}

fn read_chunks(reader: &mut impl BufRead) {
    loop {
        let mut size = String::new();
        reader.read_line(&mut size).unwrap();
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        reader.read_exact(&mut vec![0; size + 2]).unwrap();
        if size == 0 {
            break;
        }
    }
}

#[test]
fn an_occupied_port_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let said = failing(silhouette(folder.path()).args(["serve", "--addr", &addr]));
    assert!(
        said.contains(&addr) && said.contains("choose another port with --addr"),
        "{said}"
    );
    assert!(!folder.path().join("data").exists(), "nothing was made");
}

#[test]
fn a_folder_that_cannot_be_written_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "in the way").unwrap();
    let said = failing(silhouette(folder.path()).args([
        "serve",
        "--addr",
        "127.0.0.1:0",
        "--database",
        "file/test.db",
    ]));
    assert!(
        said.contains("cannot create the folder file") && said.contains("--database"),
        "{said}"
    );
    let said = failing(silhouette(folder.path()).args([
        "serve",
        "--addr",
        "127.0.0.1:0",
        "--database",
        "/proc/test.db",
    ]));
    assert!(
        said.contains("cannot open the database /proc/test.db") && said.contains("--database"),
        "{said}"
    );
    let said = failing(silhouette(folder.path()).args([
        "serve",
        "--addr",
        "127.0.0.1:0",
        "--database",
        "file",
    ]));
    assert!(said.contains("file"), "{said}");
    assert_eq!(
        std::fs::read_to_string(folder.path().join("file")).unwrap(),
        "in the way"
    );
}

#[test]
fn a_broken_schema_says_where_and_why() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("profile.toml"), "[[group]]\nkey = \"a\"\nlabel = \"A\"\n\n[[field]]\nkey = \"x\"\ngroup = \"b\"\ntype = \"text\"\nlabel = \"X\"\nmax = 5\n").unwrap();
    let said = failing(silhouette(folder.path()).args([
        "serve",
        "--addr",
        "127.0.0.1:0",
        "--schema",
        "profile.toml",
    ]));
    assert!(
        said.contains("profile.toml:7: there is no group \"b\""),
        "{said}"
    );
    let said = failing(silhouette(folder.path()).args([
        "serve",
        "--addr",
        "127.0.0.1:0",
        "--schema",
        "missing.toml",
    ]));
    assert!(
        said.contains("cannot read the schema missing.toml"),
        "{said}"
    );
}

#[test]
fn a_wrong_flag_or_setting_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let said = failing(silhouette(folder.path()).args(["serve", "--port", "80"]));
    assert!(said.contains("--port"), "{said}");
    let said = failing(
        silhouette(folder.path())
            .arg("serve")
            .env("SILHOUETTE_DATABSE", "x"),
    );
    assert!(
        said.contains("SILHOUETTE_DATABSE: unknown setting; did you mean SILHOUETTE_DATABASE?"),
        "{said}"
    );
    std::fs::write(
        folder.path().join("silhouette.toml"),
        "adress = \"127.0.0.1:0\"\n",
    )
    .unwrap();
    let said = failing(silhouette(folder.path()).arg("serve"));
    assert!(
        said.contains("silhouette.toml") && said.contains("adress"),
        "{said}"
    );
}

/// The first line that a server says on standard output, and all that it says on
/// standard error until it has ended.
fn said_at(addr: &str, variables: &[(&str, &str)]) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut child = silhouette(folder.path())
        .args(["serve", "--addr", addr, "--database", "test.db"])
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    // Not killed: nobody waits for the log but who ends.
    terminate(&child);
    let Output { stderr, .. } = child.wait_with_output().unwrap();
    (line, String::from_utf8(stderr).unwrap())
}

/// What a server says on standard error, with these variables.
fn said_at_start(variables: &[(&str, &str)]) -> String {
    said_at("127.0.0.1:0", variables).1
}

#[test]
fn it_says_at_the_start_what_is_switched_off_or_missing() {
    let said = said_at_start(&[("SILHOUETTE_LIMITS", "off")]);
    assert!(said.contains("disabled rate limits: log_in.name"), "{said}");
    assert!(said.contains("no SMTP server is set"), "{said}");
    assert!(!said.contains("trusted_proxies"), "{said}");
    let first = "nobody can manage users yet. To create the first administrator: silhouette user create NAME --role admin --link --database '";
    assert!(said.contains(first), "{said}");
    let said = said_at_start(&[
        ("SILHOUETTE_LIMITS", "save.user=off"),
        ("SILHOUETTE_PUBLIC_URL", "https://example.org"),
        ("SILHOUETTE_SMTP", "smtp://127.0.0.1:9"),
    ]);
    assert!(said.contains("disabled rate limits: save.user\n"), "{said}");
    assert!(said.contains("trusted_proxies is not set"), "{said}");
    assert!(!said.contains("no SMTP"), "{said}");
}

#[test]
fn it_starts_beside_a_service_of_its_own_name_and_with_variables_that_are_empty() {
    let said = said_at_start(&[
        ("SILHOUETTE_PORT", "tcp://10.0.0.1:3000"),
        ("SILHOUETTE_PORT_3000_TCP_PROTO", "tcp"),
        ("SILHOUETTE_SERVICE_HOST", "10.0.0.1"),
        ("SILHOUETTE_SERVICE_PORT_HTTP", "3000"),
        ("SILHOUETTE_SMTP", ""),
        ("SILHOUETTE_TAGLINE", "\"\""),
        ("SILHOUETTE_PUBLIC_URL", "https://example.org\r\n"),
    ]);
    assert!(said.contains("no SMTP server is set"), "{said}");
    assert!(said.contains("trusted_proxies is not set"), "{said}");
}

#[test]
fn an_address_is_a_name_as_well_and_one_for_all_to_reach_is_warned_of() {
    let start =
        |addr: &str, public_url: &str| said_at(addr, &[("SILHOUETTE_PUBLIC_URL", public_url)]);
    let warning = "which other machines can reach";
    let (line, said) = start("localhost:0", "");
    assert!(line.contains("http://127.0.0.1:"), "{line}{said}");
    assert!(!said.contains(warning), "{said}");
    // Every interface, by IPv6 where the machine has it.
    let (line, said) = start(":0", "");
    let every = ["http://[::]:", "http://0.0.0.0:"];
    assert!(every.iter().any(|addr| line.contains(addr)), "{line}{said}");
    assert!(said.contains(warning), "{said}");
    let (_, said) = start(":0", "http://example.org");
    assert!(said.contains(warning), "{said}");
    let (_, said) = start(":0", "HTTPS://Example.org:443/");
    assert!(!said.contains(warning), "{said}");
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = silhouette(folder.path());
    let said = failing(wrong.args(["serve", "--addr", "http://localhost:3000"]));
    assert!(
        said.contains("--addr: ") && said.contains(":3000 for all interfaces"),
        "{said}"
    );
}

#[test]
fn a_command_works_beside_a_setting_of_the_site_that_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    drop(Server::start(folder.path()));
    let mut command = silhouette(folder.path());
    command
        .args(["user", "disable", "maya", "--database", "data/test.db"])
        .env("SILHOUETTE_ADDR", "nowhere at all");
    let said = failing(&mut command);
    assert!(said.contains("there is no user \"maya\""), "{said}");
    let said = failing(command.env("SILHOUETTE_DATABSE", "x"));
    assert!(said.contains("did you mean SILHOUETTE_DATABASE?"), "{said}");
}

#[test]
fn a_secret_in_a_file_is_used_and_one_that_is_wrong_is_told_by_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smtp");
    let named = path.to_str().unwrap();
    std::fs::write(&path, "smtp://127.0.0.1:9\n").unwrap();
    let said = said_at_start(&[("SILHOUETTE_SMTP_FILE", named)]);
    assert!(!said.contains("no SMTP"), "{said}");
    let fails = |variables: &[(&str, &str)]| {
        let mut wrong = silhouette(folder.path());
        failing(wrong.arg("serve").envs(variables.iter().copied()))
    };
    std::fs::write(&path, "smtp://me:a-secret@mail.example.org\n").unwrap();
    let said = fails(&[("SILHOUETTE_SMTP_FILE", named)]);
    assert!(
        said.contains(named) && said.contains("?tls=required"),
        "{said}"
    );
    assert!(!said.contains("a-secret"), "{said}");
    let said = fails(&[("SILHOUETTE_SMTP_FILE", "missing")]);
    assert!(said.contains("missing (SILHOUETTE_SMTP_FILE): "), "{said}");
    let said = fails(&[("SILHOUETTE_SMTP_FILE", named), ("SILHOUETTE_SMTP", "x")]);
    assert!(said.contains("are both set"), "{said}");
    assert!(!folder.path().join("data").exists(), "nothing was made");
}

#[test]
fn a_wrong_mail_server_is_refused_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = silhouette(folder.path());
    wrong
        .args(["serve", "--addr", "127.0.0.1:0", "--database", "test.db"])
        .env("SILHOUETTE_SMTP", "smtp://me:a-secret@mail.example.org");
    let said = failing(&mut wrong);
    assert!(said.contains("smtps://"), "{said}");
    assert!(!said.contains("a-secret"), "{said}");
    let settings = folder.path().join("silhouette.toml");
    for line in [
        "smtp = 'x:a-secret@",
        "smtp = 'a-secret'",
        "smtp = ['a-secret']",
    ] {
        std::fs::write(&settings, line).unwrap();
        let mut wrong = silhouette(folder.path());
        wrong.args(["serve", "--addr", "127.0.0.1:0", "--database", "test.db"]);
        let said = failing(&mut wrong);
        assert!(said.contains("smtp") || said.contains("line 1"), "{said}");
        assert!(!said.contains("a-secret"), "{line}: {said}");
    }
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, commands) in [
        (
            &["completions", "bash"][..],
            &["invitation", "schema", "user", "invite", "approve"][..],
        ),
        (&["man"], &["invitation", "schema", "user"]),
        (&["man", "user"], &["invite", "approve"]),
    ] {
        let output = silhouette(folder.path()).args(arguments).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
        for command in commands {
            assert!(said.contains(command), "{arguments:?}: no {command}");
        }
    }
    // A shell is one of a few; a command is looked for, and not found.
    for (arguments, code, words) in [
        (&["man", "nonsense"][..], 1, "no command \"nonsense\""),
        (&["man", "user", "x"], 1, "no command \"user x\""),
        (&["completions", "nonsense"], 2, "'nonsense'"),
    ] {
        let output = silhouette(folder.path()).args(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(words), "{said}");
        assert_eq!(output.stdout, b"", "{arguments:?}");
    }
}

#[test]
fn output_that_cannot_be_written_is_a_failure_but_a_reader_who_has_enough_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let schema = in_project("profile.toml");
    let schema = ["schema", "print", "--schema", schema.to_str().unwrap()];
    for arguments in [&["man"][..], &["completions", "bash"], &schema] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = silhouette(folder.path());
        let output = command.args(arguments).stdout(full).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("the output is incomplete"), "{said}");
    }
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let mut command = silhouette(folder.path());
    let output = command.arg("man").stdout(writer).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(output.stderr, b"");
}

/// pyotp as the app, and soft-webauthn with python-fido2 as the key, without a browser.
#[test]
fn programs_of_others_show_a_second_factor() {
    let Ok(python) = env::var("TEST_PYTHON") else {
        println!("skipped: TEST_PYTHON names no Python; ./setup python installs one");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    // Passkeys belong to a name, and the name has a port.
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let (addr, site) = (
        format!("127.0.0.1:{port}"),
        format!("http://localhost:{port}"),
    );
    let flags = ["--addr", &addr, "--public-url", &site];
    let _server = Server::start_at(folder.path(), &flags);
    let script = in_project("server/tests/second/client.py");
    let met = Command::new(python)
        .arg(script)
        .arg(&site)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&met.stderr);
    assert!(met.status.success(), "{said}");
}
