//! Cells and lines of tables that people open with a spreadsheet (RFC 4180).

/// A cell, in quotes. One that a spreadsheet would take for a formula gets an apostrophe before it
/// (CWE-1236), which keeps it a text.
pub fn cell(text: &str) -> String {
    // One that has an apostrophe there already gets another, so that it is read back as it was.
    let bare = text.trim_start_matches('\'');
    let guard = match bare.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => "'",
        false => "",
    };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// A line of cells.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_ends_early() {
        for (text, expected) in [
            ("", "\"\""),
            ("ann", "\"ann\""),
            ("a,b\nc", "\"a,b\nc\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(1)", "\"'@SUM(1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("a=1", "\"a=1\""),
            ("'=1", "\"''=1\""),
            ("'a", "\"'a\""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
