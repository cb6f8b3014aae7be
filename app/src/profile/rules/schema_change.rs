//! The report on what another schema would do to the existing profiles, and whether the user who
//! applies it has read the report.
//!
//! A new schema never deletes anything: a value that it cannot read, or has no field for, stays in
//! the database and is shown to no one. So a report counts the values that would be hidden,
//! invalid, or seen by others, and the user is asked again as soon as there are more of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    author::Author,
    schema::{Right, Rights, Schema},
};

/// The maximum size of a schema, in bytes.
pub const MAX_TEXT: usize = 256 * 1024;

/// The source of the schema in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaSource {
    /// A file named by the operator, which takes precedence over all revisions.
    File(String),
    /// The revision with this number; 0 is the built-in schema.
    Revision(i64),
}

/// A schema that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRevision {
    pub id: i64,
    /// Milliseconds since 1970-01-01 UTC.
    pub at: i64,
    pub by: Author,
    /// The beginning of the SHA-256 of its text.
    pub hash: String,
    /// The earlier revision whose text it restored.
    pub restores: Option<i64>,
}

/// The numbers of profiles that have a value, by the key of the field, among the newest profiles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValueCounts {
    pub profiles: u64,
    pub values: BTreeMap<String, u64>,
    /// `true` if there are more profiles than were counted.
    pub is_partial: bool,
}

/// The result of checking the text of a new schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    TooLong,
    /// The text is not a valid schema. Lines count from 1.
    Mistake {
        line: usize,
        reason: String,
    },
    /// The text is that of the schema in use.
    Same,
    TooManyProfiles,
    Sound {
        report: SchemaReport,
        /// `true` if the user's role may apply it ([`can_apply`]).
        within_reach: bool,
    },
}

/// A schema that a user wants to apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaChange {
    pub text: String,
    /// The revision that it was compared with.
    pub base: i64,
    /// The outline of the report that the user has read.
    pub read: String,
    /// The earlier revision that it restores, if its text is still that of the revision.
    pub restores: Option<i64>,
}

/// An effect of another schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// Values stay visible, but have to be corrected at the next save, for this reason.
    Invalid(String),
    /// Values are shown to no one, because the field cannot read them.
    Unreadable,
    /// Values are shown to no one, because the owner's role does not have the field.
    WithoutRole,
    /// Some viewers no longer see values that they see now.
    Narrower,
    /// Some viewers see values that they do not see now.
    Wider,
    /// Profiles lack a value that is required at their next save, and is not required now.
    Missing,
    /// Values are shown to no one, because the field no longer exists.
    Gone,
    /// Users get another role.
    Role { from: String, to: String },
    /// Some viewers find profiles that they do not find now.
    WiderProfile,
    /// Some viewers no longer find profiles that they find now.
    NarrowerProfile,
    /// The users of a role get a right, which has this name in the schema file.
    Given { role: String, right: &'static str },
    /// The users of a role lose a right, which has this name in the schema file.
    Taken { role: String, right: &'static str },
    /// The users of this role have to set up a second factor before anything else.
    SecondRequired(String),
    /// The users of this role no longer need a second factor.
    SecondOptional(String),
    /// There would be no one left who could manage the users.
    NoManager,
}

impl Finding {
    /// Returns whether the user has to have read it before the schema is applied.
    pub fn is_harm(&self) -> bool {
        !matches!(self, Finding::Missing | Finding::SecondRequired(_))
    }

    /// Returns whether it is reported once per role, and not counted by profile.
    fn is_of_a_role(&self) -> bool {
        matches!(
            self,
            Finding::Given { .. }
                | Finding::Taken { .. }
                | Finding::SecondRequired(_)
                | Finding::SecondOptional(_)
        )
    }
}

/// A report on one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldReport {
    pub key: String,
    pub label: String,
    /// The number of profiles with a value.
    pub values: u64,
    pub findings: Vec<(Finding, u64)>,
}

/// A report on another schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaReport {
    pub profiles: u64,
    /// The fields of the new schema, followed by those that it no longer has.
    pub fields: Vec<FieldReport>,
    /// Findings that are not about a field.
    pub findings: Vec<(Finding, u64)>,
}

impl SchemaReport {
    /// Returns every finding with the key of its field, or an empty key if it is not about a field.
    fn all(&self) -> impl Iterator<Item = (&str, &Finding, u64)> {
        let of_fields = self.fields.iter().flat_map(|field| {
            let findings = field.findings.iter();
            findings.map(|(finding, count)| (field.key.as_str(), finding, *count))
        });
        let others = self.findings.iter();
        of_fields.chain(others.map(|(finding, count)| ("", finding, *count)))
    }

    /// Adds the effects on further profiles.
    pub fn add(&mut self, further: SchemaReport) {
        self.profiles += further.profiles;
        for field in further.fields {
            match self.fields.iter_mut().find(|known| known.key == field.key) {
                Some(known) => {
                    known.values += field.values;
                    add_all(&mut known.findings, field.findings);
                }
                None => self.fields.push(field),
            }
        }
        let counted = further.findings.into_iter();
        let counted = counted.filter(|(finding, _)| !finding.is_of_a_role());
        add_all(&mut self.findings, counted.collect());
    }

    /// Returns whether every value stays valid, readable, and visible to the same viewers, and no
    /// role gains or loses a right.
    pub fn is_harmless(&self) -> bool {
        !self.all().any(|(_, finding, _)| finding.is_harm())
    }

    /// Returns whether the schema cannot be applied, even by someone who has read the report.
    pub fn is_forbidden(&self) -> bool {
        self.all()
            .any(|(_, finding, _)| *finding == Finding::NoManager)
    }

    /// Returns the harmful findings as a text that a form contains.
    pub fn outline(&self) -> String {
        let harm = self.all().filter(|(_, finding, _)| finding.is_harm());
        let lines = harm.map(|(key, finding, count)| format!("{key} {finding:?}={count}"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Returns whether an earlier report, of which this is the outline, contained all harmful
    /// findings of this one, with counts at least as high.
    pub fn is_covered_by(&self, outline: &str) -> bool {
        let read: BTreeMap<&str, u64> = outline
            .lines()
            .filter_map(|line| line.rsplit_once('='))
            .filter_map(|(what, count)| Some((what, count.parse().ok()?)))
            .collect();
        self.outline().lines().all(|line| {
            let (what, count) = line.rsplit_once('=').unwrap_or((line, "0"));
            let count: u64 = count.parse().unwrap_or(u64::MAX);
            read.get(what).is_some_and(|read| *read >= count)
        })
    }
}

fn add_all(findings: &mut Vec<(Finding, u64)>, further: Vec<(Finding, u64)>) {
    for (finding, count) in further {
        match findings.iter_mut().find(|(known, _)| *known == finding) {
            Some((_, known)) => *known += count,
            None => findings.push((finding, count)),
        }
    }
}

/// Returns the roles that users can have stored under either of two schemas, and `None` for those
/// without one.
fn stored_roles<'a>(old: &'a Schema, new: &'a Schema) -> BTreeSet<Option<&'a str>> {
    let roles = old.roles.iter().chain(&new.roles);
    let keys = roles.map(|role| Some(role.key.as_str()));
    keys.chain([None]).collect()
}

/// Returns the changes of what the users of a role may do, and of whether they need a second
/// factor.
pub fn changed_roles(old: &Schema, new: &Schema) -> Vec<Finding> {
    let mut changed = Vec::new();
    for role in &new.roles {
        for (right, _) in Right::ALL
            .iter()
            .filter(|(_, right)| role.may.has(*right) && !old.may(&role.key, *right))
        {
            let role = role.key.clone();
            changed.push(Finding::Given { role, right });
        }
        for (right, _) in Right::ALL
            .iter()
            .filter(|(_, right)| !role.may.has(*right) && old.may(&role.key, *right))
        {
            let role = role.key.clone();
            changed.push(Finding::Taken { role, right });
        }
        let required = old.role(&role.key).is_some_and(|role| role.second_required);
        match (required, role.second_required) {
            (false, true) => changed.push(Finding::SecondRequired(role.key.clone())),
            (true, false) => changed.push(Finding::SecondOptional(role.key.clone())),
            _ => {}
        }
    }
    changed
}

/// Returns whether a role may replace one schema with another.
///
/// Apart from [`Right::ManageSchema`], the role must itself have every right that anyone gains or
/// loses by the change, and every right whose protection by a second factor starts or ends.
pub fn can_apply(old: &Schema, new: &Schema, role: &str) -> bool {
    let held = |schema: &Schema, stored| {
        let role = schema.role(schema.effective_role(stored));
        role.map_or((Rights::default(), false), |role| {
            (role.may, role.second_required)
        })
    };
    let stays = |stored| {
        let ((before, required), (after, requires)) = (held(old, stored), held(new, stored));
        Right::ALL.iter().all(|(_, right)| {
            let had = before.has(*right);
            let is_same = had == after.has(*right) && (!had || required == requires);
            is_same || old.may(role, *right)
        })
    };
    old.may(role, Right::ManageSchema) && stored_roles(old, new).into_iter().all(stays)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::rules::{fixture, schema::Role};

    fn schema(roles: &[(&str, &[&str])]) -> Schema {
        let role = |(key, may): &(&str, &[&str])| Role {
            key: (*key).to_owned(),
            label: (*key).to_owned(),
            may: Right::ALL
                .iter()
                .filter(|(word, _)| may.contains(word))
                .map(|(_, right)| *right)
                .collect(),
            second_required: false,
        };
        Schema {
            roles: roles.iter().map(role).collect(),
            ..fixture::schema(Vec::new())
        }
    }

    #[test]
    fn who_manages_the_schema_gives_and_takes_no_right_that_they_do_not_have() {
        let old: &[(&str, &[&str])] = &[
            ("reader", &[]),
            ("clerk", &["manage_schema", "invite_users"]),
            ("admin", &["manage_schema", "manage_users", "invite_users"]),
        ];
        let all: &[&str] = &["manage_schema", "manage_users", "invite_users"];
        for (new, clerk, admin) in [
            (old, true, true),
            // Rights given to one's own role, to everyone, and to a new role.
            (
                &[("reader", &[][..]), ("clerk", all), ("admin", all)],
                false,
                true,
            ),
            (
                &[
                    ("reader", &["manage_users"][..]),
                    ("clerk", old[1].1),
                    ("admin", all),
                ],
                false,
                true,
            ),
            (
                &[
                    ("reader", &[][..]),
                    ("clerk", old[1].1),
                    ("admin", all),
                    ("boss", all),
                ],
                false,
                true,
            ),
            (
                &[
                    ("reader", &[][..]),
                    ("clerk", old[1].1),
                    ("admin", all),
                    ("host", &["invite_users"]),
                ],
                true,
                true,
            ),
            // Users without a stored role have the first.
            (
                &[("admin", all), ("reader", &[]), ("clerk", old[1].1)],
                false,
                true,
            ),
            // A right taken from a role that has more rights.
            (&[("reader", &[][..]), ("clerk", old[1].1)], false, true),
            (
                &[("reader", &[][..]), ("clerk", &[]), ("admin", all)],
                true,
                true,
            ),
            // A right that the admin does not have either.
            (
                &[
                    ("reader", &["read_events"][..]),
                    ("clerk", old[1].1),
                    ("admin", all),
                ],
                false,
                false,
            ),
        ] {
            let (old, new) = (schema(old), schema(new));
            let may = ["reader", "clerk", "admin"].map(|role| can_apply(&old, &new, role));
            assert_eq!(may, [false, clerk, admin], "{:?}", new.roles);
        }
    }

    #[test]
    fn a_second_factor_is_asked_of_a_role_by_whoever_has_its_rights() {
        let roles: &[(&str, &[&str])] = &[
            ("reader", &[]),
            ("clerk", &["manage_schema"]),
            ("admin", &["manage_schema", "manage_users"]),
        ];
        let asking = |of: &[&str]| {
            let mut schema = schema(roles);
            for role in &mut schema.roles {
                role.second_required = of.contains(&role.key.as_str());
            }
            schema
        };
        for (old, new, clerk, findings) in [
            (&["admin"][..], &["admin"][..], true, vec![]),
            (
                &[],
                &["reader", "clerk"],
                true,
                vec![
                    Finding::SecondRequired("reader".to_owned()),
                    Finding::SecondRequired("clerk".to_owned()),
                ],
            ),
            (
                &["admin"],
                &[],
                false,
                vec![Finding::SecondOptional("admin".to_owned())],
            ),
            (
                &[],
                &["admin"],
                false,
                vec![Finding::SecondRequired("admin".to_owned())],
            ),
        ] {
            let (old, new) = (asking(old), asking(new));
            assert_eq!(changed_roles(&old, &new), findings);
            assert_eq!(can_apply(&old, &new, "clerk"), clerk, "{findings:?}");
            assert!(can_apply(&old, &new, "admin"));
        }
    }

    #[test]
    fn more_harm_than_was_read_is_not_covered() {
        let report = |count: u64, further: &[(Finding, u64)]| SchemaReport {
            profiles: 9,
            fields: vec![FieldReport {
                key: "bio".to_owned(),
                label: "Bio".to_owned(),
                values: 9,
                findings: vec![
                    (
                        Finding::Invalid("shorten it to 5=five\nwords".to_owned()),
                        count,
                    ),
                    (Finding::Missing, count + 5),
                ],
            }],
            findings: further.to_vec(),
        };
        let read = report(3, &[(Finding::WiderProfile, 2)]).outline();
        for (now, covered) in [
            (report(3, &[(Finding::WiderProfile, 2)]), true),
            (report(2, &[]), true),
            (report(4, &[(Finding::WiderProfile, 2)]), false),
            (report(3, &[(Finding::NarrowerProfile, 1)]), false),
            (
                report(3, &[(Finding::WiderProfile, 2), (Finding::NoManager, 1)]),
                false,
            ),
        ] {
            assert_eq!(now.is_covered_by(&read), covered, "{now:?}");
        }
        assert!(!report(1, &[]).is_covered_by(""));
        assert!(!report(1, &[]).is_covered_by("bio Invalid=many"));
        assert!(SchemaReport::default().is_covered_by(""));
        assert!(SchemaReport::default().is_harmless());
    }
}
