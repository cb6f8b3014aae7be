//! The profile and its editor, in German.

use super::number::number;
use crate::{
    profile::rules::{audience::Audience, author::Author, date::Date},
    text::words,
};

words! {
    profile: "Profil",
    your_profile: "Dein Profil",
    edit_profile: "Profil bearbeiten",
    save_profile: "Profil speichern",
    saving: "Wird gespeichert\u{a0}…",
    saved: "Dein Profil ist gespeichert.",
    saved_other: "Das Profil ist gespeichert.",
    cancel: "Abbrechen",
    preview: "Vorschau",
    preview_hint: "So sieht es mit dem aus, was gerade im Formular steht.",
    public_address: "Öffentliches Profil",
    privacy: "Privatsphäre",
    nothing: "Leer",
    unreadable: "Ein Wert, den diese Website nicht mehr lesen kann",
    filled_in_by_others: "Das füllt eine andere Person für dich aus.",
    not_yours_to_change: "Das kannst du lesen, aber nicht ändern.",
    not_kept: "Eingaben, die keinen Platz mehr haben",
    not_kept_hint: "Das hast du in Felder eingegeben, die du nicht mehr ändern kannst. Kopiere, was du brauchst.",
    role: "Rolle",
    nothing_yet: "Hier steht noch nichts.",
    still_empty: "Noch leer",
    yes: "Ja",
    no: "Nein",
    not_said: "Keine Angabe",
    save_contact: "Als Kontakt speichern",
    qr_code: "QR-Code",
    unsaved: "Es gibt Änderungen, die noch nicht gespeichert sind.",
    choose: "Bitte wählen",

    view_as: "Ansehen als",
    a_guest: "Gast",
    a_member: "Mitglied",
    me: "Ich",
    as_others: "So sehen andere dein Profil. Was fehlt, ist für sie verborgen.",
    hidden_from_them: "Dein Profil ist hier nicht sichtbar. Es erscheint nur der Hinweis, dass es diese Seite nicht gibt.",

    seen_by: "Sichtbar für",
    who_sees_profile: "Wer dein Profil sieht",
    who_sees_profile_hint: "Für alle anderen ist es, als hättest du keines. Kein Feld ist für mehr Personen sichtbar als das Profil selbst.",

    conflict_title: "Wähle, was bleiben soll",
    before: "Vorher",
    after: "Nachher",
    yours: "Von dir",
    yours_elsewhere: "In einem anderen Fenster gespeichert",
    kept_too: "Während du das Profil bearbeitet hast, gab es weitere Änderungen. Auch sie bleiben erhalten:",

    history: "Verlauf",
    history_lead: "Jede Änderung an deinem Profil. Nur du siehst diese Seite.",
    no_history: "Noch keine Änderungen.",
    older: "Ältere Änderungen",
    undo: "Rückgängig machen",
    undone: "Die Änderung ist rückgängig gemacht.",
    undo_conflict: "Seit du diese Seite geöffnet hast, wurde es noch einmal geändert. Sieh es dir unten an und mach es rückgängig, wenn du das weiterhin möchtest.",
    cannot_undo: "Das lässt sich nicht rückgängig machen.",

    value_erased: "Gelöscht",
    value_too_old: "Nicht mehr aufbewahrt",
    erase_value: "Aus dem Verlauf löschen",
    erase_lead: "Was du hier löschst, verschwindet endgültig aus deinem Verlauf, wo immer es dort steht. Dass es geändert wurde, wann und von wem, bleibt sichtbar. Dein Profil bleibt, wie es ist.",
    erase_which: "Was gelöscht werden soll",
    erase_still: "So steht es gerade in deinem Profil. Soll es auch dort verschwinden, bearbeite dein Profil.",
    erased_notice: "Es ist aus deinem Verlauf gelöscht.",
}

pub fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "Alle",
        Audience::Members => "Mitglieder",
        Audience::Me => "Nur ich",
    }
}

/// Roles that see a field whatever its audience.
pub fn and_always(roles: &str) -> String {
    format!("und immer: {roles}")
}

/// A choice of who sees the profile as a whole.
pub fn whole_audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "Alle",
        Audience::Members => "Mitglieder: alle, die angemeldet sind",
        Audience::Me => "Nur ich: Profil verbergen",
    }
}

/// The name of an item in the history and in a conflict.
pub fn who_sees(label: &str) -> String {
    format!("Wer „{label}“ sieht")
}

/// Above the other side of a conflict.
pub fn theirs(by: Option<&str>) -> String {
    match by {
        Some(username) => format!("Von @{username}"),
        None => "Vom Team dieser Website oder von einem früheren Mitglied".to_owned(),
    }
}

/// One of the changes that a save has kept.
pub fn kept(label: &str, author: &str) -> String {
    format!("{label}, {author}")
}

/// Whose change it is, told to the user of that name.
pub fn author(author: &Author, reader: &str) -> String {
    match author {
        Author::User(username) if username == reader => "von dir".to_owned(),
        Author::User(username) => format!("von @{username}"),
        Author::Former => "von einem früheren Mitglied".to_owned(),
        Author::Operator => "vom Team dieser Website".to_owned(),
    }
}

/// What the button says to who only hears it.
pub fn undo_what(label: &str) -> String {
    format!("Rückgängig machen: {label}")
}

/// What the link says to who only hears it.
pub fn erase_what(label: &str) -> String {
    format!("Aus dem Verlauf löschen: {label}")
}

/// The link to a change whose value is cut short.
pub fn whole_value(label: &str) -> String {
    format!("{label} ganz anzeigen")
}

/// How often a value stands in the history.
pub fn places(places: u64) -> String {
    match places {
        1 => "An 1 Stelle im Verlauf.".to_owned(),
        places => format!("An {places} Stellen im Verlauf."),
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

/// What a page about somebody says to programs that show a link to it, where the
/// profile has no text that says it better.
pub fn profile_at(name: &str, site: &str) -> String {
    format!("{name} auf {site}")
}

/// What a picture shows that a phone reads an address from.
pub fn qr_code_of(address: &str) -> String {
    format!("QR-Code von {address}")
}

/// When the account was made.
pub fn member_since(day: Date) -> String {
    format!("Mitglied seit {}", super::date::month_and_year(day))
}

/// A limit, as it stands below a field before anything is typed.
pub fn up_to(max: usize) -> String {
    format!("Bis zu {} Zeichen.", number(max))
}

/// The limit while somebody types.
pub fn room_left(length: usize, max: usize) -> String {
    match max.checked_sub(length) {
        Some(left) => format!("Noch {} Zeichen frei.", number(left)),
        None => format!("{} Zeichen zu viel.", number(length - max)),
    }
}

words! {
    change_picture: "Dein Bild ändern",
    picture_file: "Bilddatei",
    picture_limits: "JPEG, PNG, WebP, GIF oder BMP, bis 16 MB und 50 Megapixel. Verwendet wird das größte Quadrat aus der Mitte. Ort und Zeit der Aufnahme werden nicht gespeichert.",
    picture_ways: "Du kannst ein Bild auch hierher ziehen oder einfügen.",
    picture_leaves: "Beim Speichern des Bildes wird diese Seite neu geladen. Speichere vorher, was du weiter unten geändert hast.",
    picture_elsewhere: "Das Bild hat ein eigenes Formular weiter oben.",
    picture_of_others: "Du kannst das Bild weiter oben entfernen.",
    alt: "Was das Bild zeigt",
    alt_hint: "Für alle, die das Bild nicht sehen können. Lass das Feld leer, wenn dein Name genug sagt.",
    save_picture: "Bild speichern",
    picture_saved: "Dein Bild ist gespeichert.",
    remove_picture: "Bild entfernen",
    remove_picture_hint: "30 Tage lang lässt es sich aus dem Verlauf zurückholen. Danach wird es endgültig gelöscht.",
    picture_erased: "Dieses Bild ist gelöscht: Frühere Bilder werden nur 30 Tage lang aufbewahrt.",
    uploading: "Das Bild wird gesendet",
    upload_cancelled: "Abgebrochen. Das bisherige Bild bleibt.",
    crop: "Bildausschnitt, der bleibt",
    crop_hint: "Zieh das Bild oder verschiebe den Ausschnitt mit den Pfeiltasten. Mit Plus und Minus änderst du die Vergrößerung.",
    zoom: "Vergrößerung",
    move_left: "Nach links verschieben",
    move_right: "Nach rechts verschieben",
    move_up: "Nach oben verschieben",
    move_down: "Nach unten verschieben",
    rotate: "Drehen",
    reset: "Zurücksetzen",
}

/// A picture, in a list of changes.
pub fn picture(alt: &str) -> String {
    if alt.is_empty() {
        "Ein Bild".to_owned()
    } else {
        format!("Ein Bild: {alt}")
    }
}
