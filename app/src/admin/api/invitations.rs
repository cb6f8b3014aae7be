//! The server function of inviting people.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// A member whose role may invite people. For everybody else there is no such page. To invite
/// somebody, the password has to have been shown not long ago.
#[server(prefix = "", endpoint = "/admin/invitations", input = Post<FormBody>, output = Postcard)]
pub async fn manage_invitations(form: Form) -> Result<OwnPath, AppError> {
    use crate::{
        account::{
            api::again::{Demand, ask_again},
            types::invitation::{InvitationAct, NewInvitation},
        },
        admin::rules::{Area, can_invite, can_open},
        backend::backend,
        guard::{check_form_owner, member},
    };

    let member = member()?;
    let backend = backend();
    if !can_open(&backend.schema, &member.role, Area::Invitations) {
        return Err(AppError::NotFound);
    }
    check_form_owner(&member, &form).await?;
    let act = match form.one(INVITATION_ACT)? {
        None => None,
        Some(END) => Some((InvitationAct::End, "/admin/invitations?ended")),
        Some(RESEND) => Some((InvitationAct::Resend, "/admin/invitations?sent")),
        Some(_) => return Err(AppError::BadRequest),
    };
    if let Some((act, done)) = act {
        let id = form.number(INVITATION).ok_or(AppError::BadRequest)?;
        backend.invitations.change(&member, id, act).await?;
        return Ok(done.into());
    }
    let may_give = |role: &str| can_invite(&backend.schema, &member.role, role);
    let new = NewInvitation::parse(&form, &backend.schema, backend.clock.today(), may_give)?;
    ask_again(&member, &form, Demand::Second).await?;
    let is_mailed = new.email.is_some();
    backend.invitations.invite(&member, new).await?;
    Ok(match is_mailed {
        true => "/admin/invitations?sent".into(),
        false => "/admin/invitations".into(),
    })
}

/// The name of the button that says what to do to an invitation, and its values. No field of a
/// schema has such a name.
pub(crate) const INVITATION_ACT: &str = "invitation-act";
pub(crate) const END: &str = "end";
pub(crate) const RESEND: &str = "resend";

/// The name of the hidden control for the number of an invitation.
pub(crate) const INVITATION: &str = "invitation-id";
