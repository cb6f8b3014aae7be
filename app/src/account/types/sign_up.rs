//! A validated sign-up form.

use super::{
    email::{Email, EmailRule},
    password::{Password, PasswordRules},
    username::Username,
};
use crate::{
    error::{AppError, Violations},
    form::Form,
    profile::rules::{date::Date, patch::Patch, schema::Schema, violation::Violation},
    unicode::is_seen,
};

/// A validated sign-up form.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub username: Username,
    pub email: Option<Email>,
    pub password: Password,
    /// The profile fields that the form asks for.
    pub profile: Patch,
    /// The form without the password, encoded, if it had an idempotency key. It is the same each
    /// time that the form is sent.
    pub sent: Option<String>,
}

/// The name of the hidden control for an idempotency key. A form with a key takes effect once, even
/// if it is sent again after a lost response, or by a double click.
pub const IDEMPOTENCY_KEY: &str = "idempotency_key";

impl NewUser {
    /// Parses a sign-up form. Other controls are ignored, so no one can sign up as an admin.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::rules::{fixture, kind::Kind, schema::Field};

    const LENIENT: PasswordRules = PasswordRules {
        min_length: 8,
        guessable: false,
    };

    fn schema() -> Schema {
        fixture::schema(vec![Field {
            required: true,
            sign_up: true,
            ..Field::new("motto", Kind::Text { max: 5 })
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
