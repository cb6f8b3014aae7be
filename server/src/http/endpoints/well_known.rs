//! URLs that programs know by convention (RFC 8615).

use app::{account::types::second::SecondRule, error::AppError};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::http::{pages::Pages, reject};

/// Tells password managers where passkeys are added and removed (W3C, A Well-Known URL for Relying
/// Party Passkey Endpoints).
pub async fn passkey_endpoints(State(pages): State<Pages>) -> Response {
    let backend = pages.backend();
    if backend.factors.rule() == SecondRule::Off || !backend.factors.takes_passkeys() {
        return reject(AppError::NotFound);
    }
    let page = format!("{}/settings/passkeys", backend.site.url);
    let endpoints = json!({ "enroll": page, "manage": page }).to_string();
    ([(header::CONTENT_TYPE, "application/json")], endpoints).into_response()
}
