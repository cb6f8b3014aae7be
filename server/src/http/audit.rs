//! Notes refused requests in the audit log: what no page of ours sends, or
//! somebody who may not.
//!
//! A form with a typing error is not among them, nor is a session that has
//! ended. Nobody waits for the note, and one address gets so many of them.

use app::{
    account::types::event::EventKind,
    error::{AppError, Violations},
    profile::rules::violation::Violation,
    viewer::{Unconfirmed, Viewer},
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use std::sync::Arc;
use tokio::sync::Semaphore;

use super::{
    loggable, loggable_method,
    origin::{Origin, place},
};
use crate::{
    limits::{Limiter, Rule},
    store::events::Event,
};

/// Why a form was refused, for whoever needs more than the status.
#[derive(Debug, Clone)]
pub struct Reason(pub AppError);

/// Notes being written at once. Beyond them a flood leaves none.
const AT_ONCE: usize = 16;

#[derive(Clone)]
pub struct Auditor {
    limiter: Limiter,
    places: Arc<Semaphore>,
}

impl Auditor {
    pub fn new(limiter: Limiter) -> Auditor {
        Auditor {
            limiter,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

pub async fn note_refusals(
    State(auditor): State<Auditor>,
    request: Request,
    next: Next,
) -> Response {
    let is_safe = request.method().is_safe();
    let origin = request.extensions().get::<Origin>().cloned();
    let actor = match request.extensions().get::<Viewer>() {
        Some(Viewer::Member(user)) => Some(user.id),
        _ => {
            let unconfirmed = request.extensions().get::<Unconfirmed>();
            unconfirmed.map(|Unconfirmed(user)| user.id)
        }
    };
    let path = loggable(request.uri().path());
    let asked = format!("{} {path}", loggable_method(request.method()));
    let response = next.run(request).await;
    // Looking is refused to who may not look; the rest of it is typing errors.
    let is_noteworthy = match is_safe {
        true => response.status().as_u16() == 403,
        false => is_noteworthy(&response),
    };
    if is_noteworthy && let Ok(place) = Arc::clone(&auditor.places).try_acquire_owned() {
        let event = Event {
            kind: EventKind::Refused,
            actor,
            subject: actor,
            detail: Some(format!("{asked} {}", response.status().as_u16())),
            origin,
        };
        tokio::spawn(async move {
            note(auditor.limiter, event).await;
            drop(place);
        });
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
        (401, _) | (_, Some(AppError::Conflict { .. })) => false,
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
