//! Messages in Arabic for violated rules: what to do about each.

use super::{
    bidi::{isolate, left_to_right},
    date::date,
    number::{characters, counted, digits, integer, number},
};
use crate::{
    account::types::username::Username, profile::rules::violation::Violation, text::code_point,
};

/// Message for a field. It also appears alone, in the summary at the top of the page,
/// so it names the field.
pub fn violation(label: &str, violation: &Violation) -> String {
    let field = isolate(label);
    match violation {
        Violation::Required => format!("{field}: هذا الحقل مطلوب"),
        Violation::TooShort(min) => {
            format!("{field}: المطلوب {} على الأقل", characters(*min))
        }
        Violation::TooLong(max) => {
            format!("{field}: يُرجى الاختصار، فالحد الأقصى {}", characters(*max))
        }
        Violation::TooManyBytes => {
            format!("{field}: النص أطول مما يمكن قبوله، يُرجى اختصاره")
        }
        Violation::TooHeavy => {
            format!("{field}: يُرجى تقليل العلامات المركّبة على الحروف")
        }
        Violation::ControlCharacter('\n') => format!("{field}: يُرجى إزالة فاصل الأسطر"),
        Violation::ControlCharacter(c) => {
            let code = left_to_right(&code_point(*c));
            format!("{field}: يُرجى إزالة رمز التحكم غير المرئي {code}")
        }
        Violation::NotADate => {
            format!("{field}: يُرجى إدخال يوم وشهر وسنة من أربعة أرقام، مثل ٢٧ ٣ ١٩٩٠")
        }
        Violation::IncompleteDate => format!("{field}: يُرجى إدخال اليوم والشهر والسنة"),
        Violation::NoSuchDay => {
            format!("{field}: يُرجى إدخال يوم موجود في ذلك الشهر")
        }
        Violation::InFuture => format!("{field}: يُرجى إدخال تاريخ ليس في المستقبل"),
        Violation::OtherCalendar(Some(year)) => {
            let year = digits(&year.to_string());
            format!("{field}: يُرجى إدخال السنة بالتقويم الميلادي، وقد تكون {year}")
        }
        Violation::OtherCalendar(None) => {
            format!("{field}: يُرجى إدخال السنة بالتقويم الميلادي، مثل ١٩٩٠")
        }
        Violation::Before(earliest) => {
            format!("{field}: يُرجى إدخال {} أو تاريخ لاحق", date(*earliest))
        }
        Violation::NotAPhoneNumber => {
            let example = left_to_right("+49 30 901820");
            format!("{field}: يُرجى إدخال رقم هاتف، مثل {example}")
        }
        Violation::NoCountryCode => {
            let (plus, example) = (left_to_right("+"), left_to_right("+49 30 901820"));
            format!("{field}: يُرجى البدء بعلامة {plus} ثم رمز البلد، مثل {example}")
        }
        Violation::NotAUrl => {
            let example = left_to_right("https://example.org");
            format!("{field}: يُرجى إدخال عنوان موقع، مثل {example}")
        }
        Violation::NotAnEmail => {
            let example = left_to_right("name@example.org");
            format!("{field}: يُرجى إدخال بريد إلكتروني، مثل {example}")
        }
        Violation::NotANumber => format!("{field}: يُرجى إدخال عدد صحيح"),
        Violation::TooSmall(min) => {
            format!("{field}: يُرجى إدخال {} أو أكثر", integer(*min))
        }
        Violation::TooLarge(max) => {
            format!("{field}: يُرجى إدخال {} أو أقل", integer(*max))
        }
        Violation::NotAChoice => format!("{field}: يُرجى اختيار أحد خيارات القائمة"),
        Violation::TooManyChoices(max) => {
            let choices = counted(
                *max as u64,
                "خيار واحد",
                "خيارين",
                "خيارات",
                "خيارًا",
                "خيار",
            );
            format!("{field}: يُرجى تحديد {choices} على الأكثر")
        }
        Violation::UnknownField => {
            format!("{field}: هذا الحقل ليس من النموذج، ولذلك لم يُحفظ شيء")
        }
        Violation::NotYours => {
            format!("{field}: لا يمكنك تعديل هذا الحقل")
        }
        Violation::NoSuchVersion => {
            "يشير هذا النموذج إلى نسخة لم تكن يومًا للملف الشخصي، ولذلك لم يُحفظ شيء. يُرجى فتحه من جديد"
                .to_owned()
        }
        Violation::NotChosen => format!("{field}: يُرجى اختيار النسخة التي تبقى"),
        Violation::NoLongerValid => {
            format!("{field}: لم يعد هذا الموقع يقبل هذه القيمة")
        }
        Violation::NotKept => {
            format!("{field}: لم تعد هذه القيمة في السجل")
        }
        Violation::NotAPicture => {
            format!(
                "{field}: يُرجى اختيار ملف JPEG أو PNG أو WebP أو GIF أو BMP. أمّا الأنواع الأخرى مثل HEIC أو AVIF فيُرجى حفظها أولًا بصيغة JPEG"
            )
        }
        Violation::DamagedPicture => {
            format!(
                "{field}: هذا الملف ناقص أو تالف. يُرجى الحصول عليه مرة أخرى من مصدره، أو حفظه من جديد بصيغة JPEG أو PNG"
            )
        }
        Violation::FileTooLarge(mib) => {
            let mib = number(*mib);
            format!("{field}: يُرجى اختيار ملف لا يتجاوز {mib} ميغابايت")
        }
        Violation::TooManyPixels(megapixels) => {
            let megapixels = digits(&megapixels.to_string());
            format!("{field}: يُرجى اختيار صورة لا تتجاوز {megapixels} ميغابكسل")
        }
        Violation::Repeated => {
            format!("{field}: أُرسل أكثر من مرة، يُرجى إرساله مرة واحدة")
        }
        Violation::NotAUsername => {
            let (min, max) = (number(Username::MIN), characters(Username::MAX));
            format!(
                "{field}: المطلوب من {min} إلى {max}: الحروف اللاتينية من a إلى z والأرقام من 0 إلى 9 والشرطات والشرطات السفلية"
            )
        }
        Violation::NotYourUsername => {
            format!("{field}: يُرجى إدخال اسم المستخدم الخاص بك")
        }
        Violation::AddressTaken => {
            format!("{field}: هذا العنوان مستخدم في حساب آخر، يُرجى تسجيل الدخول بذلك الحساب")
        }
        Violation::Reserved => format!("{field}: هذا الاسم محجوز، يُرجى اختيار اسم آخر"),
        Violation::Taken => {
            format!("{field}: هذا الاسم مستخدم بالفعل، يُرجى اختيار اسم آخر")
        }
        Violation::PasswordIsName => {
            format!("{field}: يُرجى اختيار كلمة مرور غير اسم المستخدم وغير البريد الإلكتروني")
        }
        Violation::EasyToGuess => {
            format!(
                "{field}: من السهل تخمينها، يُرجى اختيار غيرها. تصلح لذلك عدة كلمات لا صلة لها بعضها ببعض ولا صلة لها بك"
            )
        }
        Violation::WrongPassword => {
            format!("{field}: هذه ليست كلمة مرورك، يُرجى إدخال الكلمة المستخدمة في تسجيل الدخول")
        }
        Violation::WrongCredentials => {
            "يُرجى التحقق من اسم المستخدم وكلمة المرور، ثم المحاولة من جديد".to_owned()
        }
    }
}
