//! The data export: everything about one user, as JSON files and pictures.

use app::{
    account::types::{event::EventKind, user::UserId},
    error::AppError,
};
use serde_json::{Value, json};
use tokio::sync::mpsc::Sender;

use super::{Accounts, activity::seen_by, requester::Requester};
use crate::clock::rfc3339;
use store::{
    changes::ChangeRow,
    events::{Event, EventRow},
    export::{AccountRow, InvitationRecord, Record, SessionRecord},
    profiles::ProfileRow,
};

/// A piece of the exported file.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// The start of the next file.
    File(String),
    Bytes(Vec<u8>),
    /// The end of the export.
    End,
}

impl Accounts {
    /// Records that a user downloads their data.
    pub async fn note_export(
        &self,
        user: UserId,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let event = Event::own(EventKind::Exported, user, by.client.clone());
        self.note(event, now).await
    }

    /// Sends every row about a user, from one snapshot. If the database fails, or the receiver is
    /// dropped, there is no [`Record::End`].
    pub async fn export(&self, user: UserId, out: &Sender<Record>) -> Result<(), AppError> {
        // Uses a connection of its own, so that a slow download does not take a reader from the
        // pages.
        let mut snapshot = self.store.snapshot_apart().await?;
        Ok(snapshot.export(user, out).await?)
    }
}

/// The files that are lists, in the order of the records.
const LISTS: [&str; 6] = [
    "history.json",
    "activity.json",
    "sessions.json",
    "browsers.json",
    "invitations.json",
    "second-factors.json",
];

/// Writer of records as files, one after another.
pub struct Files {
    user: UserId,
    earlier_pictures: u32,
    /// The number of files of [`LISTS`] that were begun.
    lists: usize,
    /// True if the current list has no rows yet.
    is_empty: bool,
}

impl Files {
    pub fn of(user: UserId) -> Files {
        Files {
            user,
            earlier_pictures: 0,
            lists: 0,
            is_empty: true,
        }
    }

    /// Returns the pieces that make up a record.
    pub fn add(&mut self, record: Record) -> Vec<Piece> {
        match record {
            Record::Account(row) => object("account.json", &account(&row)),
            Record::Profile(row) => object("profile.json", &profile(&row)),
            Record::Picture { jpeg, is_current } => {
                let name = match is_current {
                    true => "avatar.jpg".to_owned(),
                    false => {
                        self.earlier_pictures += 1;
                        format!("earlier-avatars/{}.jpg", self.earlier_pictures)
                    }
                };
                vec![Piece::File(name), Piece::Bytes(jpeg)]
            }
            Record::Change(row) => self.row(1, &change(&row)),
            Record::Event(row) => self.row(2, &event(self.user, row)),
            Record::Session(row) => self.row(3, &session(&row)),
            Record::Device {
                last_seen_at,
                trusted_until,
            } => {
                let trusted = (trusted_until > 0).then(|| rfc3339(trusted_until));
                let last = rfc3339(last_seen_at);
                self.row(
                    4,
                    &json!({ "last_log_in_at": last, "trusted_until": trusted }),
                )
            }
            Record::Invitation(row) => self.row(5, &invitation(&row)),
            Record::Factor(row) => self.row(
                6,
                &json!({
                    "kind": row.kind,
                    "name": row.name,
                    "added_at": rfc3339(row.added_at),
                    "last_used_at": row.last_used_at.map(rfc3339),
                }),
            ),
            Record::End => {
                let mut pieces = self.begin_lists(LISTS.len());
                pieces.extend([Piece::Bytes(b"\n]\n".into()), Piece::End]);
                pieces
            }
        }
    }

    /// Returns a row of the list with this number.
    fn row(&mut self, list: usize, row: &Value) -> Vec<Piece> {
        let mut pieces = self.begin_lists(list);
        let comma = if self.is_empty { "" } else { "," };
        self.is_empty = false;
        pieces.push(Piece::Bytes(format!("{comma}\n  {row}").into()));
        pieces
    }

    /// Begins every list up to this number, including empty ones.
    fn begin_lists(&mut self, up_to: usize) -> Vec<Piece> {
        let mut pieces = Vec::new();
        while self.lists < up_to {
            if self.lists > 0 {
                pieces.push(Piece::Bytes(b"\n]\n".into()));
            }
            pieces.push(Piece::File(LISTS[self.lists].to_owned()));
            pieces.push(Piece::Bytes(b"[".into()));
            self.lists += 1;
            self.is_empty = true;
        }
        pieces
    }
}

fn object(name: &str, object: &Value) -> Vec<Piece> {
    let bytes = format!("{object:#}\n").into();
    vec![Piece::File(name.to_owned()), Piece::Bytes(bytes)]
}

fn account(row: &AccountRow) -> Value {
    let former = row.former_names.iter();
    let former: Vec<_> = former
        .map(|former| json!({ "username": former.name, "until": rfc3339(former.until) }))
        .collect();
    json!({
        "username": row.username,
        "former_usernames": former,
        "email": row.email,
        "email_to_be_confirmed": row.pending_email,
        "role": row.role,
        "waits_for_approval_since": row.waits_since.map(rfc3339),
        "language": row.language,
        "created_at": rfc3339(row.created_at),
        "last_login_at": row.last_login_at.map(rfc3339),
    })
}

fn profile(row: &ProfileRow) -> Value {
    json!({
        "version": row.version,
        "fields": parse(&row.fields),
        "audiences": parse(&row.audiences),
        "search_engines_may_list_it": row.listed,
        "in_directory": row.in_directory,
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
    })
}

fn change(row: &ChangeRow) -> Value {
    json!({
        "version": row.version,
        "item": row.item,
        "old": row.old.as_deref().map(parse),
        "new": row.new.as_deref().map(parse),
        "old_gone": row.old_gone,
        "new_gone": row.new_gone,
        "by": row.actor,
        "by_operator": row.by_operator,
        "at": rfc3339(row.at),
    })
}

fn event(user: UserId, row: EventRow) -> Value {
    let kind = row.kind.clone();
    let event = seen_by(user, row);
    json!({
        "at": rfc3339(event.at),
        // The raw word, because a newer program may have written it.
        "kind": kind,
        "by": event.actor,
        "to": event.subject,
        "address": event.address,
        "device": event.user_agent,
        "detail": event.detail,
    })
}

fn session(row: &SessionRecord) -> Value {
    json!({
        "created_at": rfc3339(row.created_at),
        "last_seen_at": rfc3339(row.last_seen_at),
        "expires_at": rfc3339(row.expires_at),
        "device": row.device,
    })
}

fn invitation(row: &InvitationRecord) -> Value {
    json!({
        "email": row.email,
        "role": row.role,
        "given": parse(&row.given),
        "uses": row.uses,
        "uses_left": row.uses_left,
        "created_at": rfc3339(row.created_at),
        "expires_at": rfc3339(row.expires_at),
        "ended_at": row.ended_at.map(rfc3339),
    })
}

/// Parses JSON that a check of the database has accepted.
fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_without_rows_is_a_file_too() {
        let mut files = Files::of(UserId(1));
        let mut pieces = files.add(Record::Device {
            last_seen_at: 86_400_000,
            trusted_until: 0,
        });
        pieces.extend(files.add(Record::End));
        let text: String = pieces.iter().map(written).collect();
        assert_eq!(
            text,
            "history.json:[\n]\nactivity.json:[\n]\nsessions.json:[\n]\n\
             browsers.json:[\n  {\"last_log_in_at\":\"1970-01-02T00:00:00Z\",\"trusted_until\":null}\n]\n\
             invitations.json:[\n]\nsecond-factors.json:[\n]\n."
        );
    }

    fn written(piece: &Piece) -> String {
        match piece {
            Piece::File(name) => format!("{name}:"),
            Piece::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Piece::End => ".".to_owned(),
        }
    }
}
