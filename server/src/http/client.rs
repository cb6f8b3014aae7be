//! The layer that determines the client of a request.

use axum::{extract::Request, http::header, response::Response};
use std::net::{IpAddr, Ipv4Addr};

use super::layers::Next;
use crate::{cookies::Cookies, proxies::TrustedProxies};
use store::client::ClientInfo;

/// The other end of a connection, in the extensions of every request received over a
/// socket.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Maximum number of characters of the `User-Agent` header that are kept.
const USER_AGENT_LENGTH: usize = 200;

/// Adds the [`ClientInfo`] to the extensions of every request.
pub async fn find(
    proxies: &TrustedProxies,
    cookies: Cookies,
    mut request: Request,
    next: impl Next,
) -> Response {
    let peer = request.extensions().get::<Peer>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
    let said = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|said| said.to_str().ok());
    let said = said.unwrap_or_default().chars().take(USER_AGENT_LENGTH);
    let client = ClientInfo {
        address: proxies.address(peer, request.headers()),
        user_agent: said.collect(),
        devices: cookies.devices(request.headers()),
    };
    request.extensions_mut().insert(client);
    next(request).await
}
