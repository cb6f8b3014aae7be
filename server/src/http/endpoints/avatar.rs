//! Profile pictures: the upload, and the files in each size.
//!
//! The form contains a file, so this handler takes the place of a server function. It is
//! answered like every other form, by `forms::Sent`.

use app::{
    account::types::user::User,
    error::AppError,
    form::Form,
    next::OwnPath,
    profile::rules::{
        access::{can_see_picture, check_change},
        crop::{CROP, Crop},
        kind::Kind,
        picture::{ALT, AVATAR, Picture},
        violation::Violation,
    },
    viewer::{Newcomer, Viewer},
};
use axum::{
    body::{Body, HttpBody},
    extract::{Path, Request, State},
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::time::Duration;
use tokio::time::timeout;

use super::multipart::{FilePart, MAX_UPLOAD, Pieces, Upload, receive};
use crate::{
    http::{
        forms::Sent,
        pages::{self, Pages},
        reject,
        viewer::Sessions,
    },
    media::Media,
    profiles::Profiles,
    slots::Slots,
};

/// The state of these endpoints.
#[derive(Clone)]
pub struct Avatars {
    pages: Pages,
    sessions: Sessions,
    profiles: Profiles,
    media: Media,
    uploads: Slots,
    /// Bytes in memory: each upload takes as many as its declared length.
    bytes: Slots,
}

/// Maximum number of concurrent uploads, and of bytes in all of them.
const AT_ONCE: usize = 8;
const BYTES_AT_ONCE: usize = 96 * 1024 * 1024;
/// Estimated seconds until a slot is free again.
const RETRY_AFTER: u32 = 5;

/// Time limit for a guest to finish an upload, which is discarded.
const TIME_FOR_A_GUEST: Duration = Duration::from_secs(20);

/// The `Cache-Control` of pictures. A picture never changes under its URL, but the right to see
/// it does. So browsers ask each time and get a 304 if nothing changed, or a 404 after logging
/// out.
const CACHING: &str = "private, no-cache";
/// The Content-Security-Policy of a picture opened by itself.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

impl Avatars {
    pub fn new(pages: Pages, sessions: Sessions, profiles: Profiles, media: Media) -> Avatars {
        Avatars {
            pages,
            sessions,
            profiles,
            media,
            uploads: Slots::new(AT_ONCE, 1),
            bytes: Slots::new(BYTES_AT_ONCE, MAX_UPLOAD),
        }
    }

    /// Reads the form and saves the picture. The form is returned with the result, so that it
    /// can be shown again.
    async fn take(
        &self,
        owner: Option<&User>,
        headers: &HeaderMap,
        body: Body,
    ) -> (Form, Result<Picture, AppError>) {
        let size = body.size_hint().upper();
        let size = size.and_then(|size| usize::try_from(size).ok());
        let size = size.unwrap_or(MAX_UPLOAD).min(MAX_UPLOAD);
        let mut body = Pieces::of(body);
        let Some(user) = owner else {
            // Discarded without being parsed.
            let _ = timeout(TIME_FOR_A_GUEST, body.drain()).await;
            return (Form::default(), Err(AppError::NotLoggedIn));
        };
        let slots = self.uploads.take(user.id, 1);
        let slots = slots.and_then(|slot| Some((slot, self.bytes.take(user.id, size)?)));
        let file_part = match slots {
            Some(_) => FilePart::Keep,
            None => FilePart::Discard,
        };
        let upload = match receive(headers, &mut body, file_part).await {
            Ok(upload) => upload,
            Err(error) => {
                drop(slots);
                body.drain().await;
                return (Form::default(), Err(error));
            }
        };
        let Upload {
            form,
            file,
            too_large,
        } = upload;
        let result = match slots {
            None => Err(AppError::TooMany {
                seconds: RETRY_AFTER,
            }),
            Some(_) if too_large => {
                let most = Violation::FileTooLarge(Picture::MAX_MIB);
                Err(AppError::invalid(AVATAR, most))
            }
            Some(_) => self.save(headers, &form, file).await,
        };
        (form, result)
    }

    /// Saves the picture and its description; without a file, the description alone.
    async fn save(
        &self,
        headers: &HeaderMap,
        form: &Form,
        file: Option<Vec<u8>>,
    ) -> Result<Picture, AppError> {
        let member = self.sessions.owner_now(headers).await?;
        let about = form.one(Form::OWNER)?;
        if let Some(name) = about
            && !self.sessions.accounts.is_called(&member, name).await?
        {
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
                let now = self.sessions.clock.now();
                let _ = self.profiles.charge_picture(member.id, now).await?;
                Some(self.media.squares(file, crop).await?)
            }
        };
        let (owner, viewer) = (member.id, Viewer::Member(member));
        let now = self.sessions.clock.now();
        let saved = self.profiles.save_picture(owner, viewer, squares, alt, now);
        saved.await.map(|(_, picture)| picture)
    }

    /// Checks that the member may change the picture, before the expensive work, and returns
    /// its description.
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

/// `GET /profile/avatar`: the page of the form.
pub async fn page(State(avatars): State<Avatars>, request: Request) -> Response {
    pages::page(avatars.pages, request).await
}

/// `POST /profile/avatar`: a file `avatar`, its description, and the crop.
pub async fn upload(State(avatars): State<Avatars>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let sent = Sent::of(&head);
    let owner = owner_of(&head.extensions);
    let (form, result) = avatars.take(owner, &head.headers, body).await;
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

/// `GET /avatars/{hash}/{size}`: the picture, for viewers who may see it on a profile.
pub async fn serve(
    State(avatars): State<Avatars>,
    Path((hash, size)): Path<(String, String)>,
    request: Request,
) -> Response {
    let etag = format!("\"{hash}-{size}\"");
    let known = request.headers().get(header::IF_NONE_MATCH);
    let is_known = known.is_some_and(|known| known == etag.as_str());
    let found = find(&avatars, &hash, &size, is_known, request.extensions());
    let headers = [
        (header::CACHE_CONTROL, CACHING),
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::ETAG, &etag),
    ];
    match found.await {
        Err(error) => reject(error),
        Ok(Some(bytes)) => (headers, bytes).into_response(),
        Ok(None) => (StatusCode::NOT_MODIFIED, headers).into_response(),
    }
}

/// Finds a picture that the viewer may see on some profile; `None` if it still exists and the
/// browser already has it. A hidden picture is indistinguishable from a missing one.
async fn find(
    avatars: &Avatars,
    hash: &str,
    size: &str,
    is_known: bool,
    extensions: &Extensions,
) -> Result<Option<Vec<u8>>, AppError> {
    let size = size.parse().map_err(|_| AppError::NotFound)?;
    let viewer = extensions.get().unwrap_or(&Viewer::Guest);
    let schema = avatars.profiles.schemas.localized();
    let profiles = avatars.profiles.profiles_with(hash).await?;
    let shown = profiles
        .iter()
        .find(|profile| can_see_picture(schema, profile, hash, viewer));
    // The profile of a user who is waiting to become a member is visible only to themselves.
    let newcomer = owner_of(extensions).filter(|_| *viewer == Viewer::Guest);
    let owner = shown
        .map(|profile| profile.owner.id)
        .or(newcomer.map(|user| user.id));
    let owner = owner.ok_or(AppError::NotFound)?;
    if is_known && Picture::SIZES.contains(&size) {
        let is_there = avatars.profiles.has_picture(owner, hash).await?;
        return is_there.then_some(None).ok_or(AppError::NotFound);
    }
    let bytes = avatars.profiles.picture(owner, hash, size).await?;
    bytes.map(Some).ok_or(AppError::NotFound)
}

/// The sender of a request about their own data: a member, or a user waiting to become one.
fn owner_of(extensions: &Extensions) -> Option<&User> {
    match (extensions.get::<Viewer>(), extensions.get::<Newcomer>()) {
        (Some(Viewer::Member(user)), _) => Some(user),
        (_, newcomer) => newcomer
            .filter(|newcomer| newcomer.lacks.may_change_own())
            .map(|newcomer| &newcomer.user),
    }
}
