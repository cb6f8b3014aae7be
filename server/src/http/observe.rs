//! The layer that counts responses, for monitoring.

use app::routes::PAGES;
use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use std::{sync::Arc, time::Instant};

use crate::metrics::Metrics;

/// Routes that are not pages.
const OTHERS: [&str; 15] = [
    "/healthz",
    "/readyz",
    "/.well-known/change-password",
    "/.well-known/passkey-endpoints",
    "/pkg/{file}",
    "/u/{username}/card.vcf",
    "/u/{username}/qr.svg",
    "/u/{username}/avatar/delete",
    "/settings/export/{file}",
    "/admin/events.csv",
    "/admin/events.jsonl",
    "/admin/users.csv",
    "/admin/schema/profile.toml",
    "/avatars/{hash}/{size}",
    "/robots.txt",
];

/// The route label of requests that match none.
const NOWHERE: &str = "other";

/// The metrics, and the routes by which responses are counted.
#[derive(Clone)]
pub struct Observer {
    metrics: Metrics,
    routes: Arc<matchit::Router<&'static str>>,
}

impl Observer {
    pub fn new(metrics: Metrics) -> Observer {
        let mut routes = matchit::Router::new();
        let pages = PAGES.iter().map(|(path, _)| *path);
        for path in pages.chain(OTHERS) {
            // A path that is also a page has already been inserted.
            let _ = routes.insert(path, path);
        }
        Observer {
            metrics,
            routes: Arc::new(routes),
        }
    }
}

/// Counts the response to a request.
pub async fn observe(State(observer): State<Observer>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = observer.routes.at(request.uri().path());
    let route = route.map_or(NOWHERE, |found| *found.value);
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => NOWHERE,
    };
    let response = next.run(request).await;
    let status = response.status().as_u16();
    observer
        .metrics
        .answered(method, route, status, begun.elapsed());
    response
}
