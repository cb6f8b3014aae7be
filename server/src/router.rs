//! All routes and all layers, on one page.
//!
//! Pages are listed in `app/src/routes.rs`, and share one handler; the server
//! functions of `app` register themselves under the path of their page.

use app::{
    account::api::email::{ConfirmEmail, ResetPassword, UndoEmail},
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
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::{MethodFilter, MethodRouter, get, on},
};
use leptos_axum::handle_server_fns_with_context;
use server_fn::{ServerFn, axum::server_fn_paths};
use std::time::Duration;
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::{DefaultOnResponse, TraceLayer},
};

use crate::{
    http::{
        audit, client, csrf,
        endpoints::{avatar, contact_card, export},
        errors, forms, headers, loggable, loggable_method, look,
        pages::{Pages, page},
        reject, target,
        viewer::{Sessions, find_viewer},
    },
    site::{Site, Wiring},
    store::Store,
};

/// Longer than any request of ours takes; a body that trickles in for longer is
/// no person's.
const TIME_FOR_A_REQUEST: Duration = Duration::from_secs(30);

/// A picture comes from a phone, on a train.
const TIME_FOR_A_PICTURE: Duration = Duration::from_secs(5 * 60);

/// The whole site. A layer stands around everything above it.
pub fn router(site: Site) -> Router {
    let Wiring {
        store,
        pages,
        sessions,
        avatars,
        exporter,
        auditor,
        csrf,
        guards,
        hosts,
        proxies,
        assets,
        cookies,
    } = site.wire();

    let mut site = Router::new();
    for (path, _) in server_fn_paths() {
        site = site.route(path, on(MethodFilter::POST, server_function).get(any_page));
    }
    let site = site
        .route("/u/{name}/edit", addressed::<SaveProfile>())
        .route("/u/{name}/avatar/delete", addressed::<RemovePicture>())
        .route("/reset/{name}", addressed::<ResetPassword>())
        .route("/verify/{name}", addressed::<ConfirmEmail>())
        .route("/undo/{name}", addressed::<UndoEmail>())
        .route("/u/{name}/card.vcf", get(contact_card::download))
        .route("/u/{name}/qr.svg", get(contact_card::qr_code))
        .fallback(any_page)
        .with_state(pages.clone())
        .route(
            "/settings/export/{file}",
            get(export::download).with_state(exporter),
        )
        .layer(from_fn_with_state(pages.clone(), forms::respond))
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
        .layer(from_fn_with_state(csrf.clone(), csrf::reject_unmarked))
        .layer(csrf.layer())
        .layer(from_fn_with_state(csrf, csrf::explain))
        .layer(CatchPanicLayer::custom(|_| reject(AppError::Internal)))
        .layer(from_fn_with_state(auditor, audit::record_rejections))
        .layer(from_fn_with_state(pages.clone(), errors::show))
        .layer(from_fn_with_state(sessions.clone(), find_viewer))
        .layer(from_fn_with_state((proxies, cookies), client::find))
        .layer(from_fn_with_state(
            forms::Intake::new(sessions.clone()),
            forms::receive,
        ))
        .layer(from_fn_with_state(sessions, in_time))
        .layer(from_fn_with_state(hosts, target::check))
        // For a session that could not be looked up, and for who takes too long.
        .layer(from_fn_with_state(pages, errors::show))
        .layer(from_fn_with_state(cookies, look::choose));

    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready).with_state(store))
        // Where password managers send somebody whose password has leaked (W3C,
        // A Well-Known URL for Changing Passwords).
        .route(
            "/.well-known/change-password",
            get(|| async { Redirect::to("/settings/password") }),
        )
        .merge(assets.router())
        .merge(site)
        .layer(from_fn(target::reject_malformed))
        // For a panic in one of the layers above, whose answer needs no page.
        .layer(CatchPanicLayer::custom(|_| reject(AppError::Internal)))
        .layer(from_fn_with_state(guards, headers::secure))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_response(DefaultOnResponse::new().level(tracing::Level::INFO)),
        )
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(from_fn(drop_request_id))
        // For one in those that are left.
        .layer(CatchPanicLayer::custom(|_| reject(AppError::Internal)))
}

async fn any_page(State(pages): State<Pages>, request: Request<Body>) -> Response {
    page(pages, request).await
}

async fn server_function(State(pages): State<Pages>, request: Request<Body>) -> Response {
    handle_server_fns_with_context(move || pages.provide(), request)
        .await
        .into_response()
}

/// A server function at a path that names something. It has one path of its own;
/// the name is taken out of this one, for the function to find in its context.
fn addressed<F: ServerFn>() -> MethodRouter<Pages> {
    on(
        MethodFilter::POST,
        |State(pages): State<Pages>, Path(name): Path<String>, mut request: Request<Body>| async move {
            *request.uri_mut() = Uri::from_static(F::PATH);
            let context = move || {
                pages.provide();
                leptos::prelude::provide_context(AddressedTo(name.clone()));
            };
            handle_server_fns_with_context(context, request)
                .await
                .into_response()
        },
    )
    .get(any_page)
}

async fn in_time(
    State(sessions): State<Sessions>,
    request: Request,
    next: axum::middleware::Next,
) -> Response {
    let is_members_picture = forms::is_upload(&request)
        && matches!(sessions.account(request.headers()).await, Ok(Some(_)));
    let time = match is_members_picture {
        true => TIME_FOR_A_PICTURE,
        false => TIME_FOR_A_REQUEST,
    };
    tokio::time::timeout(time, next.run(request))
        .await
        .unwrap_or_else(|_| reject(AppError::Busy))
}

/// Ready once the database answers.
async fn ready(State(store): State<Store>) -> Response {
    match store.ping().await {
        Ok(()) => "ok".into_response(),
        Err(error) => reject(error.into()),
    }
}

/// The fields that every log line carries of its request: method, path, id; nothing that
/// may be a secret.
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

/// Drops a request id that came along: it could forge log lines.
async fn drop_request_id(mut request: Request, next: axum::middleware::Next) -> Response {
    request.headers_mut().remove("x-request-id");
    next.run(request).await
}
