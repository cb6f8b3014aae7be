//! The rules of the house that a compiler does not know, read off the source.
//! Each failure names the file and the line, and says what to do.

#![allow(clippy::unwrap_used)] // A test that unwraps says where it failed.

mod arrows;
mod docs;
mod prose;
mod rooms;
mod sizes;

use arrows::{Arrow, Modules, circles};
use docs::Tests;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeSet,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

/// A file of the repository.
struct Source {
    /// Path from the root of the repository, with `/`.
    path: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
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
        .filter(|source| place(&source.path) && !source.path.starts_with("server/tests/tidy/"))
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

/// Fails with what to do about the lines, and their number, if there are any.
#[track_caller]
fn none_or(advice: &str, lines: Vec<String>) {
    let count = lines.len();
    assert!(
        lines.is_empty(),
        "\n{}\n\n{count} found. {advice}\n",
        lines.join("\n")
    );
}

/// The arrows between the files of a crate, and the files.
fn arrows_of(root: &str) -> (Vec<Arrow>, Vec<String>) {
    let mut sources = sources(".rs");
    // An engine compiles the statements as a module of its own.
    for source in &mut sources {
        if let Some(file) = source.path.strip_prefix("server/store/sql/") {
            source.path = format!("{root}/sql/{file}");
        }
    }
    if !root.starts_with("server/store/") {
        sources.retain(|source| !source.path.starts_with(&format!("{root}/sql/")));
    }
    let arrows = Modules::read(root, &sources).arrows();
    // A reader that sees nothing would find nothing wrong. Some crates are small.
    let least = match root {
        "server/imaging/src" => 10,
        _ if root.starts_with("server/store/") => 30,
        _ => 100,
    };
    assert!(
        arrows.len() > least,
        "{} arrows in {root}: the test looks in the wrong place",
        arrows.len()
    );
    let below = format!("{root}/");
    let files = sources.into_iter().map(|source| source.path);
    (
        arrows,
        files.filter(|path| path.starts_with(&below)).collect(),
    )
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
fn no_files_name_each_other_in_a_circle() {
    let mut lines = Vec::new();
    for root in [
        "app/src",
        "server/src",
        "server/imaging/src",
        "server/store/sqlite/src",
        "server/store/postgres/src",
    ] {
        let (arrows, _) = arrows_of(root);
        for circle in circles(&arrows) {
            let steps = circle.iter();
            let steps = steps.map(|Arrow { from, to, by }| format!("{from} -> {to} (`{by}`)"));
            lines.push(steps.collect::<Vec<_>>().join("\n  "));
        }
    }
    none_or(
        "Each of these leads back to where it begins. Move what both sides need into a file \
         that names neither, or hand it in as an argument.",
        lines,
    );
}

#[test]
fn a_file_names_only_rooms_that_its_own_may_name() {
    let mut lines = Vec::new();
    for (root, rooms) in [("app/src", rooms::APP), ("server/src", rooms::SERVER)] {
        let (arrows, files) = arrows_of(root);
        lines.extend(rooms::refused(rooms, &format!("{root}/"), &arrows, &files));
    }
    none_or(
        "The table of rooms in server/tests/tidy/rooms.rs has no such arrow. Turn it round \
         by a trait or an argument, move the file, or add a line that says why.",
        lines,
    );
}

/// Which database there is, nobody else knows.
#[test]
fn sql_stands_in_the_store_only() {
    none_or(
        "Only the engines of server/store/ may name sqlx, rusqlite and their types: give what is \
         needed a method of a trait in server/store/src/.",
        lines_with(
            &["sqlx", "rusqlite", "SqliteConnection", "PgConnection"],
            |path| {
                let engines = ["server/store/sql", "server/store/postgres/"];
                path.contains("/src/") && !engines.iter().any(|engine| path.starts_with(engine))
            },
        ),
    );
    none(lines_with(&["axum", "argon2", "tokio"], |path| {
        path.starts_with("app/src/")
    }));
}

#[test]
fn a_doc_comment_begins_with_a_noun_or_a_verb() {
    let sources = sources(".rs");
    let of_code = sources
        .iter()
        .filter(|source| source.path.contains("/src/"));
    none_or(
        "rustdoc shows these lines alone. Begin with a noun (\"Time of the last login.\") or \
         a verb in the third person (\"Returns whether …\").",
        of_code.flat_map(prose::openers).collect(),
    );
}

/// Lines of code in a file, and of tests, beyond which it is two files.
const MAX_CODE: usize = 500;
const MAX_TESTS: usize = 1000;

#[test]
fn a_file_can_be_read_in_one_go() {
    let mut lines = Vec::new();
    for source in sources(".rs") {
        // A crate below `tests/` is tests too.
        let is_code = source.path.contains("/src/") && !source.path.contains("/tests/");
        // Words by language, as long as their list is.
        if is_code && source.path.starts_with("app/src/text/") {
            continue;
        }
        let (count, most) = match is_code {
            true => (sizes::code_lines(&source), MAX_CODE),
            false => (source.text.lines().count(), MAX_TESTS),
        };
        if count > most {
            lines.push(format!("{}: {count} lines, at most {most}", source.path));
        }
    }
    none_or(
        "A file answers one question of its reader: split it by its questions. `#[cfg(test)]` \
         modules do not count.",
        lines,
    );
}

fn tests_that_docs_may_name() -> Tests {
    let mut browser = Vec::new();
    walk(&root().join("end2end/tests"), ".spec.ts", &mut browser);
    assert!(!browser.is_empty(), "the test looks in the wrong place");
    Tests::of(&sources(".rs"), &browser)
}

#[test]
fn every_invariant_names_a_test_that_there_is() {
    let tests = tests_that_docs_may_name();
    let text = docs::read(&root(), "docs/invariants.md");
    let stated = docs::statements(&text);
    assert!(!stated.is_empty(), "docs/invariants.md states no invariant");
    let mut lines = Vec::new();
    for (number, line) in stated {
        let (count, wrong) = tests.named_by(line, true);
        if count == 0 {
            lines.push(format!(
                "docs/invariants.md:{number}: no test is named: {line}"
            ));
        }
        let wrong = wrong.iter();
        lines.extend(wrong.map(|why| format!("docs/invariants.md:{number}: {why}")));
    }
    none_or(
        "Name a test as `PATH.rs::function`, a file of server/tests/http/ without its folder, \
         or as `end2end/tests/FILE.spec.ts \"title\"`.",
        lines,
    );
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let tests = tests_that_docs_may_name();
    let mut lines = Vec::new();
    let mut named = 0;
    for name in ["SECURITY.md", "CONTRIBUTING.md", "docs/security.md"] {
        for (number, line) in docs::read(&root(), name).lines().enumerate() {
            let (count, wrong) = tests.named_by(line, false);
            named += count;
            let wrong = wrong.iter();
            lines.extend(wrong.map(|why| format!("{name}:{}: {why}", number + 1)));
        }
    }
    assert!(
        named > 100,
        "{named} tests are named: the test looks in the wrong place"
    );
    none_or("Name the test that took its place.", lines);
}

#[test]
fn every_path_that_a_document_names_is_there() {
    let mut documents = Vec::new();
    walk(&root().join("docs"), ".md", &mut documents);
    let mut lines = Vec::new();
    let mut count = 0;
    for name in ["README.md", "CONTRIBUTING.md", "SECURITY.md"] {
        documents.push(Source {
            path: name.to_owned(),
            text: docs::read(&root(), name),
        });
    }
    for Source { path, text } in &documents {
        count += docs::full_paths(text);
        let dead = docs::dead_paths(&root(), text, docs::is_full_path);
        lines.extend(dead.iter().map(|line| format!("{path}:{line}")));
    }
    assert!(
        count > 50,
        "{count} paths are named: the test looks in the wrong place"
    );
    none_or("Name the file that took its place.", lines);
}

/// Bytes of ARCHITECTURE.md: what somebody reads before the first change.
const MAX_ARCHITECTURE: usize = 12 * 1024;

#[test]
fn architecture_is_short_and_names_paths_that_there_are() {
    let text = docs::read(&root(), "ARCHITECTURE.md");
    let mut lines = docs::dead_paths(&root(), &text, docs::is_path);
    if text.is_empty() || text.len() > MAX_ARCHITECTURE {
        lines.push(format!(
            "{} bytes, of {MAX_ARCHITECTURE} at most: move details to docs/ and to the `//!` \
             of their folder",
            text.len()
        ));
    }
    none_or(
        "Paths in ARCHITECTURE.md begin at the root of the repository.",
        lines,
    );
}

#[test]
fn views_stand_in_app_only() {
    none(lines_with(&["view!"], |path| {
        path.starts_with("server/src/")
    }));
}

/// Kept as a view, it would be some twenty functions, most of which nobody calls.
#[test]
fn what_a_page_shows_is_kept_as_html() {
    let keeps = [
        "app/src/guard.rs",
        "app/src/profile/editor/crop/island.rs",
        "app/src/profile/editor/island.rs",
        "app/src/routes.rs",
        "app/src/ui/loading.rs",
        "app/src/ui/still.rs",
        "app/src/ui/tags.rs",
    ];
    none_or(
        "Give a view `still()`, and take children as `Inner`; app/src/ui/still.rs has both.",
        lines_with(&[".into_any()", "children: Children"], |path| {
            path.starts_with("app/src/") && !keeps.contains(&path)
        }),
    );
    none_or(
        "The browser builds this too, and cannot write HTML down: leave it a view.",
        lines_with(&[".still()", ": Inner"], |path| {
            path.starts_with("app/src/profile/card/") || path == "app/src/ui/tags.rs"
        }),
    );
}

/// They wait for whoever reads standard error, and panic when nobody does.
#[test]
fn what_serves_prints_by_the_log_only() {
    let prints = ["println!", "print!(", "io::stderr()", "dbg!("];
    none(lines_with(&prints, |path| {
        let serves = ["server/src/", "server/imaging/"];
        serves.iter().any(|folder| path.starts_with(folder)) && path != "server/src/log.rs"
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

/// A server renders every component, and drops it on any thread: what may only be
/// dropped where it was made would panic there.
#[test]
fn nothing_rendered_belongs_to_one_thread() {
    none(lines_with(
        &[
            "new_local",
            "signal_local",
            "LocalStorage",
            "SendWrapper",
            "NodeRef",
        ],
        |path| path.starts_with("app/src/"),
    ));
}

#[test]
fn no_style_needs_an_unsafe_policy() {
    none(lines_with(&[" style=\"", "style=move"], |path| {
        path.starts_with("app/src/")
    }));
    // The policy names the hash of the one style that stands in each page.
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

/// Words that SQLite has and PostgreSQL has not, or the other way round, or that CockroachDB and
/// YugabyteDB lack beside them. Each engine has its own place for them.
const OF_ONE_DATABASE: [&str; 20] = [
    "->>",
    "json",
    "iif(",
    "ifnull(",
    "glob ",
    "rowid",
    "or ignore",
    "or replace",
    "pragma",
    "unixepoch",
    "randomblob",
    "hex(",
    "?1",
    "limit -1",
    "group_concat",
    "for update",
    "skip locked",
    "listen ",
    "notify ",
    "pg_",
];

#[test]
fn a_statement_of_both_databases_keeps_to_what_both_understand() {
    let described = |engine: &str| -> BTreeSet<String> {
        let mut files = Vec::new();
        let folder = root().join(format!("server/store/{engine}/.sqlx"));
        walk(&folder, ".json", &mut files);
        let query = |source: Source| {
            let described: serde_json::Value = serde_json::from_str(&source.text).unwrap();
            described["query"].as_str().unwrap().to_lowercase()
        };
        files.into_iter().map(query).collect()
    };
    let (sqlite, postgres) = (described("sqlite"), described("postgres"));
    let both: Vec<&String> = sqlite.intersection(&postgres).collect();
    assert!(both.len() > 90, "{} statements", both.len());
    let words = |query: &&&String| OF_ONE_DATABASE.iter().any(|word| query.contains(word));
    none_or(
        "Write it so that both understand it, or move it into the engine of its database.",
        both.iter()
            .filter(words)
            .map(|query| (*query).clone())
            .collect(),
    );
    // What only one of them has is little, and stays so.
    let own = |one: &BTreeSet<String>| one.len() - both.len();
    assert!(own(&sqlite) < 12 && own(&postgres) < 12);
}

/// Words of schemas that CockroachDB or YugabyteDB lack, by their documents.
const OF_POSTGRES_ALONE: [&str; 8] = [
    "collate",
    "tg_argv",
    "update of ",
    "deferrable",
    "listen ",
    "notify ",
    "advisory",
    "exclude ",
];

#[test]
fn a_schema_for_postgres_keeps_to_what_its_relatives_understand() {
    let mut lines = Vec::new();
    for source in sources(".sql") {
        if !source.path.starts_with("server/store/postgres/") {
            continue;
        }
        // The last part is about TRUNCATE, whose triggers only PostgreSQL has.
        let common = source.text.split("-- TRUNCATE,").next().unwrap_or_default();
        for (number, line) in common.lines().enumerate() {
            let code = line.split("--").next().unwrap_or_default().to_lowercase();
            let is_of_all = !code.contains("for each statement");
            if !is_of_all || OF_POSTGRES_ALONE.iter().any(|word| code.contains(word)) {
                lines.push(format!("{}:{}: {line}", source.path, number + 1));
            }
        }
    }
    none_or("docs/postgres.md says what is left out, and why.", lines);
}

#[test]
fn a_table_is_strict() {
    let in_sqlite = |source: &Source| source.path.starts_with("server/store/sqlite/");
    for source in sources(".sql").iter().filter(|source| in_sqlite(source)) {
        let tables = source.text.matches("CREATE TABLE").count();
        let strict = source.text.matches(") STRICT").count();
        assert_eq!(tables, strict, "{}", source.path);
    }
}

/// Migrations with the SHA-256 of their text.
const LANDED: &[(&str, &str)] = &[
    (
        "postgres/0019_everything.sql",
        "2d3c2f0e0ebdf07ecc325e9168e1aad112b6d623fd23331357a5126ac9317f81",
    ),
    (
        "postgres/0020_lists_of_users.sql",
        "f06f2b3a8e338eebef00a4a1526d336450f9ca6b4eff5773c5d66ed353a286bb",
    ),
    (
        "postgres/0021_approval.sql",
        "a4c934ed7a5f469c6160cd05111e3200c9eb98790ad33621e7d4299f4eaccbf8",
    ),
    (
        "postgres/0022_invitations.sql",
        "9d7b3f2de5d7e6c7640a6aeeb7dee7ac964998b5afff1698e8ed06fef4757440",
    ),
    (
        "postgres/0023_former_names.sql",
        "d1612b21501f8c025c201d3595250a1570071da2ceb1ab12987e5255cfceca80",
    ),
    (
        "postgres/0024_directory.sql",
        "2cc96459f9364017ac159e732e7bb539623572a337fc0892d6adcfd39f526704",
    ),
    (
        "postgres/0025_schema_revisions.sql",
        "3faaba6432c7d6fc005e42a6bf68ad6ca3ed83cec098da341e0f9abf9098bb7e",
    ),
    (
        "postgres/0026_search_users.sql",
        "b9de7fc3e73757034f0cd0016afc86ee80c5762fdbe52a3312780deedc6e17e5",
    ),
    (
        "postgres/0027_reading_the_log.sql",
        "f0ee246f2098af4d9403a1435c6e8cba61a2bb1aeba0c125ec3d35a9bfa07135",
    ),
    (
        "postgres/0028_arrivals.sql",
        "7522f7fa4e16e24111db078d6a5aab70792e4ce5142aac863d1b10d5048a4ba6",
    ),
    (
        "postgres/0029_second_factors.sql",
        "95256d72197f85bd127524521840b1ee9c406493ecfbfe0b85c955d832067282",
    ),
    (
        "sqlite/0001_users_profiles_sessions.sql",
        "f24541bf8f3d537555b2dff412eee4b54416577de92612fb8c451d917df36d00",
    ),
    (
        "sqlite/0002_roles_audiences_history.sql",
        "11ab9f04d3fbaf62c336f8bbc6a9c9a7f5f0f5eb3e50a84b2a510015c1f3c052",
    ),
    (
        "sqlite/0003_sessions_and_passwords.sql",
        "3cc2bc030ca603eab0b9fbab20bc8b5fed5e6f3d92f1359a518434bc1e8c3ba1",
    ),
    (
        "sqlite/0004_limits_and_events.sql",
        "fcf3057e732e3ca4fdb921155875f241c4f582f6ce2a4aab31ad8ffc03c0a667",
    ),
    (
        "sqlite/0005_mail.sql",
        "86fe7f6684a07f696557aa37d7a1fd35fe110f471b01145eb7557a1980f4dc6d",
    ),
    (
        "sqlite/0006_leaving.sql",
        "7f06b59803bb7f30fac8331314da1a0dc8e6435fe6df44571b43592daad9433f",
    ),
    (
        "sqlite/0007_marks.sql",
        "f595ab100c63aece8f9d608ea653c0295e6a503c31a5edd62dbd3afd1471a7d4",
    ),
    (
        "sqlite/0008_avatars.sql",
        "2d4ddbc59c3278e5b5ac9448b59cf64cafec985f0c0cd86a07e142f6aa605baa",
    ),
    (
        "sqlite/0009_languages_and_listing.sql",
        "784f7a65de28e65541a3be873d6a6d9d5baf67b0be9ec6d10efbd7016e98a3bc",
    ),
    (
        "sqlite/0010_idempotency.sql",
        "c410fd9dfe36e49e9abf8d9ef13203c9663d8da9577af40e8ff5c4fcfc3d9e18",
    ),
    (
        "sqlite/0011_whose_file.sql",
        "769d3fea4cb6fce2f22b9f2cd8d623a8f763a9a2daa671c316d9253711c4575e",
    ),
    (
        "sqlite/0012_undelivered.sql",
        "0060dc00bb26bd63763b3e78af3df857bfbc8173e4566ed6c918ec17773150b3",
    ),
    (
        "sqlite/0013_history_with_an_end.sql",
        "f6edece12d777cbd7bbafda888245c09b89b5364581baebc6c7af169aa1043b9",
    ),
    (
        "sqlite/0015_device_ids.sql",
        "45ce1e73909dd2fe0e7c91ccfb7e91f9c521978cab7557a4dc8e4a72e1ea8ac6",
    ),
    (
        "sqlite/0016_who_has_a_role.sql",
        "6b930b729405e5292927ba857066adaf0000fb83323db2ebdd18e8ca831aae2a",
    ),
    (
        "sqlite/0017_size_of_a_history.sql",
        "8dfa720b7d7f62d6383738bd3aa5406dee409eb84b17189c26c1288e15c716c7",
    ),
    (
        "sqlite/0018_cheap_repairs.sql",
        "790603b84e5f8313fc6e790184db93b97733d4488916ef8023f6767dfbc2a172",
    ),
    (
        "sqlite/0019_the_picture_of_a_profile.sql",
        "6ece3d606ec22963a162e1fd8b8474bc9978b63d444853809243cc5bd1b9a027",
    ),
    (
        "sqlite/0020_lists_of_users.sql",
        "f06f2b3a8e338eebef00a4a1526d336450f9ca6b4eff5773c5d66ed353a286bb",
    ),
    (
        "sqlite/0021_approval.sql",
        "b7cfd40ca01673ac48df598218e25b9320fe48ca49c128c57634331f23005e59",
    ),
    (
        "sqlite/0022_invitations.sql",
        "8cacd9c8a3c4909d48b26e7ea8f9dceae53c28fc633d0ea21de7bb2f6905d8bc",
    ),
    (
        "sqlite/0023_former_names.sql",
        "a497f6a4b7143cfaf7f130a873a85d5943354882819f0db169e1850da598dba9",
    ),
    (
        "sqlite/0024_directory.sql",
        "b53ded3ff7fec006c44a57276ccfd4627f6e74c6e6a961a231a365786e40c1d4",
    ),
    (
        "sqlite/0025_schema_revisions.sql",
        "fb134e659da87508bb5b8f008798e8611a3180e8ce8011c1280223e2f7591138",
    ),
    (
        "sqlite/0026_search_users.sql",
        "6239fc18f3e8adfdbb286bcef9fee12608cbcb4be040f2a57d048156e6d350bd",
    ),
    (
        "sqlite/0027_reading_the_log.sql",
        "3f37ffa16b03a91dc6faa8cd2584c2c39ed968e004cb164bfc698995c056182d",
    ),
    (
        "sqlite/0028_arrivals.sql",
        "a2e5d4bffb44759a860a49332caa88c670d11b0f6041b2ee2d312f7b2f6d6cea",
    ),
    (
        "sqlite/0029_second_factors.sql",
        "6f2fb3c7cbe21b5d97fa7a330afb7ce96124ac56d1a04c747b10a23199e31755",
    ),
];

/// A database that has run a migration refuses to start once its text is another:
/// a change is the next file.
#[test]
fn a_migration_that_has_landed_is_not_edited() {
    let mut found = sources(".sql");
    found.retain(|source| source.path.contains("/migrations/"));
    found.sort_by(|a, b| a.path.cmp(&b.path));
    let hashed = found.iter().map(|source| {
        let mut hex = String::new();
        for byte in Sha256::digest(&source.text) {
            write!(hex, "{byte:02x}").unwrap();
        }
        let path = source.path.replace("server/store/", "");
        (path.replace("migrations/", ""), hex)
    });
    let hashed: Vec<_> = hashed.collect();
    let landed: Vec<_> = LANDED
        .iter()
        .map(|(name, hash)| ((*name).to_owned(), (*hash).to_owned()))
        .collect();
    assert_eq!(hashed, landed, "a new one is added to the list");
}
