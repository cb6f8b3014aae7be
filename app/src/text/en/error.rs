//! Pages and messages for what could not be done: what happened, and a way out.

use std::borrow::Cow;

use crate::{
    error::AppError,
    text::{number::megabytes, words},
};

words! {
    go_home: "Go to the start page",
    send_again: "Send again",
    form_is_kept: "What you typed is kept on this page; it is not saved yet. Come back here to send it again.",
    log_in_new_tab: "Log in in a new tab",
}

/// Title and explanation of an error page.
pub fn error_page(error: &AppError) -> (&'static str, Cow<'static, str>) {
    let (title, explanation) = match error {
        AppError::NotFound => (
            "There is no such page",
            "The address may have a typing error, or the page is gone. If you pasted the address, check that all of it is there.",
        ),
        AppError::NotLoggedIn => (
            "Log in first",
            "This is for members, and you are not logged in, or not any longer.",
        ),
        AppError::Forbidden => (
            "This is not allowed",
            "The request did not come from a page of this site, or this account may not do it. Nothing was changed.",
        ),
        AppError::ForeignForm => (
            "This form came from another address",
            "Your browser says that it was sent from a page of another site, so nothing was changed. Open the page anew on this site, and send it from there. If it was a page of this site, tell whoever runs it: public_url has to be the address that your browser shows, and the log says what differs.",
        ),
        AppError::UnmarkedForm => (
            "Your browser does not say where this form comes from",
            "While you are logged in, a form counts only if the browser says that it comes from this site, so nothing was changed. A setting, an extension or a proxy keeps that back. Allow this site the headers Origin or Referer, and send the form again.",
        ),
        AppError::CutLink => (
            "This link is incomplete",
            "A part of it is missing, perhaps because it was broken across two lines. Copy all of it from the mail, and paste it into the address bar.",
        ),
        AppError::TooLarge | AppError::ProxyLimit { .. } => (
            "That is too much at once",
            "What you sent is larger than this form takes. Nothing was changed. Go back, shorten it, and send it again.",
        ),
        AppError::Misdirected => (
            "This site has another address",
            "It does not answer to the address that your browser shows. Nothing was changed. Whoever runs this site finds in its log what to do.",
        ),
        AppError::FormOwnerChanged => (
            "You are logged in as somebody else now",
            "This form was opened by another user. Nothing was changed. Log in as that user to send it.",
        ),
        AppError::TooMany { seconds } => {
            let explanation = format!("Try again {}. Nothing was changed.", in_time(*seconds));
            return ("Too many attempts", explanation.into());
        }
        AppError::PlanChanged => (
            "It is not the same any more",
            "What goes with your account has changed since you opened the page. Nothing was deleted. Read the list again.",
        ),
        AppError::DeadLink => (
            "This link does not work any more",
            "It was used already, it has expired, or something changed since it was sent. Ask for a new one.",
        ),
        AppError::LastManager => (
            "Somebody has to manage the users",
            "This is the only account that may. Give somebody else that role first. Nothing was changed.",
        ),
        AppError::Conflict { .. } => (
            "It was changed in the meantime",
            "Somebody saved this since you opened it. Nothing of yours was saved. Go back, and look at it again.",
        ),
        AppError::Busy | AppError::Unreachable | AppError::Proxy { .. } => (
            "Busy right now",
            "The server has more to do than it can right now. Wait a moment, then try again.",
        ),
        AppError::BadRequest | AppError::Invalid(_) => (
            "That request makes no sense here",
            "The browser sent something that no page of this site asks for. Nothing was changed. Go back, reload the page, and try again.",
        ),
        AppError::Internal => (
            "Something went wrong here",
            "It is our fault, not yours, and it has been noted. Wait a moment, then try again.",
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

/// The message beside a form that could not be sent. What was typed is still in it.
pub fn form_error(error: &AppError) -> Cow<'static, str> {
    let words = match error {
        AppError::TooMany { seconds } => {
            return format!(
                "Too many attempts. What you typed is still here: send it again {}.",
                in_time(*seconds)
            )
            .into();
        }
        AppError::NotLoggedIn => {
            "You are no longer logged in. What you typed is still here: log in in a new tab, come back, and send it again."
        }
        AppError::FormOwnerChanged => {
            "You are logged in as somebody else now, so this was not saved. What you typed is still here: log in as yourself in a new tab, come back, and send it again."
        }
        AppError::Unreachable => {
            "The server could not be reached. What you typed is still here: check your connection, and send it again."
        }
        AppError::Busy => {
            "The server is busy. What you typed is still here: wait a moment, and send it again."
        }
        AppError::ForeignForm => {
            "The server takes this for a form of another site, so nothing was saved. What you typed is still here. Tell whoever runs this site: public_url has to be the address that your browser shows."
        }
        AppError::UnmarkedForm => {
            "Your browser does not say where this form comes from, so nothing was saved. What you typed is still here: allow this site the headers Origin or Referer, and send it again."
        }
        AppError::ProxyLimit { bytes } => {
            let size = megabytes(*bytes, ".");
            return format!(
                "This site's proxy does not take the {size} MB that you sent. Choose a smaller file, or tell whoever runs this site."
            )
            .into();
        }
        AppError::Proxy {
            status: status @ 502..=504,
        } => {
            return format!(
                "The site does not answer right now, says the proxy in front of it ({status}). What you typed is still here: wait a moment, and send it again."
            )
            .into();
        }
        AppError::Proxy { status } => {
            return format!(
                "Something between your browser and this site answered in its place ({status}). What you typed is still here: send it again, and if that does not help, tell whoever runs this site."
            )
            .into();
        }
        AppError::NotFound | AppError::Forbidden => {
            "This profile is no longer yours to change, so nothing was saved. What you typed is still here: copy what you need."
        }
        AppError::PlanChanged => {
            "What goes with your account has changed since you opened this page. Nothing was deleted. Read the list again."
        }
        AppError::LastManager => {
            "This is the only account that may manage users. Give somebody else that role first. Nothing was changed."
        }
        AppError::TooLarge => "This is more than the form takes. Shorten it, and send it again.",
        AppError::Conflict { .. } => {
            "The same was changed since you opened this page, and yours is not saved. Nothing is lost: choose what to keep, and save again."
        }
        _ => {
            "That did not work, and it is our fault. What you typed is still here: try again in a moment."
        }
    };
    words.into()
}

/// Of a password, beside the message about its form.
pub fn enter_again(label: &str) -> String {
    format!("{label}: enter it again, it is not kept")
}
