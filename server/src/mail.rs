//! Sends the emails of the outbox: by SMTP, or to files if no server is configured.
//!
//! A request never waits for a mail server, and its timing does not reveal whether it queued an
//! email: the outbox is polled once a second. An email stays there until a server has accepted
//! it, so nothing is lost if a server is down, slow or rejects emails for a while. Before each
//! attempt the email is postponed on disk, so it is sent twice only if an acceptance is lost;
//! both copies then carry the same Message-ID, and both links work.
//!
//! | file | content |
//! |---|---|
//! | `invitations` | emails to people who are not users yet |

mod invitations;

mod words;

use app::{
    account::types::{addresses::Failure, email::ascii_domain, token::TokenPurpose},
    error::AppError,
    text::mail::MailKind,
};
use futures_util::{StreamExt, stream::iter};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::{AddressError, Envelope},
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp,
};
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};
use tokio::sync::watch;

use crate::{
    accent::Accent,
    accounts::links::{claim_mail, lifetime},
    clock::Clock,
    log,
    schema_file::live::LiveSchemas,
    secret::{Secret, hash_token},
};
use store::{
    Store,
    mails::{DueMail, Outcome},
    tokens::NewToken,
};
use words::words_of;

/// The way emails are sent.
#[derive(Clone)]
pub enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// One file per email, for trying the site out without a server.
    Folder(PathBuf),
}

/// The URL of a mail server: `smtps://USER:PASSWORD@HOST`, or
/// `smtp://HOST:PORT?tls=required`. TLS is optional only for a server on this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl(String);

/// Omits the URL, which holds a password.
impl std::fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmtpUrl")
    }
}

/// Accepts any text: an error here would be printed, with the password. [`SmtpUrl::transport`]
/// checks it.
impl From<&str> for SmtpUrl {
    fn from(text: &str) -> SmtpUrl {
        SmtpUrl(text.to_owned())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    #[error(
        "expected a server such as smtps://USER:PASSWORD@HOST or smtp://HOST:PORT?tls=required"
    )]
    NotAServer,
    #[error(
        "the password and every link would cross the network unencrypted; \
         use smtps:// or add ?tls=required"
    )]
    InTheClear,
}

/// Time limits for connecting to a server, and for sending an email. The library has only one
/// for the connection.
const TIME_TO_CONNECT: Duration = Duration::from_secs(20);
const TIME_TO_TAKE: Duration = Duration::from_secs(60);

impl SmtpUrl {
    pub fn transport(&self) -> Result<Transport, SmtpError> {
        let url = url::Url::parse(&self.0).map_err(|_| SmtpError::NotAServer)?;
        let is_local = match url.host() {
            // For schemes that the URL standard does not list, the host is always a name.
            Some(url::Host::Domain(name)) => {
                let name = name.trim_matches(['[', ']']);
                let address = name.parse().ok();
                name == "localhost"
                    || address.is_some_and(|address: std::net::IpAddr| address.is_loopback())
            }
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => return Err(SmtpError::NotAServer),
        };
        let mut tls = url.query_pairs().filter(|(name, _)| name == "tls");
        let required = tls.next().is_some_and(|(_, value)| value == "required");
        if url.scheme() == "smtp" && !required && !is_local {
            return Err(SmtpError::InTheClear);
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&self.0);
        let builder = builder.map_err(|_| SmtpError::NotAServer)?;
        let server = builder.timeout(Some(TIME_TO_CONNECT)).build();
        Ok(Transport::Smtp(server))
    }
}

/// The sender of emails: `Name <address>`, or an address.
#[derive(Debug, Clone, PartialEq)]
pub struct Sender(Mailbox);

impl FromStr for Sender {
    type Err = String;

    fn from_str(text: &str) -> Result<Sender, String> {
        let wrong = |_: AddressError| "expected an address such as Silhouette <mail@example.org>";
        let mut mailbox: Mailbox = text.parse().map_err(wrong)?;
        mailbox.email = sendable(mailbox.email.as_ref()).map_err(wrong)?;
        Ok(Sender(mailbox))
    }
}

impl Sender {
    /// The default sender: `silhouette@` the host of the site.
    pub fn of_site(name: &str, site_url: &str) -> Sender {
        let host = host(site_url);
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        // An IPv6 address in brackets is not a domain.
        let host = if host.starts_with('[') {
            "localhost"
        } else {
            host
        };
        let address = sendable(&format!("silhouette@{host}"));
        let address = address.unwrap_or_else(|_| {
            let local = "silhouette@localhost".parse();
            local.expect("an address")
        });
        Sender(Mailbox::new(Some(name.to_owned()), address))
    }
}

/// Spells an address so that every mail server accepts it: the domain in ASCII (RFC 5891), and
/// the local part in quotes if it begins or ends with a dot or has two in a row, as Japanese
/// carriers have issued them (RFC 5321 §4.1.2).
fn sendable(typed: &str) -> Result<Address, AddressError> {
    let (local, domain) = typed.rsplit_once('@').ok_or(AddressError::MissingParts)?;
    // An ASCII domain stays as it was typed.
    let domain = match domain.is_ascii() {
        true => domain.to_owned(),
        false => ascii_domain(domain),
    };
    match local.split('.').any(str::is_empty) {
        true => Address::new(format!("\"{local}\""), domain),
        false => Address::new(local, domain),
    }
}

/// Headers that suppress automatic replies: by RFC 3834 (§5), and by Exchange. Bounces still
/// arrive.
const NO_AUTO_REPLY: [(&str, &str); 2] = [
    ("Auto-Submitted", "auto-generated"),
    ("X-Auto-Response-Suppress", "OOF, AutoReply"),
];

/// The host of a URL: `example.org` for `https://example.org`.
fn host(site_url: &str) -> &str {
    site_url
        .split_once("://")
        .map_or(site_url, |(_, host)| host)
}

/// Sends the emails of the outbox.
#[derive(Clone)]
pub struct Mailer {
    pub store: Store,
    pub clock: Clock,
    pub transport: Transport,
    pub sender: Sender,
    /// The beginning of links. It comes from the settings, because anyone can forge a Host header.
    pub site_url: String,
    pub accent: Accent,
    /// The schemas, for the labels of roles.
    pub schemas: LiveSchemas,
}

/// The interval at which the outbox is polled.
const EVERY: Duration = Duration::from_secs(1);
/// The number of emails taken from the outbox at a time.
const BATCH: u32 = 32;
/// The number of emails sent concurrently, so that a slow server holds up few others.
const AT_ONCE: usize = 4;

/// The time for which an email that is being sent is reserved; longer than any attempt.
const LEASE: i64 = 2 * MINUTE;

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A time longer than any pause between two attempts.
const NEVER_PUT_OFF: i64 = 2 * DAY;

/// Pauses after each failed attempt; after the last one the email has failed for good. They add
/// up to three days (RFC 5321 §4.5.4.1 asks for four or five, but a link has expired by then).
const PAUSES: [i64; 10] = [
    10 * 1000,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    4 * HOUR,
    8 * HOUR,
    12 * HOUR,
    DAY,
    DAY,
];

impl Mailer {
    /// Sends emails until it is told to stop, and then finishes those it has begun.
    pub async fn run(self, mut stopped: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                _ = stopped.changed() => return,
            }
            let mailer = self.clone();
            // In a separate task: if an email makes it panic, the next ones are still sent.
            if let Err(panic) = tokio::spawn(async move { mailer.send_due().await }).await {
                tracing::error!(%panic, "an email was not sent");
            }
        }
    }

    /// Sends the emails that are due.
    pub async fn send_due(&self) {
        tokio::join!(self.send_mails(), self.send_invitations());
    }

    async fn send_mails(&self) {
        let Ok(due) = self.due().await else {
            return;
        };
        iter(due)
            .for_each_concurrent(AT_ONCE, |mail| async move {
                let (id, user) = (mail.id, mail.user.map(|user| user.0));
                // If the database fails, the email is still in the outbox.
                let Ok(Some(outcome)) = self.send(mail).await else {
                    return;
                };
                match &outcome {
                    Outcome::Sent => tracing::info!(mail = id, "an email was sent"),
                    Outcome::Void => {
                        tracing::info!(mail = id, "an email is no longer valid, and was not sent");
                    }
                    Outcome::Later { error, .. } => {
                        tracing::warn!(
                            mail = id,
                            error,
                            "an email could not be sent; it will be retried"
                        );
                    }
                    Outcome::Failed { error, .. } => {
                        tracing::error!(
                            mail = id,
                            user,
                            error,
                            "an email could not be sent, and will not be retried; its user is told"
                        );
                    }
                }
                let _ = self.settle(id, outcome).await;
            })
            .await;
    }

    async fn due(&self) -> Result<Vec<DueMail>, AppError> {
        let now = self.clock.now();
        let mut reader = self.store.reader().await?;
        Ok(reader.due_mails(now, now + NEVER_PUT_OFF, BATCH).await?)
    }

    async fn settle(&self, id: i64, outcome: Outcome) -> Result<(), AppError> {
        let now = self.clock.now();
        let settle = self.store.write(outcome, move |tx, outcome| {
            Box::pin(async move { tx.settle_mail(id, outcome, now).await })
        });
        settle.await
    }

    /// Reserves an email and sends it. Returns `None` if another process has reserved it.
    async fn send(&self, mail: DueMail) -> Result<Option<Outcome>, AppError> {
        let now = self.clock.now();
        let (link, token) = self.link(&mail)?;
        let until = now + pause(mail.tries).unwrap_or_default().max(LEASE);
        let claim = self
            .store
            .write((mail.clone(), token), move |tx, (mail, token)| {
                Box::pin(claim_mail(tx, mail, *token, until, now))
            });
        match claim.await? {
            None => Ok(None),
            Some(false) => Ok(Some(Outcome::Void)),
            Some(true) => Ok(Some(self.deliver(&mail, &link).await)),
        }
    }

    /// Sends an email that is reserved.
    async fn deliver(&self, mail: &DueMail, link: &str) -> Outcome {
        let message = match self.message(mail, link) {
            Ok(message) => message,
            Err(error) => {
                let (why, error) = (Failure::NotTaken, error.to_string());
                return Outcome::Failed { why, error };
            }
        };
        let sent = match &self.transport {
            Transport::Folder(folder) => {
                write(folder, mail, &message, link).map_err(|error| (error.to_string(), None))
            }
            Transport::Smtp(server) => {
                let is_ascii = message
                    .envelope()
                    .to()
                    .iter()
                    .all(|to| to.user().is_ascii());
                match tokio::time::timeout(TIME_TO_TAKE, server.send(message)).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => Err((error.to_string(), permanent_failure(&error, is_ascii))),
                    Err(_) => Err(("the server did not answer in time".to_owned(), None)),
                }
            }
        };
        match (sent, pause(mail.tries)) {
            (Ok(()), _) => Outcome::Sent,
            (Err((error, None)), Some(pause)) => Outcome::Later {
                at: self.clock.now() + pause,
                error,
            },
            (Err((error, why)), _) => Outcome::Failed {
                why: why.unwrap_or(Failure::NotTaken),
                error,
            },
        }
    }

    /// The link of an email, and the token that makes it work.
    fn link(&self, mail: &DueMail) -> Result<(String, Option<NewToken>), AppError> {
        let (path, purpose) = match mail.kind {
            MailKind::Confirm | MailKind::ConfirmChange => ("verify", TokenPurpose::Confirm),
            MailKind::Reset => ("reset", TokenPurpose::Reset),
            MailKind::EmailChanged => ("undo", TokenPurpose::Undo),
            MailKind::KnownAddress | MailKind::PasswordChanged | MailKind::Renamed => {
                return Ok((format!("{}/forgot", self.site_url), None));
            }
            MailKind::LinkVoided => return Ok((format!("{}/forgot", self.site_url), None)),
            MailKind::Leaving
            | MailKind::Approved
            | MailKind::Invitation
            | MailKind::InvitedMember
            | MailKind::Enabled
            | MailKind::LoggedOut => {
                return Ok((format!("{}/login", self.site_url), None));
            }
            MailKind::RoleChanged | MailKind::LinkHandedOut => {
                return Ok((format!("{}/settings/activity", self.site_url), None));
            }
            MailKind::FactorsChanged | MailKind::RecoveryUsed | MailKind::FactorsEnding => {
                return Ok((format!("{}/settings/second", self.site_url), None));
            }
            MailKind::Waiting => {
                let list = format!("{}/admin/users?status=waiting", self.site_url);
                return Ok((list, None));
            }
            MailKind::Disabled | MailKind::Refused | MailKind::Erased => {
                return Ok((format!("{}/", self.site_url), None));
            }
        };
        let token = Secret::random()?.encode();
        let new = NewToken {
            hash: hash_token(&token),
            purpose,
            expires_at: self.clock.now() + lifetime(purpose),
        };
        Ok((format!("{}/{path}/{token}", self.site_url), Some(new)))
    }

    fn message(&self, mail: &DueMail, link: &str) -> Result<Message, Box<dyn std::error::Error>> {
        let site = host(&self.site_url);
        let words = words_of(mail, link, site, self.accent, &self.schemas.now().schemas);
        let Sender(from) = self.sender.clone();
        // The same for each attempt, and without revealing the number of emails.
        let id = format!("<{}@{}>", mail.mark, from.email.domain());
        let to = sendable(&mail.recipient)?;
        // An envelope derived from the headers would lose the quotes of the address.
        let envelope = Envelope::new(Some(from.email.clone()), vec![to.clone()])?;
        let mut message = Message::builder()
            .message_id(Some(id))
            .from(from)
            .to(Mailbox::new(None, to))
            .envelope(envelope)
            .subject(words.subject);
        for (name, value) in NO_AUTO_REPLY {
            let name = HeaderName::new_from_ascii_str(name);
            message = message.raw_header(HeaderValue::new(name, value.to_owned()));
        }
        let body = MultiPart::alternative_plain_html(words.text, words.html);
        Ok(message.multipart(body)?)
    }
}

/// The pause after the next attempt fails; `None` after the last one.
fn pause(tries: i64) -> Option<i64> {
    let tries = usize::try_from(tries).ok()?;
    PAUSES.get(tries).copied()
}

/// The permanent failure that an error reports, if it is one: the mailbox does not exist
/// (RFC 3463 §3.2), accepts no mail (§3.3), or its address cannot be transmitted (RFC 6531
/// §3.2 and §3.6). Any other error may be temporary: trouble at the server, its policy, or a
/// wrong password of ours.
fn permanent_failure(error: &smtp::Error, is_ascii: bool) -> Option<Failure> {
    if !is_ascii && error.is_client() {
        // lettre does not offer such an address to a server without SMTPUTF8.
        return Some(Failure::Letters);
    }
    let words = error.to_string();
    let says = |codes: &[&str]| codes.iter().any(|code| words.contains(code));
    let no_mailbox = ["5.1.1 ", "5.1.2 ", "5.1.3 ", "5.1.6 ", "5.1.10 ", "5.2.1 "];
    match error.is_permanent() {
        true if says(&["5.6.7 "]) && !is_ascii => Some(Failure::Letters),
        true if says(&no_mailbox) => Some(Failure::NoMailbox),
        _ => None,
    }
}

/// Writes an email to a file that only this user may read. Logs its link, at the start of a
/// line, so that it can be opened from there.
fn write(folder: &Path, mail: &DueMail, message: &Message, link: &str) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    let mut folders = fs::DirBuilder::new();
    folders.recursive(true).mode(0o700).create(folder)?;
    let path = folder.join(format!("{:06}-{}.eml", mail.id, mail.kind.name()));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)?;
    file.write_all(&message.formatted())?;
    file.sync_all()?;
    log::line(&format!(
        "{link}  in the email {} to {}",
        path.display(),
        mail.recipient
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_a_url_with_tls_and_its_password_is_not_printed() {
        let refused = |url: &str| SmtpUrl::from(url).transport().err();
        for good in [
            "smtps://me:secret@mail.example.org",
            "smtp://me:secret@mail.example.org:587?tls=required",
            "smtp://127.0.0.1:2525",
            "smtp://localhost",
            "smtp://[::1]:25",
        ] {
            assert_eq!(refused(good), None, "{good}");
        }
        for (wrong, error) in [
            ("mail.example.org", SmtpError::NotAServer),
            ("https://example.org", SmtpError::NotAServer),
            ("smtp://me:secret@mail.example.org", SmtpError::InTheClear),
            (
                "smtp://mail.example.org?tls=opportunistic",
                SmtpError::InTheClear,
            ),
            ("smtp://127.0.0.1.example.org", SmtpError::InTheClear),
        ] {
            assert_eq!(refused(wrong), Some(error), "{wrong}");
            assert!(!error.to_string().contains("secret"));
        }
        let url = SmtpUrl::from("smtps://me:secret@mail.example.org");
        assert!(!format!("{url:?}").contains("secret"));
    }

    #[test]
    fn an_address_is_sent_as_every_server_takes_it() {
        for (typed, sent) in [
            ("Ann@Example.net", "Ann@Example.net"),
            ("b@b\u{fc}cher.example", "b@xn--bcher-kva.example"),
            ("B@B\u{dc}CHER.example", "B@xn--bcher-kva.example"),
            (
                "\u{c4}nne@b\u{fc}cher.example",
                "\u{c4}nne@xn--bcher-kva.example",
            ),
            ("abc.@docomo.example", "\"abc.\"@docomo.example"),
            (".abc@docomo.example", "\".abc\"@docomo.example"),
            ("a..b.@docomo.example", "\"a..b.\"@docomo.example"),
            ("a.b@docomo.example", "a.b@docomo.example"),
        ] {
            let address = sendable(typed).map(|address| address.to_string());
            assert_eq!(address.as_deref(), Ok(sent), "{typed}");
        }
        for wrong in [
            "ann",
            "@example.net",
            "a\"..b@example.net",
            "a b@example.net",
        ] {
            assert!(sendable(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn mails_are_from_the_site_unless_said_otherwise() {
        let from = |url: &str| Sender::of_site("Club", url).0.to_string();
        assert_eq!(from("https://example.org"), "Club <silhouette@example.org>");
        assert_eq!(from("http://127.0.0.1:3000"), "Club <silhouette@127.0.0.1>");
        assert_eq!(from("http://[::1]:3000"), "Club <silhouette@localhost>");
        assert_eq!(
            from("https://b\u{fc}cher.example"),
            "Club <silhouette@xn--bcher-kva.example>"
        );
        assert!("Club <club@example.org>".parse::<Sender>().is_ok());
        assert!("nobody".parse::<Sender>().is_err());
    }
}
