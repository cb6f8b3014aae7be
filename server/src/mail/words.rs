//! The text of an email: its template, filled with the data known when it is sent.

use app::{
    account::types::{device::Device, event::EventKind, token::TokenPurpose},
    profile::rules::{
        date::{DAY_MS, HOUR_MS},
        schema::Schema,
    },
    text::{
        self, in_language,
        mail::{Mail, MailKind},
    },
};

use crate::{accent::Accent, accounts::links::lifetime, schema_file::Schemas};
use store::mails::DueMail;

/// The text of an email, in its language. The meaning of `mail.detail` depends on the kind of
/// the email: an address, a date, two roles, a reason, a browser.
pub fn words_of(mail: &DueMail, link: &str, site: &str, accent: Accent, schemas: &Schemas) -> Mail {
    let hours = match mail.kind {
        MailKind::Reset => lifetime(TokenPurpose::Reset) / HOUR_MS,
        _ => lifetime(TokenPurpose::Confirm) / HOUR_MS,
    };
    let detail = mail.detail.as_deref().unwrap_or_default();
    let (old_name, new_name) = detail.split_once(" → ").unwrap_or_default();
    let [old, new] = role_labels(schemas.of(mail.language), detail);
    in_language(mail.language, || {
        let number = |number: i64| text::number(usize::try_from(number).unwrap_or_default());
        let left = detail.parse().map_or_else(|_| String::new(), text::number);
        let (place, reason) = match detail {
            "" => (text::on_all_devices().to_owned(), text::no_reason()),
            detail => (text::device(Device::of(detail)), detail),
        };
        text::mail::mail(
            mail.kind,
            mail.language,
            &[
                ("site", site),
                ("accent", &accent.to_string()),
                ("accent_dark", &accent.in_the_dark()),
                ("username", &mail.username),
                ("link", link),
                ("hours", &number(hours)),
                ("days", &number(lifetime(TokenPurpose::Undo) / DAY_MS)),
                ("address", detail),
                ("date", detail),
                ("words", detail),
                ("old_name", old_name),
                ("new_name", new_name),
                ("old", &old),
                ("new", &new),
                ("reason", reason),
                ("where", &place),
                ("change", text::event(EventKind::parse(detail))),
                ("left", &left),
                ("when", detail),
            ],
        )
    })
}

/// The labels of the two roles in "reader → editor"; for a role that no longer exists, its key.
fn role_labels(schema: &Schema, detail: &str) -> [String; 2] {
    let (old, new) = detail.split_once(" → ").unwrap_or(("", detail));
    [old, new].map(|key| schema.role(key).map_or(key, |role| &role.label).to_owned())
}
