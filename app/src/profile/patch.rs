//! A save is a patch: for each field, keep it, clear it or set it.
//!
//! A field that a form did not send is kept. A form that saves what it was not
//! asked about erases fields of people who used an older page, another language
//! or a program; Keycloak had that three times.

use std::collections::BTreeMap;

use super::{Date, Schema, StoredFields, Value, Violation};
use crate::{error::Violations, form::Form};

#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Clear,
    Set(Value),
}

/// Changes to a profile, against the version that their author looked at.
/// Built only by [`Patch::parse`], so that every value has passed its rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// `None` if the author looked at none: a program that sets a field.
    pub version: Option<u64>,
    /// A field that is not in here is kept.
    changes: BTreeMap<String, Change>,
}

impl Patch {
    /// The name of the hidden control that holds the version.
    pub const VERSION: &'static str = "version";
    /// The name of the hidden control that says whose profile the form is about.
    /// Whoever logs in as somebody else in another tab would otherwise save one
    /// profile over another.
    pub const OWNER: &'static str = "username";

    /// Reads a form by the rules of the schema.
    ///
    /// # Errors
    /// All broken rules in the order of the schema, and after them every name
    /// that the schema does not know: dropping it in silence would say "saved"
    /// about something that is not.
    pub fn parse(schema: &Schema, form: &Form, today: Date) -> Result<Patch, Violations> {
        let mut violations = Violations::default();
        let mut changes = BTreeMap::new();
        for field in schema.fields() {
            let read = violations.take(&field.key, field.read(form, today));
            if let Some(Some(value)) = read {
                changes.insert(field.key.clone(), value.map_or(Change::Clear, Change::Set));
            }
        }
        let known = |name: &str| {
            [Patch::VERSION, Patch::OWNER].contains(&name)
                || schema.fields().any(|field| field.owns(name))
        };
        for name in form.names().filter(|name| !known(name)) {
            if violations.get(name).is_none() {
                violations.add(name, Violation::UnknownField);
            }
        }
        let version = violations.take(Patch::VERSION, version(form)).flatten();
        violations.or(Patch { version, changes })
    }

    /// The stored fields with the changes made. Everything else in them stays:
    /// what this schema does not know, and what it cannot read. Of such a value
    /// the form showed an empty control, and nobody asked to clear it.
    pub fn apply(&self, stored: &StoredFields, schema: &Schema) -> StoredFields {
        let readable = stored.values(schema);
        let mut changed = stored.clone();
        for (key, change) in &self.changes {
            match change {
                Change::Clear if !readable.contains_key(key) => {}
                Change::Clear => changed.remove(key),
                Change::Set(value) => changed.set(key, value),
            }
        }
        changed
    }
}

fn version(form: &Form) -> Result<Option<u64>, Violation> {
    let text = form.one(Patch::VERSION).map_err(|_| Violation::Repeated)?;
    text.map(|text| text.parse().map_err(|_| Violation::NotANumber))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Choice, Field, Group, Kind};
    use proptest::prelude::*;

    fn field(key: &str, kind: Kind, required: bool) -> Field {
        let (key, label) = (key.to_owned(), key.to_owned());
        Field {
            key,
            label,
            hint: String::new(),
            kind,
            required,
            autocomplete: String::new(),
        }
    }

    fn schema() -> Schema {
        let options = ["red", "blue"].map(|key| Choice {
            key: key.to_owned(),
            label: key.to_owned(),
        });
        let fields = vec![
            field("name", Kind::Text { max: 10 }, true),
            field("bio", Kind::LongText { max: 50 }, false),
            field(
                "born",
                Kind::Date {
                    past: true,
                    years: None,
                },
                false,
            ),
            field(
                "colours",
                Kind::Choices {
                    options: options.into(),
                    max: 2,
                },
                false,
            ),
        ];
        Schema {
            groups: vec![Group {
                label: "All".to_owned(),
                fields,
            }],
        }
    }

    fn today() -> Date {
        Date::new(2026, 11, 22).unwrap()
    }

    fn parse(pairs: &[(&str, &str)]) -> Result<Patch, Violations> {
        Patch::parse(&schema(), &pairs.iter().copied().collect(), today())
    }

    fn stored() -> StoredFields {
        r#"{"name":"Ann","bio":"Hello","born":"1990-02-03","colours":["red"],"gone":{"kept":1}}"#
            .parse()
            .unwrap()
    }

    #[test]
    fn what_was_not_sent_is_kept_and_what_was_sent_empty_is_cleared() {
        for (form, expected) in [
            (&[][..], stored().to_string()),
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
            let expected: StoredFields = expected.parse().unwrap();
            assert_eq!(patch.apply(&stored(), &schema()), expected, "{form:?}");
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
        let stored: StoredFields =
            r#"{"colours":["pink"],"born":1990,"bio":"Hello"}"#.parse().unwrap();
        let empty = [("colours", ""), ("born", ""), ("bio", "")];
        let kept: StoredFields = r#"{"colours":["pink"],"born":1990}"#.parse().unwrap();
        assert_eq!(parse(&empty).unwrap().apply(&stored, &schema()), kept);
        let replaced = parse(&[("colours", "red"), ("born", "1990-02-03")]).unwrap();
        let values = replaced.apply(&stored, &schema()).values(&schema());
        assert_eq!(values.len(), 3);
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
        /// Whatever a form holds, a patch changes the fields it names and no other.
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

        /// What the form shows of a stored value, saved again, changes nothing.
        #[test]
        fn a_form_that_is_saved_as_it_was_opened_changes_nothing(
            bio in "\\PC{1,40}", year in 1..2026i32, month in 1..=12u8, day in 1..=28u8,
        ) {
            let form = Form::from_iter([("name", "Ann".to_owned()), ("bio", format!("x{bio}")), ("born", format!("{year:04}-{month:02}-{day:02}"))]);
            let saved = Patch::parse(&schema(), &form, today()).unwrap().apply(&StoredFields::default(), &schema());
            let opened = schema().fill(&saved.values(&schema()));
            prop_assert_eq!(Patch::parse(&schema(), &opened, today()).unwrap().apply(&saved, &schema()), saved);
        }
    }
}
