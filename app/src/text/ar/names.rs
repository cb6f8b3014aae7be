//! Arabic texts of usernames: choosing a new one, and former ones.

use super::{
    bidi::{at, left_to_right},
    date::date,
};
use crate::{profile::rules::date::Date, text::words::words};

words! {
    change_username: "تغيير اسم المستخدم",
    new_username: "اسم المستخدم الجديد",
    username_changed: "تم تغيير اسم المستخدم.",
    change_username_lead: "يمكنك اختيار اسم مستخدم جديد مرة كل ٣٠ يومًا، وتبقى جلساتك مفتوحة.",
    old_name_lead: "لمدة سنة يُعاد التوجيه من عنوانك القديم إلى الجديد، ويمكنك تسجيل الدخول بالاسم القديم أيضًا، ولا يستطيع أحد غيرك أخذه. ويمكنك العودة إليه في أي وقت.",
    former_names: "أسماء المستخدم السابقة",
    rename_user_lead: "يُبلَّغ المستخدم بذلك بالبريد الإلكتروني. ولمدة سنة يُعاد التوجيه من العنوان القديم إلى الجديد، ويبقى الاسم القديم صالحًا لتسجيل الدخول، ولا يستطيع أحد غيره أخذه.",
}

pub fn present_name(username: &str, address: &str) -> String {
    format!(
        "اسم المستخدم الخاص بك هو {}، وعنوان ملفك الشخصي هو {}.",
        at(username),
        left_to_right(address)
    )
}

/// Former username, and how long it is kept for the user.
pub fn kept_until(username: &str, until: Date) -> String {
    format!("{}، محجوز لك حتى {}", at(username), date(until))
}

/// The day from which a new username can be chosen.
pub fn next_name_from(day: Date) -> String {
    format!(
        "لم يمضِ وقت طويل على آخر تغيير لاسم المستخدم. يمكنك اختيار اسم آخر ابتداءً من {}. وحتى ذلك الحين يمكنك العودة إلى اسم سابق، أو تغيير حالة الأحرف.",
        date(day)
    )
}
