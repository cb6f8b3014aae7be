//! The events of the audit log.

use std::fmt;

use crate::account::types::user::UserId;

/// A kind of event: something that was done or attempted. The database stores its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    SignedUp,
    /// The operator or a manager created the user.
    Created,
    LoggedIn,
    /// A wrong password, an unknown name, or a rejected passkey.
    LogInFailed,
    LoggedOut,
    SessionsEnded,
    /// Someone else ended the sessions.
    SessionsRevoked,
    PasswordChanged,
    /// A wrong current password, in a session.
    PasswordFailed,
    /// The correct password; the second factor is still missing.
    SecondAsked,
    /// A wrong code or a rejected passkey, after the correct password.
    SecondFailed,
    AppAdded,
    AppRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    /// A new set of recovery codes.
    RecoveryRenewed,
    RecoveryUsed,
    /// A browser is no longer trusted, and is asked for the second factor again.
    BrowserDistrusted,
    /// A user who logs in with a passkey removed their password.
    PasswordRemoved,
    /// The removal of all second factors was requested, for a user who has lost them.
    FactorsResetAsked,
    /// The removal of second factors was cancelled before it was due.
    FactorsKept,
    FactorsReset,
    /// A link to choose a new password was requested.
    ResetAsked,
    /// A link to choose a new password was handed out instead of emailed.
    LinkHandedOut,
    /// A link that had been sent was voided.
    LinkVoided,
    PasswordReset,
    EmailAsked,
    EmailCancelled,
    EmailConfirmed,
    /// An earlier address was restored.
    EmailUndone,
    Exported,
    /// A manager exported a list of users.
    UsersExported,
    /// A user erased a value of their own history; the detail is its field.
    HistoryErased,
    /// The account was closed, to be erased.
    DeletionRequested,
    /// The user logged in again in time, which cancelled the deletion.
    DeletionCancelled,
    /// The account was erased, and its name was removed from the log.
    Erased,
    /// The owner or someone else changed the username; the detail has both names.
    Renamed,
    RoleChanged,
    Disabled,
    Enabled,
    /// A user who waited for approval became a member.
    Approved,
    /// A user who waited for approval was refused. Neither their name nor the message to them is
    /// kept.
    ApprovalRefused,
    /// Someone was invited, by email or by a link to hand out. The detail is the number of the
    /// invitation.
    Invited,
    InvitationEnded,
    /// A new user joined by an invitation; the detail is its number.
    Joined,
    /// Someone viewed a profile as this user sees it.
    SeenAs,
    /// Someone viewed this user's profile as another member sees it.
    ShownAs,
    /// Another schema was applied; the detail is its number.
    SchemaApplied,
    /// A rejected request that no page of the site offers to its sender.
    Refused,
}

const WORDS: &[(EventKind, &str)] = &[
    (EventKind::SignedUp, "signed_up"),
    (EventKind::Created, "created"),
    (EventKind::LoggedIn, "logged_in"),
    (EventKind::LogInFailed, "log_in_failed"),
    (EventKind::LoggedOut, "logged_out"),
    (EventKind::SessionsEnded, "sessions_ended"),
    (EventKind::SessionsRevoked, "sessions_revoked"),
    (EventKind::PasswordChanged, "password_changed"),
    (EventKind::PasswordFailed, "password_failed"),
    (EventKind::SecondAsked, "second_asked"),
    (EventKind::SecondFailed, "second_failed"),
    (EventKind::AppAdded, "app_added"),
    (EventKind::AppRemoved, "app_removed"),
    (EventKind::PasskeyAdded, "passkey_added"),
    (EventKind::PasskeyRemoved, "passkey_removed"),
    (EventKind::RecoveryRenewed, "recovery_renewed"),
    (EventKind::RecoveryUsed, "recovery_used"),
    (EventKind::BrowserDistrusted, "browser_distrusted"),
    (EventKind::PasswordRemoved, "password_removed"),
    (EventKind::FactorsResetAsked, "factors_reset_asked"),
    (EventKind::FactorsKept, "factors_kept"),
    (EventKind::FactorsReset, "factors_reset"),
    (EventKind::ResetAsked, "reset_asked"),
    (EventKind::LinkHandedOut, "link_handed_out"),
    (EventKind::LinkVoided, "link_voided"),
    (EventKind::PasswordReset, "password_reset"),
    (EventKind::EmailAsked, "email_asked"),
    (EventKind::EmailCancelled, "email_cancelled"),
    (EventKind::EmailConfirmed, "email_confirmed"),
    (EventKind::EmailUndone, "email_undone"),
    (EventKind::Exported, "exported"),
    (EventKind::UsersExported, "users_exported"),
    (EventKind::HistoryErased, "history_erased"),
    (EventKind::DeletionRequested, "left"),
    (EventKind::DeletionCancelled, "stayed"),
    (EventKind::Erased, "erased"),
    (EventKind::Renamed, "renamed"),
    (EventKind::RoleChanged, "role_changed"),
    (EventKind::Disabled, "disabled"),
    (EventKind::Enabled, "enabled"),
    (EventKind::Approved, "approved"),
    (EventKind::ApprovalRefused, "approval_refused"),
    (EventKind::Invited, "invited"),
    (EventKind::InvitationEnded, "invitation_ended"),
    (EventKind::Joined, "joined"),
    (EventKind::SeenAs, "seen_as"),
    (EventKind::ShownAs, "shown_as"),
    (EventKind::SchemaApplied, "schema_applied"),
    (EventKind::Refused, "refused"),
];

impl EventKind {
    pub fn all() -> impl Iterator<Item = EventKind> {
        WORDS.iter().map(|(kind, _)| *kind)
    }

    /// Parses a stored word; `None` for one of a newer version of the program.
    pub fn parse(word: &str) -> Option<EventKind> {
        let row = WORDS.iter().find(|(_, known)| *known == word)?;
        Some(row.0)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = WORDS.iter().find(|(kind, _)| kind == self);
        f.write_str(row.map_or("", |row| row.1))
    }
}

/// An event of the audit log, as shown to one of its readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEvent {
    pub id: i64,
    /// Milliseconds since 1970-01-01 UTC.
    pub at: i64,
    /// `None` for an event of a newer version of the program.
    pub kind: Option<EventKind>,
    /// The username of the user who caused it. `None` for a guest, the operator, and a user who has
    /// been erased.
    pub actor: Option<String>,
    /// The username of the user whom it affected.
    pub subject: Option<String>,
    /// The IP address of the client; `None` if another user caused the event, as that is private.
    pub address: Option<String>,
    pub user_agent: Option<String>,
    pub detail: Option<String>,
}

impl PastEvent {
    /// Returns whether a user involved in an event may see the client that caused it. The client of
    /// someone else is private.
    pub fn shows_client(actor: Option<UserId>, reader: UserId) -> bool {
        actor.is_none_or(|actor| actor == reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for (index, (kind, word)) in WORDS.iter().enumerate() {
            assert_eq!(kind.to_string(), *word);
            assert_eq!(EventKind::parse(word), Some(*kind), "{index}");
        }
    }
}
