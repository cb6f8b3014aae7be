//! `silhouette user sessions`: listing and ending a user's sessions.

use app::{account::types::session::Session, error::AppError};
use serde_json::json;
use std::process::ExitCode;

use super::account::Site;
use crate::{
    accounts::{management, session},
    cli::{
        outcome::{Done, describe},
        terminal::{Table, minutes, say, say_json},
    },
    clock::{Clock, rfc3339},
    config::DataFlags,
};

pub async fn list_sessions(name: &str, json: bool, flags: DataFlags) -> Done {
    let site = Site::open_by(flags).await?;
    let account = site.account(name).await?;
    let at = session::cutoffs(Clock::system().now());
    let sessions = management::sessions(&site.store, account.id, at).await;
    site.store.close().await;
    let sessions = sessions.map_err(describe)?;
    if json {
        let object = |session: &Session| {
            json!({
                "id": session.handle,
                "device": session.user_agent,
                "created_at": rfc3339(session.created_at),
                "last_seen_at": rfc3339(session.last_seen_at),
            })
        };
        say_json(&sessions.iter().map(object).collect());
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(["ID", "SINCE", "LAST ACTIVE", "BROWSER"]);
    for session in sessions {
        table.row([
            session.handle,
            minutes(session.created_at),
            minutes(session.last_seen_at),
            session.user_agent,
        ]);
    }
    table.say(&format!("{name} is not logged in anywhere"));
    Ok(ExitCode::SUCCESS)
}

pub async fn end_session(name: &str, id: &str, flags: DataFlags) -> Done {
    let site = Site::open_by(flags).await?;
    let account = site.account(name).await?;
    let now = Clock::system().now();
    let ended = management::end_session(&site.store, account.id, id, now).await;
    site.store.close().await;
    match ended {
        Err(AppError::NotFound) => {
            let advice = format!("`silhouette user sessions {name}` lists them");
            return Err(format!("{name} has no session \"{id}\"; {advice}").into());
        }
        ended => ended.map_err(describe)?,
    }
    say(format_args!("Ended that session of {name}.\n"));
    Ok(ExitCode::SUCCESS)
}

pub async fn end_all_sessions(name: &str, flags: DataFlags) -> Done {
    let site = Site::open_by(flags).await?;
    let account = site.account(name).await?;
    let now = Clock::system().now();
    let ended = management::end_all_sessions(&site.store, account.id, now).await;
    site.store.close().await;
    ended.map_err(describe)?;
    say(format_args!("{name} is logged out everywhere.\n"));
    Ok(ExitCode::SUCCESS)
}
