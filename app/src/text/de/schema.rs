//! German texts of the schema: its page, and the report on the effects of another one.

use super::number::number;
use crate::{
    profile::rules::{audience::Audience, schema_change::Finding},
    text::words::words,
};

words! {
    schema_built_in: "Es gilt das eingebaute Schema.",
    schema_checked_only: "Hier kannst du ein anderes Schema nur prüfen. Um das geltende zu ändern, bearbeite seine Datei und sende dem Programm SIGHUP.",
    schema_seen_by: "Sichtbar für",
    schema_changed_by: "Wer es ändern darf",
    schema_profiles_of: "Nur in Profilen von",
    schema_values: "Werte",
    schema_owner: "die Person, der das Profil gehört",
    schema_nobody: "niemand",
    schema_counted_in_newest: "Die Werte werden nur in den neuesten 1000 Profilen gezählt, bei einer Prüfung in allen.",
    schema_other: "Ein anderes Schema",
    schema_other_lead: "Es wird zuerst an allen Profilen geprüft. Nichts ändert sich, bevor du gelesen hast, was es bewirken würde.",
    schema_text: "Text des Schemas",
    schema_text_hint: "Eine vollständige profile.toml, höchstens 256 KiB.",
    schema_file: "Oder eine Datei",
    schema_file_hint: "Wenn du eine wählst, wird sie anstelle des Textes geprüft.",
    schema_check: "Prüfen",
    schema_apply: "Dieses Schema anwenden",
    schema_applied: "Das neue Schema gilt jetzt.",
    schema_download: "profile.toml herunterladen",
    schema_would: "Was es bewirken würde",
    schema_is_harmless: "Nichts würde ungültig, verborgen oder für mehr Personen sichtbar.",
    schema_is_not_harmless: "Die Änderungen stehen oben. Kein Schema löscht gespeicherte Werte.",
    no_such_field_any_more: "nicht im neuen Schema",
    schema_same: "Dieses Schema gilt bereits.",
    schema_read: "Ich habe gelesen, was es bewirken würde.",
    schema_out_of_reach: "Du kannst es nicht anwenden: Es gewährt oder entzieht ein Recht, das deine Rolle nicht hat, oder ändert, ob jemand mit einem solchen Recht einen zweiten Faktor braucht.",
    schema_replaced: "Seit du diese Seite geöffnet hast, wurde ein anderes Schema angewendet. Deins wurde deshalb nicht angewendet, sondern noch einmal geprüft.",
    schema_unread: "Es wurde noch nichts angewendet. Lies, was es bewirken würde, und kreuze an, dass du es gelesen hast.",
    schema_too_long: "Das sind mehr als 256 KiB. Kürze den Text.",
    schema_too_many_profiles: "Es sind zu viele Profile, um sie auf dieser Seite zu prüfen. Verwende den Befehl: silhouette schema apply FILE",
    schema_applied_badge: "Gilt",
    schema_revisions: "Fassungen",
    schema_no_revisions: "Noch keine. Jedes Schema, das hier oder mit einem Befehl angewendet wird, wird aufbewahrt.",
    schema_take_back: "Prüfen und wiederherstellen",
    schema_compare_current: "Mit der geltenden Fassung vergleichen",
    schema_older: "Ältere Fassungen",
    schema_same_texts: "Beide Texte sind gleich.",
    schema_lines_left_out: "…",
}

/// Source of a schema that is read from a file.
pub fn schema_from_file(path: &str) -> String {
    format!("Das Schema wird aus einer Datei auf dem Server gelesen, {path}.")
}

pub fn schema_revision(id: i64) -> String {
    if id == 0 {
        return "Eingebautes Schema".to_owned();
    }
    format!("Fassung {id}")
}

pub fn schema_revision_in_force(id: i64) -> String {
    format!("Es gilt Fassung {id}.")
}

pub fn schema_taken_back_to(id: i64) -> String {
    if id == 0 {
        return "stellt das eingebaute Schema wieder her".to_owned();
    }
    format!("stellt Fassung {id} wieder her")
}

/// Heading of the lines that differ: those of the first are missing in the second.
pub fn schema_from_to(old: &str, new: &str) -> String {
    format!("Von „{old}“ zu „{new}“")
}

/// Mistake in a schema. Its reason is English in every language.
pub fn schema_mistake(line: usize, reason: &str) -> String {
    format!("Zeile {line}: {reason}")
}

/// Number of profiles that have a value of a field.
pub fn profiles_with_value(values: u64, profiles: u64) -> String {
    let profiles = number(profiles);
    match values {
        1 => format!("1 von {profiles} Profilen hat einen Wert"),
        values => format!(
            "{} von {profiles} Profilen haben einen Wert",
            number(values)
        ),
    }
}

/// Audience of a field: the default, or if it is locked, the only one.
pub fn schema_audience(audience: Audience, locked: bool) -> &'static str {
    match (audience, locked) {
        (Audience::Everyone, false) => "alle, solange nichts anderes gewählt ist",
        (Audience::Members, false) => "Mitglieder, solange nichts anderes gewählt ist",
        (Audience::Me, false) => {
            "die Person, der das Profil gehört, solange nichts anderes gewählt ist"
        }
        (Audience::Everyone, true) => "alle",
        (Audience::Members, true) => "Mitglieder",
        (Audience::Me, true) => "die Person, der das Profil gehört",
    }
}

/// Effect of another schema, and how often it occurs.
pub fn schema_finding(finding: &Finding, count: u64) -> String {
    let count = number(count);
    match finding {
        Finding::Invalid(why) => format!("Werte, die ungültig würden: {count}. {why}"),
        Finding::Unreadable => {
            format!("Werte, die verborgen würden, weil der neue Typ sie nicht lesen kann: {count}")
        }
        Finding::WithoutRole => format!(
            "Werte, die verborgen würden, weil es dieses Feld für die Rolle der Person nicht gibt: {count}"
        ),
        Finding::Narrower => {
            format!("Werte, die für weniger Personen sichtbar würden als jetzt: {count}")
        }
        Finding::Wider => {
            format!("Werte, die für mehr Personen sichtbar würden als jetzt: {count}")
        }
        Finding::Missing => {
            format!("Profile, die beim nächsten Speichern einen Wert brauchen: {count}")
        }
        Finding::Gone => format!("Werte, die verborgen würden: {count}"),
        Finding::Role { from, to } => {
            format!("Konten, deren Rolle sich von {from} zu {to} ändern würde: {count}")
        }
        Finding::WiderProfile => {
            format!("Profile, die für mehr Personen sichtbar würden als jetzt: {count}")
        }
        Finding::NarrowerProfile => {
            format!("Profile, die für weniger Personen sichtbar würden als jetzt: {count}")
        }
        Finding::Given { role, right } => {
            format!("die Rolle {role} würde das Recht {right} bekommen")
        }
        Finding::Taken { role, right } => {
            format!("die Rolle {role} würde das Recht {right} verlieren")
        }
        Finding::SecondRequired(role) => {
            format!("wer die Rolle {role} hat, müsste einen zweiten Faktor einrichten")
        }
        Finding::SecondOptional(role) => {
            format!("wer die Rolle {role} hat, bräuchte keinen zweiten Faktor mehr")
        }
        Finding::NoManager => {
            "niemand könnte mehr Konten verwalten, daher lässt sich das Schema nicht anwenden"
                .to_owned()
        }
    }
}
