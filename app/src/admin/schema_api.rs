//! The server function for the schema.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// Applies another schema.
///
/// Open to members whose role may change the schema; for anyone else, the page does not exist.
/// Requires recent authentication (`Demand::Second`). Without `apply` in the form, nothing changes,
/// and its page shows the effects.
#[server(prefix = "", endpoint = "/admin/schema", input = Post<FormBody>, output = Postcard)]
pub async fn change_schema(form: Form) -> Result<OwnPath, AppError> {
    use super::rules::{Area, can_open};
    use crate::{
        account::api::again::{Demand, ask_again},
        backend::backend,
        guard::{check_form_owner, member},
        profile::rules::schema_change::SchemaChange,
    };

    let member = member()?;
    let backend = backend();
    if !can_open(&backend.schema, &member.role, Area::Schema) {
        return Err(AppError::NotFound);
    }
    check_form_owner(&member, &form).await?;
    let text = typed_text(&form)?.ok_or(AppError::BadRequest)?;
    let base = form.number(BASE).ok_or(AppError::PlanChanged)?;
    if form.one(APPLY)?.is_none() {
        return Err(AppError::PlanChanged);
    }
    ask_again(&member, &form, Demand::Second).await?;
    let change = SchemaChange {
        text,
        base,
        read: form.one(READ)?.unwrap_or_default().to_owned(),
        restores: form.number(RESTORES),
    };
    backend.revisions.apply(&member, change).await?;
    Ok("/admin/schema?applied".into())
}

/// Returns the text of a form, with the line breaks of a file: forms send CRLF.
pub(super) fn typed_text(form: &Form) -> Result<Option<String>, AppError> {
    let file = form.one(FILE)?.filter(|text| !text.is_empty());
    let text = file.or(form.one(TEXT)?);
    Ok(text.map(|text| text.replace("\r\n", "\n")))
}

/// The names of the controls: the text, a file instead of it, the revision that it was compared
/// with, the outline of the report that was read, the revision that it restores, and the button
/// that applies it.
pub(super) const TEXT: &str = "text";
pub(super) const FILE: &str = "file";
pub(super) const BASE: &str = "base";
pub(super) const READ: &str = "read";
pub(super) const RESTORES: &str = "restores";
pub(super) const APPLY: &str = "apply";
