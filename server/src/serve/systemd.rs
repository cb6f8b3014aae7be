//! Messages to systemd, sent if it has started the program and asks for them (sd_notify(3)).
//! Failures to send are ignored.

use sd_notify::{NotifyState, notify, watchdog_enabled};
use std::future::pending;

/// Reports that the site accepts requests.
pub fn ready() {
    let _ = notify(&[NotifyState::Ready]);
}

/// Reports that the site is shutting down.
pub fn stopping() {
    let _ = notify(&[NotifyState::Stopping]);
}

/// Reports to the watchdog, as often as systemd asks for it, that the program is alive: that its
/// tasks get to run. `/readyz` reports whether the database answers: restarting the program would
/// not repair the database.
pub async fn live() {
    let Some(patience) = watchdog_enabled() else {
        return pending().await;
    };
    let mut ticks = tokio::time::interval(patience / 3);
    loop {
        ticks.tick().await;
        let _ = notify(&[NotifyState::Watchdog]);
    }
}
