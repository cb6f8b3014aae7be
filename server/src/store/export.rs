//! Everything about one user, as JSON, a file a subject, row by row; and pictures.

use app::{account::types::user::UserId, error::AppError};
use futures_util::TryStreamExt;
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::sync::mpsc::Sender;

use super::{Store, refuse};

/// A piece of the export.
#[derive(Debug)]
pub enum Piece {
    /// The next file begins.
    File(String),
    Bytes(Vec<u8>),
    /// Everything was sent.
    End,
}

type Out = Sender<Piece>;

impl Store {
    /// Sends it piece by piece, from one snapshot. Should the database refuse, or
    /// nobody take it any more, there is no [`Piece::End`].
    pub async fn export(&self, user: UserId, out: &Out) -> Result<(), AppError> {
        // A connection of its own: whoever takes the file slowly keeps no reader
        // from the pages.
        let options = self.readers.connect_options();
        let connection = SqliteConnection::connect_with(&options);
        let mut connection = connection.await.map_err(refuse)?;
        let mut snapshot = connection.begin().await.map_err(refuse)?;
        let row = sqlx::query!(
            "SELECT username, email, pending_email, role, u.created_at, last_login_at,
                 version, fields, audiences, listed AS \"listed: bool\", updated_at,
                 profiles.created_at AS profile_created_at
             FROM users u JOIN profiles ON user_id = u.id WHERE u.id = ?",
            user.0
        )
        .fetch_one(&mut *snapshot)
        .await
        .map_err(refuse)?;
        let account = json!({
            "username": row.username,
            "email": row.email,
            "email_to_be_confirmed": row.pending_email,
            "role": row.role,
            "created_at": moment(row.created_at),
            "last_login_at": row.last_login_at.map(moment),
        });
        let profile = json!({
            "version": row.version,
            "fields": read(&row.fields),
            "audiences": read(&row.audiences),
            "search_engines_may_list_it": row.listed,
            "created_at": moment(row.profile_created_at),
            "updated_at": moment(row.updated_at),
        });
        one(out, "account.json", &account).await?;
        one(out, "profile.json", &profile).await?;

        let mut earlier = 0;
        let mut rows = sqlx::query!(
            "SELECT large, kept_until IS NULL AS \"current!: bool\" FROM avatars
             WHERE user_id = ? ORDER BY kept_until",
            user.0
        )
        .fetch(&mut *snapshot);
        while let Some(row) = rows.try_next().await.map_err(refuse)? {
            let name = match row.current {
                true => "avatar.jpg".to_owned(),
                false => {
                    earlier += 1;
                    format!("earlier-avatars/{earlier}.jpg")
                }
            };
            send(out, Piece::File(name)).await?;
            send(out, Piece::Bytes(row.large)).await?;
        }
        drop(rows);

        let mut list = List::begin(out, "history.json").await?;
        let mut rows = sqlx::query!(
            "SELECT version, item, old, new, old_gone, new_gone, at,
                 by_operator AS \"by_operator: bool\", username AS \"by?\"
             FROM profile_changes c LEFT JOIN users u ON u.id = actor_id
             WHERE user_id = ? ORDER BY c.id",
            user.0
        )
        .fetch(&mut *snapshot);
        while let Some(row) = rows.try_next().await.map_err(refuse)? {
            list.add(&json!({
                "version": row.version,
                "item": row.item,
                "old": row.old.as_deref().map(read),
                "new": row.new.as_deref().map(read),
                // Why a value is not here any more: "erased" or "too_old".
                "old_gone": row.old_gone,
                "new_gone": row.new_gone,
                "by": row.by,
                "by_operator": row.by_operator,
                "at": moment(row.at),
            }))
            .await?;
        }
        drop(rows);
        list.end().await?;

        let mut list = List::begin(out, "activity.json").await?;
        // As on the page: where somebody else was when they did it is theirs.
        let mut rows = sqlx::query!(
            "SELECT at, kind, detail, actor.username AS \"actor?\",
                 subject.username AS \"subject?\",
                 iif(actor_id IS NULL OR actor_id = ?1, address, NULL) AS \"address: String\",
                 iif(actor_id IS NULL OR actor_id = ?1, device, NULL) AS \"device: String\"
             FROM events e
             LEFT JOIN users actor ON actor.id = actor_id
             LEFT JOIN users subject ON subject.id = subject_id
             WHERE actor_id = ?1 OR subject_id = ?1 ORDER BY e.id",
            user.0
        )
        .fetch(&mut *snapshot);
        while let Some(row) = rows.try_next().await.map_err(refuse)? {
            list.add(&json!({
                "at": moment(row.at),
                "kind": row.kind,
                "by": row.actor,
                "to": row.subject,
                "address": row.address,
                "device": row.device,
                "detail": row.detail,
            }))
            .await?;
        }
        drop(rows);
        list.end().await?;

        let mut list = List::begin(out, "sessions.json").await?;
        let mut rows = sqlx::query!(
            "SELECT created_at, last_seen_at, expires_at, device FROM sessions
             WHERE user_id = ? ORDER BY created_at",
            user.0
        )
        .fetch(&mut *snapshot);
        while let Some(row) = rows.try_next().await.map_err(refuse)? {
            list.add(&json!({
                "created_at": moment(row.created_at),
                "last_seen_at": moment(row.last_seen_at),
                "expires_at": moment(row.expires_at),
                "device": row.device,
            }))
            .await?;
        }
        drop(rows);
        list.end().await?;

        let mut list = List::begin(out, "browsers.json").await?;
        let mut rows = sqlx::query_scalar!(
            "SELECT last_seen_at FROM devices WHERE user_id = ? ORDER BY last_seen_at",
            user.0
        )
        .fetch(&mut *snapshot);
        while let Some(last_seen_at) = rows.try_next().await.map_err(refuse)? {
            list.add(&json!({ "last_log_in_at": moment(last_seen_at) }))
                .await?;
        }
        drop(rows);
        list.end().await?;
        send(out, Piece::End).await
    }
}

/// A file with one object.
async fn one(out: &Out, name: &'static str, object: &Value) -> Result<(), AppError> {
    send(out, Piece::File(name.to_owned())).await?;
    send(out, Piece::Bytes(format!("{object:#}\n").into())).await
}

/// A file with one array.
struct List<'a> {
    out: &'a Out,
    empty: bool,
}

impl<'a> List<'a> {
    async fn begin(out: &'a Out, name: &'static str) -> Result<List<'a>, AppError> {
        send(out, Piece::File(name.to_owned())).await?;
        send(out, Piece::Bytes(b"[".into())).await?;
        Ok(List { out, empty: true })
    }

    async fn add(&mut self, object: &Value) -> Result<(), AppError> {
        let comma = if self.empty { "" } else { "," };
        self.empty = false;
        send(
            self.out,
            Piece::Bytes(format!("{comma}\n  {object}").into()),
        )
        .await
    }

    async fn end(self) -> Result<(), AppError> {
        send(self.out, Piece::Bytes(b"\n]\n".into())).await
    }
}

async fn send(out: &Out, piece: Piece) -> Result<(), AppError> {
    // Whoever took it has gone; there is nobody to tell.
    out.send(piece).await.map_err(|_| AppError::Unreachable)
}

/// What the database's own check has let in as JSON.
fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}

/// RFC 3339, of milliseconds since 1970.
fn moment(ms: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000);
    let text = at.ok().and_then(|at| at.format(&Rfc3339).ok());
    text.unwrap_or_default()
}
