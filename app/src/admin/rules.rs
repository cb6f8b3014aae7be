//! The rules of administration: who may do what to whom.
//!
//! A role may act on accounts whose role has no right that it lacks itself, and may give only such
//! roles. No one acts on their own account here: its pages are in the settings.

use crate::{
    account::types::{
        managed::{AccountState, ManagementAct},
        user::UserId,
        username::{NEW_USERNAME, Username},
    },
    error::AppError,
    form::Form,
    profile::rules::{
        length::length,
        schema::{Field, Right, Rights, Schema},
        violation::Violation,
    },
    unicode::is_seen,
};

/// A user, with their effective role.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    pub id: UserId,
    pub role: &'a str,
}

/// An area of administration, with its own pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Users,
    Invitations,
    /// The import of a table of users.
    Import,
    /// The audit log.
    Events,
    Schema,
}

impl Area {
    /// All areas, in the order in which they are shown.
    pub const ALL: [Area; 5] = [
        Area::Users,
        Area::Invitations,
        Area::Import,
        Area::Events,
        Area::Schema,
    ];

    /// Returns the path of its first page.
    pub fn path(self) -> &'static str {
        match self {
            Area::Users => "/admin/users",
            Area::Invitations => "/admin/invitations",
            Area::Import => "/admin/import",
            Area::Events => "/admin/events",
            Area::Schema => "/admin/schema",
        }
    }

    /// Returns the rights, any one of which opens it.
    fn rights(self) -> &'static [Right] {
        match self {
            Area::Users => &[Right::ManageUsers, Right::HelpUsers, Right::ApproveUsers],
            Area::Invitations => &[Right::InviteUsers],
            Area::Import => &[Right::ManageUsers],
            Area::Events => &[Right::ReadEvents],
            Area::Schema => &[Right::ManageSchema],
        }
    }
}

/// Returns whether a role may open an area.
pub fn can_open(schema: &Schema, role: &str, area: Area) -> bool {
    area.rights().iter().any(|right| schema.may(role, *right))
}

/// Returns the areas that a role may open.
pub fn open_areas(schema: &Schema, role: &str) -> impl Iterator<Item = Area> {
    Area::ALL
        .into_iter()
        .filter(move |area| can_open(schema, role, *area))
}

/// Returns the states of the accounts that a role may see. A role that can only approve users sees
/// those that wait for approval, or waited until they were refused.
pub fn seen_states(schema: &Schema, role: &str) -> &'static [AccountState] {
    let may = |right| schema.may(role, right);
    match may(Right::ManageUsers) || may(Right::HelpUsers) {
        true => &AccountState::ALL,
        false if may(Right::ApproveUsers) => &[AccountState::Waiting, AccountState::Refused],
        false => &[],
    }
}

/// Returns whether a manager may perform an action on another user.
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
            ManagementAct::Disable(_)
            | ManagementAct::Enable
            | ManagementAct::Rename(_)
            | ManagementAct::Erase { .. } => may(Right::ManageUsers),
            ManagementAct::EndSessions
            | ManagementAct::EndSession(_)
            | ManagementAct::SendLink
            | ManagementAct::VoidLink(_)
            | ManagementAct::ResetFactors
            | ManagementAct::KeepFactors => may(Right::ManageUsers) || may(Right::HelpUsers),
            ManagementAct::Approve | ManagementAct::Refuse(_) => may(Right::ApproveUsers),
        }
}

/// Returns whether a role may invite people who get another role.
pub fn can_invite(schema: &Schema, role: &str, given: &str) -> bool {
    schema.may(role, Right::InviteUsers) && outranks(schema, role, given)
}

/// Returns whether a role may import users who have another role.
pub fn can_import(schema: &Schema, role: &str, given: &str) -> bool {
    schema.may(role, Right::ManageUsers) && outranks(schema, role, given)
}

/// Returns whether a role may fill in a field of the users whom it imports: a field that they may
/// fill in themselves, or that the role may edit in the profiles of others.
pub fn can_import_field(field: &Field, role: &str) -> bool {
    field.edit.owner || field.edit.roles.iter().any(|editor| editor == role)
}

/// Returns whether a role sees the invitations of others in addition to its own.
pub fn can_see_all_invitations(schema: &Schema, role: &str) -> bool {
    schema.may(role, Right::InviteUsers) && schema.may(role, Right::ManageUsers)
}

/// Returns whether a manager may end an invitation, or have it sent again: one of their own, or, if
/// they manage users, one whose inviter and given role have no more rights than they do. `by` is
/// the inviter; `None` for the operator.
pub fn can_change_invitation(
    schema: &Schema,
    manager: Party<'_>,
    by: Option<Party<'_>>,
    given: &str,
) -> bool {
    let role = manager.role;
    match by {
        Some(by) if by.id == manager.id => schema.may(role, Right::InviteUsers),
        by => {
            let includes_rights = |other| outranks(schema, role, other);
            can_see_all_invitations(schema, role)
                && includes_rights(given)
                && by.is_none_or(|by| includes_rights(by.role))
        }
    }
}

/// Returns whether a role may read the history of someone else's account.
pub fn can_read_history(schema: &Schema, role: &str) -> bool {
    schema.may(role, Right::ManageUsers) || schema.may(role, Right::ReadEvents)
}

/// Returns whether a helper may view the profile of `owner` as a member sees it. They must be able
/// to act on the member's account, and see every field that the member's role sees. The member's
/// view of their own profile is private, because it includes what they hide.
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

/// Returns the action that a form asks for, and the word by which its page reports that it is done.
///
/// # Errors
/// [`AppError::BadRequest`] for a form that no page of the site sends; `NotAChoice` on a role that
/// no longer exists; `TooLong` on the reason or the message; those of [`Username::parse`] on the
/// new name.
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
            let reason = read_reason(form)?;
            (ManagementAct::Disable(reason), "disabled")
        }
        Some(ENABLE) => (ManagementAct::Enable, "enabled"),
        Some(RENAME) => {
            let typed = form.one(NEW_USERNAME)?.unwrap_or_default();
            let name = Username::parse(typed);
            let name = name.map_err(|broken| AppError::invalid(NEW_USERNAME, broken))?;
            (ManagementAct::Rename(name), "renamed")
        }
        Some(SESSIONS) => (ManagementAct::EndSessions, "ended"),
        Some(LINK) => (ManagementAct::SendLink, "sent"),
        Some(APPROVE) => (ManagementAct::Approve, "approved"),
        Some(REFUSE) => (ManagementAct::Refuse(words_of(form, WORDS)?), "refused"),
        Some(SESSION) => (ManagementAct::EndSession(handle(form)?), "session"),
        Some(VOID) => (ManagementAct::VoidLink(handle(form)?), "void"),
        Some(RESET_FACTORS) => (ManagementAct::ResetFactors, "reset"),
        Some(KEEP_FACTORS) => (ManagementAct::KeepFactors, "kept"),
        Some(ERASE) => {
            let outline = form.one(OUTLINE)?.unwrap_or_default().to_owned();
            (ManagementAct::Erase { outline }, "erased")
        }
        _ => return Err(AppError::BadRequest),
    })
}

/// Returns the message to the user in a control, if it has visible text.
fn words_of(form: &Form, name: &str) -> Result<Option<String>, AppError> {
    let words = form.one(name)?.filter(|words| is_seen(words));
    match words.is_some_and(|words| length(words) > LONGEST_REASON) {
        true => Err(AppError::invalid(name, Violation::TooLong(LONGEST_REASON))),
        false => Ok(words.map(str::to_owned)),
    }
}

/// Returns the handle of the session or link that a form is about.
fn handle(form: &Form) -> Result<String, AppError> {
    let handle = form.one(HANDLE)?.ok_or(AppError::BadRequest)?;
    Ok(handle.to_owned())
}

/// Returns the reason for disabling a user, if it has visible text.
///
/// # Errors
/// `TooLong`
pub fn read_reason(form: &Form) -> Result<Option<String>, AppError> {
    words_of(form, REASON)
}

/// The maximum length of a reason or a message, in grapheme clusters.
const LONGEST_REASON: usize = 500;

/// The name of the hidden control that selects the action, and its values.
pub const ACT: &str = "act";
pub const ROLE: &str = "role";
pub const DISABLE: &str = "disable";
pub const ENABLE: &str = "enable";
pub const RENAME: &str = "rename";
pub const SESSIONS: &str = "sessions";
pub const LINK: &str = "link";
pub const APPROVE: &str = "approve";
pub const REFUSE: &str = "refuse";
pub const SESSION: &str = "session";
pub const VOID: &str = "void";
pub const ERASE: &str = "erase";
pub const RESET_FACTORS: &str = "reset-factors";
pub const KEEP_FACTORS: &str = "keep-factors";

/// The name of the hidden control for the session or the link that a form is about.
pub const HANDLE: &str = "handle";

/// The name of the hidden control for the outline of the plan that the manager has read.
pub const OUTLINE: &str = "outline";

/// The name of the control for the reason for disabling a user.
pub const REASON: &str = "reason";

/// The name of the control for the message to a refused user.
pub const WORDS: &str = "words";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::rules::{fixture, schema::Role};

    const ROLES: [(&str, &[Right]); 5] = [
        ("reader", &[]),
        ("doorkeeper", &[Right::ApproveUsers]),
        ("helper", &[Right::HelpUsers]),
        ("editor", &[Right::EditProfiles]),
        (
            "admin",
            &[
                Right::EditProfiles,
                Right::ManageUsers,
                Right::HelpUsers,
                Right::ApproveUsers,
            ],
        ),
    ];

    fn schema() -> Schema {
        let role = |(key, may): (&str, &[Right])| Role {
            key: key.to_owned(),
            label: key.to_owned(),
            may: may.iter().copied().collect(),
            second_required: false,
        };
        Schema {
            roles: ROLES.map(role).to_vec(),
            ..fixture::schema(Vec::new())
        }
    }

    const EVERYBODY: &str = "reader doorkeeper helper editor admin";

    /// Tests the roles that each role may act on, by action.
    #[test]
    fn everybody_acts_only_on_who_has_no_more_rights() {
        let schema = schema();
        let all = ["reader", "doorkeeper", "helper", "editor", "admin"];
        let acts = [
            (
                ManagementAct::SetRole("reader".to_owned()),
                ["", "", "", "", EVERYBODY],
            ),
            (
                ManagementAct::SetRole("admin".to_owned()),
                ["", "", "", "", EVERYBODY],
            ),
            (
                ManagementAct::SetRole("king".to_owned()),
                ["", "", "", "", ""],
            ),
            (ManagementAct::Disable(None), ["", "", "", "", EVERYBODY]),
            (ManagementAct::Enable, ["", "", "", "", EVERYBODY]),
            (
                ManagementAct::Rename(Username::parse("bea").unwrap()),
                ["", "", "", "", EVERYBODY],
            ),
            (
                ManagementAct::EndSessions,
                ["", "", "reader helper", "", EVERYBODY],
            ),
            (
                ManagementAct::SendLink,
                ["", "", "reader helper", "", EVERYBODY],
            ),
            (
                ManagementAct::Approve,
                ["", "reader doorkeeper", "", "", EVERYBODY],
            ),
            (
                ManagementAct::Refuse(None),
                ["", "reader doorkeeper", "", "", EVERYBODY],
            ),
            (
                ManagementAct::EndSession(String::new()),
                ["", "", "reader helper", "", EVERYBODY],
            ),
            (
                ManagementAct::VoidLink(String::new()),
                ["", "", "reader helper", "", EVERYBODY],
            ),
            (
                ManagementAct::Erase {
                    outline: String::new(),
                },
                ["", "", "", "", EVERYBODY],
            ),
            (
                ManagementAct::Erase {
                    outline: String::new(),
                },
                ["", "", "", "", EVERYBODY],
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
            ManagementAct::Approve,
        ] {
            assert!(!can_act(&schema(), admin, &act, admin), "{act:?}");
        }
    }

    #[test]
    fn nobody_invites_to_more_rights_than_they_have() {
        let schema = invited();
        let all = ["reader", "host", "helper", "admin"];
        for (role, expected) in [
            ("reader", ""),
            ("host", "reader host"),
            ("helper", ""),
            ("admin", "reader host helper admin"),
        ] {
            let given = all
                .into_iter()
                .filter(|given| can_invite(&schema, role, given));
            assert_eq!(given.collect::<Vec<_>>().join(" "), expected, "{role}");
        }
    }

    #[test]
    fn an_invitation_is_changed_by_who_made_it_and_by_who_manages_users() {
        let schema = invited();
        let party = |id, role| Party {
            id: UserId(id),
            role,
        };
        let host = Some(party(1, "host"));
        for (manager, by, given, expected) in [
            (party(1, "host"), host, "reader", true),
            // Inviters who have lost rights may still end what they created.
            (party(1, "host"), host, "admin", true),
            (party(1, "reader"), host, "reader", false),
            (party(2, "host"), host, "reader", false),
            (party(2, "helper"), host, "reader", false),
            (party(2, "admin"), host, "admin", true),
            (party(2, "admin"), None, "reader", true),
            (party(2, "host"), None, "reader", false),
            // Without the rights of the inviter, or of the given role.
            (party(2, "clerk"), host, "reader", true),
            (party(2, "clerk"), Some(party(1, "admin")), "reader", false),
            (party(2, "clerk"), host, "admin", false),
        ] {
            let can = can_change_invitation(&schema, manager, by, given);
            assert_eq!(can, expected, "{manager:?} {by:?} {given}");
        }
    }

    /// Roles, some of which may invite.
    fn invited() -> Schema {
        let role = |(key, may): (&str, &[Right])| Role {
            key: key.to_owned(),
            label: key.to_owned(),
            may: may.iter().copied().collect(),
            second_required: false,
        };
        let all = Right::ALL.map(|(_, right)| right);
        let roles: [(&str, &[Right]); 5] = [
            ("reader", &[]),
            ("host", &[Right::InviteUsers]),
            ("helper", &[Right::HelpUsers]),
            ("clerk", &[Right::InviteUsers, Right::ManageUsers]),
            ("admin", &all),
        ];
        Schema {
            roles: roles.map(role).to_vec(),
            ..fixture::schema(Vec::new())
        }
    }

    #[test]
    fn accounts_are_seen_by_who_may_do_something_to_them() {
        let seen = ROLES.map(|(role, _)| can_open(&schema(), role, Area::Users));
        assert_eq!(seen, [false, true, true, false, true]);
    }

    #[test]
    fn whoever_only_approves_sees_no_account_but_those_that_wait_or_were_refused() {
        let seen = |role| {
            let seen = seen_states(&schema(), role).iter();
            seen.map(|state| state.word()).collect::<Vec<_>>().join(" ")
        };
        for (role, expected) in [
            ("reader", ""),
            ("editor", ""),
            ("doorkeeper", "waiting refused"),
            ("helper", "active waiting disabled closed refused"),
            ("admin", "active waiting disabled closed refused"),
        ] {
            assert_eq!(seen(role), expected, "{role}");
        }
    }
}
