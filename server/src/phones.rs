//! The world's numbering plans: whether a phone number can exist, and how it is
//! dialled. The browser checks the shape only; the plans are too large for it.

use app::{
    backend::Phones,
    profile::{Phone, Violation},
};
use phonenumber::Mode;

/// `Phones` on libphonenumber's data, as old as the crate's last release.
#[derive(Debug, Clone, Copy)]
pub struct NumberingPlans;

impl Phones for NumberingPlans {
    fn check(&self, phone: &Phone) -> Result<Phone, Violation> {
        let number = phonenumber::parse(None, &phone.e164).ok();
        let number = number.filter(phonenumber::PhoneNumber::is_valid);
        let number = number.ok_or(Violation::NotAPhoneNumber)?;
        Ok(Phone {
            e164: number.format().mode(Mode::E164).to_string(),
            typed: phone.typed.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_that_a_plan_has_in_the_form_that_is_dialled() {
        for (shape, dialled) in [
            ("+494318800", Some("+494318800")),
            ("+4904318800", Some("+494318800")), // with the national zero
            ("+390612345678", Some("+390612345678")), // where the zero is part of it
            ("+12025550123", Some("+12025550123")),
            ("+442079460958", Some("+442079460958")),
            ("+123456789012345", None),
            ("+99912345678", None),
            ("+491", None),
        ] {
            let phone = Phone {
                e164: shape.to_owned(),
                typed: "as typed".to_owned(),
            };
            let checked = NumberingPlans.check(&phone);
            let expected = dialled.map(|e164| Phone {
                e164: e164.to_owned(),
                typed: "as typed".to_owned(),
            });
            assert_eq!(
                checked,
                expected.ok_or(Violation::NotAPhoneNumber),
                "{shape}"
            );
        }
    }
}
