//! The renderer of pages: the document of `app`, with the context that pages read.
//!
//! leptos_axum's own handlers are not used. They append a script with the
//! page's resources, of which ours have none, to every page, and render pages
//! and 404s by two paths with two contexts. Here every page, every rejected
//! form and every error goes through [`render`].

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

use super::{headers::CspScript, look, reject};
use crate::{cookies::Cookies, schema_file::Schemas};

/// The state that every page is rendered from.
#[derive(Clone)]
pub struct Pages {
    backend: Backend,
    schemas: Schemas,
    files: SiteFiles,
    style: InlineStyle,
    cookies: Cookies,
}

/// Lets Leptos spawn on this program's runtime. To be called before the first page.
pub fn init_executor() {
    // It fails if it was called before, which is just as good.
    let _ = any_spawner::Executor::init_tokio();
}

/// Answers a GET for any path with its page, which may be the 404.
pub async fn page(pages: Pages, request: Request<Body>) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => render(&pages, request).await,
        // Only paths with a server function accept other methods.
        _ => {
            let mut response = reject(AppError::NotFound);
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            response
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            response
        }
    }
}

/// Renders the page of the request's path for the [`Viewer`] in its extensions. A
/// [`RejectedForm`] there fills in the rejected form; an [`AppError`] there makes it that error's
/// page.
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
    /// Takes the `backend` in any language; each page gets it in its own.
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

    /// The backend in the language of the request.
    pub fn backend(&self) -> Backend {
        Backend {
            schema: Arc::clone(self.schemas.spoken()),
            ..self.backend.clone()
        }
    }

    /// Provides the context that pages and server functions share.
    pub fn provide(&self) {
        provide_context(self.backend());
        provide_context(self.files.clone());
        provide_context(self.style.clone());
        let request = expect_context::<Parts>();
        provide_from::<Viewer>(&request);
        provide_from::<Unconfirmed>(&request);
        provide_from::<Theme>(&request);
        provide_context::<Arc<dyn ResponseContext>>(Arc::new(LeptosResponse {
            options: expect_context(),
            script: request.extensions.get().cloned().unwrap_or_default(),
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

/// The response of the request at hand, by Leptos' response options.
struct LeptosResponse {
    options: ResponseOptions,
    script: CspScript,
    path: String,
    cookies: Cookies,
}

impl ResponseContext for LeptosResponse {
    fn set_status(&self, status: u16) {
        self.options
            .set_status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }

    fn redirect(&self, path: &str) {
        // Paths are ASCII. For one that is not, the start page is a better answer than the
        // panic of `leptos_axum::redirect`.
        let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
        self.options.insert_header(header::LOCATION, location);
        self.options.set_status(StatusCode::SEE_OTHER);
    }

    fn script_nonce(&self) -> String {
        self.script.allow_island().to_owned()
    }

    fn allow_form_script(&self) {
        self.script.allow_form();
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
