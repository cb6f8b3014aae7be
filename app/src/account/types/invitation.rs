//! Invitations: the form, and how inviters and invited people see one.

use super::email::Email;
use crate::{
    error::{AppError, Violations},
    form::Form,
    profile::rules::{
        date::Date,
        schema::{Field, Schema},
        violation::Violation,
    },
    unicode::{ascii_digits, is_seen},
};

/// An invitation, as requested by a form or a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// The address that it is for; `None` for a link that anyone can use.
    pub email: Option<Email>,
    /// `None` for the first role of the schema.
    pub role: Option<String>,
    /// Initial values for the controls of the sign-up form.
    pub given: Form,
    /// The number of days for which it is valid.
    pub days: u32,
    /// The number of people who may join by it.
    pub uses: u32,
}

/// Names of the controls. No field of a schema has such a name.
pub const DAYS: &str = "for-days";
pub const USES: &str = "for-uses";
/// The control for the role that is given.
pub const GIVEN_ROLE: &str = "role";

pub const DEFAULT_DAYS: u32 = 14;
const MOST_DAYS: u32 = 90;
const MOST_USES: u32 = 1000;

impl NewInvitation {
    /// Parses the form of an inviter. `may_give` returns whether they may give a role. Other
    /// controls are ignored.
    pub fn parse(
        form: &Form,
        schema: &Schema,
        today: Date,
        may_give: impl Fn(&str) -> bool,
    ) -> Result<NewInvitation, AppError> {
        let mut violations = Violations::default();
        let typed = form.one("email")?.filter(|text| is_seen(text));
        let email = violations.take("email", typed.map(Email::parse).transpose());
        let role = form.one(GIVEN_ROLE)?.filter(|role| !role.is_empty());
        let role = match role {
            Some(role) if schema.role(role).is_none() || !may_give(role) => {
                violations.add(GIVEN_ROLE, Violation::NotAChoice);
                None
            }
            role => role.map(str::to_owned),
        };
        let mut given = Form::default();
        for field in schema.sign_up_fields() {
            // The invited person fills in the rest.
            let field = Field {
                required: false,
                ..field.clone()
            };
            if let Some(Some(Some(value))) = violations.take(&field.key, field.read(form, today)) {
                field.fill(&value, &mut given);
            }
        }
        let days = count(form.one(DAYS)?, DEFAULT_DAYS, MOST_DAYS);
        let days = violations.take(DAYS, days);
        let uses = count(form.one(USES)?, 1, MOST_USES);
        let uses = match (typed, uses) {
            // An address belongs to one person.
            (Some(_), Ok(2..)) => Err(Violation::TooLarge(1)),
            (_, uses) => uses,
        };
        let uses = violations.take(USES, uses);
        match (email, days, uses) {
            (Some(email), Some(days), Some(uses)) if violations.is_empty() => Ok(NewInvitation {
                email,
                role,
                given,
                days,
                uses,
            }),
            _ => Err(violations.into()),
        }
    }
}

/// Parses a number from 1 to `most`.
fn count(typed: Option<&str>, default: u32, most: u32) -> Result<u32, Violation> {
    let Some(typed) = typed.filter(|typed| is_seen(typed)) else {
        return Ok(default);
    };
    match ascii_digits(typed).trim().parse::<i64>() {
        Err(_) => Err(Violation::NotANumber),
        Ok(..1) => Err(Violation::TooSmall(1)),
        Ok(number) => match u32::try_from(number) {
            Ok(number) if number <= most => Ok(number),
            _ => Err(Violation::TooLarge(i64::from(most))),
        },
    }
}

/// An invitation, as shown to inviters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub id: i64,
    pub email: Option<String>,
    /// The role that is given; the schema may no longer have it.
    pub role: Option<String>,
    pub uses: i64,
    pub uses_left: i64,
    /// Milliseconds since 1970-01-01 UTC, like all times here.
    pub created_at: i64,
    pub expires_at: i64,
    pub state: InvitationState,
    /// `true` if the email could not be delivered.
    pub is_undelivered: bool,
    /// The username of the inviter; `None` for the operator.
    pub by: Option<String>,
    /// `true` if the user who views the list may end it or send it again.
    pub is_in_reach: bool,
}

/// The state of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// Can be used to join.
    Pending,
    /// Everyone who could join by it has done so.
    Used,
    Expired,
    /// Ended by a user or the operator.
    Ended,
    /// Its creator may no longer invite, or not with this role.
    Void,
}

impl InvitationState {
    /// Returns the name of the state in the output of commands.
    pub fn word(self) -> &'static str {
        match self {
            InvitationState::Pending => "pending",
            InvitationState::Used => "used",
            InvitationState::Expired => "expired",
            InvitationState::Ended => "ended",
            InvitationState::Void => "void",
        }
    }
}

/// An action on an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationAct {
    End,
    /// Sends the email again, and restarts the period of validity.
    Resend,
}

/// A page of the list of invitations, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvitationPage {
    pub invitations: Vec<Invitation>,
    /// The number before which the next page begins; `None` on the last page.
    pub next: Option<i64>,
}

/// An invitation, as shown to someone who has its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The address that it is for.
    pub email: Option<Email>,
    /// `true` if the link was emailed, so that whoever has it reads the emails to that address.
    pub is_mailed: bool,
    pub given: Form,
    /// `true` if it can be used to join.
    pub is_open: bool,
    /// `true` if the link was emailed, and the address belongs to an account by now.
    pub is_member: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::rules::{fixture, kind::Kind};

    fn schema() -> Schema {
        fixture::schema(vec![Field {
            required: true,
            sign_up: true,
            ..Field::new("motto", Kind::Text { max: 5 })
        }])
    }

    fn parse(pairs: &[(&str, &str)]) -> Result<NewInvitation, AppError> {
        let form = pairs.iter().copied().collect();
        let today = Date::new(2026, 11, 22).unwrap();
        NewInvitation::parse(&form, &schema(), today, |role| role != "admin")
    }

    #[test]
    fn an_empty_form_asks_for_one_link_for_two_weeks() {
        let new = parse(&[("email", " "), (DAYS, ""), (USES, ""), ("motto", "")]).unwrap();
        assert_eq!(
            (new.email, new.role, new.days, new.uses),
            (None, None, 14, 1)
        );
        assert_eq!(new.given, Form::default());
    }

    #[test]
    fn what_is_out_of_bounds_is_told_on_its_control() {
        for (pairs, name, violation) in [
            (&[("email", "nobody")][..], "email", Violation::NotAnEmail),
            (&[(DAYS, "0")], DAYS, Violation::TooSmall(1)),
            (&[(DAYS, "91")], DAYS, Violation::TooLarge(90)),
            (&[(DAYS, "soon")], DAYS, Violation::NotANumber),
            (&[(USES, "1001")], USES, Violation::TooLarge(1000)),
            (&[(USES, "-1")], USES, Violation::TooSmall(1)),
            (
                &[("email", "ann@example.org"), (USES, "2")],
                USES,
                Violation::TooLarge(1),
            ),
            (&[("role", "king")], "role", Violation::NotAChoice),
            (&[("role", "admin")], "role", Violation::NotAChoice),
            (&[("motto", "Sailing")], "motto", Violation::TooLong(5)),
        ] {
            let refused = parse(pairs).map(|_| ()).unwrap_err();
            assert_eq!(refused, AppError::invalid(name, violation), "{pairs:?}");
        }
    }

    #[test]
    fn what_is_given_is_what_signing_up_asks_for_and_nothing_else() {
        let new = parse(&[("motto", "Sail"), ("bio", "ignored")]).unwrap();
        assert_eq!(new.given, Form::from_iter([("motto", "Sail")]));
    }
}
