//! Sends what is in the outbox: by SMTP, or without a server configured as files.
//!
//! A request never waits for a mail server, and its time does not tell whether a
//! mail was written: the outbox is looked at once a second. A mail stays in it
//! until a server has taken it, so a server that is down, slow or refuses for a
//! while loses nothing. Only a crash between the server's yes and the deletion
//! of the row can send a mail twice; both then carry one Message-ID.

use app::{
    account::Purpose,
    error::AppError,
    text::{self, MailKind},
};
use futures_util::{StreamExt, stream::iter};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::AddressError,
    message::{Mailbox, MultiPart},
    transport::smtp,
};
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use crate::{
    clock::Clock,
    store::{
        Store,
        emails::{hash_token, new_token},
        mails::{Due, NewToken, Outcome},
    },
};

/// Where mails go.
#[derive(Clone)]
pub enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// A file a mail, for a first day without a server.
    Folder(PathBuf),
}

/// A server to send by, as a URL: `smtps://USER:PASSWORD@HOST`, or
/// `smtp://HOST:PORT?tls=required`.
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct SmtpUrl(String);

/// Nothing: it holds a password.
impl std::fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmtpUrl")
    }
}

impl FromStr for SmtpUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<SmtpUrl, String> {
        let url = SmtpUrl(text.to_owned());
        // Not its own words, which may repeat the password.
        let transport = url.transport();
        transport.map(|_| url.clone()).map_err(|_| {
            "give a server like smtps://USER:PASSWORD@HOST or smtp://HOST:PORT?tls=required"
                .to_owned()
        })
    }
}

impl TryFrom<String> for SmtpUrl {
    type Error = String;

    fn try_from(text: String) -> Result<SmtpUrl, String> {
        text.parse()
    }
}

/// For a server to answer one command.
const TIME_TO_ANSWER: Duration = Duration::from_secs(30);

impl SmtpUrl {
    pub fn transport(&self) -> Result<Transport, smtp::Error> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&self.0)?;
        Ok(Transport::Smtp(
            builder.timeout(Some(TIME_TO_ANSWER)).build(),
        ))
    }
}

/// Who mails are from: `Name <address>`, or an address.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Sender(Mailbox);

impl FromStr for Sender {
    type Err = String;

    fn from_str(text: &str) -> Result<Sender, String> {
        let wrong = |_: AddressError| "give an address like Silhouette <mail@example.org>";
        let mailbox = text.parse().map_err(wrong)?;
        Ok(Sender(mailbox))
    }
}

impl TryFrom<String> for Sender {
    type Error = String;

    fn try_from(text: String) -> Result<Sender, String> {
        text.parse()
    }
}

impl Sender {
    /// For a site without a setting: `silhouette@` its host.
    pub fn of_site(site_url: &str) -> Sender {
        let host = host(site_url);
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        let address = format!("Silhouette <silhouette@{host}>").parse();
        // An address in brackets is no domain.
        address.unwrap_or_else(|_| {
            Sender(Mailbox::new(
                Some("Silhouette".to_owned()),
                "silhouette@localhost".parse().expect("an address"),
            ))
        })
    }
}

/// `example.org` of `https://example.org`.
fn host(site_url: &str) -> &str {
    site_url
        .split_once("://")
        .map_or(site_url, |(_, host)| host)
}

/// Sends the mails of the outbox.
#[derive(Clone)]
pub struct Mailer {
    pub store: Store,
    pub clock: Clock,
    pub transport: Transport,
    pub sender: Sender,
    /// What links begin with. From the settings: a Host header is anybody's to write.
    pub site_url: String,
}

const EVERY: Duration = Duration::from_secs(1);
/// Mails in one go.
const BATCH: u32 = 32;
/// So that one server that takes its time holds up few others.
const AT_ONCE: usize = 4;

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long after each failure a mail is tried again; after the last one nobody
/// tries any more. Three days (RFC 5321 §4.5.4.1 asks for four or five; a
/// link is of no use by then).
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

/// How long links work.
const CONFIRM_HOURS: i64 = 72;
const RESET_HOURS: i64 = 2;
const UNDO_DAYS: i64 = 14;

impl Mailer {
    /// Sends for as long as the program runs.
    pub async fn run(self) {
        loop {
            tokio::time::sleep(EVERY).await;
            self.send_due().await;
        }
    }

    /// Sends what is due now.
    pub async fn send_due(&self) {
        let Ok(due) = self.store.due_mails(self.clock.now(), BATCH).await else {
            return;
        };
        iter(due)
            .for_each_concurrent(AT_ONCE, |mail| async move {
                let id = mail.id;
                let outcome = match self.send(mail).await {
                    Ok(outcome) => outcome,
                    // The database does not answer; the mail is where it was.
                    Err(_) => return,
                };
                match &outcome {
                    Outcome::Done => tracing::info!(mail = id, "a mail was sent"),
                    Outcome::Later { error, .. } => {
                        tracing::warn!(
                            mail = id,
                            error,
                            "a mail could not be sent; it is tried again"
                        );
                    }
                    Outcome::Failed { error } => {
                        tracing::error!(mail = id, error, "a mail could not be sent");
                    }
                }
                let _ = self.store.settle_mail(id, outcome, self.clock.now()).await;
            })
            .await;
    }

    async fn send(&self, mail: Due) -> Result<Outcome, AppError> {
        let Some(link) = self.link(&mail).await? else {
            // What it was about has changed; there is nothing to send.
            return Ok(Outcome::Done);
        };
        let message = match self.message(&mail, &link) {
            Ok(message) => message,
            Err(error) => {
                return Ok(Outcome::Failed {
                    error: error.to_string(),
                });
            }
        };
        let (error, for_good) = match &self.transport {
            Transport::Folder(folder) => match write(folder, &mail, &message, &link) {
                Ok(()) => return Ok(Outcome::Done),
                Err(error) => (error.to_string(), false),
            },
            Transport::Smtp(server) => match server.send(message).await {
                Ok(_) => return Ok(Outcome::Done),
                Err(error) => (error.to_string(), is_for_good(&error)),
            },
        };
        let pause = usize::try_from(mail.tries).ok();
        let pause = pause.and_then(|tries| PAUSES.get(tries));
        Ok(match pause {
            Some(pause) if !for_good => Outcome::Later {
                at: self.clock.now() + pause,
                error,
            },
            _ => Outcome::Failed { error },
        })
    }

    /// The link that the mail carries; `None` if it is void already.
    async fn link(&self, mail: &Due) -> Result<Option<String>, AppError> {
        let (path, purpose, life) = match mail.kind {
            MailKind::Confirm => ("verify", Purpose::Confirm, CONFIRM_HOURS * HOUR),
            MailKind::Reset => ("reset", Purpose::Reset, RESET_HOURS * HOUR),
            MailKind::EmailChanged => ("undo", Purpose::Undo, UNDO_DAYS * DAY),
            MailKind::KnownAddress | MailKind::PasswordChanged => {
                return Ok(Some(format!("{}/forgot", self.site_url)));
            }
            MailKind::Leaving => return Ok(Some(format!("{}/login", self.site_url))),
        };
        let (token, now) = (new_token()?, self.clock.now());
        let new = NewToken {
            hash: hash_token(&token),
            purpose,
            expires_at: now + life,
        };
        let works = self.store.give_token(mail.clone(), new, now).await?;
        Ok(works.then(|| format!("{}/{path}/{token}", self.site_url)))
    }

    fn message(&self, mail: &Due, link: &str) -> Result<Message, Box<dyn std::error::Error>> {
        let site = host(&self.site_url);
        let hours = match mail.kind {
            MailKind::Reset => RESET_HOURS,
            _ => CONFIRM_HOURS,
        };
        let detail = mail.detail.as_deref().unwrap_or_default();
        let words = text::mail(
            mail.kind,
            &[
                ("site", site),
                ("username", &mail.username),
                ("link", link),
                ("hours", &hours.to_string()),
                ("days", &UNDO_DAYS.to_string()),
                ("address", detail),
                ("date", detail),
            ],
        );
        let Sender(from) = self.sender.clone();
        let id = format!("<{}.{}@{}>", mail.id, mail.user.0, from.email.domain());
        let message = Message::builder()
            .message_id(Some(id))
            .from(from)
            .to(Mailbox::new(None, mail.recipient.parse()?))
            .subject(words.subject)
            .multipart(MultiPart::alternative_plain_html(words.text, words.html))?;
        Ok(message)
    }
}

/// Whether a server will never take this mail: it knows no such mailbox, or the
/// address is none. All else may be the server's own trouble, its rules, or our
/// password there, and pass.
fn is_for_good(error: &smtp::Error) -> bool {
    let code = error.status().map(|code| code.to_string());
    code.is_some_and(|code| ["550", "551", "553", "555"].contains(&code.as_str()))
}

/// Writes a mail to a file that only this user may read, and its link to the log,
/// at the start of a line, to be opened from there.
fn write(folder: &Path, mail: &Due, message: &Message, link: &str) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("{:06}-{}.eml", mail.id, mail.kind.name()));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)?;
    file.write_all(&message.formatted())?;
    file.sync_all()?;
    eprintln!(
        "{link}  in the mail {} to {}",
        path.display(),
        mail.recipient
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_a_url_and_its_password_is_not_printed() {
        let url: SmtpUrl = "smtps://me:secret@mail.example.org".parse().unwrap();
        assert!(!format!("{url:?}").contains("secret"));
        assert!("smtp://127.0.0.1:2525".parse::<SmtpUrl>().is_ok());
        for wrong in ["mail.example.org", "https://example.org", "smtp://:secret@"] {
            let error = wrong.parse::<SmtpUrl>().unwrap_err();
            assert!(!error.contains("secret"), "{wrong}");
        }
    }

    #[test]
    fn mails_are_from_the_site_unless_said_otherwise() {
        let from = |url: &str| Sender::of_site(url).0.email.to_string();
        assert_eq!(from("https://example.org"), "silhouette@example.org");
        assert_eq!(from("http://127.0.0.1:3000"), "silhouette@127.0.0.1");
        assert_eq!(from("http://[::1]:3000"), "silhouette@localhost");
        assert!("Club <club@example.org>".parse::<Sender>().is_ok());
        assert!("nobody".parse::<Sender>().is_err());
    }
}
