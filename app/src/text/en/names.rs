//! English texts of usernames: choosing a new one, and former ones.

use super::date::date;
use crate::{profile::rules::date::Date, text::words::words};

words! {
    change_username: "Change username",
    new_username: "New username",
    username_changed: "Username changed.",
    change_username_lead: "You can choose a new username once every 30 days. You stay logged in.",
    old_name_lead: "For one year, your old address redirects to the new one, you can still log in with the old name, and nobody else can take it. You can go back to it at any time.",
    former_names: "Earlier usernames",
    rename_user_lead: "The user is notified by email. For one year, the old address redirects to the new one, the old name still logs them in, and nobody else can take it.",
}

pub fn present_name(username: &str, address: &str) -> String {
    format!("Your username is @{username}, and the address of your profile is {address}.")
}

/// Former username, and how long it is kept for the user.
pub fn kept_until(username: &str, until: Date) -> String {
    format!("@{username}, kept for you until {}", date(until))
}

/// The day from which a new username can be chosen.
pub fn next_name_from(day: Date) -> String {
    format!(
        "You chose a new username recently. You can choose another one from {}. Until then, you can only go back to an earlier one, or change upper and lower case.",
        date(day)
    )
}
