//! Cells and lines of CSV files (RFC 4180) that people open with a spreadsheet program.

/// A cell, in quotes. Text that a spreadsheet program would take for a formula is prefixed with
/// an apostrophe, so that it stays text (CWE-1236).
pub fn cell(text: &str) -> String {
    // Text that already has this apostrophe gets another, so that it is read back unchanged.
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
