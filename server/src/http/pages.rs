//! Renders a page: the document of `app`, with what a page finds in its context.
//!
//! leptos_axum's own handlers are not used. They append a script with the
//! page's resources, of which ours have none, to every page, and render pages
//! and 404s by two paths with two contexts. Here every page, every refused form
//! and every error goes through [`render`].

use app::{
    backend::{Backend, ResponseContext},
    error::AppError,
    look::{LookChoice, Theme},
    next::OwnPath,
    rejected::RejectedForm,
    shell::{InlineStyle, SiteFiles, body, document},
    viewer::{Unconfirmed, Viewer},
};
use axum::{
    body::Body,
    http::{HeaderValue, Method, Request, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream::once};
use leptos::{
    prelude::{Owner, expect_context, provide_context},
    tachys::view::RenderHtml,
};
use leptos_axum::{ResponseOptions, handle_response_inner};
use std::sync::Arc;

use super::{headers::Allowed, look, refusal};
use crate::{schema_file::Schemas, session::Cookies};

/// What every page needs.
#[derive(Clone)]
pub struct Pages {
    backend: Backend,
    schemas: Schemas,
    files: SiteFiles,
    style: InlineStyle,
    cookies: Cookies,
}

/// Lets Leptos run on this program's runtime; before the first page.
pub fn init_executor() {
    // It fails if it was done before, which is as good.
    let _ = any_spawner::Executor::init_tokio();
}

/// Answers a GET for any path with its page, which may be the 404.
pub async fn page(pages: Pages, request: Request<Body>) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => render(&pages, request).await,
        // Only paths with a server function take anything else.
        _ => {
            let mut response = refusal(AppError::NotFound);
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            response
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            response
        }
    }
}

/// Renders the page of the request's path for the [`Viewer`] in its extensions;
/// with a [`RejectedForm`] there, the form that was refused; with an [`AppError`],
/// that error's page.
pub async fn render(pages: &Pages, request: Request<Body>) -> Response {
    let pages = pages.clone();
    let context = move || {
        pages.provide();
        let request = expect_context::<Parts>();
        provide_from::<Viewer>(&request);
        provide_from::<RejectedForm>(&request);
        provide_from::<AppError>(&request);
    };
    handle_response_inner(context, body, request, |page, _resources, _| {
        let context = Owner::current().unwrap_or_default();
        Box::pin(async move {
            let body: String = page.to_html_stream_in_order().collect().await;
            let html = context.with(|| document(body));
            Box::pin(once(async move { html })) as _
        })
    })
    .await
    .into_response()
}

impl Pages {
    /// `backend` in whatever language; a page gets it in its own.
    pub fn new(
        backend: Backend,
        schemas: Schemas,
        files: SiteFiles,
        style: InlineStyle,
        cookies: Cookies,
    ) -> Pages {
        Pages {
            backend,
            schemas,
            files,
            style,
            cookies,
        }
    }

    /// The machine room in the language that is spoken.
    pub fn backend(&self) -> Backend {
        Backend {
            schema: Arc::clone(self.schemas.spoken()),
            ..self.backend.clone()
        }
    }

    /// The context that pages and server functions share.
    pub fn provide(&self) {
        provide_context(self.backend());
        provide_context(self.files.clone());
        provide_context(self.style.clone());
        let request = expect_context::<Parts>();
        provide_from::<Viewer>(&request);
        provide_from::<Unconfirmed>(&request);
        provide_from::<Theme>(&request);
        provide_context::<Arc<dyn ResponseContext>>(Arc::new(AnswerInContext {
            options: expect_context(),
            allowed: request.extensions.get().cloned().unwrap_or_default(),
            path: request.uri.to_string(),
            cookies: self.cookies,
        }));
    }
}

fn provide_from<T: Clone + Send + Sync + 'static>(request: &Parts) {
    if let Some(value) = request.extensions.get::<T>() {
        provide_context(value.clone());
    }
}

/// `ResponseContext` on Leptos' response options.
struct AnswerInContext {
    options: ResponseOptions,
    allowed: Allowed,
    path: String,
    cookies: Cookies,
}

impl ResponseContext for AnswerInContext {
    fn set_status(&self, status: u16) {
        self.options
            .set_status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }

    fn redirect(&self, path: &str) {
        // A path is ASCII; should one not be, the start page is a better answer
        // than the panic of `leptos_axum::redirect`.
        let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
        self.options.insert_header(header::LOCATION, location);
        self.options.set_status(StatusCode::SEE_OTHER);
    }

    fn script_nonce(&self) -> String {
        self.allowed.island().to_owned()
    }

    fn allow_form_script(&self) {
        self.allowed.reveal();
    }

    fn path(&self) -> OwnPath {
        OwnPath::here(&self.path)
    }

    fn remember(&self, look: LookChoice) {
        for cookie in look::remember(look, self.cookies) {
            self.options.append_header(header::SET_COOKIE, cookie);
        }
    }
}
