//! The account: signing up, logging in, settings, links in mails, leaving.

use super::date::date;
use crate::{
    account::types::{
        addresses::Failure, device::Device, erasure::Effect, event::EventKind, username::Username,
    },
    profile::rules::date::Date,
    text::words,
};

words! {
    sign_up: "Sign up",
    log_in: "Log in",
    log_out: "Log out",
    create_account: "Create account",

    sign_up_title: "Create your account",
    log_in_title: "Welcome back",
    have_account: "Already have an account?",
    no_account: "New here?",
    log_in_first: "Log in to go on to the page you asked for.",

    username: "Username",
    username_or_email: "Username or email address",
    email: "Email address",
    email_hint: "Only you see it. You get a link to confirm it; then it is good for logging in, and for a new password.",
    password: "Password",
    show_password: "Show password",
    caps_lock: "Caps Lock is on.",

    settings: "Settings",
    account: "Account",
    change_password: "Change password",
    change_password_lead: "This logs you out on every other device. You stay logged in here.",
    current_password: "Current password",
    new_password: "New password",
    password_changed: "Your password is changed. Every other device is logged out.",

    sessions: "Where you are logged in",
    sessions_lead: "End any session that you do not recognise, and then change your password.",
    this_session: "This one",
    since: "Since",
    last_seen: "Last seen about",
    end_session: "End",
    end_others: "End all others",
    session_ended: "That device is logged out.",
    session_gone: "That session has ended already. Nothing was changed.",

    forgot: "Forgot your password?",
    forgot_title: "Choose a new password",
    forgot_lead: "Enter the email address of your account. You get a link to choose a new password.",
    send_link: "Send the link",
    link_sent_title: "Check your email",
    link_sent: "If there is an account with that address, a link is on its way. It works for two hours. Nothing there? Look in the spam folder, and check that the address is the one you gave here.",
    ask_again: "Ask for a new link",
    reset_lead: "This logs you out on every device.",
    save_password: "Save password",
    password_reset: "Your new password is saved. Log in with it.",
    confirm_title: "Confirm your address",
    confirm_address: "Confirm this address",
    address_confirmed: "Your email address is confirmed.",
    undo_title: "Take your old address back",
    take_back: "Take it back",
    change_email: "Email address",
    no_email: "There is none yet. With one you can get a link when you forget your password.",
    new_email: "New email address",
    new_email_hint: "You get a link there. The address is yours once you have opened that link.",
    email_asked: "A link is on its way. Open it to confirm the address.",
    not_arrived: "Nothing there? Look in the spam folder. If the mail cannot be delivered, this page says so.",
    email_cancelled: "The address that waited is forgotten.",
    email_first: "This site asks everybody to confirm an email address first.",
    open_the_link: "Open the link in the mail, or send it again.",
    cancel_change: "Do not change it",
    forget_address: "Forget this address",
    your_account: "Your account, with its name, address and password",
    password_again: "Your password",
    password_again_hint: "Once more, because this is delicate and you logged in a while ago.",
    confirm_only_yours: "Confirm only if you asked for this yourself, for an account of your own.",
    another_account: "To create another account, log out first.",
    account_made: "Your account is there already. Nothing was created a second time.",
    go_on: "Go on",
}

pub fn confirmed_address(address: &str) -> String {
    format!("Your address is {address}.")
}

pub fn waits_for(address: &str) -> String {
    format!("{address} waits to be confirmed by the link in the mail.")
}

/// That a mail did not arrive, and what to do.
pub fn undelivered(why: Failure, address: &str, day: Date) -> String {
    let day = date(day);
    match why {
        Failure::NoMailbox => format!(
            "On {day} a mail to {address} could not be delivered: the mail server there says that this mailbox does not exist, or takes no mail. Check the spelling, or give another address."
        ),
        Failure::Letters => format!(
            "On {day} a mail to {address} could not be delivered: our mail server takes no address with such letters before the @. Give another address."
        ),
        Failure::NotTaken => format!(
            "A mail to {address} could not be delivered, and since {day} nobody tries any more: no mail server took it. Check the spelling, or give another address."
        ),
    }
}

/// That an earlier address can take the account back.
pub fn way_back(address: &str, until: Date) -> String {
    format!(
        "Until {}, whoever reads the mails to {address}, an earlier address, can take this account back, with everything in it.",
        date(until)
    )
}

pub fn logged_in_as(username: &str) -> String {
    format!("You are logged in as @{username}.")
}

pub fn confirm_lead(address: &str, username: &str) -> String {
    format!("{address} becomes the address of @{username}.")
}

pub fn reset_for(username: &str) -> String {
    format!("For @{username}.")
}

pub fn undo_lead(address: &str, username: &str) -> String {
    format!(
        "{address} becomes the address of @{username} again. Everybody who is logged in there is logged out, and you choose a new password."
    )
}

words! {
    privacy_lead: "Who sees your profile, and each field of it, is chosen where you edit it.",
    search_engines: "May search engines list your profile?",
    search_engines_hint: "They find it only if everyone may see it. One that knows it already needs some time to forget it.",
    save_privacy: "Save choice",
    privacy_saved: "Your choice is saved.",
    your_data: "Your data",
    export: "Download your data",
    export_lead: "What is kept about you here, in one zip file: your account, your profile with its history and pictures, your sessions, the browsers you logged in with, and your activity. All but the pictures is JSON.",
    download: "Download",
    export_first: "Download your data first",
    delete_account: "Delete account",
    goes: "Deleted for good",
    stays_nameless: "This stays, and nobody can tell that it was yours",
    forbids: "This has to go first",
    forbids_hint: "As long as it is there, the account cannot be deleted. Delete it, or ask who runs this site.",
    type_username: "Your username",
    stayed: "Welcome back. Your account stays, and nothing was erased.",
}

pub fn delete_lead(days: u32) -> String {
    match days {
        0 => "Your account is erased at once. Nobody can bring it back.".to_owned(),
        1 => "Your account is closed at once, and erased after a day. Until then, logging in keeps it. Afterwards nobody can bring it back.".to_owned(),
        days => format!(
            "Your account is closed at once, and erased after {days} days. Until then, logging in keeps it. Afterwards nobody can bring it back."
        ),
    }
}

pub fn left(days: u32) -> String {
    match days {
        0 => "Your account is erased.".to_owned(),
        1 => "Your account is closed. It is erased in a day, unless you log in before.".to_owned(),
        days => format!(
            "Your account is closed. It is erased in {days} days, unless you log in before."
        ),
    }
}

pub fn type_username_hint(username: &str) -> String {
    format!("Type {username} to confirm.")
}

/// The rows of a table that share a fate; of a table that this program does not
/// know, its name.
pub fn rows_of(table: &str, fate: Effect, rows: u64) -> String {
    let (one, many) = match (table, fate) {
        ("profiles", _) => ("your profile", "profiles"),
        ("profile_changes", Effect::Goes) => (
            "change in the history of your profile",
            "changes in the history of your profile",
        ),
        ("profile_changes", _) => (
            "change that you made to the profile of somebody else",
            "changes that you made to the profiles of others",
        ),
        ("sessions", _) => ("session", "sessions"),
        ("devices", _) => (
            "browser in which you logged in",
            "browsers in which you logged in",
        ),
        ("tokens", _) => ("link in a mail", "links in mails"),
        ("mails", _) => ("mail that is not sent yet", "mails that are not sent yet"),
        ("avatars", _) => ("picture", "pictures, with those that are kept for a while"),
        ("users", _) => ("account of somebody else", "accounts of others"),
        ("events", _) => ("entry of the activity log", "entries of the activity log"),
        (table, _) => (table, table),
    };
    match rows {
        1 if table == "profiles" => "Your profile".to_owned(),
        1 => format!("1 {one}"),
        rows => format!("{rows} {many}"),
    }
}

words! {
    activity: "Activity",
    activity_lead: "What was done with your account, by you and by others. Nobody can change this list. What was changed in your profile is in its history.",
    older_activity: "Older",
}

/// What was done, to who looks at their own list.
pub fn event(kind: Option<EventKind>) -> &'static str {
    let Some(kind) = kind else {
        return "Something that this version does not know";
    };
    match kind {
        EventKind::SignedUp => "Signed up",
        EventKind::LoggedIn => "Logged in",
        EventKind::LogInFailed => "Somebody tried to log in with a wrong password",
        EventKind::LoggedOut => "Logged out",
        EventKind::SessionsEnded => "Logged out on other devices",
        EventKind::PasswordChanged => "Password changed",
        EventKind::PasswordFailed => "Wrong password, where it was asked for again",
        EventKind::ResetAsked => "Somebody asked for a link to choose a new password",
        EventKind::PasswordReset => "New password chosen by a link in a mail",
        EventKind::EmailAsked => "Address to be confirmed",
        EventKind::EmailCancelled => "Change of address called off",
        EventKind::EmailConfirmed => "Address confirmed",
        EventKind::EmailUndone => "Earlier address taken back",
        EventKind::Exported => "Data downloaded",
        EventKind::HistoryErased => "Value erased from the history",
        EventKind::DeletionRequested => "Account closed, to be erased",
        EventKind::DeletionCancelled => "Logged in again, and the account stays",
        EventKind::Erased => "Account erased",
        EventKind::RoleChanged => "Role changed",
        EventKind::Disabled => "Account disabled",
        EventKind::Enabled => "Account enabled",
        EventKind::Refused => "A request was refused",
    }
}

/// One role, and the one that took its place.
pub fn from_to(old: &str, new: &str) -> String {
    format!("from {old} to {new}")
}

/// Who did it, where it was not the reader.
pub fn by_actor(username: &str) -> String {
    format!("by @{username}")
}

/// To whom the reader did it.
pub fn to_subject(username: &str) -> String {
    format!("@{username}")
}

/// "Firefox on Linux"
pub fn device(device: Device) -> String {
    match (device.browser, device.system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "A device that does not say what it is".to_owned(),
    }
}

/// What the button says to who only hears it.
pub fn end_session_on(device: &str) -> String {
    format!("End: {device}")
}

pub fn username_hint() -> String {
    let (min, max) = (Username::MIN, Username::MAX);
    format!(
        "{min} to {max} characters: letters a to z, digits, hyphens and underscores. It is the address of your profile."
    )
}

pub fn password_hint(min: usize) -> String {
    format!("At least {min} characters. Several words are easier to remember, and harder to guess.")
}
