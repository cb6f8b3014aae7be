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
    account::OwnPath,
    error::{AppError, Refused},
    form::Form,
};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use server_fn::error::SERVER_FN_ERROR_HEADER;

use super::{
    audit::Reason,
    pages::{Pages, render},
    refusal, say_when, status, wants_html,
};

/// The largest form, in bytes. The default profile at all its limits, in the
/// longest characters and with each byte escaped, is half of it.
const MAX_FORM: usize = 512 * 1024;

/// A body that is too large is read on, up to here, and forgotten. A browser
/// that is still sending shows no answer; it shows a broken connection.
const MAX_DRAIN: usize = 32 * 1024 * 1024;

pub async fn answer(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (mut head, body) = request.into_parts();
    let form = match read_form(&head.headers, body).await {
        Ok(form) => form,
        Err(error) => return refusal(error),
    };
    let html = wants_html(&head.headers);
    let page = page_of(&head.uri, &head.headers, &head.extensions);
    // The function answers a browser as it answers the island; what a browser
    // needs is made of it below.
    head.headers
        .insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let response = next
        .run(Request::from_parts(head, form.encode().into()))
        .await;

    if response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        refused(&pages, response, html, form, page).await
    } else if response.status().is_success() && html {
        done(response).await
    } else {
        response
    }
}

/// Reads a body that a form of ours sends.
async fn read_form(headers: &HeaderMap, body: Body) -> Result<Form, AppError> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .map_or(&b""[..], HeaderValue::as_bytes);
    let bytes = read_body(body).await?;
    if !kind.starts_with(b"application/x-www-form-urlencoded") {
        return Err(AppError::BadRequest);
    }
    Ok(Form::parse(&bytes)?)
}

async fn read_body(mut body: Body) -> Result<Bytes, AppError> {
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| AppError::BadRequest)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        length += data.len();
        if length <= MAX_FORM {
            bytes.extend_from_slice(&data);
        } else if length > MAX_DRAIN {
            break;
        }
    }
    if length > MAX_FORM {
        Err(AppError::TooLarge)
    } else {
        Ok(bytes.into())
    }
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

/// The function answered with the path to go to.
async fn done(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let path = read_json::<OwnPath>(body).await;
    let location = path.as_ref().map_or("/", OwnPath::as_str).parse();
    head.status = StatusCode::SEE_OTHER;
    head.headers.remove(header::CONTENT_TYPE);
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.insert(
        header::LOCATION,
        location.unwrap_or(HeaderValue::from_static("/")),
    );
    (head, ()).into_response()
}

/// The function answered with an error.
async fn refused(
    pages: &Pages,
    response: Response,
    html: bool,
    form: Form,
    mut page: Request,
) -> Response {
    let (mut head, body) = response.into_parts();
    let error = read_json::<AppError>(body)
        .await
        .unwrap_or(AppError::Internal);
    if !html {
        head.status = status(&error);
        head.headers.remove(header::CONTENT_LENGTH);
        let body = serde_json::to_vec(&error).unwrap_or_default();
        return because((head, body).into_response(), error);
    }
    let refused = Refused {
        action: page.uri().path().to_owned(),
        form: form.without_secrets(),
        error: error.clone(),
    };
    page.extensions_mut().insert(refused);
    // What the function has set all the same: another id for the session.
    let cookies: Vec<_> = head
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .cloned()
        .collect();
    let with_cookies = |mut response: Response| {
        for cookie in cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    };
    // Where somebody else is logged in now, or nobody, the page is not the form's.
    if !matches!(error, AppError::NotLoggedIn | AppError::OtherUser) {
        let mut response = render(pages, again(&page)).await;
        if response.status().is_success() {
            *response.status_mut() = status(&error);
            return with_cookies(because(response, error));
        }
    }
    // The error's own page offers to send the form again.
    page.extensions_mut().insert(error.clone());
    with_cookies(because(render(pages, page).await, error))
}

/// Says in the head what the body says to a person.
fn because(mut response: Response, error: AppError) -> Response {
    say_when(&mut response, &error);
    response.extensions_mut().insert(Reason(error));
    response
}

async fn read_json<T: serde::de::DeserializeOwned>(body: Body) -> Option<T> {
    let bytes = body.collect().await.ok()?.to_bytes();
    serde_json::from_slice(&bytes).ok()
}
