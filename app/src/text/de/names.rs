//! German texts of usernames: choosing a new one, and former ones.

use super::date::date;
use crate::{profile::rules::date::Date, text::words::words};

words! {
    change_username: "Benutzernamen ändern",
    new_username: "Neuer Benutzername",
    username_changed: "Benutzername geändert.",
    change_username_lead: "Du kannst alle 30 Tage einen neuen Benutzernamen wählen. Du bleibst dabei angemeldet.",
    old_name_lead: "Ein Jahr lang leitet deine alte Adresse zur neuen weiter, du kannst dich weiterhin mit dem alten Namen anmelden, und niemand sonst kann ihn wählen. Du kannst jederzeit zu ihm zurückkehren.",
    former_names: "Frühere Benutzernamen",
    rename_user_lead: "Die Person wird per E-Mail benachrichtigt. Ein Jahr lang leitet die alte Adresse zur neuen weiter, die Person kann sich weiterhin mit dem alten Namen anmelden, und niemand sonst kann ihn wählen.",
}

pub fn present_name(username: &str, address: &str) -> String {
    format!("Dein Benutzername ist @{username}, die Adresse deines Profils ist {address}.")
}

/// Former username, and how long it is kept for the user.
pub fn kept_until(username: &str, until: Date) -> String {
    format!("@{username}, bis zum {} für dich reserviert", date(until))
}

/// The day from which a new username can be chosen.
pub fn next_name_from(day: Date) -> String {
    format!(
        "Du hast vor Kurzem einen neuen Benutzernamen gewählt. Den nächsten kannst du ab dem {} wählen. Bis dahin kannst du nur zu einem früheren zurückkehren oder die Groß- und Kleinschreibung ändern.",
        date(day)
    )
}
