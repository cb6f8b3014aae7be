//! Email addresses of accounts.

use crate::{
    profile::rules::{kind::email, violation::Violation},
    unicode::plain,
};

/// An email address. Its case is preserved, but ignored in comparisons. Like a username, it is the
/// [`plain`] form of what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    pub fn parse(text: &str) -> Result<Email, Violation> {
        email(&plain(text)).map(Email)
    }

    /// Returns the address, with its case as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the key by which addresses are compared: in lower case, with the domain as in DNS,
    /// so that both spellings of a domain are equal.
    pub fn key(&self) -> String {
        let (local, domain) = self.parts();
        format!("{}@{}", local.to_lowercase(), ascii_domain(domain))
    }

    /// Returns the key of a stored address, even if today's rules would reject the address.
    pub fn key_of(address: &str) -> String {
        Email::parse(address).map_or_else(|_| address.to_lowercase(), |email| email.key())
    }

    /// Returns the mailbox that receives emails to the address, as far as can be known: the address
    /// without a tag (RFC 5233). Dots stay, because only a few servers are known to ignore them.
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

    /// Returns the domain as in DNS.
    pub fn domain(&self) -> String {
        ascii_domain(self.parts().1)
    }

    fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }
}

/// Returns a domain in the form that DNS and all mail servers accept (RFC 5891), or in lower case
/// if it has none.
pub fn ascii_domain(domain: &str) -> String {
    let ascii = idna::domain_to_ascii(domain);
    ascii.unwrap_or_else(|_| domain.to_lowercase())
}

/// Masks an address, so that those who know it recognise it, and no one else learns it:
/// `m…@e….org`.
pub fn masked(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = |text: &str| text.chars().take(1).collect::<String>();
    let last = domain.rsplit_once('.').map_or("", |(_, last)| last);
    format!("{}…@{}….{last}", first(local), first(domain))
}

/// The rule on whether an account needs a confirmed email address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EmailRule {
    #[default]
    Optional,
    /// A user without a confirmed address counts as a guest.
    Required,
}

#[cfg(test)]
mod tests {
    use super::*;

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
            // It has no form in ASCII, but can be compared.
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
            // A different mailbox, as far as can be known.
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
}
