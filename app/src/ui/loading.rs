//! Pages that have to wait for data.

use leptos::prelude::*;
use std::pin::Pin;

use super::{Still, error_page::ErrorPage};
use crate::error::AppError;

type Made = Result<AnyView, AppError>;

/// Renders a page that has to wait for data, or its error.
pub fn load_page(make: impl Future<Output = Made> + Send + 'static) -> AnyView {
    load(Box::pin(make))
}

/// Loads any page. This is not generic, so that it is compiled only once.
fn load(make: Pin<Box<dyn Future<Output = Made> + Send>>) -> AnyView {
    Suspend::new(async move {
        make.await
            .unwrap_or_else(|error| view! { <ErrorPage error/> }.still())
    })
    .into_any()
}
