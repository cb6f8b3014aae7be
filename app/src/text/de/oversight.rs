//! German texts of oversight: the audit log, account details, a profile as a member sees it.

use super::{account::rows_of, number::number};
use crate::{
    account::types::{erasure::Effect, token::TokenPurpose},
    text::words::words,
};

words! {
    events_lead: "Hier steht, was mit den Konten dieser Website gemacht wurde und von wem. Niemand kann diese Liste ändern. Änderungen an Profilen stehen in deren Verlauf.",
    event_kind: "Ereignis",
    from_day: "Von",
    to_day: "Bis",
    no_events: "Keine passenden Ereignisse.",
    older_events: "Ältere Ereignisse",
    download_csv: "Als CSV herunterladen",
    download_json_lines: "Als JSON-Zeilen herunterladen",
    no_such_person: "Niemand hat diesen Benutzernamen. Prüfe die Schreibweise oder suche unter den Benutzern.",
    page_from_elsewhere: "Diese Adresse führt zu keiner Stelle der Liste. Beginne wieder beim neuesten Ereignis.",
    user_sessions: "Angemeldet",
    no_sessions: "Nirgends angemeldet.",
    user_session_ended: "Sitzung beendet.",
    user_links: "Gültige Links",
    no_links: "Keine gültigen Links.",
    link_gone: "Dieser Link gilt nicht mehr. Es wurde nichts geändert.",
    void_link: "Widerrufen",
    link_is_void: "Link widerrufen.",
    way_back_stays: "Dieser Link bleibt gültig: Mit ihm lässt sich ein Konto wiederherstellen, das jemand übernommen hat.",
    handed_out: "Ausgehändigt",
    sent_on: "Gesendet",
    valid_until: "Gültig bis",
    account_history: "Verlauf des Kontos",
    disabled_on: "Gesperrt am",
    erase_user: "Konto löschen",
    erase_user_hint: "Bevor du bestätigst, siehst du, was gelöscht wird.",
    erase_user_lead: "Das Konto wird sofort und endgültig gelöscht. Die Person wird per E-Mail benachrichtigt.",
    user_erased: "Konto gelöscht.",
    stays_without_them: "Das bleibt, ist der Person aber nicht mehr zugeordnet",
    forbids_it: "Solange diese Daten vorhanden sind, lässt sich das Konto nicht löschen. Lösche sie zuerst.",
    the_account: "Das Konto: Benutzername, E-Mail-Adresse und Passwort",
    see_as_lead: "Du kannst dir das Profil ansehen, aber nichts ändern. Jeder Aufruf wird festgehalten: in deinen Aktivitäten, in denen dieser Person und in denen der Person, der das Profil gehört.",
    whose_profile: "Benutzername des Profils",
    show_profile: "Profil anzeigen",
    own_eyes: "Du kannst dir nicht ansehen, wie eine Person ihr eigenes Profil sieht, denn dort steht auch, was für andere verborgen ist. Gib einen anderen Benutzernamen ein.",
    on_all_devices: "auf allen Geräten",
    no_reason: "keiner angegeben",
}

/// Heading of the page for seeing a profile as a user sees it.
pub fn see_as(username: &str) -> String {
    format!("Ein Profil aus der Sicht von @{username} ansehen")
}

pub fn seen_as(username: &str) -> String {
    format!(
        "Du siehst dieses Profil so, wie @{username} es sieht. Du kannst es ansehen, aber nichts ändern. Dieser Aufruf wurde festgehalten."
    )
}

pub fn not_seen_by(username: &str, profile: &str) -> String {
    format!("@{username} sieht kein Profil von @{profile}.")
}

/// Reason why no link to choose a password is offered.
pub fn no_link_to(address: &str) -> String {
    format!(
        "An {address} kann kein Link für ein neues Passwort gesendet werden: Die Adresse ist nicht bestätigt, und sie wurde vor der letzten Änderung des Passworts angegeben oder gehört vielleicht jemand anderem. Die Person kann eine andere Adresse angeben, oder das Team dieser Website kann einen Link aushändigen."
    )
}

pub fn link_to(purpose: TokenPurpose) -> &'static str {
    match purpose {
        TokenPurpose::Confirm => "Zum Bestätigen einer E-Mail-Adresse",
        TokenPurpose::Reset => "Für ein neues Passwort",
        TokenPurpose::Undo => "Zum Wiederherstellen der früheren E-Mail-Adresse",
    }
}

/// Accessible name of the button that invalidates one link.
pub fn void_link_to(purpose: TokenPurpose, created: &str) -> String {
    format!("Widerrufen: {}, {created}", link_to(purpose))
}

pub fn no_such_event(word: &str) -> String {
    format!("Es gibt kein Ereignis „{word}“. Wähle eines aus.")
}

pub fn no_such_day(label: &str) -> String {
    format!("{label}: Gib ein gültiges Datum ein. Der letzte Tag darf nicht vor dem ersten liegen.")
}

/// Number of rows of a table on which an erasure has the same effect, as told to a manager who is
/// about to erase the user. An unknown table is called by its name in the database.
pub fn their_rows_of(table: &str, fate: Effect, rows: u64) -> String {
    let (one, many) = match (table, fate) {
        ("profiles", _) => ("Profil", "Profile"),
        ("profile_changes", Effect::Goes) => (
            "Änderung im Verlauf des Profils",
            "Änderungen im Verlauf des Profils",
        ),
        ("profile_changes", _) => (
            "Änderung der Person an einem anderen Profil",
            "Änderungen der Person an anderen Profilen",
        ),
        ("devices", _) => (
            "Browser, mit dem sich die Person angemeldet hat",
            "Browser, mit denen sich die Person angemeldet hat",
        ),
        ("users", _) => ("Konto einer anderen Person", "Konten anderer Personen"),
        (table, fate) => return rows_of(table, fate, rows),
    };
    match rows {
        1 => format!("1 {one}"),
        rows => format!("{} {many}", number(rows)),
    }
}
