//! German texts of the members' directory.

use crate::text::words::words;

words! {
    members: "Mitglieder",
    all_members: "Alle Mitglieder",
    name_or_word: "Name oder Wort",
    search_members_hint: "Wörter aus Namen und Profilen oder Teile davon: mindestens der Anfang eines Wortes oder drei Buchstaben hintereinander.",
    first_letter: "Anfangsbuchstabe",
    no_members: "Im Verzeichnis steht noch niemand.",
    no_members_found: "Keine passenden Mitglieder. Versuche es mit weniger oder kürzeren Wörtern.",
    unknown_member_filter: "Diese Adresse enthält einen unbekannten Filter. Wähle einen anderen.",
    unknown_page: "Diese Adresse führt zu keiner Seite dieser Suche. Beginne wieder mit der ersten Seite.",
    directory_question: "Soll dein Profil im Mitgliederverzeichnis stehen?",
    directory_hint: "Im Verzeichnis sehen andere nur, was sie von deinem Profil ohnehin sehen können. Ohne Eintrag findet dich nur, wer deinen Benutzernamen kennt.",
}
