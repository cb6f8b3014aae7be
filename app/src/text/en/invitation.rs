//! English texts of invitations.

use super::number::number;
use crate::{account::types::invitation::InvitationState, text::words::words};

words! {
    invitations: "Invitations",
    invite: "Invite someone",
    invite_address_hint: "The invitation is sent there. Leave it empty to get a link that you hand out yourself.",
    valid_for_days: "Valid for (days)",
    valid_for_days_hint: "From 1 to 90.",
    people_to_join: "Number of people who can join",
    people_to_join_hint: "From 1 to 1000, for a link. An email address is for one person.",
    fill_in_for_them: "Fill in their profile",
    fill_in_for_them_hint: "The sign-up form is pre-filled with what you enter here. They can change it.",
    invitation_sent: "The invitation is on its way.",
    invitation_ended: "Invitation withdrawn.",
    invitation_link: "Invitation link",
    invitation_link_lead: "Copy it now and hand it out. It is not shown again.",
    invitations_closed: "Nobody can sign up on this site at the moment, with or without an invitation.",
    no_invitations: "No invitations yet.",
    link_to_hand_out: "Link to hand out",
    invited_by_operator: "By the site operator.",
    invitation_undelivered: "The email could not be delivered. Check the address.",
    created: "Created",
    holds_until: "Valid until",
    send_invitation_again: "Send again",
    end_invitation: "Withdraw invitation",
    join_title: "You are invited",
    invitation_dead_title: "This invitation no longer works",
    invitation_dead: "It was already used, it has expired, or it was withdrawn. Ask whoever invited you for a new one. If you already have an account, log in.",
    already_member_title: "You already have an account",
}

/// State of an invitation.
pub fn invitation_state(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Pending => "Pending",
        InvitationState::Used => "Used",
        InvitationState::Expired => "Expired",
        InvitationState::Ended => "Withdrawn",
        InvitationState::Void => {
            "No longer valid: the person who sent it may no longer invite anyone"
        }
    }
}

/// Role that the schema no longer has.
pub fn role_is_gone(role: &str) -> String {
    format!("The role “{role}” no longer exists, so new members get the first role")
}

pub fn uses_left(left: i64, uses: i64) -> String {
    format!("{} of {} left", number(left), number(uses))
}

pub fn join_lead(site: &str) -> String {
    format!("Create your account on {site}.")
}

pub fn join_as(address: &str) -> String {
    format!("Your email address is {address}. Signing up confirms it.")
}

pub fn join_as_unconfirmed(address: &str) -> String {
    format!("Your email address is {address}. We will send a link there to confirm it.")
}

pub fn already_member(address: &str) -> String {
    format!(
        "There is an account with the address {address}. Log in to it, or reset your password if you have forgotten it."
    )
}
