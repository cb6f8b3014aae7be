//! Standard input, and results on standard output.

use serde_json::Value;
use std::{
    fmt,
    io::{self, BufRead, ErrorKind, Write},
    sync::OnceLock,
};

use crate::{clock::rfc3339, log};

/// The first error of writing a result. The command continues: what it changes matters more.
static NOT_WRITTEN: OnceLock<io::Error> = OnceLock::new();

/// Writes a result.
pub fn say(text: fmt::Arguments<'_>) {
    note(io::stdout().write_fmt(text));
}

/// Writes a result that is the content of a file.
pub fn say_bytes(bytes: &[u8]) {
    note(io::stdout().write_all(bytes));
}

/// Keeps an error of writing, unless the reader of a pipe has read all that it wants.
fn note(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        let _ = NOT_WRITTEN.set(error);
    }
}

/// Checks, at the end, that all results were written.
///
/// # Errors
/// A message with the first error of writing, for example of a full disk.
pub fn finish() -> Result<(), String> {
    note(io::stdout().flush());
    NOT_WRITTEN.get().map_or(Ok(()), |error| {
        Err(format!(
            "the output is incomplete, because it could not be written: {error}"
        ))
    })
}

/// Writes a result as JSON.
pub fn say_json(value: &Value) {
    say(format_args!("{value:#}\n"));
}

/// Formats a time, in milliseconds since 1970-01-01 UTC, to the minute.
pub fn minutes(ms: i64) -> String {
    let mut text = rfc3339(ms).replace('T', " ");
    text.truncate("2026-11-29 14:30".len());
    text
}

/// A table whose columns are as wide as their longest cells.
pub struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub fn new(head: [&str; N]) -> Table<N> {
        Table {
            rows: vec![head.map(str::to_owned)],
        }
    }

    pub fn row(&mut self, row: [String; N]) {
        self.rows.push(row);
    }

    /// Writes the table; if it has no rows, writes `if_empty` to standard error instead.
    pub fn say(&self, if_empty: &str) {
        if self.rows.len() == 1 {
            log::line(if_empty);
            return;
        }
        let width = |column: usize| {
            let cells = self.rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..N).map(width).collect();
        for row in &self.rows {
            let cells = row.iter().zip(&widths);
            let line: Vec<String> = cells
                .map(|(cell, width)| format!("{cell:<width$}"))
                .collect();
            say(format_args!("{}\n", line.join("  ").trim_end()));
        }
    }
}

/// Reads the first line of standard input, without the line break.
pub fn first_line() -> Result<String, io::Error> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
