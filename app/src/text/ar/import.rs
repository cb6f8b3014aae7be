//! Arabic texts of importing users: its page, and what is wrong with a table.

use super::{
    bidi::{isolate, left_to_right},
    number::{counted, number},
};
use crate::{
    account::types::user_table::{RowMistake, TableMistake},
    text::words::words,
};

words! {
    import_lead: "يمكن هنا استيراد مستخدمين من جدول، كجدول بيانات محفوظ بصيغة \u{2066}CSV\u{2069}. يذكر سطره الأول أسماء الأعمدة: \u{2066}username\u{2069} أو \u{2066}email\u{2069}، واختياريًا \u{2066}role\u{2069} و\u{2066}status\u{2069} و\u{2066}created_at\u{2069} و\u{2066}last_login_at\u{2069} وحقول الملف الشخصي بمفاتيحها أو بأسمائها. لا يُعتمد أي بريد إلكتروني قبل أن يؤكّده صاحبه.",
    import_file: "الجدول",
    import_file_hint: "ملف \u{2066}CSV\u{2069} لا يتجاوز ٢٥٦ كيبيبايت و١٠٠٠ صف. يُفحص أولًا، ولا يُستورد شيء قبل الاطلاع على النتيجة.",
    import_match: "التعرّف على المستخدمين الموجودين حسب",
    import_match_hint: "يبقون كما هم.",
    import_invite: "إرسال رابط لاختيار كلمة مرور إلى بريد كل مستخدم جديد",
    import_check: "فحص",
    import_plan: "نتيجة الفحص",
    import_download: "تنزيل هذه الصفوف مع الأسباب",
    import_changed: "لم يُستورد شيء، لأن شيئًا تغيّر بعد فحص الجدول. هذه هي النتيجة الجديدة.",
}

fn users(number: usize) -> String {
    counted(
        number as u64,
        "مستخدم واحد",
        "مستخدمان",
        "مستخدمين",
        "مستخدمًا",
        "مستخدم",
    )
}

fn rows(number: usize) -> String {
    counted(number as u64, "صف واحد", "صفان", "صفوف", "صفًا", "صف")
}

fn line_number(line: u64) -> String {
    number(usize::try_from(line).unwrap_or(usize::MAX))
}

/// Number of users that a table would create.
pub fn import_created(number: usize) -> String {
    format!("سيُنشأ: {}", users(number))
}

/// Number of users in a table who already exist.
pub fn import_skipped(number: usize) -> String {
    format!("موجودون بالفعل ويبقون كما هم: {}", users(number))
}

/// Heading of the rows that would not be imported.
pub fn import_rejected(number: usize) -> String {
    format!("لن يُستورد: {}", rows(number))
}

/// Number of users or rows that are not shown.
pub fn import_more(count: usize) -> String {
    format!("والباقي: {}", number(count))
}

pub fn import_apply(number: usize) -> String {
    // After a verbal noun, two is in the genitive.
    let users = counted(
        number as u64,
        "مستخدم واحد",
        "مستخدمَين",
        "مستخدمين",
        "مستخدمًا",
        "مستخدم",
    );
    format!("استيراد {users}")
}

/// Result of an import.
pub fn imported(created: usize, rejected: usize) -> String {
    match rejected {
        0 => format!("تم الاستيراد: {}.", users(created)),
        _ => format!(
            "تم الاستيراد: {}. لم يُستورد: {}.",
            users(created),
            rows(rejected)
        ),
    }
}

/// Place of a row in its table.
pub fn table_line(line: u64) -> String {
    format!("السطر {}:", line_number(line))
}

/// Mistake that prevents the import of the whole table.
pub fn table_mistake(mistake: &TableMistake) -> String {
    match mistake {
        TableMistake::Empty => {
            "يُرجى اختيار ملف يذكر سطره الأول أسماء الأعمدة. لم يُعثر على جدول.".to_owned()
        }
        TableMistake::NotUtf8 { line } => format!(
            "السطر {} ليس بترميز {utf}. يُرجى حفظ الجدول من جديد: بصيغة {csv} في {excel}، أو بمجموعة المحارف {utf} في {office}.",
            line_number(*line),
            utf = left_to_right("UTF-8"),
            csv = left_to_right("CSV UTF-8"),
            excel = left_to_right("Excel"),
            office = left_to_right("LibreOffice"),
        ),
        TableMistake::Cells {
            line,
            cells,
            columns,
        } => format!(
            "عدد خلايا السطر {} هو {}، وعدد الأعمدة في السطر الأول {}. يُرجى وضع الخلايا التي تحتوي على الفاصل بين علامتي اقتباس مزدوجتين.",
            line_number(*line),
            number(*cells),
            number(*columns)
        ),
        TableMistake::RepeatedColumn(name) => format!(
            "هناك عمودان بالاسم «{}». يُرجى تغيير اسم أحدهما أو حذفه.",
            isolate(name)
        ),
        TableMistake::NamelessColumn(at) => {
            format!("العمود {} بلا اسم. يُرجى تسميته أو حذفه.", number(*at))
        }
        TableMistake::Unreadable { line } => format!(
            "لا يمكن قراءة السطر {}. يُرجى حفظ الجدول من جديد بصيغة {}.",
            line_number(*line),
            left_to_right("CSV")
        ),
        TableMistake::UnknownColumn {
            column,
            known: [account, fields],
        } => format!(
            "العمود «{}» غير معروف. يُرجى تغيير اسمه أو حذفه. أعمدة الحساب: {}. حقول الملف الشخصي: {}.",
            isolate(column),
            left_to_right(account),
            left_to_right(fields)
        ),
        TableMistake::SameColumns(name) => {
            format!("يحتوي عمودان على {}. يُرجى حذف أحدهما.", left_to_right(name))
        }
        TableMistake::NoNames => format!(
            "ليس في الجدول عمود {} ولا عمود {}. يُرجى إضافة أحدهما.",
            left_to_right("username"),
            left_to_right("email")
        ),
        TableMistake::PictureColumn(name) => format!(
            "لا يمكن استيراد الصور من جدول. يُرجى حذف العمود «{}».",
            isolate(name)
        ),
        TableMistake::ForbiddenColumn(name) => {
            format!("لا يُسمح لك باستيراد العمود «{}». يُرجى حذفه.", isolate(name))
        }
        TableMistake::TooLarge => format!(
            "الجدول أكبر من ٢٥٦ كيبيبايت. يُرجى تقسيمه أو استخدام الأمر {}.",
            left_to_right("silhouette user import")
        ),
        TableMistake::TooManyRows => format!(
            "في الجدول أكثر من ١٠٠٠ صف. يُرجى تقسيمه أو استخدام الأمر {}.",
            left_to_right("silhouette user import")
        ),
    }
}

/// Advice on a row that is not imported. It is shown after the name of its column.
pub fn row_advice(mistake: &RowMistake) -> String {
    match mistake {
        RowMistake::NoName => "يلزم أحدهما".to_owned(),
        RowMistake::Same { line, .. } => {
            format!("القيمة نفسها في السطر {}", line_number(*line))
        }
        RowMistake::UnknownRole(role) => {
            format!("لا يوجد في المخطط دور «{}»", isolate(role))
        }
        RowMistake::RoleOutOfReach(role) => {
            format!("لا يُسمح لك بمنح الدور «{}»", isolate(role))
        }
        RowMistake::UnknownStatus(typed) => format!(
            "«{}» ليست {} ولا {}",
            isolate(typed),
            left_to_right("active"),
            left_to_right("disabled")
        ),
        RowMistake::NotYesOrNo { typed, .. } => format!(
            "«{}» ليست {} ولا {}",
            isolate(typed),
            left_to_right("yes"),
            left_to_right("no")
        ),
        RowMistake::NotATime { typed, .. } => format!(
            "«{}» ليس وقتًا مثل {}",
            isolate(typed),
            left_to_right("2026-11-29 14:30")
        ),
        RowMistake::NameTaken => "اسم المستخدم هذا لمستخدم آخر".to_owned(),
        RowMistake::LastManager => format!(
            "لن يستطيع أحد إدارة المستخدمين بعد تغيير الدور. يُرجى منح {} لشخص آخر أولًا",
            left_to_right("manage_users")
        ),
    }
}
