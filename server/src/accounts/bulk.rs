//! Actions on many accounts: first a plan, then exactly what was planned. Each account gets a
//! transaction of its own, and the decision is the same as for a single account.

use app::{
    account::types::{
        bulk::{DoneRow, NotDone, PlannedAct, PlannedRow},
        email::Email,
        managed::{ManagedAccount, ManagementAct},
        user::UserId,
        username::Username,
    },
    admin::{
        bulk::{hindrance, outline},
        rules::{Party, seen_states},
    },
    error::AppError,
};
use std::time::{Duration, Instant};

use super::{Accounts, management::address, requester::Requester};
use store::{failure::Result as Done, tables::Tables};

/// The time after which no further account is started, so that a slow database does not abort the
/// request in the middle. Two hundred accounts take about a second.
const TIME_TO_ACT: Duration = Duration::from_secs(10);

impl Accounts {
    /// Returns a plan of what an action of this manager would do to each of these users now.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] if the manager can no longer log in.
    pub async fn plan_many(
        &self,
        manager: UserId,
        act: &ManagementAct,
        names: &[String],
    ) -> Result<Vec<PlannedRow>, AppError> {
        let mut reader = self.store.snapshot().await?;
        let role = reader.role_of(manager).await?.ok_or(AppError::Forbidden)?;
        let manager = Party {
            id: manager,
            role: self.schema.effective_role(role.as_deref()),
        };
        let seen = seen_states(&self.schema, manager.role);
        let mut rows = Vec::new();
        for name in names {
            let found = reader.find_account(&Username::key_of(name)).await?;
            let found = found.filter(|account| seen.contains(&account.state));
            let username = found.as_ref().map_or(name, |account| &account.username);
            let username = username.clone();
            let hindrance = match &found {
                None => Some(NotDone::Gone),
                Some(account) => hindrance(&self.schema, manager, act, account),
            };
            let plan = match (hindrance, found) {
                (Some(hindrance), _) => Err(hindrance),
                (None, Some(account)) => self.plan_one(&mut *reader, act, &account).await?,
                (None, None) => Err(NotDone::Gone),
            };
            rows.push(PlannedRow { username, plan });
        }
        Ok(rows)
    }

    async fn plan_one(
        &self,
        reader: &mut dyn Tables,
        act: &ManagementAct,
        account: &ManagedAccount,
    ) -> Done<Result<PlannedAct, NotDone>> {
        let mut planned = PlannedAct {
            outline: outline(&self.schema, act, account),
            erasure: None,
        };
        match act {
            ManagementAct::SendLink => {
                let key = Email::key_of(address(account).unwrap_or_default());
                let to = reader.user_to_reset(&key).await?;
                if to.is_none_or(|(owner, _)| owner != account.id) {
                    return Ok(Err(NotDone::NoAddress));
                }
            }
            ManagementAct::Erase { .. } => {
                let erasure = reader.plan(account.id).await?;
                if erasure.is_forbidden() {
                    return Ok(Err(NotDone::Kept));
                }
                planned.outline = erasure.outline();
                planned.erasure = Some(erasure);
            }
            _ => {}
        }
        Ok(Ok(planned))
    }

    /// Performs the planned action on each of these users, if the plan still applies. Each row is a
    /// name and the outline of its plan.
    pub async fn act_on_many(
        &self,
        manager: UserId,
        act: &ManagementAct,
        rows: Vec<(String, String)>,
        by: &Requester,
        now: i64,
    ) -> Vec<DoneRow> {
        let end = Instant::now() + TIME_TO_ACT;
        let mut done = Vec::new();
        for (username, outline) in rows {
            let act = match act {
                ManagementAct::Erase { .. } => ManagementAct::Erase {
                    outline: outline.clone(),
                },
                act => act.clone(),
            };
            let result = match Instant::now() < end {
                true => self
                    .manage_as_planned(manager, &username, act, Some(outline), by, now)
                    .await
                    .map(drop)
                    .map_err(|error| not_done(&error)),
                false => Err(NotDone::Later),
            };
            done.push(DoneRow { username, result });
        }
        done
    }
}

fn not_done(error: &AppError) -> NotDone {
    match error {
        AppError::PlanChanged => NotDone::Changed,
        AppError::NotFound => NotDone::Gone,
        AppError::Forbidden => NotDone::OutOfReach,
        AppError::LastManager => NotDone::LastManager,
        AppError::BadRequest => NotDone::NoAddress,
        AppError::TooMany { .. } => NotDone::TooMany,
        _ => NotDone::Failed,
    }
}
