//! What the program is packed in: what systemd is told, how far its unit confines the program,
//! and the root of a container.

use std::{
    net::TcpListener,
    os::unix::net::UnixDatagram,
    process::{Command, Output, Stdio},
    time::Duration,
};

use crate::{
    faults::Program,
    harness::{PROGRAM, in_project},
};

/// Runs a command; `None`, and a line that says so, where this machine has no such program.
fn run(command: &mut Command) -> Option<Output> {
    match command.output() {
        Ok(output) => Some(output),
        Err(error) => {
            println!("skipped: {:?}: {error}", command.get_program());
            None
        }
    }
}

fn said(output: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

#[tokio::test]
async fn systemd_is_told_when_the_site_is_ready_that_it_lives_and_when_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let systemd = UnixDatagram::bind(&path).unwrap();
    systemd
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let next = || {
        let mut bytes = [0; 256];
        let length = systemd.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..length]).trim().to_owned()
    };
    let mut command = Command::new(PROGRAM);
    command
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "300000");
    let mut program = Program::start_by(command, folder.path());
    let mut heard = vec![next(), next(), next()];
    heard.sort();
    assert_eq!(heard, ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]);
    program.terminate();
    let last = std::iter::repeat_with(next).find(|word| word != "WATCHDOG=1");
    assert_eq!(last.as_deref(), Some("STOPPING=1"));
}

#[test]
fn the_unit_confines_the_program_as_far_as_it_can() {
    let unit = in_project("packaging/silhouette.service");
    let mut rate = Command::new("systemd-analyze");
    rate.args(["security", "--no-pager", "--offline=true", "--threshold=20"])
        .arg(&unit);
    let Some(rated) = run(&mut rate) else { return };
    let text = said(&rated);
    if text.contains("Unknown option") || text.contains("unrecognized option") {
        println!("skipped: this systemd rates no file");
        return;
    }
    assert!(rated.status.success(), "{text}");
    assert!(text.contains("OK"), "{text}");
}

#[tokio::test]
async fn a_container_has_all_that_the_program_needs_and_no_more() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    drop(free);
    let id = run(Command::new("id").arg("-u")).unwrap();
    let may = Command::new("unshare")
        .args(["--mount", "--pid", "--fork", "true"])
        .stderr(Stdio::null())
        .status();
    if said(&id).trim() != "0" || !may.is_ok_and(|status| status.success()) {
        println!("skipped: only root lays out a container, where namespaces are allowed");
        return;
    }
    let mut tried = Command::new(in_project("packaging/container/try.sh"));
    tried.arg(PROGRAM).env("PORT", port);
    let tried = run(&mut tried).unwrap();
    let text = said(&tried);
    assert!(tried.status.success(), "{text}");
    assert!(text.contains("exited cleanly"), "{text}");
}

#[tokio::test]
async fn a_health_check_says_whether_the_site_here_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let check = |addr: &str| {
        let mut check = Command::new(PROGRAM);
        check
            .current_dir(&folder)
            .args(["healthcheck", "--addr", addr]);
        run(&mut check).unwrap()
    };
    let well = check(program.addr());
    assert!(well.status.success(), "{}", said(&well));
    assert!(said(&well).contains("is ready"));
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = silent.local_addr().unwrap().to_string();
    drop(silent);
    let ill = check(&addr);
    assert_eq!(ill.status.code(), Some(1));
    assert!(said(&ill).contains("no site answers"), "{}", said(&ill));
}
