//! The file with everything about oneself: a zip that is written while it is sent,
//! however long a history is.

use app::{
    account::types::event::EventKind,
    error::AppError,
    viewer::{Unconfirmed, Viewer},
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

use super::refusal;
use crate::{
    clock::Clock,
    places::Places,
    session::CurrentSession,
    store::{Store, events::Event, export::Piece},
};

/// Exports at once.
const AT_ONCE: usize = 4;
/// For somebody to take all of it. A snapshot that is held for ever keeps the
/// database's log from being folded in.
const TIME_TO_TAKE: Duration = Duration::from_secs(5 * 60);
/// Pieces between the database, the zip and the socket: a slow reader stops the
/// others, and takes no memory.
const PIECES: usize = 8;
/// Bytes that leave at once.
const CHUNK: usize = 16 * 1024;

/// What an export needs.
#[derive(Clone)]
pub struct Exporter {
    store: Store,
    clock: Clock,
    places: Places,
}

impl Exporter {
    pub fn new(store: Store, clock: Clock) -> Exporter {
        Exporter {
            store,
            clock,
            places: Places::new(AT_ONCE, 1),
        }
    }
}

/// `/settings/export/{file}`: for as long as the password need not be asked for
/// again; then back to the page that asks.
pub async fn download(
    State(Exporter {
        store,
        clock,
        places,
    }): State<Exporter>,
    request: Request,
) -> Response {
    let extensions = request.extensions();
    let user = match (extensions.get(), extensions.get()) {
        (Some(Viewer::Member(user)), _) | (_, Some(Unconfirmed(user))) => user,
        _ => return refusal(AppError::NotLoggedIn),
    };
    let session = extensions.get::<CurrentSession>();
    if !session.is_some_and(|session| session.is_fresh(clock.now())) {
        return Redirect::to("/settings/export").into_response();
    }
    let name = format!("{}.zip", user.username);
    if request.uri().path() != format!("/settings/export/{name}") {
        return refusal(AppError::NotFound);
    }
    let Some(place) = places.take(user.id, 1) else {
        return refusal(AppError::Busy);
    };
    let now = clock.now();
    let event = Event::own(EventKind::Exported, user.id, extensions.get().cloned());
    if let Err(error) = store.note(event, now).await {
        return refusal(error);
    }
    let end = Instant::now() + TIME_TO_TAKE;
    let (pieces, written) = channel(PIECES);
    let (chunks, sent) = channel(PIECES);
    let user = user.id;
    tokio::spawn(async move {
        // Cut off, it has no end, and that is how the other side knows.
        let _ = timeout_at(end, store.export(user, &pieces)).await;
    });
    tokio::task::spawn_blocking(move || {
        let out = Chunks { chunks, end };
        if let Err(error) = write_zip(written, &out) {
            // The connection is cut off, so that nobody takes half for the whole.
            let _ = out.send(Err(error));
        }
        drop(place);
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

fn write_zip(mut pieces: Receiver<Piece>, out: &Chunks) -> io::Result<()> {
    let out = BufWriter::with_capacity(CHUNK, out);
    let mut zip = ZipWriter::new_stream(out);
    loop {
        match pieces.blocking_recv() {
            Some(Piece::File(name)) => zip.start_file(name, SimpleFileOptions::default())?,
            Some(Piece::Bytes(bytes)) => zip.write_all(&bytes)?,
            Some(Piece::End) => return zip.finish()?.into_inner().flush(),
            None => return Err(io::Error::other("the export was cut off")),
        }
    }
}

/// The body of the response, for who does not wait for ever.
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
