//! The listener of its own at which a site can be watched: `/metrics`.

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

/// Time for which the database is not counted again: that reads an index of all users.
const COUNTED_FOR: Duration = Duration::from_secs(60);

/// OpenMetrics 1.0, "Protocol Negotiation".
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The parts of a site that are watched.
#[derive(Clone)]
pub struct Watched {
    pub metrics: Metrics,
    pub store: Store,
    pub passwords: Passwords,
    pub clock: Clock,
}

/// Answers whoever asks for the figures, until it is dropped.
///
/// # Errors
/// If nothing can be accepted any more.
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

/// Counts what the database has, once a minute at most. Where that fails, what was counted last.
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
            // Which the conversion logs.
            let _: AppError = failure.into();
            let before = counted.as_ref().map(|(_, counts)| *counts);
            before.unwrap_or_default()
        }
    }
}
