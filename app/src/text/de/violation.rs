//! What to do about a broken rule, in German.

use super::{
    date::date,
    number::{integer, number},
};
use crate::{
    account::types::username::Username, profile::rules::violation::Violation, text::code_point,
};

/// One sentence for a field of that label. Also read alone, in the summary at
/// the top, so it names the field.
pub fn violation(field: &str, violation: &Violation) -> String {
    match violation {
        Violation::Required => format!("{field}: Fülle dieses Feld aus, es wird gebraucht"),
        Violation::TooShort(min) => format!("{field}: Verwende mindestens {min} Zeichen"),
        Violation::TooLong(max) => {
            format!("{field}: Verwende höchstens {} Zeichen", number(*max))
        }
        Violation::TooManyBytes => {
            format!("{field}: Das ist länger, als wir annehmen können, kürze es")
        }
        Violation::TooHeavy => {
            format!("{field}: Hier sind zu viele kombinierte Zeichen, vereinfache die Eingabe")
        }
        Violation::ControlCharacter('\n') => format!("{field}: Entferne den Zeilenumbruch"),
        Violation::ControlCharacter(c) => {
            let code = code_point(*c);
            format!("{field}: Entferne das unsichtbare Steuerzeichen {code}")
        }
        Violation::NotADate => {
            format!(
                "{field}: Gib Tag, Monat und ein vierstelliges Jahr ein, zum Beispiel 27 3 1990"
            )
        }
        Violation::IncompleteDate => format!("{field}: Gib Tag, Monat und Jahr ein"),
        Violation::NoSuchDay => {
            format!("{field}: Diesen Tag hat der Monat nicht, prüfe das Datum")
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
        Violation::NotAChoice => format!("{field}: Wähle etwas aus der Liste"),
        Violation::TooManyChoices(max) => format!("{field}: Wähle höchstens {max} aus"),
        Violation::UnknownField => {
            format!("{field}: Dieses Feld gibt es im Formular nicht, es wurde nichts gespeichert")
        }
        Violation::NotYours => {
            format!("{field}: Das kannst du nicht ändern")
        }
        Violation::NoSuchVersion => {
            "Dieses Formular nennt eine Version, die das Profil nie hatte: Öffne es noch einmal, es wurde nichts gespeichert"
                .to_owned()
        }
        Violation::NotChosen => format!("{field}: Wähle, was von beidem bleiben soll"),
        Violation::NoLongerValid => {
            format!("{field}: Diese Website nimmt einen solchen Wert nicht mehr an")
        }
        Violation::NotKept => {
            format!("{field}: dieser Wert steht nicht mehr im Verlauf")
        }
        Violation::NotAPicture => {
            format!(
                "{field}: Wähle eine JPEG-, PNG-, WebP-, GIF- oder BMP-Datei. Speichere andere, etwa HEIC oder AVIF, vorher als JPEG"
            )
        }
        Violation::DamagedPicture => {
            format!(
                "{field}: Ein Teil dieser Datei fehlt oder ist nicht lesbar. Hol sie noch einmal von dort, wo du sie herhast, oder speichere sie neu als JPEG oder PNG"
            )
        }
        Violation::FileTooLarge(mib) => {
            format!("{field}: Wähle eine Datei mit höchstens {mib} MB")
        }
        Violation::TooManyPixels(megapixels) => {
            format!("{field}: Wähle ein Bild mit höchstens {megapixels} Megapixeln")
        }
        Violation::Repeated => {
            format!("{field}: Das wurde mehrmals gesendet, sende es nur einmal")
        }
        Violation::NotAUsername => {
            format!(
                "{field}: Verwende {} bis {} Buchstaben von a bis z, Ziffern, Bindestriche oder Unterstriche",
                Username::MIN,
                Username::MAX
            )
        }
        Violation::NotYourUsername => format!("{field}: Das ist nicht dein Benutzername"),
        Violation::AddressTaken => {
            format!(
                "{field}: Diese Adresse gehört zu einem anderen Konto, melde dich mit diesem an"
            )
        }
        Violation::Reserved => {
            format!("{field}: Dieser Name ist reserviert, wähle einen anderen")
        }
        Violation::Taken => format!("{field}: Dieser Name ist vergeben, wähle einen anderen"),
        Violation::PasswordIsName => {
            format!(
                "{field}: Wähle eines, das nicht dein Benutzername oder deine E-Mail-Adresse ist"
            )
        }
        Violation::EasyToGuess => {
            format!(
                "{field}: Dieses ist leicht zu erraten, wähle ein anderes. Nimm mehrere Wörter, die nichts miteinander und nichts mit dir zu tun haben"
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
