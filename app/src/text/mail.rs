//! Emails. Each kind has a folder in each language's folder, with subject, text and
//! HTML.

use super::{Language, in_language, mail_foot};

/// Kind of an email, named after its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// Link that confirms an address.
    Confirm,
    /// Link that confirms an address that replaces another one.
    ConfirmChange,
    /// Notice that someone entered the address of an existing account.
    KnownAddress,
    /// Link to choose a new password.
    Reset,
    /// Notice to the previous address, with a link to restore it.
    EmailChanged,
    PasswordChanged,
    /// Notice of a changed username.
    Renamed,
    /// Notice that the account will be deleted.
    Leaving,
    /// Notice that the account has been approved, and its user is now a member.
    Approved,
    /// Notice that the account was not approved, and will be deleted.
    Refused,
    /// Notice to those who may approve users that someone is waiting for approval.
    Waiting,
    /// Link to join with an invitation, for someone who is not a user.
    Invitation,
    /// Link to log in, for an invited address that already has an account.
    InvitedMember,
    // Notices of what others did to the account.
    RoleChanged,
    Disabled,
    Enabled,
    LoggedOut,
    LinkVoided,
    LinkHandedOut,
    Erased,
    // Notices about second factors.
    FactorsChanged,
    RecoveryUsed,
    FactorsEnding,
}

/// Email ready to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Email of one kind in one language, with its slots unfilled.
struct Template {
    subject: &'static str,
    text: &'static str,
    body: &'static str,
}

/// Defines each kind with the name of its folder and its templates in the order of
/// [`Language::ALL`].
macro_rules! mails {
    ($($kind:ident $folder:literal)*) => {
        const ALL: &[(MailKind, &str, [Template; 3])] = &[
            $((MailKind::$kind, $folder, [
                mails!(one "en", $folder),
                mails!(one "de", $folder),
                mails!(one "ar", $folder),
            ]),)*
        ];
    };
    (one $language:literal, $folder:literal) => {
        Template {
            subject: include_str!(concat!($language, "/mail/", $folder, "/subject.txt")),
            text: include_str!(concat!($language, "/mail/", $folder, "/text.txt")),
            body: include_str!(concat!($language, "/mail/", $folder, "/body.html")),
        }
    };
}

mails! {
    Confirm "confirm"
    ConfirmChange "confirm_change"
    KnownAddress "known_address"
    Reset "reset"
    EmailChanged "email_changed"
    PasswordChanged "password_changed"
    Renamed "renamed"
    Leaving "leaving"
    Approved "approved"
    Refused "refused"
    Waiting "waiting"
    Invitation "invitation"
    InvitedMember "invited_member"
    RoleChanged "role_changed"
    Disabled "disabled"
    Enabled "enabled"
    LoggedOut "logged_out"
    LinkVoided "link_voided"
    LinkHandedOut "link_handed_out"
    Erased "erased"
    FactorsChanged "factors_changed"
    RecoveryUsed "recovery_used"
    FactorsEnding "factors_ending"
}

const FRAME: &str = include_str!("mail/frame.html");

impl MailKind {
    /// Names of all kinds.
    pub const NAMES: [&str; ALL.len()] = {
        let mut names = [""; ALL.len()];
        let mut index = 0;
        while index < ALL.len() {
            names[index] = ALL[index].1;
            index += 1;
        }
        names
    };

    pub fn name(self) -> &'static str {
        self.entry().1
    }

    /// Kind of that name; `None` for a kind that only a newer program knows.
    pub fn parse(name: &str) -> Option<MailKind> {
        let entry = ALL.iter().find(|entry| entry.1 == name)?;
        Some(entry.0)
    }

    fn template(self, language: Language) -> &'static Template {
        let [en, de, ar] = &self.entry().2;
        match language {
            Language::English => en,
            Language::German => de,
            Language::Arabic => ar,
        }
    }

    fn entry(self) -> &'static (MailKind, &'static str, [Template; 3]) {
        let mut all = ALL.iter().filter(|entry| entry.0 == self);
        all.next().expect("every kind has its words")
    }
}

/// Fills the slots of an email: `{{name}}` becomes the value of that name. Every email
/// has a `site`, and its colours `accent` and `accent_dark`.
pub fn mail(kind: MailKind, language: Language, slots: &[(&str, &str)]) -> Mail {
    let template = kind.template(language);
    let subject = fill(template.subject.trim(), slots, str::to_owned);
    let body = fill(template.body, slots, escape);
    // The body has been escaped already.
    let (top, bottom) = FRAME.split_once("{{body}}").unwrap_or((FRAME, ""));
    let foot = in_language(language, || mail_foot(find(slots, "site")));
    let slots_of_frame = [
        ("subject", subject.as_str()),
        ("language", language.tag()),
        ("direction", language.direction()),
        ("foot", &foot),
        ("accent", find(slots, "accent")),
        ("accent_dark", find(slots, "accent_dark")),
    ];
    let around = |part| fill(part, &slots_of_frame, escape);
    let html = format!("{}{body}{}", around(top), around(bottom));
    Mail {
        text: fill(template.text, slots, str::to_owned),
        subject,
        html,
    }
}

fn fill(template: &str, slots: &[(&str, &str)], write: impl Fn(&str) -> String) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        filled.push_str(before);
        filled.push_str(&write(find(slots, name)));
        rest = after;
    }
    filled + rest
}

/// Value of a slot; empty if it is missing.
fn find<'a>(slots: &[(&str, &'a str)], name: &str) -> &'a str {
    let slot = slots.iter().find(|(slot, _)| *slot == name);
    slot.map_or("", |(_, value)| value)
}

/// Escapes for text and quoted attributes of HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOTS: &[(&str, &str)] = &[
        ("site", "example.org"),
        ("accent", "#7a1f5c"),
        ("accent_dark", "#e8a9cb"),
        ("username", "ann"),
        ("old_name", "bea"),
        ("new_name", "ann"),
        ("link", "https://example.org/x?a&b"),
        ("hours", "24"),
        ("days", "14"),
        ("date", "1 May 2027"),
        ("words", "Not <now>."),
        ("address", "\"><script>@example.org"),
        ("old", "Reader"),
        ("new", "<script>"),
        ("reason", "<script>"),
        ("where", "Firefox on Linux"),
        ("change", "Passkey added"),
        ("left", "3"),
        ("when", "1 May 2027"),
    ];

    #[test]
    fn every_mail_is_whole_and_its_html_escaped() {
        for (kind, name, _) in ALL {
            let slots_of = |text: &str| {
                let names = text.split("{{").skip(1);
                let names = names.map(|rest| rest.split("}}").next().map(str::to_owned));
                names.flatten().collect::<std::collections::BTreeSet<_>>()
            };
            let english = kind.template(Language::English);
            for language in Language::ALL {
                let template = kind.template(language);
                for (part, same) in [
                    (template.subject, english.subject),
                    (template.text, english.text),
                    (template.body, english.body),
                ] {
                    let slots = slots_of(part);
                    let known = |slot: &String| SLOTS.iter().any(|(name, _)| name == slot);
                    assert!(slots.iter().all(known), "{name} {language:?}: {slots:?}");
                    assert_eq!(slots, slots_of(same), "{name} {language:?}");
                }
                let mail = mail(*kind, language, SLOTS);
                assert!(mail.subject.contains("example.org") && !mail.subject.contains('\n'));
                assert!(
                    mail.text.contains("\nhttps://example.org/x?a&b\n"),
                    "{name} {language:?}"
                );
                assert!(mail.html.contains("href=\"https://example.org/x?a&amp;b\""));
                assert!(mail.html.contains(&mail.subject));
                assert!(mail.html.contains("background: #7a1f5c"));
                assert!(mail.html.contains("background: #e8a9cb"));
                assert!(mail.html.contains(&format!("lang=\"{}\"", language.tag())));
                assert!(!mail.html.contains("<script>") && !mail.html.contains("{{"));
            }
            assert_eq!(MailKind::parse(name), Some(*kind));
        }
    }
}
