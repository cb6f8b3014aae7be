//! Messages in German for violated rules: what to do about each.

use super::{
    date::date,
    number::{integer, number},
};
use crate::{
    account::types::username::Username, profile::rules::violation::Violation, text::code_point,
};

/// Message for a field. It also appears alone, in the summary at the top of the page,
/// so it names the field.
pub fn violation(field: &str, violation: &Violation) -> String {
    match violation {
        Violation::Required => format!("{field}: Dieses Feld ist erforderlich"),
        Violation::TooShort(min) => format!("{field}: Verwende mindestens {min} Zeichen"),
        Violation::TooLong(max) => {
            format!("{field}: Verwende höchstens {} Zeichen", number(*max))
        }
        Violation::TooManyBytes => {
            format!("{field}: Das ist länger, als diese Website zulässt. Kürze es")
        }
        Violation::TooHeavy => {
            format!("{field}: Verwende weniger kombinierende Zeichen")
        }
        Violation::ControlCharacter('\n') => format!("{field}: Entferne den Zeilenumbruch"),
        Violation::ControlCharacter(c) => {
            let code = code_point(*c);
            format!("{field}: Entferne das unsichtbare Steuerzeichen {code}")
        }
        Violation::NotADate => {
            format!(
                "{field}: Gib Tag, Monat und das vierstellige Jahr ein, zum Beispiel 27 3 1990"
            )
        }
        Violation::IncompleteDate => format!("{field}: Gib Tag, Monat und Jahr ein"),
        Violation::NoSuchDay => {
            format!("{field}: Gib einen Tag ein, den es in diesem Monat gibt")
        }
        Violation::InFuture => {
            format!("{field}: Gib ein Datum ein, das nicht in der Zukunft liegt")
        }
        Violation::OtherCalendar(Some(year)) => {
            format!("{field}: Gib das Jahr nach dem gregorianischen Kalender ein, vielleicht {year}")
        }
        Violation::OtherCalendar(None) => {
            format!(
                "{field}: Gib das Jahr nach dem gregorianischen Kalender ein, zum Beispiel 1990"
            )
        }
        Violation::Before(earliest) => {
            format!(
                "{field}: Gib den {} oder ein späteres Datum ein",
                date(*earliest)
            )
        }
        Violation::NotAPhoneNumber => {
            format!("{field}: Gib eine Telefonnummer ein, zum Beispiel +49 30 901820")
        }
        Violation::NoCountryCode => {
            format!("{field}: Beginne mit + und der Landesvorwahl, zum Beispiel +49 30 901820")
        }
        Violation::NotAUrl => {
            format!("{field}: Gib eine Webadresse ein, zum Beispiel https://example.org")
        }
        Violation::NotAnEmail => {
            format!("{field}: Gib eine E-Mail-Adresse ein, zum Beispiel name@example.org")
        }
        Violation::NotANumber => format!("{field}: Gib eine ganze Zahl ein"),
        Violation::TooSmall(min) => format!("{field}: Gib {} oder mehr ein", integer(*min)),
        Violation::TooLarge(max) => format!("{field}: Gib {} oder weniger ein", integer(*max)),
        Violation::NotAChoice => format!("{field}: Wähle eine Option aus der Liste"),
        Violation::TooManyChoices(max) => format!("{field}: Wähle höchstens {max} aus"),
        Violation::UnknownField => {
            format!("{field}: Dieses Feld gehört nicht zum Formular, deshalb wurde nichts gespeichert")
        }
        Violation::NotYours => {
            format!("{field}: Das kannst du nicht ändern")
        }
        Violation::NoSuchVersion => {
            "Dieses Formular bezieht sich auf eine Version, die das Profil nie hatte, deshalb wurde nichts gespeichert. Öffne es noch einmal"
                .to_owned()
        }
        Violation::NotChosen => format!("{field}: Wähle, welche Version bleiben soll"),
        Violation::NoLongerValid => {
            format!("{field}: Diese Website nimmt diesen Wert nicht mehr an")
        }
        Violation::NotKept => {
            format!("{field}: Dieser Wert steht nicht mehr im Verlauf")
        }
        Violation::NotAPicture => {
            format!(
                "{field}: Wähle eine JPEG-, PNG-, WebP-, GIF- oder BMP-Datei. Speichere andere Formate, etwa HEIC oder AVIF, vorher als JPEG"
            )
        }
        Violation::DamagedPicture => {
            format!(
                "{field}: Diese Datei ist unvollständig oder beschädigt. Hol sie noch einmal aus der ursprünglichen Quelle oder speichere sie neu als JPEG oder PNG"
            )
        }
        Violation::FileTooLarge(mib) => {
            format!("{field}: Wähle eine Datei mit höchstens {mib} MB")
        }
        Violation::TooManyPixels(megapixels) => {
            format!("{field}: Wähle ein Bild mit höchstens {megapixels} Megapixeln")
        }
        Violation::Repeated => {
            format!("{field}: Das wurde mehrmals gesendet. Sende es nur einmal")
        }
        Violation::NotAUsername => {
            format!(
                "{field}: Verwende {} bis {} Buchstaben von a bis z, Ziffern, Bindestriche oder Unterstriche",
                Username::MIN,
                Username::MAX
            )
        }
        Violation::NotYourUsername => format!("{field}: Gib deinen eigenen Benutzernamen ein"),
        Violation::AddressTaken => {
            format!(
                "{field}: Diese Adresse gehört zu einem anderen Konto. Melde dich mit diesem Konto an"
            )
        }
        Violation::Reserved => {
            format!("{field}: Dieser Name ist reserviert. Wähle einen anderen")
        }
        Violation::Taken => format!("{field}: Dieser Name ist vergeben. Wähle einen anderen"),
        Violation::PasswordIsName => {
            format!(
                "{field}: Wähle ein Passwort, das nicht dein Benutzername oder deine E-Mail-Adresse ist"
            )
        }
        Violation::EasyToGuess => {
            format!(
                "{field}: Dieses Passwort ist leicht zu erraten. Wähle mehrere Wörter, die nichts miteinander und nichts mit dir zu tun haben"
            )
        }
        Violation::WrongPassword => {
            format!(
                "{field}: Das ist nicht dein Passwort. Gib das Passwort ein, mit dem du dich anmeldest"
            )
        }
        Violation::WrongCredentials => {
            "Prüfe deinen Benutzernamen und dein Passwort und versuch es noch einmal".to_owned()
        }
    }
}
