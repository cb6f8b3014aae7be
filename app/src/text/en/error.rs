//! Error pages and error messages: what happened, and a way out.

use std::borrow::Cow;

use crate::{
    error::AppError,
    text::{number::megabytes, words::words},
};

words! {
    error_id: "If you report this, quote this number:",
    go_home: "Go to the home page",
    send_again: "Send again",
    form_is_kept: "What you typed is kept on this page, but not saved yet. Come back here to send it again.",
    log_in_new_tab: "Log in (opens in a new tab)",
}

/// Title and explanation of an error page. The commands print them too.
pub fn error_page(error: &AppError) -> (&'static str, Cow<'static, str>) {
    let (title, explanation) = match error {
        AppError::NotFound => (
            "Page not found",
            "If you typed the address, check the spelling. If you pasted it, check that it is complete. The page may also have been removed.",
        ),
        AppError::NotLoggedIn => (
            "Log in to continue",
            "This page is for members. You are not logged in, or your session has ended.",
        ),
        AppError::Forbidden => (
            "This is not allowed",
            "The request did not come from a page of this site, or this account does not have permission. Nothing was changed.",
        ),
        AppError::ForeignForm => (
            "This form came from another address",
            "Your browser reports that it was sent from a page of another site, so nothing was changed. Open the page on this site again, and send the form from there. If it was a page of this site, tell the site operator: public_url must be the address that your browser shows, and the log says what differs.",
        ),
        AppError::UnmarkedForm => (
            "Your browser does not say where this form comes from",
            "While you are logged in, forms are accepted only if the browser says that they come from this site, so nothing was changed. A browser setting, an extension or a proxy removes that information. Allow the Origin or Referer header for this site, then send the form again.",
        ),
        AppError::CutLink => (
            "This link is incomplete",
            "Part of it is missing, perhaps because it was split across two lines. Copy the whole link from the email, and paste it into the address bar.",
        ),
        AppError::TooLarge => (
            "This is too large",
            "You sent more than this form accepts. Nothing was changed. Go back, shorten it, and send it again.",
        ),
        AppError::Misdirected => (
            "This site has a different address",
            "It does not respond to the address that your browser shows. Nothing was changed. The log tells the site operator what to do.",
        ),
        AppError::FormOwnerChanged => (
            "You are now logged in as someone else",
            "This form was opened by another user. Nothing was changed. To send it, log in as that user.",
        ),
        AppError::TooMany { seconds } => {
            let explanation = format!("Try again {}. Nothing was changed.", in_time(*seconds));
            return ("Too many attempts", explanation.into());
        }
        AppError::PlanChanged => (
            "The list has changed",
            "What will be deleted with your account has changed since you opened the page. Nothing was deleted. Read the list again.",
        ),
        AppError::DeadLink => (
            "This link no longer works",
            "It was already used, it has expired, or something changed after it was sent. Request a new one.",
        ),
        AppError::LastManager => (
            "Someone has to manage users",
            "This is the only account that can. Give another account that role first. Nothing was changed.",
        ),
        AppError::Conflict { .. }
        | AppError::AlreadyDecided { .. }
        | AppError::NotAllDone { .. } => (
            "This was changed in the meantime",
            "Someone saved a change after you opened this. Your changes were not saved. Go back, and check it again.",
        ),
        AppError::Busy => (
            "The server is busy",
            "It cannot handle your request right now. Wait a moment, then try again.",
        ),
        AppError::Unconfirmed => (
            "This may not have been saved",
            "The database did not confirm it. Go back, reload the page and check. If your change is not there, make it again.",
        ),
        AppError::BadRequest | AppError::Invalid(_) => (
            "This request could not be understood",
            "The browser sent something that no page of this site asks for. Nothing was changed. Go back, reload the page, and try again.",
        ),
        AppError::Internal => (
            "Something went wrong",
            "The problem is on our side and has been logged. Wait a moment, then try again.",
        ),
    };
    (title, explanation.into())
}

/// "in 5 minutes"
fn in_time(seconds: u32) -> String {
    match seconds.div_ceil(60) {
        0 | 1 => "in a minute".to_owned(),
        minutes @ 2..=119 => format!("in {minutes} minutes"),
        minutes => format!("in {} hours", minutes.div_ceil(60)),
    }
}

/// Message beside a form that could not be sent and still holds what was typed.
pub fn form_error(error: &AppError) -> Cow<'static, str> {
    let words = match error {
        AppError::TooMany { seconds } => {
            return format!(
                "Too many attempts. What you typed is still here. Send it again {}.",
                in_time(*seconds)
            )
            .into();
        }
        AppError::NotLoggedIn => {
            "You are no longer logged in. What you typed is still here. Use a new tab to log in, then come back and send it again."
        }
        AppError::FormOwnerChanged => {
            "You are now logged in as someone else, so nothing was saved. What you typed is still here. Use a new tab to log in to your own account, then come back and send it again."
        }
        AppError::Busy => {
            "The server is busy. What you typed is still here. Wait a moment, then send it again."
        }
        AppError::Unconfirmed => {
            "The database did not confirm this, so it is not known whether it was saved. What you typed is still here. Wait a moment, then send it again: what is already saved is not saved twice."
        }
        AppError::ForeignForm => {
            "The server treats this as a form from another site, so nothing was saved. What you typed is still here. Tell the site operator: public_url must be the address that your browser shows."
        }
        AppError::UnmarkedForm => {
            "Your browser does not say where this form comes from, so nothing was saved. What you typed is still here. Allow the Origin or Referer header for this site, then send it again."
        }
        AppError::NotFound | AppError::Forbidden => {
            "You can no longer edit this profile, so nothing was saved. What you typed is still here. Copy what you need."
        }
        AppError::PlanChanged => {
            "What will be deleted with your account has changed since you opened this page. Nothing was deleted. Read the list again."
        }
        AppError::LastManager => {
            "This is the only account that can manage users. Give another account that role first. Nothing was changed."
        }
        AppError::TooLarge => {
            "You sent more than this form accepts. Shorten it, then send it again."
        }
        AppError::Conflict { .. }
        | AppError::AlreadyDecided { .. }
        | AppError::NotAllDone { .. } => {
            "What you edited was also changed elsewhere after you opened this page. Your changes are not saved yet, but nothing is lost. Choose what to keep, then save again."
        }
        _ => {
            "Something went wrong on our side. What you typed is still here. Wait a moment, then try again."
        }
    };
    words.into()
}

/// Message beside a form that did not reach the server, or whose answer did not come back.
pub fn unreachable() -> &'static str {
    "The server could not be reached. What you typed is still here. Check your connection, then send it again."
}

/// Message beside a form of this many bytes that a proxy rejected.
pub fn proxy_limit(bytes: u64) -> String {
    let size = megabytes(bytes, ".");
    format!(
        "This site’s proxy does not accept the {size} MB you sent. Choose a smaller file, or contact the site operator."
    )
}

/// Message beside a form that was answered by something other than this site.
pub fn proxy_answer(status: u16) -> String {
    match status {
        502..=504 => format!(
            "The site is not responding right now. Its proxy returned error {status}. What you typed is still here. Wait a moment, then send it again."
        ),
        _ => format!(
            "Something between your browser and this site responded instead of it, with status {status}. What you typed is still here. Send it again. If that does not help, contact the site operator."
        ),
    }
}

/// Reminder, beside a form's error, that a password has to be entered again.
pub fn enter_again(label: &str) -> String {
    format!("{label}: enter it again, because it is not kept")
}
