//! A page that has to wait for something.

use leptos::prelude::*;
use std::pin::Pin;

use super::{Still, error_page::ErrorPage};
use crate::error::AppError;

type Made = Result<AnyView, AppError>;

/// A page that has to wait for something, or its error.
pub fn load_page(make: impl Future<Output = Made> + Send + 'static) -> AnyView {
    load(Box::pin(make))
}

/// The one loader of all pages, which is compiled once.
fn load(make: Pin<Box<dyn Future<Output = Made> + Send>>) -> AnyView {
    Suspend::new(async move {
        make.await
            .unwrap_or_else(|error| view! { <ErrorPage error/> }.still())
    })
    .into_any()
}
