//! Account texts in Arabic: sign-up, login, settings, links in emails, account deletion.

use super::{
    bidi::{at, isolate, left_to_right},
    date::date,
    number::{characters, counted, digits, number},
};
use crate::{
    account::types::{
        addresses::Failure, device::Device, erasure::Effect, event::EventKind, username::Username,
    },
    profile::rules::date::Date,
    text::words::words,
};

words! {
    sign_up_closed_title: "إنشاء الحسابات غير متاح",
    sign_up_closed: "لا ينشئ الحسابات في هذا الموقع إلا إدارته.",
    sign_up_invited: "لا يمكن إنشاء حساب هنا إلا بدعوة. إذا وصلتك دعوة، فيُرجى فتح الرابط الوارد فيها.",
    sign_up: "إنشاء حساب",
    log_in: "تسجيل الدخول",
    log_out: "تسجيل الخروج",
    create_account: "إنشاء حساب",

    sign_up_title: "إنشاء حسابك",
    log_in_title: "مرحبًا بعودتك",
    have_account: "لديك حساب بالفعل؟",
    no_account: "ليس لديك حساب؟",
    log_in_first: "يلزم تسجيل الدخول للمتابعة إلى الصفحة المطلوبة.",

    username: "اسم المستخدم",
    username_or_email: "اسم المستخدم أو البريد الإلكتروني",
    email: "البريد الإلكتروني",
    email_hint: "لا يراه أحد سواك. سنرسل إليك رابطًا لتأكيده، وبعدها يمكنك استخدامه لتسجيل الدخول ولإعادة تعيين كلمة المرور.",
    password: "كلمة المرور",
    show_password: "إظهار كلمة المرور",
    caps_lock: "مفتاح الأحرف الكبيرة (Caps Lock) مفعّل.",

    settings: "الإعدادات",
    account: "الحساب",
    change_password: "تغيير كلمة المرور",
    change_password_lead: "يؤدي ذلك إلى تسجيل خروجك من كل الأجهزة الأخرى، أما هذه الجلسة فتبقى مفتوحة.",
    current_password: "كلمة المرور الحالية",
    new_password: "كلمة المرور الجديدة",
    password_changed: "تم تغيير كلمة المرور وتسجيل خروجك من كل الأجهزة الأخرى.",

    sessions: "الجلسات المفتوحة",
    sessions_lead: "يُرجى إنهاء أي جلسة غير معروفة لديك، ثم تغيير كلمة المرور.",
    this_session: "هذه الجلسة",
    since: "تاريخ تسجيل الدخول:",
    last_seen: "آخر نشاط تقريبًا:",
    end_session: "إنهاء الجلسة",
    end_others: "إنهاء كل الجلسات الأخرى",
    session_ended: "انتهت الجلسة.",
    session_gone: "هذه الجلسة منتهية بالفعل. لم يتغيّر شيء.",

    forgot: "نسيت كلمة المرور؟",
    forgot_title: "إعادة تعيين كلمة المرور",
    forgot_lead: "يُرجى إدخال البريد الإلكتروني لحسابك. سنرسل إليك رابطًا لإعادة تعيين كلمة المرور.",
    send_link: "إرسال الرابط",
    link_sent_title: "يُرجى تفقّد بريدك الإلكتروني",
    link_sent: "إذا كان هناك حساب بهذا البريد الإلكتروني، فقد أرسلنا إليه رابطًا صالحًا لمدة ساعتين. لم يصل شيء؟ يُرجى تفقّد مجلد الرسائل غير المرغوب فيها، والتحقق من إدخال البريد الإلكتروني المسجّل في حسابك.",
    ask_again: "طلب رابط جديد",
    reset_lead: "حفظ كلمة المرور الجديدة يسجّل خروجك من كل الأجهزة.",
    save_password: "حفظ كلمة المرور",
    password_reset: "حُفظت كلمة المرور. يمكنك الآن تسجيل الدخول بها.",
    confirm_title: "تأكيد بريدك الإلكتروني",
    confirm_address: "تأكيد البريد الإلكتروني",
    address_confirmed: "تم تأكيد البريد الإلكتروني.",
    undo_title: "استعادة بريدك الإلكتروني السابق",
    take_back: "استعادة البريد الإلكتروني",
    change_email: "البريد الإلكتروني",
    no_email: "لم تتم إضافة بريد إلكتروني بعد. بإضافته يمكنك إعادة تعيين كلمة المرور عند نسيانها.",
    new_email: "البريد الإلكتروني الجديد",
    new_email_hint: "سنرسل رابطًا إلى هذا العنوان، ويُعتمد بعد تأكيده.",
    email_asked: "أرسلنا إليك رابطًا. يُرجى فتحه لتأكيد العنوان.",
    not_arrived: "لم يصل شيء؟ يُرجى تفقّد مجلد الرسائل غير المرغوب فيها. وإذا تعذّر تسليم الرسالة، فسيظهر ذلك في هذه الصفحة.",
    email_cancelled: "أُزيل العنوان الذي كان بانتظار التأكيد.",
    email_first: "يتطلّب هذا الموقع بريدًا إلكترونيًا مؤكَّدًا.",
    open_the_link: "يُرجى فتح الرابط الوارد في الرسالة، أو إعادة إرساله.",
    cancel_change: "الإبقاء على العنوان الحالي",
    forget_address: "إزالة هذا العنوان",
    your_account: "حسابك: اسم المستخدم والبريد الإلكتروني وكلمة المرور",
    password_again: "كلمة مرورك",
    password_again_hint: "يُرجى إدخالها من جديد للأمان، فقد مضى وقت على تسجيل الدخول.",
    confirm_only_yours: "يُرجى التأكيد فقط إذا كان الطلب منك ولحساب يخصك.",
    another_account: "لإنشاء حساب آخر، يلزم تسجيل الخروج أولًا.",
    account_made: "حسابك موجود بالفعل، ولم يُنشأ حساب ثانٍ.",
    go_on: "متابعة",
}

pub fn confirmed_address(address: &str) -> String {
    format!("بريدك الإلكتروني هو {}.", left_to_right(address))
}

pub fn waits_for(address: &str) -> String {
    format!(
        "لم يتم تأكيد {} بعد. يُرجى فتح الرابط الوارد في الرسالة لتأكيده.",
        left_to_right(address)
    )
}

/// Report of an undelivered email, with what to do about it.
pub fn undelivered(why: Failure, address: &str, day: Date) -> String {
    let (day, address) = (date(day), left_to_right(address));
    match why {
        Failure::NoMailbox => format!(
            "تعذّر في {day} تسليم رسالة إلى {address}: يفيد خادم البريد هناك بأن هذا الصندوق غير موجود أو لا يستقبل الرسائل. يُرجى التحقق من كتابة العنوان، أو إدخال عنوان آخر."
        ),
        Failure::Letters => format!(
            "تعذّر في {day} تسليم رسالة إلى {address}: لا يدعم خادم بريدنا بعض الأحرف الواردة قبل الرمز {}. يُرجى إدخال عنوان آخر.",
            left_to_right("@")
        ),
        Failure::NotTaken => format!(
            "تعذّر تسليم رسالة إلى {address}، وتوقفت المحاولات في {day}: لم يقبلها أي خادم بريد. يُرجى التحقق من كتابة العنوان، أو إدخال عنوان آخر."
        ),
    }
}

/// Warning that a previous email address can still recover the account.
pub fn way_back(address: &str, until: Date) -> String {
    format!(
        "حتى {} يستطيع من يقرأ الرسائل الواردة إلى العنوان السابق {} استعادة هذا الحساب بكل ما فيه.",
        date(until),
        left_to_right(address)
    )
}

pub fn logged_in_as(username: &str) -> String {
    format!("سجّلت الدخول باسم {}.", at(username))
}

pub fn confirm_lead(address: &str, username: &str) -> String {
    format!(
        "سيصبح {} البريد الإلكتروني للحساب {}.",
        left_to_right(address),
        at(username)
    )
}

pub fn reset_for(username: &str) -> String {
    format!("للحساب {}.", at(username))
}

pub fn undo_lead(address: &str, username: &str) -> String {
    format!(
        "سيصبح {} من جديد البريد الإلكتروني للحساب {}. وسيُسجَّل الخروج من الحساب على كل الأجهزة، ثم تُطلب منك كلمة مرور جديدة.",
        left_to_right(address),
        at(username)
    )
}

words! {
    privacy_lead: "يُحدَّد من يرى ملفك الشخصي، ومن يرى كل حقل فيه، في صفحة تعديله.",
    search_engines: "هل يُسمح لمحركات البحث بإدراج ملفك الشخصي؟",
    search_engines_hint: "لا يمكنها العثور على ملفك الشخصي إلا إذا كان ظاهرًا للجميع. وإذا كان مُدرَجًا فيها من قبل، فقد يستغرق اختفاؤه بعض الوقت.",
    save_privacy: "حفظ إعدادات الخصوصية",
    privacy_saved: "حُفظت إعدادات الخصوصية.",
    your_data: "بياناتك",
    export: "تنزيل بياناتك",
    export_lead: "كل ما يخزّنه هذا الموقع عنك، في ملف zip واحد: حسابك، وملفك الشخصي مع سجله وصوره، وجلساتك، والمتصفحات التي سجّلت الدخول منها، ونشاطك. وكل ذلك بصيغة JSON ما عدا الصور.",
    download: "تنزيل",
    export_first: "تنزيل بياناتك أولًا",
    delete_account: "حذف الحساب",
    goes: "ما يُحذف نهائيًا",
    stays_nameless: "ما يبقى دون أن يرتبط بك",
    forbids: "ما يجب حذفه أولًا",
    forbids_hint: "لا يمكن حذف الحساب ما دام هذا موجودًا. يُرجى حذفه، أو التواصل مع إدارة هذا الموقع.",
    type_username: "اسم المستخدم الخاص بك",
    stayed: "مرحبًا بعودتك. لن يُحذف حسابك.",
}

pub fn delete_lead(days: u32) -> String {
    match days {
        0 => "يُحذف حسابك فورًا ونهائيًا، ولا يمكن لأحد استعادته.".to_owned(),
        days => format!(
            "يُغلق حسابك فورًا، ويُحذف نهائيًا بعد {}. حتى ذلك الحين، يكفي تسجيل الدخول للإبقاء عليه. بعد ذلك لا يمكن لأحد استعادته.",
            of_days(days)
        ),
    }
}

pub fn left(days: u32) -> String {
    match days {
        0 => "حُذف حسابك نهائيًا.".to_owned(),
        days => format!(
            "أُغلق حسابك. سيُحذف نهائيًا بعد {}، ما لم يُسجَّل الدخول قبل ذلك.",
            of_days(days)
        ),
    }
}

/// Number of days, in the genitive after a preposition.
fn of_days(days: u32) -> String {
    counted(days.into(), "يوم واحد", "يومين", "أيام", "يومًا", "يوم")
}

pub fn type_username_hint(username: &str) -> String {
    format!("للتأكيد، يُرجى كتابة {}.", left_to_right(username))
}

/// Number of rows of a table on which an erasure has the same effect. An unknown table is called by
/// its name in the database.
pub fn rows_of(table: &str, fate: Effect, rows: u64) -> String {
    let [one, two, few, many, other] = match (table, fate) {
        ("profiles", _) => [
            "ملفك الشخصي",
            "ملفان شخصيان",
            "ملفات شخصية",
            "ملفًا شخصيًا",
            "ملف شخصي",
        ],
        ("profile_changes", Effect::Goes) => [
            "تغيير واحد في سجل ملفك الشخصي",
            "تغييران في سجل ملفك الشخصي",
            "تغييرات في سجل ملفك الشخصي",
            "تغييرًا في سجل ملفك الشخصي",
            "تغيير في سجل ملفك الشخصي",
        ],
        ("profile_changes", _) => [
            "تغيير واحد أجريته في ملف شخصي لغيرك",
            "تغييران أجريتهما في ملفات شخصية لغيرك",
            "تغييرات أجريتها في ملفات شخصية لغيرك",
            "تغييرًا أجريتها في ملفات شخصية لغيرك",
            "تغيير أجريتها في ملفات شخصية لغيرك",
        ],
        ("former_names", _) => [
            "اسم مستخدم سابق واحد",
            "اسما مستخدم سابقان",
            "أسماء مستخدم سابقة",
            "اسم مستخدم سابقًا",
            "اسم مستخدم سابق",
        ],
        ("imported_passwords", _) => [
            "كلمة مرور مستوردة واحدة",
            "كلمتا مرور مستوردتان",
            "كلمات مرور مستوردة",
            "كلمة مرور مستوردة",
            "كلمة مرور مستوردة",
        ],
        ("arrivals", _) => [
            "سجل استيراد واحد",
            "سجلا استيراد",
            "سجلات استيراد",
            "سجل استيراد",
            "سجل استيراد",
        ],
        ("authenticator_apps", _) => [
            "تطبيق مصادقة واحد",
            "تطبيقا مصادقة",
            "تطبيقات مصادقة",
            "تطبيق مصادقة",
            "تطبيق مصادقة",
        ],
        ("passkeys", _) => [
            "مفتاح مرور واحد",
            "مفتاحا مرور",
            "مفاتيح مرور",
            "مفتاح مرور",
            "مفتاح مرور",
        ],
        ("recovery_codes", _) => [
            "رمز استرداد واحد",
            "رمزا استرداد",
            "رموز استرداد",
            "رمز استرداد",
            "رمز استرداد",
        ],
        ("sessions", _) => ["جلسة واحدة", "جلستان", "جلسات", "جلسة", "جلسة"],
        ("devices", _) => [
            "متصفح واحد سُجّل الدخول منه",
            "متصفحان سُجّل الدخول منهما",
            "متصفحات سُجّل الدخول منها",
            "متصفحًا سُجّل الدخول منها",
            "متصفح سُجّل الدخول منها",
        ],
        ("tokens", _) => [
            "رابط واحد مُرسَل بالبريد",
            "رابطان مُرسَلان بالبريد",
            "روابط مُرسَلة بالبريد",
            "رابطًا مُرسَلًا بالبريد",
            "رابط مُرسَل بالبريد",
        ],
        ("invitations", _) => ["دعوة واحدة", "دعوتان", "دعوات", "دعوة", "دعوة"],
        ("invitation_links", _) => [
            "رابط دعوة واحد",
            "رابطا دعوة",
            "روابط دعوة",
            "رابط دعوة",
            "رابط دعوة",
        ],
        ("mails", _) => [
            "رسالة واحدة لم تُرسل بعد",
            "رسالتان لم تُرسلا بعد",
            "رسائل لم تُرسل بعد",
            "رسالة لم تُرسل بعد",
            "رسالة لم تُرسل بعد",
        ],
        ("avatars", _) => [
            "صورة واحدة",
            "صورتان، بما في ذلك صور سابقة محفوظة لمدة محدودة",
            "صور، بما في ذلك صور سابقة محفوظة لمدة محدودة",
            "صورة، بما في ذلك صور سابقة محفوظة لمدة محدودة",
            "صورة، بما في ذلك صور سابقة محفوظة لمدة محدودة",
        ],
        ("directory" | "directory_words", _) => [
            "قيد واحد في دليل الأعضاء",
            "قيدان في دليل الأعضاء",
            "قيود في دليل الأعضاء",
            "قيدًا في دليل الأعضاء",
            "قيد في دليل الأعضاء",
        ],
        ("users", _) => [
            "حساب واحد لغيرك",
            "حسابان لغيرك",
            "حسابات لغيرك",
            "حسابًا لغيرك",
            "حساب لغيرك",
        ],
        ("schema_revisions", _) => [
            "مخطط مطبَّق واحد",
            "مخططان مطبَّقان",
            "مخططات مطبَّقة",
            "مخططًا مطبَّقًا",
            "مخطط مطبَّق",
        ],
        ("events", _) => [
            "عملية واحدة في سجل النشاط",
            "عمليتان في سجل النشاط",
            "عمليات في سجل النشاط",
            "عملية في سجل النشاط",
            "عملية في سجل النشاط",
        ],
        (table, _) => {
            let rows = digits(&rows.to_string());
            return format!("{}: {rows}", left_to_right(table));
        }
    };
    counted(rows, one, two, few, many, other)
}

words! {
    activity: "النشاط",
    activity_lead: "ما جرى في حسابك، منك ومن غيرك. لا يمكن لأحد تغيير هذه القائمة. أما تغييرات ملفك الشخصي فمذكورة في سجله.",
    older_activity: "نشاط أقدم",
}

/// Entry in the user's own activity log.
pub fn event(kind: Option<EventKind>) -> &'static str {
    let Some(kind) = kind else {
        return "نشاط غير معروف";
    };
    match kind {
        EventKind::SignedUp => "إنشاء الحساب",
        EventKind::Created => "إنشاء الحساب من قِبل إدارة الموقع",
        EventKind::LoggedIn => "تسجيل الدخول",
        EventKind::LogInFailed => "محاولة تسجيل دخول بكلمة مرور خاطئة",
        EventKind::LoggedOut => "تسجيل الخروج",
        EventKind::SessionsEnded => "تسجيل الخروج من أجهزة أخرى",
        EventKind::SessionsRevoked => "تسجيل الخروج من قِبل شخص آخر",
        EventKind::PasswordChanged => "تغيير كلمة المرور",
        EventKind::PasswordFailed => "كلمة مرور خاطئة عند تأكيد إجراء",
        EventKind::SecondAsked => "إدخال كلمة مرور صحيحة وطلب العامل الثاني",
        EventKind::SecondFailed => "عامل ثانٍ خاطئ بعد كلمة مرور صحيحة",
        EventKind::AppAdded => "إضافة تطبيق مصادقة",
        EventKind::AppRemoved => "إزالة تطبيق مصادقة",
        EventKind::PasskeyAdded => "إضافة مفتاح مرور",
        EventKind::PasskeyRemoved => "إزالة مفتاح مرور",
        EventKind::RecoveryRenewed => "إنشاء رموز استرداد جديدة",
        EventKind::RecoveryUsed => "استخدام رمز استرداد",
        EventKind::BrowserDistrusted => "إزالة متصفح موثوق",
        EventKind::PasswordRemoved => "إزالة كلمة المرور",
        EventKind::FactorsResetAsked => "طلب إزالة العامل الثاني",
        EventKind::FactorsKept => "منع إزالة العامل الثاني",
        EventKind::FactorsReset => "إزالة العامل الثاني من قِبل إدارة الموقع",
        EventKind::ResetAsked => "طلب رابط لإعادة تعيين كلمة المرور",
        EventKind::LinkHandedOut => "تسليم رابط لإعادة تعيين كلمة المرور",
        EventKind::LinkVoided => "إبطال رابط",
        EventKind::PasswordReset => "إعادة تعيين كلمة المرور عبر رابط",
        EventKind::EmailAsked => "إدخال بريد إلكتروني بانتظار التأكيد",
        EventKind::EmailCancelled => "إلغاء تغيير البريد الإلكتروني",
        EventKind::EmailConfirmed => "تأكيد البريد الإلكتروني",
        EventKind::EmailUndone => "استعادة البريد الإلكتروني السابق",
        EventKind::Exported => "تنزيل البيانات",
        EventKind::UsersExported => "تنزيل قائمة المستخدمين",
        EventKind::HistoryErased => "حذف قيمة من السجل",
        EventKind::DeletionRequested => "إغلاق الحساب تمهيدًا لحذفه نهائيًا",
        EventKind::DeletionCancelled => "إلغاء حذف الحساب بتسجيل الدخول",
        EventKind::Erased => "حذف الحساب نهائيًا",
        EventKind::Renamed => "تغيير اسم المستخدم",
        EventKind::RoleChanged => "تغيير الدور",
        EventKind::Disabled => "تعطيل الحساب",
        EventKind::Enabled => "إعادة تفعيل الحساب",
        EventKind::Approved => "الموافقة على الحساب",
        EventKind::ApprovalRefused => "رفض الحساب",
        EventKind::Invited => "إرسال دعوة أو تسليمها",
        EventKind::InvitationEnded => "سحب دعوة",
        EventKind::Joined => "الانضمام بدعوة",
        EventKind::SeenAs => "عرض ملف شخصي كما يراه هذا العضو",
        EventKind::ShownAs => "عرض الملف الشخصي كما يراه عضو آخر",
        EventKind::SchemaApplied => "تطبيق مخطط",
        EventKind::Refused => "رفض طلب",
    }
}

/// Role change: the old role and the new one.
pub fn from_to(old: &str, new: &str) -> String {
    format!("من {} إلى {}", isolate(old), isolate(new))
}

/// Author of an event, unless it is the reader.
pub fn by_actor(username: &str) -> String {
    format!("بواسطة {}", at(username))
}

/// User whom an event by the reader affected.
pub fn to_subject(username: &str) -> String {
    at(username)
}

/// "Firefox على Linux"
pub fn device(device: Device) -> String {
    match (device.browser, device.system) {
        (Some(browser), Some(system)) => format!("{} على {}", isolate(browser), isolate(system)),
        (Some(name), None) | (None, Some(name)) => isolate(name),
        (None, None) => "جهاز غير معروف".to_owned(),
    }
}

/// Accessible name of the button that ends one session.
pub fn end_session_on(device: &str) -> String {
    format!("إنهاء الجلسة: {}", isolate(device))
}

pub fn username_hint() -> String {
    let (min, max) = (number(Username::MIN), characters(Username::MAX));
    format!(
        "من {min} إلى {max}: الحروف اللاتينية من a إلى z والأرقام من 0 إلى 9 والشرطات والشرطات السفلية. ويصبح جزءًا من عنوان ملفك الشخصي."
    )
}

pub fn password_hint(min: usize) -> String {
    format!(
        "{} على الأقل. كلمة المرور المكوّنة من عدة كلمات أسهل تذكّرًا وأصعب تخمينًا.",
        characters(min)
    )
}

/// Hint for an address that has to be at one of these domains.
pub fn address_at(domains: &[String]) -> String {
    let domains: Vec<String> = domains.iter().map(|domain| isolate(domain)).collect();
    format!("يُرجى استخدام عنوان على {}.", domains.join(" أو "))
}
