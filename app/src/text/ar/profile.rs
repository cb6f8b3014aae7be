//! Texts in Arabic of the profile and its editor.

use super::{
    bidi::{at, isolate, left_to_right},
    number::{characters, counted},
};
use crate::{
    profile::rules::{audience::Audience, author::Author, date::Date},
    text::words::words,
};

words! {
    profile: "الملف الشخصي",
    your_profile: "ملفك الشخصي",
    edit_profile: "تعديل الملف الشخصي",
    save_profile: "حفظ الملف الشخصي",
    saving: "جارٍ الحفظ…",
    saved: "حُفظ ملفك الشخصي.",
    saved_other: "حُفظ الملف الشخصي.",
    cancel: "إلغاء",
    preview: "معاينة",
    preview_hint: "هكذا سيبدو الملف الشخصي بعد الحفظ.",
    public_address: "الملف الشخصي العام",
    privacy: "الخصوصية",
    nothing: "فارغ",
    unreadable: "قيمة لم يعد هذا الموقع قادرًا على قراءتها",
    filled_in_by_others: "يتولى غيرك ملء هذا الحقل.",
    not_yours_to_change: "يمكنك رؤية هذا الحقل، ولا يمكنك تعديله.",
    not_kept: "لم يُحفظ: حقول لم يعد بإمكانك تعديلها",
    not_kept_hint: "هذا ما كتبته في حقول لم يعد بإمكانك تعديلها. يمكنك نسخ ما يلزمك منه.",
    role: "الدور",
    nothing_yet: "لا شيء هنا بعد.",
    still_empty: "حقول لا تزال فارغة",
    yes: "نعم",
    no: "لا",
    not_said: "أفضّل عدم الإجابة",
    save_contact: "حفظ كجهة اتصال",
    qr_code: "رمز QR",
    unsaved: "لديك تغييرات غير محفوظة.",
    choose: "يُرجى اختيار أحد الخيارات",

    view_as: "العرض بصفة",
    a_guest: "زائر",
    a_member: "عضو",
    me: "أنا",
    as_others: "هذا ما يظهر لهم. وما لا يظهر هنا محجوب عنهم.",
    hidden_from_them: "تظهر لهم عبارة «الصفحة غير موجودة».",

    seen_by: "من يراه:",
    who_sees_profile: "من يمكنه رؤية ملفك الشخصي",
    who_sees_profile_hint: "لا يظهر لغيرهم ما يدل على وجود ملفك الشخصي، ولا يظهر أي حقل منه لأحد سواهم.",

    conflict_title: "اختيار ما يبقى",
    before: "قبل التغيير",
    after: "بعد التغيير",
    yours: "نسختك",
    yours_elsewhere: "النسخة المحفوظة في نافذة أخرى",
    kept_too: "تغيّر الملف الشخصي أثناء تعديلك، وقد حُفظت هذه التغييرات أيضًا:",

    history: "السجل",
    history_lead: "كل تغيير في ملفك الشخصي. لا يرى هذه الصفحة أحد سواك.",
    no_history: "لا تغييرات بعد.",
    older: "تغييرات أقدم",
    undo: "تراجع",
    undone: "تم التراجع عن التغيير.",
    undo_conflict: "طرأ تغيير جديد منذ فتح هذه الصفحة. يُرجى الاطلاع عليه أدناه، ثم التراجع عنه إن بقي ذلك مطلوبًا.",
    cannot_undo: "لا يمكن التراجع عنه.",

    value_erased: "محذوفة من السجل",
    value_too_old: "لم تعد محفوظة",
    erase_value: "حذف من السجل",
    erase_lead: "تُحذف القيمة نهائيًا من سجلك أينما وردت فيه. ويبقى ظاهرًا في السجل أن تغييرًا قد حدث، ومتى حدث، ومن أجراه. ويبقى ملفك الشخصي كما هو.",
    erase_which: "ما يُراد حذفه",
    erase_still: "هذا ما يرد في ملفك الشخصي الآن. لإزالته منه أيضًا، يُرجى تعديل ملفك الشخصي.",
    erased_notice: "حُذفت القيمة من سجلك.",
}

pub fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "الجميع",
        Audience::Members => "الأعضاء",
        Audience::Me => "أنا فقط",
    }
}

/// Roles that see a field regardless of its audience.
pub fn and_always(roles: &str) -> String {
    format!("ودائمًا: {}", isolate(roles))
}

/// Option for who sees the whole profile.
pub fn whole_audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "الجميع",
        Audience::Members => "الأعضاء: كل من سجّل الدخول",
        Audience::Me => "أنا فقط: إخفاء الملف الشخصي",
    }
}

/// Name of a field's audience in the history and in a conflict.
pub fn who_sees(label: &str) -> String {
    format!("من يمكنه رؤية {}", isolate(label))
}

/// Heading of the other side of a conflict.
pub fn theirs(by: Option<&str>) -> String {
    match by {
        Some(username) => format!("نسخة {}", at(username)),
        None => "نسخة إدارة الموقع أو عضو سابق".to_owned(),
    }
}

/// Someone else's change that a save kept.
pub fn kept(label: &str, author: &str) -> String {
    format!("{}، {author}", isolate(label))
}

/// Author of a change, as told to the user named `reader`.
pub fn author(author: &Author, reader: &str) -> String {
    match author {
        Author::User(username) if username == reader => "بواسطتك".to_owned(),
        Author::User(username) => format!("بواسطة {}", at(username)),
        Author::Former => "بواسطة عضو سابق".to_owned(),
        Author::Operator => "بواسطة إدارة هذا الموقع".to_owned(),
    }
}

/// Accessible name of the undo button.
pub fn undo_what(label: &str) -> String {
    format!("تراجع: {}", isolate(label))
}

/// Accessible name of the link that deletes a value from the history.
pub fn erase_what(label: &str) -> String {
    format!("حذف من السجل: {}", isolate(label))
}

/// Link to a change whose value is truncated.
pub fn whole_value(label: &str) -> String {
    format!("عرض القيمة كاملة: {}", isolate(label))
}

/// Number of times a value occurs in the history.
pub fn places(places: u64) -> String {
    let places = counted(places, "موضع واحد", "موضعين", "مواضع", "موضعًا", "موضع");
    format!("في {places} من السجل.")
}

/// "تعديل ملف Maya Lind الشخصي"
pub fn edit_profile_of(name: &str) -> String {
    format!("تعديل ملف {} الشخصي", isolate(name))
}

/// "ملف Maya Lind الشخصي"
pub fn profile_of(name: &str) -> String {
    format!("ملف {} الشخصي", isolate(name))
}

/// Description of a profile page for link previews, if the profile has no better text.
pub fn profile_at(name: &str, site: &str) -> String {
    format!("{} على {}", isolate(name), left_to_right(site))
}

/// Alternative text of a QR code.
pub fn qr_code_of(address: &str) -> String {
    format!("رمز QR للعنوان {}", left_to_right(address))
}

/// Month in which the account was created.
pub fn member_since(day: Date) -> String {
    format!("العضوية منذ {}", super::date::month_and_year(day))
}

/// Character limit shown below a field before anything is typed.
pub fn up_to(max: usize) -> String {
    format!("الحد الأقصى: {}.", characters(max))
}

/// Characters left, or too many, while someone types.
pub fn room_left(length: usize, max: usize) -> String {
    match (max.checked_sub(length), length.saturating_sub(max)) {
        (Some(0), _) => "لم يتبقَّ أي حرف.".to_owned(),
        (Some(left), _) => format!("المتبقي: {}.", characters(left)),
        (None, over) => format!("الزائد على الحد: {}.", characters(over)),
    }
}

words! {
    change_picture: "تغيير الصورة",
    picture_file: "ملف الصورة",
    picture_limits: "ملف JPEG أو PNG أو WebP أو GIF أو BMP، حتى ١٦ ميغابايت و٥٠ ميغابكسل. يُقتطع أكبر مربع في وسط الصورة. لا يُحفظ مكان التقاطها ولا وقته.",
    picture_ways: "يمكنك أيضًا إفلات صورة هنا أو لصقها.",
    picture_leaves: "حفظ الصورة يعيد تحميل هذه الصفحة. يُرجى قبل ذلك حفظ التغييرات أدناه.",
    picture_elsewhere: "للصورة نموذج خاص بها أعلاه.",
    picture_of_others: "يمكنك إزالة الصورة أعلاه.",
    alt: "وصف الصورة",
    alt_hint: "لمن لا يستطيع رؤيتها. يمكن تركه فارغًا إذا كان اسمك كافيًا.",
    save_picture: "حفظ الصورة",
    picture_saved: "حُفظت الصورة.",
    remove_picture: "إزالة الصورة",
    remove_picture_hint: "يمكن استعادتها من السجل خلال ٣٠ يومًا، ثم تُحذف نهائيًا.",
    picture_erased: "حُذفت هذه الصورة نهائيًا. تُحفظ الصور السابقة لمدة ٣٠ يومًا.",
    uploading: "جارٍ رفع الصورة",
    upload_cancelled: "أُلغي الرفع. بقيت صورتك كما هي.",
    crop: "منطقة الاقتصاص",
    crop_hint: "يمكن سحب الصورة، أو تحريك منطقة الاقتصاص بمفاتيح الأسهم. مفتاحا الزائد والناقص للتكبير والتصغير.",
    zoom: "التكبير",
    move_left: "تحريك إلى اليسار",
    move_right: "تحريك إلى اليمين",
    move_up: "تحريك إلى الأعلى",
    move_down: "تحريك إلى الأسفل",
    rotate: "تدوير",
    reset: "إعادة الضبط",
}

/// Picture in a list of changes.
pub fn picture(alt: &str) -> String {
    if alt.is_empty() {
        "صورة".to_owned()
    } else {
        format!("صورة: {}", isolate(alt))
    }
}
