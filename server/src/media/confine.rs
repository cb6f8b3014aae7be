//! The confinement of the process that decodes one picture.
//!
//! Decoders are the largest body of code that reads untrusted input. A compromised decoder
//! finds itself in a process that reads its standard input, writes an answer and exits: no
//! files, no network, no other programs. There are two layers:
//!
//! - limits (setrlimit(2)) on memory, time and descriptors, which every Unix has;
//! - a system call filter (seccomp(2)), which Linux has, on the processors that the filter
//!   supports. Where it cannot be installed, pictures are still accepted, and the program
//!   warns at startup.
//!
//! Landlock is left out: it restricts files and ports, which the filter makes unreachable.

use std::io;

use rlimit::Resource;

/// Maximum address space of the process, in bytes. The largest pictures take four fifths of it.
const MAX_MEMORY: u64 = 640 << 20;

/// Maximum CPU time for one picture in seconds, for slow machines.
pub(super) const MAX_SECONDS: u64 = 20;

/// Maximum number of open descriptors: standard input, output and error.
const DESCRIPTORS: u64 = 3;

/// Confines this process permanently, and returns whether the filter is in place. Must be called
/// before a second thread is started, to which the filter would not apply.
///
/// # Errors
/// Those of setrlimit(2).
pub(super) fn confine() -> io::Result<bool> {
    Resource::AS.set(MAX_MEMORY, MAX_MEMORY)?;
    Resource::CPU.set(MAX_SECONDS, MAX_SECONDS)?;
    Resource::NOFILE.set(DESCRIPTORS, DESCRIPTORS)?;
    Resource::FSIZE.set(0, 0)?;
    // A core dump would add nothing useful, and contain a user's picture.
    Resource::CORE.set(0, 0)?;
    Ok(filter_system_calls())
}

/// Permanently allows only the system calls of a computation; all others fail with EPERM.
/// Also sets `PR_SET_NO_NEW_PRIVS`, which Linux requires for a filter.
///
/// Other calls fail rather than kill the process: a C library that starts to use an optional
/// new call would otherwise make every picture fail.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn filter_system_calls() -> bool {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

    let Ok(architecture) = std::env::consts::ARCH.try_into() else {
        return false;
    };
    let Ok(rules) = allowed() else {
        return false;
    };
    let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let filter = SeccompFilter::new(rules, refuse, SeccompAction::Allow, architecture);
    let program = filter.and_then(TryInto::<BpfProgram>::try_into);
    program.is_ok_and(|program| apply_filter(&program).is_ok())
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn filter_system_calls() -> bool {
    false
}

/// The system calls of a process that reads, computes, writes and exits. It may allocate
/// memory, but not executable memory.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn allowed()
-> Result<std::collections::BTreeMap<i64, Vec<seccompiler::SeccompRule>>, seccompiler::BackendError>
{
    use seccompiler::{SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};

    let executable = u64::from(libc::PROT_EXEC.unsigned_abs());
    let not_executable = SeccompRule::new(vec![SeccompCondition::new(
        2,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::MaskedEq(executable),
        0,
    )?])?;
    let plain = [
        // Standard input and output.
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        // Allocators.
        libc::SYS_brk,
        libc::SYS_madvise,
        libc::SYS_mremap,
        libc::SYS_munmap,
        // The standard library: locks, random keys of maps, clocks, its handler of stack
        // overflows.
        libc::SYS_clock_gettime,
        libc::SYS_futex,
        libc::SYS_getrandom,
        libc::SYS_restart_syscall,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sched_yield,
        libc::SYS_sigaltstack,
        // Exit.
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];
    let plain = plain.map(|call| (call, Vec::new()));
    let of_memory = [libc::SYS_mmap, libc::SYS_mprotect];
    let of_memory = of_memory.map(|call| (call, vec![not_executable.clone()]));
    Ok(plain.into_iter().chain(of_memory).collect())
}

#[cfg(all(test, target_os = "linux", target_pointer_width = "64"))]
mod tests {
    #![allow(clippy::unwrap_used)] // A test that unwraps says where it failed.

    use super::*;
    use std::{
        collections::HashMap, env, fmt::Display, fs, io::Write, net, process::Command, thread,
    };

    /// Set in the confined process, which runs this test again.
    const INSIDE: &str = "SILHOUETTE_TEST_INSIDE";

    #[test]
    fn a_picture_that_takes_its_decoder_over_reaches_nothing() {
        if env::var_os(INSIDE).is_some() {
            inside();
            return;
        }
        let here = "media::confine::tests::a_picture_that_takes_its_decoder_over_reaches_nothing";
        let run = Command::new(env::current_exe().unwrap())
            .args(["--exact", here, "--nocapture", "--test-threads=1"])
            .env(INSIDE, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stdout);
        for answer in [
            "filtered: true",
            "works: 1000000",
            "reads a file: false",
            "writes a file: false",
            "connects: false",
            "starts a program: false",
            "starts a thread: false",
        ] {
            assert!(said.contains(answer), "{answer}\n{said}");
        }
    }

    /// Tries everything from inside the confined process, and reports line by line: a panic,
    /// or a lock held by the test runner, would report nothing.
    fn inside() {
        let say = |what: &str, answer: &dyn Display| {
            let _ = writeln!(io::stdout(), "{what}: {answer}");
        };
        let program = env::current_exe().unwrap();
        let file = env::temp_dir().join("silhouette-confined");
        // Only the filter: the test runner has more files open than the limit allows.
        say("filtered", &filter_system_calls());
        let numbers: HashMap<usize, Vec<u8>> = (0..1000).map(|n| (n, vec![1; 1000])).collect();
        let sum: usize = numbers.values().map(Vec::len).sum();
        say("works", &sum);
        say("reads a file", &fs::read(&program).is_ok());
        say("writes a file", &fs::write(file, "x").is_ok());
        let connected = net::TcpStream::connect(("127.0.0.1", 9));
        let refused = connected.map_err(|error| error.kind()).err();
        let connects = refused != Some(io::ErrorKind::PermissionDenied);
        say("connects", &connects);
        say("starts a program", &Command::new(program).spawn().is_ok());
        say(
            "starts a thread",
            &thread::Builder::new().spawn(|| ()).is_ok(),
        );
    }
}
