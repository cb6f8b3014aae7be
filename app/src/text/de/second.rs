//! German texts of second factors.

use crate::text::words::words;

words! {
    second_factors: "Zwei-Faktor-Authentifizierung",
    second_factors_lead: "Mit einem zweiten Faktor reicht dein Passwort allein nicht aus, um sich bei deinem Konto anzumelden.",
    second_required: "Diese Website verlangt einen zweiten Faktor. Richte einen ein, um fortzufahren.",
    second_step: "Zweiter Schritt",
    second_step_lead: "Dein Passwort stimmt. Jetzt fehlt noch dein zweiter Faktor.",
    second_lost: "Wenn du deinen zweiten Faktor verloren hast, verwende einen Wiederherstellungscode oder wende dich an die Verwaltung dieser Website.",
    trust_browser: "In diesem Browser 30 Tage lang nicht mehr fragen",
    code: "Code",
    code_hint: "Die sechs Ziffern, die deine Authenticator-App gerade anzeigt. Wenn sie nicht angenommen werden, aktiviere auf deinem Gerät die automatische Uhrzeit.",
    recovery_code: "Wiederherstellungscode",
    use_recovery_code: "Wiederherstellungscode verwenden",
    passkey: "Passkey",
    use_passkey: "Passkey verwenden",
    log_in_by_passkey: "Mit Passkey anmelden",
    passkey_failed: "Das hat nicht geklappt. Versuch es noch einmal oder verwende eine andere Methode.",
    unlock_title: "Bestätige deine Identität, um Änderungen vorzunehmen",
    app: "Authenticator-App",
    app_lead: "Eine App auf deinem Telefon zeigt alle 30 Sekunden einen neuen Code an, auch ohne Netz.",
    add_app: "Authenticator-App hinzufügen",
    app_added: "Die Authenticator-App wurde hinzugefügt.",
    remove_app: "App entfernen",
    app_removed: "Die Authenticator-App wurde entfernt.",
    added_on: "Hinzugefügt",
    last_used: "Zuletzt verwendet",
    scan_code: "Scanne diesen QR-Code mit deiner Authenticator-App.",
    or_type_secret: "Oder gib diesen Schlüssel dort ein:",
    open_app: "Oder öffne die App auf diesem Gerät",
    enter_first_code: "Gib den Code ein, den die App anzeigt.",
    end_other_sessions: "Auf allen anderen Geräten abmelden",
    recovery_codes: "Wiederherstellungscodes",
    recovery_lead: "Falls du deinen zweiten Faktor verlierst, ersetzt ihn jeder dieser Codes einmal. Bewahre sie sicher auf: Sie lassen sich nicht noch einmal anzeigen.",
    codes_kept: "Ich habe die Codes gespeichert",
    recovery_few: "Erstelle neue, bevor sie aufgebraucht sind.",
    renew_codes: "Neue Wiederherstellungscodes erstellen",
    passkeys: "Passkeys",
    passkeys_lead: "Ein Passkey liegt auf deinem Gerät oder in deinem Passwortmanager. Du meldest dich mit Fingerabdruck, Gesicht oder PIN an. Eine gefälschte Website kann ihn nicht stehlen.",
    no_passkeys: "Du hast noch keine Passkeys.",
    last_way_in: "Du hast kein Passwort. Dein letzter Passkey lässt sich nicht entfernen.",
    add_passkey: "Passkey hinzufügen",
    passkey_added: "Der Passkey wurde hinzugefügt.",
    remove_passkey: "Entfernen",
    passkey_removed: "Der Passkey wurde entfernt.",
    passkey_name: "Name des Passkeys",
    passkey_name_hint: "Daran erkennst du ihn, zum Beispiel „Blauer Schlüssel“ oder „Mein Telefon“.",
    passkey_needs_script: "Passkeys benötigen JavaScript.",
    second_only: "Funktioniert nur zusammen mit deinem Passwort, denn er fragt weder nach PIN noch nach Fingerabdruck oder Gesicht.",
    remove_password: "Passwort entfernen",
    remove_password_lead: "Du meldest dich dann nur noch mit einem Passkey an. Mit einem Link an deine E-Mail-Adresse kannst du wieder ein Passwort wählen.",
    password_removed: "Dein Passwort wurde entfernt.",
    trusted_browsers: "Vertraute Browser",
    trusted_browsers_lead: "In diesen Browsern wirst du nicht nach dem zweiten Faktor gefragt.",
    trusted_until: "Bis",
    distrust_browser: "Wieder fragen",
    browser_distrusted: "In diesem Browser wirst du wieder gefragt.",
    factors_ending: "Dein zweiter Faktor wird entfernt",
    factors_ending_lead: "Jemand hat gemeldet, dass du ihn verloren hast. Wenn du das nicht verhinderst, wird er zu diesem Zeitpunkt entfernt:",
    keep_factors: "Meinen zweiten Faktor behalten",
    factors_kept: "Dein zweiter Faktor bleibt erhalten.",
    reset_factors: "Zweiten Faktor entfernen",
    reset_asked: "Der zweite Faktor wird entfernt. Wenn die Person eine bestätigte Adresse hat, wurde sie per E-Mail benachrichtigt.",
    factors_removed: "Der zweite Faktor wurde entfernt.",
    keep_their_factors: "Zweiten Faktor behalten",
    their_factors_kept: "Der zweite Faktor bleibt erhalten.",
    no_second_factor: "Keiner",
    removed_at: "Wird entfernt",
}

/// Number of passkeys.
pub fn passkeys_count(count: usize) -> String {
    match count {
        0 => no_passkeys().to_owned(),
        1 => "Du hast einen Passkey.".to_owned(),
        count => format!("Du hast {count} Passkeys."),
    }
}

/// Number of recovery codes that have not been used.
pub fn recovery_left(left: usize) -> String {
    match left {
        0 => "Du hast keine Wiederherstellungscodes mehr.".to_owned(),
        1 => "Du hast noch einen Wiederherstellungscode.".to_owned(),
        left => format!("Du hast noch {left} Wiederherstellungscodes."),
    }
}

/// Reason why the code of an app whose clock is ahead by this many minutes, or behind if negative,
/// is wrong.
pub fn clock_is_off(minutes: i64) -> String {
    let way = match minutes > 0 {
        true => "vor",
        false => "nach",
    };
    let much = match minutes.unsigned_abs() {
        1 => "eine Minute".to_owned(),
        minutes => format!("{minutes} Minuten"),
    };
    format!(
        "Die Uhr deines Geräts geht etwa {much} {way}, deshalb werden seine Codes nicht angenommen. Aktiviere dort die automatische Uhrzeit und gib den nächsten Code ein."
    )
}

/// Effect of removing the second factors of a user after this many hours.
pub fn reset_factors_lead(hours: u32) -> String {
    let when = match hours {
        0 => return "Für eine Person, die ihn verloren hat. Er wird sofort entfernt, und sie kann sich dann allein mit ihrem Passwort anmelden. Vergewissere dich, dass die Bitte wirklich von ihr kommt.".to_owned(),
        1 => "in einer Stunde".to_owned(),
        hours => format!("in {hours} Stunden"),
    };
    format!(
        "Für eine Person, die ihn verloren hat. Er wird {when} entfernt, und sie kann sich dann allein mit ihrem Passwort anmelden. Bis dahin wird sie per E-Mail benachrichtigt und kann es verhindern."
    )
}

/// Second factors of a user: an app, passkeys, recovery codes that are left.
pub fn factors_of_user(app: bool, passkeys: usize, codes: usize) -> String {
    let app = app.then(|| "Authenticator-App".to_owned());
    let passkeys = match passkeys {
        0 => None,
        1 => Some("1 Passkey".to_owned()),
        count => Some(format!("{count} Passkeys")),
    };
    let codes = match codes {
        1 => "1 Wiederherstellungscode".to_owned(),
        count => format!("{count} Wiederherstellungscodes"),
    };
    let parts: Vec<String> = app.into_iter().chain(passkeys).chain([codes]).collect();
    parts.join(", ")
}
