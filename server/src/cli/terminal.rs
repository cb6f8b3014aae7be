//! Standard input, and results on standard output. One that is closed is ignored: nobody reads it
//! any more.

use serde_json::Value;
use std::{
    fmt,
    io::{self, BufRead, Write},
};

use crate::{clock::rfc3339, log};

/// Writes a result.
pub fn say(text: fmt::Arguments<'_>) {
    let _ = io::stdout().write_fmt(text);
}

/// Writes a result that is a file.
pub fn say_bytes(bytes: &[u8]) {
    let _ = io::stdout().write_all(bytes);
}

/// Writes a result as JSON.
pub fn say_json(value: &Value) {
    say(format_args!("{value:#}\n"));
}

/// A time in milliseconds since 1970-01-01 UTC, to the minute.
pub fn minutes(ms: i64) -> String {
    let mut text = rfc3339(ms).replace('T', " ");
    text.truncate("2026-11-29 14:30".len());
    text
}

/// A table whose columns are as wide as what is in them.
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

    /// Writes the table; or, if it has no rows, says so on standard error.
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

/// The first line of standard input.
pub fn first_line() -> Result<String, io::Error> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
