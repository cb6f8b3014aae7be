//! Tables of users, as spreadsheets write CSV (RFC 4180): also with a byte order mark, in UTF-16,
//! with semicolons or tabs, or with a line `sep=;`.

use app::account::types::user_table::TableMistake;
use csv::{ByteRecord, ReaderBuilder};
use std::collections::HashSet;

/// A table with a header row.
#[derive(Debug, PartialEq, Eq)]
pub struct Sheet {
    pub head: Vec<String>,
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the file where the row begins, counted from 1.
    pub line: u64,
    /// The cells, as many as the header row has.
    pub cells: Vec<String>,
}

impl Sheet {
    /// Reads a table.
    ///
    /// # Errors
    /// The [`TableMistake`] that makes it unreadable.
    pub fn read(file: &[u8]) -> Result<Sheet, TableMistake> {
        let text = text(file)?;
        let (delimiter, text, skipped) = delimiter(&text);
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let (mut head, mut rows) = (None, Vec::new());
        let mut record = ByteRecord::new();
        let mut lines = Lines {
            text,
            at: 0,
            line: 1 + skipped,
        };
        loop {
            let line = lines.of(reader.position().byte());
            let more = reader.read_byte_record(&mut record);
            if !more.map_err(|_| TableMistake::Unreadable { line })? {
                break;
            }
            let cells: Vec<String> = record
                .iter()
                .map(|cell| unguarded(&String::from_utf8_lossy(cell)))
                .collect();
            match &head {
                None => head = Some(columns(cells)?),
                // Skip the empty rows of a spreadsheet.
                Some(_) if cells.iter().all(|cell| cell.trim().is_empty()) => {}
                Some(head) if head.len() != cells.len() => {
                    return Err(TableMistake::Cells {
                        line,
                        cells: cells.len(),
                        columns: head.len(),
                    });
                }
                Some(_) => rows.push(Row { line, cells }),
            }
        }
        let head = head.ok_or(TableMistake::Empty)?;
        Ok(Sheet { head, rows })
    }
}

impl Sheet {
    /// Reads a table that was sent as a part of a form and decoded by [`sent`].
    ///
    /// # Errors
    /// The [`TableMistake`] that makes it unreadable.
    pub fn read_sent(text: &str) -> Result<Sheet, TableMistake> {
        match text.find(char::REPLACEMENT_CHARACTER) {
            None => Sheet::read(text.as_bytes()),
            Some(at) => Err(TableMistake::NotUtf8 {
                line: text[..at].matches('\n').count() as u64 + 1,
            }),
        }
    }
}

/// Decodes a table in a form. Undecodable parts become U+FFFD.
pub fn sent(file: Vec<u8>) -> String {
    let text = text(&file).unwrap_or_else(|_| String::from_utf8_lossy(&file).into_owned());
    // A file that is not text may contain U+0000.
    text.replace('\0', "\u{fffd}")
}

/// The line numbers of a text, counted up to where it has been read.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the row that follows an offset, skipping the line break in between.
    fn of(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        let rest = self.text.get(byte..).unwrap_or_default();
        let to = self.text.len() - rest.trim_start_matches(['\r', '\n']).len();
        let passed = self.text.get(self.at..to).unwrap_or_default();
        self.line += passed.matches('\n').count() as u64;
        self.at = self.at.max(to);
        self.line
    }
}

/// Checks the header row, and returns the names of the columns.
fn columns(cells: Vec<String>) -> Result<Vec<String>, TableMistake> {
    let mut seen = HashSet::new();
    let mut head = Vec::new();
    for (number, cell) in cells.into_iter().enumerate() {
        let name = cell.trim();
        if name.is_empty() {
            return Err(TableMistake::NamelessColumn(number + 1));
        }
        if !seen.insert(name.to_lowercase()) {
            return Err(TableMistake::RepeatedColumn(name.to_owned()));
        }
        head.push(name.to_owned());
    }
    Ok(head)
}

/// Removes the apostrophe that keeps a spreadsheet from taking a cell for a formula
/// (`server/src/csv.rs`).
fn unguarded(cell: &str) -> String {
    let bare = cell.strip_prefix('\'');
    let bare = bare.filter(|rest| {
        let text = rest.trim_start_matches('\'');
        text.starts_with(['=', '+', '-', '@', '\t', '\r'])
    });
    bare.unwrap_or(cell).to_owned()
}

/// Decodes a file by its byte order mark; without one, as UTF-8.
fn text(file: &[u8]) -> Result<String, TableMistake> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        String::from_utf16(&units.collect::<Vec<_>>())
            .map_err(|_| TableMistake::NotUtf8 { line: 1 })
    };
    match file {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => utf8(file),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, TableMistake> {
    str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        TableMistake::NotUtf8 { line }
    })
}

/// The delimiter, the table, and the number of lines before it. Excel may name the delimiter in a
/// line of its own; otherwise it is the most frequent one of the first line.
fn delimiter(text: &str) -> (u8, &str, u64) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if let Some(&[sign]) = first.trim_end().strip_prefix("sep=").map(str::as_bytes) {
        return (sign, rest, 1);
    }
    let mut quoted = false;
    let bare: String = first
        .chars()
        .filter(|sign| {
            quoted ^= *sign == '"';
            !quoted
        })
        .collect();
    let count = |sign: &u8| bare.matches(char::from(*sign)).count();
    // On a tie, `max_by_key` returns the last one.
    let signs = [b'\t', b';', b','];
    let most = signs.into_iter().max_by_key(count).unwrap_or(b',');
    (most, text, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(file: &[u8]) -> Result<Vec<Vec<String>>, TableMistake> {
        let sheet = Sheet::read(file)?;
        let rows = sheet.rows.into_iter().map(|row| row.cells);
        Ok([sheet.head].into_iter().chain(rows).collect())
    }

    #[test]
    fn every_spelling_of_a_spreadsheet_is_the_same_table() {
        let expected = [
            ["username", "bio"],
            ["ann", "a, b; c"],
            ["bo", "two\nlines"],
        ];
        let wide = |big: bool| {
            let text = "\u{feff}username\tbio\r\nann\t\"a, b; c\"\r\nbo\t\"two\nlines\"\r\n";
            let units = text.encode_utf16();
            let bytes = units.flat_map(|unit| match big {
                true => unit.to_be_bytes(),
                false => unit.to_le_bytes(),
            });
            bytes.collect::<Vec<u8>>()
        };
        for file in [
            b"username,bio\nann,\"a, b; c\"\nbo,\"two\nlines\"\n".to_vec(),
            b"\xEF\xBB\xBFusername;bio\r\nann;\"a, b; c\"\r\nbo;\"two\nlines\"".to_vec(),
            b"sep=;\r\nusername;bio\r\nann;\"a, b; c\"\r\nbo;\"two\nlines\"\r\n".to_vec(),
            b"\"username\",\"bio\"\r\n\"ann\",\"a, b; c\"\r\n,\r\n\"bo\",\"two\nlines\"\r\n"
                .to_vec(),
            wide(false),
            wide(true),
        ] {
            assert_eq!(cells(&file).unwrap(), expected, "{}", file.escape_ascii());
        }
    }

    #[test]
    fn a_row_knows_its_line_and_an_export_of_ours_loses_its_apostrophes() {
        let sheet = Sheet::read(b"sep=,\r\na,b\r\n\"x\ny\",'+49\r\n\r\n'=1,don't\r\n").unwrap();
        let lines: Vec<_> = sheet.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [3, 6]);
        assert_eq!(sheet.rows[0].cells[1], "+49");
        assert_eq!(sheet.rows[1].cells, ["=1", "don't"]);
    }

    #[test]
    fn a_file_that_is_no_table_says_where() {
        for (file, expected) in [
            (&b""[..], TableMistake::Empty),
            (b"a,b\nM\xFCller,1\n", TableMistake::NotUtf8 { line: 2 }),
            (
                b"a,b\n1,2\n1,2,3\n",
                TableMistake::Cells {
                    line: 3,
                    cells: 3,
                    columns: 2,
                },
            ),
            (b"a,A\n", TableMistake::RepeatedColumn("A".to_owned())),
            (b"a,,b\n", TableMistake::NamelessColumn(2)),
        ] {
            assert_eq!(cells(file), Err(expected), "{}", file.escape_ascii());
        }
    }
}
