//! A form with a file (RFC 7578), read piece by piece.
//!
//! `multer` finds the parts. This module adds the limits that it lacks: a minimum rate, a time
//! limit for each piece, a maximum size for the head of a part, and a preamble that is not held
//! in memory.

use app::{
    error::AppError,
    form::Form,
    profile::rules::picture::{AVATAR, Picture},
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use futures_util::{
    Stream,
    future::ready,
    stream::{once, unfold},
};
use http_body_util::BodyExt;
use multer::{Field, Multipart};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    task::yield_now,
    time::{Instant, timeout_at},
};

use crate::http::append_within;

/// Maximum size of a file, in bytes.
const MAX_FILE: usize = Picture::MAX_MIB * 1024 * 1024;
/// Maximum size of an upload in bytes: the largest file, with the other parts and the heads.
pub const MAX_UPLOAD: usize = MAX_FILE + 64 * 1024;
/// Number of bytes of an oversized body that are still read and discarded. A browser that is
/// still sending would show a broken connection instead of the answer.
const MAX_BODY: usize = 64 * 1024 * 1024;
/// Minimum average rate of a sender in bytes per second, even in a tunnel, once the time to
/// begin is over.
const MIN_RATE: usize = 16 * 1024;
const TIME_TO_BEGIN: Duration = Duration::from_secs(30);
/// Time limit for each piece: a sender that is silent for longer is gone.
const TIME_FOR_A_PIECE: Duration = Duration::from_secs(20);
/// Maximum number of parts of a form, and of bytes in all parts that are not a file.
const MAX_PARTS: usize = 20;
const MAX_TEXT: usize = 16 * 1024;
/// Maximum size in bytes of the head of a part: from the end of the previous part to the first
/// byte of the content. `multer` does not limit it.
const MAX_HEAD: usize = 16 * 1024;
/// Number of bytes of a head that are passed to `multer` at a time.
const HEAD_PIECE: usize = 4 * 1024;
/// Maximum length of a boundary (RFC 2046 §5.1.1).
const MAX_BOUNDARY: usize = 70;

/// A form as it was received: its text fields and its file.
#[derive(Default)]
pub struct Upload {
    pub form: Form,
    /// The chosen file; `None` if none was chosen, or it was not kept.
    pub file: Option<Vec<u8>>,
    pub too_large: bool,
}

/// The treatment of the file in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilePart {
    Keep,
    /// Read to its end and discarded, so that the sender gets the answer.
    Discard,
}

/// The body of a request, piece by piece.
pub struct Pieces {
    body: Body,
    /// Bytes received so far.
    length: usize,
    begun: Instant,
}

impl Pieces {
    pub fn of(body: Body) -> Pieces {
        Pieces {
            body,
            length: 0,
            begun: Instant::now(),
        }
    }

    /// The next piece; `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, AppError> {
        loop {
            // Every piece extends the time of a slow sender; one that almost stalls runs out.
            let time = TIME_TO_BEGIN + Duration::from_secs((self.length / MIN_RATE) as u64);
            let time = time.min(self.begun.elapsed() + TIME_FOR_A_PIECE);
            let frame = timeout_at(self.begun + time, self.body.frame()).await;
            let Some(frame) = frame.map_err(|_| AppError::BadRequest)? else {
                return Ok(None);
            };
            let frame = frame.map_err(|_| AppError::BadRequest)?;
            if let Ok(data) = frame.into_data() {
                self.length += data.len();
                if self.length > MAX_BODY {
                    return Err(AppError::TooLarge);
                }
                return Ok(Some(data));
            }
        }
    }

    /// Reads the rest, and discards it.
    pub async fn drain(&mut self) {
        while matches!(self.next().await, Ok(Some(_))) {}
    }
}

/// Reads a form with a file. The type that the file claims to have is ignored.
pub async fn receive(
    headers: &HeaderMap,
    body: &mut Pieces,
    file_part: FilePart,
) -> Result<Upload, AppError> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let boundary = multer::parse_boundary(kind.unwrap_or_default());
    let boundary = boundary.map_err(|_| AppError::BadRequest)?;
    if !(1..=MAX_BOUNDARY).contains(&boundary.len()) {
        return Err(AppError::BadRequest);
    }
    // A preamble would be held in memory, and searched again with each piece.
    let mut first = Vec::new();
    let begin = format!("--{boundary}");
    while first.len() < begin.len() {
        let piece = body.next().await?.ok_or(AppError::BadRequest)?;
        first.extend_from_slice(&piece);
    }
    if !first.starts_with(begin.as_bytes()) {
        return Err(AppError::BadRequest);
    }
    let head = HeadRoom::default();
    let mut parts = Multipart::new(pieces(body, first.into(), head.clone()), boundary);
    let mut upload = Upload::default();
    let mut is_first = true;
    let mut text_left = MAX_TEXT;
    for _ in 0..MAX_PARTS {
        head.awaited();
        let part = parts.next_field().await;
        head.found();
        let Some(part) = part.map_err(|_| AppError::BadRequest)? else {
            return Ok(upload);
        };
        let name = part.name().map(str::to_owned).ok_or(AppError::BadRequest)?;
        if name != AVATAR {
            let value = read(part, text_left).await?.ok_or(AppError::BadRequest)?;
            text_left -= value.len();
            // None of our forms sends U+0000.
            let text = String::from_utf8(value).ok();
            let text = text.filter(|text| !text.contains('\0'));
            upload.form.push(name, text.ok_or(AppError::BadRequest)?);
            continue;
        }
        // If no file was chosen, browsers send a part with an empty name and no content.
        let is_named = part.file_name().is_some_and(|name| !name.is_empty());
        let max = match file_part {
            FilePart::Keep => MAX_FILE,
            FilePart::Discard => 0,
        };
        let file = read(part, max).await?;
        upload.too_large |= file.is_none() && file_part == FilePart::Keep;
        if is_first {
            upload.file = file.filter(|file| is_named || !file.is_empty());
        } else if is_named {
            return Err(AppError::BadRequest);
        }
        is_first = false;
    }
    Err(AppError::BadRequest)
}

/// A decoder for a text file; `None` if the file is not text.
pub type FileText = fn(Vec<u8>) -> Option<String>;

/// Parses a buffered form whose file is a text.
pub async fn parse(
    headers: &HeaderMap,
    body: Vec<u8>,
    file_text: FileText,
) -> Result<Form, AppError> {
    let max = body.len();
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let boundary = multer::parse_boundary(kind.unwrap_or_default());
    let boundary = boundary.map_err(|_| AppError::BadRequest)?;
    let body = once(ready(Ok::<_, io::Error>(Bytes::from(body))));
    let mut parts = Multipart::new(body, boundary);
    let mut form = Form::default();
    for _ in 0..MAX_PARTS {
        let part = parts.next_field().await;
        let Some(part) = part.map_err(|_| AppError::BadRequest)? else {
            return Ok(form);
        };
        let name = part.name().map(str::to_owned).ok_or(AppError::BadRequest)?;
        let is_file = part.file_name().is_some();
        let value = read(part, max).await?.ok_or(AppError::BadRequest)?;
        let text = match is_file {
            true => file_text(value),
            false => String::from_utf8(value).ok(),
        };
        let text = text.filter(|text| !text.contains('\0'));
        form.push(name, text.ok_or(AppError::BadRequest)?);
    }
    Err(AppError::BadRequest)
}

/// Bytes that may still be received before the next part begins.
#[derive(Clone, Default)]
struct HeadRoom(Arc<AtomicUsize>);

impl HeadRoom {
    /// No limit, inside the content of a part: its reader has one.
    const ANY: usize = usize::MAX;

    fn awaited(&self) {
        self.0.store(MAX_HEAD, Ordering::Relaxed);
    }

    fn found(&self) {
        self.0.store(HeadRoom::ANY, Ordering::Relaxed);
    }

    fn is_awaited(&self) -> bool {
        self.0.load(Ordering::Relaxed) != HeadRoom::ANY
    }

    /// Takes from the received bytes those that `multer` may see next; `None` once the head is
    /// too large.
    fn take(&self, received: &mut Bytes) -> Option<Bytes> {
        let left = self.0.load(Ordering::Relaxed);
        if left == HeadRoom::ANY {
            return Some(std::mem::take(received));
        }
        let size = received.len().min(left).min(HEAD_PIECE);
        self.0.store(left - size, Ordering::Relaxed);
        (size > 0).then(|| received.split_to(size))
    }
}

/// The body for `multer`, which buffers everything available before it parses any of it.
/// Bytes that may belong to the head of a part are passed on in small pieces, so that it parses
/// after each.
fn pieces(
    body: &mut Pieces,
    first: Bytes,
    head: HeadRoom,
) -> impl Stream<Item = io::Result<Bytes>> {
    unfold((body, first), move |(body, mut received)| {
        let head = head.clone();
        async move {
            if head.is_awaited() {
                yield_now().await;
            }
            while received.is_empty() {
                match body.next().await {
                    Ok(Some(piece)) => received = piece,
                    Ok(None) => return None,
                    Err(error) => {
                        let error = io::Error::other(format!("{error:?}"));
                        return Some((Err(error), (body, received)));
                    }
                }
            }
            let piece = head.take(&mut received);
            let piece = piece.ok_or_else(|| io::Error::other("the head of a part has no end"));
            Some((piece, (body, received)))
        }
    })
}

/// Reads one part of a form to its end; `None` if it is larger than `max` bytes.
async fn read(mut part: Field<'_>, max: usize) -> Result<Option<Vec<u8>>, AppError> {
    let mut bytes = Some(Vec::new());
    while let Some(piece) = part.chunk().await.map_err(|_| AppError::BadRequest)? {
        bytes = bytes.filter(|bytes| bytes.len() + piece.len() <= max);
        if let Some(bytes) = &mut bytes {
            append_within(bytes, &piece, max);
        }
    }
    Ok(bytes)
}
