//! Pages and messages for what could not be done: what happened, and a way out.

use crate::error::AppError;

pub const GO_HOME: &str = "Go to the start page";
pub const TRY_AGAIN: &str = "Try again";
pub const LOG_IN_AGAIN: &str = "Log in in a new tab";

/// Title and explanation of an error page.
pub fn error_page(error: &AppError) -> (&'static str, &'static str) {
    match error {
        AppError::NotFound => (
            "There is no such page",
            "The address may have a typing error, or the page is gone. If you pasted the address, check that all of it is there.",
        ),
        AppError::NotLoggedIn => ("Log in first", "This page is for members."),
        AppError::Forbidden => (
            "This is not allowed",
            "The request did not come from a page of this site, or this account may not do it. Nothing was changed.",
        ),
        AppError::TooLarge => (
            "That is too much at once",
            "What you sent is larger than this form takes. Nothing was changed. Go back, shorten it, and send it again.",
        ),
        AppError::TooMany => ("Too many attempts", "Wait a few minutes, then try again."),
        AppError::Conflict { .. } => (
            "It was changed in the meantime",
            "Somebody saved this since you opened it. Nothing of yours was saved. Go back, and look at it again.",
        ),
        AppError::Busy | AppError::Unreachable => (
            "Busy right now",
            "The server has more to do than it can. Nothing was changed. Wait a moment, then try again.",
        ),
        AppError::BadRequest | AppError::Invalid(_) => (
            "That request makes no sense here",
            "The browser sent something that no page of this site asks for. Nothing was changed. Go back, reload the page, and try again.",
        ),
        AppError::Internal => (
            "Something went wrong here",
            "It is our fault, not yours, and it has been noted. Nothing was changed. Try again in a moment.",
        ),
    }
}

/// The message beside a form that could not be sent. What was typed is still in it.
pub fn form_error(error: &AppError) -> &'static str {
    match error {
        AppError::NotLoggedIn => {
            "You are no longer logged in. What you typed is still here: log in in a new tab, come back, and save again."
        }
        AppError::Unreachable => {
            "The server could not be reached. What you typed is still here: check your connection, and save again."
        }
        AppError::Busy => {
            "The server is busy. What you typed is still here: wait a moment, and save again."
        }
        AppError::TooMany => {
            "Too many attempts. What you typed is still here: wait a few minutes, and save again."
        }
        AppError::TooLarge => "This is more than the form takes. Shorten it, and save again.",
        AppError::Conflict { .. } => {
            "This profile was changed since you opened the form. What you typed is still here, and not saved: compare it with the profile as it is now. To put yours in its place, save again."
        }
        _ => "It could not be saved. What you typed is still here: try again in a moment.",
    }
}
