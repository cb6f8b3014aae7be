//! Texts in Arabic of the page frame, the welcome page, the appearance, and words
//! that all forms share.

use super::bidi::left_to_right;
use crate::text::words::words;

words! {
    skip_to_content: "الانتقال إلى المحتوى",
    main_navigation: "القائمة الرئيسية",
    optional: "(اختياري)",
    comma: "، ",
    problem: "هناك مشكلة",
    error_prefix: "خطأ: ",

    appearance: "المظهر",
    colours_and_language: "الألوان واللغة",
    appearance_lead: "يمكنك هنا اختيار مظهر هذا الموقع على هذا الجهاز.",
    appearance_saved: "حُفظ المظهر.",
    save_appearance: "حفظ المظهر",
    site_language: "اللغة",
    theme: "الألوان",
    theme_system: "حسب الجهاز",
    theme_light: "فاتحة",
    theme_dark: "داكنة",

    welcome_title: "صفحة تعرّف بك",
    welcome_lead: "بإنشاء حساب يصبح لك ملف شخصي، بالقدر الذي يناسبك من المعلومات، ويمكنك تعديله في أي وقت.",
}

/// Benefits on the welcome page, each with an explanation.
pub fn welcome_points() -> [(&'static str, &'static str); 3] {
    [
        (
            "لك من البداية",
            "يُنشأ ملفك الشخصي مع حسابك، ولا يلزم إعداد أي شيء.",
        ),
        (
            "لا يضيع شيء مما كتبته",
            "إذا تعذّر حفظ نموذج، فسيعود كما ملأته، مع بيان ما يلزم تصحيحه.",
        ),
        (
            "سريع على كل جهاز",
            "تعمل الصفحات من دون نصوص برمجية، ومع الاتصال البطيء، وعلى الشاشات الصغيرة.",
        ),
    ]
}

/// Last line of an email.
pub fn mail_foot(site: &str) -> String {
    format!(
        "وصلتك هذه الرسالة بسبب حساب أو طلب على {}.",
        left_to_right(site)
    )
}
