//! A form's way: one layer that makes every server function a form's `action`.
//!
//! A server function answers with the path to go to, or with an error. That is
//! right for the island that called it. A browser without the island gets from
//! it here:
//! - on success 303 to that path;
//! - for a refused form the same page, with the status that fits, what was
//!   typed, and the errors;
//! - where that page cannot be shown, because the session has ended for one, the
//!   error's page, with the form in it to send again.
//!
//! Leptos' own way, a 302 to the Referer with the error in the URL, loses what
//! was typed.

use app::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
    rejected::RejectedForm,
};
use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use server_fn::{ContentType, Decodes, codec::PostcardEncoding, error::SERVER_FN_ERROR_HEADER};
use std::sync::{Arc, Mutex, PoisonError};

use super::{
    Asker,
    audit::Reason,
    avatar, is_of_type, keep,
    pages::{Pages, render},
    refusal, say_when, status, typed,
};
use crate::{
    places::{Place, Places},
    session::CookieSessions,
};

/// The largest form, in bytes. The default profile at all its limits, in the
/// longest characters and with each byte escaped, is half of it.
pub const MAX_FORM: usize = 512 * 1024;

/// Bytes that are kept for whoever sends them, before anybody knows who that is. Each
/// connection may hold as much. A sign-up with a long text in each of three fields, in
/// Arabic, which is six bytes a letter, stays below.
const MAX_OF_ANYBODY: usize = 64 * 1024;

/// Bytes of larger forms that are received at once, and of one user: some clicks on
/// one button.
const LARGE_AT_ONCE: usize = 32 * 1024 * 1024;
const LARGE_OF_ONE: usize = 4 * MAX_FORM;

/// A body that is too large is read on, up to here, and forgotten. A browser
/// that is still sending shows no answer; it shows a broken connection.
const MAX_DRAIN: usize = 32 * 1024 * 1024;

/// What forms are received by.
#[derive(Clone)]
pub struct Intake {
    sessions: CookieSessions,
    large: Places,
}

impl Intake {
    pub fn new(sessions: CookieSessions) -> Intake {
        Intake {
            sessions,
            large: Places::new(LARGE_AT_ONCE, LARGE_OF_ONE),
        }
    }

    async fn read(&self, headers: &HeaderMap, mut body: Body) -> Received {
        let size = body.size_hint();
        let (at_least, at_most) = (size.lower(), size.upper());
        let at_least = usize::try_from(at_least).unwrap_or(usize::MAX);
        let at_most = at_most.and_then(|size| usize::try_from(size).ok());
        let at_most = at_most.unwrap_or(MAX_FORM).min(MAX_FORM);

        let mut place = None;
        let (mut kept, mut most) = (Vec::new(), MAX_OF_ANYBODY);
        let mut form = match is_of_type(headers, FormBody::CONTENT_TYPE) {
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
            if form.is_ok() && size > most {
                match self.room(headers, size, at_most).await {
                    Ok(room) => (place, most) = (Some(room), MAX_FORM),
                    Err(error) => (form, kept, place) = (Err(error), Vec::new(), None),
                }
            }
            if form.is_ok() {
                keep(&mut kept, &data, most.min(at_most));
            }
        }
        let form = form.and_then(|()| Ok(Form::parse(&kept)?));
        Received(Arc::new(Mutex::new(Some((form, place)))))
    }

    /// Room for a form that is larger than anybody's: for whoever is logged in. Who
    /// that is by then is asked again when all of it has come.
    async fn room(
        &self,
        headers: &HeaderMap,
        size: usize,
        at_most: usize,
    ) -> Result<Place, AppError> {
        if size > MAX_FORM || !self.sessions.cookies.has_session(headers) {
            return Err(AppError::TooLarge);
        }
        let user = self.sessions.holder(headers).await?;
        let user = user.ok_or(AppError::NotLoggedIn)?;
        self.large.take(user, at_most).ok_or(AppError::Busy)
    }
}

/// Reads a form before anybody asks who sends it: what is asked must still be true
/// when it is used, and a body can take its time.
pub async fn receive(State(intake): State<Intake>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || avatar::is_upload(&request) {
        return next.run(request).await;
    }
    let (mut head, body) = request.into_parts();
    let received = intake.read(&head.headers, body).await;
    head.extensions.insert(received);
    next.run(Request::from_parts(head, Body::empty())).await
}

/// What [`receive`] has read, and the room that it takes. To be taken once: extensions
/// are copied for pages that may be needed.
#[derive(Clone)]
struct Received(Arc<Mutex<Option<Taken>>>);

type Taken = (Result<Form, AppError>, Option<Place>);

impl Received {
    fn take(&self) -> Option<Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Answers for the server functions.
pub async fn answer(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (mut head, _) = request.into_parts();
    let received = head.extensions.remove::<Received>();
    let received = received.and_then(|received| received.take());
    let (form, place) = received.unwrap_or((Err(AppError::BadRequest), None));
    let form = match form {
        Ok(form) => form,
        Err(error) => return refusal(error),
    };
    let sent = Sent::of(&head);
    // The function answers everybody as it answers the island; what a browser
    // and a program need is made of it below.
    head.headers.insert(
        header::ACCEPT,
        HeaderValue::from_static(PostcardEncoding::CONTENT_TYPE),
    );
    let response = next
        .run(Request::from_parts(head, form.encode().into()))
        .await;
    let refused = response.headers().contains_key(SERVER_FN_ERROR_HEADER);
    if !refused && !response.status().is_success() {
        return response;
    }
    let (head, body) = response.into_parts();
    let result = if refused {
        Err(read(body).await.unwrap_or(AppError::Internal))
    } else {
        read(body).await.ok_or(AppError::Internal)
    };
    let mut response = sent.reply(&pages, result, form).await;
    // What the function has set, also where it refused: another id for the session.
    for cookie in head.headers.get_all(header::SET_COOKIE) {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    drop(place);
    response
}

/// A form that was sent, for when there is a result.
pub struct Sent {
    asker: Asker,
    /// A GET for the page whose form it is, by the same viewer.
    page: Request,
}

impl Sent {
    pub fn of(head: &Parts) -> Sent {
        Sent {
            asker: Asker::of(&head.headers),
            page: page_of(&head.uri, &head.headers, &head.extensions),
        }
    }

    /// Answers who sent it.
    pub async fn reply(
        self,
        pages: &Pages,
        result: Result<OwnPath, AppError>,
        form: Form,
    ) -> Response {
        match (result, self.asker) {
            (Ok(path), Asker::Person) => {
                let location = path.as_str().parse();
                let location = location.unwrap_or(HeaderValue::from_static("/"));
                (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
            }
            (Err(error), Asker::Person) => refused(pages, error, form, self.page).await,
            (Ok(path), asker) => typed(asker, &path),
            (Err(error), asker) => {
                let mut response = typed(asker, &error);
                *response.status_mut() = status(&error);
                response
                    .headers_mut()
                    .insert(SERVER_FN_ERROR_HEADER, HeaderValue::from_static("true"));
                because(response, error)
            }
        }
    }
}

/// What a form with a file is sent as; its own handler reads it.
pub fn is_multipart(headers: &HeaderMap) -> bool {
    is_of_type(headers, "multipart/form-data")
}

/// A GET for the page whose form was posted, by the same viewer.
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

/// The page of a form that was refused.
async fn refused(pages: &Pages, error: AppError, form: Form, mut page: Request) -> Response {
    let refused = RejectedForm {
        action: page.uri().path().to_owned(),
        form: form.without_secrets(),
        error: error.clone(),
    };
    page.extensions_mut().insert(refused);
    // Where somebody else is logged in now, or nobody, the page is not the form's.
    if !matches!(error, AppError::NotLoggedIn | AppError::FormOwnerChanged) {
        let mut response = render(pages, again(&page)).await;
        if response.status().is_success() {
            *response.status_mut() = status(&error);
            return because(response, error);
        }
    }
    // The error's own page offers to send the form again; a file nobody can.
    if is_multipart(page.headers()) {
        page.extensions_mut().remove::<RejectedForm>();
    }
    page.extensions_mut().insert(error.clone());
    because(render(pages, page).await, error)
}

/// Says in the head what the body says to a person.
fn because(mut response: Response, error: AppError) -> Response {
    say_when(&mut response, &error);
    response.extensions_mut().insert(Reason(error));
    response
}

async fn read<T: DeserializeOwned>(body: Body) -> Option<T> {
    let bytes = body.collect().await.ok()?.to_bytes();
    PostcardEncoding::decode(bytes).ok()
}
