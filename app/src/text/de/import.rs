//! German texts of importing users: its page, and what is wrong with a table.

use super::number::number;
use crate::{
    account::types::user_table::{RowMistake, TableMistake},
    text::words::words,
};

words! {
    import_lead: "Importiere Konten aus einer Tabelle, die als CSV gespeichert ist, zum Beispiel aus einer Tabellenkalkulation. Die erste Zeile nennt die Spalten: username oder email und, wenn du willst, role, status, created_at, last_login_at und Felder des Profils mit ihrem Schlüssel oder ihrem Namen. Eine E-Mail-Adresse gilt erst, wenn sie bestätigt ist.",
    import_file: "Tabelle",
    import_file_hint: "Eine CSV-Datei mit höchstens 256 KiB und 1000 Zeilen. Sie wird zuerst geprüft: Nichts wird importiert, bevor du das Ergebnis gesehen hast.",
    import_match: "Vorhandene Konten erkennen an",
    import_match_hint: "Sie bleiben unverändert.",
    import_invite: "An die Adresse jedes neuen Kontos einen Link senden, mit dem sich ein Passwort wählen lässt",
    import_check: "Prüfen",
    import_plan: "Ergebnis der Prüfung",
    import_download: "Diese Zeilen mit den Gründen herunterladen",
    import_changed: "Es wurde nichts importiert, denn seit der Prüfung hat sich etwas geändert. Hier ist das neue Ergebnis.",
}

fn accounts(count: usize) -> String {
    counted(count, "Konto", "Konten")
}

fn rows(count: usize) -> String {
    counted(count, "Zeile", "Zeilen")
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{} {many}", number(count)),
    }
}

/// Number of users that a table would create.
pub fn import_created(number: usize) -> String {
    format!("Neu: {}", accounts(number))
}

/// Number of users in a table who already exist.
pub fn import_skipped(number: usize) -> String {
    format!("Schon vorhanden und unverändert: {}", accounts(number))
}

/// Heading of the rows that would not be imported.
pub fn import_rejected(number: usize) -> String {
    format!("Werden nicht importiert: {}", rows(number))
}

/// Number of users or rows that are not shown.
pub fn import_more(count: usize) -> String {
    format!("und noch {}", number(count))
}

pub fn import_apply(number: usize) -> String {
    format!("{} importieren", accounts(number))
}

/// Result of an import.
pub fn imported(created: usize, rejected: usize) -> String {
    match rejected {
        0 => format!("Importiert: {}.", accounts(created)),
        _ => format!(
            "Importiert: {}. Nicht importiert: {}.",
            accounts(created),
            rows(rejected)
        ),
    }
}

/// Place of a row in its table.
pub fn table_line(line: u64) -> String {
    format!("Zeile {line}:")
}

/// Mistake that prevents the import of the whole table.
pub fn table_mistake(mistake: &TableMistake) -> String {
    match mistake {
        TableMistake::Empty => {
            "Wähle eine Datei, deren erste Zeile die Spalten nennt. Es wurde keine Tabelle gefunden.".to_owned()
        }
        TableMistake::NotUtf8 { line } => format!(
            "Zeile {line} ist nicht in UTF-8 kodiert. Speichere die Tabelle neu: in Excel als „CSV UTF-8“, in LibreOffice mit dem Zeichensatz UTF-8."
        ),
        TableMistake::Cells { line, cells, columns } => format!(
            "Zeile {line} hat {}, die erste Zeile aber {}. Setze Zellen, in denen das Trennzeichen vorkommt, in doppelte Anführungszeichen.",
            counted(*cells, "Zelle", "Zellen"),
            counted(*columns, "Spalte", "Spalten")
        ),
        TableMistake::RepeatedColumn(name) => format!(
            "Zwei Spalten heißen „{name}“. Benenne eine um oder lösche sie."
        ),
        TableMistake::NamelessColumn(number) => {
            format!("Spalte {number} hat keinen Namen. Gib ihr einen oder lösche sie.")
        }
        TableMistake::Unreadable { line } => {
            format!("Zeile {line} ist nicht lesbar. Speichere die Tabelle neu als CSV.")
        }
        TableMistake::UnknownColumn {
            column,
            known: [account, fields],
        } => format!(
            "Die Spalte „{column}“ ist unbekannt. Benenne sie um oder lösche sie. Spalten des Kontos sind {account}; Felder des Profils sind {fields}."
        ),
        TableMistake::SameColumns(name) => {
            format!("Zwei Spalten enthalten {name}. Lösche eine.")
        }
        TableMistake::NoNames => {
            "Die Tabelle hat weder eine Spalte username noch eine Spalte email. Füge eine davon hinzu.".to_owned()
        }
        TableMistake::PictureColumn(name) => format!(
            "Bilder lassen sich nicht aus einer Tabelle importieren. Lösche die Spalte „{name}“."
        ),
        TableMistake::ForbiddenColumn(name) => {
            format!("Die Spalte „{name}“ darfst du nicht importieren. Lösche sie.")
        }
        TableMistake::TooLarge => {
            "Die Tabelle ist größer als 256 KiB. Teile sie auf oder verwende den Befehl silhouette user import."
                .to_owned()
        }
        TableMistake::TooManyRows => {
            "Die Tabelle hat mehr als 1000 Zeilen. Teile sie auf oder verwende den Befehl silhouette user import."
                .to_owned()
        }
    }
}

/// Advice on a row that is not imported. It is shown after the name of its column.
pub fn row_advice(mistake: &RowMistake) -> String {
    match mistake {
        RowMistake::NoName => "Eines von beiden ist erforderlich".to_owned(),
        RowMistake::Same { line, .. } => format!("Steht auch in Zeile {line}"),
        RowMistake::UnknownRole(role) => format!("Im Schema gibt es keine Rolle „{role}“"),
        RowMistake::RoleOutOfReach(role) => {
            format!("Die Rolle „{role}“ darfst du nicht vergeben")
        }
        RowMistake::UnknownStatus(typed) => {
            format!("„{typed}“ ist weder active noch disabled")
        }
        RowMistake::NotYesOrNo { typed, .. } => format!("„{typed}“ ist weder yes noch no"),
        RowMistake::NotATime { typed, .. } => {
            format!("„{typed}“ ist kein Zeitpunkt wie 2026-11-29 14:30")
        }
        RowMistake::NameTaken => "Ein anderes Konto hat diesen Benutzernamen".to_owned(),
        RowMistake::LastManager => {
            "Mit der neuen Rolle könnte niemand mehr Konten verwalten. Gib zuerst einem anderen Konto das Recht manage_users".to_owned()
        }
    }
}
