//! Texts in German of the profile and its editor.

use super::number::number;
use crate::{
    profile::rules::{audience::Audience, author::Author, date::Date},
    text::words::words,
};

words! {
    profile: "Profil",
    your_profile: "Dein Profil",
    edit_profile: "Profil bearbeiten",
    save_profile: "Profil speichern",
    saving: "Wird gespeichert\u{a0}…",
    saved: "Profil gespeichert.",
    saved_other: "Profil gespeichert.",
    cancel: "Abbrechen",
    preview: "Vorschau",
    preview_hint: "So sieht das Profil nach dem Speichern aus.",
    public_address: "Öffentliches Profil",
    privacy: "Privatsphäre",
    nothing: "Leer",
    unreadable: "Ein Wert, den diese Website nicht mehr lesen kann",
    filled_in_by_others: "Dieses Feld füllt jemand anderes für dich aus.",
    not_yours_to_change: "Das kannst du sehen, aber nicht ändern.",
    not_kept: "Nicht gespeichert: Felder, die du nicht mehr ändern kannst",
    not_kept_hint: "Das hast du in Felder eingegeben, die du nicht mehr ändern kannst. Kopiere, was du brauchst.",
    role: "Rolle",
    nothing_yet: "Hier steht noch nichts.",
    still_empty: "Noch leer",
    yes: "Ja",
    no: "Nein",
    not_said: "Keine Angabe",
    save_contact: "Als Kontakt speichern",
    qr_code: "QR-Code",
    unsaved: "Du hast ungespeicherte Änderungen.",
    choose: "Option wählen",

    view_as: "Ansehen als",
    a_guest: "Gast",
    a_member: "Mitglied",
    me: "Ich",
    as_others: "So sehen andere dein Profil. Alles, was fehlt, ist für sie verborgen.",
    hidden_from_them: "Stattdessen erscheint „Seite nicht gefunden“.",

    seen_by: "Sichtbar für",
    who_sees_profile: "Wer dein Profil sehen kann",
    who_sees_profile_hint: "Alle anderen erfahren nicht einmal, dass du ein Profil hast. Kein Feld ist für mehr Personen sichtbar als das Profil selbst.",

    conflict_title: "Wähle, was bleiben soll",
    before: "Vorher",
    after: "Nachher",
    yours: "Deine Version",
    yours_elsewhere: "In einem anderen Fenster gespeicherte Version",
    kept_too: "Das Profil wurde geändert, während du es bearbeitet hast. Auch diese Änderungen sind gespeichert:",

    history: "Verlauf",
    history_lead: "Alle Änderungen an deinem Profil. Nur du siehst diese Seite.",
    no_history: "Noch keine Änderungen.",
    older: "Ältere Änderungen",
    undo: "Rückgängig machen",
    undone: "Änderung rückgängig gemacht.",
    undo_conflict: "Seit du diese Seite geöffnet hast, wurde hier noch einmal etwas geändert. Sieh es dir unten an und mach es rückgängig, wenn du das immer noch möchtest.",
    cannot_undo: "Das lässt sich nicht rückgängig machen.",

    value_erased: "Gelöscht",
    value_too_old: "Nicht mehr aufbewahrt",
    erase_value: "Aus dem Verlauf löschen",
    erase_lead: "Der Wert wird in deinem Verlauf überall endgültig gelöscht. Dass es eine Änderung gab, wann und von wem, bleibt im Verlauf sichtbar. Dein Profil bleibt, wie es ist.",
    erase_which: "Was gelöscht werden soll",
    erase_still: "So steht es gerade in deinem Profil. Soll es auch dort verschwinden, bearbeite dein Profil.",
    erased_notice: "Wert aus deinem Verlauf gelöscht.",
}

pub fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "Alle",
        Audience::Members => "Mitglieder",
        Audience::Me => "Nur ich",
    }
}

/// Roles that see a field regardless of its audience.
pub fn and_always(roles: &str) -> String {
    format!("und immer: {roles}")
}

/// Option for who sees the whole profile.
pub fn whole_audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "Alle",
        Audience::Members => "Mitglieder: alle, die angemeldet sind",
        Audience::Me => "Nur ich: Profil verbergen",
    }
}

/// Name of a field's audience in the history and in a conflict.
pub fn who_sees(label: &str) -> String {
    format!("Wer „{label}“ sehen kann")
}

/// Heading of the other side of a conflict.
pub fn theirs(by: Option<&str>) -> String {
    match by {
        Some(username) => format!("Version von @{username}"),
        None => "Version vom Team dieser Website oder von einem ehemaligen Mitglied".to_owned(),
    }
}

/// Someone else's change that a save kept.
pub fn kept(label: &str, author: &str) -> String {
    format!("{label}, {author}")
}

/// Author of a change, as told to the user named `reader`.
pub fn author(author: &Author, reader: &str) -> String {
    match author {
        Author::User(username) if username == reader => "von dir".to_owned(),
        Author::User(username) => format!("von @{username}"),
        Author::Former => "von einem ehemaligen Mitglied".to_owned(),
        Author::Operator => "vom Team dieser Website".to_owned(),
    }
}

/// Accessible name of the undo button.
pub fn undo_what(label: &str) -> String {
    format!("Rückgängig machen: {label}")
}

/// Accessible name of the link that deletes a value from the history.
pub fn erase_what(label: &str) -> String {
    format!("Aus dem Verlauf löschen: {label}")
}

/// Link to a change whose value is truncated.
pub fn whole_value(label: &str) -> String {
    format!("{label} vollständig anzeigen")
}

/// Number of times a value occurs in the history.
pub fn places(places: u64) -> String {
    match places {
        1 => "An 1 Stelle im Verlauf.".to_owned(),
        places => format!("An {} Stellen im Verlauf.", number(places)),
    }
}

/// "Profil von Maya Lind bearbeiten"
pub fn edit_profile_of(name: &str) -> String {
    format!("Profil von {name} bearbeiten")
}

/// "Profil von Maya Lind"
pub fn profile_of(name: &str) -> String {
    format!("Profil von {name}")
}

/// Description of a profile page for link previews, if the profile has no better text.
pub fn profile_at(name: &str, site: &str) -> String {
    format!("{name} auf {site}")
}

/// Alternative text of a QR code.
pub fn qr_code_of(address: &str) -> String {
    format!("QR-Code für {address}")
}

/// Month in which the account was created.
pub fn member_since(day: Date) -> String {
    format!("Mitglied seit {}", super::date::month_and_year(day))
}

/// Character limit shown below a field before anything is typed.
pub fn up_to(max: usize) -> String {
    format!("Bis zu {} Zeichen.", number(max))
}

/// Characters left, or too many, while someone types.
pub fn room_left(length: usize, max: usize) -> String {
    match max.checked_sub(length) {
        Some(left) => format!("Noch {} Zeichen frei.", number(left)),
        None => format!("{} Zeichen zu viel.", number(length - max)),
    }
}

words! {
    change_picture: "Bild ändern",
    picture_file: "Bilddatei",
    picture_limits: "JPEG, PNG, WebP, GIF oder BMP, bis 16 MB und 50 Megapixel. Verwendet wird das größte Quadrat aus der Mitte. Ort und Zeit der Aufnahme werden nicht gespeichert.",
    picture_ways: "Du kannst ein Bild auch hierher ziehen oder einfügen.",
    picture_leaves: "Beim Speichern des Bildes wird diese Seite neu geladen. Speichere vorher deine Änderungen weiter unten.",
    picture_elsewhere: "Das Bild hat ein eigenes Formular weiter oben.",
    picture_of_others: "Du kannst das Bild weiter oben entfernen.",
    alt: "Bildbeschreibung",
    alt_hint: "Für alle, die das Bild nicht sehen können. Lass das Feld leer, wenn dein Name genug sagt.",
    save_picture: "Bild speichern",
    picture_saved: "Bild gespeichert.",
    remove_picture: "Bild entfernen",
    remove_picture_hint: "Du kannst es 30 Tage lang aus dem Verlauf wiederherstellen. Danach wird es endgültig gelöscht.",
    picture_erased: "Dieses Bild wurde gelöscht. Frühere Bilder werden 30 Tage lang aufbewahrt.",
    uploading: "Bild wird hochgeladen",
    upload_cancelled: "Hochladen abgebrochen. Dein Bild bleibt, wie es war.",
    crop: "Bildausschnitt",
    crop_hint: "Zieh das Bild oder verschiebe den Ausschnitt mit den Pfeiltasten. Mit Plus und Minus änderst du die Vergrößerung.",
    zoom: "Vergrößerung",
    move_left: "Nach links verschieben",
    move_right: "Nach rechts verschieben",
    move_up: "Nach oben verschieben",
    move_down: "Nach unten verschieben",
    rotate: "Drehen",
    reset: "Zurücksetzen",
}

/// Picture in a list of changes.
pub fn picture(alt: &str) -> String {
    if alt.is_empty() {
        "Ein Bild".to_owned()
    } else {
        format!("Ein Bild: {alt}")
    }
}
