//! Error pages and error messages in German: what happened, and a way out.

use std::borrow::Cow;

use crate::{
    error::AppError,
    text::{number::megabytes, words::words},
};

words! {
    error_id: "Wenn du das meldest, nenne diese Nummer:",
    go_home: "Zur Startseite",
    send_again: "Noch einmal abschicken",
    form_is_kept: "Deine Eingaben bleiben auf dieser Seite erhalten, sind aber noch nicht gespeichert. Komm hierher zurück, um sie noch einmal abzuschicken.",
    log_in_new_tab: "In neuem Tab anmelden",
}

/// Title and explanation of an error page. The commands print them too.
pub fn error_page(error: &AppError) -> (&'static str, Cow<'static, str>) {
    let (title, explanation) = match error {
        AppError::NotFound => (
            "Seite nicht gefunden",
            "Wenn du die Adresse eingetippt hast, prüfe die Schreibweise. Wenn du sie eingefügt hast, prüfe, ob sie vollständig ist. Vielleicht wurde die Seite auch entfernt.",
        ),
        AppError::NotLoggedIn => (
            "Melde dich an, um fortzufahren",
            "Diese Seite ist für Mitglieder. Du bist nicht angemeldet, oder deine Sitzung ist abgelaufen.",
        ),
        AppError::Forbidden => (
            "Das ist nicht erlaubt",
            "Die Anfrage kam nicht von einer Seite dieser Website, oder dieses Konto hat keine Berechtigung dafür. Es wurde nichts geändert.",
        ),
        AppError::ForeignForm => (
            "Dieses Formular kam von einer anderen Adresse",
            "Dein Browser meldet, dass es von der Seite einer anderen Website abgeschickt wurde, deshalb wurde nichts geändert. Öffne die Seite hier noch einmal und schick das Formular von dort ab. War es eine Seite dieser Website, wende dich an ihr Team: public_url muss die Adresse sein, die dein Browser anzeigt. Was abweicht, steht im Protokoll.",
        ),
        AppError::UnmarkedForm => (
            "Dein Browser meldet nicht, woher dieses Formular kommt",
            "Solange du angemeldet bist, wird ein Formular nur angenommen, wenn der Browser meldet, dass es von dieser Website kommt. Deshalb wurde nichts geändert. Eine Browsereinstellung, eine Erweiterung oder ein Proxy entfernt diese Angabe. Erlaube für diese Website den Header Origin oder Referer und schick das Formular noch einmal ab.",
        ),
        AppError::CutLink => (
            "Dieser Link ist unvollständig",
            "Ein Teil davon fehlt, vielleicht, weil er auf zwei Zeilen umbrochen wurde. Kopiere den ganzen Link aus der E-Mail und füge ihn in die Adresszeile ein.",
        ),
        AppError::TooLarge => (
            "Das ist zu groß",
            "Du hast mehr abgeschickt, als dieses Formular zulässt. Es wurde nichts geändert. Geh zurück, kürze es und schick es noch einmal ab.",
        ),
        AppError::Misdirected => (
            "Diese Website hat eine andere Adresse",
            "Unter der Adresse, die dein Browser anzeigt, ist sie nicht erreichbar. Es wurde nichts geändert. Das Team dieser Website findet im Protokoll, was zu tun ist.",
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
            "Die Liste hat sich geändert",
            "Was mit deinem Konto gelöscht wird, hat sich geändert, seit du die Seite geöffnet hast. Es wurde nichts gelöscht. Lies die Liste noch einmal.",
        ),
        AppError::DeadLink => (
            "Dieser Link funktioniert nicht mehr",
            "Er wurde schon verwendet, er ist abgelaufen, oder seit dem Versand hat sich etwas geändert. Fordere einen neuen Link an.",
        ),
        AppError::LastManager => (
            "Jemand muss die Konten verwalten können",
            "Nur dieses eine Konto kann das. Gib zuerst einem anderen Konto diese Rolle. Es wurde nichts geändert.",
        ),
        AppError::Conflict { .. }
        | AppError::AlreadyDecided { .. }
        | AppError::NotAllDone { .. } => (
            "Inzwischen wurde etwas geändert",
            "Seit du die Seite geöffnet hast, wurde hier etwas anderes gespeichert. Deine Änderung ist nicht gespeichert. Geh zurück und sieh es dir noch einmal an.",
        ),
        AppError::Busy => (
            "Der Server ist ausgelastet",
            "Er kann deine Anfrage gerade nicht bearbeiten. Warte kurz und versuch es dann noch einmal.",
        ),
        AppError::Unconfirmed => (
            "Möglicherweise wurde das nicht gespeichert",
            "Die Datenbank hat es nicht bestätigt. Geh zurück, lade die Seite neu und sieh nach: Fehlt deine Änderung, dann mach sie noch einmal.",
        ),
        AppError::BadRequest | AppError::Invalid(_) => (
            "Diese Anfrage wurde nicht verstanden",
            "Der Browser hat etwas gesendet, das keine Seite dieser Website vorsieht. Es wurde nichts geändert. Geh zurück, lade die Seite neu und versuch es noch einmal.",
        ),
        AppError::Internal => (
            "Etwas ist schiefgegangen",
            "Der Fehler liegt bei uns und wurde protokolliert. Warte kurz und versuch es dann noch einmal.",
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

/// Message beside a form that could not be sent and still holds what was typed.
pub fn form_error(error: &AppError) -> Cow<'static, str> {
    let words = match error {
        AppError::TooMany { seconds } => {
            return format!(
                "Zu viele Versuche. Deine Eingaben sind noch da: Schick sie {} noch einmal ab.",
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
        AppError::Busy => {
            "Der Server ist gerade ausgelastet. Deine Eingaben sind noch da: Warte kurz und schick sie noch einmal ab."
        }
        AppError::Unconfirmed => {
            "Die Datenbank hat das nicht bestätigt, deshalb ist nicht bekannt, ob es gespeichert wurde. Deine Eingaben sind noch da: Warte kurz und schick sie noch einmal ab. Was schon gespeichert ist, wird nicht doppelt gespeichert."
        }
        AppError::ForeignForm => {
            "Der Server hält dieses Formular für das einer anderen Website, deshalb wurde nichts gespeichert. Deine Eingaben sind noch da. Wende dich an das Team dieser Website: public_url muss die Adresse sein, die dein Browser anzeigt."
        }
        AppError::UnmarkedForm => {
            "Dein Browser meldet nicht, woher dieses Formular kommt, deshalb wurde nichts gespeichert. Deine Eingaben sind noch da: Erlaube für diese Website den Header Origin oder Referer und schick sie noch einmal ab."
        }
        AppError::NotFound | AppError::Forbidden => {
            "Dieses Profil kannst du nicht mehr ändern, deshalb wurde nichts gespeichert. Deine Eingaben sind noch da: Kopiere, was du brauchst."
        }
        AppError::PlanChanged => {
            "Was mit deinem Konto gelöscht wird, hat sich geändert, seit du diese Seite geöffnet hast. Es wurde nichts gelöscht. Lies die Liste noch einmal."
        }
        AppError::LastManager => {
            "Nur dieses Konto kann die Konten verwalten. Gib zuerst einem anderen Konto diese Rolle. Es wurde nichts geändert."
        }
        AppError::TooLarge => {
            "Du hast mehr abgeschickt, als dieses Formular zulässt. Kürze es und schick es noch einmal ab."
        }
        AppError::Conflict { .. }
        | AppError::AlreadyDecided { .. }
        | AppError::NotAllDone { .. } => {
            "Seit du diese Seite geöffnet hast, wurde an derselben Stelle etwas anderes gespeichert. Deine Änderung ist noch nicht gespeichert, aber nichts ist verloren: Wähle, was bleiben soll, und speichere noch einmal."
        }
        _ => {
            "Bei uns ist etwas schiefgegangen. Deine Eingaben sind noch da: Warte kurz und schick sie noch einmal ab."
        }
    };
    words.into()
}

/// Message beside a form that did not reach the server, or whose answer did not come back.
pub fn unreachable() -> &'static str {
    "Der Server war nicht zu erreichen. Deine Eingaben sind noch da: Prüfe deine Verbindung und schick sie noch einmal ab."
}

/// Message beside a form of this many bytes that a proxy rejected.
pub fn proxy_limit(bytes: u64) -> String {
    let size = megabytes(bytes, ",");
    format!(
        "Der Proxy dieser Website nimmt die {size} MB nicht an, die du abgeschickt hast. Wähle eine kleinere Datei oder wende dich an das Team dieser Website."
    )
}

/// Message beside a form that was answered by something other than this site.
pub fn proxy_answer(status: u16) -> String {
    match status {
        502..=504 => format!(
            "Diese Website antwortet gerade nicht. Ihr Proxy meldet den Fehler {status}. Deine Eingaben sind noch da: Warte kurz und schick sie noch einmal ab."
        ),
        _ => format!(
            "Anstelle dieser Website hat etwas geantwortet, das zwischen ihr und deinem Browser liegt (Status {status}). Deine Eingaben sind noch da: Schick sie noch einmal ab. Wenn das nicht hilft, wende dich an das Team dieser Website."
        ),
    }
}

/// Reminder, beside a form's error, that a password has to be entered again.
pub fn enter_again(label: &str) -> String {
    format!("{label}: Gib es noch einmal ein, es bleibt nicht im Formular stehen")
}
