//! Layers: functions that wrap the inner layers and the handler.
//!
//! axum's own layers clone the inner service for every request, with a box per layer, and each
//! clone clones the next. These are plain functions that call the next one, so that together
//! they form one future and borrow their state.

use app::error::AppError;
use axum::{extract::Request, response::Response};
use futures_util::FutureExt;
use std::{future::Future, panic::AssertUnwindSafe};

use super::reject;

/// The inner layers and the handler, as a layer sees them.
pub trait Next: FnOnce(Request) -> Self::Answer + Send {
    type Answer: Future<Output = Response> + Send;
}

impl<N, A> Next for N
where
    N: FnOnce(Request) -> A + Send,
    A: Future<Output = Response> + Send,
{
    type Answer = A;
}

/// Turns a panic in an inner layer into a bare error; the panic has already been logged.
pub async fn catch_panic(request: Request, next: impl Next) -> Response {
    let answer = AssertUnwindSafe(async move { next(request).await });
    let answer = answer.catch_unwind().await;
    answer.unwrap_or_else(|_| reject(AppError::Internal))
}
