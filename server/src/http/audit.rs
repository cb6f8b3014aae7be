//! Records rejected requests in the audit log: those that none of our pages sends, and those
//! of users without the required permission.
//!
//! Forms with invalid input and ended sessions are left out. The record is written after the
//! response, and the number of records per client address is limited.

use app::{
    account::types::event::EventKind,
    error::{AppError, Violations},
    profile::rules::violation::Violation,
    viewer::{Newcomer, Viewer},
};
use axum::{extract::Request, response::Response};

use std::sync::Arc;
use tokio::sync::Semaphore;

use super::{layers::Next, loggable, loggable_method};
use crate::{accounts::Accounts, clock::Clock};
use store::{client::ClientInfo, events::Event};

/// The error of a rejected form, in the extensions of its response.
#[derive(Debug, Clone)]
pub struct Reason(pub AppError);

/// Maximum number of records written concurrently; beyond that, rejections are not recorded.
const AT_ONCE: usize = 16;

/// The state of the layer [`record_rejections`].
#[derive(Clone)]
pub struct Auditor {
    accounts: Accounts,
    clock: Clock,
    slots: Arc<Semaphore>,
}

impl Auditor {
    pub fn new(accounts: Accounts, clock: Clock) -> Auditor {
        Auditor {
            accounts,
            clock,
            slots: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

/// Records a rejected request once there is a response.
pub async fn record_rejections(auditor: &Auditor, request: Request, next: impl Next) -> Response {
    let is_safe = request.method().is_safe();
    let client = request.extensions().get::<ClientInfo>().cloned();
    let actor = match request.extensions().get::<Viewer>() {
        Some(Viewer::Member(user)) => Some(user.id),
        _ => {
            let newcomer = request.extensions().get::<Newcomer>();
            newcomer.map(|newcomer| newcomer.user.id)
        }
    };
    let path = loggable(request.uri().path());
    let asked = format!("{} {path}", loggable_method(request.method()));
    let response = next(request).await;
    // A rejected GET is worth recording only if the viewer lacks a permission; others are
    // mistyped addresses.
    let is_noteworthy = match is_safe {
        true => response.status().as_u16() == 403,
        false => is_noteworthy(&response),
    };
    if is_noteworthy && let Ok(slot) = Arc::clone(&auditor.slots).try_acquire_owned() {
        let event = Event {
            kind: EventKind::Refused,
            actor,
            subject: actor,
            detail: Some(format!("{asked} {}", response.status().as_u16())),
            client,
        };
        let auditor = auditor.clone();
        tokio::spawn(async move {
            // The store has already logged a failure.
            let now = auditor.clock.now();
            let _ = auditor.accounts.note_refusal(event, now).await;
            drop(slot);
        });
    }
    response
}

fn is_noteworthy(response: &Response) -> bool {
    let extensions = response.extensions();
    let reason = extensions.get::<Reason>().map(|reason| &reason.0);
    let error = reason.or_else(|| extensions.get());
    // Two honest users can get in each other's way.
    let is_late = matches!(
        error,
        Some(
            AppError::Conflict { .. }
                | AppError::AlreadyDecided { .. }
                | AppError::NotAllDone { .. }
                | AppError::PlanChanged
        )
    );
    match (response.status().as_u16(), error) {
        (401, _) => false,
        (422, Some(AppError::Invalid(violations))) => is_tampered(violations),
        (status, _) => (400..500).contains(&status) && !is_late,
    }
}

/// Returns whether a form asks for something that its page does not offer.
fn is_tampered(violations: &Violations) -> bool {
    violations
        .iter()
        .any(|(_, violation)| matches!(violation, Violation::NotYours | Violation::UnknownField))
}
