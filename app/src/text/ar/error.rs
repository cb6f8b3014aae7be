//! In Arabic, pages and messages for what could not be done: what happened, and a
//! way out.

use std::borrow::Cow;

use super::number::counted;
use crate::{error::AppError, text::words};

words! {
    go_home: "الانتقال إلى الصفحة الرئيسية",
    send_again: "إعادة الإرسال",
    form_is_kept: "ما كتبته باقٍ في هذه الصفحة، لكنه لم يُحفظ بعد. يمكنك العودة إلى هنا لإعادة إرساله.",
    log_in_new_tab: "تسجيل الدخول في علامة تبويب جديدة",
}

/// Title and explanation of an error page.
pub fn error_page(error: &AppError) -> (&'static str, Cow<'static, str>) {
    let (title, explanation) = match error {
        AppError::NotFound => (
            "هذه الصفحة غير موجودة",
            "قد يكون في العنوان خطأ كتابي، أو أن الصفحة أُزيلت. إذا كان العنوان منسوخًا، فيُرجى التحقق من اكتماله.",
        ),
        AppError::NotLoggedIn => (
            "يلزم تسجيل الدخول أولًا",
            "هذه الصفحة للأعضاء. إما أن الدخول لم يُسجَّل، أو أن الجلسة انتهت.",
        ),
        AppError::Forbidden => (
            "هذا غير مسموح به",
            "لم يأتِ الطلب من صفحة في هذا الموقع، أو أن هذا الحساب لا يملك صلاحية ذلك. لم يتغيّر شيء.",
        ),
        AppError::TooLarge => (
            "الحجم أكبر من المسموح به",
            "ما أُرسل أكبر مما يقبله هذا النموذج. لم يتغيّر شيء. يُرجى الرجوع، ثم الاختصار وإعادة الإرسال.",
        ),
        AppError::OtherUser => (
            "الدخول مسجّل الآن بحساب آخر",
            "فُتح هذا النموذج من حساب آخر. لم يتغيّر شيء. لإرساله، يلزم تسجيل الدخول بذلك الحساب.",
        ),
        AppError::TooMany { seconds } => {
            let explanation = format!(
                "يمكنك المحاولة من جديد {}. لم يتغيّر شيء.",
                in_time(*seconds)
            );
            return ("محاولات كثيرة", explanation.into());
        }
        AppError::PlanChanged => (
            "لم يعد الأمر كما كان",
            "تغيّر ما يُحذف مع حسابك منذ فتح الصفحة. لم يُحذف شيء. يُرجى قراءة القائمة من جديد.",
        ),
        AppError::DeadLink => (
            "لم يعد هذا الرابط صالحًا",
            "إما أنه استُخدم من قبل، أو انتهت صلاحيته، أو تغيّر شيء منذ إرساله. يُرجى طلب رابط جديد.",
        ),
        AppError::LastManager => (
            "لا بد من حساب يدير المستخدمين",
            "هذا هو الحساب الوحيد المخوَّل بذلك. يُرجى إسناد هذا الدور إلى حساب آخر أولًا. لم يتغيّر شيء.",
        ),
        AppError::Conflict { .. } => (
            "حدث تعديل في هذه الأثناء",
            "حُفظ تعديل آخر منذ فتح هذه الصفحة، ولم يُحفظ شيء من تعديلك. يُرجى الرجوع ومراجعته من جديد.",
        ),
        AppError::Busy | AppError::Unreachable => (
            "الخادم مشغول الآن",
            "لدى الخادم الآن أكثر مما يستطيع إنجازه. يُرجى الانتظار قليلًا، ثم المحاولة من جديد.",
        ),
        AppError::BadRequest | AppError::Invalid(_) => (
            "هذا الطلب غير مفهوم هنا",
            "أرسل المتصفح ما لا تطلبه أي صفحة في هذا الموقع. لم يتغيّر شيء. يُرجى الرجوع وإعادة تحميل الصفحة، ثم المحاولة من جديد.",
        ),
        AppError::Internal => (
            "حدث خطأ لدينا",
            "الخطأ من جانبنا لا من جانبك، وقد سُجّل. يُرجى الانتظار قليلًا، ثم المحاولة من جديد.",
        ),
    };
    (title, explanation.into())
}

/// "بعد ٥ دقائق"
fn in_time(seconds: u32) -> String {
    let time = match seconds.div_ceil(60) {
        0 | 1 => "دقيقة".to_owned(),
        minutes @ 2..=119 => counted(
            minutes.into(),
            "دقيقة",
            "دقيقتين",
            "دقائق",
            "دقيقة",
            "دقيقة",
        ),
        minutes => counted(
            minutes.div_ceil(60).into(),
            "ساعة",
            "ساعتين",
            "ساعات",
            "ساعة",
            "ساعة",
        ),
    };
    format!("بعد {time}")
}

/// The message beside a form that could not be sent. What was typed is still in it.
pub fn form_error(error: &AppError) -> Cow<'static, str> {
    let words = match error {
        AppError::TooMany { seconds } => {
            return format!(
                "محاولات كثيرة. ما كتبته باقٍ هنا، ويمكنك إعادة إرساله {}.",
                in_time(*seconds)
            )
            .into();
        }
        AppError::NotLoggedIn => {
            "لم يعد الدخول مسجّلًا. ما كتبته باقٍ هنا: يُرجى تسجيل الدخول في علامة تبويب جديدة، ثم العودة وإعادة الإرسال."
        }
        AppError::OtherUser => {
            "الدخول مسجّل الآن بحساب آخر، ولذلك لم يُحفظ شيء. ما كتبته باقٍ هنا: يُرجى تسجيل الدخول بحسابك في علامة تبويب جديدة، ثم العودة وإعادة الإرسال."
        }
        AppError::Unreachable => {
            "تعذّر الوصول إلى الخادم. ما كتبته باقٍ هنا: يُرجى التحقق من الاتصال، ثم إعادة الإرسال."
        }
        AppError::Busy => "الخادم مشغول. ما كتبته باقٍ هنا: يُرجى الانتظار قليلًا، ثم إعادة الإرسال.",
        AppError::NotFound | AppError::Forbidden => {
            "لم يعد بإمكانك تعديل هذا الملف الشخصي، ولذلك لم يُحفظ شيء. ما كتبته باقٍ هنا، ويمكنك نسخ ما يلزمك منه."
        }
        AppError::PlanChanged => {
            "تغيّر ما يُحذف مع حسابك منذ فتح هذه الصفحة. لم يُحذف شيء. يُرجى قراءة القائمة من جديد."
        }
        AppError::TooLarge => "هذا أكثر مما يقبله النموذج. يُرجى الاختصار، ثم إعادة الإرسال.",
        AppError::Conflict { .. } => {
            "طرأ تعديل آخر على المحتوى نفسه منذ فتح هذه الصفحة، ولم يُحفظ تعديلك. لم يُفقد شيء: يُرجى اختيار ما يبقى، ثم الحفظ من جديد."
        }
        _ => "تعذّر إتمام ذلك، والخطأ من جانبنا. ما كتبته باقٍ هنا: يُرجى المحاولة من جديد بعد قليل.",
    };
    words.into()
}

/// Where to go about it, in a tab of its own.
pub fn form_error_link(error: &AppError) -> Option<(&'static str, &'static str)> {
    match error {
        AppError::NotLoggedIn | AppError::OtherUser => Some(("/login", log_in_new_tab())),
        _ => None,
    }
}
