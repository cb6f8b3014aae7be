//! English texts of administration.

use crate::{account::types::managed::AccountState, admin::rules::Area, text::words::words};

words! {
    administration: "Administration",
    users: "Users",
    search: "Search",
    name_or_email: "Name, username or email address",
    search_hint: "Three or more letters match anywhere, fewer only at the beginning. Names that you cannot see are not found.",
    status: "Status",
    any: "Any",
    unknown_filter: "This address contains an unknown role, status or order. Choose another one.",
    no_users: "No user matches.",
    from_the_start: "First page",
    next_page: "Next page",
    search_further: "Keep searching",
    signed_up: "Signed up",
    last_login: "Last login",
    never_logged_in: "Never logged in",
    will_be_erased: "Will be deleted",
    own_account: "This is your own account. Change it in your settings.",
    out_of_reach: "Your role does not let you change this account.",
    change_role: "Change role",
    role_changed: "Role changed.",
    log_out_user: "Log out everywhere",
    log_out_user_lead: "Ends all sessions of this user. They can log in again.",
    user_logged_out: "The user is logged out everywhere.",
    enable_user: "Enable account",
    enable_lead: "The user can log in again, and their profile is visible again.",
    user_enabled: "Account enabled.",
    disable_user: "Disable account",
    disable_lead: "The user is logged out immediately and cannot log in. Nobody can see their profile. Nothing is deleted.",
    user_disabled: "Account disabled.",
    reason: "Reason",
    reason_hint: "The user receives it by email, and can read it in their activity if the account is enabled again.",
    link_sent_to_user: "Link sent.",
}

/// Name of a part of administration.
pub fn area(area: Area) -> &'static str {
    match area {
        Area::Users => "Users",
        Area::Invitations => "Invitations",
        Area::Import => "Import",
        Area::Events => "Events",
        Area::Schema => "Schema",
    }
}

/// State of an account.
pub fn account_state(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => "Active",
        AccountState::Waiting => "Waiting",
        AccountState::Disabled => "Disabled",
        AccountState::Closed => "Closed",
        AccountState::Refused => "Refused",
    }
}

/// Address that is waiting to be confirmed.
pub fn not_confirmed(address: &str) -> String {
    format!("{address} (not confirmed)")
}

pub fn send_link_lead(address: &str) -> String {
    format!(
        "Sends a password reset link to {address}. The current password works until a new one is chosen."
    )
}
