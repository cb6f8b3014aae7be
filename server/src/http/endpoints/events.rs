//! The audit log as a file: everything that `/admin/events` lists, as CSV or as JSON Lines. It is
//! read piece by piece while it is sent, so its size does not matter.

use app::{
    account::types::{
        event::PastEvent,
        log::{AskedEvents, EventSearch, LogPage},
        user::UserId,
    },
    admin::rules::{Area, can_open},
    error::AppError,
    viewer::Viewer,
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::stream::unfold;
use serde_json::json;
use std::io;

use crate::{accounts::Accounts, clock::rfc3339, csv::cell, http::reject, slots::Slots};

/// Maximum number of concurrent exports; a user may have one.
const AT_ONCE: usize = 4;
/// Number of events that are read at once.
const PIECE: u32 = 500;

/// The state of the export.
#[derive(Clone)]
pub struct EventExporter {
    accounts: Accounts,
    slots: Slots,
}

impl EventExporter {
    pub fn new(accounts: Accounts) -> EventExporter {
        EventExporter {
            accounts,
            slots: Slots::new(AT_ONCE, 1),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    JsonLines,
}

/// `/admin/events.csv` and `/admin/events.jsonl`, with the filters of the page.
pub async fn download(State(exporter): State<EventExporter>, request: Request) -> Response {
    let Some(Viewer::Member(reader)) = request.extensions().get() else {
        return reject(AppError::NotLoggedIn);
    };
    if !can_open(&exporter.accounts.schema, &reader.role, Area::Events) {
        return reject(AppError::NotFound);
    }
    let asked = AskedEvents::of_query(request.uri().query().unwrap_or_default());
    let Ok(search) = asked.parse() else {
        return reject(AppError::BadRequest);
    };
    let Some(slot) = exporter.slots.take(reader.id, 1) else {
        return reject(AppError::Busy);
    };
    let (format, name, kind) = match request.uri().path().ends_with(".csv") {
        true => (Format::Csv, "events.csv", "text/csv; charset=utf-8"),
        false => (Format::JsonLines, "events.jsonl", "application/jsonl"),
    };
    let mut rest = Rest {
        accounts: exporter.accounts,
        reader: reader.id,
        search,
        is_last: false,
    };
    // Read the first piece before sending the head, so that a failure becomes an error response
    // instead of an empty file.
    let first = match rest.next().await {
        Ok(Some(page)) => page,
        Ok(None) => return reject(AppError::BadRequest),
        Err(error) => return reject(error),
    };
    let begun = format.title() + &format.print(first);
    let body = unfold(
        (Some(begun), rest, slot),
        move |(begun, mut rest, slot)| async move {
            if let Some(text) = begun {
                return Some((Ok(text), (None, rest, slot)));
            }
            if rest.is_last {
                return None;
            }
            let text = match rest.next().await {
                Ok(Some(page)) => Ok(format.print(page)),
                // Break the connection, so that a partial file is not taken for the whole.
                Ok(None) | Err(_) => Err(io::Error::other("the events were cut off")),
            };
            Some((text, (None, rest, slot)))
        },
    );
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, Body::from_stream(body)).into_response()
}

/// The part that is still to be read.
struct Rest {
    accounts: Accounts,
    reader: UserId,
    search: EventSearch,
    is_last: bool,
}

impl Rest {
    /// The next piece. `None` if the search names a user who does not exist.
    async fn next(&mut self) -> Result<Option<LogPage>, AppError> {
        // Stop after a failure.
        self.is_last = true;
        let page = self.accounts.log(self.reader, &self.search, PIECE).await?;
        if let Some(next) = page.as_ref().and_then(|page| page.next) {
            self.search.before = Some(next);
            self.is_last = false;
        }
        Ok(page)
    }
}

impl Format {
    fn title(self) -> String {
        match self {
            Format::Csv => "at,kind,by,to,address,device,detail\r\n".to_owned(),
            Format::JsonLines => String::new(),
        }
    }

    fn print(self, page: LogPage) -> String {
        let line = |event| match self {
            Format::Csv => csv_line(event),
            Format::JsonLines => json_line(event),
        };
        page.events.into_iter().map(line).collect()
    }
}

fn csv_line(event: PastEvent) -> String {
    let cells = [
        Some(rfc3339(event.at)),
        event.kind.map(|kind| kind.to_string()),
        event.actor,
        event.subject,
        event.address,
        event.user_agent,
        event.detail,
    ];
    let cells = cells.map(|text| cell(&text.unwrap_or_default()));
    format!("{}\r\n", cells.join(","))
}

fn json_line(event: PastEvent) -> String {
    let line = json!({
        "at": rfc3339(event.at),
        "kind": event.kind.map(|kind| kind.to_string()),
        "by": event.actor,
        "to": event.subject,
        "address": event.address,
        "device": event.user_agent,
        "detail": event.detail,
    });
    format!("{line}\n")
}
