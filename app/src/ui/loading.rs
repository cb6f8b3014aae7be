//! A page that has to wait for something.

use leptos::prelude::*;

use super::error_page::ErrorPage;
use crate::error::AppError;

/// A page that has to wait for something, or its error.
pub fn load_page(
    make: impl Future<Output = Result<AnyView, AppError>> + Send + 'static,
) -> AnyView {
    Suspend::new(async move {
        make.await
            .unwrap_or_else(|error| view! { <ErrorPage error/> }.into_any())
    })
    .into_any()
}
