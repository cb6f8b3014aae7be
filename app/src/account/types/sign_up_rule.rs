//! The rule on who may sign up.

use super::email::{Email, ascii_domain};

/// The rule on who may sign up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignUpRule {
    pub mode: SignUpMode,
    /// The domains that an address may have, in ASCII; any domain if empty. Addresses that were
    /// invited are exempt.
    pub domains: Vec<String>,
}

/// The ways to become a user that are open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SignUpMode {
    /// Everyone may sign up.
    #[default]
    Open,
    /// Everyone may sign up, and then waits for approval.
    Approved,
    /// Only invited people may sign up.
    Invited,
    /// Users can only be created by commands and imports.
    Closed,
}

impl SignUpRule {
    /// Returns whether people may sign up without an invitation.
    pub fn is_offered(&self) -> bool {
        matches!(self.mode, SignUpMode::Open | SignUpMode::Approved)
    }

    /// Returns whether the rule allows the domain of an address.
    pub fn allows(&self, email: &Email) -> bool {
        self.domains.is_empty() || self.domains.contains(&email.domain())
    }
}

/// Parses a list of domains, separated by commas or line breaks.
///
/// # Errors
/// The first entry that is not a domain.
pub fn parse_domains(text: &str) -> Result<Vec<String>, String> {
    let entries = text.split([',', '\n']).map(str::trim);
    let entries = entries.filter(|entry| !entry.is_empty());
    let parse = |entry: &str| {
        let email = Email::parse(&format!("name@{entry}")).map_err(|_| entry.to_owned())?;
        match email.domain() == ascii_domain(entry) {
            true => Ok(email.domain()),
            false => Err(entry.to_owned()),
        }
    };
    entries.map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_of_the_domains_itself() {
        let domains = parse_domains("Example.org, bücher.example\nexample.net").unwrap();
        assert_eq!(
            domains,
            ["example.org", "xn--bcher-kva.example", "example.net"]
        );
        let rule = SignUpRule {
            domains,
            ..SignUpRule::default()
        };
        for (address, expected) in [
            ("ann@example.org", true),
            ("ann@EXAMPLE.org", true),
            ("ann@XN--bcher-kva.example", true),
            ("ann@mail.example.org", false),
            ("ann@example.org.example.com", false),
            ("\"ann@example.org\"@example.com", false),
        ] {
            let allowed = Email::parse(address).is_ok_and(|email| rule.allows(&email));
            assert_eq!(allowed, expected, "{address}");
        }
        let any = SignUpRule::default();
        assert!(any.allows(&Email::parse("ann@example.com").unwrap()));
    }

    #[test]
    fn what_is_no_domain_is_told() {
        for wrong in ["@example.org", "ann@example.org", "example", "a b.example"] {
            assert_eq!(parse_domains(wrong), Err(wrong.to_owned()));
        }
    }
}
