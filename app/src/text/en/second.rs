//! English texts of second factors.

use crate::text::words::words;

words! {
    second_factors: "Two-factor authentication",
    second_factors_lead: "With a second factor, knowing your password is not enough to log in as you.",
    second_required: "This site requires a second factor. Set one up to continue.",
    second_step: "Second step",
    second_step_lead: "Your password is correct. Now use your second factor.",
    second_lost: "If you have lost your second factor, use a recovery code, or contact the administrators of this site.",
    trust_browser: "Do not ask again on this browser for 30 days",
    code: "Code",
    code_hint: "The six digits that your authenticator app shows now. If they are not accepted, set the clock of your device automatically.",
    recovery_code: "Recovery code",
    use_recovery_code: "Use a recovery code",
    passkey: "Passkey",
    use_passkey: "Use a passkey",
    log_in_by_passkey: "Log in with a passkey",
    passkey_failed: "That did not work. Try again, or use another method.",
    unlock_title: "To make changes, confirm that it is you",
    app: "Authenticator app",
    app_lead: "An app on your phone shows a new code every 30 seconds, even without a network connection.",
    add_app: "Add an authenticator app",
    app_added: "The authenticator app has been added.",
    remove_app: "Remove the app",
    app_removed: "The authenticator app has been removed.",
    added_on: "Added",
    last_used: "Last used",
    scan_code: "Scan this QR code with your authenticator app.",
    or_type_secret: "Or type this key into it:",
    open_app: "Or open the app on this device",
    enter_first_code: "Enter the code that the app shows.",
    end_other_sessions: "Log out on all other devices",
    recovery_codes: "Recovery codes",
    recovery_lead: "If you lose your second factor, each of these codes replaces it once. Keep them in a safe place: they cannot be shown again.",
    codes_kept: "I have saved these codes",
    recovery_few: "Create new ones before you run out.",
    renew_codes: "Create new recovery codes",
    passkeys: "Passkeys",
    passkeys_lead: "A passkey is stored on your device or in your password manager. You log in with your fingerprint, your face or a PIN. A fake website cannot steal it.",
    no_passkeys: "You have no passkeys yet.",
    last_way_in: "You have no password. Your last passkey cannot be removed.",
    add_passkey: "Add a passkey",
    passkey_added: "The passkey has been added.",
    remove_passkey: "Remove",
    passkey_removed: "The passkey has been removed.",
    passkey_name: "Name of the passkey",
    passkey_name_hint: "A name to recognise it by, such as “Blue key” or “My phone”.",
    passkey_needs_script: "Passkeys need JavaScript.",
    second_only: "Works only together with your password, because it does not ask for a PIN, fingerprint or face.",
    remove_password: "Remove your password",
    remove_password_lead: "You will then log in with a passkey only. To set a password again, request a password reset link.",
    password_removed: "Your password has been removed.",
    trusted_browsers: "Trusted browsers",
    trusted_browsers_lead: "These browsers are not asked for your second factor.",
    trusted_until: "Until",
    distrust_browser: "Ask again",
    browser_distrusted: "This browser will be asked again.",
    factors_ending: "Your second factors will be removed",
    factors_ending_lead: "Someone reported that you have lost them. Unless you keep them, they will be removed:",
    keep_factors: "Keep my second factors",
    factors_kept: "Your second factors were kept.",
    reset_factors: "Remove second factors",
    reset_asked: "The second factors will be removed. If the user has a confirmed address, they have been told by email.",
    factors_removed: "The second factors have been removed.",
    keep_their_factors: "Keep second factors",
    their_factors_kept: "The second factors were kept.",
    no_second_factor: "None",
    removed_at: "Will be removed",
}

/// Number of passkeys.
pub fn passkeys_count(count: usize) -> String {
    match count {
        0 => no_passkeys().to_owned(),
        1 => "You have 1 passkey.".to_owned(),
        count => format!("You have {count} passkeys."),
    }
}

/// Number of recovery codes that have not been used.
pub fn recovery_left(left: usize) -> String {
    match left {
        0 => "You have no recovery codes left.".to_owned(),
        1 => "You have 1 recovery code left.".to_owned(),
        left => format!("You have {left} recovery codes left."),
    }
}

/// Reason why the code of an app whose clock is ahead by this many minutes, or behind if negative,
/// is wrong.
pub fn clock_is_off(minutes: i64) -> String {
    let way = match minutes > 0 {
        true => "ahead",
        false => "behind",
    };
    let much = match minutes.unsigned_abs() {
        1 => "1 minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    };
    format!(
        "The clock of your device is about {much} {way}, so its codes are not accepted. Set it automatically, and enter the next code."
    )
}

/// Effect of removing the second factors of a user after this many hours.
pub fn reset_factors_lead(hours: u32) -> String {
    let when = match hours {
        0 => return "For a user who has lost them. They are removed immediately, and the user logs in with their password alone. Make sure that the request really comes from them.".to_owned(),
        1 => "in one hour".to_owned(),
        hours => format!("in {hours} hours"),
    };
    format!(
        "For a user who has lost them. They are removed {when}, and the user then logs in with their password alone. Until then, the user is notified by email and can stop it."
    )
}

/// Second factors of a user: an app, passkeys, recovery codes that are left.
pub fn factors_of_user(app: bool, passkeys: usize, codes: usize) -> String {
    let app = app.then(|| "authenticator app".to_owned());
    let passkeys = match passkeys {
        0 => None,
        1 => Some("1 passkey".to_owned()),
        count => Some(format!("{count} passkeys")),
    };
    let codes = match codes {
        1 => "1 recovery code".to_owned(),
        count => format!("{count} recovery codes"),
    };
    let parts: Vec<String> = app.into_iter().chain(passkeys).chain([codes]).collect();
    parts.join(", ")
}
