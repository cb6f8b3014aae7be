//! Arabic texts of invitations.

use super::{
    bidi::{isolate, left_to_right},
    number::number,
};
use crate::{account::types::invitation::InvitationState, text::words::words};

words! {
    invitations: "الدعوات",
    invite: "دعوة شخص",
    invite_address_hint: "تُرسَل الدعوة إليه. يمكن تركه فارغًا للحصول على رابط يمكنك تسليمه بنفسك.",
    valid_for_days: "مدة الصلاحية بالأيام",
    valid_for_days_hint: "من ١ إلى ٩٠.",
    people_to_join: "عدد من يمكنهم الانضمام",
    people_to_join_hint: "من ١ إلى ١٠٠٠ إذا كانت الدعوة رابطًا. أما الدعوة المُرسَلة إلى بريد إلكتروني فلشخص واحد.",
    fill_in_for_them: "ملء الملف الشخصي مسبقًا",
    fill_in_for_them_hint: "يُملأ نموذج إنشاء الحساب مسبقًا بما يُكتب هنا، ويمكن لمن تلقّى الدعوة تغييره.",
    invitation_sent: "جارٍ إرسال الدعوة.",
    invitation_ended: "تم سحب الدعوة.",
    invitation_link: "رابط الدعوة",
    invitation_link_lead: "يُرجى نسخه الآن وتسليمه. لن يُعرض مرة أخرى.",
    invitations_closed: "لا يمكن لأحد إنشاء حساب في هذا الموقع حاليًا، لا بدعوة ولا بدونها.",
    no_invitations: "لا توجد دعوات بعد.",
    link_to_hand_out: "رابط للتسليم",
    invited_by_operator: "من إدارة هذا الموقع.",
    invitation_undelivered: "تعذّر تسليم الرسالة. يُرجى التحقق من العنوان.",
    created: "تاريخ الإنشاء",
    holds_until: "صالحة حتى",
    send_invitation_again: "إعادة الإرسال",
    end_invitation: "سحب الدعوة",
    join_title: "لديك دعوة",
    invitation_dead_title: "هذه الدعوة لم تعد صالحة",
    invitation_dead: "استُخدمت من قبل، أو انتهت صلاحيتها، أو سُحبت. يُرجى طلب دعوة جديدة ممن أرسلها. وإذا كان لديك حساب بالفعل، فيمكنك تسجيل الدخول.",
    already_member_title: "لديك حساب بالفعل",
}

/// State of an invitation.
pub fn invitation_state(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Pending => "قائمة",
        InvitationState::Used => "مستخدَمة",
        InvitationState::Expired => "منتهية الصلاحية",
        InvitationState::Ended => "مسحوبة",
        InvitationState::Void => "غير صالحة: لم يعد يحق لمن أرسلها دعوة أحد",
    }
}

/// Role that the schema no longer has.
pub fn role_is_gone(role: &str) -> String {
    format!(
        "الدور {} لم يعد موجودًا، ولذلك يُمنح الأعضاء الجدد الدور الأول",
        isolate(role)
    )
}

pub fn uses_left(left: i64, uses: i64) -> String {
    format!("المتبقي: {} من {}", number(left), number(uses))
}

pub fn join_lead(site: &str) -> String {
    format!("يمكنك إنشاء حسابك على {}.", isolate(site))
}

pub fn join_as(address: &str) -> String {
    format!(
        "بريدك الإلكتروني هو {}، ويُعدّ إنشاء الحساب تأكيدًا له.",
        left_to_right(address)
    )
}

pub fn join_as_unconfirmed(address: &str) -> String {
    format!(
        "بريدك الإلكتروني هو {}، وسنرسل إليه رابطًا لتأكيده.",
        left_to_right(address)
    )
}

pub fn already_member(address: &str) -> String {
    format!(
        "يوجد حساب بالبريد الإلكتروني {}. يمكنك تسجيل الدخول إليه، أو إعادة تعيين كلمة المرور عند نسيانها.",
        left_to_right(address)
    )
}
