//! Arabic texts of oversight: the audit log, account details, a profile as a member sees it.

use super::{
    account::rows_of,
    bidi::{at, isolate, left_to_right},
    number::counted,
};
use crate::{
    account::types::{erasure::Effect, token::TokenPurpose},
    text::words::words,
};

words! {
    events_lead: "كل ما جرى في حسابات هذا الموقع، ومن قام به. لا يمكن لأحد تغيير هذه القائمة. أما التغييرات في الملفات الشخصية فمذكورة في سجلاتها.",
    event_kind: "الحدث",
    from_day: "من",
    to_day: "إلى",
    no_events: "لا يوجد حدث مطابق.",
    older_events: "أحداث أقدم",
    download_csv: "تنزيل بصيغة CSV",
    download_json_lines: "تنزيل بصيغة أسطر JSON",
    no_such_person: "لا يوجد مستخدم بهذا الاسم. يُرجى التحقق من الكتابة، أو البحث بين المستخدمين.",
    page_from_elsewhere: "لا يدل هذا العنوان على موضع في القائمة. يُرجى البدء من أحدث حدث.",
    user_sessions: "الجلسات",
    no_sessions: "لا توجد جلسة مفتوحة.",
    user_session_ended: "انتهت الجلسة.",
    user_links: "الروابط الصالحة",
    no_links: "لا توجد روابط صالحة.",
    link_gone: "لم يعد هذا الرابط صالحًا. لم يتغيّر شيء.",
    void_link: "إبطال",
    link_is_void: "أُبطل الرابط.",
    way_back_stays: "يبقى هذا الرابط صالحًا: فهو يتيح استعادة حساب استولى عليه شخص آخر.",
    handed_out: "تاريخ التسليم",
    sent_on: "تاريخ الإرسال",
    valid_until: "صالح حتى",
    account_history: "سجل الحساب",
    disabled_on: "تاريخ التعطيل",
    erase_user: "حذف الحساب نهائيًا",
    erase_user_hint: "قبل التأكيد يظهر ما سيُحذف.",
    erase_user_lead: "يُحذف الحساب فورًا ونهائيًا. ويُبلَّغ المستخدم بالبريد الإلكتروني.",
    user_erased: "حُذف الحساب.",
    stays_without_them: "ما يبقى دون أن يرتبط بالمستخدم",
    forbids_it: "لا يمكن حذف الحساب ما دام هذا موجودًا. يُرجى حذفه أولًا.",
    the_account: "الحساب: اسم المستخدم والبريد الإلكتروني وكلمة المرور",
    see_as_lead: "يمكنك الاطلاع فقط، دون تغيير شيء. ويُسجَّل كل اطلاع في نشاطك، وفي نشاط المستخدم، وفي نشاط صاحب الملف الشخصي.",
    whose_profile: "اسم مستخدم صاحب الملف الشخصي",
    show_profile: "عرض الملف الشخصي",
    own_eyes: "ما يراه المستخدم في ملفه الشخصي يخصه وحده، لأنه يتضمن ما يخفيه عن غيره. يُرجى إدخال اسم مستخدم آخر.",
    on_all_devices: "من كل الأجهزة",
    no_reason: "لم يُذكر سبب",
}

/// Heading of the page for seeing a profile as a user sees it.
pub fn see_as(username: &str) -> String {
    format!("عرض ملف شخصي كما يراه {}", at(username))
}

pub fn seen_as(username: &str) -> String {
    format!(
        "يظهر هذا الملف الشخصي كما يراه {}. يمكنك الاطلاع فقط، دون تغيير شيء. وقد سُجِّل هذا الاطلاع.",
        at(username)
    )
}

pub fn not_seen_by(username: &str, profile: &str) -> String {
    format!("لا يرى {} ملفًا شخصيًا باسم {}.", at(username), at(profile))
}

/// Reason why no link to choose a password is offered.
pub fn no_link_to(address: &str) -> String {
    format!(
        "لا يمكن إرسال رابط لإعادة تعيين كلمة المرور إلى {}: فهذا البريد غير مؤكَّد، كما أنه أُدخل قبل تغيير كلمة المرور أو ربما يخص شخصًا آخر. يمكن للمستخدم إدخال بريد آخر، أو لإدارة الموقع تسليم رابط.",
        left_to_right(address)
    )
}

pub fn link_to(purpose: TokenPurpose) -> &'static str {
    match purpose {
        TokenPurpose::Confirm => "لتأكيد بريد إلكتروني",
        TokenPurpose::Reset => "لإعادة تعيين كلمة المرور",
        TokenPurpose::Undo => "لاستعادة البريد الإلكتروني السابق",
    }
}

/// Accessible name of the button that invalidates one link.
pub fn void_link_to(purpose: TokenPurpose, created: &str) -> String {
    format!("إبطال: {}، {created}", link_to(purpose))
}

pub fn no_such_event(word: &str) -> String {
    format!("لا يوجد حدث باسم «{}». يُرجى اختيار حدث.", isolate(word))
}

pub fn no_such_day(label: &str) -> String {
    format!("{label}: يُرجى إدخال تاريخ صحيح، على ألا يسبق اليوم الأخير اليوم الأول.")
}

/// Number of rows of a table on which an erasure has the same effect, as told to a manager who is
/// about to erase the user. An unknown table is called by its name in the database.
pub fn their_rows_of(table: &str, fate: Effect, rows: u64) -> String {
    let [one, two, few, many, other] = match (table, fate) {
        ("profiles", _) => [
            "ملف شخصي واحد",
            "ملفان شخصيان",
            "ملفات شخصية",
            "ملفًا شخصيًا",
            "ملف شخصي",
        ],
        ("profile_changes", Effect::Goes) => [
            "تغيير واحد في سجل الملف الشخصي",
            "تغييران في سجل الملف الشخصي",
            "تغييرات في سجل الملف الشخصي",
            "تغييرًا في سجل الملف الشخصي",
            "تغيير في سجل الملف الشخصي",
        ],
        ("profile_changes", _) => [
            "تغيير واحد أجراه المستخدم في ملف شخصي لغيره",
            "تغييران أجراهما المستخدم في ملفات شخصية لغيره",
            "تغييرات أجراها المستخدم في ملفات شخصية لغيره",
            "تغييرًا أجراها المستخدم في ملفات شخصية لغيره",
            "تغيير أجراها المستخدم في ملفات شخصية لغيره",
        ],
        ("users", _) => [
            "حساب واحد لشخص آخر",
            "حسابان لشخصين آخرين",
            "حسابات لأشخاص آخرين",
            "حسابًا لأشخاص آخرين",
            "حساب لأشخاص آخرين",
        ],
        (table, fate) => return rows_of(table, fate, rows),
    };
    counted(rows, one, two, few, many, other)
}
