//! Arabic texts of the approval of new accounts.

use super::{
    bidi::{at, left_to_right},
    number::{counted, number},
};
use crate::{account::types::managed::AccountState, text::words::words};

words! {
    each_is_approved: "لا يصبح أي حساب جديد فعّالًا إلا بعد الموافقة عليه.",
    waiting_since: "ينتظر منذ",
    nobody_is_told: "لا يوجد بريد إلكتروني لهذا المستخدم، ولذلك لا تُرسل رسالة.",
    approve_user: "الموافقة على الحساب",
    approve_lead: "يصبح المستخدم عضوًا فورًا، وتصله رسالة.",
    user_approved: "تمت الموافقة على الحساب.",
    refuse_user: "رفض الحساب",
    refuse_lead: "يُسجَّل خروج المستخدم فورًا، وتصله رسالة. ثم يُحذف الحساب نهائيًا بكل ما فيه، ولا يمكن التراجع عن ذلك.",
    user_refused: "رُفض الحساب، وسيُحذف نهائيًا.",
    refusal_words: "رسالة إلى المستخدم",
    refusal_words_hint: "تُدرَج في البريد المُرسَل إليه، ولا تُحفظ في أي مكان آخر.",
    no_reason_given: "لم يُذكر سبب.",
    refused_account: "رُفض هذا الحساب، وسيُحذف نهائيًا بعد إرسال الرسالة إلى المستخدم.",
}

/// Notice on every page of a user who is waiting for approval.
pub fn waits_for_approval(since: &str) -> String {
    format!(
        "ينتظر حسابك الموافقة منذ {since}. وإلى أن تتم الموافقة عليه، لا يرى أحد سواك ملفك الشخصي، ويظهر لك هذا الموقع كما يظهر لأي زائر. ويمكنك في هذه الأثناء ملء ملفك الشخصي وتغيير إعداداتك. وإذا كان لحسابك بريد إلكتروني، فستصلك رسالة عند اتخاذ القرار."
    )
}

/// Number of users who are waiting for approval, with the names of the first; `None` for too many
/// to be counted.
pub fn those_who_wait(count: Option<usize>, names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| left_to_right(name)).collect();
    let listed = names.join("، ");
    match count {
        Some(count) if count <= names.len() => {
            format!("بانتظار الموافقة {}: {listed}.", accounts(count))
        }
        Some(count) => format!(
            "بانتظار الموافقة {}: {listed}، وغيرها ({}).",
            accounts(count),
            number(count - names.len())
        ),
        None => format!(
            "بانتظار الموافقة أكثر من {} حساب: {listed}، وغيرها.",
            number(1000)
        ),
    }
}

/// Number of accounts, as the subject of a sentence.
fn accounts(count: usize) -> String {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    counted(count, "حساب واحد", "حسابان", "حسابات", "حسابًا", "حساب")
}

/// Response to a decision that came too late.
pub fn decided_meanwhile(state: AccountState, by: Option<&str>) -> String {
    let by = by.map_or("شخص آخر".to_owned(), at);
    match state {
        AccountState::Refused => {
            format!("لم يتغيّر شيء: سبق رفض هذا الحساب بواسطة {by}، وسيُحذف نهائيًا.")
        }
        AccountState::Active => {
            format!("لم يتغيّر شيء: سبقت الموافقة على هذا الحساب بواسطة {by}.")
        }
        _ => "لم يتغيّر شيء: لم يعد هذا الحساب بانتظار الموافقة.".to_owned(),
    }
}
