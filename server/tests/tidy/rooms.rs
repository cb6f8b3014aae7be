//! The rooms of `app` and `server`, and which may name which.
//!
//! A file belongs to the room with the longest prefix of its path. A room may name those of
//! its line, and whatever these may name. Everything else is refused, and so is a file
//! without a room: a new arrow is a line here, with a reason.

use std::collections::{BTreeMap, BTreeSet};

use crate::arrows::Arrow;

/// A room: its name, its files and folders, the rooms it may name, and what it is for.
type Room = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static str,
);

#[rustfmt::skip]
pub const SERVER: &[Room] = &[
    ("program", &["lib.rs", "main.rs", "cli.rs", "cli/", "serve.rs", "serve/"],
        &["router", "settings", "mail", "jobs", "foreign", "doctor", "relocation"], "commands and sockets; opens the database"),
    ("doctor", &["doctor.rs", "doctor/"],
        &["accounts", "settings"], "what is wrong with a site, and what to do"),
    ("relocation", &["relocation.rs"],
        &["ground"], "moves a site from one database to another"),
    ("foreign", &["foreign.rs", "foreign/"],
        &["accounts"], "reads what comes from elsewhere, and imports it"),
    ("jobs", &["jobs.rs"],
        &["accounts"], "what is done every ten minutes"),
    ("settings", &["config.rs", "config/", "database.rs"],
        &["limits", "mail"], "settings, parsed into the values of other rooms"),
    ("site", &["site.rs"],
        &["http"], "the composition root: what a site is made of"),
    ("router", &["router.rs"],
        &["site"], "every route and every layer, on one page"),
    ("http", &["http.rs", "http/"],
        &["accounts", "profiles", "media", "foreign"], "layers, pages and endpoints"),
    ("accounts", &["accounts.rs", "accounts/", "password.rs", "password/", "password_rules.rs"],
        &["profiles"], "decides what becomes of an account"),
    ("profiles", &["profiles.rs", "profiles/", "phones.rs"],
        &["limits", "media", "schema"], "decides what becomes of a profile"),
    ("mail", &["mail.rs", "mail/"],
        &["accounts"], "sends the outbox"),
    ("media", &["media.rs", "media/"],
        &["ground"], "makes pictures small, in a process of its own"),
    ("limits", &["limits.rs", "limits/limiter.rs"],
        &["ground"], "how often something may be tried"),
    ("schema", &["schema_file.rs", "schema_file/", "schema_check.rs"],
        &["ground"], "`profile.toml` into a schema"),
    ("ground", &["accent.rs", "clock.rs", "connections.rs", "cookies.rs", "csv.rs", "doubt.rs", "log.rs", "metrics.rs", "proxies.rs", "secret.rs", "site_key.rs", "slots.rs"],
        &[], "plain values that know no other room"),
];

#[rustfmt::skip]
pub const APP: &[Room] = &[
    ("shell", &["lib.rs", "shell.rs"],
        &["routes"], "the document around every page"),
    ("routes", &["routes.rs", "design.rs"],
        &["profile", "account", "admin"], "every page and its path"),
    ("admin", &["admin/"],
        &["account", "rules", "ui"], "pages of administration"),
    ("profile", &["profile/pages.rs", "profile/pages/"],
        &["editor", "card", "profile api", "account"], "pages of a profile"),
    ("editor", &["profile/editor.rs", "profile/editor/"],
        &["card", "profile api", "ui"], "the forms and islands that change a profile"),
    ("card", &["profile/card.rs", "profile/card/"],
        &["rules", "ui"], "a profile as others read it, people and programs"),
    ("profile api", &["profile/api.rs"],
        &["rules", "parts"], "server functions of a profile"),
    ("account", &["account/pages.rs", "account/pages/"],
        &["account api", "ui", "card"], "pages of an account"),
    ("account api", &["account/api.rs", "account/api/"],
        &["account types", "parts"], "server functions of an account"),
    ("ui", &["ui.rs", "ui/", "head.rs"],
        &["parts"], "components that know no feature"),
    ("parts", &["guard.rs", "backend.rs", "backend/", "rejected.rs", "next.rs", "location.rs", "look.rs", "profile/reserved_keys.rs"],
        &["rules", "account types"], "guards, links, and the traits that a server implements"),
    ("rules", &["profile.rs", "profile/rules.rs", "profile/rules/", "admin.rs", "admin/rules.rs"],
        &["account types", "viewer"], "pure rules of a profile"),
    ("viewer", &["viewer.rs"],
        &["account types"], "who is looking"),
    ("account types", &["account.rs", "account/types.rs", "account/types/"],
        &["forms"], "pure rules of an account"),
    ("forms", &["form.rs"],
        &["words"], "what a form holds, as it was sent"),
    ("words", &["text.rs", "text/", "error.rs", "unicode.rs"],
        &["rules"], "every word a person reads, and every error; rules ask it for words, and it words what they find"),
];

/// The room of a file; `None` if the table has none.
fn room_of<'a>(rooms: &'a [Room], file: &str) -> Option<&'a str> {
    let prefixes = rooms.iter().flat_map(|(name, files, ..)| {
        let files = files.iter().filter(|prefix| match prefix.ends_with('/') {
            true => file.starts_with(**prefix),
            false => file == **prefix,
        });
        files.map(move |prefix| (prefix.len(), *name))
    });
    prefixes.max().map(|(_, name)| name)
}

/// Arrows that the table does not have, and files without a room. `root` is the folder of
/// the crate, with a slash.
pub fn refused(rooms: &[Room], root: &str, arrows: &[Arrow], files: &[String]) -> Vec<String> {
    let mut reached: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, _, may_name, why) in rooms {
        assert!(!why.is_empty(), "the room `{name}` says what it is for");
        for other in *may_name {
            let is_known = rooms.iter().any(|(known, ..)| known == other);
            assert!(
                is_known,
                "`{name}` names `{other}`, and no room is called so"
            );
        }
        // With itself, and what is reached from what it names.
        let mut open = vec![*name];
        let all = reached.entry(name).or_default();
        while let Some(next) = open.pop() {
            if all.insert(next) {
                let (.., further, _) = rooms.iter().find(|room| room.0 == next).expect("known");
                open.extend(*further);
            }
        }
    }
    let inside = |file: &str| file.strip_prefix(root).unwrap_or(file).to_owned();
    let mut lines: Vec<String> = files
        .iter()
        .filter(|file| room_of(rooms, &inside(file)).is_none())
        .map(|file| format!("{file} has no room; move it into one, or add it to the table"))
        .collect();
    for (name, prefixes, ..) in rooms {
        if !files
            .iter()
            .any(|file| room_of(rooms, &inside(file)) == Some(*name))
        {
            lines.push(format!(
                "{root}: the room `{name}` has no file, of {prefixes:?}"
            ));
        }
    }
    for Arrow { from, to, by } in arrows {
        let ends = (room_of(rooms, &inside(from)), room_of(rooms, &inside(to)));
        if let (Some(here), Some(there)) = ends
            && !reached[here].contains(there)
        {
            lines.push(format!("{here} -> {there}: {from} names {to} (`{by}`)"));
        }
    }
    lines.sort();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOMS: &[Room] = &[
        ("top", &["a.rs"], &["middle"], "."),
        ("middle", &["b.rs", "b/"], &["low"], "."),
        ("engine", &["b/engine/"], &["middle"], "."),
        ("low", &["c.rs"], &[], "."),
    ];

    fn between(from: &str, to: &str) -> Vec<String> {
        let arrow = Arrow {
            from: format!("x/src/{from}"),
            to: format!("x/src/{to}"),
            by: "crate::it".to_owned(),
        };
        let others = ["a.rs", "b.rs", "b/engine/x.rs", "c.rs"];
        let mut files: Vec<String> = others.map(|file| format!("x/src/{file}")).to_vec();
        files.extend([arrow.from.clone(), arrow.to.clone()]);
        refused(ROOMS, "x/src/", &[arrow], &files)
    }

    #[test]
    fn an_arrow_of_the_table_passes_and_any_other_is_refused() {
        for (from, to) in [
            ("a.rs", "b.rs"),
            ("a.rs", "c.rs"),
            ("b.rs", "b/x.rs"),
            ("b/engine/x.rs", "b/y.rs"),
            ("b/engine/x.rs", "c.rs"),
        ] {
            assert_eq!(between(from, to), [""; 0], "{from} -> {to}");
        }
        for (from, to, rooms) in [
            ("b.rs", "a.rs", "middle -> top"),
            ("c.rs", "b/x.rs", "low -> middle"),
            ("a.rs", "b/engine/x.rs", "top -> engine"),
            ("b/x.rs", "b/engine/x.rs", "middle -> engine"),
        ] {
            let expected = format!("{rooms}: x/src/{from} names x/src/{to} (`crate::it`)");
            assert_eq!(between(from, to), [expected]);
        }
    }

    #[test]
    fn a_file_without_a_room_is_told() {
        let lines = between("a.rs", "bb.rs");
        assert_eq!(lines.len(), 1);
        assert!(lines[0].starts_with("x/src/bb.rs has no room"), "{lines:?}");
        // And so is a room without a file.
        let files = ["x/src/a.rs", "x/src/b.rs", "x/src/c.rs"].map(str::to_owned);
        let lines = refused(ROOMS, "x/src/", &[], &files);
        assert_eq!(
            lines,
            ["x/src/: the room `engine` has no file, of [\"b/engine/\"]"]
        );
    }
}
