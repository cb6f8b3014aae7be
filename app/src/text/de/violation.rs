//! Messages in German for violated rules: what to do about each.

use std::borrow::Cow;

use super::{date::date, number::number};
use crate::{
    account::types::username::Username, profile::rules::violation::Violation,
    text::words::code_point,
};

/// Advice on a field that breaks a rule. It is shown after the field's label.
pub fn advice(violation: &Violation) -> Cow<'static, str> {
    match violation {
        Violation::Required => "Dieses Feld ist erforderlich".into(),
        Violation::TooShort(min) => format!("Verwende mindestens {} Zeichen", number(*min)).into(),
        Violation::TooLong(max) => {
            format!("Verwende höchstens {} Zeichen", number(*max)).into()
        }
        Violation::TooManyBytes => {
            "Das ist länger, als diese Website zulässt. Kürze es".into()
        }
        Violation::TooHeavy => {
            "Verwende weniger kombinierende Zeichen".into()
        }
        Violation::ControlCharacter('\n') => "Entferne den Zeilenumbruch".into(),
        Violation::ControlCharacter(c) => {
            let code = code_point(*c);
            format!("Entferne das unsichtbare Steuerzeichen {code}").into()
        }
        Violation::NotADate => {
            "Gib Tag, Monat und das vierstellige Jahr ein, zum Beispiel 27 3 1990".into()
        }
        Violation::IncompleteDate => "Gib Tag, Monat und Jahr ein".into(),
        Violation::NoSuchDay => {
            "Gib einen Tag ein, den es in diesem Monat gibt".into()
        }
        Violation::InFuture => {
            "Gib ein Datum ein, das nicht in der Zukunft liegt".into()
        }
        Violation::OtherCalendar(Some(year)) => {
            format!("Gib das Jahr nach dem gregorianischen Kalender ein, vielleicht {year}").into()
        }
        Violation::OtherCalendar(None) => {
            "Gib das Jahr nach dem gregorianischen Kalender ein, zum Beispiel 1990".into()
        }
        Violation::Before(earliest) => {
            format!(
                "Gib den {} oder ein späteres Datum ein",
                date(*earliest)
            ).into()
        }
        Violation::NotAPhoneNumber => {
            "Gib eine Telefonnummer ein, zum Beispiel +49 30 901820".into()
        }
        Violation::NoCountryCode => {
            "Beginne mit + und der Landesvorwahl, zum Beispiel +49 30 901820".into()
        }
        Violation::NotAUrl => {
            "Gib eine Webadresse ein, zum Beispiel https://example.org".into()
        }
        Violation::NotAnEmail => {
            "Gib eine E-Mail-Adresse ein, zum Beispiel name@example.org".into()
        }
        Violation::NotANumber => "Gib eine ganze Zahl ein".into(),
        Violation::TooSmall(min) => format!("Gib {} oder mehr ein", number(*min)).into(),
        Violation::TooLarge(max) => format!("Gib {} oder weniger ein", number(*max)).into(),
        Violation::NotAChoice => "Wähle eine Option aus der Liste".into(),
        Violation::TooManyChoices(max) => format!("Wähle höchstens {max} aus").into(),
        Violation::UnknownField => {
            "Dieses Feld gehört nicht zum Formular, deshalb wurde nichts gespeichert".into()
        }
        Violation::NotYours => {
            "Dieses Feld kannst du nicht ändern".into()
        }
        Violation::NoSuchVersion => {
            "Dieses Formular bezieht sich auf eine Version, die das Profil nie hatte, deshalb wurde nichts gespeichert. Öffne es noch einmal"
                .into()
        }
        Violation::NotChosen => "Wähle, welche Version bleiben soll".into(),
        Violation::NoLongerValid => {
            "Diese Website lässt diesen Wert nicht mehr zu".into()
        }
        Violation::NotKept => {
            "Dieser Wert steht nicht mehr im Verlauf".into()
        }
        Violation::NotAPicture => {
            "Wähle eine JPEG-, PNG-, WebP-, GIF- oder BMP-Datei. Speichere andere Formate, etwa HEIC oder AVIF, vorher als JPEG".into()
        }
        Violation::DamagedPicture => {
            "Diese Datei ist unvollständig oder beschädigt. Hol sie noch einmal aus der ursprünglichen Quelle oder speichere sie neu als JPEG oder PNG".into()
        }
        Violation::FileTooLarge(mib) => {
            format!("Wähle eine Datei mit höchstens {mib} MB").into()
        }
        Violation::TooManyPixels(megapixels) => {
            format!("Wähle ein Bild mit höchstens {megapixels} Megapixeln").into()
        }
        Violation::Repeated => {
            "Das wurde mehrmals gesendet. Sende es nur einmal".into()
        }
        Violation::NotAUsername => {
            format!(
                "Verwende {} bis {} Buchstaben von a bis z, Ziffern, Bindestriche oder Unterstriche",
                Username::MIN,
                Username::MAX
            ).into()
        }
        Violation::NotYourUsername => "Gib deinen eigenen Benutzernamen ein".into(),
        Violation::AddressTaken => {
            "Diese Adresse gehört zu einem anderen Konto. Melde dich mit diesem Konto an".into()
        }
        Violation::OtherDomain => "Verwende eine Adresse, die diese Website zulässt".into(),
        Violation::Reserved => {
            "Dieser Name ist reserviert. Wähle einen anderen".into()
        }
        Violation::Taken => "Dieser Name ist vergeben. Wähle einen anderen".into(),
        Violation::PasswordIsName => {
            "Wähle ein Passwort, das weder dein Benutzername noch deine E-Mail-Adresse ist".into()
        }
        Violation::EasyToGuess => {
            "Dieses Passwort ist leicht zu erraten. Wähle mehrere Wörter, die nichts miteinander und nichts mit dir zu tun haben".into()
        }
        Violation::WrongPassword => {
            "Das ist nicht dein Passwort. Gib das Passwort ein, mit dem du dich anmeldest".into()
        }
        Violation::WrongCode => "Dieser Code ist falsch oder schon verwendet. Gib den nächsten ein".into(),
        Violation::PasskeyRefused => "Er wurde nicht angenommen. Versuch einen anderen".into(),
        Violation::WrongCredentials => {
            "Prüfe deinen Benutzernamen und dein Passwort und versuch es noch einmal".into()
        }
    }
}

/// Message about the field with that label.
pub fn labelled(label: &str, words: &str) -> String {
    format!("{label}: {words}")
}
