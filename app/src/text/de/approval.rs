//! German texts of the approval of new accounts.

use super::number::number;
use crate::{account::types::managed::AccountState, text::words::words};

words! {
    each_is_approved: "Neue Konten müssen erst freigegeben werden, bevor sie sich vollständig nutzen lassen.",
    waiting_since: "Wartet seit",
    nobody_is_told: "Die Person hat keine E-Mail-Adresse, deshalb wird keine E-Mail gesendet.",
    approve_user: "Freigeben",
    approve_lead: "Die Person wird sofort Mitglied und bekommt eine E-Mail.",
    user_approved: "Konto freigegeben.",
    refuse_user: "Ablehnen",
    refuse_lead: "Die Person wird sofort abgemeldet und bekommt eine E-Mail. Danach wird das Konto mit allem, was dazugehört, gelöscht. Das lässt sich nicht rückgängig machen.",
    user_refused: "Konto abgelehnt. Es wird gelöscht.",
    refusal_words: "Nachricht an die Person",
    refusal_words_hint: "Sie steht in der E-Mail an die Person und wird sonst nirgends gespeichert.",
    no_reason_given: "Es wurde kein Grund genannt.",
    refused_account: "Dieses Konto wurde abgelehnt. Es wird gelöscht, sobald die E-Mail an die Person gesendet wurde.",
}

/// Notice on every page of a user who is waiting for approval.
pub fn waits_for_approval(since: &str) -> String {
    format!(
        "Dein Konto wartet seit dem {since} auf Freigabe. Bis dahin sieht außer dir niemand dein Profil, und du siehst diese Website wie ein Gast. Du kannst aber schon jetzt dein Profil ausfüllen und deine Einstellungen ändern. Wenn du eine E-Mail-Adresse angegeben hast, sagen wir dir Bescheid."
    )
}

/// Number of users who are waiting for approval, with the names of the first; `None` for too many
/// to be counted.
pub fn those_who_wait(count: Option<usize>, names: &[String]) -> String {
    let listed = names.join(", ");
    match count {
        Some(1) => format!("Ein Konto wartet auf Freigabe: {listed}."),
        Some(count) if count <= names.len() => {
            format!("{} Konten warten auf Freigabe: {listed}.", number(count))
        }
        Some(count) => {
            let others = match count - names.len() {
                1 => "ein weiteres".to_owned(),
                others => format!("{} weitere", number(others)),
            };
            format!(
                "{} Konten warten auf Freigabe: {listed} und {others}.",
                number(count)
            )
        }
        None => format!(
            "Mehr als {} Konten warten auf Freigabe: {listed} und weitere.",
            number(1000)
        ),
    }
}

/// Response to a decision that came too late.
pub fn decided_meanwhile(state: AccountState, by: Option<&str>) -> String {
    let by = by.map_or("jemand anderem".to_owned(), |by| format!("@{by}"));
    match state {
        AccountState::Refused => format!(
            "Es wurde nichts geändert: Dieses Konto wurde schon von {by} abgelehnt und wird gelöscht."
        ),
        AccountState::Active => {
            format!("Es wurde nichts geändert: Dieses Konto wurde schon von {by} freigegeben.")
        }
        _ => "Es wurde nichts geändert: Dieses Konto wartet nicht mehr.".to_owned(),
    }
}
