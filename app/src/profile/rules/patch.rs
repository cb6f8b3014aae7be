//! A save is a patch: for each item keep, clear or set.
//!
//! A field that a form did not send is kept. Clearing it instead would erase fields of people who
//! use an older page, another language or a program; Keycloak has had that bug three times.

use std::collections::BTreeMap;

use super::{
    audience::{Audience, WHOLE, audience_key, audience_of},
    choice::choice_of,
    date::Date,
    document::ProfileDocument,
    schema::Schema,
    value::{Phone, Value},
    violation::Violation,
};
use crate::{error::Violations, form::Form};

#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Clear,
    Set(Value),
    Audience(Audience),
}

/// Changes to a profile, relative to the version that their author looked at. All values in a patch
/// have passed the rules of their fields.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patch {
    /// The version that the author looked at, or `None` if there was none, as for a program that
    /// sets a field.
    pub version: Option<u64>,
    /// Changes by the name of the item. An item that is not included is kept.
    changes: BTreeMap<String, Change>,
    /// The version up to which the author was told of conflicts. `mine` has the items for which
    /// they then chose their own side.
    acknowledged: Option<u64>,
    mine: Vec<String>,
}

impl Patch {
    /// The name of the hidden control that holds the version.
    pub const VERSION: &'static str = "version";
    /// The name of the hidden control that holds the version whose conflicts are
    /// on the form.
    pub const ACKNOWLEDGED: &'static str = "seen";
    /// The answer to a conflict that keeps the author's own side; [`Patch::THEIRS`] is the other
    /// one.
    pub const MINE: &'static str = "mine";
    pub const THEIRS: &'static str = "theirs";

    /// Parses a form by the rules of the schema. Permissions are not checked here, but when the
    /// patch is saved ([`Patch::decide`]).
    ///
    /// # Errors
    /// All violations in the order of the schema, followed by every name that is not in the schema:
    /// if it were silently dropped, the page would say "saved" about something that was not.
    pub fn parse(schema: &Schema, form: &Form, today: Date) -> Result<Patch, Violations> {
        let mut violations = Violations::default();
        let mut patch = Patch::default();
        for field in schema.fields() {
            if patch.wants(form, &field.key, &mut violations) {
                let read = violations
                    .take(&field.key, field.read(form, today))
                    .flatten();
                if let Some(value) = read {
                    let change = value.map_or(Change::Clear, Change::Set);
                    patch.changes.insert(field.key.clone(), change);
                }
            }
            patch.parse_audience(form, &field.key, &mut violations);
        }
        patch.parse_audience(form, WHOLE, &mut violations);
        let hidden = [Patch::VERSION, Patch::ACKNOWLEDGED, Form::OWNER];
        let known = |name: &str| {
            hidden.contains(&name) || schema.owns(name) || name.starts_with(Form::OPENED)
        };
        for name in form.names().filter(|name| !known(name)) {
            if violations.get(name).is_none() {
                violations.add(name, Violation::UnknownField);
            }
        }
        patch.version = violations
            .take(Patch::VERSION, number(form, Patch::VERSION))
            .flatten();
        patch.acknowledged = violations
            .take(Patch::ACKNOWLEDGED, number(form, Patch::ACKNOWLEDGED))
            .flatten();
        violations.or(patch)
    }

    /// Parses the profile fields of a sign-up form. Everything else on the form is ignored, and a
    /// field that it asks for but does not contain is empty.
    pub fn at_sign_up(
        schema: &Schema,
        form: &Form,
        today: Date,
        violations: &mut Violations,
    ) -> Patch {
        let mut patch = Patch::default();
        for field in schema.sign_up_fields() {
            let read = match field.read(form, today) {
                Ok(None) if field.required => Err(Violation::Required),
                read => read,
            };
            if let Some(Some(Some(value))) = violations.take(&field.key, read) {
                patch.changes.insert(field.key.clone(), Change::Set(value));
            }
        }
        patch
    }

    /// Returns a patch of one item without a version, so that it changes the current value.
    pub fn one(name: &str, change: Change) -> Patch {
        Patch {
            changes: BTreeMap::from([(name.to_owned(), change)]),
            ..Patch::default()
        }
    }

    /// Adds the changes of another patch.
    pub fn extend(&mut self, other: Patch) {
        self.changes.extend(other.changes);
    }

    /// Returns a patch that sets one item back to an earlier state, relative to the version that
    /// its author looked at.
    pub(crate) fn restore(version: u64, name: &str, change: Change) -> Patch {
        Patch {
            version: Some(version),
            ..Patch::one(name, change)
        }
    }

    /// Returns whether to read an item from the form: not if it was in conflict and the author
    /// chose the others' side.
    fn wants(&mut self, form: &Form, name: &str, violations: &mut Violations) -> bool {
        let control = choice_of(name);
        let mut answers = form.all(&control).peekable();
        if answers.peek().is_none() {
            return true;
        }
        // The form also sends an empty value, so that an unanswered question differs from one that
        // was not asked.
        let mut answers = answers.filter(|answer| !answer.is_empty());
        match (answers.next(), answers.next()) {
            (Some(Patch::THEIRS), None) => return false,
            (Some(Patch::MINE), None) => self.mine.push(name.to_owned()),
            (None, _) => violations.add(&control, Violation::NotChosen),
            _ => violations.add(&control, Violation::NotAChoice),
        }
        true
    }

    fn parse_audience(&mut self, form: &Form, key: &str, violations: &mut Violations) {
        let name = audience_of(key);
        if !self.wants(form, &name, violations) {
            return;
        }
        let audience = match form.one(&name) {
            Ok(None) => return,
            Ok(Some(key)) => Audience::parse(key).ok_or(Violation::NotAChoice),
            Err(_) => Err(Violation::Repeated),
        };
        if let Some(audience) = violations.take(&name, audience) {
            self.changes.insert(name, Change::Audience(audience));
        }
    }

    /// Returns the names of all items that are not kept.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.changes.keys().map(String::as_str)
    }

    /// Returns whether the author was told of the conflict and chose their own side; `changed_in`
    /// is the version in which others last changed the item.
    pub(crate) fn insists(&self, name: &str, changed_in: u64) -> bool {
        self.mine.iter().any(|mine| mine == name)
            && self
                .acknowledged
                .is_some_and(|acknowledged| changed_in <= acknowledged)
    }

    /// Returns the items for which the author chose their own side.
    pub(crate) fn chosen(&self) -> impl Iterator<Item = &str> {
        self.mine.iter().map(String::as_str)
    }

    pub(crate) fn acknowledged(&self) -> Option<u64> {
        self.acknowledged
    }

    /// Checks every phone number with a function that knows the numbering plans, and stores what it
    /// returns.
    pub fn check_phones(
        &mut self,
        check: impl Fn(&Phone) -> Result<Phone, Violation>,
    ) -> Result<(), Violations> {
        let mut violations = Violations::default();
        for (name, change) in &mut self.changes {
            if let Change::Set(Value::Phone(phone)) = change
                && let Some(checked) = violations.take(name, check(phone))
            {
                *phone = checked;
            }
        }
        violations.or(())
    }

    /// Returns the stored document with the changes applied. Everything else in it stays, including
    /// items that are not in the schema and values that it cannot read: the form showed an empty
    /// control for such a value, so no one asked to clear it.
    pub fn apply(&self, stored: &ProfileDocument, schema: &Schema) -> ProfileDocument {
        let readable = stored.values(schema);
        let mut changed = stored.clone();
        for (name, change) in &self.changes {
            match change {
                Change::Clear if !readable.contains_key(name) => {}
                Change::Clear | Change::Set(_) => {
                    let value = match change {
                        Change::Set(value) => Some(value),
                        _ => None,
                    };
                    let json = match schema.field(name) {
                        Some(field) => field.kind.in_place_of(stored.get(name), value),
                        None => value.map(Value::to_json),
                    };
                    changed.set(name, json);
                }
                Change::Audience(audience) => {
                    // An audience that is in effect by default need not be stored.
                    let default = audience_key(name).and_then(|key| schema.audience_rule(key));
                    let chosen = stored.get(name).is_some();
                    if chosen || default.is_none_or(|rule| rule.default != *audience) {
                        changed.set(name, Some(audience.key().into()));
                    }
                }
            }
        }
        changed
    }
}

fn number(form: &Form, name: &str) -> Result<Option<u64>, Violation> {
    let text = form.one(name).map_err(|_| Violation::Repeated)?;
    text.filter(|text| !text.is_empty())
        .map(|text| text.parse().map_err(|_| Violation::NotANumber))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::rules::{
        fixture,
        kind::{Kind, SelectOption},
        schema::Field,
    };
    use proptest::prelude::*;

    fn schema() -> Schema {
        let options = ["red", "blue"].map(|key| SelectOption {
            key: key.to_owned(),
            label: key.to_owned(),
        });
        let born = Kind::Date {
            past: true,
            years: None,
        };
        let colours = Kind::Choices {
            options: options.into(),
            max: 2,
        };
        fixture::schema(vec![
            Field {
                required: true,
                ..Field::new("name", Kind::Text { max: 10 })
            },
            Field::new("bio", Kind::LongText { max: 50 }),
            Field::new("born", born),
            Field::new("colours", colours),
        ])
    }

    fn today() -> Date {
        Date::new(2026, 11, 22).unwrap()
    }

    fn parse(pairs: &[(&str, &str)]) -> Result<Patch, Violations> {
        Patch::parse(&schema(), &pairs.iter().copied().collect(), today())
    }

    const STORED: &str =
        r#"{"name":"Ann","bio":"Hello","born":"1990-02-03","colours":["red"],"gone":{"kept":1}}"#;

    fn stored() -> ProfileDocument {
        fields(STORED)
    }

    fn fields(json: &str) -> ProfileDocument {
        ProfileDocument::parse(json, "{}").unwrap()
    }

    #[test]
    fn what_was_not_sent_is_kept_and_what_was_sent_empty_is_cleared() {
        for (form, expected) in [
            (&[][..], STORED.to_owned()),
            (&[("bio", "")], r#"{"born":"1990-02-03","colours":["red"],"gone":{"kept":1},"name":"Ann"}"#.to_owned()),
            (&[("colours", "")], r#"{"bio":"Hello","born":"1990-02-03","gone":{"kept":1},"name":"Ann"}"#.to_owned()),
            (
                &[("born.day", ""), ("born.month", ""), ("born.year", "")],
                r#"{"bio":"Hello","colours":["red"],"gone":{"kept":1},"name":"Ann"}"#.to_owned(),
            ),
            (
                &[("name", "Bo"), ("colours", ""), ("colours", "blue")],
                r#"{"bio":"Hello","born":"1990-02-03","colours":["blue"],"gone":{"kept":1},"name":"Bo"}"#.to_owned(),
            ),
        ] {
            let patch = parse(form).unwrap();
            assert_eq!(patch.apply(&stored(), &schema()), fields(&expected), "{form:?}");
        }
    }

    #[test]
    fn every_broken_rule_is_told_in_the_order_of_the_schema() {
        let refused = parse(&[
            ("role", "admin"),
            ("born.day", "31"),
            ("born.month", "2"),
            ("born.year", "1990"),
            ("name", " "),
            ("born.hour", "1"),
        ]);
        let broken: Vec<_> = refused
            .unwrap_err()
            .iter()
            .map(|(field, violation)| (field.to_owned(), violation.clone()))
            .collect();
        assert_eq!(
            broken,
            [
                ("name".to_owned(), Violation::Required),
                ("born".to_owned(), Violation::NoSuchDay),
                ("role".to_owned(), Violation::UnknownField),
                ("born.hour".to_owned(), Violation::UnknownField),
            ]
        );
    }

    #[test]
    fn a_value_that_the_schema_cannot_read_is_not_cleared_by_its_empty_control() {
        let stored = fields(r#"{"colours":["pink"],"born":1990,"bio":"Hello"}"#);
        let empty = [("colours", ""), ("born", ""), ("bio", "")];
        let kept = fields(r#"{"colours":["pink"],"born":1990}"#);
        assert_eq!(parse(&empty).unwrap().apply(&stored, &schema()), kept);
        let replaced = parse(&[("colours", "red"), ("born", "1990-02-03")]).unwrap();
        let values = replaced.apply(&stored, &schema()).values(&schema());
        assert_eq!(values.len(), 3);
    }

    #[test]
    fn a_choice_that_is_not_offered_any_more_stays_beside_the_others() {
        let stored = fields(r#"{"colours":["pink","blue","red"]}"#);
        let shown = stored.values(&schema());
        let both = Value::Choices(vec!["red".to_owned(), "blue".to_owned()]);
        assert_eq!(shown.get("colours"), Some(&both));
        for (sent, kept) in [
            // The order does not matter: nothing was changed.
            (&["red", "blue"][..], r#"{"colours":["pink","blue","red"]}"#),
            (&["red"], r#"{"colours":["red","pink"]}"#),
            (&[""], r#"{"colours":["pink"]}"#),
        ] {
            let form: Vec<_> = sent.iter().map(|key| ("colours", *key)).collect();
            let patch = parse(&form).unwrap();
            assert_eq!(patch.apply(&stored, &schema()), fields(kept), "{sent:?}");
        }
    }

    #[test]
    fn a_field_that_was_sent_twice_is_refused() {
        let refused = parse(&[("name", "Ann"), ("name", "Bo")]).unwrap_err();
        assert_eq!(refused, Violations::of("name", Violation::Repeated));
    }

    #[test]
    fn a_version_is_a_number() {
        assert_eq!(parse(&[("version", "7")]).unwrap().version, Some(7));
        assert_eq!(parse(&[]).unwrap().version, None);
        assert_eq!(
            parse(&[("version", "x")]).unwrap_err(),
            Violations::of("version", Violation::NotANumber)
        );
    }

    proptest! {
        /// A patch changes only the fields that its form names, whatever the form contains.
        #[test]
        fn a_patch_touches_only_what_was_sent(
            name in proptest::option::of("[a-z]{1,10}"),
            bio in proptest::option::of("[ a-z\n]{0,50}"),
            day in proptest::option::of(1..=28u8),
        ) {
            let mut form = Form::default();
            let mut sent = Vec::new();
            if let Some(name) = &name { form.push("name", name); sent.push("name"); }
            if let Some(bio) = &bio { form.push("bio", bio); sent.push("bio"); }
            if let Some(day) = &day { form.push("born", format!("1990-05-{day:02}")); sent.push("born"); }
            let patch = Patch::parse(&schema(), &form, today()).unwrap();
            let named: Vec<&str> = patch.changes.keys().map(String::as_str).collect();
            sent.sort_unstable();
            prop_assert_eq!(named, sent.clone());
            let (before, after) = (stored().values(&schema()), patch.apply(&stored(), &schema()).values(&schema()));
            for field in schema().fields().filter(|field| !sent.contains(&field.key.as_str())) {
                prop_assert_eq!(before.get(&field.key), after.get(&field.key));
            }
        }

        /// A form that shows stored values and is saved unchanged changes nothing.
        #[test]
        fn a_form_that_is_saved_as_it_was_opened_changes_nothing(
            bio in "\\PC{1,40}", year in 1..2026i32, month in 1..=12u8, day in 1..=28u8,
        ) {
            let form = Form::from_iter([("name", "Ann".to_owned()), ("bio", format!("x{bio}")), ("born", format!("{year:04}-{month:02}-{day:02}"))]);
            let saved = Patch::parse(&schema(), &form, today()).unwrap().apply(&ProfileDocument::default(), &schema());
            let opened = schema().fill(&saved.values(&schema()), &saved.audiences(&schema()));
            prop_assert_eq!(Patch::parse(&schema(), &opened, today()).unwrap().apply(&saved, &schema()), saved);
        }
    }
}
