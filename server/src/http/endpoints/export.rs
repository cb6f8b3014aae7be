//! The export of a user's own data: a zip that is streamed while it is written, so its size
//! does not matter.

use app::{
    account::types::second::Demand,
    error::AppError,
    viewer::{Newcomer, Viewer},
};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use futures_util::stream::unfold;
use std::{
    io::{self, BufWriter, Write},
    time::Duration,
};
use tokio::{
    runtime::Handle,
    sync::mpsc::{Receiver, Sender, channel},
    time::{Instant, timeout_at},
};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    accounts::{
        Accounts,
        export::{Files, Piece},
        requester::{CurrentSession, Requester},
    },
    clock::Clock,
    http::reject,
    slots::Slots,
};
use store::export::Record;

/// Maximum number of concurrent exports.
const AT_ONCE: usize = 4;
/// Time limit for a whole download. A snapshot that stays open keeps SQLite from
/// checkpointing its write-ahead log.
const TIME_TO_TAKE: Duration = Duration::from_secs(5 * 60);
/// Capacity of the channels between the database, the zip and the socket: a slow reader
/// holds up the writers instead of filling the memory.
const RECORDS: usize = 8;
/// Number of bytes sent at once.
const CHUNK: usize = 16 * 1024;

/// The state of the export.
#[derive(Clone)]
pub struct Exporter {
    accounts: Accounts,
    clock: Clock,
    slots: Slots,
}

impl Exporter {
    pub fn new(accounts: Accounts, clock: Clock) -> Exporter {
        Exporter {
            accounts,
            clock,
            slots: Slots::new(AT_ONCE, 1),
        }
    }
}

/// `/settings/export/{file}`: streams the export while the session is freshly authenticated,
/// and redirects to the page that asks for the password afterwards.
pub async fn download(
    State(Exporter {
        accounts,
        clock,
        slots,
    }): State<Exporter>,
    request: Request,
) -> Response {
    let extensions = request.extensions();
    let user = match (extensions.get(), extensions.get()) {
        (Some(Viewer::Member(user)), _) | (_, Some(Newcomer { user, .. })) => user,
        _ => return reject(AppError::NotLoggedIn),
    };
    let session = extensions.get::<CurrentSession>();
    if !session.is_some_and(|session| session.is_fresh(Demand::Recent, clock.now())) {
        return Redirect::to("/settings/export").into_response();
    }
    let name = format!("{}.zip", user.username);
    let file = request.uri().path().strip_prefix("/settings/export/");
    let of = file.and_then(|file| file.strip_suffix(".zip"));
    // Accept a former username: the user may have been renamed since the page was rendered.
    match accounts.is_called(user, of.unwrap_or_default()).await {
        Ok(true) => {}
        Ok(false) => return reject(AppError::NotFound),
        Err(error) => return reject(error),
    }
    let Some(slot) = slots.take(user.id, 1) else {
        return reject(AppError::Busy);
    };
    let now = clock.now();
    let by = Requester {
        client: extensions.get().cloned(),
        session: session.copied(),
    };
    if let Err(error) = accounts.note_export(user.id, &by, now).await {
        return reject(error);
    }
    let end = Instant::now() + TIME_TO_TAKE;
    let (records, written) = channel(RECORDS);
    let (chunks, sent) = channel(RECORDS);
    let user = user.id;
    tokio::spawn(async move {
        // On a timeout the records lack their end marker, by which the other side knows.
        let _ = timeout_at(end, accounts.export(user, &records)).await;
    });
    tokio::task::spawn_blocking(move || {
        let out = Chunks { chunks, end };
        if let Err(error) = write_zip(written, Files::of(user), &out) {
            // Break the connection, so that a partial file is not taken for the whole.
            let _ = out.send(Err(error));
        }
        drop(slot);
    });
    let body = unfold(sent, |mut sent| async { Some((sent.recv().await?, sent)) });
    let disposition = format!("attachment; filename=\"{name}\"").try_into();
    let disposition = disposition.unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/zip"),
        ),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, Body::from_stream(body)).into_response()
}

fn write_zip(mut records: Receiver<Record>, mut files: Files, out: &Chunks) -> io::Result<()> {
    let out = BufWriter::with_capacity(CHUNK, out);
    let mut zip = ZipWriter::new_stream(out);
    while let Some(record) = records.blocking_recv() {
        for piece in files.add(record) {
            match piece {
                Piece::File(name) => zip.start_file(name, SimpleFileOptions::default())?,
                Piece::Bytes(bytes) => zip.write_all(&bytes)?,
                Piece::End => return zip.finish()?.into_inner().flush(),
            }
        }
    }
    Err(io::Error::other("the export was cut off"))
}

/// Writes into the body of the response until the time limit.
struct Chunks {
    chunks: Sender<io::Result<Bytes>>,
    end: Instant,
}

impl Chunks {
    fn send(&self, chunk: io::Result<Bytes>) -> io::Result<()> {
        let sent = Handle::current().block_on(timeout_at(self.end, self.chunks.send(chunk)));
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl Write for &Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.send(Ok(Bytes::copy_from_slice(bytes)))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
