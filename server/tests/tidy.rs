//! The rules of the house that a compiler does not know, read off the source.
//! Each failure names the file and the line.

#![allow(clippy::unwrap_used)] // A test that unwraps says where it failed.

use std::{
    fs,
    path::{Path, PathBuf},
};

struct Source {
    /// From the root of the repository, with `/`.
    path: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn sources(ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    for folder in ["app", "frontend", "server"] {
        walk(&root().join(folder), ending, &mut found);
    }
    assert!(!found.is_empty(), "the test looks in the wrong place");
    found
}

fn walk(folder: &Path, ending: &str, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            found.push(Source {
                path: name,
                text: fs::read_to_string(&path).unwrap(),
            });
        }
    }
}

/// Lines that hold `words` outside of comments, in files that `place` picks.
fn lines_with(words: &[&str], place: impl Fn(&str) -> bool) -> Vec<String> {
    let mut lines = Vec::new();
    for source in sources(".rs")
        .iter()
        .filter(|source| place(&source.path) && !source.path.ends_with("tidy.rs"))
    {
        for (number, line) in source.text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|words| code.contains(words)) {
                lines.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    lines
}

#[track_caller]
fn none(lines: Vec<String>) {
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn every_file_says_what_it_is() {
    none(
        sources(".rs")
            .iter()
            .filter(|source| !source.text.starts_with("//! "))
            .map(|source| source.path.clone())
            .collect(),
    );
}

#[test]
fn sql_stands_in_the_store_only() {
    none(lines_with(&["sqlx::"], |path| {
        path.starts_with("server/src/") && !path.starts_with("server/src/store")
    }));
    none(lines_with(&["sqlx", "axum", "argon2", "tokio"], |path| {
        path.starts_with("app/src/")
    }));
}

#[test]
fn views_stand_in_app_only() {
    none(lines_with(&["view!"], |path| {
        path.starts_with("server/src/")
    }));
}

#[test]
fn what_leptos_does_not_escape_is_written_in_one_place() {
    none(lines_with(&["<textarea"], |path| {
        path.starts_with("app/src/") && path != "app/src/ui/text_area.rs"
    }));
    let raw = |path: &str| {
        path.starts_with("app/src/")
            && path != "app/src/ui/text_area.rs"
            && path != "app/src/shell.rs"
    };
    none(lines_with(&["inner_html"], raw));
}

#[test]
fn both_sides_compile_the_same_app() {
    none(lines_with(
        &["cfg(feature", "cfg!(feature", "cfg_attr(feature"],
        |path| path.starts_with("app/src/"),
    ));
}

#[test]
fn no_style_needs_an_unsafe_policy() {
    none(lines_with(&[" style=\"", "style=move"], |path| {
        path.starts_with("app/src/")
    }));
    // The policy names the hash of the operator's colour.
    none(lines_with(&["<style"], |path| {
        path.starts_with("app/src/") && path != "app/src/shell.rs"
    }));
}

#[test]
fn a_component_of_ui_knows_no_feature() {
    let features = ["profile::", "account::", "admin::"];
    none(lines_with(&features, |path| {
        path.starts_with("app/src/ui/")
    }));
}

#[test]
fn a_table_is_strict() {
    for source in sources(".sql") {
        let tables = source.text.matches("CREATE TABLE").count();
        let strict = source.text.matches(") STRICT").count();
        assert_eq!(tables, strict, "{}", source.path);
    }
}
