//! A report on what another schema would do to the existing profiles.
//!
//! A new schema never deletes anything: a value that it cannot read, or has no field for,
//! stays in the database and is shown to no one. The report counts such values in advance,
//! compared with the schema in force: values that are hidden or invalid already are not
//! counted. `app/src/profile/rules/schema_change.rs` decides what follows from a report.

use app::{
    account::types::user::User,
    backend::Clock as _,
    profile::rules::{
        access::{field_audience, has, whole_audience},
        audience::{Audience, Audiences},
        date::Date,
        document::ProfileDocument,
        schema::{Field, Schema},
        schema_change::{FieldReport, Finding, SchemaReport, changed_roles},
        value::Value,
        violation::Violation,
    },
    text,
};
use std::{collections::BTreeMap, fmt::Write};

use crate::clock::Clock;

/// The current day, for validating dates.
pub fn today() -> Date {
    Clock::system().today()
}

/// Counts, profile by profile, the effects of `new` that `old` does not have.
#[derive(Debug)]
pub struct Report<'a> {
    old: &'a Schema,
    new: &'a Schema,
    today: Date,
    profiles: u64,
    /// In the order of the schema.
    fields: Vec<(&'a Field, Counts)>,
    /// Values shown now, of fields that only the old schema has.
    gone: BTreeMap<String, u64>,
    /// Users whose role would change, by the old and the new role.
    roles: BTreeMap<(String, String), u64>,
    /// Profiles that more people could see; `narrower` is the reverse.
    wider: u64,
    narrower: u64,
}

#[derive(Debug, Default)]
struct Counts {
    values: u64,
    /// Values that stay visible, but have to be corrected at the next save.
    invalid: BTreeMap<String, u64>,
    /// Values that would be shown to no one, because the field cannot read them.
    unreadable: u64,
    /// Values that would be shown to no one, because the owner's role does not have the field.
    without_role: u64,
    /// Values that more people could see; `narrower` is the reverse.
    wider: u64,
    narrower: u64,
    /// Profiles in which this field is empty and would become required.
    missing: u64,
}

impl<'a> Report<'a> {
    pub fn new(old: &'a Schema, new: &'a Schema, today: Date) -> Report<'a> {
        Report {
            old,
            new,
            today,
            profiles: 0,
            fields: new
                .fields()
                .map(|field| (field, Counts::default()))
                .collect(),
            gone: BTreeMap::new(),
            roles: BTreeMap::new(),
            wider: 0,
            narrower: 0,
        }
    }

    /// Counts one profile; `role` is the stored role of its owner. Returns whether the profile
    /// would be affected.
    pub fn add(&mut self, role: Option<&str>, stored: &ProfileDocument) -> bool {
        self.profiles += 1;
        let roles = [self.old, self.new].map(|schema| schema.effective_role(role).to_owned());
        let [before, after] = roles;
        let mut harmed = before != after;
        if harmed {
            *self.roles.entry((before, after)).or_default() += 1;
        }
        let [before, after] = [self.old, self.new].map(|schema| Look {
            schema,
            audiences: stored.audiences(schema),
            owner: User::stranger(schema.effective_role(role)),
        });
        let whole = [&before, &after].map(|look| whole_audience(look.schema, &look.audiences));
        self.wider += u64::from(whole[1] < whole[0]);
        self.narrower += u64::from(whole[1] > whole[0]);
        harmed |= whole[0] != whole[1];
        for (field, counts) in &mut self.fields {
            counts.values += u64::from(stored.get(&field.key).is_some());
            let now = State::of(&before, &field.key, stored, self.today);
            let then = State::of(&after, &field.key, stored, self.today);
            harmed |= counts.add(field, &now, &then);
        }
        for key in self.old.fields().map(|field| &field.key) {
            if self.new.field(key).is_none()
                && matches!(
                    State::of(&before, key, stored, self.today),
                    State::Shown { .. }
                )
            {
                *self.gone.entry(key.clone()).or_default() += 1;
                harmed = true;
            }
        }
        harmed
    }

    /// Returns the report that people read and confirm.
    pub fn finish(&self) -> SchemaReport {
        let fields = self.fields.iter().map(|(field, counts)| FieldReport {
            key: field.key.clone(),
            label: field.label.clone(),
            values: counts.values,
            findings: counts.findings(),
        });
        let gone = self.old.fields().filter_map(|field| {
            let values = *self.gone.get(&field.key)?;
            Some(FieldReport {
                key: field.key.clone(),
                label: field.label.clone(),
                values,
                findings: vec![(Finding::Gone, values)],
            })
        });
        let roles = self.roles.iter().map(|((from, to), count)| {
            let (from, to) = (from.clone(), to.clone());
            (Finding::Role { from, to }, *count)
        });
        let wider = (Finding::WiderProfile, self.wider);
        let narrower = (Finding::NarrowerProfile, self.narrower);
        let changed = changed_roles(self.old, self.new);
        SchemaReport {
            profiles: self.profiles,
            fields: fields.chain(gone).collect(),
            findings: present(
                roles
                    .chain([wider, narrower])
                    .chain(changed.into_iter().map(|change| (change, 1))),
            ),
        }
    }
}

/// Keeps the findings whose count is not zero.
fn present(findings: impl IntoIterator<Item = (Finding, u64)>) -> Vec<(Finding, u64)> {
    let findings = findings.into_iter();
    findings.filter(|(_, count)| *count > 0).collect()
}

/// A profile under a schema.
struct Look<'a> {
    schema: &'a Schema,
    audiences: Audiences,
    owner: User,
}

/// One field of one profile under a schema.
#[derive(Debug, PartialEq)]
enum State<'a> {
    /// The profile does not have the field.
    Absent,
    Empty {
        required: bool,
    },
    Unreadable,
    /// The value is shown, to an audience and roles, with its violation if it is invalid.
    Shown {
        audience: Audience,
        view: &'a [String],
        broken: Option<Violation>,
    },
}

impl<'a> State<'a> {
    fn of(look: &Look<'a>, key: &str, stored: &ProfileDocument, today: Date) -> State<'a> {
        let field = look.schema.field(key);
        let Some(field) = field.filter(|field| has(field, &look.owner)) else {
            return State::Absent;
        };
        let Some(json) = stored.get(key) else {
            return State::Empty {
                required: field.required,
            };
        };
        match Value::from_json(&field.kind, json) {
            None => State::Unreadable,
            // Some of the choices would be hidden.
            Some(_) if field.kind.drops_of(json) => State::Unreadable,
            Some(value) => State::Shown {
                audience: field_audience(field, &look.audiences),
                view: &field.view,
                broken: field.kind.parse(&value.print(), today).err(),
            },
        }
    }
}

impl Counts {
    fn findings(&self) -> Vec<(Finding, u64)> {
        let invalid = self.invalid.iter();
        let invalid = invalid.map(|(why, count)| (Finding::Invalid(why.clone()), *count));
        present(invalid.chain([
            (Finding::Unreadable, self.unreadable),
            (Finding::WithoutRole, self.without_role),
            (Finding::Narrower, self.narrower),
            (Finding::Wider, self.wider),
            (Finding::Missing, self.missing),
        ]))
    }

    /// Counts a value. Returns whether it would be affected.
    fn add(&mut self, field: &Field, now: &State<'_>, then: &State<'_>) -> bool {
        let was_shown = matches!(now, State::Shown { .. });
        match then {
            State::Absent => {
                self.without_role += u64::from(was_shown);
                was_shown
            }
            State::Unreadable => {
                self.unreadable += u64::from(was_shown);
                was_shown
            }
            State::Empty { required } => {
                let was_required = matches!(now, State::Empty { required: true });
                self.missing += u64::from(*required && !was_required);
                false
            }
            State::Shown {
                audience,
                view,
                broken,
            } => {
                // A value shown to no one now is treated as new, and visible only to its owner.
                let (seen_by, viewed, was_broken) = match now {
                    State::Shown {
                        audience,
                        view,
                        broken,
                    } => (*audience, *view, broken.is_some()),
                    _ => (Audience::Me, &[][..], false),
                };
                // Roles matter only where the audience is the owner alone.
                let me = Audience::Me;
                let more = seen_by == me && view.iter().any(|role| !viewed.contains(role));
                let less = *audience == me && viewed.iter().any(|role| !view.contains(role));
                let (wider, narrower) = (*audience < seen_by || more, *audience > seen_by || less);
                self.wider += u64::from(wider);
                self.narrower += u64::from(narrower);
                let broken = broken.as_ref().filter(|_| !was_broken);
                if let Some(broken) = broken {
                    let why = text::violation(&field.label, broken);
                    *self.invalid.entry(why).or_default() += 1;
                }
                wider || narrower || broken.is_some()
            }
        }
    }
}

/// Formats a report in English for commands: a paragraph per field, and a last line that tells
/// whether the change is harmless.
pub fn print(report: &SchemaReport) -> String {
    let mut said = String::new();
    for field in &report.fields {
        let gone = field
            .findings
            .iter()
            .any(|(finding, _)| *finding == Finding::Gone);
        let head = match gone {
            true => text::no_such_field_any_more().to_owned(),
            false => text::profiles_with_value(field.values, report.profiles),
        };
        let _ = writeln!(said, "{}: {head}", field.key);
        for (finding, count) in &field.findings {
            let _ = writeln!(said, "    {}", text::schema_finding(finding, *count));
        }
    }
    for (finding, count) in &report.findings {
        let _ = writeln!(said, "{}", text::schema_finding(finding, *count));
    }
    let verdict = match report.is_harmless() {
        true => text::schema_is_harmless(),
        false => text::schema_is_not_harmless(),
    };
    said + verdict + "\n"
}
