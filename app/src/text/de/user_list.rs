//! German texts of the list of users, and of actions on many of them.

use super::{account::rows_of, number::number};
use crate::{
    account::types::{
        bulk::NotDone,
        erasure::Effect,
        managed::{AccountCount, AccountOrder, LastLogin},
    },
    text::words::words,
};

words! {
    order: "Reihenfolge",
    users_per_page: "Benutzer pro Seite",
    unknown_place: "Diese Adresse führt zu einer Stelle, die es in dieser Liste nicht gibt. Beginne wieder mit der ersten Seite.",
    download_list: "Als CSV herunterladen",
    many_at_once: "Mehrere Benutzer ändern",
    what_to_do: "Aktion",
    go_on_with_ticked: "Weiter mit den ausgewählten Benutzern",
    send_links: "Links für ein neues Passwort senden",
    disable_accounts: "Konten sperren",
    enable_accounts: "Konten entsperren",
    delete_accounts: "Konten löschen",
    delete_accounts_lead: "Die Konten werden sofort und endgültig gelöscht.",
    nobody_ticked: "Niemand ist ausgewählt. Geh zurück zur Liste und wähle mindestens eine Person aus.",
    nothing_done_yet: "Es wurde noch nichts geändert.",
    back_to_list: "Zurück zur Liste",
    was_done: "Erledigt",
    was_not_done: "Nicht erledigt",
    stays_without_name: "Das bleibt, ist diesen Benutzern aber nicht mehr zugeordnet",
}

/// Number of users in a list, as far as they were counted.
pub fn users_found(count: AccountCount) -> String {
    match (count.counted, count.is_least) {
        (found, _) if found > AccountCount::MOST => {
            format!("Mehr als {} Benutzer", number(AccountCount::MOST))
        }
        (0, true) => "Möglicherweise gibt es passende Benutzer".to_owned(),
        (found, true) => format!("Mindestens {} Benutzer", number(found)),
        (found, false) => format!("{} Benutzer", number(found)),
    }
}

pub fn narrowed_list(text: &str) -> String {
    format!(
        "Viele Benutzer haben „{text}“ im Namen, im Benutzernamen oder in der E-Mail-Adresse; nicht alle sind aufgelistet. Gib mehr ein, um die anderen zu finden."
    )
}

pub fn last_login_is(last: LastLogin) -> &'static str {
    match last {
        LastLogin::Lately => "In den letzten 30 Tagen",
        LastLogin::NotForMonths => "Seit 90 Tagen nicht",
        LastLogin::NotForAYear => "Seit einem Jahr nicht",
        LastLogin::Never => "Nie",
    }
}

pub fn account_order(order: AccountOrder) -> &'static str {
    match order {
        AccountOrder::Username => "Benutzername",
        AccountOrder::SignedUp => "Neueste zuerst",
        AccountOrder::LastLogin => "Letzte Anmeldung zuerst",
    }
}

/// Accessible name of the box that selects a user.
pub fn tick_user(name: &str) -> String {
    format!("{name} auswählen")
}

pub fn go_on_with_all(count: usize) -> String {
    match count {
        1 => "Weiter mit der Person auf dieser Seite".to_owned(),
        count => format!("Weiter mit allen {} auf dieser Seite", number(count)),
    }
}

pub fn go_on_with_rest(count: usize) -> String {
    match count {
        1 => "Weiter mit der letzten Person".to_owned(),
        count => format!("Weiter mit den übrigen {}", number(count)),
    }
}

pub fn give_role(label: &str) -> String {
    format!("Rolle ändern: {label}")
}

pub fn selected(count: usize) -> String {
    format!("{} Benutzer ausgewählt", number(count))
}

pub fn will_be_done(count: usize) -> String {
    match count {
        1 => "Betrifft 1 Person".to_owned(),
        count => format!("Betrifft {} Benutzer", number(count)),
    }
}

pub fn will_not_be_done(count: usize) -> String {
    match count {
        1 => "Betrifft 1 Person nicht".to_owned(),
        count => format!("Betrifft {} Benutzer nicht", number(count)),
    }
}

/// Role that a user has until it is changed.
pub fn until_now(role: &str) -> String {
    format!("bisher {role}")
}

pub fn done_for(count: usize) -> String {
    match count {
        1 => "Bei 1 Person erledigt.".to_owned(),
        count => format!("Bei {} Benutzern erledigt.", number(count)),
    }
}

/// Reason why an action on many users is not, or was not, performed on one of them.
pub fn not_done(reason: NotDone) -> &'static str {
    match reason {
        NotDone::Gone => "Diesen Benutzer gibt es nicht.",
        NotDone::OwnAccount => "Das ist dein eigenes Konto.",
        NotDone::OutOfReach => "Deine Rolle erlaubt dir nicht, dieses Konto zu ändern.",
        NotDone::Already => "Es gibt nichts zu ändern.",
        NotDone::NoAddress => "Es gibt keine Adresse, an die ein Link gesendet werden kann.",
        NotDone::Kept => {
            "Das Konto kann nicht gelöscht werden, solange andere Daten davon abhängen."
        }
        NotDone::Changed => {
            "Das Konto hat sich inzwischen geändert. Sieh es dir noch einmal an, bevor du entscheidest."
        }
        NotDone::LastManager => "Kein anderes Konto kann Benutzer verwalten.",
        NotDone::TooMany => {
            "An diese Adresse wurden zu viele E-Mails gesendet. Versuche es später noch einmal."
        }
        NotDone::Later => "Die Zeit hat nicht gereicht. Fahre mit den übrigen fort.",
        NotDone::Failed => {
            "Der Server hat es nicht bestätigt. Sieh dir das Konto an, bevor du es noch einmal versuchst."
        }
    }
}

/// Number of rows of a table on which the erasure of several users has the same effect.
pub fn rows_of_users(table: &str, fate: Effect, rows: u64) -> String {
    let (one, many) = match (table, fate) {
        ("profiles", _) => ("Profil", "Profile"),
        ("profile_changes", Effect::Goes) => (
            "Änderung im Verlauf eines Profils",
            "Änderungen im Verlauf von Profilen",
        ),
        ("profile_changes", _) => (
            "Änderung am Profil einer anderen Person",
            "Änderungen an den Profilen anderer Personen",
        ),
        ("devices", _) => (
            "Browser, mit dem sie sich angemeldet haben",
            "Browser, mit denen sie sich angemeldet haben",
        ),
        (table, fate) => return rows_of(table, fate, rows),
    };
    match rows {
        1 => format!("1 {one}"),
        rows => format!("{} {many}", number(rows)),
    }
}
