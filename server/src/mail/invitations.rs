//! Emails of invitations. The recipients are not users, so these emails are not in the outbox:
//! each invitation stores the time at which its email is to be sent.

use app::{
    error::AppError,
    profile::rules::date::Date,
    text::{self, in_language, mail::MailKind},
};

use futures_util::{StreamExt, stream::iter};

use super::{AT_ONCE, BATCH, LEASE, Mailer, NEVER_PUT_OFF, pause};
use crate::{
    accounts::joining::{MailContent, claim_invitation},
    secret::{Secret, hash_token},
};
use store::{
    invitations::DueInvitation,
    mails::{DueMail, Outcome},
};

impl Mailer {
    /// Sends the emails of invitations that are due. If the database fails, they remain due.
    pub(super) async fn send_invitations(&self) {
        let Ok(due) = self.due_invitations().await else {
            return;
        };
        iter(due)
            .for_each_concurrent(AT_ONCE, |due| async move {
                let id = due.id;
                match self.send_invitation(due).await {
                    Ok(Some(Outcome::Failed { error, .. })) => {
                        tracing::error!(
                            invitation = id,
                            error,
                            "an invitation could not be sent, and will not be retried; the list of invitations shows this"
                        );
                    }
                    Ok(Some(Outcome::Later { error, .. })) => {
                        tracing::warn!(
                            invitation = id,
                            error,
                            "an invitation could not be sent; it will be retried"
                        );
                    }
                    Ok(Some(Outcome::Sent | Outcome::Void)) => {
                        tracing::info!(invitation = id, "an invitation was sent");
                    }
                    Ok(None) | Err(_) => {}
                }
            })
            .await;
    }

    async fn due_invitations(&self) -> Result<Vec<DueInvitation>, AppError> {
        let now = self.clock.now();
        let mut reader = self.store.reader().await?;
        Ok(reader
            .due_invitations(now, now + NEVER_PUT_OFF, BATCH)
            .await?)
    }

    /// Reserves an invitation and sends its email; `None` if another process is sending it.
    async fn send_invitation(&self, due: DueInvitation) -> Result<Option<Outcome>, AppError> {
        let now = self.clock.now();
        let token = Secret::random()?.encode();
        let until = now + pause(due.tries).unwrap_or_default().max(LEASE);
        let input = (due.clone(), hash_token(&token));
        let claim = self.store.write(input, move |tx, (due, hash)| {
            Box::pin(claim_invitation(tx, due, hash, until))
        });
        let (kind, link) = match claim.await? {
            None => return Ok(None),
            Some(MailContent::Invitation) => (
                MailKind::Invitation,
                format!("{}/join/{token}", self.site_url),
            ),
            Some(MailContent::Member) => {
                (MailKind::InvitedMember, format!("{}/login", self.site_url))
            }
        };
        let day = Date::at(due.expires_at);
        let mail = DueMail {
            id: due.id,
            // The recipient is not a user, and has no username.
            user: None,
            username: String::new(),
            kind,
            recipient: due.email,
            detail: Some(in_language(due.language, || text::date(day))),
            tries: due.tries,
            mark: due.mark,
            language: due.language,
            next_try_at: due.mail_at,
        };
        let outcome = self.deliver(&mail, &link).await;
        let now = self.clock.now();
        let settle = self.store.write(outcome.clone(), move |tx, outcome| {
            Box::pin(async move { tx.settle_invitation(due.id, until, outcome, now).await })
        });
        settle.await?;
        Ok(Some(outcome))
    }
}
