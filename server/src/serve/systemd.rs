//! Messages to systemd, where it has started the program and asks for them (sd_notify(3)). A
//! message that does not get through is not worth a failure.

use sd_notify::{NotifyState, notify, watchdog_enabled};
use std::future::pending;

/// Says that the site takes requests.
pub fn ready() {
    let _ = notify(&[NotifyState::Ready]);
}

/// Says that it ends.
pub fn stopping() {
    let _ = notify(&[NotifyState::Stopping]);
}

/// Says, as often as systemd asks for it, that the program is alive: that its tasks have their
/// turn. Whether the database answers is another question, for `/readyz`: starting the program
/// once more would not mend it.
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
