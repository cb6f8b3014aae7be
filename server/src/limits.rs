//! Rate limits: every rule, in one table.
//!
//! A limit is a bucket: `count` attempts at once, refilled evenly over `seconds` (GCRA: one
//! number per bucket, and no fixed window that lets through twice as many at its edge).
//! Buckets are rows of the database, so a restart does not reset them. A single statement
//! counts each attempt, so concurrent ones are all counted.
//!
//! A successful password check is refunded, so only failures add up; it does not reset the
//! bucket.
//!
//! | file | content |
//! |---|---|
//! | `limiter` | charges and refunds |

pub mod limiter;

use std::str::FromStr;

/// A kind of attempt, and the key that it is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    LogInByName,
    LogInByAddress,
    LogInByDevice,
    LogInRight,
    SecondByUser,
    SecondByDevice,
    RecoveryByUser,
    FactorsByUser,
    PasswordBySession,
    CheckByAddress,
    SignUpByAddress,
    ForgotByAddress,
    MailByRecipient,
    MailByAddress,
    MailBySite,
    EmailByUser,
    RenameByUser,
    InvitationByUser,
    ImportByUser,
    SaveByUser,
    PictureByUser,
    RefusalByAddress,
    SeeAsByUser,
}

/// A burst of attempts, and the time in which the bucket refills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub count: u32,
    pub seconds: u32,
}

const HOUR: u32 = 60 * 60;
const DAY: u32 = 24 * HOUR;

/// Every rule with its name in settings and in the database, and its default.
const TABLE: [(Rule, &str, Rate); 23] = [
    // Wrong passwords for one name, except from devices where its owner has logged in
    // before. An account has two names: the other is its email address.
    (Rule::LogInByName, "log_in.name", per_hour(10)),
    // Wrong passwords for any name from one IP address, which a household or an office may
    // share; right passwords are not counted.
    (Rule::LogInByAddress, "log_in.address", per_hour(50)),
    // Wrong passwords on a device where the user has logged in before.
    (Rule::LogInByDevice, "log_in.device", per_hour(20)),
    // Right passwords: no one needs a new session every minute, and each is a row.
    (Rule::LogInRight, "log_in.right", per_hour(60)),
    // Wrong codes after the right password (three of a million codes are valid at a time): the
    // first except from browsers where the user has logged in before, the second from those.
    (Rule::SecondByUser, "second.user", per_hour(10)),
    (Rule::SecondByDevice, "second.device", per_hour(20)),
    // Wrong recovery codes, counted separately from those of an app, so that exhausting one
    // limit does not block the other.
    (Rule::RecoveryByUser, "recovery.user", per_hour(10)),
    // Adding a second factor or renewing recovery codes: up to ten hashes and an email each.
    (Rule::FactorsByUser, "factors.user", per_hour(20)),
    // Wrong current passwords in one session; a password change tries two. A new session takes
    // the password, and no one can stop the owner from changing it in their own session.
    (Rule::PasswordBySession, "password.session", per_hour(20)),
    // Estimates of the strength of a new password, each as much work as a hash.
    (Rule::CheckByAddress, "check.address", per_hour(120)),
    (Rule::SignUpByAddress, "sign_up.address", per_hour(30)),
    // Links to reset a password, requested from one IP address.
    (Rule::ForgotByAddress, "forgot.address", per_hour(20)),
    // Emails to one recipient that anyone can trigger. Notices to the owner of an account
    // are not counted, so no one can suppress them by exhausting this limit.
    (Rule::MailByRecipient, "mail.recipient", per_hour(3)),
    // Such emails to any recipient, requested from one IP address; and those of the whole
    // site, far above what any site has seen (ASVS 5.0 V2.4.1).
    (Rule::MailByAddress, "mail.address", per_day(200)),
    (Rule::MailBySite, "mail.site", per_day(10_000)),
    (Rule::EmailByUser, "email.user", per_hour(10)),
    // Changes of the username, including back to a former one: each sends an email.
    (Rule::RenameByUser, "rename.user", per_day(10)),
    // Invitations that a user creates or sends again.
    (Rule::InvitationByUser, "invitation.user", per_day(100)),
    // Checks and imports of a table of users: up to a thousand rows and emails each.
    (Rule::ImportByUser, "import.user", per_hour(30)),
    (Rule::SaveByUser, "save.user", per_hour(500)),
    // Conversions of a picture, a tenth of a second of work each.
    (Rule::PictureByUser, "picture.user", per_hour(60)),
    // Refused requests that get a row in the audit log.
    (Rule::RefusalByAddress, "refusal.address", per_hour(100)),
    // Profiles viewed as another member sees them: each view is logged.
    (Rule::SeeAsByUser, "see_as.user", per_hour(60)),
];

const fn per_hour(count: u32) -> Rate {
    Rate {
        count,
        seconds: HOUR,
    }
}

const fn per_day(count: u32) -> Rate {
    Rate {
        count,
        seconds: DAY,
    }
}

/// The limits in force. Parsed from `off`, or from changes to the defaults, such as
/// `log_in.name=5/1h, save.user=off`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits([Option<Rate>; TABLE.len()]);

impl Default for Limits {
    fn default() -> Self {
        Limits(TABLE.map(|(_, _, rate)| Some(rate)))
    }
}

impl Limits {
    pub fn off() -> Limits {
        Limits([None; TABLE.len()])
    }

    /// The names of the rules that are switched off.
    pub fn switched_off(&self) -> Vec<&'static str> {
        let rules = TABLE.iter().zip(&self.0);
        rules
            .filter(|(_, rate)| rate.is_none())
            .map(|((_, name, _), _)| *name)
            .collect()
    }

    fn find(&self, rule: Rule) -> (&'static str, Option<Rate>) {
        let rows = TABLE.iter().zip(&self.0);
        let mut rows = rows.filter(|((row, _, _), _)| *row == rule);
        let ((_, name, _), rate) = rows.next().expect("every rule is in the table");
        (name, *rate)
    }
}

impl FromStr for Limits {
    type Err = String;

    fn from_str(text: &str) -> Result<Limits, String> {
        if text.trim() == "off" {
            return Ok(Limits::off());
        }
        let mut limits = Limits::default();
        let changes = text.split(',').map(str::trim);
        for change in changes.filter(|change| !change.is_empty()) {
            let (name, rate) = change
                .split_once('=')
                .ok_or_else(|| format!("\"{change}\" does not have the form NAME=COUNT/TIME"))?;
            let index = TABLE.iter().position(|(_, known, _)| *known == name.trim());
            let index = index.ok_or_else(|| {
                let names: Vec<&str> = TABLE.iter().map(|(_, name, _)| *name).collect();
                format!(
                    "there is no limit \"{name}\"; the limits are {}",
                    names.join(", ")
                )
            })?;
            limits.0[index] = match rate.trim() {
                "off" => None,
                rate => Some(rate.parse()?),
            };
        }
        Ok(limits)
    }
}

impl FromStr for Rate {
    type Err = String;

    /// Parses `5/1h`: a count of at least 1, and a time in seconds, minutes, hours or days.
    fn from_str(text: &str) -> Result<Rate, String> {
        let rate = || {
            let (count, time) = text.split_once('/')?;
            let (number, unit) = time.split_at_checked(time.len().checked_sub(1)?)?;
            let unit = match unit {
                "s" => 1,
                "m" => 60,
                "h" => HOUR,
                "d" => DAY,
                _ => return None,
            };
            let seconds = number.parse::<u32>().ok()?.checked_mul(unit)?;
            let count = count.parse().ok()?;
            (count > 0 && seconds > 0).then_some(Rate { count, seconds })
        };
        rate().ok_or_else(|| {
            format!("\"{text}\" is not a rate such as 5/1h; use \"off\" for no limit")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_changes_what_it_names_and_nothing_else() {
        let limits: Limits = "log_in.name=5/10m, save.user=off".parse().unwrap();
        let five = Rate {
            count: 5,
            seconds: 600,
        };
        assert_eq!(limits.find(Rule::LogInByName).1, Some(five));
        assert_eq!(limits.switched_off(), ["save.user"]);
        assert_eq!(
            limits.find(Rule::SignUpByAddress),
            Limits::default().find(Rule::SignUpByAddress)
        );
        assert_eq!("".parse(), Ok(Limits::default()));
        assert_eq!("off".parse(), Ok(Limits::off()));
        for wrong in [
            "on",
            "log_in=5/1h",
            "log_in.name",
            "log_in.name=0/1h",
            "log_in.name=5/0h",
            "log_in.name=5",
            "log_in.name=5/h",
            "log_in.name=5/1y",
            "log_in.name=5/ü",
            "log_in.name=-1/1h",
            "log_in.name=5/99999999999d",
        ] {
            assert!(wrong.parse::<Limits>().is_err(), "{wrong}");
        }
    }
}
