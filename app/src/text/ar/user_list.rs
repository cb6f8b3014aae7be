//! Arabic texts of the list of users, and of actions on many of them.

use super::{
    account::rows_of,
    bidi::{isolate, left_to_right},
    number::{counted, number},
};
use crate::{
    account::types::{
        bulk::NotDone,
        erasure::Effect,
        managed::{AccountCount, AccountOrder, LastLogin},
    },
    text::words::words,
};

words! {
    order: "الترتيب",
    users_per_page: "عدد المستخدمين في الصفحة",
    unknown_place: "يشير هذا العنوان إلى موضع غير موجود في هذه القائمة. يُرجى البدء من الصفحة الأولى.",
    download_list: "تنزيل بصيغة CSV",
    many_at_once: "تعديل عدة مستخدمين",
    what_to_do: "الإجراء",
    go_on_with_ticked: "المتابعة مع المستخدمين المحدَّدين",
    send_links: "إرسال روابط إعادة تعيين كلمة المرور",
    disable_accounts: "تعطيل الحسابات",
    enable_accounts: "إعادة تفعيل الحسابات",
    delete_accounts: "حذف الحسابات",
    delete_accounts_lead: "تُحذف الحسابات فورًا ونهائيًا.",
    nobody_ticked: "لم يُحدَّد أي مستخدم. يُرجى الرجوع إلى القائمة وتحديد مستخدم واحد على الأقل.",
    nothing_done_yet: "لم يتغيّر شيء بعد.",
    back_to_list: "الرجوع إلى القائمة",
    was_done: "تم",
    was_not_done: "لم يتم",
    stays_without_name: "ما يبقى دون أن يرتبط بهؤلاء المستخدمين",
}

/// Number of users in a list, as far as they were counted.
pub fn users_found(count: AccountCount) -> String {
    match (count.counted, count.is_least) {
        (found, _) if found > AccountCount::MOST => {
            format!("أكثر من {} مستخدم", number(AccountCount::MOST))
        }
        (0, true) => "قد يوجد مستخدمون مطابقون".to_owned(),
        (found, true) => format!("على الأقل: {}", users(found)),
        (found, false) => users(found),
    }
}

fn users(count: usize) -> String {
    counted(
        count as u64,
        "مستخدم واحد",
        "مستخدمان",
        "مستخدمين",
        "مستخدمًا",
        "مستخدم",
    )
}

pub fn narrowed_list(text: &str) -> String {
    format!(
        "يرد «{}» في الاسم أو اسم المستخدم أو البريد الإلكتروني لكثير من المستخدمين، ولا تُعرض القائمة كاملة. يمكنك كتابة المزيد للعثور على الباقين.",
        isolate(text)
    )
}

pub fn last_login_is(last: LastLogin) -> &'static str {
    match last {
        LastLogin::Lately => "خلال آخر ٣٠ يومًا",
        LastLogin::NotForMonths => "لا دخول منذ ٩٠ يومًا",
        LastLogin::NotForAYear => "لا دخول منذ سنة",
        LastLogin::Never => "لم يسجّل الدخول قط",
    }
}

pub fn account_order(order: AccountOrder) -> &'static str {
    match order {
        AccountOrder::Username => "اسم المستخدم",
        AccountOrder::SignedUp => "الأحدث أولًا",
        AccountOrder::LastLogin => "الأحدث دخولًا أولًا",
    }
}

/// Accessible name of the box that selects a user.
pub fn tick_user(name: &str) -> String {
    format!("تحديد {}", left_to_right(name))
}

pub fn go_on_with_all(count: usize) -> String {
    format!("المتابعة مع كل من في هذه الصفحة: {}", users(count))
}

pub fn go_on_with_rest(count: usize) -> String {
    format!("المتابعة مع الباقين: {}", users(count))
}

pub fn give_role(label: &str) -> String {
    format!("تغيير الدور إلى {}", isolate(label))
}

pub fn selected(count: usize) -> String {
    format!("المحدَّدون: {}", users(count))
}

pub fn will_be_done(count: usize) -> String {
    format!("سيُطبَّق هذا على: {}", users(count))
}

pub fn will_not_be_done(count: usize) -> String {
    format!("لن يُطبَّق هذا على: {}", users(count))
}

/// Role that a user has until it is changed.
pub fn until_now(role: &str) -> String {
    format!("الدور الحالي: {}", isolate(role))
}

pub fn done_for(count: usize) -> String {
    format!("طُبِّق هذا على: {}.", users(count))
}

/// Reason why an action on many users is not, or was not, performed on one of them.
pub fn not_done(reason: NotDone) -> &'static str {
    match reason {
        NotDone::Gone => "لا يوجد مستخدم بهذا الاسم.",
        NotDone::OwnAccount => "هذا حسابك أنت.",
        NotDone::OutOfReach => "لا يسمح لك دورك بتغيير هذا الحساب.",
        NotDone::Already => "لا شيء يلزم تغييره.",
        NotDone::NoAddress => "لا يوجد عنوان يمكن إرسال رابط إليه.",
        NotDone::Kept => "لا يمكن حذف الحساب ما دامت بيانات أخرى تعتمد عليه.",
        NotDone::Changed => "تغيّر الحساب في هذه الأثناء. يُرجى الاطلاع عليه من جديد قبل اتخاذ القرار.",
        NotDone::LastManager => "لا أحد غيره يستطيع إدارة المستخدمين.",
        NotDone::TooMany => "أُرسلت رسائل كثيرة جدًا إلى هذا العنوان. يُرجى المحاولة لاحقًا.",
        NotDone::Later => "انتهى الوقت قبل الوصول إلى هذا المستخدم. يُرجى المتابعة مع الباقين.",
        NotDone::Failed => "لم يؤكد الخادم ذلك. يُرجى الاطلاع على الحساب قبل المحاولة من جديد.",
    }
}

/// Number of rows of a table on which the erasure of several users has the same effect.
pub fn rows_of_users(table: &str, fate: Effect, rows: u64) -> String {
    let [one, two, few, many, other] = match (table, fate) {
        ("profiles", _) => [
            "ملف شخصي واحد",
            "ملفان شخصيان",
            "ملفات شخصية",
            "ملفًا شخصيًا",
            "ملف شخصي",
        ],
        ("profile_changes", Effect::Goes) => [
            "تغيير واحد في سجل ملف شخصي",
            "تغييران في سجلات ملفات شخصية",
            "تغييرات في سجلات ملفات شخصية",
            "تغييرًا في سجلات ملفات شخصية",
            "تغيير في سجلات ملفات شخصية",
        ],
        ("profile_changes", _) => [
            "تغيير واحد في ملف شخصي لغيرهم",
            "تغييران في ملفات شخصية لغيرهم",
            "تغييرات في ملفات شخصية لغيرهم",
            "تغييرًا في ملفات شخصية لغيرهم",
            "تغيير في ملفات شخصية لغيرهم",
        ],
        (table, fate) => return rows_of(table, fate, rows),
    };
    counted(rows, one, two, few, many, other)
}
