//! Signing up, logging in, logging out.

use crate::account::{Device, EventKind, Fate, Username};

pub const SIGN_UP: &str = "Sign up";
pub const LOG_IN: &str = "Log in";
pub const LOG_OUT: &str = "Log out";
pub const CREATE_ACCOUNT: &str = "Create account";

pub const SIGN_UP_TITLE: &str = "Create your account";
pub const LOG_IN_TITLE: &str = "Welcome back";
pub const HAVE_ACCOUNT: &str = "Already have an account?";
pub const NO_ACCOUNT: &str = "New here?";
pub const LOG_IN_FIRST: &str = "Log in to go on to the page you asked for.";

pub const USERNAME: &str = "Username";
pub const USERNAME_OR_EMAIL: &str = "Username or email address";
pub const EMAIL: &str = "Email address";
pub const EMAIL_HINT: &str = "Only you see it. You get a link to confirm it; then it is good for logging in, and for a new password.";
pub const PASSWORD: &str = "Password";

pub const SETTINGS: &str = "Settings";
pub const ACCOUNT: &str = "Account";
pub const CHANGE_PASSWORD: &str = "Change password";
pub const CHANGE_PASSWORD_LEAD: &str =
    "Whoever is logged in as you somewhere else is logged out by it. You stay logged in here.";
pub const CURRENT_PASSWORD: &str = "Current password";
pub const NEW_PASSWORD: &str = "New password";
pub const PASSWORD_CHANGED: &str = "Your password is changed. Every other device is logged out.";

pub const SESSIONS: &str = "Where you are logged in";
pub const SESSIONS_LEAD: &str = "End what you do not know, and then change your password.";
pub const THIS_SESSION: &str = "This one";
pub const SINCE: &str = "Since";
pub const LAST_SEEN: &str = "Last seen about";
pub const END_SESSION: &str = "End";
pub const END_OTHERS: &str = "End all others";
pub const SESSION_ENDED: &str = "It is logged out.";

pub const FORGOT: &str = "Forgot your password?";
pub const FORGOT_TITLE: &str = "Choose a new password";
pub const FORGOT_LEAD: &str =
    "Enter the email address of your account. You get a link to choose a new password.";
pub const SEND_LINK: &str = "Send the link";
pub const LINK_SENT_TITLE: &str = "Look into your mail";
pub const LINK_SENT: &str = "If there is an account with that address, a link is on its way. It works for two hours. Nothing there? Look into the spam folder, and check that the address is the one you gave here.";
pub const ASK_AGAIN: &str = "Ask for a new link";
pub const RESET_LEAD: &str = "Whoever is logged in as you anywhere is logged out by it.";
pub const SAVE_PASSWORD: &str = "Save password";
pub const PASSWORD_RESET: &str = "Your new password is saved. Log in with it.";
pub const CONFIRM_TITLE: &str = "Confirm your address";
pub const CONFIRM_ADDRESS: &str = "Confirm this address";
pub const ADDRESS_CONFIRMED: &str = "Your email address is confirmed.";
pub const UNDO_TITLE: &str = "Take your old address back";
pub const TAKE_BACK: &str = "Take it back";
pub const CHANGE_EMAIL: &str = "Email address";
pub const NO_EMAIL: &str =
    "There is none yet. With one you can get a link when you forget your password.";
pub const NEW_EMAIL: &str = "New email address";
pub const NEW_EMAIL_HINT: &str =
    "You get a link there. The address counts once you have opened it.";
pub const EMAIL_ASKED: &str = "A link is on its way. Open it to confirm the address.";
pub const EMAIL_CANCELLED: &str = "The address that waited is forgotten.";
pub const EMAIL_FIRST: &str = "This site asks everybody to confirm an email address first. Open the link in the mail, or send it again.";
pub const CANCEL_CHANGE: &str = "Do not change it";
pub const FORGET_ADDRESS: &str = "Forget this address";
pub const YOUR_ACCOUNT: &str = "Your account, with its name, address and password";
pub const PASSWORD_AGAIN: &str = "Your password";
pub const PASSWORD_AGAIN_HINT: &str =
    "Once more, because this is delicate and you logged in a while ago.";

pub fn confirmed_address(address: &str) -> String {
    format!("Your address is {address}.")
}

pub fn waits_for(address: &str) -> String {
    format!("{address} waits to be confirmed by the link in the mail.")
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

pub const YOUR_DATA: &str = "Your data";
pub const EXPORT: &str = "Download your data";
pub const EXPORT_LEAD: &str = "What is kept about you here, in one zip file: your account, your profile with its history, your sessions, the browsers you logged in with, and your activity, as JSON.";
pub const DOWNLOAD: &str = "Download";
pub const EXPORT_FIRST: &str = "Download your data first";
pub const DELETE_ACCOUNT: &str = "Delete account";
pub const GOES: &str = "This goes for good";
pub const STAYS_NAMELESS: &str = "This stays, and nobody can tell that it was yours";
pub const FORBIDS: &str = "This has to go first";
pub const FORBIDS_HINT: &str =
    "As long as it is there, the account cannot be deleted. Delete it, or ask who runs this site.";
pub const TYPE_USERNAME: &str = "Your username";
pub const STAYED: &str = "Welcome back. Your account stays, and nothing was erased.";

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
    format!("Type {username} to say that you mean it.")
}

/// The rows of a table that share a fate; of a table that this program does not
/// know, its name.
pub fn rows_of(table: &str, fate: Fate, rows: u64) -> String {
    let (one, many) = match (table, fate) {
        ("profiles", _) => ("your profile", "profiles"),
        ("profile_changes", Fate::Goes) => (
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

pub const ACTIVITY: &str = "Activity";
pub const ACTIVITY_LEAD: &str = "What was done with your account, by you and by others. Nobody can change this list. What was changed in your profile is in its history.";
pub const OLDER_ACTIVITY: &str = "Older";

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
        EventKind::Left => "Account closed, to be erased",
        EventKind::Stayed => "Logged in again, and the account stays",
        EventKind::Erased => "Account erased",
        EventKind::RoleChanged => "Role changed",
        EventKind::Disabled => "Account disabled",
        EventKind::Enabled => "Account enabled",
        EventKind::Refused => "A request was refused",
    }
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
