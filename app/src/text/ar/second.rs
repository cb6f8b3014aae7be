//! Arabic texts of second factors.

use super::number::counted;
use crate::text::words::words;

words! {
    second_factors: "المصادقة الثنائية",
    second_factors_lead: "مع عامل ثانٍ لا تكفي معرفة كلمة مرورك لتسجيل الدخول باسمك.",
    second_required: "يتطلب هذا الموقع عاملًا ثانيًا. يُرجى إعداده للمتابعة.",
    second_step: "الخطوة الثانية",
    second_step_lead: "كلمة المرور صحيحة. يُرجى الآن استخدام عاملك الثاني.",
    second_lost: "عند فقدان العامل الثاني يمكن استخدام رمز استرداد أو التواصل مع إدارة هذا الموقع.",
    trust_browser: "عدم طلب العامل الثاني مجددًا في هذا المتصفح لمدة ٣٠ يومًا",
    code: "الرمز",
    code_hint: "الأرقام الستة التي يعرضها تطبيق المصادقة الآن. إن لم تُقبل، فيُرجى تفعيل الضبط التلقائي لساعة جهازك.",
    recovery_code: "رمز الاسترداد",
    use_recovery_code: "استخدام رمز استرداد",
    passkey: "مفتاح المرور",
    use_passkey: "استخدام مفتاح مرور",
    log_in_by_passkey: "تسجيل الدخول بمفتاح مرور",
    passkey_failed: "لم ينجح ذلك. يُرجى المحاولة من جديد أو استخدام طريقة أخرى.",
    unlock_title: "لإجراء تغييرات، يُرجى تأكيد هويتك",
    app: "تطبيق المصادقة",
    app_lead: "يعرض تطبيق على هاتفك رمزًا جديدًا كل ٣٠ ثانية، حتى من دون اتصال بالشبكة.",
    add_app: "إضافة تطبيق مصادقة",
    app_added: "تمت إضافة تطبيق المصادقة.",
    remove_app: "إزالة التطبيق",
    app_removed: "تمت إزالة تطبيق المصادقة.",
    added_on: "تاريخ الإضافة:",
    last_used: "آخر استخدام:",
    scan_code: "يُرجى مسح رمز QR هذا بتطبيق المصادقة.",
    or_type_secret: "أو كتابة هذا المفتاح فيه:",
    open_app: "أو فتح التطبيق على هذا الجهاز",
    enter_first_code: "يُرجى إدخال الرمز الذي يعرضه التطبيق.",
    end_other_sessions: "تسجيل الخروج من كل الأجهزة الأخرى",
    recovery_codes: "رموز الاسترداد",
    recovery_lead: "عند فقدان عاملك الثاني، يحل كل رمز من هذه الرموز محله مرة واحدة. يُرجى حفظها في مكان آمن: لا يمكن عرضها مجددًا.",
    codes_kept: "حفظتُ هذه الرموز",
    recovery_few: "يُرجى إنشاء رموز جديدة قبل نفادها.",
    renew_codes: "إنشاء رموز استرداد جديدة",
    passkeys: "مفاتيح المرور",
    passkeys_lead: "يُحفظ مفتاح المرور على جهازك أو في مدير كلمات المرور. يتم تسجيل الدخول ببصمة الإصبع أو الوجه أو رمز PIN، ولا يمكن لموقع مزيف سرقته.",
    no_passkeys: "لا توجد لديك مفاتيح مرور بعد.",
    last_way_in: "ليست لديك كلمة مرور. لا يمكن إزالة آخر مفتاح مرور.",
    add_passkey: "إضافة مفتاح مرور",
    passkey_added: "تمت إضافة مفتاح المرور.",
    remove_passkey: "إزالة",
    passkey_removed: "تمت إزالة مفتاح المرور.",
    passkey_name: "اسم مفتاح المرور",
    passkey_name_hint: "لتمييزه، مثل «المفتاح الأزرق» أو «هاتفي».",
    passkey_needs_script: "تتطلب مفاتيح المرور تفعيل JavaScript.",
    second_only: "يعمل مع كلمة المرور فقط، لأنه لا يطلب رمز PIN ولا بصمة ولا وجهًا.",
    remove_password: "إزالة كلمة المرور",
    remove_password_lead: "بعد ذلك يتم تسجيل الدخول بمفتاح مرور فقط. ويمكن تعيين كلمة مرور جديدة برابط يُرسل إلى بريدك الإلكتروني.",
    password_removed: "تمت إزالة كلمة مرورك.",
    trusted_browsers: "المتصفحات الموثوقة",
    trusted_browsers_lead: "لا يُطلب العامل الثاني في هذه المتصفحات.",
    trusted_until: "حتى",
    distrust_browser: "طلب العامل الثاني مجددًا",
    browser_distrusted: "سيُطلب العامل الثاني مجددًا في هذا المتصفح.",
    factors_ending: "ستتم إزالة عاملك الثاني",
    factors_ending_lead: "أُبلغنا بأنك فقدته. ستتم إزالته ما لم يُطلب إبقاؤه:",
    keep_factors: "إبقاء عاملي الثاني",
    factors_kept: "بقي عاملك الثاني.",
    reset_factors: "إزالة العامل الثاني",
    reset_asked: "ستتم إزالة العامل الثاني. وقد أُبلغ صاحب الحساب بالبريد الإلكتروني، إن كان له عنوان مؤكَّد.",
    factors_removed: "تمت إزالة العامل الثاني.",
    keep_their_factors: "إبقاء العامل الثاني",
    their_factors_kept: "بقي العامل الثاني.",
    no_second_factor: "لا يوجد",
    removed_at: "موعد الإزالة",
}

fn passkeys_number(count: usize) -> String {
    counted(
        count as u64,
        "مفتاح مرور واحد",
        "مفتاحا مرور",
        "مفاتيح مرور",
        "مفتاح مرور",
        "مفتاح مرور",
    )
}

fn codes_number(count: usize) -> String {
    counted(
        count as u64,
        "رمز استرداد واحد",
        "رمزا استرداد",
        "رموز استرداد",
        "رمز استرداد",
        "رمز استرداد",
    )
}

/// Number of passkeys.
pub fn passkeys_count(count: usize) -> String {
    match count {
        0 => no_passkeys().to_owned(),
        count => format!("لديك {}.", passkeys_number(count)),
    }
}

/// Number of recovery codes that have not been used.
pub fn recovery_left(left: usize) -> String {
    match left {
        0 => "لم تبقَ لديك رموز استرداد.".to_owned(),
        left => format!("بقي لديك {}.", codes_number(left)),
    }
}

/// Reason why the code of an app whose clock is ahead by this many minutes, or behind if negative,
/// is wrong.
pub fn clock_is_off(minutes: i64) -> String {
    let way = match minutes > 0 {
        true => "متقدمة",
        false => "متأخرة",
    };
    let much = counted(
        minutes.unsigned_abs(),
        "دقيقة واحدة",
        "دقيقتين",
        "دقائق",
        "دقيقة",
        "دقيقة",
    );
    format!(
        "ساعة جهازك {way} بنحو {much}، ولذلك لا تُقبل رموزه. يُرجى تفعيل ضبطها التلقائي، ثم إدخال الرمز التالي."
    )
}

/// Effect of removing the second factors of a user after this many hours.
pub fn reset_factors_lead(hours: u32) -> String {
    match hours {
        0 => "لمن فقده. تتم إزالته فورًا، وتكفي بعد ذلك كلمة المرور وحدها. يُرجى التحقق من أن صاحب الحساب هو من يطلب ذلك.".to_owned(),
        hours => {
            let hours = counted(
                hours.into(),
                "ساعة واحدة",
                "ساعتين",
                "ساعات",
                "ساعة",
                "ساعة",
            );
            format!("لمن فقده. تتم إزالته بعد {hours}، وتكفي بعد ذلك كلمة المرور وحدها. وحتى ذلك الحين يُبلَّغ صاحب الحساب بالبريد الإلكتروني ويمكنه منع ذلك.")
        }
    }
}

/// Second factors of a user: an app, passkeys, recovery codes that are left.
pub fn factors_of_user(app: bool, passkeys: usize, codes: usize) -> String {
    let app = app.then(|| "تطبيق مصادقة".to_owned());
    let passkeys = (passkeys > 0).then(|| passkeys_number(passkeys));
    let codes = codes_number(codes);
    let parts: Vec<String> = app.into_iter().chain(passkeys).chain([codes]).collect();
    parts.join("، ")
}
