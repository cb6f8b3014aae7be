//! Statements of the table `events`.

use app::account::types::{event::EventKind, user::UserId};
use async_trait::async_trait;

use super::failed;
use crate::engine::Connection;
use store::{
    events::{Event, EventRow, Events, LogFilter},
    failure::Result,
};

/// A row of the statements here.
struct LogRow {
    id: i64,
    at: i64,
    kind: String,
    actor_id: Option<i64>,
    actor: Option<String>,
    subject: Option<String>,
    address: Option<String>,
    device: Option<String>,
    detail: Option<String>,
}

impl LogRow {
    fn read(self) -> EventRow {
        EventRow {
            id: self.id,
            at: self.at,
            kind: self.kind,
            actor: self.actor_id.map(UserId),
            actor_name: self.actor,
            subject_name: self.subject,
            address: self.address,
            device: self.device,
            detail: self.detail,
        }
    }
}

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
             SELECT $1, $2, (SELECT id FROM users WHERE id = $3),
                 (SELECT id FROM users WHERE id = $4),
                 CASE WHEN is_somebodys THEN $5 END, CASE WHEN is_somebodys THEN $6 END, $7, $8
             FROM (SELECT NOT $8 OR EXISTS (SELECT 1 FROM users WHERE id IN ($3, $4))
                       AS is_somebodys) AS known",
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
        let rows = sqlx::query_as!(
            LogRow,
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
        Ok(rows.into_iter().map(LogRow::read).collect())
    }

    // Each filter is a statement of its own, so that each has an index to walk along. The time of
    // the last one is compared twice: an index takes the first, and the second is for its ties.
    async fn log(&mut self, wanted: &LogFilter, limit: u32) -> Result<Vec<EventRow>> {
        let LogFilter {
            user,
            kind,
            from,
            until,
            before,
        } = *wanted;
        let limit = i64::from(limit);
        // No kind has an empty word.
        let word = kind.map_or(String::new(), |kind| kind.to_string());
        let rows = match (user, kind) {
            (Some(user), _) => {
                sqlx::query_as!(
                    LogRow,
                    "SELECT e.id, at, kind, actor_id, actor.username AS \"actor?\",
                         subject.username AS \"subject?\", address, device, detail
                     FROM (
                         SELECT * FROM (
                             SELECT id AS part FROM events
                             WHERE actor_id = $1 AND at >= $2 AND at <= $3 AND (at < $3 OR id < $4)
                               AND ($5 = '' OR kind = $5)
                             ORDER BY at DESC, id DESC LIMIT $6) AS done
                         UNION
                         SELECT * FROM (
                             SELECT id AS part FROM events
                             WHERE subject_id = $1 AND at >= $2 AND at <= $3 AND (at < $3 OR id < $4)
                               AND ($5 = '' OR kind = $5)
                             ORDER BY at DESC, id DESC LIMIT $6) AS felt
                     ) AS parts JOIN events e ON e.id = part
                     LEFT JOIN users actor ON actor.id = actor_id
                     LEFT JOIN users subject ON subject.id = subject_id
                     ORDER BY at DESC, e.id DESC LIMIT $6",
                    user.0,
                    from,
                    until,
                    before,
                    word,
                    limit,
                )
                .fetch_all(&mut **self)
                .await
            }
            (None, Some(_)) => {
                sqlx::query_as!(
                    LogRow,
                    "SELECT e.id, at, kind, actor_id, actor.username AS \"actor?\",
                         subject.username AS \"subject?\", address, device, detail
                     FROM events e
                     LEFT JOIN users actor ON actor.id = actor_id
                     LEFT JOIN users subject ON subject.id = subject_id
                     WHERE kind = $1 AND at >= $2 AND at <= $3 AND (at < $3 OR e.id < $4)
                     ORDER BY at DESC, e.id DESC LIMIT $5",
                    word,
                    from,
                    until,
                    before,
                    limit,
                )
                .fetch_all(&mut **self)
                .await
            }
            (None, None) => {
                sqlx::query_as!(
                    LogRow,
                    "SELECT e.id, at, kind, actor_id, actor.username AS \"actor?\",
                         subject.username AS \"subject?\", address, device, detail
                     FROM events e
                     LEFT JOIN users actor ON actor.id = actor_id
                     LEFT JOIN users subject ON subject.id = subject_id
                     WHERE at >= $1 AND at <= $2 AND (at < $2 OR e.id < $3)
                     ORDER BY at DESC, e.id DESC LIMIT $4",
                    from,
                    until,
                    before,
                    limit,
                )
                .fetch_all(&mut **self)
                .await
            }
        };
        let rows = rows.map_err(failed("events.log"))?;
        Ok(rows.into_iter().map(LogRow::read).collect())
    }

    async fn last_event_on(&mut self, user: UserId, kind: EventKind) -> Result<Option<EventRow>> {
        let kind = kind.to_string();
        let row = sqlx::query_as!(
            LogRow,
            "SELECT e.id, at, kind, actor_id, actor.username AS \"actor?\",
                 subject.username AS \"subject?\", address, device, detail
             FROM events e
             LEFT JOIN users actor ON actor.id = actor_id
             LEFT JOIN users subject ON subject.id = subject_id
             WHERE subject_id = $1 AND kind = $2
             ORDER BY at DESC, e.id DESC LIMIT 1",
            user.0,
            kind,
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("events.last_event_on"))?;
        Ok(row.map(LogRow::read))
    }

    async fn last_event_at(&mut self) -> Result<Option<i64>> {
        sqlx::query_scalar!("SELECT max(at) AS \"at: i64\" FROM events")
            .fetch_one(&mut **self)
            .await
            .map_err(failed("events.last_event_at"))
    }
}
