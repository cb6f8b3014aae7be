//! The log: lines on standard error. Writing a line never blocks a request, and never panics.
//!
//! A dedicated thread writes the lines. A line that cannot be written, or that finds the queue
//! full because standard error is not read, is dropped and counted. `tracing-appender` has such
//! a writer, but it does not limit the length of a line, and if its queue is full when the
//! program ends, it calls `println!`, which blocks or panics.

use serde_json::json;
use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::{self, IsTerminal, Write},
    panic,
    str::FromStr,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};
use tracing_subscriber::{
    EnvFilter,
    filter::filter_fn,
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// The capacity of the queue, in lines.
const LINES: usize = 2048;
/// The maximum length of a line in bytes; longer lines are cut.
const MAX_LINE: usize = 4 * 1024;
/// Time limit for writing the queue when the program ends.
const TIME_TO_END: Duration = Duration::from_secs(1);

static QUEUE: OnceLock<SyncSender<Entry>> = OnceLock::new();
static LOST: AtomicU64 = AtomicU64::new(0);

enum Entry {
    Line(Vec<u8>),
    /// Answered once every line before it has been written or dropped.
    End(SyncSender<()>),
}

/// The format of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Text, for people.
    #[default]
    Text,
    /// One JSON object per line, for programs.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<LogFormat, String> {
        match text.to_ascii_lowercase().as_str() {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err("must be text or json".to_owned()),
        }
    }
}

/// Starts the log at `level`, with the directives `quiet` for verbose targets, unless
/// `RUST_LOG` is set.
pub fn start(level: &str, quiet: &str, format: LogFormat) {
    let (queue, entries) = sync_channel(LINES);
    let writer = thread::Builder::new().name("log".to_owned());
    if writer.spawn(move || write_all(&entries)).is_ok() {
        let _ = QUEUE.set(queue);
    }
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new(format!("{level},{quiet}")));
    // This target logs whole paths, including the tokens of emailed links: off, regardless of
    // RUST_LOG.
    let no_paths = filter_fn(|about| !about.target().starts_with("tower_http::csrf"));
    let (mut text, mut json) = (None, None);
    match format {
        LogFormat::Text => {
            let lines = fmt::layer()
                .with_writer(Lines(cut))
                .with_ansi(io::stderr().is_terminal());
            text = Some(lines.log_internal_errors(false));
        }
        LogFormat::Json => {
            let lines = fmt::layer()
                .json()
                .flatten_event(true)
                .with_span_list(false);
            json = Some(
                lines
                    .with_writer(Lines(cut_object))
                    .log_internal_errors(false),
            );
        }
    }
    tracing_subscriber::registry()
        .with(filter)
        .with(no_paths)
        .with(text)
        .with(json)
        .init();
    panic::set_hook(Box::new(note_panic));
}

/// Writes a line without a time or a level.
pub fn line(text: &str) {
    let mut line = cut(text.as_bytes());
    if line.last() != Some(&b'\n') {
        line.push(b'\n');
    }
    put(line);
}

/// Waits up to [`TIME_TO_END`] for the queue to be written, before the program ends.
pub fn end() {
    let Some(queue) = QUEUE.get() else {
        return;
    };
    let until = Instant::now() + TIME_TO_END;
    let (done, wait) = sync_channel(1);
    let mut end = Entry::End(done);
    while let Err(TrySendError::Full(entry)) = queue.try_send(end) {
        if Instant::now() >= until {
            return;
        }
        end = entry;
        thread::sleep(Duration::from_millis(10));
    }
    let _ = wait.recv_timeout(until.saturating_duration_since(Instant::now()));
}

fn put(line: Vec<u8>) {
    match QUEUE.get() {
        None => {
            let _ = io::stderr().write_all(&line);
        }
        Some(queue) => {
            if queue.try_send(Entry::Line(line)).is_err() {
                LOST.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

fn write_all(entries: &Receiver<Entry>) {
    for entry in entries {
        match entry {
            Entry::Line(line) => match io::stderr().write_all(&line) {
                Err(_) => {
                    LOST.fetch_add(1, Ordering::Relaxed);
                }
                Ok(()) => {
                    let lost = LOST.swap(0, Ordering::Relaxed);
                    if lost > 0 {
                        tracing::warn!(lost, "lines of the log were lost before this one");
                    }
                }
            },
            Entry::End(done) => {
                let _ = done.try_send(());
            }
        }
    }
}

/// Cuts a line to at most [`MAX_LINE`] bytes.
fn cut(line: &[u8]) -> Vec<u8> {
    if line.len() <= MAX_LINE {
        return line.to_owned();
    }
    let kept = String::from_utf8_lossy(&line[..MAX_LINE]);
    // The cut may split a character.
    let kept = kept.trim_end_matches('\u{fffd}');
    format!("{kept}…\n").into_bytes()
}

/// Cuts a line that is a JSON object: if it is too long, its beginning is kept as a string.
fn cut_object(line: &[u8]) -> Vec<u8> {
    if line.len() <= MAX_LINE {
        return line.to_owned();
    }
    // Escaping at most doubles the length.
    let kept = String::from_utf8_lossy(&line[..MAX_LINE / 2]);
    let kept = kept.trim_end_matches('\u{fffd}');
    let object =
        json!({ "level": "WARN", "message": "a line of the log was too long", "line": kept });
    format!("{object}\n").into_bytes()
}

/// Logs a panic. The hook of the standard library writes to standard error directly, which
/// may block.
fn note_panic(panic: &panic::PanicHookInfo<'_>) {
    let at = panic.location().map(ToString::to_string);
    let why = panic.payload_as_str().unwrap_or("without a message");
    tracing::error!(at = at.unwrap_or_default(), "panicked: {why}");
    let trace = Backtrace::capture();
    if trace.status() == BacktraceStatus::Captured {
        trace.to_string().lines().for_each(line);
    }
    if thread::current().name() == Some("main") {
        end();
    }
}

/// The writer for `tracing`, which writes one line per call, cut to the maximum length.
#[derive(Clone, Copy)]
struct Lines(fn(&[u8]) -> Vec<u8>);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Lines;

    fn make_writer(&'a self) -> Lines {
        *self
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        put((self.0)(line));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_whatever_length_is_a_short_one() {
        assert_eq!(cut(b"short\n"), b"short\n");
        for letter in ["a", "ä", "€", "😀"] {
            let long = cut(letter.repeat(60_000).as_bytes());
            assert!(long.len() <= MAX_LINE + 4, "{letter}: {}", long.len());
            let text = String::from_utf8(long).unwrap();
            let kept = text.strip_suffix("…\n").unwrap();
            assert!(kept.ends_with(letter) && !kept.contains('\u{fffd}'));
        }
    }

    #[test]
    fn an_object_of_whatever_length_is_a_short_one_that_can_be_read() {
        let long = json!({ "message": "\u{1}\"ä".repeat(60_000) }).to_string();
        let short = cut_object(long.as_bytes());
        assert!(short.len() <= 2 * MAX_LINE, "{}", short.len());
        let read: serde_json::Value = serde_json::from_slice(&short).unwrap();
        assert!(read["line"].as_str().unwrap().starts_with("{\"message\":"));
        assert_eq!(cut_object(b"{}\n"), b"{}\n");
    }
}
