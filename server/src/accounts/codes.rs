//! One-time codes: the time-based codes of an authenticator app (RFC 6238), and recovery codes.

use app::{
    account::types::second::{AppSetup, RECOVERY_SIGNS},
    error::AppError,
};
use sha2::{Digest, Sha256};
use totp_rs::{Algorithm, Builder, Totp};

use crate::secret::Secret;

/// The duration of a time step, for which an app shows one code, in seconds.
const STEP: u64 = 30;

/// The number of recovery codes in a set.
const RECOVERY_CODES: usize = 10;

/// The greatest clock difference that is reported during setup of an app, in steps: an hour.
const FAR_OFF: u16 = 120;

/// Generates a secret of 160 random bits, as RFC 4226 §4 recommends.
///
/// # Errors
/// [`AppError::Internal`] if the system has no random numbers.
pub fn new_secret() -> Result<Vec<u8>, AppError> {
    Ok(Secret::random()?.hash()[..20].to_vec())
}

/// Returns the time step of a code. `None` if the code is wrong, or its step is neither that of
/// `now` nor the one before or after (RFC 6238 §5.2).
pub fn step_of(secret: &[u8], code: &str, now: i64) -> Option<i64> {
    step_within(secret, code, now, 1)
}

/// Returns the minutes by which the app's clock is ahead (negative if it is behind), if that is why
/// its code is wrong.
pub fn minutes_ahead(secret: &[u8], code: &str, now: i64) -> Option<i64> {
    let step = step_within(secret, code, now, FAR_OFF)?;
    let ahead = step - now / (STEP.cast_signed() * 1000);
    // Rounded away from zero, to a whole minute.
    Some((ahead.abs() + 1) / 2 * ahead.signum())
}

fn step_within(secret: &[u8], code: &str, now: i64, skew: u16) -> Option<i64> {
    let totp = builder(secret).with_skew(skew).build().ok()?;
    let seconds = u64::try_from(now / 1000).ok()?;
    totp.check(code, seconds).map(u64::cast_signed)
}

/// Returns the secret in the forms in which it is shown to the user who adds the app.
///
/// # Errors
/// [`AppError::Internal`] for a secret or a name that apps do not accept.
pub fn setup(secret: &[u8], site: &str, username: &str) -> Result<AppSetup, AppError> {
    // A colon would end the issuer.
    let totp = builder(secret)
        .with_issuer(Some(site.replace(':', " ")))
        .with_account_name(username.replace(':', " "))
        .build();
    let totp: Totp = totp.map_err(|_| AppError::Internal)?;
    Ok(AppSetup {
        secret: totp.secret().to_base32(),
        url: totp.to_url().map_err(|_| AppError::Internal)?,
    })
}

fn builder(secret: &[u8]) -> Builder {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_secret(secret)
        .with_account_name("account")
}

/// Derives the recovery codes from a seed, 50 bits each, in the form in which they are shown: each
/// begins with its number.
pub fn recovery_codes(seed: &Secret) -> Vec<String> {
    let signs = RECOVERY_SIGNS.as_bytes();
    (0..RECOVERY_CODES)
        .map(|number| {
            let hash = Sha256::digest(format!("recovery code {number} of {}", seed.encode()));
            let part = |bytes: &[u8]| -> String {
                let sign = |byte: &u8| char::from(signs[usize::from(byte % 32)]);
                bytes.iter().map(sign).collect()
            };
            format!("{number}-{}-{}", part(&hash[..5]), part(&hash[5..10]))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::account::types::second::Code;
    use std::collections::HashSet;

    /// The codes of RFC 6238 Appendix B have eight digits; ours are the last six of them.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = Some(seconds / 30);
            assert_eq!(step_of(secret, code, seconds * 1000), step, "{seconds}");
            // One step earlier or later is accepted, but no more.
            assert_eq!(step_of(secret, code, (seconds - 30) * 1000), step);
            assert_eq!(step_of(secret, code, (seconds + 30) * 1000), step);
            assert_eq!(step_of(secret, code, (seconds + 60) * 1000), None);
            assert_eq!(
                step_of(secret, code, (seconds - 60).max(0) * 1000),
                step.filter(|_| seconds < 90)
            );
            assert_eq!(step_of(secret, code, -1), step.filter(|_| seconds < 60));
        }
    }

    #[test]
    fn a_clock_that_is_off_is_told_from_a_wrong_code() {
        let secret = b"12345678901234567890";
        let at = |seconds: i64| minutes_ahead(secret, "050471", seconds * 1000);
        assert_eq!(at(1_111_111_111 - 600), Some(10));
        assert_eq!(at(1_111_111_111 + 300), Some(-5));
        assert_eq!(at(1_111_111_111 + 7200), None);
        assert_eq!(minutes_ahead(secret, "000000", 1_111_111_111_000), None);
    }

    #[test]
    fn an_app_is_told_the_names_of_the_site_and_of_the_user() {
        let told = setup(b"12345678901234567890", "Club: Ü", "maya").unwrap();
        assert_eq!(told.secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let start = "otpauth://totp/Club%20%20%C3%9C:maya?secret=GEZDGNBVGY3TQOJQ";
        assert!(told.url.starts_with(start), "{}", told.url);
        assert!(told.url.contains("issuer=Club%20%20%C3%9C"), "{}", told.url);
        assert_eq!(new_secret().unwrap().len(), 20);
    }

    #[test]
    fn recovery_codes_are_ten_that_read_back() {
        let codes = recovery_codes(&Secret::random().unwrap());
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), RECOVERY_CODES);
        for (number, code) in codes.iter().enumerate() {
            let signs = code.replace('-', "");
            let read = Code::Recovery(u8::try_from(number).unwrap(), signs);
            assert_eq!(Code::parse(code), Some(read), "{code}");
        }
    }
}
