//! The address of the page being rendered: the parameters of its path, and its query.

use leptos::prelude::*;

/// The address of the page being rendered, in its context.
#[derive(Debug, Clone, Default)]
pub struct Location {
    /// The parameters of the path, by the names in [`PAGES`](crate::routes::PAGES).
    pub params: Vec<(String, String)>,
    /// The text after the `?`, unchanged.
    pub query: String,
}

/// Returns a decoded parameter of the path, or an empty string if the path does not have it.
pub fn path_param(name: &str) -> String {
    with_context(|location: &Location| {
        let mut params = location.params.iter();
        let found = params.find(|(param, _)| param == name);
        found.map(|(_, value)| value.clone())
    })
    .flatten()
    .unwrap_or_default()
}

/// Returns the decoded parameters of the query, in order.
pub fn query_pairs() -> Vec<(String, String)> {
    with_context(|location: &Location| {
        let params = form_urlencoded::parse(location.query.as_bytes());
        params.into_owned().collect()
    })
    .unwrap_or_default()
}

/// Returns the first decoded parameter of the query with this name.
pub fn query_param(name: &str) -> Option<String> {
    with_context(|location: &Location| {
        let mut params = form_urlencoded::parse(location.query.as_bytes());
        let found = params.find(|(param, _)| param == name);
        found.map(|(_, value)| value.into_owned())
    })
    .flatten()
}

/// Returns the query, unchanged.
pub fn query() -> String {
    with_context(|location: &Location| location.query.clone()).unwrap_or_default()
}
