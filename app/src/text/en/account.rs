//! Signing up, logging in, logging out.

use crate::account::{Password, Username};

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

pub fn username_hint() -> String {
    let (min, max) = (Username::MIN, Username::MAX);
    format!(
        "{min} to {max} characters: letters a to z, digits, hyphens and underscores. It is the address of your profile."
    )
}

pub fn password_hint() -> String {
    format!(
        "At least {} characters. Several words are easier to remember, and harder to guess.",
        Password::MIN
    )
}
