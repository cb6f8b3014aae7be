//! All routes and all layers, on one page.
//!
//! Pages are listed in `app/src/routes.rs`, and share one handler; the server
//! functions of `app` register themselves under the path of their page.

use app::{
    account::{
        api::email::{ConfirmEmail, ResetPassword, UndoEmail},
        types::email::EmailRule,
    },
    backend::{Backend, Site},
    error::AppError,
    form::AddressedTo,
    profile::{
        api::{RemovePicture, SaveProfile},
        rules::picture::AVATAR_PATH,
    },
    shell::{InlineStyle, SiteFiles},
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
use std::{sync::Arc, time::Duration};
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::{DefaultOnResponse, TraceLayer},
};

use crate::{
    accent::Accent,
    clock::Clock,
    http::{
        assets::Assets,
        audit,
        avatar::{self, Avatars},
        card, csrf, errors,
        export::{self, Exporter},
        forms, headers, loggable, loggable_method, look,
        origin::{self, TrustedProxies},
        pages::{Pages, init_executor, page},
        refusal,
        target::{self, Hosts},
    },
    limits::{Limiter, Limits},
    media::Media,
    password::Passwords,
    password_rules::Guessing,
    phones::NumberingPlans,
    schema_file::Schemas,
    session::{CookieSessions, Cookies, find_viewer},
    store::{
        Store, emails::StoredEmails, leaving::StoredLeaving, profiles::StoredProfiles,
        users::StoredUsers,
    },
};

/// What the site is made of.
#[derive(Clone)]
pub struct Parts {
    pub store: Store,
    /// The fields of a profile.
    pub schemas: Schemas,
    /// What the site is called, and where it is.
    pub site: Site,
    pub passwords: Passwords,
    /// Grapheme clusters that a new password has at least.
    pub password_min: usize,
    pub clock: Clock,
    pub limits: Limits,
    pub email_rule: EmailRule,
    /// Days until a closed account is erased; 0 erases at once.
    pub grace_days: u32,
    pub trusted_proxies: TrustedProxies,
    /// The address people use; `None` for plain http without a proxy.
    pub public_url: Option<String>,
    /// The port that it listens at; `None` for one that is another at each start.
    pub port: Option<u16>,
    pub media: Media,
    pub accent: Accent,
    pub assets: Assets,
}

/// Longer than any request of ours takes; a body that trickles in for longer is
/// no person's.
const TIME_FOR_A_REQUEST: Duration = Duration::from_secs(30);

/// A picture comes from a phone, on a train.
const TIME_FOR_A_PICTURE: Duration = Duration::from_secs(5 * 60);

/// The whole site. A layer stands around everything above it.
pub fn router(parts: Parts) -> Router {
    init_executor();
    let cookies = Cookies::of(parts.public_url.as_deref(), parts.port);
    let sessions = CookieSessions {
        store: parts.store.clone(),
        cookies,
        clock: parts.clock.clone(),
        schema: Arc::clone(parts.schemas.spoken()),
        email_rule: parts.email_rule,
    };
    let limiter = Limiter {
        limits: Arc::new(parts.limits.clone()),
        store: parts.store.clone(),
        clock: parts.clock.clone(),
    };
    let profiles = StoredProfiles {
        store: parts.store.clone(),
        schemas: parts.schemas.clone(),
        limiter: limiter.clone(),
        email_rule: parts.email_rule,
    };
    let csrf = csrf::Guard::new(cookies, parts.public_url.as_deref());
    let style = InlineStyle::new(&parts.accent.style());
    let guards = headers::Guards::new(cookies, &style);
    let pages = pages(&parts, &sessions, &profiles, &limiter, style);
    let avatars = Avatars::new(
        pages.clone(),
        sessions.clone(),
        profiles,
        parts.media.clone(),
    );

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
        .route("/u/{name}/card.vcf", get(card::download))
        .route("/u/{name}/qr.svg", get(card::qr_code))
        .fallback(any_page)
        .with_state(pages.clone())
        .route(
            "/settings/export/{file}",
            get(export::download)
                .with_state(Exporter::new(parts.store.clone(), parts.clock.clone())),
        )
        .layer(from_fn_with_state(pages.clone(), forms::answer))
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
        .layer(from_fn_with_state(csrf.clone(), csrf::refuse_unmarked))
        .layer(csrf.layer())
        .layer(from_fn_with_state(csrf, csrf::explain))
        .layer(CatchPanicLayer::custom(|_| refusal(AppError::Internal)))
        .layer(from_fn_with_state(
            audit::Auditor::new(limiter),
            audit::note_refusals,
        ))
        .layer(from_fn_with_state(pages.clone(), errors::show))
        .layer(from_fn_with_state(sessions.clone(), find_viewer))
        .layer(from_fn_with_state(
            (parts.trusted_proxies.clone(), cookies),
            origin::find,
        ))
        .layer(from_fn_with_state(
            forms::Intake::new(sessions.clone()),
            forms::receive,
        ))
        .layer(from_fn_with_state(sessions, in_time))
        .layer(from_fn_with_state(
            Hosts::new(parts.public_url.as_deref(), parts.trusted_proxies),
            target::check,
        ))
        // For a session that could not be looked up, and for who takes too long.
        .layer(from_fn_with_state(pages, errors::show))
        .layer(from_fn_with_state(cookies, look::choose));

    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready).with_state(parts.store))
        // Where password managers send somebody whose password has leaked (W3C,
        // A Well-Known URL for Changing Passwords).
        .route(
            "/.well-known/change-password",
            get(|| async { Redirect::to("/settings/password") }),
        )
        .merge(parts.assets.router())
        .merge(site)
        .layer(from_fn(target::refuse_malformed))
        // For a panic in one of the layers above, whose answer needs no page.
        .layer(CatchPanicLayer::custom(|_| refusal(AppError::Internal)))
        .layer(from_fn_with_state(guards, headers::guard))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_response(DefaultOnResponse::new().level(tracing::Level::INFO)),
        )
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(from_fn(drop_request_id))
        // For one in those that are left.
        .layer(CatchPanicLayer::custom(|_| refusal(AppError::Internal)))
}

fn pages(
    parts: &Parts,
    sessions: &CookieSessions,
    profiles: &StoredProfiles,
    limiter: &Limiter,
    style: InlineStyle,
) -> Pages {
    let missing = || SiteFiles {
        script: "/pkg/silhouette.js".into(),
        wasm: "/pkg/silhouette.wasm".into(),
        style: "/pkg/silhouette.css".into(),
    };
    let files = parts.assets.site_files().unwrap_or_else(missing);
    let backend = Backend {
        users: Arc::new(StoredUsers {
            store: parts.store.clone(),
            passwords: parts.passwords.clone(),
            limiter: limiter.clone(),
            schema: Arc::clone(parts.schemas.spoken()),
        }),
        profiles: Arc::new(profiles.clone()),
        emails: Arc::new(StoredEmails {
            store: parts.store.clone(),
            passwords: parts.passwords.clone(),
            limiter: limiter.clone(),
        }),
        deletion: Arc::new(StoredLeaving {
            store: parts.store.clone(),
            clock: parts.clock.clone(),
            schema: Arc::clone(parts.schemas.spoken()),
            grace_days: parts.grace_days,
        }),
        email_rule: parts.email_rule,
        events: Arc::new(parts.store.clone()),
        sessions: Arc::new(sessions.clone()),
        phones: Arc::new(NumberingPlans),
        passwords: Arc::new(Guessing {
            min_length: parts.password_min,
            passwords: parts.passwords.clone(),
            limiter: limiter.clone(),
        }),
        clock: Arc::new(parts.clock.clone()),
        schema: Arc::clone(parts.schemas.spoken()),
        site: Arc::new(parts.site.clone()),
    };
    Pages::new(
        backend,
        parts.schemas.clone(),
        files,
        style,
        sessions.cookies,
    )
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
    State(sessions): State<CookieSessions>,
    request: Request,
    next: axum::middleware::Next,
) -> Response {
    let is_members_picture = avatar::is_upload(&request)
        && matches!(sessions.holder(request.headers()).await, Ok(Some(_)));
    let time = match is_members_picture {
        true => TIME_FOR_A_PICTURE,
        false => TIME_FOR_A_REQUEST,
    };
    tokio::time::timeout(time, next.run(request))
        .await
        .unwrap_or_else(|_| refusal(AppError::Busy))
}

/// Ready once the database answers.
async fn ready(State(store): State<Store>) -> Response {
    match store.ping().await {
        Ok(()) => "ok".into_response(),
        Err(error) => refusal(error),
    }
}

/// What every line of log says of its request: method, path, id; nothing that may
/// be a secret.
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
