//! Documents that name code: each name leads somewhere.

use std::{collections::BTreeMap, fs, path::Path};

use crate::Source;

/// The parts of a text between backticks.
fn in_ticks(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Tests that a document may name: Rust test functions and titles of browser tests, by file.
pub struct Tests {
    functions: BTreeMap<String, Vec<String>>,
    titles: BTreeMap<String, Vec<String>>,
}

impl Tests {
    pub fn of(rust: &[Source], browser: &[Source]) -> Tests {
        let by_file = |sources: &[Source], names: fn(&str) -> Vec<String>| {
            let named = |source: &Source| (source.path.clone(), names(&source.text));
            sources.iter().map(named).collect()
        };
        Tests {
            functions: by_file(rust, test_functions),
            titles: by_file(browser, titles),
        }
    }

    /// How many tests a line names, and what is wrong with those names.
    ///
    /// `PATH.rs::function` is a Rust test; a file without a folder is one of
    /// `server/tests/http/`. `end2end/tests/FILE.spec.ts "title"` is a browser test; the
    /// title may also follow the closing backtick.
    pub fn named_by(&self, line: &str, needs_title: bool) -> (usize, Vec<String>) {
        let mut count = 0;
        let mut wrong = Vec::new();
        let parts: Vec<&str> = line.split('`').collect();
        for (at, name) in parts.iter().enumerate().skip(1).step_by(2) {
            if let Some((file, function)) = name.split_once(".rs::") {
                count += 1;
                let file = match file.contains('/') {
                    true => format!("{file}.rs"),
                    false => format!("server/tests/http/{file}.rs"),
                };
                match self.functions.get(&file) {
                    None => wrong.push(format!("`{name}`: there is no {file}")),
                    Some(functions) if functions.iter().any(|known| known == function) => {}
                    Some(_) => wrong.push(format!("`{name}`: {file} has no such test")),
                }
            } else if let Some((file, rest)) = name.split_once(".spec.ts") {
                count += 1;
                let file = format!("{file}.spec.ts");
                let behind = parts.get(at + 1).copied().unwrap_or_default();
                let title = quoted(rest).or_else(|| quoted(behind));
                match (self.titles.get(&file), title) {
                    (None, _) => wrong.push(format!("`{name}`: there is no {file}")),
                    (Some(_), None) if needs_title => {
                        wrong.push(format!("`{name}`: name the test by its title, in \"…\""));
                    }
                    (Some(titles), Some(title)) if !titles.iter().any(|known| known == title) => {
                        wrong.push(format!("`{name}`: {file} has no test \"{title}\""));
                    }
                    (Some(_), _) => {}
                }
            }
        }
        (count, wrong)
    }
}

/// What stands in quotes at the beginning of a text.
fn quoted(text: &str) -> Option<&str> {
    text.trim_start()
        .strip_prefix('"')?
        .split_once('"')
        .map(|(title, _)| title)
}

/// The functions below a `#[test]`, a `#[tokio::test]` or a `#[wasm_bindgen_test]`, also of
/// a macro that makes tests of names.
fn test_functions(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim_start) {
        if line.starts_with("#[") {
            let attribute = line.trim_start_matches("#[");
            is_test |= ["test", "tokio::test", "wasm_bindgen_test"]
                .iter()
                .any(|kind| {
                    attribute
                        .strip_prefix(kind)
                        .is_some_and(|rest| rest.starts_with([']', '(']))
                });
            continue;
        }
        let Some((before, name)) = line.split_once("fn ") else {
            is_test &= line.is_empty() || line.starts_with("//");
            continue;
        };
        if is_test && matches!(before.trim(), "" | "async" | "pub" | "pub async") {
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
            names.push(name[..end.unwrap_or(name.len())].to_owned());
        }
        is_test = false;
    }
    names
}

/// The titles of `test("…", …)`.
fn titles(text: &str) -> Vec<String> {
    let calls = text.lines().map(str::trim_start).filter_map(|line| {
        let call = line.strip_prefix("test(").or_else(|| {
            let rest = line.strip_prefix("test.")?;
            rest.split_once('(').map(|(_, rest)| rest)
        })?;
        quoted(call)
    });
    calls.map(str::to_owned).collect()
}

/// The lines of a list or a table: those that state something each.
pub fn statements(text: &str) -> Vec<(usize, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    let is_rule = |line: &str| line.starts_with("|-") || line.starts_with("| -");
    let stated = lines.iter().enumerate().filter(|(at, line)| {
        let is_head = lines.get(at + 1).is_some_and(|next| is_rule(next));
        let is_row = line.starts_with('|') && !is_rule(line) && !is_head;
        is_row || line.starts_with("- ") || line.starts_with("* ")
    });
    stated.map(|(at, line)| (at + 1, *line)).collect()
}

/// Paths in backticks that lead nowhere from `root`, with the number of their line, out of the
/// names that are `meant`: by [`is_path`] or [`is_full_path`].
pub fn dead_paths(root: &Path, text: &str, meant: fn(&str) -> bool) -> Vec<String> {
    let mut dead = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for name in in_ticks(line).filter(|name| meant(name)) {
            if !root.join(name).exists() {
                dead.push(format!("{}: `{name}` does not exist", number + 1));
            }
        }
    }
    dead
}

/// The number of such paths in a text.
pub fn full_paths(text: &str) -> usize {
    in_ticks(text).filter(|name| is_full_path(name)).count()
}

/// Returns whether a name is a path that begins at the root of the repository.
pub fn is_full_path(name: &str) -> bool {
    let folders = [
        "app/",
        "server/",
        "frontend/",
        "end2end/",
        "docs/",
        "style/",
        "bench/",
    ];
    // Made by `make screenshots`.
    let is_made = name.starts_with("end2end/screenshots");
    is_path(name) && !is_made && folders.iter().any(|folder| name.starts_with(folder))
}

/// Returns whether a name is a path: it has a slash or the ending of a file. One that begins
/// with a slash is an address of the site, and one with a brace, a star or a space a pattern.
pub fn is_path(name: &str) -> bool {
    let endings = [
        "rs", "md", "toml", "ts", "css", "js", "mjs", "sql", "py", "sh", "yml", "html", "txt",
        "svg",
    ];
    let media = [
        "application/",
        "text/html",
        "text/plain",
        "image/",
        "multipart/",
    ];
    let is_plain = name
        .chars()
        .all(|c| c.is_alphanumeric() || "._-/".contains(c));
    let has_ending = name
        .rsplit_once('.')
        .is_some_and(|(stem, ending)| endings.contains(&ending) && !stem.is_empty());
    is_plain
        && !name.starts_with('/')
        && !media.iter().any(|kind| name.starts_with(kind))
        && (name.contains('/') || has_ending)
}

/// The text of a document; empty if it is not there.
pub fn read(root: &Path, name: &str) -> String {
    fs::read_to_string(root.join(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tests() -> Tests {
        let source = |path: &str, text: &str| Source {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let rust = [
            source(
                "app/src/x.rs",
                "#[test]\nfn a() {}\n    #[tokio::test]\n    async fn b() {}\nfn no() {}",
            ),
            source(
                "server/tests/http/y.rs",
                "#[tokio::test]\n// Why.\n#[allow(x)]\nasync fn c() {}",
            ),
        ];
        let browser = [source(
            "end2end/tests/z.spec.ts",
            "test(\"it is shown\", async () => {\n  test.describe(\"more\", () => {",
        )];
        Tests::of(&rust, &browser)
    }

    #[test]
    fn a_test_that_is_named_is_found_and_one_that_is_not_there_is_told() {
        let tests = tests();
        for (line, count) in [
            ("- One. `app/src/x.rs::a`", 1),
            ("- Two. `app/src/x.rs::b`, `y.rs::c`, `access.rs`", 2),
            (
                "- In the browser: `end2end/tests/z.spec.ts \"it is shown\"`",
                1,
            ),
            (
                "- In the browser: `end2end/tests/z.spec.ts` \"it is shown\"",
                1,
            ),
            ("- None: `Username::parse`, `x.rs`", 0),
        ] {
            assert_eq!(tests.named_by(line, true), (count, Vec::new()), "{line}");
        }
        for dead in [
            "`app/src/x.rs::no`",
            "`app/src/x.rs::c`",
            "`app/src/gone.rs::a`",
            "`x.rs::a`",
            "`end2end/tests/z.spec.ts \"it is not\"`",
            "`end2end/tests/z.spec.ts` \"it is not\"",
            "`end2end/tests/gone.spec.ts \"it is shown\"`",
            "`end2end/tests/z.spec.ts`",
        ] {
            assert_eq!(tests.named_by(dead, true).1.len(), 1, "{dead}");
        }
        let untitled = "`end2end/tests/z.spec.ts`";
        assert_eq!(tests.named_by(untitled, false), (1, Vec::new()));
    }

    #[test]
    fn rows_and_items_are_statements_and_heads_are_not() {
        let text = "# Head\n\nWords.\n\n- one\n\n| a | b |\n|---|---|\n| two | x |\n";
        assert_eq!(statements(text), [(5, "- one"), (9, "| two | x |")]);
    }

    #[test]
    fn a_path_that_leads_nowhere_is_told() {
        let root = &crate::root().join("server");
        let text = "`src/lib.rs`, `tests/tidy/`, `/signup`, `text/html`, `a::b`, `Cargo.toml`,\n\
            `src/gone.rs`, `gone.md`, `gone/`, `{a}/b.rs`, `src/*.rs`";
        let dead = dead_paths(root, text, is_path);
        assert_eq!(dead.len(), 3, "{dead:?}");
        assert!(dead.iter().all(|line| line.starts_with("2: `")), "{dead:?}");
        let full = dead_paths(
            root,
            "`server/gone.rs`, `gone.rs`, `src/gone.rs`",
            is_full_path,
        );
        assert_eq!(full, ["1: `server/gone.rs` does not exist"]);
    }
}
