//! Arabic texts of administration.

use super::bidi::left_to_right;
use crate::{account::types::managed::AccountState, admin::rules::Area, text::words::words};

words! {
    administration: "الإدارة",
    users: "المستخدمون",
    search: "بحث",
    name_or_email: "الاسم أو اسم المستخدم أو البريد الإلكتروني",
    search_hint: "ثلاثة أحرف أو أكثر يُبحث عنها في أي موضع، والأقل من ذلك في البداية فقط. ولا تشمل النتائج الأسماء التي لا يُسمح لك برؤيتها.",
    status: "الحالة",
    any: "الكل",
    unknown_filter: "يتضمن هذا العنوان دورًا أو حالة أو ترتيبًا غير معروف. يُرجى اختيار غيره.",
    no_users: "لا يوجد مستخدم مطابق.",
    from_the_start: "الصفحة الأولى",
    next_page: "الصفحة التالية",
    search_further: "متابعة البحث",
    signed_up: "تاريخ إنشاء الحساب",
    last_login: "آخر تسجيل دخول",
    never_logged_in: "لم يسجّل الدخول قط",
    will_be_erased: "سيُحذف نهائيًا في",
    own_account: "هذا حسابك أنت. يمكنك تغييره في الإعدادات.",
    out_of_reach: "لا يسمح لك دورك بتغيير هذا الحساب.",
    change_role: "تغيير الدور",
    role_changed: "تم تغيير الدور.",
    log_out_user: "تسجيل الخروج من كل الأجهزة",
    log_out_user_lead: "ينهي كل جلسات هذا المستخدم. ويمكنه تسجيل الدخول من جديد.",
    user_logged_out: "تم تسجيل خروج المستخدم من كل الأجهزة.",
    enable_user: "إعادة تفعيل الحساب",
    enable_lead: "يستطيع المستخدم تسجيل الدخول من جديد، ويظهر ملفه الشخصي من جديد.",
    user_enabled: "أُعيد تفعيل الحساب.",
    disable_user: "تعطيل الحساب",
    disable_lead: "يُسجَّل خروج المستخدم فورًا ولا يستطيع تسجيل الدخول، ولا يرى أحد ملفه الشخصي. ولا يُحذف شيء.",
    user_disabled: "تم تعطيل الحساب.",
    reason: "السبب",
    reason_hint: "يصل إلى المستخدم بالبريد الإلكتروني، ويستطيع قراءته في نشاطه إذا أُعيد تفعيل الحساب.",
    link_sent_to_user: "تم إرسال الرابط.",
}

/// Name of a part of administration.
pub fn area(area: Area) -> &'static str {
    match area {
        Area::Users => "المستخدمون",
        Area::Invitations => "الدعوات",
        Area::Import => "الاستيراد",
        Area::Events => "الأحداث",
        Area::Schema => "المخطط",
    }
}

/// State of an account.
pub fn account_state(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => "نشط",
        AccountState::Waiting => "ينتظر الموافقة",
        AccountState::Disabled => "معطَّل",
        AccountState::Closed => "مغلق",
        AccountState::Refused => "مرفوض",
    }
}

/// Address that is waiting to be confirmed.
pub fn not_confirmed(address: &str) -> String {
    format!("{} (غير مؤكَّد)", left_to_right(address))
}

pub fn send_link_lead(address: &str) -> String {
    format!(
        "يرسل رابطًا لإعادة تعيين كلمة المرور إلى {}. وتبقى كلمة المرور الحالية صالحة حتى اختيار كلمة مرور جديدة.",
        left_to_right(address)
    )
}
