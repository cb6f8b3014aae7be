//! Parsed accounts: what is of one of these types has passed its rules.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::{
    error::{AppError, Violations},
    form::Form,
    profile::rules::{
        date::Date,
        kind::{email, length},
        patch::Patch,
        schema::Schema,
        violation::Violation,
    },
    unicode::{is_seen, plain},
};

/// The key of a user in the store; from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UserId(pub i64);

/// Who may log in, as far as others meet them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    /// As typed at sign-up.
    pub username: String,
    /// The key of a role of the schema.
    pub role: String,
}

impl User {
    /// Somebody of that role who owns no profile that is looked at.
    pub fn stranger(role: &str) -> User {
        User {
            id: UserId(0),
            username: String::new(),
            role: role.to_owned(),
        }
    }
}

/// That somebody has just shown who they are: what a session begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    pub user: UserId,
    /// Which of their passwords it was, counted from 1. Should there be another
    /// one by the time the session begins, there is no session.
    pub password_version: i64,
}

/// What a session begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    SignUp,
    LogIn,
    /// Whoever has chosen a new password stays logged in where they did.
    NewPassword,
}

/// A name to log in with, and the address of a profile.
///
/// ASCII only: then case is the one way in which two names can look alike, and
/// `key` removes it. What a keyboard or a document makes of the same letters
/// (full-width forms, marks that nobody sees) is the [`plain`] name. Letters of other
/// scripts that look alike are refused: who types them did not mean the ASCII name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    pub const MIN: usize = 3;
    pub const MAX: usize = 32;

    /// Names that the site uses itself, or that look as if they spoke for it.
    const RESERVED: [&str; 44] = [
        "about",
        "account",
        "accounts",
        "admin",
        "administrator",
        "anonymous",
        "api",
        "assets",
        "avatar",
        "avatars",
        "contact",
        "everyone",
        "favicon",
        "forgot",
        "guest",
        "healthz",
        "help",
        "home",
        "login",
        "logout",
        "members",
        "moderator",
        "new",
        "nobody",
        "null",
        "official",
        "owner",
        "pkg",
        "privacy",
        "profile",
        "readyz",
        "reset",
        "robots",
        "root",
        "security",
        "settings",
        "signup",
        "silhouette",
        "staff",
        "static",
        "support",
        "system",
        "undefined",
        "webmaster",
    ];

    pub fn parse(text: &str) -> Result<Username, Violation> {
        let text = plain(text);
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if text.is_empty() {
            return Err(Violation::Required);
        }
        if !text.bytes().all(allowed) || text.len() > Username::MAX || text.len() < Username::MIN {
            return Err(Violation::NotAUsername);
        }
        let name = Username(text);
        if Username::RESERVED.contains(&name.key().as_str()) {
            return Err(Violation::Reserved);
        }
        Ok(name)
    }

    /// As typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is unique: the name without case.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// The key of whom somebody names, in an address or by command.
    pub fn key_of(typed: &str) -> String {
        plain(typed).to_ascii_lowercase()
    }
}

/// An address to write to. Its case is kept, and does not count. Like a username it is
/// the [`plain`] one of what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    pub fn parse(text: &str) -> Result<Email, Violation> {
        email(&plain(text)).map(Email)
    }

    /// As typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is compared: no case, and the domain as the name system knows it, so
    /// that both its spellings are one.
    pub fn key(&self) -> String {
        let (local, domain) = self.parts();
        format!("{}@{}", local.to_lowercase(), ascii_domain(domain))
    }

    /// The key of a stored address, also of one that today's rules would refuse.
    pub fn key_of(address: &str) -> String {
        Email::parse(address).map_or_else(|_| address.to_lowercase(), |email| email.key())
    }

    /// The mailbox that mails to it end in, as far as anybody can know: without a
    /// tag (RFC 5233). That some servers ignore dots is known of a few only.
    pub fn mailbox_key(&self) -> String {
        let key = self.key();
        match key.rsplit_once('@') {
            Some((local, domain)) => match local.split_once('+') {
                Some((name, _)) if !name.is_empty() => format!("{name}@{domain}"),
                _ => key,
            },
            None => key,
        }
    }

    fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }
}

/// A domain as the name system and every mail server take it (RFC 5891); one that
/// has no such form as it is.
pub fn ascii_domain(domain: &str) -> String {
    let ascii = idna::domain_to_ascii(domain);
    ascii.unwrap_or_else(|_| domain.to_lowercase())
}

/// An address for somebody who is to know it again, and need not know it:
/// `m…@e….org`.
pub fn masked(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = |text: &str| text.chars().take(1).collect::<String>();
    let last = domain.rsplit_once('.').map_or("", |(_, last)| last);
    format!("{}…@{}….{last}", first(local), first(domain))
}

/// A password that somebody chose. Spaces count; nothing is trimmed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Grapheme clusters; what a site may ask for at least.
    pub const MIN: usize = 8;
    /// Bytes. Far beyond any passphrase, and cheap to hash.
    pub const MAX_BYTES: usize = 1024;

    /// A new one. `names` are the username and the e-mail address of its owner.
    pub fn parse(
        text: &str,
        names: &[impl AsRef<str>],
        rules: PasswordRules,
    ) -> Result<Password, Violation> {
        if text.is_empty() {
            return Err(Violation::Required);
        }
        if text.len() > Password::MAX_BYTES {
            return Err(Violation::TooManyBytes);
        }
        if length(text) < rules.min_length {
            return Err(Violation::TooShort(rules.min_length));
        }
        let text_key = plain(text).to_lowercase();
        if names
            .iter()
            .any(|name| plain(name.as_ref()).to_lowercase() == text_key)
        {
            return Err(Violation::PasswordIsName);
        }
        if rules.guessable {
            return Err(Violation::EasyToGuess);
        }
        Ok(Password(text.to_owned()))
    }

    /// The password that somebody logs in with: any that could have been stored.
    pub fn given(text: &str) -> Option<Password> {
        (!text.is_empty() && text.len() <= Password::MAX_BYTES).then(|| Password(text.to_owned()))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Nothing: a password appears in no log.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// Whether an account has to have a confirmed e-mail address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EmailRule {
    #[default]
    Optional,
    /// Without one, a user is as good as a guest.
    Required,
}

/// What a new password is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordRules {
    /// Grapheme clusters.
    pub min_length: usize,
    /// That somebody would soon have found this one, by the estimate of
    /// [`PasswordStrength`](crate::backend::PasswordStrength).
    pub guessable: bool,
}

/// A sign-up form that has passed its rules.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub username: Username,
    pub email: Option<Email>,
    pub password: Password,
    /// The fields of the profile that signing up asks for.
    pub profile: Patch,
    /// All that the form held but the password, if it carried a key of its own: it is
    /// the same however often that form is sent.
    pub sent: Option<String>,
}

/// The name of a hidden control: a form that carries a key of its own, and is sent
/// again because the line lost the answer, or by a double click, acts once.
pub const IDEMPOTENCY_KEY: &str = "idempotency_key";

impl NewUser {
    /// Other fields of the form are ignored: nobody signs up as an admin.
    pub fn parse(
        form: &Form,
        schema: &Schema,
        today: Date,
        rules: PasswordRules,
        email: EmailRule,
    ) -> Result<NewUser, AppError> {
        let mut violations = Violations::default();
        let username = violations.take(
            "username",
            Username::parse(form.one("username")?.unwrap_or_default()),
        );
        let typed_email = form.one("email")?.filter(|text| is_seen(text));
        let email = match (typed_email, email) {
            (Some(typed), _) => Email::parse(typed).map(Some),
            (None, EmailRule::Optional) => Ok(None),
            (None, EmailRule::Required) => Err(Violation::Required),
        };
        let email = violations.take("email", email);
        let typed_password = form.one("password")?.unwrap_or_default();
        let names = username.iter().map(Username::as_str);
        let names: Vec<&str> = names
            .chain(email.iter().flatten().map(Email::as_str))
            .collect();
        let password = Password::parse(typed_password, &names, rules);
        let password = violations.take("password", password);
        let profile = Patch::at_sign_up(schema, form, today, &mut violations);
        let key = form.one(IDEMPOTENCY_KEY)?.filter(|key| !key.is_empty());
        let sent = key.map(|_| form.clone().without_secrets().encode());
        match (username, email, password) {
            (Some(username), Some(email), Some(password)) if violations.is_empty() => Ok(NewUser {
                username,
                email,
                password,
                profile,
                sent,
            }),
            _ => Err(violations.into()),
        }
    }
}

/// What somebody else would try for a person who says these texts of themselves:
/// each of them, and its words. A hundred at most; who guesses tries the first.
pub fn own_words<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    const MOST: usize = 100;
    // Two letters of somebody's bio make no password weaker.
    let telling = |word: &&str| (3..=60).contains(&word.len());
    let words = texts.into_iter().flat_map(|text| {
        let parts = text.split(|c: char| !c.is_alphanumeric());
        std::iter::once(text.trim()).chain(parts)
    });
    let mut own: Vec<String> = Vec::new();
    for word in words.filter(telling).map(str::to_lowercase) {
        if own.len() < MOST && !own.contains(&word) {
            own.push(word);
        }
    }
    own
}

/// A new password, and the one that shows who asks for it.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    pub current: Password,
    pub new: Password,
}

impl PasswordChange {
    pub fn parse(
        form: &Form,
        names: &[impl AsRef<str>],
        rules: PasswordRules,
    ) -> Result<PasswordChange, AppError> {
        let mut violations = Violations::default();
        let current = form.one("current_password")?.unwrap_or_default();
        let current = match current {
            "" => Err(Violation::Required),
            typed => Password::given(typed).ok_or(Violation::WrongPassword),
        };
        let current = violations.take("current_password", current);
        let new = form.one("password")?.unwrap_or_default();
        let new = violations.take("password", Password::parse(new, names, rules));
        match (current, new) {
            (Some(current), Some(new)) => Ok(PasswordChange { current, new }),
            _ => Err(violations.into()),
        }
    }
}

/// The addresses of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// One that they have shown to be theirs.
    pub confirmed: Option<String>,
    /// One that they gave, and have not confirmed.
    pub pending: Option<String>,
}

impl Addresses {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let both = self.confirmed.iter().chain(&self.pending);
        both.map(String::as_str)
    }
}

/// What a link from a mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The address it was sent to is the user's.
    Confirm,
    /// A new password.
    Reset,
    /// The address that the account had before.
    Undo,
}

/// A link from a mail that works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub user: UserId,
    pub username: String,
    /// Where it was sent to.
    pub email: String,
    /// What the address before can do from there on, if the link puts another one in
    /// its place.
    pub before: Option<WayBack>,
}

/// That an earlier address can take an account back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack {
    /// The address, [`masked`]: it may be somebody else's by now, and so may the
    /// account.
    pub address: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub until: i64,
}

/// Why nobody tries to send a mail any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The server says that it never will take one for this mailbox.
    NoMailbox,
    /// Letters before the @ that our mail server has no way to pass on.
    Letters,
    /// No server took it, however often it was tried.
    NotTaken,
}

impl Failure {
    const WORDS: [(Failure, &'static str); 3] = [
        (Failure::NoMailbox, "no_mailbox"),
        (Failure::Letters, "letters"),
        (Failure::NotTaken, "not_taken"),
    ];

    /// What the database keeps.
    pub fn word(self) -> &'static str {
        let row = Failure::WORDS.iter().find(|(failure, _)| *failure == self);
        row.map_or("", |row| row.1)
    }

    /// Of a word of a newer program, or of none, that it was not taken.
    pub fn parse(word: &str) -> Failure {
        let row = Failure::WORDS.iter().find(|(_, known)| *known == word);
        row.map_or(Failure::NotTaken, |row| row.0)
    }
}

/// A mail that did not reach the user to whom it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// As the user has typed it.
    pub address: String,
    pub why: Failure,
    /// Milliseconds since 1970-01-01 UTC.
    pub since: i64,
}

/// What somebody logs in with.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// A username or an e-mail address, compared without case.
    pub name_key: String,
    pub password: Password,
}

impl Credentials {
    /// # Errors
    /// `Required` for what is empty. Everything else that cannot be right is
    /// `WrongCredentials`, in the words of a wrong password.
    pub fn parse(form: &Form) -> Result<Credentials, AppError> {
        let name = &*plain(form.one("username")?.unwrap_or_default());
        let password = form.one("password")?.unwrap_or_default();
        let mut violations = Violations::default();
        for (field, text) in [("username", name), ("password", password)] {
            if text.is_empty() {
                violations.add(field, Violation::Required);
            }
        }
        violations.or(())?;
        let possible = Password::given(password).filter(|_| name.len() <= 254);
        let password = possible.ok_or_else(Credentials::refused)?;
        // As the address is kept, should it be one.
        let address = Email::parse(name).map(|email| email.key());
        Ok(Credentials {
            name_key: address.unwrap_or_else(|_| name.to_lowercase()),
            password,
        })
    }

    /// The one answer to every wrong pair.
    pub fn refused() -> AppError {
        AppError::invalid("username", Violation::WrongCredentials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::rules::{fixture, kind::Kind, schema::Field};

    fn schema() -> Schema {
        fixture::schema(vec![Field {
            required: true,
            sign_up: true,
            ..fixture::field("motto", Kind::Text { max: 5 })
        }])
    }

    fn parse(form: &Form) -> Result<NewUser, AppError> {
        let today = Date::new(2026, 11, 22).unwrap();
        NewUser::parse(
            form,
            &fixture::schema(Vec::new()),
            today,
            LENIENT,
            EmailRule::Optional,
        )
    }

    const LENIENT: PasswordRules = PasswordRules {
        min_length: 8,
        guessable: false,
    };

    fn password(text: &str) -> Result<Password, Violation> {
        Password::parse(text, &[""; 0], LENIENT)
    }

    #[test]
    fn the_own_words_are_the_texts_and_their_parts_and_not_too_many() {
        let words = own_words([" Maya.Lind@example.org", "a of maya"]);
        let expected = [
            "maya.lind@example.org",
            "maya",
            "lind",
            "example",
            "org",
            "a of maya",
        ];
        assert_eq!(words, expected);
        let many = (0..100_000).map(|index| format!("word{index} "));
        assert_eq!(own_words([many.collect::<String>().as_str()]).len(), 100);
    }

    #[test]
    fn a_change_needs_the_current_password_and_a_good_new_one() {
        let parse = |current: &str, new: &str| {
            let form = [("current_password", current), ("password", new)];
            let rules = PasswordRules {
                guessable: new == "12345678",
                ..LENIENT
            };
            PasswordChange::parse(&form.into_iter().collect(), &["maya-lind"], rules).map(|_| ())
        };
        assert_eq!(parse("old", "correct horse"), Ok(()));
        let mut both = Violations::of("current_password", Violation::Required);
        both.add("password", Violation::EasyToGuess);
        assert_eq!(parse("", "12345678"), Err(AppError::Invalid(both)));
        let name = AppError::invalid("password", Violation::PasswordIsName);
        assert_eq!(parse("old", "Maya-Lind"), Err(name));
    }

    #[test]
    fn what_signing_up_asks_for_is_parsed_with_it() {
        let today = Date::new(2026, 11, 22).unwrap();
        let account = [("username", "ann"), ("password", "correct horse")];
        let with = |motto: &[(&'static str, &'static str)]| {
            let form = account.iter().chain(motto).copied().collect();
            NewUser::parse(&form, &schema(), today, LENIENT, EmailRule::Optional)
        };
        let user = with(&[("motto", "Sail"), ("bio", "ignored")]).unwrap();
        assert_eq!(user.profile.names().collect::<Vec<_>>(), ["motto"]);
        for (form, violation) in [
            (&[][..], Violation::Required),
            (&[("motto", " ")], Violation::Required),
            (&[("motto", "Sailing")], Violation::TooLong(5)),
        ] {
            let refused = with(form).map(|_| ()).unwrap_err();
            assert_eq!(refused, AppError::invalid("motto", violation));
        }
    }

    #[test]
    fn a_username_is_short_plain_and_free_of_meaning() {
        for good in ["ann", "Ann-Marie", "a_1", &"x".repeat(32), "  ann  "] {
            assert!(Username::parse(good).is_ok(), "{good}");
        }
        for (bad, violation) in [
            ("", Violation::Required),
            ("   ", Violation::Required),
            ("an", Violation::NotAUsername),
            (&*"x".repeat(33), Violation::NotAUsername),
            ("../x", Violation::NotAUsername),
            ("a/b", Violation::NotAUsername),
            ("a.b", Violation::NotAUsername),
            ("a b c", Violation::NotAUsername),
            ("аnn", Violation::NotAUsername), // a Cyrillic а
            ("ann\u{301}", Violation::NotAUsername),
            ("\u{3164}\u{200B}", Violation::Required),
            ("ａｄｍｉｎ", Violation::Reserved),
            ("ro\u{200B}ot", Violation::Reserved),
            ("admin", Violation::Reserved),
            ("Root", Violation::Reserved),
            ("NULL", Violation::Reserved),
        ] {
            assert_eq!(Username::parse(bad), Err(violation), "{bad:?}");
        }
        assert_eq!(
            Username::parse("Ann").map(|name| name.key()),
            Ok("ann".to_owned())
        );
    }

    #[test]
    fn an_address_is_one_however_its_domain_is_spelt() {
        let key = |typed: &str| Email(typed.to_owned()).key();
        for (typed, expected) in [
            ("Ann@Example.net", "ann@example.net"),
            ("b@b\u{fc}cher.example", "b@xn--bcher-kva.example"),
            ("B@B\u{dc}CHER.example", "b@xn--bcher-kva.example"),
            // Two code points for one letter.
            ("b@bu\u{308}cher.example", "b@xn--bcher-kva.example"),
            ("b@XN--bcher-kva.example", "b@xn--bcher-kva.example"),
            ("b@stra\u{df}e.example", "b@xn--strae-oqa.example"),
            ("b@\u{65e5}\u{672c}.example", "b@xn--wgv71a.example"),
            ("\u{c4}nne@example.net", "\u{e4}nne@example.net"),
            // No form in ASCII: compared all the same.
            ("b@XN--\u{fc}.example", "b@xn--\u{fc}.example"),
        ] {
            assert_eq!(key(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_tag_is_the_same_mailbox() {
        let mailbox = |typed: &str| Email(typed.to_owned()).mailbox_key();
        for (typed, expected) in [
            ("Ann+1@example.net", "ann@example.net"),
            ("ann+a+b@example.net", "ann@example.net"),
            ("ann+@b\u{fc}cher.example", "ann@xn--bcher-kva.example"),
            ("+ann@example.net", "+ann@example.net"),
            // Another mailbox, as far as anybody can know.
            ("ann-1@example.net", "ann-1@example.net"),
            ("a.n.n@example.net", "a.n.n@example.net"),
        ] {
            assert_eq!(mailbox(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_masked_address_is_known_again_and_not_told() {
        for (address, expected) in [
            ("maya@example.org", "m…@e….org"),
            ("x@mail.example.co.uk", "x…@m….uk"),
            ("\u{fc}@\u{fc}.example", "\u{fc}…@\u{fc}….example"),
        ] {
            assert_eq!(masked(address), expected);
        }
    }

    #[test]
    fn an_account_is_found_however_its_name_was_typed_or_pasted() {
        let log_in = |name: &str| {
            let form = [("username", name), ("password", "x\u{200B}")];
            let given = Credentials::parse(&form.into_iter().collect()).unwrap();
            // A password is what was typed.
            assert_eq!(given.password.expose(), "x\u{200B}");
            given.name_key
        };
        for typed in [
            "maya\u{200B}",
            "\u{FEFF}maya",
            "\u{202A}maya\u{202C}",
            "\u{2066}Maya\u{2069}",
            "ma\u{AD}ya",
            "ma\u{200D}ya",
            "maya\u{2060}",
            "\u{A0}maya\u{3000}",
            "ｍａｙａ",
            "ＭＡＹＡ",
            "maya\n",
        ] {
            let name = Username::parse(typed);
            let key = name.as_ref().map(Username::key);
            assert_eq!(key, Ok("maya".to_owned()), "{typed:?}");
            assert_eq!(log_in(typed), "maya", "{typed:?}");
            assert_eq!(Username::key_of(typed), "maya", "{typed:?}");
        }
        for typed in [
            "zoe@example.org\u{200B}",
            "\u{202A}zoe@example.org\u{202C}",
            "zoe@exam\u{AD}ple.org",
            "zoe\u{200C}@example.org",
            "\u{FEFF}Zoe@Example.org",
            "zoe\u{FF20}example.org",
            "ｚｏｅ＠ｅｘａｍｐｌｅ．ｏｒｇ",
            "zoe@example。org",
            "zoe@example.org.",
        ] {
            let email = Email::parse(typed);
            let key = email.as_ref().map(Email::key);
            assert_eq!(key, Ok("zoe@example.org".to_owned()), "{typed:?}");
            assert_eq!(log_in(typed), "zoe@example.org", "{typed:?}");
        }
        // Which mails are sent to, too.
        let wide = Email::parse("ｗｉｄｅ＠example.org").unwrap();
        assert_eq!(wide.as_str(), "wide@example.org");
    }

    #[test]
    fn an_address_with_dots_in_odd_places_is_one_as_carriers_give_them_out() {
        for good in [
            "abc.@docomo.example",
            "a..b@docomo.example",
            ".a@docomo.example",
        ] {
            assert_eq!(Email::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "..@docomo.example",
            "a@docomo..example",
            "a@.docomo.example",
            "@docomo.example",
        ] {
            assert_eq!(Email::parse(bad), Err(Violation::NotAnEmail), "{bad}");
        }
    }

    #[test]
    fn a_password_may_be_long_and_is_never_trimmed() {
        assert_eq!(
            password(" spaces count ").map(|p| p.expose().to_owned()),
            Ok(" spaces count ".to_owned())
        );
        assert_eq!(password("1234567"), Err(Violation::TooShort(8)));
        assert!(password("ünïcödé!").is_ok());
        assert!(password(&"x".repeat(1024)).is_ok());
        assert_eq!(password(&"x".repeat(1025)), Err(Violation::TooManyBytes));
    }

    #[test]
    fn a_sign_up_form_reports_every_field_at_once() {
        let form = Form::from_iter([
            ("username", "a b"),
            ("email", "nowhere"),
            ("password", "short"),
        ]);
        let Err(AppError::Invalid(violations)) = parse(&form) else {
            panic!("it was accepted");
        };
        let fields: Vec<&str> = violations.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["username", "email", "password"]);
    }

    #[test]
    fn a_password_that_is_ones_own_name_is_refused() {
        for (username, email, password) in [
            ("ann-marie", "", "Ann-Marie"),
            ("ann", "ann@example.org", "ANN@example.org"),
            ("ann-marie", "", "ａｎｎ-marie\u{200B}"),
        ] {
            let form = Form::from_iter([
                ("username", username),
                ("email", email),
                ("password", password),
            ]);
            let refused = parse(&form).map(|_| ()).unwrap_err();
            assert_eq!(
                refused,
                AppError::invalid("password", Violation::PasswordIsName)
            );
        }
    }

    #[test]
    fn a_name_that_came_twice_is_no_form_of_ours() {
        let form = Form::from_iter([
            ("username", "ann"),
            ("username", "bob"),
            ("password", "correct horse"),
        ]);
        assert_eq!(parse(&form).map(|_| ()), Err(AppError::BadRequest));
    }
}
