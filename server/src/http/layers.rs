//! Layers: functions around everything behind them.
//!
//! axum's own layers clone what stands behind them for every request, a box a layer, and
//! each of those clones the next. These are plain functions that call the next one, so that
//! all of them together are one future, and borrow what they need.

use app::error::AppError;
use axum::{extract::Request, response::Response};
use futures_util::FutureExt;
use std::{future::Future, panic::AssertUnwindSafe};

use super::reject;

/// The rest of the way of a request, behind a layer.
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

/// Turns a panic of what is behind it into a bare error; the log has the panic already.
pub async fn catch_panic(request: Request, next: impl Next) -> Response {
    let answer = AssertUnwindSafe(async move { next(request).await });
    let answer = answer.catch_unwind().await;
    answer.unwrap_or_else(|_| reject(AppError::Internal))
}
