//! German texts of invitations.

use super::number::number;
use crate::{account::types::invitation::InvitationState, text::words::words};

words! {
    invitations: "Einladungen",
    invite: "Jemanden einladen",
    invite_address_hint: "Die Einladung wird dorthin geschickt. Lass das Feld leer, um einen Link zu bekommen, den du selbst weitergibst.",
    valid_for_days: "Gültigkeit in Tagen",
    valid_for_days_hint: "Von 1 bis 90.",
    people_to_join: "Anzahl der Personen, die beitreten können",
    people_to_join_hint: "Bei einem Link von 1 bis 1000. Eine Einladung an eine E-Mail-Adresse gilt für eine Person.",
    fill_in_for_them: "Profil vorab ausfüllen",
    fill_in_for_them_hint: "Das Registrierungsformular ist mit dem vorausgefüllt, was du hier einträgst. Die eingeladene Person kann es ändern.",
    invitation_sent: "Die Einladung ist unterwegs.",
    invitation_ended: "Einladung zurückgezogen.",
    invitation_link: "Einladungslink",
    invitation_link_lead: "Kopiere ihn jetzt und gib ihn weiter. Er wird nicht noch einmal angezeigt.",
    invitations_closed: "Auf dieser Website kann sich zurzeit niemand registrieren, auch nicht mit einer Einladung.",
    no_invitations: "Noch keine Einladungen.",
    link_to_hand_out: "Link zum Weitergeben",
    invited_by_operator: "Vom Team dieser Website.",
    invitation_undelivered: "Die E-Mail konnte nicht zugestellt werden. Prüfe die Adresse.",
    created: "Erstellt",
    holds_until: "Gültig bis",
    send_invitation_again: "Noch einmal senden",
    end_invitation: "Einladung zurückziehen",
    join_title: "Du bist eingeladen",
    invitation_dead_title: "Diese Einladung gilt nicht mehr",
    invitation_dead: "Sie wurde schon verwendet, ist abgelaufen oder wurde zurückgezogen. Bitte die Person, die dich eingeladen hat, um eine neue. Wenn du schon ein Konto hast, melde dich an.",
    already_member_title: "Du hast schon ein Konto",
}

/// State of an invitation.
pub fn invitation_state(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Pending => "Offen",
        InvitationState::Used => "Verwendet",
        InvitationState::Expired => "Abgelaufen",
        InvitationState::Ended => "Zurückgezogen",
        InvitationState::Void => "Ungültig: Die einladende Person darf niemanden mehr einladen",
    }
}

/// Role that the schema no longer has.
pub fn role_is_gone(role: &str) -> String {
    format!("Die Rolle „{role}“ gibt es nicht mehr, deshalb wird die erste Rolle vergeben")
}

pub fn uses_left(left: i64, uses: i64) -> String {
    format!("{} von {} übrig", number(left), number(uses))
}

pub fn join_lead(site: &str) -> String {
    format!("Erstelle dein Konto bei {site}.")
}

pub fn join_as(address: &str) -> String {
    format!("Deine E-Mail-Adresse ist {address}. Mit der Registrierung ist sie bestätigt.")
}

pub fn join_as_unconfirmed(address: &str) -> String {
    format!(
        "Deine E-Mail-Adresse ist {address}. Wir senden dorthin einen Link, mit dem du sie bestätigst."
    )
}

pub fn already_member(address: &str) -> String {
    format!(
        "Es gibt ein Konto mit der Adresse {address}. Melde dich an, oder wähle ein neues Passwort, wenn du deins vergessen hast."
    )
}
