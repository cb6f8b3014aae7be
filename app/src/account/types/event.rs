//! The events of the audit log.

use std::fmt;

use crate::account::types::user::UserId;

/// Something that was done, or tried. Its word is what the database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    SignedUp,
    /// By the operator.
    Created,
    LoggedIn,
    /// With a wrong password, or as nobody.
    LogInFailed,
    LoggedOut,
    SessionsEnded,
    /// By somebody else.
    SessionsRevoked,
    PasswordChanged,
    /// A wrong current password, in a session.
    PasswordFailed,
    /// The right password, without the second factor yet.
    SecondAsked,
    /// A wrong code, or a passkey that was refused, after the right password.
    SecondFailed,
    AppAdded,
    AppRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    /// A new set of recovery codes.
    RecoveryRenewed,
    RecoveryUsed,
    /// A browser that has to show the second factor again.
    BrowserDistrusted,
    /// By who logs in with a passkey.
    PasswordRemoved,
    /// All second factors are to be removed, for somebody who has lost them.
    FactorsResetAsked,
    /// The end of that, before its time was up.
    FactorsKept,
    FactorsReset,
    /// A link to choose a new one.
    ResetAsked,
    /// A link to choose a new one that was handed out, and not mailed.
    LinkHandedOut,
    /// A link that was sent, and works no longer.
    LinkVoided,
    PasswordReset,
    EmailAsked,
    EmailCancelled,
    EmailConfirmed,
    /// The address before is back.
    EmailUndone,
    Exported,
    /// A list of users, by somebody who may see it.
    UsersExported,
    /// A value of the own history; its field is the detail.
    HistoryErased,
    /// The account is closed, to be erased.
    DeletionRequested,
    /// The user logged in again in time, which cancelled the deletion.
    DeletionCancelled,
    /// With the account its name goes from here, too.
    Erased,
    /// By its owner or somebody else; the names before and after are the detail.
    Renamed,
    RoleChanged,
    Disabled,
    Enabled,
    /// Somebody who waited has become a member.
    Approved,
    /// Somebody who waited was turned away. Neither their name nor the words stay.
    ApprovalRefused,
    /// Somebody, by mail or by a link that is handed out. The number of the invitation is the
    /// detail.
    Invited,
    InvitationEnded,
    /// A new user, by the invitation of that number.
    Joined,
    /// Somebody looked at a profile as the user sees it.
    SeenAs,
    /// Somebody looked at the user's profile as another member sees it.
    ShownAs,
    /// Another schema; its number is the detail.
    SchemaApplied,
    /// A request that no page of ours sends to somebody who may not.
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

    /// `None` for a word of a newer program.
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

/// A row of the audit log, as one of those meets it whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEvent {
    pub id: i64,
    /// Milliseconds since 1970-01-01 UTC.
    pub at: i64,
    /// `None` for one of a newer program.
    pub kind: Option<EventKind>,
    /// The username of whoever did it. `None` for a guest, for the operator of the
    /// site, and for a user who is gone.
    pub actor: Option<String>,
    /// The username of the user it was done to.
    pub subject: Option<String>,
    /// From where; `None` where somebody else did it, whose matter it is.
    pub address: Option<String>,
    pub user_agent: Option<String>,
    pub detail: Option<String>,
}

impl PastEvent {
    /// Returns whether a user who had a part in an event may know where it was done
    /// from: not if somebody else did it, whose matter that is.
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
