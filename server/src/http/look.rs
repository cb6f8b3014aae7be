//! The language and the theme of a request: from its cookies, or else from the browser's
//! preferences.

use app::{
    look::{LANGUAGE, LookChoice, THEME, Theme},
    text::{Language, with_locale},
};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

use super::layers::Next;
use crate::cookies::{self, Cookies};

/// The name of the cookie for a choice, bound to this host (`__Host-`) on https sites.
fn cookie_name(name: &str, cookies: Cookies) -> String {
    match cookies.are_secure() {
        true => format!("__Host-{name}"),
        false => name.to_owned(),
    }
}

/// Sets the language and the theme of the request.
pub async fn choose(secure: Cookies, mut request: Request, next: impl Next) -> Response {
    let headers = request.headers();
    // Use the first of several cookies with one name: none is more likely to be meant.
    let cookie = |name| {
        let name = cookie_name(name, secure);
        let first = cookies::values(headers, &name).next();
        first.unwrap_or_default().to_owned()
    };
    let language = Language::parse(&cookie(LANGUAGE));
    let language = language.or_else(|| accepted(headers)).unwrap_or_default();
    let theme = Theme::parse(&cookie(THEME));
    request.extensions_mut().insert(theme.unwrap_or_default());
    with_locale(language, next(request)).await
}

fn accepted(headers: &HeaderMap) -> Option<Language> {
    let header = headers.get(header::ACCEPT_LANGUAGE)?;
    Language::accepted(header.to_str().ok()?)
}

/// The cookies that remember a choice, for a year.
pub fn remember(choice: LookChoice, cookies: Cookies) -> impl Iterator<Item = HeaderValue> {
    let theme = choice.theme.map(|theme| (THEME, theme.key()));
    let language = choice.language.map(|language| (LANGUAGE, language.tag()));
    let secure = match cookies.are_secure() {
        true => "; Secure",
        false => "",
    };
    let year = 365 * 24 * 60 * 60;
    [theme, language]
        .into_iter()
        .flatten()
        .filter_map(move |(name, value)| {
            let name = cookie_name(name, cookies);
            let cookie =
                format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={year}{secure}");
            cookie.try_into().ok()
        })
}
