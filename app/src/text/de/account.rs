//! Account texts in German: sign-up, login, settings, links in emails, account deletion.

use super::{date::date, number::number};
use crate::{
    account::types::{
        addresses::Failure, device::Device, erasure::Effect, event::EventKind, username::Username,
    },
    profile::rules::date::Date,
    text::words::words,
};

words! {
    sign_up_closed_title: "Die Registrierung ist geschlossen",
    sign_up_closed: "Nur die Verwaltung kann auf dieser Website Konten anlegen.",
    sign_up_invited: "Zum Registrieren brauchst du eine Einladung. Wenn du eine hast, öffne den Link darin.",
    sign_up: "Registrieren",
    log_in: "Anmelden",
    log_out: "Abmelden",
    create_account: "Konto erstellen",

    sign_up_title: "Erstelle dein Konto",
    log_in_title: "Willkommen zurück",
    have_account: "Du hast schon ein Konto?",
    no_account: "Neu hier?",
    log_in_first: "Melde dich an, um zur gewünschten Seite zu gelangen.",

    username: "Benutzername",
    username_or_email: "Benutzername oder E-Mail-Adresse",
    email: "E-Mail-Adresse",
    email_hint: "Nur du siehst sie. Wir senden dir einen Link, um sie zu bestätigen. Danach kannst du dich mit ihr anmelden und dein Passwort zurücksetzen.",
    password: "Passwort",
    show_password: "Passwort anzeigen",
    caps_lock: "Die Feststelltaste ist aktiviert.",

    settings: "Einstellungen",
    account: "Konto",
    change_password: "Passwort ändern",
    change_password_lead: "Dabei wirst du auf allen anderen Geräten abgemeldet. Hier bleibst du angemeldet.",
    current_password: "Aktuelles Passwort",
    new_password: "Neues Passwort",
    password_changed: "Passwort geändert. Auf allen anderen Geräten bist du jetzt abgemeldet.",

    sessions: "Wo du angemeldet bist",
    sessions_lead: "Beende jede Sitzung, die du nicht kennst, und ändere danach dein Passwort.",
    this_session: "Diese Sitzung",
    since: "Angemeldet am",
    last_seen: "Zuletzt aktiv etwa am",
    end_session: "Sitzung beenden",
    end_others: "Alle anderen Sitzungen beenden",
    session_ended: "Sitzung beendet.",
    session_gone: "Diese Sitzung ist schon beendet. Es wurde nichts geändert.",

    forgot: "Passwort vergessen?",
    forgot_title: "Passwort zurücksetzen",
    forgot_lead: "Gib die E-Mail-Adresse deines Kontos ein. Wir senden dir einen Link, um dein Passwort zurückzusetzen.",
    send_link: "Link senden",
    link_sent_title: "Sieh in deinem Postfach nach",
    link_sent: "Wenn es zu dieser Adresse ein Konto gibt, haben wir einen Link dorthin gesendet. Er ist zwei Stunden lang gültig. Nichts angekommen? Sieh im Spam-Ordner nach und prüfe, ob du die Adresse deines Kontos eingegeben hast.",
    ask_again: "Neuen Link anfordern",
    reset_lead: "Mit dem neuen Passwort wirst du auf allen Geräten abgemeldet.",
    save_password: "Passwort speichern",
    password_reset: "Passwort gespeichert. Du kannst dich jetzt damit anmelden.",
    confirm_title: "E-Mail-Adresse bestätigen",
    confirm_address: "E-Mail-Adresse bestätigen",
    address_confirmed: "E-Mail-Adresse bestätigt.",
    undo_title: "Frühere E-Mail-Adresse wiederherstellen",
    take_back: "E-Mail-Adresse wiederherstellen",
    change_email: "E-Mail-Adresse",
    no_email: "Du hast noch keine E-Mail-Adresse angegeben. Mit einer E-Mail-Adresse kannst du dein Passwort zurücksetzen, wenn du es vergisst.",
    new_email: "Neue E-Mail-Adresse",
    new_email_hint: "Wir senden einen Link an diese Adresse. Sie gilt, sobald du sie bestätigt hast.",
    email_asked: "Wir haben dir einen Link gesendet. Öffne ihn, um die Adresse zu bestätigen.",
    not_arrived: "Nichts angekommen? Sieh im Spam-Ordner nach. Wenn sich die E-Mail nicht zustellen lässt, steht das auf dieser Seite.",
    email_cancelled: "Die unbestätigte Adresse wurde entfernt.",
    email_first: "Für diese Website brauchst du eine bestätigte E-Mail-Adresse.",
    open_the_link: "Öffne den Link in der E-Mail oder lass ihn dir noch einmal senden.",
    cancel_change: "Bisherige Adresse behalten",
    forget_address: "Diese Adresse entfernen",
    your_account: "Dein Konto: Benutzername, E-Mail-Adresse und Passwort",
    password_again: "Dein Passwort",
    password_again_hint: "Gib es zur Sicherheit noch einmal ein. Deine Anmeldung ist schon eine Weile her.",
    confirm_only_yours: "Bestätige nur, wenn du das selbst veranlasst hast und es dein eigenes Konto ist.",
    another_account: "Um ein weiteres Konto zu erstellen, melde dich zuerst ab.",
    account_made: "Dein Konto gibt es schon. Es wurde kein zweites erstellt.",
    go_on: "Weiter",
}

pub fn confirmed_address(address: &str) -> String {
    format!("Deine E-Mail-Adresse ist {address}.")
}

pub fn waits_for(address: &str) -> String {
    format!(
        "{address} ist noch nicht bestätigt. Öffne den Link in der E-Mail, um sie zu bestätigen."
    )
}

/// Report of an undelivered email, with what to do about it.
pub fn undelivered(why: Failure, address: &str, day: Date) -> String {
    let day = date(day);
    match why {
        Failure::NoMailbox => format!(
            "Am {day} konnte eine E-Mail an {address} nicht zugestellt werden: Der dortige Mailserver meldet, dass dieses Postfach nicht existiert oder keine E-Mails annimmt. Prüfe die Schreibweise oder gib eine andere Adresse an."
        ),
        Failure::Letters => format!(
            "Am {day} konnte eine E-Mail an {address} nicht zugestellt werden: Unser Mailserver unterstützt einige der Zeichen vor dem @ nicht. Gib eine andere Adresse an."
        ),
        Failure::NotTaken => format!(
            "Eine E-Mail an {address} konnte nicht zugestellt werden: Kein Mailserver hat sie angenommen. Am {day} haben wir die Zustellversuche eingestellt. Prüfe die Schreibweise oder gib eine andere Adresse an."
        ),
    }
}

/// Warning that a previous email address can still recover the account.
pub fn way_back(address: &str, until: Date) -> String {
    format!(
        "Wer E-Mails an deine frühere Adresse {address} lesen kann, kann bis zum {} dieses Konto mit allen Daten wiederherstellen.",
        date(until)
    )
}

pub fn logged_in_as(username: &str) -> String {
    format!("Du bist als @{username} angemeldet.")
}

pub fn confirm_lead(address: &str, username: &str) -> String {
    format!("{address} wird die E-Mail-Adresse von @{username}.")
}

pub fn reset_for(username: &str) -> String {
    format!("Für das Konto @{username}.")
}

pub fn undo_lead(address: &str, username: &str) -> String {
    format!(
        "{address} wird wieder die E-Mail-Adresse von @{username}. Dabei werden alle Geräte abgemeldet, und du wählst ein neues Passwort."
    )
}

words! {
    privacy_lead: "Wer dein Profil und die einzelnen Felder sieht, legst du beim Bearbeiten fest.",
    search_engines: "Dürfen Suchmaschinen dein Profil anzeigen?",
    search_engines_hint: "Sie finden dein Profil nur, wenn es für alle sichtbar ist. Wird es schon angezeigt, kann es eine Weile dauern, bis es verschwindet.",
    save_privacy: "Einstellungen speichern",
    privacy_saved: "Einstellungen gespeichert.",
    your_data: "Deine Daten",
    export: "Deine Daten herunterladen",
    export_lead: "Alles, was diese Website über dich speichert, in einer ZIP-Datei: dein Konto, dein Profil mit Verlauf und Bildern, deine Sitzungen, die Browser, mit denen du dich angemeldet hast, und deine Aktivitäten. Bis auf die Bilder liegt alles im JSON-Format vor.",
    download: "Herunterladen",
    export_first: "Zuerst deine Daten herunterladen",
    delete_account: "Konto löschen",
    goes: "Das wird endgültig gelöscht",
    stays_nameless: "Das bleibt, ist dir aber nicht mehr zugeordnet",
    forbids: "Das musst du zuerst löschen",
    forbids_hint: "Solange diese Daten vorhanden sind, lässt sich dein Konto nicht löschen. Lösche sie oder wende dich an das Team dieser Website.",
    type_username: "Dein Benutzername",
    stayed: "Willkommen zurück. Dein Konto wird nicht gelöscht.",
}

pub fn delete_lead(days: u32) -> String {
    match days {
        0 => "Dein Konto wird sofort und endgültig gelöscht. Es lässt sich nicht wiederherstellen.".to_owned(),
        1 => "Dein Konto wird sofort geschlossen und nach einem Tag endgültig gelöscht. Wenn du dich bis dahin anmeldest, behältst du es. Danach lässt es sich nicht mehr wiederherstellen.".to_owned(),
        days => format!(
            "Dein Konto wird sofort geschlossen und nach {days} Tagen endgültig gelöscht. Wenn du dich bis dahin anmeldest, behältst du es. Danach lässt es sich nicht mehr wiederherstellen."
        ),
    }
}

pub fn left(days: u32) -> String {
    match days {
        0 => "Dein Konto wurde endgültig gelöscht.".to_owned(),
        1 => "Dein Konto ist geschlossen. In einem Tag wird es endgültig gelöscht, wenn du dich nicht vorher anmeldest.".to_owned(),
        days => format!(
            "Dein Konto ist geschlossen. In {days} Tagen wird es endgültig gelöscht, wenn du dich nicht vorher anmeldest."
        ),
    }
}

pub fn type_username_hint(username: &str) -> String {
    format!("Gib {username} ein, um das Löschen zu bestätigen.")
}

/// Number of rows of a table on which an erasure has the same effect. An unknown table is called by
/// its name in the database.
pub fn rows_of(table: &str, fate: Effect, rows: u64) -> String {
    let (one, many) = match (table, fate) {
        ("profiles", _) => ("dein Profil", "Profile"),
        ("profile_changes", Effect::Goes) => (
            "Änderung im Verlauf deines Profils",
            "Änderungen im Verlauf deines Profils",
        ),
        ("profile_changes", _) => (
            "Änderung, die du an einem anderen Profil gemacht hast",
            "Änderungen, die du an anderen Profilen gemacht hast",
        ),
        ("former_names", _) => ("früherer Benutzername", "frühere Benutzernamen"),
        ("imported_passwords", _) => ("importiertes Passwort", "importierte Passwörter"),
        ("arrivals", _) => ("Importvermerk", "Importvermerke"),
        ("authenticator_apps", _) => ("Authenticator-App", "Authenticator-Apps"),
        ("passkeys", _) => ("Passkey", "Passkeys"),
        ("recovery_codes", _) => ("Wiederherstellungscode", "Wiederherstellungscodes"),
        ("sessions", _) => ("Sitzung", "Sitzungen"),
        ("devices", _) => (
            "Browser, mit dem du dich angemeldet hast",
            "Browser, mit denen du dich angemeldet hast",
        ),
        ("tokens", _) => ("per E-Mail gesendeter Link", "per E-Mail gesendete Links"),
        ("invitations", _) => ("Einladung", "Einladungen"),
        ("invitation_links", _) => ("Einladungslink", "Einladungslinks"),
        ("mails", _) => (
            "noch nicht gesendete E-Mail",
            "noch nicht gesendete E-Mails",
        ),
        ("avatars", _) => (
            "Bild",
            "Bilder, auch frühere, die noch eine Zeit lang aufbewahrt werden",
        ),
        ("directory" | "directory_words", _) => (
            "Eintrag im Mitgliederverzeichnis",
            "Einträge im Mitgliederverzeichnis",
        ),
        ("users", _) => ("Konto einer anderen Person", "Konten anderer Personen"),
        ("schema_revisions", _) => ("angewendetes Schema", "angewendete Schemas"),
        ("events", _) => (
            "Eintrag im Aktivitätsprotokoll",
            "Einträge im Aktivitätsprotokoll",
        ),
        (table, _) => (table, table),
    };
    match rows {
        1 if table == "profiles" => "Dein Profil".to_owned(),
        1 => format!("1 {one}"),
        rows => format!("{} {many}", number(rows)),
    }
}

words! {
    activity: "Aktivitäten",
    activity_lead: "Hier siehst du, was du und andere mit deinem Konto gemacht haben. Niemand kann diese Liste ändern. Änderungen an deinem Profil findest du in dessen Verlauf.",
    older_activity: "Ältere Aktivitäten",
}

/// Entry in the user's own activity log.
pub fn event(kind: Option<EventKind>) -> &'static str {
    let Some(kind) = kind else {
        return "Unbekannte Aktivität";
    };
    match kind {
        EventKind::SignedUp => "Konto erstellt",
        EventKind::Created => "Konto vom Team dieser Website erstellt",
        EventKind::LoggedIn => "Angemeldet",
        EventKind::LogInFailed => "Anmeldeversuch mit falschem Passwort",
        EventKind::LoggedOut => "Abgemeldet",
        EventKind::SessionsEnded => "Auf anderen Geräten abgemeldet",
        EventKind::SessionsRevoked => "Von jemand anderem abgemeldet",
        EventKind::PasswordChanged => "Passwort geändert",
        EventKind::PasswordFailed => "Falsches Passwort bei einer Sicherheitsabfrage",
        EventKind::SecondAsked => "Richtiges Passwort eingegeben, zweiter Faktor abgefragt",
        EventKind::SecondFailed => "Falscher zweiter Faktor nach richtigem Passwort",
        EventKind::AppAdded => "Authenticator-App hinzugefügt",
        EventKind::AppRemoved => "Authenticator-App entfernt",
        EventKind::PasskeyAdded => "Passkey hinzugefügt",
        EventKind::PasskeyRemoved => "Passkey entfernt",
        EventKind::RecoveryRenewed => "Neue Wiederherstellungscodes erstellt",
        EventKind::RecoveryUsed => "Wiederherstellungscode verwendet",
        EventKind::BrowserDistrusted => "Vertrauter Browser entfernt",
        EventKind::PasswordRemoved => "Passwort entfernt",
        EventKind::FactorsResetAsked => "Entfernen des zweiten Faktors beantragt",
        EventKind::FactorsKept => "Entfernen des zweiten Faktors verhindert",
        EventKind::FactorsReset => "Zweiter Faktor von der Verwaltung entfernt",
        EventKind::ResetAsked => "Link für ein neues Passwort angefordert",
        EventKind::LinkHandedOut => "Link für ein neues Passwort ausgehändigt",
        EventKind::LinkVoided => "Link widerrufen",
        EventKind::PasswordReset => "Neues Passwort über einen Link gewählt",
        EventKind::EmailAsked => "E-Mail-Adresse angegeben, Bestätigung steht aus",
        EventKind::EmailCancelled => "Änderung der E-Mail-Adresse abgebrochen",
        EventKind::EmailConfirmed => "E-Mail-Adresse bestätigt",
        EventKind::EmailUndone => "Frühere E-Mail-Adresse wiederhergestellt",
        EventKind::Exported => "Daten heruntergeladen",
        EventKind::UsersExported => "Liste der Benutzer heruntergeladen",
        EventKind::HistoryErased => "Wert aus dem Verlauf gelöscht",
        EventKind::DeletionRequested => "Konto geschlossen, Löschung folgt",
        EventKind::DeletionCancelled => "Löschung des Kontos durch Anmeldung abgebrochen",
        EventKind::Erased => "Konto gelöscht",
        EventKind::Renamed => "Benutzername geändert",
        EventKind::RoleChanged => "Rolle geändert",
        EventKind::Disabled => "Konto gesperrt",
        EventKind::Enabled => "Konto entsperrt",
        EventKind::Approved => "Konto freigegeben",
        EventKind::ApprovalRefused => "Konto nicht freigegeben",
        EventKind::Invited => "Einladung verschickt oder weitergegeben",
        EventKind::InvitationEnded => "Einladung zurückgezogen",
        EventKind::Joined => "Mit einer Einladung beigetreten",
        EventKind::SeenAs => "Profil aus der Sicht dieses Mitglieds angesehen",
        EventKind::ShownAs => "Profil aus der Sicht eines anderen Mitglieds angesehen",
        EventKind::SchemaApplied => "Schema angewendet",
        EventKind::Refused => "Anfrage abgelehnt",
    }
}

/// Role change: the old role and the new one.
pub fn from_to(old: &str, new: &str) -> String {
    format!("von {old} zu {new}")
}

/// Author of an event, unless it is the reader.
pub fn by_actor(username: &str) -> String {
    format!("von @{username}")
}

/// User whom an event by the reader affected.
pub fn to_subject(username: &str) -> String {
    format!("@{username}")
}

/// "Firefox unter Linux", "Safari auf dem iPhone"
pub fn device(device: Device) -> String {
    match (device.browser, device.system) {
        (Some(browser), Some(system @ ("iPhone" | "iPad"))) => {
            format!("{browser} auf dem {system}")
        }
        (Some(browser), Some(system)) => format!("{browser} unter {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unbekanntes Gerät".to_owned(),
    }
}

/// Accessible name of the button that ends one session.
pub fn end_session_on(device: &str) -> String {
    format!("Sitzung beenden: {device}")
}

pub fn username_hint() -> String {
    let (min, max) = (Username::MIN, Username::MAX);
    format!(
        "{min} bis {max} Zeichen: Buchstaben von a bis z, Ziffern, Bindestriche und Unterstriche. Der Name wird Teil der Adresse deines Profils."
    )
}

pub fn password_hint(min: usize) -> String {
    format!(
        "Mindestens {min} Zeichen. Mehrere Wörter kannst du dir leichter merken, und sie sind schwerer zu erraten."
    )
}

/// Hint for an address that has to be at one of these domains.
pub fn address_at(domains: &[String]) -> String {
    format!("Verwende eine Adresse bei {}.", domains.join(" oder "))
}
