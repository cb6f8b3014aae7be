//! The decision about a save: whether it is allowed, what it changes, and what it conflicts with.
//!
//! Pure. The result is written only if the profile is still the one that was decided on, so no
//! other save can come between the decision and the write.

use serde_json::Value as Json;
use std::collections::BTreeSet;

use super::{
    access::{self, can_open_editor, check_change},
    audience::{WHOLE, audience_key, audience_of},
    describe::item_text,
    document::ProfileDocument,
    history::PastChange,
    merge::{Merge, merge},
    patch::Patch,
    profile::Profile,
    schema::Schema,
    snapshot::ProfileSnapshot,
    violation::Violation,
};
use crate::{
    error::{AppError, Violations},
    viewer::Viewer,
};

/// The document and the changes to write; nothing is written if there are no changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub stored: ProfileDocument,
    pub changes: Vec<Changed>,
    /// `true` if changes that others made in the meantime were kept.
    pub merged: bool,
}

/// One item before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    pub name: String,
    pub old: Option<Json>,
    pub new: Option<Json>,
}

impl Patch {
    /// Decides what this patch does to a profile.
    ///
    /// # Errors
    /// - [`AppError::NotFound`] if the viewer may not know of the profile, [`AppError::Forbidden`]
    ///   if they may not change anything in it;
    /// - [`AppError::Invalid`] for items that they may not change, and for a version that the
    ///   profile never had;
    /// - [`AppError::Conflict`] for items that others changed in the meantime, unless the author
    ///   was told of the conflict and chose a side.
    pub fn decide(
        &self,
        schema: &Schema,
        viewer: &Viewer,
        snapshot: &ProfileSnapshot,
    ) -> Result<Decision, AppError> {
        let theirs = &snapshot.stored;
        let profile = snapshot.profile(schema, theirs);
        access::visible_to(schema, &profile, viewer).ok_or(AppError::NotFound)?;
        if !can_open_editor(schema, &profile, viewer) {
            return Err(AppError::Forbidden);
        }
        self.check(schema, viewer, &profile)?;

        // The patch, applied to the current items. Where the base is unknown, there is nothing else
        // to compare.
        let now = self.apply(theirs, schema);
        let base = snapshot.base(schema, viewer, self.version);
        let mut mine = self.apply(&base, schema);
        for name in self
            .names()
            .filter(|name| base.get(name) == Some(&Json::Null))
        {
            mine.set(name, now.get(name).cloned());
        }
        let Merge {
            mut merged,
            conflicts,
        } = merge(&base, &mine, theirs);
        // Authors who chose their own side mean it, even if it is equal to the base.
        let chosen = self
            .chosen()
            .filter(|name| now.get(name) != theirs.get(name));
        let asked: BTreeSet<&str> = conflicts.iter().map(String::as_str).chain(chosen).collect();
        let (insisted, open): (Vec<&str>, Vec<&str>) = asked
            .into_iter()
            .partition(|name| self.insists(name, snapshot.last_change(name)));
        if !open.is_empty() {
            let told = open.iter().filter_map(|name| {
                let mine = item_text(schema, name, now.get(name));
                snapshot.conflict(schema, viewer, name, mine)
            });
            return Err(AppError::Conflict {
                version: snapshot.version,
                conflicts: told.collect(),
            });
        }
        for name in insisted {
            merged.set(name, now.get(name).cloned());
        }
        let kept = |change: &PastChange| {
            let name = change.name.as_str();
            change.is_told()
                && merged.get(name) == theirs.get(name)
                && mine.get(name) != theirs.get(name)
        };
        let kept = snapshot.since.iter().any(kept);
        let changes = self.changes(schema, theirs, &mut merged);
        // Others may remove a picture, but not set one.
        let foreign = |change: &&Changed| {
            let field = schema.picture_field();
            change.new.is_some() && field.is_some_and(|field| field.key == change.name)
        };
        if let Some(change) = changes.iter().find(foreign)
            && !access::is_owner(viewer, &snapshot.owner)
        {
            return Err(AppError::invalid(&change.name, Violation::NotYours));
        }
        Ok(Decision {
            stored: merged,
            changes,
            merged: kept,
        })
    }

    /// Decides what this patch does to a profile on behalf of the operator, who may change
    /// everything.
    pub fn decide_as_operator(&self, schema: &Schema, stored: &ProfileDocument) -> Decision {
        let mut changed = self.apply(stored, schema);
        let changes = self.changes(schema, stored, &mut changed);
        Decision {
            stored: changed,
            changes,
            merged: false,
        }
    }

    /// Rejects items that the viewer may not change, and versions that the profile never had.
    fn check(&self, schema: &Schema, viewer: &Viewer, profile: &Profile) -> Result<(), Violations> {
        let mut violations = Violations::default();
        for name in self.names() {
            violations.take(name, check_change(schema, profile, name, viewer));
        }
        let had = |version: &u64| (1..=profile.version).contains(version);
        if [self.version, self.acknowledged()]
            .iter()
            .flatten()
            .any(|version| !had(version))
        {
            violations.add(Patch::VERSION, Violation::NoSuchVersion);
        }
        violations.or(())
    }

    /// Returns the changes that turn `theirs` into `merged`.
    ///
    /// A value that is set for the first time pins its audience, and that of the whole profile: if
    /// the schema's default becomes wider later, what was entered under the old default keeps the
    /// old audience.
    fn changes(
        &self,
        schema: &Schema,
        theirs: &ProfileDocument,
        merged: &mut ProfileDocument,
    ) -> Vec<Changed> {
        let mut changes = Vec::new();
        for name in self.names() {
            let (old, new) = (theirs.get(name), merged.get(name));
            if old == new {
                continue;
            }
            // The default was in effect until an audience was chosen.
            let default = audience_key(name)
                .and_then(|key| schema.audience_rule(key))
                .map(|rule| Json::from(rule.default.key()));
            changes.push(Changed {
                name: name.to_owned(),
                old: old.cloned().or(default),
                new: new.cloned(),
            });
        }
        let set = changes
            .iter()
            .filter(|change| change.new.is_some() && schema.field(&change.name).is_some());
        let whole = set.clone().next().map(|_| WHOLE);
        let pinned: Vec<Changed> = set
            .map(|change| change.name.as_str())
            .chain(whole)
            .filter_map(|key| Some((audience_of(key), schema.audience_rule(key)?)))
            .filter(|(name, rule)| !rule.locked && merged.get(name).is_none())
            .map(|(name, rule)| Changed {
                name,
                old: None,
                new: Some(rule.default.key().into()),
            })
            .collect();
        for pin in &pinned {
            merged.set(&pin.name, pin.new.clone());
        }
        changes.extend(pinned);
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        account::types::user::{User, UserId},
        error::Conflict,
        form::Form,
        profile::rules::{
            author::Author,
            date::Date,
            fixture,
            history::{Gone, Side, rewind},
            kind::Kind,
            schema::Field,
        },
    };
    use proptest::prelude::*;

    fn owner() -> User {
        User {
            id: UserId(1),
            username: "ann".to_owned(),
            role: "reader".to_owned(),
        }
    }

    fn schema() -> Schema {
        let text = |key: &str| Field::new(key, Kind::Text { max: 9 });
        let mut shared = text("b");
        shared.edit.roles.push("editor".to_owned());
        fixture::schema(vec![text("a"), shared, text("c")])
    }

    fn today() -> Date {
        Date::new(2026, 11, 22).unwrap()
    }

    fn patch(form: &[(&str, &str)]) -> Patch {
        Patch::parse(&schema(), &form.iter().copied().collect(), today()).unwrap()
    }

    /// A profile with its whole history, as the store keeps it.
    #[derive(Debug, Clone, Default)]
    struct Book {
        stored: ProfileDocument,
        history: Vec<PastChange>,
    }

    impl Book {
        fn version(&self) -> u64 {
            self.history.last().map_or(1, |change| change.version)
        }

        fn snapshot(&self, since: Option<u64>) -> ProfileSnapshot {
            let since = since.unwrap_or(self.version());
            let changes = self.history.iter().filter(|change| change.version > since);
            ProfileSnapshot {
                owner: owner(),
                version: self.version(),
                stored: self.stored.clone(),
                since: changes.cloned().collect(),
            }
        }

        fn save(&mut self, viewer: &User, patch: &Patch) -> Result<bool, AppError> {
            let snapshot = self.snapshot(patch.version);
            let viewer_is = Viewer::Member(viewer.clone());
            let decision = patch.decide(&schema(), &viewer_is, &snapshot)?;
            let version = snapshot.version + 1;
            for (index, change) in decision.changes.iter().enumerate() {
                self.history.push(PastChange {
                    id: (version * 100 + index as u64).cast_signed(),
                    version,
                    name: change.name.clone(),
                    old: Side::of(change.old.clone()),
                    new: Side::of(change.new.clone()),
                    by: Author::User(viewer.username.clone()),
                    at: 0,
                });
            }
            self.stored = decision.stored;
            Ok(decision.merged)
        }
    }

    fn editor() -> User {
        User {
            id: UserId(2),
            username: "ed".to_owned(),
            role: "editor".to_owned(),
        }
    }

    #[test]
    fn edits_of_different_fields_merge_and_an_echoed_old_value_changes_nothing() {
        let mut book = Book::default();
        book.save(&owner(), &patch(&[("a", "1"), ("b", "1")]))
            .unwrap();
        book.save(&editor(), &patch(&[("b", "2"), ("version", "2")]))
            .unwrap();
        // The whole form, with `b` as it was when the form was opened.
        let late = patch(&[("a", "3"), ("b", "1"), ("version", "2")]);
        assert_eq!(book.save(&owner(), &late), Ok(true));
        assert_eq!(book.stored.get("a"), Some(&Json::from("3")));
        assert_eq!(book.stored.get("b"), Some(&Json::from("2")));
    }

    #[test]
    fn edits_of_one_field_are_told_with_both_values_and_the_one_before() {
        let mut book = Book::default();
        book.save(&owner(), &patch(&[("a", "old"), ("b", "old")]))
            .unwrap();
        book.save(&editor(), &patch(&[("b", "theirs")])).unwrap();
        let mine = [("a", "new"), ("b", "mine"), ("version", "2")];
        let before = book.clone();
        let Err(AppError::Conflict { version, conflicts }) = book.save(&owner(), &patch(&mine))
        else {
            panic!("no conflict");
        };
        assert_eq!((version, conflicts.len()), (3, 1));
        let Conflict {
            name,
            mine: my,
            theirs,
            before: was,
            by,
            ..
        } = &conflicts[0];
        assert_eq!(
            [name, my, theirs, was].map(String::as_str),
            ["b", "mine", "theirs", "old"]
        );
        assert_eq!(by.as_deref(), Some("ed"));
        assert_eq!(book.stored, before.stored);

        // The same form again, with an answer; the version stays the old one.
        for (answer, expected) in [("mine", "mine"), ("theirs", "theirs")] {
            let mut form = mine.to_vec();
            form.extend([("b.choice", ""), ("b.choice", answer), ("seen", "3")]);
            let mut answered = book.clone();
            answered.save(&owner(), &patch(&form)).unwrap();
            assert_eq!(answered.stored.get("b"), Some(&Json::from(expected)));
            assert_eq!(answered.stored.get("a"), Some(&Json::from("new")));
            // The item was changed again after the conflict was shown, so there is another
            // conflict.
            let mut again = book.clone();
            again.save(&editor(), &patch(&[("b", "later")])).unwrap();
            let saved = again.save(&owner(), &patch(&form));
            assert_eq!(saved.is_err(), answer == "mine");
        }
        let unanswered: Form = [("b", "mine"), ("b.choice", "")].into_iter().collect();
        let refused = Patch::parse(&schema(), &unanswered, today()).unwrap_err();
        assert_eq!(refused, Violations::of("b.choice", Violation::NotChosen));
    }

    #[test]
    fn a_save_sent_twice_is_one() {
        let mut book = Book::default();
        let twice = patch(&[("a", "1"), ("version", "1")]);
        book.save(&owner(), &twice).unwrap();
        let once = book.clone();
        book.save(&owner(), &twice).unwrap();
        assert_eq!((book.stored, book.history), (once.stored, once.history));
    }

    #[test]
    fn a_version_that_the_profile_never_had_is_refused() {
        for version in ["0", "2", "18446744073709551615"] {
            let refused =
                Book::default().save(&owner(), &patch(&[("a", "1"), ("version", version)]));
            let expected = Violations::of("version", Violation::NoSuchVersion);
            assert_eq!(refused, Err(AppError::Invalid(expected)), "{version}");
        }
    }

    #[test]
    fn what_is_not_the_viewers_to_change_is_refused_whole() {
        let mut book = Book::default();
        book.save(&owner(), &patch(&[("c", "1"), ("c.audience", "me")]))
            .unwrap();
        for (form, violation) in [
            (
                &[("b", "x"), ("a", "x")][..],
                Violations::of("a", Violation::NotYours),
            ),
            (
                &[("a.audience", "me")],
                Violations::of("a.audience", Violation::NotYours),
            ),
            (
                &[("profile.audience", "me")],
                Violations::of("profile.audience", Violation::NotYours),
            ),
            // A field that is hidden from the editor is treated as if it did not exist.
            (&[("c", "x")], Violations::of("c", Violation::UnknownField)),
        ] {
            let before = book.stored.clone();
            assert_eq!(
                book.save(&editor(), &patch(form)),
                Err(AppError::Invalid(violation))
            );
            assert_eq!(book.stored, before);
        }
        let reader = User {
            id: UserId(3),
            ..owner()
        };
        assert_eq!(
            book.save(&reader, &patch(&[("b", "x")])),
            Err(AppError::Forbidden)
        );
        book.save(&owner(), &patch(&[("profile.audience", "me")]))
            .unwrap();
        assert_eq!(
            book.save(&editor(), &patch(&[("b", "x")])),
            Err(AppError::NotFound)
        );
    }

    #[test]
    fn a_value_of_a_time_when_it_was_hidden_is_not_told_in_a_conflict() {
        let mut book = Book::default();
        book.save(&owner(), &patch(&[("b", "secret"), ("b.audience", "me")]))
            .unwrap();
        book.save(
            &owner(),
            &patch(&[("b", "open"), ("b.audience", "everyone")]),
        )
        .unwrap();
        let refused = book.save(&editor(), &patch(&[("b", "mine"), ("version", "2")]));
        let Err(AppError::Conflict { conflicts, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(conflicts[0].before, crate::text::nothing());
    }

    #[test]
    fn a_value_pins_the_audience_under_which_it_was_entered() {
        let mut book = Book::default();
        book.save(&owner(), &patch(&[("a", "1"), ("a.audience", "everyone")]))
            .unwrap();
        assert_eq!(book.stored.get("a.audience"), Some(&Json::from("everyone")));
        assert_eq!(
            book.stored.get("profile.audience"),
            Some(&Json::from("everyone"))
        );
        // No value was entered and no audience chosen, so the schema's default stays in effect.
        assert_eq!(book.stored.get("b.audience"), None);
    }

    #[test]
    fn without_a_history_that_reaches_back_every_difference_is_asked() {
        let mut book = Book::default();
        book.save(&owner(), &patch(&[("a", "1")])).unwrap();
        book.save(&owner(), &patch(&[("a", "2")])).unwrap();
        let mut snapshot = book.snapshot(Some(1));
        snapshot.since.clear();
        let viewer = Viewer::Member(owner());
        let echo = patch(&[("a", "2"), ("version", "1")]);
        assert!(echo.decide(&schema(), &viewer, &snapshot).is_ok());
        let other = patch(&[("a", "1"), ("version", "1")]);
        let decided = other.decide(&schema(), &viewer, &snapshot);
        assert!(
            matches!(decided, Err(AppError::Conflict { .. })),
            "{decided:?}"
        );
    }

    #[test]
    fn a_value_that_is_gone_from_the_history_is_asked_about_and_matched_by_nothing() {
        let mut book = Book::default();
        book.save(&owner(), &patch(&[("a", "1"), ("b", "1")]))
            .unwrap();
        book.save(&owner(), &patch(&[("b", "2")])).unwrap();
        for gone in [Gone::Erased, Gone::TooOld] {
            let mut book = book.clone();
            for change in &mut book.history {
                if change.name == "b" && change.version == 3 {
                    change.old = Side::Gone(gone);
                }
            }
            // The value that the form was opened with would be merged if it were known.
            let echo = patch(&[("a", "3"), ("b", "1"), ("version", "2")]);
            let Err(AppError::Conflict { conflicts, .. }) = book.save(&owner(), &echo) else {
                panic!("no conflict");
            };
            assert_eq!(conflicts.len(), 1);
            assert_eq!(conflicts[0].before, crate::text::value_too_old());
            // Items that are not on the form, and equal ones, are not in conflict.
            for form in [
                &[("a", "3"), ("version", "2")][..],
                &[("a", "3"), ("b", "2"), ("version", "2")],
            ] {
                let mut book = book.clone();
                assert!(book.save(&owner(), &patch(form)).is_ok(), "{form:?}");
                assert_eq!(book.stored.get("b"), Some(&Json::from("2")));
            }
            let undone = book
                .history
                .iter()
                .find(|change| change.name == "b" && change.version == 3);
            let profile = book.snapshot(None).profile(&schema(), &book.stored);
            let undone =
                undone
                    .unwrap()
                    .undo(&schema(), &profile, &Viewer::Member(owner()), today());
            assert_eq!(undone, Err(Violation::NotKept));
        }
    }

    /// A save or an undo by one of the users.
    #[derive(Debug, Clone)]
    enum Step {
        Save {
            by_editor: bool,
            behind: u64,
            form: Vec<(String, String)>,
        },
        Undo {
            back: usize,
        },
    }

    fn step() -> impl Strategy<Value = Step> {
        let control = prop_oneof![
            (prop_oneof!["a", "b", "c"], "[xy]{0,2}"),
            (
                prop_oneof!["a.audience", "profile.audience"],
                prop_oneof!["everyone", "me"]
            ),
        ];
        let form = proptest::collection::btree_map(prop_oneof!["a", "b", "c"], "[xy]{0,2}", 0..3);
        let audience = proptest::option::of(control);
        prop_oneof![
            (any::<bool>(), 0..3u64, form, audience).prop_map(
                |(by_editor, behind, form, audience)| {
                    let mut form: Vec<_> = form.into_iter().collect();
                    form.extend(audience.filter(|(name, _)| name.contains('.')));
                    Step::Save {
                        by_editor,
                        behind,
                        form,
                    }
                }
            ),
            (0..6usize).prop_map(|back| Step::Undo { back }),
        ]
    }

    proptest! {
        /// The history replays to what is stored: forwards from an empty document, and backwards to
        /// one without readable values.
        #[test]
        fn the_history_replays_to_what_is_stored(steps in proptest::collection::vec(step(), 0..20)) {
            let mut book = Book::default();
            for step in steps {
                // Rejected steps change nothing.
                let before = (book.stored.clone(), book.history.len());
                let done = match step {
                    Step::Save { by_editor, behind, mut form } => {
                        let version = book.version().saturating_sub(behind).max(1);
                        form.push(("version".to_owned(), version.to_string()));
                        let form: Form = form.into_iter().collect();
                        let patch = Patch::parse(&schema(), &form, today()).unwrap();
                        book.save(&if by_editor { editor() } else { owner() }, &patch)
                    }
                    Step::Undo { back } => {
                        let Some(change) = book.history.iter().rev().nth(back).cloned() else { continue };
                        let profile = book.snapshot(None).profile(&schema(), &book.stored);
                        let undo = change.undo(&schema(), &profile, &Viewer::Member(owner()), today());
                        let done = book.save(&owner(), &undo.unwrap());
                        prop_assert!(done.is_ok());
                        let expected = change.old.value().cloned().filter(|_| !change.name.contains('.'));
                        if !change.name.contains('.') {
                            prop_assert_eq!(book.stored.get(&change.name).cloned(), expected);
                        }
                        done
                    }
                };
                if done.is_err() {
                    prop_assert_eq!(before, (book.stored.clone(), book.history.len()));
                }
                let mut replayed = ProfileDocument::default();
                for change in &book.history {
                    replayed.set(&change.name, change.new.value().cloned());
                }
                prop_assert_eq!(&replayed, &book.stored);
                let start = rewind(&book.stored, &book.history);
                prop_assert!(start.values(&schema()).is_empty());
            }
        }
    }
}
