//! English texts of oversight: the audit log, account details, a profile as a member sees it.

use super::{account::rows_of, number::number};
use crate::{
    account::types::{erasure::Effect, token::TokenPurpose},
    text::words::words,
};

words! {
    events_lead: "Everything done with accounts on this site, and by whom. Nobody can change this list. Changes to profiles are in their history.",
    event_kind: "Event",
    from_day: "From",
    to_day: "Until",
    no_events: "No event matches.",
    older_events: "Older events",
    download_csv: "Download as CSV",
    download_json_lines: "Download as JSON lines",
    no_such_person: "There is no user with that name. Check the spelling, or search the users.",
    page_from_elsewhere: "This address does not point to a place in the list. Start again from the newest event.",
    user_sessions: "Logged in",
    no_sessions: "Not logged in anywhere.",
    user_session_ended: "Session ended.",
    user_links: "Active links",
    no_links: "No active links.",
    link_gone: "That link no longer works. Nothing was changed.",
    void_link: "Revoke",
    link_is_void: "Link revoked.",
    way_back_stays: "This link stays: it lets owners recover an account that someone has taken from them.",
    handed_out: "Handed out",
    sent_on: "Sent",
    valid_until: "Valid until",
    account_history: "Account history",
    disabled_on: "Disabled on",
    erase_user: "Delete account",
    erase_user_hint: "Before you confirm, you will see what is deleted.",
    erase_user_lead: "The account is deleted immediately and permanently. The user is notified by email.",
    user_erased: "Account deleted.",
    stays_without_them: "Kept, but no longer linked to the user",
    forbids_it: "The account cannot be deleted while this exists. Delete it first.",
    the_account: "The account: username, email address and password",
    see_as_lead: "You can look, but not change anything. Each view is recorded in your activity, in theirs, and in that of the profile’s owner.",
    whose_profile: "Username of the profile",
    show_profile: "Show profile",
    own_eyes: "You cannot see someone’s own view of their profile, because it includes what they hide from others. Enter another username.",
    on_all_devices: "on all devices",
    no_reason: "none given",
}

/// Heading of the page for seeing a profile as a user sees it.
pub fn see_as(username: &str) -> String {
    format!("See a profile as @{username} sees it")
}

pub fn seen_as(username: &str) -> String {
    format!(
        "You see this profile as @{username} sees it. You can look, but not change anything. This view was recorded."
    )
}

pub fn not_seen_by(username: &str, profile: &str) -> String {
    format!("@{username} cannot see a profile of @{profile}.")
}

/// Reason why no link to choose a password is offered.
pub fn no_link_to(address: &str) -> String {
    format!(
        "No password reset link can be sent to {address}: the address is not confirmed, and it was entered before the password changed or may belong to someone else. The user can enter another address, or the site operator can hand out a link."
    )
}

pub fn link_to(purpose: TokenPurpose) -> &'static str {
    match purpose {
        TokenPurpose::Confirm => "To confirm an email address",
        TokenPurpose::Reset => "To reset the password",
        TokenPurpose::Undo => "To restore the previous email address",
    }
}

/// Accessible name of the button that invalidates one link.
pub fn void_link_to(purpose: TokenPurpose, created: &str) -> String {
    format!("Revoke: {}, {created}", link_to(purpose))
}

pub fn no_such_event(word: &str) -> String {
    format!("There is no event “{word}”. Choose one.")
}

pub fn no_such_day(label: &str) -> String {
    format!("{label}: enter a valid date. The last day must not be before the first.")
}

/// Number of rows of a table on which an erasure has the same effect, as told to a manager who is
/// about to erase the user. An unknown table is called by its name in the database.
pub fn their_rows_of(table: &str, fate: Effect, rows: u64) -> String {
    let (one, many) = match (table, fate) {
        ("profiles", _) => ("profile", "profiles"),
        ("profile_changes", Effect::Goes) => (
            "change in the history of the profile",
            "changes in the history of the profile",
        ),
        ("profile_changes", _) => (
            "change they made to someone else’s profile",
            "changes they made to other people’s profiles",
        ),
        ("devices", _) => (
            "browser they logged in with",
            "browsers they logged in with",
        ),
        ("users", _) => ("another person’s account", "other people’s accounts"),
        (table, fate) => return rows_of(table, fate, rows),
    };
    match rows {
        1 => format!("1 {one}"),
        rows => format!("{} {many}", number(rows)),
    }
}
