//! All routes and all layers, in one place.
//!
//! Pages are listed in `app/src/routes.rs` and share one handler; the server
//! functions of `app` register themselves under the path of their page.
//!
//! Each schema in force has a router of its own. A request keeps the router that it started
//! with, and everything that serves it uses that schema.

use app::{
    account::api::{
        email::{ConfirmEmail, ResetPassword, UndoEmail},
        join::Join,
    },
    admin::api::ManageUser,
    error::AppError,
    form::AddressedTo,
    profile::{
        api::{RemovePicture, SaveProfile},
        rules::picture::AVATAR_PATH,
    },
};
use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::Uri,
    middleware::from_fn_with_state,
    response::{IntoResponse, Redirect, Response},
    routing::{MethodFilter, MethodRouter, get, on},
};
use leptos_axum::handle_server_fns_with_context;
use server_fn::{ServerFn, axum::server_fn_paths};
use std::{
    convert::Infallible,
    sync::{Arc, PoisonError, RwLock},
    task::{Context, Poll},
    time::Duration,
};
use tower::{Service, ServiceBuilder};
use tower_http::{
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::{DefaultOnResponse, TraceLayer},
};

use crate::{
    cookies::Cookies,
    http::{
        audit, client,
        compress::compress,
        csrf,
        endpoints::{avatar, contact_card, events, export, user_list, well_known},
        errors, forms, headers,
        layers::{Next, catch_panic},
        loggable, loggable_method, look,
        pages::{Pages, page},
        reject, schema, target,
        viewer::{Sessions, find_viewer},
    },
    proxies::TrustedProxies,
    schema_file::live::InForce,
    site::{Site, Wiring},
};
use store::Store;

/// Time limit for a request. Ordinary requests take far less; a body that trickles in for longer
/// does not come from a person.
const TIME_FOR_A_REQUEST: Duration = Duration::from_secs(30);

/// Time limit for uploading a picture, perhaps from a phone on a train.
const TIME_FOR_A_PICTURE: Duration = Duration::from_secs(5 * 60);

/// The whole site; each request uses the schema that is in force when it begins.
pub fn router(site: Site) -> Router {
    let now = site.schemas.now();
    let router = prepared(site.clone(), &now);
    let current = RwLock::new((now, router));
    Router::new().fallback_service(Live(Arc::new(LiveSite { site, current })))
}

/// The service that routes each request by the schema in force.
#[derive(Clone)]
struct Live(Arc<LiveSite>);

struct LiveSite {
    site: Site,
    /// The router of the schema in force, as of the last request.
    current: RwLock<(Arc<InForce>, Router)>,
}

impl LiveSite {
    fn router(&self) -> Router {
        let now = self.site.schemas.now();
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&current.0, &now) {
            return current.1.clone();
        }
        drop(current);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        // Another request may have replaced it in the meantime.
        if !Arc::ptr_eq(&current.0, &now) {
            *current = (Arc::clone(&now), prepared(self.site.clone(), &now));
        }
        current.1.clone()
    }
}

impl Service<Request> for Live {
    type Response = Response;
    type Error = Infallible;
    type Future = <Router as Service<Request>>::Future;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // A router is always ready.
        self.0.router().call(request)
    }
}

/// Builds the router of one schema, applying its layers to each route once; otherwise axum would
/// do so for each request.
fn prepared(site: Site, in_force: &Arc<InForce>) -> Router {
    router_under(site, in_force).with_state(())
}

/// The whole site under one schema. A layer wraps everything above it.
fn router_under(site: Site, in_force: &Arc<InForce>) -> Router {
    let Wiring {
        store,
        pages,
        sessions,
        avatars,
        exporter,
        event_exporter,
        user_list,
        auditor,
        csrf,
        guards,
        hosts,
        proxies,
        assets,
        cookies,
    } = site.wire(in_force);
    let site_layers = SiteLayers {
        pages: pages.clone(),
        intake: forms::Intake::new(sessions.clone()),
        sessions,
        auditor,
        csrf,
        hosts,
        proxies,
        cookies,
    };

    let mut site = Router::new();
    for (path, _) in server_fn_paths() {
        site = site.route(path, on(MethodFilter::POST, server_function).get(any_page));
    }
    let site = site
        .route("/u/{name}/edit", addressed::<SaveProfile>())
        .route("/u/{name}/avatar/delete", addressed::<RemovePicture>())
        .route("/admin/users/{name}", addressed::<ManageUser>())
        .route("/admin/users/{name}/erase", addressed::<ManageUser>())
        .route("/admin/schema/profile.toml", get(schema::download))
        .route("/reset/{name}", addressed::<ResetPassword>())
        .route("/verify/{name}", addressed::<ConfirmEmail>())
        .route("/undo/{name}", addressed::<UndoEmail>())
        .route("/join/{name}", addressed::<Join>())
        .route("/u/{name}/card.vcf", get(contact_card::download))
        .route("/u/{name}/qr.svg", get(contact_card::qr_code))
        .route(
            "/.well-known/passkey-endpoints",
            get(well_known::passkey_endpoints),
        )
        .fallback(any_page)
        .with_state(pages)
        .route(
            "/settings/export/{file}",
            get(export::download).with_state(exporter),
        )
        .route(
            "/admin/events.csv",
            get(events::download).with_state(event_exporter.clone()),
        )
        .route(
            "/admin/events.jsonl",
            get(events::download).with_state(event_exporter),
        )
        .route(
            "/admin/users.csv",
            get(user_list::download).with_state(user_list),
        )
        .route(
            AVATAR_PATH,
            on(MethodFilter::POST, avatar::upload)
                .get(avatar::page)
                .with_state(avatars.clone()),
        )
        .route(
            "/avatars/{hash}/{size}",
            get(avatar::serve).with_state(avatars),
        )
        .layer(from_fn_with_state(Arc::new(site_layers), around_site));

    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready).with_state(store))
        // Password managers send a user whose password has leaked here (W3C,
        // A Well-Known URL for Changing Passwords).
        .route(
            "/.well-known/change-password",
            get(|| async { Redirect::to("/settings/password") }),
        )
        .merge(assets.router())
        .merge(site)
        .layer(from_fn_with_state(Arc::new(guards), around_everything))
        .layer(
            ServiceBuilder::new()
                .map_request(drop_request_id)
                .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
                .layer(
                    TraceLayer::new_for_http()
                        .make_span_with(span)
                        .on_response(DefaultOnResponse::new().level(tracing::Level::INFO)),
                )
                .layer(PropagateRequestIdLayer::x_request_id()),
        )
}

/// The state of the layers around pages, forms and pictures.
struct SiteLayers {
    pages: Pages,
    sessions: Sessions,
    intake: forms::Intake,
    auditor: audit::Auditor,
    csrf: csrf::Guard,
    hosts: target::Hosts,
    proxies: TrustedProxies,
    cookies: Cookies,
}

/// Applies the layers around everything, from the outside in.
async fn around_everything(
    State(guards): State<Arc<headers::SecurityHeaders>>,
    request: Request,
    next: axum::middleware::Next,
) -> Response {
    headers::secure(&guards, request, |request| {
        catch_panic(request, |request| {
            target::reject_malformed(request, |request| next.run(request))
        })
    })
    .await
}

/// Applies the layers around pages, forms and pictures, from the outside in, up to the check
/// that the request is for this site.
async fn around_site(
    State(site): State<Arc<SiteLayers>>,
    request: Request,
    next: axum::middleware::Next,
) -> Response {
    let site = &*site;
    compress(request, |request| {
        look::choose(site.cookies, request, |request| {
            // Renders failed session lookups and timeouts.
            errors::show(&site.pages, request, |request| {
                target::check(&site.hosts, request, |request| {
                    in_time(&site.sessions, request, |request| {
                        // A future contains the inner futures and is moved when it starts;
                        // boxing them keeps that move small.
                        Box::pin(around_viewer(site, request, |request| next.run(request)))
                    })
                })
            })
        })
    })
    .await
}

/// Applies the layers that identify the client and the viewer.
async fn around_viewer(site: &SiteLayers, request: Request, next: impl Next) -> Response {
    forms::receive(&site.intake, request, |request| {
        client::find(&site.proxies, site.cookies, request, |request| {
            find_viewer(&site.sessions, request, |request| {
                Box::pin(around_forms(site, request, next))
            })
        })
    })
    .await
}

/// Applies the remaining layers.
async fn around_forms(site: &SiteLayers, request: Request, next: impl Next) -> Response {
    errors::show(&site.pages, request, |request| {
        audit::record_rejections(&site.auditor, request, |request| {
            catch_panic(request, |request| {
                csrf::check(&site.csrf, request, |request| {
                    forms::respond(&site.pages, request, next)
                })
            })
        })
    })
    .await
}

async fn any_page(State(pages): State<Pages>, request: Request<Body>) -> Response {
    page(pages, request).await
}

async fn server_function(State(pages): State<Pages>, request: Request<Body>) -> Response {
    handle_server_fns_with_context(move || pages.provide_to_function(), request)
        .await
        .into_response()
}

/// Routes a path that contains a name to a server function, which is registered under a single
/// fixed path and finds the name in its context.
fn addressed<F: ServerFn>() -> MethodRouter<Pages> {
    on(
        MethodFilter::POST,
        |State(pages): State<Pages>, Path(name): Path<String>, mut request: Request<Body>| async move {
            *request.uri_mut() = Uri::from_static(F::PATH);
            let context = move || {
                pages.provide_to_function();
                leptos::prelude::provide_context(AddressedTo(name.clone()));
            };
            handle_server_fns_with_context(context, request)
                .await
                .into_response()
        },
    )
    .get(any_page)
}

async fn in_time(sessions: &Sessions, request: Request, next: impl Next) -> Response {
    let is_members_picture = forms::is_upload(&request)
        && matches!(sessions.account(request.headers()).await, Ok(Some(_)));
    let time = match is_members_picture {
        true => TIME_FOR_A_PICTURE,
        false => TIME_FOR_A_REQUEST,
    };
    let too_late = match request.method().is_safe() {
        true => AppError::Busy,
        // A write that has begun continues without the request.
        false => AppError::Unconfirmed,
    };
    tokio::time::timeout(time, next(request))
        .await
        .unwrap_or_else(|_| reject(too_late))
}

/// Reports the server as ready once the database answers.
async fn ready(State(store): State<Store>) -> Response {
    match store.ping().await {
        Ok(()) => "ok".into_response(),
        Err(error) => reject(error.into()),
    }
}

/// The span whose fields every log line of a request carries: method, path and id, without
/// secrets.
fn span(request: &Request<Body>) -> tracing::Span {
    let id = request
        .headers()
        .get("x-request-id")
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default();
    let path = loggable(request.uri().path());
    let method = loggable_method(request.method());
    tracing::info_span!("request", method = %method, path, id)
}

/// Drops a request id sent by the client: it could be used to forge log lines.
fn drop_request_id(mut request: Request) -> Request {
    request.headers_mut().remove("x-request-id");
    request
}
