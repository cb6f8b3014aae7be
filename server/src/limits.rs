//! How often something may be tried: every limit, in one table.
//!
//! A limit is a bucket: `count` tries at once, and then as many again within
//! `seconds`, evenly (GCRA: one number a bucket, no window whose edge lets twice
//! as much through). Buckets are rows of the database, so that a restart
//! forgives nothing, and the one writer makes fifty tries at once fifty tries.
//!
//! What was right is given back, so that only failures add up where passwords
//! are tried; a success in between resets nothing.

use app::error::AppError;
use sha2::{Digest, Sha256};
use std::{str::FromStr, sync::Arc};

use crate::{clock::Clock, store::Store};

/// What is counted, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    LogInByName,
    LogInByAddress,
    LogInByDevice,
    LogInRight,
    PasswordBySession,
    CheckByAddress,
    SignUpByAddress,
    ForgotByAddress,
    MailByRecipient,
    MailByAddress,
    MailBySite,
    EmailByUser,
    SaveByUser,
    PictureByUser,
    RefusalByAddress,
}

/// So many at once, and so many again within that time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub count: u32,
    pub seconds: u32,
}

const HOUR: u32 = 60 * 60;
const DAY: u32 = 24 * HOUR;

/// Every rule with its name in settings and in the database, and its default.
const TABLE: [(Rule, &str, Rate); 15] = [
    // Wrong passwords for one name, from anywhere but a device where its owner
    // has logged in before. An account has two names, its address is the other.
    (Rule::LogInByName, "log_in.name", per_hour(10)),
    // Wrong passwords for any name from one address. A house, an office behind
    // one address share it; what is right does not count.
    (Rule::LogInByAddress, "log_in.address", per_hour(50)),
    // Wrong passwords where the user has logged in before.
    (Rule::LogInByDevice, "log_in.device", per_hour(20)),
    // Right ones: a session a minute is nobody's, and each is a row.
    (Rule::LogInRight, "log_in.right", per_hour(60)),
    // Wrong current passwords in one session; changing it tries two. Nobody gets another session without
    // the password, and nobody keeps its owner from changing it in theirs.
    (Rule::PasswordBySession, "password.session", per_hour(20)),
    // New passwords to be judged, which is as much work as a hash.
    (Rule::CheckByAddress, "check.address", per_hour(120)),
    (Rule::SignUpByAddress, "sign_up.address", per_hour(30)),
    // Links to choose a new password, asked for from one address.
    (Rule::ForgotByAddress, "forgot.address", per_hour(20)),
    // Mails that anybody can have sent to somebody. What is told to the owner of
    // an account does not count: nobody keeps it away by filling this up.
    (Rule::MailByRecipient, "mail.recipient", per_hour(3)),
    // The same to whomever, asked for from one address; and by everybody together,
    // far above what a site has ever seen (ASVS 5.0 V2.4.1).
    (Rule::MailByAddress, "mail.address", per_day(200)),
    (Rule::MailBySite, "mail.site", per_day(10_000)),
    (Rule::EmailByUser, "email.user", per_hour(10)),
    (Rule::SaveByUser, "save.user", per_hour(500)),
    // Pictures that are made small, which is a tenth of a second of work.
    (Rule::PictureByUser, "picture.user", per_hour(60)),
    // Refused requests that get a row in the audit log.
    (Rule::RefusalByAddress, "refusal.address", per_hour(100)),
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

/// The limits in force. Read from text: `off`, or changes to the defaults, like
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
                .ok_or_else(|| format!("\"{change}\" is no NAME=COUNT/TIME"))?;
            let index = TABLE.iter().position(|(_, known, _)| *known == name.trim());
            let index = index.ok_or_else(|| {
                let names: Vec<&str> = TABLE.iter().map(|(_, name, _)| *name).collect();
                format!(
                    "there is no limit \"{name}\"; there are {}",
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

    /// `5/1h`: a count from 1, and seconds, minutes, hours or days.
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
        rate().ok_or_else(|| format!("\"{text}\" is no rate like 5/1h; \"off\" is none"))
    }
}

/// A bucket: one rule, one who.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    pub rule: &'static str,
    pub who: [u8; 16],
    /// Milliseconds until one more try is free.
    pub interval: i64,
    /// Milliseconds until all of it is free again.
    pub period: i64,
}

/// Names of limits that everybody shares.
const SHARED: [&str; 1] = ["mail.site"];

/// A clock is set back by so much now and then, in milliseconds: five minutes. A
/// bucket that is full stays so.
const CORRECTION: i64 = 5 * 60 * 1000;

impl Bucket {
    /// Says in the log that the bucket is full, if everybody shares it: then it is
    /// who runs the site that has to look.
    pub fn tell(&self) {
        if SHARED.contains(&self.rule) {
            tracing::warn!(
                limit = self.rule,
                "a limit for the whole site is reached, and requests are refused"
            );
        }
    }

    /// When the bucket is all free again after one more try at `now`.
    ///
    /// # Errors
    /// [`AppError::TooMany`] if there is no room for one more.
    pub fn after(&self, free_at: Option<i64>, now: i64) -> Result<i64, AppError> {
        // No try at `now` leads beyond a full bucket. What lies there was written
        // when the clock was ahead, or under another limit, and counts as nothing:
        // taken for a full bucket it would stay one until that clock's time, for a
        // refusal writes nothing.
        let latest = now + self.period + CORRECTION;
        let free_at = free_at.filter(|free_at| *free_at <= latest);
        let free_at = free_at.unwrap_or(now).max(now);
        let next = free_at + self.interval;
        match next - self.period - now {
            ..=0 => Ok(next),
            wait => Err(AppError::TooMany {
                // Rounded up: a moment too early is refused again.
                seconds: u32::try_from((wait + 999) / 1000).unwrap_or(u32::MAX),
            }),
        }
    }
}

/// The limits at work.
#[derive(Clone)]
pub struct Limiter {
    pub limits: Arc<Limits>,
    pub store: Store,
    pub clock: Clock,
}

impl Limiter {
    /// The bucket of a rule; `None` where the rule is switched off.
    pub fn bucket(&self, rule: Rule, who: &str) -> Option<Bucket> {
        let (rule, rate) = self.limits.find(rule);
        let rate = rate?;
        let mut short = [0; 16];
        short.copy_from_slice(&Sha256::digest(who)[..16]);
        let period = i64::from(rate.seconds) * 1000;
        Some(Bucket {
            rule,
            who: short,
            interval: (period / i64::from(rate.count)).max(1),
            period,
        })
    }

    /// Counts one try in each bucket, or in none if one of them is full.
    ///
    /// # Errors
    /// [`AppError::TooMany`]
    pub async fn charge<const N: usize>(
        &self,
        tries: [Option<Bucket>; N],
    ) -> Result<Charged, AppError> {
        let buckets: Vec<Bucket> = tries.into_iter().flatten().collect();
        if !buckets.is_empty() {
            let now = self.clock.now();
            self.store.charge(buckets.clone(), now).await?;
        }
        Ok(Charged(buckets))
    }

    /// Takes a try back that was none to be limited.
    pub async fn give_back(&self, charged: Charged) {
        if !charged.0.is_empty() {
            // Not worth a refusal: the try counts for an hour, and that is all.
            let _ = self.store.give_back(charged.0).await;
        }
    }
}

/// What [`Limiter::charge`] has counted.
#[must_use]
pub struct Charged(Vec<Bucket>);

#[cfg(test)]
mod tests {
    use super::*;

    fn ten_a_minute() -> Bucket {
        Bucket {
            rule: "test",
            who: [0; 16],
            interval: 6_000,
            period: 60_000,
        }
    }

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

    #[test]
    fn a_bucket_takes_its_count_at_once_and_then_one_an_interval() {
        let bucket = ten_a_minute();
        let mut free_at = None;
        for _ in 0..10 {
            free_at = Some(bucket.after(free_at, 5).unwrap());
        }
        assert_eq!(
            bucket.after(free_at, 5),
            Err(AppError::TooMany { seconds: 6 })
        );
        assert_eq!(
            bucket.after(free_at, 5_005),
            Err(AppError::TooMany { seconds: 1 })
        );
        let one_more = bucket.after(free_at, 6_005).unwrap();
        assert!(bucket.after(Some(one_more), 6_005).is_err());
        // Long after, all of it again, and no more than all of it.
        let mut free_at = Some(one_more);
        for _ in 0..10 {
            free_at = Some(bucket.after(free_at, 1_000_000).unwrap());
        }
        assert!(bucket.after(free_at, 1_000_000).is_err());
    }

    #[test]
    fn what_a_clock_that_was_ahead_has_written_locks_nobody_out() {
        const HOUR_MS: i64 = 60 * 60 * 1000;
        let bucket = Bucket {
            rule: "test",
            who: [0; 16],
            interval: HOUR_MS / 10,
            period: HOUR_MS,
        };
        let now = 1_000 * HOUR_MS;
        let minute = HOUR_MS / 60;
        // How far the clock was ahead, how often something was tried then, and the
        // minutes until the next try is free once the clock is right. `None`: at once.
        for (ahead, tries, wait) in [
            (0, 10, Some(6)),
            // Set back a little, as by a time server: as full as it was.
            (1, 10, Some(7)),
            (4 * minute, 10, Some(10)),
            (4 * minute, 1, None),
            (30 * minute, 1, None),
            (30 * minute, 5, Some(6)),
            // Beyond what a try at this time could leave.
            (30 * minute, 10, None),
            (HOUR_MS, 1, None),
            (3 * HOUR_MS, 10, None),
            (365 * 24 * HOUR_MS, 1, None),
            (365 * 24 * HOUR_MS, 10, None),
        ] {
            let mut free_at = None;
            for _ in 0..tries {
                free_at = Some(bucket.after(free_at, now + ahead).unwrap());
            }
            let asked = bucket.after(free_at, now);
            match wait {
                None => assert!(asked.is_ok(), "{ahead} {tries}: {asked:?}"),
                Some(minutes) => {
                    let Err(AppError::TooMany { seconds }) = asked else {
                        panic!("{ahead} {tries}: {asked:?}");
                    };
                    assert_eq!(seconds.div_ceil(60), minutes, "{ahead} {tries}");
                    // Whoever waits as long as they are told gets through.
                    let later = now + i64::from(seconds) * 1000;
                    assert!(bucket.after(free_at, later).is_ok(), "{ahead} {tries}");
                }
            }
            // And it counts from there on.
            let mut free_at = None;
            for _ in 0..10 {
                free_at = Some(bucket.after(free_at, now).unwrap());
            }
            assert!(bucket.after(free_at, now).is_err());
        }
    }

    #[test]
    fn a_clock_that_is_set_back_a_little_again_and_again_frees_no_full_bucket() {
        let bucket = ten_a_minute();
        let mut free_at = None;
        for _ in 0..10 {
            free_at = Some(bucket.after(free_at, 1_000_000).unwrap());
        }
        for back in [1, 10, 1_000, 60_000, 200_000, CORRECTION] {
            assert!(bucket.after(free_at, 1_000_000 - back).is_err(), "{back}");
        }
    }
}
