//! Account texts in English: sign-up, login, settings, links in emails, account deletion.

use super::{date::date, number::number};
use crate::{
    account::types::{
        addresses::Failure, device::Device, erasure::Effect, event::EventKind, username::Username,
    },
    profile::rules::date::Date,
    text::words::words,
};

words! {
    sign_up_closed_title: "Sign-up is closed",
    sign_up_closed: "Only administrators can create accounts on this site.",
    sign_up_invited: "You need an invitation to sign up. If you have one, open the link in it.",
    sign_up: "Sign up",
    log_in: "Log in",
    log_out: "Log out",
    create_account: "Create account",

    sign_up_title: "Create your account",
    log_in_title: "Welcome back",
    have_account: "Already have an account?",
    no_account: "New here?",
    log_in_first: "Log in to continue to the page you requested.",

    username: "Username",
    username_or_email: "Username or email address",
    email: "Email address",
    email_hint: "Only you can see it. We will send you a link to confirm it. After that, you can use it to log in and to reset your password.",
    password: "Password",
    show_password: "Show password",
    caps_lock: "Caps Lock is on.",

    settings: "Settings",
    account: "Account",
    change_password: "Change password",
    change_password_lead: "This logs you out on all other devices. You stay logged in here.",
    current_password: "Current password",
    new_password: "New password",
    password_changed: "Password changed. You are logged out on all other devices.",

    sessions: "Where you are logged in",
    sessions_lead: "End any session you do not recognise, then change your password.",
    this_session: "This session",
    since: "Logged in on",
    last_seen: "Last active around",
    end_session: "End session",
    end_others: "End all other sessions",
    session_ended: "Session ended.",
    session_gone: "That session has already ended. Nothing was changed.",

    forgot: "Forgot your password?",
    forgot_title: "Reset your password",
    forgot_lead: "Enter the email address of your account. We will send you a link to reset your password.",
    send_link: "Send link",
    link_sent_title: "Check your email",
    link_sent: "If there is an account with that address, we have sent it a link. The link works for two hours. If it does not arrive, check your spam folder, and make sure you entered the address of your account.",
    ask_again: "Request a new link",
    reset_lead: "Saving a new password logs you out on all devices.",
    save_password: "Save password",
    password_reset: "Password saved. You can now log in with it.",
    confirm_title: "Confirm your email address",
    confirm_address: "Confirm email address",
    address_confirmed: "Email address confirmed.",
    undo_title: "Restore your previous email address",
    take_back: "Restore email address",
    change_email: "Email address",
    no_email: "You have not added an email address yet. With one, you can reset your password if you forget it.",
    new_email: "New email address",
    new_email_hint: "We will send a link to this address. It becomes your email address once you confirm it.",
    email_asked: "We have sent you a link. Open it to confirm the address.",
    not_arrived: "If it does not arrive, check your spam folder. If the email cannot be delivered, this page will tell you.",
    email_cancelled: "The pending address was removed.",
    email_first: "This site requires a confirmed email address.",
    open_the_link: "Open the link in the email, or send it again.",
    cancel_change: "Keep current address",
    forget_address: "Remove this address",
    your_account: "Your account: username, email address and password",
    password_again: "Your password",
    password_again_hint: "You logged in a while ago. For your security, enter your password again.",
    confirm_only_yours: "Confirm only if you requested this yourself, for your own account.",
    another_account: "To create another account, log out first.",
    account_made: "Your account already exists. No second account was created.",
    go_on: "Continue",
}

pub fn confirmed_address(address: &str) -> String {
    format!("Your email address is {address}.")
}

pub fn waits_for(address: &str) -> String {
    format!("{address} is not confirmed yet. Open the link in the email to confirm it.")
}

/// Report of an undelivered email, with what to do about it.
pub fn undelivered(why: Failure, address: &str, day: Date) -> String {
    let day = date(day);
    match why {
        Failure::NoMailbox => format!(
            "An email to {address} could not be delivered on {day}: the mail server there says that this mailbox does not exist or does not accept email. Check the spelling, or enter a different address."
        ),
        Failure::Letters => format!(
            "An email to {address} could not be delivered on {day}: our mail server does not support some of the characters before the @. Enter a different address."
        ),
        Failure::NotTaken => format!(
            "An email to {address} could not be delivered, and we stopped trying on {day}: no mail server accepted it. Check the spelling, or enter a different address."
        ),
    }
}

/// Warning that a previous email address can still recover the account.
pub fn way_back(address: &str, until: Date) -> String {
    format!(
        "Until {}, anyone who can read emails to your previous address, {address}, can recover this account and everything in it.",
        date(until)
    )
}

pub fn logged_in_as(username: &str) -> String {
    format!("You are logged in as @{username}.")
}

pub fn confirm_lead(address: &str, username: &str) -> String {
    format!("{address} will become the email address of @{username}.")
}

pub fn reset_for(username: &str) -> String {
    format!("For the account @{username}.")
}

pub fn undo_lead(address: &str, username: &str) -> String {
    format!(
        "{address} will become the email address of @{username} again. All devices will be logged out, and you will choose a new password."
    )
}

words! {
    privacy_lead: "You choose who can see your profile and its fields when you edit it.",
    search_engines: "Allow search engines to list your profile?",
    search_engines_hint: "They can find your profile only if everyone can see it. If it is already listed, it may take a while to disappear.",
    save_privacy: "Save privacy settings",
    privacy_saved: "Privacy settings saved.",
    your_data: "Your data",
    export: "Download your data",
    export_lead: "Everything this site stores about you, in one ZIP file: your account, your profile with its history and pictures, your sessions, the browsers you logged in with, and your activity. Everything except the pictures is in JSON format.",
    download: "Download",
    export_first: "Download your data first",
    delete_account: "Delete account",
    goes: "Permanently deleted",
    stays_nameless: "Kept, but no longer linked to you",
    forbids: "Delete this first",
    forbids_hint: "Your account cannot be deleted while this exists. Delete it, or contact the site operator.",
    type_username: "Your username",
    stayed: "Welcome back. Your account will not be deleted.",
}

pub fn delete_lead(days: u32) -> String {
    match days {
        0 => "Your account will be permanently deleted right away. It cannot be restored.".to_owned(),
        1 => "Your account will be closed right away and permanently deleted after one day. To keep it, log in before then. After that, it cannot be restored.".to_owned(),
        days => format!(
            "Your account will be closed right away and permanently deleted after {days} days. To keep it, log in before then. After that, it cannot be restored."
        ),
    }
}

pub fn left(days: u32) -> String {
    match days {
        0 => "Your account has been permanently deleted.".to_owned(),
        1 => "Your account is closed. It will be permanently deleted in one day unless you log in before then.".to_owned(),
        days => format!(
            "Your account is closed. It will be permanently deleted in {days} days unless you log in before then."
        ),
    }
}

pub fn type_username_hint(username: &str) -> String {
    format!("Type {username} to confirm.")
}

/// Number of rows of a table on which an erasure has the same effect. An unknown table is called by
/// its name in the database.
pub fn rows_of(table: &str, fate: Effect, rows: u64) -> String {
    let (one, many) = match (table, fate) {
        ("profiles", _) => ("your profile", "profiles"),
        ("profile_changes", Effect::Goes) => (
            "change in your profile history",
            "changes in your profile history",
        ),
        ("profile_changes", _) => (
            "change you made to someone else’s profile",
            "changes you made to other people’s profiles",
        ),
        ("former_names", _) => ("earlier username", "earlier usernames"),
        ("imported_passwords", _) => ("imported password", "imported passwords"),
        ("arrivals", _) => ("import record", "import records"),
        ("authenticator_apps", _) => ("authenticator app", "authenticator apps"),
        ("passkeys", _) => ("passkey", "passkeys"),
        ("recovery_codes", _) => ("recovery code", "recovery codes"),
        ("sessions", _) => ("session", "sessions"),
        ("devices", _) => ("browser you logged in with", "browsers you logged in with"),
        ("tokens", _) => ("link sent by email", "links sent by email"),
        ("invitations", _) => ("invitation", "invitations"),
        ("invitation_links", _) => ("invitation link", "invitation links"),
        ("mails", _) => ("email not sent yet", "emails not sent yet"),
        ("avatars", _) => (
            "picture",
            "pictures, including previous ones kept for a while",
        ),
        ("directory" | "directory_words", _) => (
            "entry in the members’ directory",
            "entries in the members’ directory",
        ),
        ("users", _) => ("another person’s account", "other people’s accounts"),
        ("schema_revisions", _) => ("applied schema", "applied schemas"),
        ("events", _) => ("entry in the activity log", "entries in the activity log"),
        (table, _) => (table, table),
    };
    match rows {
        1 if table == "profiles" => "Your profile".to_owned(),
        1 => format!("1 {one}"),
        rows => format!("{} {many}", number(rows)),
    }
}

words! {
    activity: "Activity",
    activity_lead: "What you and others did with your account. Nobody can change this list. Changes to your profile are in its history.",
    older_activity: "Older activity",
}

/// Entry in the user's own activity log.
pub fn event(kind: Option<EventKind>) -> &'static str {
    let Some(kind) = kind else {
        return "Unknown activity";
    };
    match kind {
        EventKind::SignedUp => "Signed up",
        EventKind::Created => "Account created by the site operator",
        EventKind::LoggedIn => "Logged in",
        EventKind::LogInFailed => "Login attempt with a wrong password",
        EventKind::LoggedOut => "Logged out",
        EventKind::SessionsEnded => "Logged out on other devices",
        EventKind::SessionsRevoked => "Logged out by someone else",
        EventKind::PasswordChanged => "Password changed",
        EventKind::PasswordFailed => "Wrong password entered to confirm an action",
        EventKind::SecondAsked => "Correct password entered, second factor requested",
        EventKind::SecondFailed => "Wrong second factor after the correct password",
        EventKind::AppAdded => "Authenticator app added",
        EventKind::AppRemoved => "Authenticator app removed",
        EventKind::PasskeyAdded => "Passkey added",
        EventKind::PasskeyRemoved => "Passkey removed",
        EventKind::RecoveryRenewed => "New recovery codes created",
        EventKind::RecoveryUsed => "Recovery code used",
        EventKind::BrowserDistrusted => "Trusted browser removed",
        EventKind::PasswordRemoved => "Password removed",
        EventKind::FactorsResetAsked => "Removal of second factors requested",
        EventKind::FactorsKept => "Removal of second factors stopped",
        EventKind::FactorsReset => "Second factors removed by the administrators",
        EventKind::ResetAsked => "Password reset link requested",
        EventKind::LinkHandedOut => "Password reset link handed out",
        EventKind::LinkVoided => "Link revoked",
        EventKind::PasswordReset => "Password reset with a link",
        EventKind::EmailAsked => "Email address entered, not confirmed yet",
        EventKind::EmailCancelled => "Email address change cancelled",
        EventKind::EmailConfirmed => "Email address confirmed",
        EventKind::EmailUndone => "Previous email address restored",
        EventKind::Exported => "Data downloaded",
        EventKind::UsersExported => "List of users downloaded",
        EventKind::HistoryErased => "Value deleted from the history",
        EventKind::DeletionRequested => "Account closed, to be deleted",
        EventKind::DeletionCancelled => "Account deletion cancelled by logging in",
        EventKind::Erased => "Account deleted",
        EventKind::Renamed => "Username changed",
        EventKind::RoleChanged => "Role changed",
        EventKind::Disabled => "Account disabled",
        EventKind::Enabled => "Account enabled",
        EventKind::Approved => "Account approved",
        EventKind::ApprovalRefused => "Account not approved",
        EventKind::Invited => "Invitation sent or handed out",
        EventKind::InvitationEnded => "Invitation withdrawn",
        EventKind::Joined => "Joined by invitation",
        EventKind::SeenAs => "Profile viewed as this member sees it",
        EventKind::ShownAs => "Profile viewed as another member sees it",
        EventKind::SchemaApplied => "Schema applied",
        EventKind::Refused => "Request rejected",
    }
}

/// Role change: the old role and the new one.
pub fn from_to(old: &str, new: &str) -> String {
    format!("from {old} to {new}")
}

/// Author of an event, unless it is the reader.
pub fn by_actor(username: &str) -> String {
    format!("by @{username}")
}

/// User whom an event by the reader affected.
pub fn to_subject(username: &str) -> String {
    format!("@{username}")
}

/// "Firefox on Linux"
pub fn device(device: Device) -> String {
    match (device.browser, device.system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unknown device".to_owned(),
    }
}

/// Accessible name of the button that ends one session.
pub fn end_session_on(device: &str) -> String {
    format!("End session: {device}")
}

pub fn username_hint() -> String {
    let (min, max) = (Username::MIN, Username::MAX);
    format!(
        "{min} to {max} characters: letters a to z, digits, hyphens and underscores. It becomes part of your profile’s address."
    )
}

pub fn password_hint(min: usize) -> String {
    format!("At least {min} characters. Several words are easier to remember and harder to guess.")
}

/// Hint for an address that has to be at one of these domains.
pub fn address_at(domains: &[String]) -> String {
    format!("Use an address at {}.", domains.join(" or "))
}
