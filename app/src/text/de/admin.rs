//! German texts of administration.

use crate::{account::types::managed::AccountState, admin::rules::Area, text::words::words};

words! {
    administration: "Verwaltung",
    users: "Benutzer",
    search: "Suchen",
    name_or_email: "Name, Benutzername oder E-Mail-Adresse",
    search_hint: "Ab drei Zeichen wird an jeder Stelle gesucht, bei weniger nur am Anfang. Namen, die du nicht sehen darfst, werden nicht gefunden.",
    status: "Status",
    any: "Alle",
    unknown_filter: "Diese Adresse enthält eine unbekannte Rolle, einen unbekannten Status oder eine unbekannte Reihenfolge. Wähle etwas anderes.",
    no_users: "Keine passenden Benutzer.",
    from_the_start: "Erste Seite",
    next_page: "Nächste Seite",
    search_further: "Weitersuchen",
    signed_up: "Registriert",
    last_login: "Letzte Anmeldung",
    never_logged_in: "Nie angemeldet",
    will_be_erased: "Wird gelöscht",
    own_account: "Das ist dein eigenes Konto. Ändere es in deinen Einstellungen.",
    out_of_reach: "Deine Rolle erlaubt dir nicht, dieses Konto zu ändern.",
    change_role: "Rolle ändern",
    role_changed: "Rolle geändert.",
    log_out_user: "Überall abmelden",
    log_out_user_lead: "Beendet alle Sitzungen dieser Person. Sie kann sich wieder anmelden.",
    user_logged_out: "Die Person ist überall abgemeldet.",
    enable_user: "Konto entsperren",
    enable_lead: "Die Person kann sich wieder anmelden, und ihr Profil ist wieder sichtbar.",
    user_enabled: "Konto entsperrt.",
    disable_user: "Konto sperren",
    disable_lead: "Die Person wird sofort abgemeldet und kann sich nicht mehr anmelden. Niemand sieht ihr Profil. Es wird nichts gelöscht.",
    user_disabled: "Konto gesperrt.",
    reason: "Grund",
    reason_hint: "Die Person bekommt ihn per E-Mail und kann ihn in ihren Aktivitäten lesen, wenn das Konto entsperrt wird.",
    link_sent_to_user: "Link gesendet.",
}

/// Name of a part of administration.
pub fn area(area: Area) -> &'static str {
    match area {
        Area::Users => "Benutzer",
        Area::Invitations => "Einladungen",
        Area::Import => "Import",
        Area::Events => "Ereignisse",
        Area::Schema => "Schema",
    }
}

/// State of an account.
pub fn account_state(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => "Aktiv",
        AccountState::Waiting => "Wartet",
        AccountState::Disabled => "Gesperrt",
        AccountState::Closed => "Geschlossen",
        AccountState::Refused => "Abgelehnt",
    }
}

/// Address that is waiting to be confirmed.
pub fn not_confirmed(address: &str) -> String {
    format!("{address} (nicht bestätigt)")
}

pub fn send_link_lead(address: &str) -> String {
    format!(
        "Sendet einen Link für ein neues Passwort an {address}. Das aktuelle Passwort bleibt gültig, bis ein neues gewählt wird."
    )
}
