//! The profile and its editor, in Arabic.

use super::{
    bidi::{at, isolate, left_to_right},
    number::{characters, counted},
};
use crate::{
    profile::rules::{audience::Audience, author::Author, date::Date},
    text::words,
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
    preview_hint: "هكذا يبدو بما في النموذج الآن.",
    public_address: "الملف الشخصي العام",
    privacy: "الخصوصية",
    nothing: "لا شيء",
    unreadable: "قيمة لم يعد هذا الموقع قادرًا على قراءتها",
    filled_in_by_others: "يتولى غيرك ملء هذا الحقل.",
    not_yours_to_change: "يمكنك قراءة هذا الحقل، ولا يمكنك تعديله.",
    not_kept: "ما لم يعد له مكان",
    not_kept_hint: "هذا ما كتبته في حقول لم يعد بإمكانك تعديلها. يمكنك نسخ ما يلزمك منه.",
    role: "الدور",
    nothing_yet: "لا شيء هنا بعد.",
    still_empty: "حقول لا تزال فارغة",
    yes: "نعم",
    no: "لا",
    not_said: "غير محدّد",
    save_contact: "حفظ كجهة اتصال",
    qr_code: "رمز QR",
    unsaved: "هناك تغييرات لم تُحفظ.",
    choose: "يُرجى الاختيار",

    view_as: "العرض بصفة",
    a_guest: "زائر",
    a_member: "عضو",
    me: "أنا",
    as_others: "هذا ما يظهر لهم. وما لا يظهر هنا محجوب عنهم.",
    hidden_from_them: "يظهر لهم أن هذه الصفحة غير موجودة.",

    seen_by: "من يراه:",
    who_sees_profile: "من يرى ملفك الشخصي",
    who_sees_profile_hint: "يبدو لغيرهم كأنه غير موجود. ولا يظهر أي حقل منه لأكثر من هؤلاء.",

    conflict_title: "اختيار ما يبقى",
    before: "قبل التغيير",
    after: "بعد التغيير",
    yours: "تعديلك",
    yours_elsewhere: "المحفوظ في نافذة أخرى",
    kept_too: "طرأت تغييرات أخرى أثناء تعديلك، وقد حُفظت أيضًا:",

    history: "السجل",
    history_lead: "كل تغيير في ملفك الشخصي. لا يرى هذه الصفحة أحد سواك.",
    no_history: "لا تغييرات بعد.",
    older: "تغييرات أقدم",
    undo: "تراجع",
    undone: "تم التراجع عن التغيير.",
    undo_conflict: "طرأ تغيير جديد منذ فتح هذه الصفحة. يُرجى الاطلاع عليه أدناه، ثم التراجع عنه إن بقي ذلك مطلوبًا.",
    cannot_undo: "لا يمكن التراجع عنه.",

    value_erased: "مُحيت من السجل",
    value_too_old: "لم تعد محفوظة",
    erase_value: "محو من السجل",
    erase_lead: "القيمة التي تُمحى تزول من سجلك نهائيًا أينما وردت فيه. ويبقى ظاهرًا أنها تغيّرت ومتى وبواسطة من. ويبقى ملفك الشخصي كما هو.",
    erase_which: "ما يُراد محوه",
    erase_still: "هذا ما يرد في ملفك الشخصي الآن. لإزالته منه أيضًا، يُرجى تعديل ملفك الشخصي.",
    erased_notice: "تم المحو من سجلك.",
}

pub fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "الجميع",
        Audience::Members => "الأعضاء",
        Audience::Me => "أنا فقط",
    }
}

/// Roles that see a field whatever its audience.
pub fn and_always(roles: &str) -> String {
    format!("ودائمًا: {}", isolate(roles))
}

/// A choice of who sees the profile as a whole.
pub fn whole_audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "الجميع",
        Audience::Members => "الأعضاء: كل من سجّل الدخول",
        Audience::Me => "أنا فقط: إخفاء الملف الشخصي",
    }
}

/// The name of an item in the history and in a conflict.
pub fn who_sees(label: &str) -> String {
    format!("من يرى {}", isolate(label))
}

/// Above the other side of a conflict.
pub fn theirs(by: Option<&str>) -> String {
    match by {
        Some(username) => format!("تعديل {}", at(username)),
        None => "تعديل إدارة الموقع أو عضو سابق".to_owned(),
    }
}

/// One of the changes that a save has kept.
pub fn kept(label: &str, author: &str) -> String {
    format!("{}، {author}", isolate(label))
}

/// Whose change it is, told to the user of that name.
pub fn author(author: &Author, reader: &str) -> String {
    match author {
        Author::User(username) if username == reader => "بواسطتك".to_owned(),
        Author::User(username) => format!("بواسطة {}", at(username)),
        Author::Former => "بواسطة عضو سابق".to_owned(),
        Author::Operator => "بواسطة إدارة هذا الموقع".to_owned(),
    }
}

/// What the button says to who only hears it.
pub fn undo_what(label: &str) -> String {
    format!("تراجع: {}", isolate(label))
}

/// What the link says to who only hears it.
pub fn erase_what(label: &str) -> String {
    format!("محو من السجل: {}", isolate(label))
}

/// The link to a change whose value is cut short.
pub fn whole_value(label: &str) -> String {
    format!("عرض القيمة كاملة: {}", isolate(label))
}

/// How often a value stands in the history.
pub fn places(places: u64) -> String {
    let places = counted(places, "موضع واحد", "موضعان", "مواضع", "موضعًا", "موضع");
    format!("عدد المواضع في السجل: {places}.")
}

/// "تعديل ملف Maya Lind الشخصي"
pub fn edit_profile_of(name: &str) -> String {
    format!("تعديل ملف {} الشخصي", isolate(name))
}

/// "ملف Maya Lind الشخصي"
pub fn profile_of(name: &str) -> String {
    format!("ملف {} الشخصي", isolate(name))
}

/// What a page about somebody says to programs that show a link to it, where the
/// profile has no text that says it better.
pub fn profile_at(name: &str, site: &str) -> String {
    format!("{} على {}", isolate(name), left_to_right(site))
}

/// What a picture shows that a phone reads an address from.
pub fn qr_code_of(address: &str) -> String {
    format!("رمز QR للعنوان {}", left_to_right(address))
}

/// When the account was made.
pub fn member_since(day: Date) -> String {
    format!("العضوية منذ {}", super::date::month_and_year(day))
}

/// A limit, as it stands below a field before anything is typed.
pub fn up_to(max: usize) -> String {
    format!("الحد الأقصى: {}.", characters(max))
}

/// The limit while somebody types.
pub fn room_left(length: usize, max: usize) -> String {
    match (max.checked_sub(length), length.saturating_sub(max)) {
        (Some(0), _) => "لم يتبقَّ أي حرف.".to_owned(),
        (Some(left), _) => format!("المتبقي: {}.", characters(left)),
        (None, over) => format!("الزائد على الحد: {}.", characters(over)),
    }
}

words! {
    change_picture: "تغيير صورتك",
    picture_file: "ملف الصورة",
    picture_limits: "ملف JPEG أو PNG أو WebP أو GIF أو BMP، حتى ١٦ ميغابايت و٥٠ ميغابكسل. يُقتطع أكبر مربع في وسط الصورة. لا يُحفظ مكان التقاطها ولا وقته.",
    picture_ways: "يمكنك أيضًا إفلات صورة هنا أو لصقها.",
    picture_leaves: "حفظ الصورة يعيد فتح هذه الصفحة. يُرجى قبل ذلك حفظ التغييرات أدناه.",
    picture_elsewhere: "للصورة نموذج خاص بها أعلاه.",
    picture_of_others: "يمكنك إزالة الصورة أعلاه.",
    alt: "وصف الصورة",
    alt_hint: "لمن لا يستطيع رؤيتها. يمكن تركه فارغًا إذا كان اسمك كافيًا.",
    save_picture: "حفظ الصورة",
    picture_saved: "حُفظت صورتك.",
    remove_picture: "إزالة الصورة",
    remove_picture_hint: "يمكن استعادتها من السجل خلال ٣٠ يومًا، ثم تُحذف نهائيًا.",
    picture_erased: "حُذفت هذه الصورة نهائيًا: تُحفظ الصور السابقة ٣٠ يومًا.",
    uploading: "جارٍ إرسال الصورة",
    upload_cancelled: "أُلغي الإرسال. بقيت الصورة السابقة كما هي.",
    crop: "الجزء الذي يبقى من الصورة",
    crop_hint: "يمكن سحب الصورة، أو تحريك الجزء بمفاتيح الأسهم. مفتاحا الزائد والناقص للتكبير والتصغير.",
    zoom: "التكبير",
    move_left: "تحريك إلى اليسار",
    move_right: "تحريك إلى اليمين",
    move_up: "تحريك إلى الأعلى",
    move_down: "تحريك إلى الأسفل",
    rotate: "تدوير",
    reset: "إعادة الضبط",
}

/// A picture, in a list of changes.
pub fn picture(alt: &str) -> String {
    if alt.is_empty() {
        "صورة".to_owned()
    } else {
        format!("صورة: {}", isolate(alt))
    }
}
