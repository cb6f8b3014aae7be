//! `silhouette user factors`: showing and removing a user's second factors.

use app::{account::types::second::OwnFactors, error::AppError};
use serde_json::{Value, json};
use std::process::ExitCode;

use super::account::Site;
use crate::{
    accounts::{lost::reset_factors, second::factors_of},
    cli::{
        outcome::{Done, describe},
        terminal::{minutes, say, say_json},
    },
    clock::{Clock, rfc3339},
    config::{DataFlags, ResetSettings},
};

pub async fn show_factors(name: &str, as_json: bool, flags: DataFlags) -> Done {
    let site = Site::open_by(flags).await?;
    let account = site.account(name).await?;
    let own = factors_of(&site.store, account.id).await;
    site.store.close().await;
    let own = own.map_err(describe)?;
    if as_json {
        say_json(&facts(&own));
        return Ok(ExitCode::SUCCESS);
    }
    say(format_args!("{:<21} {}\n", "second factors", words(&own)));
    if let Some(at) = own.end_at {
        say(format_args!("{:<21} {} UTC\n", "removed at", minutes(at)));
    }
    Ok(ExitCode::SUCCESS)
}

/// The second factors of a user, in one line.
pub fn words(own: &OwnFactors) -> String {
    if !own.has_second() {
        return "none".to_owned();
    }
    let app = own.app.is_some().then(|| "authenticator app".to_owned());
    let passkeys = match own.passkeys.len() {
        0 => None,
        1 => Some("1 passkey".to_owned()),
        count => Some(format!("{count} passkeys")),
    };
    let codes = own.recovery.as_ref().map_or(0, |set| set.left);
    let codes = match codes {
        1 => "1 recovery code".to_owned(),
        count => format!("{count} recovery codes"),
    };
    let parts: Vec<String> = app.into_iter().chain(passkeys).chain([codes]).collect();
    parts.join(", ")
}

/// The second factors of a user, as JSON.
pub fn facts(own: &OwnFactors) -> Value {
    let passkeys = own.passkeys.iter().map(|passkey| {
        json!({
            "name": passkey.name,
            "logs_in_alone": passkey.verifies,
            "added_at": rfc3339(passkey.added_at),
            "last_used_at": passkey.last_used_at.map(rfc3339),
        })
    });
    json!({
        "password": own.has_password,
        "app_added_at": own.app.as_ref().map(|app| rfc3339(app.added_at)),
        "passkeys": passkeys.collect::<Vec<_>>(),
        "recovery_codes_left": own.recovery.as_ref().map_or(0, |set| set.left),
        "removed_at": own.end_at.map(rfc3339),
    })
}

pub async fn reset(name: &str, after: Option<u32>, flags: DataFlags) -> Done {
    let ResetSettings { data, hours } = ResetSettings::read(after, flags)?;
    let site = Site::open(&data).await?;
    let account = site.account(name).await?;
    let now = Clock::system().now();
    let reset = reset_factors(&site.store, account.id, hours, now).await;
    site.store.close().await;
    match (reset, hours) {
        (Err(AppError::NotFound), _) => return Err(format!("{name} has no second factor").into()),
        (Err(AppError::PlanChanged), _) => {
            let advice = format!("`silhouette user factors {name}` says when");
            return Err(format!(
                "the second factors of {name} are already due to be removed; {advice}"
            )
            .into());
        }
        (Err(error), _) => return Err(describe(error).into()),
        (Ok(()), 0) => say(format_args!("removed the second factors of {name}\n")),
        (Ok(()), hours) => say(format_args!(
            "the second factors of {name} will be removed in {hours} hours; {name} was told by email, and can cancel this\n"
        )),
    }
    Ok(ExitCode::SUCCESS)
}
