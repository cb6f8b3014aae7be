//! The separate listener for monitoring, which serves `/metrics`.

use app::error::AppError;
use axum::{Router, http::header, response::IntoResponse, routing::get};
use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, sync::Mutex};

use crate::{clock::Clock, metrics::Metrics, password::Passwords};
use store::{Store, checkup::Counts};

/// The time for which counts are cached: counting reads an index of all users.
const COUNTED_FOR: Duration = Duration::from_secs(60);

/// OpenMetrics 1.0, "Protocol Negotiation".
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The parts of a site that are monitored.
#[derive(Clone)]
pub struct Watched {
    pub metrics: Metrics,
    pub store: Store,
    pub passwords: Passwords,
    pub clock: Clock,
}

/// Serves the metrics until the future is dropped.
///
/// # Errors
/// An error if the listener cannot accept connections any more.
pub async fn serve(listener: TcpListener, watched: Watched) -> io::Result<()> {
    let counted: Arc<Mutex<Option<(Instant, Counts)>>> = Arc::default();
    let print = move || {
        let (watched, counted) = (watched.clone(), Arc::clone(&counted));
        async move {
            let counts = count(&watched, &counted).await;
            let (writes, hashing) = (watched.store.stats(), watched.passwords.waiting());
            let text = watched.metrics.print(counts, writes, hashing);
            ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response()
        }
    };
    axum::serve(listener, Router::new().route("/metrics", get(print))).await
}

/// Counts rows of the database, at most once a minute. If that fails, returns the last counts.
async fn count(watched: &Watched, counted: &Mutex<Option<(Instant, Counts)>>) -> Counts {
    let mut counted = counted.lock().await;
    if let Some((at, counts)) = &*counted
        && at.elapsed() < COUNTED_FOR
    {
        return *counts;
    }
    let now = watched.clock.now();
    let count = async { watched.store.reader().await?.count_all(now).await };
    match count.await {
        Ok(counts) => {
            *counted = Some((Instant::now(), counts));
            counts
        }
        Err(failure) => {
            // The conversion logs the failure.
            let _: AppError = failure.into();
            let before = counted.as_ref().map(|(_, counts)| *counts);
            before.unwrap_or_default()
        }
    }
}
