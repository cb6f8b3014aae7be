//! Checks of the database: its structure, and the consistency of its contents.

use app::{
    account::types::{second::SecondRule, user::UserId},
    error::AppError,
    profile::rules::{
        audience::audience_key,
        date::HOUR_MS,
        schema::{Right, Schema},
    },
};
use std::{path::Path, sync::Arc};

use super::{Finding, count};
use crate::{
    accounts::roles::{everybody_manages, managing_roles},
    profiles::{
        directory::{is_index_right, reindex},
        rows::stored,
    },
    site_key::SiteKey,
};
use store::{Store, failure::Result as Done};

/// The time within which a due email should be sent, in milliseconds: an hour.
const OVERDUE_MS: i64 = HOUR_MS;

/// Checks the structure of the database, by reading all of it.
pub async fn integrity(store: &Store) -> Finding {
    const CHECK: &str = "integrity";
    let damage = store.damage().await.map_err(AppError::from);
    let text = match damage.as_deref() {
        Ok([]) => return Finding::fine(CHECK, "the database is intact"),
        Ok([only]) => format!("the database is damaged: {only}"),
        Ok([first, more @ ..]) => {
            format!("the database is damaged: {first}, and {} more", more.len())
        }
        Err(_) => "the database cannot be read; see the log above for the reason".to_owned(),
    };
    let advice = "stop the site, copy its folder as it is, and restore the newest backup with `silhouette restore`";
    Finding::error(CHECK, text, advice)
}

/// Checks the contents of a structurally intact database. With `fixes`, repairs what it can.
///
/// # Errors
/// Those of the database.
pub async fn check(
    store: &Store,
    schema: &Arc<Schema>,
    rule: SecondRule,
    fixes: bool,
    now: i64,
) -> Result<Vec<Finding>, AppError> {
    let mut findings = Vec::new();
    findings.push(profiles(store, fixes).await?);
    findings.extend(values(store, schema, fixes).await?);
    findings.push(managers(store, schema).await?);
    findings.push(mails(store, now).await?);
    findings.push(passwords(store).await?);
    findings.push(second_factors(store, schema, rule).await?);
    Ok(findings)
}

async fn profiles(store: &Store, fixes: bool) -> Result<Finding, AppError> {
    const CHECK: &str = "profiles";
    let missing = store.reader().await?.count_users_without_profile().await?;
    let users = count(missing.unsigned_abs(), "user has", "users have");
    if missing == 0 {
        return Ok(Finding::fine(CHECK, "every user has a profile"));
    }
    if !fixes {
        let text = format!("{users} no profile");
        return Ok(Finding::error(CHECK, text, "run `silhouette doctor --fix`"));
    }
    let given = store.write((), move |tx, ()| {
        Box::pin(async move { tx.give_missing_profiles().await })
    });
    let given = count(given.await?, "user was", "users were");
    Ok(Finding::fixed(CHECK, format!("{given} given a profile")))
}

/// Checks for values that no one sees, and for outdated rows of the directory's index.
async fn values(
    store: &Store,
    schema: &Arc<Schema>,
    fixes: bool,
) -> Result<Vec<Finding>, AppError> {
    let (mut unknown, mut unreadable, mut broken) = (0, 0, 0);
    let mut users = Vec::new();
    let mut snapshot = store.snapshot_apart().await?;
    let mut look = |row: &store::profiles::ProfileRow| -> Done<()> {
        users.push(UserId(row.id));
        let Ok(document) = stored(row) else {
            broken += 1;
            return Ok(());
        };
        let values = document.values(schema);
        for name in document.names().filter(|name| audience_key(name).is_none()) {
            match schema.field(&name) {
                None => unknown += 1,
                Some(_) if !values.contains_key(&name) => unreadable += 1,
                Some(_) => {}
            }
        }
        Ok(())
    };
    snapshot.each_profile(&mut look).await?;
    drop(snapshot);
    let mut findings = Vec::new();
    if broken > 0 {
        let text = format!("{} cannot be read", count(broken, "profile", "profiles"));
        findings.push(Finding::error(
            "values",
            text,
            "the log names them; have their fields repaired by hand, or restore a backup, which undoes everything since",
        ));
    }
    if unknown + unreadable > 0 {
        let text = format!(
            "{} shown to nobody: {unknown} of fields that the schema does not have, {unreadable} that their fields cannot read",
            count(unknown + unreadable, "value is", "values are")
        );
        let advice =
            "they are kept; put the fields back into the schema, or see `silhouette schema check`";
        findings.push(Finding::warning("values", text, advice));
    }
    if findings.is_empty() {
        findings.push(Finding::fine("values", "the schema knows every value"));
    }
    findings.push(index(store, schema, users, fixes).await?);
    Ok(findings)
}

async fn index(
    store: &Store,
    schema: &Arc<Schema>,
    users: Vec<UserId>,
    fixes: bool,
) -> Result<Finding, AppError> {
    const CHECK: &str = "directory";
    // The index of a site that is new to indexing or whose schema has just changed lags behind.
    let mut wrong = Vec::new();
    let mut reader = store.snapshot_apart().await?;
    for user in users {
        if !is_index_right(&mut *reader, user, schema).await? {
            wrong.push(user);
        }
    }
    drop(reader);
    let number = wrong.len() as u64;
    if number == 0 {
        return Ok(Finding::fine(
            CHECK,
            "the members' directory agrees with the profiles",
        ));
    }
    if !fixes {
        let profiles = count(number, "profile does", "profiles do");
        let text = format!("the search index of {profiles} not match their content");
        let advice = "run `silhouette doctor --fix`; after a schema change, a running site does this by itself";
        return Ok(Finding::warning(CHECK, text, advice));
    }
    for batch in wrong.chunks(100) {
        let input = (batch.to_vec(), Arc::clone(schema));
        let mend = store.write(input, move |tx, (users, schema)| {
            Box::pin(async move {
                for user in users {
                    reindex(tx, *user, schema).await?;
                }
                Ok(())
            })
        });
        mend.await?;
    }
    let profiles = count(number, "profile was", "profiles were");
    Ok(Finding::fixed(CHECK, format!("{profiles} reindexed")))
}

async fn managers(store: &Store, schema: &Schema) -> Result<Finding, AppError> {
    const CHECK: &str = "managers";
    if everybody_manages(schema) {
        let advice =
            "give `manage_users` to a role other than the first, which users have by default";
        return Ok(Finding::warning(CHECK, "everyone may manage users", advice));
    }
    let roles = managing_roles(schema);
    let mut reader = store.reader().await?;
    let managers = reader.count_roles(UserId(0), &roles).await?.others;
    if managers > 0 {
        let managers = count(managers.unsigned_abs(), "user", "users");
        return Ok(Finding::fine(CHECK, format!("{managers} may manage users")));
    }
    let role = schema
        .roles
        .iter()
        .find(|role| schema.may(&role.key, Right::ManageUsers));
    let advice = match role {
        Some(role) => format!(
            "run `silhouette user create NAME --role {} --link`",
            role.key
        ),
        None => "give a role the right `manage_users` in the schema".to_owned(),
    };
    Ok(Finding::warning(CHECK, "nobody may manage users", advice))
}

async fn mails(store: &Store, now: i64) -> Result<Finding, AppError> {
    const CHECK: &str = "mails";
    let stuck = store
        .reader()
        .await?
        .count_stuck_mails(now - OVERDUE_MS)
        .await?;
    if stuck.overdue > 0 {
        let mails = count(stuck.overdue.unsigned_abs(), "email has", "emails have");
        let text = format!("{mails} waited for more than an hour");
        let advice =
            "see the site's log for the mail server's answers, and check that the site is running";
        return Ok(Finding::error(CHECK, text, advice));
    }
    if stuck.failed > 0 {
        let mails = count(stuck.failed.unsigned_abs(), "email", "emails");
        let text = format!("{mails} could not be delivered in the last thirty days");
        let advice =
            "their recipients see a notice at /settings; the log has the answers of their servers";
        return Ok(Finding::warning(CHECK, text, advice));
    }
    Ok(Finding::fine(CHECK, "no email is stuck"))
}

async fn passwords(store: &Store) -> Result<Finding, AppError> {
    const CHECK: &str = "passwords";
    let mut reader = store.reader().await?;
    let (foreign, users) = (
        reader.count_imported_passwords().await?,
        reader.count_users().await?,
    );
    if foreign == 0 {
        return Ok(Finding::fine(
            CHECK,
            "every password hash was made by this program",
        ));
    }
    let text = format!("{foreign} of {users} users have a password hash from another program");
    let advice = "nothing to do: each is renewed at its user's next login; until all of them are, wrong passwords are answered after two seconds";
    Ok(Finding::note(CHECK, text, advice))
}

/// Checks that the site key is present, and that secrets are encrypted with it.
pub async fn site_key(
    store: &Store,
    setting: Option<&SiteKey>,
    file: &Path,
) -> Result<Finding, AppError> {
    const CHECK: &str = "site_key";
    let mut reader = store.reader().await?;
    let (noted, apps) = (reader.site_key().await?, reader.count_factors().await?.apps);
    let apps = count(
        apps.unsigned_abs(),
        "authenticator app",
        "authenticator apps",
    );
    let advice = format!(
        "put the right key back, in {} or as the setting site_key; if it is lost, run `silhouette new-key`",
        file.display()
    );
    let key = match setting {
        Some(key) => Ok(Some(key.clone())),
        None => SiteKey::read(file),
    };
    Ok(match (key, noted) {
        (Err(error), _) => Finding::error(CHECK, error.to_string(), advice),
        (Ok(None), None) => Finding::fine(
            CHECK,
            "the site creates its key when it starts for the first time",
        ),
        (Ok(None), Some(_)) => {
            let file = file.display();
            let text = format!(
                "the site key, {file}, is missing: database backups do not contain it, and without it {apps} cannot be used"
            );
            Finding::error(CHECK, text, advice)
        }
        (Ok(Some(key)), Some(noted)) if key.fingerprint()[..] != noted[..] => {
            let text = format!("the site key is not the same as before: {apps} cannot be used");
            Finding::error(CHECK, text, advice)
        }
        (Ok(Some(_)), _) => {
            let text = format!(
                "the site key is present, for {apps}; keep a copy of it separate from the backups, which do not contain it"
            );
            Finding::fine(CHECK, text)
        }
    })
}

/// Checks for second factors that the site never asks for, and for members who need one but have
/// none.
async fn second_factors(
    store: &Store,
    schema: &Schema,
    rule: SecondRule,
) -> Result<Finding, AppError> {
    const CHECK: &str = "second_factors";
    let mut reader = store.reader().await?;
    let factors = reader.count_factors().await?;
    let all = (factors.apps + factors.passkeys).unsigned_abs();
    let all = count(all, "second factor", "second factors");
    if rule == SecondRule::Off {
        return Ok(match factors.apps + factors.passkeys {
            0 => Finding::note(CHECK, "two-factor authentication is off", ""),
            _ => Finding::warning(
                CHECK,
                format!(
                    "two-factor authentication is off: users have {all} that the site never asks for"
                ),
                "set second_factor to optional",
            ),
        });
    }
    let mut missing = 0;
    let first = schema.roles.first();
    for role in &schema.roles {
        if rule == SecondRule::Required || role.second_required {
            missing += reader.count_without_second(Some(&role.key)).await?;
            // Users without an assigned role have the first one.
            if first.is_some_and(|first| first.key == role.key) {
                missing += reader.count_without_second(None).await?;
            }
        }
    }
    if missing == 0 {
        let text = format!("users have {all}, and everyone who needs one has one");
        return Ok(Finding::fine(CHECK, text));
    }
    let users = count(missing.unsigned_abs(), "user has", "users have");
    let text = format!("{users} no second factor, although one is required of them");
    let advice = "they are asked to set one up at their next login";
    Ok(Finding::note(CHECK, text, advice))
}
