//! Texts in German of the page frame, the welcome page, the appearance, and words
//! that all forms share.

use crate::text::words::words;

words! {
    skip_to_content: "Zum Inhalt springen",
    main_navigation: "Hauptmenü",
    optional: "(optional)",
    comma: ", ",
    problem: "Das hat noch nicht geklappt",
    error_prefix: "Fehler: ",

    appearance: "Darstellung",
    colours_and_language: "Farbschema und Sprache",
    appearance_lead: "Wähle, wie diese Website auf diesem Gerät aussieht.",
    appearance_saved: "Darstellung gespeichert.",
    save_appearance: "Darstellung speichern",
    site_language: "Sprache",
    theme: "Farbschema",
    theme_system: "System",
    theme_light: "Hell",
    theme_dark: "Dunkel",

    welcome_title: "Eine Seite, die zeigt, wer du bist",
    welcome_lead: "Registriere dich und erhalte dein eigenes Profil. Teile so viel, wie du magst, und ändere es jederzeit.",
}

/// Benefits on the welcome page, each with an explanation.
pub fn welcome_points() -> [(&'static str, &'static str); 3] {
    [
        (
            "Von Anfang an deins",
            "Dein Profil entsteht zusammen mit deinem Konto. Du musst nichts einrichten.",
        ),
        (
            "Was du eingibst, bleibt erhalten",
            "Lässt sich ein Formular nicht speichern, bleibt es so ausgefüllt, wie es war, und zeigt dir, was noch zu ändern ist.",
        ),
        (
            "Schnell auf jedem Gerät",
            "Die Seiten funktionieren auch ohne JavaScript, bei langsamer Verbindung und auf kleinen Bildschirmen.",
        ),
    ]
}

/// Last line of an email.
pub fn mail_foot(site: &str) -> String {
    format!("Du erhältst diese E-Mail wegen eines Kontos oder einer Anfrage bei {site}.")
}
