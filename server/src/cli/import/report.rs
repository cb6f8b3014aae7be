//! The report of an import: what was left out or changed, and why, as a CSV table.

use std::{
    error::Error,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::csv::line;

/// A report that is written when the import is done. It contains personal data, so only its owner
/// can read it.
pub struct Report {
    path: Option<PathBuf>,
    /// Created at the start, so that an unusable path is an error before anything is imported.
    file: Option<File>,
    text: String,
    rows: usize,
}

impl Report {
    /// Creates a report with a header row. Without a path, it is not written.
    ///
    /// # Errors
    /// If the file already exists, or cannot be created.
    pub fn new<'a>(
        path: Option<&Path>,
        head: impl IntoIterator<Item = &'a str>,
    ) -> Result<Report, Box<dyn Error>> {
        let file = match path {
            None => None,
            Some(path) => {
                let mut options = OpenOptions::new();
                let created = options.write(true).create_new(true).mode(0o600).open(path);
                let shown = path.display();
                Some(created.map_err(|error| match error.kind() {
                    io::ErrorKind::AlreadyExists => {
                        format!("{shown} already exists; choose another file for the report")
                    }
                    _ => format!("cannot write the report {shown}: {error}. Nothing was changed"),
                })?)
            }
        };
        Ok(Report {
            path: path.map(Path::to_owned),
            file,
            text: line(head),
            rows: 0,
        })
    }

    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        self.rows += 1;
        self.text.push_str(&line(cells));
    }

    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Writes the file, and returns its path. A report without rows is deleted instead.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(self) -> Result<Option<String>, Box<dyn Error>> {
        let (Some(path), Some(mut file)) = (self.path, self.file) else {
            return Ok(None);
        };
        let shown = path.display().to_string();
        if self.rows == 0 {
            let _ = fs::remove_file(&path);
            return Ok(None);
        }
        let mut write = || -> io::Result<()> {
            // The byte order mark makes spreadsheets read the file as UTF-8.
            file.write_all("\u{feff}".as_bytes())?;
            file.write_all(self.text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|error| format!("cannot write the report {shown}: {error}"))?;
        Ok(Some(shown))
    }
}
