//! Arabic texts of the schema: its page, and the report on the effects of another one.

use super::{
    bidi::{isolate, left_to_right},
    number::number,
};
use crate::{
    profile::rules::{audience::Audience, schema_change::Finding},
    text::words::words,
};

words! {
    schema_built_in: "المخطط المستخدم هو المدمج في البرنامج.",
    schema_checked_only: "يمكن هنا فحص مخطط آخر فقط. لتغيير المخطط المستخدم، يُرجى تعديل ملفه، ثم إرسال \u{2066}SIGHUP\u{2069} إلى البرنامج.",
    schema_seen_by: "يراه",
    schema_changed_by: "يغيّره",
    schema_profiles_of: "في الملفات الشخصية لهذه الأدوار فقط",
    schema_values: "القيم",
    schema_owner: "صاحب الملف الشخصي",
    schema_nobody: "لا أحد",
    schema_counted_in_newest: "حُسبت القيم في أحدث ١٠٠٠ ملف شخصي، أما الفحص فيشملها كلها.",
    schema_other: "مخطط آخر",
    schema_other_lead: "يُفحص أولًا على كل الملفات الشخصية. لا يتغيّر شيء قبل قراءة ما سيفعله.",
    schema_text: "نص المخطط",
    schema_text_hint: "ملف \u{2066}profile.toml\u{2069} كامل، لا يتجاوز ٢٥٦ كيبيبايت.",
    schema_file: "أو ملف",
    schema_file_hint: "إذا اختير ملف، فهو الذي يُفحص بدلًا من النص.",
    schema_check: "فحص",
    schema_apply: "تطبيق هذا المخطط",
    schema_applied: "المخطط الجديد مستخدم الآن.",
    schema_download: "تنزيل \u{2066}profile.toml\u{2069}",
    schema_would: "ما سيفعله",
    schema_is_harmless: "لن تصبح أي قيمة غير صالحة أو مخفية أو مرئية لعدد أكبر من الناس.",
    schema_is_not_harmless: "التغييرات مذكورة أعلاه. لا يحذف أي مخطط القيم المحفوظة.",
    no_such_field_any_more: "غير موجود في المخطط الجديد",
    schema_same: "هذا المخطط مستخدم بالفعل.",
    schema_read: "قرأت ما سيفعله.",
    schema_out_of_reach: "لا يمكنك تطبيقه: فهو يمنح أو يسحب صلاحية لا يملكها دورك، أو يغيّر إلزام أصحاب صلاحية كهذه بعامل ثانٍ.",
    schema_replaced: "طُبّق مخطط آخر منذ فتح هذه الصفحة، ولذلك لم يُطبَّق مخططك. وقد فُحص مخططك من جديد.",
    schema_unread: "لم يُطبَّق شيء بعد. يُرجى قراءة ما سيفعله، ثم وضع علامة على أنك قرأته.",
    schema_too_long: "هذا أطول من ٢٥٦ كيبيبايت. يُرجى اختصاره.",
    schema_too_many_profiles: "الملفات الشخصية أكثر من أن تُفحص في هذه الصفحة. يُرجى استخدام الأمر: \u{2066}silhouette schema apply FILE\u{2069}",
    schema_applied_badge: "مستخدم",
    schema_revisions: "الإصدارات",
    schema_no_revisions: "لا شيء بعد. كل مخطط يُطبَّق هنا أو بأمر يبقى محفوظًا.",
    schema_take_back: "فحصه والرجوع إليه",
    schema_compare_current: "المقارنة بالإصدار المستخدم",
    schema_older: "إصدارات أقدم",
    schema_same_texts: "النصان متطابقان.",
    schema_lines_left_out: "…",
}

/// Source of a schema that is read from a file.
pub fn schema_from_file(path: &str) -> String {
    format!("يُقرأ المخطط من ملف على الخادم: {}.", left_to_right(path))
}

pub fn schema_revision(id: i64) -> String {
    if id == 0 {
        return "المخطط المدمج في البرنامج".to_owned();
    }
    format!("الإصدار {}", number(id))
}

pub fn schema_revision_in_force(id: i64) -> String {
    format!("الإصدار المستخدم: {}.", number(id))
}

pub fn schema_taken_back_to(id: i64) -> String {
    if id == 0 {
        return "رجوع إلى المخطط المدمج في البرنامج".to_owned();
    }
    format!("رجوع إلى الإصدار {}", number(id))
}

/// Heading of the lines that differ: those of the first are missing in the second.
pub fn schema_from_to(old: &str, new: &str) -> String {
    format!("من «{}» إلى «{}»", isolate(old), isolate(new))
}

/// Mistake in a schema. Its reason is English in every language.
pub fn schema_mistake(line: usize, reason: &str) -> String {
    format!("السطر {}: {}", number(line), left_to_right(reason))
}

/// Number of profiles that have a value of a field.
pub fn profiles_with_value(values: u64, profiles: u64) -> String {
    format!(
        "ملفات شخصية فيها قيمة: {} من {}",
        number(values),
        number(profiles)
    )
}

/// Audience of a field: the default, or if it is locked, the only one.
pub fn schema_audience(audience: Audience, locked: bool) -> &'static str {
    match (audience, locked) {
        (Audience::Everyone, false) => "الجميع، ما لم يُختر غير ذلك",
        (Audience::Members, false) => "الأعضاء، ما لم يُختر غير ذلك",
        (Audience::Me, false) => "صاحب الملف الشخصي، ما لم يُختر غير ذلك",
        (Audience::Everyone, true) => "الجميع",
        (Audience::Members, true) => "الأعضاء",
        (Audience::Me, true) => "صاحب الملف الشخصي",
    }
}

/// Effect of another schema, and how often it occurs.
pub fn schema_finding(finding: &Finding, times: u64) -> String {
    let times = number(times);
    match finding {
        Finding::Invalid(why) => format!("قيم ستصبح غير صالحة: {times}. {}", isolate(why)),
        Finding::Unreadable => {
            format!("قيم ستُخفى لأن النوع الجديد لا يستطيع قراءتها: {times}")
        }
        Finding::WithoutRole => {
            format!("قيم ستُخفى لأن دور صاحبها لا يتضمن هذا الحقل: {times}")
        }
        Finding::Narrower => format!("قيم ستُخفى عن بعض من يراها الآن: {times}"),
        Finding::Wider => format!("قيم سيراها عدد أكبر من الآن: {times}"),
        Finding::Missing => {
            format!("ملفات شخصية ستحتاج إلى قيمة عند الحفظ التالي: {times}")
        }
        Finding::Gone => format!("قيم ستُخفى: {times}"),
        Finding::Role { from, to } => format!(
            "مستخدمون سيتغيّر دورهم من {} إلى {}: {times}",
            left_to_right(from),
            left_to_right(to)
        ),
        Finding::WiderProfile => format!("ملفات شخصية سيراها عدد أكبر من الآن: {times}"),
        Finding::NarrowerProfile => format!("ملفات شخصية سيراها عدد أقل من الآن: {times}"),
        Finding::Given { role, right } => format!(
            "سيحصل الدور {} على الصلاحية {}",
            left_to_right(role),
            left_to_right(right)
        ),
        Finding::Taken { role, right } => format!(
            "سيفقد الدور {} الصلاحية {}",
            left_to_right(role),
            left_to_right(right)
        ),
        Finding::SecondRequired(role) => format!(
            "سيتعيّن على أصحاب الدور {} إعداد عامل ثانٍ",
            left_to_right(role)
        ),
        Finding::SecondOptional(role) => format!(
            "لن يحتاج أصحاب الدور {} إلى عامل ثانٍ بعد ذلك",
            left_to_right(role)
        ),
        Finding::NoManager => {
            "لن يستطيع أحد إدارة المستخدمين بعد ذلك، ولهذا لا يمكن تطبيقه".to_owned()
        }
    }
}
