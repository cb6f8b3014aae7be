//! Marks, which show which log belongs to which database file.
//!
//! SQLite replays a log (`-wal`) over any file that it lies next to, and cannot tell whether it was
//! written for that file. Copying a backup over the database after a crash would therefore bring
//! back the previous state, or a mix of the two.
//!
//! So the file carries a **mark**, a random number in its header (`user_version`). It changes every
//! ten minutes, and is in the file itself, not only in the log. It is noted next to the file, in
//! the `.lock`, together with `schema_version`, which is different in each copy that SQLite makes.
//! A file with a mark that is not in the note is not the one that the log was written for.
//!
//! The note is written first: it names the current mark and the next one, until the next one is in
//! the file. Whenever the program dies, the file has one of the two. A folder that is copied as a
//! whole includes its note.

use std::io::{self, Read, Seek, SeekFrom};

/// The header of a database file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub mark: i64,
    pub schema: i64,
}

/// The content of the `.lock` file beside a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// The state of the database is unknown.
    Blank,
    /// The database has one of two marks.
    Marked {
        marks: [i64; 2],
        /// `None` during a migration.
        schema: Option<i64>,
    },
    /// A backup is being restored in its place.
    Restoring,
}

/// The size of a note in bytes. It fits into one sector, so a note is written completely or not at
/// all.
pub const NOTE_BYTES: usize = 48;

impl Note {
    pub fn print(self) -> [u8; NOTE_BYTES] {
        let text = match self {
            Note::Blank => String::new(),
            Note::Restoring => "restoring".to_owned(),
            Note::Marked {
                marks: [one, other],
                schema,
            } => format!("marks {one} {other} {}", schema.unwrap_or_default()),
        };
        let mut bytes = [b' '; NOTE_BYTES];
        for (byte, letter) in bytes.iter_mut().zip(text.bytes()) {
            *byte = letter;
        }
        bytes[NOTE_BYTES - 1] = b'\n';
        bytes
    }

    pub fn parse(bytes: &[u8]) -> Note {
        let text = String::from_utf8_lossy(bytes);
        let words: Vec<&str> = text.split_whitespace().collect();
        let number = |word: &str| word.parse::<i64>().ok();
        match words[..] {
            ["restoring"] => Note::Restoring,
            ["marks", one, other, schema] => match (number(one), number(other), number(schema)) {
                (Some(one), Some(other), Some(schema)) => Note::Marked {
                    marks: [one, other],
                    schema: Some(schema).filter(|schema| *schema != 0),
                },
                _ => Note::Blank,
            },
            _ => Note::Blank,
        }
    }
}

/// Returns whether a log can belong to the file with this header, according to the note. `in_log`
/// lists the headers that the log would write: the schema may have been changed by hand since the
/// note.
pub fn belongs(file: Header, note: Note, in_log: &[Header]) -> bool {
    match note {
        Note::Blank | Note::Restoring => true,
        Note::Marked { marks, schema } => {
            in_log.contains(&file)
                || marks.contains(&file.mark) && schema.is_none_or(|schema| schema == file.schema)
        }
    }
}

/// The size in bytes of the header of a log. The next constant is that of the header of a frame,
/// which holds a page (sqlite.org/fileformat2.html#walformat).
const LOG_HEAD: u64 = 32;
const FRAME_HEAD: u64 = 24;

/// Returns whether a log holds a complete frame. A log that is cut off within the first frame holds
/// nothing.
pub fn holds_frames(mut log: impl Read) -> io::Result<bool> {
    let mut head = [0; LOG_HEAD as usize];
    if log.read_exact(&mut head).is_err() {
        return Ok(false);
    }
    let frame_bytes = FRAME_HEAD + page_bytes(&head);
    Ok(io::copy(&mut log.take(frame_bytes), &mut io::sink())? == frame_bytes)
}

/// Returns the headers that a log would write into its database, in order.
pub fn headers_in_log(mut log: impl Read + Seek) -> io::Result<Vec<Header>> {
    let mut head = [0; LOG_HEAD as usize];
    if log.read_exact(&mut head).is_err() {
        return Ok(Vec::new());
    }
    let page_bytes = page_bytes(&head);
    let salts = &head[16..24];
    let mut headers = Vec::new();
    let mut at = LOG_HEAD;
    let mut frame = [0; FRAME_HEAD as usize + 100];
    loop {
        log.seek(SeekFrom::Start(at))?;
        // A frame with another salt is left over from earlier, as is everything after it.
        if log.read_exact(&mut frame).is_err() || frame[8..16] != *salts || page_bytes == 0 {
            return Ok(headers);
        }
        if number(&frame, 0) == 1 {
            let page = &frame[FRAME_HEAD as usize..];
            headers.push(Header {
                schema: i64::from(number(page, 40)),
                mark: i64::from(number(page, 60)),
            });
        }
        at += FRAME_HEAD + page_bytes;
    }
}

fn page_bytes(log_head: &[u8]) -> u64 {
    match number(log_head, 8) {
        1 => 65_536,
        bytes => u64::from(bytes),
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    let mut four = [0; 4];
    four.copy_from_slice(&bytes[at..at + 4]);
    u32::from_be_bytes(four)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_without_a_whole_frame_holds_nothing() {
        let mut log = [0; 32 + 24 + 4096];
        log[10] = 0x10;
        for bytes in [0, 31, 32, 32 + 24, 32 + 24 + 4095, 32 + 24 + 4096] {
            let holds = holds_frames(&log[..bytes]).unwrap();
            assert_eq!(holds, bytes == log.len(), "{bytes} bytes");
        }
    }

    const NOTED: Note = Note::Marked {
        marks: [7, 8],
        schema: Some(40),
    };

    #[test]
    fn a_note_is_read_as_it_was_written() {
        let largest = Note::Marked {
            marks: [i64::from(i32::MAX); 2],
            schema: Some(i64::from(u32::MAX)),
        };
        let updating = Note::Marked {
            marks: [7, 7],
            schema: None,
        };
        for note in [Note::Blank, Note::Restoring, NOTED, largest, updating] {
            assert_eq!(Note::parse(&note.print()), note);
        }
        for nothing in ["", "\n", "marks", "marks 1 2", "marks a b c", "\u{fffd}"] {
            assert_eq!(Note::parse(nothing.as_bytes()), Note::Blank, "{nothing:?}");
        }
    }

    #[test]
    fn a_log_belongs_to_the_file_that_was_noted() {
        let header = |mark, schema| Header { mark, schema };
        let updating = Note::Marked {
            marks: [7, 7],
            schema: None,
        };
        // (file, note, in the log, does it belong)
        for (file, note, in_log, right) in [
            (header(7, 40), NOTED, &[][..], true),
            // The program died between the note and the mark, or after both.
            (header(8, 40), NOTED, &[], true),
            // An earlier backup.
            (header(6, 40), NOTED, &[], false),
            (header(0, 40), NOTED, &[], false),
            // Copies made since the note, by `.backup` and VACUUM INTO.
            (header(8, 1), NOTED, &[header(8, 40)], false),
            (header(8, 41), NOTED, &[header(8, 40)], false),
            // The operator has added a table by hand.
            (header(8, 41), NOTED, &[header(8, 41)], true),
            // A migration was in progress.
            (header(7, 44), updating, &[], true),
            (header(6, 44), updating, &[], false),
            (header(3, 3), Note::Blank, &[], true),
        ] {
            assert_eq!(belongs(file, note, in_log), right, "{file:?} {note:?}");
        }
    }

    #[test]
    fn the_headers_of_a_log_are_found_among_its_frames() {
        let frame = |page: u32, salt: u8, mark: u32, schema: u32| {
            let mut frame = vec![0; 24 + 512];
            frame[..4].copy_from_slice(&page.to_be_bytes());
            frame[8..16].fill(salt);
            frame[24 + 40..24 + 44].copy_from_slice(&schema.to_be_bytes());
            frame[24 + 60..24 + 64].copy_from_slice(&mark.to_be_bytes());
            frame
        };
        let mut log = vec![0; 32];
        log[8..12].copy_from_slice(&512_u32.to_be_bytes());
        log[16..24].fill(5);
        for frame in [
            frame(2, 5, 1, 1),
            frame(1, 5, 7, 40),
            frame(1, 5, 8, 41),
            frame(1, 4, 9, 9),
        ] {
            log.extend(frame);
        }
        let found = headers_in_log(io::Cursor::new(&log)).unwrap();
        let header = |mark, schema| Header { mark, schema };
        assert_eq!(found, [header(7, 40), header(8, 41)]);
        for cut in [0, 31, 32, 40, 100] {
            let found = headers_in_log(io::Cursor::new(&log[..cut])).unwrap();
            assert_eq!(found, [], "{cut}");
        }
    }
}
