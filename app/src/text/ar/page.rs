//! In Arabic, the frame around every page, the welcome page, how pages look, and
//! the forms' shared words.

use super::bidi::left_to_right;
use crate::text::words;

words! {
    skip_to_content: "الانتقال إلى المحتوى",
    main_navigation: "القائمة الرئيسية",
    optional: "(اختياري)",
    comma: "، ",
    problem: "هناك مشكلة",
    error_prefix: "خطأ: ",

    appearance: "المظهر",
    colours_and_language: "الألوان واللغة",
    appearance_lead: "مظهر هذا الموقع على هذا الجهاز.",
    appearance_saved: "حُفظ المظهر، وسيبقى هكذا من الآن فصاعدًا.",
    save_appearance: "حفظ المظهر",
    site_language: "اللغة",
    theme: "الألوان",
    theme_system: "حسب الجهاز",
    theme_light: "فاتحة",
    theme_dark: "داكنة",

    welcome_title: "صفحة تعرّف بك",
    welcome_lead: "مع كل حساب ملف شخصي، بالقدر الذي يناسبك من المعلومات، ويمكنك تعديله في أي وقت.",
}

/// What one gets, each with an explanation.
pub fn welcome_points() -> [(&'static str, &'static str); 3] {
    [
        (
            "لك من البداية",
            "يُنشأ ملفك الشخصي مع حسابك، بلا إعداد وبلا طلب.",
        ),
        (
            "لا يضيع شيء مما كتبته",
            "إذا تعذّر حفظ نموذج، عاد كما تركته، وإلى جانبه ما يلزم تصحيحه.",
        ),
        (
            "خفيف على كل جهاز",
            "تصل الصفحات جاهزة، وتعمل بلا نصوص برمجية، وعلى اتصال بطيء، وعلى شاشة صغيرة.",
        ),
    ]
}

/// The last line of a mail.
pub fn mail_foot(site: &str) -> String {
    format!(
        "أُرسلت هذه الرسالة من {} بسبب حساب أو طلب هناك.",
        left_to_right(site)
    )
}
