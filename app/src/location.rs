//! The address of the page being rendered: what its path names, and its query.

use leptos::prelude::*;

/// The address of the page being rendered, in its context.
#[derive(Debug, Clone, Default)]
pub struct Location {
    /// The parameters of the path, by the names in [`PAGES`](crate::routes::PAGES).
    pub params: Vec<(String, String)>,
    /// The text after the `?`, as it came.
    pub query: String,
}

/// A parameter of the path, decoded; empty if the path has none of that name.
pub fn path_param(name: &str) -> String {
    with_context(|location: &Location| {
        let mut params = location.params.iter();
        let found = params.find(|(param, _)| param == name);
        found.map(|(_, value)| value.clone())
    })
    .flatten()
    .unwrap_or_default()
}

/// Every parameter of the query, decoded, in its order.
pub fn query_pairs() -> Vec<(String, String)> {
    with_context(|location: &Location| {
        let params = form_urlencoded::parse(location.query.as_bytes());
        params.into_owned().collect()
    })
    .unwrap_or_default()
}

/// A parameter of the query, decoded: the first of that name.
pub fn query_param(name: &str) -> Option<String> {
    with_context(|location: &Location| {
        let mut params = form_urlencoded::parse(location.query.as_bytes());
        let found = params.find(|(param, _)| param == name);
        found.map(|(_, value)| value.into_owned())
    })
    .flatten()
}

/// The query, as it came.
pub fn query() -> String {
    with_context(|location: &Location| location.query.clone()).unwrap_or_default()
}
