//! The page renderer: the document of `app`, with the context that pages read.
//!
//! leptos_axum's own handlers are not used. They append to every page a script
//! with its resources, of which ours have none, and render pages and 404s in two
//! ways with two contexts. Here every page, every rejected form and every error
//! is rendered by [`render`].

use app::{
    backend::{Backend, ResponseContext},
    error::AppError,
    location::Location,
    look::{LookChoice, Theme},
    next::OwnPath,
    rejected::RejectedForm,
    routes::{PAGES, Page},
    shell::{InlineStyle, SiteFiles, body, document},
    text::{Language, language},
    viewer::{Newcomer, Viewer},
};
use axum::{
    body::Body,
    http::{HeaderValue, Method, Request, StatusCode, Uri, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use futures_util::StreamExt;
use hydration_context::SsrSharedContext;
use leptos::{
    prelude::{Owner, expect_context, provide_context, with_context},
    reactive::computed::ScopedFuture,
    tachys::view::RenderHtml,
};
use leptos_axum::ResponseOptions;
use percent_encoding::percent_decode_str;
use std::sync::{Arc, PoisonError};
use tower_http::request_id::RequestId;

use super::{headers::CspScript, look, reject};
use crate::{
    accounts::codes::recovery_codes,
    cookies::{Cookie, Cookies},
    schema_file::Schemas,
};

/// The state from which every page is rendered. Cheap to clone.
#[derive(Clone)]
pub struct Pages(Arc<State>);

struct State {
    /// One for each language.
    backends: [Arc<Backend>; Language::ALL.len()],
    files: SiteFiles,
    style: InlineStyle,
    cookies: Cookies,
    paths: matchit::Router<Page>,
}

/// Lets Leptos spawn tasks on this program's runtime. Must be called before the first page.
pub fn init_executor() {
    // Fails only if it was called before, which is fine.
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
/// [`RejectedForm`] in the extensions fills in the form; an [`AppError`] there replaces the page
/// with that error's.
pub async fn render(pages: &Pages, request: Request<Body>) -> Response {
    let (request, _) = request.into_parts();
    let (page, location) = pages.find(&request.uri);
    let options = ResponseOptions::default();
    let State { files, style, .. } = &*pages.0;
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new())));
    // Rendering leaves the owner set in this thread, where a function of another request would
    // take it for its parent and find this viewer's context.
    owner.clone().unset();
    let html = owner.with(|| {
        pages.provide(&request, &options);
        provide_context(location);
        provide_from::<RejectedForm>(&request);
        provide_from::<AppError>(&request);
        provide_context(request);
        let page = body(page);
        ScopedFuture::new(async move {
            let body: String = page.to_html_stream_in_order().collect().await;
            document(body, files, style)
        })
    });
    let html = html.await;
    owner.unset_with_forced_cleanup();
    let mut response = Html(html).into_response();
    let parts = std::mem::take(&mut *options.0.write().unwrap_or_else(PoisonError::into_inner));
    if let Some(status) = parts.status {
        *response.status_mut() = status;
    }
    response.headers_mut().extend(parts.headers);
    response
}

impl Pages {
    /// Builds the state. `backend` may be in any language; each page gets it in its own.
    pub fn new(
        backend: Backend,
        schemas: Schemas,
        files: SiteFiles,
        style: InlineStyle,
        cookies: Cookies,
    ) -> Pages {
        let mut paths = matchit::Router::new();
        for (path, page) in PAGES {
            let added = paths.insert(*path, *page);
            added.expect("the paths of pages are well formed and differ");
        }
        let backends = Language::ALL.map(|language| {
            Arc::new(Backend {
                schema: Arc::clone(schemas.of(language)),
                ..backend.clone()
            })
        });
        Pages(Arc::new(State {
            backends,
            files,
            style,
            cookies,
            paths,
        }))
    }

    /// The backend in the language of the request.
    pub fn backend(&self) -> &Arc<Backend> {
        &self.0.backends[language() as usize]
    }

    /// The page for a URI, and the rest of its location.
    fn find(&self, uri: &Uri) -> (Option<Page>, Location) {
        let query = uri.query().unwrap_or_default().to_owned();
        let path = uri.path();
        // Ignore a slash at the end of a badly copied link.
        let path = path
            .strip_suffix('/')
            .filter(|path| !path.is_empty())
            .unwrap_or(path);
        let Ok(found) = self.0.paths.at(path) else {
            return (
                None,
                Location {
                    query,
                    ..Location::default()
                },
            );
        };
        let decoded = |(name, value): (&str, &str)| {
            let value = percent_decode_str(value).decode_utf8_lossy();
            (name.to_owned(), value.into_owned())
        };
        let params = found.params.iter().map(decoded).collect();
        (Some(*found.value), Location { params, query })
    }

    /// Provides the context of a server function.
    pub fn provide_to_function(&self) {
        self.provide(&expect_context(), &expect_context());
    }

    /// Provides the context that pages and server functions share.
    pub fn provide(&self, request: &Parts, options: &ResponseOptions) {
        provide_context(Arc::clone(self.backend()));
        provide_from::<Viewer>(request);
        provide_from::<Newcomer>(request);
        provide_from::<Theme>(request);
        provide_context::<Arc<dyn ResponseContext>>(Arc::new(LeptosResponse {
            options: options.clone(),
            script: request.extensions.get().cloned().unwrap_or_default(),
            path: request.uri.to_string(),
            cookies: self.0.cookies,
        }));
    }
}

fn provide_from<T: Clone + Send + Sync + 'static>(request: &Parts) {
    if let Some(value) = request.extensions.get::<T>() {
        provide_context(value.clone());
    }
}

/// The response to the current request, set through Leptos' response options.
struct LeptosResponse {
    options: ResponseOptions,
    script: CspScript,
    path: String,
    cookies: Cookies,
}

impl LeptosResponse {
    fn lead_to(&self, path: &str, status: StatusCode) {
        // Paths are ASCII. For any other, redirecting to the start page is better than the panic
        // of `leptos_axum::redirect`.
        let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
        self.options.insert_header(header::LOCATION, location);
        self.options.set_status(status);
    }
}

impl ResponseContext for LeptosResponse {
    fn set_status(&self, status: u16) {
        self.options
            .set_status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }

    fn redirect(&self, path: &str) {
        self.lead_to(path, StatusCode::SEE_OTHER);
    }

    fn moved(&self, path: &str) {
        self.lead_to(path, StatusCode::FOUND);
    }

    fn script_nonce(&self) -> String {
        self.script.allow_island().to_owned()
    }

    fn allow_script(&self, script: &'static str) {
        self.script.allow_inline(script);
    }

    fn path(&self) -> OwnPath {
        OwnPath::here(&self.path)
    }

    fn remember(&self, look: LookChoice) {
        for cookie in look::remember(look, self.cookies) {
            self.options.append_header(header::SET_COOKIE, cookie);
        }
    }

    fn request_id(&self) -> Option<String> {
        let id = |request: &Parts| {
            let id = request.extensions.get::<RequestId>()?;
            Some(id.header_value().to_str().ok()?.to_owned())
        };
        with_context(id).flatten()
    }

    fn take_codes(&self) -> Option<Vec<String>> {
        let sent = |request: &Parts| self.cookies.secret(Cookie::Codes, &request.headers);
        let seed = with_context(sent).flatten()?;
        let gone = self.cookies.set(Cookie::Codes, "", 0);
        self.options.append_header(header::SET_COOKIE, gone);
        Some(recovery_codes(&seed))
    }

    fn user_agent(&self) -> Option<String> {
        let sent = |request: &Parts| {
            let sent = request.headers.get(header::USER_AGENT)?;
            Some(sent.to_str().ok()?.to_owned())
        };
        with_context(sent).flatten()
    }

    fn take_link(&self) -> Option<String> {
        let sent = |request: &Parts| self.cookies.link(&request.headers);
        let token = with_context(sent).flatten()?;
        let gone = self.cookies.set(Cookie::Link, "", 0);
        self.options.append_header(header::SET_COOKIE, gone);
        Some(token)
    }
}
