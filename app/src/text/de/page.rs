//! The frame around every page, the welcome page, how pages look, and the forms'
//! shared words, in German.

use crate::text::words;

words! {
    skip_to_content: "Zum Inhalt springen",
    main_navigation: "Hauptmenü",
    optional: "(freiwillig)",
    comma: ", ",
    problem: "Das hat noch nicht geklappt",
    error_prefix: "Fehler: ",

    appearance: "Darstellung",
    colours_and_language: "Farben und Sprache",
    appearance_lead: "Wie diese Website auf diesem Gerät aussieht.",
    appearance_saved: "Ab jetzt sieht die Website so aus.",
    save_appearance: "Darstellung speichern",
    site_language: "Sprache",
    theme: "Farben",
    theme_system: "Wie das Gerät",
    theme_light: "Hell",
    theme_dark: "Dunkel",

    welcome_title: "Eine Seite, die zeigt, wer du bist",
    welcome_lead: "Registriere dich, und du hast ein Profil. Schreib so viel, wie du magst, und ändere es, wann immer du willst.",
}

/// What one gets, each with an explanation.
pub fn welcome_points() -> [(&'static str, &'static str); 3] {
    [
        (
            "Von Anfang an deins",
            "Dein Profil entsteht zusammen mit deinem Konto. Du musst nichts einrichten und nichts beantragen.",
        ),
        (
            "Was du eingibst, bleibt erhalten",
            "Ein Formular, das sich nicht speichern lässt, kommt so zurück, wie du es abgeschickt hast. Daneben steht, was noch zu ändern ist.",
        ),
        (
            "Schlank auf jedem Gerät",
            "Die Seiten kommen fertig an. Sie funktionieren ohne Skripte, mit langsamer Verbindung und auf kleinem Bildschirm.",
        ),
    ]
}

/// The last line of a mail.
pub fn mail_foot(site: &str) -> String {
    format!("Gesendet von {site}. Anlass ist ein Konto oder eine Anfrage dort.")
}
