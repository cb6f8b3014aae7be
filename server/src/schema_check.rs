//! A report on what another schema would do to the existing profiles.
//!
//! Nothing is ever dropped by a new schema: a value that it cannot read, or has
//! no field for, stays in the database and is shown to nobody. This counts them
//! before it happens, against the schema that is in force: what is hidden or
//! invalid already is no news.

use app::{
    account::types::user::User,
    backend::Clock as _,
    profile::rules::{
        access::{field_audience, has, whole_audience},
        audience::Audience,
        date::Date,
        document::ProfileDocument,
        schema::{Field, Schema},
        value::Value,
        violation::Violation,
    },
    text,
};
use std::{collections::BTreeMap, fmt};

use crate::clock::Clock;

/// The day by which dates are judged.
pub fn today() -> Date {
    Clock::system().today()
}

/// Counts, profile by profile, what `new` would do that `old` does not.
#[derive(Debug)]
pub struct Report<'a> {
    old: &'a Schema,
    new: &'a Schema,
    today: Date,
    profiles: usize,
    /// In the order of the schema.
    fields: Vec<(&'a Field, Counts)>,
    /// Values that are shown, of fields that only the old schema has.
    gone: BTreeMap<String, usize>,
    /// Users whose role would be another one: from which to which.
    roles: BTreeMap<(String, String), usize>,
    /// Profiles that more people would find, and fewer.
    wider: usize,
    narrower: usize,
}

#[derive(Debug, Default)]
struct Counts {
    values: usize,
    /// Values that stay visible, and have to be corrected at the next save.
    invalid: BTreeMap<String, usize>,
    /// Values shown to nobody, because the field cannot read them.
    unreadable: usize,
    /// Values shown to nobody, because the owner's role does not have the field.
    without_role: usize,
    /// Values that somebody would see who does not see them now; `narrower` is the reverse.
    wider: usize,
    narrower: usize,
    /// Profiles that would have to enter a value, and do not have to now.
    missing: usize,
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

    /// Counts one profile; `role` is its owner's, as it is stored.
    pub fn add(&mut self, role: Option<&str>, stored: &ProfileDocument) {
        self.profiles += 1;
        let roles = [self.old, self.new].map(|schema| schema.effective_role(role).to_owned());
        let [before, after] = roles;
        if before != after {
            *self.roles.entry((before, after)).or_default() += 1;
        }
        let whole = |schema| whole_audience(schema, &stored.audiences(schema));
        self.wider += usize::from(whole(self.new) < whole(self.old));
        self.narrower += usize::from(whole(self.new) > whole(self.old));
        for (field, counts) in &mut self.fields {
            counts.values += usize::from(stored.get(&field.key).is_some());
            let now = State::of(self.old, &field.key, role, stored, self.today);
            let then = State::of(self.new, &field.key, role, stored, self.today);
            counts.add(field, &now, &then);
        }
        for key in self.old.fields().map(|field| &field.key) {
            let now = State::of(self.old, key, role, stored, self.today);
            if self.new.field(key).is_none() && matches!(now, State::Shown { .. }) {
                *self.gone.entry(key.clone()).or_default() += 1;
            }
        }
    }

    /// Returns whether every value stays valid, in its place, and visible to the same people.
    pub fn is_harmless(&self) -> bool {
        let harmless = |counts: &Counts| {
            let Counts {
                invalid,
                unreadable,
                without_role,
                wider,
                narrower,
                ..
            } = counts;
            invalid.is_empty() && unreadable + without_role + wider + narrower == 0
        };
        self.gone.is_empty()
            && self.roles.is_empty()
            && self.wider + self.narrower == 0
            && self.fields.iter().all(|(_, counts)| harmless(counts))
    }
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
    /// The value is shown, to an audience, with any violation.
    Shown {
        audience: Audience,
        view: &'a [String],
        broken: Option<Violation>,
    },
}

impl<'a> State<'a> {
    fn of(
        schema: &'a Schema,
        key: &str,
        role: Option<&str>,
        stored: &ProfileDocument,
        today: Date,
    ) -> State<'a> {
        let owner = User::stranger(schema.effective_role(role));
        let Some(field) = schema.field(key).filter(|field| has(field, &owner)) else {
            return State::Absent;
        };
        let Some(json) = stored.get(key) else {
            return State::Empty {
                required: field.required,
            };
        };
        match Value::from_json(&field.kind, json) {
            None => State::Unreadable,
            // Some of several choices would be hidden.
            Some(_) if field.kind.drops_of(json) => State::Unreadable,
            Some(value) => State::Shown {
                audience: field_audience(field, &stored.audiences(schema)),
                view: &field.view,
                broken: field.kind.parse(&value.print(), today).err(),
            },
        }
    }
}

impl Counts {
    fn add(&mut self, field: &Field, now: &State<'_>, then: &State<'_>) {
        let was_shown = matches!(now, State::Shown { .. });
        match then {
            State::Absent => self.without_role += usize::from(was_shown),
            State::Unreadable => self.unreadable += usize::from(was_shown),
            State::Empty { required } => {
                let was_required = matches!(now, State::Empty { required: true });
                self.missing += usize::from(*required && !was_required);
            }
            State::Shown {
                audience,
                view,
                broken,
            } => {
                // What is shown to nobody now, its owner would see, as if it were new.
                let (seen_by, viewed, was_broken) = match now {
                    State::Shown {
                        audience,
                        view,
                        broken,
                    } => (*audience, *view, broken.is_some()),
                    _ => (Audience::Me, &[][..], false),
                };
                // Whom a wider audience includes needs no role.
                let me = Audience::Me;
                let more = seen_by == me && view.iter().any(|role| !viewed.contains(role));
                let less = *audience == me && viewed.iter().any(|role| !view.contains(role));
                self.wider += usize::from(*audience < seen_by || more);
                self.narrower += usize::from(*audience > seen_by || less);
                if let Some(broken) = broken.as_ref().filter(|_| !was_broken) {
                    let why = text::violation(&field.label, broken);
                    *self.invalid.entry(why).or_default() += 1;
                }
            }
        }
    }
}

/// A paragraph a field; a last line that says whether it is harmless.
impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |values| format!("{values} of {} profiles have a value", self.profiles);
        for (field, counts) in &self.fields {
            writeln!(f, "{}: {}", field.key, of(counts.values))?;
            for (why, count) in &counts.invalid {
                writeln!(f, "    would become invalid: {count}. {why}")?;
            }
            let lines = [
                (
                    counts.unreadable,
                    "would be hidden, because the new type cannot read them",
                ),
                (
                    counts.without_role,
                    "would be hidden, because the owner's role does not have the field",
                ),
                (
                    counts.narrower,
                    "would be hidden from some people who see them now",
                ),
                (counts.wider, "would be visible to more people than now"),
                (
                    counts.missing,
                    "profiles that would need a value at the next save",
                ),
            ];
            for (count, what) in lines.iter().filter(|(count, _)| *count > 0) {
                writeln!(f, "    {what}: {count}")?;
            }
        }
        for (key, count) in &self.gone {
            writeln!(f, "{key}: not in the new schema")?;
            writeln!(f, "    would be hidden: {count}")?;
        }
        for ((before, after), count) in &self.roles {
            writeln!(
                f,
                "users whose role would change from {before} to {after}: {count}"
            )?;
        }
        if self.wider > 0 {
            writeln!(
                f,
                "profiles that would be visible to more people than now: {}",
                self.wider
            )?;
        }
        if self.narrower > 0 {
            writeln!(
                f,
                "profiles that would be visible to fewer people than now: {}",
                self.narrower
            )?;
        }
        let verdict = match self.is_harmless() {
            true => "Nothing would become invalid, hidden, or visible to more people.",
            false => "The changes are listed above. No schema deletes stored values.",
        };
        writeln!(f, "{verdict}")
    }
}
