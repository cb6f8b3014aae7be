//! Pages and messages for what could not be done, in German: what happened, and a
//! way out.

use std::borrow::Cow;

use crate::{
    error::AppError,
    text::{number::megabytes, words},
};

words! {
    go_home: "Zur Startseite",
    send_again: "Noch einmal abschicken",
    form_is_kept: "Deine Eingaben bleiben auf dieser Seite erhalten, sind aber noch nicht gespeichert. Komm hierher zurück, um sie noch einmal abzuschicken.",
    log_in_new_tab: "In neuem Tab anmelden",
}

/// Title and explanation of an error page.
pub fn error_page(error: &AppError) -> (&'static str, Cow<'static, str>) {
    let (title, explanation) = match error {
        AppError::NotFound => (
            "Diese Seite gibt es nicht",
            "Vielleicht enthält die Adresse einen Tippfehler, oder die Seite wurde entfernt. Wenn du die Adresse eingefügt hast, prüfe, ob sie vollständig ist.",
        ),
        AppError::NotLoggedIn => (
            "Melde dich zuerst an",
            "Diese Seite ist für Mitglieder, und du bist nicht oder nicht mehr angemeldet.",
        ),
        AppError::Forbidden => (
            "Das ist nicht erlaubt",
            "Die Anfrage kam nicht von einer Seite dieser Website, oder dieses Konto darf das nicht. Es wurde nichts geändert.",
        ),
        AppError::ForeignForm => (
            "Dieses Formular kam von einer anderen Adresse",
            "Dein Browser sagt, dass es von der Seite einer anderen Website abgeschickt wurde, deshalb wurde nichts geändert. Öffne die Seite hier noch einmal und schick das Formular von dort ab. War es eine Seite dieser Website, dann sag es denen, die sie betreiben: public_url muss die Adresse sein, die dein Browser anzeigt. Was abweicht, steht im Protokoll.",
        ),
        AppError::UnmarkedForm => (
            "Dein Browser sagt nicht, woher dieses Formular kommt",
            "Solange du angemeldet bist, zählt ein Formular nur, wenn der Browser sagt, dass es von dieser Website kommt. Deshalb wurde nichts geändert. Eine Einstellung, eine Erweiterung oder ein Proxy hält das zurück. Erlaube dieser Website die Header Origin oder Referer und schick das Formular noch einmal ab.",
        ),
        AppError::CutLink => (
            "Dieser Link ist unvollständig",
            "Ein Teil davon fehlt, vielleicht, weil er auf zwei Zeilen umbrochen wurde. Kopiere ihn ganz aus der E-Mail und füge ihn in die Adresszeile ein.",
        ),
        AppError::TooLarge | AppError::ProxyLimit { .. } => (
            "Das ist zu viel auf einmal",
            "Was du abgeschickt hast, ist größer, als dieses Formular es zulässt. Es wurde nichts geändert. Geh zurück, kürze es und schick es noch einmal ab.",
        ),
        AppError::Misdirected => (
            "Diese Website hat eine andere Adresse",
            "Auf die Adresse, die dein Browser anzeigt, antwortet sie nicht. Es wurde nichts geändert. Wer die Website betreibt, findet im Protokoll, was zu tun ist.",
        ),
        AppError::FormOwnerChanged => (
            "Du bist jetzt mit einem anderen Konto angemeldet",
            "Dieses Formular lässt sich nur mit dem Konto abschicken, mit dem es geöffnet wurde. Es wurde nichts geändert. Melde dich mit diesem Konto an.",
        ),
        AppError::TooMany { seconds } => {
            let explanation = format!(
                "Versuch es {} noch einmal. Es wurde nichts geändert.",
                in_time(*seconds)
            );
            return ("Zu viele Versuche", explanation.into());
        }
        AppError::PlanChanged => (
            "Es ist nicht mehr dasselbe",
            "Was mit deinem Konto gelöscht wird, hat sich geändert, seit du die Seite geöffnet hast. Es wurde nichts gelöscht. Lies die Liste noch einmal.",
        ),
        AppError::DeadLink => (
            "Dieser Link funktioniert nicht mehr",
            "Er wurde schon benutzt, er ist abgelaufen, oder seit dem Versand hat sich etwas geändert. Fordere einen neuen an.",
        ),
        AppError::LastManager => (
            "Jemand muss die Konten verwalten",
            "Nur dieses eine Konto darf das. Gib zuerst einem anderen Konto diese Rolle. Es wurde nichts geändert.",
        ),
        AppError::Conflict { .. } => (
            "Inzwischen wurde etwas geändert",
            "Seit du die Seite geöffnet hast, wurde hier etwas anderes gespeichert. Deine Änderung ist nicht gespeichert. Geh zurück und sieh es dir noch einmal an.",
        ),
        AppError::Busy | AppError::Unreachable | AppError::Proxy { .. } => (
            "Gerade ist viel los",
            "Der Server hat im Moment mehr zu tun, als er schafft. Warte kurz und versuch es dann noch einmal.",
        ),
        AppError::BadRequest | AppError::Invalid(_) => (
            "Diese Anfrage ergibt hier keinen Sinn",
            "Der Browser hat etwas gesendet, wonach keine Seite dieser Website fragt. Es wurde nichts geändert. Geh zurück, lade die Seite neu und versuch es noch einmal.",
        ),
        AppError::Internal => (
            "Hier ist etwas schiefgegangen",
            "Der Fehler liegt bei uns, nicht bei dir, und ist schon vermerkt. Warte kurz und versuch es dann noch einmal.",
        ),
    };
    (title, explanation.into())
}

/// "in 5 Minuten"
fn in_time(seconds: u32) -> String {
    match seconds.div_ceil(60) {
        0 | 1 => "in einer Minute".to_owned(),
        minutes @ 2..=119 => format!("in {minutes} Minuten"),
        minutes => format!("in {} Stunden", minutes.div_ceil(60)),
    }
}

/// The message beside a form that could not be sent. What was typed is still in it.
pub fn form_error(error: &AppError) -> Cow<'static, str> {
    let words = match error {
        AppError::TooMany { seconds } => {
            return format!(
                "Das waren zu viele Versuche. Deine Eingaben sind noch da: Schick sie {} noch einmal ab.",
                in_time(*seconds)
            )
            .into();
        }
        AppError::NotLoggedIn => {
            "Du bist nicht mehr angemeldet. Deine Eingaben sind noch da: Melde dich in einem neuen Tab an, komm zurück und schick sie noch einmal ab."
        }
        AppError::FormOwnerChanged => {
            "Du bist jetzt mit einem anderen Konto angemeldet, deshalb wurde nichts gespeichert. Deine Eingaben sind noch da: Melde dich in einem neuen Tab mit deinem Konto an, komm zurück und schick sie noch einmal ab."
        }
        AppError::Unreachable => {
            "Der Server war nicht zu erreichen. Deine Eingaben sind noch da: Prüfe deine Verbindung und schick sie noch einmal ab."
        }
        AppError::Busy => {
            "Der Server ist gerade ausgelastet. Deine Eingaben sind noch da: Warte kurz und schick sie noch einmal ab."
        }
        AppError::ForeignForm => {
            "Der Server hält dieses Formular für das einer anderen Website, deshalb wurde nichts gespeichert. Deine Eingaben sind noch da. Sag es denen, die diese Website betreiben: public_url muss die Adresse sein, die dein Browser anzeigt."
        }
        AppError::UnmarkedForm => {
            "Dein Browser sagt nicht, woher dieses Formular kommt, deshalb wurde nichts gespeichert. Deine Eingaben sind noch da: Erlaube dieser Website die Header Origin oder Referer und schick sie noch einmal ab."
        }
        AppError::ProxyLimit { bytes } => {
            let size = megabytes(*bytes, ",");
            return format!(
                "Der Proxy dieser Website nimmt die {size} MB nicht an, die du abgeschickt hast. Wähle eine kleinere Datei, oder sag es denen, die diese Website betreiben."
            )
            .into();
        }
        AppError::Proxy {
            status: status @ 502..=504,
        } => {
            return format!(
                "Die Website antwortet gerade nicht, sagt der Proxy vor ihr ({status}). Deine Eingaben sind noch da: Warte kurz und schick sie noch einmal ab."
            )
            .into();
        }
        AppError::Proxy { status } => {
            return format!(
                "Etwas zwischen deinem Browser und dieser Website hat an ihrer Stelle geantwortet ({status}). Deine Eingaben sind noch da: Schick sie noch einmal ab, und wenn das nicht hilft, sag es denen, die diese Website betreiben."
            )
            .into();
        }
        AppError::NotFound | AppError::Forbidden => {
            "Dieses Profil kannst du nicht mehr ändern, deshalb wurde nichts gespeichert. Deine Eingaben sind noch da: Kopiere, was du brauchst."
        }
        AppError::PlanChanged => {
            "Was mit deinem Konto gelöscht wird, hat sich geändert, seit du diese Seite geöffnet hast. Es wurde nichts gelöscht. Lies die Liste noch einmal."
        }
        AppError::LastManager => {
            "Nur dieses Konto darf die Konten verwalten. Gib zuerst einem anderen Konto diese Rolle. Es wurde nichts geändert."
        }
        AppError::TooLarge => {
            "Das ist mehr, als dieses Formular zulässt. Kürze es und schick es noch einmal ab."
        }
        AppError::Conflict { .. } => {
            "Seit du diese Seite geöffnet hast, wurde an derselben Stelle etwas anderes gespeichert. Deine Änderung ist noch nicht gespeichert, aber nichts ist verloren: Wähle, was bleiben soll, und speichere noch einmal."
        }
        _ => {
            "Das hat nicht geklappt, und es liegt an uns. Deine Eingaben sind noch da: Versuch es gleich noch einmal."
        }
    };
    words.into()
}

/// Of a password, beside the message about its form.
pub fn enter_again(label: &str) -> String {
    format!("{label}: Gib es noch einmal ein, es wird nicht aufbewahrt")
}
