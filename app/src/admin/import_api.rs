//! The server function for importing a table of users.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// Imports the users of a table.
///
/// Open to members whose role may manage users; for anyone else, the page does not exist. Requires
/// recent authentication (`Demand::Second`). Without `apply` in the form, nothing changes, and its
/// page shows the plan.
#[server(prefix = "", endpoint = "/admin/import", input = Post<FormBody>, output = Postcard)]
pub async fn import_users(form: Form) -> Result<OwnPath, AppError> {
    use super::rules::{Area, can_open};
    use crate::{
        account::{
            api::again::{Demand, ask_again},
            types::user_table::{ImportedTable, UserTable},
        },
        backend::backend,
        guard::{check_form_owner, member},
    };

    let member = member()?;
    let backend = backend();
    if !can_open(&backend.schema, &member.role, Area::Import) {
        return Err(AppError::NotFound);
    }
    check_form_owner(&member, &form).await?;
    let table = UserTable::parse(&form)?;
    if form.one(APPLY)?.is_none() {
        return Err(AppError::PlanChanged);
    }
    let planned = form.one(PLANNED)?.ok_or(AppError::PlanChanged)?;
    ask_again(&member, &form, Demand::Second).await?;
    let done = backend.import.import_table(&member, &table, planned);
    let ImportedTable { created, rejected } = done.await?;
    let to = format!("/admin/import?{CREATED}={created}&{REJECTED}={rejected}");
    OwnPath::parse(&to).ok_or(AppError::Internal)
}

/// The names of the controls: the button that imports, and the outline of the plan.
pub(super) const APPLY: &str = "apply";
pub(super) const PLANNED: &str = "planned";

/// The names of the query parameters with the result.
pub(super) const CREATED: &str = "created";
pub(super) const REJECTED: &str = "rejected";
