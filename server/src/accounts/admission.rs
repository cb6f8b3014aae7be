//! Admission of new users: decides who can become a user, and in which state.

use app::{
    account::types::{
        email::Email,
        sign_up_rule::{SignUpMode, SignUpRule},
    },
    error::AppError,
    profile::rules::violation::Violation,
};

/// The way in which someone becomes a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The form at `/signup`.
    Form,
    /// A command of the site operator.
    Command,
    /// A link at `/join`. Its creator has already decided: approval and allowed domains do not
    /// apply.
    Invitation,
}

/// The initial state of a new user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    Active,
    /// The user waits for approval, and is not a member yet.
    Waiting,
}

/// Decides whether someone may become a user.
///
/// # Errors
/// [`AppError::Forbidden`] if sign-up is closed to them; `OtherDomain` on `email`.
pub fn decide(rule: &SignUpRule, door: Door, email: Option<&Email>) -> Result<Entry, AppError> {
    match (door, rule.mode) {
        (Door::Command, _)
        | (Door::Invitation, SignUpMode::Open | SignUpMode::Approved | SignUpMode::Invited) => {
            return Ok(Entry::Active);
        }
        (Door::Form, SignUpMode::Open | SignUpMode::Approved) => {}
        (Door::Form, SignUpMode::Invited | SignUpMode::Closed)
        | (Door::Invitation, SignUpMode::Closed) => return Err(AppError::Forbidden),
    }
    check_domain(rule, email)?;
    Ok(match rule.mode {
        SignUpMode::Approved => Entry::Waiting,
        _ => Entry::Active,
    })
}

/// Checks that the domain of an address is allowed.
///
/// # Errors
/// `OtherDomain` on `email`.
pub fn check_domain(rule: &SignUpRule, email: Option<&Email>) -> Result<(), AppError> {
    match email {
        Some(email) if !rule.allows(email) => {
            Err(AppError::invalid("email", Violation::OtherDomain))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_door_is_open_in_its_modes() {
        let at = |address: &str| Email::parse(address).unwrap();
        let (ours, other) = (at("ann@example.org"), at("ann@example.com"));
        let modes = [
            SignUpMode::Open,
            SignUpMode::Approved,
            SignUpMode::Invited,
            SignUpMode::Closed,
        ];
        for (door, email, expected) in [
            (Door::Form, &ours, "active waiting forbidden forbidden"),
            (Door::Form, &other, "domain domain forbidden forbidden"),
            (Door::Command, &ours, "active active active active"),
            (Door::Command, &other, "active active active active"),
            (Door::Invitation, &other, "active active active forbidden"),
        ] {
            let answers = modes.map(|mode| {
                let rule = SignUpRule {
                    mode,
                    domains: vec!["example.org".to_owned()],
                };
                match decide(&rule, door, Some(email)) {
                    Ok(Entry::Active) => "active",
                    Ok(Entry::Waiting) => "waiting",
                    Err(AppError::Forbidden) => "forbidden",
                    Err(AppError::Invalid(_)) => "domain",
                    Err(other) => panic!("{other:?}"),
                }
            });
            assert_eq!(answers.join(" "), expected, "{door:?} {email:?}");
        }
    }
}
