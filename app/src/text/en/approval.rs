//! English texts of the approval of new accounts.

use super::number::number;
use crate::{account::types::managed::AccountState, text::words::words};

words! {
    each_is_approved: "New accounts need approval before they can be used in full.",
    waiting_since: "Waiting since",
    nobody_is_told: "The user has no email address, so no email is sent.",
    approve_user: "Approve",
    approve_lead: "The user becomes a member immediately and receives an email.",
    user_approved: "User approved.",
    refuse_user: "Refuse",
    refuse_lead: "The user is logged out immediately and receives an email. Then the account is deleted, with everything in it. This cannot be undone.",
    user_refused: "User refused. The account will be deleted.",
    refusal_words: "Message to the user",
    refusal_words_hint: "It is included in the email to them and is not kept anywhere else.",
    no_reason_given: "No reason was given.",
    refused_account: "This user was refused. The account will be deleted as soon as the email to them has been sent.",
}

/// Notice on every page of a user who is waiting for approval.
pub fn waits_for_approval(since: &str) -> String {
    format!(
        "Your account has been waiting for approval since {since}. Until it is approved, nobody else can see your profile, and you see this site as a guest does. In the meantime, you can fill in your profile and change your settings. If you have added an email address, we will let you know."
    )
}

/// Number of users who are waiting for approval, with the names of the first; `None` for too many
/// to be counted.
pub fn those_who_wait(count: Option<usize>, names: &[String]) -> String {
    let listed = names.join(", ");
    match count {
        Some(1) => format!("One user is waiting for approval: {listed}."),
        Some(count) if count <= names.len() => {
            format!(
                "{} users are waiting for approval: {listed}.",
                number(count)
            )
        }
        Some(count) => format!(
            "{} users are waiting for approval: {listed}, and {} more.",
            number(count),
            number(count - names.len())
        ),
        None => format!(
            "More than {} users are waiting for approval: {listed}, and others.",
            number(1000)
        ),
    }
}

/// Response to a decision that came too late.
pub fn decided_meanwhile(state: AccountState, by: Option<&str>) -> String {
    let by = by.map_or("Someone else".to_owned(), |by| format!("@{by}"));
    match state {
        AccountState::Refused => format!(
            "Nothing was changed: {by} has already refused this user, and the account will be deleted."
        ),
        AccountState::Active => {
            format!("Nothing was changed: {by} has already approved this user.")
        }
        _ => "Nothing was changed: this user is no longer waiting.".to_owned(),
    }
}
