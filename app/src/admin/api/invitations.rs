//! The server function for invitations.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// Creates an invitation, ends one, or sends its email again.
///
/// Open to members whose role may invite people; for anyone else, the page does not exist. Creating
/// an invitation requires recent authentication (`Demand::Second`).
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

/// The name of the buttons that select an action on an invitation, and its values. No field of a
/// schema has such a name.
pub(crate) const INVITATION_ACT: &str = "invitation-act";
pub(crate) const END: &str = "end";
pub(crate) const RESEND: &str = "resend";

/// The name of the hidden control for the number of an invitation.
pub(crate) const INVITATION: &str = "invitation-id";
