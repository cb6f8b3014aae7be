//! What another schema would do to the profiles that there are.
//!
//! Nothing is ever dropped by a new schema: a value that it cannot read, or has
//! no field for, stays in the database and is shown to nobody. This counts them
//! before it happens, against the schema that is in force: what is hidden or
//! invalid already is no news.

use app::{
    backend::Clock as _,
    profile::{Audience, Date, Field, Schema, Stored, Value, Violation, WHOLE, audience_of},
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
    /// Values of fields that only the old schema has.
    gone: BTreeMap<String, usize>,
    /// Users of roles that only the old schema has.
    roles: BTreeMap<String, usize>,
    /// Profiles that more people would find.
    wider: usize,
}

#[derive(Debug, Default)]
struct Counts {
    values: usize,
    /// They are shown on, and have to be mended at the next save.
    invalid: BTreeMap<String, usize>,
    /// They are shown to nobody, because the field cannot read them.
    unreadable: usize,
    /// They are shown to nobody, because the owner's role does not have the field.
    without_role: usize,
    /// More people see them than now.
    wider: usize,
    /// Profiles that have the field, have to fill it in, and have not.
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
        }
    }

    /// Counts one profile; `role` is its owner's, as it is stored.
    pub fn add(&mut self, role: Option<&str>, stored: &Stored) {
        self.profiles += 1;
        let only_old = |role: &&str| self.old.role(role).is_some() && self.new.role(role).is_none();
        if let Some(role) = role.filter(only_old) {
            *self.roles.entry(role.to_owned()).or_default() += 1;
        }
        let whole = chosen(stored, WHOLE);
        if self.new.audience.effective(whole) < self.old.audience.effective(whole) {
            self.wider += 1;
        }
        for (field, counts) in &mut self.fields {
            counts.values += usize::from(stored.get(&field.key).is_some());
            let now = Standing::of(self.old, &field.key, role, stored, self.today);
            let then = Standing::of(self.new, &field.key, role, stored, self.today);
            counts.add(field, &now, &then);
        }
        for field in self
            .old
            .fields()
            .filter(|field| self.new.field(&field.key).is_none())
        {
            if stored.get(&field.key).is_some() {
                *self.gone.entry(field.key.clone()).or_default() += 1;
            }
        }
    }

    /// Whether every value stays valid, where it is, and for whom it is.
    pub fn is_harmless(&self) -> bool {
        let harmless = |counts: &Counts| {
            let Counts {
                invalid,
                unreadable,
                without_role,
                wider,
                ..
            } = counts;
            invalid.is_empty() && unreadable + without_role + wider == 0
        };
        self.gone.is_empty()
            && self.roles.is_empty()
            && self.wider == 0
            && self.fields.iter().all(|(_, counts)| harmless(counts))
    }
}

/// What a schema makes of one field of one profile.
#[derive(Debug, PartialEq)]
enum Standing<'a> {
    /// The profile does not have the field.
    Absent,
    Empty {
        required: bool,
    },
    Unreadable,
    /// Who sees it, and what is wrong with it.
    Shown {
        audience: Audience,
        view: &'a [String],
        broken: Option<Violation>,
    },
}

impl<'a> Standing<'a> {
    fn of(
        schema: &'a Schema,
        key: &str,
        role: Option<&str>,
        stored: &Stored,
        today: Date,
    ) -> Standing<'a> {
        let role = schema.effective_role(role);
        let has =
            |field: &&Field| field.roles.is_empty() || field.roles.iter().any(|key| key == role);
        let Some(field) = schema.field(key).filter(has) else {
            return Standing::Absent;
        };
        let Some(json) = stored.get(key) else {
            return Standing::Empty {
                required: field.required,
            };
        };
        match Value::from_json(&field.kind, json) {
            None => Standing::Unreadable,
            Some(value) => Standing::Shown {
                audience: field.audience.effective(chosen(stored, key)),
                view: &field.view,
                broken: field.kind.parse(&value.print(), today).err(),
            },
        }
    }
}

impl Counts {
    fn add(&mut self, field: &Field, now: &Standing<'_>, then: &Standing<'_>) {
        let was_shown = matches!(now, Standing::Shown { .. });
        match then {
            Standing::Absent => self.without_role += usize::from(was_shown),
            Standing::Unreadable => self.unreadable += usize::from(was_shown),
            Standing::Empty { required } => self.missing += usize::from(*required),
            Standing::Shown {
                audience,
                view,
                broken,
            } => {
                let wider = match now {
                    Standing::Shown {
                        audience: before,
                        view: viewed,
                        ..
                    } => audience < before || view.iter().any(|role| !viewed.contains(role)),
                    // It was shown to nobody, and would be to somebody else than the owner.
                    _ => *audience < Audience::Me || !view.is_empty(),
                };
                self.wider += usize::from(wider);
                let was_broken = matches!(
                    now,
                    Standing::Shown {
                        broken: Some(_),
                        ..
                    }
                );
                if let Some(broken) = broken.as_ref().filter(|_| !was_broken) {
                    let why = text::violation(&field.label, broken);
                    *self.invalid.entry(why).or_default() += 1;
                }
            }
        }
    }
}

fn chosen(stored: &Stored, key: &str) -> Option<Audience> {
    let stored = stored.get(&audience_of(key))?;
    Some(
        stored
            .as_str()
            .and_then(Audience::parse)
            .unwrap_or(Audience::Me),
    )
}

/// A paragraph a field; a last line that says whether it is harmless.
impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |values| format!("{values} of {} profiles have a value", self.profiles);
        for (field, counts) in &self.fields {
            writeln!(f, "{}: {}", field.key, of(counts.values))?;
            for (why, count) in &counts.invalid {
                writeln!(f, "    {count} would become invalid: {why}")?;
            }
            let lines = [
                (
                    counts.unreadable,
                    "would be hidden: this type of field cannot read them",
                ),
                (
                    counts.without_role,
                    "would be hidden: their owners' role does not have the field",
                ),
                (counts.wider, "would be seen by more people than now"),
                (
                    counts.missing,
                    "profiles have none, and would have to enter one at the next save",
                ),
            ];
            for (count, what) in lines.iter().filter(|(count, _)| *count > 0) {
                writeln!(f, "    {count} {what}")?;
            }
        }
        for (key, count) in &self.gone {
            writeln!(f, "{key}: {}", of(*count))?;
            writeln!(
                f,
                "    {count} would be hidden: the schema has no such field"
            )?;
        }
        for (role, count) in &self.roles {
            let instead = self.new.effective_role(None);
            writeln!(
                f,
                "role {role}: {count} users would count as {instead}: the schema has no such role"
            )?;
        }
        if self.wider > 0 {
            writeln!(
                f,
                "{} profiles would be found by more people than now",
                self.wider
            )?;
        }
        let verdict = match self.is_harmless() {
            true => "Nothing would become invalid, hidden, or seen by more people.",
            false => {
                "Stored values are kept, whatever the schema; see above for what would change."
            }
        };
        writeln!(f, "{verdict}")
    }
}
