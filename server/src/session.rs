//! Sessions: a random id in a cookie, its hash in the database.
//!
//! A layer looks the viewer up once a request; the server functions begin and
//! end sessions through the trait `Sessions`. A signed token instead of a row
//! would save the look-up and could not be ended.

use app::{
    account::types::{
        email::EmailRule,
        event::EventKind,
        log_in::{Authenticated, Credentials, LoginReason},
        user::{User, UserId},
    },
    backend::{Session, SessionOutcome, Sessions},
    error::AppError,
    profile::rules::schema::Schema,
    viewer::{Unconfirmed, Viewer},
};
use async_trait::async_trait;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Uri, header, request::Parts},
    middleware::Next,
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use sha2::{Digest, Sha256};
use std::sync::{Arc, Once};

use crate::{
    clock::{Clock, EARLIEST},
    cookies,
    http::{origin::Origin, refusal},
    store::{
        Store,
        events::Event,
        sessions::{Found, IdHash, Moment, NewSession, SessionRow, Which},
    },
};

/// Longer than any request takes, in milliseconds.
const LONGEST_REQUEST_MS: i64 = 10 * 60 * 1000;

/// How long a session lasts, in milliseconds: 30 days (OWASP ASVS 5.0 V7.3.2
/// asks for an absolute limit).
const LIFETIME_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Unused for so long, a session ends: 14 days (ASVS 5.0 V7.3.1).
const IDLE_MS: i64 = 14 * 24 * 60 * 60 * 1000;

/// A session in use is noted as seen that often, so that not every page is a write.
const SEEN_MS: i64 = 5 * 60 * 1000;

/// How long after it was shown the password is not asked for again before
/// something delicate, in milliseconds: ten minutes.
const FRESH_MS: i64 = 10 * 60 * 1000;

/// How long the id before still counts after a session has got another one, in
/// milliseconds: for requests that were under way.
const OVERLAP_MS: i64 = 10 * 1000;

/// How long a browser is remembered as one where somebody has logged in, in
/// seconds: a year from the last time.
const DEVICE_SECONDS: i64 = 365 * 24 * 60 * 60;

/// 256 bits; nobody guesses one (ASVS 5.0 V7.2.3 asks for 128).
const ID_BYTES: usize = 32;

/// How the cookies are named and guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cookies {
    reach: Reach,
    /// Cookies know no ports, and so the name does: two sites of one host would log
    /// each other's users out.
    port: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The site is reached by https: the cookie goes nowhere else, and its
    /// `__Host-` name keeps other hosts of the domain from setting it.
    Secure,
    /// Plain http, for a machine of one's own: a browser would drop the other one.
    Plain,
}

#[derive(Debug, Clone, Copy)]
enum Cookie {
    Session,
    /// Says in which browser somebody has logged in before, and logs nobody in.
    Device,
}

/// Cookies of one name that are looked at. More than one is nothing that we have set:
/// over plain http, and in browsers that know no `__Host-`, others of the domain can
/// add theirs.
const MOST_OF_ONE_NAME: usize = 8;

impl Cookies {
    /// `port` is where this program listens, which counts without a `public_url`.
    pub fn of(public_url: Option<&str>, port: Option<u16>) -> Cookies {
        let url: Option<Uri> = public_url.and_then(|url| url.parse().ok());
        let (port, usual) = match &url {
            Some(url) if url.scheme_str() == Some("https") => (url.port_u16(), 443),
            Some(url) => (url.port_u16(), 80),
            None => (port, 80),
        };
        let port = port.filter(|port| *port != usual);
        let is_secure = public_url.is_some_and(|url| url.starts_with("https://"));
        let reach = match is_secure {
            true => Reach::Secure,
            false => Reach::Plain,
        };
        Cookies { reach, port }
    }

    pub fn are_secure(self) -> bool {
        self.reach == Reach::Secure
    }

    fn name(self, cookie: Cookie) -> String {
        let name = match (self.reach, cookie) {
            (Reach::Secure, Cookie::Session) => "__Host-session",
            (Reach::Plain, Cookie::Session) => "session",
            (Reach::Secure, Cookie::Device) => "__Host-device",
            (Reach::Plain, Cookie::Device) => "device",
        };
        match self.port {
            Some(port) => format!("{name}-{port}"),
            None => name.to_owned(),
        }
    }

    /// Lax: the cookie comes along when somebody follows a link to here, and
    /// with no form or script of another site.
    fn set(self, cookie: Cookie, value: &str, max_age_seconds: i64) -> HeaderValue {
        let secure = match self.reach {
            Reach::Secure => "; Secure",
            Reach::Plain => "",
        };
        let header = format!(
            "{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_seconds}{secure}",
            self.name(cookie)
        );
        header
            .try_into()
            .expect("base64 and numbers are visible ASCII")
    }

    /// Whether a request carries what may be the id of a session.
    pub fn has_session(self, headers: &HeaderMap) -> bool {
        !self.hashes(Cookie::Session, headers).is_empty()
    }

    /// The hashes of the ids that know the browser.
    pub fn devices(self, headers: &HeaderMap) -> Vec<IdHash> {
        self.hashes(Cookie::Device, headers)
    }

    /// Of what is no id, nothing. One that somebody has planted does not hide the
    /// browser's own.
    fn hashes(self, cookie: Cookie, headers: &HeaderMap) -> Vec<IdHash> {
        let name = self.name(cookie);
        let mut hashes = Vec::new();
        for id in cookies::values(headers, &name).filter_map(Id::decode) {
            let hash = id.hash();
            if !hashes.contains(&hash) {
                hashes.push(hash);
            }
            if hashes.len() == MOST_OF_ONE_NAME {
                break;
            }
        }
        hashes
    }
}

/// A random id; only its hash is stored.
struct Id([u8; ID_BYTES]);

impl Id {
    fn random() -> Result<Id, AppError> {
        let mut id = [0; ID_BYTES];
        getrandom::fill(&mut id).map_err(|error| {
            tracing::error!(%error, "the system has no random numbers");
            AppError::Internal
        })?;
        Ok(Id(id))
    }

    fn decode(text: &str) -> Option<Id> {
        let id = URL_SAFE_NO_PAD.decode(text).ok()?;
        id.try_into().ok().map(Id)
    }

    fn hash(&self) -> IdHash {
        Sha256::digest(self.0).into()
    }

    fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// Told once a run, or whoever plants cookies fills the log.
static TOLD_OF_TWO: Once = Once::new();

/// `Sessions` on the store and the cookie of the request at hand.
#[derive(Clone)]
pub struct CookieSessions {
    pub store: Store,
    pub cookies: Cookies,
    pub clock: Clock,
    /// Says which role counts for the one that is stored.
    pub schema: Arc<Schema>,
    pub email_rule: EmailRule,
}

/// The session of a request; in its extensions.
#[derive(Debug, Clone, Copy)]
pub struct CurrentSession {
    pub id_hash: IdHash,
    /// When the password was last shown, in milliseconds since 1970-01-01 UTC.
    password_shown_at: i64,
}

impl CurrentSession {
    pub fn of_this_request() -> Option<CurrentSession> {
        use_context::<Parts>()?.extensions.get().copied()
    }

    /// Whether the password was shown not long ago.
    pub fn is_fresh(&self, now: i64) -> bool {
        // The clock may have been ahead.
        (0..FRESH_MS).contains(&(now - self.password_shown_at))
    }
}

#[async_trait]
impl Sessions for CookieSessions {
    async fn begin(
        &self,
        proof: Authenticated,
        occasion: LoginReason,
    ) -> Result<SessionOutcome, AppError> {
        let origin = Origin::of_this_request();
        let (id, device) = (Id::random()?, Id::random()?);
        let now = self.clock.now();
        let session = NewSession {
            id_hash: id.hash(),
            proof,
            occasion,
            replaces: CurrentSession::of_this_request().map(|session| session.id_hash),
            device: device.hash(),
            devices_before: Origin::devices_of(origin.as_ref()),
            forget_devices_before: now - DEVICE_SECONDS * 1000,
            origin,
            now,
            expires_at: now + LIFETIME_MS,
        };
        let begun = self.store.begin_session(session).await?;
        let begun = begun.ok_or_else(Credentials::refused)?;
        self.set_cookie(Cookie::Session, &id, LIFETIME_MS / 1000)?;
        self.set_cookie(Cookie::Device, &device, DEVICE_SECONDS)?;
        Ok(begun)
    }

    fn is_fresh(&self) -> bool {
        let current = CurrentSession::of_this_request();
        current.is_some_and(|session| session.is_fresh(self.clock.now()))
    }

    async fn reauthenticated(&self) -> Result<(), AppError> {
        let current = CurrentSession::of_this_request().ok_or(AppError::NotLoggedIn)?;
        let (id, now) = (Id::random()?, self.clock.now());
        let renewed = self
            .store
            .renew_session(current.id_hash, id.hash(), now, Some(now));
        if !renewed.await? {
            return Err(AppError::NotLoggedIn);
        }
        self.set_cookie(Cookie::Session, &id, LIFETIME_MS / 1000)
    }

    async fn know_browser(&self, user: UserId) -> Result<(), AppError> {
        let (device, now) = (Id::random()?, self.clock.now());
        let before = Origin::devices_of(Origin::of_this_request().as_ref());
        self.store
            .know_device(device.hash(), before, user, now)
            .await?;
        self.set_cookie(Cookie::Device, &device, DEVICE_SECONDS)
    }

    async fn end(&self) -> Result<(), AppError> {
        let answer = answer()?;
        if let Some(current) = CurrentSession::of_this_request() {
            let (origin, now) = (Origin::of_this_request(), self.clock.now());
            self.store.end_session(current.id_hash, origin, now).await?;
        }
        answer.append_header(header::SET_COOKIE, self.cookies.set(Cookie::Session, "", 0));
        Ok(())
    }

    async fn list(&self, user: UserId) -> Result<Vec<Session>, AppError> {
        let current = CurrentSession::of_this_request().map(|session| session.id_hash);
        let rows = self.store.sessions(user, self.moment()).await?;
        let session = |row: SessionRow| Session {
            handle: row.handle(),
            current: current.is_some_and(|current| current[..] == row.id_hash[..]),
            user_agent: row.device,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
        };
        let mut sessions: Vec<Session> = rows.into_iter().map(session).collect();
        sessions.sort_by_key(|session| !session.current);
        Ok(sessions)
    }

    async fn end_one(&self, user: UserId, handle: &str) -> Result<(), AppError> {
        let which = Which::Only(handle.to_owned());
        match self.end_of(user, which).await? {
            0 => Err(AppError::NotFound),
            _ => Ok(()),
        }
    }

    async fn end_others(&self, user: UserId) -> Result<(), AppError> {
        let current = CurrentSession::of_this_request().map(|session| session.id_hash);
        let which = Which::AllBut(current);
        self.end_of(user, which).await.map(drop)
    }
}

impl CookieSessions {
    fn set_cookie(&self, cookie: Cookie, id: &Id, seconds: i64) -> Result<(), AppError> {
        let cookie = self.cookies.set(cookie, &id.encode(), seconds);
        answer()?.append_header(header::SET_COOKIE, cookie);
        Ok(())
    }

    /// The session that a request carries, if it is in force.
    ///
    /// Of several cookies one that is no session counts for nothing. Two sessions of
    /// different users are nobody's: whoever plants one would otherwise have a member
    /// type into an account that is not theirs, which is worse than to be logged out.
    async fn look(&self, headers: &HeaderMap, at: Moment) -> Result<Option<Found>, AppError> {
        let mut found: Option<Found> = None;
        for id_hash in self.cookies.hashes(Cookie::Session, headers) {
            let other = self.store.find_member(&id_hash, at, &self.schema).await?;
            match (&found, other) {
                (None, other) => found = other,
                (Some(one), Some(other)) if one.user.id != other.user.id => {
                    TOLD_OF_TWO.call_once(|| {
                        tracing::warn!(
                            "a browser sent sessions of two users: another site of this host or its domain sets cookies of this name"
                        );
                    });
                    return Ok(None);
                }
                (Some(_), _) => {}
            }
        }
        Ok(found)
    }

    /// Whose session a request carries, confirmed or not.
    pub async fn holder(&self, headers: &HeaderMap) -> Result<Option<UserId>, AppError> {
        let found = self.look(headers, self.moment()).await?;
        Ok(found.map(|found| found.user.id))
    }

    fn is_unconfirmed(&self, found: &Found) -> bool {
        self.email_rule == EmailRule::Required && !found.has_email
    }

    /// Who sends a request, asked once more: a body may have taken its time.
    ///
    /// # Errors
    /// [`AppError::NotLoggedIn`]
    pub async fn member_now(&self, headers: &HeaderMap) -> Result<User, AppError> {
        // It was renewed meanwhile, perhaps, by another request of the same browser.
        let mut at = self.moment();
        at.renewed_since = at.now - LONGEST_REQUEST_MS;
        let found = self.look(headers, at).await?;
        let member = found.filter(|found| !self.is_unconfirmed(found));
        member.map(|found| found.user).ok_or(AppError::NotLoggedIn)
    }

    /// Notes beside the request that the session is in use. Nobody waits for it,
    /// and nothing depends on it but the list and a far-off end.
    fn see(&self, id_hash: IdHash, last_seen_at: i64) {
        let now = self.clock.now();
        // It may have been seen last when the clock was ahead.
        let from_ahead = now > EARLIEST && last_seen_at - now > SEEN_MS;
        if now - last_seen_at > SEEN_MS || from_ahead {
            let store = self.store.clone();
            tokio::spawn(async move { store.see_session(id_hash, now).await });
        }
    }

    /// Another id for the same session; `None` if the request has ended it.
    async fn renew(&self, id_hash: IdHash) -> Result<Option<HeaderValue>, AppError> {
        let id = Id::random()?;
        let now = self.clock.now();
        let renewed = self
            .store
            .renew_session(id_hash, id.hash(), now, None)
            .await?;
        let seconds = LIFETIME_MS / 1000;
        Ok(renewed.then(|| self.cookies.set(Cookie::Session, &id.encode(), seconds)))
    }

    async fn end_of(&self, user: UserId, which: Which) -> Result<u64, AppError> {
        let event = Event::own(EventKind::SessionsEnded, user, Origin::of_this_request());
        let now = self.clock.now();
        self.store.end_sessions_of(user, which, event, now).await
    }

    fn moment(&self) -> Moment {
        let now = self.clock.now();
        Moment {
            now,
            idle_since: now - IDLE_MS,
            renewed_since: now - OVERLAP_MS,
        }
    }
}

/// The answer being made to the request at hand.
fn answer() -> Result<ResponseOptions, AppError> {
    use_context().ok_or_else(|| {
        tracing::error!("a session was asked for outside of a request");
        AppError::Internal
    })
}

/// Puts the [`Viewer`] into every request. Should the database not answer, the
/// request is refused: to treat a member as a guest would send them to log in
/// for nothing.
pub async fn find_viewer(
    State(sessions): State<CookieSessions>,
    mut request: Request,
    next: Next,
) -> Response {
    let found = match sessions.look(request.headers(), sessions.moment()).await {
        Ok(found) => found,
        Err(error) => return refusal(error),
    };
    let mut to_renew = None;
    let extensions = request.extensions_mut();
    if let Some(found) = found {
        sessions.see(found.id_hash, found.last_seen_at);
        to_renew = found.renew.then_some(found.id_hash);
        extensions.insert(CurrentSession {
            id_hash: found.id_hash,
            password_shown_at: found.confirmed_at,
        });
        if sessions.is_unconfirmed(&found) {
            extensions.insert(Unconfirmed(found.user));
            extensions.insert(Viewer::Guest);
        } else {
            extensions.insert(Viewer::Member(found.user));
        }
    } else {
        extensions.insert(Viewer::Guest);
    }
    let mut response = next.run(request).await;
    if let Some(id_hash) = to_renew
        && let Ok(Some(cookie)) = sessions.renew(id_hash).await
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_named_after_the_port_that_cookies_do_not_know() {
        for (public_url, port, name) in [
            (None, Some(3000), "session-3000"),
            (None, Some(80), "session"),
            (None, None, "session"),
            (Some("http://example.org"), Some(3000), "session"),
            (Some("http://example.org:80"), Some(3000), "session"),
            (Some("http://[::1]:8080"), Some(3000), "session-8080"),
            (Some("https://example.org"), Some(3000), "__Host-session"),
            (Some("https://example.org:443"), None, "__Host-session"),
            (
                Some("https://example.org:8443"),
                None,
                "__Host-session-8443",
            ),
        ] {
            let cookies = Cookies::of(public_url, port);
            assert_eq!(
                cookies.name(Cookie::Session),
                name,
                "{public_url:?} {port:?}"
            );
        }
    }
}
