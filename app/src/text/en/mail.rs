//! The words of mails: a folder each, with subject, text and HTML.

/// What a mail is about. Its name is that of the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// A link that confirms an address.
    Confirm,
    /// Somebody gave the address of an account that there is.
    KnownAddress,
    /// A link to choose a new password.
    Reset,
    /// To the address before, with a link to take it back.
    EmailChanged,
    PasswordChanged,
    /// The account will be erased.
    Leaving,
}

/// A mail, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub subject: String,
    pub text: String,
    pub html: String,
}

struct Words {
    kind: MailKind,
    name: &'static str,
    subject: &'static str,
    text: &'static str,
    body: &'static str,
}

macro_rules! words {
    ($kind:ident, $folder:literal) => {
        Words {
            kind: MailKind::$kind,
            name: $folder,
            subject: include_str!(concat!("mail/", $folder, "/subject.txt")),
            text: include_str!(concat!("mail/", $folder, "/text.txt")),
            body: include_str!(concat!("mail/", $folder, "/body.html")),
        }
    };
}

const ALL: [Words; 6] = [
    words!(Confirm, "confirm"),
    words!(KnownAddress, "known_address"),
    words!(Reset, "reset"),
    words!(EmailChanged, "email_changed"),
    words!(PasswordChanged, "password_changed"),
    words!(Leaving, "leaving"),
];

const FRAME: &str = include_str!("mail/frame.html");

impl MailKind {
    /// The names of all kinds.
    pub const NAMES: [&str; ALL.len()] = {
        let mut names = [""; ALL.len()];
        let mut index = 0;
        while index < ALL.len() {
            names[index] = ALL[index].name;
            index += 1;
        }
        names
    };

    pub fn name(self) -> &'static str {
        self.words().name
    }

    /// `None` for one of a newer program.
    pub fn parse(name: &str) -> Option<MailKind> {
        let words = ALL.iter().find(|words| words.name == name)?;
        Some(words.kind)
    }

    fn words(self) -> &'static Words {
        let mut all = ALL.iter().filter(|words| words.kind == self);
        all.next().expect("every kind has its words")
    }
}

/// A mail with its slots filled: `{{name}}` by the value of that name.
pub fn mail(kind: MailKind, slots: &[(&str, &str)]) -> Mail {
    let words = kind.words();
    let subject = fill(words.subject.trim(), slots, str::to_owned);
    let body = fill(words.body, slots, escape);
    // The body has been escaped already.
    let (top, bottom) = FRAME.split_once("{{body}}").unwrap_or((FRAME, ""));
    let slots_of_frame = [slots, &[("subject", subject.as_str())]].concat();
    let around = |part| fill(part, &slots_of_frame, escape);
    let html = format!("{}{body}{}", around(top), around(bottom));
    Mail {
        text: fill(words.text, slots, str::to_owned),
        subject,
        html,
    }
}

fn fill(template: &str, slots: &[(&str, &str)], write: impl Fn(&str) -> String) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        let value = slots.iter().find(|(slot, _)| *slot == name);
        filled.push_str(before);
        filled.push_str(&write(value.map_or("", |(_, value)| value)));
        rest = after;
    }
    filled + rest
}

/// For text and quoted attributes of HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOTS: [(&str, &str); 7] = [
        ("site", "example.org"),
        ("username", "ann"),
        ("link", "https://example.org/x?a&b"),
        ("hours", "24"),
        ("days", "14"),
        ("date", "1 May 2027"),
        ("address", "\"><script>@example.org"),
    ];

    #[test]
    fn every_mail_is_whole_and_its_html_escaped() {
        for words in &ALL {
            for template in [words.subject, words.text, words.body] {
                let names = template.split("{{").skip(1);
                for name in names.map(|rest| rest.split("}}").next()) {
                    let known = SLOTS.iter().any(|(slot, _)| Some(*slot) == name);
                    assert!(known, "{}: {name:?}", words.name);
                }
                assert!(template.is_ascii(), "{}", words.name);
            }
            let mail = mail(words.kind, &SLOTS);
            assert!(mail.subject.contains("example.org") && !mail.subject.contains('\n'));
            assert!(
                mail.text.contains("\nhttps://example.org/x?a&b\n"),
                "{}",
                words.name
            );
            assert!(mail.html.contains("href=\"https://example.org/x?a&amp;b\""));
            assert!(mail.html.contains(&mail.subject));
            assert!(!mail.html.contains("<script>") && !mail.html.contains("{{"));
            assert_eq!(MailKind::parse(words.name), Some(words.kind));
        }
    }
}
