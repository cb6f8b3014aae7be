//! `silhouette doctor`: checking a whole site.

use serde_json::json;
use std::{path::Path, process::ExitCode, sync::Arc};
use store::Store;

use super::{
    outcome::{Done, describe, failed},
    terminal::{say, say_json},
};
use crate::{
    accounts::schema::load,
    clock::Clock,
    config::{Flags, Settings},
    doctor::{Finding, State, data, surroundings},
    log,
};

/// The exit status if there is something to do.
const SOMETHING_TO_DO: u8 = 3;

/// Runs the command.
pub async fn examine(flags: Flags, fixes: bool, json: bool) -> Done {
    let settings = Settings::read(flags)?;
    let mut findings = surroundings::settings(&settings);
    findings.extend(surroundings::answers(settings.public_url.as_deref()).await);
    let now = Clock::system().now();
    let database = &settings.data.database;
    let open_files = surroundings::open_files(database);
    let opened = match fixes {
        true => database.open_existing().await,
        false => database.open_to_read().await,
    };
    match opened {
        Err(error) => findings.push(Finding::error("database", error.to_string(), "")),
        Ok(store) => {
            findings.push(Finding::fine(
                "database",
                format!("{database} matches this version"),
            ));
            // Only now: `--fix` must not change the permissions of a file that is not our database.
            findings.extend(surroundings::files(database, &open_files, fixes));
            let integrity = data::integrity(&store).await;
            let is_whole = !integrity.is_open();
            findings.push(integrity);
            // The contents of a damaged database cannot be trusted.
            if is_whole {
                findings.extend(content(&store, &settings, fixes, now).await?);
            }
            store.close().await;
        }
    }
    print(&findings, json);
    Ok(match findings.iter().any(Finding::is_open) {
        true => SOMETHING_TO_DO.into(),
        false => ExitCode::SUCCESS,
    })
}

/// Checks the clock, the site key and the schema, and the data against the schema.
async fn content(
    store: &Store,
    settings: &Settings,
    fixes: bool,
    now: i64,
) -> Result<Vec<Finding>, String> {
    let file = settings.data.schema.as_deref();
    let mut reader = store.reader().await.map_err(failed)?;
    let seen = reader.clock_state().await.map_err(failed)?;
    drop(reader);
    let mut findings = vec![surroundings::clock(seen, now)];
    let key_file = settings.data.database.key_file();
    let key = data::site_key(store, settings.site_key.as_ref(), &key_file).await;
    findings.push(key.map_err(describe)?);
    match load(store, file).await {
        Err(error) => findings.push(Finding::error("schema", error.to_string(), "")),
        Ok(in_force) => {
            findings.push(schema(store, file).await?);
            let schema = Arc::clone(in_force.schemas.localized());
            let rule = settings.second_factor;
            let found = data::check(store, &schema, rule, fixes, now).await;
            findings.extend(found.map_err(describe)?);
        }
    }
    Ok(findings)
}

/// Checks whether a schema file takes precedence over a revision in the database.
async fn schema(store: &Store, file: Option<&Path>) -> Result<Finding, String> {
    let mut reader = store.reader().await.map_err(failed)?;
    let revision = reader.newest_revision().await.map_err(failed)?;
    Ok(match file {
        Some(file) if revision > 0 => Finding::note(
            "schema",
            format!(
                "the file {} is in use, and hides revision {revision} in the database",
                file.display()
            ),
            "remove `schema` from the settings to use that revision; to keep using the file, ignore this",
        ),
        _ => Finding::fine("schema", "this version can read the schema"),
    })
}

fn print(findings: &[Finding], json: bool) {
    if json {
        say_json(&json!(findings));
        return;
    }
    for finding in findings {
        let sign = match finding.state {
            State::Fine => "fine   ",
            State::Note => "note   ",
            State::Fixed => "fixed  ",
            State::Warning => "warning",
            State::Error => "error  ",
        };
        say(format_args!(
            "{sign}  {:<10}  {}.\n",
            finding.check, finding.text
        ));
        if !finding.advice.is_empty() {
            let mut letters = finding.advice.chars();
            let first = letters
                .next()
                .map(|letter| letter.to_uppercase().to_string());
            let advice = first.unwrap_or_default() + letters.as_str();
            say(format_args!("{:<21}{advice}.\n", ""));
        }
    }
    let open = findings.iter().filter(|finding| finding.is_open()).count();
    log::line(&match open {
        0 => "Nothing is wrong.".to_owned(),
        1 => "There is one thing to do.".to_owned(),
        _ => format!("There are {open} things to do."),
    });
}
