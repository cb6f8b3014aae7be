//! Notes refused requests in the audit log: what no page of ours sends, or
//! somebody who may not.
//!
//! A form with a typing error is not among them, nor is a session that has
//! ended. Nobody waits for the note, and one address gets so many of them.

use app::{
    account::EventKind,
    error::{AppError, Violations},
    profile::Violation,
    viewer::Viewer,
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use super::{
    loggable,
    origin::{Origin, place},
};
use crate::{
    limits::{Limiter, Rule},
    store::events::Event,
};

/// Characters of a path that are kept.
const PATH_LENGTH: usize = 200;

/// Why a form was refused, for whoever needs more than the status.
#[derive(Debug, Clone)]
pub struct Reason(pub AppError);

pub async fn note_refusals(
    State(limiter): State<Limiter>,
    request: Request,
    next: Next,
) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let origin = request.extensions().get::<Origin>().cloned();
    let actor = match request.extensions().get::<Viewer>() {
        Some(Viewer::Member(user)) => Some(user.id),
        _ => None,
    };
    let path = loggable(request.uri().path());
    let path: String = path.chars().take(PATH_LENGTH).collect();
    let asked = format!("{} {path}", request.method());
    let response = next.run(request).await;
    if is_noteworthy(&response) {
        let event = Event {
            kind: EventKind::Refused,
            actor,
            subject: actor,
            detail: Some(format!("{asked} {}", response.status().as_u16())),
            origin,
        };
        tokio::spawn(note(limiter, event));
    }
    response
}

fn is_noteworthy(response: &Response) -> bool {
    let extensions = response.extensions();
    let reason = extensions.get::<Reason>().map(|reason| &reason.0);
    match (
        response.status().as_u16(),
        reason.or_else(|| extensions.get()),
    ) {
        (401 | 410, _) | (_, Some(AppError::Conflict { .. })) => false,
        (422, Some(AppError::Invalid(violations))) => is_meddling(violations),
        (status, _) => (400..500).contains(&status),
    }
}

/// Whether a form asks for what its page does not offer.
fn is_meddling(violations: &Violations) -> bool {
    violations
        .iter()
        .any(|(_, violation)| matches!(violation, Violation::NotYours | Violation::UnknownField))
}

async fn note(limiter: Limiter, event: Event) {
    let bucket = limiter.bucket(Rule::RefusalByAddress, &place(&event.origin));
    if limiter.charge([bucket]).await.is_ok() {
        // The database has said in the log why not.
        let _ = limiter.store.note(event, limiter.clock.now()).await;
    }
}
