//! Statements of the table `events`.

use app::account::types::user::UserId;
use async_trait::async_trait;

use super::failed;
use crate::engine::Connection;
use store::{
    events::{Event, EventRow, Events},
    failure::Result,
};

#[async_trait]
impl Events for Connection {
    async fn note(&mut self, event: &Event, now: i64) -> Result<()> {
        let kind = event.kind.to_string();
        let actor = event.actor.map(|user| user.0);
        let subject = event.subject.map(|user| user.0);
        let of_user = actor.is_some() || subject.is_some();
        let address = event.client.as_ref().map(|from| from.address.to_string());
        let device = event.client.as_ref().map(|from| from.user_agent.as_str());
        sqlx::query!(
            "INSERT INTO events (at, kind, actor_id, subject_id, address, device, detail, of_user)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            now,
            kind,
            actor,
            subject,
            address,
            device,
            event.detail,
            of_user,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("events.note"))
    }

    async fn events_of(&mut self, user: UserId, before: i64, limit: u32) -> Result<Vec<EventRow>> {
        let rows = sqlx::query!(
            "SELECT e.id, at, kind, actor_id, actor.username AS \"actor?\",
                 subject.username AS \"subject?\", address, device, detail
             FROM events e
             LEFT JOIN users actor ON actor.id = actor_id
             LEFT JOIN users subject ON subject.id = subject_id
             WHERE (actor_id = $1 OR subject_id = $1) AND e.id < $2
             ORDER BY +e.id DESC LIMIT $3",
            user.0,
            before,
            i64::from(limit),
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("events.events_of"))?;
        let event = rows.into_iter().map(|row| EventRow {
            id: row.id,
            at: row.at,
            kind: row.kind,
            actor: row.actor_id.map(UserId),
            actor_name: row.actor,
            subject_name: row.subject,
            address: row.address,
            device: row.device,
            detail: row.detail,
        });
        Ok(event.collect())
    }

    async fn last_event_at(&mut self) -> Result<Option<i64>> {
        sqlx::query_scalar!("SELECT max(at) AS \"at: i64\" FROM events")
            .fetch_one(&mut **self)
            .await
            .map_err(failed("events.last_event_at"))
    }
}
