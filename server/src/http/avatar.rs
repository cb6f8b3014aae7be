//! Pictures: taking one in, and giving it out.
//!
//! The form has a file, so it is no server function and has this handler. It is
//! answered like every other form (`forms::Sent`).

use app::{
    account::types::user::User,
    error::AppError,
    form::Form,
    next::OwnPath,
    profile::rules::{
        access::{can_see_picture, check_change},
        crop::{CROP, Crop},
        kind::Kind,
        picture::{ALT, AVATAR, AVATAR_PATH, Picture},
        violation::Violation,
    },
    viewer::Viewer,
};
use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{Stream, stream::unfold};
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
    time::{Instant, timeout, timeout_at},
};

use super::{
    forms::{self, Sent},
    keep, pages,
    pages::Pages,
    refusal,
};
use crate::{
    limits::Rule, media::Media, places::Places, session::CookieSessions,
    store::profiles::StoredProfiles,
};

/// What taking pictures in needs.
#[derive(Clone)]
pub struct Avatars {
    pages: Pages,
    sessions: CookieSessions,
    profiles: StoredProfiles,
    media: Media,
    places: Places,
    /// Bytes, of which each upload takes as many as it says that it has.
    bytes: Places,
}

/// Pictures that are received at once, and how many bytes of them.
const AT_ONCE: usize = 8;
const BYTES_AT_ONCE: usize = 96 * 1024 * 1024;
/// When a place is free again, as a guess.
const COME_BACK: u32 = 5;

/// What an upload of the largest file has, with its texts and heads.
const MAX_UPLOAD: usize = MAX_FILE + 64 * 1024;
/// What is too large is read on, up to here, and forgotten: a browser that is still
/// sending shows no answer.
const MAX_BODY: usize = 64 * 1024 * 1024;
/// Bytes a second that a sender keeps up on average, in a tunnel too; but for a while
/// at the beginning.
const LEAST_RATE: usize = 16 * 1024;
const TIME_TO_BEGIN: Duration = Duration::from_secs(30);
/// Without a byte for so long, somebody has gone.
const TIME_FOR_A_PIECE: Duration = Duration::from_secs(20);
/// For somebody who is not logged in to finish sending what is forgotten.
const TIME_FOR_A_GUEST: Duration = Duration::from_secs(20);
/// Parts of a form, and bytes of all of them that are no file.
const MAX_PARTS: usize = 20;
const MAX_TEXT: usize = 16 * 1024;
/// Bytes of a file that are kept.
const MAX_FILE: usize = Picture::MAX_MIB * 1024 * 1024;
/// Bytes between the end of a part and the first byte of what is in the next one: its
/// head. `multer` knows no limit for it.
const MAX_HEAD: usize = 16 * 1024;
/// What comes of them at once, before they are looked at.
const HEAD_PIECE: usize = 4 * 1024;
/// Signs of a boundary (RFC 2046 §5.1.1).
const MAX_BOUNDARY: usize = 70;

/// A picture is the same for ever under its address; whether somebody may see it is not. So
/// it is asked each time, which after logging out is a no, and is 304 where nothing changed.
const CACHING: &str = "private, no-cache";
/// For a file that somebody opens by itself.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// A form as it came: its texts, and its file.
#[derive(Default)]
struct Received {
    form: Form,
    /// `None` if none was chosen.
    file: Option<Vec<u8>>,
    too_large: bool,
}

impl Avatars {
    pub fn new(
        pages: Pages,
        sessions: CookieSessions,
        profiles: StoredProfiles,
        media: Media,
    ) -> Avatars {
        Avatars {
            pages,
            sessions,
            profiles,
            media,
            places: Places::new(AT_ONCE, 1),
            bytes: Places::new(BYTES_AT_ONCE, MAX_UPLOAD),
        }
    }

    /// Reads the form and does what it says. What was typed comes back beside the
    /// result, to be shown again.
    async fn take(
        &self,
        viewer: Option<&Viewer>,
        headers: &HeaderMap,
        body: Body,
    ) -> (Form, Result<Picture, AppError>) {
        let size = body.size_hint().upper();
        let size = size.and_then(|size| usize::try_from(size).ok());
        let size = size.unwrap_or(MAX_UPLOAD).min(MAX_UPLOAD);
        let mut body = Pieces::of(body);
        let Some(Viewer::Member(user)) = viewer else {
            // Nothing of it is kept, or looked at.
            let _ = timeout(TIME_FOR_A_GUEST, body.drain()).await;
            return (Form::default(), Err(AppError::NotLoggedIn));
        };
        let place = self.places.take(user.id, 1);
        let place = place.and_then(|place| Some((place, self.bytes.take(user.id, size)?)));
        let received = receive(headers, &mut body, place.is_some()).await;
        let received = match received {
            Ok(received) => received,
            Err(error) => {
                drop(place);
                body.drain().await;
                return (Form::default(), Err(error));
            }
        };
        let Received {
            form,
            file,
            too_large,
        } = received;
        let result = match place {
            None => Err(AppError::TooMany { seconds: COME_BACK }),
            Some(_) if too_large => {
                let most = Violation::FileTooLarge(Picture::MAX_MIB);
                Err(AppError::invalid(AVATAR, most))
            }
            Some(_) => self.keep(headers, &form, file).await,
        };
        (form, result)
    }

    async fn keep(
        &self,
        headers: &HeaderMap,
        form: &Form,
        file: Option<Vec<u8>>,
    ) -> Result<Picture, AppError> {
        let member = self.sessions.member_now(headers).await?;
        let about = form.one(Form::OWNER)?;
        if about.is_some_and(|username| username != member.username) {
            return Err(AppError::FormOwnerChanged);
        }
        let alt = self.check(&member, form).await?;
        let crop = match form.one(CROP)?.unwrap_or_default() {
            "" => Crop::default(),
            crop => Crop::parse(crop).ok_or(AppError::BadRequest)?,
        };
        let squares = match file {
            None => None,
            Some(file) => {
                let limiter = &self.profiles.limiter;
                let bucket = limiter.bucket(Rule::PictureByUser, &member.id.0.to_string());
                let _ = limiter.charge([bucket]).await?;
                Some(self.media.squares(file, crop).await?)
            }
        };
        let (owner, viewer) = (member.id, Viewer::Member(member));
        let saved = self.profiles.save_picture(owner, viewer, squares, alt);
        saved.await.map(|(_, picture)| picture)
    }

    /// Whether the picture is theirs to change, before it is work; and its words.
    async fn check(&self, member: &User, form: &Form) -> Result<String, AppError> {
        let backend = self.pages.backend();
        let schema = &backend.schema;
        let field = schema.picture_field().ok_or(AppError::NotFound)?;
        let profile = backend.profiles.profile(member.id).await?;
        let profile = profile.ok_or(AppError::NotFound)?;
        let viewer = Viewer::Member(member.clone());
        check_change(schema, &profile, &field.key, &viewer)
            .map_err(|violation| AppError::invalid(&field.key, violation))?;
        let words = Kind::Text {
            max: Picture::MAX_ALT,
        };
        let typed = form.one(ALT)?.unwrap_or_default();
        let alt = words
            .parse(typed, backend.clock.today())
            .map_err(|violation| AppError::invalid(ALT, violation))?;
        Ok(alt.map_or_else(String::new, |alt| alt.print()))
    }
}

/// Whether somebody sends a picture, by the form for it.
pub fn is_upload(request: &Request) -> bool {
    request.method() == Method::POST
        && request.uri().path() == AVATAR_PATH
        && forms::is_multipart(request.headers())
}

/// The page of the form.
pub async fn page(State(avatars): State<Avatars>, request: Request) -> Response {
    pages::page(avatars.pages, request).await
}

/// `POST /profile/avatar`: a file, `avatar`; its words; and what is to be cut out.
pub async fn upload(State(avatars): State<Avatars>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let sent = Sent::of(&head);
    let viewer = head.extensions.get::<Viewer>();
    let (form, result) = avatars.take(viewer, &head.headers, body).await;
    let at = result
        .as_ref()
        .ok()
        .map(|picture| picture.src(Picture::SIZES[0]));
    let next = result.map(|_| OwnPath::of(&form, "/profile?saved"));
    let mut response = sent.reply(&avatars.pages, next, form).await;
    if let Some(at) = at.and_then(|at| HeaderValue::from_str(&at).ok()) {
        response.headers_mut().insert(header::CONTENT_LOCATION, at);
    }
    response
}

/// `GET /avatars/{hash}/{size}`: for who sees it on a profile.
pub async fn serve(
    State(avatars): State<Avatars>,
    Path((hash, size)): Path<(String, String)>,
    request: Request,
) -> Response {
    match find(&avatars, &hash, &size, request.extensions().get()).await {
        Err(error) => refusal(error),
        Ok(bytes) => {
            let etag = format!("\"{hash}-{size}\"");
            let headers = [
                (header::CACHE_CONTROL, CACHING),
                (header::CONTENT_TYPE, "image/jpeg"),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                (header::ETAG, &etag),
            ];
            let known = request.headers().get(header::IF_NONE_MATCH);
            match known.is_some_and(|known| known == etag.as_str()) {
                true => (StatusCode::NOT_MODIFIED, headers).into_response(),
                false => (headers, bytes).into_response(),
            }
        }
    }
}

/// A picture that nobody may see is as much there as one that nobody has.
async fn find(
    avatars: &Avatars,
    hash: &str,
    size: &str,
    viewer: Option<&Viewer>,
) -> Result<Vec<u8>, AppError> {
    let size = size.parse().map_err(|_| AppError::NotFound)?;
    let viewer = viewer.unwrap_or(&Viewer::Guest);
    let schema = avatars.profiles.schemas.spoken();
    let profiles = avatars.profiles.profiles_with(hash).await?;
    let shown = profiles
        .iter()
        .find(|profile| can_see_picture(schema, profile, hash, viewer));
    let owner = shown.ok_or(AppError::NotFound)?.owner.id;
    let bytes = avatars.profiles.store.picture(owner, hash, size).await?;
    bytes.ok_or(AppError::NotFound)
}

/// The body of a request, piece by piece.
struct Pieces {
    body: Body,
    /// Bytes that have come.
    length: usize,
    begun: Instant,
}

impl Pieces {
    fn of(body: Body) -> Pieces {
        Pieces {
            body,
            length: 0,
            begun: Instant::now(),
        }
    }

    /// `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, AppError> {
        loop {
            // Who sends slowly has time; who sends next to nothing has not.
            let time = TIME_TO_BEGIN + Duration::from_secs((self.length / LEAST_RATE) as u64);
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

    /// Reads on and forgets.
    async fn drain(&mut self) {
        while matches!(self.next().await, Ok(Some(_))) {}
    }
}

/// Reads a form with a file (RFC 7578); the file only to `keep` it. What type is
/// said to be in it is not looked at.
async fn receive(headers: &HeaderMap, body: &mut Pieces, keep: bool) -> Result<Received, AppError> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let boundary = multer::parse_boundary(kind.unwrap_or_default());
    let boundary = boundary.map_err(|_| AppError::BadRequest)?;
    if !(1..=MAX_BOUNDARY).contains(&boundary.len()) {
        return Err(AppError::BadRequest);
    }
    // Whatever came before it would be held, and searched again with each piece.
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
    let mut received = Received::default();
    let mut is_first = true;
    let mut text_left = MAX_TEXT;
    for _ in 0..MAX_PARTS {
        head.awaited();
        let part = parts.next_field().await;
        head.found();
        let Some(part) = part.map_err(|_| AppError::BadRequest)? else {
            return Ok(received);
        };
        let name = part.name().map(str::to_owned).ok_or(AppError::BadRequest)?;
        if name != AVATAR {
            let value = read(part, text_left).await?.ok_or(AppError::BadRequest)?;
            text_left -= value.len();
            // U+0000 is what no form of ours sends.
            let text = String::from_utf8(value).ok();
            let text = text.filter(|text| !text.contains('\0'));
            received.form.push(name, text.ok_or(AppError::BadRequest)?);
            continue;
        }
        // An empty name and an empty file are none; with a name it is an empty file.
        let is_named = part.file_name().is_some_and(|name| !name.is_empty());
        let file = read(part, if keep { MAX_FILE } else { 0 }).await?;
        received.too_large |= file.is_none() && keep;
        if is_first {
            received.file = file.filter(|file| is_named || !file.is_empty());
        } else if is_named {
            return Err(AppError::BadRequest);
        }
        is_first = false;
    }
    Err(AppError::BadRequest)
}

/// How many bytes may come until the next part begins.
#[derive(Clone, Default)]
struct HeadRoom(Arc<AtomicUsize>);

impl HeadRoom {
    /// Inside of a part: whoever reads it counts.
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

    /// Takes of what has come as much as may be looked at next. `None` if nothing may.
    fn take(&self, come: &mut Bytes) -> Option<Bytes> {
        let left = self.0.load(Ordering::Relaxed);
        if left == HeadRoom::ANY {
            return Some(std::mem::take(come));
        }
        let size = come.len().min(left).min(HEAD_PIECE);
        self.0.store(left - size, Ordering::Relaxed);
        (size > 0).then(|| come.split_to(size))
    }
}

/// A body for `multer`, which takes all that there is before it looks at any of it. What
/// may be the head of a part comes in small pieces, and it has to look after each.
fn pieces(
    body: &mut Pieces,
    first: Bytes,
    head: HeadRoom,
) -> impl Stream<Item = io::Result<Bytes>> {
    unfold((body, first), move |(body, mut come)| {
        let head = head.clone();
        async move {
            if head.is_awaited() {
                yield_now().await;
            }
            while come.is_empty() {
                match body.next().await {
                    Ok(Some(piece)) => come = piece,
                    Ok(None) => return None,
                    Err(error) => {
                        let error = io::Error::other(format!("{error:?}"));
                        return Some((Err(error), (body, come)));
                    }
                }
            }
            let piece = head.take(&mut come);
            let piece = piece.ok_or_else(|| io::Error::other("the head of a part has no end"));
            Some((piece, (body, come)))
        }
    })
}

/// One part of a form, read to its end; `None` if it is larger than that.
async fn read(mut part: Field<'_>, most: usize) -> Result<Option<Vec<u8>>, AppError> {
    let mut bytes = Some(Vec::new());
    while let Some(piece) = part.chunk().await.map_err(|_| AppError::BadRequest)? {
        bytes = bytes.filter(|bytes| bytes.len() + piece.len() <= most);
        if let Some(bytes) = &mut bytes {
            keep(bytes, &piece, most);
        }
    }
    Ok(bytes)
}
