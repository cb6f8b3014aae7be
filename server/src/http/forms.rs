//! Form posts: two layers that make every server function usable as a form's `action`.
//!
//! A server function answers with the path to go to or with an error, as the island that
//! called it expects. [`respond`] turns that into an answer for a browser without the island:
//! - on success, 303 to that path;
//! - for a rejected form, the form's page with the matching status, the typed values and the
//!   errors;
//! - where that page cannot be shown, for example because the session has ended, the error's
//!   page, from which the form can be sent again.
//!
//! Leptos' own way, a 302 to the Referer with the error in the URL, loses the typed values.

use app::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
    profile::rules::picture::AVATAR_PATH,
    rejected::RejectedForm,
};
use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use server_fn::{ContentType, Decodes, codec::PostcardEncoding, error::SERVER_FN_ERROR_HEADER};
use std::sync::{Arc, Mutex, PoisonError};

use super::{
    ClientKind, append_within,
    audit::Reason,
    encode_error, encode_for,
    endpoints::multipart::{self, FileText},
    is_of_type,
    layers::Next,
    pages::{Pages, render},
    reject, set_retry_after, status_of,
    viewer::Sessions,
};
use crate::{
    foreign::sheet,
    schema_file::MAX_FORM,
    slots::{SlotGuard, Slots},
};

/// Maximum number of bytes buffered per connection for a sender who is not known yet. A sign-up
/// with long texts in three fields fits, even in Arabic, which takes six bytes per letter.
const MAX_FROM_ANYONE: usize = 64 * 1024;

/// Maximum number of bytes of larger forms received concurrently, in all and from one user: a
/// few clicks on one button.
const LARGE_AT_ONCE: usize = 32 * 1024 * 1024;
const LARGE_PER_USER: usize = 4 * MAX_FORM;

/// Number of bytes of an oversized body that are still read and discarded. A browser that is
/// still sending would show a broken connection instead of the answer.
const MAX_DRAIN: usize = 32 * 1024 * 1024;

/// The paths of the forms that may contain a text file, and how it is decoded: a schema, and a
/// table of users, which spreadsheets do not always write in UTF-8.
const FILE_PATHS: [(&str, FileText); 2] = [
    ("/admin/schema", |file| String::from_utf8(file).ok()),
    ("/admin/import", |file| Some(sheet::sent(file))),
];

/// The state of the layer [`receive`].
#[derive(Clone)]
pub struct Intake {
    sessions: Sessions,
    large: Slots,
}

impl Intake {
    pub fn new(sessions: Sessions) -> Intake {
        Intake {
            sessions,
            large: Slots::new(LARGE_AT_ONCE, LARGE_PER_USER),
        }
    }

    async fn read(&self, path: &str, headers: &HeaderMap, mut body: Body) -> ReceivedForm {
        let size = body.size_hint();
        let (at_least, at_most) = (size.lower(), size.upper());
        let at_least = usize::try_from(at_least).unwrap_or(usize::MAX);
        let at_most = at_most.and_then(|size| usize::try_from(size).ok());
        let at_most = at_most.unwrap_or(MAX_FORM).min(MAX_FORM);

        let mut slot = None;
        let (mut buffer, mut max) = (Vec::new(), MAX_FROM_ANYONE);
        let file_text = file_text(path, headers);
        let mut form = match file_text.is_some() || is_of_type(headers, FormBody::CONTENT_TYPE) {
            true => Ok(()),
            false => Err(AppError::BadRequest),
        };
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else {
                form = Err(AppError::BadRequest);
                break;
            };
            let Ok(data) = frame.into_data() else {
                continue;
            };
            length += data.len();
            if length > MAX_DRAIN {
                break;
            }
            let size = length.max(at_least);
            if form.is_ok() && size > max {
                match self.slot_for_large(headers, size, at_most).await {
                    Ok(taken) => (slot, max) = (Some(taken), MAX_FORM),
                    Err(error) => (form, buffer, slot) = (Err(error), Vec::new(), None),
                }
            }
            if form.is_ok() {
                append_within(&mut buffer, &data, max.min(at_most));
            }
        }
        let form = match (form, file_text) {
            (Ok(()), Some(text)) => multipart::parse(headers, buffer, text).await,
            (Ok(()), None) => Form::parse(&buffer).map_err(AppError::from),
            (Err(error), _) => Err(error),
        };
        ReceivedForm(Arc::new(Mutex::new(Some((form, slot)))))
    }

    /// Takes a slot for a form larger than [`MAX_FROM_ANYONE`], which only a logged-in user may
    /// send. The session is looked up again once the whole form has arrived.
    async fn slot_for_large(
        &self,
        headers: &HeaderMap,
        size: usize,
        at_most: usize,
    ) -> Result<SlotGuard, AppError> {
        if size > MAX_FORM || !self.sessions.cookies.has_session(headers) {
            return Err(AppError::TooLarge);
        }
        let user = self.sessions.account(headers).await?;
        let user = user.ok_or(AppError::NotLoggedIn)?;
        self.large.take(user, at_most).ok_or(AppError::Busy)
    }
}

/// Reads the body before the session lookup, so that a slow upload cannot outlive a revoked
/// session.
pub async fn receive(intake: &Intake, request: Request, next: impl Next) -> Response {
    if request.method() != Method::POST || is_upload(&request) {
        return next(request).await;
    }
    let (mut head, body) = request.into_parts();
    let received = intake.read(head.uri.path(), &head.headers, body).await;
    if file_text(head.uri.path(), &head.headers).is_some() {
        // From here on it is treated like any other form.
        let kind = HeaderValue::from_static(FormBody::CONTENT_TYPE);
        head.headers.insert(header::CONTENT_TYPE, kind);
    }
    head.extensions.insert(received);
    next(Request::from_parts(head, Body::empty())).await
}

/// The form that [`receive`] has read, with its slot. It can be taken only once, because
/// extensions are cloned for pages that may be rendered later.
#[derive(Clone)]
struct ReceivedForm(Arc<Mutex<Option<Taken>>>);

type Taken = (Result<Form, AppError>, Option<SlotGuard>);

impl ReceivedForm {
    fn take(&self) -> Option<Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Turns the answer of a server function into one for the current client.
pub async fn respond(pages: &Pages, request: Request, next: impl Next) -> Response {
    if request.method() != Method::POST || request.uri().path() == AVATAR_PATH {
        return next(request).await;
    }
    let (mut head, _) = request.into_parts();
    let received = head.extensions.remove::<ReceivedForm>();
    let received = received.and_then(|received| received.take());
    let (form, slot) = received.unwrap_or((Err(AppError::BadRequest), None));
    let form = match form {
        Ok(form) => form,
        Err(error) => return reject(error),
    };
    let sent = Sent::of(&head);
    // The function answers every client as if it were the island; `Sent::reply` encodes
    // the result for browsers and programs.
    head.headers.insert(
        header::ACCEPT,
        HeaderValue::from_static(PostcardEncoding::CONTENT_TYPE),
    );
    let response = next(Request::from_parts(head, form.encode().into())).await;
    let has_failed = response.headers().contains_key(SERVER_FN_ERROR_HEADER);
    if !has_failed && !response.status().is_success() {
        return response;
    }
    let (head, body) = response.into_parts();
    let result = if has_failed {
        Err(read(body).await.unwrap_or(AppError::Internal))
    } else {
        read(body).await.ok_or(AppError::Internal)
    };
    let mut response = sent.reply(pages, result, form).await;
    // A function may set cookies even if it fails, for example for a new session id.
    for cookie in head.headers.get_all(header::SET_COOKIE) {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    drop(slot);
    response
}

/// A posted form whose result is not known yet.
pub struct Sent {
    client: ClientKind,
    /// A GET request for the page of the form, by the same viewer.
    page: Request,
}

impl Sent {
    pub fn of(head: &Parts) -> Sent {
        Sent {
            client: ClientKind::of(&head.headers),
            page: page_of(&head.uri, &head.headers, &head.extensions),
        }
    }

    /// Answers the sender.
    pub async fn reply(
        self,
        pages: &Pages,
        result: Result<OwnPath, AppError>,
        form: Form,
    ) -> Response {
        match (result, self.client) {
            (Ok(path), ClientKind::Browser) => {
                let location = path.as_str().parse();
                let location = location.unwrap_or(HeaderValue::from_static("/"));
                (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
            }
            (Err(error), ClientKind::Browser) => rejected(pages, error, form, self.page).await,
            (Ok(path), client) => encode_for(client, &path),
            (Err(error), client) => {
                let mut response = encode_error(client, &error);
                *response.status_mut() = status_of(&error);
                with_reason(response, error)
            }
        }
    }
}

/// Returns whether a request uploads a picture with its form, which has its own handler.
pub fn is_upload(request: &Request) -> bool {
    request.method() == Method::POST
        && request.uri().path() == AVATAR_PATH
        && is_multipart(request.headers())
}

/// The decoder for the file of a form, if the form may contain a text file.
fn file_text(path: &str, headers: &HeaderMap) -> Option<FileText> {
    let form = FILE_PATHS.iter().find(|(form, _)| *form == path);
    let (_, text) = form.filter(|_| is_multipart(headers))?;
    Some(*text)
}

/// Returns whether a body is `multipart/form-data`.
fn is_multipart(headers: &HeaderMap) -> bool {
    is_of_type(headers, "multipart/form-data")
}

/// A GET request for the page of a posted form, by the same viewer.
fn page_of(uri: &Uri, headers: &HeaderMap, extensions: &Extensions) -> Request {
    let mut page = Request::new(Body::empty());
    *page.uri_mut() = uri.clone();
    *page.headers_mut() = headers.clone();
    *page.extensions_mut() = extensions.clone();
    page
}

fn again(page: &Request) -> Request {
    page_of(page.uri(), page.headers(), page.extensions())
}

/// Renders the page of a rejected form.
async fn rejected(pages: &Pages, error: AppError, form: Form, mut page: Request) -> Response {
    let refused = RejectedForm {
        action: page.uri().path().to_owned(),
        form: form.without_secrets(),
        error: error.clone(),
    };
    page.extensions_mut().insert(refused);
    // If another user is logged in now, or none, the page would not be that of the form.
    if !matches!(error, AppError::NotLoggedIn | AppError::FormOwnerChanged) {
        let mut response = render(pages, again(&page)).await;
        if response.status().is_success() {
            *response.status_mut() = status_of(&error);
            return with_reason(response, error);
        }
    }
    // The error's own page offers to send the form again, which is impossible for a file.
    if is_multipart(page.headers()) {
        page.extensions_mut().remove::<RejectedForm>();
    }
    page.extensions_mut().insert(error.clone());
    with_reason(render(pages, page).await, error)
}

/// Adds the error to the headers and extensions of a response, for clients and the audit log.
fn with_reason(mut response: Response, error: AppError) -> Response {
    set_retry_after(&mut response, &error);
    response.extensions_mut().insert(Reason(error));
    response
}

async fn read<T: DeserializeOwned>(body: Body) -> Option<T> {
    let bytes = body.collect().await.ok()?.to_bytes();
    PostcardEncoding::decode(bytes).ok()
}
