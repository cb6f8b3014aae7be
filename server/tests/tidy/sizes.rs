//! How long a file is, without what is read as a table and not as code.

use crate::Source;

/// Lines of a file outside of `#[cfg(test)]` modules.
///
/// rustfmt sets the closing brace of an item below the beginning of its first line, which is
/// what this goes by.
pub fn code_lines(source: &Source) -> usize {
    let mut count = 0;
    let mut lines = source.text.lines();
    while let Some(line) = lines.next() {
        let indent = &line[..line.len() - line.trim_start().len()];
        if line.trim_start() != "#[cfg(test)]" {
            count += 1;
            continue;
        }
        let first = lines
            .by_ref()
            .find(|line| !line.trim_start().starts_with("#["));
        if first.is_some_and(|first| first.trim_end().ends_with('{')) {
            let close = format!("{indent}}}");
            lines.by_ref().find(|line| *line == close);
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_test_modules_do_not_count_and_those_around_them_do() {
        let lines = |text: &str| {
            code_lines(&Source {
                path: String::new(),
                text: text.to_owned(),
            })
        };
        assert_eq!(lines("//! A.\n\nfn f() {\n}\n"), 4);
        let tests = "#[cfg(test)]\nmod tests {\n    fn g() {\n    }\n}\n";
        assert_eq!(lines(&format!("fn f() {{}}\n\n{tests}")), 2);
        assert_eq!(lines(&format!("{tests}fn f() {{}}\n")), 1);
        assert_eq!(
            lines("#[cfg(test)]\npub(crate) mod fixture;\nfn f() {}\n"),
            1
        );
        assert_eq!(
            lines("mod a {\n    #[cfg(test)]\n    fn f() {\n    }\n}\n"),
            2
        );
    }
}
