//! Signing up, logging in, logging out.

use crate::account::{Device, EventKind, Username};

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
pub const EMAIL_HINT: &str = "Only you see it. You can log in with it.";
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
