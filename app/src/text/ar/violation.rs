//! Messages in Arabic for violated rules: what to do about each.

use std::borrow::Cow;

use super::{
    bidi::{isolate, left_to_right},
    date::date,
    number::{characters, counted, digits, number},
};
use crate::{
    account::types::username::Username, profile::rules::violation::Violation,
    text::words::code_point,
};

/// Advice on a field that breaks a rule. It is shown after the field's label.
pub fn advice(violation: &Violation) -> Cow<'static, str> {
    match violation {
        Violation::Required => "هذا الحقل مطلوب".into(),
        Violation::TooShort(min) => {
            format!("المطلوب {} على الأقل", characters(*min)).into()
        }
        Violation::TooLong(max) => {
            format!("يُرجى الاختصار، فالحد الأقصى {}", characters(*max)).into()
        }
        Violation::TooManyBytes => {
            "النص أطول مما يمكن قبوله، يُرجى اختصاره".into()
        }
        Violation::TooHeavy => {
            "يُرجى تقليل العلامات المركّبة على الحروف".into()
        }
        Violation::ControlCharacter('\n') => "يُرجى إزالة فاصل الأسطر".into(),
        Violation::ControlCharacter(c) => {
            let code = left_to_right(&code_point(*c));
            format!("يُرجى إزالة رمز التحكم غير المرئي {code}").into()
        }
        Violation::NotADate => {
            "يُرجى إدخال يوم وشهر وسنة من أربعة أرقام، مثل ٢٧ ٣ ١٩٩٠".into()
        }
        Violation::IncompleteDate => "يُرجى إدخال اليوم والشهر والسنة".into(),
        Violation::NoSuchDay => {
            "يُرجى إدخال يوم موجود في ذلك الشهر".into()
        }
        Violation::InFuture => "يُرجى إدخال تاريخ ليس في المستقبل".into(),
        Violation::OtherCalendar(Some(year)) => {
            let year = digits(&year.to_string());
            format!("يُرجى إدخال السنة بالتقويم الميلادي، وقد تكون {year}").into()
        }
        Violation::OtherCalendar(None) => {
            "يُرجى إدخال السنة بالتقويم الميلادي، مثل ١٩٩٠".into()
        }
        Violation::Before(earliest) => {
            format!("يُرجى إدخال {} أو تاريخ لاحق", date(*earliest)).into()
        }
        Violation::NotAPhoneNumber => {
            let example = left_to_right("+49 30 901820");
            format!("يُرجى إدخال رقم هاتف، مثل {example}").into()
        }
        Violation::NoCountryCode => {
            let (plus, example) = (left_to_right("+"), left_to_right("+49 30 901820"));
            format!("يُرجى البدء بعلامة {plus} ثم رمز البلد، مثل {example}").into()
        }
        Violation::NotAUrl => {
            let example = left_to_right("https://example.org");
            format!("يُرجى إدخال عنوان موقع، مثل {example}").into()
        }
        Violation::NotAnEmail => {
            let example = left_to_right("name@example.org");
            format!("يُرجى إدخال بريد إلكتروني، مثل {example}").into()
        }
        Violation::NotANumber => "يُرجى إدخال عدد صحيح".into(),
        Violation::TooSmall(min) => {
            format!("يُرجى إدخال {} أو أكثر", number(*min)).into()
        }
        Violation::TooLarge(max) => {
            format!("يُرجى إدخال {} أو أقل", number(*max)).into()
        }
        Violation::NotAChoice => "يُرجى اختيار أحد خيارات القائمة".into(),
        Violation::TooManyChoices(max) => {
            let choices = counted(
                *max as u64,
                "خيار واحد",
                "خيارين",
                "خيارات",
                "خيارًا",
                "خيار",
            );
            format!("يُرجى تحديد {choices} على الأكثر").into()
        }
        Violation::UnknownField => {
            "هذا الحقل ليس جزءًا من النموذج، ولذلك لم يُحفظ شيء".into()
        }
        Violation::NotYours => {
            "لا يمكنك تعديل هذا الحقل".into()
        }
        Violation::NoSuchVersion => {
            "يشير هذا النموذج إلى نسخة لم توجد قط من الملف الشخصي، ولذلك لم يُحفظ شيء. يُرجى فتحه من جديد"
                .into()
        }
        Violation::NotChosen => "يُرجى اختيار النسخة التي تبقى".into(),
        Violation::NoLongerValid => {
            "لم يعد هذا الموقع يقبل هذه القيمة".into()
        }
        Violation::NotKept => {
            "لم تعد هذه القيمة في السجل".into()
        }
        Violation::NotAPicture => {
            "يُرجى اختيار ملف JPEG أو PNG أو WebP أو GIF أو BMP. أمّا الأنواع الأخرى مثل HEIC أو AVIF فيُرجى حفظها أولًا بصيغة JPEG".into()
        }
        Violation::DamagedPicture => {
            "هذا الملف ناقص أو تالف. يُرجى الحصول عليه مرة أخرى من مصدره، أو حفظه من جديد بصيغة JPEG أو PNG".into()
        }
        Violation::FileTooLarge(mib) => {
            let mib = number(*mib);
            format!("يُرجى اختيار ملف لا يتجاوز {mib} ميغابايت").into()
        }
        Violation::TooManyPixels(megapixels) => {
            let megapixels = digits(&megapixels.to_string());
            format!("يُرجى اختيار صورة لا تتجاوز {megapixels} ميغابكسل").into()
        }
        Violation::Repeated => {
            "أُرسل أكثر من مرة، يُرجى إرساله مرة واحدة".into()
        }
        Violation::NotAUsername => {
            let (min, max) = (number(Username::MIN), characters(Username::MAX));
            format!(
                "المطلوب من {min} إلى {max}: الحروف اللاتينية من a إلى z والأرقام من 0 إلى 9 والشرطات والشرطات السفلية"
            ).into()
        }
        Violation::NotYourUsername => {
            "يُرجى إدخال اسم المستخدم الخاص بك".into()
        }
        Violation::AddressTaken => {
            "هذا العنوان مستخدم في حساب آخر، يُرجى تسجيل الدخول بذلك الحساب".into()
        }
        Violation::OtherDomain => "يُرجى استخدام عنوان يقبله هذا الموقع".into(),
        Violation::Reserved => "هذا الاسم محجوز، يُرجى اختيار اسم آخر".into(),
        Violation::Taken => {
            "هذا الاسم مستخدم بالفعل، يُرجى اختيار اسم آخر".into()
        }
        Violation::PasswordIsName => {
            "يُرجى اختيار كلمة مرور غير اسم المستخدم وغير البريد الإلكتروني".into()
        }
        Violation::EasyToGuess => {
            "كلمة المرور هذه سهلة التخمين. يُرجى اختيار عدة كلمات لا صلة بينها ولا صلة لها بك".into()
        }
        Violation::WrongPassword => {
            "هذه ليست كلمة مرورك، يُرجى إدخال كلمة المرور المستخدمة في تسجيل الدخول".into()
        }
        Violation::WrongCode => "هذا الرمز خاطئ أو سبق استخدامه. يُرجى إدخال الرمز التالي".into(),
        Violation::PasskeyRefused => "لم يُقبل. يُرجى تجربة غيره".into(),
        Violation::WrongCredentials => {
            "يُرجى التحقق من اسم المستخدم وكلمة المرور، ثم المحاولة من جديد".into()
        }
    }
}

/// Message about the field with that label.
pub fn labelled(label: &str, words: &str) -> String {
    format!("{}: {words}", isolate(label))
}
