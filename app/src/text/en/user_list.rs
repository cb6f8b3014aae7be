//! English texts of the list of users, and of actions on many of them.

use super::{account::rows_of, number::number};
use crate::{
    account::types::{
        bulk::NotDone,
        erasure::Effect,
        managed::{AccountCount, AccountOrder, LastLogin},
    },
    text::words::words,
};

words! {
    order: "Order",
    users_per_page: "Users on a page",
    unknown_place: "This address points to a place that is not in this list. Start again from the first page.",
    download_list: "Download as CSV",
    many_at_once: "Change several users",
    what_to_do: "What to do",
    go_on_with_ticked: "Continue with selected users",
    send_links: "Send password reset links",
    disable_accounts: "Disable accounts",
    enable_accounts: "Enable accounts",
    delete_accounts: "Delete accounts",
    delete_accounts_lead: "The accounts are deleted immediately and permanently.",
    nobody_ticked: "No user is selected. Go back to the list and select at least one.",
    nothing_done_yet: "Nothing has been changed yet.",
    back_to_list: "Back to the list",
    was_done: "Done",
    was_not_done: "Not done",
    stays_without_name: "Kept, but no longer linked to these users",
}

/// Number of users in a list, as far as they were counted.
pub fn users_found(count: AccountCount) -> String {
    match (count.counted, count.is_least) {
        (found, _) if found > AccountCount::MOST => {
            format!("More than {} users", number(AccountCount::MOST))
        }
        (0, true) => "Some users may match".to_owned(),
        (1, true) => "At least 1 user".to_owned(),
        (found, true) => format!("At least {} users", number(found)),
        (found, false) => users(found),
    }
}

fn users(count: usize) -> String {
    match count {
        1 => "1 user".to_owned(),
        count => format!("{} users", number(count)),
    }
}

pub fn narrowed_list(text: &str) -> String {
    format!(
        "Many users have “{text}” in their name, username or email address, and not all of them are listed. Type more to find the others."
    )
}

pub fn last_login_is(last: LastLogin) -> &'static str {
    match last {
        LastLogin::Lately => "In the last 30 days",
        LastLogin::NotForMonths => "Not for 90 days",
        LastLogin::NotForAYear => "Not for a year",
        LastLogin::Never => "Never",
    }
}

pub fn account_order(order: AccountOrder) -> &'static str {
    match order {
        AccountOrder::Username => "Username",
        AccountOrder::SignedUp => "Newest first",
        AccountOrder::LastLogin => "Last login first",
    }
}

/// Accessible name of the box that selects a user.
pub fn tick_user(name: &str) -> String {
    format!("Select {name}")
}

pub fn go_on_with_all(count: usize) -> String {
    match count {
        1 => "Continue with the one on this page".to_owned(),
        count => format!("Continue with all {} on this page", number(count)),
    }
}

pub fn go_on_with_rest(count: usize) -> String {
    if count == 1 {
        return "Continue with the remaining user".to_owned();
    }
    format!("Continue with the remaining {}", users(count))
}

pub fn give_role(label: &str) -> String {
    format!("Change role to {label}")
}

pub fn selected(count: usize) -> String {
    format!("{} selected", users(count))
}

pub fn will_be_done(count: usize) -> String {
    format!("Applies to {}", users(count))
}

pub fn will_not_be_done(count: usize) -> String {
    format!("Does not apply to {}", users(count))
}

/// Role that a user has until it is changed.
pub fn until_now(role: &str) -> String {
    format!("currently {role}")
}

pub fn done_for(count: usize) -> String {
    format!("Done for {}.", users(count))
}

/// Reason why an action on many users is not, or was not, performed on one of them.
pub fn not_done(reason: NotDone) -> &'static str {
    match reason {
        NotDone::Gone => "There is no such user.",
        NotDone::OwnAccount => "This is your own account.",
        NotDone::OutOfReach => "Your role does not let you change this account.",
        NotDone::Already => "There is nothing to change.",
        NotDone::NoAddress => "There is no address that a link can be sent to.",
        NotDone::Kept => "The account cannot be deleted while other data depends on it.",
        NotDone::Changed => {
            "The account has changed in the meantime. Check it again before you decide."
        }
        NotDone::LastManager => "No other account can manage users.",
        NotDone::TooMany => "Too many emails were sent to this address. Try again later.",
        NotDone::Later => "Time ran out before this user. Continue with the rest.",
        NotDone::Failed => "The server did not confirm it. Check the account before you try again.",
    }
}

/// Number of rows of a table on which the erasure of several users has the same effect.
pub fn rows_of_users(table: &str, fate: Effect, rows: u64) -> String {
    let (one, many) = match (table, fate) {
        ("profiles", _) => ("profile", "profiles"),
        ("profile_changes", Effect::Goes) => (
            "change in the history of a profile",
            "changes in the histories of profiles",
        ),
        ("profile_changes", _) => (
            "change to someone else’s profile",
            "changes to other people’s profiles",
        ),
        ("devices", _) => (
            "browser they logged in with",
            "browsers they logged in with",
        ),
        (table, fate) => return rows_of(table, fate, rows),
    };
    match rows {
        1 => format!("1 {one}"),
        rows => format!("{} {many}", number(rows)),
    }
}
