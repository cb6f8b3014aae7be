//! The account, in German: signing up, logging in, settings, links in mails, leaving.

use super::date::date;
use crate::{
    account::types::{
        addresses::Failure, device::Device, erasure::Effect, event::EventKind, username::Username,
    },
    profile::rules::date::Date,
    text::words,
};

words! {
    sign_up: "Registrieren",
    log_in: "Anmelden",
    log_out: "Abmelden",
    create_account: "Konto erstellen",

    sign_up_title: "Erstelle dein Konto",
    log_in_title: "Willkommen zurück",
    have_account: "Du hast schon ein Konto?",
    no_account: "Neu hier?",
    log_in_first: "Melde dich an, um zur gewünschten Seite zu kommen.",

    username: "Benutzername",
    username_or_email: "Benutzername oder E-Mail-Adresse",
    email: "E-Mail-Adresse",
    email_hint: "Nur du siehst sie. Du bekommst einen Link, um sie zu bestätigen. Danach kannst du dich mit ihr anmelden und ein neues Passwort anfordern.",
    password: "Passwort",
    show_password: "Passwort anzeigen",
    caps_lock: "Die Feststelltaste ist an.",

    settings: "Einstellungen",
    account: "Konto",
    change_password: "Passwort ändern",
    change_password_lead: "Alle anderen Anmeldungen mit deinem Konto werden dabei beendet. Hier bleibst du angemeldet.",
    current_password: "Aktuelles Passwort",
    new_password: "Neues Passwort",
    password_changed: "Dein Passwort ist geändert. Auf allen anderen Geräten bist du abgemeldet.",

    sessions: "Wo du angemeldet bist",
    sessions_lead: "Beende jede Anmeldung, die du nicht kennst, und ändere danach dein Passwort.",
    this_session: "Diese Anmeldung",
    since: "Angemeldet seit dem",
    last_seen: "Zuletzt aktiv etwa am",
    end_session: "Beenden",
    end_others: "Alle anderen beenden",
    session_ended: "Dort bist du jetzt abgemeldet.",
    session_gone: "Diese Anmeldung ist schon beendet. Es wurde nichts geändert.",

    forgot: "Passwort vergessen?",
    forgot_title: "Neues Passwort wählen",
    forgot_lead: "Gib die E-Mail-Adresse deines Kontos ein. Du bekommst einen Link, um ein neues Passwort zu wählen.",
    send_link: "Link senden",
    link_sent_title: "Sieh in deinen E-Mails nach",
    link_sent: "Wenn es zu dieser Adresse ein Konto gibt, ist ein Link unterwegs. Er funktioniert zwei Stunden lang. Nichts angekommen? Sieh im Spam-Ordner nach und prüfe, ob zu deinem Konto wirklich diese Adresse gehört.",
    ask_again: "Neuen Link anfordern",
    reset_lead: "Mit dem neuen Passwort enden alle bestehenden Anmeldungen.",
    save_password: "Passwort speichern",
    password_reset: "Dein neues Passwort ist gespeichert. Melde dich damit an.",
    confirm_title: "Adresse bestätigen",
    confirm_address: "Diese Adresse bestätigen",
    address_confirmed: "Deine E-Mail-Adresse ist bestätigt.",
    undo_title: "Alte Adresse zurückholen",
    take_back: "Zurückholen",
    change_email: "E-Mail-Adresse",
    no_email: "Du hast noch keine angegeben. Mit einer E-Mail-Adresse kannst du einen Link anfordern, wenn du dein Passwort vergisst.",
    new_email: "Neue E-Mail-Adresse",
    new_email_hint: "Du bekommst einen Link an diese Adresse. Sie gilt, sobald du sie damit bestätigt hast.",
    email_asked: "Ein Link ist unterwegs. Öffne ihn, um die Adresse zu bestätigen.",
    not_arrived: "Nichts angekommen? Sieh im Spam-Ordner nach. Wenn sich die E-Mail nicht zustellen lässt, steht das auf dieser Seite.",
    email_cancelled: "Die unbestätigte Adresse ist gelöscht.",
    email_first: "Auf dieser Website bestätigen alle zuerst ihre E-Mail-Adresse.",
    open_the_link: "Öffne den Link in der E-Mail oder lass ihn dir noch einmal senden.",
    cancel_change: "Doch nicht ändern",
    forget_address: "Diese Adresse löschen",
    your_account: "Dein Konto mit Name, Adresse und Passwort",
    password_again: "Dein Passwort",
    password_again_hint: "Zur Sicherheit noch einmal: Dieser Schritt ist heikel, und deine Anmeldung ist schon eine Weile her.",
    confirm_only_yours: "Bestätige nur, wenn du das selbst veranlasst hast und es dein eigenes Konto ist.",
    another_account: "Um noch ein Konto zu erstellen, melde dich zuerst ab.",
    account_made: "Dein Konto gibt es schon. Es wurde nichts noch einmal erstellt.",
    go_on: "Weiter",
}

pub fn confirmed_address(address: &str) -> String {
    format!("Deine Adresse ist {address}.")
}

pub fn waits_for(address: &str) -> String {
    format!("{address} ist noch nicht bestätigt. Öffne dafür den Link in der E-Mail.")
}

/// That a mail did not arrive, and what to do.
pub fn undelivered(why: Failure, address: &str, day: Date) -> String {
    let day = date(day);
    match why {
        Failure::NoMailbox => format!(
            "Am {day} konnte eine E-Mail an {address} nicht zugestellt werden: Der Mailserver dort sagt, dass es dieses Postfach nicht gibt oder dass es nichts annimmt. Prüfe die Schreibweise oder gib eine andere Adresse an."
        ),
        Failure::Letters => format!(
            "Am {day} konnte eine E-Mail an {address} nicht zugestellt werden: Unser Mailserver nimmt keine Adressen mit solchen Buchstaben vor dem @ an. Gib eine andere Adresse an."
        ),
        Failure::NotTaken => format!(
            "Eine E-Mail an {address} konnte nicht zugestellt werden, und seit dem {day} wird es nicht mehr versucht: Kein Mailserver hat sie angenommen. Prüfe die Schreibweise oder gib eine andere Adresse an."
        ),
    }
}

/// That an earlier address can take the account back.
pub fn way_back(address: &str, until: Date) -> String {
    format!(
        "Bis zum {} kann jeder, der die E-Mails an die frühere Adresse {address} liest, dieses Konto mit allem darin zurückholen.",
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
    format!("Für @{username}.")
}

pub fn undo_lead(address: &str, username: &str) -> String {
    format!(
        "{address} wird wieder die E-Mail-Adresse von @{username}. Alle Anmeldungen mit diesem Konto werden beendet, und du wählst ein neues Passwort."
    )
}

words! {
    privacy_lead: "Wer dein Profil und seine einzelnen Felder sieht, legst du beim Bearbeiten fest.",
    search_engines: "Dürfen Suchmaschinen dein Profil anzeigen?",
    search_engines_hint: "Sie finden es nur, wenn es für alle sichtbar ist. Suchmaschinen, die es schon kennen, brauchen etwas Zeit, um es zu vergessen.",
    save_privacy: "Auswahl speichern",
    privacy_saved: "Deine Auswahl ist gespeichert.",
    your_data: "Deine Daten",
    export: "Deine Daten herunterladen",
    export_lead: "Was hier über dich gespeichert ist, in einer ZIP-Datei: dein Konto, dein Profil mit Verlauf und Bildern, deine Anmeldungen, die Browser, mit denen du dich angemeldet hast, und deine Aktivität. Bis auf die Bilder ist alles JSON.",
    download: "Herunterladen",
    export_first: "Zuerst deine Daten herunterladen",
    delete_account: "Konto löschen",
    goes: "Das wird endgültig gelöscht",
    stays_nameless: "Das bleibt, und niemand kann erkennen, dass es von dir ist",
    forbids: "Das muss vorher weg",
    forbids_hint: "Solange es da ist, lässt sich das Konto nicht löschen. Lösche es oder wende dich an das Team dieser Website.",
    type_username: "Dein Benutzername",
    stayed: "Willkommen zurück. Dein Konto bleibt, und nichts wurde gelöscht.",
}

pub fn delete_lead(days: u32) -> String {
    match days {
        0 => "Dein Konto wird sofort endgültig gelöscht. Niemand kann es wiederherstellen.".to_owned(),
        1 => "Dein Konto wird sofort geschlossen und nach einem Tag endgültig gelöscht. Wenn du dich bis dahin anmeldest, behältst du es. Danach kann es niemand wiederherstellen.".to_owned(),
        days => format!(
            "Dein Konto wird sofort geschlossen und nach {days} Tagen endgültig gelöscht. Wenn du dich bis dahin anmeldest, behältst du es. Danach kann es niemand wiederherstellen."
        ),
    }
}

pub fn left(days: u32) -> String {
    match days {
        0 => "Dein Konto ist gelöscht.".to_owned(),
        1 => "Dein Konto ist geschlossen. In einem Tag wird es gelöscht, wenn du dich nicht vorher anmeldest.".to_owned(),
        days => format!(
            "Dein Konto ist geschlossen. In {days} Tagen wird es gelöscht, wenn du dich nicht vorher anmeldest."
        ),
    }
}

pub fn type_username_hint(username: &str) -> String {
    format!("Gib {username} ein, um das Löschen zu bestätigen.")
}

/// The rows of a table that share a fate; of a table that this program does not
/// know, its name.
pub fn rows_of(table: &str, fate: Effect, rows: u64) -> String {
    let (one, many) = match (table, fate) {
        ("profiles", _) => ("dein Profil", "Profile"),
        ("profile_changes", Effect::Goes) => (
            "Änderung im Verlauf deines Profils",
            "Änderungen im Verlauf deines Profils",
        ),
        ("profile_changes", _) => (
            "Änderung von dir am Profil einer anderen Person",
            "Änderungen von dir an den Profilen anderer Personen",
        ),
        ("sessions", _) => ("bestehende Anmeldung", "bestehende Anmeldungen"),
        ("devices", _) => (
            "Browser, mit dem du dich angemeldet hast",
            "Browser, mit denen du dich angemeldet hast",
        ),
        ("tokens", _) => ("Link in einer E-Mail", "Links in E-Mails"),
        ("mails", _) => (
            "noch nicht gesendete E-Mail",
            "noch nicht gesendete E-Mails",
        ),
        ("avatars", _) => (
            "Bild",
            "Bilder, mit denen, die noch eine Zeit lang aufbewahrt werden",
        ),
        ("users", _) => ("Konto einer anderen Person", "Konten anderer Personen"),
        ("events", _) => (
            "Eintrag im Aktivitätsprotokoll",
            "Einträge im Aktivitätsprotokoll",
        ),
        (table, _) => (table, table),
    };
    match rows {
        1 if table == "profiles" => "Dein Profil".to_owned(),
        1 => format!("1 {one}"),
        rows => format!("{rows} {many}"),
    }
}

words! {
    activity: "Aktivität",
    activity_lead: "Was du und andere mit deinem Konto gemacht haben. Niemand kann diese Liste ändern. Was in deinem Profil geändert wurde, steht in dessen Verlauf.",
    older_activity: "Ältere Einträge",
}

/// What was done, to who looks at their own list.
pub fn event(kind: Option<EventKind>) -> &'static str {
    let Some(kind) = kind else {
        return "Etwas, das diese Version nicht kennt";
    };
    match kind {
        EventKind::SignedUp => "Konto erstellt",
        EventKind::LoggedIn => "Angemeldet",
        EventKind::LogInFailed => {
            "Jemand hat versucht, sich mit einem falschen Passwort anzumelden"
        }
        EventKind::LoggedOut => "Abgemeldet",
        EventKind::SessionsEnded => "Auf anderen Geräten abgemeldet",
        EventKind::PasswordChanged => "Passwort geändert",
        EventKind::PasswordFailed => "Falsches Passwort bei einer erneuten Abfrage",
        EventKind::ResetAsked => "Jemand hat einen Link für ein neues Passwort angefordert",
        EventKind::PasswordReset => "Neues Passwort über einen Link in einer E-Mail gewählt",
        EventKind::EmailAsked => "Adresse angegeben, Bestätigung steht aus",
        EventKind::EmailCancelled => "Änderung der Adresse abgebrochen",
        EventKind::EmailConfirmed => "Adresse bestätigt",
        EventKind::EmailUndone => "Frühere Adresse zurückgeholt",
        EventKind::Exported => "Daten heruntergeladen",
        EventKind::HistoryErased => "Wert aus dem Verlauf gelöscht",
        EventKind::DeletionRequested => "Konto geschlossen, Löschung folgt",
        EventKind::DeletionCancelled => "Wieder angemeldet, das Konto bleibt",
        EventKind::Erased => "Konto gelöscht",
        EventKind::RoleChanged => "Rolle geändert",
        EventKind::Disabled => "Konto gesperrt",
        EventKind::Enabled => "Konto entsperrt",
        EventKind::Refused => "Eine Anfrage wurde abgelehnt",
    }
}

/// One role, and the one that took its place.
pub fn from_to(old: &str, new: &str) -> String {
    format!("von {old} zu {new}")
}

/// Who did it, where it was not the reader.
pub fn by_actor(username: &str) -> String {
    format!("von @{username}")
}

/// To whom the reader did it.
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

/// What the button says to who only hears it.
pub fn end_session_on(device: &str) -> String {
    format!("Beenden: {device}")
}

pub fn username_hint() -> String {
    let (min, max) = (Username::MIN, Username::MAX);
    format!(
        "{min} bis {max} Zeichen: Buchstaben von a bis z, Ziffern, Bindestriche und Unterstriche. Unter diesem Namen ist dein Profil zu finden."
    )
}

pub fn password_hint(min: usize) -> String {
    format!(
        "Mindestens {min} Zeichen. Mehrere Wörter kannst du dir leichter merken, und sie sind schwerer zu erraten."
    )
}
