//! Finding the accounts that commands work on, and their roles in the schema.

use app::{
    account::types::{managed::ManagedAccount, username::Username},
    error::AppError,
    profile::rules::schema::{Role, Schema},
};
use serde_json::{Value, json};
use std::{error::Error, sync::Arc};
use store::Store;

use crate::{
    accounts::schema::load,
    cli::outcome::describe,
    clock::rfc3339,
    config::{DataFlags, DataSettings},
};

/// The database that a command works on, and the schema that defines the roles.
pub struct Site {
    pub store: Store,
    pub schema: Arc<Schema>,
}

impl Site {
    pub async fn open(settings: &DataSettings) -> Result<Site, Box<dyn Error>> {
        Site::on(settings.database.open_existing().await?, settings).await
    }

    /// Loads the schema of a database that is already open.
    pub async fn on(store: Store, settings: &DataSettings) -> Result<Site, Box<dyn Error>> {
        let in_force = load(&store, settings.schema.as_deref()).await?;
        let schema = Arc::clone(in_force.schemas.localized());
        Ok(Site { store, schema })
    }

    pub async fn open_by(flags: DataFlags) -> Result<Site, Box<dyn Error>> {
        Site::open(&DataSettings::read(flags)?).await
    }

    pub async fn account(&self, name: &str) -> Result<ManagedAccount, Box<dyn Error>> {
        let mut reader = self
            .store
            .reader()
            .await
            .map_err(AppError::from)
            .map_err(describe)?;
        let found = reader.find_account(&Username::key_of(name)).await;
        let found = found.map_err(AppError::from).map_err(describe)?;
        found.ok_or_else(|| no_such_user(name))
    }

    pub fn role_of<'a>(&'a self, account: &'a ManagedAccount) -> &'a str {
        self.schema.effective_role(account.role.as_deref())
    }

    pub fn facts(&self, account: &ManagedAccount) -> Value {
        json!({
            "username": account.username,
            "email": account.email,
            "pending_email": account.pending_email,
            "role": self.role_of(account),
            "status": account.state.word(),
            "waits_since": account.waits_since.map(rfc3339),
            "erased_at": account.erase_at.map(rfc3339),
            "created_at": rfc3339(account.created_at),
            "last_login_at": account.last_login_at.map(rfc3339),
        })
    }
}

pub fn no_such_user(name: &str) -> Box<dyn Error> {
    format!("there is no user \"{name}\"").into()
}

pub fn find_role<'s>(schema: &'s Schema, role: &str) -> Result<&'s Role, String> {
    schema.role(role).ok_or_else(|| {
        let roles: Vec<&str> = schema.roles.iter().map(|role| role.key.as_str()).collect();
        let roles = roles.join(", ");
        format!("there is no role \"{role}\"; the schema defines {roles}")
    })
}
