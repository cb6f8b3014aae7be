//! Rules of administration: who may do what to whom.
//!
//! A role may act on accounts whose role has no right that it does not have itself, and give
//! no role that has one. Nobody acts on their own account here: its pages are in the settings.

use crate::{
    account::types::{managed::ManagementAct, user::UserId},
    error::AppError,
    form::Form,
    profile::rules::{
        length::length,
        schema::{Right, Rights, Schema},
        violation::Violation,
    },
    unicode::is_seen,
};

/// A user with the role that counts for them.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    pub id: UserId,
    pub role: &'a str,
}

/// A part of administration, with pages of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Users,
    /// The audit log.
    Events,
}

impl Area {
    /// In the order in which they are shown.
    pub const ALL: [Area; 2] = [Area::Users, Area::Events];

    /// Its first page.
    pub fn path(self) -> &'static str {
        match self {
            Area::Users => "/admin/users",
            Area::Events => "/admin/events",
        }
    }

    /// Any of these rights opens it.
    fn rights(self) -> &'static [Right] {
        match self {
            Area::Users => &[Right::ManageUsers, Right::HelpUsers],
            Area::Events => &[Right::ReadEvents],
        }
    }
}

/// Returns whether a role may open a part of administration.
pub fn can_open(schema: &Schema, role: &str, area: Area) -> bool {
    area.rights().iter().any(|right| schema.may(role, *right))
}

/// The parts of administration that a role may open.
pub fn open_areas(schema: &Schema, role: &str) -> impl Iterator<Item = Area> {
    Area::ALL
        .into_iter()
        .filter(move |area| can_open(schema, role, *area))
}

/// Returns whether a manager may do something to another user.
pub fn can_act(
    schema: &Schema,
    manager: Party<'_>,
    act: &ManagementAct,
    target: Party<'_>,
) -> bool {
    let may = |right| schema.may(manager.role, right);
    let is_in_reach = manager.id != target.id && outranks(schema, manager.role, target.role);
    is_in_reach
        && match act {
            ManagementAct::SetRole(role) => {
                may(Right::ManageUsers)
                    && schema.role(role).is_some()
                    && outranks(schema, manager.role, role)
            }
            ManagementAct::Disable(_) | ManagementAct::Enable | ManagementAct::Erase { .. } => {
                may(Right::ManageUsers)
            }
            ManagementAct::EndSessions
            | ManagementAct::EndSession(_)
            | ManagementAct::SendLink
            | ManagementAct::VoidLink(_) => may(Right::ManageUsers) || may(Right::HelpUsers),
        }
}

/// Returns whether a role may read what was done with the account of somebody else.
pub fn can_read_history(schema: &Schema, role: &str) -> bool {
    schema.may(role, Right::ManageUsers) || schema.may(role, Right::ReadEvents)
}

/// Returns whether a helper may look at the profile of `owner` as a member sees it: whose account
/// they may act on, and who sees no field that their own role does not. What somebody sees of
/// their own profile is theirs alone, for it shows what they hide.
pub fn can_see_as(
    schema: &Schema,
    helper: Party<'_>,
    member: Party<'_>,
    owner: Option<UserId>,
) -> bool {
    let is_in_reach = helper.id != member.id && outranks(schema, helper.role, member.role);
    let sees_as_much = schema.fields().all(|field| {
        let views = |role: &str| field.view.iter().any(|may| may == role);
        views(helper.role) || !views(member.role)
    });
    schema.may(helper.role, Right::HelpUsers)
        && is_in_reach
        && sees_as_much
        && owner != Some(member.id)
}

/// Returns whether a role has every right of another.
fn outranks(schema: &Schema, role: &str, other: &str) -> bool {
    let rights = |role| {
        schema
            .role(role)
            .map_or_else(Rights::default, |role| role.may)
    };
    rights(role).include(rights(other))
}

/// The act that a form asks for, and the word by which its page says that it is done.
///
/// # Errors
/// [`AppError::BadRequest`] for no form of ours; `NotAChoice` on the role, which may have gone
/// since the form was opened; `TooLong` on the reason.
pub fn read_act(schema: &Schema, form: &Form) -> Result<(ManagementAct, &'static str), AppError> {
    Ok(match form.one(ACT)? {
        Some(ROLE) => {
            let role = form.one(ROLE)?.ok_or(AppError::BadRequest)?;
            if schema.role(role).is_none() {
                return Err(AppError::invalid(ROLE, Violation::NotAChoice));
            }
            (ManagementAct::SetRole(role.to_owned()), "role")
        }
        Some(DISABLE) => {
            let reason = form.one(REASON)?.filter(|reason| is_seen(reason));
            if reason.is_some_and(|reason| length(reason) > LONGEST_REASON) {
                return Err(AppError::invalid(
                    REASON,
                    Violation::TooLong(LONGEST_REASON),
                ));
            }
            (
                ManagementAct::Disable(reason.map(str::to_owned)),
                "disabled",
            )
        }
        Some(ENABLE) => (ManagementAct::Enable, "enabled"),
        Some(SESSIONS) => (ManagementAct::EndSessions, "ended"),
        Some(LINK) => (ManagementAct::SendLink, "sent"),
        Some(SESSION) => (ManagementAct::EndSession(handle(form)?), "session"),
        Some(VOID) => (ManagementAct::VoidLink(handle(form)?), "void"),
        Some(ERASE) => {
            let outline = form.one(OUTLINE)?.unwrap_or_default().to_owned();
            (ManagementAct::Erase { outline }, "erased")
        }
        _ => return Err(AppError::BadRequest),
    })
}

/// The session or the link that a form is about.
fn handle(form: &Form) -> Result<String, AppError> {
    let handle = form.one(HANDLE)?.ok_or(AppError::BadRequest)?;
    Ok(handle.to_owned())
}

/// Grapheme clusters.
const LONGEST_REASON: usize = 500;

/// The name of the hidden control that says what to do, and its values.
pub const ACT: &str = "act";
pub const ROLE: &str = "role";
pub const DISABLE: &str = "disable";
pub const ENABLE: &str = "enable";
pub const SESSIONS: &str = "sessions";
pub const LINK: &str = "link";
pub const SESSION: &str = "session";
pub const VOID: &str = "void";
pub const ERASE: &str = "erase";

/// The name of the hidden control for the session or the link that a form is about.
pub const HANDLE: &str = "handle";

/// The name of the hidden control for the outline of the plan that was read.
pub const OUTLINE: &str = "outline";

/// The name of the control for the reason why somebody is disabled.
pub const REASON: &str = "reason";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::rules::{fixture, schema::Role};

    const ROLES: [(&str, &[Right]); 4] = [
        ("reader", &[]),
        ("helper", &[Right::HelpUsers]),
        ("editor", &[Right::EditProfiles]),
        (
            "admin",
            &[Right::EditProfiles, Right::ManageUsers, Right::HelpUsers],
        ),
    ];

    fn schema() -> Schema {
        let role = |(key, may): (&str, &[Right])| Role {
            key: key.to_owned(),
            label: key.to_owned(),
            may: may.iter().copied().collect(),
        };
        Schema {
            roles: ROLES.map(role).to_vec(),
            ..fixture::schema(Vec::new())
        }
    }

    /// The roles that each role may act on, by act.
    #[test]
    fn everybody_acts_only_on_who_has_no_more_rights() {
        let schema = schema();
        let all = ["reader", "helper", "editor", "admin"];
        let acts = [
            (
                ManagementAct::SetRole("reader".to_owned()),
                ["", "", "", "reader helper editor admin"],
            ),
            (
                ManagementAct::SetRole("admin".to_owned()),
                ["", "", "", "reader helper editor admin"],
            ),
            (ManagementAct::SetRole("king".to_owned()), ["", "", "", ""]),
            (
                ManagementAct::Disable(None),
                ["", "", "", "reader helper editor admin"],
            ),
            (
                ManagementAct::Enable,
                ["", "", "", "reader helper editor admin"],
            ),
            (
                ManagementAct::EndSessions,
                ["", "reader helper", "", "reader helper editor admin"],
            ),
            (
                ManagementAct::SendLink,
                ["", "reader helper", "", "reader helper editor admin"],
            ),
            (
                ManagementAct::EndSession(String::new()),
                ["", "reader helper", "", "reader helper editor admin"],
            ),
            (
                ManagementAct::VoidLink(String::new()),
                ["", "reader helper", "", "reader helper editor admin"],
            ),
            (
                ManagementAct::Erase {
                    outline: String::new(),
                },
                ["", "", "", "reader helper editor admin"],
            ),
        ];
        for (act, expected) in acts {
            for (by, expected) in all.into_iter().zip(expected) {
                let manager = Party {
                    id: UserId(1),
                    role: by,
                };
                let may = |target: &&str| {
                    can_act(
                        &schema,
                        manager,
                        &act,
                        Party {
                            id: UserId(2),
                            role: target,
                        },
                    )
                };
                let reached: Vec<&str> = all.into_iter().filter(may).collect();
                assert_eq!(reached.join(" "), expected, "{by}: {act:?}");
            }
        }
    }

    #[test]
    fn nobody_acts_on_themselves() {
        let admin = Party {
            id: UserId(1),
            role: "admin",
        };
        for act in [
            ManagementAct::SetRole("reader".to_owned()),
            ManagementAct::Disable(None),
            ManagementAct::EndSessions,
        ] {
            assert!(!can_act(&schema(), admin, &act, admin), "{act:?}");
        }
    }

    #[test]
    fn accounts_are_seen_by_who_may_do_something_to_them() {
        let seen = ROLES.map(|(role, _)| can_open(&schema(), role, Area::Users));
        assert_eq!(seen, [false, true, false, true]);
    }
}
